"""Where a body stands among bodies: its level, the unit it belongs to, and the body it is part of or under.

All of it follows from the canonical name, the official unit in it and the rules by which such bodies are set up; the
page adds what follows a name directly (``Phòng Nghiệp vụ, Sở Nội vụ``). What no rule decides stays empty, and ``rule``
names the rule of each of the three that is not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from dvextract.grammar.rule import any_of
from dvextract.interpretation.locations import kind as place_kind
from dvextract.interpretation.wording import fold, one_line
from dvextract.lexicon.tsv import pairs, rows, stood
from dvextract.lexicon.units import AdminUnit, admin_units, fold_unit, split_type
from dvextract.linking import forces
from dvextract.linking.names import Named, units_in
from dvextract.linking.places import Place

_COMMITTEE_OF = {"tỉnh": "Tỉnh", "thành phố": "Thành", "huyện": "Huyện", "quận": "Quận", "thị xã": "Thị"}
_COMMITTEE = regex.compile(r"(?:tỉnh|thành|huyện|thị|quận) (?P<what>ủy|đoàn)(?: |\Z)", regex.IGNORECASE)
_COMMITTEES = ("tỉnh ủy", "huyện ủy", "thành ủy", "thị ủy", "quận ủy")
_UNION = "Trung ương Đoàn"
_LETTER = r"[^\W\d_²³¹¼-¾]"  # of `re`, which takes half as long as `regex` for the many names that are new
_PARTY = "Ban Chấp hành Trung ương Đảng"
# Firms, schools, units of troops, parishes: where their name ends with a place they are not that place's body.
_OWN = re.compile(
    r"(?:tổng công t[yi]|công t[yi]|tập đoàn|doanh nghiệp|ngân hàng(?! nhà nước| chính sách)|hợp tác xã|"
    r"trường(?! chính trị)|đại học|học viện|câu lạc bộ|khách sạn|nhà máy|đồn|trung đoàn|sư đoàn|lữ đoàn|tiểu đoàn|"
    rf"giáo xứ|chùa)(?!{_LETTER})"
)
# Hospitals, funds and associations are of a unit where they are called its own (Bệnh viện Đa khoa huyện Mai Sơn), and
# not where they only have its name (Bệnh viện Đa khoa Nghệ An).
_OWN_UNLESS_TYPED = re.compile(rf"(?:bệnh viện|quỹ|hiệp hội|trường chính trị)(?!{_LETTER})")
_CENTRAL = re.compile(
    r"(?:.* )?trung ương|(?:hội|liên đoàn|liên hiệp|liên minh|tổng hội|ủy ban|viện|đài|ban) .*việt nam|"
    r"(?:tổng cục|vụ|cục) .*|bộ (?!chỉ huy|tư lệnh|đội|quy tắc|tiêu chí|luật|phận|lạc|môn|ba\b).*"
)
_CENTRAL_HEADS, _CENTRAL_ENDS = ("tổng cục ", "vụ ", "cục ", "bộ "), ("trung ương", "việt nam")
"""How it begins or ends, which is seen at once."""
# What the name of a central body may go on with and be the same body's: "Kiểm toán Nhà nước khu vực I".
_GOES_ON = re.compile(r"(?:của|khóa|trung ương|nước|chxhcn|khu vực|các|cơ quan|về|đảng|-|,|\(|\d)|.*việt nam\Z")
_LAST_LEVEL = re.compile(
    r"(?:.* )?(?:(?P<province>tỉnh(?: ủy| đoàn)?)|(?P<district>(?:huyện|quận)(?: ủy| đoàn)?|thị xã|thị ủy)|"
    r"(?P<commune>xã|phường|thị trấn))"
)
_TYPED_PROVINCE = re.compile(r"\b(?:tỉnh|thành phố|tỉnh ủy|thành ủy) \S")
_SEVERAL = regex.compile(r"quốc hội(?: và|,| -) (?:hội đồng|ủy ban)", regex.IGNORECASE)


class Standing(NamedTuple):
    """What is known of a body: level, its unit, the name of the body over it and the unit that one belongs to.

    ``of_page``: nothing says which of the bodies with this name is meant, so it is one of its page only.
    """

    level: str
    place: str = ""
    unit: AdminUnit | None = None
    parent: str = ""
    parent_unit: AdminUnit | None = None
    rule: str = ""
    of_page: bool = False


def standing(name: str, words: str, place: Place | None, following: str = "", day: str = "") -> Standing:
    """The standing of the body with the canonical name ``name``.

    ``words`` is the mention's text, ``place`` the smallest unit in the name as the page reads it, ``following`` the
    canonical name of a body written directly behind it as the whole behind its part, or empty; ``day`` the ISO day of
    the page, or empty: bodies that had ended by then are over none. Days of one `era` give one standing.
    """
    folded = fold(name)
    low = _standard(folded)
    rules = []
    is_central = place is None and _is_central(low, name)
    level, how = _level(low, is_central, place, day)
    parent, parent_unit, over = _parent(name, folded, low, level, place, day)
    if (
        not parent
        and place is None
        and following
        and (_is_part(low) or 0 < forces.size(low) < forces.size(fold(following)))
    ):
        parent, over = following, "next"
    if not level and parent and not _OWN.match(low):
        where, low_parent = place if over == "whole" else None, _standard(fold(parent))
        level, how = _level(low_parent, where is None and _is_central(low_parent, parent), where, day)
    if level:
        rules.append(f"level={how}")
    unit = place.unit if place else None
    if place is not None:
        by = "name" if fold_unit(split_type(place.name)[1]) in fold_unit(words) else "page"
        rules.append(f"place={by}:{place.rule}")
    if parent:
        rules.append(f"parent={over}")
    of_page = place is None and not is_central and _is_generic(name, folded)
    if of_page:
        rules.append("scope=page")
    named = unit.name if unit else place.name if place else ""
    return Standing(level or "other", named, unit, parent, parent_unit, " ".join(rules), of_page)


def era(day: str) -> str:
    """A day (ISO) on which every body of the lexicons stood, or not, as on ``day``; empty of an empty one.

    The first such day that was asked for, so that pages of many days can share what is known of a body.
    """
    return _ERAS.setdefault(bisect_right(_changes(), day), day) if day else ""


_ERAS: dict[int, str] = {}


@cache
def _changes() -> list[str]:
    """First days (months, years) of bodies, and what comes after their last ones, in order."""
    days = [(begins, ends) for _, _, _, begins, ends, *_ in rows("armed_forces.tsv")]
    days += [(begins, ends) for _, _, _, begins, ends, *_ in rows("departments.tsv")]
    days += [(begins, "") for begins in _begun().values()]
    return sorted({b for b, _ in days if b} | {f"{e}~" for _, e in days if e})


@lru_cache(maxsize=1 << 13)
def is_generic(name: str) -> bool:
    """Whether a canonical name without a place in it is that of many bodies: nothing in it says of what or where.

    >>> is_generic("Hội đồng nhân dân"), is_generic("Ban Dân vận Tỉnh ủy"), is_generic("Bộ Nội vụ")
    (True, True, False)
    """
    folded = fold(name)
    return not _is_central(_standard(folded), name) and _is_generic(name, folded)


def _is_generic(name: str, folded: str) -> bool:
    """`is_generic` of a body that is not of the central level."""
    if folded in _everywhere() or _TEAM.fullmatch(folded):
        return True
    if folded.endswith(_LEVEL_ENDS) and _LEVEL_ONLY.fullmatch(folded):
        return True
    return (
        folded.startswith("phòng ")
        and _is_part(folded)
        and not _whole(name, folded)
        and not forces.larger_in(name, folded)
    )


_TEAM = re.compile(
    r"(?:ban|tiểu ban|tổ|đoàn|hội đồng) (?:chỉ đạo|tổ chức|giám khảo|công tác|kiểm tra|giám sát|thanh tra|tư vấn|"
    r"quản lý|giúp việc|biên tập)"
)
_LEVEL_ONLY = re.compile(
    r"(?:.* )?(?:tỉnh|thành phố|tp|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu|(?:tỉnh|thành|huyện|quận|thị|đảng) ủy|"
    r"(?:tỉnh|thành|huyện|quận|thị|xã|phường) đoàn)"
)
"""A name that ends with a level and does not say of which place."""
_LEVEL_ENDS = ("tỉnh", "phố", "tp", "huyện", "quận", "xã", "trấn", "phường", "khu", "ủy", "đoàn")
"""How `_LEVEL_ONLY` and `_LAST_LEVEL` end, which is seen at once."""


@cache
def _everywhere() -> frozenset[str]:
    """Folded bare names of bodies that exist everywhere, and the nouns that names of bodies begin with."""
    return frozenset(fold(words) for file in ("completed_bodies.tsv", "body_heads.tsv") for words, *_ in rows(file))


def official_name(name: str, place: Place | None) -> str:
    """``name`` with the unit in it spelled officially: ``Tỉnh ủy Đăk Lăk`` is that of Đắk Lắk, shouted or not."""
    if place is None or place.unit is None:
        return name
    official = split_type(place.unit.name)[1]
    for u in units_in(name):
        written = split_type(u.name)[1]
        if fold_unit(written) == fold_unit(official) and written != official and name.endswith(written, 0, u.end):
            name = name[: u.end - len(written)] + official + name[u.end :]
            break
    return name


def key_name(name: str, place: Place | None) -> str:
    """The name under which a body's spellings count as the same: the unit in it with its type, pieces in one wording.

    >>> key_name("Ủy ban Mặt trận Tổ quốc Việt Nam", None) == key_name("Ủy ban Mặt trận Tổ quốc", None)
    True
    """
    if place is not None:
        found = units_in(name)
        tail = next((u for u in found if u.level == place.level), None)
        committee = _COMMITTEE.match(name, tail.start) if tail is not None else None
        if tail is not None and committee is not None:
            name = f"{name[: committee.end()]}{split_type(tail.name)[1]}{name[tail.end :]}"
            # the committee's board is the board of the Party organisation whose committee it is
            if fold(name[: committee.start()].strip()) == "ban chấp hành" and committee["what"].lower() == "ủy":
                name = f"Ban Chấp hành Đảng bộ {place.unit.name if place.unit else place.name}{name[tail.end :]}"
        elif tail is not None:
            head = name[: tail.start].removesuffix(" Việt Nam ").rstrip()
            name = f"{head} {place.unit.name if place.unit else place.name}{name[tail.end :]}"
    return _standard(fold(name))


@lru_cache(maxsize=1 << 13)
def _standard(low: str) -> str:
    """A folded name with its pieces in the wording under which they count as the same."""
    low = low.replace(" & ", " và ")
    return _spelled().sub(lambda m: _spellings()[m[0]], low) if _maybe_spelled().search(low) else low


def _level(low: str, is_central: bool, place: Place | None, day: str) -> tuple[str, str]:
    """The level and the rule; both empty when none is known."""
    if is_central:
        return "central", "forces" if _is_force(low) else "central"
    if _OWN.match(low):
        return "", ""
    if place is not None:
        bare = place.level == "province" and not _TYPED_PROVINCE.search(low)
        if bare and _OWN_UNLESS_TYPED.match(low):
            return "", ""
        return (place.unit.level if place.unit else place.level), "unit"
    m = _LAST_LEVEL.fullmatch(low) if low.endswith(_LEVEL_ENDS) and " " in low else None
    if m is not None and m.lastgroup:
        return m.lastgroup, "level-word"
    office = _office_level(low, day) or ("province" if low.startswith("sở ") else "")
    return (office, "office") if office else ("", "")


@lru_cache(maxsize=1 << 13)
def central_beginning(name: str) -> str:
    """The central body that a text begins with, folded; empty when it begins with none.

    >>> central_beginning("Bộ Chính trị khóa XIII"), central_beginning("Tỉnh ủy Sơn La")
    ('bộ chính trị', '')
    """
    return _longest(_standard(fold(name)), "central")


@lru_cache(maxsize=1 << 13)
def _is_central(low: str, name: str) -> bool:
    words = _longest(low, "central")
    if not words:
        if not (low.startswith(_CENTRAL_HEADS) or low.endswith(_CENTRAL_ENDS)) or not _CENTRAL.fullmatch(low):
            return False
        return not (_OWN.match(low) or _OWN_UNLESS_TYPED.match(low) or _abroad(name))
    rest = low[len(words) :].strip()
    if not rest:
        return True
    return bool(_GOES_ON.match(rest) or words.startswith("trung ương")) and not _abroad(name)


def _abroad(name: str) -> bool:
    """Whether a name ends with another country: ``Quốc hội Lào``."""
    if name.endswith("Việt Nam"):
        return False
    words = name.split(" ")
    tails = [" ".join(words[-n:]) for n in range(1, min(4, len(words))) if words[-n][:1].isupper()]
    return any(t.lower() != "nước" and place_kind(t) == "country" for t in tails)


def _parent(
    name: str, folded: str, low: str, level: str, place: Place | None, day: str
) -> tuple[str, AdminUnit | None, str]:
    """The body over ``name``, the unit that one belongs to, and the rule."""
    unit = place.unit if place else None
    tail = next((u for u in units_in(name) if u.level == place.level), None) if place else None
    if tail is not None and unit is not None:
        above, above_unit = forces.over(one_line(name[: tail.start]), unit, day)
        if above:
            return above, above_unit, "forces"
    # a listed body is under what the list says, whatever its name holds: Đảng ủy Chính phủ
    whole = "" if place is None and _parents().get(low) else _whole(name, folded) or forces.larger_in(name, folded)
    if whole:
        return whole, unit, "whole"
    if place is None:
        listed = _longest(low, "central") if level == "central" else ""
        # before a body was set up another had its name: a Cục Thuế was a province's
        above = _parents()[listed] if listed and stood(day, _begun().get(listed, ""), "") else ""
        return (above, None, "forces" if _is_force(low) else "central") if above and above != name else ("", None, "")
    if tail is None:
        return "", None, ""
    head = one_line(name[: tail.start])
    if _is_office(head, level):
        return f"Ủy ban nhân dân {unit.name if unit else place.name}", unit, "office"
    return _upper(name, head, tail, unit)


def _upper(name: str, head: str, tail: Named, unit: AdminUnit | None) -> tuple[str, AdminUnit | None, str]:
    """The same body one level up."""
    if unit is None:
        return "", None, ""
    committee = _COMMITTEE.match(name, tail.start) if not head else None
    above = admin_units().parent(unit)
    if committee is not None or fold(head) == "đảng ủy":
        union = committee is not None and committee["what"].lower() == "đoàn"
        if above is None:
            return _UNION if union else _PARTY, None, "upper"
        return _committee(above, union), above, "upper"
    kin = _verticals().get(_standard(fold(head)))
    if kin is None:
        return "", None, ""
    provincial, national = kin
    if above is None:
        return (national, None, "upper") if national else ("", None, "")
    words = provincial if provincial and above.level == "province" else head[:1].upper() + head[1:]
    return f"{words} {above.name}", above, "upper"


def _committee(unit: AdminUnit, union: bool) -> str:
    """The Party committee of a unit, or its Youth Union's, as canonical names have it."""
    kind, bare = split_type(unit.name)
    what = "đoàn" if union else "ủy"
    full = f"{kind.capitalize()} {bare}" if bare.isdigit() or bare == "Hồ Chí Minh" else bare
    return f"{_COMMITTEE_OF[kind]} {what} {full}"


