# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""The loops of segmentation: over characters, chunks, words and places, with the results of the modules beside it.

`sentences` is that of `sentences.py`. `Chunks` and `Words` number the strings that tokenizer and tagger remember what
they know of. `Chain` scores and decodes as `scoring.Scorer` and `viterbi.Decoder` do, a sentence at a time.
"""

from cpython.dict cimport PyDict_GetItemWithError
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ
from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcmp

from hashlib import blake2b

import numpy as np

cdef uint64_t BASE = 0x9E3779B97F4A7C15u
cdef enum:
    USUAL = 24  # code points of a piece whose hash is made of them one by one, as in scoring.py


cdef inline bint is_blank(Py_UCS4 c) noexcept:
    """What str.isspace says, without a call for what is nearly always asked."""
    if c <= 0x20:
        return c == 0x20 or 0x09 <= c <= 0x0D or 0x1C <= c <= 0x1F
    return c == 0x85 or c == 0xA0 or c == 0x1680 or (c >= 0x2000 and c.isspace())


# ------------------------------------------------------------------------------------------------ sentences


cdef inline bint is_mark(Py_UCS4 c) noexcept:
    return c == u"." or c == u"!" or c == u"?" or c == u"…"


def sentences(str text not None, Py_ssize_t start, Py_ssize_t end, frozenset stops, tuple counted, ends_sentence):
    """The (start, end) of every sentence in text[start:end].

    Usual stops are decided here, with the short forms ``stops`` and the words ``counted`` that a number follows; the
    others by ``ends_sentence(text, begin, at, marks, close, gap, end)``: where the sentence begins, where the marks do, and the
    ends of marks, of what closes, of the blanks and of the stretch.
    """
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t begin, at, marks, close, gap
    cdef Py_UCS4 c
    cdef int usual
    cdef list found = []
    if not 0 <= start <= end <= len(text):
        raise ValueError("no stretch of this text")
    begin = at = start
    while at < end:
        if not is_mark(PyUnicode_READ(kind, data, at)):
            at += 1
            continue
        marks = at + 1
        while marks < end and is_mark(PyUnicode_READ(kind, data, marks)):
            marks += 1
        if marks + 1 < end and PyUnicode_READ(kind, data, marks) == u"/" and (
            PyUnicode_READ(kind, data, marks + 1) in u".…"
        ):
            marks += 2
            while marks < end and PyUnicode_READ(kind, data, marks) in u".…":
                marks += 1
        close = marks
        while close < end and close < marks + 3 and PyUnicode_READ(kind, data, close) in u"\"”’'»)]":
            close += 1
        gap = close
        while gap < end:
            c = PyUnicode_READ(kind, data, gap)
            if not is_blank(c) or 0x1C <= c <= 0x1F:  # separators of information are no \s of the pattern
                break
            gap += 1
        usual = 1
        if gap < end:
            usual = usual_end(text, kind, data, begin, at, marks, close, gap, stops, counted)
        if usual > 0 or (usual < 0 and ends_sentence(text, begin, at, marks, close, gap, end)):
            add_trimmed(found, kind, data, begin, close)
            begin = close
        at = gap
    add_trimmed(found, kind, data, begin, end)
    return found


cdef int usual_end(
    str text, int kind, void *data, Py_ssize_t begin, Py_ssize_t at, Py_ssize_t marks, Py_ssize_t close,
    Py_ssize_t gap, frozenset stops, tuple counted,
) except -2:
    """Whether a sentence ends here (1, 0), as `_ends_sentence` decides; -1 where the case is none of the usual."""
    cdef Py_UCS4 following = PyUnicode_READ(kind, data, gap), c
    cdef Py_ssize_t first = at, least = max(begin, at - 24)
    cdef bint is_upper = following.isupper()
    cdef str head
    if gap == close:
        return -1 if is_upper else 0
    if gap > close + 1:
        return -1
    if not is_upper:
        return 0 if following.islower() else -1
    if marks > at + 1 or close > marks or PyUnicode_READ(kind, data, at) != u".":
        return 1
    # The word before the stop, if it is of letters after a blank.
    while first > least and (<Py_UCS4>PyUnicode_READ(kind, data, first - 1)).isalpha():
        first -= 1
    if first < at:
        if first > least and PyUnicode_READ(kind, data, first - 1) != u" ":
            return -1
        if first == at - 1 and (<Py_UCS4>PyUnicode_READ(kind, data, first)).isupper():
            return 0
        return text[first:at].lower() not in stops
    # Or a number; "NQ/2" is one word with the letters.
    while first > least and u"0" <= <Py_UCS4>PyUnicode_READ(kind, data, first - 1) <= u"9":
        first -= 1
    if first > least:
        c = PyUnicode_READ(kind, data, first - 1)
        if first == at:
            # Marks that no table of letters disagrees about: no word is before the stop.
            return 1 if c < 0x80 or 0x2010 <= c < 0x2030 else -1
        if c >= 0x80 or c.isalpha():
            return -1
        if (c == u"." or c == u"/") and first - 1 > least and not (
            u"0" <= <Py_UCS4>PyUnicode_READ(kind, data, first - 2) <= u"9"
        ):
            return -1
    elif first == at:
        return -1
    head = text[max(begin, first - 8):first].strip().lower()
    return len(head) > 0 and not head.endswith(counted)


cdef int add_trimmed(list found, int kind, void *data, Py_ssize_t start, Py_ssize_t end) except -1:
    while start < end and is_blank(PyUnicode_READ(kind, data, start)):
        start += 1
    while start < end and is_blank(PyUnicode_READ(kind, data, end - 1)):
        end -= 1
    if start < end:
        found.append((start, end))
    return 0


# ------------------------------------------------------------------------------------------------ numbers of strings


cdef inline uint64_t mixed(uint64_t key, uint64_t more) noexcept:
    key = (key ^ more) * BASE
    return key ^ (key >> 31)


def text_keys(list texts):
    """What `scoring.text_keys` gives: hashes of strings, and how many pieces they have between single blanks."""
    cdef Py_ssize_t i, a, b, size
    cdef int kind
    cdef void *data
    cdef str text
    cdef uint64_t key, piece
    cdef uint64_t[::1] keys = np.empty(len(texts), dtype=np.uint64)
    cdef uint64_t[::1] pieces = np.empty(len(texts), dtype=np.uint64)
    for i in range(len(texts)):
        text = texts[i]
        kind, data, size = PyUnicode_KIND(text), PyUnicode_DATA(text), len(text)
        key, pieces[i], a = 0, 0, 0
        while a <= size:
            b = a
            while b < size and PyUnicode_READ(kind, data, b) != u" ":
                b += 1
            piece = piece_key(text, kind, data, a, b)
            key = key * BASE + piece if a else piece
            pieces[i] += 1
            a = b + 1
        keys[i] = key
    return np.asarray(keys), np.asarray(pieces)


cdef uint64_t piece_key(str text, int kind, void *data, Py_ssize_t a, Py_ssize_t b) except? 0:
    cdef uint64_t key = b - a
    cdef Py_UCS4 c
    cdef Py_ssize_t i
    if b - a > USUAL:
        return int.from_bytes(blake2b(text[a:b].encode(), digest_size=8).digest(), "little")
    for i in range(a, b):
        c = PyUnicode_READ(kind, data, i)
        if 0xD800 <= c < 0xE000:
            text.encode()  # raises what Python raises
        key = mixed(key, c)
    return key


def looks(list forms, const uint8_t[::1] common):
    """What `scoring.Scorer._looks` says of forms of common characters alone, None of others.

    ``common`` is 1 for a common character and 2 if it is also a small letter, by code point.
    """
    cdef list found = []
    cdef str form
    cdef int kind
    cdef void *data
    cdef Py_ssize_t i
    cdef Py_UCS4 c, before
    cdef bint is_common, is_title
    for form in forms:
        kind, data = PyUnicode_KIND(form), PyUnicode_DATA(form)
        before, is_common, is_title = u" ", len(form) > 0, True
        for i in range(len(form)):
            c = PyUnicode_READ(kind, data, i)
            if c >= <size_t>common.shape[0] or not common[c]:
                is_common = False
                break
            if before == u" " and common[c] == 2:
                is_title = False
            before = c
        found.append((form.lower(), "True" if is_title else "False", "False") if is_common else None)
    return found


def classes(list forms, list looks, object dictionary, list numbers):
    """The class of every form: the numbers of the form, of its looks, and of whether the dictionary has it, 0 if none.

    ``numbers`` are dictionaries of these five.
    """
    cdef dict form_of, lower_of, title_of, digit_of, in_of
    cdef list found = []
    form_of, lower_of, title_of, digit_of, in_of = numbers
    for form, (lower, title, digit) in zip(forms, looks):
        found.append((
            form_of.get(form, 0), lower_of.get(lower, 0), title_of.get(title, 0), digit_of.get(digit, 0),
            in_of.get("True" if lower in dictionary else "False", 0),
        ))
    return found


cdef struct Slot:
    uint64_t key
    Py_ssize_t number  # and 1 more; 0 where there is none


cdef class Memory:
    """Numbers from 0 on, found by a hash; subclasses say whether what has the same hash is the same."""

    cdef list known  # what has the numbers
    cdef Slot *slots  # where the hash leads, or further on
    cdef Py_ssize_t mask
    cdef uint64_t seed  # another one in every process: no page can be made to fill few slots

    def __cinit__(self):
        self.known = []
        self.seed = <uint64_t><int64_t>hash("seed of this process")
        self.mask = (1 << 12) - 1
        self.slots = <Slot *>PyMem_Calloc(self.mask + 1, sizeof(Slot))
        if not self.slots:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.slots)

    def __len__(self):
        """How many numbers there are."""
        return len(self.known)

    cdef int grow(self) except -1:
        """Make room for twice as many."""
        cdef Slot *old = self.slots
        cdef Py_ssize_t i, slot, size = self.mask + 1
        cdef Slot *slots = <Slot *>PyMem_Calloc(2 * size, sizeof(Slot))
        if not slots:
            raise MemoryError
        for i in range(size):
            if old[i].number:
                slot = old[i].key & (2 * size - 1)
                while slots[slot].number:
                    slot = (slot + 1) & (2 * size - 1)
                slots[slot] = old[i]
        PyMem_Free(old)
        self.slots, self.mask = slots, 2 * size - 1
        return 0

    cdef Py_ssize_t add(self, object new, uint64_t key) except -1:
        """A number for what has none."""
        cdef Py_ssize_t slot
        if 2 * len(self.known) > self.mask:
            self.grow()
        slot = key & self.mask
        while self.slots[slot].number:
            slot = (slot + 1) & self.mask
        self.known.append(new)
        self.slots[slot].key, self.slots[slot].number = key, len(self.known)
        return len(self.known) - 1


cdef class Chunks(Memory):
    """Numbers for chunks: what stands between blanks, with a line break where a piece ends."""

    def find(self, list pieces):
        """The number of every chunk of every piece, where it starts in it, and the bounds of pieces (pieces + 1).

        Also the chunks met for the first time, in the order of their numbers.
        """
        cdef Py_ssize_t known = len(self.known), room = 0, n = 0, k, a, b, size
        cdef bint is_last
        cdef int kind
        cdef void *data
        cdef str piece
        cdef uint64_t key
        cdef Py_UCS4 c
        for piece in pieces:
            room += (len(piece) + 1) // 2
        cdef int64_t[::1] number = np.empty(room, dtype=np.int64)
        cdef int64_t[::1] start = np.empty(room, dtype=np.int64)
        cdef int64_t[::1] first = np.zeros(len(pieces) + 1, dtype=np.int64)
        for k in range(len(pieces)):
            piece = pieces[k]
            kind, data, size = PyUnicode_KIND(piece), PyUnicode_DATA(piece), len(piece)
            b = 0
            while True:
                a = b
                while a < size and is_blank(PyUnicode_READ(kind, data, a)):
                    a += 1
                if a == size:
                    break
                key, b = self.seed, a
                while b < size:
                    c = PyUnicode_READ(kind, data, b)
                    if is_blank(c):
                        break
                    key = mixed(key, c)
                    b += 1
                # To a pattern a line break at the very end is not there.
                is_last = b == size or (b == size - 1 and PyUnicode_READ(kind, data, b) == u"\n")
                number[n] = self.number_of(piece, kind, data, a, b, is_last, mixed(key, is_last))
                start[n] = a
                n += 1
            first[k + 1] = n
        return np.asarray(number)[:n], np.asarray(start)[:n], np.asarray(first), self.known[known:]

    cdef Py_ssize_t number_of(
        self, str piece, int kind, void *data, Py_ssize_t a, Py_ssize_t b, bint is_last, uint64_t key
    ) except -1:
        cdef Py_ssize_t slot = key & self.mask, i
        cdef str chunk
        cdef int kind_of
        cdef void *data_of
        while self.slots[slot].number:
            if self.slots[slot].key == key:
                chunk = self.known[self.slots[slot].number - 1]
                if len(chunk) == b - a + is_last:
                    kind_of, data_of = PyUnicode_KIND(chunk), PyUnicode_DATA(chunk)
                    i = 0
                    while i < b - a and PyUnicode_READ(kind, data, a + i) == PyUnicode_READ(kind_of, data_of, i):
                        i += 1
                    # One of the same length that ends with no line break has a character more.
                    if i == b - a and is_last == (PyUnicode_READ(kind_of, data_of, len(chunk) - 1) == u"\n"):
                        return self.slots[slot].number - 1
            slot = (slot + 1) & self.mask
        return self.add(piece[a:b] + "\n" if is_last else piece[a:b], key)


cdef class Words(Memory):
    """Numbers for words: of what tokens they are, and between which of those there are blanks."""

    def find(
        self, list pieces, const int64_t[::1] first, const int64_t[::1] at, const int64_t[::1] tokens,
        const int64_t[::1] start, const int64_t[::1] end,
    ):
        """The number of every word, -1 where a token has none; and words met for the first time, as written.

        ``first`` are the bounds of pieces in words, ``at`` those of words in tokens; of tokens their numbers, and
        where they start and end in their piece.
        """
        cdef Py_ssize_t words = at.shape[0] - 1, longest = 0, k, w, a, b, i
        cdef int64_t *parts
        cdef uint64_t key
        cdef list new = []
        cdef Py_ssize_t known
        if not (len(pieces) == first.shape[0] - 1 and tokens.shape[0] == start.shape[0] == end.shape[0]):
            raise ValueError("columns of different length")
        for w in range(words):
            if not 0 <= at[w] < at[w + 1] <= tokens.shape[0]:
                raise ValueError("words outside of the tokens")
            longest = max(longest, at[w + 1] - at[w])
        cdef int64_t[::1] number = np.empty(max(words, 0), dtype=np.int64)
        parts = <int64_t *>PyMem_Malloc(longest * sizeof(int64_t))
        if not parts:
            raise MemoryError
        try:
            for k in range(len(pieces)):
                if not 0 <= first[k] <= first[k + 1] <= words:
                    raise ValueError("pieces outside of the words")
                for w in range(first[k], first[k + 1]):
                    a, b = at[w], at[w + 1]
                    if tokens[a] < 0:
                        number[w] = -1
                        continue
                    key = self.seed
                    for i in range(a, b):
                        # Twice the number, and 1 more where a blank stands before.
                        parts[i - a] = 2 * tokens[i] + (i > a and start[i] > end[i - 1])
                        key = mixed(key, parts[i - a])
                    known = len(self.known)
                    number[w] = self.number_of(parts, b - a, key)
                    if len(self.known) > known:
                        new.append(pieces[k][start[a] : end[b - 1]])
        finally:
            PyMem_Free(parts)
        return np.asarray(number), new

    cdef Py_ssize_t number_of(self, const int64_t *parts, Py_ssize_t count, uint64_t key) except -1:
        cdef Py_ssize_t slot = key & self.mask, size = count * sizeof(int64_t)
        cdef bytes word
        while self.slots[slot].number:
            if self.slots[slot].key == key:
                word = self.known[self.slots[slot].number - 1]
                if len(word) == size and memcmp(<const char *>word, parts, size) == 0:
                    return self.slots[slot].number - 1
            slot = (slot + 1) & self.mask
        return self.add((<const char *>parts)[:size], key)


# ------------------------------------------------------------------------------------------------ tokens of chunks


def numbers(object known, list strings, Py_ssize_t begin):
    """The numbers that `rows.Numbers` gives to ``strings``, and the new ones; the first number of all is ``begin``."""
    cdef int64_t[::1] found = np.empty(len(strings), dtype=np.int64)
    cdef list new = []
    cdef PyObject *number
    cdef Py_ssize_t i
    for i in range(len(strings)):
        number = PyDict_GetItemWithError(known, strings[i])  # known may be a subclass
        if number:
            found[i] = <object>number
        else:
            found[i] = begin + len(known)
            known[strings[i]] = found[i]
            new.append(strings[i])
    return np.asarray(found), new


def tokens_of(list chunks, finditer):
    """The tokens that a pattern finds in chunks, as a list, where they start and end, and how many each chunk has.

    A chunk with a line break is at the end of its piece. Most are cut here, as the pattern would cut them: it is asked
    for those of several words only, and where it knows short forms with a full stop.
    """
    cdef list tokens = [], start = [], end = []
    cdef int64_t[::1] count = np.empty(len(chunks), dtype=np.int64)
    cdef str chunk
    cdef Py_ssize_t i, size, known, a, b
    cdef bint is_last
    for i in range(len(chunks)):
        chunk, known = chunks[i], len(tokens)
        if not chunk:
            raise ValueError("an empty chunk")
        is_last = chunk[len(chunk) - 1] == u"\n"
        if is_last:
            chunk = chunk[: len(chunk) - 1]
        if not cut_plainly(chunk, tokens, start, end):
            # What follows a chunk within its piece is some blank.
            for m in finditer(chunk if is_last else chunk + " "):
                a, b = m.span()
                start.append(a)
                end.append(b)
                tokens.append(chunk[a:b])
        count[i] = len(tokens) - known
    return tokens, start, end, np.asarray(count)


cdef frozenset SHORT = frozenset(["Tp", "Mr", "Mrs", "Ms", "Dr"])


cdef bint cut_plainly(str chunk, list tokens, list start, list end) except -1:
    """Add the tokens of a word of letters or of figures with marks around it; returns whether it is one."""
    cdef int kind = PyUnicode_KIND(chunk)
    cdef void *data = PyUnicode_DATA(chunk)
    cdef Py_ssize_t size = len(chunk), first = 0, last, i, to
    cdef Py_UCS4 c
    cdef str word
    while first < size and PyUnicode_READ(kind, data, first) in u"(“\"‘":
        first += 1
    last = first
    if first < size and (<Py_UCS4>PyUnicode_READ(kind, data, first)).isalpha():
        while last < size and (<Py_UCS4>PyUnicode_READ(kind, data, last)).isalpha():
            last += 1
    else:
        while last < size and u"0" <= <Py_UCS4>PyUnicode_READ(kind, data, last) <= u"9":
            last += 1
        # One mark of decimals or thousands; with two it might be a date.
        if first < last < size - 1 and PyUnicode_READ(kind, data, last) in u".," and (
            u"0" <= <Py_UCS4>PyUnicode_READ(kind, data, last + 1) <= u"9"
        ):
            last += 2
            while last < size and u"0" <= <Py_UCS4>PyUnicode_READ(kind, data, last) <= u"9":
                last += 1
    if first == last:
        return False
    for i in range(last, size):
        c = PyUnicode_READ(kind, data, i)
        if c not in u".,;)?!…”’\"%" and not (c == u":" and i == size - 1):
            return False
    word = chunk[first:last]
    c = PyUnicode_READ(kind, data, last - 1)
    if last < size and PyUnicode_READ(kind, data, last) == u"." and c.isalpha() and (not c.islower() or word in SHORT):
        return False
    # The pattern takes any letter for the stop of "Th.S", and this letter for a mark.
    if (word.startswith("Th") and len(word) > 3 and word[3] in u"Ss") or word.startswith("ʺ"):
        return False
    for i in range(first):
        tokens.append(chunk[i : i + 1])
        start.append(i)
        end.append(i + 1)
    tokens.append(word)
    start.append(first)
    end.append(last)
    i = last
    while i < size:
        to = i + 1
        if PyUnicode_READ(kind, data, i) == u".":
            while to < size and PyUnicode_READ(kind, data, to) == u".":
                to += 1
        tokens.append(chunk[i:to])
        start.append(i)
        end.append(to)
        i = to
    return True


def expanded(
    const int64_t[::1] which, const int64_t[::1] begin, const int64_t[::1] of_piece, const int64_t[:, ::1] chunks,
    const int64_t[::1] start, const int64_t[::1] end, const int64_t[::1] number,
):
    """Of the tokens of all chunks start and end in their piece, the bounds of pieces (pieces + 1), and their numbers.

    ``which`` are the chunks, that begin in their piece at ``begin``; ``of_piece`` are the bounds of pieces in them. Of
    known chunks the first token and how many there are, of tokens start and end in the chunk and the number.
    """
    cdef Py_ssize_t k, i, n = 0, token, tokens = number.shape[0]
    if begin.shape[0] < which.shape[0] or start.shape[0] != tokens or end.shape[0] != tokens or chunks.shape[1] < 2:
        raise ValueError("columns of different length")
    for i in range(which.shape[0]):
        if not 0 <= which[i] < chunks.shape[0] or chunks[which[i], 1] < 0:
            raise ValueError("unknown chunk")
        n += chunks[which[i], 1]
    cdef int64_t[::1] from_ = np.empty(n, dtype=np.int64)
    cdef int64_t[::1] to = np.empty(n, dtype=np.int64)
    cdef int64_t[::1] found = np.empty(n, dtype=np.int64)
    cdef int64_t[::1] first = np.zeros(of_piece.shape[0], dtype=np.int64)
    n = 0
    for k in range(of_piece.shape[0] - 1):
        if not 0 <= of_piece[k] <= of_piece[k + 1] <= which.shape[0]:
            raise ValueError("pieces outside of the chunks")
        for i in range(of_piece[k], of_piece[k + 1]):
            token = chunks[which[i], 0]
            if token < 0 or token + chunks[which[i], 1] > tokens or n + chunks[which[i], 1] > found.shape[0]:
                raise ValueError("chunks outside of the tokens")
            for token in range(token, token + chunks[which[i], 1]):
                from_[n], to[n], found[n] = begin[i] + start[token], begin[i] + end[token], number[token]
                n += 1
        first[k + 1] = n
    return np.asarray(from_), np.asarray(to), np.asarray(first), np.asarray(found)


# ------------------------------------------------------------------------------------------------ scores and labels

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define will_read(address) __builtin_prefetch(address)
    #else
    #define will_read(address) ((void)0)
    #endif
    """
    void will_read(const void *address) noexcept


