# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of the tagger: pages to columns of keys, keys to sums of weights, scores to tags.

The modules that call them (`features`, `evidence`, `memory`, `sparse`, `decode`, and `gazetteer` of the lexicons) do
the same with arrays where nothing is compiled. Lengths and places are checked once in every function that is called
from Python; inside of loops nothing is.
"""

from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset
from cpython.tuple cimport PyTuple_GET_ITEM
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND

cimport cython
import numpy as np

cdef extern from "chain.h":
    enum: WIDE
    float NOWHERE
    ctypedef struct Chain:
        void (*exponentials)(float* row, int rows) noexcept nogil
        double (*posteriors)(const float* scores, int tags, int64_t length, const float* push, const float* pull,
                             float* likely, float* forward, float* backward, int8_t* tag,
                             float* probability) noexcept nogil
        void (*best_path)(const float* scores, int tags, int64_t length, const float* move, const float* back,
                          float* ways, int8_t* tag) noexcept nogil
    const Chain* chain_way(int plain) nogil

cdef extern from "sums.h":
    enum: ROW
    enum: MOST
    enum: WINDOW
    enum: MEET
    ctypedef struct Slot:
        pass
    ctypedef struct Weights:
        Slot* slots
        uint8_t* hints
        int bits, hint_bits
    void remember(Weights* weights, uint64_t key, const int8_t* levels, int tags) nogil
    void tell(const Weights* weights, uint64_t seed, int parts, const uint64_t** look, const uint64_t* gate,
              int64_t n, uint64_t* hashes, int32_t* places, int16_t* sums, int apart) nogil
    ctypedef struct Met:
        pass
    int64_t recalled(const Met* met, int parts, const uint64_t** look, int64_t n, uint64_t* codes, int32_t* places,
                     int16_t* sums) nogil
    void remembered(Met* met, int64_t left, const uint64_t* codes, const int32_t* places, const int16_t* found,
                    int16_t* sums) nogil

cdef uint64_t PRIME = 0x9E3779B97F4A7C15
cdef uint64_t PAD = 0x5BF03635D3A1C1E7
cdef uint64_t TEMPLATE = 0xD6E8FEB86659FD93


# Syllables

cdef enum:
    BLANK, LETTER, DIGIT, APOSTROPHE, OTHER, NOT_MET

ctypedef fused Code:
    uint8_t
    uint16_t
    uint32_t


cdef inline uint8_t class_at(const Code* text, Py_ssize_t i, uint8_t* classes, object class_of) except 255:
    cdef uint8_t found = classes[text[i]]
    if found == NOT_MET:
        found = classes[text[i]] = class_of(<int>text[i])
    return found


cdef Py_ssize_t outline(
    const Code* text, Py_ssize_t begin, Py_ssize_t end, uint8_t* classes, object class_of,
    int64_t* start, int64_t* stop, uint64_t* keys
) except -1:
    """Write the syllables of a stretch and return how many there are."""
    cdef Py_ssize_t n = 0, i = begin, j, k
    cdef uint8_t cls, following
    cdef uint64_t key, power
    while i < end:
        cls = class_at(text, i, classes, class_of)
        if cls == BLANK:
            i += 1
            continue
        j = i + 1
        if cls == LETTER or cls == DIGIT:
            while j < end:
                following = class_at(text, j, classes, class_of)
                if following != cls and not (
                    following == APOSTROPHE
                    and cls == LETTER
                    and j + 1 < end
                    and class_at(text, j + 1, classes, class_of) == LETTER
                ):
                    break
                j += 1
        key = 0
        power = 1
        for k in range(i, j):
            power *= PRIME
            key += (<uint64_t>text[k] + PAD) * power
        key ^= key >> 29
        start[n], stop[n], keys[n] = i, j, key * PRIME
        n += 1
        i = j
    return n


def outlines(str text not None, const int64_t[:] begins, const int64_t[:] ends, uint8_t[::1] classes, class_of):
    """Start, end and key of every syllable, as `features.outlines`.

    ``classes`` (0x110000) are the classes of code points met so far, ``class_of`` gives that of another.
    """
    cdef Py_ssize_t length = len(text), room = 0, n = 0, k
    if len(classes) != 0x110000 or len(begins) != len(ends):
        raise ValueError("classes of all code points are needed, and an end for every begin")
    for k in range(len(begins)):
        if not 0 <= begins[k] <= ends[k] <= length:
            raise ValueError("a stretch lies outside the text")
        room += ends[k] - begins[k]
    if room == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint64)
    start, stop, keys = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.uint64)
    cdef int64_t[::1] start_ = start, stop_ = stop
    cdef uint64_t[::1] keys_ = keys
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    for k in range(len(begins)):
        if begins[k] == ends[k]:
            continue
        if kind == 1:
            n += outline(<const uint8_t*>data, begins[k], ends[k], &classes[0], class_of, &start_[n], &stop_[n], &keys_[n])
        elif kind == 2:
            n += outline(<const uint16_t*>data, begins[k], ends[k], &classes[0], class_of, &start_[n], &stop_[n], &keys_[n])
        else:
            n += outline(<const uint32_t*>data, begins[k], ends[k], &classes[0], class_of, &start_[n], &stop_[n], &keys_[n])
    return start[:n], stop[:n], keys[:n]


def numbers(const uint64_t[::1] held, const int32_t[::1] slots, const uint64_t[::1] codes):
    """The number of every code, negative for one that is not there, by open addressing as of `memory.Memory`.

    A code in ``held`` is remembered where its element of ``slots`` is not negative; some slots are free.
    """
    cdef Py_ssize_t n = len(codes), i
    cdef uint64_t slot, last = len(slots) - 1
    cdef int bits = (len(slots) - 1).bit_length()
    if len(held) != len(slots) or len(slots) < 2 or len(slots) != 1 << bits:
        raise ValueError("there must be as many codes as slots, a power of two")
    result = np.empty(n, np.int32)
    cdef int32_t[::1] found = result
    for i in range(n):
        slot = (codes[i] * PRIME) >> (64 - bits)
        while slots[slot] >= 0 and held[slot] != codes[i]:
            slot = (slot + 1) & last
        found[i] = slots[slot]
    return result


def spread(const uint64_t[:, ::1] table, const int32_t[::1] rows, uint64_t[:, ::1] columns):
    """``columns[c, i] = table[rows[i], c]`` for all columns of the table."""
    cdef Py_ssize_t n = len(rows), wide = table.shape[1], i, c
    if columns.shape[0] < wide or columns.shape[1] != n:
        raise ValueError("the columns do not fit the rows")
    for i in range(n):
        if not 0 <= rows[i] < table.shape[0]:
            raise ValueError("a row lies outside the table")
    for i in range(n):
        for c in range(wide):
            columns[c, i] = table[rows[i], c]


# Names

cdef inline int32_t place_of(
    uint64_t key, const uint64_t[::1] keys, const int32_t[::1] slots, int bits, uint64_t last
) noexcept nogil:
    cdef uint64_t slot = (key * PRIME) >> (64 - bits)
    while slots[slot] >= 0:
        if keys[slots[slot]] == key:
            return slots[slot]
        slot = (slot + 1) & last
    return -1


cdef int checked_bits(const uint64_t[::1] keys, const int32_t[::1] slots) except -1:
    cdef int bits = (len(slots) - 1).bit_length()
    cdef Py_ssize_t i, taken = 0
    if len(slots) < 2 or len(slots) != 1 << bits:
        raise ValueError("the slots must be a power of two")
    for i in range(len(slots)):
        taken += slots[i] >= 0
        if slots[i] >= len(keys):
            raise ValueError("a slot leads beyond the keys")
    if taken == len(slots):
        raise ValueError("no slot is free")
    return bits


cdef class Names:
    """The names of a `gazetteer.Gazetteer`: keys and slots of its two `lookup.Index`, and what belongs to each key.

    ``lengths`` has the bit ``n`` for a first syllable of a name of ``n`` syllables, ``classes`` the class of a name
    (from 1), and ``longest`` is the greatest length.
    """

    cdef const uint64_t[::1] starters, names
    cdef const int32_t[::1] starter_slots, name_slots, classes
    cdef const uint8_t[::1] lengths
    cdef int starter_bits, name_bits, longest

    def __init__(self, starters, starter_slots, lengths, names, name_slots, classes, int longest):
        self.starters, self.starter_slots, self.lengths = starters, starter_slots, lengths
        self.names, self.name_slots, self.classes = names, name_slots, classes
        self.longest = longest
        self.starter_bits = checked_bits(self.starters, self.starter_slots)
        self.name_bits = checked_bits(self.names, self.name_slots)
        if len(self.lengths) != len(self.starters) or len(self.classes) != len(self.names) or not 0 <= longest < 8:
            raise ValueError("keys and what belongs to them do not fit")

    def numbers(self, const uint64_t[::1] keys, const int64_t[::1] first):
        """As `gazetteer.Gazetteer.numbers`."""
        cdef Py_ssize_t n = len(keys), s, i, j, count = 0
        cdef int length, room
        cdef int32_t place
        cdef uint64_t h
        checked_bounds(first, n)
        result = np.zeros(n, np.int32)
        cdef int32_t[::1] number = result
        cdef uint64_t starter_last = len(self.starter_slots) - 1, name_last = len(self.name_slots) - 1
        cdef int32_t* begin = <int32_t*>malloc(n * sizeof(int32_t) + 1)
        cdef uint8_t* mask = <uint8_t*>malloc(n + 1)
        try:
            if begin == NULL or mask == NULL:
                raise MemoryError
            for s in range(len(first) - 1):
                for i in range(first[s], first[s + 1]):
                    place = place_of(keys[i], self.starters, self.starter_slots, self.starter_bits, starter_last)
                    if place < 0:
                        continue
                    room = <int>min(first[s + 1] - i, self.longest)
                    begin[count] = <int32_t>i
                    mask[count] = self.lengths[place] & ((2 << room) - 1)
                    count += mask[count] != 0
            for length in range(self.longest, 0, -1):
                for j in range(count):
                    if not mask[j] >> length & 1:
                        continue
                    i = begin[j]
                    for s in range(length):
                        if number[i + s]:
                            break  # taken by a longer name, or one further left
                    else:
                        h = length
                        for s in range(length):
                            h = (h ^ keys[i + s]) * PRIME
                            h ^= h >> 31
                        place = place_of(h, self.names, self.name_slots, self.name_bits, name_last)
                        if place >= 0:
                            number[i] = self.classes[place]
                            for s in range(1, length):
                                number[i + s] = -self.classes[place]
        finally:
            free(begin)
            free(mask)
        return result


cdef int checked_bounds(const int64_t[::1] first, Py_ssize_t n) except -1:
    """Bounds of sentences go from 0 to ``n`` and never back."""
    cdef Py_ssize_t s
    if len(first) == 0 or first[0] != 0 or first[len(first) - 1] != n or n > 0x7FFFFFFF:
        raise ValueError("the bounds of the sentences are not those of the syllables")
    for s in range(len(first) - 1):
        if first[s] > first[s + 1]:
            raise ValueError("the bounds of the sentences are not in order")
    return 0


# Evidence outside the window

cdef uint8_t[10] BUCKET = [0, 1, 2, 3, 3, 4, 4, 4, 4, 5]


cdef inline uint64_t bucket(Py_ssize_t distance) noexcept nogil:
    return BUCKET[distance if distance < 9 else 9]


def governing(const int32_t[::1] number, const uint64_t[::1] mark, const int64_t[::1] first, breaks,
              uint64_t[::1] left, uint64_t[::1] right):
    """Write the columns ``left`` and ``right``, as `evidence.governing`; ``breaks`` are marks that end a clause."""
    cdef Py_ssize_t n = len(number), s, i, a, b, cue
    cdef uint64_t is_break = 0
    checked_bounds(first, n)
    if len(mark) != n or len(left) != n or len(right) != n:
        raise ValueError("columns are not equally long")
    for m in breaks:
        is_break |= <uint64_t>1 << <int>m
    for s in range(len(first) - 1):
        a = first[s]
        while a < first[s + 1]:
            b = a
            cue = -1
            while True:  # forward through the clause
                if number[b] > 0:
                    cue = b
                left[b] = 1 << 18 | (number[b] != 0)
                if cue >= 0:
                    left[b] |= <uint64_t>number[cue] << 12 | bucket(b - cue) << 6
                b += 1
                if b == first[s + 1] or (mark[b - 1] < 64 and is_break >> mark[b - 1] & 1):
                    break
            cue = -1
            for i in range(b - 1, a - 1, -1):
                right[i] = 1 << 12
                if cue >= 0:
                    right[i] |= <uint64_t>number[cue] << 6 | bucket(cue - i)
                if number[i] > 0:
                    cue = i
            a = b


def enclosed(const uint64_t[::1] mark, const int64_t[::1] first, marks, uint64_t[::1] result):
    """Write the column ``enclosed``, as `evidence.enclosure`.

    ``marks`` are those that open and close a quotation, do either, and open and close a bracket.
    """
    cdef Py_ssize_t n = len(mark), s, i
    cdef uint64_t opens, closes, toggles, opens_bracket, closes_bracket, m
    cdef int64_t quoted, brackets, toggled
    opens, closes, toggles, opens_bracket, closes_bracket = marks
    checked_bounds(first, n)
    if len(result) != n:
        raise ValueError("columns are not equally long")
    for s in range(len(first) - 1):
        quoted = brackets = toggled = 0
        for i in range(first[s], first[s + 1]):
            m = mark[i]
            result[i] = 1 << 12 | (<uint64_t>(quoted > 0) | <uint64_t>toggled) << 6 | (brackets > 0)
            if m < 2:
                continue
            quoted += <int64_t>(m == opens) - <int64_t>(m == closes)
            brackets += <int64_t>(m == opens_bracket) - <int64_t>(m == closes_bracket)
            toggled ^= m == toggles


cdef struct Run:
    int32_t begin, length
    uint64_t identity, tail
    int32_t group, tail_group, cue
    uint8_t family


cdef struct Group:
    uint64_t key
    int32_t bits, count


cdef inline int32_t grouped(uint64_t key, int32_t* slots, uint64_t last, Group* groups, int32_t* count) noexcept nogil:
    """The group of a key, a new one where there is none."""
    cdef uint64_t slot = (key * PRIME >> 20) & last
    while slots[slot] >= 0:
        if groups[slots[slot]].key == key:
            return slots[slot]
        slot = (slot + 1) & last
    slots[slot] = count[0]
    groups[count[0]].key = key
    count[0] += 1
    return slots[slot]


def runs(const uint64_t[::1] mark, const uint64_t[::1] form, const uint64_t[::1] family, const int32_t[::1] number,
         const int64_t[::1] first, const int32_t[::1] document, int person_cues,
         uint64_t[::1] run, uint64_t[::1] elsewhere):
    """Write the columns ``run`` and ``elsewhere``, as `evidence.runs`; the columns are zero before."""
    cdef Py_ssize_t n = len(mark), s, i, size = 16
    cdef int32_t count = 0, identities = 0, tails = 0, r, k
    cdef uint64_t of_document, said
    cdef Run* found = NULL
    cdef Group* groups = NULL
    cdef int32_t* slots = NULL
    cdef Run* one
    checked_bounds(first, n)
    if not len(form) == len(family) == len(number) == len(run) == len(elsewhere) == n:
        raise ValueError("columns are not equally long")
    if len(document) != len(first) - 1:
        raise ValueError("every sentence needs a document")
    for s in range(len(first) - 1):
        for i in range(first[s], first[s + 1]):
            count += mark[i] == 1 and (i == first[s] or mark[i - 1] != 1)
    if count == 0:
        return
    while size < 2 * count:
        size *= 2
    try:
        found = <Run*>malloc(count * sizeof(Run))
        groups = <Group*>calloc(2 * count, sizeof(Group))
        slots = <int32_t*>malloc(2 * size * sizeof(int32_t))
        if found == NULL or groups == NULL or slots == NULL:
            raise MemoryError
        memset(slots, 0xFF, 2 * size * sizeof(int32_t))
        r = 0
        for s in range(len(first) - 1):
            of_document = <uint64_t>document[s] * TEMPLATE
            i = first[s]
            while i < first[s + 1]:
                if mark[i] != 1:
                    i += 1
                    continue
                one = &found[r]
                one.begin = <int32_t>i
                one.cue = abs(number[i - 1]) & 31 if i > first[s] else 0
                one.family = family[i] != 0
                one.identity = 0
                while i < first[s + 1] and mark[i] == 1:
                    one.identity += form[i] * (2 * <uint64_t>(i - one.begin) + PRIME)
                    i += 1
                one.length = <int32_t>i - one.begin
                one.identity ^= of_document
                one.tail = form[i - 1] ^ of_document
                one.group = grouped(one.identity, slots, size - 1, groups, &identities)
                groups[one.group].bits |= (1 << one.cue) & ~1
                groups[one.group].count += 1
                r += 1
        for r in range(count):
            one = &found[r]
            one.tail_group = grouped(one.tail, slots + size, size - 1, groups + count, &tails)
            if one.length > 1 and (one.family or groups[one.group].bits & person_cues):
                groups[count + one.tail_group].bits = 1
        for r in range(count):
            one = &found[r]
            said = <uint64_t>groups[one.group].bits << 4
            if one.length == 1:
                said |= <uint64_t>groups[count + one.tail_group].bits << 2
            said |= <uint64_t>min(groups[one.group].count, 3)
            for k in range(one.length):
                run[one.begin + k] = (
                    1 << 24 | <uint64_t>min(one.length, 6) << 18 | <uint64_t>min(k, 5) << 12
                    | <uint64_t>one.family << 6 | <uint64_t>one.cue
                )
                elsewhere[one.begin + k] = said
    finally:
        free(found)
        free(groups)
        free(slots)


# What stands around a syllable

cdef Py_ssize_t first_from(const int32_t[::1] start, Py_ssize_t low, Py_ssize_t high, int64_t offset) noexcept nogil:
    """The first of the syllables ``low`` to ``high`` that begins at an offset or after it."""
    cdef Py_ssize_t middle
    while low < high:
        middle = (low + high) // 2
        if start[middle] < offset:
            low = middle + 1
        else:
            high = middle
    return low


cdef struct Part:
    void* tag
    uint64_t key


cdef inline uint64_t part_key(tuple tags, Py_ssize_t k, parts, Part* met) except? 0:
    """The key of a word's part of speech; ``met`` remembers those of strings, which are few, by where they are kept."""
    cdef void* tag = <void*>PyTuple_GET_ITEM(tags, k)
    cdef Part* slot = &met[<size_t>tag >> 4 & 63]
    if slot.tag != tag:
        slot.tag, slot.key = tag, parts[<object>tag]
    return slot.key


