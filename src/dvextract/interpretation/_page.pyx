# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Short forms and places of a page, each in one walk, as the patterns of `abbreviations` and `geography` find them.

For texts of characters that are `dvextract.grammar.engine.usual`: for what holds others the answer is None.
"""

import unicodedata

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.stdlib cimport free, malloc

from dvextract.grammar.engine import usual_characters

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)
    enum: PyUnicode_4BYTE_KIND

cdef enum:
    CODES = 0x1F00  # letters of Vietnamese and all before them
    TOLD = 0x20000  # characters from here on are not usual
    USUAL = 1
    LETTER = 2
    CAPITAL = 4
    SMALL = 8
    DIGIT = 16
    SMALL_D = 0x111  # đ
    CAPITAL_D = 0x110

cdef unsigned char[TOLD] signs
cdef unsigned short[CODES] lower


def _fill():
    """The tables, made of what Unicode says of the usual characters; all letters and digits among them are below."""
    cdef Py_ssize_t i
    for i, is_usual in enumerate(usual_characters()):
        signs[i] = is_usual
        if i < CODES:
            lower[i] = i
            if is_usual:
                c = chr(i)
                category = unicodedata.category(c)
                if category[0] == "L":
                    signs[i] |= LETTER | {"Lu": CAPITAL, "Ll": SMALL}.get(category, 0)
                if category == "Nd":
                    signs[i] |= DIGIT
                if len(c.lower()) == 1 and ord(c.lower()) < CODES:
                    lower[i] = ord(c.lower())


_fill()


cdef struct Text:
    int kind
    void* data
    Py_ssize_t end


cdef inline Py_UCS4 at(const Text* text, Py_ssize_t i) noexcept:
    """The character at ``i``; 0, which is of no kind that is asked for, outside."""
    return PyUnicode_READ(text.kind, text.data, i) if 0 <= i < text.end else 0


cdef inline int sign(Py_UCS4 c) noexcept:
    return signs[c] if c < TOLD else 0


cdef inline int sign_at(const Text* text, Py_ssize_t i) noexcept:
    return sign(at(text, i))


cdef Text read(str text, Py_ssize_t end) noexcept:
    cdef Text made
    made.kind, made.data, made.end = PyUnicode_KIND(text), PyUnicode_DATA(text), min(end, PyUnicode_GET_LENGTH(text))
    return made


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


cdef inline bint follows(const Text* text, Py_ssize_t i, const char* words) noexcept:
    """Whether ASCII ``words`` stand at ``i`` and what follows them ends a short form."""
    cdef Py_ssize_t n = 0
    while words[n]:
        if at(text, i + n) != <Py_UCS4>words[n]:
            return False
        n += 1
    return ends_form(text, i + n)


cdef inline bint ends_form(const Text* text, Py_ssize_t i) noexcept:
    cdef Py_UCS4 c = at(text, i)
    return not sign(c) & (LETTER | DIGIT) and c != c"&"


cdef Py_ssize_t form_end(const Text* text, Py_ssize_t i) noexcept:
    """Where the short form that begins at ``i`` ends; -1 when none begins there."""
    cdef Py_UCS4 c = at(text, i)
    cdef Py_ssize_t end
    if c == c"T":
        if follows(text, i, b"TP. HCM"):
            return i + 7
        if follows(text, i, b"TP HCM"):
            return i + 6
    if sign(c) & CAPITAL:
        end = i + 1
        while True:
            c = at(text, end)
            if not (sign(c) & CAPITAL) and not (
                (c == c"&" or c == c"." or c == c"/" or c == c"-") and sign_at(text, end + 1) & CAPITAL
            ):
                break
            end += 1
        while end > i + 1:  # what cannot end there may end before a stop
            if ends_form(text, end):
                return end
            end -= 1
    c = at(text, i)
    if c == c"T":
        if follows(text, i, b"Tp") or follows(text, i, b"Tx"):
            return i + 2
        if follows(text, i, b"Th.S"):
            return i + 4
        if follows(text, i, b"ThS") or follows(text, i, b"TTg"):
            return i + 3
    elif (c == SMALL_D or c == CAPITAL_D) and at(text, i + 1) == c"/" and at(text, i + 2) == c"c":
        return i + 3 if ends_form(text, i + 3) else -1
    return -1


def short_forms(str text not None, Py_ssize_t start, Py_ssize_t end):
    """Where in text[start:end] short forms stand (`abbreviations.WHOLE_FORM`), as pairs, in text order."""
    cdef Text page = read(text, end)
    cdef Py_ssize_t i = max(start, 0), last
    cdef Py_UCS4 c
    cdef int before = sign_at(&page, i - 1), here
    if i and not before:
        return None
    found = []
    while i < page.end:
        c = at(&page, i)
        here = sign(c)
        if not here:
            return None
        if (here & CAPITAL or c == SMALL_D) and not before & (LETTER | DIGIT):
            if not i or (at(&page, i - 1) != c"/" and at(&page, i - 1) != c"&"):
                last = form_end(&page, i)
                if last > 0:
                    found.append((i, last))
                    i = last
                    before = sign_at(&page, i - 1)
                    continue
        before = here
        i += 1
    return found


cdef struct Word:
    Py_ssize_t first  # of its characters in those of all words
    Py_ssize_t size
    bint exact  # counts in this case only
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
        if any(not word or max(map(ord, word)) >= CODES for word in every):
            raise ValueError("an empty word, or a character that is not of Vietnamese")
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
                c = ord(word[0])
                self.words[i].following, self.named[c] = self.named[c], i
            else:
                c = ord(word[len(word) - 1])
                self.words[i].following, self.alike[c] = self.alike[c], i

    def __dealloc__(self):
        free(self.characters)
        free(self.words)

    cdef inline bint stands(self, int number, const Text* text, Py_ssize_t i) noexcept:
        """Whether a word stands at ``i``."""
        cdef Word* word = &self.words[number]
        cdef unsigned short* wanted = &self.characters[word.first]
        cdef Py_ssize_t k
        cdef Py_UCS4 c
        if i < 0 or i + word.size > text.end:
            return False
        for k in range(word.size):
            c = at(text, i + k)
            if c >= CODES or (c if word.exact else lower[c]) != wanted[k]:
                return False
        return True

    cdef inline bint is_type(self, int number, const Text* text, Py_ssize_t i) noexcept:
        """Whether a type stands at ``i`` and no letter nor, for that of a village, ``nông`` stands before it."""
        if not self.stands(number, text, i) or sign_at(text, i - 1) & LETTER:
            return False
        return number < self.types or not (
            at(text, i - 1) == c" "
            and at(text, i - 2) == c"g"
            and at(text, i - 3) == c"n"
            and at(text, i - 4) == 0xF4  # ô
            and at(text, i - 5) == c"n"
        )

    cdef inline Py_ssize_t begins_name(self, const Text* text, Py_ssize_t i) noexcept:
        """Where a name begins that a type ending at ``i`` may have; -1 when there is none."""
        i += at(text, i) == c" "
        return i if sign_at(text, i) & (CAPITAL | DIGIT) else -1

    cdef int type_before(self, const Text* text, Py_ssize_t i, Py_ssize_t least) noexcept:
        """The longest type before a name at ``i`` that begins at ``least`` or behind; -1 when there is none."""
        cdef Py_ssize_t end = i - (at(text, i - 1) == c" ")
        cdef Py_UCS4 c = at(text, end - 1)
        cdef int number, found = -1
        if c >= CODES:
            return -1
        number = self.alike[lower[c]]
        while number >= 0:
            if end - self.words[number].size >= least and self.is_type(number, text, end - self.words[number].size):
                if found < 0 or self.words[number].size > self.words[found].size:
                    found = number
            number = self.words[number].following
        return found

    cdef bint is_name(self, int number, const Text* text, Py_ssize_t i) noexcept:
        """Whether a bare name stands at ``i`` for itself."""
        cdef Py_ssize_t end = i + self.words[number].size
        cdef int other
        if not self.stands(number, text, i) or sign_at(text, end) & LETTER:
            return False
        if at(text, end) == c" " and sign_at(text, end + 1) & CAPITAL and sign_at(text, end + 2) & SMALL:
            return False
        if at(text, i - 1) == c" ":
            for other in range(self.names, self.count):
                if self.stands(other, text, i - 1 - self.words[other].size):
                    return False
        return True

    def find(self, str text not None):
        """The typed places of a text and its bare names, each in text order: a list of (start, start of the name, end,
        kind) and one of (start, end)."""
        cdef Text page = read(text, PyUnicode_GET_LENGTH(text))
        cdef Py_ssize_t i, start, end, name, typed_until = 0, named_until = 0
        cdef Py_UCS4 c
        cdef int here, before = 0, number
        typed, named = [], []
        for i in range(page.end):
            c = at(&page, i)
            here = sign(c)
            if not here:
                return None
            if here & (CAPITAL | DIGIT):
                if i > typed_until and (number := self.type_before(&page, i, typed_until)) >= 0:
                    start = i - (at(&page, i - 1) == c" ") - self.words[number].size
                    for number in range(self.villages):  # the first that is followed by a name, as a pattern tries them
                        if self.is_type(number, &page, start):
                            name = self.begins_name(&page, start + self.words[number].size)
                            if name >= 0:
                                end = name_end(&page, name)
                                typed.append((start, name, end, self.kinds[number]))
                                typed_until = end
                                break
                if here & CAPITAL and not before & LETTER and i >= named_until and at(&page, i - 1) != c".":
                    number = self.named[c]
                    while number >= 0:
                        if self.is_name(number, &page, i):
                            named_until = i + self.words[number].size
                            named.append((i, named_until))
                            break
                        number = self.words[number].following
            before = here
        return typed, named


cdef inline Py_ssize_t word_end(const Text* text, Py_ssize_t i) noexcept:
    while sign_at(text, i) & LETTER or at(text, i) == c"'":
        i += 1
    return i


cdef inline Py_ssize_t digits_end(const Text* text, Py_ssize_t i) noexcept:
    while sign_at(text, i) & DIGIT:
        i += 1
    return i


cdef bint goes_on(const Text* text, Py_ssize_t i) noexcept:
    """Whether Vũng Tàu or Tháp Chàm, which stand behind a dash, stand at ``i``."""
    cdef Py_ssize_t k
    cdef Py_UCS4 c
    cdef str words
    for words in ("vũng tàu", "tháp chàm"):
        for k in range(len(words)):
            c = at(text, i + k)
            if c >= CODES or lower[c] != <Py_UCS4>words[k]:
                break
        else:
            return True
    return False


cdef Py_ssize_t name_end(const Text* text, Py_ssize_t i) noexcept:
    """Where the name that begins at ``i`` ends: capitalised words, and figures behind blanks that stand alone."""
    cdef Py_ssize_t end, after
    if sign_at(text, i) & DIGIT:
        return digits_end(text, i)
    end = word_end(text, i)
    while True:
        after = end
        if at(text, end) == c" " and at(text, end + 1) == c"-" and at(text, end + 2) == c" " and goes_on(text, end + 3):
            after = end + 3
        elif at(text, end) == c"-":
            after = end + 1
            if not sign_at(text, after) & CAPITAL:
                return end
        else:
            while at(text, after) == c" ":
                after += 1
            if after == end:
                return end
        if sign_at(text, after) & CAPITAL:
            end = word_end(text, after)
        elif sign_at(text, after) & DIGIT:
            i = after = digits_end(text, after)
            while sign_at(text, i) & DIGIT or at(text, i) in (c"/", c".", c","):
                i += 1
                if sign_at(text, i - 1) & DIGIT:
                    return end
            end = after
        else:
            return end
