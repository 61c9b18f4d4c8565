"""Which occasions their name alone identifies."""

import pytest

from dvextract.grammar.event import RULES, find, standing_events
from dvextract.interpretation.events import kind

EXAMPLES = [(rule.name, text, name) for rule in RULES for text, name in rule.examples.items()]


def found(text):
    return [text[f.start : f.end] for f in find(text, [(0, len(text))])]


@pytest.mark.parametrize(("rule", "text", "name"), EXAMPLES)
def test_examples_of_rules(rule, text, name):
    assert name in found(text)
    assert rule in {f.rule for f in find(text, [(0, len(text))])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the longest name, with the words before it that belong to it
        ("vui Tết cổ truyền Chôl Chnăm Thmây", ["Tết cổ truyền Chôl Chnăm Thmây"]),
        ("dự Lễ Giáng sinh năm 2019, ông", ["Lễ Giáng sinh năm 2019"]),
        # a season and a range of years are outside
        ("rộn ràng mùa Giáng sinh", ["Giáng sinh"]),
        ("đón Tết Nguyên đán 2019-2020", ["Tết Nguyên đán"]),
        # a date behind the name is a date
        ("Quốc khánh 2/9 và 19/8", ["Quốc khánh 2/9"]),
        # the Buddha's name is no festival
        ("tưởng nhớ đức Phật đản sanh", []),
        # spring by itself, and a session with nobody
        ("Xuân Canh về trên bản", []),
        ("Sau buổi làm việc, đoàn về", []),
    ],
)
def test_what_is_an_event(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "name", ["Katê", "Tết Nguyên đán", "SEA Games", "Cách mạng Tháng Tám", "Ngày Dân vận của cả nước"]
)
def test_kind_of_a_standing_name(name):
    assert kind(name) == standing_events()[name]
