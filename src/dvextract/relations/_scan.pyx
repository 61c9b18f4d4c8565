# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Sentences as skeletons, and which words they hold, in one walk over a page: what `skeleton` and `words` do in Python.

A `Vocabulary` is an automaton over all words that are looked for (Aho and Corasick, Efficient string matching, 1975):
a character costs one step whatever the number of words.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport (
    PyUnicode_DATA,
    PyUnicode_FromKindAndData,
    PyUnicode_KIND,
    PyUnicode_READ,
    PyUnicode_Tailmatch,
)
from array import array

from libc.stdint cimport int32_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    int Py_UNICODE_ISALNUM(Py_UCS4 c)
    int Py_UNICODE_ISSPACE(Py_UCS4 c)
    enum: PyUnicode_4BYTE_KIND

cdef enum:
    LONGEST = 3000  # characters of a sentence, as in `skeleton`
    SEARCHED = 240  # before a verb, as in `skeleton`

cdef struct State:
    uint64_t bits  # of the words that end here
    int32_t first  # of the lengths of verbs that end here, where those of the next state begin
    int32_t last


cdef class Vocabulary:
    """Sets of words, each with a bit, and words whose places are wanted (``verbs``); all of one character or more.

    Behind a blank and one of ``others`` a verb is none.
    """

    cdef uint16_t *classes  # of a character: 0 where no word has it
    cdef Py_ssize_t codes
    cdef uint32_t *following  # state after a state and a class; a state is the place where its row begins
    cdef Py_ssize_t width
    cdef uint32_t quiet  # states below this are of no word's end, which is most of the time
    cdef State *states
    cdef int32_t *lengths
    cdef list others

    def __cinit__(self, sets, verbs, others):
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
        self.others = [f" {word}" for word in others]
        count = len(children)
        if count >= 1 << 16:
            raise ValueError("too many words")
        self.codes = 1 + max(map(ord, characters), default=0)
        self.width = len(characters) + 1
        self.classes = <uint16_t *> PyMem_Malloc(self.codes * sizeof(uint16_t))
        self.following = <uint32_t *> PyMem_Malloc(count * self.width * sizeof(uint32_t))
        self.states = <State *> PyMem_Malloc(count * sizeof(State))
        if self.classes == NULL or self.following == NULL or self.states == NULL:
            raise MemoryError
        memset(self.classes, 0, self.codes * sizeof(uint16_t))
        for i, c in enumerate(characters):
            self.classes[<Py_ssize_t> ord(c)] = i + 1
        # Breadth first: where a word breaks off, what goes on is the longest of its ends that begins a word.
        # ``found`` is what `following` is to be, as the words came.
        shorter, queue = [0] * count, [0]
        found = array("H", bytes(2 * count * self.width))
        for state in queue:
            back = shorter[state]
            if state:
                bits[state] |= bits[back]
                lengths[state] += lengths[back]
                place = state * self.width
                found[place:place + self.width] = found[back * self.width:(back + 1) * self.width]
            for c, below in children[state].items():
                place = <Py_ssize_t> state * self.width + self.classes[<Py_ssize_t> ord(c)]
                shorter[below] = found[place] if state else 0
                found[place] = below
                queue.append(below)
        self.lengths = <int32_t *> PyMem_Malloc((sum(map(len, lengths)) + 1) * sizeof(int32_t))
        if self.lengths == NULL:
            raise MemoryError
        # Numbered anew: those in which no word ends come first, and those that are near each other stand together.
        order = [state for state in queue if not (bits[state] or lengths[state])]
        self.quiet = len(order) * self.width
        order += [state for state in queue if bits[state] or lengths[state]]
        number = [0] * count
        for i, state in enumerate(order):
            number[state] = i
        place = 0
        for i, state in enumerate(order):
            for c in range(self.width):
                self.following[i * self.width + <Py_ssize_t> c] = self.width * <Py_ssize_t> number[
                    found[<Py_ssize_t> state * self.width + <Py_ssize_t> c]
                ]
            self.states[i].bits = bits[state]
            self.states[i].first = place
            for length in lengths[state]:
                self.lengths[place] = length
                place += 1
            self.states[i].last = place

    def __dealloc__(self):
        PyMem_Free(self.classes)
        PyMem_Free(self.following)
        PyMem_Free(self.states)
        PyMem_Free(self.lengths)

    cdef bint reports(self, str text, Py_ssize_t end) except -1:
        """Whether a verb that ends at ``end`` is one there: its word ends too, and no other goes on about it."""
        cdef Py_ssize_t length = len(text), behind
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        if end == length:
            return True
        cdef Py_UCS4 c = PyUnicode_READ(kind, data, end)
        if _goes_on(c):
            return False
        if c == c" ":
            for word in self.others:
                behind = end + len(<str> word)
                if PyUnicode_Tailmatch(text, word, end, length, -1) and (
                    behind == length or not _goes_on(PyUnicode_READ(kind, data, behind))
                ):
                    return False
        return True


