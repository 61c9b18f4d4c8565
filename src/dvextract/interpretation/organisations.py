"""ORGANISATION: kind, and the canonical name as far as the page completes it.

Short forms are written out; a bare level word or committee takes the name of the page's unit (``Tỉnh ủy`` to ``Tỉnh ủy
Sơn La``); a body that exists everywhere (``Ban Thường vụ``, ``HĐND``) takes the modifier of its coordination or of the
fuller name that stands nearest before it. A body nothing completes keeps its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial
from typing import NamedTuple

import regex

from dvextract.grammar.fold import page_shadow, shadow
from dvextract.interpretation.abbreviations import ShortForms, expanded
from dvextract.interpretation.geography import TYPES, Geography
from dvextract.interpretation.wording import fold, lowered, one_line
from dvextract.lexicon.tsv import pairs, rows

Span = tuple[int, int]

STANDING_NAMES: Mapping[str, str] = {
    "đảng": "Đảng Cộng sản Việt Nam",
    "nhà nước": "Nhà nước CHXHCN Việt Nam",
    "nhà nước việt nam": "Nhà nước CHXHCN Việt Nam",
    "trung ương": "Trung ương",
    "ban chấp hành trung ương": "Ban Chấp hành Trung ương Đảng",
}
"""Names that stand for one body in every page."""

_UNIT = "tỉnh|thành phố|tp|huyện|quận|thị xã|thị trấn|xã|phường|thôn|bản|đặc khu"
_MANY = (
    f"{_UNIT}|bản|địa phương|đơn vị|nước|chùa|ngành|huyện ủy|cơ sở|chi bộ|xứ đạo|họ đạo|sở|trường|doanh nghiệp|đồn|"
    "cơ quan|phòng|tổ chức"
)
_DISTRIBUTIVE = regex.compile(
    rf"\b(?:các|hai|ba|\d+) cấp\b|\bcấp (?:{_UNIT}|cơ sở|ủy|trên|dưới)\b(?! (?-i:\p{{Lu}}))|\bcùng cấp\b"
    rf"|\b(?:các|\d+|hai|ba|những|toàn|một số|nhiều) (?:{_MANY})\b"
    rf"|\b(?:{_UNIT}), (?:{_UNIT})\Z|\bđịa phương\Z"
)
_OF_MANY = (
    "cấp",
    "các",
    "hai",
    "ba",
    "những",
    "toàn",
    "một số",
    "nhiều",
    "địa phương",
)  # else there is a figure, or two units are named
_FIGURE_OR_LIST = re.compile(r"\d|, ")
_NOT_DISTRIBUTIVE = regex.compile(
    r"(?:ban quản lý|bql|đảng (?:ủy|bộ)|đoàn|liên hiệp|.*\bkhối)\b.* các (?!cấp)|văn phòng|trung tâm"
)
_FUND = regex.compile(r"quỹ\b")
_COMMITTEE = regex.compile(r"\b(tỉnh|huyện|thành|thị|quận) (?:ủy|đoàn)\Z")
_LAST = ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "thị trấn", "quân khu")
_LEVEL_LAST = regex.compile(rf"(?<!cấp |các |hai |toàn |\d )\b({'|'.join(_LAST)})\Z")
_COMMITTEE_LEVEL = {"tỉnh": "tỉnh", "huyện": "huyện", "thành": "thành phố", "thị": "thị xã", "quận": "quận"}
_COMMITTEES = {"tỉnh": "Tỉnh ủy", "huyện": "Huyện ủy", "thành phố": "Thành ủy", "thị xã": "Thị ủy", "quận": "Quận ủy"}
_JOINED = regex.compile(r"\s*(?:,|và|, và|-|;|cùng|&)\s*")
_MODIFIER = regex.compile(
    r"\b(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn)(?: (?!ủy|đoàn|đội)(?-i:[\p{Lu}\d]).*)?\Z"
    r"|\b(?:tỉnh|huyện|quận|thị)(?= đoàn\Z)"
    r"|\b(?:tỉnh|huyện|thành|thị|quận) ủy(?: (?-i:\p{Lu}).*)?\Z",
    regex.IGNORECASE,
)
# The command or board of a force, whose Party committee is named before it: Đảng ủy, Bộ Chỉ huy Quân sự tỉnh
_COMMAND = regex.compile(r"(?i:Bộ Chỉ huy|Bộ Tư lệnh|Ban Chỉ huy|Ban Giám đốc|BGĐ|Thủ trưởng) (?P<force>\p{Lu}.*)")
_COMMAND_NEXT = regex.compile(r"(?:,| và) (?:lãnh đạo|chỉ huy|ban giám đốc|BGĐ|thủ trưởng)\s*\Z", regex.IGNORECASE)
# What is named along with a Party organisation before the place they all belong to: Đảng bộ, chính quyền và nhân dân X
_PEOPLE = regex.compile(
    r"(?:,? ?(?:(?:và|cùng) )?(?:(?:các )?(?:chính quyền|nhân dân|quân|dân|quân đội|người dân|cán bộ|đồng bào|toàn thể|"
    r"lực lượng vũ trang|các cấp|các dân tộc|các lực lượng|chiến sĩ|chiến sỹ)\b))+ ?"
    r"(?P<unit>tỉnh|thành phố|tp\.?|huyện|quận|thị xã|xã|phường)? ?"
    r"(?P<name>(?-i:\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){0,3}))?",
    regex.IGNORECASE,
)
_NATIONAL = " Việt Nam "
_CONGRESS = regex.compile(
    r"(?i:đại hội)(?: (?i:đại biểu|toàn thể|thành lập))* (?P<body>(?!(?:[IVX]+|\d+)\b)\p{Lu}[\p{L} -]*?)"
    r"(?:,? (?:lần|khóa|nhiệm kỳ)(?!\p{L}).*|,.*)?"
)
"""The organisation in the name of its congress: ``Đại hội đại biểu Hội Nông dân tỉnh X lần thứ XI``."""
_APPOINTED = regex.compile(r"[^.;]{0,40}\b(?:giữ|làm|đảm nhiệm|nhận|bầu)\b[^.;]{0,30}")
_OFFICE_LEVELS = {"district": ("huyện", "thị xã", "quận"), "party-body": ("tỉnh",)}
_STANDING = regex.compile(r"thường vụ (?:tỉnh|thành|huyện|thị|quận|đảng|quân) ủy")
_SHORTLY = 800  # characters behind a body's full name in which its bare name means the same
_CHAIN = 5  # bodies a coordination may have after the bare one


@cache
def _owners() -> Mapping[str, str]:
    return {fold(words): owner for words, owner in rows("completed_bodies.tsv")}


@lru_cache(maxsize=1 << 14)
def kind(text: str) -> str:
    """``dist`` for a body named at several places at once, ``fund`` for a fund, else empty."""
    low = lowered(text)
    if low.startswith("quỹ") and _FUND.match(low):
        return "fund"
    for word in _OF_MANY:
        if word in low:
            break
    else:
        if not _FIGURE_OR_LIST.search(low):
            return ""
    if not _DISTRIBUTIVE.search(low) or _NOT_DISTRIBUTIVE.match(low):
        return ""
    return "" if _NAMED_MEMBERS.search(shadow(one_line(text))) else "dist"


# "Công an các huyện Mường Pảo, Nậm Hin" names its members, so it is those and not all
_NAMED_MEMBERS = regex.compile(r"(?:các|hai|ba|\d+) (?:\p{Ll}+ ){1,2}\p{Lu}\p{Ll}+.*(?:,| và )")


class _Told(NamedTuple):
    """What the name of a body, on one line with short forms written out, tells by itself; what it does not is empty.

    ``standing`` is the one body it stands for in every page, ``members`` are those it names, ``owner`` says what
    completes it where it is bare. ``board`` and ``of`` are its two parts where it is a board of a bare body.
    ``located`` is the name in full, ``level`` the level its last word stands for and ``committee`` the committee that
    word is.
    """

    name: str
    low: str
    standing: str
    members: str
    owner: str
    board: str
    of: str
    located: str
    level: str
    committee: str


class Body(NamedTuple):
    """An ORGANISATION of the page: where it stands, its kind, and what its name tells."""

    start: int
    end: int
    kind: str
    told: _Told

    @property
    def name(self) -> str:
        """Its words on one line with short forms written out."""
        return self.told.name


class Bodies:
    """The bodies of one page and the names that complete them.

    ``titles`` are (start, words) of TITLE mentions, which hold bodies too, ``events`` those of EVENT mentions.
    """

    def __init__(
        self,
        text: str,
        spans: Sequence[Span],
        titles: Sequence[tuple[int, str]],
        geography: Geography,
        short_forms: ShortForms,
        events: Sequence[tuple[int, str]] = (),
    ) -> None:
        self._text = page_shadow(text)
        self._geography = geography
        written = _written_alike if not short_forms.defines_any else partial(_written, expand=short_forms.expand)
        read = _read_alike if not short_forms.defines_any else partial(_read, expand=short_forms.expand)
        self._bodies = [Body(a, b, *read(text[a:b])) for a, b in spans]
        self._found: dict[str, list[tuple[int, str]]] = {}
        self._written, self._of_titles, self._of_events = written, titles, events

    @cached_property
    def _titles(self) -> list[tuple[int, str]]:
        return [(start, self._written(words)) for start, words in self._of_titles]

    @cached_property
    def _fuller(self) -> list[tuple[int, str, str]]:
        """Where names stand, in lower case and as written: those that may complete others."""
        fuller = [(b.start, b.told.low, b.told.name) for b in self._bodies if not b.kind]
        return sorted(fuller + [(start, name.lower(), name) for start, name in self._titles])

    @cached_property
    def _congresses(self) -> list[tuple[int, str]]:
        """Where congresses stand, and the organisations in their names."""
        congresses = ((start, _CONGRESS.fullmatch(self._written(words))) for start, words in self._of_events)
        return [(start, m["body"]) for start, m in congresses if m is not None]

    def read(self) -> list[tuple[str, str]]:
        """Kind and canonical name of each body, in text order: of one with and without ``Việt Nam`` the fuller name."""
        found = [self._name(i, body) for i, body in enumerate(self._bodies)]
        fuller = {n.replace(_NATIONAL, " ", 1): n for n in found if _NATIONAL in n}
        return [(body.kind, fuller.get(n, n)) for body, n in zip(self._bodies, found, strict=True)]

    def _name(self, i: int, body: Body) -> str:
        told = body.told
        if told.standing:
            return told.standing
        if body.kind:
            return told.name
        return told.members or self._located(self._modified(i, body), body.start)

    def _located(self, told: _Told, at: int) -> str:
        """The name with the unit that its last word, a level or a committee, stands for in the page."""
        name, level, committee = told.located, told.level, told.committee
        if not level:
            return name
        if level == _OF_A_BODY:
            return f"{name} {self._nearest(committee, at)}".rstrip()
        just_named = self._just_named(committee or name.lower(), at)
        if just_named:
            return f"{name} {just_named}"
        unit = self._geography.at(level, at)
        if unit is None:
            return name
        # "Quận ủy 5" and "Thành ủy Hồ Chí Minh" would be misread
        whole = committee and (unit.name.isdigit() or unit.name == "Hồ Chí Minh")
        return f"{name} {unit.type.capitalize()} {unit.name}" if whole else f"{name} {unit.name}"

    def _just_named(self, low: str, at: int) -> str:
        """The place with which the same body was named in full shortly before ``at``; empty when it was not."""
        bare = low + " "
        for i in range(bisect_left(self._fuller, (at,)) - 1, -1, -1):
            start, full, name = self._fuller[i]
            if at - start > _SHORTLY:
                return ""
            begin = full.find(bare)
            if begin < 0:
                continue
            rest = name[begin + len(bare) :]
            if rest[:1].isupper() or rest.isdigit():
                return rest
        return ""

    def _modified(self, i: int, body: Body) -> _Told:
        """A bare body with what completes it: the most telling context first."""
        low, owner = body.told.low, body.told.owner
        if not owner:
            return self._inner_modified(i, body)
        found = (
            self._force(i, owner)
            or self._shared(i, owner)
            or self._appointed(body, low, owner)
            or self._elected(body, low)
            or self._people(body, owner)
            or self._led(i, owner)
            or self._nearest(low, body.start)
            or self._office(owner, body.start)
        )
        return _told(f"{body.name} {found}") if found else self._inner_modified(i, body)

    def _inner_modified(self, i: int, body: Body) -> _Told:
        """A board of a bare body (``Thường trực HĐND``, ``BCH Đảng bộ``) with what completes that body."""
        told = body.told
        if not told.of:
            return told
        whole = self._modified(i, Body(body.end - len(told.of), body.end, body.kind, _told(told.of)))
        return _told(told.board + whole.name)

    def _force(self, i: int, owner: str) -> str:
        """The force whose command is named after its Party committee."""
        if owner != "party-body" or i + 1 >= len(self._bodies):
            return ""
        here, following = self._bodies[i], self._bodies[i + 1]
        between = self._text[here.end : following.start]
        m = _COMMAND.fullmatch(following.name) if _JOINED.fullmatch(between) else None
        if m is not None:
            return m["force"]
        return following.name if len(between) < 40 and _COMMAND_NEXT.fullmatch(between) else ""

    def _appointed(self, body: Body, low: str, owner: str) -> str:
        """The committee whose secretary someone becomes who joins the board (``tham gia BCH, giữ chức Bí thư …``)."""
        if owner != "inner":
            return ""
        at = bisect_left(self._titles, body.end, key=lambda x: x[0])
        if at == len(self._titles) or not _APPOINTED.fullmatch(self._text, body.end, self._titles[at][0]):
            return ""
        m = _OF_COMMITTEE.search(self._titles[at][1])
        if m is None:
            return ""
        level = _COMMITTEE_LEVEL[m["level"].lower()]
        unit = m["name"] or (found.name if (found := self._geography.at(level, body.start)) else "")
        whole = f"Đảng bộ {level}" if low == "ban chấp hành" else _COMMITTEES[level]
        return f"{whole} {unit}".rstrip()

    def _elected(self, body: Body, low: str) -> str:
        """The organisation whose congress the page tells of: its board is the one that is elected."""
        if low != "ban chấp hành" or not self._congresses:
            return ""
        at = bisect_left(self._congresses, (body.start,))
        whole = self._congresses[max(0, at - 1)][1]
        return "Trung ương Đảng" if whole.startswith("Đảng toàn quốc") else self._located(_told(whole), body.start)

    def _people(self, body: Body, owner: str) -> str:
        """The place whose authorities and people are named along with a Party organisation."""
        if owner != "party-body":
            return ""
        m = _PEOPLE.match(self._text, body.end)
        if m is None or not (m["unit"] or m["name"]):
            return ""
        level = TYPES.get((m["unit"] or "").lower(), "") or self._geography.type_of(m["name"] or "")
        name = m["name"] or (found.name if (found := self._geography.at(level, body.start)) else "")
        return f"{level} {name}".strip() if level else ""

    def _office(self, owner: str, at: int) -> str:
        """The page's unit of the one level at which such offices exist."""
        if owner == "province":
            return str(self._geography.province_level_at(at) or "")
        kinds = _OFFICE_LEVELS.get(owner, ())
        return next((str(unit) for kind in kinds if (unit := self._geography.at(kind, at))), "")

    def _shared(self, i: int, owner: str) -> str:
        """The modifier that stands once at the end of a coordination of bodies."""
        for j in range(i, min(i + _CHAIN, len(self._bodies) - 1)):
            here, following = self._bodies[j], self._bodies[j + 1]
            if not _JOINED.fullmatch(self._text, here.end, following.start):
                return ""
            if following.kind:
                return ""
            if owner == "inner" and (whole := _inner_of(following.name)):
                return whole
            m = _MODIFIER.search(following.name)
            if m is not None:
                return _for_owner(m[0], owner)
        return ""

    def _led(self, i: int, owner: str) -> str:
        """The level that the first body of a coordination has (``Ủy ban MTTQ huyện cùng Hội Nông dân``)."""
        for j in range(i, max(i - _CHAIN, 0), -1):
            before, here = self._bodies[j - 1], self._bodies[j]
            if owner != "state" or not _JOINED.fullmatch(self._text, before.end, here.start):
                return ""
            m = _MODIFIER.search(before.name)
            if m is not None:
                return _for_owner(m[0], owner)
        return ""

    def _nearest(self, low: str, at: int) -> str:
        """What follows the bare name in the nearest fuller name before ``at``, else the first after it."""
        known = self._found.get(low)
        if known is None:
            known = self._found[low] = [
                (start, rest) for start, full, name in self._fuller for rest in [_rest(low, full, name)] if rest
            ]
        if not known:
            return ""
        place = bisect_left(known, at, key=lambda x: x[0])
        return known[place - 1][1] if place else known[0][1]


