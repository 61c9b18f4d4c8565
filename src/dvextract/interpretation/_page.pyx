# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Short forms and places of a page, each in one walk, as the patterns of `abbreviations` and `geography` find them.

For texts of characters that are `dvextract.grammar.engine.usual`: for what holds others the answer is None.
"""

import unicodedata

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.stdint cimport uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from dvextract.grammar.engine import usual_characters

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)
    enum: PyUnicode_2BYTE_KIND
    enum: PyUnicode_4BYTE_KIND

cdef enum:
    CODES = 0x1F00  # letters of Vietnamese and all before them
    TOLD = 0x20000  # characters from here on are not usual
    USUAL = 1
    LETTER = 2
    CAPITAL = 4
    SMALL = 8
    DIGIT = 16
    SLASH = 32
    MARGIN = 16  # characters of no kind around a text, more than are ever looked at beyond its ends
    SMALL_D = 0x111  # đ
    CAPITAL_D = 0x110

cdef unsigned char[TOLD] signs
cdef unsigned short[CODES] lower


def _fill():
    """The tables, made of what Unicode says of the usual characters; all letters and digits among them are below."""
    cdef const unsigned char[::1] usual = usual_characters()
    cdef Py_ssize_t i
    for i in range(TOLD):
        signs[i] = usual[i]
    for i in range(CODES):
        lower[i] = i
        if usual[i]:
            c = chr(i)
            category = unicodedata.category(c)
            if category[0] == "L":
                signs[i] |= LETTER | {"Lu": CAPITAL, "Ll": SMALL}.get(category, 0)
            if category == "Nd":
                signs[i] |= DIGIT
            if c == "/":
                signs[i] |= SLASH
            if len(c.lower()) == 1 and ord(c.lower()) < CODES:
                lower[i] = ord(c.lower())


_fill()


cdef struct Text:
    unsigned short* characters  # 0 for those from CODES on, none of which is asked for
    unsigned char* signs
    Py_ssize_t size
    bint is_usual


cdef int see(Text* made, str text, Py_ssize_t start, Py_ssize_t end) except -1:
    """The characters of text[start:end] (inside of the text) and their signs; to be freed with `unsee`."""
    cdef Py_ssize_t n = end - start, i
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef unsigned short* characters = <unsigned short*>malloc((n + 2 * MARGIN) * (sizeof(unsigned short) + 1))
    cdef unsigned char* seen
    cdef const unsigned short* given
    cdef Py_UCS4 c
    cdef unsigned char all = USUAL
    if characters == NULL:
        raise MemoryError
    seen = <unsigned char*>(characters + n + 2 * MARGIN)
    memset(characters, 0, MARGIN * sizeof(unsigned short))
    memset(characters + MARGIN + n, 0, MARGIN * sizeof(unsigned short))
    memset(seen, 0, MARGIN)
    memset(seen + MARGIN + n, 0, MARGIN)
    made.characters, made.signs, made.size = characters + MARGIN, seen + MARGIN, n
    if kind == PyUnicode_2BYTE_KIND:
        given = <const unsigned short*>data + start
        for i in range(n):
            c = given[i]
            made.characters[i] = c if c < CODES else 0
            made.signs[i] = signs[c]
            all &= signs[c]
    else:
        for i in range(n):
            c = PyUnicode_READ(kind, data, start + i)
            made.characters[i] = c if c < CODES else 0
            made.signs[i] = signs[c] if c < TOLD else 0
            all &= made.signs[i]
    made.is_usual = all != 0
    return 0


cdef void unsee(Text* text) noexcept:
    free(text.characters - MARGIN)


cdef inline Py_ssize_t next_of(const Text* text, Py_ssize_t i, unsigned char kinds) noexcept:
    """The first place from ``i`` on at which a character has one of these signs; the text's size if there is none."""
    cdef uint64_t eight, mask = <uint64_t>kinds * 0x0101010101010101ULL
    while i < text.size:
        memcpy(&eight, text.signs + i, 8)  # the margin is longer
        if eight & mask:
            while not text.signs[i] & kinds:
                i += 1
            return min(i, text.size)
        i += 8
    return text.size


