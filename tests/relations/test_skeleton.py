"""What the patterns of relations see of a sentence."""

import pytest

from dvextract.document import Block, Document, Mention, Reading, Sentence
from dvextract.relations.skeleton import skeletons


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Ông [PERSON Lò Văn Biên] họp.", ["ông P họp."]),
        ("[TITLE:rank Đại tá] [PERSON Mùa Súa Lềnh], [TITLE Đồn trưởng].", ["R P, T."]),  # ranks have their own letter
        ("Họp \u00a0 tại [LOCATION Hua Sa]. Xong.", ["họp tại L.", "xong."]),  # blanks count as one
        ("Uỷ ban – hoà giải", ["ủy ban - hòa giải"]),  # spellings folded
        (
            "Hội nghị sơ kết chương trình\ngiữa [ORGANISATION A] với [ORGANISATION B]",
            ["hội nghị sơ kết chương trình giữa O với O"],
        ),
        ("Họp xong.\ngiữa trưa", ["họp xong.", "giữa trưa"]),  # a line with its stop is whole
        ("Họp xong\nRa về", ["họp xong", "ra về"]),  # a capital opens another
        ("# Họp bàn\nvà ra về", ["họp bàn", "và ra về"]),  # a headline never runs into the text
        ("[TITLE TRƯỞNG BAN]\n(Đã ký)\n[PERSON Hà Thu]", ["T (đã ký)", "P"]),
    ],
)
def test_text(page, marked, expected):
    assert [s.text for s in skeletons(page(marked))] == expected


def test_every_position_knows_its_place(page):
    doc = page("Ngày  [TIME 5/7], bà\u00a0 [PERSON H'Linh Êban] nói.")
    (s,) = skeletons(doc)
    for i, c in enumerate(s.text):
        stretch = doc.text[s.offset(i) : s.offset(i + 1)]
        assert stretch.isspace() if c == " " else i in s.mentions or stretch.lower() == c
    assert [doc.span(doc.mentions[i]) for i in s.mentions.values()] == ["5/7", "H'Linh Êban"]


def test_a_sentence_without_end_is_cut_before_mentions():
    text = "Xã, " * 3000
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("sentences", (Sentence(0, len(text), 0),))
    doc.add("mentions", tuple(Mention(i, i + 2, "LOCATION", "test", 1.0) for i in range(0, len(text), 4)))
    doc.add("readings", (Reading(),) * 3000)
    found = skeletons(doc)
    assert len(found) > 1
    assert sum(len(s.mentions) for s in found) == 3000
    assert max(s.end - s.start for s in found) < 3100