@lru_cache(maxsize=1 << 14)
def _told(name: str) -> _Told:
    low = name.lower()
    board = of = ""
    m = _INNER_FIRST.match(name) if low.startswith(_INNER_BEGINS) else None
    if m is not None and _owners().get(fold(m["whole"])) in ("state", "party-body"):
        board, of = name[: m.start("whole")], m["whole"]
    members = ";".join(_members(name) or _offices(name)) if "," in name or " và " in name else ""
    standing, owner = STANDING_NAMES.get(low, ""), _owners().get(fold(low), "")
    return _Told(name, low, standing, members, owner, board, of, *_ending(name, low))


_OF_A_BODY = "đảng ủy"  # a committee of any body, not of a level


def _ending(name: str, low: str) -> tuple[str, str, str]:
    """A name in full, the level that its last word stands for and the committee that the word is; else empty."""
    if low.endswith(f" {_OF_A_BODY}"):
        return name, _OF_A_BODY, _OF_A_BODY
    if low.startswith("thường vụ") and _STANDING.match(low):
        name, low = f"Ban Thường vụ{name[9:]}", f"ban {low}"
    if low.endswith(("ủy", "đoàn")) and (m := _COMMITTEE.search(low)):
        return name, _COMMITTEE_LEVEL[m[1]], m[0]
    last = _LEVEL_LAST.search(low) if low.endswith(_LAST) else None
    return name, last[1] if last else "", ""


