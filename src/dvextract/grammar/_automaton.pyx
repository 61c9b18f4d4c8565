# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""The walks of `dvextract.grammar.automaton`, with the same results."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.stdlib cimport free, malloc

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
    cdef int direction, farthest

    def __init__(self, automaton, int direction, int farthest):
        self.automaton = automaton
        self.classes = automaton.classes
        self.direction, self.farthest = direction, farthest
        if self.classes.shape[0] != OUTSIDE + 1:
            raise ValueError("a class for every character is needed")
        self._look()

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
            for i in range(count):
                c = OUTSIDE
                if 0 <= low + i < n:
                    c = PyUnicode_READ(kind, data, low + i)
                    if c > OTHER:
                        c = OTHER
                read[i] = self.classes[c]
            for place in range(end - start):
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
        finally:
            free(read)
        return found