def around(docs, const int32_t[::1] start, const int64_t[::1] bounds, names, parts,
           uint64_t[::1] block, uint64_t[::1] word, uint64_t[::1] pos, dict channels):
    """Write the columns of blocks, words, parts of speech and findings, as `features.Encoder._context`.

    Document ``d`` has the syllables ``bounds[d]:bounds[d + 1]``; ``names`` and ``parts`` are keys by name, ``channels``
    the columns of findings by label. The columns are zero before.
    """
    cdef Py_ssize_t n = len(start), d, i, k, low, high, a, b
    cdef uint64_t key, inside, single, begin_, end_
    cdef uint64_t[4] places
    cdef Part[64] met
    cdef tuple tags
    cdef const int32_t[::1] tokens
    cdef uint64_t[::1] channel
    checked_bounds(bounds, n)
    if len(bounds) != len(docs) + 1 or not len(block) == len(word) == len(pos) == n:
        raise ValueError("columns are not equally long, or documents without syllables")
    places = [names["B"], names["I"], names["S"], names["E"]]
    views = {}
    for label, column in channels.items():
        if len(column) != n:
            raise ValueError("columns are not equally long")
        views[label] = column
    for d in range(len(docs)):
        low, high = bounds[d], bounds[d + 1]
        if low == high:
            continue
        doc = docs[d]
        i = low
        begin_ = 0
        key = 0
        for one in doc.blocks:
            a = i if one.start <= start[low] else first_from(start, i, high, one.start)
            for k in range(i, a):
                block[k] = key
            i = a
            key = names[one.kind]
        for k in range(i, high):
            block[k] = key
        words = doc.tokens
        tokens = words.start
        b = len(tokens)
        if b:
            tags = tuple(words.pos)
            k = 0
            if tags and len(tags) != b:
                raise ValueError("words and their parts of speech are not equally many")
            memset(met, 0, sizeof(met))
            key = part_key(tags, 0, parts, met) if tags else 0
            for i in range(low, high):
                a = k
                while k + 1 < b and tokens[k + 1] <= start[i]:
                    k += 1
                if k != a:
                    if i > low:
                        word[i - 1] += 2
                    if tags:
                        key = part_key(tags, k, parts, met)
                word[i] = tokens[k] != start[i]
                pos[i] = key
            word[high - 1] += 2
            for i in range(low, high):
                word[i] = places[word[i]]
        for finding in doc.findings:
            column = views.get(finding.label)
            if column is None or finding.is_own:
                continue
            a = first_from(start, low, high, finding.start)
            b = first_from(start, low, high, finding.end)
            if a < b:
                channel = column
                rule = finding.rule
                channel[a] = names["B" + rule]
                if a + 1 < b:
                    key = names["I" + rule]
                    for i in range(a + 1, b):
                        channel[i] = key