def _read(words: str, expand: Callable[[str], str]) -> tuple[str, _Told]:
    """The kind of a body by its words, and what its name tells."""
    return kind(words), _told(_written(words, expand))


@lru_cache(maxsize=1 << 14)
def _read_alike(words: str) -> tuple[str, _Told]:
    """`_read` in a page that defines no short forms."""
    return _read(words, expanded)


def _written(words: str, expand: Callable[[str], str]) -> str:
    """Words on one line, short forms written out and a level word that slipped in twice once."""
    name = expand(one_line(words))
    for twice in _TWICE:
        if twice in name:
            return _DOUBLED.sub(r"\1", name)
    return name


@lru_cache(maxsize=1 << 14)
def _written_alike(words: str) -> str:
    """`_written` in a page that defines no short forms."""
    return _written(words, expanded)


_LEVELS = ("tỉnh", "thành phố", "huyện", "quận", "xã", "phường")
_TWICE = tuple(f"{level} {level} " for level in _LEVELS)
_DOUBLED = regex.compile(rf"(?<!\p{{L}})({'|'.join(_LEVELS)}) \1(?= \p{{Lu}})")


def _inner_of(name: str) -> str:
    """The body that an inner body's full name ends with: ``Tỉnh ủy`` in ``Ban Thường vụ Tỉnh ủy``; else empty."""
    m = _INNER_FIRST.match(name)
    return m["whole"] if m else ""