def _whole(name: str, folded: str) -> str:
    """The body a name goes on with after the words of a part: ``Tỉnh ủy X`` of ``Ban Dân vận Tỉnh ủy X``; or empty."""
    part = _longest(folded, "part")
    if not part or _SEVERAL.search(name):
        return ""
    at = name.find(" ", len(part))
    while at >= 0 and not name[:at].endswith(" và"):
        rest = name[at + 1 :]
        low = fold(rest)
        if rest[:1].isupper() or low.startswith((*_COMMITTEES, "đoàn đại biểu")):
            words = _longest(low, "whole") or _longest(low, "force")
            # "Công an" alone is no body of its own, "Quốc hội" is
            if words and (len(low) > len(words) or words in _COMPLETE or _standard(low) in _parents()):
                return rest[:1].upper() + rest[1:]
        at = name.find(" ", at + 1)
    return ""


_COMPLETE = frozenset(("quốc hội", "chính phủ", "chủ tịch nước", "trung ương đảng", *_COMMITTEES))


def _is_part(low: str) -> bool:
    return bool(_longest(low, "part"))


def _is_office(head: str, level: str) -> bool:
    """Whether such a body is an office of the people's committee of that level."""
    low = fold(head)
    if level == "province":
        return low.startswith("sở ") or low == "thanh tra" or _has_office(low, level)
    return (level == "district" and low.startswith("phòng ")) or _has_office(low, level)


