# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""The inner loops of `dvextract.grammar.automaton` and `dvextract.grammar.fold`, with the same results."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport (
    Py_UNICODE_ISALPHA,
    Py_UNICODE_TOLOWER,
    PyUnicode_DATA,
    PyUnicode_FromKindAndData,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    PyUnicode_READ,
)
from libc.stdlib cimport free, malloc, qsort
from libc.string cimport memset

from threading import Lock

import numpy as np

cdef enum:
    TOLD = 0x20000  # characters from here on are of no set
    SINGLE = 1
    SECOND = 2
    LOWERED = 0x3000  # characters below are put in lower case by a table
    SIGMA = 0x3A3


cdef inline bint _is_glide(Py_UCS4 c) noexcept:
    return c == c"o" or c == c"u" or c == c"O" or c == c"U"


cdef class Fold:
    """Spellings folded: ``single`` characters, and pairs (``moved``) unless a letter follows or a q stands before.

    ``is_letter`` tells whether a character is a letter.
    """

    cdef dict single, moved
    cdef object is_letter
    cdef unsigned char[::1] kinds  # by character
    cdef unsigned short[::1] lower  # of the first characters

    def __init__(self, dict single not None, dict moved not None, is_letter):
        self.single, self.moved, self.is_letter = single, moved, is_letter
        kinds = bytearray(TOLD)
        for pair in moved:
            kinds[ord(pair[1])] = SECOND
        for character in single:
            kinds[ord(character)] = SINGLE
        self.kinds = kinds
        self.lower = np.array([ord(chr(c).lower()[0]) for c in range(LOWERED)], np.uint16)

    cdef inline bint _is_second(self, int kind, void* data, Py_ssize_t i) noexcept:
        """Whether the character at ``i`` is the second of what may be a pair; a kind SECOND stands there."""
        cdef Py_UCS4 before
        if i == 0 or not _is_glide(PyUnicode_READ(kind, data, i - 1)):
            return False
        before = PyUnicode_READ(kind, data, i - 2) if i > 1 else 0
        return before != c"q" and before != c"Q"

    cdef inline Py_UCS4 _alone(self, Py_UCS4 c) except? 0:
        """A character folded, whatever stands beside it."""
        return <str>self.single[chr(c)] if c < TOLD and self.kinds[c] == SINGLE else c

    cdef bint _followed(self, int kind, void* data, Py_ssize_t i, Py_ssize_t n) except -1:
        """Whether a letter stands behind the character at ``i``."""
        if i + 1 == n:
            return False
        cdef Py_UCS4 c = self._alone(PyUnicode_READ(kind, data, i + 1))
        if c < 0x250 or 0x1E00 <= c < 0x1F00:
            return Py_UNICODE_ISALPHA(c)
        return bool(self.is_letter(chr(c)))

    cdef int _read(self, str text, Py_UCS4* read) except -1:
        """Write the characters of a text, folded."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i
        cdef int kind = PyUnicode_KIND(text)
        cdef void* data = PyUnicode_DATA(text)
        cdef const unsigned char* kinds = &self.kinds[0]
        cdef Py_UCS4 c
        for i in range(n):
            c = PyUnicode_READ(kind, data, i)
            if c < TOLD and kinds[c]:
                if kinds[c] == SINGLE:
                    c = self._alone(c)
                elif self._is_second(kind, data, i):
                    pair = self.moved.get(chr(read[i - 1]) + chr(c))
                    if pair is not None and not self._followed(kind, data, i, n):
                        read[i - 1], c = (<str>pair)[0], (<str>pair)[1]
            read[i] = c
        return 0

    def fold(self, str text not None):
        """The text itself if there is nothing to fold."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i
        cdef int kind = PyUnicode_KIND(text)
        cdef void* data = PyUnicode_DATA(text)
        cdef Py_UCS4 c
        cdef Py_UCS4* read
        for i in range(n):
            c = PyUnicode_READ(kind, data, i)
            if c < TOLD and self.kinds[c] and (self.kinds[c] == SINGLE or self._is_second(kind, data, i)):
                break
        else:
            return text
        read = <Py_UCS4*>malloc(n * sizeof(Py_UCS4))
        if read == NULL:
            raise MemoryError
        try:
            self._read(text, read)
            return PyUnicode_FromKindAndData(4, read, n)
        finally:
            free(read)

    def both(self, str text not None):
        """A text folded, and that in lower case."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i
        cdef const unsigned short* lower = &self.lower[0]
        cdef Py_UCS4* read = <Py_UCS4*>malloc(max(n, 1) * sizeof(Py_UCS4))
        if read == NULL:
            raise MemoryError
        try:
            self._read(text, read)
            folded = PyUnicode_FromKindAndData(4, read, n)
            for i in range(n):
                if read[i] == SIGMA:  # its lower case depends on what is around it
                    return folded, folded.lower()
                read[i] = lower[read[i]] if read[i] < LOWERED else Py_UNICODE_TOLOWER(read[i])
            return folded, PyUnicode_FromKindAndData(4, read, n)
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


cdef inline Py_ssize_t _ints(bytes numbers) noexcept:
    return PyBytes_GET_SIZE(numbers) // <Py_ssize_t>sizeof(int)


cdef object _bit(int pattern):
    cdef object one = 1
    return one << pattern


cdef int _ascending(const void* one, const void* other) noexcept nogil:
    return (<const int*>one)[0] - (<const int*>other)[0]


cdef class Walks:
    """The walks over a graph of patterns, which make the states that they lead to.

    ``classes`` holds the class of every character (uint16), ``members`` which sets a class is in, by set (bool). A walk
    goes in ``direction`` 1 or -1 over at most ``farthest`` characters; no more than ``most`` states are made. ``meant``
    is the patterns that can match, as bits, by the number of an end.

    Another thread may walk whenever this one runs Python: tables are looked up anew after it, and nothing leads to a
    state before all of it is there.
    """

    cdef object graph, lock
    cdef readonly list meant
    cdef dict ended  # the ends by the patterns that can match
    cdef dict states  # the states by their keys
    cdef readonly list keys  # of states, ints in bytes: their nodes, ascending, and what was matched, by its index
    cdef list steps  # of nodes, ints in bytes: pattern, whether final, and of every step the set and the next node
    cdef const unsigned short[::1] classes
    cdef const unsigned char[:, ::1] members
    cdef int[:, ::1] table  # what classes lead to, by state
    cdef int[::1] given_up  # the ends of walks that are broken off, by state
    cdef int[::1] reached, node_marks, set_marks  # for the making of a state
    cdef int mark
    cdef unsigned char[::1] alike
    cdef int[:, ::1] begun  # what the classes of the character before a place and of that at it lead to
    cdef int direction, farthest, most, width

    def __init__(self, graph, classes, members, int direction, int farthest, int most):
        self.graph, self.lock = graph, Lock()
        self.classes, self.members = classes, np.ascontiguousarray(members).view(np.uint8)
        self.direction, self.farthest, self.most, self.width = direction, farthest, most, self.members.shape[1]
        if self.classes.shape[0] != OUTSIDE + 1 or classes.max() >= self.width or farthest < 3:
            raise ValueError("a class for every character is needed, and walks over some")
        self.meant, self.ended, self.states, self.keys, self.steps = [0], {0: ENDED}, {}, [b""], []
        self.table, self.given_up = np.zeros((64, self.width), np.int32), np.zeros(64, np.int32)
        self.reached = self.node_marks = np.zeros(0, np.int32)
        self.set_marks = np.zeros(self.members.shape[0], np.int32)
        self.alike, self.begun = bytearray(self.width), np.zeros((self.width, self.width), np.int32)
        self._see_to(graph.begin)
        self.reached[0] = graph.begin
        if self._state(1, 0) != FIRST:
            raise ValueError("there is no room for the first state")

    cdef int _see_to(self, int node) except -1:
        """Keep the steps of a node."""
        if node < len(self.steps) and self.steps[node] is not None:
            return 0
        steps = self.graph.steps(node)
        nodes = len(self.graph.pattern)
        kept = [self.graph.pattern[node], node in self.graph.final]
        for of, to in steps:
            if not (0 <= of < self.members.shape[0] and 0 <= to < nodes):
                raise ValueError("a step needs a set and a node")
            if node != self.graph.begin and self.members[of, self.classes[OUTSIDE]]:
                raise ValueError("a walk goes on outside of the text")
            kept += (of, to)
        if len(self.steps) < nodes:
            more = np.zeros(nodes + 64, np.int32)  # that of `reached` is for one more than nodes
            self.reached, self.node_marks = np.concatenate((self.reached, more)), np.concatenate((self.node_marks, more))
            self.steps += [None] * nodes
        self.steps[node] = np.array(kept, np.int32).tobytes()
        return 0

    cdef int _made(self, int state, int character) except 0:
        """What a class of characters leads to from a state."""
        cdef const int* nodes
        cdef const int* steps
        cdef const unsigned char* row
        cdef unsigned char* alike = &self.alike[0]
        cdef Py_ssize_t many, i, j, n = 0
        cdef int following, to
        cdef unsigned char inside
        with self.lock:
            following = self.table[state, character]
            if following != UNKNOWN:
                return following
            key = <bytes>self.keys[state]
            nodes, many = <const int*>PyBytes_AS_STRING(key), _ints(key) - 1
            self.mark += 1
            for i in range(many):
                kept = <bytes>self.steps[nodes[i]]
                steps = <const int*>PyBytes_AS_STRING(kept)
                for j in range(2, _ints(kept), 2):
                    to = steps[j + 1]
                    if self.members[steps[j], character] and self.node_marks[to] != self.mark:
                        self.node_marks[to] = self.mark
                        self.reached[n] = to
                        n += 1
            following = self._state(n, nodes[many])
            # Classes lead to the same if they are in the same of the sets that lead on.
            memset(alike, True, self.width)
            self.mark += 1
            for i in range(many):
                kept = <bytes>self.steps[nodes[i]]
                steps = <const int*>PyBytes_AS_STRING(kept)
                for j in range(2, _ints(kept), 2):
                    if self.set_marks[steps[j]] != self.mark:
                        self.set_marks[steps[j]] = self.mark
                        row = &self.members[steps[j], 0]
                        inside = row[character]
                        for to in range(self.width):
                            alike[to] &= row[to] == inside
            for to in range(self.width):
                if alike[to]:
                    self.table[state, to] = following
        return following

    cdef int _state(self, Py_ssize_t n, int matched) except 0:
        """The state with the first n nodes of `reached`; ``matched`` is the index in `meant` of what was before."""
        cdef const int* steps
        cdef Py_ssize_t i, j, left = 0
        cdef int number, end, last = -1, c
        for i in range(n):
            self._see_to(self.reached[i])
        accepted = self.meant[matched]
        for i in range(n):
            steps = <const int*>PyBytes_AS_STRING(<bytes>self.steps[self.reached[i]])
            if steps[1]:
                accepted |= _bit(steps[0])
        if accepted:  # a pattern that was matched need not be walked on
            for i in range(n):
                pattern = <object>(<const int*>PyBytes_AS_STRING(<bytes>self.steps[self.reached[i]]))[0]
                if not accepted >> pattern & 1:
                    self.reached[left] = self.reached[i]
                    left += 1
            n = left
        end = self._end(accepted)
        if n == 0:
            return end
        qsort(&self.reached[0], n, sizeof(int), _ascending)
        self.reached[n] = ENDED - end
        key = PyBytes_FromStringAndSize(<const char*>&self.reached[0], (n + 1) * sizeof(int))
        found = self.states.get(key)
        if found is not None:
            return found
        for i in range(n):
            steps = <const int*>PyBytes_AS_STRING(<bytes>self.steps[self.reached[i]])
            if steps[0] != last and steps[0] >= 0:
                last = steps[0]
                accepted |= _bit(last)
        number = len(self.keys)
        if number >= self.most:
            return self._end(accepted)
        if number >= self.table.shape[0]:
            table, given_up = np.asarray(self.table), np.asarray(self.given_up)
            self.table = np.concatenate((table, np.zeros_like(table)))
            self.given_up = np.concatenate((given_up, np.zeros_like(given_up)))
        self.given_up[number] = self._end(accepted)
        for c in range(self.width):
            self.table[number, c] = end
        for i in range(n):
            kept = <bytes>self.steps[self.reached[i]]
            steps = <const int*>PyBytes_AS_STRING(kept)
            for j in range(2, _ints(kept), 2):
                for c in range(self.width):
                    if self.members[steps[j], c]:
                        self.table[number, c] = UNKNOWN
        self.keys.append(key)
        self.states[key] = number
        return number

    cdef int _end(self, patterns) except 0:
        """The end with these patterns."""
        end = self.ended.get(patterns)
        if end is None:
            end = self.ended[patterns] = ENDED - len(self.meant)
            self.meant.append(patterns)
        return end

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

    cdef int _begin(self, int before, int character) except 0:
        """What two classes lead to: the character before a place, and that at it."""
        cdef int state = self.table[FIRST, before], following
        if state == UNKNOWN:
            state = self._made(FIRST, before)
        if state > 0:
            following = self.table[state, character]
            state = self._made(state, character) if following == UNKNOWN else following
        self.begun[before, character] = state
        return state

    def places(self, str text not None, Py_ssize_t start, Py_ssize_t end):
        """Where in text[start:end] matches can begin, ascending: pairs of a place and an index of ``meant``."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), low, count, i, place
        cdef int kind = PyUnicode_KIND(text), state, following, character
        cdef void* data = PyUnicode_DATA(text)
        cdef const unsigned short* class_of = &self.classes[0]
        cdef const int* begun = &self.begun[0, 0]
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
                read[i] = class_of[c if c < OTHER else OTHER]
            for place in range(end - start):
                following = begun[read[place] * self.width + read[place + 1]]
                if following == ENDED:  # nearly everywhere
                    continue
                if following == UNKNOWN:
                    following = self._begin(read[place], read[place + 1])
                i = place + 2
                while following > 0:  # a walk ends outside of the text
                    state = following
                    if i - place == self.farthest:
                        following = self.given_up[state]
                        break
                    character = read[i]
                    following = self.table[state, character]
                    if following == UNKNOWN:
                        following = self._made(state, character)
                    i += 1
                if following != ENDED:
                    found.append((start + place, ENDED - following))
        finally:
            free(read)
        return found