_INNER_BEGINS = ("ban ch", "ban th", "thường ", "ủy ban ")  # in lower case
_INNER_FIRST = regex.compile(
    r"(?i:Ban Thường vụ|Ban Chấp hành|Thường trực|Thường vụ|Ban Thường trực|Ủy ban Kiểm tra) (?P<whole>\p{L}.*)"
)


def _rest(bare: str, full: str, name: str) -> str:
    """The modifier that ``full`` (lower case; ``name`` as written) has after ``bare``; empty when it has none."""
    at = full.find(bare)
    if at < 0 or (at and full[at - 1] != " "):
        return ""
    rest = name[at + len(bare) :]
    return rest.strip() if _COMPLETES.match(rest) else ""


_COMPLETES = regex.compile(
    r" (?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|(?:tỉnh|huyện|thành|thị|quận) ủy|đảng (?:bộ|ủy)|"
    r"trung ương|đoàn|hội|liên đoàn|liên hiệp|công ty|tổng công ty|tập đoàn|khối|quân (?:khu|sự|ủy)|ủy ban|hội đồng|"
    r"công đoàn|mặt trận|giáo hội|công an|sở|bộ)(?: |\Z)",
    regex.IGNORECASE,
)
_OF_COMMITTEE = regex.compile(
    r"(?P<level>(?i:tỉnh|huyện|thành|thị|quận)) ủy(?: (?P<name>(?:Thành phố )?\p{Lu}[\p{L}' ]*|\d+))?\Z"
)


