"""Which official unit every place of a page is: its code, where name and page decide, and the rule that did.

Evidence in order: the larger unit written beside the name (``xã Chiềng Mung, huyện Mai Sơn``); the same name with such
a larger unit elsewhere in the page; the districts and the province the page speaks of; the name itself, where one unit
bears it. The page's date chooses between the units before and after a reform. What stays open has no code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from dvextract.compiled import maker
from dvextract.document import Document, PlaceFacts, TimeValue
from dvextract.grammar.fold import shadow
from dvextract.interpretation.geography import province_of_outlet
from dvextract.interpretation.wording import one_line
from dvextract.lexicon.units import LEVELS, REFORM, AdminUnit, admin_units, fold_unit, split_type
from dvextract.linking.names import Named, bare_provinces, level_of, units_in

_RANK = {level: i for i, level in enumerate(LEVELS)}  # the larger unit first
_LABELS = frozenset(("LOCATION", "ORGANISATION", "TITLE", "TIME"))
"""What names units, and what tells a page's day."""
_SAME_LEVEL = {
    "district": ("huyện", "thị xã", "quận", "thành phố"),
    "commune": ("xã", "phường", "thị trấn", "đặc khu"),
}
# What stands between a unit and the larger one it belongs to, and between units of one enumeration.
_WITHIN = regex.compile(r"[\s,(–-]*(?:(?:thuộc|của|ở|tại)\s+)?")
_AND = regex.compile(r"[\s,;)(–-]*(?:(?:và|cùng|với)\s+)?(?:(?:các|hai|ba|\d+)\s+\p{L}+(?:\s+trấn|\s+phố)?\s+)?")
_OF_DISTRICTS = ("huyện ", "quận ", "thị xã ", "thị trấn ")
_REACH = 40  # characters between two units of one enumeration
_INSIDE_MOST = 16  # units in one name; more are no name, and each would be compared with each
_TYPED = regex.compile(
    r"(?i:tỉnh|thành phố|thị xã|thị trấn|đặc khu|huyện|quận|xã|phường)\s|(?i:t\.?p|t\.?x|t\.?t|h|q|p|x)[.\s]|"
    r"(?:TP|TX|TT|[HQPX])(?=\p{Lu}|\d)"
)
_FORMER = regex.compile(r"\s*(?:\((?:cũ|trước đây|nay là|nay thuộc)|cũ\b|trước đây\b|\((?:[^()]{0,20}) cũ\))")
_HEADLINE, _TEXT, _CHILD = 6, 2, 1  # what a province counts for in headline, dateline or outlet; in text; by a district
_DOMINANT = 0.5
_DATE = regex.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_FULL_DATE = regex.compile(r"\d{4}-\d\d-\d\d")
_EARLIEST = "2003-01-01"  # older dates in a page are history, not news
_LAST_DAY = "2025-06-30"


@dataclass(slots=True)
class Reference:
    """A unit named in the page: in a LOCATION (``mention``), or in the name of a body or post.

    ``name`` has its type, which a LOCATION may have got from the page (``typed_by_page``) or, when ``bare``, has not;
    ``level`` is that of the type, ``candidates`` are the units that it may be. ``unit`` is the decision, ``rule`` empty
    while there is none.
    """

    start: int
    end: int
    mention: int
    name: str
    level: str
    bare: bool
    typed_by_page: bool
    candidates: tuple[AdminUnit, ...]
    unit: AdminUnit | None = None
    rule: str = ""
    above: Sequence[Reference] = ()  # the larger units it belongs to, those of the same name first


_reference = maker(Reference)


class Place(NamedTuple):
    """What a page decides of a `Reference`; whatever follows for a body or a place follows from this alone."""

    name: str
    level: str
    bare: bool
    typed_by_page: bool
    unit: AdminUnit | None
    rule: str


