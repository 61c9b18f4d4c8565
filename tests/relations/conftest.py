"""Pages written with their mentions in them: ``[PERSON Lò Văn Biên], [TITLE:rank Đại tá]``, a line a block.

Marks are those of `markup`, for a period with its first and last day, ``[TIME:term=2021-01-01/2026-12-31 nhiệm kỳ
2021-2026]``; a line that begins with ``# `` is a headline.
"""

import pytest

from dvextract.document import Block, Document, Mention, Reading, Sentence, TimeValue
from dvextract.segmentation.sentences import sentences
from markup import unmark


def read(marked):
    """The document that a marked page describes, with all layers that stage relate reads."""
    text, blocks, mentions, readings = "", [], [], []
    for line in marked.split("\n"):
        kind = "title" if line.startswith("# ") else "body"
        start = len(text)
        plain, marks = unmark(line.removeprefix("# "))
        for m in marks:
            first, _, last = m.value.partition("/")
            detail = TimeValue("", first, last, kind=m.kind) if m.label == "TIME" else None
            mentions.append(Mention(start + m.start, start + m.end, m.label, "test", 1.0))
            readings.append(Reading(m.kind, plain[m.start : m.end], detail))
        text += plain
        if len(text) > start:
            blocks.append(Block(start, len(text), kind))
        text += "\n"
    doc = Document("p", text)
    doc.add("blocks", tuple(blocks))
    doc.add(
        "sentences",
        tuple(Sentence(a, b, i) for i, x in enumerate(blocks) for a, b in sentences(text, x.start, x.end)),
    )
    doc.add("mentions", tuple(mentions))
    doc.add("readings", tuple(readings))
    return doc


@pytest.fixture
def page():
    """The reader of marked pages."""
    return read
