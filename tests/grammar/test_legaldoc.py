"""Where references to documents stand and what they say: every rule's examples, and tables of hard cases."""

import pytest

from dvextract.grammar.legaldoc import RULES, document_types, find, interpret, issuers, law_names

EXAMPLES = [(rule.name, text, number) for rule in RULES for text, number in rule.examples.items()]


def found(text):
    return [text[f.start : f.end] for f in find(text, [(0, len(text))])]


@pytest.mark.parametrize(("rule", "text", "number"), EXAMPLES)
def test_examples_of_rules(rule, text, number):
    matches = find(text, [(0, len(text))])
    numbers = {m.rule: interpret(text, m.start, m.end).number for m in matches}
    assert numbers[rule] == number


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_rule_has_an_example(rule):
    assert rule.examples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # date, issuer and subject stay outside
        ("Nghị quyết số 25-NQ/TW ngày 03/6/2013 của Ban Chấp hành", ["Nghị quyết số 25-NQ/TW"]),
        # each number is a span of its own
        ("Quyết định số 217-QĐ/TW và 218-QĐ/TW", ["Quyết định số 217-QĐ/TW", "218-QĐ/TW"]),
        ("Công văn số 2522, 2523/UBND-VX", ["Công văn số 2522", "2523/UBND-VX"]),
        # a type broken over two lines of a wrapped page
        ("ký Quy chế phối\nhợp số 03-QC/ĐUBĐ-TU", ["Quy chế phối\nhợp số 03-QC/ĐUBĐ-TU"]),
        # a law's name holds commas and conjunctions, its year belongs to it
        ("theo Luật Phòng, chống thiên tai năm 2013, xã", ["Luật Phòng, chống thiên tai năm 2013"]),
        # plural and unnumbered references are vocabulary, not documents
        ("các chỉ thị, nghị quyết của Đảng về công tác dân vận", []),
        ("chính sách, pháp luật của Nhà nước", []),
        # discipline is not a law
        ("thi hành kỷ luật Ban cán sự", []),
        # an uncounted heading of a programme
        ("hướng dẫn 34 hộ trồng cam", []),
        # licence numbers and ratios
        ("đạt 64/71 phiếu", []),
    ],
)
def test_boundaries(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        # slips between the Party's and the State's shape are put right
        ("Kết luận số 71/KL/TW", "Kết luận số 71/KL/TW", ("Kết luận", "71-KL/TW", "", "")),
        ("Chỉ thị 16/CT - TTg", "Chỉ thị 16/CT - TTg", ("Chỉ thị", "16/CT-TTg", "", "Thủ tướng Chính phủ")),
        ("Chỉ thị số 30-CT/T.Ư", "Chỉ thị số 30-CT/T.Ư", ("Chỉ thị", "30-CT/TW", "", "")),
        # the suffix stands behind the last of several numbers
        ("Công văn số 2522, 2523/UBND-VX", "Công văn số 2522", ("Công văn", "2522/UBND-VX", "", "")),
        # without a type word the code tells it
        ("và 218-QĐ/TW của Bộ Chính trị", "218-QĐ/TW", ("Quyết định", "218-QĐ/TW", "", "Bộ Chính trị")),
        # date and issuer are read from what follows
        (
            "Nghị quyết số 25-NQ/TW, ngày 3/6/2013 của Ban Bí thư về",
            "Nghị quyết số 25-NQ/TW",
            ("Nghị quyết", "25-NQ/TW", "2013-06-03", "Ban Bí thư"),
        ),
        # the suffix names the issuer where the text does not
        ("Nghị định 01/2019/NĐ-CP", "Nghị định 01/2019/NĐ-CP", ("Nghị định", "01/2019/NĐ-CP", "", "Chính phủ")),
        # the year of a law is no number
        ("Luật Đất đai năm 2024", "Luật Đất đai năm 2024", ("Luật", "", "", "")),
        # anything may be asked
        ("một chuỗi bất kỳ", "một chuỗi bất kỳ", ("", "", "", "")),
    ],
)
def test_what_a_reference_says(text, span, expected):
    start = text.index(span)
    reference = interpret(text, start, start + len(span))
    assert (reference.type, reference.number, reference.date, reference.issuer) == expected


def test_longer_types_come_first():
    assert list(document_types()) == sorted(document_types(), key=lambda t: (-len(t), t))
    assert "Chương trình phối hợp" in document_types()


def test_lexicons_are_read():
    assert issuers()["TTg"] == "Thủ tướng Chính phủ"
    assert "Đất đai" in law_names()
