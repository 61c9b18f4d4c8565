# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""The inner loops of `dvextract.grammar.automaton` and `dvextract.grammar.fold`, with the same results."""

from cpython.unicode cimport (
    Py_UNICODE_ISALPHA,
    PyUnicode_DATA,
    PyUnicode_FromKindAndData,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    PyUnicode_READ,
)
from libc.stdlib cimport free, malloc

cdef enum:
    TOLD = 0x20000  # characters from here on are of no set
    SINGLE = 1
    SECOND = 2


cdef inline bint _is_glide(Py_UCS4 c) noexcept:
    return c == c"o" or c == c"u" or c == c"O" or c == c"U"


cdef class Fold:
    """Spellings folded: ``single`` characters, and pairs (``moved``) unless a letter follows or a q stands before.

    ``is_letter`` tells whether a character is a letter.
    """

    cdef dict single, moved
    cdef object is_letter
    cdef unsigned char[::1] kinds  # by character

    def __init__(self, dict single not None, dict moved not None, is_letter):
        self.single, self.moved, self.is_letter = single, moved, is_letter
        kinds = bytearray(TOLD)
        for pair in moved:
            kinds[ord(pair[1])] = SECOND
        for character in single:
            kinds[ord(character)] = SINGLE
        self.kinds = kinds

    cdef inline bint _is_second(self, int kind, void* data, Py_ssize_t i) noexcept:
        """Whether the character at ``i`` is the second of what may be a pair; a kind SECOND stands there."""
        cdef Py_UCS4 before
        if i == 0 or not _is_glide(PyUnicode_READ(kind, data, i - 1)):
            return False
        before = PyUnicode_READ(kind, data, i - 2) if i > 1 else 0
        return before != c"q" and before != c"Q"

    cdef bint _followed(self, Py_UCS4* read, Py_ssize_t i, Py_ssize_t n) except -1:
        """Whether a letter stands behind the character at ``i``."""
        if i + 1 == n:
            return False
        cdef Py_UCS4 c = read[i + 1]
        if c < 0x250 or 0x1E00 <= c < 0x1F00:
            return Py_UNICODE_ISALPHA(c)
        return bool(self.is_letter(chr(c)))

    def fold(self, str text not None):
        """The text itself if there is nothing to fold."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i, first
        cdef int kind = PyUnicode_KIND(text), of
        cdef void* data = PyUnicode_DATA(text)
        cdef Py_UCS4 c
        cdef Py_UCS4* read
        for first in range(n):
            c = PyUnicode_READ(kind, data, first)
            if c < TOLD and self.kinds[c] and (self.kinds[c] == SINGLE or self._is_second(kind, data, first)):
                break
        else:
            return text
        read = <Py_UCS4*>malloc(n * sizeof(Py_UCS4))
        if read == NULL:
            raise MemoryError
        try:
            for i in range(n):
                c = PyUnicode_READ(kind, data, i)
                if c < TOLD and self.kinds[c] == SINGLE:
                    c = <str>self.single[chr(c)]
                read[i] = c
            for i in range(first, n):
                c = read[i]
                if c < TOLD and self.kinds[c] == SECOND and self._is_second(kind, data, i):
                    pair = self.moved.get(PyUnicode_FromKindAndData(4, &read[i - 1], 2))
                    if pair is not None and not self._followed(read, i, n):
                        read[i - 1], read[i] = (<str>pair)[0], (<str>pair)[1]
            return PyUnicode_FromKindAndData(4, read, n)
        finally:
            free(read)


def within(str text not None, const unsigned char[::1] characters not None):
    """Whether all characters of a text are in a set: a byte for each of the first 0x20000, the others are not."""
    cdef Py_ssize_t i
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 c
    if characters.shape[0] != TOLD:
        raise ValueError("a byte for every character is needed")
    for i in range(PyUnicode_GET_LENGTH(text)):
        c = PyUnicode_READ(kind, data, i)
        if c >= TOLD or not characters[c]:
            return False
    return True


cdef enum:
    OTHER = 0x2200  # the number of characters that are told apart
    OUTSIDE = 0x2201
    UNKNOWN = 0
    FIRST = 1
    ENDED = -1


cdef class Walks:
    """The walks of one automaton, which makes the states that they lead to."""

    cdef object automaton
    cdef const unsigned short[::1] classes
    cdef const int[:, ::1] table
    cdef const int[::1] given_up
    cdef unsigned char[::1] hopeless  # by classes of the character before a place and of that at it, as walks show
    cdef int direction, farthest

    def __init__(self, automaton, int direction, int farthest):
        self.automaton = automaton
        self.classes = automaton.classes
        self.direction, self.farthest = direction, farthest
        if self.classes.shape[0] != OUTSIDE + 1:
            raise ValueError("a class for every character is needed")
        self._look()
        self.hopeless = bytearray(self.table.shape[1] * self.table.shape[1])

    cdef int _look(self) except -1:
        """See the tables, which grow."""
        self.table = self.automaton.table
        self.given_up = self.automaton.given_up
        return 0

    cdef int _made(self, int state, int character) except 0:
        cdef int following = self.automaton.step(state, character)
        self._look()
        return following

    def at(self, str text not None, Py_ssize_t place):
        """The index of ``meant`` that says which patterns can match at a place (backwards: before it)."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i = place - (self.direction > 0)
        cdef int kind = PyUnicode_KIND(text), state = FIRST, following, passed
        cdef void* data = PyUnicode_DATA(text)
        cdef Py_UCS4 c
        for passed in range(self.farthest):
            c = OUTSIDE
            if 0 <= i < n:
                c = PyUnicode_READ(kind, data, i)
                if c > OTHER:
                    c = OTHER
            following = self.table[state, self.classes[c]]
            if following == UNKNOWN:
                following = self._made(state, self.classes[c])
            if following < 0:
                return ENDED - following
            state = following
            i += self.direction
        return ENDED - self.given_up[state]

    def places(self, str text not None, Py_ssize_t start, Py_ssize_t end):
        """Where in text[start:end] matches can begin, ascending: pairs of a place and an index of ``meant``."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), low, count, i, place
        cdef int kind = PyUnicode_KIND(text), state, following, character
        cdef void* data = PyUnicode_DATA(text)
        cdef unsigned char[::1] hopeless = self.hopeless
        cdef const unsigned short[::1] class_of = self.classes
        cdef int classes = self.table.shape[1]
        cdef Py_UCS4 c
        start, end = max(start, 0), min(end, n)
        found = []
        if start >= end:
            return found
        # the classes of the characters from the one before the first place to the last that a walk can get to
        low = start - 1
        count = min(end + self.farthest, n + 1) - low
        cdef unsigned short* read = <unsigned short*>malloc(count * sizeof(unsigned short))
        if read == NULL:
            raise MemoryError
        try:
            read[0] = read[count - 1] = class_of[OUTSIDE]
            for i in range(max(-low, 0), min(n - low, count)):
                c = PyUnicode_READ(kind, data, low + i)
                read[i] = class_of[min(c, OTHER)]
            for place in range(end - start):
                if hopeless[read[place] * classes + read[place + 1]]:  # most are, which needs no walk
                    continue
                state = FIRST
                i = place
                while True:  # a walk ends outside of the text
                    character = read[i]
                    following = self.table[state, character]
                    if following == UNKNOWN:
                        following = self._made(state, character)
                    if following < 0:
                        break
                    state = following
                    i += 1
                    if i - place == self.farthest:
                        following = self.given_up[state]
                        break
                if following != ENDED:
                    found.append((start + place, ENDED - following))
                elif i - place <= 1:
                    hopeless[read[place] * classes + read[place + 1]] = True
        finally:
            free(read)
        return found
