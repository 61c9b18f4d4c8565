# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Sentences as skeletons, and which words they hold, in one walk over a page: what `skeleton` and `words` do in Python.

A `Vocabulary` is an automaton over all words that are looked for (Aho and Corasick, Efficient string matching, 1975):
a character costs one step whatever the number of words.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_FromKindAndData, PyUnicode_READ, PyUnicode_DATA, PyUnicode_KIND
from libc.stdint cimport int32_t, uint16_t, uint64_t
from libc.string cimport memcpy, memmove, memset

cdef extern from "Python.h":
    int Py_UNICODE_ISALNUM(Py_UCS4 c)
    int Py_UNICODE_ISSPACE(Py_UCS4 c)
    enum: PyUnicode_4BYTE_KIND

cdef struct State:
    uint64_t bits  # of the words that end here
    int32_t first  # of the lengths of verbs that end here, where those of the next state begin
    int32_t last


cdef class Vocabulary:
    """Sets of words, each with a bit, and words whose places are wanted (``verbs``); all of one character or more."""

    cdef uint16_t *classes  # of a character: 0 where no word has it
    cdef Py_ssize_t codes
    cdef uint16_t *following  # state after a state and a class
    cdef Py_ssize_t width
    cdef State *states
    cdef int32_t *lengths

    def __cinit__(self, sets, verbs):
        cdef Py_ssize_t i, place, count
        words = [(word, 1 << bit, 0) for bit, alike in enumerate(sets) for word in alike]
        words += [(word, 0, len(word)) for word in verbs]
        if len(sets) > 64 or any(not word for word, _, _ in words):
            raise ValueError("more than 64 sets of words, or an empty word")
        characters = sorted({c for word, _, _ in words for c in word})
        children, bits, lengths = [{}], [0], [()]
        for word, bit, length in words:
            state = 0
            for c in word:
                below = children[state].get(c)
                if below is None:
                    below = children[state][c] = len(children)
                    children.append({})
                    bits.append(0)
                    lengths.append(())
                state = below
            bits[state] |= bit
            lengths[state] += (length,) if length else ()
        count = len(children)
        if count >= 1 << 16:
            raise ValueError("too many words")
        self.codes = 1 + max(map(ord, characters), default=0)
        self.width = len(characters) + 1
        self.classes = <uint16_t *> PyMem_Malloc(self.codes * sizeof(uint16_t))
        self.following = <uint16_t *> PyMem_Malloc(count * self.width * sizeof(uint16_t))
        self.states = <State *> PyMem_Malloc(count * sizeof(State))
        if self.classes == NULL or self.following == NULL or self.states == NULL:
            raise MemoryError
        memset(self.classes, 0, self.codes * sizeof(uint16_t))
        memset(self.following, 0, count * self.width * sizeof(uint16_t))
        for i, c in enumerate(characters):
            self.classes[<Py_ssize_t> ord(c)] = i + 1
        # Breadth first: where a word breaks off, what goes on is the longest of its ends that begins a word.
        shorter, queue = [0] * count, [0]
        for state in queue:
            back = shorter[state]
            if state:
                bits[state] |= bits[back]
                lengths[state] += lengths[back]
                memcpy(&self.following[<Py_ssize_t> state * self.width], &self.following[<Py_ssize_t> back * self.width],
                       self.width * sizeof(uint16_t))
            for c, below in children[state].items():
                place = <Py_ssize_t> state * self.width + self.classes[<Py_ssize_t> ord(c)]
                shorter[below] = self.following[place] if state else 0
                self.following[place] = below
                queue.append(below)
        self.lengths = <int32_t *> PyMem_Malloc((sum(map(len, lengths)) + 1) * sizeof(int32_t))
        if self.lengths == NULL:
            raise MemoryError
        place = 0
        for i in range(count):
            self.states[i].bits = bits[i]
            self.states[i].first = place
            for length in lengths[i]:
                self.lengths[place] = length
                place += 1
            self.states[i].last = place

    def __dealloc__(self):
        PyMem_Free(self.classes)
        PyMem_Free(self.following)
        PyMem_Free(self.states)
        PyMem_Free(self.lengths)


