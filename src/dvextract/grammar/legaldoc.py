"""LEGALDOC: references to documents (`find`), and their type, number, date and issuer (`interpret`).

The span is the type and the number, or the type and the name; date and issuer stand outside and are read from what
follows. Numbers are put in the standard shape of their system: the Party's ``05-CT/TW``, the State's ``866/QĐ-UBND``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex

from dvextract.compiled import maker
from dvextract.document import Evidence, Finding, LegalReference
from dvextract.grammar import once
from dvextract.grammar.fold import page_shadow, shadow
from dvextract.grammar.rule import Rule, Scanner
from dvextract.grammar.trigger import PAGE_FOLDED
from dvextract.lexicon.tsv import pairs, rows

PARTY_LEVELS = ("TW", "TU", "HU", "QU", "ThU", "ĐU", "ĐUK")


@cache
def document_types() -> tuple[str, ...]:
    """Names of document types, longest first (document_types.tsv)."""
    return tuple(sorted((name for name, *_ in rows("document_types.tsv")), key=lambda t: (-len(t), t)))


@cache
def types_by_code() -> dict[str, str]:
    """The type a code in a number stands for; the commonest where several share it."""
    found: dict[str, str] = {}
    for name, code, _ in rows("document_types.tsv"):
        if code:
            found.setdefault(code, name)
    return found


@cache
def issuers() -> dict[str, str]:
    """The issuer a code at the end of a number names (issuer_codes.tsv)."""
    return pairs("issuer_codes.tsv")


@cache
def law_names() -> tuple[str, ...]:
    """What laws are called after the word Luật, longest first (law_names.tsv)."""
    return tuple(sorted((shadow(name) for (name,) in rows("law_names.tsv")), key=lambda n: (-len(n), n)))


def _either_case(words: Sequence[str]) -> str:
    return "|".join(f"[{w[0]}{w[0].lower()}]{_wrapped(w[1:])}" for w in words)


def _wrapped(words: str) -> str:
    """The words, with blanks that may be line breaks."""
    return r"[ \n]".join(map(regex.escape, words.split(" ")))


_LAWS = ("Hiến pháp", "Bộ luật", "Luật", "Pháp lệnh")
_NUMBERED = tuple(t for t in document_types() if t not in ("Hiến pháp", "Điều lệ", "Bộ luật", "Luật"))

FRAGMENTS: dict[str, str] = {
    "type": _either_case(_NUMBERED),
    "law": _either_case(_LAWS),
    "code": r"\p{Lu}[\p{L}&]{0,19}\d{0,2}(?:\.\p{Lu})?",
    "gap": r"[ \n]{1,3}",
    "roman": r"[IVX]{1,6}",
}
FRAGMENTS["tail"] = r"(?: ?[/-] ?(?:{code}))".replace("{code}", FRAGMENTS["code"])
FRAGMENTS["number"] = r"(?:\d{1,5}(?: ?/ ?\d{4})?(?:{tail}){1,6}|\d{1,5}/\d{4}(?!\d|/\d))".replace(
    "{tail}", FRAGMENTS["tail"]
)
FRAGMENTS["law_name"] = "|".join(_wrapped(n) for n in law_names())
FRAGMENTS["name"] = (
    r"\p{Lu}\p{Ll}+(?:,? (?:(?!của|ngày|năm|về|quy|được|và các|và Luật"
    r"|do|đã|có|cho|tại|theo|để|sửa|trong|là|với)\p{Ll}+|và \p{Ll}+)){0,8}"
)

FRAGMENTS["issued"] = r"[Qq]uyết định|[Nn]ghị quyết|[Kk]ết luận|[Cc]hỉ thị|[Kk]ế hoạch|[Tt]hông báo|[Nn]ghị định"
FRAGMENTS["by"] = r"(?= của (?:\p{Lu}|[Bb]an |[Tt]hủ tướng|[Cc]hủ tịch|[Tt]ỉnh ủy|[Tt]hường trực))"

RULES: list[Rule] = [
    Rule(
        "legaldoc.number.full",
        r"(?<!\p{L})(?:{type})(?:{gap}số)?{gap}{number}",
        {
            "Chỉ thị số 05-CT/TW": "05-CT/TW",
            "Nghị định 01/2019/NĐ-CP": "01/2019/NĐ-CP",
            "Quyết định số 120/QĐ-UBND": "120/QĐ-UBND",
            "Chỉ thị 16/CT - TTg": "16/CT-TTg",
            "Kết luận số 71/KL/TW": "71-KL/TW",
            "Nghị quyết số 57/2014/QH13": "57/2014/QH13",
            "Chương trình phối hợp số 12-CTr/BDVTU-BĐBP": "12-CTr/BDVTU-BĐBP",
            "Kế hoạch số 41-KH/HU": "41-KH/HU",
        },
    ),
    Rule(
        "legaldoc.number.short",
        r"(?<!\p{L})(?:(?:{type}){gap}số|(?!(?i:chương|hướng|đề|báo|thông báo|phương))(?:{type})){gap}\d{1,5}"
        r"(?![\d%]|[.,]\d| ?/ ?\d| (?:năm|tháng|ngày|người|tỷ|triệu|nghìn))",
        {"Chỉ thị 05": "05", "Nghị quyết số 18": "18", "Công văn số 2522": "2522"},
    ),
    Rule(
        "legaldoc.number.bare",
        r"(?<![\p{L}\d/.-])\d{1,5}(?:/\d{4})?[/-](?:NQ|QĐ|CT|KL|KH|CTr|TTr|BC|TB|HD|QC|CV|NĐ|TT|TTLT|UBND|VPCP|KHLT|CĐ)"
        r"(?:{tail}){1,3}",
        {"218-QĐ/TW": "218-QĐ/TW", "2523/UBND-VX": "2523/UBND-VX"},
    ),
    Rule(
        "legaldoc.number.next",
        r"(?<=\d)(?:, ?| và )(?P<span>\d{2,4})(?![\d%/-]|[.,]\d| (?!(?:của|về|có|đã|và|được|là|ngày|gắn) )\p{Ll})"
        r"(?<=(?:{type})(?: số)? \d{1,4}(?:, ?\d{1,4}){0,3}(?:, ?| và )\d{2,4})",
        {"Quyết định 935, 936": "936"},
    ),
    Rule(
        "legaldoc.plenum",
        r"[Nn]ghị quyết (?:(?:Hội nghị )?(?:Trung ương|T\.?Ư|TW) ?\d{1,2}"
        r"|Hội nghị (?:lần )?thứ \w+,? (?:BCH|Ban Chấp hành) (?:Trung ương|T\.?Ư|TW)(?: Đảng)?"
        r"(?: khóa {roman}(?!\w))?)",
        {
            "Nghị quyết Trung ương 4": "",
            "Nghị quyết Hội nghị lần thứ tư Ban Chấp hành Trung ương Đảng khóa XII": "",
        },
    ),
    Rule(
        "legaldoc.congress",
        r"[Nn]ghị quyết [Đđ]ại hội (?:(?:[Đđ]ại biểu |Đảng(?: bộ)?(?: (?:tỉnh|huyện|thành phố|TP|xã|Quân đội))?"
        r"(?: \p{Lu}\p{Ll}+){0,3}|toàn quốc)(?: toàn quốc)? ?){0,3}(?:(?:lần )?(?:thứ )?(?:{roman}|\d{1,2})(?!\w))?"
        r"(?: (?:của )?Đảng(?! bộ)| (?:của )?Đảng bộ (?:tỉnh|huyện|thành phố|TP))?",
        {"Nghị quyết Đại hội XIII của Đảng": "", "Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XV": ""},
    ),
    Rule(
        "legaldoc.law",
        r"(?<!\p{L})(?<!(?:[Kk]ỷ|[Kk]ỉ|[Pp]háp|[Qq]uy|[Nn]ghĩa) )"
        r"(?=Luật|Bộ|bộ|Pháp|pháp|Hiến|luật (?!Phó|Trưởng|Bí|Chủ))(?:{law})(?:{gap}(?:{law_name})(?!\p{L})|{gap}{name}"
        r"|{gap}(?:HTX|BHXH|BHYT|ATTP))(?: năm \d{4})?",
        {"Luật Đất đai năm 2024": "", "Luật Thực hiện dân chủ ở cơ sở": "", "Luật Phòng, chống tham nhũng": ""},
    ),
    Rule("legaldoc.constitution", r"(?<!\p{L})Hiến pháp(?: năm \d{4})?", {"Hiến pháp năm 2013": ""}),
    Rule(
        "legaldoc.charter",
        r"(?<!\p{L})Điều lệ (?:Đảng|Đoàn|Hội|Công đoàn)(?: Cộng sản Việt Nam| Việt Nam)?",
        {"Điều lệ Đảng": ""},
    ),
    Rule(
        "legaldoc.named",
        r"(?<!\p{L})(?:Quy chế (?:làm việc|phối hợp|bầu cử trong Đảng)|Chương trình hành động)(?= (?:của|toàn khóa))",
        {"Quy chế làm việc của Tỉnh ủy": ""},
    ),
    Rule(
        "legaldoc.issued",
        # what is behind is looked at first, as it is seen at once
        r"(?<!\p{L})(?={issued}{by})(?<!(?:các|những|nhiều|dự thảo|một số) (?:\p{L}+ \p{L}+, ){0,4})"
        r"(?P<span>{issued}){by}",
        {"công bố quyết định của Ban Bí thư": ""},
    ),
    Rule(
        "legaldoc.issued.apart",
        r"(?<!(?:các|những|nhiều) )(?P<span>[Qq]uyết định)"
        r"(?=(?:,? ngày \d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?| nhân sự| nghỉ hưu| bổ nhiệm| điều động)"
        r" của (?:\p{Lu}|[Bb]an |[Tt]hủ tướng|[Cc]hủ tịch|[Tt]ỉnh ủy|[Tt]hường trực))",
        {"trao quyết định ngày 3/4 của Ban Bí thư": "", "nhận quyết định nghỉ hưu của Ban Bí thư": ""},
    ),
    Rule(
        "legaldoc.adopted",
        r"(?:ban hành|thông qua) (?P<span>[Qq]uyết định|[Nn]ghị quyết|[Kk]ết luận|[Cc]hỉ thị|[Kk]ế hoạch)"
        r"(?= (?:về|xác nhận|điều động|chuẩn y|miễn nhiệm|cho thôi|bổ nhiệm|chỉ định|phê|kết quả|thành lập|bầu))",
        {"HĐND tỉnh thông qua Nghị quyết về miễn nhiệm": ""},
    ),
]


@cache
def _scanner() -> Scanner:
    return Scanner(RULES, FRAGMENTS, PAGE_FOLDED)


_finding = maker(Finding)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """LEGALDOC candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    folded = page_shadow(text)
    return [
        _finding(m.start, m.start + len(folded[m.start : m.end].rstrip()), "LEGALDOC", m.rule)
        for start, end in spans
        for m in _scanner().scan(folded, start, end)
    ]


