"""Where a page is: which province, district and commune its bare "tỉnh", "huyện", "xã" stand for.

Every typed name (tỉnh Sơn La, Huyện ủy Chư Sê, TP. Vinh) is evidence, and so are the names of provinces, the headline,
the dateline and the outlet. The unit that dominates a page is meant everywhere in it; where none does, the one named
last before the place is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

import regex

from dvextract.compiled import part
from dvextract.grammar.engine import usual
from dvextract.grammar.fold import shadow
from dvextract.grammar.rule import any_of
from dvextract.grammar.trigger import Finder, Places
from dvextract.interpretation.wording import fold, one_line, unaccented
from dvextract.lexicon.tsv import rows
from dvextract.lexicon.units import admin_units, split_type

_compiled = part("dvextract.interpretation._page")

Span = tuple[int, int]

TYPES: Mapping[str, str] = {
    "tỉnh": "tỉnh",
    "tỉnh ủy": "tỉnh",
    "tỉnh đoàn": "tỉnh",
    "thành phố": "thành phố",
    "tp": "thành phố",
    "tp.": "thành phố",
    "t.p": "thành phố",
    "thành ủy": "thành phố",
    "thành đoàn": "thành phố",
    "huyện": "huyện",
    "h.": "huyện",
    "huyện ủy": "huyện",
    "huyện đoàn": "huyện",
    "thị xã": "thị xã",
    "tx": "thị xã",
    "tx.": "thị xã",
    "thị ủy": "thị xã",
    "quận": "quận",
    "q.": "quận",
    "quận ủy": "quận",
    "thị trấn": "thị trấn",
    "xã": "xã",
    "phường": "phường",
    "p.": "phường",
    "đặc khu": "đặc khu",
    "quân khu": "quân khu",
}
"""Words, in either case, that give a place its type, and the type."""

VILLAGES: frozenset[str] = frozenset(("thôn", "bản", "làng", "buôn", "ấp", "xóm", "khóm", "phum", "sóc"))
"""Types that only count in lower case: Buôn Đôn, Sóc Trăng and Bản Đán are names of other places."""

_RANK = {kind: i for i, kind in enumerate(("tỉnh", "thành phố", "huyện", "thị xã", "quận", "xã", "phường", "thị trấn"))}

_WORD = r"\p{Lu}[\p{L}']*"
_DASH = r" - (?=(?i:Vũng Tàu|Tháp Chàm))"
_NAME = rf"(?:{_WORD}(?:(?:{_DASH}|-| +)(?:(?<=[ -]){_WORD}|(?<= )\d+(?![\d/.,]*\d)))*|\d+)"
_PLACES = Places()  # of this and of `_bare_provinces`, which read the same texts
_TYPED = Finder(
    r"(?<!\p{L})(?:(?i:(?P<type>"
    + any_of(TYPES)
    + rf"))|(?<!nông )(?P<village>{any_of(VILLAGES)})) ?(?P<name>{_NAME})",
    _PLACES,
)
_PROVINCE = regex.compile(r"(?<!\p{L})tỉnh(?!\p{L})")
_DISTRICT = regex.compile(r"(?<!\p{L})huyện(?!\p{L})")
_LONGEST = 4  # syllables; what goes on longer has run into the next name
_DOMINANT = 0.5  # share of the evidence that makes a unit the page's own
# What a name counts for in a headline, a dateline or an outlet, in the text, and in the furniture.
_HEADLINE, _TEXT, _FURNITURE = 6, 2, 1


@dataclass(frozen=True, slots=True)
class Unit:
    """A place with its type: ``Unit("tỉnh", "Sơn La")``."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


@cache
def province_units() -> Mapping[str, Unit]:
    """Provinces and cities under the central government by their folded bare name (provinces.tsv)."""
    found: dict[str, Unit] = {}
    for name, *_ in rows("provinces.tsv"):
        kind = "tỉnh" if name.startswith("tỉnh ") else "thành phố"
        bare = name.removeprefix(kind + " ")
        found.setdefault(fold(bare), Unit(kind, bare))
    return found


