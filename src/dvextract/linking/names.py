"""Units in a name: ``Ủy ban nhân dân xã Chiềng Mung, huyện Mai Sơn`` holds two, ``Huyện ủy Mai Sơn`` one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from dvextract.interpretation.wording import begun_with, one_line
from dvextract.lexicon.units import admin_units, fold_unit, split_type

_WORD = r"\p{Lu}[\p{L}'’]*"
_NAME = rf"(?:{_WORD}(?:(?: - (?=Vũng Tàu|Tháp Chàm)|[ -])(?:{_WORD}|\d+(?![\p{{L}}\d/.,])))*|\d+)"
_UNIT = regex.compile(
    rf"(?<!\p{{L}})(?:(?P<committee>(?i:tỉnh|thành|huyện|thị|quận)) (?i:ủy|đoàn) (?:(?i:thành phố|tp\.?|quận) ?)?"
    rf"(?P<of>{_NAME})"
    rf"|(?P<type>(?i:tỉnh|thành phố|tp\.?|thị xã|tx\.?|huyện|quận|thị trấn|xã|phường|đặc khu)) ?(?P<name>{_NAME}))"
)
_ANY_TYPE = re.compile("tỉnh|thành|huyện|thị |quận|tp|tx|xã|phường|đặc khu")
"""With one of these every match of `_UNIT` begins, lower case; most names hold none, which costs a fraction to find."""
_COMMITTEE = {"tỉnh": "tỉnh", "thành": "thành phố", "huyện": "huyện", "thị": "thị xã", "quận": "quận"}
_SHORT = {"tp": "thành phố", "tp.": "thành phố", "tx": "thị xã", "tx.": "thị xã"}
# What a type word may come before without being one: names of bodies that begin with a capital.
_NO_NAMES = frozenset(("đoàn", "ủy", "hội", "ban"))
# Firms are called after places they have nothing to do with.
_FIRM = regex.compile(
    r"(?:tổng công ty|công ty|cty|tập đoàn|doanh nghiệp|ngân hàng(?! nhà nước| chính sách)|khách sạn|câu lạc bộ|clb|"
    r"quỹ|hợp tác xã|nhà máy|hãng)\b",
    regex.IGNORECASE,
)
_LONGEST = 5  # words of a province's bare name: Bà Rịa - Vũng Tàu
LEVEL_OF_TYPE: Mapping[str, str] = {
    "tỉnh": "province",
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
}
"""Levels of types; a ``thành phố`` is a province or a district."""


@dataclass(frozen=True, slots=True)
class Named:
    """A unit's name with its type, its level, where it begins and ends in the name it stands in, and whether the type
    is ours."""

    name: str
    level: str
    start: int
    end: int
    bare: bool = False


@lru_cache(maxsize=1 << 13)
def units_in(name: str) -> tuple[Named, ...]:
    """Every typed unit in ``name``, in order; without one the province whose bare name it ends with."""
    found = []
    for m in begun_with(_ANY_TYPE, _UNIT, name, name.lower()):
        word = (m["committee"] or m["type"]).lower()
        kind = _COMMITTEE[word] if m["committee"] else _SHORT.get(word, word)
        bare = one_line(m["of"] or m["name"])
        bare = "Hồ Chí Minh" if bare == "HCM" else bare.lstrip("0") if bare.isdigit() else bare
        if bare.split(" ")[0].lower() not in _NO_NAMES:
            found.append(Named(f"{kind} {bare}", level_of(f"{kind} {bare}"), m.start(), m.end()))
    return tuple(found or _bare_province_at_end(name))


def _bare_province_at_end(name: str) -> list[Named]:
    words = name.split(" ")
    if len(words) < 2 or fold_unit(words[-1]) not in _last_words() or _FIRM.match(name):
        return []
    for n in range(min(_LONGEST, len(words) - 1), 0, -1):
        bare = " ".join(words[-n:])
        official = bare_provinces().get(fold_unit(bare)) if bare[:1].isupper() else None
        if official and bare != "Hồ Chí Minh":  # Đoàn Thanh niên Cộng sản Hồ Chí Minh
            return [Named(official, level_of(official), len(name) - len(bare), len(name), True)]
    return []


@cache
def _last_words() -> frozenset[str]:
    """Last words of names of provinces, by which almost every other name is ruled out at once."""
    return frozenset(name.split(" ")[-1].split("-")[-1] for name in bare_provinces())


@cache
def bare_provinces() -> Mapping[str, str]:
    """The official name of a province or city under the central government by its folded bare name.

    Of two titles of one (tỉnh Đồng Nai, thành phố Đồng Nai) it is the first.
    """
    found: dict[str, str] = {}
    for unit in admin_units().provinces:
        found.setdefault(fold_unit(split_type(unit.name)[1]), unit.name)
    return found


@lru_cache(maxsize=1 << 13)
def level_of(name: str) -> str:
    """province, district or commune by the type a name begins with; empty without one."""
    kind, bare = split_type(name)
    if kind == "thành phố":
        central = any(u.name.startswith(kind) for u in admin_units().provinces_named(bare))
        return "province" if central else "district"
    return LEVEL_OF_TYPE.get(kind, "")
