"""Entities are counted alike whether in one part or in several."""

import csv

import orjson
import pytest

from dvextract import storage
from dvextract.document import BodyFacts, Document, EntityLink, Mention, PlaceFacts
from dvextract.running.join import join_here, targets
from dvextract.tables.entities import COUNTS, EntityCounter, added, by_entity, entity, plain_row
from dvextract.tables.pack import PackWriter

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


def dumped(*pages):
    """What a part of these pages says of its entities."""
    counter = EntityCounter()
    for doc in pages:
        counter.add(doc)
    return counter.dump()


def entities(*parts):
    """The entities of these parts."""
    return [entity(*found) for found in by_entity(lines(*parts))]


def lines(*parts):
    """The sorted lines of these parts."""
    return sorted(line for part in parts for line in part.splitlines())


def test_rows():
    assert sorted((e.row for e in entities(dumped(*PAGES))), key=lambda row: row[0]) == ROWS


def test_joining_parts_is_counting_all_at_once():
    parts = [dumped(doc) for doc in reversed(PAGES)]
    assert entities(*parts) == entities(dumped(*PAGES))
    assert [entity(*found) for found in by_entity(added(lines(*parts)))] == entities(*parts)


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        (["Lò Thị Pản"], True),
        (["họp bản", "họp bản"], True),
        (["họp  bản"], False),
        (["họp\nbản"], False),
        (["họp\u00a0bản"], False),
        (["bản “Pá"], True),
        (['bản "Pá'], False),
        (["C:\\bản"], False),
        (["bản", "Bản"], False),
    ],
)
@pytest.mark.parametrize("name", ["bản Pá", 'bản "Pá"', "bản\tPá"])
def test_rows_without_reading_are_those_that_are_read(words, name, plain):
    doc = page("1", *((w, "PHRASE", EntityLink("phr-1", name)) for w in words))
    ((key, some),) = by_entity(lines(dumped(doc)))
    row = plain_row(key, some)
    assert (row is not None) == (plain and name == "bản Pá")
    assert row in (None, orjson.dumps(entity(key, some).row))


@pytest.mark.parametrize(
    "link", [UBND, EntityLink("org-1", "xã", "11"), EntityLink("org-1", "xã", "", PlaceFacts("commune"))]
)
def test_only_what_says_the_least_is_not_read(link):
    once, twice = ([page(str(i), ("xã", "ORGANISATION", link)) for i in range(n)] for n in (1, 2))
    assert all((plain_row(*found) is not None) == (link is UBND) for found in by_entity(lines(dumped(*once))))
    assert [plain_row(*found) for found in by_entity(lines(*(dumped(doc) for doc in twice)))] == [None]


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
    (place,) = entities(dumped(*mentioned("loc-1", open_one, open_one, open_one, name, chain)))
    assert place.place == ("loc-1", "commune", "04123", "", "", "", "", "", "", "chain")  # of equally many the first
    assert entities(dumped(*mentioned("loc-1", open_one)))[0].place[-1] == "undecided.several"


@pytest.mark.parametrize("apart", [False, True])
def test_a_body_points_to_entities_of_the_run_only(tmp_path, apart):
    facts = BodyFacts("commune", "xã Pá", "", "loc-1", "Huyện ủy Mường Pảo", "org-9", "level=unit")
    body, place = mentioned("org-1", facts), mentioned("loc-1", None)
    assert bodies(tmp_path / "1", body) == [
        ["org-1", "commune", "xã Pá", "", "", "Huyện ủy Mường Pảo", "", "level=unit"]
    ]
    (there,) = bodies(tmp_path / "2", body, place) if apart else bodies(tmp_path / "2", [*body, *place])
    assert there[4:7] == ["loc-1", "Huyện ủy Mường Pảo", ""]


def bodies(folder, *parts):
    """The table `bodies` of a run whose parts have these pages."""
    paths = []
    for number, pages in enumerate(parts):
        paths.append(str(folder / f"{number}.pack"))
        with storage.writing(paths[-1]) as file:
            pack = PackWriter(file)
            pack.add(COUNTS, dumped(*pages))
            pack.close({})
    (path,) = join_here(paths, targets(str(folder), "single", ("bodies",), ("csv",)), str(folder / "between"))
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


def test_joining_parts_joins_what_was_inferred():
    pages = mentioned(
        "loc-1", PlaceFacts("commune", "04123", rule="chain"), PlaceFacts("commune", "04123", rule="name")
    )
    assert entities(*(dumped(doc) for doc in reversed(pages))) == entities(dumped(*pages))
