"""Which short forms stand for terms, and which are parts of other names."""

import pytest

from dvextract.grammar.abbreviation import RULES, abbreviated_terms, find

EXAMPLES = [(rule.name, text, short) for rule in RULES for text, short in rule.examples.items()]


def found(text):
    return [text[f.start : f.end] for f in find(text, [(0, len(text))])]


@pytest.mark.parametrize(("rule", "text", "short"), EXAMPLES)
def test_examples_of_rules(rule, text, short):
    assert short in found(text)
    assert rule in {f.rule for f in find(text, [(0, len(text))])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("đồng bào DTTS và xã ĐBKK", ["DTTS", "ĐBKK"]),
        ("phát triển KT-XH, giữ vững QP-AN", ["KT-XH", "QP-AN"]),
        ("Hội Cựu chiến binh (CCB) đóng góp", ["CCB"]),
        # the name goes on behind the parenthesis
        ("Ban Chỉ huy Quân sự (CHQS) tỉnh", []),
        ("Hội Cựu thanh niên xung phong (TNXP) xã Pá Lông", []),
        # parts of longer names
        ("Trường THPT Mường Pảo", []),
        ("Sở GTVT kiểm tra", []),
        # the code in a document's number
        ("Quyết định số 12/QĐ-HTX", []),
        ("chữ thường và Tên Riêng", []),
    ],
)
def test_what_is_an_abbreviation(text, expected):
    assert found(text) == expected


def test_terms_have_long_forms():
    assert all(abbreviated_terms().values())
    assert abbreviated_terms()["TĐC"] == "tái định cư"
