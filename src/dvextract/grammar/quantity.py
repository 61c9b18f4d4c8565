"""QUANTITY: counted things, money, shares, measures, ages and lengths (`find`), and their numbers (`interpret`).

A point groups thousands and a comma is the decimal mark, except for one or two digits after a point before triệu or
tỷ. Where a counted noun ends is a matter of the lexicon counted_nouns.tsv here; the tagger, which knows more of the
context, may set the edge elsewhere, so `interpret` reads any span.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from dvextract.compiled import maker
from dvextract.document import Evidence, Finding, QuantityValue
from dvextract.grammar import once
from dvextract.grammar.fold import page_lower, shadow
from dvextract.grammar.rule import Rule, Scanner, any_of
from dvextract.grammar.trigger import PAGE_LOWER, Ending
from dvextract.lexicon.tsv import rows

MULTIPLIERS = {
    "chục": 10,
    "trăm": 100,
    "nghìn": 1000,
    "ngàn": 1000,
    "k": 1000,
    "vạn": 10_000,
    "triệu": 10**6,
    "tr": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
DIGITS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
}
COMPARATORS = {
    "hơn": ">",
    "trên": ">",
    "gần": "~",
    "khoảng": "~",
    "chừng": "~",
    "xấp xỉ": "~",
    "dưới": "<",
    "ít nhất": ">=",
    "tối thiểu": ">=",
    "không quá": "<=",
    "tối đa": "<=",
    "≥": ">=",
    "≤": "<=",
    ">": ">",
    "<": "<",
    "tới": "=",
    "đến": "=",
}
MEASURES = {
    "km²": "km2",
    "km2": "km2",
    "km 2": "km2",
    "m²": "m2",
    "m2": "m2",
    "m 2": "m2",
    "m³": "m3",
    "m3": "m3",
    "m 3": "m3",
    "km": "km",
    "cm": "cm",
    "mm": "mm",
    "m": "m",
    "mét": "mét",
    "mét vuông": "m2",
    "hecta": "ha",
    "héc-ta": "ha",
    "ha": "ha",
    "kg": "kg",
    "g": "g",
    "gam": "g",
    "gram": "g",
    "mg": "mg",
    "ml": "ml",
    "cm2": "cm2",
    "cm²": "cm2",
    "dặm": "dặm",
    "inch": "inch",
    "feet": "feet",
    "gb": "GB",
    "mb": "MB",
    "tb": "TB",
    "mp": "MP",
    "mah": "mAh",
    "ghz": "GHz",
    "mhz": "MHz",
    "mã lực": "mã lực",
    "tấn": "tấn",
    "tạ": "tạ",
    "yến": "yến",
    "lít": "lít",
    "mw": "MW",
    "kw": "kW",
    "kv": "kV",
    "kva": "kVA",
    "mva": "MVA",
    "gw": "GW",
    "mwp": "MWp",
    "kwh": "kWh",
    "mwh": "MWh",
    "gwh": "GWh",
    "độ c": "độ C",
    "°c": "độ C",
    "hải lý": "hải lý",
    "sào": "sào",
    "công đất": "công đất",
}
# Too short or too rare to be looked for by themselves: the number before them is found by its context.
_ONLY_READ = frozenset({"g", "gb", "mb", "tb", "mp", "dặm", "inch", "feet", "cm2", "cm²", "gam", "gram", "mã lực"})
DURATIONS = {"năm": "Y", "tháng": "M", "tuần": "W", "ngày": "D", "giờ": "H", "tiếng": "H", "phút": "M"}
CURRENCIES = {"đồng": "VND", "vnd": "VND", "vnđ": "VND", "đ": "VND", "usd": "USD", "đô la": "USD", "đô-la": "USD"}


@cache
def counted_nouns() -> tuple[str, ...]:
    """Nouns that are counted, longest first (counted_nouns.tsv)."""
    return tuple(sorted({shadow(noun).lower() for noun, _ in rows("counted_nouns.tsv")}, key=lambda n: (-len(n), n)))


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(regex.escape(w) for w in sorted(words, key=len, reverse=True))


FRAGMENTS: dict[str, str] = {
    "cmp": "|".join(sorted((c for c in COMPARATORS if c not in ("tới", "đến")), key=len, reverse=True))
    + "|tới(?= \\d)|lên tới|lên đến",
    "num": r"\d{1,3}(?:\.\d{3})++(?:,\d{1,3})?|\d{1,7}(?:[.,]\d{1,3})?",
    "mul": r"chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ",
    "word": r"(?:hai|ba|bốn|năm|sáu|bảy|tám|chín) (?:mươi|chục|trăm|nghìn)"
    r"(?: (?:một|mốt|hai|ba|bốn|tư|lăm|sáu|bảy|tám|chín))?"
    r"|mười (?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín)|mười|hai|ba|bốn|năm|sáu|bảy|tám|chín",
    "per": r"(?: ?/ ?(?:\p{L}+(?: (?:hộ|dân|tháng|năm))?|m2|m²|m 2))",
    "measure": _alternatives([m for m in MEASURES if m not in _ONLY_READ]),
    "cur": _alternatives(list(CURRENCIES)),
}
for _name in ("num", "mul", "cmp", "word", "measure", "cur"):
    FRAGMENTS[_name] = f"(?:{FRAGMENTS[_name]})"
FRAGMENTS["range"] = "{num}(?: ?- ?{num}| (?:đến|tới) {num})?".replace("{num}", FRAGMENTS["num"])
FRAGMENTS["lead"] = (
    r"(?<![\p{L}\d])(?<!\d[.,/-])(?:từ (?=\d[\d.,]*+%? ?(?:-|đến|tới) ?\d)|{cmp} ?(?=[\d]|hàng))?".replace(
        "{cmp}", FRAGMENTS["cmp"]
    )
)

RULES: list[Rule] = [
    Rule(
        "quantity.percent",
        r"{lead}{range} ?%(?:/năm)?",
        {"87,5%": "87.5", "6,1 - 6,4%": "6.1..6.4", "gần 78%": "78", "3,5%/năm": "3.5"},
    ),
    Rule(
        "quantity.money",
        r"{lead}{range}(?: ?{mul}){1,2}(?: \d{1,3} (?:triệu|nghìn|ngàn|trăm))? {cur}(?!\w){per}{0,2}",
        {
            "trên 4,7 tỷ đồng": "4700000000",
            "37.500 triệu đồng": "37500000000",
            "1.5 triệu đồng": "1500000",
            "1 triệu 200 nghìn đồng": "1200000",
            "từ 3-4 triệu đồng/người": "3000000..4000000",
        },
    ),
    Rule(
        "quantity.money.plain",
        r"{lead}{num} ?{cur}(?!\w){per}{0,2}",
        {"500.000 đồng/tháng": "500000", "100.000.000 đ": "100000000", "200.000.000VND": "200000000"},
    ),
    Rule("quantity.money.bare", r"{lead}{num} (?:tỷ|tỉ)(?! ?\p{L})", {"35.000 tỷ": "35000000000000"}),
    Rule(
        "quantity.age",
        r"{lead}(?:từ )?{num} (?:năm )?tuổi(?! đảng)(?: trở lên)?",
        {"81 tuổi": "81", "từ 18 tuổi trở lên": "18"},
    ),
    Rule(
        "quantity.measure",
        r"{lead}{range}(?: {mul})? ?{measure}(?![\p{L}\d]){per}{0,2}",
        {"9.400m2": "9400", "6.317,5 km²": "6317.5", "1,2 km": "1.2", "2,3km": "2.3", "4,5 tấn": "4.5"},
    ),
    Rule(
        "quantity.duration",
        r"{lead}(?:{num}|{word}|(?<=từ ){range}(?= (?:ngày|tuần|tháng|năm)(?! (?:tiếp|đầu|cuối))))"
        r" (?:năm|tháng|tuần|ngày|giờ|tiếng|phút)(?! (?:công|tuổi|qua|tới|nữa|gần đây|nay|"
        r"tháng|đầu năm|cuối năm|trước|sau|năm|chạp|giêng|ngày \d|\d))(?!, ngày \d)(?![\w/])",
        {"10 năm": "P10Y", "05 năm": "P5Y", "ba tháng": "P3M", "từ 1-10 ngày": "P1D..P10D"},
    ),
    Rule(
        "quantity.ratio",
        r"(?<![\p{L}\d/.,-]){num}/{num}(?: {noun}(?!\p{L}))?(?![/\d-])",
        {"64/71 đại biểu": "64", "3.240/3.240 căn nhà": "3240", "18/22 đảng bộ": "18"},
    ),
    Rule(
        "quantity.count",
        r"{lead}{range}(?: {mul})? (?:lượt )?{noun}(?!\p{L}){per}?",
        {
            "hơn 200 đại biểu": "200",
            "1.900 mô hình": "1900",
            "02 đồng chí": "2",
            "1,46 triệu người": "1460000",
            "12-15 học sinh": "12..15",
            "3 vạn người": "30000",
        },
    ),
    Rule(
        "quantity.count.words",
        r"(?<!\p{L})(?:{cmp} )?{word}(?: {mul}){0,2} (?:{noun}|{measure}|{cur})(?![\p{L}\d]|-\p{L})",
        {
            "ba xã": "3",
            "mười hai hộ": "12",
            "hai mươi lăm hội viên": "25",
            "hai mươi tấn": "20",
            "hơn năm sào": "5",
            "ba triệu đồng": "3000000",
        },
    ),
    Rule(
        "quantity.vague",
        r"(?<!\p{L})(?:{cmp} )?hàng (?:chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?: (?:nghìn|ngàn|triệu|tỷ|tỉ))?"
        r" (?:{noun}|{measure}|{cur})(?!\p{L}|-\p{L})",
        {
            "hàng nghìn lượt người": "1000",
            "hàng trăm hộ": "100",
            "hàng chục héc-ta": "10",
            "hàng tỷ đồng": "1000000000",
        },
    ),
]

# Idioms and anaphors that look like counts.
_NEVER = re.compile(
    r"(?:hai|ba|bốn|năm|đôi) (?:bên|nước|tỉnh|đơn vị|miền|con người|địa phương|phía|quốc gia|ngành|cấp|lực lượng|tay)\Z"
)
_BEFORE = Ending(
    r"(?:thứ|số|khóa|khoá|lần|khu vực|điều|khoản|bài|đợt|km|"
    r"quân khu|chương trình|đề án|hạng|covid|vòng|kỳ|tháng|ngày|năm|quý|"
    r"điều lệ|huy hiệu|huân chương|mùng|mồng|ban chỉ đạo|cấp độ|tầng|lần thứ|hằng|hàng|mỗi|thứ tự|hội nghị) \Z"
)
# The name of a place or a unit (tổ 5), unless it is each of them (mỗi tổ 5 người) or a unit follows (cách bản 5 km).
_NAMED_BY_NUMBER = Ending(
    r"(?<!mỗi )(?<!từng )(?:quận|phường|tổ|quốc lộ|đường|thôn|bản|xã|ấp|khu|đại đội|tiểu đoàn|trung đoàn|sư đoàn|lớp|"
    r"phòng|đồn|đội) \Z"
)
_HAS_UNIT = frozenset({"quantity.money", "quantity.money.plain", "quantity.measure"})
# năm is five before a counted noun, but a year after a number and in these compounds.
_A_YEAR = re.compile(r"(?:\d|nhiều|mấy|hằng|hàng|mỗi|lâu|suốt) \Z")
_OF_THE_YEAR = regex.compile(r"năm (?:bản lề|công tác|dân vận|đoàn kết|thứ)(?!\p{L})")


# Without a counted noun 8/7 is a day; 64/71 cannot be one.
_DAY_MONTH = regex.compile(r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])")


@cache
def _scanner() -> Scanner:
    return Scanner(RULES, FRAGMENTS | {"noun": any_of(counted_nouns())}, PAGE_LOWER)


_finding = maker(Finding)
_quantity = maker(QuantityValue)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """QUANTITY candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    low = page_lower(text)
    found = []
    for start, end in spans:
        for m in _scanner().scan(low, start, end):
            if m.rule == "quantity.count.words" and _NEVER.search(low, m.start, m.end):
                continue
            if m.rule == "quantity.count.words" and (_is_year(low, start, m.start) or _is_name(text, m.start, m.end)):
                continue
            if m.rule != "quantity.percent" and _BEFORE.search(low, max(start, m.start - 14), m.start):
                continue
            if m.rule not in _HAS_UNIT and _NAMED_BY_NUMBER.search(low, max(start, m.start - 20), m.start):
                continue
            if m.rule == "quantity.ratio" and _DAY_MONTH.fullmatch(low, m.start, m.end):
                continue
            found.append(_finding(m.start, m.end, "QUANTITY", m.rule))
    return found


