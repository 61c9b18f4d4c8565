"""PERSON: the fullest form in the page of a name that is repeated in part.

Vietnamese names are shortened to their last syllables (đồng chí Tú for Hà Anh Tú); foreign and some minority names to
their first. A name of the village stands for the one in the papers where the page gives both. Of several persons whose
names would do, the one named last before the place is meant.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

import regex

from dvextract.interpretation.wording import fold, is_shouted, lowered, one_line
from dvextract.lexicon.tsv import Beginnings, rows

Key = tuple[str, ...]

# What stands between two names of one person: Hà Anh Tú (tức Ba Tú), Ba Tú, tên thật Hà Anh Tú
_ALIAS = regex.compile(
    r"\s*[(,-]\s*(?:\p{L}+ \p{L}+ )?(?:tức|bí danh|còn gọi là|quen gọi là|tên thường gọi|tên gọi khác|tên khai sinh|"
    r"(?P<real>tên thật))(?: là)?:?\s*|(?P<bare>\s*\()"
)

_SIGNS_BETWEEN = frozenset("(,-")

_CALLINGS = regex.compile(r"\A(?:(?:HLV|BLV|VĐV|MC|NSƯT|NSND|GS|PGS|TS|ThS|BS|LS|KTS)[. ]+)+(?=\p{Lu})")
_SYLLABLES = 8  # of the longest names

UNCLE_HO = "Hồ Chí Minh"
_UNCLE_HO = frozenset(("bác", "bác hồ", "hồ chủ tịch", "cụ hồ", "chủ tịch hồ chí minh"))


def full_names(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """For each name, in text order, its fullest form in the page; ``spans`` are the PERSON mentions.

    >>> full_names("Hà Anh Tú và Lò Mai; ông Tú", [(0, 9), (13, 19), (25, 27)])
    ['Hà Anh Tú', 'Lò Mai', 'Hà Anh Tú']
    """
    named = [_named(text[a:b]) for a, b in spans]
    keys = [key for _, key in named]
    spelled = _spelling(named)
    other = _other_names(text, spans, keys)
    by_tail, by_head = _longer(keys)
    found: list[str] = []
    for i, key in enumerate(keys):
        if key in _uncle_ho():
            found.append(UNCLE_HO)
            continue
        full = other.get(key) or _completed(i, keys, by_tail, by_head)
        found.append(spelled[other.get(full, full)])
    return found


@lru_cache(maxsize=1 << 14)
def _named(words: str) -> tuple[str, Key]:
    """A name on one line, and its syllables."""
    line = _bare(one_line(words))
    return line, _key(line)


def _bare(line: str) -> str:
    """The name without a country or a calling that was taken for its beginning: Mỹ Donald Trump, HLV Hữu Thắng."""
    if line[1:2].isupper() or line.startswith("ThS"):
        line = _CALLINGS.sub("", line)
    words, found = _countries().split(lowered(line))
    if not found:
        return line
    rest = line[len(words) :].split()
    # Nga, Đức, Anh are personal names too
    if len(rest) < 2 or (" " not in words and fold(rest[0]) in _name_parts()):
        return line
    return " ".join(rest)


@cache
def _countries() -> Beginnings:
    return Beginnings("place_kinds.tsv", frozenset(("country",)))


@cache
def _name_parts() -> frozenset[str]:
    return frozenset(words for words, *_ in rows("name_parts.tsv"))


def _other_names(text: str, spans: Sequence[tuple[int, int]], keys: Sequence[Key]) -> dict[Key, Key]:
    """The name in the papers for each name of the village: the one called so, else the longer, else the first."""
    found: dict[Key, Key] = {}
    for i in range(1, len(keys)):
        between = text[spans[i - 1][1] : spans[i][0]].lstrip()
        m = _ALIAS.fullmatch(text, spans[i - 1][1], spans[i][0]) if _may_join(between) else None
        first, second = keys[i - 1], keys[i]
        if m is None or first == second or (m["bare"] and first[-1:] != second[-1:]):
            continue
        main, alias = (second, first) if m["real"] or len(second) > len(first) else (first, second)
        found.setdefault(alias, main)
    return {alias: main for alias, main in found.items() if main not in found}


def _may_join(between: str) -> bool:
    """Whether `_ALIAS` may match what stands between two names: mostly it is a comma, or more than that."""
    return between[:1] in _SIGNS_BETWEEN and between != ", "


def _completed(i: int, keys: Sequence[Key], by_tail: Mapping[Key, list[int]], by_head: Mapping[Key, Key]) -> Key:
    """The longest name that mention ``i`` shortens: Tú, then Anh Tú, then Hà Anh Tú."""
    full = keys[i]
    while True:
        longer = _nearest(by_tail.get(full, ()), i, keys) or by_head.get(full, ())
        if len(longer) <= len(full):
            return full
        full = longer


def _key(line: str) -> Key:
    """The syllables of a name; N.T.M has three."""
    return tuple(fold(line).replace(".", " ").split()) or (line,)


@cache
def _uncle_ho() -> frozenset[Key]:
    return frozenset(map(_key, _UNCLE_HO))


def _spelling(named: Iterable[tuple[str, Key]]) -> dict[Key, str]:
    """The first spelling of each name that is not a headline's capitals, else the first."""
    spelled: dict[Key, str] = {}
    for line, key in named:
        if key not in spelled or (is_shouted(spelled[key]) and not is_shouted(line)):
            spelled[key] = line
    return spelled


def _longer(keys: Sequence[Key]) -> tuple[dict[Key, list[int]], dict[Key, Key]]:
    """Where a longer name stands, by the name it ends with; and the longer name, by the one it begins with.

    First syllables stand for one person only: a family name shared by two stands for none (an empty name).
    """
    by_tail: dict[Key, list[int]] = defaultdict(list)
    by_head: dict[Key, Key] = {}
    names = set(keys)
    shortest = min(map(len, names), default=0)
    for i, key in enumerate(keys):
        if len(key) == shortest:
            continue
        for cut in range(1, min(len(key), _SYLLABLES)):
            if (tail := key[cut:]) in names:
                by_tail[tail].append(i)
            if (head := key[:cut]) in names:
                by_head[head] = key if by_head.get(head, key) == key else ()
    return by_tail, by_head


def _nearest(places: Sequence[int], i: int, keys: Sequence[Key]) -> Key:
    """The name last given before mention ``i``, else the first given after it."""
    if not places:
        return ()
    at = bisect_left(places, i)
    return keys[places[at - 1] if at else places[0]]
