"""Where TIME mentions stand and what they mean. Every rule's examples run here; the tables below add the hard cases."""

import datetime as dt
import random
import re

import pytest

from dvextract.grammar import time
from dvextract.grammar.time import RULES, bounds, find, interpret

EXAMPLES = [(rule.name, text, value) for rule in RULES for text, value in rule.examples.items()]


def found(text):
    return [text[f.start : f.end] for f in find(text, [(0, len(text))])]


@pytest.mark.parametrize(("rule", "text", "value"), EXAMPLES)
def test_examples_of_rules(rule, text, value):
    matches = find(text, [(0, len(text))])
    assert len(matches) == 1, f"{rule} finds {matches}"
    assert interpret(text, matches[0].start, matches[0].end).edtf == value


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_rule_has_an_example(rule):
    assert rule.examples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trong năm 2019 và những năm tiếp theo, bản họp", ["năm 2019 và những năm tiếp theo"]),
        ("tầm nhìn đến năm 2045", ["đến năm 2045"]),  # position words stay outside
        ("Tính đến hết tháng 6", ["đến hết tháng 6"]),
        ("các ngày 15 và 16/7/2024", ["ngày 15 và 16/7/2024"]),
        ("ngày 3/6 và ngày 5/7", ["ngày 3/6", "ngày 5/7"]),  # complete conjuncts are two
        ("(nhiệm kỳ 2016-2021)", ["nhiệm kỳ 2016-2021"]),  # the bracket is not the span's
        ("nhiệm kỳ (2016-2021) bắt đầu", ["nhiệm kỳ (2016-2021)"]),
        ("Hằng năm, hằng tháng, quý, năm đều họp", []),  # habit
        ("Thời gian qua, những năm qua, nhiều năm qua", []),  # vague
        ("trong những năm tới, như các năm trước", []),  # vague, unlike năm tới
        ("riêng chiều thứ Năm, ngày 12-12", ["chiều thứ Năm, ngày 12-12"]),  # the part of day is in
        ("sáng thứ Bảy (8/7) khai mạc", ["sáng thứ Bảy (8/7)"]),  # so is the date in brackets
        ("sau 10 năm thực hiện Chỉ thị 05", []),  # a length
        ("Quyết định số 34/2024/QĐ-UBND", []),  # a document's number
        ("Luật Đất đai năm 2024", []),  # the year is the law's
        ("đạt 64/71 phiếu, 18/22 đảng bộ", []),  # ratios
        ("năm xã, Thứ trưởng, quý vị", []),  # words that only look like it
    ],
)
def test_boundaries(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("sáng 8/7", "2024-07-08", "2024-07-08"),
        ("sáng 8/7", "", "XXXX-07-08"),  # never resolved without a trusted date
        ("ngày 28/12", "2021-01-05", "2020-12-28"),  # the last such day
        ("trước ngày 30/9", "2023-07-13", "../2023-09-30"),  # what lies ahead
        ("trước ngày 20/12", "2023-05-06", "../2023-12-20"),  # however far: a deadline
        ("trước ngày 28/4", "2023-05-06", "../2023-04-28"),  # but a week ago is past
        ("năm nay", "2024-07-08", "2024"),
        ("năm ngoái", "2024-07-08", "2023"),
        ("hôm qua", "2024-03-01", "2024-02-29"),
        ("6 tháng đầu năm", "2024-07-08", "2024-01/2024-06"),
        ("từ đầu năm đến nay", "2024-07-08", "2024-01/.."),
        ("năm học này", "2025-09-10", "2025/2026"),
        ("20/2/2020", "1999-01-01", "2020-02-20"),  # a full date needs no help
        ("ngày 31/2/2020", "", "?"),  # no such day
        ("ngày 45/13", "", "?"),
        ("tháng 3 năm nay", "2024-07-08", "2024-03"),  # not three years
        ("tháng Ba năm ngoái", "2024-07-08", "2023-03"),
        ("tháng 8 này", "", "XXXX-08"),
        ("tuần trước", "2024-07-08", "2024-07-01/2024-07-07"),
        ("tuần trước", "", "?"),
        ("từ nay đến năm 2030", "2024-07-08", "2024/2030"),
        ("ngày 28", "", "XXXX-XX-28"),
        ("đầu tháng Năm", "", "XXXX-05"),
        ("từ nửa năm trước", "", "P6M"),
        ("10 năm trở lại đây", "", "P10Y"),
        ("năm 2018 và những năm trước đó", "", "../2018"),
        ("từ 0 giờ ngày 16/8 đến hết ngày 15/9 năm 2021", "", "2021-08-16T00:00/2021-09-15"),
        ("hai tháng 4-5/2017", "", "2017-04/2017-05"),
        ("tháng 3 và tháng 4/2024", "", "2024-03;2024-04"),
        ("tháng 1, 2 năm 2024", "", "2024-01;2024-02"),
        ("quý II và quý III năm 2024", "", "2024-04/2024-06;2024-07/2024-09"),
        ("năm 2016, 2017", "", "2016;2017"),
        ("nhiệm kỳ 202-2025", "", "2020/2025"),  # a figure lost: terms last five years
        ("nhiệm kỳ 2020-20255", "", "2020/2025"),
        ("nhiệm kỳ 2016-2011", "", "?"),  # either year may be the wrong one
        ("đường dây 1800-1522", "", "?"),  # no years in order
        ("năm 2018 đến năm 2021", "", "2018/2021"),
        ("hè 2024", "", "2024-22"),
        ("24 đến 48 giờ", "", "?"),
        ("mùa đông năm 1946", "", "1946-24"),
        ("năm 2024", "", "2024"),
        ("từ đầu thế kỷ 20", "", "1901/.."),
        ("cuối TK XVII", "", "1601/1700"),
        ("năm Kỷ Hợi - 2019", "", "2019"),
        # the lunisolar year nearest the reference date, a named one, none at all
        ("rằm tháng Bảy", "2024-07-08", "2024-08-18"),
        ("25 tháng Chạp", "2024-02-04", "2024-02-04"),
        ("mùng 10 tháng Giêng năm Giáp Thìn", "2024-07-08", "2024-02-19"),
        ("mùng 10 tháng Giêng năm Giáp Thìn", "", "?"),  # 1964 or 2024
        ("mùng 10 tháng Giêng năm Giáp Thìn 2024", "", "2024-02-19"),
        # a year the calendar does not cover is not replaced by the page's
        ("mùng 1 tháng Giêng năm 9999", "2024-07-08", "?"),
        ("mùng 1 tháng Giêng năm 938", "2024-07-08", "?"),
        ("mùng 10 tháng 3 năm 40", "2024-07-08", "?"),
        ("mùng 5 tháng Giêng năm 1789", "2024-07-08", "1789-01-30"),
        ("từ mùng 8 đến rằm tháng Tư", "2021-05-25", "2021-05-19/2021-05-26"),
        ("từ 28 tháng Chạp đến mùng 5 tháng Giêng", "2024-02-20", "2024-02-07/2024-02-14"),
        ("mùng 2 Tết", "2007-02-25", "2007-02-18"),
        ("30 Tết", "2024-02-12", "2024-02-09"),
        ("30 Tết", "2025-02-12", "2025-01-28"),  # the old year ended on its 29th
        ("tháng Giêng năm 2024 âm lịch", "", "2024-02-10/2024-03-09"),
        ("rằm tháng Giêng hằng năm", "2024-07-08", "?"),
        ("mùng 8 tháng 3", "2024-07-08", "2024-03-08"),  # the holiday is none of the lunar calendar
        ("mùng 2/9", "", "XXXX-09-02"),
        ("một chuỗi bất kỳ", "", "?"),  # anything may be asked
        ("", "", "?"),
    ],
)
def test_values(text, reference, expected):
    assert interpret(text, 0, len(text), reference).edtf == expected


