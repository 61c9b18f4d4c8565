"""ABBREVIATION: short forms of terms, standing by themselves or defined in parentheses (`find`).

Short forms of bodies, posts and places belong to other labels; which reading a form has in a page is decided when it is
interpreted. The lexicon abbreviated_terms.tsv holds the terms; a definition in parentheses makes any form known in the
page it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from dvextract.document import Finding
from dvextract.grammar.fold import page_shadow
from dvextract.grammar.rule import Rule, Scanner, any_of, flatten
from dvextract.grammar.trigger import Finder
from dvextract.lexicon.tsv import pairs

FRAGMENTS: dict[str, str] = {
    "short": r"\p{Lu}[\p{Lu}\d&.-]{1,11}(?<![.-])",
    "on": r"(?:tỉnh|huyện|thành phố|thị xã|thị trấn|xã|quận|phường|đặc khu|các cấp|\p{Lu})",
}

RULES: list[Rule] = [
    Rule(
        "abbreviation.defined",
        r"(?<=\p{L}{2} ?)\((?:(?:gọi|viết) tắt(?: là)?:? |sau đây gọi(?: tắt)? là )?[“\"]?"
        # the name that goes on behind the bracket, the agency of a byline and a place are no definitions
        r"(?P<span>{short})[”\"]?\)(?! ?(?:{on}|- ))(?<!TTXVN\)|TP\.HCM\))",
        {"vùng tái định cư (TĐC)": "TĐC", "điểm tiếp nhận (viết tắt là ĐTN)": "ĐTN"},
    ),
]


@cache
def _scanner() -> Scanner:
    return Scanner(RULES, FRAGMENTS)


@cache
def abbreviated_terms() -> dict[str, str]:
    """Short forms of terms and their long forms (abbreviated_terms.tsv)."""
    return pairs("abbreviated_terms.tsv")


@cache
def _terms() -> Finder:
    # A bare TP is too often the beginning of a place's name.
    names = any_of(t for t in abbreviated_terms() if t != "TP")
    # In brackets behind which the name goes on (Hội Cựu chiến binh (CCB) tỉnh) it is part of that name.
    return Finder(rf"(?<![\p{{L}}\d/.&-])(?!(?<=\()\p{{Lu}}+\) ?{FRAGMENTS['on']}){names}(?![\p{{L}}\d&]|[./-]\p{{L}})")


# What stands before an abbreviation that is part of a longer name: Phòng GTVT, Trường THPT.
_HEAD = regex.compile(
    r"(?:[Pp]hòng|[Ss]ở|Bộ|Ban|[Tt]rường|Hội|Trung tâm|Công ty|Ủy ban|Chi cục|Cục"
    r"|Liên đoàn|Đoàn|Khối|số|[/-]\p{Lu}*) ?\Z"
)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """ABBREVIATION candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    folded = page_shadow(text)
    found: list[tuple[int, int, str]] = []
    for start, end in spans:
        found += ((m.start, m.end, m.rule) for m in _scanner().scan(folded, start, end))
        found += (
            (*m.span(), "abbreviation.term")
            for m in _terms().finditer(folded, start, end)
            if not _HEAD.search(folded, max(start, m.start() - 10), m.start())
        )
    return [Finding(m.start, m.end, "ABBREVIATION", m.rule) for m in flatten(found)]
