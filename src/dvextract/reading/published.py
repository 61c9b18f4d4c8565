"""Dates as containers state them (ISO 8601, RFC 2822, day first) to EDTF in the time of Viet Nam."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_HERE = timezone(timedelta(hours=7))
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})\s?[:h]\s?(\d{2})(?!\d)")
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
)
_FIRST_YEAR = 1900


def edtf(stated: str) -> str:
    """A stated date as EDTF, with the time of day where there is one; empty for what is no date.

    >>> edtf("2024-07-08T09:40:00Z"), edtf("08/07/2024 16:40"), edtf("hôm qua")
    ('2024-07-08T16:40', '2024-07-08T16:40', '')
    """
    stated = stated.strip()[:80]
    try:
        if m := _ISO.search(stated):
            return _iso(m)
        if m := _DAY_FIRST.search(stated):
            day = datetime(int(m[4]), int(m[3]), int(m[1]))
            clock = _CLOCK.search(stated[: m.start()]) or _CLOCK.search(stated[m.end() :])
            if clock is None:
                return _said(day, False)
            return _said(day.replace(hour=int(clock[1]), minute=int(clock[2])), True)
        sent = parsedate_to_datetime(stated)
        return _said(sent.astimezone(_HERE) if sent.tzinfo else sent, True)
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""


def _iso(m: re.Match[str]) -> str:
    day = datetime(int(m[1]), int(m[2]), int(m[3]))
    if m[4] is None:
        return _said(day, False)
    when = day.replace(hour=int(m[4]), minute=int(m[5]))
    if m[6]:
        zone = UTC if m[6] == "Z" else datetime.strptime(m[6].replace(":", ""), "%z").tzinfo
        when = when.replace(tzinfo=zone).astimezone(_HERE)
    return _said(when, True)


def _said(when: datetime, timed: bool) -> str:
    if not _FIRST_YEAR <= when.year <= 2200:
        return ""
    return f"{when:%Y-%m-%d}" + (f"T{when:%H:%M}" if timed and (when.hour or when.minute) else "")
