"""TIME: where the text speaks of the calendar (`find`), and which days it means (`interpret`).

Both work on a folded, lower-case shadow of the text. Days come first (3-7 is 3 July). Values are EDTF with the local
conventions ``a;b`` for a list, ``P5Y`` for a length before or after the reference date and ``?`` for what the page does
not decide; parts that no trusted date resolves are ``X``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from dvextract.compiled import maker
from dvextract.document import Evidence, Finding, TimeValue
from dvextract.grammar import lunar, once
from dvextract.grammar.engine import Match
from dvextract.grammar.fold import page_lower, shadow
from dvextract.grammar.rule import Rule, Scanner
from dvextract.grammar.trigger import PAGE_LOWER, Ending

NUMBERS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười hai": 12,
    "mười lăm": 15,
    "hai mươi": 20,
}
PARTS = {
    "rạng sáng": "dawn",
    "sáng sớm": "morning",
    "sáng": "morning",
    "trưa": "noon",
    "chiều tối": "evening",
    "chiều": "afternoon",
    "tối": "evening",
    "đêm": "night",
    "khuya": "night",
}
MONTHS = {
    "giêng": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "chạp": 12,
}
SEASONS = {"xuân": "-21", "hè": "-22", "hạ": "-22", "thu": "-23", "đông": "-24"}
"""EDTF's codes of the seasons of a year."""
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
CENTURIES = {"xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21}

FRAGMENTS: dict[str, str] = {}
FRAGMENTS |= {
    "b": r"[ \n]{1,3}",
    "y": r"(?:1[6-9]|20)\d\d(?!\d|[.,]\d)",
    "d": r"(?:0?[1-9]|[12]\d|3[01])",
    "m": r"(?:0?[1-9]|1[0-2])",
    "count": r"\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)),
    "part": r"(?:buổi )?(?:" + "|".join(sorted(PARTS, key=len, reverse=True)) + ")",
    "dash": r" {0,2}- {0,2}",
    "weekday": r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)",
    "canchi": r"(?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý) "
    r"(?:tý|sửu|dần|mão|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi)",
    "edge": r"(?:đầu|giữa|cuối)",
}
FRAGMENTS["dmy"] = r"(?:{d} ?/ ?{m} ?/ ?{y}|{d}-{m}-{y}|{d}\.{m}\.{y})"
FRAGMENTS["dm"] = r"(?:{d}[/.-]{m})(?!\d|[/.,-]\d|%)"
FRAGMENTS["clock"] = r"\d{1,2} ?(?:giờ(?: \d{1,2}(?: phút)?)?|h ?\d{0,2}(?!\w)|g\d\d(?!\w))"
FRAGMENTS["moon"] = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r"|{m})(?!\w)"


def _fill(pattern: str) -> str:
    while True:
        filled = regex.sub(r"\{([a-z]+)\}", lambda m: f"(?:{FRAGMENTS[m[1]]})", pattern)
        if filled == pattern:
            return filled
        pattern = filled


for _name in ("dmy", "dm", "moon"):
    FRAGMENTS[_name] = _fill(FRAGMENTS[_name])
FRAGMENTS["day"] = _fill(
    r"(?:(?:{part}{b})?{weekday},?{b})?(?:khoảng )?(?:{clock}(?: {part})?,?{b})?(?:{part}{b})?(?:(?:ngày|hôm){b}?)?"
    r"(?:{dmy}|{dm}|{d} tháng {m}(?: năm {y})?(?!\d))"
)
FRAGMENTS["month"] = _fill(r"(?:{edge} )?tháng {m}(?:(?: ?[/.-] ?| năm ){y}|(?![/.-]?\d))")
FRAGMENTS["quarter"] = _fill(r"quý (?:iv|i{1,3}|[1-4])(?!\w)(?:(?:[/.-]| năm |, ?năm | ){y})?")
FRAGMENTS["year"] = _fill(r"(?:{edge} )?năm ?{y}")
FRAGMENTS["point"] = _fill(
    r"(?:{day}|{month}|{quarter}|{year}|{edge} {y}|{clock}|(?:{edge} )?năm học {y}{dash}{y}|{edge} năm(?: nay)?|{y})"
)
FRAGMENTS["anchored"] = _fill(
    r"(?:(?:(?:{part}{b})?{weekday},?{b})?(?:{clock}(?: {part})?,?{b})?"
    r"(?:{part}{b}(?:(?:ngày|hôm){b})?|ngày{b}?|hôm{b})"
    r"(?:{dmy}|{dm}|{d} tháng {m}(?: năm {y})?(?!\d)))"
)
FRAGMENTS["now"] = _fill(
    r"(?:hôm nay|hôm qua|hôm kia|ngày mai|ngày hôm qua|cùng ngày(?=,? \()|{part} (?:nay|qua|mai)(?!\w))"
)