def _is_year(low: str, start: int, at: int) -> bool:
    """Whether `năm` at ``at`` means year, not five."""
    return low.startswith("năm ", at) and bool(
        _OF_THE_YEAR.match(low, at) or _A_YEAR.search(low, max(start, at - 8), at)
    )


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether a spelled number and a noun are a name (Năm Căn): all words have a capital, and only at the beginning."""
    return all(w[:1].isupper() and w[1:].islower() for w in text[start:end].split())


_NUMBER = regex.compile(r"\d[\d.,]*\d|\d")
_TO_NUMBER = regex.compile(r" ?(?:-|đến|tới) ?(\d[\d.,]*\d|\d)")
_MORE = regex.compile(r" (\d{1,3}) (triệu|nghìn|ngàn|trăm)(?!\p{L})")
_TIMES = regex.compile(r" ?(chục|trăm|nghìn|ngàn|vạn|triệu|tr|tỷ|tỉ|k)(?!\p{L})")
_RATIO = regex.compile(r"(\d[\d.]*) ?/ ?(\d[\d.]*)")
_COMPARED = regex.compile(
    r"\A(" + "|".join(sorted((regex.escape(c) for c in COMPARATORS), key=len, reverse=True)) + r")(?!\p{L})"
)
_SPELLED = regex.compile(
    r"(?<!\p{L})(?:(hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín) (?:mươi|chục)"
    r"(?: (một|mốt|hai|ba|bốn|tư|lăm|sáu|bảy|tám|chín))?"
    r"|mười(?: (một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?|(một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín))(?!\p{L})"
)
_UP = regex.compile(r"(?:tăng|vượt|thêm|tăng thêm|tăng trưởng)(?: (?:trưởng|lên|thêm|bình quân))? \Z")
_DOWN = regex.compile(r"giảm(?: (?:xuống|còn|bình quân))? \Z")
_CHANGES = ("tăng", "vượt", "thêm", "giảm")  # without one of these neither is found


def interpret(text: str, start: int, end: int) -> QuantityValue:
    """The numbers of text[start:end], which something claims to be a QUANTITY; value ``?`` when there is none."""
    begin = max(0, start - 24)
    before = text[begin:start].lower()
    for word in _CHANGES:
        if word in before:
            break
    else:
        return _alone(text[start:end], "")
    before = shadow(text[begin:start]).lower()
    changed = _UP.search(before)
    m = changed or _DOWN.search(before)
    if m is None:
        return _alone(text[start:end], "")
    where = begin + m.start(), begin + len(before.rstrip())
    evidence = (Evidence("quantity.change-before", *where, "direction"),)
    return replace(_alone(text[start:end], "up" if changed else "down"), evidence=evidence)


@lru_cache(maxsize=1 << 14)
def _alone(words: str, direction: str) -> QuantityValue:
    """The value of a mention's words; ``direction`` is what stands before them."""
    m = _ONE_FIGURE.match(words)
    if m is not None and (value := _of_figure(m[1], m[2], words[m.end() :], direction)) is not None:
        return value
    span = " ".join(shadow(words).split())
    low = span.lower()
    value = _value(low, direction)
    return value if low == span else _with_capitals(value, span)


