"""A post as something two pages can share: its head, its body, and the place the body belongs to.

``Phó Chủ tịch UBND tỉnh`` in a page about Sơn La is the head "phó chủ tịch", the body "ủy ban nhân dân tỉnh" and the
place "tỉnh sơn la"; ``Thứ trưởng Bộ Y tế`` belongs to the whole country. Words are compared folded, short forms
written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from dvextract.compiled import maker
from dvextract.grammar.rule import any_of
from dvextract.interpretation.abbreviations import ShortForms, expanded
from dvextract.interpretation.geography import TYPES, VILLAGES, Geography, province_units
from dvextract.interpretation.wording import begun_with, fold, one_line
from dvextract.lexicon.tsv import rows
from dvextract.relations.bodies import body_in_title

NATION = "nation"
_CITIES = "thành phố"
_LEVELS: Mapping[str, str] = {
    "tỉnh": "province",
    "thành phố": "district",  # of a city under the central government: province
    "huyện": "district",
    "thị xã": "district",
    "quận": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
    "thôn": "village",
    "bản": "village",
    "làng": "village",
    "buôn": "village",
    "ấp": "village",
    "xóm": "village",
    "khóm": "village",
    "phum": "village",
    "sóc": "village",
}
_ORDER = ("village", "commune", "district", "province")
_DISTRICTS = ("huyện", "thị xã", "quận", _CITIES)
_WORDS = {**TYPES, **{w: w for w in _LEVELS}}
_NAME = r"(?!Thành phố)\p{Lu}[\p{L}']*(?:[ -]\p{Lu}[\p{L}']*){0,3}|\d{1,2}(?!\d)"
_PLACE = regex.compile(
    r"(?<!\p{L})(?i:(?P<type>"
    + "|".join(regex.escape(w) for w in sorted(_WORDS, key=len, reverse=True))
    + rf"))(?!\p{{L}})(?: (?P<name>{_NAME}))?"
)
_ANY_LEVEL = re.compile(any_of(_WORDS))
"""One of these is in every match of `_PLACE`, lower case, which costs a fraction to find."""
# A name in capitals after a level word may be the next body's first word: "huyện Đoàn", "xã Hội Nông dân"
_NO_NAME = regex.compile(r"(?:Đoàn|Ủy|Hội|Ban|Đội|Công|Sở|Phòng|Bộ|Trung|Đảng|Mặt|Chi|Liên)(?: |\Z)")
_NATIONAL = regex.compile(
    r"(?<!\p{L})(?:trung ương|chính phủ|quốc hội|bộ chính trị|ban bí thư|nhà nước|chủ tịch nước|thủ tướng|tổng bí thư|"
    r"bộ trưởng|thứ trưởng|tổng cục|tổng cục trưởng|tổng thanh tra|tối cao|toàn quốc|việt nam|kiểm toán nhà nước|"
    r"ủy ban (?:về )?(?:tư pháp|pháp luật|kinh tế|tài chính|quốc phòng|văn hóa|các vấn đề|khoa học|đối ngoại)|"
    r"hội đồng dân tộc|vụ trưởng|người phát ngôn bộ|bộ (?!chỉ huy|đội|phận|môn|máy|tư lệnh)\p{L}+)(?!\p{L})"
)
_LEADERS = regex.compile(
    r"(?<!\p{L})(?:(?:tỉnh|thành|huyện|thị|quận) ủy|ủy ban nhân dân|hội đồng nhân dân|quốc hội|mặt trận|"
    r"đảng ủy(?= (?:xã|phường|thị trấn))|ban chấp hành đảng bộ|ban thường vụ)(?!\p{L})|\A(?:phó )?(?:chủ tịch|bí thư) "
    r"(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường)(?!\p{L})"
)
_NATIONAL_LEADERS = regex.compile(
    r"(?<!\p{L})(?:tổng bí thư|bộ chính trị|ban bí thư|bộ trưởng|chủ tịch nước|(?<!văn phòng )chủ tịch quốc hội|"
    r"thủ tướng|thứ trưởng|ủy viên (?:dự khuyết )?(?:ban chấp hành )?trung ương(?: đảng)?\Z|"
    r"(?:bí thư|(?<!phó )trưởng ban \p{L}[\p{L} ]*) trung ương(?: đảng)?|chánh án tòa án nhân dân tối cao|"
    r"viện trưởng viện kiểm sát nhân dân tối cao|tổng thanh tra|tổng kiểm toán)"
)
# "Bộ trưởng Y tế" is the minister of the "Bộ Y tế"
_MINISTER = regex.compile(r"\A(?:quyền )?(?:bộ trưởng|thứ trưởng)(?: thường trực)? (?!bộ )(\p{L}.*)")
_MINISTERS = ("bộ trưởng ", "thứ trưởng ", "quyền ")
_FOREIGN_MINISTER = regex.compile(r"(?i:\bngoại trưởng)\b")
_OWN_NAME = regex.compile(r"\p{L} [\p{Lu}\d]")
_BY_NATURE = regex.compile(r"(?<!\p{L})(?:sở(?! (?:tại|hữu|thú|chỉ huy))|đoàn đại biểu quốc hội)(?!\p{L})")


@dataclass(frozen=True, slots=True)
class Office:
    """A post. ``level``: nation province district commune village, or empty; ``place`` and ``province`` folded names.

    ``leading``: an office of the few who lead a unit. ``stated``: its place stands in the page beside it and is not
    taken from what the page is about. ``named``: its body has a name of its own (Vicem, not "phòng"). ``words`` are the
    page's own.
    """

    words: str
    head: str
    body: str
    level: str
    place: str
    province: str
    leading: bool
    stated: bool
    named: bool


make_office = maker(Office)


def office(
    words: str, organisation: str, at: int, geography: Geography | None, short_forms: ShortForms | None
) -> Office:
    """The post that a title's ``words`` at ``at`` (a code point of the page) name.

    ``organisation`` is the body the page names with it, in its fullest form, or empty. Without ``geography`` bare
    levels (UBND tỉnh) stay without a place.
    """
    line, full, beside, *everywhere = _written(words, organisation)
    if short_forms:
        if short_forms.defines_any:
            full, beside = short_forms.expand(full), short_forms.expand(beside) if beside else ""
        else:
            full, beside = everywhere
    found, province = _described(full, beside), province_at(at, geography)
    if not found.bare:
        return _office_anywhere(line, full, beside, province)
    return _office(line, found, _places(found, at, geography), province)


@lru_cache(maxsize=1 << 13)
def _written(words: str, organisation: str) -> tuple[str, str, str, str, str]:
    """A title's words on one line, the same with a word for a post written out, and the body's name on one line.

    The last two once more with the short forms written out that need no page to define them.
    """
    line = full = one_line(words)
    if "ở" in line or "Ở" in line:
        full = _FOREIGN_MINISTER.sub("Bộ trưởng Bộ Ngoại giao", line)
    beside = one_line(organisation)
    return line, full, beside, expanded(full), expanded(beside) if beside else ""


@lru_cache(maxsize=1 << 13)
def _office_anywhere(line: str, full: str, beside: str, province: str) -> Office:
    """An office in whose words no bare level stands for a unit of the page."""
    found = _described(full, beside)
    return _office(line, found, dict(found.places), province)


def _office(line: str, found: _Described, places: Mapping[str, str], of_page: str) -> Office:
    """An office with its places by level; ``of_page`` is the province that the page is about there."""
    level = next((x for x in _ORDER if x in places), "")
    if not level and found.national:
        level = NATION
    if (not level or level == NATION) and found.by_nature:
        level = "province"
    province = "" if level == NATION else places.get("province") or of_page
    place = places.get(level) or (province if level == "province" else "")
    leading = found.leads_nation if level == NATION else found.leads
    return make_office(line, found.head, found.body, level, place, province, leading, bool(found.places), found.named)


class _Described(NamedTuple):
    """What an office's words say wherever they stand.

    ``places`` are level and folded name of those it names; ``bare`` types of units without a name, in order, with an
    empty one where a city is named that a bare type before it stood for. ``leads`` and ``leads_nation``: whether it is
    ``leading`` as an office of a unit, and of the country.
    """

    head: str
    body: str
    places: tuple[tuple[str, str], ...]
    bare: tuple[str, ...]
    national: bool
    by_nature: bool
    leads: bool
    leads_nation: bool
    named: bool


@lru_cache(maxsize=1 << 13)
def _described(full: str, beside: str) -> _Described:
    """An office by its words and those of the body the page names with it, short forms written out."""
    within = body_in_title(full)
    low, low_beside = fold(full), fold(beside)
    if beside and fold(within) in low_beside:
        body = beside
    else:
        body = f"{within}, {beside}" if beside and low_beside not in low else within
    whole = full if low_beside in low else f"{full}, {beside}"
    low_whole = fold(whole)
    head = full[: -len(within)] if within and full.endswith(within) else full
    low_head = fold(head)
    if m := _minister(low_head):
        low_head = fold(head[: -len(m[1])])
    elif body and low_head.endswith(" trưởng") and _minister(low):
        body = f"Bộ {body}"  # Bộ trưởng Y tế is of the ministry as Bộ trưởng Bộ Y tế is
    return _Described(
        low_head,
        _core(body or full),
        *_named_places(whole),
        _NATIONAL.search(low_whole) is not None,
        ("sở" in low_whole or "đoàn đại" in low_whole) and _BY_NATURE.search(low_whole) is not None,
        _LEADERS.search(low) is not None,
        _NATIONAL_LEADERS.search(low) is not None,
        _OWN_NAME.search(body) is not None,
    )


def _minister(low: str) -> regex.Match[str] | None:
    return _MINISTER.match(low) if low.startswith(_MINISTERS) else None


def _typed_places(words: str) -> list[regex.Match[str]]:
    return begun_with(_ANY_LEVEL, _PLACE, words, words.casefold())


def _named_places(words: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Level and folded name of the places in the words, and the bare words of level, as `_Described` has them."""
    named: dict[str, str] = {}
    bare: list[str] = []
    for m in _typed_places(words):
        kind = _WORDS[m["type"].lower()]
        if kind not in _LEVELS or (m["type"][0].isupper() and kind in VILLAGES):
            continue
        name = "" if _NO_NAME.match(m["name"] or "") else fold(m["name"] or "")
        if name:
            named.setdefault(_level(kind, name), name)
            if kind == _CITIES:
                bare.append("")
        elif kind not in VILLAGES:
            bare.append(kind)
    if _any_province().search(words) and (bare_province := _bare_provinces().search(words)):
        province = fold(bare_province[0])
        named.setdefault("province", province)
        if province in _central_cities() and "ủy" in fold(words):  # Thành ủy Hà Nội
            bare.append("")
    return tuple(named.items()), tuple(bare) if any(bare) else ()