cdef class Skeleton:
    """As `skeleton.Skeleton`, with ``holds`` and ``verbs`` found."""

    cdef readonly str text
    cdef readonly str letters
    cdef readonly dict mentions
    cdef readonly Py_ssize_t block
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef readonly uint64_t holds
    cdef readonly list verbs
    cdef Py_ssize_t count
    cdef int32_t *anchors  # count of them, then as many of what is after them

    def __dealloc__(self):
        PyMem_Free(self.anchors)

    cpdef Py_ssize_t offset(self, Py_ssize_t position):
        """As `skeleton.Skeleton.offset`."""
        cdef Py_ssize_t low = 0, high = self.count, middle
        while low < high:
            middle = (low + high) // 2
            if self.anchors[middle] < position:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            raise ValueError("a place before its sentence")
        low -= 1
        return self.anchors[self.count + low] + position - self.anchors[low] - 1

    def place(self, Py_ssize_t start, Py_ssize_t end):
        """As `skeleton.Skeleton.place`."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError("a stretch outside its sentence")
        cdef int kind = PyUnicode_KIND(self.text)
        cdef void *data = PyUnicode_DATA(self.text)
        while end > start + 1 and PyUnicode_READ(kind, data, end - 1) == c" ":
            end -= 1
        while start < end - 1 and PyUnicode_READ(kind, data, start) == c" ":
            start += 1
        return self.offset(start), self.offset(end)

    def positions(self, str letters):
        """As `skeleton.Skeleton.positions`."""
        cdef Py_UCS4 letter
        return [p for p, letter in zip(self.mentions, self.letters) if letter in letters]


    def split(self, str letters):
        """As `skeleton.Skeleton.split`."""
        cdef Py_UCS4 letter
        cdef Py_ssize_t p, begin = 0
        at, before, own = [], [], []
        for position, here in zip(self.mentions, self.letters):
            letter = here
            if letter in letters:
                p = position
                at.append(position)
                before.append(self.text[begin:p])
                own.append(here)
                begin = p + 1
        return at, before, "".join(own)


cdef struct _Page:
    int kind
    void *data
    Py_UCS4 *written
    int32_t *anchors
    int32_t *after
    int32_t *verbs
    int32_t *begins
    int32_t *ends


def skeletons(Vocabulary vocabulary not None, str folded not None, list stretches, list begins, list ends,
              str letters not None):
    """The skeletons of a page's sentences.

    ``folded`` is the page in lower case; ``stretches`` are first and last mention, start, end and block of the
    sentences; ``begins``, ``ends`` and ``letters`` are where the mentions begin and end and what stands for each.
    """
    cdef Py_ssize_t length = len(folded), mentions = len(letters), i
    if not len(begins) == len(ends) == mentions or length + mentions >= (1 << 31) - 2:
        raise ValueError("mentions do not fit their page")
    cdef Py_ssize_t room = length + mentions + 2
    # characters of a sentence; anchors and what is after them; places of verbs; begins and ends of the mentions
    cdef int32_t *scratch = <int32_t *> PyMem_Malloc((4 * room + 2 * mentions) * sizeof(int32_t))
    if scratch == NULL:
        raise MemoryError
    cdef _Page page
    try:
        page.written = <Py_UCS4 *> scratch
        page.anchors, page.after, page.verbs = scratch + room, scratch + 2 * room, scratch + 3 * room
        page.begins, page.ends = scratch + 4 * room, scratch + 4 * room + mentions
        page.kind, page.data = PyUnicode_KIND(folded), PyUnicode_DATA(folded)
        for i in range(mentions):
            page.begins[i], page.ends[i] = begins[i], ends[i]
            if not 0 <= page.begins[i] <= page.ends[i] <= length:
                raise ValueError("a mention outside its page")
        found = []
        for first, last, start, end, block in stretches:
            if not (0 <= first <= last <= mentions and 0 <= start <= end <= length):
                raise ValueError("a sentence outside its page")
            found.append(_skeleton(vocabulary, &page, letters, first, last, start, end, block))
        return found
    finally:
        PyMem_Free(scratch)


cdef Skeleton _skeleton(Vocabulary words, _Page *page, str letters, Py_ssize_t first, Py_ssize_t last,
                        Py_ssize_t start, Py_ssize_t end, Py_ssize_t block):
    cdef Skeleton s = Skeleton.__new__(Skeleton)
    cdef Py_ssize_t at = start, until, index, blanks, position = 0, count = 1
    cdef Py_UCS4 c
    s.block, s.start = block, start
    s.mentions = {}
    page.anchors[0], page.after[0] = -1, start
    own = []
    for index in range(first, last + 1):
        if index < last:
            until = page.begins[index]
            if until < at:
                continue  # overlaps the one before
        else:
            until = end
        while at < until:
            c = PyUnicode_READ(page.kind, page.data, at)
            at += 1
            if _is_blank(c):
                blanks = at
                while at < until and _is_blank(PyUnicode_READ(page.kind, page.data, at)):
                    at += 1
                if at > blanks or c != c" ":  # blanks count as one
                    page.anchors[count], page.after[count] = position, at
                    count += 1
                    c = c" "
            page.written[position] = c
            position += 1
        if index < last:
            s.mentions[position] = index
            own.append(letters[index])
            page.written[position] = letters[index]
            at = page.ends[index]
            page.anchors[count], page.after[count] = position, at
            count += 1
            position += 1
    s.end = max(end, at)
    s.letters = "".join(own)
    s.text = <str> PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, page.written, position)
    s.anchors = <int32_t *> PyMem_Malloc(2 * count * sizeof(int32_t))
    if s.anchors == NULL:
        raise MemoryError
    s.count = count
    memcpy(s.anchors, page.anchors, count * sizeof(int32_t))
    memcpy(s.anchors + count, page.after, count * sizeof(int32_t))
    _scan(words, page, s, position)
    return s


cdef int _scan(Vocabulary words, _Page *page, Skeleton s, Py_ssize_t length) except -1:
    """Find the words of a sentence."""
    cdef Py_ssize_t position, state = 0, codes = words.codes, width = words.width, found = 0, start, i, k
    cdef uint64_t holds = 0
    cdef Py_UCS4 c
    cdef State *here
    for position in range(length):
        c = page.written[position]
        state = words.following[state * width + (words.classes[c] if <Py_ssize_t> c < codes else 0)]
        here = &words.states[state]
        holds |= here.bits
        if here.first == here.last:
            continue
        if position + 1 < length and _goes_on(page.written[position + 1]):
            continue
        for k in range(here.first, here.last):
            start = position + 1 - words.lengths[k]
            if start and _is_in_word(page.written[start - 1]):
                continue
            i = found  # in order of their beginnings, each once
            while i and page.verbs[i - 1] > start:
                i -= 1
            if i and page.verbs[i - 1] == start:
                continue
            memmove(&page.verbs[i + 1], &page.verbs[i], (found - i) * sizeof(int32_t))
            page.verbs[i] = start
            found += 1
    s.holds = holds
    s.verbs = [page.verbs[i] for i in range(found)]
    return 0


cdef inline bint _is_blank(Py_UCS4 c) noexcept:
    # letters of Vietnamese are told at once: Python would be called for each that is not ASCII
    if 0x20 < c < 0x1680 and c != 0x85 and c != 0xA0 or 0x1680 < c < 0x2000:
        return False
    return c == c" " or Py_UNICODE_ISSPACE(c)


cdef inline bint _is_in_word(Py_UCS4 c) noexcept:
    return Py_UNICODE_ISALNUM(c) or c == c"_" or 0x300 <= c <= 0x36F


cdef inline bint _goes_on(Py_UCS4 c) noexcept:
    """Whether a word goes on with a character: a superscript behind it is no part of it."""
    return _is_in_word(c) and not (c in (0xB2, 0xB3, 0xB9) or 0xBC <= c <= 0xBE)


def places(str text not None, str characters not None):
    """Where one of a few ``characters`` stands in ``text``, ascending."""
    cdef Py_ssize_t i, few = len(characters)
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef Py_UCS4 c
    cdef Py_UCS4 wanted[16]
    cdef uint64_t maybe = 0
    if few > 16:
        raise ValueError("more than 16 characters")
    for i in range(few):
        wanted[i] = characters[i]
        maybe |= <uint64_t> 1 << (<uint64_t> wanted[i] & 63)
    found = []
    for i in range(len(text)):
        c = PyUnicode_READ(kind, data, i)
        if maybe >> (<uint64_t> c & 63) & 1 and _is_one(c, wanted, few):
            found.append(i)
    return found


cdef inline bint _is_one(Py_UCS4 c, const Py_UCS4 *of, Py_ssize_t count) noexcept:
    cdef Py_ssize_t i
    for i in range(count):
        if of[i] == c:
            return True
    return False