RULES: list[Rule] = [
    Rule(
        "time.date.full",
        r"(?<!\d[/.-]?)(?:(?:{part}{b})?{weekday},?{b})?(?:{part}{b})?(?:ngày{b}|hôm{b})?{dmy}(?!\d)",
        {
            "20/2/2020": "2020-02-20",
            "ngày 20-2-2020": "2020-02-20",
            "sáng 5.9.2009": "2009-09-05",
            "tối thứ Bảy, 8/7/2023": "2023-07-08",
        },
    ),
    Rule(
        "time.date.day",
        r"(?<!\w){anchored}",
        {
            "chiều ngày 14/3": "XXXX-03-14",
            "ngày 3-7": "XXXX-07-03",
            "tối 24.12": "XXXX-12-24",
            "ngày 20 tháng 02 năm 2020": "2020-02-20",
            "17 giờ 30, ngày 24/9/2024": "2024-09-24T17:30",
            "sáng thứ Hai, ngày 4/3": "XXXX-03-04",
        },
    ),
    Rule(
        "time.date.clock",
        r"(?<!\w)(?:khoảng )?{clock}(?: {part})?,?{b}(?:{part}{b})?(?:ngày{b})?(?:{dmy}|{dm})",
        {"17h30 24/9/2024": "2024-09-24T17:30", "7h sáng 8/6/2019": "2019-06-08T07:00"},
    ),
    Rule(
        "time.date.weekday",
        r"(?<!\w)(?:{part}{b})?(?:ngày{b})?{weekday} \((?:ngày )?(?:{dmy}|{dm})\)",
        {"Thứ Năm (20/2)": "XXXX-02-20", "chiều thứ Sáu (ngày 5/1/2024)": "2024-01-05"},
    ),
    Rule(
        "time.month",
        r"(?<!\w)(?<!mỗi |hằng |hàng )(?<!\d )(?<!\d\d ){month}",
        {
            "tháng 3/2021": "2021-03",
            "tháng 3-2021": "2021-03",
            "tháng 3 năm 2021": "2021-03",
            "cuối tháng 9": "XXXX-09",
        },
    ),
    Rule("time.quarter", r"(?<!\w){quarter}", {"quý I/2023": "2023-01/2023-03", "quý III-2022": "2022-07/2022-09"}),
    Rule("time.year", r"(?<!\w)(?<!hằng |hàng |mỗi ){year}", {"năm 2024": "2024", "cuối năm 2020": "2020"}),
    Rule("time.year.edge", r"(?<!\w){edge} {y}", {"cuối 2018": "2018"}),
    Rule("time.year.birth", r"(?<!\w)(?:sn|sinh) ?(?P<span>{y})", {"SN 1976": "1976", "SN1960": "1960"}),
    Rule("time.year.list", r"(?<!\w)năm {y}(?:, {y}){0,3} và {y}", {"năm 2018 và 2019": "2018;2019"}),
    Rule(
        "time.period",
        r"(?<!\w)(?:giai đoạn|thời kỳ|thời kì|nhiệm k[ỳì](?: mới)?|niên khóa|năm học|những năm|năm)"
        r" ?(?:{y}{dash}{y}|\({y}{dash}{y}\))",
        {
            "giai đoạn 2016-2021": "2016/2021",
            "giai đoạn 2016 – 2021": "2016/2021",
            "nhiệm kỳ 2020- 2025": "2020/2025",
            "năm học 2018-2019": "2018/2019",
        },
    ),
    Rule("time.period.bare", r"(?<![\w/.-]){y}{dash}{y}(?![\w/-])", {"2020 - 2025": "2020/2025"}),
    Rule(
        "time.pair",
        r"(?<![\d/.-]){d}[/.-]{m}(?:[/.-]{y})? ?[-/] ?{dmy}(?!\d)",
        {"15/10/1930 - 15/10/2020": "1930-10-15/2020-10-15"},
    ),
    Rule(
        "time.months",
        r"(?<!\w)(?<!/ )(?:{count}|những) tháng (?:đầu|cuối) năm(?: {y}| nay| học)?(?!\w)",
        {
            "6 tháng đầu năm": "XXXX-01/XXXX-06",
            "6 tháng đầu năm 2024": "2024-01/2024-06",
            "3 tháng cuối năm 2023": "2023-10/2023-12",
        },
    ),
    Rule("time.months.year", r"(?<!\w){count} tháng(?: của)? năm {y}", {"9 tháng năm 2023": "2023-01/2023-09"}),
    Rule(
        "time.days.range",
        r"(?<!\w)(?:{count} ngày \(?)?(?:từ )?(?:ngày )?{d}{dash}{d}[/.-]{m}(?:[/.-]{y})?(?![\d/-]|\.\d)\)?",
        {"2 ngày 7-8/12": "XXXX-12-07/XXXX-12-08", "ngày 7-8/12/2024": "2024-12-07/2024-12-08"},
    ),
    Rule(
        "time.days.list",
        r"(?<!\w)(?:{count} )?ngày \(?{d}(?:[/.-]{m})?(?:, {d})? và {d}[/.-]{m}(?:[/.-]{y})?(?![\d/-]|\.\d)\)?",
        {"ngày 15 và 16/7/2024": "2024-07-15;2024-07-16", "hai ngày 8 và 9/7": "XXXX-07-08;XXXX-07-09"},
    ),
    Rule(
        "time.from.now",
        r"(?<!\w)(?:kể )?từ {point} (?:đến|tới|cho đến) nay(?!\w)",
        {"từ năm 2016 đến nay": "2016/..", "từ đầu năm đến nay": "XXXX-01/.."},
    ),
    Rule("time.from.today", r"(?<!\w)từ nay đến (?:hết )?{point}(?!\w)", {"từ nay đến năm 2016": "../2016"}),
    Rule("time.until.month", r"(?<!\w)đến {m}/{y}", {"đến 3/2018": "../2018-03"}),
    Rule(
        "time.from.to",
        r"(?<!\w)(?:kể )?từ {point}(?: (?:cho )?(?:đến|tới)(?: hết)? |{dash}){point}(?!\d)",
        {
            "từ ngày 28/10 đến ngày 31/10/2025": "2025-10-28/2025-10-31",
            "từ tháng 4/2009 đến tháng 2/2012": "2009-04/2012-02",
            "từ năm 1996 - 1998": "1996/1998",
        },
    ),
    Rule(
        "time.from.days",
        r"(?<!\w)(?:kể )?từ (?:ngày |mùng )?{d} đến (?:ngày )?{d}[/.-]{m}(?:[/.-]{y})?(?![\d/-]|\.\d)",
        {"từ ngày 28 đến 31/10/2025": "2025-10-28/2025-10-31"},
    ),
    Rule(
        "time.from",
        # từ 1-10 ngày is a length, from one day to ten
        r"(?<!\w)(?:kể )?từ {point}(?! ?- ?\d)(?![\w])(?! (?:ngày|tuần|tháng|năm|giờ|phút|lần)(?! \d)(?!\w))",
        {"từ năm 2018": "2018/..", "kể từ ngày 20/4": "XXXX-04-20/.."},
    ),
    Rule(
        "time.until",
        r"(?<!\w)(?<!tính )(?:đến|tới)(?: hết| trước)? {point}(?!\w)(?! đồng)",
        {"đến năm 2030": "../2030", "đến hết ngày 31/10/2024": "../2024-10-31"},
    ),
    Rule(
        "time.until.end",
        r"(?<!\w)(?:(?<=tính )(?:đến|tới)(?: hết)?|hết|trước|sau) (?:{day}|{month}|{quarter}|{year})(?!\w)",
        {"trước năm 1975": "../1975", "sau năm 2025": "2025/..", "trước ngày 30/9/2023": "../2023-09-30"},
    ),
    Rule(
        "time.ongoing",
        r"(?<!\w)(?:(?:đến|từ) )?{year} và (?:những|các) năm (?:tiếp theo|sau|sau đó|tới)(?!\w)",
        {"năm 2019 và những năm tiếp theo": "2019/.."},
    ),
    Rule(
        "time.deictic",
        r"(?<!\w)(?:{clock} )?{now}(?:,? (?:ngày )?(?:{dmy}|{dm})|,? \((?:ngày )?(?:{dmy}|{dm})\))?",
        {"sáng nay (27/3)": "XXXX-03-27", "hôm nay": "?", "chiều nay, ngày 12/11": "XXXX-11-12"},
    ),
    Rule(
        "time.deictic.year",
        # "những năm tới" is no date
        r"(?<!\w)(?<!(?:những|các|nhiều|mấy|vài) )(?:(?:đến )?{edge} )?"
        r"(?:năm (?:nay|ngoái|trước|tới)|năm học (?:này|qua|tới)|tháng (?:này|trước|tới)"
        r"|tuần (?:này|trước|tới|sau))(?!\w)",
        {"năm nay": "?", "tuần sau": "?"},
    ),
    Rule(
        "time.length",
        r"(?<!\w)(?<!những |nhiều |mỗi )(?:(?:hơn|gần) )?{count} (?:năm|tháng|tuần|ngày) (?:qua|tới|gần đây|nữa)(?!\w)",
        {"5 năm qua": "P5Y", "ba năm qua": "P3Y", "6 tháng tới": "P6M"},
    ),
    Rule(
        "time.length.one",
        r"(?<![\w])(?<!\d )(?<!những |nhiều |mỗi |các |mấy |hai |ba |bốn |năm |sáu |mười )năm qua(?!\w)",
        {"năm qua": "P1Y"},
    ),
    Rule(
        "time.recurring",
        r"(?<!\w)(?:ngày {dm}|ngày {d} tháng {m}|tháng {m}|{dm}|quý (?:iv|i{1,3}|[1-4])) (?:hằng|hàng) năm(?!\w)",
        {
            "ngày 18/11 hàng năm": "XXXX-11-18",
            "15/10 hằng năm": "XXXX-10-15",
            "quý I hằng năm": "XXXX-01/XXXX-03",
        },
    ),
    Rule(
        "time.era.century", r"(?<!\w)(?:{edge} )?thế kỷ (?:xxi|xix|xx|1[5-9]|2[01])(?!\w)", {"thế kỷ XX": "1901/2000"}
    ),
    Rule(
        "time.era.decade",
        r"(?<!\w)(?:(?:đầu|cuối) )?(?:những năm|thập niên|thập kỷ) (?:\d0|{y})"
        r"(?:(?: của)? thế kỷ (?:xxi|xx|trước|này))?(?!\w)",
        {"những năm 90 thế kỷ XX": "199X", "thập niên 1990": "199X"},
    ),
    Rule(
        "time.lunar",
        r"(?<!\w)(?:ngày )?(?:(?:mùng|mồng) {d}|rằm|{d}) tháng {moon}(?: năm {canchi})?(?! năm {y})",
        {"mùng 10 tháng Giêng": "?", "rằm tháng Bảy": "?"},
    ),
    Rule("time.lunar.said", r"(?<!\w)(?:ngày )?{d}/{m} (?:âm lịch|năm {canchi})", {"ngày 22/7 năm Canh Tý": "?"}),
    Rule("time.buddhist", r"(?<!\w)(?:phật lịch |pl\. ?)2\d{3}", {"Phật lịch 2565": "?"}),
    Rule("time.spring", r"(?<!\w)(?:mùa )?xuân (?:{canchi} )?{y}", {"mùa xuân 1960": "1960-21"}),
]

_SCANNER = Scanner(RULES, FRAGMENTS, PAGE_LOWER)