def _for_owner(modifier: str, owner: str) -> str:
    """``huyện X`` for a body of the State, ``Huyện ủy X`` for a board of the Party, whichever stands in the text."""
    if owner == "state":
        return _COMMITTEE_FIRST.sub(lambda m: _COMMITTEE_LEVEL[m[1].lower()], modifier)
    if owner != "party":
        return modifier
    level = next((lv for lv in _COMMITTEES if modifier == lv or modifier.startswith(lv + " ")), "")
    return (_COMMITTEES[level] + modifier[len(level) :]) if level else modifier


_COMMITTEE_FIRST = regex.compile(r"\A(tỉnh|huyện|thành|thị|quận) ủy(?!\p{L})", regex.IGNORECASE)
_OFFICES = regex.compile(r"(?:các |hai |ba |\d+ )?(?P<head>sở|bộ):? (?P<more>\p{L}.*)", regex.IGNORECASE)


@cache
def _known_offices() -> Mapping[str, str]:
    """Departments and ministries as the lexicons spell them, by folded name."""
    names = [words for words, owner in rows("completed_bodies.tsv") if owner == "province"]
    return {fold(n): n for n in [*names, *pairs("central_bodies.tsv")] if fold(n)[:3] in _HEADS}


_HEADS = ("sở ", "bộ ")


