"""Dates that furniture displays, and how far they may be trusted.

A displayed date may be the day of the visit or of printing: a widget computes it, so its weekday always fits and
proves nothing. What decides is a second date, a label such as "Ngày đăng", a time of day, and the days and years
that the article itself names.
"""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import regex

from dvextract.layout.lines import Line

LONGEST = 120
"""A line that displays a date has at most so many code points."""

_MONTHS = {m.lower(): i for i, m in enumerate(month_abbr) if m}
_DAY = r"(?P<d>\d{1,2})\s?(?P<sep>[/.\-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4}|\d{2})(?![\d/])"
_WORDS = r"(?:ngày\s)?(?P<d>\d{1,2})[\s,]{1,3}tháng\s(?P<m>\d{1,2})[\s,]{1,3}(?:năm\s)?(?P<y>\d{4})(?!\d)"
_PLACE_DATE = regex.compile(rf"(?:^|\s{{2,}}|\*\s)\p{{L}}[\p{{L}}\s.\-]{{1,30}}, {_WORDS}$")
_ISO = r"(?P<y>(?:19|20)\d\d)(?P<sep>[/\-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"
_ENGLISH = (
    r"(?:(?P<d>\d{1,2})[\s\-]{1,2})?(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[.,\s\-]{1,2}"
    r"(?:(?P<d>\d{1,2}),?\s)?(?P<y>\d{4})(?!\d)"
)
_DATE = regex.compile(rf"(?<!\d)(?:{_ISO}|{_DAY}|{_WORDS}|{_ENGLISH})")
_TIME = regex.compile(
    r"(?<!\d)(?P<h>[01]?\d|2[0-3])\s?(?::|h|giờ)\s?(?P<min>[0-5]\d)(?:['’]|\sphút)?(?::[0-5]\d)?\s?(?P<half>am|pm|sa|ch)?(?![\d\p{L}])"
)
_LABEL = (
    r"(?:ngày\s)?(?:cập\snhật|đăng|gửi|xuất\sbản|phát\shành|tạo|viết|post(?:ed)?|publish(?:ed)?|update[ds]?)(?:\slần\scuối|\stin|\sbài)?"
    r"(?:\s(?:lúc|ngày|vào|on|at|date)){0,2}|thời\sgian\sđăng"
)
_LABELLED = regex.compile(rf"(?<!\p{{L}})(?:{_LABEL})(?!\p{{L}})")
_WEEKDAY = (
    r"(?:thứ|t)\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\snhật|chúa\snhật|cn"
    r"|(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
)
_COUNT = (
    r"(?:số\s)?(?:lượt|lần)\s(?:người\s)?(?:xem|đọc|truy\scập)\s?:?\s?[\d.,]{1,12}|[\d.,]{1,12}\s(?:lượt\s)?(?:xem|đọc|views?)"
    r"|đã\s(?:xem|đọc)\s?:?\s?[\d.,]{1,12}|views?\s?:?\s?[\d.,]{1,12}"
)


def _unnamed(pattern: str) -> str:
    """A pattern for use inside others: its groups without names, its second separator any separator."""
    return "(?:" + regex.sub(r"\(\?P<\w{1,4}>", "(?:", pattern.replace("(?P=sep)", r"[/.\-]")) + ")"