def is_central_city(name: str) -> bool:
    """Whether ``name``, without a type word, is that of a city under the central government."""
    unit = province_units().get(fold(name))
    return unit is not None and unit.type == "thành phố"


_OTHER_TYPES = ("phố", "tp", "xã", "phường", "huyện", "sông")  # before the name of a province that another has too


@cache
def _province_names() -> frozenset[str]:
    names = [shadow(u.name) for u in province_units().values() if u.type == "tỉnh"]
    return frozenset(n for name in names for n in (name, name.upper()))


@cache
def _bare_provinces() -> Finder:
    others, names = "|".join(_OTHER_TYPES), any_of(sorted(_province_names()))
    return Finder(rf"(?<![\p{{L}}.]|(?i:{others}) ){names}(?![\p{{L}}]| \p{{Lu}}\p{{Ll}})", _PLACES)


@cache
def _words() -> Any:
    """What finds typed places and provinces at once, where it is compiled."""
    return _compiled and _compiled.Words(TYPES, VILLAGES, _province_names(), _OTHER_TYPES)


_Typed = tuple[int, int, int, str]
"""Where a typed place begins, where its name does, where it ends, and its type."""


def _places(folded: str) -> tuple[Sequence[_Typed], Sequence[Span]]:
    """The typed places of a text, and where provinces are named without their type."""
    words = _words()
    if words is not None:
        found: tuple[list[_Typed], list[Span]] | None = words.find(folded)
        if found is None and (read := usual(folded)) is not None:
            found = words.find(read)
        if found is not None:
            return found
    typed = [
        (m.start(), m.start("name"), m.end(), TYPES[m["type"].lower()] if m["type"] else m["village"])
        for m in _TYPED.finditer(folded)
    ]
    return typed, [m.span() for m in _bare_provinces().finditer(folded)]


@cache
def _domains() -> tuple[tuple[str, Unit], ...]:
    """Provinces as they are written in the names of sites: baosonla.org.vn."""
    return tuple(
        (unaccented(u.name).replace(" ", "").replace("-", ""), u) for u in province_units().values() if u.type == "tỉnh"
    )


@lru_cache(maxsize=1 << 10)
def province_of_outlet(outlet: str) -> Unit | None:
    """The province in the name or the address of a paper or portal: ``Báo Sơn La``, ``baosonla.org.vn``."""
    if not outlet:
        return None
    name = shadow(outlet)
    units = [province_units()[fold(name[a:b])] for a, b in _places(name)[1]]
    low = outlet.lower()
    return next(iter(units), None) or next((u for domain, u in _domains() if domain in low), None)