cdef class _Page:
    """What the sentences of a page are made of when they are asked for."""

    cdef Vocabulary vocabulary
    cdef str folded
    cdef str letters  # what stands for each mention
    cdef int32_t *begins  # of the mentions
    cdef int32_t *ends
    cdef Py_UCS4 *written  # characters of the sentence that is being made; there is room for all of the page
    cdef int32_t *anchors  # its anchors, and what is after them
    cdef int32_t *after
    cdef int32_t *positions  # where its mentions stand, and which they are
    cdef int32_t *numbers

    def __cinit__(self, Vocabulary vocabulary not None, str folded not None, Py_ssize_t mentions):
        cdef Py_ssize_t room = len(folded) + mentions + 2
        if room >= (1 << 31):
            raise ValueError("a page that is too long")
        self.vocabulary, self.folded = vocabulary, folded
        self.begins = <int32_t *> PyMem_Malloc((3 * room + 4 * mentions) * sizeof(int32_t))
        if self.begins == NULL:
            raise MemoryError
        self.ends = self.begins + mentions
        self.positions = self.ends + mentions
        self.numbers = self.positions + mentions
        self.written = <Py_UCS4 *> (self.numbers + mentions)
        self.anchors = <int32_t *> (self.written + room)
        self.after = self.anchors + room

    def __dealloc__(self):
        PyMem_Free(self.begins)


