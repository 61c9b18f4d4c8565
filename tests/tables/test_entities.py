"""Entities are counted alike whether in one part or in several."""

from dvextract.document import Document, EntityLink, Mention
from dvextract.tables.entities import EntityCounter

UBND = EntityLink("org-1", "Ủy ban nhân dân xã Pá Ngần")


def page(doc_id, *mentions):
    """A page of (words, label, link) in a row."""
    text, found = "", []
    for words, label, _ in mentions:
        found.append(Mention(len(text), len(text) + len(words), label, "tagger", 1.0))
        text += words + " "
    doc = Document(doc_id, text)
    doc.add("mentions", tuple(found))
    doc.add("links", tuple(link for *_, link in mentions))
    return doc


PAGES = [
    page(
        "1",
        ("UBND xã", "ORGANISATION", UBND),
        ("UBND  xã", "ORGANISATION", UBND),
        ("hôm nay", "TIME", EntityLink("", "")),
    ),
    page(
        "2",
        ("xã", "LOCATION", EntityLink("loc-1", "Xã Pá", "11")),
        ("xã", "LOCATION", EntityLink("loc-1", "xã Pá", "12")),
    ),
    page("3", ("Ủy ban", "ORGANISATION", UBND)),
]
ROWS = [
    # of two codes none, of two spellings as common the first; a form that differs in blanks only is one form
    ("loc-1", "LOCATION", "Xã Pá", "xã", "", 2, 1),
    ("org-1", "ORGANISATION", "Ủy ban nhân dân xã Pá Ngần", "UBND xã|Ủy ban", "", 3, 2),
]


def counted(*pages):
    counter = EntityCounter()
    for doc in pages:
        counter.add(doc)
    return counter


def test_rows():
    assert counted(*PAGES).rows() == ROWS


def test_joining_parts_is_counting_all_at_once():
    joined = EntityCounter()
    for doc in reversed(PAGES):
        joined.load(counted(doc).dump())
    assert joined.rows() == counted(*PAGES).rows()
    assert joined.dump() == counted(*PAGES).dump()