class Places:
    """The units of one page. Needs the layers page, mentions and readings; blocks are used where they are."""

    def __init__(self, doc: Document) -> None:
        self._units = admin_units()
        self._text = doc.text
        self._doc = doc
        self._of: dict[int, Sequence[Reference]] = {}
        self._references, times = self._named(doc)
        self._day, self._dated = self._date(doc, times)
        self._provinces: dict[AdminUnit, int] = {}
        self._main: AdminUnit | None = None
        self._districts: tuple[AdminUnit, ...] = ()
        self._chosen: dict[tuple[str, str, bool, bool], tuple[AdminUnit | None, str]] = {}
        self._resolve()

    @property
    def day(self) -> str:
        """The ISO day of the page, stated or read from its text; empty when none is known.

        That a page speaks of districts chooses between units, but says only that it is older than their end.
        """
        return "" if self._dated == "district-era" else self._day

    def place(self, mention: int) -> Place | None:
        """The unit a LOCATION stands for, or the smallest unit in a body's or post's name."""
        found = self._of.get(mention)
        if not found:
            return None
        r = found[0] if len(found) == 1 else max(found, key=lambda r: _RANK[r.level])
        return Place(r.name, r.level, r.bare, r.typed_by_page, r.unit, r.rule)

    def only(self, kind: str) -> AdminUnit | None:
        """The page's one unit of a type (``tỉnh``, ``huyện``); of provinces the one that dominates the page.

        ``tỉnh`` stands for the province whatever its title.
        """
        if kind == "tỉnh":
            return self._main
        found = self._by_type.get(kind, ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[AdminUnit, ...]]:
        found: dict[str, dict[AdminUnit, None]] = {}
        for r in self._references:
            if r.unit is not None:
                found.setdefault(split_type(r.unit.name)[0], {})[r.unit] = None
        return {kind: tuple(units) for kind, units in found.items()}

    # -- collecting

    def _named(self, doc: Document) -> tuple[list[Reference], list[TimeValue]]:
        """The units named in the page, and the times."""
        found: list[Reference] = []
        times: list[TimeValue] = []
        text, readings = self._text, doc.readings
        for i, m in enumerate(doc.mentions):
            label = m.label
            if label not in _LABELS:
                continue
            reading = readings[i]
            if label == "LOCATION":
                if not reading.kind and (place := _location(reading.value, text[m.start : m.end])):
                    one = _reference(m.start, m.end, i, *place)
                    self._of[i] = (one,)
                    found.append(one)
            elif label == "TIME":
                if isinstance(reading.detail, TimeValue):
                    times.append(reading.detail)
            else:
                if label == "TITLE":
                    named = _units_in_words(text[m.start : m.end])
                else:
                    named = () if reading.kind or ";" in reading.value else _units_in_line(reading.value)
                if named:
                    here = self._of[i] = self._inside(i, m.start, m.end, named)
                    found += here
        return found, times

    @staticmethod
    def _inside(i: int, start: int, end: int, named: Sequence[Named]) -> Sequence[Reference]:
        found = [
            _reference(start, end, i, u.name, u.level, u.bare, False, _candidates(u.name, u.level, u.bare))
            for u in named
        ]
        if 1 < len(found) <= _INSIDE_MOST:
            for r in found:
                r.above = [o for o in found if _RANK[o.level] < _RANK[r.level]]
        return found

    def _date(self, doc: Document, times: Iterable[TimeValue]) -> tuple[str, str]:
        """The day that chooses between units, and how it is known; both empty when it is not."""
        for stated in (doc.page.reference_date, doc.page.published_date):
            day = _day(stated) if stated else ""
            if day:
                return day, "date"
        last = ""
        for t in times:
            day = t.start_date
            if (
                day > last
                and day >= _EARLIEST
                and day == t.end_date
                and t.calendar == "gregorian"
                and not t.modifier
                and _FULL_DATE.fullmatch(day)
            ):
                last = day
        if last and last < REFORM:
            return last, "text-date"
        districts = any(self._is_living_district(r) for r in self._references)
        if last and not districts:
            return last, "text-date"
        return (_LAST_DAY, "district-era") if districts and not last else ("", "")

    def _is_living_district(self, r: Reference) -> bool:
        return r.name[:9].lower().startswith(_OF_DISTRICTS) and not _FORMER.match(self._text, r.end)

    # -- deciding

    def _resolve(self) -> None:
        these: dict[str, list[Reference]] = {level: [] for level in LEVELS}
        for r in self._references:
            these[r.level].append(r)
        if len(self._references) > 1:
            self._chain()
        provinces: dict[tuple[str, bool], Reference] = {}
        for r in these["province"]:
            same = provinces.setdefault((r.name, r.bare), r)
            if same is r:
                self._decide(r)
            else:
                r.unit, r.rule = same.unit, same.rule
        evidence = [(r.unit, self._prominence(r)) for r in these["province"] if r.unit is not None]
        self._weigh([*evidence, *((unit, _HEADLINE) for unit in self._reporting())])
        if these["district"]:
            self._settle(these["district"])
            found = [r.unit for r in these["district"] if r.unit is not None]
            self._districts = tuple(dict.fromkeys(found))
            self._weigh([(unit, _CHILD) for unit in found])
        if these["commune"]:
            self._settle(these["commune"])

    def _settle(self, these: Sequence[Reference]) -> None:
        """Decide the districts or the communes."""
        for r in these:
            if r.above:
                self._by_chain(r)
        known = _agreed(these)
        for r in these:
            if not r.rule:
                self._by_page(r, known)

    def _chain(self) -> None:
        """Find the larger units that are written after (or with) each one."""
        these = self._references
        behind = len(these)  # the first unit of the next mention
        for i in range(len(these) - 2, -1, -1):
            r = these[i]
            if r.mention != these[i + 1].mention:
                behind = i + 1
            if behind < len(these) and these[behind].start - r.end <= _REACH:
                self._chain_from(r, behind)

    def _chain_from(self, r: Reference, j: int) -> None:
        """Find the larger units that are written after one; ``j`` is the index of the first unit behind it."""
        these, at = self._references, r
        lowest = min((_RANK[a.level] for a in r.above), default=_RANK[r.level])
        if not r.above and _RANK[these[j].level] >= lowest:
            if not self._joined(at, these[j], _AND):
                return
            at, j = these[self._larger[lowest][j] - 1], self._larger[lowest][j]
        above = [*r.above]
        while j < len(these) and _RANK[these[j].level] < lowest and self._joined(at, these[j], _WITHIN):
            at, lowest = these[j], _RANK[these[j].level]
            above.append(at)
            j += 1
        r.above = above

    @cached_property
    def _larger(self) -> list[list[int]]:
        """By rank and index: the index of the first larger unit after it in its enumeration.

        It is the number of units where an enumeration ends without one. From the last unit to the first, so that a long
        enumeration is walked through once and not by each of its units.
        """
        these = self._references
        found = [[len(these)] * len(these) for _ in LEVELS]
        for i in range(len(these) - 2, -1, -1):
            here, after = these[i], these[i + 1]
            joined = self._joined(here, after, _AND)
            for rank, first in enumerate(found):
                if _RANK[after.level] < rank:
                    first[i] = i + 1
                elif joined:
                    first[i] = first[i + 1]
        return found

    def _joined(self, a: Reference, b: Reference, words: regex.Pattern[str]) -> bool:
        """Whether nothing but such words stands between two units."""
        return b.start - a.end <= _REACH and _consists_of(words, self._text[a.end : b.start])

    def _decide(self, r: Reference) -> None:
        """A province: by its name and the day."""
        pool = [u for u in r.candidates if u.level == "province"]
        if len(pool) < len(r.candidates):
            pool = self._of_name(r)
        rule = "bare-name" if r.bare else "name"
        several = len({u.code for u in pool}) > 1
        pool = [u for u in pool if not self._day or u.valid_from <= self._day]
        if not pool:
            r.rule = "undecided.unknown"
            return
        standing = [u for u in pool if self._stands(u)] if self._day else []
        if len({u.code for u in pool}) == 1:
            r.unit = standing[0] if standing else min(pool, key=lambda u: u.last_day)
            suffix = "+ended" if self._day and not standing else f"+{self._dated}" if several else ""
            r.rule = rule + suffix
        elif len(standing) == 1:
            r.unit, r.rule = standing[0], f"{rule}+{self._dated}"
        elif standing:
            r.rule = "undecided.date"
        else:
            ended = [u for u in pool if self._day and u.last_day < self._day]
            r.unit = max(ended, key=lambda u: u.last_day) if ended else None
            r.rule = f"{rule}+ended" if ended else "undecided.date"

    def _of_name(self, r: Reference) -> list[AdminUnit]:
        """Of the city and the province of one name (Huế) those that a province beside it or in the page allows."""
        above = {u.parent for u in r.candidates if u.level == "district"}
        if any(self._bearing.get(code, set()) - {fold_unit(r.name)} for code in above):
            return [u for u in r.candidates if u.level != "province"]
        return list(r.candidates)

    @cached_property
    def _bearing(self) -> Mapping[str, set[str]]:
        """Folded names of the page's provinces by the codes they may mean."""
        found: dict[str, set[str]] = {}
        for r in self._references:
            if r.level == "province":
                for u in r.candidates:
                    found.setdefault(u.code, set()).add(fold_unit(r.name))
        return found

    @cached_property
    def _heads(self) -> Sequence[tuple[int, int]]:
        doc = self._doc
        return [(b.start, b.end) for b in doc.blocks if b.kind == "title"] if doc.has("blocks") else ()

    def _reporting(self) -> Sequence[AdminUnit]:
        """The provinces that the page's dateline and its outlet name."""
        page = self._doc.page
        outlet = province_of_outlet(page.outlet) if page.outlet else None
        named = (one_line(page.dateline), outlet.name if outlet else "")
        units = (self._standing(self._units.provinces_named(split_type(name)[1])) for name in named if name)
        return [unit for unit in units if unit is not None]

    def _weigh(self, evidence: Sequence[tuple[AdminUnit, int]]) -> None:
        """Count units for their provinces, and find the one that dominates the page."""
        if not evidence:
            return
        weights = self._provinces
        for unit, weight in evidence:
            province = self._units.chain(unit)[-1]
            weights[province] = weights.get(province, 0) + weight
        most = max(weights.values())
        self._main = None
        if most > _DOMINANT * sum(weights.values()):
            self._main = min((u for u in weights if weights[u] == most), key=lambda u: (u.code, u.valid_from))

    def _prominence(self, r: Reference) -> int:
        """What a province counts for where it is named."""
        for a, b in self._heads:
            if a <= r.start < b:
                return _HEADLINE
        return _TEXT

    def _standing(self, units: Iterable[AdminUnit]) -> AdminUnit | None:
        """The one unit that stands on the page's day; without a day the only one there is."""
        found = [u for u in units if not self._day or self._stands(u)]
        return found[0] if len(found) == 1 else None

    def _stands(self, unit: AdminUnit) -> bool:
        """Whether a unit stood on the page's day; of the time of districts no day is known, so at any day of it."""
        return unit.valid_from < REFORM if self._dated == "district-era" else unit.stands(self._day)

    def _is_former(self, r: Reference) -> bool:
        """Whether the words behind a name say that the unit is one of before the reform."""
        return self._day >= REFORM and _FORMER.match(self._text, r.end) is not None

    def _pools(self, r: Reference) -> list[tuple[str, list[AdminUnit]]]:
        """Candidates in the order in which they are tried, with what their choice adds to the rule."""
        everything = list(r.candidates)
        if not self._day:
            return [("", everything)]
        standing = [u for u in everything if self._stands(u)]
        ended = [u for u in everything if u.last_day < self._day and u not in standing]
        by_day = f"+{self._dated}" if len(everything) > 1 else ""
        if self._is_former(r):
            return [("+ended", ended)]
        return [(by_day, standing), ("+ended", ended)]

    def _pools_and_other_types(self, r: Reference) -> Iterator[tuple[str, list[AdminUnit]]]:
        yield from self._pools(r)
        yield "+former-type", self._other_types(r)

    def _other_types(self, r: Reference) -> list[AdminUnit]:
        """Units of the same level whose type the name has not: towns were communes, cities were towns."""
        kind, bare = split_type(r.name)
        if r.bare or bare.isdigit():
            return []
        found = self._units.of_types((t for t in _SAME_LEVEL[r.level] if t != kind), bare)
        return [u for u in found if u.level == r.level and (not self._day or self._stands(u))]

    def _by_chain(self, r: Reference) -> None:
        """Decide by the larger units beside the name; a chain no unit fits leaves the place open."""
        above = [(a, (a.unit,) if a.unit else a.candidates) for a in r.above]
        above = [(a, units) for a, units in above if units]
        if not above:
            return
        for suffix, pool in self._pools_and_other_types(r):
            for exact in (True, False):
                inside = [u for u in pool if all(self._within(u, units, exact) for _, units in above)]
                if len(inside) == 1:
                    # where the chain decides by itself, the date did not
                    alone = [u for u in r.candidates if all(self._within(u, units, exact) for _, units in above)]
                    r.unit, r.rule = inside[0], "chain" + self._needed(suffix, alone)
                    return
                if inside:
                    break
            if inside:
                r.rule = _open(inside)
                return
        if r.level == "commune":  # of a district's name, what stands after it may be the next of an enumeration
            r.rule = "undecided.elsewhere" if r.candidates else "undecided.unknown"

    def _within(self, unit: AdminUnit, wholes: Sequence[AdminUnit], exact: bool) -> bool:
        """Whether a unit was part of one of ``wholes``; not exactly: or of what became part of it."""
        chain = self._units.chain(unit)
        for whole in wholes:
            if any(_same(u, whole) for u in chain[1:]):
                return True
            if exact:
                continue
            merged = self._units.successors(chain[-1]) if self._day >= REFORM else ()
            if any(_same(u, whole) for u in merged):
                return True
            # Hà Tây and quận Thủ Đức had gone before the list of communes was drawn up
            then = self._units.successors(whole) if whole.last_day < unit.last_day else ()
            if any(_same(u, above) for u in then for above in chain[1:]):
                return True
        return False

    def _by_page(self, r: Reference, known: Mapping[str, AdminUnit]) -> None:
        """Decide by what the rest of the page says."""
        key = (r.name, r.level, r.bare, self._is_former(r))  # all that the choice depends on in one page
        chosen = self._chosen.get(key)
        if chosen is None:
            unit = known.get(fold_unit(r.name))
            chosen = self._chosen[key] = (unit, "page-chain") if unit is not None else self._chosen_of_pools(r)
        r.unit, r.rule = chosen

    def _chosen_of_pools(self, r: Reference) -> tuple[AdminUnit | None, str]:
        """The unit and the rule; without a unit why there is none."""
        unit, rule = None, ""
        for suffix, pool in self._pools(r):
            if not pool:
                continue
            unit, rule = self._choose(r, pool, suffix)
            if rule != "undecided.elsewhere":
                return unit, rule
        if rule and r.candidates:
            return unit, rule
        other = self._other_types(r)
        inside = [u for u in other if self._main is not None and self._within(u, (self._main,), True)]
        return (inside[0], "page-province+former-type") if len(inside) == 1 else (None, "undecided.unknown")

    def _choose(self, r: Reference, pool: Sequence[AdminUnit], suffix: str) -> tuple[AdminUnit | None, str]:
        """The unit of a pool and the rule; without a unit why there is none."""
        if r.level == "district" and len(pool) == 1 and (not r.bare or self._is_city(pool[0])):
            return pool[0], ("bare-name" if r.bare else "name") + suffix
        for rule, wholes, exact in self._contexts(r):
            inside = [u for u in pool if self._within(u, wholes, exact)]
            if len(inside) == 1:
                alone = [u for u in r.candidates if self._within(u, wholes, exact)]
                return inside[0], rule + self._needed(suffix, alone)
            if inside:
                return None, _open(inside)
        if self._provinces or r.bare:
            return None, "undecided.elsewhere"
        return (pool[0], "name" + suffix) if len(pool) == 1 else (None, _open(pool))

    def _needed(self, suffix: str, without_date: Sequence[AdminUnit]) -> str:
        """A pool's suffix, if it says more than that the page has a date."""
        return "" if suffix == f"+{self._dated}" and len(without_date) == 1 else suffix

    def _is_city(self, unit: AdminUnit) -> bool:
        """Whether a bare name can only be this city's: Nha Trang, but not Tân An, which is also a commune's."""
        kind, bare = split_type(unit.name)
        others = self._units.of_types(_SAME_LEVEL["commune"], bare)
        return kind == "thành phố" and not any(u.valid_to for u in others)

    def _contexts(self, r: Reference) -> Iterable[tuple[str, Sequence[AdminUnit], bool]]:
        if r.level == "commune":
            yield "page-district", self._districts, True
        if self._main is not None:
            yield "page-province", (self._main,), True
            yield "page-province", (self._main,), False
        yield "named-province", tuple(self._provinces), True