class Geography:
    """The typed places of one page.

    ``folded`` is the page's shadow (`grammar.fold.page_shadow`), in which persons' names should be blanked out: they
    follow type words too. ``content`` and ``heads`` are the content blocks and the headlines among them; dateline and
    outlet are the page's own words or empty.
    """

    def __init__(
        self, folded: str, content: Sequence[Span], heads: Sequence[Span] = (), dateline: str = "", outlet: str = ""
    ) -> None:
        self._types: dict[str, dict[str, int]] = {}
        self._spelled: dict[str, str] = {}
        self._where: dict[str, list[tuple[int, str]]] = {}
        self._weight: dict[str, dict[str, int]] = {}
        self._stands: dict[str, tuple[Sequence[int], Sequence[Unit | None]]] = {}
        typed, provinces = _places(folded)
        self._note_typed(typed, folded, content, heads)
        if provinces and ("tỉnh" in folded or "tỉnh" in folded.lower()):
            # a page that speaks of no province means other things by their names
            self._note_provinces(provinces, folded, content, heads)
        self._note_outlet(outlet)
        self._note_dateline(dateline, folded)
        for places in self._where.values():
            places.sort()

    def _note(self, at: int, kind: str, name: str, weight: int) -> None:
        key = fold(name)
        if key == "hcm":
            name, key = "Hồ Chí Minh", fold("Hồ Chí Minh")
        _count(self._types, key, kind, 1)
        if key not in self._spelled or self._spelled[key].isupper():
            self._spelled[key] = province_units()[key].name if key in province_units() else name
        self._where.setdefault(kind, []).append((at, key))
        _count(self._weight, kind, key, weight)

    def _note_typed(self, typed: Sequence[_Typed], folded: str, content: Sequence[Span], heads: Sequence[Span]) -> None:
        shouted = []
        abroad = {fold(folded[name:end]) for _, name, end, _ in typed if _is_abroad(folded, end)}
        for at, begins, ends, kind in typed:
            name = _trimmed(folded[begins:ends])
            if abroad and fold(name) in abroad:
                _count(self._types, fold(name), kind, 1)  # its own type, but never the page's unit
                continue
            weight = _weight(at, content, heads)
            if weight == _FURNITURE and kind != "tỉnh":
                continue
            if not name or (name.isdigit() and kind not in ("quận", "phường", "quân khu", *VILLAGES)):
                continue
            if name.isupper() and len(name) > 4:
                shouted.append((at, kind, name, weight))
            else:
                self._note(at, kind, name, weight)
        # In a headline of capitals nothing shows where a name ends; the ordinary spelling elsewhere does.
        for at, kind, name, weight in shouted:
            known = next((n for n in _beginnings(name) if fold(n) in self._types or fold(n) in province_units()), "")
            if known:
                self._note(at, kind, self._spelled.get(fold(known), known), weight)

    def _note_provinces(
        self, provinces: Sequence[Span], folded: str, content: Sequence[Span], heads: Sequence[Span]
    ) -> None:
        for start, end in provinces:
            unit = province_units()[fold(folded[start:end])]
            self._note(start, "tỉnh", unit.name, _weight(start, content, heads))

    def _note_outlet(self, outlet: str) -> None:
        unit = province_of_outlet(outlet)
        if unit is not None:
            self._note(0, "tỉnh", unit.name, _HEADLINE)

    def _note_dateline(self, dateline: str, folded: str) -> None:
        key = fold(dateline)
        if not key:
            return
        kind = next((k for k in _RANK if key in self._weight.get(k, ())), "")
        if kind:
            _count(self._weight, kind, key, _HEADLINE)
            return
        # The place a portal reports from is of the level whose bodies the page speaks of.
        low = folded.lower()
        level = "huyện" if _DISTRICT.subn("", low)[1] > _PROVINCE.subn("", low)[1] else "tỉnh"
        if not self._weight.get(level) and key not in self._types:
            self._note(0, level, one_line(dateline).title() if dateline.isupper() else one_line(dateline), _TEXT)

    def type_of(self, name: str) -> str:
        """The type the page gives a bare name, the highest of several; empty when it gives none."""
        return self.type_of_folded(fold(name))

    def type_of_folded(self, key: str) -> str:
        """`type_of` a name that is folded already."""
        found = self._types.get(key)
        return min(found, key=lambda k: _RANK.get(k, len(_RANK))) if found else ""

    def set_type(self, name: str, kind: str) -> None:
        """Note a type learned otherwise (an enumeration)."""
        _count(self._types, fold(name), kind, 1)

    def at(self, kind: str, position: int) -> Unit | None:
        """The unit that a bare type word (``tỉnh``, ``huyện``) at ``position`` stands for."""
        stands = self._stands.get(kind)
        if stands is None:
            stands = self._stands[kind] = self._standing(kind)
        positions, units = stands
        return units[bisect_right(positions, position)]

    def _standing(self, kind: str) -> tuple[Sequence[int], Sequence[Unit | None]]:
        """What a bare type word stands for: units, and the positions from which on the second and the others are meant.

        The unit that dominates the page is meant everywhere, else the one named last before, or the first.
        """
        places = self._where.get(kind)
        if not places:
            return (), (self._of_districts() if kind == "tỉnh" else None,)
        weight = self._weight[kind]
        name, most = max(weight.items(), key=itemgetter(1))
        if most >= _DOMINANT * sum(weight.values()):
            return (), (Unit(kind, self._spelled[name]),)
        units = {key: Unit(kind, self._spelled[key]) for _, key in places}
        return [at for at, _ in places[1:]], [units[key] for _, key in places]

    def province_level_at(self, position: int) -> Unit | None:
        """The province or the city under the central government that the page is about at ``position``."""
        province, city = self.at("tỉnh", position), self.at("thành phố", position)
        if city is None or not is_central_city(city.name):
            return province
        if province is None:
            return city
        most = self._weight.get("thành phố", {}).get(fold(city.name), 0)
        ahead = sum(self._weight.get("tỉnh", {}).values()) >= most
        return province if ahead else city

    def _of_districts(self) -> Unit | None:
        """The province that most of the page's districts belong to, where it names none itself."""
        units = admin_units()
        found: Counter[str] = Counter()
        for kind in ("huyện", "thị xã"):
            for name, weight in self._weight.get(kind, {}).items():
                districts = units.named(f"{kind} {name}")
                if len(districts) == 1:
                    found[units.chain(districts[0])[-1].name] += weight
        name, most = found.most_common(1)[0] if found else ("", 0)
        if most <= _DOMINANT * sum(found.values()):
            return None
        kind, bare = split_type(name)
        return Unit(kind, bare) if kind == "tỉnh" else None