_ONE_FIGURE = re.compile(r"(\D*)(\d[\d.,]*\d|\d)")


def _of_figure(before: str, digits: str, behind: str, direction: str) -> QuantityValue | None:
    """The value of one number in figures between words that say the same of many numbers; None if it is another."""
    sign = _sign(before) if before else "="
    meant = _behind(behind) if sign else None
    if meant is None or (before and meant.comparator != "="):
        return None
    number = _decimal(digits, meant.times)
    if not number:
        return None
    comparator = sign if before else meant.comparator
    if meant.duration:
        return _duration([number], meant.duration, comparator, direction)
    return _quantity(number, number, "", meant.unit, comparator, direction, meant.kind, "quantity.figures")


@lru_cache(maxsize=1 << 10)
def _sign(before: str) -> str:
    """The comparator that words before a number are; empty when they are more than that."""
    span = " ".join(shadow(before + "0").split())
    sign, body = _comparator(span.lower())
    return sign if body == "0" and not _SHORT_FORM.search(span) else ""


_SHORT_FORM = regex.compile(r"(?<!\w)\p{Lu}{2,}(?!\w)")
_SYLLABLE = regex.compile(
    r"(?:ngh|[ptcnk]h|tr|gi|qu|ng|gh|[bcdđghklmnpqrstvx])?[^\W\d_bcdđghklmnpqrstvx]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def _with_capitals(value: QuantityValue, span: str) -> QuantityValue:
    """The value with short forms in its unit (2 DN) as they are printed; words in capitals are no short forms."""
    if value.kind not in ("count", "ratio", "rate") or value.unit.isupper():
        return value
    shorts = {s.lower(): s for s in _SHORT_FORM.findall(span) if not _SYLLABLE.fullmatch(s.lower())}
    if not shorts:
        return value
    unit = _WORD.sub(lambda m: shorts.get(m[0], m[0]), value.unit)
    return value if unit == value.unit else replace(value, unit=unit)


_WORD = regex.compile(r"\w+")


def _value(low: str, direction: str) -> QuantityValue:
    comparator, body = _comparator(low)
    if "/" in body and (m := _RATIO.match(body)):
        unit = body[m.end() :].strip().removeprefix("số ") or ""
        part, whole = _decimal(m[1], ""), _decimal(m[2], "")
        return QuantityValue(part, part, whole, unit, comparator, direction, "ratio", "quantity.ratio")
    if body.startswith("hàng ") and (m := _HUNDREDS.match(body)):
        number = str(MULTIPLIERS[m[1]] * MULTIPLIERS.get(m[2] or "", 1))
        unit, kind = _unit(body[m.end() :].strip())
        return QuantityValue(number, number, "", unit, "vague", direction, kind, "quantity.vague")
    numbers, rest = _numbers(body)
    if not numbers:
        return QuantityValue("?", "", "", "", comparator, direction, "count", "quantity.undecided")
    if m := _DURATION.match(rest):
        return _duration(numbers, m, comparator, direction)
    unit, kind = _unit(rest) if rest else _bare(body)
    rule = "quantity.range" if len(numbers) > 1 else "quantity.figures" if body[:1].isdigit() else "quantity.words"
    high = numbers[1] if len(numbers) > 1 else ""
    return _quantity("..".join(numbers), numbers[0], high, unit, comparator, direction, kind, rule)


class _Behind(NamedTuple):
    """What stands behind one number: multipliers, a length of time, else the unit and the kind of quantity; and the
    comparator there."""

    times: str
    duration: regex.Match[str] | None
    unit: str
    kind: str
    comparator: str


@lru_cache(maxsize=1 << 13)
def _behind(words: str) -> _Behind | None:
    """What ``words`` behind a number mean whatever the number is; None when they hold more of it."""
    span = " ".join(shadow("0" + words).split())
    comparator, body = _comparator(span.lower())
    if _RATIO.match(body) or _TO_NUMBER.match(body, 1):
        return None
    times, at = _multiplier(body, 1)
    if times and _MORE.match(body, at):
        return None
    rest = body[at:].strip()
    if m := _DURATION.match(rest):
        return _Behind(times, m, "", "", comparator)
    unit, kind = _unit(rest) if rest else _bare(body)
    value = _quantity("0", "0", "", unit, comparator, "", kind, "quantity.figures")
    return _Behind(times, None, _with_capitals(value, span).unit, kind, comparator)


_HUNDREDS = regex.compile(r"hàng (chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?: (nghìn|ngàn|triệu|tỷ|tỉ))?")
_DURATION = regex.compile(
    r"(năm|tháng|tuần|ngày đêm|ngày|giờ|tiếng|phút|thập kỷ)(?: (rưỡi))?(?: (\d+) (tháng|phút))?\Z"
)


def _duration(numbers: list[str], m: regex.Match[str], comparator: str, direction: str) -> QuantityValue:
    number, word = numbers[-1], m[1]
    letter = {"ngày đêm": "D"}.get(word) or DURATIONS.get(word, "Y")
    amount = number
    if word == "thập kỷ":
        amount = _plain(Decimal(number) * 10)
    if m[2]:
        amount, letter = (_plain(Decimal(number) * 12 + 6), "M") if word == "năm" else (f"{number}.5", letter)
    if m[3] and word == "năm":
        amount, letter = _plain(Decimal(number) * 12 + Decimal(m[3])), "M"
    prefix = "PT" if word in ("giờ", "tiếng", "phút") else "P"
    value = "..".join(f"{prefix}{n}{letter}" for n in numbers) if len(numbers) > 1 else f"{prefix}{amount}{letter}"
    high = numbers[1] if len(numbers) > 1 else ""
    return _quantity(value, numbers[0], high, "duration", comparator, direction, "duration", "quantity.duration")


_FROM = ("từ ", "lên tới ", "lên đến ")


def _comparator(low: str) -> tuple[str, str]:
    sign, body = "=", low
    if body.endswith("trở lên"):
        sign, body = ">=", body.removesuffix("trở lên").strip()
    if body.startswith(_FROM):
        body = body.removeprefix(next(w for w in _FROM if body.startswith(w)))
    if body[:1].isdecimal():
        return sign, body
    while m := _COMPARED.match(body):
        if COMPARATORS[m[1]] != "=" and (COMPARATORS[m[1]] != "~" or sign == "="):
            sign = COMPARATORS[m[1]]  # tối đa khoảng 200: the bound tells more than that it is about
        body = body[m.end() :].strip()
    return sign, body


def _numbers(body: str) -> tuple[list[str], str]:
    """One or two numbers at the beginning, as decimals with a point, and what follows them."""
    m = _NUMBER.match(body)
    if m is None:
        return _spelled(body)
    second = _TO_NUMBER.match(body, m.end())
    at = second.end() if second else m.end()
    times, at = _multiplier(body, at)
    first = _decimal(m[0], times)
    numbers = [first, _decimal(second[1], times)] if second else [first]
    if second and times and _is_complete(m[0], second[1], times):
        numbers[0] = _decimal(m[0], "")
    if times and (more := _MORE.match(body, at)):
        numbers = [_plain(Decimal(first) + Decimal(more[1]) * MULTIPLIERS[more[2]])]
        at = more.end()
    return [n for n in numbers if n], body[at:].strip()


def _is_complete(first: str, second: str, times: str) -> bool:
    """Whether the first number of a range is whole without the multiplier: 800.000 - 2 triệu, not 3 - 4 triệu."""
    alone, last = _decimal(first, ""), _decimal(second, "")
    if not alone or not last:
        return False
    return Decimal(1000) <= Decimal(alone) <= Decimal(_decimal(second, times)) and Decimal(alone) > Decimal(last)


def _multiplier(body: str, at: int) -> tuple[str, int]:
    """Words that multiply the number ending at ``at``, and where they end."""
    words = []
    while m := _TIMES.match(body, at):
        words.append(m[1])
        at = m.end()
    return " ".join(words), at


def _spelled(body: str) -> tuple[list[str], str]:
    m = _SPELLED.match(body)
    if m is None:
        times, at = _multiplier(" " + body, 0)  # hơn chục triệu, cả trăm: one of them
        return ([_decimal("1", times)], body[at - 1 :].strip()) if times else ([], body)
    if m[1]:
        number = DIGITS[m[1]] * 10 + {"mốt": 1}.get(m[2] or "", DIGITS.get(m[2] or "", 0))
    elif m[4]:
        number = DIGITS[m[4]]
    else:
        number = 10 + DIGITS.get(m[3] or "", 0)
    times, at = _multiplier(body, m.end())
    return [_decimal(str(number), times)], body[at:].strip()


@lru_cache(maxsize=1 << 13)
def _decimal(digits: str, times: str) -> str:
    """A printed number as a decimal with a point: 1.900 -> 1900, 87,5 -> 87.5, 1.5 triệu -> 1500000."""
    if not times and len(digits) < 16 and digits.isascii() and digits.isdigit():
        return str(int(digits))
    if once.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits) and not (times and once.fullmatch(r"0\.\d{3}", digits)):
        plain = digits.replace(".", "").replace(",", ".")
    else:
        plain = digits.replace(",", ".")
        if plain.count(".") > 1:
            plain = plain.replace(".", "")
    if once.fullmatch(r"\d{1,3}(?:,\d{3})*,000", digits):
        plain = digits.replace(",", "")  # 37,000: no decimals are all zeros
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return ""
    for word in times.split():
        number *= MULTIPLIERS[word]
    return _plain(number)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f") if number != number.to_integral() else str(int(number))