@lru_cache(maxsize=1 << 13)
def _units_in_line(value: str) -> tuple[Named, ...]:
    """The units in a body's name."""
    return units_in(one_line(value))


@lru_cache(maxsize=1 << 13)
def _units_in_words(words: str) -> tuple[Named, ...]:
    """The units in a post as the page has it."""
    return units_in(one_line(shadow(words)))


@lru_cache(maxsize=1 << 14)
def _location(value: str, words: str) -> tuple[str, str, bool, bool, tuple[AdminUnit, ...]] | None:
    """Of the unit that a LOCATION stands for what a `Reference` has from its name on, as far as no page decides it.

    ``value`` is its canonical name, ``words`` how the page has it.
    """
    name = one_line(value)
    level = level_of(name)
    if level:
        kind, bare = split_type(name)
        name = f"{kind} {bare.lstrip('0')}" if bare.isdigit() else name
        return name, level, False, _TYPED.match(words) is None, _candidates(name, level, False)
    official = bare_provinces().get(fold_unit(name))
    if official:
        return official, "province", True, False, _candidates(official, "province", True)
    if name[:1].isupper() and (found := admin_units().of_types(_SAME_LEVEL["district"], name)):
        return name, "district", True, False, found
    return None


@lru_cache(maxsize=1 << 12)
def _candidates(name: str, level: str, bare: bool) -> tuple[AdminUnit, ...]:
    """The units, past and present, that a name may stand for."""
    units = admin_units()
    if bare and level == "district":
        return units.of_types(_SAME_LEVEL["district"], name)
    found = units.named(name)
    if bare:
        provinces = units.provinces_named(split_type(name)[1])
        return (*provinces, *(u for u in found if u not in provinces))
    if level == "province":  # thành phố Huế was a district's name first; "các tỉnh Hưng Yên, Hà Nội"
        return found or units.provinces_named(split_type(name)[1])
    return tuple(u for u in found if u.level == level)