def blanked(str text not None, spans):
    """``text`` with the given spans (of int) as blanks, of the same length."""
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i, first, last
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4* made
    if not spans:
        return text
    made = <Py_UCS4*>malloc((n + 1) * sizeof(Py_UCS4))
    if made == NULL:
        raise MemoryError
    try:
        for i in range(n):
            made[i] = PyUnicode_READ(kind, data, i)
        for first, last in spans:
            for i in range(max(first, 0), min(last, n)):
                made[i] = c" "
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, made, n)
    finally:
        free(made)


cdef inline bint ends_form(const Text* text, Py_ssize_t i) noexcept:
    return not text.signs[i] & (LETTER | DIGIT) and text.characters[i] != c"&"


cdef inline bint follows(const Text* text, Py_ssize_t i, const char* words) noexcept:
    """Whether ASCII ``words`` stand at ``i`` and what follows them ends a short form."""
    while words[0]:
        if text.characters[i] != words[0]:
            return False
        i += 1
        words += 1
    return ends_form(text, i)


cdef Py_ssize_t form_end(const Text* text, Py_ssize_t i) noexcept:
    """Where the short form that begins at ``i`` ends; -1 when none begins there."""
    cdef unsigned short c = text.characters[i], joint
    cdef Py_ssize_t end
    if c == c"T":
        if follows(text, i, b"TP. HCM"):
            return i + 7
        if follows(text, i, b"TP HCM"):
            return i + 6
    if text.signs[i] & CAPITAL:
        end = i + 1
        while True:
            joint = text.characters[end]
            if not text.signs[end] & CAPITAL and not (
                (joint == c"&" or joint == c"." or joint == c"/" or joint == c"-") and text.signs[end + 1] & CAPITAL
            ):
                break
            end += 1
        while end > i + 1:  # what cannot end there may end before a stop
            if ends_form(text, end):
                return end
            end -= 1
    if c == c"T":
        if follows(text, i, b"Tp") or follows(text, i, b"Tx"):
            return i + 2
        if follows(text, i, b"Th.S"):
            return i + 4
        if follows(text, i, b"ThS") or follows(text, i, b"TTg"):
            return i + 3
    elif (c == SMALL_D or c == CAPITAL_D) and follows(text, i + 1, b"/c"):
        return i + 3
    return -1


def short_forms(str text not None, Py_ssize_t start, Py_ssize_t end):
    """Where in text[start:end] short forms stand (`abbreviations.WHOLE_FORM`), as pairs, in text order."""
    cdef Text page
    cdef Py_ssize_t begin, i, last
    start, end = max(start, 0), min(end, PyUnicode_GET_LENGTH(text))
    if start >= end:
        return []
    begin = start - (start > 0)  # what stands before a short form is looked at
    see(&page, text, begin, end)
    try:
        if not page.is_usual:
            return None
        found = []
        i = next_of(&page, start - begin, CAPITAL | SLASH)
        while i < page.size:
            last = -1
            if page.signs[i] & SLASH and i > start - begin and page.characters[i - 1] == SMALL_D:
                i -= 1  # the one short form that begins with a small letter
            if not page.signs[i - 1] & (LETTER | DIGIT) and page.characters[i - 1] not in (c"/", c"&"):
                last = form_end(&page, i)
                if last > 0:
                    found.append((begin + i, begin + last))
            i = next_of(&page, last if last > 0 else i + 1 + (page.characters[i] == SMALL_D), CAPITAL | SLASH)
        return found
    finally:
        unsee(&page)


def syllables(str text not None, Py_ssize_t start, Py_ssize_t end):
    """Where in text[start:end] letters, digits and apostrophes stand together, as pairs, in text order."""
    cdef Text page
    cdef Py_ssize_t i = 0, first
    start, end = max(start, 0), min(end, PyUnicode_GET_LENGTH(text))
    if start >= end:
        return []
    see(&page, text, start, end)
    try:
        if not page.is_usual:
            return None
        found = []
        while i < page.size:
            first = i
            while page.signs[i] & (LETTER | DIGIT) or page.characters[i] == c"'":
                i += 1
            if i > first:
                found.append((start + first, start + i))
            i += 1
        return found
    finally:
        unsee(&page)


cdef struct Word:
    Py_ssize_t first  # of its characters in those of all words
    Py_ssize_t size
    bint exact  # counts in this case only
    unsigned short next  # the character before the last (of types) or behind the first (of names)
    int following  # the next word that ends alike (of types) or begins alike (of names); -1 after the last