def _bare(body: str) -> tuple[str, str]:
    """A number without a noun counts what was named before; in thousand millions it is money."""
    return ("VND", "money") if once.search(r"t[ỷỉ]\Z", body) else ("", "count")


_PEOPLE = ("đồng chí", "đồng bào", "đồng đội", "đồng nghiệp")  # begin like the currency


_SLASH = regex.compile(r" ?/ ?")


def _unit(rest: str) -> tuple[str, str]:
    """The unit and the kind of quantity that what follows the number means."""
    rest = _SLASH.sub("/", rest) if "/" in rest else rest
    head, slash, per = rest.partition("/")
    head = head.strip()
    if head.startswith("%"):
        return rest, "percent"
    if (word := _first_words(head, CURRENCIES)) and not head.startswith(_PEOPLE):
        code = CURRENCIES[word]
        return (f"{code}/{per.replace('m 2', 'm2')}", "rate") if slash else (code, "money")
    if head in ("tuổi", "năm tuổi"):
        return head, "age"
    if word := _first_words(head, MEASURES):
        return (f"{MEASURES[word]}/{per}", "rate") if slash else (MEASURES[word], "measure")
    return (rest, "rate") if slash else (head, "count")


_MOST_WORDS = 1 + max(words.count(" ") for words in (*MEASURES, *CURRENCIES))


def _first_words(head: str, listed: Mapping[str, str]) -> str:
    """The longest of the listed words that ``head`` begins with; empty when it begins with none."""
    head = " ".join(head.split(" ", _MOST_WORDS)[:_MOST_WORDS])
    while head and head not in listed:
        head = head.rpartition(" ")[0]
    return head
