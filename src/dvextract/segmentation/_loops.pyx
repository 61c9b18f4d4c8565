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

from hashlib import blake2b

import numpy as np

cdef uint64_t BASE = 0x9E3779B97F4A7C15u
cdef enum:
    USUAL = 24  # code points of a piece whose hash is made of them one by one, as in scoring.py


cdef extern from *:
    """
    #if defined(__GNUC__)
    #define will_read(address) __builtin_prefetch(address)
    #else
    #define will_read(address) ((void)0)
    #endif
    """
    void will_read(const void *address) noexcept
    PyObject *PyList_GET_ITEM(object list, Py_ssize_t i) noexcept


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


def looks(list raw, const uint8_t[::1] common):
    """The forms with single blanks, and what `scoring.Scorer._looks` says of those of common characters, else None.

    ``common`` is 1 for a common character and 2 if it is also a small letter, by code point.
    """
    cdef list forms = [], found = []
    cdef str form
    cdef int kind
    cdef void *data
    cdef Py_ssize_t i, size
    cdef Py_UCS4 c, before
    cdef bint is_common, is_title, again
    for form in raw:
        again = True
        while again:
            again = False
            kind, data, size = PyUnicode_KIND(form), PyUnicode_DATA(form), len(form)
            before, is_common, is_title = u" ", size > 0, True
            for i in range(size):
                c = PyUnicode_READ(kind, data, i)
                if (c == u" " and (before == u" " or i == size - 1)) or (c != u" " and is_blank(c)):
                    form, again = " ".join(form.split()), True
                    break
                if c >= <size_t>common.shape[0] or not common[c]:
                    is_common = False
                elif before == u" " and common[c] == 2:
                    is_title = False
                before = c
        forms.append(form)
        found.append((form.lower(), "True" if is_title else "False", "False") if is_common else None)
    return forms, found


def classes(list forms, list looks, object dictionary, list numbers, dict known):
    """What `scoring.Scorer._classes_of` says of forms: their classes, and the numbers of new classes (new, 5).

    ``known`` are the classes by their five numbers as one, in the order they were met; new ones are added.
    """
    cdef dict form_of, lower_of, title_of, digit_of, in_of
    cdef Py_ssize_t i, begin = len(known)
    cdef uint64_t key
    cdef uint64_t sizes[5]
    cdef int64_t five[5]
    cdef str form, lower, title, digit
    cdef PyObject *place
    cdef list new = []
    form_of, lower_of, title_of, digit_of, in_of = numbers
    if np.prod([float(len(n) + 1) for n in numbers]) >= 2.0**62:
        raise ValueError("more classes than there are numbers for")
    for i in range(5):
        sizes[i] = len(numbers[i]) + 1
    if len(looks) != len(forms):
        raise ValueError("columns of different length")
    cdef int64_t[::1] found = np.empty(len(forms), dtype=np.int64)
    for i in range(len(forms)):
        form = forms[i]
        lower, title, digit = looks[i]
        five[0], five[1], five[2] = number_in(form_of, form), number_in(lower_of, lower), number_in(title_of, title)
        five[3] = number_in(digit_of, digit)
        five[4] = number_in(in_of, "True" if lower in dictionary else "False")
        key = (((five[0] * sizes[1] + five[1]) * sizes[2] + five[2]) * sizes[3] + five[3]) * sizes[4] + five[4]
        name = key
        place = PyDict_GetItemWithError(known, name)
        if place:
            found[i] = <object>place
        else:
            found[i] = len(known)
            known[name] = len(known)
            new += (five[0], five[1], five[2], five[3], five[4])
    return np.asarray(found), np.array(new, dtype=np.int64).reshape(-1, 5)


cdef inline int64_t number_in(dict numbers, str value) except -1:
    cdef PyObject *number = PyDict_GetItemWithError(numbers, value)
    return <object>number if number else 0


