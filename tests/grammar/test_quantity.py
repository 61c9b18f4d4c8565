"""Where counted things, money and measures stand and which numbers they are."""

import random

import pytest

from dvextract.grammar import quantity
from dvextract.grammar.quantity import RULES, counted_nouns, find, interpret

EXAMPLES = [(rule.name, text, value) for rule in RULES for text, value in rule.examples.items()]


def found(text):
    return [text[f.start : f.end] for f in find(text, [(0, len(text))])]


@pytest.mark.parametrize(("rule", "text", "value"), EXAMPLES)
def test_examples_of_rules(rule, text, value):
    matches = find(text, [(0, len(text))])
    assert len(matches) == 1, f"{rule} finds {matches}"
    assert interpret(text, matches[0].start, matches[0].end).value == value


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_rule_has_an_example(rule):
    assert rule.examples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("có hơn 200 đại biểu dự", ["hơn 200 đại biểu"]),  # the comparator is in
        ("1.900 mô hình, điển hình", ["1.900 mô hình"]),  # a coordinated noun is out
        ("12 tập thể, 7 cá nhân", ["12 tập thể", "7 cá nhân"]),
        ("64/71 đại biểu tán thành", ["64/71 đại biểu"]),
        ("lần thứ 5, đợt 2, khu vực 3", []),  # ordinals
        ("Trung đoàn 791, Quốc lộ 6, Điều 30", []),  # names
        ("hai bên, hai nước, hai đơn vị ký kết", []),  # anaphors
        ("ngày 8/7, năm 2024", []),  # dates
        ("hồi 3 giờ ngày 8/7, ngày 25 tháng Chạp", []),  # times
        ("tổ 5 người già, mỗi tổ 5-7 người", ["5-7 người"]),  # a unit's name; what each unit has
        ("cách bản 5 km, bản 5 hộ", ["5 km"]),  # what has a unit is no name
        ("năm xã, 20 năm công tác, năm bản lề, sinh viên năm thứ hai", ["năm xã"]),  # five or year
        ("thị trấn Năm Căn có năm căn nhà", ["năm căn nhà"]),  # a name or a number
        ("hàng nghìn héc-ta lúa, hàng tỷ đồng", ["hàng nghìn héc-ta", "hàng tỷ đồng"]),
    ],
)
def test_boundaries(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator", "kind"),
    [
        ("hơn 200 đại biểu", "200", "đại biểu", ">", "count"),
        ("trên 4,7 tỷ đồng", "4700000000", "VND", ">", "money"),
        ("1.268 mô hình", "1268", "mô hình", "=", "count"),
        ("1,46 triệu người", "1460000", "người", "=", "count"),
        ("gần 3.000m2", "3000", "m2", "~", "measure"),
        ("ít nhất 3 hộ", "3", "hộ", ">=", "count"),
        ("không quá 5 người", "5", "người", "<=", "count"),
        ("500.000 đồng/tháng", "500000", "VND/tháng", "=", "rate"),
        ("87,5%", "87.5", "%", "=", "percent"),
        ("64/71 đại biểu", "64", "đại biểu", "=", "ratio"),
        ("81 tuổi", "81", "tuổi", "=", "age"),
        ("10 năm", "P10Y", "duration", "=", "duration"),
        ("02 đồng chí", "2", "đồng chí", "=", "count"),  # the leading zero means nothing
        ("hàng trăm lượt người", "100", "lượt người", "vague", "count"),
        ("từ 18 tuổi trở lên", "18", "tuổi", ">=", "age"),
        ("mười hai hộ", "12", "hộ", "=", "count"),
        ("một chuỗi bất kỳ", "1", "chuỗi bất kỳ", "=", "count"),  # a claimed span is read as it stands
        ("không có số", "?", "", "=", "count"),
    ],
)
def test_values(text, value, unit, comparator, kind):
    q = interpret(text, 0, len(text))
    assert (q.value, q.unit, q.comparator, q.kind) == (value, unit, comparator, kind)


@pytest.mark.parametrize(("before", "direction"), [("tăng ", "up"), ("giảm ", "down"), ("vượt ", "up"), ("đạt ", "")])
def test_direction_comes_from_the_word_before(before, direction):
    text = before + "143 mô hình"
    assert interpret(text, len(before), len(text)).direction == direction


def test_ratio_keeps_part_and_whole():
    q = interpret("64/71 đại biểu", 0, 14)
    assert (q.number, q.number_max) == ("64", "71")


def test_counted_nouns_are_longest_first():
    lengths = [len(n) for n in counted_nouns()]
    assert lengths == sorted(lengths, reverse=True)
    assert "mô hình" in counted_nouns()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("từ 800.000 - 2 triệu đồng", ("800000..2000000", "VND", "=", "money")),  # whole without triệu
        ("3-4 triệu đồng", ("3000000..4000000", "VND", "=", "money")),
        ("10mg", ("10", "mg", "=", "measure")),
        ("250ml", ("250", "ml", "=", "measure")),
        ("50g", ("50", "g", "=", "measure")),
        ("2,5 triệu kWh", ("2500000", "kWh", "=", "measure")),
        ("120 MVA", ("120", "MVA", "=", "measure")),
        ("tối đa khoảng 200 người", ("200", "người", "<=", "count")),
        ("khoảng hơn 30 hộ", ("30", "hộ", ">", "count")),
        ("hơn chục triệu đồng", ("10000000", "VND", ">", "money")),
        ("gần trăm hộ", ("100", "hộ", "~", "count")),
        ("37,000 đồng", ("37000", "VND", "=", "money")),
        ("2 DN", ("2", "DN", "=", "count")),
        ("15 DN nhỏ", ("15", "DN nhỏ", "=", "count")),
        ("30 ĐẠI BIỂU", ("30", "đại biểu", "=", "count")),
    ],
)
def test_readings(text, expected):
    v = interpret(text, 0, len(text))
    assert (v.value, v.unit, v.comparator, v.kind) == expected


BEFORE = (
    "",
    "",
    "hơn ",
    "Hơn ",
    "khoảng",
    "tối đa khoảng ",
    "từ ",
    "lên tới ",
    "hàng ",
    "DN ",
    "HƠN  ",
    ">",
    "~ ",
    "số ",
)
FIGURES = ("7", "12", "1.200", "1.200.000", "3,5", "0.500", "37,000", "1.2.3", "0", "12.", "5/7", "٣", "7-9", "1 đến 2")
BEHIND = (
    "",
    " ",
    " hộ",
    " hộ dân",
    "%",
    " %/năm",
    " triệu đồng",
    " triệu 500 nghìn",
    " năm",
    " năm rưỡi",
    " giờ 30 phút",
)
BEHIND += (
    " DN",
    " hộ DTTS",
    "m2",
    "km/giờ",
    " / 3",
    "/3 hộ",
    " trở lên",
    "tỷ đồng trở lên",
    " tuổi",
    " tỉ",
    " đồng chí",
)


def test_one_figure_is_read_as_any_words_are(monkeypatch):
    draw = random.Random(5)
    words = {draw.choice(BEFORE) + draw.choice(FIGURES) + draw.choice(BEHIND) for _ in range(6_000)}
    read = {w: quantity._alone.__wrapped__(w, "up") for w in words}
    monkeypatch.setattr(quantity, "_of_figure", lambda *_: None)
    for w, value in read.items():
        assert (w, repr(value)) == (w, repr(quantity._alone.__wrapped__(w, "up")))