def _places(found: _Described, at: int, geography: Geography | None) -> dict[str, str]:
    """Folded names of the places of an office's words by level.

    A bare word of level stands for the unit that the page is about; the name is empty when it is about none.
    """
    bare: dict[str, str] = {}
    for kind in found.bare:
        if kind:
            unit = geography.at(kind, at) if geography else None
            meant = fold(unit.name) if unit else ""
            bare.setdefault(_level(kind, meant), meant)
        else:
            bare.pop("district", None)
    return bare | dict(found.places)


def _level(kind: str, name: str) -> str:
    return "province" if kind == _CITIES and name in _central_cities() else _LEVELS[kind]


def province_at(at: int, geography: Geography | None) -> str:
    """The folded name of the province, or city under the central government, that the page is about at ``at``."""
    if geography is None:
        return ""
    unit = geography.at("tỉnh", at)
    if unit is not None and (name := fold(unit.name)) in province_units():
        return name
    city = geography.at(_CITIES, at)
    return name if city is not None and (name := fold(city.name)) in _central_cities() else ""


def district_at(at: int, geography: Geography | None) -> str:
    """The folded name of the district that the page is about at ``at``; empty when it names none."""
    if geography is None:
        return ""
    for kind in _DISTRICTS:
        unit = geography.at(kind, at)
        if unit and _level(unit.type, name := fold(unit.name)) == "district":
            return name
    return ""