# A year after the name of a law belongs to it.
_LAW_YEAR = Ending(r"(?:luật|pháp lệnh|hiến pháp)(?: [\w,]+){0,9} \Z")


_finding = maker(Finding)
_time = maker(TimeValue)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """TIME candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    low = page_lower(text)
    found = []
    for start, end in spans:
        for m in _SCANNER.scan(low, start, end):
            if m.rule == "time.year" and _LAW_YEAR.search(low, max(start, m.start - 60), m.start):
                continue
            if m.rule == "time.date.full" and low[max(0, m.start - 1) : m.start] in ("/", "-"):
                continue
            found.append(_finding(m.start, m.end, "TIME", m.rule))
    return found


# How many days after the page's date a day without a year may lie: one that is told, the end of a period, a deadline.
LATE, AHEAD, DEADLINE = 75, 200, 335


class _Point(NamedTuple):
    """One place on the calendar: EDTF, part of day, start/mid/end, and whether the year came from the reference."""

    edtf: str
    part: str = ""
    modifier: str = ""


_PART = regex.compile(_fill(r"(?<!\w)({part})(?!\w)"))
_CLOCK = regex.compile(r"(\d{1,2}) ?(?:giờ(?: (\d{1,2})(?: phút)?)?|[hg] ?(\d{0,2})(?!\w))")
_DMY = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})(?!\d)")
_DM = re.compile(r"(?<!\d)(\d{1,2}) ?[/.-] ?(\d{1,2})(?!\d)(?: năm (\d{4}))?")
_WORDS = re.compile(r"(\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}))?")
_MONTH = re.compile(r"t ?háng (\d{1,2})(?:(?: ?[/.-] ?| năm )(\d{4}))?")
_MONTH_WORD = regex.compile(
    r"tháng (hai|ba|tư|năm|sáu|bảy|bẩy|tám|chín|mười một|mười hai|mười)(?!\w)(?:[ /]+(?:năm )?(\d{4}))?"
)
_BARE_MONTH = re.compile(r"(?<!\d[/.-])(?<!\d)(\d{1,2})[/-](\d{4})(?!\d)")
_QUARTER = regex.compile(r"quý (iv|i{1,3}|[1-4])(?!\w)(?:\D{0,6}(\d{4}))?")
_YEAR = re.compile(r"(?<!\d)((?:1[0-9]|20)\d\d)(?!\d)")
_YEARS = re.compile(r"(?<!\d)(\d{4}) ?[-–]? ?(\d{4})(?!\d)")
_LIST = re.compile(
    r"(?<!\d)(\d{1,2})(?:[/.-](\d{1,2}))?(?:, (\d{1,2}))? và (?:ngày )?(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?"
)
_MONTH_LIST = re.compile(
    r"tháng (\d{1,2})(?:, (?:tháng )?(\d{1,2}))?(?: và|,) (?:tháng )?(\d{1,2})(?![\d/.-]\d{1,2}(?!\d))"
    r"(?:(?:[/.-]| năm )(\d{4}))?"
)
_MONTH_RANGE = re.compile(r"tháng (\d{1,2}) ?- ?(\d{1,2})(?:/| năm )(\d{4})")
_QUARTER_LIST = regex.compile(r"quý (iv|i{1,3}|[1-4])(?: và|,) (?:quý )?(iv|i{1,3}|[1-4])(?!\w)(?:\D{0,6}(\d{4}))?")
_RANGE = re.compile(
    r"(?<!\d)(\d{1,2})(?:[/.-](\d{1,2}))? ?(?:-|(?:đến|tới)(?: ngày)?|và) ?(\d{1,2})[/.-](\d{1,2})"
    r"(?:[/.-](\d{4}))?(?!\d)"
)
_LENGTH = regex.compile(
    _fill(
        r"(?<!\w)(?<!tháng )({count}|nửa) (năm|tháng|tuần|ngày) (?:vừa )?"
        r"(qua|tới|gần đây|trở lại đây|nữa|nay|trước)(?!\w)"
    )
)
_SEASON = regex.compile(_fill(r"(?<!\w)(xuân|hè|hạ|thu|đông)(?: {canchi})?(?:,? năm)?,? \d{4}"))
_MONTHS = regex.compile(_fill(r"(?<!\w)({count}) tháng (?:(đầu|cuối) năm|(?:của )?năm)(?: (\d{4}))?"))
_FROM_TO = re.compile(r"(?:kể )?từ (.+?)(?: (?:cho )?(?:đến|tới)(?: hết)? | ?- ?(?=(?:tháng|ngày|năm|\d{1,2}/)))(.+)")
_TO = re.compile(r"((?:năm|tháng|ngày|quý) .*\d.*?) (?:cho )?(?:đến|tới)(?: hết)? ((?:năm|tháng|ngày|quý) .*\d.*)")
_FROM_YEARS = re.compile(r"(?:kể )?từ (?:năm )?(\d{4}) ?- ?(\d{4})\Z")


def interpret(text: str, start: int, end: int, reference: str = "") -> TimeValue:
    """The value of text[start:end], which something claims to be a TIME.

    ``reference`` is the page's trusted date (EDTF, day or longer) or empty; then what it would resolve stays X or ?.
    The words around the span may complete it: a year named just before, the Gregorian date a lunar one explains.
    """
    value, asks = _by_itself(text[start:end], reference)
    if asks == "explanation":
        behind = text[end : end + 8].lower()
        asks = "context" if "tức" in behind or "nhằm" in behind else ""  # without one `_EXPLAINED` does not match
    if not asks:
        return value
    begin = max(0, start - _AROUND)
    before = shadow(text[begin:start]).lower().replace("\n", " ")
    after = shadow(text[end : end + _AROUND]).lower().replace("\n", " ")
    words = _Words(_one_line(text[start:end]), before, after, begin, end)
    anchor = _reference(reference)
    value = _dated(words, anchor)
    return value if anchor is None else _referring(value, _dated(words, None))


@lru_cache(maxsize=1 << 14)
def _by_itself(words: str, reference: str) -> tuple[TimeValue, str]:
    """The value of a mention's words if nothing around completes it, and what might: ``context``, or only an
    ``explanation`` behind it, or empty."""
    low, anchor = _one_line(words), _reference(reference)
    value = alone = _with_days(_value(low, None), None)
    if anchor is not None:
        value = _referring(_with_days(_value(low, anchor), anchor), alone)
    if low.startswith(("đến ", "tới ")) or "tháng đầu năm" in low or _says_same_year(low):
        return value, "context"  # see `_in_context`, and `_dated` for what follows
    for v in (value,) if value is alone else (value, alone):
        if v.calendar == "lunar" or (v.kind == "interval" and _BETWEEN_YEARS.fullmatch(v.edtf)):
            return value, "context"
    return value, "explanation" if value.edtf.startswith("XXXX-") or alone.edtf.startswith("XXXX-") else ""


def _says_same_year(low: str) -> bool:
    return "năm" in low and _SAME_YEAR.search(low) is not None


def _one_line(words: str) -> str:
    return " ".join(shadow(words).lower().split())


def _referring(value: TimeValue, alone: TimeValue) -> TimeValue:
    """``value`` with the page's date as evidence, where it is another than without it."""
    if value.edtf != alone.edtf:
        return replace(value, evidence=(*value.evidence, Evidence(REFERENCE, column="edtf")))
    if (value.start_date, value.end_date) != (alone.start_date, alone.end_date):
        return replace(value, evidence=(*value.evidence, Evidence(REFERENCE, column="start_date")))
    return value


REFERENCE = "time.reference-date"
"""The rule of a value that is another without the page's date; where that date stands is known to who gave it."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a TIME in one line and the words around it; ``begin`` and ``end`` are where the two stretches around
    it begin in the page."""

    low: str
    before: str
    after: str
    begin: int
    end: int

    def ahead(self, rule: str, column: str, start: int, end: int) -> Evidence:
        """Evidence at a place of ``before``."""
        return Evidence(rule, self.begin + start, self.begin + end, column)

    def behind(self, rule: str, column: str, start: int, end: int) -> Evidence:
        """Evidence at a place of ``after``."""
        return Evidence(rule, self.end + start, self.end + end, column)