@pytest.mark.parametrize(
    ("before", "lunar", "expected"),
    [
        # the Gregorian date that a lunar one explains
        ("Ngày 24/5/2015 (tức ", "ngày 7 tháng 4 năm Ất Mùi", "2015-05-24"),
        ("ngày 12/3, tức ", "mùng 3 tháng Hai", "XXXX-03-12"),
        ("Lễ hội mở ", "mùng 10 tháng Giêng", "?"),
        ("Lúc 6h ngày 26/5/2021 (", "rằm tháng Tư", "2021-05-26"),
        # the year in which both calendars agree, of those named
        ("Cụ mất ngày 24/2 (tức ", "ngày 2 tháng 2 năm Canh Tý", "2020-02-24"),
        ("Hội xuân Mậu Tuất 2018 mở ngày 25/2 (tức ", "mùng 10 tháng Giêng", "2018-02-25"),
        ("Hội xuân 2016, ngày 6/2 (tức ", "mùng 10 tháng Giêng", "XXXX-02-06"),
    ],
)
def test_lunar_dates_beside_gregorian_ones(before, lunar, expected):
    text = before + lunar
    assert interpret(text, len(before), len(text)).edtf == expected


@pytest.mark.parametrize(
    ("before", "span", "after", "expected"),
    [
        # a life that is told: the date says when; a goal or a result: until when
        ("", "Đến năm 2003", ", ông về bản làm trưởng thôn.", "2003"),
        ("Ông làm cán bộ xã; ", "đến tháng 5/2014", " được bầu làm Chủ tịch.", "2014-05"),
        ("", "Đến năm 2003", ", ông sẽ nghỉ.", "../2003"),
        ("", "Đến năm 2030", ", toàn xã hết hộ nghèo.", "../2030"),
        ("Ông làm trưởng bản ", "đến năm 2003", ", bà thay ông.", "../2003"),
        # the year just named
        ("Năm 2013, bà về xã. ", "Tháng 9 năm đó", ", bà làm tổ trưởng.", "2013-09"),
        ("Bà về xã. ", "Tháng 9 năm đó", ", bà làm tổ trưởng.", "XXXX-09"),
        # one year for both halves
        ("đánh giá ", "6 tháng đầu năm", ", phương hướng 6 tháng cuối năm 2019.", "2019-01/2019-06"),
        ("đánh giá ", "6 tháng đầu năm", ". Sau đó bàn 6 tháng cuối năm 2019.", "XXXX-01/XXXX-06"),
        # a Gregorian date that a lunar one explains
        ("Hội xuân năm 2017 mở vào ", "ngày 9/2", " tức ngày 13/1 âm lịch.", "2017-02-09"),
        ("Hội xuân năm 2016 mở vào ", "ngày 9/2", " tức ngày 13/1 âm lịch.", "XXXX-02-09"),
    ],
)
def test_values_that_the_words_around_decide(before, span, after, expected):
    assert interpret(before + span + after, len(before), len(before) + len(span)).edtf == expected


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("5 năm qua", "2024-02-29", ("2019-02-28", "2024-02-29")),
        ("6 tháng tới", "2024-07-08", ("2024-07-08", "2025-01-08")),
        ("hai tuần nữa", "2024-07-08", ("2024-07-08", "2024-07-22")),
        ("5 năm qua", "", ("", "")),
        ("trước năm 1975", "", ("", "1974-12-31")),
        ("sau ngày 31/12/2024", "", ("2025-01-01", "")),
        ("đến năm 2030", "", ("", "2030-12-31")),
        ("từ nay đến năm 2030", "2024-07-08", ("2024-07-08", "2030-12-31")),
        ("mùng 10 tháng Giêng", "2024-03-01", ("2024-02-19", "2024-02-19")),
    ],
)
def test_first_and_last_day(text, reference, expected):
    value = interpret(text, 0, len(text), reference)
    assert (value.start_date, value.end_date) == expected