def said_of(
    const int64_t[:, ::1] classes, list tables, const double[::1] constant, const double[:, ::1] state
):
    """What `scoring.Scorer._said_of` gives: what tokens of these classes say of the window around them.

    ``tables`` are, for each column of ``classes``, the offsets of its templates and the rows of ``state`` by number
    (numbers, templates), -1 for none.
    """
    cdef Py_ssize_t n = classes.shape[0], k = constant.shape[0], i, j, column, q
    cdef const int64_t[:, ::1] rows
    cdef const int64_t[::1] offsets
    cdef int64_t row
    cdef double *to
    cdef const double *said
    cdef double[:, ::1] weights = np.zeros((n, WINDOW * k))
    if state.shape[1] != k or k == 0 or classes.shape[1] != len(tables):
        raise ValueError("columns of different length")
    if n == 0:
        return np.asarray(weights)
    for i in range(n):
        for j in range(k):
            weights[i, REACH * k + j] = constant[j]
    for column in range(len(tables)):
        offsets, rows = tables[column]
        if rows.shape[1] != offsets.shape[0]:
            raise ValueError("columns of different length")
        for q in range(offsets.shape[0]):
            if not -REACH <= offsets[q] <= REACH:
                raise ValueError("a template that looks too far")
        for i in range(n):
            if not 0 <= classes[i, column] < rows.shape[0]:
                raise ValueError("unknown value")
            for q in range(offsets.shape[0]):
                row = rows[classes[i, column], q]
                if row < 0:
                    continue
                if row >= state.shape[0]:
                    raise ValueError("unknown weights")
                to, said = &weights[i, (REACH - offsets[q]) * k], &state[row, 0]
                for j in range(k):
                    to[j] += said[j]
    return np.asarray(weights)


cdef struct Slot:
    uint64_t key
    Py_ssize_t number  # and 1 more; 0 where there is none


cdef class Chunks:
    """Numbers for chunks: what stands between blanks, with a line break where a piece ends."""

    cdef list known  # the chunks, by number
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

    def find(self, list pieces):
        """The number of every chunk of every piece, where it starts in it, and the bounds of pieces (pieces + 1).

        Also the chunks met for the first time, in the order of their numbers.
        """
        cdef Py_ssize_t known = len(self.known), room = 0, n = 0, k, a, b, size, i, place
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
        cdef int64_t[::1] end = np.empty(room, dtype=np.int64)
        cdef uint64_t[::1] keys = np.empty(room, dtype=np.uint64)
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
                keys[n] = mixed(key, is_last)
                will_read(&self.slots[keys[n] & self.mask])
                start[n], end[n] = a, b
                n += 1
            first[k + 1] = n
            # Known chunks are far apart in memory: all of a piece are fetched together.
            for i in range(first[k], n):
                place = self.slots[keys[i] & self.mask].number
                if place:
                    will_read(PyList_GET_ITEM(self.known, place - 1))
                    will_read(<const char *>PyList_GET_ITEM(self.known, place - 1) + 64)
            for i in range(first[k], n):
                b = end[i]
                is_last = b == size or (b == size - 1 and PyUnicode_READ(kind, data, b) == u"\n")
                number[i] = self.number_of(piece, kind, data, start[i], b, is_last, keys[i])
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


cdef struct Node:
    uint64_t key
    int32_t node, word  # and 1 more; 0 where there is none