def _dated(words: _Words, ref: date | None) -> TimeValue:
    """The value with its first and last day."""
    low, before, after = words.low, words.before, words.after
    value = _in_context(words, ref) or _value(low, ref)
    if value.calendar == "lunar":
        value = _beside_gregorian(value, words, ref)
    elif value.edtf.startswith("XXXX-") and (m := _EXPLAINED.match(after)) and _IS_LUNAR.search(m[1]):
        agreed = _agreed(m[1], value.edtf, before)
        if agreed != value.edtf:
            value = replace(value, edtf=agreed, evidence=(words.behind("time.lunar-agrees", "edtf", *m.span(1)),))
    elif value.kind == "interval" and _BETWEEN_YEARS.fullmatch(value.edtf) and (term := _TERM_OF.search(before)):
        evidence = words.ahead("time.term-before", "kind", term.start(), len(before[: term.end()].rstrip(" (")))
        value = replace(value, kind="term", evidence=(evidence,))
    return _with_days(value, ref)


_AROUND = 160  # code points around a span in which what completes it is looked for
_TERM_OF = regex.compile(r"(?<!\w)(?:khóa|nhiệm kỳ|nhiệm kì)(?: (?:[ivxl]+|\d{1,2}))?,? ?\(?\Z")
_BETWEEN_YEARS = re.compile(r"\d{4}/\d{4}")
_SAME_YEAR = regex.compile(r"năm (?:đó|ấy)(?!\w)|cùng năm(?!\w)")
_OTHER_HALF = regex.compile(r"[^.;]{0,120}?(?<!\w)tháng cuối năm (\d{4})(?!\d)")
_CAME = regex.compile(r"(?:đến|tới) (?!nay|hết|trước)")
_AFTER_CLAUSE = ("tuy nhiên", "sau đó", "rồi", "và", "tiếp đó")
_OPENS_CLAUSE = regex.compile(rf"(?:\A|[.;:!?…“\"(*\n-]|(?:{'|'.join(_AFTER_CLAUSE)}),?)\s*\Z")
_CLAUSE_ENDS = (*'.;:!?…“"(*-', *(f"{word}{comma}" for word in _AFTER_CLAUSE for comma in ("", ",")))
_NARRATED = regex.compile(
    r",? (?:thì )?(?:(?:(?:hai )?vợ chồng )?(?:ông|bà|anh|chị|đồng chí|đ/c|cô|cụ)(?!\w)|"
    r"được (?:bầu|bổ nhiệm|điều|cử|phân|chỉ định|luân)|(?:\w+ ){1,4}(?:lại|bị|quyết định)(?!\w)|"
    # what is done on one day: A signed, opened, was founded; what has come together until it is counted
    r"(?:[\w-]+ ){1,14}?(?:đã |chính thức |tiếp tục )+(?:ký|bổ nhiệm|khởi công|khánh thành|thành lập|ra mắt|khởi tố|"
    r"ra quyết định|gửi đơn|gửi công văn|có công văn|có văn bản)(?! (?:được )?(?:\d|hơn|gần|trên))(?!\w))"
    r"(?![^.;,]{0,80}?(?<!\w)(?:sẽ|phải|phấn đấu|cần)(?!\w))"
)
"""How a life is told after ``Đến năm 2003,``: then the date says when, not until when."""


def _in_context(words: _Words, ref: date | None) -> TimeValue | None:
    """The value where the words around the span decide it; None where they do not."""
    low = words.low
    if _says_same_year(low):
        years = list(_YEAR.finditer(words.before))
        if not years:
            return None
        value = _value(_SAME_YEAR.sub(f"năm {years[-1][1]}", low), ref)
        return replace(value, evidence=(words.ahead("time.same-year", "edtf", *years[-1].span(1)),))
    if "tháng đầu năm" in low and not _YEAR.search(low) and (m := _OTHER_HALF.match(words.after)):
        value = _value(f"{low.removesuffix(' nay')} {m[1]}", ref)
        return replace(value, evidence=(words.behind("time.other-half", "edtf", *m.span(1)),))
    if (m := _CAME.match(low)) and _opens_clause(words.before) and (n := _NARRATED.match(words.after)):
        told = _single(low[m.end() :], ref)
        evidence = (words.behind("time.narrated", "kind", len(n[0]) - len(n[0].lstrip(" ,")), n.end()),)
        return replace(told, evidence=evidence) if told.kind == "date" and told.edtf[:4].isdigit() else None
    return None


def _opens_clause(before: str) -> bool:
    """Whether a clause begins behind the words before a TIME, which are in one line: how they end tells mostly not."""
    words = before.rstrip()
    return (not words or words.endswith(_CLAUSE_ENDS)) and _OPENS_CLAUSE.search(before) is not None


_GREGORIAN = r"((?:(?:ngày|hôm) )?(?:{dmy}|{dm}|{d} tháng {m}(?: năm {y})?))"
_BESIDE = regex.compile(_fill(_GREGORIAN + r"(?:,? ?\(?(?:tức|nhằm)(?: là)?(?: vào)?(?: ngày)?| \() ?\Z"))
_BEFORE_LUNAR = ("tức", "nhằm", "là", "vào", "ngày", "(")
_EXPLAINED = regex.compile(r",? ?\(?(?:tức|nhằm)(?: là)?(?: vào)? ([^().;]{5,60})")
_BEHIND = regex.compile(_fill(r" ?\(?(?:,? ?tức(?: là)?(?: vào)? )?" + _GREGORIAN))


def _beside_gregorian(value: TimeValue, words: _Words, ref: date | None) -> TimeValue:
    """The Gregorian date beside a lunar one (``24/5/2015 (tức ngày 7 tháng 4 …)``) is its value."""
    after = words.after
    m = ahead = _BESIDE.search(words.before) if words.before.rstrip(" ").endswith(_BEFORE_LUNAR) else None
    if ahead is None and after.startswith((" (", ", tức", " tức")):
        m = _BEHIND.match(after)
    if m is None or value.kind != "date":
        return value
    point = _point(m[1], ref)
    if point.edtf == "?":
        return value
    edtf = _agreed(words.low, point.edtf, words.before) if point.edtf.startswith("XXXX-") else point.edtf
    place = words.ahead if ahead else words.behind
    return replace(value, edtf=edtf, evidence=(place("time.gregorian-beside", "edtf", *m.span(1)),))


def _agreed(low: str, edtf: str, before: str) -> str:
    """``XXXX-02-06`` with the one year, of those that the lunar date or the words before it name, in which the two
    calendars agree (6 February is ``mùng 10 tháng Giêng`` in 2017); unchanged when none or several do."""
    named = _CYCLE.search(low)
    years = lunar.years(named[0]) if named else sorted({int(y) for y in _YEAR.findall(before)})
    days = [d.isoformat() for d in (_lunar_day(low, y + turn) for y in years for turn in (0, -1)) if d is not None]
    same = {d for d in days if d[4:] == edtf[4:10]}
    return f"{same.pop()}{edtf[10:]}" if len(same) == 1 else edtf


def _with_days(value: TimeValue, ref: date | None) -> TimeValue:
    """``value``, which has no days yet, with them."""
    begins, ends = _days(value, ref)
    if not begins and not ends:
        return value
    how = value.kind, value.modifier, value.part_of_day, value.calendar
    return _time(value.edtf, begins, ends, *how, value.rule, value.evidence)


