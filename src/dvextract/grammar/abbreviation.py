"""ABBREVIATION: short forms of terms, standing by themselves or defined in parentheses (`find`).

Short forms of bodies, posts and places belong to other labels; which reading a form has in a page is decided when it is
interpreted. The lexicon abbreviated_terms.tsv holds the terms; a definition in parentheses makes any form known in the
page it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from dvextract.compiled import maker
from dvextract.document import Finding
from dvextract.grammar.fold import page_shadow
from dvextract.grammar.rule import Rule, Scanner, any_of, flatten
from dvextract.grammar.trigger import PAGE_FOLDED, Ending, Finder
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
    Rule(
        "abbreviation.acronym",
        r"(?<=\p{L}{2} ?)\((?:(?:gọi|viết) tắt(?: là)?:? |sau đây gọi(?: tắt)? là )?"
        r"(?P<span>(?!TP){short}(?: (?:Hội )?{short}){1,3})\)(?! ?(?:{on}|- ))",
        {"Ủy ban Kiểm tra Trung ương (UBKT TƯ) kết luận": "UBKT TƯ"},
    ),
    Rule(
        "abbreviation.company",
        r"(?<=(?:[Cc]ông ty|Phòng Thương mại|Ngân hàng|Hiệp hội|Tập đoàn|Liên đoàn|Cơ quan Hợp tác)[\p{L} ]{2,60} ?)"
        r"\((?P<span>[A-Z][A-Za-z]{5,13})\)",
        {"Tổng Công ty Gạch Hưng Sơn (Hungsonbrick) xây": "Hungsonbrick"},
    ),
    Rule(
        "abbreviation.city",
        r"(?<![\p{L}\d/.&-])(?<!\d )(?<!(?:UBND|HĐND|MTTQ|Đảng bộ|Thành ủy|Công an|Đoàn|Hội) )"
        r"TP(?![\p{L}\d&-]|\.?(?! (?:Có|Tại|Theo|Trong|Về|Ngoài|Đây|Đó|Ông|Bà|Các|Cụ|Sau|Do|Nếu|Từ|Vì|Cùng) )"
        r" ?[\p{Lu}\d])",
        {"Lãnh đạo nói TP sẽ hỗ trợ": "TP"},
    ),
    Rule(
        "abbreviation.central",
        r"(?<=(?<!\p{L})(?:báo chí|ban, ngành|bộ, ngành|cơ quan|trực thuộc|nghị quyết|cấp|đoàn thể) )T\.?Ư"
        r"(?![\p{L}\d]|\.? ?[\p{Lu}\d])",
        {"các bộ, ban, ngành T.Ư cùng dự": "T.Ư"},
    ),
    Rule(
        "abbreviation.counted",
        r"(?<=(?<!\p{L})(?:các|những|nhiều|các trường|số|trường|chỉ số) )"
        r"(?:THPT|THCS|HTX|ĐBQH|PGĐ|GĐ|HS|SV|GV|CBCC|DN|PAPI|PCI)(?![\p{L}\d&]|[./-]\p{L}| [\p{Lu}])",
        {"hầu hết các trường THCS trong huyện": "THCS"},
    ),
]


@cache
def _scanner() -> Scanner:
    return Scanner(RULES, FRAGMENTS, PAGE_FOLDED)


@cache
def abbreviated_terms() -> dict[str, str]:
    """Short forms of terms and their long forms (abbreviated_terms.tsv)."""
    return pairs("abbreviated_terms.tsv")


@cache
def _terms() -> Finder:
    # A bare TP is too often the beginning of a place's name.
    names = any_of(t for t in abbreviated_terms() if t != "TP")
    # In brackets behind which the name goes on (Hội Cựu chiến binh (CCB) tỉnh) it is part of that name.
    return Finder(
        rf"(?<![\p{{L}}\d/.&-])(?!(?<=\()\p{{Lu}}+\) ?{FRAGMENTS['on']}){names}(?![\p{{L}}\d&]|[./-]\p{{L}})",
        PAGE_FOLDED,
    )


# What stands before an abbreviation that is part of a longer name: Phòng GTVT, Trường THPT.
_HEAD = Ending(
    r"(?:[Pp]hòng|[Ss]ở|Bộ|Ban|[Tt]rường|Hội|Trung tâm|Công ty|Ủy ban|Chi cục|Cục"
    r"|Liên đoàn|Đoàn|Khối|số|[/-]\p{Lu}*) ?\Z"
)


_finding = maker(Finding)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """ABBREVIATION candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    folded = page_shadow(text)
    found: list[tuple[int, int, str]] = []
    for start, end in spans:
        terms = {
            m.span()
            for m in _terms().finditer(folded, start, end)
            if not _HEAD.search(folded, max(start, m.start() - 10), m.start())
        }
        found += (
            (m.start, m.end, m.rule)
            for m in _scanner().scan(folded, start, end)
            if m.rule != "abbreviation.counted" or (m.start, m.end) not in terms
        )
        found += ((s, e, "abbreviation.term") for s, e in sorted(terms))
    return [_finding(m.start, m.end, "ABBREVIATION", m.rule) for m in flatten(found)]
