"""LOCATION: kind by the words the name begins with (place_kinds.tsv), and the name with the type the page gives it.

``Hưng Sơn`` is ``tỉnh Hưng Sơn`` in a page that says so; a name in an enumeration takes the type of its plural head
(``các huyện Mường Pảo, Nậm Hin``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from dvextract.grammar.fold import page_lower, page_shadow
from dvextract.interpretation.abbreviations import ShortForms, expanded
from dvextract.interpretation.geography import TYPES, VILLAGES, Geography, is_central_city, province_units
from dvextract.interpretation.wording import by_last_letter, fold, lowered, one_line
from dvextract.lexicon.gazetteer import place_names
from dvextract.lexicon.tsv import Beginnings

Span = tuple[int, int]

_TYPE_FIRST = regex.compile(
    "(?:(?i:"
    + "|".join(regex.escape(t) for t in sorted(TYPES, key=len, reverse=True))
    + r"|tổ dân phố|khu phố|tiểu khu)|"
    + "|".join(sorted(VILLAGES | {"châu", "khu", "tổ", "bon"}))
    + r")(?: |(?=\p{Lu}|\d))"
)
_BEGINS_TYPE = frozenset(word[:2] for word in (*TYPES, *VILLAGES, "tổ", "khu", "tiểu khu", "châu", "bon"))
_UNIT = r"tỉnh|thành phố|tp|huyện|quận|thị xã|xã|phường|thị trấn|thôn|bản|làng|buôn|ấp|xóm|khóm|phum|sóc"
_PLURAL = regex.compile(
    r"(?:các|những|\d+|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|nhiều|mấy|một số|giữa)\s+"
    rf"({_UNIT})(?:\s+(?:giáp ranh|lân cận|ntm)|(?:\s+\p{{L}}+){{0,6}}\s+(?:là|như|gồm|sau))?\s*[:(]?\s*\Z"
)
_SINGLE = r"cửa khẩu|sông|đường|núi|suối|hồ|phố"
_SINGLE_HEAD = regex.compile(rf"(?:cặp\s+)?({_SINGLE})\s*\Z")
_HEAD_ENDS = by_last_letter((*_UNIT.split("|"), *_SINGLE.split("|"), "ranh", "cận", "ntm", "là", "như", "gồm", "sau"))
_BETWEEN = regex.compile(r"\s*(?:,| và|, và| -|;|/| cùng|)\s*(?:các (?:\p{L}+) )?\s*")
_BEGINS_BETWEEN = frozenset((*",v-;/c(", ""))
_PARENTHESIS = regex.compile(r"\s*\([^()]{0,60}\)")
_SMALLER = regex.compile(r"(?<!\p{L})(?:xã|thị trấn) [^(),.;]{2,30}\(\Z")
_REACH = 90  # characters between two places of one enumeration
_SHORTENED = regex.compile(r"\A(?:(tp|t\.p|tx|h|q|p)\b\.?|(t\.p\.)) ?(?=[\p{Lu}\d])", regex.IGNORECASE)
_SHORTENED_BEGIN = frozenset("thqp")
_SHORT_TYPES = {
    "tp": "thành phố",
    "t.p": "thành phố",
    "tx": "thị xã",
    "h": "huyện",
    "q": "quận",
    "p": "phường",
}


@cache
def _kinds() -> Beginnings:
    return Beginnings("place_kinds.tsv")


@lru_cache(maxsize=1 << 14)
def kind(text: str) -> str:
    """country, region, geo, facility, venue, or empty for administrative units and villages."""
    low = lowered(text)
    words, found = _kinds().split(low)
    if found == "country":
        return found if len(low) == len(words) else ""
    if found == "country-head":
        return "country"
    if found == "region" and " " not in words and len(low) == len(words) and one_line(text)[:1].islower():
        return ""
    return found


def read(text: str, spans: Sequence[Span], geography: Geography, short_forms: ShortForms) -> list[tuple[str, str]]:
    """Kind and canonical name of each LOCATION (spans in text order)."""
    folded = page_shadow(text)
    words = [folded[a:b] for a, b in spans]
    places = [_told(w) for w in words]
    defines_any = short_forms.defines_any
    listed = _listed_types(page_lower(text), spans, words, places, geography)
    for (a, b), word in zip(spans, listed, strict=True):
        if word:
            geography.set_type(text[a:b], word)
    return [
        (
            place.kind if text.startswith(w, a) else kind(text[a:b]),
            place.name
            if place.is_whole and not place.may_be_short and not defines_any
            else _name(place, word, geography, short_forms),
        )
        for (a, b), w, place, word in zip(spans, words, places, listed, strict=True)
    ]


def _listed_types(
    low: str, spans: Sequence[Span], words: Sequence[str], places: Sequence[_Place], geography: Geography
) -> list[str]:
    """For each place without a type of its own, the one that the words before it give it, or empty."""
    joined = _joined(low, spans)
    found: list[str] = []
    inherited, from_plural = "", False
    for i, (a, _) in enumerate(spans):
        own = places[i].own
        if own is not None:
            found.append("")
            inherited, from_plural = own, False
            continue
        m = _head(low, a)
        word = _type(m[1]) if m else ""
        from_plural = bool(m) or (from_plural and joined[i] != "")
        if not word and inherited and joined[i]:
            known = not geography.type_of(words[i]) and _exists(inherited, words[i])
            if from_plural or joined[i] == "and" or known:
                word = inherited
        if not word and low[a - 1 : a] == "(":
            word = _containing(low[max(0, a - _REACH) : a], words[i])
        found.append(word)
        inherited = word
    return found


def _own_type(name: str) -> str | None:
    """The type a name begins with; None when it begins with none."""
    own = _TYPE_FIRST.match(name) if name[:2].lower() in _BEGINS_TYPE else None
    return None if own is None else _type(own[0].strip().lower())


def _head(low: str, at: int) -> regex.Match[str] | None:
    """The plural or single head before the place at ``at``; its group 1 is the type."""
    before = low[max(0, at - 60) : at].rstrip()
    if before[-1:] in (":", "("):
        before = before[:-1].rstrip()
    if not before.endswith(_HEAD_ENDS.get(before[-1:], ())):
        return None
    return _PLURAL.search(low[max(0, at - 60) : at]) or _SINGLE_HEAD.search(low[max(0, at - 16) : at])


def _joined(low: str, spans: Sequence[Span]) -> list[str]:
    """How each place is joined to the one before it: "and" in an enumeration with ``và``, "comma", or not (empty)."""
    found = [""] * len(spans)
    for i in range(len(spans) - 1, 0, -1):
        end, start = spans[i - 1][1], spans[i][0]
        if start - end > _REACH:
            continue
        between = low[end:start]
        if between != ", ":
            if between.lstrip()[:1] not in _BEGINS_BETWEEN:
                continue
            if "(" in between:
                between = _PARENTHESIS.sub("", between)
        if between == ", " or _BETWEEN.fullmatch(between):
            goes_on = i + 1 < len(spans) and found[i + 1] == "and"
            found[i] = "and" if "và" in between or goes_on else "comma"
    return found


def _containing(before: str, name: str) -> str:
    """The type of the unit in brackets behind a smaller one, as in ``xã Pá Lông (Mường Pảo)``; empty when unsure."""
    if is_bare_province(name):
        return "tỉnh"
    m = _SMALLER.search(before)
    return "huyện" if m else ""


@cache
def _units_by_level() -> Mapping[str, frozenset[str]]:
    levels: dict[str, set[str]] = {}
    for name, level in place_names():
        levels.setdefault(level, set()).add(fold(name))
    return {level: frozenset(found) for level, found in levels.items()}


def _exists(kind_word: str, name: str) -> bool:
    """Whether units of that type and name exist but no larger ones: ``xã A, B`` may end with the district's name."""
    key, levels = fold(name), _units_by_level()
    if kind_word == "huyện":
        return key in levels["district"] and key not in province_units()
    return kind_word == "xã" and key in levels["commune"] and key not in levels["district"]