def _offices(name: str) -> list[str]:
    """Departments under one head: ``Sở Tài chính, Nội vụ và Y tế`` is three; empty when it is one.

    Names of departments have commas and ``và`` of their own, so every piece must be a department there is.
    """
    m = _OFFICES.fullmatch(name)
    if m is None or ("," not in m["more"] and " và " not in m["more"]):
        return []
    head = m["head"].capitalize()
    pieces = _split(m["more"], head.lower())
    return [f"{head} {p}" for p in pieces] if len(pieces) > 1 else []


def _split(more: str, head: str) -> list[str]:
    """``more`` cut at commas and ``và`` into names of offices with this head, the longest first; empty if it cannot."""
    cuts = [m.span() for m in _PIECES.finditer(more)]
    for end, after in [(len(more), len(more)), *reversed(cuts)]:
        if fold(f"{head} {more[:end]}") not in _known_offices():
            continue
        rest = _split(more[after:], head) if after < len(more) else []
        if after == len(more) or rest:
            return [more[:end], *rest]
    return []


_PIECES = regex.compile(r"\s*(?:,| và )\s*")
_PROPER = r"(?:\p{Lu}[\p{L}']*(?: \p{Lu}[\p{L}']*)*(?: \d+)?|\d+)"
_COORDINATED = regex.compile(
    rf"(?P<head>.*\b(?:ủy|phòng|an|tỉnh|huyện|xã|phường|quận|thành phố|trang|đoàn|số|khu|dân|bộ)) (?P<first>{_PROPER})"
    rf"(?P<more>(?:(?:,| và) ?{_PROPER})+)"
)
_PLURAL_HEAD = regex.compile(r"(?:các|hai|ba|\d+) (tỉnh|huyện|xã|phường|quận|thành phố|thị xã|sở)\Z")


def _members(name: str) -> list[str]:
    """One head with several proper names: ``Đồn Biên phòng A, B`` is two bodies; empty when it is one."""
    m = _COORDINATED.fullmatch(name)
    if m is None:
        return []
    head = _PLURAL_HEAD.sub(r"\1", m["head"])
    pieces = [m["first"], *(p for p in _PIECES.split(m["more"]) if p)]
    return [f"{head} {p}" for p in pieces]