cdef class Words:
    """Numbers for words: of what tokens they are, and between which of those there are blanks.

    Words are the nodes of a tree: what leads to one is the node before and a token, in one key.
    """

    cdef Node *slots  # where the key leads, or further on
    cdef Py_ssize_t mask, nodes, words
    cdef uint64_t seed  # another one in every process: no page can be made to fill few slots

    def __cinit__(self):
        self.seed = <uint64_t><int64_t>hash("seed of this process")
        self.mask = (1 << 12) - 1
        self.slots = <Node *>PyMem_Calloc(self.mask + 1, sizeof(Node))
        if not self.slots:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.slots)

    def find(
        self, list pieces, const int64_t[::1] first, const int64_t[::1] at, const int64_t[::1] tokens,
        const int64_t[::1] start, const int64_t[::1] end,
    ):
        """The number of every word, -1 where its first token has none; and words met for the first time, as written.

        ``first`` are the bounds of pieces in words, ``at`` those of words in tokens; of tokens their numbers, and
        where they start and end in their piece.
        """
        cdef Py_ssize_t words = at.shape[0] - 1, k, w, a, b, i
        cdef uint64_t part, node
        cdef Node *slot = NULL
        cdef list new = []
        if not (len(pieces) == first.shape[0] - 1 and tokens.shape[0] == start.shape[0] == end.shape[0]):
            raise ValueError("columns of different length")
        for w in range(words):
            if not 0 <= at[w] < at[w + 1] <= tokens.shape[0]:
                raise ValueError("words outside of the tokens")
        for i in range(tokens.shape[0]):
            if not -1 <= tokens[i] < 1 << 30:
                raise ValueError("unknown token")
        cdef int64_t[::1] number = np.empty(max(words, 0), dtype=np.int64)
        for k in range(len(pieces)):
            if not 0 <= first[k] <= first[k + 1] <= words:
                raise ValueError("pieces outside of the words")
            for w in range(first[k], first[k + 1]):
                a, b = at[w], at[w + 1]
                if tokens[a] < 0:
                    number[w] = -1
                    continue
                node = 0
                for i in range(a, b):
                    # Twice the number, and 1 more where a blank stands before.
                    part = 2 * (tokens[i] + 1) + (i > a and start[i] > end[i - 1])
                    slot = self.slot_of(node << 32 | part)
                    node = slot.node
                if not slot.word:
                    new.append(pieces[k][start[a] : end[b - 1]])
                    self.words += 1
                    slot.word = <int32_t>self.words
                number[w] = slot.word - 1
        return np.asarray(number), new

    cdef Node *slot_of(self, uint64_t key) except NULL:
        cdef size_t place = self.place_of(key)
        if not self.slots[place].node:
            if 2 * self.nodes > self.mask:
                self.grow()
                place = self.place_of(key)
            if self.nodes >= 0x7FFFFFFE:
                raise OverflowError("more words than there are numbers for")
            self.nodes += 1
            self.slots[place].key, self.slots[place].node = key, <int32_t>self.nodes
        return &self.slots[place]

    cdef size_t place_of(self, uint64_t key) noexcept:
        """Where a key stands or would."""
        cdef size_t place = mixed(self.seed, key) & self.mask
        while self.slots[place].node and self.slots[place].key != key:
            place = (place + 1) & self.mask
        return place

    cdef int grow(self) except -1:
        """Make room for twice as many."""
        cdef Node *old = self.slots
        cdef Py_ssize_t i, size = self.mask + 1
        cdef Node *slots = <Node *>PyMem_Calloc(2 * size, sizeof(Node))
        if not slots:
            raise MemoryError
        self.slots, self.mask = slots, 2 * size - 1
        for i in range(size):
            if old[i].node:
                slots[self.place_of(old[i].key)] = old[i]
        PyMem_Free(old)
        return 0


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
    # Of every place what its type says, from REACH before the sentence to AHEAD after it; the keys of its form and of
    # that in lower case, the power, whether it is a title, and a key of the span that begins there.
    cdef const double **said
    cdef uint64_t *keys[2]
    cdef uint64_t *power
    cdef uint64_t *joined
    cdef uint8_t *title
    cdef Py_ssize_t *maybe  # places where a span may begin that is known

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
        PyMem_Free(<void *>self.said)
        PyMem_Free(self.keys[0])
        PyMem_Free(self.keys[1])
        PyMem_Free(self.power)
        PyMem_Free(self.joined)
        PyMem_Free(self.title)
        PyMem_Free(self.maybe)

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
            lower.shape[0] != count and (lower.shape[0] or any(self.tables[i].reading == 1 for i in range(self.count)))
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
        self.lay_out(types, n, of)
        self.find_spans(n)
        for t in range(n):
            # Rows are far apart in memory, each is some cache lines.
            a = self.said[t + REACH + AHEAD]
            for j in range(0, WINDOW * k, 8):
                will_read(a + j)
            a, b, c = self.said[t] + 4 * k, self.said[t + 1] + 3 * k, self.said[t + 2] + 2 * k
            d, e = self.said[t + 3] + k, self.said[t + 4]
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
            for j in range(k):  # without a jump, which could not be foreseen
                self.label[used], self.score[used] = j, here[j]
                used += here[j] + row[j] >= least
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

    cdef void lay_out(self, const int64_t *types, Py_ssize_t n, const Types *of) noexcept:
        """Fill in what is known of the types of a sentence of ``n`` tokens and of those around it."""
        cdef Py_ssize_t q
        cdef int64_t which
        cdef bint lower = of.keys[1] != NULL
        for q in range(REACH):
            self.said[q] = of.weights + of.class_of[BEGIN] * of.width
        for q in range(n):
            which = types[q]
            self.said[q + REACH] = of.weights + of.class_of[which] * of.width
            self.keys[0][q], self.power[q], self.title[q] = of.keys[0][which], of.power[which], of.title[which]
            if lower:
                self.keys[1][q] = of.keys[1][which]
        self.said[n + REACH] = of.weights + of.class_of[END_OF_ONE if n == 1 else END] * of.width
        for q in range(n + REACH + 1, n + REACH + AHEAD):
            self.said[q] = of.weights + of.class_of[AFTER] * of.width

    cdef void find_spans(self, Py_ssize_t n) noexcept:
        """Fill in the known spans of a sentence of ``n`` tokens, by the token that they begin with."""
        cdef Py_ssize_t i, q, d, count, width = 0
        cdef int reading = -1
        cdef const Table *table
        cdef const uint64_t *keys
        cdef const uint64_t *power = self.power
        cdef uint64_t *joined = self.joined
        cdef uint64_t key
        cdef size_t place, slot
        cdef uint8_t all_titles
        for q in range(n):
            self.known[q] = 0
        for i in range(self.count):
            table = &self.tables[i]
            if table.reading == 2:
                count = 0
                for q in range(n - table.width + 1):
                    self.maybe[count] = q
                    all_titles = True
                    for d in range(table.width):
                        all_titles &= self.title[q + d] != 0
                    count += all_titles
                for d in range(count):
                    self.add_span(self.maybe[d], table.weights)
                continue
            keys = self.keys[table.reading]
            # The keys of wider spans are made of those of narrower ones.
            if table.reading != reading or table.width < width:
                reading, width = table.reading, 1
                for q in range(n):
                    joined[q] = keys[q]
            while width < table.width:
                for q in range(n - width):
                    joined[q] = joined[q] * power[q + width] + keys[q + width]
                width += 1
            # Most are unknown, but a processor cannot foresee which: these are taken out without a jump.
            count = 0
            for q in range(n - width + 1):
                slot = joined[q] >> table.shift
                self.maybe[count] = q
                count += table.maybe[slot >> 3] >> (slot & 7) & 1
            for d in range(count):  # far apart in memory, all of them
                will_read(&table.begin[joined[self.maybe[d]] >> table.shift >> 3])
            for d in range(count):
                will_read(&table.keys[table.begin[joined[self.maybe[d]] >> table.shift >> 3]])
            for d in range(count):
                q = self.maybe[d]
                key = joined[q]
                place = table.begin[key >> table.shift >> 3]
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
        cdef Py_ssize_t size = n + n // 2 + 1
        if n < self.places:
            return 0
        self.places = 0  # should one of them fail
        self.begin = <Py_ssize_t *>resized(self.begin, size * sizeof(Py_ssize_t))
        self.known = <uint8_t *>resized(self.known, size * sizeof(uint8_t))
        self.found = <const double **>resized(<void *>self.found, max(1, size * self.count) * sizeof(double *))
        self.said = <const double **>resized(<void *>self.said, (size + REACH + AHEAD) * sizeof(double *))
        self.keys[0] = <uint64_t *>resized(self.keys[0], size * sizeof(uint64_t))
        self.keys[1] = <uint64_t *>resized(self.keys[1], size * sizeof(uint64_t))
        self.power = <uint64_t *>resized(self.power, size * sizeof(uint64_t))
        self.joined = <uint64_t *>resized(self.joined, size * sizeof(uint64_t))
        self.title = <uint8_t *>resized(self.title, size * sizeof(uint8_t))
        self.maybe = <Py_ssize_t *>resized(self.maybe, size * sizeof(Py_ssize_t))
        self.places = size
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


cdef void *resized(void *room, size_t size) except NULL:
    """Room of another size; what there was stays where it was if there is no memory for it."""
    cdef void *more = PyMem_Realloc(room, size)
    if not more:
        raise MemoryError
    return more


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
