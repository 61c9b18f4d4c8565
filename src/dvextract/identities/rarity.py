"""How common a personal name is: the share of people who bear it, from the frequencies of its parts.

The share of a name is that of its family name, times that of what stands in the middle, times that of its last syllable
(name_parts.tsv). Parts depend on one another, most of all in the names of small peoples (half of the men of the Mông
are "A"), so a part that is rare in the country as a whole never counts as rarer than a floor: a name is rather taken
for too common than for too rare.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

import regex

from dvextract.interpretation.persons import UNCLE_HO
from dvextract.interpretation.wording import fold
from dvextract.lexicon.tsv import rows

_PER = 10_000
_UNKNOWN_FAMILY = 1 / _PER
_UNKNOWN_SYLLABLE, _UNKNOWN_WORD = 1 / 2_000, 1e-6
"""A rare syllable of the language, and a word that is none: Putin, Obama."""
_FOREIGN_WORD = 1e-4
"""A foreign word among others: Fidel Castro."""
_SYLLABLE = regex.compile(r"(?:ngh?|[nkptcg]h|tr|gi|qu|[bcdđghklmnprstvx])?[aeiouyăâêôơư]{1,3}(?:ch|ng|nh|[cmnpt])?")
_INITIAL = 0.1
"""The share of names that begin with one letter: T., Nguyễn Văn A."""
_NO_MIDDLE = 0.08
_MIDDLE_FLOOR, _MIDDLE_FLOOR_OF_PEOPLES = 0.01, 0.25
_LAST_FLOOR, _LAST_FLOOR_OF_PEOPLES = 1 / 500, 1 / 150


@cache
def _parts() -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = {"family": {}, "middle": {}, "last": {}}
    for words, *shares in rows("name_parts.tsv"):
        for part, share in zip(found, shares, strict=True):
            if share:
                found[part][words] = float(share) / _PER
    return found


@cache
def _peoples() -> Mapping[str, bool]:
    """Family names, and whether the majority of the country bears them too."""
    return {fold(name): "Kinh" in peoples for name, peoples in rows("family_names.tsv") if peoples != "saint"}


def share(key: str) -> float:
    """The share of people whose name is ``key`` (a folded name), an estimate; 0 < share < 1.

    >>> share("nguyễn văn hùng") > 1000 * share("chá a của")
    True
    """
    syllables = key.replace(".", " ").split() or [key]
    known = _parts()
    if key == fold(UNCLE_HO):
        return _UNKNOWN_WORD  # nobody else is called so
    initials = sum(map(_is_initial, syllables))
    if initials == len(syllables) or _is_initial(syllables[-1]):
        return _INITIAL**initials * known["family"].get(syllables[0], 1.0)
    if len(syllables) < 2:
        return known["last"].get(key, _UNKNOWN_SYLLABLE if _is_syllable(key) else _UNKNOWN_WORD)
    family, middle, last = syllables[0], " ".join(syllables[1:-1]), syllables[-1]
    if family not in known["family"] and family not in _peoples():
        return _foreign(syllables)
    of_peoples = not _peoples().get(family, True)
    middle_floor, last_floor = (
        (_MIDDLE_FLOOR_OF_PEOPLES, _LAST_FLOOR_OF_PEOPLES) if of_peoples else (_MIDDLE_FLOOR, _LAST_FLOOR)
    )
    ending = max(known["last"].get(last, 0), last_floor)
    first = known["family"].get(family, _UNKNOWN_FAMILY)
    if not middle:  # Văn Hùng: a family name, or the end of a longer name
        return (first * _NO_MIDDLE + known["middle"].get(family, 0)) * ending
    return first * max(known["middle"].get(middle, 0), middle_floor) * ending


def _is_initial(syllable: str) -> bool:
    return len(syllable) <= 1


def _foreign(syllables: list[str]) -> float:
    """A name that begins with no family name: a shortened one (Minh Tú), a stage name, or a foreign one."""
    known = _parts()
    product = 1.0
    for syllable in syllables:
        share_of = max(known["last"].get(syllable, 0), known["middle"].get(syllable, 0))
        product *= share_of or (_LAST_FLOOR if _is_syllable(syllable) else _FOREIGN_WORD)
    return max(product, 1e-9)


def _is_syllable(word: str) -> bool:
    """Whether a word is spelled as a syllable of the language is."""
    toneless = "".join(c for c in unicodedata.normalize("NFD", word) if c not in "\u0300\u0301\u0303\u0309\u0323")
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None
