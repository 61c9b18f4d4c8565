"""How overlaps are settled, one behaviour a row."""

import pytest

from dvextract.document import Block, Document, Finding, Prediction
from dvextract.grammar import abbreviation, legaldoc, phrase, quantity, time
from dvextract.stages import resolve

TEXT = "Bí thư Tỉnh ủy Hà Văn Biên trao Quỹ “Vì người nghèo” 5 suất."


def settled(predictions, findings=(), text=TEXT, blocks=None):
    doc = Document("p", text)
    doc.add("blocks", tuple(blocks or [Block(0, len(text), "body")]))
    doc.add("findings", tuple(findings))
    doc.add("predictions", tuple(predictions))
    resolve.Resolve()([doc])
    return [(doc.span(m), m.label) for m in doc.mentions]


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
    names = {rule.name for module in (legaldoc, phrase, quantity, time, abbreviation) for rule in module.RULES}
    assert not resolve.SURE - names
    assert resolve.JOINING - names == {"phrase.quoted"}