cdef class Words:
    """Types of places (``types`` in either case and ``villages`` in this one, to what they are) and bare names.

    ``names`` are such of their own, unless one of ``before`` (lower case) and a blank stand before them.
    """

    cdef list kinds  # of the types
    cdef unsigned short* characters
    cdef Word* words  # types, villages, names, then those that stand before; the longer before the shorter
    cdef int types, villages, names, count
    cdef int[CODES] alike  # the first of the types and villages by their last character
    cdef int[CODES] named  # the first of the names by their first character

    def __cinit__(self, types, villages, names, before):
        cdef Py_ssize_t i, c, place = 0
        listed = [sorted(words, key=len, reverse=True) for words in (types, villages, set(names), before)]
        every = [word for words in listed for word in words]
        if any(len(word) < 2 or max(map(ord, word)) >= CODES for word in every):
            raise ValueError("a word of one character, or a character that is not of Vietnamese")
        self.kinds = [types[word] for word in listed[0]] + listed[1]
        self.types, self.villages = len(listed[0]), len(listed[0]) + len(listed[1])
        self.names, self.count = self.villages + len(listed[2]), len(every)
        self.characters = <unsigned short*>malloc((sum(map(len, every)) + 1) * sizeof(unsigned short))
        self.words = <Word*>malloc((len(every) + 1) * sizeof(Word))
        if self.characters == NULL or self.words == NULL:
            raise MemoryError
        for i in range(CODES):
            self.alike[i] = self.named[i] = -1
        for i, word in enumerate(every):
            self.words[i].first, self.words[i].size = place, len(word)
            self.words[i].exact, self.words[i].following = self.types <= i < self.names, -1
            for letter in word:
                self.characters[place] = ord(letter)
                place += 1
        for i in range(self.names - 1, -1, -1):  # so that the first of a chain is the longest of its list
            word = every[i]
            if i >= self.villages:
                c, self.words[i].next = ord(word[0]), ord(word[1])
                self.words[i].following, self.named[c] = self.named[c], i
            else:
                c, self.words[i].next = ord(word[len(word) - 1]), ord(word[len(word) - 2])
                self.words[i].following, self.alike[c] = self.alike[c], i

    def __dealloc__(self):
        free(self.characters)
        free(self.words)

    cdef inline bint stands(self, int number, const Text* text, Py_ssize_t i) noexcept:
        """Whether a word stands at ``i``."""
        cdef Word* word = &self.words[number]
        cdef unsigned short* wanted = &self.characters[word.first]
        cdef Py_ssize_t k
        cdef unsigned short c
        if i < 0 or i + word.size > text.size:
            return False
        for k in range(word.size):
            c = text.characters[i + k]
            if (c if word.exact else lower[c]) != wanted[k]:
                return False
        return True

    cdef inline bint is_type(self, int number, const Text* text, Py_ssize_t i) noexcept:
        """Whether a type stands at ``i`` and no letter nor, for that of a village, ``nông`` stands before it."""
        if not self.stands(number, text, i) or text.signs[i - 1] & LETTER:
            return False
        return number < self.types or not (
            text.characters[i - 1] == c" "
            and text.characters[i - 2] == c"g"
            and text.characters[i - 3] == c"n"
            and text.characters[i - 4] == 0xF4  # ô
            and text.characters[i - 5] == c"n"
        )

    cdef inline Py_ssize_t begins_name(self, const Text* text, Py_ssize_t i) noexcept:
        """Where a name begins that a type ending at ``i`` may have; -1 when there is none."""
        i += text.characters[i] == c" "
        return i if text.signs[i] & (CAPITAL | DIGIT) else -1

    cdef int type_before(self, const Text* text, Py_ssize_t i, Py_ssize_t least) noexcept:
        """The longest type before a name at ``i`` that begins at ``least`` or behind; -1 when there is none."""
        cdef Py_ssize_t end = i - (text.characters[i - 1] == c" ")
        cdef int number = self.alike[lower[text.characters[end - 1]]], found = -1
        cdef unsigned short next = lower[text.characters[end - 2]]
        cdef Word* word
        while number >= 0:
            word = &self.words[number]
            if word.next == next and end - word.size >= least and self.is_type(number, text, end - word.size):
                if found < 0 or word.size > self.words[found].size:
                    found = number
            number = self.words[number].following
        return found

    cdef bint is_name(self, int number, const Text* text, Py_ssize_t i) noexcept:
        """Whether a bare name stands at ``i`` for itself."""
        cdef Py_ssize_t end = i + self.words[number].size
        cdef int other
        if not self.stands(number, text, i) or text.signs[end] & LETTER:
            return False
        if text.characters[end] == c" " and text.signs[end + 1] & CAPITAL and text.signs[end + 2] & SMALL:
            return False
        if text.characters[i - 1] == c" ":
            for other in range(self.names, self.count):
                if self.stands(other, text, i - 1 - self.words[other].size):
                    return False
        return True

    def find(self, str text not None):
        """The typed places of a text and its bare names, each in text order: a list of (start, start of the name, end,
        kind) and one of (start, end)."""
        cdef Text page
        cdef Py_ssize_t i, start, end, name, typed_until = 0, named_until = 0
        cdef unsigned short next
        cdef int number
        see(&page, text, 0, PyUnicode_GET_LENGTH(text))
        try:
            if not page.is_usual:
                return None
            typed, named = [], []
            i = next_of(&page, 0, CAPITAL | DIGIT)
            while i < page.size:
                if i > typed_until and (number := self.type_before(&page, i, typed_until)) >= 0:
                    start = i - (page.characters[i - 1] == c" ") - self.words[number].size
                    for number in range(self.villages):  # the first that is followed by a name, as a pattern tries them
                        if self.is_type(number, &page, start):
                            name = self.begins_name(&page, start + self.words[number].size)
                            if name >= 0:
                                end = name_end(&page, name)
                                typed.append((start, name, end, self.kinds[number]))
                                typed_until = end
                                break
                if i >= named_until and not page.signs[i - 1] & LETTER and page.characters[i - 1] != c".":
                    number = self.named[page.characters[i]]
                    next = page.characters[i + 1]
                    while number >= 0:
                        if self.words[number].next == next and self.is_name(number, &page, i):
                            named_until = i + self.words[number].size
                            named.append((i, named_until))
                            break
                        number = self.words[number].following
                i = next_of(&page, i + 1, CAPITAL | DIGIT)
            return typed, named
        finally:
            unsee(&page)