def _has_office(low: str, level: str) -> bool:
    return any(of == level for of, _, _ in _offices().get(low, ()))


def _office_level(low: str, day: str) -> str:
    """The level at which a department of that folded name stood on a day; of two the larger unit's."""
    found = _offices().get(low, ())
    return next((level for level, *days in found if stood(day, *days)), found[0][0] if found else "")


def _is_force(low: str) -> bool:
    return _longest(low, "central") in forces.central()


def _longest(low: str, role: str) -> str:
    """The longest beginning of a folded name, in whole words, that names a body of ``role``; empty when none does."""
    known, by_first_word = _of_role(role)
    listed = by_first_word.get(low.split(" ", 1)[0].rstrip(","))
    if listed is None or not low.startswith(listed):
        return ""
    end = len(low)
    while end > 0:
        words = low[:end].rstrip(",")
        if words in known:
            return words
        end = low.rfind(" ", 0, end)
    return ""


@cache
def _of_role(role: str) -> tuple[Collection[str], Mapping[str, tuple[str, ...]]]:
    """Folded names of bodies that are ``central``, a ``force``, a ``part`` or a ``whole``; and by their first words."""
    known: Collection[str] = _parents() if role == "central" else forces.central() if role == "force" else _parts(role)
    by_first_word: dict[str, tuple[str, ...]] = {}
    for words in known:
        first = words.split(" ", 1)[0].rstrip(",")
        by_first_word[first] = (*by_first_word.get(first, ()), words)
    return known, by_first_word


