"""How overlaps are settled, one behaviour a row."""

import pytest

from dvextract.document import Block, Document, Finding, Prediction
from dvextract.grammar import abbreviation, event, legaldoc, phrase, quantity, time
from dvextract.stages import resolve

TEXT = "Bí thư Tỉnh ủy Hà Văn Biên trao Quỹ “Vì người nghèo” 5 suất."


def settled(predictions, findings=(), text=TEXT, blocks=None):
    doc = Document("p", text)
    doc.add("blocks", tuple(blocks or [Block(0, len(text), "body")]))
    doc.add("findings", tuple(findings))
    doc.add("predictions", tuple(predictions))
    resolve.Resolve()([doc])
    return [(doc.span(m), m.label) for m in doc.mentions]


def methods(text, *predictions):
    """Words, method and score of what the tagger found in ``text``: (words, label, score)."""
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("findings", ())
    found = [Prediction(text.index(w), text.index(w) + len(w), label, score) for w, label, score in predictions]
    doc.add("predictions", tuple(found))
    resolve.Resolve()([doc])
    return [(doc.span(m), m.method, m.score) for m in doc.mentions]


def test_the_method_says_what_changed_a_span():
    assert methods("dân số 18 tuổi trở lên", ("18 tuổi", "QUANTITY", 0.7)) == [
        ("18 tuổi trở lên", "quantity.upwards", 0.7)
    ]
    assert methods("dân số 18 tuổi nay", ("18 tuổi", "QUANTITY", 0.7)) == [("18 tuổi", "tagger", 0.7)]
    session = "tại kỳ họp thứ 3, HĐND xã Pá Lông đã bầu"
    assert methods(session, ("kỳ họp thứ 3, HĐND xã Pá Lông", "EVENT", 0.7)) == [
        ("kỳ họp thứ 3", "event.session.apart", 0.7),
        ("HĐND xã Pá Lông", "event.session.apart", resolve.GRAMMAR_SCORE),
    ]


def test_findings_in_what_a_correction_left_free():
    reached = [5, 9, 9]
    freed = [(0, 5), (3, 9), (4, 6)]
    inside = [(a, b) for a in range(10) for b in range(a + 1, 11) if any(s <= a and b <= e for s, e in freed)]
    found = [
        (a, b)
        for a in range(10)
        for b in range(a + 1, 11)
        if resolve._is_free(freed, reached, Finding(a, b, "TIME", "x"))
    ]
    assert found == inside


def span(words, label, cls=Prediction, last=0.9):
    start = TEXT.index(words)
    return cls(start, start + len(words), label, last)


@pytest.mark.parametrize(
    ("predictions", "expected"),
    [
        ([], []),
        # title beats the organisation inside it
        (
            [span("Bí thư Tỉnh ủy", "TITLE"), span("Tỉnh ủy", "ORGANISATION"), span("Hà Văn Biên", "PERSON")],
            [("Bí thư Tỉnh ủy", "TITLE"), ("Hà Văn Biên", "PERSON")],
        ),
        # balanced marks belong to the name
        ([span("Quỹ “Vì người nghèo”", "ORGANISATION")], [("Quỹ “Vì người nghèo”", "ORGANISATION")]),
        # a mark without its partner does not
        ([span("“Vì người nghèo", "PHRASE")], [("Vì người nghèo", "PHRASE")]),
        # of the same label the longer wins
        ([span("Hà Văn", "PERSON"), span("Hà Văn Biên", "PERSON")], [("Hà Văn Biên", "PERSON")]),
    ],
)
def test_policy(predictions, expected):
    assert settled(predictions) == expected


def test_nothing_from_furniture_or_across_blocks():
    blocks = [Block(0, 14, "body"), Block(15, len(TEXT), "footer")]
    crossing = Prediction(7, 20, "ORGANISATION", 0.9)
    assert settled([crossing, span("Hà Văn Biên", "PERSON")], blocks=blocks) == []