_ANY_DATE, _ANY_TIME = _unnamed(_DATE.pattern), _unnamed(_TIME.pattern)
_WHOLE = regex.compile(
    rf"(?:{_ANY_DATE}|{_ANY_TIME}|(?<!\p{{L}})(?:{_LABEL}|{_WEEKDAY}|{_COUNT}|gmt|utc|ngày|lúc|in|print)(?!\p{{L}})|[+\-]\s?0?7(?::00)?(?!\d)"
    r"|[\s,|\-:;()\[\].•·/*@])+"
)
_DATE_FIRST = regex.compile(rf"(?:{_ANY_DATE}|{_ANY_TIME}|[\s,\-]){{2,6}}(?:\s{{2,}}|\s?\|)")
_LABEL_FIRST = regex.compile(rf"(?:{_LABEL}|hôm nay|(?:{_WEEKDAY})(?!\p{{L}}))[\s,:\-|]{{0,4}}(?=\D{{0,25}}\d)")
_TODAY = regex.compile(r"hôm nay(?!\p{L})")
_SPARE = 40
"""After a label and a date so many code points more ("Chuyên mục: …", a counter) leave the line a display of dates."""
_AGO = regex.compile(r"(?:cập nhật |đăng )?(?:cách đây )?\d{1,3} (?:phút|giờ|ngày|tuần) trước")
_NUMBERS = regex.compile(r"\d[/.\-]\d|\d{4}|trước$")

_MONTH_FIRST = regex.compile(r"(?<!\d)(?P<m>1?\d)/(?P<d>[1-3]?\d)/(?P<y>\d{4})\s(?P<h>1?\d):\d\d:\d\d\s[ap]m")

_IN_TEXT = regex.compile(
    r"(?<![\d/.\-])(?P<d>\d{1,2})\s?(?P<sep>[/.\-])\s?(?P<m>\d{1,2})(?:\s?(?P=sep)\s?(?P<y>(?:19|20)\d\d))?(?![\d/\-]|\.\d)"
    r"|(?<!\d)(?P<d>\d{1,2})\stháng\s(?P<m>\d{1,2})(?:\snăm\s(?P<y>\d{4}))?(?!\d)"
)
_YEAR = regex.compile(r"(?<![\d/.,\-])(?<!\d )(?:19|20)\d\d(?!\s?[\-–]\s?\d|[\d/]|[.,]\d)")
_NEAR = 45
"""Days between an event the article reports and its publication that pass for the same occasion."""
_LONG = 90
"""Days after which a displayed date cannot be that of a report on the event."""
_LEAD = 600
"""Code points at the beginning of an article in which the reported day is named."""


@dataclass(frozen=True, slots=True)
class Displayed:
    """A date in furniture: ``edtf`` (empty for "3 giờ trước"), with what stands around it, and where it stands."""

    edtf: str
    labelled: bool
    timed: bool
    today: bool = False
    first: bool = False
    start: int = -1
    end: int = -1

    @property
    def day(self) -> str:
        """The date without its time of day."""
        return self.edtf[:10]


def displayed(line: Line) -> Displayed | None:
    """What a line that is nothing but a date (label, weekday, time, counter) displays; None for any other line."""
    if len(line) > LONGEST or not _NUMBERS.search(line.low):
        return None
    if _AGO.fullmatch(line.low):
        return Displayed("", True, False)
    found = _DATE.search(line.low)
    if found is None or not (_WHOLE.fullmatch(line.low) or _begins_with_label(line, found)):
        return None
    day = _american(line.low) or _iso(found)
    if not day:
        return None
    time = _clock(line.low[: found.start()] + " " * len(found[0]) + line.low[found.end() :])
    labelled = _LABELLED.search(line.low) is not None
    today = _TODAY.match(line.low) is not None
    start, end = (line.start + at for at in found.span())
    return Displayed(day + time, labelled, bool(time), today, start=start, end=end)


def _begins_with_label(line: Line, found: regex.Match[str]) -> bool:
    """Whether a label, weekday or the date comes first and little follows."""
    if _DATE_FIRST.match(line.low) and len(line) - found.end() <= _SPARE + 10 and not line.ends_sentence:
        return True
    label = _LABEL_FIRST.match(line.low)
    if label is None or found.start() > label.end() + _SPARE or line.ends_sentence:
        return False
    before = line.low[label.end() : found.start()]
    return len(line) - found.end() <= _SPARE and (not before or _WHOLE.fullmatch(before) is not None)