cdef enum:
    BEGIN, END, END_OF_ONE, AFTER  # types around a sentence, as in scoring.py
cdef enum:
    REACH = 2  # no template looks further than two tokens away
    WINDOW = 5
    TABLES = 16
    AHEAD = 4  # places


cdef struct Table:
    # Spans of `width` tokens that a chain knows, as `scoring._Spans` and `scoring._Lookup` have them.
    Py_ssize_t width, count
    int reading, shift
    const double *weights
    const uint64_t *keys
    const uint8_t *maybe  # a bit for every slot
    const int32_t *begin  # for eight slots


cdef struct Types:
    # What is known of all types, by number.
    const int64_t *class_of
    const double *weights  # by class
    Py_ssize_t width  # of a row of weights
    const uint64_t *keys[2]  # of the form, of the form in lower case
    const uint64_t *power
    const uint8_t *title


cdef class Chain:
    """Scores sentences and finds their labels."""

    cdef Py_ssize_t labels, count
    cdef Table tables[TABLES]
    cdef const double[:, ::1] transition, most
    cdef double slack
    cdef list held  # the arrays that tables point into
    cdef double *here  # scores of the labels of one place
    # Of every place of a sentence where the labels begin that may be on a best path; those labels and their scores.
    cdef Py_ssize_t *begin
    cdef int32_t *label
    cdef double *score
    cdef Py_ssize_t places, room
    # Of every place how many known spans begin there, and what they say, for up to ``count`` of them.
    cdef uint8_t *known
    cdef const double **found

    def __init__(self, const double[:, ::1] transition, const double[:, ::1] most, double slack, list spans):
        """``most`` and ``slack`` are those of `viterbi.Decoder`; ``spans`` are (width, reading, weights, lookup).

        A lookup is (keys, maybe, begin, shift), or None where titles are read.
        """
        cdef const double[:, ::1] weights
        cdef const uint64_t[::1] keys
        cdef const uint8_t[::1] maybe
        cdef const int32_t[::1] begin
        cdef Table *table
        self.labels, self.transition, self.most, self.slack = len(transition), transition, most, slack
        self.held = list(spans)
        self.here = <double *>PyMem_Malloc(self.labels * sizeof(double))
        if not self.here:
            raise MemoryError
        if len(spans) > TABLES or not (
            transition.shape[1] == most.shape[0] == most.shape[1] == self.labels > 0
        ):
            raise ValueError("not the tables of one chain")
        for self.count, (width, reading, weights, lookup) in enumerate(spans, 1):
            table = &self.tables[self.count - 1]
            table.width, table.reading = width, ("form", "lower", "istitle").index(reading)
            table.count = weights.shape[0]
            if not 2 <= width <= WINDOW or table.count == 0 or weights.shape[1] != WINDOW * self.labels:
                raise ValueError("not the spans of this chain")
            table.weights = &weights[0, 0]
            if table.reading < 2:
                keys, maybe, begin, table.shift = lookup
                if not 0 < table.shift < 64 or keys.shape[0] < table.count or not (
                    8 * <uint64_t>maybe.shape[0] == 8 * <uint64_t>begin.shape[0] == <uint64_t>1 << (64 - table.shift)
                ):
                    raise ValueError("not the spans of this chain")
                table.keys, table.maybe, table.begin = &keys[0], &maybe[0], &begin[0]

    def __dealloc__(self):
        PyMem_Free(self.here)
        PyMem_Free(self.begin)
        PyMem_Free(self.label)
        PyMem_Free(self.score)
        PyMem_Free(self.known)
        PyMem_Free(<void *>self.found)

    def tag(
        self, const int64_t[::1] types, const int64_t[::1] first, const int64_t[::1] class_of,
        const double[:, ::1] weights, const uint64_t[::1] form, const uint64_t[::1] lower, const uint64_t[::1] power,
        const uint8_t[::1] title,
    ):
        """The label of every token, and the sentences with two equally good paths.

        ``first`` are the sentences' bounds in ``types`` (sentences + 1). The others are what is known of all types;
        weights are by class. ``lower`` may be empty if no span is read so.
        """
        cdef Py_ssize_t i, n = types.shape[0], count = class_of.shape[0]
        cdef int64_t[::1] labels = np.empty(n, dtype=np.int64)
        cdef Types of
        cdef list tied = []
        if count < 4 or not form.shape[0] == power.shape[0] == title.shape[0] == count or (
            lower.shape[0] != count and any(self.tables[i].reading == 1 for i in range(self.count))
        ):
            raise ValueError("columns of different length")
        if weights.shape[0] < 1 or weights.shape[1] != WINDOW * self.labels:
            raise ValueError("not the weights of this chain")
        for i in range(n):
            if not 0 <= types[i] < count:
                raise ValueError("unknown type")
        for i in range(count):
            if not 0 <= class_of[i] < weights.shape[0]:
                raise ValueError("unknown class")
        of.class_of, of.weights, of.width = &class_of[0], &weights[0, 0], weights.shape[1]
        of.keys[0], of.keys[1] = &form[0], &lower[0] if lower.shape[0] else NULL
        of.power, of.title = &power[0], &title[0]
        for i in range(first.shape[0] - 1):
            if not 0 <= first[i] <= first[i + 1] <= n:
                raise ValueError("sentences outside of the tokens")
            if first[i] < first[i + 1] and self.path(
                &types[first[i]], first[i + 1] - first[i], &of, &labels[first[i]]
            ):
                tied.append(i)
        return np.asarray(labels), tied

    cdef bint path(self, const int64_t *types, Py_ssize_t n, const Types *of, int64_t *labels) except -1:
        """Fill in the labels of a sentence of ``n`` tokens; returns whether another path is as good."""
        cdef Py_ssize_t k = self.labels, t, i, j, q, lead, used = 0
        # What the tokens around a place say of it, and what the known spans that begin there do.
        cdef const double *a
        cdef const double *b
        cdef const double *c
        cdef const double *d
        cdef const double *e
        cdef const double *row
        cdef double *here = self.here
        cdef double best, least
        self.reserve_places(n)
        self.find_spans(types, n, of)
        for t in range(n):
            # Rows are far apart in memory, each is some cache lines.
            a = said(types, n, t + AHEAD, of)
            for j in range(0, WINDOW * k, 8):
                will_read(a + j)
            a, b = said(types, n, t - 2, of) + 4 * k, said(types, n, t - 1, of) + 3 * k
            c = said(types, n, t, of) + 2 * k
            d, e = said(types, n, t + 1, of) + k, said(types, n, t + 2, of)
            for j in range(k):
                here[j] = a[j] + b[j] + c[j] + d[j] + e[j]
            for q in range(max(0, t - REACH), min(n, t + REACH + 1)):
                for i in range(self.known[q]):
                    row = self.found[q * self.count + i] + (t - q + REACH) * k
                    for j in range(k):
                        here[j] += row[j]
            best = highest(here, k)
            lead = 0
            while lead < k - 1 and here[lead] < best:
                lead += 1
            self.begin[t] = used
            self.reserve_scores(used + k + 1)  # where all scores are -inf the leading label comes twice
            self.label[used], self.score[used] = lead, here[lead]
            used += 1
            # A label that loses to the leading one by more than transitions can make good is on no best path.
            row, least = &self.most[lead, 0], here[lead] - self.slack
            for j in range(k):
                if here[j] + row[j] >= least:
                    self.label[used], self.score[used] = j, here[j]
                    used += 1
        self.begin[n] = used
        return self.decide(n, labels)

    cdef bint decide(self, Py_ssize_t n, int64_t *labels) noexcept:
        """The path of the highest sum through the labels of `path`; returns whether another one is as good."""
        cdef const Py_ssize_t *begin = self.begin
        cdef const int32_t *label = self.label
        cdef double *score = self.score
        cdef Py_ssize_t t, i, before, chosen
        cdef double best, second, total
        cdef bint tied = False
        for t in range(1, n):
            for i in range(begin[t], begin[t + 1]):
                best = score[begin[t - 1]] + self.transition[label[begin[t - 1]], label[i]]
                for before in range(begin[t - 1] + 1, begin[t]):
                    total = score[before] + self.transition[label[before], label[i]]
                    if total > best:
                        best = total
                score[i] += best
        for t in range(n - 1, -1, -1):
            if t < n - 1:
                for i in range(begin[t], begin[t + 1]):
                    score[i] += self.transition[label[i], labels[t + 1]]
            chosen = begin[t]
            second = -INFINITY
            for i in range(begin[t] + 1, begin[t + 1]):
                if score[i] > score[chosen]:
                    second, chosen = score[chosen], i
                elif score[i] > second:
                    second = score[i]
            labels[t] = label[chosen]
            tied = tied or second >= score[chosen] - self.slack
        return tied

    cdef void find_spans(self, const int64_t *types, Py_ssize_t n, const Types *of) noexcept:
        """Fill in the known spans of a sentence of ``n`` tokens, by the token that they begin with."""
        cdef Py_ssize_t i, q, d
        cdef const Table *table
        cdef const uint64_t *keys
        cdef uint64_t key
        cdef size_t place, slot
        for q in range(n):
            self.known[q] = 0
        for i in range(self.count):
            table = &self.tables[i]
            if table.reading == 2:
                for q in range(n - table.width + 1):
                    for d in range(table.width):
                        if not of.title[types[q + d]]:
                            break
                    else:
                        self.add_span(q, table.weights)
                continue
            keys = of.keys[table.reading]
            for q in range(n - table.width + 1):
                key = keys[types[q]]
                for d in range(1, table.width):
                    key = key * of.power[types[q + d]] + keys[types[q + d]]
                slot = key >> table.shift
                if table.maybe[slot >> 3] >> (slot & 7) & 1:
                    place = table.begin[slot >> 3]
                    while place < <size_t>table.count and table.keys[place] < key:
                        place += 1
                    if place < <size_t>table.count and table.keys[place] == key:
                        self.add_span(q, table.weights + place * WINDOW * self.labels)

    cdef inline void add_span(self, Py_ssize_t begin, const double *weights) noexcept:
        cdef Py_ssize_t j
        for j in range(0, WINDOW * self.labels, 8):
            will_read(weights + j)
        self.found[begin * self.count + self.known[begin]] = weights
        self.known[begin] += 1

    cdef int reserve_places(self, Py_ssize_t n) except -1:
        cdef void *room
        cdef Py_ssize_t size = n + n // 2 + 1
        if n < self.places:
            return 0
        room = PyMem_Realloc(self.begin, size * sizeof(Py_ssize_t))
        if not room:
            raise MemoryError
        self.begin = <Py_ssize_t *>room
        room = PyMem_Realloc(self.known, size * sizeof(uint8_t))
        if not room:
            raise MemoryError
        self.known = <uint8_t *>room
        room = PyMem_Realloc(<void *>self.found, max(1, size * self.count) * sizeof(double *))
        if not room:
            raise MemoryError
        self.found, self.places = <const double **>room, size
        return 0

    cdef int reserve_scores(self, Py_ssize_t n) except -1:
        cdef void *room
        if n > self.room:
            room = PyMem_Realloc(self.label, 2 * n * sizeof(int32_t))
            if not room:
                raise MemoryError
            self.label = <int32_t *>room
            room = PyMem_Realloc(self.score, 2 * n * sizeof(double))
            if not room:
                raise MemoryError
            self.score, self.room = <double *>room, 2 * n
        return 0


cdef inline double highest(const double *scores, Py_ssize_t count) noexcept:
    """The highest of some scores: four at a time, for one comparison after another waits for the one before."""
    cdef double a = scores[0], b = a, c = a, d = a
    cdef Py_ssize_t i
    for i in range(0, count - 3, 4):
        a = scores[i] if scores[i] > a else a
        b = scores[i + 1] if scores[i + 1] > b else b
        c = scores[i + 2] if scores[i + 2] > c else c
        d = scores[i + 3] if scores[i + 3] > d else d
    for i in range(count - count % 4, count):
        a = scores[i] if scores[i] > a else a
    a, c = max(a, b), max(c, d)
    return max(a, c)


cdef inline const double *said(const int64_t *types, Py_ssize_t n, Py_ssize_t place, const Types *of) noexcept:
    """What the type at a place within a sentence of ``n`` tokens or around it says."""
    cdef int64_t which = BEGIN
    if place >= 0:
        which = types[place] if place < n else AFTER if place > n else END_OF_ONE if n == 1 else END
    return of.weights + of.class_of[which] * of.width
