"""Administrative units of Viet Nam with official codes and the days on which they stood.

Provinces come from provinces.tsv, districts and communes from admin_units.tsv, which is read when the first of them is
asked for. A code alone is no identity: after a reform it may be another unit's, so a unit is its code, name and days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import regex

from dvextract.interpretation.wording import fold, lowered, respell
from dvextract.lexicon.tsv import rows

REFORM = "2025-07-01"
"""First day without districts, of merged provinces and of new communes (ISO)."""

LEVELS = ("province", "district", "commune")
_LEVEL = {2: "province", 3: "district", 5: "commune"}  # by the digits of a code
_TYPE = re.compile(r"(thành phố|thị xã|thị trấn|đặc khu|tỉnh|huyện|quận|xã|phường) ", re.IGNORECASE)
_TYPE_BEGINS = frozenset("tTđĐhHqQxXpP")


@dataclass(frozen=True, slots=True, eq=False)  # each stands once in the list, and units are looked up often
class AdminUnit:
    """A unit: its name with its type, code, parent's code, first and last day (ISO) and what it became part of.

    Empty ``valid_from``: since when is not recorded; empty ``valid_to``: it still stands. ``successors`` are codes of
    units standing on the day after ``valid_to``, the main one first.
    """

    name: str
    code: str
    parent: str
    valid_from: str
    valid_to: str
    successors: tuple[str, ...]

    @property
    def level(self) -> str:
        """province, district or commune."""
        return _LEVEL[len(self.code)]

    @property
    def last_day(self) -> str:
        """The last day it stood, far in the future when it still does."""
        return self.valid_to or "9999-12-31"

    def stands(self, day: str) -> bool:
        """Whether it stood on ``day`` (ISO)."""
        return self.valid_from <= day <= self.last_day


@lru_cache(maxsize=1 << 14)
def fold_unit(name: str) -> str:
    """The comparable form of a unit's name: as `fold`, with the spellings of one name as one (place_spellings.tsv).

    >>> fold_unit("tỉnh Đăk Lăk") == fold_unit("Tỉnh Đắc Lắc") == fold_unit("tỉnh Daklak")
    True
    """
    key = _final_k(fold(name))
    kind, bare = split_type(key) if " " in key else ("", key)
    bare = _spellings().get(bare, bare)
    return f"{kind} {bare}" if kind else bare


@lru_cache(maxsize=1 << 14)
def _folded_bare(name: str) -> str:
    """As `fold_unit` has the part of a unit's name behind its type."""
    key = _final_k(fold(name))
    return _spellings().get(key, key)


# đắk, đăk, đak, đắc; lắk, lăk, lắc; pắk, păk: how names of the Ê Đê and Mnông are written, with or without a tone
_FINAL_K = regex.compile(r"(?<!\p{L})(đ|d|l|p|kr)[ăắaá][kc](?!\p{L})")
_MAYBE_K = re.compile("[kc](?<=[đdlpr][ăắaá].)")  # in few names, and found at a fraction of the cost


def _final_k(folded: str) -> str:
    return _FINAL_K.sub(r"\1ăk", folded) if _MAYBE_K.search(folded) else folded


@cache
def _spellings() -> Mapping[str, str]:
    return {_final_k(fold(a)): _final_k(fold(b)) for a, b in rows("place_spellings.tsv")}


@lru_cache(maxsize=1 << 14)
def split_type(name: str) -> tuple[str, str]:
    """A name's type and the rest: ``("xã", "Chiềng Mung")``; the type is empty when the name begins with none."""
    m = _TYPE.match(name) if name[:1] in _TYPE_BEGINS else None
    return (m[1].lower(), name[m.end() :]) if m else ("", name)


