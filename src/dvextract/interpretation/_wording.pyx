# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Names in letters of Vietnamese, digits and plain punctuation, as `wording` and `abbreviations` have them.

What holds anything else (quotation marks, other dashes, blanks and letters) is left to those: the answer is None.
"""

import unicodedata

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)

cdef enum:
    CODES = 0x1F00  # letters of Vietnamese and all before them
    MOST = 256  # characters of a name
    PLAIN = 1
    LETTER = 2
    CAPITAL = 4
    BARRED_D = 0x111  # đ
    OPENING = 8  # h k l m s t v, after which a last y is an i

cdef unsigned char kinds[CODES]
cdef unsigned short lower[CODES]
cdef unsigned short moved_first[CODES][2]  # for a letter with a tone after o and u: these with the tone; else 0
cdef unsigned short moved_second[CODES]  # and the letter without it
cdef unsigned short i_for_y[CODES]
cdef unsigned short y_for_i[CODES]
cdef unsigned char toned_u[CODES]


def _fill():
    """The tables, made of what Unicode says of letters and tones."""
    tones = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]

    def toned(letter):
        return [unicodedata.normalize("NFC", letter + tone) for tone in tones]

    letters = [c for vowel in "aăâeêioôơuưy" for c in toned(vowel)] + [*"đbcdfghjklmnpqrstvwxz"]
    for letter in letters:
        for c in (letter, letter.upper()):
            kinds[ord(c)] = PLAIN | LETTER | (CAPITAL if c != letter else 0) | (OPENING if c in "hklmstv" else 0)
            lower[ord(c)] = ord(letter)
    for c in " 0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~\\":
        kinds[ord(c)] = PLAIN
        lower[ord(c)] = ord(c)
    for place, first, seconds in ((0, "o", "ae"), (1, "u", "y")):
        for second in seconds:
            for with_tone, c in zip(toned(first)[1:], toned(second)[1:]):
                for either in (c, c.upper()):
                    moved_first[ord(either)][place] = ord(with_tone)
                    moved_second[ord(either)] = ord(second)
    for i, y in zip(toned("i"), toned("y")):
        i_for_y[ord(y)], y_for_i[ord(i)] = ord(i), ord(y)
    for c in toned("u")[1:]:
        toned_u[ord(c)] = 1


_fill()


cdef inline int moves(Py_UCS4 before, Py_UCS4 first, Py_UCS4 second, Py_UCS4 after) noexcept:
    """Whether the tone of ``second`` belongs on ``first``, as `grammar.fold.shadow` moves it."""
    if not moved_second[second] or before == c"q" or before == c"Q" or kinds[after] & LETTER:
        return False
    if kinds[second] & CAPITAL and not kinds[first] & CAPITAL:
        return False
    return moved_first[second][lower[first] == c"u"] != 0 and (lower[first] == c"o" or lower[first] == c"u")


cdef Py_ssize_t read(str text, unsigned short* characters) noexcept:
    """The characters of ``text``; returns how many, -1 when there are others or more than a name has."""
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), i
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_UCS4 c
    if n > MOST:
        return -1
    for i in range(n):
        c = PyUnicode_READ(kind, data, i)
        if c >= CODES or not kinds[c]:
            return -1
        characters[i] = c
    return n


cdef Py_ssize_t lowered_into(str text, unsigned short* out) noexcept:
    """`wording.lowered`, which is ``out[:n]``; returns n, -1 where it is left to Python."""
    cdef unsigned short buffer[MOST + 4]
    cdef unsigned short* given = buffer + 2
    cdef Py_ssize_t n = read(text, given), i, first = 0
    cdef Py_UCS4 c
    if n < 0:
        return -1
    while n and given[n - 1] == c" ":
        n -= 1
    while first < n and given[first] == c" ":
        first += 1
    given += first
    n -= first
    (given - 2)[0] = (given - 1)[0] = given[n] = 0  # nothing stands around a name
    for i in range(n):
        c = given[i]
        if c == c" " and given[i - 1] == c" ":
            return -1
        if moves(given[i - 2], given[i - 1], c, given[i + 1]):
            out[i - 1] = moved_first[c][lower[given[i - 1]] == c"u"]
            out[i] = moved_second[c]
        else:
            out[i] = lower[c]
    return n


def lowered(str text not None):
    """`wording.lowered`, or None."""
    cdef unsigned short out[MOST]
    cdef Py_ssize_t n = lowered_into(text, out)
    return None if n < 0 else PyUnicode_FromKindAndData(2, out, n)


cdef Py_ssize_t folded_into(str text, unsigned short* low) noexcept:
    """`wording.fold`, which is ``low[3:n + 3]``; returns n, -1 where it is left to Python. ``low`` has MOST + 4."""
    cdef unsigned short* out = low + 3
    cdef Py_ssize_t n = lowered_into(text, out), i
    cdef Py_UCS4 c
    if n < 0:
        return -1
    low[0] = low[1] = low[2] = out[n] = 0
    for i in range(n):
        c = out[i]
        if c == c"-":  # the blanks around it count for nothing
            return -1
        if i_for_y[c]:
            if kinds[out[i - 1]] & OPENING and not kinds[out[i - 2]] & LETTER and not kinds[out[i + 1]] & LETTER:
                out[i] = i_for_y[c]
        elif out[i - 1] == c"q" and not kinds[out[i - 2]] & LETTER:
            if toned_u[c]:
                return -1
            if c == c"u" and y_for_i[out[i + 1]] and not kinds[out[i + 2] if i + 2 < n else 0] & LETTER:
                out[i + 1] = y_for_i[out[i + 1]]
    return n


def fold(str text not None):
    """`wording.fold`, or None."""
    cdef unsigned short low[MOST + 4]
    cdef Py_ssize_t n = folded_into(text, low)
    return None if n < 0 else PyUnicode_FromKindAndData(2, low + 3, n)


def fold_name(str text not None):
    """`wording.fold_name`, or None."""
    cdef unsigned short low[MOST + 4]
    cdef unsigned short* out = low + 3
    cdef Py_ssize_t n = folded_into(text, low), i, kept = 0
    cdef Py_UCS4 c
    if n < 0:
        return None
    for i in range(n):
        c = out[i]
        if c == c"." or c == c",":
            c = c" "
        if c != c" " or (kept and out[kept - 1] != c" "):
            out[kept] = c
            kept += 1
    if kept and out[kept - 1] == c" ":
        kept -= 1
    return PyUnicode_FromKindAndData(2, out, kept) if kept or not n else None


def is_written_out(str name not None):
    """Whether `abbreviations.expanded` leaves ``name`` as it is for certain."""
    cdef unsigned short buffer[MOST + 3]
    cdef unsigned short* given = buffer + 2
    cdef Py_ssize_t n = read(name, given), i, j, k, blanks = 0, words = 0
    cdef Py_ssize_t begins[MOST + 1]
    cdef Py_ssize_t ends[MOST + 1]
    cdef Py_UCS4 c, following
    if n < 0:
        return False
    buffer[0] = buffer[1] = given[n] = c" "
    for i in range(n + 1):
        c, following = given[i], given[i + 1] if i < n else 0
        if c == c" ":
            if given[i - 1] == c" ":  # blanks in a row or at an end, or nothing at all
                return False
            blanks += 1
        elif c == c"(":
            return False
        elif kinds[c] & CAPITAL or c == BARRED_D:
            if kinds[following] & CAPITAL or following in (c"&", c".", c"/", c"-", c"p", c"x", c"h"):
                if following != c"h" or given[i + 2] in (c".", c"S"):
                    return False
        if moves(given[i - 2], given[i - 1], c, following):
            return False
        if kinds[c] & LETTER:
            if not kinds[given[i - 1]] & LETTER:
                begins[words] = i
                words += 1
            ends[words - 1] = i + 1
    if blanks < 4:  # with the one behind
        return True
    for j in range(words):  # a word that comes twice
        for i in range(j):
            if ends[i] - begins[i] == ends[j] - begins[j]:
                for k in range(ends[j] - begins[j]):
                    if lower[given[begins[i] + k]] != lower[given[begins[j] + k]]:
                        break
                else:
                    return False
    return True
