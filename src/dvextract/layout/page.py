"""What a page says of itself: headline, dates and their trust, dateline, outlet, author.

Everything is the page's own words, read off its blocks; dates are EDTF.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import regex

from dvextract.compiled import maker
from dvextract.document import NO_HINTS, Block, Hints, PageInfo
from dvextract.grammar.fold import shadow
from dvextract.layout import dates, institutions
from dvextract.layout.lines import Line
from dvextract.layout.outlets import prefix_name, prefix_place
from dvextract.lexicon.gazetteer import place_names

_ARTICLE = 6000
"""Code points of the article in which days and years are looked for."""
_HEADING = 16
"""Blocks from the top of a page among which the heading of an official document is."""
_OPENING = 120
"""Code points of the first paragraph in which a dateline may stand."""

_UNIT = r"(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|tx\.?|xã|phường|thị trấn|đặc khu|tt\.)"
_PLACE_WORD = r"\p{Lu}[\p{L}\p{M}'-]*"
_PLACE = rf"(?i:{_UNIT}\s)?(?:{_PLACE_WORD}(?:\s{_PLACE_WORD}){{0,4}}|\d{{1,2}})"
_DATELINE = regex.compile(rf"(?P<place>{_PLACE}(?:\s?[-,]\s{_PLACE}){{0,2}})\s?:(?=\s)")
_WIRE = regex.compile(
    rf"(?P<place>{_PLACE_WORD}(?:\s{_PLACE_WORD}){{0,3}})(?:,?\s\((?:TTXVN|VNA|[\p{{Lu}}\d]{{2,10}})[^)]{{0,20}}\)|,\s(?:ngày\s)?\d{{1,2}}[/.-]\d{{1,2}}\s\()"
)
_PROPER = regex.compile(r"\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}*){1,2}(?:\s?-\s?\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}*){0,2})?")
_UNIT_FIRST = regex.compile(rf"(?i){_UNIT}\s")
_SIGNED = regex.compile(
    r"(?i)(?:(?:tin|bài|ảnh|clip|video|viết|tác giả|người viết|biên soạn|thực hiện)[\s,&/\-]*(?:và\s)?)+:\s*"
)
_BAR = regex.compile(r"\s*[|│]\s*")
_AFTER_NAME = regex.compile(r"\s\(\p{Lu}[^)]{2,40}\)$")
_DOMAIN = regex.compile(r"(?i)(?:[a-z0-9-]{2,40}\.)+(?:vn|com|net|org|info)(?![\w.@])")
_SITE = regex.compile(
    r"(?:BÁO|Báo|TẠP CHÍ|Tạp chí|CỔNG|Cổng|TRANG (?:THÔNG TIN|TIN|TTĐT)|Trang (?:thông tin|tin|TTĐT)|ĐÀI|Đài)"
    r"\s[^|»>›/:;.()]{3,70}?(?=\s(?:-\s(?!VŨNG|Vũng)|trên\s)|\s?[|»>›/:;.()]|$)"
)
_OWNER = regex.compile(
    r"(?:Bản quyền(?: thuộc(?: về)?)?:?|©|®|Copyright)\s?(?:©\s?)?(?:\d{4}\s)?"
    r"(?P<name>\p{Lu}[^.;|]{3,80}?)(?=\s-\s|,\ssố\s|[.;|]|$)"
)
_REPORTER = regex.compile(r"(?:phóng viên|PV)\s(?P<name>(?:Báo|Tạp chí|Đài)\s\p{Lu}\p{L}*(?:\s\p{Lu}\p{L}*){0,3})")
_NAMED_IN = (
    ("source", _SITE),
    ("nav", _DOMAIN),
    ("nav", _SITE),
    ("footer", _SITE),
    ("share", _SITE),
    ("footer", _OWNER),
    ("lead", _REPORTER),
    ("subtitle", _REPORTER),
)
_DAY = len("2020-02-20")
_MARK = regex.compile(r"\s{2,}|\s[|»›→>/▸:-]+\s")


def describe(text: str, blocks: Sequence[Block], hints: Hints = NO_HINTS) -> PageInfo:
    """The page's own account of itself; ``blocks`` divide ``text``. What ``hints`` state is taken as it is."""
    title = " ".join(text[b.start : b.end] for b in blocks if b.kind == "title")
    shown = list(_displayed(text, blocks))
    found = dates.trust(shown, _article(text, blocks) if shown else "")
    if hints.published:
        found = dates.stated(found, hints.published)
    source = found.source or (_document_date(text, blocks) if found.level == "none" and not found.published else None)
    stated = found.published[:_DAY] if len(found.published) >= _DAY else ""
    return _page_info(
        hints.title or title,
        found.displayed,
        found.level,
        found.published,
        source.day if source else stated,
        _dateline(text, blocks, title),
        hints.outlet or _outlet(text, blocks),
        hints.author or _author(text, blocks),
        source.start if source else -1,
        source.end if source else -1,
    )


_page_info = maker(PageInfo)


def _line(text: str, block: Block) -> Line:
    return Line(block.start, block.end, 1, shadow(text[block.start : min(block.end, block.start + dates.LONGEST + 1)]))