class AdminUnits:
    """Every unit, by name and by code."""

    def __init__(self) -> None:
        self._units: dict[int, AdminUnit] = {}
        self._chains: dict[AdminUnit, tuple[AdminUnit, ...]] = {}
        self._successors: dict[AdminUnit, tuple[AdminUnit, ...]] = {}
        self._found = lru_cache(maxsize=1 << 14)(self._find)

    @cached_property
    def provinces(self) -> tuple[AdminUnit, ...]:
        """Provinces and cities under the central government, past and present."""
        found = rows("provinces.tsv")
        codes: dict[str, list[tuple[str, str]]] = {}
        for name, code, begins, *_ in found:
            codes.setdefault(name, []).append((begins, code))
        # The successor is the unit of that name that began last.
        return tuple(
            AdminUnit(name, code, "", begins, ends, (max(codes[then])[1],) if then else ())
            for name, code, begins, ends, then in found
        )

    @cached_property
    def _province_names(self) -> Mapping[str, tuple[AdminUnit, ...]]:
        return _grouped((fold_unit(u.name), u) for u in self.provinces)

    @cached_property
    def _bare_province_names(self) -> Mapping[str, tuple[AdminUnit, ...]]:
        return _grouped((fold_unit(split_type(u.name)[1]), u) for u in self.provinces)

    @cached_property
    def _provinces_coded(self) -> Mapping[str, tuple[AdminUnit, ...]]:
        return _grouped((u.code, u) for u in self.provinces)

    @cached_property
    def _rows(self) -> tuple[tuple[str, ...], ...]:
        return rows("admin_units.tsv")

    @cached_property
    def _by_name(self) -> Mapping[str, list[int]]:
        """Places in the list by folded name with type."""
        found: dict[str, list[int]] = {}
        plain: list[int] = []
        for i, (name, *_) in enumerate(self._rows):
            if "-" in name or "'" in name or "’" in name:
                found.setdefault(fold_unit(name), []).append(i)
            else:
                plain.append(i)
        # Words are folded each by itself, so names are in one piece, which takes a fifth of the time
        folded = _final_k(respell(lowered("|".join([self._rows[i][0] for i in plain])))).split("|")
        for i, key in zip(plain, folded, strict=True):
            found.setdefault(key, []).append(i)
        return found

    @cached_property
    def _by_code(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, row in enumerate(self._rows):
            found.setdefault(row[1], []).append(i)
        return found

    def _unit(self, i: int) -> AdminUnit:
        unit = self._units.get(i)
        if unit is None:
            name, code, parent, begins, ends, then = self._rows[i]
            then_codes = tuple(then.split("|")) if then else ()
            unit = self._units.setdefault(i, AdminUnit(name, code, parent, begins, ends, then_codes))
        return unit

    def named(self, name: str) -> tuple[AdminUnit, ...]:
        """Every unit, past and present, of that name with its type, in any spelling."""
        return self._found(fold_unit(name))

    def of_types(self, types: Iterable[str], name: str) -> tuple[AdminUnit, ...]:
        """Every unit, past and present, of one of those types and the bare name ``name``, in any spelling."""
        bare = _folded_bare(name)
        found: list[AdminUnit] = []
        for kind in types:
            key = f"{kind} {bare}"
            if key in self._by_name or key in self._province_names:
                found += self._found(key)
        return tuple(found)

    def _find(self, key: str) -> tuple[AdminUnit, ...]:
        found = self._province_names.get(key, ())
        if key.startswith("tỉnh ") or (found and not key.startswith("thành phố ")):
            return found
        return (*found, *(self._unit(i) for i in self._by_name.get(key, ())))

    def provinces_named(self, name: str) -> tuple[AdminUnit, ...]:
        """Every province whose bare name is ``name``."""
        return self._bare_province_names.get(fold_unit(name), ())

    def coded(self, code: str, day: str = "") -> tuple[AdminUnit, ...]:
        """The units that had this code, on ``day`` (ISO) if given."""
        if len(code) == 2:
            found: Iterable[AdminUnit] = self._provinces_coded.get(code, ())
        else:
            found = (self._unit(i) for i in self._by_code.get(code, ()))
        return tuple(u for u in found if not day or u.stands(day))

    def parent(self, unit: AdminUnit) -> AdminUnit | None:
        """The unit it belonged to on its last day; None for a province."""
        chain = self.chain(unit)
        return chain[1] if len(chain) > 1 else None

    def chain(self, unit: AdminUnit) -> tuple[AdminUnit, ...]:
        """The unit and all it belonged to, the smallest first."""
        known = self._chains.get(unit)
        if known is None:
            above = next(iter(self.coded(unit.parent, unit.last_day)), None) if unit.parent else None
            known = self._chains[unit] = (unit, *(self.chain(above) if above else ()))
        return known

    def successors(self, unit: AdminUnit) -> tuple[AdminUnit, ...]:
        """What the unit became part of on the day after its last, the main one first."""
        known = self._successors.get(unit)
        if known is None:
            found = (next((u for u in self.coded(c) if u.last_day > unit.last_day), None) for c in unit.successors)
            known = self._successors[unit] = tuple(u for u in found if u is not None)
        return known


def _grouped(pairs: Iterable[tuple[str, AdminUnit]]) -> Mapping[str, tuple[AdminUnit, ...]]:
    found: dict[str, list[AdminUnit]] = {}
    for key, unit in pairs:
        found.setdefault(key, []).append(unit)
    return {key: tuple(units) for key, units in found.items()}


@cache
def admin_units() -> AdminUnits:
    """The one list of a process."""
    return AdminUnits()