@cache
def _parts(role: str) -> frozenset[str]:
    return frozenset(fold(words) for words, of in rows("body_parts.tsv") if of == role)


@cache
def _parents() -> Mapping[str, str]:
    listed = {_standard(fold(words)): parent for words, parent in pairs("central_bodies.tsv").items()}
    return listed | dict(forces.central())


@cache
def _begun() -> Mapping[str, str]:
    """The first day of central bodies of which it is known, by the folded words their names begin with."""
    return {_standard(fold(words)): first for words, _, first, *_ in rows("central_bodies.tsv") if first}


@cache
def _verticals() -> Mapping[str, tuple[str, str]]:
    entries = rows("vertical_bodies.tsv")
    return {_standard(fold(words)): (provincial, national) for words, provincial, national in entries}


@cache
def _offices() -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """Level, first and last day of the departments of a folded name, the larger unit's first."""
    found: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for words, level, _, begins, ends, *_ in rows("departments.tsv"):
        found[fold(words)] = (*found.get(fold(words), ()), (level, begins, ends))
    return found


@cache
def _spellings() -> Mapping[str, str]:
    return {fold(spelling): fold(name) for spelling, name in rows("body_spellings.tsv")}


@cache
def _maybe_spelled() -> re.Pattern[str]:
    return re.compile(any_of(_spellings()))  # in few names is any, and so it is found at a tenth of the cost


@cache
def _spelled() -> regex.Pattern[str]:
    longest_first = sorted(_spellings(), key=len, reverse=True)
    return regex.compile(r"(?<!\p{L})(?:" + "|".join(map(regex.escape, longest_first)) + r")(?!\p{L})")