def _days(value: TimeValue, ref: date | None) -> tuple[str, str]:
    """First and last day a value means, ISO: of its EDTF, of a length before or after the reference, of an end
    that is itself outside (``trước năm 1975``)."""
    if value.edtf[:1] == "P" and (m := _SPAN.fullmatch(value.edtf)):
        if ref is None or value.modifier not in ("last", "next"):
            return "", ""
        other = _moved(ref, int(m[1]) * (-1 if value.modifier == "last" else 1), m[2])
        return (other, ref.isoformat()) if value.modifier == "last" else (ref.isoformat(), other)
    if value.kind == "deictic" and value.modifier == "until" and ref is not None and "/" in value.edtf:
        return ref.isoformat(), bounds(value.edtf)[1]
    begins, ends = bounds(value.edtf)
    outside = "T" not in value.edtf
    if value.modifier == "before" and outside and (first := _first(value.edtf.split("/")[-1])):
        return begins, (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    if value.modifier == "after" and outside and (last := _last(value.edtf.split("/")[0])):
        return (date.fromisoformat(last) + timedelta(days=1)).isoformat(), ends
    return begins, ends


_SPAN = re.compile(r"P(\d+)([YMWD])")


def _moved(day: date, count: int, unit: str) -> str:
    """``day`` moved by so many years, months, weeks or days, ISO; empty outside the calendar."""
    try:
        if unit in "WD":
            return (day + timedelta(days=count * (7 if unit == "W" else 1))).isoformat()
        month = day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1)
        year, month = month // 12, month % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1])).isoformat()
    except (ValueError, OverflowError):
        return ""


def _reference(reference: str) -> date | None:
    if not reference:
        return None
    try:
        return date.fromisoformat(reference[:10])
    except ValueError:
        return None


@lru_cache(maxsize=1 << 14)
def _value(low: str, ref: date | None) -> TimeValue:
    if (m := _SIMPLE.fullmatch(low)) and (edtf := _simple(m, ref)):
        return _time(edtf, "", "", "date", "", PARTS.get(m["part"] or "", ""), "gregorian", "time.date")
    if (m := _BOUNDED.fullmatch(low)) and (value := _bounded(m[1], m[2], ref)):
        return value
    plain = _PLAIN.issuperset(_LETTERS.findall(low))
    for rule, reader in _READERS_OF_PLAIN if plain else _READERS:
        value = reader(low, ref)
        if value is not None:
            how = value.kind, value.modifier, value.part_of_day, value.calendar
            return _time(value.edtf, value.start_date, value.end_date, *how, rule, value.evidence)
    return _single(low, ref)


_SIMPLE = re.compile(
    r"(?:(?P<part>sáng|trưa|chiều|tối|đêm) )?(?:(?:ngày|hôm) )?(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})"
    r"(?:[/.](?P<year>[0-9]{4}))?|(?:năm )?(?P<alone>(?:1[0-9]|20)[0-9]{2})"
    r"|tháng (?P<of>1[0-2]|0?[1-9])/(?P<in>[0-9]{4})"
)
"""A day, a month or a year: most of the times of a page. What the readers make of them is told by these parts."""


_BOUNDED = re.compile(
    r"((?:kể )?từ|(?:đến|tới)(?: hết| trước)?|hết|trước|sau) ((?:(?:ngày|hôm|năm|tháng) )?[0-9][0-9/.]*)"
)
"""An interval that one of these begins or ends: what `_open` makes of it is told by this word."""


def _bounded(word: str, bound: str, ref: date | None) -> TimeValue | None:
    m = _SIMPLE.fullmatch(bound)
    edtf = _simple(m, ref, DEADLINE if word == "trước" else AHEAD) if m else "?"
    if edtf == "?":
        return None
    modifier = {"trước": "before", "sau": "after"}.get(word, "" if word.endswith("từ") else "until")
    begins = word == "sau" or not modifier
    interval = f"{edtf}/.." if begins else f"../{edtf}"
    return _time(interval, "", "", "interval", modifier, "", "gregorian", "time.open")


def _simple(m: re.Match[str], ref: date | None, ahead: int = LATE) -> str:
    if m["alone"]:
        return m["alone"]
    if m["of"]:
        return f"{m['in']}-{int(m['of']):02d}"
    day, month = int(m["day"]), int(m["month"])
    return _iso(day, month, m["year"] or _nearest(day, month, ref, ahead))


_CYCLE = regex.compile(_fill(r"(?<!\w){canchi}(?!\w)"))
_IS_LUNAR = regex.compile(
    _fill(r"âm lịch|chăm lịch|(?<!\w){canchi}(?!\w)|(?:mùng|mồng) \w|rằm(?!\w)|tháng (?:giêng|chạp)|\d tết(?!\w)")
)
_OF_THE_MOON = (
    *("lịch", "pl.", "mùng", "mồng", "rằm", "tháng giêng", "tháng chạp", " tết"),
    *("giáp ", "ất ", "bính ", "đinh ", "mậu ", "kỷ ", "canh ", "tân ", "nhâm ", "quý "),
)
"""Without one of these a phrase is of no other calendar."""
_LUNAR_INTERVAL = regex.compile(r"(?:\A|(?<=kể ))(?:từ|đến|tới) |\w (?:đến|tới|-) \w")
_ANOTHER_YEAR = re.compile(r"(?<!\d)\d{3,}(?!\d)|(?<!tháng )năm \d")  # a year that `_YEAR` does not take for one
_NAMED_YEAR = regex.compile(_fill(r"năm {canchi} ?[-,(]? ?(\d{4})\)?"))
_NEW_DAY = "|".join(sorted((w for w, n in NUMBERS.items() if n <= 10), key=len, reverse=True))
_MOON_DAY = regex.compile(
    rf"(?:(?:mùng|mồng) (?P<new>\d{{1,2}}|{_NEW_DAY})(?!\w)|(?P<full>rằm)(?!\w)|(?<![\d/])(?P<day>\d{{1,2}})(?!\d))"
    + _fill(r"(?:(?: tháng |[/.-])(?P<month>{moon}|\d{1,2}(?!\d))(?P<leap> nhuận)?|(?P<tet> tết)(?!\w))?")
)
_MOON_MONTH = regex.compile(_fill(r"tháng (?P<month>{moon})(?P<leap> nhuận)?"))
_CIVIL = {(8, 3), (1, 5), (1, 6), (2, 9), (3, 2)}
"""Days of the Gregorian calendar that people also call ``mùng``: ``mùng 8 tháng 3``, ``mùng 2 tháng 9``."""


def _holds(low: str, words: Sequence[str]) -> bool:
    """Whether one of ``words``, without which a pattern cannot match, is there."""
    for word in words:  # noqa: SIM110 (twice as fast as any(): texts are short)
        if word in low:
            return True
    return False


def _lunar(low: str, ref: date | None) -> TimeValue | None:
    if not _holds(low, _OF_THE_MOON):
        return None
    if once.search(r"phật lịch|pl\.", low):
        return TimeValue("?", calendar="buddhist")
    if not _IS_LUNAR.search(low) or _is_civil(low):
        return None
    if m := once.search(r"xuân .*?(\d{4})", low):
        return TimeValue(f"{m[1]}-21")
    part = _part(low)
    if once.search(r"(?:hằng|hàng) năm", low):
        return TimeValue("?", kind="recurring", part_of_day=part, calendar="lunar")
    if m := _NAMED_YEAR.fullmatch(low):
        return TimeValue(m[1], calendar="lunar")
    edtf = "?" if "chăm" in low else _lunar_value(low, ref)
    if low.startswith(("từ ", "kể từ ")) and "/" not in edtf:
        edtf = _open_ended(edtf)
    elif low.startswith(("đến ", "tới ")):
        edtf = _until(edtf)
    kind = "interval" if "/" in edtf or _LUNAR_INTERVAL.search(low) else "date"
    return TimeValue(edtf, kind=kind, part_of_day=part, calendar="lunar")


def _is_civil(low: str) -> bool:
    """``mùng 2/9``, ``mùng 8 tháng 3``: no lunar date unless it is called one."""
    m = once.fullmatch(r"(?:.* )?(?:mùng|mồng) (\d{1,2})(/| tháng )(\d{1,2})(?:/\d{4}| năm \d{4})?", low)
    return m is not None and (m[2] == "/" or (int(m[1]), int(m[3])) in _CIVIL)


def _lunar_value(low: str, ref: date | None) -> str:
    """EDTF of the Gregorian days; ``?`` when the page does not decide the year."""
    edtf = "?"
    for year in _lunar_years(low, ref):
        days = _lunar_days(low, year)
        if not days:
            return "?"
        if ref is None or _YEAR.search(low) or _CYCLE.search(low) or days[0] <= ref + timedelta(days=LATE):
            joined = "/" if len(days) == 2 and not once.search(r" và |,", low) else ";"
            edtf = joined.join(d.isoformat() for d in days)
            break
    return edtf