_TYPE = regex.compile(r"\A(" + "|".join(regex.escape(t) for t in document_types()) + r")(?!\p{L})", regex.IGNORECASE)
_NUMBER = regex.compile(r"\d{1,5}(?: ?/ ?\d{4})?(?: ?[/-] ?" + FRAGMENTS["code"] + r"){0,6}")
_ISO = regex.compile(r"TCVN (?:ISO )?[\d:.]+")
_DATE = regex.compile(
    r",? ?ngày (\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})|,? ?ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})"
)
_ISSUER = regex.compile(
    r"\A,? ?(?:ngày [\d/.-]{6,10},? ?|\(khóa \w+\),? ?)?của ((?:Ban|Bộ|Chính phủ|Quốc hội|Thủ tướng|Chủ tịch|Tỉnh ủy|"
    r"Thành ủy|Huyện ủy|Ủy ban|UBND|HĐND|Thường trực|Đảng ủy|Hội đồng)(?:[ \p{L}]|(?<=Bí)-)*)"
)
_AFTER_ISSUER = regex.compile(
    r" (?:về|khóa|ngày|đối với|tại|cho|trong|và các|do|có|là|đã|vừa|sẽ|cũng|được|bổ nhiệm|chỉ định|điều động|phê|"
    r"yêu cầu|đề nghị|quy định|nêu|xác định|khẳng định|nhấn mạnh|đề ra|giao|ban hành|hướng dẫn|chỉ đạo|thì|với|để|nhằm)"
    r"(?!\p{L}).*"
)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The mentions of a page among which a document's issuer is looked for.

    ``bodies`` gives the end of every organisation and office by its start, ``ends`` the start by the end;
    ``documents`` the end of every document by its start.
    """

    bodies: Mapping[int, int] = field(default_factory=dict)
    ends: Mapping[int, int] = field(default_factory=dict)
    documents: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, bodies: Sequence[tuple[int, int]], documents: Sequence[tuple[int, int]]) -> Neighbours:
        """From the spans of a page."""
        return cls(dict(bodies), {end: start for start, end in bodies}, dict(documents))


_ALONE = Neighbours()


def interpret(text: str, start: int, end: int, around: Neighbours = _ALONE) -> LegalReference:
    """What text[start:end], which something claims to be a LEGALDOC, refers to; empty fields are not stated.

    The issuer is the one written behind ``của``, behind this document or the last that is listed with it; the congress
    in its own name; the one that the clause says to issue it; what the suffix of its number stands for.
    """
    kind, number, of_number = _type_and_number(text[start:end])
    evidence = [Evidence("legal.type.of-number", start, end, "type")] if of_number else []
    if (later := _later_number(text, end, number)) is not None:
        number += later[1]
        evidence.append(Evidence("legal.number.of-next", end + later.start(1), end + later.end(1), "number"))
    line = shadow(text[end : end + 160]).split("\n")[0]
    after = " ".join(line.split())
    day, dated = _date(after)
    if day:
        evidence.append(Evidence("legal.date.behind", *_unjoined(line, end, *dated), "date"))
    if (named := _named_issuer(text, start, end, around)) is not None:
        issuer = " ".join(text[named.start : named.end].split())
        evidence.append(named)
    else:
        issuer, rule, place = _issuer(after, number)
        if issuer:
            where = _unjoined(line, end, *place) if rule == "legal.issuer.behind" else (start, end)
            evidence.append(Evidence(rule, *where, "issuer"))
    rule = "legal.numbered" if number else "legal.named"
    return LegalReference(kind, number, day, issuer, rule, tuple(evidence))


@lru_cache(maxsize=1 << 12)
def _type_and_number(words: str) -> tuple[str, str, bool]:
    """The type and the number that a mention's words state, and whether the type is told by the number."""
    span = " ".join(shadow(words).split())
    m = _TYPE.match(span)
    if m is not None:
        kind = _standard_type(m[1])
        return kind, _number(span[m.end() :], kind), False
    number = _number(span, "")
    kind = _type_from_number(number) if number else ""
    return kind, number, bool(kind)