# Sums of sparse features

cdef enum:
    BLOCK = 256  # syllables worked on together: their columns stay in a processor's cache
    OFFSETS = 5
    FIRST_TYPES = 8192  # types of which it is remembered what templates on them say: nearly all that pages are made of

cdef struct Template:
    uint64_t seed
    int parts, gate  # gate: of the parts the one that must say something, or -1
    int[MOST] column, offset

cdef struct Window:
    int begin, end, parts
    int[WINDOW] column, offset
    Met* met


cdef inline uint64_t any_bits(const uint64_t* column, Py_ssize_t n) noexcept nogil:
    cdef uint64_t bits = 0
    cdef Py_ssize_t i
    for i in range(n):
        bits |= column[i]
    return bits


cdef class Sums:
    """Weights of features, and how templates make features of columns.

    ``keys`` are the features' (none is 0), ``levels`` (keys, tags) their weights. ``templates`` are tuples of (column,
    offset) with offsets from -2 to 2, ``gates`` names for each the part that must say something, -1 for none, and
    ``beyond`` is what every column says beyond the sentence. Templates that ``on_type`` names look at one column that
    says the same of all syllables of one type. ``windows`` are tuples of (column, offset) of which few combinations
    occur: what all templates say that look at nothing else is remembered of some thousand that were met.
    """

    cdef Weights weights
    cdef Template* templates
    cdef int columns, tags, count
    cdef int[7] begins  # where the templates on a type begin, by offset, those in windows, and the others
    cdef Window* windows
    cdef int window_count
    cdef object memory  # that types were numbered by
    cdef int16_t* type_sums  # of the first types, by offset
    cdef uint8_t* type_known
    cdef uint64_t[::1] beyond
    cdef uint8_t[::1] of_type, looked_at  # columns that templates on a type look at, and others

    def __cinit__(self, const uint64_t[::1] keys, const int8_t[:, ::1] levels, list templates, list gates, list on_type,
                  windows, beyond):
        cdef Py_ssize_t n = len(keys), i = 0, t
        cdef int d
        cdef Window* opened
        self.tags = levels.shape[1]
        self.columns = len(beyond)
        self.beyond = np.array(beyond, np.uint64)
        self.of_type, self.looked_at = np.zeros(len(beyond), np.uint8), np.zeros(len(beyond), np.uint8)
        self.count = len(templates)
        if levels.shape[0] != n or not 0 < self.tags <= ROW or not len(gates) == len(on_type) == self.count:
            raise ValueError("weights and templates do not fit")
        self.weights.bits = max(4, int(2 * n).bit_length())
        self.weights.hint_bits = self.weights.bits + 1
        self.weights.slots = <Slot*>calloc(<size_t>1 << self.weights.bits, sizeof(Slot))
        self.weights.hints = <uint8_t*>calloc(<size_t>1 << self.weights.hint_bits, 1)
        self.templates = <Template*>calloc(self.count + 1, sizeof(Template))
        self.type_sums = <int16_t*>malloc(FIRST_TYPES * OFFSETS * ROW * sizeof(int16_t))
        self.type_known = <uint8_t*>calloc(FIRST_TYPES, 1)
        if not (self.weights.slots and self.weights.hints and self.templates and self.type_sums and self.type_known):
            raise MemoryError
        for t in range(n):
            if keys[t] == 0:
                raise ValueError("0 is no feature")
            remember(&self.weights, keys[t], &levels[t, 0], self.tags)
        left = list(range(self.count))
        for d in range(5):
            self.begins[d] = i
            for t in [t for t in left if on_type[t] and len(templates[t]) == 1 and templates[t][0][1] == d - 2]:
                self.put(&self.templates[i], t, templates[t], gates[t], self.columns)
                self.of_type[templates[t][0][0]] = 1
                left.remove(t)
                i += 1
        self.begins[5] = i
        self.windows = <Window*>calloc(len(windows) + 1, sizeof(Window))
        if self.windows == NULL:
            raise MemoryError
        for window in windows:
            opened = &self.windows[self.window_count]
            self.window_count += 1  # so that it is closed whatever comes
            self.open(opened, window)
            opened.begin = i
            for t in [t for t in left if not on_type[t] and set(templates[t]) <= set(window)]:
                inner = [(window.index(part), 0) for part in templates[t]]  # of what stands in the window
                self.put(&self.templates[i], t, inner, gates[t], len(window))
                left.remove(t)
                i += 1
            opened.end = i
        self.begins[6] = i
        for t in left:
            self.put(&self.templates[i], t, templates[t], gates[t], self.columns)
            for part in templates[t]:
                self.looked_at[part[0]] = 1
            i += 1

    def __dealloc__(self):
        cdef int g
        free(self.weights.slots)
        free(self.weights.hints)
        free(self.templates)
        free(self.type_sums)
        free(self.type_known)
        for g in range(self.window_count):
            free(self.windows[g].met)
        free(self.windows)

    cdef int put(self, Template* template, uint64_t number, parts, int gate, int columns) except -1:
        cdef int p = 0
        if not 0 < len(parts) <= MOST or not -1 <= gate < len(parts):
            raise ValueError("a template has one to five parts")
        template.seed = (number + 1) * TEMPLATE
        template.parts = len(parts)
        template.gate = gate
        for column, offset in parts:
            if not 0 <= column < columns or not -2 <= offset <= 2:
                raise ValueError("a template looks at what is not there")
            template.column[p], template.offset[p] = column, offset
            p += 1
        return 0

    cdef int open(self, Window* window, parts) except -1:
        if not 0 < len(parts) <= WINDOW:
            raise ValueError("a window has one to eight parts")
        for column, offset in parts:
            if not 0 <= column < self.columns or not -2 <= offset <= 2:
                raise ValueError("a window shows what is not there")
            window.column[window.parts], window.offset[window.parts] = column, offset
            self.looked_at[column] = 1
            window.parts += 1
        window.met = <Met*>calloc(MEET, sizeof(Met))
        if window.met == NULL:
            raise MemoryError
        return 0

    def scores(self, list columns, const int64_t[::1] first, const int32_t[::1] types, float scale, memory=None):
        """(syllables, tags): the sums of the weights of all features, times ``scale``.

        ``first`` are the sentences' bounds (sentences + 1), ``types`` numbers the types of the syllables.
        Of one and the same ``memory`` (not None) a number always means the same type.
        """
        cdef Py_ssize_t n = len(types), c, s, i, k, a, b, longest = 0, most = -1, stride, at, size
        cdef int32_t known = 1, asked
        cdef int d, t, p
        cdef int16_t* of_type
        cdef Room room
        cdef const uint64_t[::1] column
        checked_bounds(first, n)
        if len(columns) != self.columns:
            raise ValueError("templates look at other columns")
        result = np.empty((n, self.tags), np.float32)
        if n == 0:
            return result
        cdef float[:, ::1] out = result
        for s in range(len(first) - 1):
            longest = max(longest, first[s + 1] - first[s])
        for i in range(n):
            if types[i] < 0:
                raise ValueError("a type has no number")
            most = max(most, types[i])
        stride = max(BLOCK, longest + 4)
        room = Room(self.columns, stride, n, most + 1)
        for c in range(self.columns):
            column = columns[c]
            if len(column) != n:
                raise ValueError("columns are not equally long")
            room.data[c] = &column[0]
        if memory is None or memory is not self.memory:
            memset(self.type_known, 0, FIRST_TYPES)
            self.memory = memory
        # The types of these syllables are numbered as they come, first those of which nothing is remembered; 0 stands
        # for what is beyond a sentence.
        for i in range(n):
            if room.local[types[i]] == 0 and (types[i] >= FIRST_TYPES or not self.type_known[types[i]]):
                room.local[types[i]] = known
                room.one[known] = <int32_t>i
                known += 1
        asked = known
        for i in range(n):
            if room.local[types[i]] == 0:
                room.local[types[i]] = known
                room.one[known] = <int32_t>i
                known += 1
        room.told = <int16_t*>calloc(<size_t>known * OFFSETS * ROW, sizeof(int16_t))
        if room.told == NULL:
            raise MemoryError
        for a in range(0, asked, BLOCK):
            size = min(asked - a, BLOCK)
            for c in range(self.columns):
                if not self.of_type[c]:
                    continue
                for k in range(size):
                    room.buffer[c * stride + k] = self.beyond[c] if a + k == 0 else room.data[c][room.one[a + k]]
            for d in range(5):
                for t in range(self.begins[d], self.begins[d + 1]):
                    self.ask(&self.templates[t], room, room.buffer, stride, 0, size, room.told + (a * OFFSETS + d) * ROW,
                             OFFSETS * ROW)
        for k in range(1, known):
            i = types[room.one[k]]
            if k >= asked:
                memcpy(room.told + k * OFFSETS * ROW, self.type_sums + i * OFFSETS * ROW, OFFSETS * ROW * sizeof(int16_t))
            elif i < FIRST_TYPES:
                memcpy(self.type_sums + i * OFFSETS * ROW, room.told + k * OFFSETS * ROW, OFFSETS * ROW * sizeof(int16_t))
                self.type_known[i] = 1
        a = 0
        while a < len(first) - 1:
            # The sentences a to b are laid out with two places beyond before, between and behind them.
            b = a + 1
            size = first[b] - first[a] + 4
            while b < len(first) - 1 and size + first[b + 1] - first[b] + 2 <= stride:
                size += first[b + 1] - first[b] + 2
                b += 1
            for c in range(self.columns):
                if not self.looked_at[c]:
                    continue
                at = c * stride
                for s in range(a, b):
                    room.buffer[at] = room.buffer[at + 1] = self.beyond[c]
                    memcpy(room.buffer + at + 2, room.data[c] + first[s], (first[s + 1] - first[s]) * sizeof(uint64_t))
                    at += 2 + first[s + 1] - first[s]
                room.buffer[at] = room.buffer[at + 1] = self.beyond[c]
                room.spoken[c] = any_bits(room.buffer + c * stride, size)
            at = 0
            for s in range(a, b):
                room.here[at] = room.here[at + 1] = 0
                at += 2
                for i in range(first[s], first[s + 1]):
                    room.here[at] = room.local[types[i]]
                    at += 1
            room.here[at] = room.here[at + 1] = 0
            memset(room.sums, 0, size * ROW * sizeof(int16_t))
            for at in range(2, size - 2):
                for d in range(5):
                    of_type = room.told + (<Py_ssize_t>room.here[at + d - 2] * OFFSETS + d) * ROW
                    for i in range(ROW):
                        room.sums[at * ROW + i] += of_type[i]
            for t in range(self.window_count):
                self.ask_window(&self.windows[t], room, stride, size)
            for t in range(self.begins[6], self.count):
                p = self.templates[t].gate
                if p < 0 or room.spoken[self.templates[t].column[p]]:
                    self.ask(&self.templates[t], room, room.buffer, stride, 2, size - 4, room.sums + 2 * ROW, ROW)
            at = 0
            for s in range(a, b):
                at += 2
                for i in range(first[s], first[s + 1]):
                    for k in range(self.tags):
                        out[i, k] = room.sums[at * ROW + k] * scale
                    at += 1
            a = b
        return result

    cdef void ask(self, const Template* template, Room room, const uint64_t* columns, Py_ssize_t stride,
                  Py_ssize_t begin, Py_ssize_t n, int16_t* sums, int apart) noexcept nogil:
        """Add what a template says at ``n`` places of columns, from ``begin`` on; offsets count where that is not 0."""
        cdef const uint64_t* look[MOST]
        cdef int p
        for p in range(template.parts):
            look[p] = columns + template.column[p] * stride + begin
            if begin:
                look[p] += template.offset[p]
        tell(&self.weights, template.seed, template.parts, look, look[template.gate] if template.gate >= 0 else NULL,
             n, room.hashes, room.places, sums, apart)

    cdef void ask_window(self, Window* window, Room room, Py_ssize_t stride, Py_ssize_t size) noexcept nogil:
        """Add what the templates of a window say in a block of ``size``, and remember it."""
        cdef const uint64_t* look[WINDOW]
        cdef Py_ssize_t left, k
        cdef int p, t
        for p in range(window.parts):
            look[p] = room.buffer + window.column[p] * stride + window.offset[p] + 2
        left = recalled(window.met, window.parts, look, size - 4, room.codes, room.left, room.sums + 2 * ROW)
        for p in range(window.parts):
            for k in range(left):
                room.window[p * stride + k] = look[p][room.left[k]]
        memset(room.new, 0, left * ROW * sizeof(int16_t))
        for t in range(window.begin, window.end):
            self.ask(&self.templates[t], room, room.window, stride, 0, left, room.new, ROW)
        remembered(window.met, left, room.codes, room.left, room.new, room.sums + 2 * ROW)