def _count(found: dict[str, dict[str, int]], of: str, what: str, weight: int) -> None:
    """Count ``what`` once more, or as often as it weighs."""
    counts = found.setdefault(of, {})
    counts[what] = counts.get(what, 0) + weight


def _is_abroad(folded: str, end: int) -> bool:
    """Whether another country's name stands behind a place's: ``tỉnh Tà Keo (Campuchia)``."""
    m = _COUNTRY.match(folded, end) if folded[end : end + 2].lstrip()[:1] in _BEFORE_COUNTRY else None
    if m is None:
        return False
    words = m["name"].lower().split(" ")
    return any(" ".join(words[:n]) in _countries() for n in (1, 2, 3)) and words[:2] != ["việt", "nam"]


_BEFORE_COUNTRY = frozenset(",(–-")
_COUNTRY = regex.compile(
    r"\s?[,(–-]\s?(?:nước )?(?:(?i:bạn|CHDCND|CHND|Cộng hòa|Vương quốc) )?(?P<name>\p{Lu}[\p{L}-]*(?: \p{L}+){0,2})"
)


@cache
def _countries() -> frozenset[str]:
    return frozenset(shadow(words) for words, kind, *_ in rows("place_kinds.tsv") if kind == "country")


def _weight(at: int, content: Sequence[Span], heads: Sequence[Span]) -> int:
    for a, b in heads:
        if a <= at < b:
            return _HEADLINE
    place = bisect_left(content, (at + 1,)) - 1
    return _TEXT if place >= 0 and at < content[place][1] else _FURNITURE


@lru_cache(maxsize=1 << 13)
def _trimmed(name: str) -> str:
    """The name without a capitalised word that begins the next name ("xã Pá Lông Hội Nông dân")."""
    name = one_line(_NEXT.split(name, maxsplit=1)[0])
    return name if name.isupper() else " ".join(name.split()[:_LONGEST])


def _beginnings(name: str) -> Iterable[str]:
    words = name.split()
    return (" ".join(words[:n]) for n in range(min(len(words), 6), 0, -1))


_NEXT = regex.compile(
    r"(?:^| )(?=(?:Ban|Hội|Đoàn|Ủy|Sở|Phòng|Công|Tỉnh|Huyện|Thành|Bí|Chủ|Trưởng|Phó|Giám|Đại tá|Ông|Bà|Kỳ|Khóa)"
    r"(?: |\Z))"
)
