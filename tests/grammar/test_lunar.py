"""Days of Vietnam's lunisolar calendar against days that are known."""

from datetime import date, timedelta

import pytest

from dvextract.grammar.lunar import gregorian, last_day, years


@pytest.mark.parametrize(
    ("year", "new_year"),
    [
        (1968, "1968-01-29"),  # a day before China's: the first by UTC+7
        (1985, "1985-01-21"),  # a month before China's
        (2007, "2007-02-17"),  # a day before China's
        (2023, "2023-01-22"),
        (2024, "2024-02-10"),
        (2025, "2025-01-29"),
        (2026, "2026-02-17"),
        (2030, "2030-02-02"),  # a day before China's
    ],
)
def test_new_year(year, new_year):
    assert gregorian(1, 1, year) == date.fromisoformat(new_year)


def test_a_month_that_comes_twice():
    assert gregorian(1, 2, 2023) == date(2023, 2, 20)
    assert gregorian(1, 2, 2023, leap=True) == date(2023, 3, 22)
    assert gregorian(1, 3, 2023) == date(2023, 4, 20)
    assert gregorian(1, 3, 2023, leap=True) is None
    assert gregorian(1, 2, 2024, leap=True) is None


@pytest.mark.parametrize(("day", "month", "year"), [(30, 12, 2024), (31, 1, 2024), (0, 1, 2024), (1, 13, 2024)])
def test_days_that_do_not_exist(day, month, year):
    assert gregorian(day, month, year) is None


@pytest.mark.parametrize("year", [1, 1599, 2200, 9999])
def test_years_that_are_not_covered(year):
    assert gregorian(15, 1, year) is None
    assert gregorian(15, 12, year) is None


def test_the_first_and_the_last_year_that_are_covered():
    assert gregorian(1, 1, 1600) == date(1600, 2, 15)
    assert gregorian(1, 1, 1800) == date(1800, 1, 25)
    assert gregorian(1, 12, 2199) > gregorian(1, 1, 2199) > date(2199, 1, 1)


def test_months_follow_one_another():
    """Every day between two new years is one day of one month."""
    for year in (*range(1600, 1610), *range(1990, 2040), *range(2189, 2199)):
        days = [
            d
            for month in range(1, 13)
            for leap in (False, True)
            for day in range(1, 31)
            if (d := gregorian(day, month, year, leap)) is not None
        ]
        first, following = gregorian(1, 1, year), gregorian(1, 1, year + 1)
        assert sorted(days) == [first + timedelta(days=i) for i in range((following - first).days)]


def test_length_of_the_last_month():
    assert (last_day(12, 2023), last_day(12, 2024)) == (30, 29)


def test_names_of_years():
    assert years("giáp thìn", 2000, 2050) == [2024]
    assert years("quý tị", 2000, 2050) == years("quý tỵ", 2000, 2050) == [2013]
    assert years("giáp tỵ") == []  # stems and branches of unlike parity never meet
    assert years("năm sáu") == []