_OF = regex.compile(
    r"(?:,? ?(?:(?:ra |ký |ban hành )?ngày [\d/.-]{5,10}|ngày \d{1,2} tháng \d{1,2}(?: năm \d{4})?|năm \d{4}))?"
    r"(?:,? ?\(?khóa \w+\)?)?,? của (?:đồng chí )?"
)
_LISTED_WITH = regex.compile(r"(?:,|;| và|, và) (?:các )?")
_LISTED = 6  # documents that are listed before the one issuer of all


_CONGRESS = regex.compile(r"(?i:nghị quyết|chỉ thị|kết luận)\s+(?=[Đđ]ại hội .*(?:lần|thứ|khóa|[IVX]+\b))")
_ISSUES = regex.compile(r",? (?:(?:đã|vừa|cũng|tiếp tục) )*(?:ban hành|thông qua|ra|ký ban hành)(?: các)? \Z")
_ISSUES_LAST = ("ban hành ", "thông qua ", " ra ", " các ")


def _named_issuer(text: str, start: int, end: int, around: Neighbours) -> Evidence | None:
    """Where the issuer is written: ``G, G và G của O``, ``Nghị quyết Đại hội ..``, ``O ban hành G``."""
    last = end
    for _ in range(_LISTED if around.bodies else 0):
        near = shadow(text[last : last + 80]).replace("\n", " ")
        if (m := _OF.match(near)) is not None and last + m.end() in around.bodies:
            body = last + m.end()
            return Evidence("legal.issuer.behind", body, around.bodies[body], "issuer")
        following = _LISTED_WITH.match(near)
        if following is None or last + following.end() not in around.documents:
            break
        last = around.documents[last + following.end()]
    if congress := _CONGRESS.match(shadow(text[start:end])):
        return Evidence("legal.issuer.in-name", start + congress.end(), end, "issuer")
    begin = max(0, start - 40)
    before = shadow(text[begin:start]).lower()
    verb = _ISSUES.search(before) if before.endswith(_ISSUES_LAST) else None
    if verb is not None and begin + verb.start() in around.ends:
        body = begin + verb.start()
        return Evidence("legal.issuer.issues", around.ends[body], body, "issuer")
    return None


