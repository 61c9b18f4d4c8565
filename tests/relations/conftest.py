"""Pages written with their mentions in them: ``[PERSON Lò Văn Biên], [TITLE:rank Đại tá]``, a line a block.

``[LABEL text]``, ``[LABEL:kind text]``, and for a period ``[TIME:term=2021-01-01/2026-12-31 nhiệm kỳ 2021-2026]``; a
line that begins with ``# `` is a headline.
"""

import re

import pytest

from dvextract.document import Block, Document, Mention, Reading, Sentence, TimeValue
from dvextract.segmentation.sentences import sentences

_MARK = re.compile(
    r"\[(?P<label>[A-Z]+)(?::(?P<kind>[\w-]+))?(?:=(?P<first>[\d-]+)/(?P<last>[\d-]+))? (?P<text>[^]]+)\]"
)


def read(marked):
    """The document that a marked page describes, with all layers that stage relate reads."""
    text, blocks, mentions, readings = "", [], [], []
    for line in marked.split("\n"):
        kind = "title" if line.startswith("# ") else "body"
        start, at = len(text), 0
        line = line.removeprefix("# ")
        for m in _MARK.finditer(line):
            text += line[at : m.start()]
            detail = TimeValue("", m["first"] or "", m["last"] or "", kind=m["kind"]) if m["label"] == "TIME" else None
            mentions.append(Mention(len(text), len(text) + len(m["text"]), m["label"], "test", 1.0))
            readings.append(Reading(m["kind"] or "", m["text"], detail))
            text += m["text"]
            at = m.end()
        text += line[at:]
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
