"""Which wordings are names, slogans, awards or quoted terms, and which quotations are speech."""

import pytest

from dvextract.grammar.phrase import RULES, find, standing_phrases

EXAMPLES = [(rule.name, text, span) for rule in RULES for text, span in rule.examples.items()]


def found(text):
    return [text[f.start : f.end] for f in find(text, [(0, len(text))])]


@pytest.mark.parametrize(("rule", "text", "span"), EXAMPLES)
def test_examples_of_rules(rule, text, span):
    assert [(f.rule, text[f.start : f.end]) for f in find(text, [(0, len(text))])] == [(rule, span)]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_rule_has_an_example(rule):
    assert rule.examples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('mô hình “Bản không rác”, "Tiếng mõ bình yên"', ["Bản không rác", "Tiếng mõ bình yên"]),
        ("nhà ‘Tình thương’ cho bà con", ["Tình thương"]),
        # the marks differ within one pair
        ('mô hình “Đường hoa" của bản', ["Đường hoa"]),
        # a slogan behind a colon is a name, speech is not
        ("khẩu hiệu: “Vì bản làng”", ["Vì bản làng"]),
        ("Ông Lò Văn Biên nói: “Dân bản đã hiến đất”", []),
        ("“Ai cũng vui”, bà Cầm Thị Pánh chia sẻ", []),
        # what a model or a slogan is called is a name also where somebody speaks next
        ("phương châm “dân bàn, dân làm”, bà Cầm Thị Pánh khẳng định", ["dân bàn, dân làm"]),
        # more than a sentence is a text
        ("“Hôm nay họp. Mai làm đường”", []),
        # the mark in a name is no quotation
        ("bà H'Linh và ông Y'Bion", []),
        # the fund's name is longer than its quoted part
        ("Quỹ “Vì người nghèo” huyện", []),
        # a quotation that never closes
        ("mô hình “Bản sáng", []),
        # quoted once, found again in another case
        ("“Nhà sạch vườn đẹp” và nhóm nhà sạch vườn đẹp", ["Nhà sạch vườn đẹp", "nhà sạch vườn đẹp"]),
        # policy vocabulary is no phrase
        ("xây dựng nông thôn mới, giảm nghèo bền vững", []),
        # a standing name with commas
        (
            "phong trào Toàn dân đoàn kết xây dựng nông thôn mới, đô thị văn minh.",
            ["Toàn dân đoàn kết xây dựng nông thôn mới, đô thị văn minh"],
        ),
    ],
)
def test_what_is_a_phrase(text, expected):
    assert found(text) == expected


def test_standing_phrases_have_known_kinds():
    assert set(standing_phrases().values()) <= {"movement", "model", "programme", "slogan", "award"}