def _unjoined(line: str, begin: int, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of ``" ".join(line.split())`` stands in the page, in which ``line`` begins at ``begin``."""
    at = [i for word in once.finditer(r"\S+", line) for i in (*range(*word.span()), word.end())]
    return begin + at[start], begin + at[end - 1] + 1


@cache
def _types_in_lower_case() -> dict[str, str]:
    return {t.lower(): t for t in reversed(document_types())}


def _standard_type(found: str) -> str:
    return _types_in_lower_case()[found.lower()]


def _number(rest: str, kind: str) -> str:
    if iso := _ISO.search(rest):
        return iso[0]
    if kind in ("Luật", "Bộ luật", "Hiến pháp", "Điều lệ"):
        return ""
    m = once.match(r"(?: ?số)? ?(?=\d)", rest)
    if m is None:
        return ""
    printed = _NUMBER.match(rest, m.end())
    if printed is None:
        return ""
    number = once.sub(r"\s*([/-])\s*", r"\1", printed[0]).replace("T.Ư", "TW").replace("TƯ", "TW")
    return _standard_shape(number)


def _standard_shape(number: str) -> str:
    """The Party writes number-type/level, the State number/type-issuer; slips between the two are put right."""
    m = once.fullmatch(r"(\d+)[/-](\p{Lu}[\p{L}]*)[/-](\p{Lu}[\p{L}]*)", number)
    if m is None:
        return number
    digits, code, level = m.groups()
    if level in PARTY_LEVELS or once.fullmatch(r"(?:UBKT|VP|BTC|BTG|BDV|BNC|BTGDV|BCĐ)(?:TW|TU)", level):
        return f"{digits}-{code}/{level}"
    return f"{digits}/{code}-{level}" if number[len(digits)] == "/" else number


_LATER_NUMBER = regex.compile(r"(?:,| và) \d{1,5}(/[\p{Lu}][\p{L}]*(?:-[\p{Lu}]+)+)")


def _later_number(text: str, end: int, number: str) -> regex.Match[str] | None:
    """`Công văn số 2522, 2523/UBND-VX`: the first number's suffix (group 1) stands behind the last."""
    if not number or "/" in number:
        return None
    return _LATER_NUMBER.match(shadow(text[end : end + 40]))


def _type_from_number(number: str) -> str:
    for code in once.findall(r"\p{Lu}[\p{L}]*", number):
        if code in types_by_code():
            return types_by_code()[code]
    return "Công văn" if "UBND" in number else ""


def _date(after: str) -> tuple[str, tuple[int, int]]:
    """The ISO day of issue that follows, and where it stands; empty when none does."""
    m = _DATE.match(after)
    if m is None:
        return "", (0, 0)
    day, month, year = (int(x) for x in m.groups() if x)
    known = 1 <= month <= 12 and 1 <= day <= 31
    return f"{year}-{month:02d}-{day:02d}" if known else "", (after.index("ngày"), m.end())


def _issuer(after: str, number: str) -> tuple[str, str, tuple[int, int]]:
    """The issuer, the rule that tells it, and where it stands when it follows; empty when neither tells it."""
    if m := _ISSUER.match(after):
        name = _AFTER_ISSUER.sub("", m[1]).strip()
        return name, "legal.issuer.behind", (m.start(1), m.start(1) + len(name))
    for code in reversed(once.findall(r"\p{Lu}[\p{L}]*", number)):
        for suffix in (code, code.rstrip("0123456789")):
            if suffix in issuers():
                return issuers()[suffix], "legal.issuer.of-number", (0, 0)
    return "", "", (0, 0)