def is_bare_province(name: str) -> bool:
    """Whether ``name``, without a type word, is that of a province (not of a city under the central government)."""
    unit = province_units().get(fold(name))
    return unit is not None and unit.type == "tỉnh"


def _type(word: str) -> str:
    return TYPES.get(word, word)


class _Place(NamedTuple):
    """What the words of a place tell by themselves.

    ``own`` is the type they begin with, ``name`` has the short forms written out that no page defines, and ``key`` is
    its folded form, empty where it ``is_whole``.
    """

    line: str
    kind: str
    own: str | None
    may_be_short: bool
    name: str
    is_whole: bool
    key: str


@lru_cache(maxsize=1 << 14)
def _told(words: str) -> _Place:
    line = one_line(words)
    may_be_short = len(line) <= 8 and line.replace(".", "").replace(" ", "").isupper()
    own = _own_type(words)
    name, is_whole = _written(line, expanded, own if line == words else _own_type(line))
    return _Place(line, kind(words), own, may_be_short, name, is_whole, "" if is_whole else fold(name))


def _written(line: str, expand: Callable[[str], str], own: str | None) -> tuple[str, bool]:
    """A name with its short forms written out, and whether that is all of it: it has a type (``own`` is the one it has
    as it stands), or is of a kind that has none."""
    m = _SHORTENED.match(line) if line[:1].lower() in _SHORTENED_BEGIN else None
    if m is not None:
        kind_word = _SHORT_TYPES[(m[1] or "t.p").lower()]
        return f"{kind_word} {expand(line[m.end() :])}", True
    name = expand(line)
    if name == "Việt":  # quan hệ Việt - Lào
        return "Việt Nam", True
    has_type = (own if name == line else _own_type(name)) is not None
    return name, has_type or kind(name) in ("country", "facility", "venue", "region")


def _name(place: _Place, listed: str, geography: Geography, short_forms: ShortForms) -> str:
    if place.may_be_short:
        whole = short_forms.long(place.line)
        if whole:
            return whole
    name, is_whole, key = place.name, place.is_whole, place.key
    if short_forms.defined_in(place.line):
        name, is_whole = _written(place.line, short_forms.expand, _own_type(place.line))
        key = fold(name)
    if is_whole:
        return name
    kind_word = listed or geography.type_of_folded(key)
    if kind_word == "tỉnh" and is_central_city(name):  # các tỉnh Hưng Yên, Hà Nội
        kind_word = "thành phố"
    if kind_word and not name.lower().startswith(kind_word + " "):
        return f"{kind_word} {name}"
    return name
