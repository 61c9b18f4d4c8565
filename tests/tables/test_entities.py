"""Entities are counted alike whether in one part or in several."""

from dvextract.document import BodyFacts, Document, EntityLink, Mention, PlaceFacts
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


def rows_of(counter):
    return counter.rows(), list(counter.places()), list(counter.bodies())


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


def mentioned(entity_id, *facts):
    """Pages that each mention an entity once and say this of it."""
    label = "LOCATION" if entity_id.startswith("loc") else "ORGANISATION"
    return [page(str(i), ("xã", label, EntityLink(entity_id, "xã", "", f))) for i, f in enumerate(facts)]


def test_pages_that_disagree_on_a_place_are_outvoted_by_those_that_decide_it():
    open_one, chain, name = (
        PlaceFacts("commune", rule="undecided.several"),
        PlaceFacts("commune", "04123", rule="chain"),
        PlaceFacts("commune", "04123", rule="name"),
    )
    rows = list(counted(*mentioned("loc-1", open_one, open_one, open_one, name, chain)).places())
    assert rows == [("loc-1", "commune", "04123", "", "", "", "", "", "", "chain")]  # of equally many the first
    assert next(counted(*mentioned("loc-1", open_one)).places())[-1] == "undecided.several"


def test_a_body_points_to_entities_of_the_run_only():
    facts = BodyFacts("commune", "xã Pá", "", "loc-1", "Huyện ủy Mường Pảo", "org-9", "level=unit")
    body = mentioned("org-1", facts)
    alone, beside = counted(*body), counted(*body, *mentioned("loc-1", None))
    assert list(alone.bodies()) == [("org-1", "commune", "xã Pá", "", "", "Huyện ủy Mường Pảo", "", "level=unit")]
    assert next(beside.bodies())[4] == "loc-1"


def test_joining_parts_joins_what_was_inferred():
    pages = mentioned(
        "loc-1", PlaceFacts("commune", "04123", rule="chain"), PlaceFacts("commune", "04123", rule="name")
    )
    joined = EntityCounter()
    for doc in reversed(pages):
        joined.load(counted(doc).dump())
    assert rows_of(joined) == rows_of(counted(*pages))