@cython.final
cdef class Room:
    """Memory of one call of `Sums.scores`: columns, hashes, sums and types of the syllables of a block."""

    cdef const uint64_t** data
    cdef uint64_t* buffer
    cdef uint64_t* hashes
    cdef uint64_t* spoken  # whether a column says anything in the block
    cdef int32_t* places
    cdef int32_t* here
    cdef int32_t* local
    cdef int32_t* one
    cdef int16_t* sums
    cdef int16_t* told
    cdef uint64_t* window  # what was not met before: columns, codes, places and sums
    cdef uint64_t* codes
    cdef int32_t* left
    cdef int16_t* new

    def __cinit__(self, Py_ssize_t columns, Py_ssize_t stride, Py_ssize_t n, Py_ssize_t types):
        self.data = <const uint64_t**>malloc(columns * sizeof(void*) + 1)
        self.buffer = <uint64_t*>malloc(columns * stride * sizeof(uint64_t) + 1)
        self.hashes = <uint64_t*>malloc((stride + 1) * sizeof(uint64_t))
        self.spoken = <uint64_t*>malloc((columns + 1) * sizeof(uint64_t))
        self.places = <int32_t*>malloc((stride + 1) * sizeof(int32_t))
        self.here = <int32_t*>malloc(stride * sizeof(int32_t))
        self.local = <int32_t*>calloc(types, sizeof(int32_t))
        self.one = <int32_t*>malloc((n + 1) * sizeof(int32_t))
        self.sums = <int16_t*>malloc(stride * ROW * sizeof(int16_t))
        self.told = NULL
        self.window = <uint64_t*>malloc(WINDOW * stride * sizeof(uint64_t))
        self.codes = <uint64_t*>malloc(stride * sizeof(uint64_t))
        self.left = <int32_t*>malloc(stride * sizeof(int32_t))
        self.new = <int16_t*>malloc(stride * ROW * sizeof(int16_t))
        if not (self.window and self.codes and self.left and self.new and self.data and self.buffer and self.hashes and self.spoken and self.places and self.here
                and self.local and self.one and self.sums):
            raise MemoryError

    def __dealloc__(self):
        free(self.data)
        free(self.buffer)
        free(self.hashes)
        free(self.spoken)
        free(self.places)
        free(self.here)
        free(self.local)
        free(self.one)
        free(self.sums)
        free(self.told)
        free(self.window)
        free(self.codes)
        free(self.left)
        free(self.new)