def _lunar_years(low: str, ref: date | None) -> list[int]:
    """The lunisolar years a phrase may mean, the likeliest first."""
    m: Match | None
    if m := _YEAR.search(low):
        return [int(m[1])]
    if ref is None or _ANOTHER_YEAR.search(low):
        return []
    if m := _CYCLE.search(low):
        return sorted(lunar.years(m[0]), key=lambda y: abs(y - ref.year))[:1]
    if once.search(r"năm (?:ngoái|trước)", low):
        return [ref.year - 1]
    return [ref.year + 1, ref.year, ref.year - 1, ref.year - 2]


def _lunar_day(low: str, year: int) -> date | None:
    days = _lunar_days(low, year)
    return days[0] if len(days) == 1 else None


def _lunar_days(low: str, year: int) -> list[date]:
    """The days, or first and last day, that a phrase names in a lunisolar year; empty when one does not exist."""
    named = list(_MOON_DAY.finditer(_YEAR.sub(" ", low)))
    dated = [m for m in named if m["month"] or m["tet"]]
    if not dated:
        m = _MOON_MONTH.search(low)
        if m is None:
            return []
        month, leap = _moon_month(m["month"]), bool(m["leap"])
        ends = [lunar.gregorian(day, month, year, leap) for day in (1, 30)]
        ends[1] = ends[1] or lunar.gregorian(29, month, year, leap)
        return [d for d in ends if d] if all(ends) else []
    found = [
        _moon_date(m, m if m["month"] or m["tet"] else dated[-1], year) for m in named if m.start() <= dated[-1].start()
    ]
    for i, (a, b) in enumerate(pairwise(found)):
        if a and b and a > b:  # "17 tháng Chạp tới 16 tháng Giêng": the year turns between them
            found[i + 1] = _moon_date(dated[-1], dated[-1], year + 1)
    return [d for d in found if d] if all(found) and len(found) <= 3 else []


def _moon_date(named: regex.Match[str], dated: regex.Match[str], year: int) -> date | None:
    """One day; its month may stand at the last day of the phrase (``từ mùng 8 đến rằm tháng Tư``)."""
    number = named["new"] or named["day"] or "15"
    day = int(number) if number.isdigit() else NUMBERS[number]
    if dated["tet"]:
        last = named["new"] is None and day > 20  # "28 Tết": the end of the old year
        return (
            lunar.gregorian(min(day, lunar.last_day(12, year - 1)), 12, year - 1)
            if last
            else lunar.gregorian(day, 1, year)
        )
    return lunar.gregorian(day, _moon_month(dated["month"]), year, bool(dated["leap"]))


def _moon_month(word: str) -> int:
    return MONTHS[word] if word in MONTHS else int(word) if word.isdigit() else 0


def _recurring(low: str, ref: date | None) -> TimeValue | None:
    if not _holds(low, ("hằng", "hàng")) or not once.search(r"(?:hằng|hàng) (?:năm|tháng)", low):
        return None
    modifier = "before" if low.startswith("trước") else ""
    if "tháng" in low.split("hằng")[-1] or "hàng tháng" in low:
        days = [f"XXXX-XX-{int(d):02d}" for d in once.findall(r"\d{1,2}", low)]
        return TimeValue(";".join(days) or "?", kind="recurring", modifier=modifier)
    return TimeValue(_point(low, None).edtf, kind="recurring", modifier=modifier)


def _era(low: str, ref: date | None) -> TimeValue | None:
    if not _holds(low, ("những năm", "thập", "thế k", "tk")):
        return None
    modifier = next((_EDGES[w] for w in low.split()[:2] if w in _EDGES), "")
    if m := once.search(r"(?:những năm|thập niên|thập kỷ) (\d{2,4})(?!\d| ?-)", low):
        decade = m[1]
        if len(decade) == 2:
            century = "20" if "xxi" in low or "này" in low else "19"
            decade = century + decade
        edtf, begins = decade[:3] + "X", decade[:3] + "0"
    elif m := once.search(r"(?<!\w)(?:thế k[ỷỉ]|tk) ?(xv(?:i{1,3})?|xxi|xix|xx|\d\d)(?!\w)", low):
        number = CENTURIES.get(m[1]) or int(m[1])
        edtf, begins = f"{(number - 1) * 100 + 1}/{number * 100}", str((number - 1) * 100 + 1)
    else:
        return None
    if low.startswith(("từ ", "kể từ ")):
        return TimeValue(f"{begins}/..", kind="interval", modifier=modifier)
    return TimeValue(edtf, kind="era", modifier=modifier)


_EDGES = {"đầu": "start", "giữa": "mid", "cuối": "end"}
_EDGE_WORDS = tuple(_EDGES)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _length(low: str, ref: date | None) -> TimeValue | None:
    m = _LENGTH.search(low) if _holds(low, ("qua", "tới", "đây", "nữa", "nay", "trước")) else None
    if m is None:
        if low in ("năm qua", "một năm qua"):
            return TimeValue("P1Y", kind="deictic", modifier="last")
        return None
    if m[3] == "trước" and m[1] in ("một", "1"):
        return None
    if once.match(r"\d{1,3}-", low):
        return TimeValue("?", kind="deictic", modifier="next" if m[3] == "tới" else "last")  # "10-15 năm tới"
    unit = {"năm": "Y", "tháng": "M", "tuần": "W", "ngày": "D"}[m[2]]
    modifier = "next" if m[3] in ("tới", "nữa") else "last"
    if m[1] == "nửa":
        return TimeValue("P6M" if unit == "Y" else "?", kind="deictic", modifier=modifier)
    return TimeValue(f"P{_count(m[1])}{unit}", kind="deictic", modifier=modifier)


def _year_of(ref: date | None) -> str:
    return str(ref.year) if ref else "XXXX"


def _months(low: str, ref: date | None) -> TimeValue | None:
    if " tháng " not in low:
        return None
    m = _MONTHS.search(low)
    if m is None:
        if m := once.search(r"những tháng (đầu|cuối) năm(?: (\d{4}))?", low):
            modifier = "start" if m[1] == "đầu" else "end"
            return TimeValue(m[2] or _year_of(ref), kind="interval", modifier=modifier)
        return None
    year, n = m[3] or _year_of(ref), _count(m[1])
    if not 1 <= n <= 12:
        return TimeValue("?", kind="interval")
    first, last = (13 - n, 12) if m[2] == "cuối" else (1, n)
    return TimeValue(f"{year}-{first:02d}/{year}-{last:02d}", kind="interval")


def _open(low: str, ref: date | None) -> TimeValue | None:
    """Intervals with words: từ … đến …, từ, đến, trước, sau, và những năm tiếp theo."""
    m: Match | None
    if "và " in low and (
        m := once.search(r"và (?:những|các) năm (?:(trước)(?: đó)?|tiếp theo|sau|sau đó|tới)(?!\w)", low)
    ):
        year = _YEAR.search(low)
        if m[1]:
            return TimeValue(_until(year[1]) if year else "?", kind="interval", modifier="until")
        return TimeValue(f"{year[1]}/.." if year else "?", kind="interval", modifier="ongoing")
    if low.startswith("từ nay"):
        first, last = _year_of(ref) if ref else "..", _point(low, ref).edtf
        known = last[:4].isdigit()
        return TimeValue(f"{first}/{last.split('/')[-1]}" if known else "?", kind="deictic", modifier="until")
    if low.startswith(("từ ", "kể từ ")):
        if " nay" in low and (m := once.match(r"(?:kể )?từ (.+?) (?:cho )?(?:đến|tới) nay", low)):
            edtf = _point(m[1], ref).edtf
            if m[1] in ("đầu năm", "đầu năm nay"):
                edtf = f"{_year_of(ref)}-01"
            return TimeValue(f"{edtf}/.." if edtf != "?" else "?", kind="interval", modifier="now")
        if "-" in low and (m := _FROM_YEARS.match(low)):
            return TimeValue(f"{m[1]}/{m[2]}", kind="interval")
        inner = _list_or_range(low.removeprefix("kể ").removeprefix("từ "), ref)
        if inner is not None and "/" in inner.edtf and ".." not in inner.edtf:
            return replace(inner, kind="interval")
        if _holds(low, (" đến ", " tới ", "-")) and (m := _FROM_TO.match(low)):
            return _between(m[1], m[2], ref)
        point = _point(low, ref, ahead=AHEAD)
        return TimeValue(_open_ended(point.edtf), kind="interval", modifier=point.modifier, part_of_day=point.part)
    if low.startswith(("đến ", "tới ", "hết ")) and (m := once.match(r"(?:(?:đến|tới)(?: hết| trước)?|hết) (.+)", low)):
        point = _point(m[1], ref, ahead=AHEAD)
        return TimeValue(_until(point.edtf), kind="interval", modifier="until", part_of_day=point.part)
    if (" đến " in low or " tới " in low) and (m := _TO.fullmatch(low)):
        return _between(m[1], m[2], ref)
    if low.startswith(("trước ", "sau ")) and (m := once.match(r"(trước|sau) (.+)", low)):
        before = m[1] == "trước"
        point = _point(m[2], ref, ahead=DEADLINE if before else AHEAD)
        if point.edtf == "?":
            return TimeValue("?", kind="interval")
        edtf = f"../{point.edtf}" if before else f"{point.edtf}/.."
        return TimeValue(edtf, kind="interval", modifier="before" if before else "after")
    return None


