"""Sentences and words stay inside content blocks."""

import numpy as np
import pytest

from dvextract.document import Block, Document
from dvextract.errors import UsageError
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


def test_engines_agree():
    text = "Trang chủ\nÔng Vừ A Của dự hội nghị hoà giải. Bà con  vui!\nKhoảng 1.900 hộ ở TP.Hưng Sơn nhận quà."
    blocks = (0, 9, "nav"), (10, 57, "body"), (58, len(text), "body")
    ours, theirs = segmented(text, *blocks), segmented(text, *blocks, engine="underthesea")
    assert ours.sentences == theirs.sentences
    assert ours.tokens.pos == theirs.tokens.pos
    for name in ("start", "end", "sentence"):
        a, b = getattr(ours.tokens, name), getattr(theirs.tokens, name)
        assert a.tolist() == b.tolist()
        assert a.dtype == b.dtype == np.int32


def test_documents_of_a_batch_are_apart():
    texts = ["Họp dân. Vui.", "", "Bà con vui.", "In trang"]
    docs = []
    for i, text in enumerate(texts):
        doc = Document(str(i), text)
        doc.add("blocks", (Block(0, len(text), "share" if i == 3 else "body"),) if text else ())
        docs.append(doc)
    Segment()(docs)
    for doc in docs:
        alone = segmented(doc.text, *((b.start, b.end, b.kind) for b in doc.blocks))
        assert doc.sentences == alone.sentences
        assert doc.tokens.start.tolist() == alone.tokens.start.tolist()
        assert doc.tokens.sentence.tolist() == alone.tokens.sentence.tolist()
        assert doc.tokens.pos == alone.tokens.pos


def test_unknown_engine():
    with pytest.raises(UsageError, match="arrays, underthesea"):
        Segment(engine="gpu")
