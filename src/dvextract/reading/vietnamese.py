"""Whether words are Vietnamese: a syllable has one of a closed list of onsets and rimes, and at most one tone.

Tells encodings apart (a wrong one gives few syllables) and notices pages that are scrambled or in another language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê
    êch êm ên ênh êng êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan
    oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông
    ôp ôt ơ ơi ơm ơn ơp ơt ơc ơng u ua uân uâng uât uây uâc uc ui um un ung up ut uê uêch uênh uêt uêu uy uya uych
    uynh uyt uyu uyp uyn uyên uyêt uôc uôi uôm uôn uông uôt uơ ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp
    ươt ươu y yêm yên yêng yêt yêu ynh yt ych yu yp
"""
_PARTS = frozenset(("", *_ONSETS.split())), frozenset(_RIMES.split())
_FRONT = frozenset("ieê")
_NEVER_BEFORE_FRONT = frozenset({"c", "ng"})  # written k, ngh there
_ONLY_BEFORE_FRONT = frozenset({"gh", "ngh"})
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED = ("p", "t", "c", "ch")
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~“”‘’…–—]+")
_LONGEST = 12
"""Code points of the longest syllable, taken apart into letters and marks; longer words are not looked at."""
SAMPLE = 2000
"""Code points looked at when a page is judged: half from its beginning, half from its middle."""


@lru_cache(maxsize=1 << 14)
def is_syllable(word: str) -> bool:
    """Whether a word is a possible Vietnamese syllable, tone included.

    >>> [is_syllable(w) for w in ("Nguyễn", "nghiệp", "hoc", "xin", "Céng")]
    [True, True, False, True, False]
    """
    parts = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(parts)
    if len(tones) > 1 or len(parts) > _LONGEST:
        return False
    bare = unicodedata.normalize("NFC", parts.translate(_TONES))
    for cut in range(min(3, len(bare)), -1, -1):
        rime = bare[cut:]
        onset = bare[:cut]
        if onset in _PARTS[0] and rime in _PARTS[1]:
            if (onset in _NEVER_BEFORE_FRONT and rime[0] in _FRONT) or (
                onset in _ONLY_BEFORE_FRONT and rime[0] not in _FRONT
            ):
                continue
            return not rime.endswith(_STOPPED) or bool(tones and tones[0] in "\u0301\u0323")
    return False


_PLAIN, _PLAIN_SYLLABLE, _MARKED, _MARKED_SYLLABLE = range(4)


def _kind(word: str) -> int:
    return (_PLAIN if word.isascii() else _MARKED) + (len(word) <= _LONGEST and is_syllable(word))


class _Kinds(dict[str, bytes]):
    """The kinds of the words in what stands between two blanks; of short stretches remembered, up to a bound."""

    MEMORY = 1 << 15

    def __missing__(self, chunk: str) -> bytes:
        kinds = bytes(map(_kind, _WORD.findall(chunk)))
        if len(chunk) <= 2 * _LONGEST:
            if len(self) >= self.MEMORY:
                self.clear()
            self[chunk] = kinds
        return kinds


_KINDS = _Kinds()


@dataclass(frozen=True, slots=True)
class Count:
    """Words of a text: all, Vietnamese syllables among them, words beyond ASCII, and syllables among those."""

    words: int
    syllables: int
    marked: int
    marked_syllables: int


def count(text: str) -> Count:
    """Count the words of a text; anything between blanks and ASCII punctuation is a word."""
    kinds = b"".join(map(_KINDS.__getitem__, text.split()))
    marked, plain = kinds.count(_MARKED_SYLLABLE), kinds.count(_PLAIN_SYLLABLE)
    return Count(len(kinds), marked + plain, marked + kinds.count(_MARKED), marked)


def sample(text: str) -> str:
    """The part of a text that is looked at."""
    if len(text) <= SAMPLE:
        return text
    half, middle = SAMPLE // 2, len(text) // 2
    return text[:half] + " " + text[middle : middle + half]
