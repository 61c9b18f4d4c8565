"""Vietnam's lunisolar calendar: a day of it (``mùng 10 tháng Giêng năm Giáp Thìn``) to the Gregorian day.

Months begin on the day of the new moon in Vietnam (UTC+7); the month with the winter solstice is the eleventh; in a
year of thirteen months the first without a major solar term repeats the number before it. Tables and libraries made
for China count days at UTC+8, which differs for whole months (Tết 1985, Tết 2007), so the astronomy is computed here
(Meeus, Astronomical Formulae for Calculators, ch. 18 and 32, in the procedure of Hồ Ngọc Đức). The State has reckoned
by UTC+7 since 1968; earlier days are what this rule would have given.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import floor, radians, sin

FIRST_YEAR, LAST_YEAR = 1600, 2199
"""The lunisolar years that are covered: beyond them the series of moon and sun, cut short, are not trusted."""

_ZONE = 7 / 24  # days by which Vietnam is ahead of UTC
_MONTH = 29.530588853  # days from new moon to new moon
_FIRST = 2415021.076998695  # Julian day of the new moon that the others are counted from (January 1900)
_ORDINAL = 1721425  # Julian day number of a date less its ordinal
_STEMS = ("canh", "tân", "nhâm", "quý", "giáp", "ất", "bính", "đinh", "mậu", "kỷ")
_BRANCHES = ("thân", "dậu", "tuất", "hợi", "tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi")


def gregorian(day: int, month: int, year: int, leap: bool = False) -> date | None:
    """The Gregorian date of a day of the lunisolar ``year``; None when that month or day does not exist.

    None as well outside the years `FIRST_YEAR` to `LAST_YEAR`. ``year`` is the Gregorian year in which the lunisolar
    one begins; ``leap`` asks for the second of two months with the same number.

    >>> gregorian(1, 1, 2007), gregorian(30, 2, 2024)
    (datetime.date(2007, 2, 17), None)
    """
    if not (1 <= month <= 12 and 1 <= day <= 30 and FIRST_YEAR <= year <= LAST_YEAR):
        return None
    begins = _eleventh(year - 1 if month < 11 else year)
    ends = _eleventh(year if month < 11 else year + 1)
    months = (month + 1) % 12
    if ends - begins > 365:
        repeated = _repeated(begins)
        if leap and months != repeated - 1:
            return None
        months += leap or months >= repeated
    elif leap:
        return None
    first = _new_moon_day(_count(begins) + months)
    if day > _new_moon_day(_count(begins) + months + 1) - first:
        return None
    return date.fromordinal(first + day - 1 - _ORDINAL)


def last_day(month: int, year: int) -> int:
    """How many days a month has: 29 or 30."""
    return 30 if gregorian(30, month, year) else 29


def years(name: str, first: int = 1900, last: int = 2100) -> list[int]:
    """The years from ``first`` to ``last`` that bear a name of the cycle of sixty, lower case; none if it is no name.

    >>> years("giáp thìn")
    [1904, 1964, 2024, 2084]
    """
    stem, _, branch = name.replace("tị", "tỵ").replace("kỉ", "kỷ").partition(" ")
    if stem not in _STEMS or branch not in _BRANCHES:
        return []
    at = _STEMS.index(stem), _BRANCHES.index(branch)
    return [y for y in range(first, last + 1) if (y % 10, y % 12) == at]


def _count(julian: int) -> int:
    """The number of the new moon that falls on a Julian day."""
    return floor(0.5 + (julian - _FIRST) / _MONTH)


@cache
def _new_moon_day(k: int) -> int:
    """The Julian day number of the ``k``-th new moon after January 1900, in Vietnam."""
    t = k / 1236.85
    mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * sin(radians(166.56 + 132.87 * t - 0.009173 * t**2))
    sun = radians(359.2242 + 29.10535608 * k - 0.0000333 * t**2 - 0.00000347 * t**3)
    moon = radians(306.0253 + 385.81691806 * k + 0.0107306 * t**2 + 0.00001236 * t**3)
    node = radians(21.2964 + 390.67050646 * k - 0.0016528 * t**2 - 0.00000239 * t**3)
    true = mean + (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun)
    true += -0.4068 * sin(moon) + 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon)
    true += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    true += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    true += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    return floor(true - (-0.000278 + 0.000265 * t + 0.000262 * t**2) + 0.5 + _ZONE)


@cache
def _eleventh(year: int) -> int:
    """The Julian day number on which the eleventh month begins, the one with the winter solstice of ``year``."""
    k = floor((date(year, 12, 31).toordinal() + _ORDINAL - 2415021) / _MONTH)
    day = _new_moon_day(k)
    return _new_moon_day(k - 1) if _sign(day) >= 9 else day


@cache
def _repeated(begins: int) -> int:
    """Months from the eleventh one to the one without a major solar term, which repeats the number before it."""
    k, i = _count(begins), 1
    while _sign(_new_moon_day(k + i)) != _sign(_new_moon_day(k + i + 1)) and i < 13:
        i += 1
    return i


def _sign(day: int) -> int:
    """The twelfth of the sun's path (0 from the spring equinox) at the midnight that begins a day in Vietnam."""
    t = (day - 0.5 - _ZONE - 2451545.0) / 36525
    anomaly = radians(357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3)
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
    longitude += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor(longitude % 360 / 30)
