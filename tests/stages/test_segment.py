"""Sentences and words stay inside content blocks."""

from dvextract.document import Block, Document
from dvextract.stages.segment import Segment


def segmented(text, *blocks, **options):
    doc = Document("p", text)
    doc.add("blocks", tuple(Block(*b) for b in blocks))
    Segment(**options)([doc])
    return doc


def test_furniture_is_not_segmented():
    text = "Trang chủ\nBản Huổi Lưa họp. Bà con vui.\nIn trang"
    doc = segmented(text, (0, 9, "nav"), (10, 39, "body"), (40, 48, "share"))
    assert [doc.span(s) for s in doc.sentences] == ["Bản Huổi Lưa họp.", "Bà con vui."]
    assert {s.block for s in doc.sentences} == {1}
    assert set(doc.tokens.sentence.tolist()) == {0, 1}
    assert len(doc.tokens.pos) == len(doc.tokens)


def test_page_without_content():
    doc = segmented("In trang", (0, 8, "share"))
    assert doc.sentences == ()
    assert len(doc.tokens) == 0


def test_without_parts_of_speech():
    assert segmented("Họp dân.", (0, 8, "body"), pos=False).tokens.pos == ()


def test_words_may_hold_several_blanks():
    # one word of underthesea's, "Ngữ  Văn"; its tagger takes single blanks only
    doc = segmented("Thầy dạy môn Ngữ  Văn   Môn Toán", (0, 32, "body"))
    assert len(doc.tokens.pos) == len(doc.tokens)
