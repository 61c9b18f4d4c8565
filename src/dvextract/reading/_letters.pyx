# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Which unusual characters a text has, and how many of its words are Vietnamese syllables: a step a character.

What `unusual` and `vietnamese` tell by patterns and remembered words, by tables of code points.
"""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memset

cdef extern from "Python.h":
    int Py_UNICODE_ISSPACE(Py_UCS4 c)
    int Py_UNICODE_ISDECIMAL(Py_UCS4 c)

cdef enum:
    PLANE = 1 << 16
    LETTERS = 0x1F00  # the letters of Vietnamese, and most of what parts its words, are below this
    PARTING = 0  # before the numbers of letters: what is in no word
    OTHER = 31  # behind them: any other character of a word
    NUMBER = 31
    TONE = 32  # the letter has a tone
    SHARP = 64  # and it is sắc or nặng
    MOST = 7  # letters of the longest syllable
    BITS = 5
    ONSET = 3  # letters of the longest
    RIMES = 1024  # places for rimes, at least twice as many as there are
    STOPPED = 1 << 28  # marks of rimes, beside their four letters
    FRONT = 1 << 29
    FOUND = 1 << 30


cdef class Classes:
    """Sets of characters, each with a bit: ``ranges`` are the codes of their first and last characters, in the basic
    plane, with the bit."""

    cdef uint8_t[PLANE] bits

    def __cinit__(self, ranges):
        cdef Py_ssize_t first, last, c
        cdef uint8_t bit
        memset(self.bits, 0, PLANE)
        for first, last, bit in ranges:
            if not 0 <= first <= last < PLANE:
                raise ValueError("no characters of the basic plane")
            for c in range(first, last + 1):
                self.bits[c] |= bit

    def met(self, str text not None):
        """The bits of all sets of which a character is in the text."""
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text), i
        cdef const void *data = PyUnicode_DATA(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef uint8_t found = 0
        cdef const uint8_t *narrow = <const uint8_t *> data
        cdef const unsigned short *wide = <const unsigned short *> data
        cdef Py_UCS4 c
        if kind == 1:
            for i in range(length):
                found |= self.bits[narrow[i]]
        elif kind == 2:
            for i in range(length):
                found |= self.bits[wide[i]]
        else:
            for i in range(length):
                c = PyUnicode_READ(kind, data, i)
                if c < PLANE:
                    found |= self.bits[c]
        return found


cdef class Syllables:
    """What words are made of: ``letters`` a string of lower-case letters that stand for others, by each that they stand
    for with its tone (0 none, 1 sắc or nặng, 2 another); ``onsets`` with marks (1 not before i, e, ê, 2 only
    before them), ``rimes`` too (1 they end in a stop, 2 they begin with i, e, ê); ``parting`` are characters of no word beside blanks and
    digits, and ``other`` says of a word with other letters, of no more than ``longest`` characters, whether it is a
    syllable."""

    cdef uint8_t[LETTERS] letters
    cdef uint8_t[1 << (BITS * ONSET)] onsets
    cdef uint32_t[RIMES] rimes
    cdef str parting
    cdef object other
    cdef Py_ssize_t longest

    def __cinit__(self, dict letters, dict onsets, dict rimes, str parting, other, Py_ssize_t longest):
        cdef Py_ssize_t c
        cdef uint32_t key, mark, place
        bare = sorted({letter for letter, _ in letters.values()})
        if len(bare) >= OTHER or len(rimes) > RIMES // 2:
            raise ValueError("too many letters or rimes")
        numbers = {letter: number for number, letter in enumerate(bare, 1)}
        for c in range(LETTERS):
            self.letters[c] = PARTING if Py_UNICODE_ISSPACE(c) or Py_UNICODE_ISDECIMAL(c) else OTHER
        for letter in parting:
            if ord(letter) < LETTERS:
                self.letters[<Py_ssize_t> ord(letter)] = PARTING
        for letter, (plain, tone) in letters.items():
            if not ord(letter) < LETTERS:
                raise ValueError("a letter that is not Latin")
            self.letters[<Py_ssize_t> ord(letter)] = numbers[plain] | (0, TONE | SHARP, TONE)[tone]
        memset(self.onsets, 0, sizeof(self.onsets))
        memset(self.rimes, 0, sizeof(self.rimes))
        for onset, mark in onsets.items():
            if len(onset) > ONSET:
                raise ValueError("a long onset")
            self.onsets[<uint32_t> sum(numbers[c] << BITS * i for i, c in enumerate(onset))] = 1 | mark << 1
        for rime, mark in rimes.items():
            if not 0 < len(rime) <= MOST - ONSET:
                raise ValueError("a rime that is empty or long")
            key = sum(numbers[c] << BITS * i for i, c in enumerate(rime))
            place = at(key)
            while self.rimes[place]:
                place = (place + 1) % RIMES
            self.rimes[place] = key | FOUND | mark * STOPPED
        self.parting, self.other, self.longest = parting, other, longest

    cdef bint is_syllable(self, uint64_t letters, Py_ssize_t length, int tones, bint sharp) noexcept:
        """Whether letters, the first in the lowest bits, are onset and rime."""
        cdef uint32_t rime, key
        cdef Py_ssize_t cut
        cdef uint8_t onset
        if length > MOST or tones > 1:
            return False
        for cut in range(min(ONSET, length), -1, -1):
            onset = self.onsets[letters & ((1 << BITS * cut) - 1)]
            if not onset or length - cut > MOST - ONSET or length == cut:
                continue
            key = <uint32_t> (letters >> BITS * cut)
            rime = self.rime(key)
            if rime and not onset >> 1 & (1 if rime & FRONT else 2):
                return not rime & STOPPED or sharp
        return False

    cdef uint32_t rime(self, uint32_t key) noexcept:
        """The rime of these letters and its marks; 0 where there is none."""
        cdef uint32_t place = at(key)
        while self.rimes[place]:
            if self.rimes[place] & ((1 << 4 * BITS) - 1) == key:
                return self.rimes[place]
            place = (place + 1) % RIMES
        return 0

    def count(self, str text not None):
        """Of the words all, those in ASCII that are syllables, those beyond ASCII, and those of them that are syllables."""
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text), i = 0, begin
        cdef const void *data = PyUnicode_DATA(text)
        cdef int kind = PyUnicode_KIND(text), tones
        cdef uint64_t letters
        cdef uint8_t letter, sharp
        cdef Py_UCS4 c
        cdef uint32_t bits
        cdef bint marked, other, is_one
        cdef Py_ssize_t words = 0, plain_syllables = 0, all_marked = 0, marked_syllables = 0
        while i < length:
            begin = i
            letters = bits = 0
            tones = sharp = other = 0
            while i < length:
                c = PyUnicode_READ(kind, data, i)
                letter = self.letters[c] if c < LETTERS else self.far(c)
                if letter == PARTING:
                    break
                if i - begin < MOST:
                    letters |= <uint64_t> (letter & NUMBER) << BITS * (i - begin)
                i += 1
                bits |= <uint32_t> c
                other |= letter == OTHER
                tones += (letter & TONE) != 0
                sharp |= letter & SHARP  # of one tone; a word with more is no syllable
            if i == begin:
                i += 1
                continue
            marked = bits >= 128
            if other:
                is_one = i - begin <= self.longest and self.other(text[begin:i])
            else:
                is_one = self.is_syllable(letters, i - begin, tones, sharp != 0)
            words += 1
            all_marked += marked
            if marked:
                marked_syllables += is_one
            else:
                plain_syllables += is_one
        return words, plain_syllables, all_marked, marked_syllables

    cdef uint8_t far(self, Py_UCS4 c):
        """What a character beyond the Latin letters is in a word."""
        return PARTING if Py_UNICODE_ISSPACE(c) or Py_UNICODE_ISDECIMAL(c) or c in self.parting else OTHER


cdef inline uint32_t at(uint32_t key) noexcept:
    """Where a rime is looked for first."""
    return (key * <uint32_t> 2654435761) >> 22
