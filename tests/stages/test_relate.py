"""Stage relate adds its layers to any page, whatever mentions it was given."""

import random
from itertools import pairwise

import pytest

from dvextract.document import LABELS, Block, Document, Mention, Reading, Sentence
from dvextract.stages.relate import Relate

TEXT = (
    "Phát biểu tại Hội nghị, đồng chí Lò Văn Biên, nguyên Bí thư Huyện ủy, đề nghị: “Các bản tiếp tục họp dân”; UBND "
    "xã phối hợp với Hội LHPN (xã), các hội tổ chức Ngày hội, nhiệm kỳ 2021-2026. Theo bà Nhớ, bản có điện.\n"
)


def document(text, mentions=(), sentences=None):
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),) if text else ())
    doc.add("sentences", tuple(sentences if sentences is not None else [Sentence(0, len(text), 0)] if text else []))
    doc.add("mentions", tuple(mentions))
    doc.add("readings", (Reading(),) * len(doc.mentions))
    return doc


@pytest.mark.parametrize("text", ["", "Họp.", "“", "İ" * 20, "\u00a0\n. . ."])
def test_a_page_without_mentions_has_no_facts(text):
    doc = document(text)
    Relate()([doc])
    assert doc.posts == doc.statements == doc.cooperations == doc.participations == ()


@pytest.mark.parametrize("seed", range(60))
def test_never_fails_and_stays_grounded(seed):
    """Spans, labels and sentence breaks at random: facts may be wrong, but they hold together."""
    rnd = random.Random(seed)
    text = TEXT * 3
    edges = sorted(rnd.sample(range(len(text)), 60))
    mentions = [Mention(a, b, rnd.choice(LABELS), "test", 1.0) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    cuts = [0, *sorted(rnd.sample(range(1, len(text)), 6)), len(text)]
    doc = document(text, mentions, [Sentence(a, b, 0) for a, b in pairwise(cuts)])
    Relate()([doc])
    labels = [m.label for m in doc.mentions]
    assert all(labels[p.person] == "PERSON" and labels[p.title] == "TITLE" for p in doc.posts)
    assert all(0 <= s.content_start < s.content_end <= len(text) for s in doc.statements)
    assert all(doc.mentions[c.a].start < doc.mentions[c.b].start for c in doc.cooperations)
    assert all(labels[p.event] == "EVENT" for p in doc.participations)


def test_same_page_same_facts():
    mentions = [
        Mention(TEXT.index(n), TEXT.index(n) + len(n), "ORGANISATION", "t", 1.0) for n in ("UBND xã", "Hội LHPN")
    ]
    docs = [document(TEXT, mentions) for _ in range(2)]
    Relate()(docs)
    assert docs[0].cooperations == docs[1].cooperations
    assert docs[0].statements == docs[1].statements
