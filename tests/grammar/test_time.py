"""Where TIME mentions stand and what they mean. Every rule's examples run here; the tables below add the hard cases."""

import pytest

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
        ("rằm tháng Bảy", "2024-07-08", "?"),
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
    ],
)
def test_lunar_dates_beside_gregorian_ones(before, lunar, expected):
    text = before + lunar
    assert interpret(text, len(before), len(text)).edtf == expected


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
        ("199X", ("1990-01-01", "1999-12-31")),
        ("XXXX-07-08", ("", "")),
        ("P5Y", ("", "")),
        ("?", ("", "")),
    ],
)
def test_bounds(edtf, expected):
    assert bounds(edtf) == expected