cdef inline Py_ssize_t word_end(const Text* text, Py_ssize_t i) noexcept:
    while text.signs[i] & LETTER or text.characters[i] == c"'":
        i += 1
    return i


cdef inline Py_ssize_t digits_end(const Text* text, Py_ssize_t i) noexcept:
    while text.signs[i] & DIGIT:
        i += 1
    return i


cdef bint goes_on(const Text* text, Py_ssize_t i) noexcept:
    """Whether a blank and Vũng Tàu or Tháp Chàm, which stand behind a dash, stand at ``i``."""
    cdef Py_ssize_t k
    cdef str words
    for words in (" vũng tàu", " tháp chàm"):
        for k in range(len(words)):
            if lower[text.characters[i + k]] != <Py_UCS4>words[k]:
                break
        else:
            return True
    return False


cdef Py_ssize_t name_end(const Text* text, Py_ssize_t i) noexcept:
    """Where the name that begins at ``i`` ends: capitalised words, and figures behind blanks that stand alone."""
    cdef Py_ssize_t end, after
    if text.signs[i] & DIGIT:
        return digits_end(text, i)
    end = word_end(text, i)
    while True:
        after = end
        if text.characters[end] == c" " and text.characters[end + 1] == c"-" and goes_on(text, end + 2):
            after = end + 3
        elif text.characters[end] == c"-":
            after = end + 1
            if not text.signs[after] & CAPITAL:
                return end
        else:
            while text.characters[after] == c" ":
                after += 1
            if after == end:
                return end
        if text.signs[after] & CAPITAL:
            end = word_end(text, after)
        elif text.signs[after] & DIGIT:
            i = after = digits_end(text, after)
            while text.signs[i] & DIGIT or text.characters[i] in (c"/", c".", c","):
                i += 1
                if text.signs[i - 1] & DIGIT:
                    return end
            end = after
        else:
            return end
