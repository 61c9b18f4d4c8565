"""The body named inside a title: ``Trưởng ban Dân vận Tỉnh ủy`` to ``ban Dân vận Tỉnh ủy``, verbatim.

The name begins at the first word after the title's own head that opens the name of a body (body_heads.tsv) or that is
a short form (``Chủ tịch VCCI``), and runs to the end of the title; ``Tỉnh ủy viên`` holds its body in front, and what a
minister is of needs no head (``Bộ trưởng Giao thông Vận tải``).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import regex

from dvextract.grammar.fold import shadow
from dvextract.grammar.rule import any_of
from dvextract.lexicon.tsv import rows

_MEMBER = regex.compile(r"(?P<body>(?:tỉnh|thành|huyện|thị|quận|đảng|quân|xứ) ủy) ?viên")


@cache
def _heads() -> regex.Pattern[str]:
    heads = [head for head, *_ in rows("body_heads.tsv")]
    words = "|".join(regex.escape(head) for head in sorted(heads, key=len, reverse=True))
    # "Cục trưởng" and "Phó Tư lệnh" are posts, "Phó Trưởng ban Thường trực Ban X" and "Trưởng ban BQL X" have their
    # body further on, and a head at the very end ("Trưởng ban") names nothing unless it is a name by itself ("Bí thư
    # Tỉnh ủy")
    later = rf"(?:thường trực|chuyên trách|phụ trách) (?:{words})(?!\w)|(?P=head)(?!\w| (?:chống|cháy|ngừa|vệ))|bql"
    bare = r"(?!(?:ban|bộ|phòng|đoàn|hội|cục|vụ|tổ|đội|đồn|viện|trường|tòa|khoa|khối|văn phòng)\Z)"
    return regex.compile(
        rf"(?<=[\s.])(?<!đa (?=khoa))(?<!xã (?=hội))(?<!nghiệp (?=vụ)){bare}"
        rf"(?P<head>{words})(?!\w)(?! (?:trưởng|phó|{later}))"
    )


@cache
def _maybe_heads() -> re.Pattern[str]:
    # where `_heads` can match at all, found at a fraction of the cost
    return re.compile(rf"(?<=[\s.])(?={any_of(head for head, *_ in rows('body_heads.tsv'))})")


# Short forms of posts, ranks, places and of "standing", which name no body.
_NO_BODY = (
    r"(?:TP|TP\.HCM|TPHCM|HCM|HN|TT|UV|PCT|CT|BT|PBT|GĐ|TGĐ|PGĐ|CEO|GS|TS|PGS|ThS|BS|NSND|NSƯT|ĐBQH|CCB|HLV|CKII?|QNCN|LLVT|LLVTND|CHDCND|CHXHCN|JSC"
    r"|[IVX]+)"
)
_SHORT_FORM = regex.compile(
    rf"(?:(?<=\p{{Ll}} )|(?<=[Gg]iám đốc )(?:\p{{Lu}}\p{{Ll}}+ ){{1,3}})(?!{_NO_BODY}(?![\p{{L}}\d]))"
    r"(?:(?:Tổng|Công ty|Tập đoàn) )?\p{Lu}[\p{Lu}\d&]*\p{Lu}(?!\p{L})"
)
_MINISTER = regex.compile(r"(?:[Tt]hứ|[Bb]ộ) trưởng (?P<body>(?:Công Thương|\p{Lu}\p{Ll}* \p{Ll}).*)")


@lru_cache(maxsize=1 << 13)
def body_in_title(title: str) -> str:
    """The stretch of ``title`` that names a body; empty when it names none.

    >>> body_in_title("Phó Chủ tịch UBND tỉnh Hưng Sơn")
    'UBND tỉnh Hưng Sơn'
    >>> body_in_title("Phó Chủ tịch VCCI")
    'VCCI'
    """
    cased = shadow(title)
    folded = cased.lower()
    if len(folded) != len(title):
        return ""
    member = _MEMBER.match(folded) if "viên" in folded else None
    if member:
        return title[: member.end("body")]
    places = (m.start() for m in _maybe_heads().finditer(folded))
    head = next((m for at in places if (m := _heads().match(folded, at))), None)
    short = _SHORT_FORM.search(cased)
    begins = [m.start() for m in (head, short) if m]
    if begins:
        return title[min(begins) :]
    minister = _MINISTER.fullmatch(cased)
    return title[minister.start("body") :] if minister else ""