def written_date(line: Line) -> Displayed | None:
    """The date in a line such as "Hà Nội, ngày 12 tháng 3 năm 2014"; None when there is none."""
    found = _PLACE_DATE.search(line.low)
    day = _iso(found) if found else ""
    if found is None or not day:
        return None
    return Displayed(day, False, False, start=line.start + found.start("d"), end=line.start + found.end("y"))


def _american(low: str) -> str:
    """The date in "9/4/2015 3:05:00 PM": the form of English-language software, month first, no leading zeros."""
    m = _MONTH_FIRST.search(low)
    return _iso(m) if m is not None and "0" not in (m["m"][0], m["d"][0], m["h"][0]) else ""


def _iso(m: regex.Match[str]) -> str:
    groups = m.groupdict()
    month = groups.get("m") or _MONTHS.get(groups.get("mon") or "", 0)
    year = groups["y"]
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(groups["d"] or 0)).isoformat()
    except ValueError:
        return ""


def _clock(low: str) -> str:
    m = _TIME.search(low)
    if m is None:
        return ""
    hour = int(m["h"])
    if m["half"] in ("pm", "ch") and hour < 12:
        hour += 12
    elif m["half"] in ("am", "sa") and hour == 12:
        hour = 0
    return f"T{hour:02d}:{m['min']}"


@dataclass(frozen=True, slots=True)
class Trust:
    """The displayed date, how far it goes (pub, crawl, suspect, none) and the date of publication, if known.

    ``source`` is the display that the date of publication is read off.
    """

    displayed: str
    level: str
    published: str
    source: Displayed | None = None


def trust(dates: Sequence[Displayed], article: str) -> Trust:
    """Judge the dates of a page in reading order; ``article`` is its content, the beginning of which is enough."""
    shown = [d for d in dates if d.edtf]
    if not shown:
        return Trust("", "none", "")
    top = shown[0]
    dated = [d for d in shown if not d.today]
    if top.today:
        return Trust(top.edtf, "crawl", dated[0].edtf, dated[0]) if dated else Trust(top.edtf, "suspect", "")
    if any(d.day != top.day for d in shown):
        published = next((d for d in shown if d.labelled), shown[1 if shown[1].day != top.day else -1])
        return Trust(top.edtf, "pub" if published.day == top.day else "crawl", published.edtf, published)
    best = max(shown, key=lambda d: d.timed)
    evidence = _evidence(article, date.fromisoformat(top.day))
    if not top.labelled and top.first and len(shown) == 1:
        if not top.timed and evidence is not True:
            return Trust(top.edtf, "suspect", "")
        if evidence is False:
            return Trust(top.edtf, "crawl", "")
    return Trust(top.edtf, "pub", best.edtf, best)


def stated(shown: Trust, published: str) -> Trust:
    """The dates of a page whose container states one: the date it shows is that, or the day of the visit."""
    if not shown.displayed:
        return Trust("", "none", published)
    return Trust(shown.displayed, "pub" if shown.displayed[:10] == published[:10] else "crawl", published)


def _evidence(article: str, day: date) -> bool | None:
    """Whether the article's own days and years fit publication on ``day``; None when they do not decide."""
    low = article.lower()
    full = False
    years = {int(y[0]) for y in _YEAR.finditer(low)}
    for m in _IN_TEXT.finditer(low):
        distance = _distance(m, day)
        if distance is not None and -_NEAR <= distance <= _NEAR and (m["y"] or m.start() < _LEAD):
            return True
        years |= {int(m["y"])} if m["y"] else set()
        full = full or (distance is not None and distance > _LONG and m["y"] is not None and m.start() < _LEAD)
    if day.year in years:
        return True
    return False if full and max(years) < day.year else None


def _distance(m: regex.Match[str], day: date) -> int | None:
    """Days from a date of the text to ``day``; without a year, to its nearest recurrence."""
    years = [int(m["y"])] if m["y"] else [day.year - 1, day.year, day.year + 1]
    found = []
    for year in years:
        try:
            found.append((day - date(year, int(m["m"]), int(m["d"]))).days)
        except ValueError:
            continue
    return min(found, key=abs) if found else None