def _displayed(text: str, blocks: Sequence[Block]) -> Iterator[dates.Displayed]:
    """The dates the furniture shows; below the article only one with a label counts beside one above it."""
    above = below = False
    for n, b in enumerate(blocks):
        below = below or b.kind == "body"
        if b.kind == "byline":
            found = [
                d for start, end in _parts(text, b) if (d := dates.displayed(_line(text, Block(start, end, b.kind))))
            ]
            shown = found[0] if found else None
        else:
            shown = dates.displayed(_line(text, b)) if b.kind == "page-date" else None
        if shown is not None and (shown.labelled or not (below and above)):
            above = True
            yield replace(shown, first=n == 0)


def _article(text: str, blocks: Sequence[Block]) -> str:
    size = 0
    pieces = []
    for b in blocks:
        if b.is_content and b.kind != "table":
            pieces.append(text[b.start : min(b.end, b.start + _ARTICLE - size)])
            size += len(pieces[-1])
            if size >= _ARTICLE:
                break
    return "\n".join(pieces)


def _document_date(text: str, blocks: Sequence[Block]) -> dates.Displayed | None:
    """The date in the heading of an official document that is the page."""
    for b in blocks[:_HEADING]:
        if b.is_content and b.kind != "title" and b.end - b.start <= 2 * dates.LONGEST and _may_date(text[b.end - 1]):
            day = dates.written_date(Line(b.start, b.end, 1, shadow(text[b.start : b.end])))
            if day:
                return day
    return None


def _may_date(last: str) -> bool:
    """Whether what ends with ``last`` may end with the figures of a year."""
    return not (last.isalpha() or last in ".…")


@cache
def _places() -> frozenset[str]:
    return frozenset(shadow(name).lower() for name, level in place_names() if level != "commune")


def _dateline(text: str, blocks: Sequence[Block], title: str) -> str:
    if place := _place_before(title, text):
        return place
    for b in blocks:
        if b.kind == "outlet-prefix" and (place := prefix_place(text[b.start : b.end])):
            return place
    opening = next((b for b in blocks if b.kind in ("lead", "body")), None)
    if opening is None:
        return ""
    beginning = text[opening.start : min(opening.end, opening.start + _OPENING)]
    wire = _WIRE.match(shadow(beginning)) if "(" in beginning else None
    if wire is not None and _is_place(wire["place"], text):
        return beginning[: wire.end("place")]
    return _place_before(beginning, text)


def _place_before(beginning: str, text: str) -> str:
    """The place before the colon with which a headline or a paragraph begins."""
    opening = shadow(beginning[:_OPENING])
    m = _DATELINE.match(opening) if ":" in opening else None
    if m is None:
        return ""
    names = regex.split(r"\s?[-,]\s", m["place"])
    if _PROPER.fullmatch(m["place"]):
        return beginning[: m.end("place")]
    return beginning[: m.end("place")] if any(_is_place(n, text) for n in names) else ""


def _is_place(name: str, text: str) -> bool:
    """Whether the gazetteer knows the name, it says itself what unit it is, or the page does elsewhere."""
    bare = _UNIT_FIRST.sub("", name)
    if bare.lower() in _places() or bare != name:
        return True
    low = name.title() if name.isupper() else name
    return any(
        f"{unit} {low}" in text for unit in ("tỉnh", "huyện", "xã", "phường", "thành phố", "TP", "thị xã", "quận")
    )


def _outlet(text: str, blocks: Sequence[Block]) -> str:
    by_kind: dict[str, list[str]] = {}
    for b in blocks:
        if not b.is_content or b.kind in ("lead", "subtitle"):
            by_kind.setdefault(b.kind, []).append(text[b.start : b.end])
    for prefix in by_kind.get("outlet-prefix", ()):
        return prefix_name(prefix)
    for source in by_kind.get("source", ()):
        if domain := _DOMAIN.search(source):
            return domain[0]
    for kind, pattern in _NAMED_IN:
        for words in by_kind.get(kind, ()):
            m = pattern.search(words)
            if m is not None:
                return (m["name"] if "name" in pattern.groupindex else m[0]).strip()
    return _banner(by_kind.get("nav", ()))


def _banner(menus: Sequence[str]) -> str:
    """The name of the body whose site it is, where a menu begins with one."""
    for menu in menus:
        name = _MARK.split(menu, maxsplit=1)[0].strip()
        if name and institutions.is_one(Line(0, len(name), 1, shadow(name))):
            return name
    return ""


def _parts(text: str, byline: Block) -> list[tuple[int, int]]:
    """The stretches of a byline that bars divide: ``Tác giả: Ngọc Lan | Ngày đăng: 11/10/2023``; none without a bar."""
    bars = [m.span() for m in _BAR.finditer(text, byline.start, byline.end)]
    edges = [byline.start, *(i for bar in bars for i in bar), byline.end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b] if bars else []


def _author(text: str, blocks: Sequence[Block]) -> str:
    signed = next((b for b in blocks if b.kind == "byline"), None)
    if signed is None:
        return ""
    parts = [
        text[start:end]
        for start, end in _parts(text, signed)
        if dates.displayed(_line(text, Block(start, end, signed.kind))) is None
    ]
    name = parts[0] if parts else text[signed.start : signed.end]
    return _AFTER_NAME.sub("", _SIGNED.sub("", name)).strip()