cdef class Skeleton:
    """As `skeleton.Skeleton`; the text, and what is found in it, are made when they are first asked for."""

    cdef readonly str letters
    cdef readonly Py_ssize_t block
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef _Page page
    cdef Py_ssize_t first  # of its mentions, and of those after it
    cdef Py_ssize_t last
    cdef Py_ssize_t until  # where it ends, but for a mention that goes on
    cdef str _text
    cdef dict _mentions
    cdef uint64_t _holds
    cdef list _verbs
    cdef Py_ssize_t count
    cdef int32_t *anchors  # count of them, as many of what is after them, where its mentions stand, and which they are
    cdef int32_t *own

    def __dealloc__(self):
        PyMem_Free(self.anchors)

    @property
    def text(self):
        return self.written()

    @property
    def mentions(self):
        cdef Py_ssize_t i, found = len(self.letters)
        if self._mentions is None:
            self.written()
            self._mentions = {self.own[i]: self.own[found + i] for i in range(found)}
        return self._mentions

    @property
    def holds(self):
        if self._verbs is None:
            self.look()
        return self._holds

    @property
    def verbs(self):
        if self._verbs is None:
            self.look()
        return self._verbs

    cdef str written(self):
        """The text."""
        if self._text is not None:
            return self._text
        cdef _Page page = self.page
        cdef str folded = page.folded, text
        cdef int kind = PyUnicode_KIND(folded)
        cdef void *data = PyUnicode_DATA(folded)
        cdef Py_ssize_t at = self.start, until, index, blanks, position = 0, count = 1, found = 0
        cdef Py_UCS4 c
        page.anchors[0], page.after[0] = -1, at
        for index in range(self.first, self.last + 1):
            until = page.begins[index] if index < self.last else self.until
            if index < self.last and until < at:
                continue  # overlaps the one before
            while at < until:
                c = PyUnicode_READ(kind, data, at)
                at += 1
                if _is_blank(c):
                    blanks = at
                    while at < until and _is_blank(PyUnicode_READ(kind, data, at)):
                        at += 1
                    if at > blanks or c != c" ":  # blanks count as one
                        page.anchors[count], page.after[count] = position, at
                        count += 1
                        c = c" "
                page.written[position] = c
                position += 1
            if index < self.last:
                page.positions[found], page.numbers[found] = position, index
                page.written[position] = self.letters[found]
                found += 1
                at = page.ends[index]
                page.anchors[count], page.after[count] = position, at
                count += 1
                position += 1
        text = <str> PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, page.written, position)
        self.anchors = <int32_t *> PyMem_Malloc(2 * (count + found) * sizeof(int32_t))
        if self.anchors == NULL:
            raise MemoryError
        self.count, self.own = count, self.anchors + 2 * count
        memcpy(self.anchors, page.anchors, count * sizeof(int32_t))
        memcpy(self.anchors + count, page.after, count * sizeof(int32_t))
        memcpy(self.own, page.positions, found * sizeof(int32_t))
        memcpy(self.own + found, page.numbers, found * sizeof(int32_t))
        self._text = text
        return text

    cdef int look(self) except -1:
        """Find the words that it holds, and its verbs."""
        cdef str text = self.written()
        cdef Vocabulary words = self.page.vocabulary
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef Py_ssize_t position, width = words.width, length = len(text)
        cdef uint32_t codes = words.codes, quiet = words.quiet, state = 0
        cdef const uint32_t *following = words.following
        cdef const uint16_t *classes = words.classes
        cdef Py_ssize_t speaker = length, start, i, k, count = 0
        cdef int32_t *begun = self.page.anchors  # of the verbs, which may be as many as the characters
        cdef int32_t *ended = self.page.after
        cdef uint64_t holds = 0
        cdef Py_UCS4 c
        cdef State *here
        for i in range(len(self.letters)):
            if _may_speak(self.letters[i]):
                speaker = self.own[i]
                break
        for position in range(length):
            c = PyUnicode_READ(kind, data, position)
            state = following[state + (classes[c] if c < codes else 0)]
            if state < quiet:
                continue
            here = &words.states[state // width]
            holds |= here.bits
            if here.first == here.last or position < speaker or not words.reports(text, position + 1):
                continue
            for k in range(here.first, here.last):  # from the longest on
                start = position + 1 - words.lengths[k]
                if start < speaker or (start and _is_in_word(PyUnicode_READ(kind, data, start - 1))):
                    continue
                i = count  # the first and the longest there is the verb, and any inside it is none
                while i and begun[i - 1] >= start:
                    i -= 1
                if i and ended[i - 1] > start:
                    continue
                begun[i], ended[i] = start, position + 1
                count = i + 1
                break
        self._holds = holds
        self._verbs = [(begun[i], ended[i], _clause(kind, data, begun[i])) for i in range(count)]
        return 0

    cpdef Py_ssize_t offset(self, Py_ssize_t position):
        """As `skeleton.Skeleton.offset`."""
        self.written()
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
        cdef str text = self.written()
        if not 0 <= start < end <= len(text):
            raise ValueError("a stretch outside its sentence")
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        while end > start + 1 and PyUnicode_READ(kind, data, end - 1) == c" ":
            end -= 1
        while start < end - 1 and PyUnicode_READ(kind, data, start) == c" ":
            start += 1
        return self.offset(start), self.offset(end)

    def positions(self, str letters):
        """As `skeleton.Skeleton.positions`."""
        cdef Py_UCS4 letter
        cdef Py_ssize_t i
        self.written()
        found = []
        for i in range(len(self.letters)):
            letter = self.letters[i]
            if letter in letters:
                found.append(self.own[i])
        return found

    def split(self, str letters):
        """As `skeleton.Skeleton.split`."""
        cdef str text = self.written()
        cdef Py_UCS4 letter
        cdef Py_ssize_t i, begin = 0
        at, before, own = [], [], []
        for i in range(len(self.letters)):
            letter = self.letters[i]
            if letter in letters:
                at.append(self.own[i])
                before.append(text[begin:self.own[i]])
                own.append(letter)
                begin = self.own[i] + 1
        return at, before, "".join(own)


cdef inline bint _may_speak(Py_UCS4 letter) noexcept:
    """Whether it is one of `skeleton.SPEAKERS`."""
    return letter == c"P" or letter == c"T" or letter == c"R" or letter == c"O" or letter == c"G"


cdef Py_ssize_t _clause(int kind, void *data, Py_ssize_t end) noexcept:
    """As `skeleton.clause`."""
    cdef Py_ssize_t first = max(0, end - SEARCHED), at, begin = first
    cdef Py_UCS4 c
    for at in range(end - 1, first - 1, -1):
        c = PyUnicode_READ(kind, data, at)
        if c == c")":
            break
        if c == c";" or c == c":" or c == c"." or c == c'"' or c == 0x201C:
            begin = at + 1
            break
    for at in range(begin, end):
        if _may_speak(PyUnicode_READ(kind, data, at)):
            return begin
    return -1


def skeletons(Vocabulary vocabulary not None, str folded not None, mentions not None, readings not None,
              dict letters not None, list sentences not None):
    """The skeletons of a page's sentences.

    ``folded`` is the page in lower case; ``mentions`` (document.Mention, in text order) stand in it, ``readings``
    (document.Reading) are theirs; ``letters`` are those of the labels, of one character; ``sentences`` are start, end
    and block of each, in order.
    """
    cdef Py_ssize_t length = len(folded), count = len(mentions), i = 0, start, end, block, first, last = 0, cut
    cdef _Page page = _Page(vocabulary, folded, count)
    own = []
    for mention, reading in zip(mentions, readings):
        start, end = mention.start, mention.end
        if not 0 <= start <= end <= length or i == count:
            raise ValueError("a mention outside its page")
        page.begins[i], page.ends[i] = start, end
        i += 1
        letter = letters.get(mention.label, "A")
        if letter == "T":
            kind = reading.kind
            if kind and kind != "post":
                letter = "R"
        own.append(letter)
    page.letters = "".join(own)
    if i != count or len(readings) != count or len(page.letters) != count:
        raise ValueError("mentions do not fit their page")
    found = []
    for start, end, block in sentences:
        if not 0 <= start <= end <= length:
            raise ValueError("a sentence outside its page")
        first = _from(page.begins, start, last, count)
        last = _from(page.begins, end, first, count)
        while end - start > LONGEST and last - first > 1:
            cut = max(first + 1, _from(page.begins, start + LONGEST, first, last) - 1)
            found.append(_skeleton(page, first, cut, start, page.begins[cut], block))
            first, start = cut, page.begins[cut]
            if cut == last - 1:
                break
        found.append(_skeleton(page, first, last, start, end, block))
    return found


cdef Py_ssize_t _from(const int32_t *begins, Py_ssize_t place, Py_ssize_t low, Py_ssize_t high) noexcept:
    """As `bisect.bisect_left`."""
    cdef Py_ssize_t middle
    while low < high:
        middle = (low + high) // 2
        if begins[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


cdef Skeleton _skeleton(_Page page, Py_ssize_t first, Py_ssize_t last, Py_ssize_t start, Py_ssize_t end,
                        Py_ssize_t block):
    cdef Skeleton s = Skeleton.__new__(Skeleton)
    cdef Py_ssize_t at = start, index
    cdef bint overlap = False
    s.page, s.first, s.last, s.block, s.start, s.until = page, first, last, block, start, end
    for index in range(first, last):
        if page.begins[index] < at:
            overlap = True
        else:
            at = page.ends[index]
    s.end = max(end, at)
    if not overlap:
        s.letters = page.letters[first:last]
        return s
    own, at = [], start
    for index in range(first, last):
        if page.begins[index] >= at:
            own.append(page.letters[index])
            at = page.ends[index]
    s.letters = "".join(own)
    return s


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