@pytest.mark.parametrize(
    ("rule", "predicted", "expected"),
    [
        # a sure rule replaces whatever the tagger saw there, of any label
        ("quantity.age", span("5", "TIME"), [("5 suất", "QUANTITY")]),
        # the tagger has seen the findings of the others and decides
        ("quantity.count", span("5", "QUANTITY"), [("5", "QUANTITY")]),
        # a rule that joins does so only where nothing is predicted
        ("quantity.duration", span("5", "QUANTITY"), [("5", "QUANTITY")]),
        ("quantity.duration", span("Hà Văn Biên", "PERSON"), [("Hà Văn Biên", "PERSON"), ("5 suất", "QUANTITY")]),
        # agreement leaves one mention
        ("quantity.age", span("5 suất", "QUANTITY"), [("5 suất", "QUANTITY")]),
    ],
)
def test_findings_and_predictions(rule, predicted, expected):
    finding = span("5 suất", "QUANTITY", Finding, rule)
    assert settled([predicted], [finding]) == expected


def test_rules_of_the_policy_exist():
    modules = (legaldoc, phrase, quantity, time, abbreviation, event)
    names = {rule.name for module in modules for rule in module.RULES}
    assert not resolve.SURE - names
    assert not resolve.LONGER - names
    assert resolve.JOINING - names == {"phrase.quoted", "phrase.repeated"}
    assert resolve.COMPLETING - names == {"phrase.quoted", "phrase.title"}


def at(text, words, label, cls=Prediction, last=0.9):
    start = text.index(words)
    return cls(start, start + len(words), label, last)


@pytest.mark.parametrize(
    ("text", "predictions", "findings", "expected"),
    [
        # a standing name takes in what is predicted inside it, and yields to what reaches beyond
        (
            "đón Tết Bun Pi May vui",
            [("Tết", "EVENT"), ("Bun Pi May", "PERSON")],
            [("Tết Bun Pi May", "EVENT", "event.standing")],
            [("Tết Bun Pi May", "EVENT")],
        ),
        (
            "lễ kỷ niệm 5 năm Ngày hội Quốc phòng toàn dân",
            [("lễ kỷ niệm 5 năm Ngày hội Quốc phòng toàn dân", "EVENT")],
            [("Ngày hội Quốc phòng toàn dân", "EVENT", "event.standing")],
            [("lễ kỷ niệm 5 năm Ngày hội Quốc phòng toàn dân", "EVENT")],
        ),
        # quoted words are one phrase if the tagger saw its beginning
        (
            "quy định “Nêu gương, trước hết là Đảng ủy”.",
            [("Nêu gương", "PHRASE"), ("Đảng ủy", "ORGANISATION")],
            [("Nêu gương, trước hết là Đảng ủy", "PHRASE", "phrase.quoted")],
            [("Nêu gương, trước hết là Đảng ủy", "PHRASE")],
        ),
        (
            "quy định “nêu gương, trước hết là Đảng ủy”.",
            [("Đảng ủy", "ORGANISATION")],
            [("nêu gương, trước hết là Đảng ủy", "PHRASE", "phrase.quoted")],
            [("Đảng ủy", "ORGANISATION")],
        ),
        # what stands before a sure finding of another label stays
        (
            "mừng Đại lễ Vesak PL.2560",
            [("Đại lễ Vesak PL.2560", "EVENT")],
            [("PL.2560", "TIME", "time.buddhist")],
            [("Đại lễ Vesak", "EVENT"), ("PL.2560", "TIME")],
        ),
        # a correction frees room for any finding
        (
            "Hội CCB\t25 tổ",
            [("Hội CCB\t25 tổ", "ORGANISATION")],
            [("25 tổ", "QUANTITY", "quantity.count")],
            [("Hội CCB", "ORGANISATION"), ("25 tổ", "QUANTITY")],
        ),
        # a correction does not take in what wins over it
        (
            "tại kỳ họp thứ 8, HĐND xã, ông",
            [("kỳ họp thứ 8", "EVENT"), ("HĐND xã", "LEGALDOC")],
            [],
            [("kỳ họp thứ 8", "EVENT"), ("HĐND xã", "LEGALDOC")],
        ),
        (
            "tại kỳ họp thứ 8, HĐND xã, ông",
            [("kỳ họp thứ 8", "EVENT"), ("HĐND xã", "ORGANISATION")],
            [],
            [("kỳ họp thứ 8, HĐND xã", "EVENT")],
        ),
        # posts that are counted, without and with their holders
        (
            "bầu 2 Phó Chủ tịch UBND xã. Dự họp",
            [("Phó Chủ tịch UBND xã", "TITLE")],
            [],
            [("2 Phó Chủ tịch", "QUANTITY"), ("UBND xã", "ORGANISATION")],
        ),
        (
            "có 2 Phó Chủ tịch UBND xã, gồm: ông Hà Biên",
            [("Phó Chủ tịch UBND xã", "TITLE")],
            [],
            [("Phó Chủ tịch UBND xã", "TITLE")],
        ),
        (
            "bầu 2 ủy viên UBND xã gồm ông Hà Biên",
            [("2 ủy viên", "QUANTITY"), ("UBND xã", "ORGANISATION")],
            [],
            [("ủy viên UBND xã", "TITLE")],
        ),
        # a bracket that opens behind a name is no part of it
        ("Hội Nông dân (xã", [("Hội Nông dân (", "ORGANISATION")], [], [("Hội Nông dân", "ORGANISATION")]),
    ],
)
def test_corrections(text, predictions, findings, expected):
    predicted = [at(text, words, label) for words, label in predictions]
    found = [at(text, words, label, Finding, rule) for words, label, rule in findings]
    assert settled(predicted, found, text) == expected


