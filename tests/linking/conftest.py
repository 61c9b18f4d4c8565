"""Pages written with their mentions in them (see `markup`), read up to their entities."""

import pytest

from dvextract.document import Block, Document, Mention, PageInfo
from dvextract.stages.interpret import Interpret
from dvextract.stages.link import Link
from markup import unmark


def read(marked, doc_id="p", **page):
    """The document that a marked page describes, with its links; ``page`` is what layout would know of it."""
    text, marks = unmark(marked)
    doc = Document(doc_id, text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("page", PageInfo(**page))
    doc.add("sentences", ())
    doc.add("mentions", tuple(Mention(m.start, m.end, m.label, "test", 1.0) for m in marks))
    Interpret()([doc])
    Link()([doc])
    return doc


@pytest.fixture
def document():
    """A marked page with its links."""
    return read


@pytest.fixture
def links():
    """The links of a marked page."""
    return lambda marked, **page: read(marked, **page).links
