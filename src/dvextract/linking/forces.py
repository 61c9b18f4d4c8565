"""The army and the police: which unit of theirs is under which.

Central ones are under a ministry or a service of it; those of a province, district or commune follow the chain of
units, in which bodies that had ended by the page's day are passed over; troops are ordered by size.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

import regex

from dvextract.interpretation.wording import fold
from dvextract.lexicon.tsv import rows, stood
from dvextract.lexicon.units import AdminUnit, admin_units, fold_unit, split_type

_FILE = "armed_forces.tsv"
_UP = {"commune": "district", "district": "province"}
# What stands between such a body's words and its place: Ban Chỉ huy Phòng thủ khu vực 3 - Mai Sơn
_NUMBER = regex.compile(r"(?: (?:\d+|[ivx]+))?(?: -)?\Z")
_LARGER = regex.compile(r"(?:bộ chỉ huy|ban chỉ huy|bộ tư lệnh) ")


@cache
def central() -> Mapping[str, str]:
    """The body over each body of the central level, by the folded words its name begins with."""
    return {fold(words): parent for words, level, parent, *_ in rows(_FILE) if level == "central"}


def over(head: str, unit: AdminUnit, day: str = "") -> tuple[str, AdminUnit | None]:
    """The body over the one that ``head`` and the name of ``unit`` make, and the unit that one belongs to, if any.

    ``day`` (ISO, or empty) is the day of the page. Empty for bodies of other kinds.

    >>> hanoi, = admin_units().provinces_named("Hà Nội")
    >>> over("Công an", hanoi), over("Bộ Tư lệnh Thủ đô", hanoi), over("Sở Nội vụ", hanoi)
    (('Bộ Công an', None), ('Bộ Quốc phòng', None), ('', None))
    """
    chain = {u.level: u for u in admin_units().chain(unit)}
    level = unit.level
    found = _local().get((_NUMBER.sub("", fold(head)), level))
    while found is not None:
        parent = found[0]
        if "{" not in parent:
            return parent, None
        if not parent.endswith("{above}"):
            return _of_province(parent, chain.get("province"))
        words, level = parent.removesuffix(" {above}"), _UP[level]
        found, above = _local().get((fold(words), level)), chain.get(level)
        if above is not None and found is not None and stood(day, *found[1:]):
            return f"{words} {above.name}", above
    return "", None


@lru_cache(maxsize=1 << 10)
def size(low: str) -> int:
    """The rank of troops by size from 1, that of commands and services above all of them; 0 for other names.

    >>> size("đại đội 5") < size("trung đoàn 82") < size("quân khu 2"), size("sở nội vụ")
    (True, 0)
    """
    words = _begins(low)
    if words in central() or _LARGER.match(low):
        return len(_troops()) + 1
    return _troops().get(words, 0)


def _begins(low: str) -> str:
    """The longest words of a central body or of troops that a folded name begins with; or empty."""
    end = len(low)
    while end > 0:
        if low[:end] in _troops() or low[:end] in central():
            return low[:end]
        end = low.rfind(" ", 0, end)
    return ""


def larger_in(name: str, low: str) -> str:
    """The larger unit that the name of troops, ``low`` when folded, goes on with; empty where there is none.

    >>> larger_in("Lữ đoàn 85 Vùng 1 Hải quân", "lữ đoàn 85 vùng 1 hải quân"), larger_in("Sư đoàn 16", "sư đoàn 16")
    ('Vùng 1 Hải quân', '')
    """
    if low.split(" ", 1)[0] not in _first_words():
        return ""
    own = _troops().get(_begins(low), 0)
    at = name.find(" ") if own else -1
    while at >= 0:
        if name[at + 1 : at + 2].isupper() and size(fold(name[at + 1 :])) > own:
            return name[at + 1 :]
        at = name.find(" ", at + 1)
    return ""


def _of_province(what: str, province: AdminUnit | None) -> tuple[str, AdminUnit | None]:
    """The military region of a province, or its command."""
    if province is None:
        return "", None
    region, command = _regions().get(fold_unit(split_type(province.name)[1]), ("", ""))
    if what == "{region}":
        return region, None
    return command or f"Bộ Chỉ huy Quân sự {province.name}", province


@cache
def _local() -> Mapping[tuple[str, str], tuple[str, str, str]]:
    """The parent of bodies named after a unit, their first and last day, by folded words and the unit's level."""
    return {
        (fold(words), level): (parent, begins, ends)
        for words, level, parent, begins, ends, _ in rows(_FILE)
        if level in ("province", "district", "commune")
    }


@cache
def _troops() -> Mapping[str, int]:
    found = [fold(words) for words, level, *_ in rows(_FILE) if level == "troops"]
    return {words: rank for rank, words in enumerate(found, 1)}


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words.split(" ")[0] for words in _troops())


@cache
def _regions() -> Mapping[str, tuple[str, str]]:
    return {fold_unit(province): (region, command) for province, region, command in rows("military_regions.tsv")}