@pytest.mark.parametrize(
    ("text", "predicted", "kept"),
    [
        ("Họp xong. “Con suối này là của cả bản”, ông Sổm nói.", "Con suối này là của cả bản", []),
        ("Họp xong. “Con suối này là của cả bản, không ai được lấp”, ông Sổm nói.", "Con suối này là của cả bản", []),
        (
            "Ông Sổm cho rằng “con suối này là của bản và không ai có quyền lấp đi”.",
            "của bản và không ai có quyền lấp đi",
            [],
        ),
        ("Họp xong. “Đề án 06 phải xong trước Tết”, ông Sổm nói.", "Đề án 06", ["Đề án 06"]),
        ("Bản có mô hình 'Nhà sạch' mới, ai cũng vui.", "Nhà sạch' mới", ["Nhà sạch"]),
        ("Xã phát động phong trào “Nhà sạch, vườn xanh”, ông Sổm nói.", "Nhà sạch, vườn xanh", ["Nhà sạch, vườn xanh"]),
    ],
)
def test_a_phrase_is_no_quotation(text, predicted, kept):
    start = text.index(predicted)
    found = [Prediction(start, start + len(predicted), "PHRASE", 0.9)]
    assert [t for t, _ in settled(found, text=text, blocks=[Block(0, len(text), "body")])] == kept


def test_a_ward_that_bears_a_name():
    text = "Chủ tịch UBND phường Lê Thanh Nghị xác nhận; Chủ tịch UBND phường Sùng A Tủa vắng."
    first, second = text.index("Chủ tịch"), text.rindex("Chủ tịch")
    size = len("Chủ tịch UBND phường")
    found = [
        Prediction(first, first + size, "TITLE", 0.9),
        Prediction(first + size + 1, first + size + 1 + len("Lê Thanh Nghị"), "PERSON", 0.9),
        Prediction(second, second + size, "TITLE", 0.9),
        Prediction(second + size + 1, second + size + 1 + len("Sùng A Tủa"), "PERSON", 0.9),
    ]
    assert settled(found, text=text, blocks=[Block(0, len(text), "body")]) == [
        ("Chủ tịch UBND phường Lê Thanh Nghị", "TITLE"),
        ("Chủ tịch UBND phường", "TITLE"),
        ("Sùng A Tủa", "PERSON"),
    ]