def _open_ended(edtf: str) -> str:
    if edtf == "?":
        return edtf
    return f"{edtf.split('/')[0]}/.."


def _until(edtf: str) -> str:
    if edtf == "?":
        return edtf
    return f"../{edtf.split('/')[-1]}"


def _between(first: str, last: str, ref: date | None) -> TimeValue:
    b = _point(last, ref, ahead=AHEAD)
    a = _point(first, ref, ahead=AHEAD)
    start = a.edtf
    if (
        (start == "?" or start.startswith("XXXX-XX-"))
        and (m := once.search(r"(\d{1,2})\Z", first))
        and len(b.edtf) >= 10
    ):
        start = f"{b.edtf[:8]}{int(m[1]):02d}"
    if m := _CLOCK.fullmatch(first):
        start = f"{b.edtf[:10]}T{int(m[1]):02d}:{int(m[2] or m[3] or 0):02d}"
    if start.startswith("XXXX") or (ref and not _YEAR.search(first) and _YEAR.search(last)):
        start = b.edtf[:4] + start[4:]  # the year stands at the end only
        if b.edtf[:4].isdigit() and start[:10] > b.edtf[:10]:
            start = f"{int(b.edtf[:4]) - 1}{start[4:]}"
    if "?" in (start, b.edtf):
        return TimeValue("?", kind="interval")
    return TimeValue(f"{start.split('/')[0]}/{b.edtf.split('/')[-1]}", kind="interval")


_SLIPPED_TERM = re.compile(r"(?<!\d)(\d{3,5}) ?- ?(\d{3,5})(?!\d)")
_TERM = 5  # years between the years that name a term of the Party or of an assembly


def _mended_term(first: str, last: str) -> str:
    """``nhiệm kỳ 202-2025``: the year with a figure lost or doubled, from the other one; else ``?``."""
    if len(first) == 4 and first.isdigit():
        wrong, right = last, str(int(first) + _TERM)
        value = f"{first}/{right}"
    else:
        wrong, right = first, str(int(last) - _TERM)
        value = f"{right}/{last}"
    short, long = sorted((wrong, right), key=len)
    return value if any(long[:i] + long[i + 1 :] == short for i in range(len(long))) else "?"


def _list_or_range(low: str, ref: date | None) -> TimeValue | None:
    kind = "term" if "nhiệm k" in low else "interval"
    if m := _YEARS.search(low):
        return TimeValue(f"{m[1]}/{m[2]}" if m[1] <= m[2] else "?", kind=kind)
    if kind == "term" and (m := _SLIPPED_TERM.search(low)):
        return TimeValue(_mended_term(m[1], m[2]), kind=kind)
    dates = _DMY.findall(low)
    if len(dates) == 2 and not _CLOCK.search(low):
        first, last = (_iso(int(d), int(mo), y) for d, mo, y in dates)
        return TimeValue(f"{first}/{last}" if "?" not in (first, last) else "?", kind="anniv")
    several = " và" in low or "," in low or "-" in low
    if several and once.search(r"năm \d{4}(?:, \d{4})*(?: và|,) (?:năm )?\d{4}", low):
        return TimeValue(";".join(_YEAR.findall(low)))
    if several and (listed := _months_listed(low, ref)) is not None:
        return listed
    if " và " in low and (m := _LIST.search(low)) and not once.search(r"ngày \((\d{1,2}) và", low):
        year = m[6] or _nearest(int(m[4]), int(m[5]), ref, LATE)
        days = [_iso(int(m[1]), int(m[2] or m[5]), year)]
        if m[3]:
            days.append(_iso(int(m[3]), int(m[5]), year))
        days.append(_iso(int(m[4]), int(m[5]), year))
        return TimeValue(";".join(days) if "?" not in days else "?")
    if (several or "đến" in low or "tới" in low or "và" in low) and (m := _RANGE.search(low)):
        year = m[5] or _nearest(int(m[3]), int(m[4]), ref, LATE)
        first, last = _iso(int(m[1]), int(m[2] or m[4]), year), _iso(int(m[3]), int(m[4]), year)
        if "?" not in (first, last) and first <= last:
            return TimeValue(f"{first}/{last}", kind="interval")
    return None


def _months_listed(low: str, ref: date | None) -> TimeValue | None:
    """``tháng 3 và tháng 4/2024``, ``hai tháng 4-5/2017``, ``quý II và quý III năm 2024``."""
    m: Match | None
    if m := _MONTH_RANGE.search(low):
        first, last = int(m[1]), int(m[2])
        if 1 <= first < last <= 12:
            return TimeValue(f"{m[3]}-{first:02d}/{m[3]}-{last:02d}", kind="interval")
    if m := _QUARTER_LIST.search(low):
        year = m[3] or _year_of(ref)
        firsts = [(ROMAN.get(q) or int(q)) * 3 - 2 for q in (m[1], m[2])]
        return TimeValue(";".join(f"{year}-{n:02d}/{year}-{n + 2:02d}" for n in firsts), kind="interval")
    if m := _MONTH_LIST.search(low):
        year = m[4] or _year_of(ref)
        months = [int(n) for n in m.groups()[:3] if n]
        if all(1 <= n <= 12 for n in months):
            return TimeValue(";".join(f"{year}-{n:02d}" for n in months))
    return None


_POINTING = ("nay", "qua", "mai", "ngoái", "trước", "tới", "sau", "này", "kia", "cùng ngày")
_POINTS = regex.compile(rf"(?<!\w)(?:{'|'.join(_POINTING)})(?!\w)")


def _deictic(low: str, ref: date | None) -> TimeValue | None:
    if not _holds(low, _POINTING) or not _POINTS.search(low):
        return None
    part = _part(low)
    modifier = _EDGES.get(low.split()[0], "")
    if _DMY.search(low) or _DM.search(low):
        return TimeValue(_point(low, ref).edtf, kind="deictic", part_of_day=part)
    edtf = _relative(low, ref) if ref else f"XXXX-{month}" if (month := _named_month(low)) else "?"
    if once.search(r"tới|sau", low):
        modifier = modifier or "next"
    return TimeValue(edtf, kind="deictic", modifier=modifier, part_of_day=part)


def _named_month(low: str) -> str:
    """The month of ``tháng 8 này``, ``tháng Ba năm nay``, two figures; empty when none is named."""
    m: Match | None
    if (m := _MONTH.search(low)) and 1 <= int(m[1]) <= 12:
        return f"{int(m[1]):02d}"
    m = _MONTH_WORD.search(once.sub(r" năm (?=nay|ngoái|trước|tới)", " . ", low))
    return f"{NUMBERS.get(m[1]) or MONTHS[m[1]]:02d}" if m else ""