def test_years_after_a_number_of_an_assembly_are_a_term():
    text = "HĐND tỉnh khóa XIV (2011-2016) họp."
    assert interpret(text, 20, 29).kind == "term"


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("Sáng 8/7", "part_of_day", "morning"),
        ("cuối năm 2020", "modifier", "end"),
        ("từ năm 2016 đến nay", "modifier", "now"),
        ("nhiệm kỳ 2020-2025", "kind", "term"),
        ("5 năm qua", "kind", "deictic"),
        ("15/10/1930 - 15/10/2020", "kind", "anniv"),
        ("mùng 10 tháng Giêng", "calendar", "lunar"),
        ("PL.2565", "calendar", "buddhist"),
        ("khoảng ngày 30/2/2024", "edtf", "?"),  # there is no such day, and so none near it
    ],
)
def test_attributes(text, field, expected):
    assert getattr(interpret(text, 0, len(text)), field) == expected


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2016/2021", ("2016-01-01", "2021-12-31")),
        ("2019/..", ("2019-01-01", "")),
        ("../2030", ("", "2030-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2024-07-15;2024-07-16", ("2024-07-15", "2024-07-16")),
        ("2020;2012", ("2012-01-01", "2020-12-31")),  # the later one named first
        ("2020-12;2020-01", ("2020-01-01", "2020-12-31")),
        ("199X", ("1990-01-01", "1999-12-31")),
        ("XXXX-07-08", ("", "")),
        ("P5Y", ("", "")),
        ("?", ("", "")),
    ],
)
def test_bounds(edtf, expected):
    assert bounds(edtf) == expected


