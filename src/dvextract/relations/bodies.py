"""The body named inside a title: ``Trưởng ban Dân vận Tỉnh ủy`` to ``ban Dân vận Tỉnh ủy``, verbatim.

The name begins at the first word after the title's own head that opens the name of a body (body_heads.tsv), and runs
to the end of the title; ``Tỉnh ủy viên`` holds its body in front.
"""

from __future__ import annotations

from functools import cache

import regex

from dvextract.grammar.fold import shadow
from dvextract.lexicon.tsv import rows

_MEMBER = regex.compile(r"(?P<body>(?:tỉnh|thành|huyện|thị|quận|đảng|quân|xứ) ủy) ?viên")


@cache
def _heads() -> regex.Pattern[str]:
    heads = [head for head, *_ in rows("body_heads.tsv")]
    words = "|".join(regex.escape(head) for head in sorted(heads, key=len, reverse=True))
    # "Cục trưởng" and "Phó Tư lệnh" are posts, "Phó Trưởng ban Thường trực Ban X" has its body further on, and a head
    # at the very end ("Trưởng ban") names nothing unless it is a name by itself ("Bí thư Tỉnh ủy")
    later = rf"thường trực (?:{words})(?!\w)"
    bare = r"(?!(?:ban|bộ|phòng|đoàn|hội|cục|vụ|tổ|đội|đồn|viện|trường|tòa|khoa|khối|văn phòng)\Z)"
    return regex.compile(
        rf"(?<=[\s.])(?<!đa (?=khoa))(?<!nghiệp (?=vụ)){bare}(?:{words})(?!\w)(?! (?:trưởng|phó|{later}))"
    )


def body_in_title(title: str) -> str:
    """The stretch of ``title`` that names a body; empty when it names none.

    >>> body_in_title("Phó Chủ tịch UBND tỉnh Hưng Sơn")
    'UBND tỉnh Hưng Sơn'
    """
    folded = shadow(title).lower()
    if len(folded) != len(title):
        return ""
    member = _MEMBER.match(folded)
    if member:
        return title[: member.end("body")]
    head = _heads().search(folded)
    return title[head.start() :] if head else ""
