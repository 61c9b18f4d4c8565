"""Layers to rows: cells that are not copied as they stand."""

import pytest

from dvextract.document import Block, Document, Mention, QuantityValue, Reading, Sentence
from dvextract.tables.build import is_quoted, rows
from dvextract.tables.records import record
from dvextract.tables.schema import TABLES

TEXT = "Có 5 tổ."


def page(**layers):
    doc = Document("p", TEXT)
    given = {"blocks": (Block(0, 8, "body"),), "sentences": (Sentence(0, 8, 0),), **layers}
    for name, value in given.items():
        doc.add(name, value)
    return doc


def quantity(number):
    value = Reading("count", number, QuantityValue(number, number))
    return page(mentions=(Mention(3, 7, "QUANTITY", "tagger", 0.9),), readings=(value,))


def test_layers_that_no_stage_added_are_empty():
    built = rows(page())
    assert {name for name, found in built.items() if found} == {"documents", "blocks", "sentences"}
    assert set(built) == {t.name for t in TABLES} - {"entities", "identities", "rejects"}


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ("5", 5),
        ("5.0", 5.0),
        ("12.5", 12.5),
        ("", None),
        ("9007199254740993", 9007199254740992.0),  # no integer of a float column beyond 2**53
        ("9" * 30, 1e30),  # longer than any integer JSON writers take
        ("9" * 400, None),
    ],
)
def test_numbers(number, cell):
    (row,) = rows(quantity(number))["quantities"]
    assert row[2] == cell
    assert type(row[2]) is type(cell)


def test_mention_names_its_sentence():
    text = "Họp dân. Có 5 tổ."
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("sentences", (Sentence(0, 8, 0), Sentence(9, 17, 0)))
    doc.add("mentions", (Mention(0, 3, "EVENT", "tagger", 1.0), Mention(12, 16, "QUANTITY", "tagger", 1.0)))
    assert [row[2] for row in rows(doc)["mentions"]] == [0, 1]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("mô hình “Dân vận khéo” ở bản", "Dân vận khéo", True),
        ('"Dân vận khéo"', "Dân vận khéo", True),
        ("mô hình Dân vận khéo ở bản", "Dân vận khéo", False),
        ("“Dân vận khéo ở bản", "Dân vận khéo", False),
        ("Dân vận khéo", "Dân vận khéo", False),
    ],
)
def test_is_quoted(text, span, expected):
    start = text.index(span)
    assert is_quoted(text, start, start + len(span)) is expected


def test_a_record_leaves_out_what_is_not_stated():
    doc = quantity("5")
    rows(doc)
    (mention,) = record(doc)["mentions"]
    assert mention == {
        "start": 3,
        "end": 7,
        "text": "5 tổ",
        "label": "QUANTITY",
        "attributes": {"val": "5", "kind": "count"},
    }