def _core(body: str) -> str:
    """The folded name of a body without the names of its places, which `Office` holds apart."""
    bare = body
    for m in reversed(_typed_places(body)):
        if m["name"] and not _NO_NAME.match(m["name"]):
            bare = bare[: m.end("type")] + bare[m.end() :]
    if _any_province().search(bare):
        bare = _bare_provinces().sub("", bare)
    core = fold(bare).strip(" ,-").removesuffix(" việt nam")
    minister = _minister(core)
    return f"bộ {minister[1]}" if minister else core


def spelled(key: str) -> str:
    """A folded name as it is shown: a province as it is written, another with capitals."""
    unit = province_units().get(key)
    return unit.name if unit else " ".join(word[:1].upper() + word[1:] for word in key.split())


@cache
def _central_cities() -> frozenset[str]:
    return frozenset(key for key, unit in province_units().items() if unit.type == _CITIES)


@cache
def _bare_provinces() -> regex.Pattern[str]:
    names = "|".join(regex.escape(unit.name) for unit in province_units().values())
    return regex.compile(rf"(?<![\p{{L}}.]|(?i:xã|phường|huyện|sông) )(?:{names})(?![\p{{L}}]| \p{{Lu}}\p{{Ll}})")


@cache
def _any_province() -> re.Pattern[str]:
    """One of these is in every match of `_bare_provinces`, which costs a fraction to find."""
    return re.compile(any_of(unit.name for unit in province_units().values()))


@cache
def _successors() -> Mapping[str, str]:
    return {fold(_bare(name)): fold(_bare(to)) for name, _, _, _, to in rows("provinces.tsv") if to}


@cache
def successor(province: str) -> str:
    """The folded name of the province that ``province`` is part of after all reforms."""
    seen = {province}
    while (after := _successors().get(province, "")) and after not in seen:
        seen.add(after)
        province = after
    return province


@cache
def reformed() -> frozenset[str]:
    """The folded names of the provinces that were merged into another, or took another in."""
    merged = {p for p, to in _successors().items() if p != to}
    return frozenset(merged | {successor(p) for p in merged})


def _bare(name: str) -> str:
    return name.removeprefix("tỉnh ").removeprefix("thành phố ")