def _relative(low: str, ref: date) -> str:
    if "năm học" in low:
        first = ref.year - (ref.month < 8) + {"qua": -1, "tới": 1}.get(low.split()[-1], 0)
        return f"{first}/{first + 1}"
    shift = -1 if once.search(r"ngoái|trước", low) else int("tới" in low)
    if month := _named_month(low):
        year = ref.year + shift if "năm" in low else ref.year + (shift > 0 and int(month) < ref.month)
        return f"{year}-{month}"
    if "năm" in low.split():
        return str(ref.year + shift)
    if "tháng" in low:
        count = ref.year * 12 + ref.month - 1 + shift
        return f"{count // 12}-{count % 12 + 1:02d}"
    if "tuần" in low:
        shift = -1 if once.search(r"trước|qua", low) else int(bool(once.search(r"tới|sau", low)))
        monday = ref + timedelta(days=7 * shift - ref.weekday())
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    days = -1 if "qua" in low else 1 if "mai" in low else -2 if "kia" in low else 0
    day = (ref + timedelta(days=days)).isoformat()
    if m := _CLOCK.search(low):
        return f"{day}T{int(m[1]):02d}:{int(m[2] or m[3] or 0):02d}"
    return day


def _single(low: str, ref: date | None) -> TimeValue:
    point = _point(low, ref)
    kind = "interval" if "/" in point.edtf else "date"
    modifier = point.modifier
    if "khoảng" in low:
        about = point.edtf if point.edtf == "?" else f"{point.edtf}~"
        return TimeValue(about, kind="date", modifier="approx", part_of_day=point.part, rule="time.date")
    return _time(point.edtf, "", "", kind, modifier, point.part, "gregorian", "time.date")


_READERS = (
    ("time.lunar", _lunar),
    ("time.recurring", _recurring),
    ("time.era", _era),
    ("time.length", _length),
    ("time.months", _months),
    ("time.open", _open),
    ("time.list-or-range", _list_or_range),
    ("time.deictic", _deictic),
)
"""The readers of forms with words of their own and the rule that each is, in the order in which they are tried."""

_LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN = frozenset(("ngày", "tháng", "năm", "quý", "sáng", "trưa", "chiều", "tối", "đêm", "giờ", "phút", "h", "g"))
_READERS_OF_PLAIN = tuple(r for r in _READERS if r[1] in (_months, _list_or_range))
"""Those that read what has no other words than these."""


def _part(low: str) -> str:
    m = _PART.search(low) if _holds(low, ("sáng", "chiều", "tối", "trưa", "đêm", "khuya")) else None
    return PARTS[m[1].removeprefix("buổi ")] if m else ""


def _point(low: str, ref: date | None, ahead: int = LATE) -> _Point:
    """The place on the calendar a phrase without interval words means, at most ``ahead`` days after the reference."""
    m: Match | None
    part = _part(low)
    modifier = next((_EDGES[w] for w in low.split()[:3] if w in _EDGES), "") if _holds(low, _EDGE_WORDS) else ""
    day = _day(low, ref, ahead)
    if day:
        return _Point(day, part, modifier)
    if "quý" in low and (m := _QUARTER.search(low)):
        number, year = ROMAN.get(m[1]) or int(m[1]), m[2] or _year_of(ref)
        return _Point(f"{year}-{number * 3 - 2:02d}/{year}-{number * 3:02d}", part, modifier)
    if "háng" in low and (m := _MONTH.search(low)) and 1 <= int(m[1]) <= 12:
        return _Point(f"{m[2] or _year_of(ref)}-{int(m[1]):02d}", part, modifier)
    if "tháng" in low and (m := _MONTH_WORD.search(low)):
        return _Point(f"{m[2] or _year_of(ref)}-{NUMBERS.get(m[1]) or MONTHS[m[1]]:02d}", part, modifier)
    if (m := _BARE_MONTH.search(low)) and 1 <= int(m[1]) <= 12:
        return _Point(f"{m[2]}-{int(m[1]):02d}", part, modifier)
    if m := _YEARS.search(low):
        return _Point(f"{m[1]}/{m[2]}", part, modifier)
    if m := _YEAR.search(low):
        season = _SEASON.search(low) if _holds(low, ("xuân", "hè", "hạ", "thu", "đông")) else None
        return _Point(m[1] + (SEASONS[season[1]] if season else ""), part, modifier)
    if (m := _CLOCK.search(low)) and int(m[1]) <= 24 and int(m[2] or m[3] or 0) < 60:
        return _Point(f"XXXX-XX-XXT{int(m[1]):02d}:{int(m[2] or m[3] or 0):02d}", part, modifier)
    if once.search(r"(?:đầu|cuối|giữa) năm", low):
        return _Point(_year_of(ref), part, modifier)
    return _Point("?", part, modifier)


def _day(low: str, ref: date | None, ahead: int) -> str:
    m: Match | None
    clock = _CLOCK.search(low) if _holds(low, ("h", "g")) else None
    rest = low[clock.end() :] if clock else low
    if m := _DMY.search(rest):
        day = _iso(int(m[1]), int(m[2]), m[3])
    elif (m := (_WORDS.search(rest) if " tháng " in rest else None) or _day_and_month(rest)) is not None:
        day = _iso(int(m[1]), int(m[2]), m[3] or _nearest(int(m[1]), int(m[2]), ref, ahead))
    elif "ngày " in rest and (m := once.fullmatch(r"(?:.* )?ngày (\d{1,2})", rest)):
        day = f"XXXX-XX-{int(m[1]):02d}" if 1 <= int(m[1]) <= 31 else "?"
    else:
        return ""
    if clock and day != "?":
        hour, minute = int(clock[1]), int(clock[2] or clock[3] or 0)
        if _part(low) in ("afternoon", "evening") and hour < 12:
            hour += 12
        return f"{day}T{hour:02d}:{minute:02d}" if hour < 25 and minute < 60 else day
    return day


def _day_and_month(low: str) -> re.Match[str] | None:
    return None if "tháng" in low or _BARE_MONTH.search(low) else _DM.search(low)


def _nearest(day: int, month: int, ref: date | None, ahead: int) -> str:
    """The year in which a day without one falls: the last such day that is at most ``ahead`` days after ``ref``."""
    if ref is None:
        return "XXXX"
    latest = ref + timedelta(days=ahead)
    for year in (ref.year + 1, ref.year, ref.year - 1):
        try:
            if date(year, month, day) <= latest:
                return str(year)
        except ValueError:
            continue
    return "XXXX"


def _iso(day: int, month: int, year: str) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return "?"
    if year.isdigit() and day > monthrange(int(year), month)[1]:
        return "?"
    return f"{year}-{month:02d}-{day:02d}"


@lru_cache(maxsize=1 << 13)
def bounds(edtf: str) -> tuple[str, str]:
    """First and last day (ISO) of an EDTF value; empty where open, unknown or unresolved.

    >>> bounds("2016/2021"), bounds("2019/.."), bounds("XXXX-07-08"), bounds("2020;2012")
    (('2016-01-01', '2021-12-31'), ('2019-01-01', ''), ('', ''), ('2012-01-01', '2020-12-31'))
    """
    if _ONE_DAY.fullmatch(edtf):
        return edtf, edtf
    parts = edtf.rstrip("~").replace(";", "/").split("/")
    begins, ends = _first(parts[0]), _last(parts[-1])
    if begins and ends and begins > ends:  # pages also name the later one first
        return _first(parts[-1]), _last(parts[0])
    return begins, ends


_ONE_DAY = re.compile(r"\d{4}-(?:0\d|1[0-2])-\d\d")
_COMPLETE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T[\d:]+)?")


def _first(part: str) -> str:
    m = _COMPLETE.fullmatch(part)
    if m is None or int(m[2] or 1) > 12:
        return f"{part[:3]}0-01-01" if part[3:] == "X" and part[:3].isdecimal() else ""
    return f"{m[1]}-{m[2] or '01'}-{m[3] or '01'}"


def _last(part: str) -> str:
    m = _COMPLETE.fullmatch(part)
    if m is None or int(m[2] or 1) > 12:
        return f"{part[:3]}9-12-31" if part[3:] == "X" and part[:3].isdecimal() else ""
    month = int(m[2] or 12)
    return f"{m[1]}-{month:02d}-{m[3] or monthrange(int(m[1]), month)[1]}"