@lru_cache(maxsize=1 << 10)
def _consists_of(words: regex.Pattern[str], between: str) -> bool:
    return words.fullmatch(between) is not None


@lru_cache(maxsize=1 << 13)
def facts(r: Place) -> PlaceFacts:
    """What the table `places` says of a unit."""
    if r.unit is None:
        return PlaceFacts("" if r.bare else r.level, rule=r.rule)
    units = admin_units()
    unit, parent, then = r.unit, units.parent(r.unit), units.successors(r.unit)
    return PlaceFacts(
        unit.level,
        unit.code,
        unit.valid_from,
        unit.valid_to,
        parent.code if parent else "",
        parent.name if parent else "",
        "|".join(u.code for u in then),
        "|".join(u.name for u in then),
        f"{r.rule}+page-type" if r.typed_by_page else r.rule,
    )


def _open(units: Sequence[AdminUnit]) -> str:
    """Why several units are left: they follow one another in time, or they are several at one time."""
    in_time = sorted(units, key=lambda u: u.last_day)
    follow = all(after.valid_from > before.last_day for before, after in pairwise(in_time))
    return "undecided.date" if follow else "undecided.several"


def _agreed(these: Sequence[Reference]) -> dict[str, AdminUnit]:
    """Units by folded name where every decision of the page agrees."""
    found: dict[str, set[AdminUnit]] = {}
    for r in these:
        if r.unit is not None:
            found.setdefault(fold_unit(r.name), set()).add(r.unit)
    return {name: units.pop() for name, units in found.items() if len(units) == 1}


def _same(a: AdminUnit, b: AdminUnit) -> bool:
    """Whether two rows are one unit; a province that was given another title or days is the same one."""
    if a == b:
        return True
    return a.level == b.level == "province" and a.code == b.code and _touch(a, b)


def _touch(a: AdminUnit, b: AdminUnit) -> bool:
    """Whether one of two rows of a code follows from the other and not from a merger: Huế, Đồng Nai."""
    return split_type(a.name)[1] == split_type(b.name)[1] or {"Thừa Thiên Huế", "Huế"} == {
        split_type(a.name)[1],
        split_type(b.name)[1],
    }


@lru_cache(maxsize=1 << 10)
def _day(edtf: str) -> str:
    """An EDTF date as a day that lies on the right side of the reform; empty when it does not tell."""
    m = _DATE.match(edtf)
    if m is None or (m[1] == REFORM[:4] and not m[2]):
        return ""
    return f"{m[1]}-{m[2] or '06'}-{m[3] or '15'}"
