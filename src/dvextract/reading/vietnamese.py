"""Whether words are Vietnamese: a syllable has one of a closed list of onsets and rimes, and at most one tone.

Tells encodings apart (a wrong one gives few syllables) and notices pages that are scrambled or in another language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dvextract.compiled import part

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
_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_SHARP, _HEAVY = "\u0301", "\u0323"
_TONES = str.maketrans("", "", _MARKS)
_TONE = re.compile(f"[{_MARKS}]")
_STOPPED = ("p", "t", "c", "ch")
_BETWEEN = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’…–—"
_WORD = re.compile(rf"[^\s\d{re.escape(_BETWEEN)}]+")
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
            return not rime.endswith(_STOPPED) or bool(tones and tones[0] in (_SHARP, _HEAVY))
    return False


_PLAIN, _PLAIN_SYLLABLE, _MARKED, _MARKED_SYLLABLE = range(4)


def _kind(word: str) -> int:
    return (_PLAIN if word.isascii() else _MARKED) + (len(word) <= _LONGEST and is_syllable(word))


@dataclass(frozen=True, slots=True)
class Count:
    """Words of a text: all, Vietnamese syllables among them, words beyond ASCII, and syllables among those."""

    words: int
    syllables: int
    marked: int
    marked_syllables: int


def count(text: str) -> Count:
    """Count the words of a text; anything between blanks, digits and punctuation is a word."""
    if _syllables:
        words, plain, marked, syllables = _syllables.count(text)
        return Count(words, plain + syllables, marked, syllables)
    kinds = bytes(map(_kind, _WORD.findall(text)))
    marked, plain = kinds.count(_MARKED_SYLLABLE), kinds.count(_PLAIN_SYLLABLE)
    return Count(len(kinds), marked + plain, marked + kinds.count(_MARKED), marked)


def _letters() -> Iterator[tuple[str, tuple[str, int]]]:
    """Letters with and without tone, small and capital: the letter without, and which tone for `_letters.Syllables`.

    Letters that are in no syllable stand for each other.
    """
    for letter in sorted({*"fjwz", *"".join(_PARTS[0] | _PARTS[1])}):
        for mark in ("", *_MARKS):
            toned = unicodedata.normalize("NFC", letter + mark)
            if len(toned) == 1:
                tone = 0 if not mark else 1 if mark in (_SHARP, _HEAVY) else 2
                for c in (toned, toned.upper()):
                    yield c, ("f" if letter in "fjwz" else letter, tone)


_compiled = part("dvextract.reading._letters")
_syllables = _compiled and _compiled.Syllables(
    dict(_letters()),
    {o: 1 if o in _NEVER_BEFORE_FRONT else 2 if o in _ONLY_BEFORE_FRONT else 0 for o in _PARTS[0]},
    {rime: rime.endswith(_STOPPED) + 2 * (rime[0] in _FRONT) for rime in _PARTS[1]},
    _BETWEEN,
    is_syllable,
    _LONGEST,
)


def sample(text: str) -> str:
    """The part of a text that is looked at."""
    if len(text) <= SAMPLE:
        return text
    half, middle = SAMPLE // 2, len(text) // 2
    return text[:half] + " " + text[middle : middle + half]