# The chain

def decode(const float[:, ::1] emission, const int64_t[::1] first, const float[:, ::1] transition, double doubt,
           bint plain=False):
    """Tags and their probabilities, as `decode.decode`.

    Where the likeliest tags of a sentence's syllables leave ``doubt`` or more to others together, the likeliest path is
    sought. ``plain`` is the way of processors without wide registers.
    """
    cdef Py_ssize_t n = emission.shape[0], longest = 1, s, t, a, length
    cdef int tags = emission.shape[1], i, j
    cdef float move
    cdef const Chain* chain = chain_way(plain)
    checked_bounds(first, n)
    if not 0 < tags <= WIDE or transition.shape[0] != tags or transition.shape[1] != tags:
        raise ValueError("scores and transitions do not fit")
    found, sure = np.zeros(n, np.int8), np.zeros(n, np.float32)
    cdef int8_t[::1] tag = found
    cdef float[::1] score = sure
    for s in range(len(first) - 1):
        longest = max(longest, first[s + 1] - first[s])
    cdef void* room = calloc(4 * WIDE + 3 * longest + 1, WIDE * sizeof(float))
    if room == NULL:
        raise MemoryError
    # The four ways of writing the transitions, and rows for every syllable of a sentence.
    cdef float* moves = <float*>(<char*>room + (64 - (<size_t>room & 63)))
    cdef float* backs = moves + WIDE * WIDE
    cdef float* push = backs + WIDE * WIDE
    cdef float* pull = push + WIDE * WIDE
    cdef float* likely = pull + WIDE * WIDE
    cdef float* forward = likely + longest * WIDE
    cdef float* backward = forward + longest * WIDE
    for i in range(WIDE):
        for j in range(WIDE):
            move = transition[i, j] if i < tags and j < tags else NOWHERE
            moves[i * WIDE + j] = backs[j * WIDE + i] = move
            push[i * WIDE + j] = min(move, <float>88)
    chain.exponentials(push, WIDE)
    for i in range(WIDE):
        for j in range(WIDE):
            pull[j * WIDE + i] = push[i * WIDE + j]
    with nogil:
        for s in range(len(first) - 1):
            a = first[s]
            length = first[s + 1] - a
            if length == 0:
                continue
            if chain.posteriors(&emission[a, 0], tags, length, push, pull, likely, forward, backward,
                                &tag[a], &score[a]) >= doubt:
                chain.best_path(&emission[a, 0], tags, length, moves, backs, likely, &tag[a])
                for t in range(length):
                    score[a + t] = backward[t * WIDE + tag[a + t]]
    free(room)
    return found, sure