def test_simple_dates_are_read_as_all_are(monkeypatch):
    """Days, months and years that are told by one look are what the readers of all forms make of them."""
    draw = random.Random(3)
    given = []
    for _ in range(4000):
        day, month, year = draw.randrange(40), draw.randrange(15), draw.choice([draw.randrange(10_000), 2024])
        part = draw.choice(["", "sáng ", "chiều ", "tối ", "trưa ", "đêm "]) + draw.choice(["", "ngày ", "hôm "])
        date = f"{day:0{draw.choice((1, 2))}d}{draw.choice('/.')}{month:0{draw.choice((1, 2))}d}"
        words = draw.choice(
            [f"{part}{date}", f"{part}{date}/{year:04d}", f"năm {year:04d}", f"{year:04d}", f"tháng {month}/{year:04d}"]
        )
        given.append((words, draw.choice([None, dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(900))])))
    at_once = [time._value.__wrapped__(*g) for g in given]
    assert sum(time._SIMPLE.fullmatch(words) is not None for words, _ in given) > 3000
    monkeypatch.setattr(time, "_SIMPLE", re.compile("(?!)"))
    readers = [time._value.__wrapped__(*g) for g in given]
    assert [(v, v.rule) for v in at_once] == [(v, v.rule) for v in readers]


def test_bounds_in_figures_are_read_as_all_are(monkeypatch):
    """Intervals that one word begins or ends are what the readers of all forms make of them."""
    draw = random.Random(5)
    words = ["từ", "kể từ", "đến", "tới", "đến hết", "tới hết", "đến trước", "tới trước", "hết", "trước", "sau"]
    given = []
    for _ in range(4000):
        day, month, year = draw.randrange(40), draw.randrange(15), draw.choice([draw.randrange(10_000), 2024])
        when = draw.choice([f"{day}/{month}", f"{day:02d}.{month}.{year}", f"{month}/{year:04d}", f"{year:04d}"])
        low = f"{draw.choice(words)} {draw.choice(['', 'ngày ', 'năm ', 'tháng '])}{when}"
        given.append((low, draw.choice([None, dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(900))])))
    at_once = [time._value.__wrapped__(*g) for g in given]
    monkeypatch.setattr(time, "_BOUNDED", re.compile("(?!)"))
    readers = [time._value.__wrapped__(*g) for g in given]
    assert [(v, v.rule) for v in at_once] == [(v, v.rule) for v in readers]
    assert sum(v.kind == "interval" for v in readers) > 1000
