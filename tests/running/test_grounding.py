"""Every row of every table is about characters of its page, and every key finds its row."""

import re

import pandas as pd
import pytest

from dvextract import load
from dvextract.document import CONTENT_KINDS
from dvextract.tables.evidence import FACTS, RULES, UNSAID
from dvextract.tables.schema import BY_NAME, TABLES

WITH_TEXT = [t.name for t in TABLES if {"start", "end", "text"} <= set(t.names)]


READ = [("pages", "finished"), ("notebook_pages", "notebook_run")]


@pytest.fixture(scope="module", params=READ, ids=["pages", "notebooks"])
def read(request):
    """A folder of pages and the output folder of a run over it."""
    return tuple(request.getfixturevalue(name) for name in request.param)


@pytest.fixture(scope="module")
def tables(read):
    return load(read[1])


@pytest.fixture(scope="module")
def texts(read):
    return {p.relative_to(read[0]).with_suffix("").as_posix(): p.read_bytes().decode() for p in read[0].rglob("*.txt")}


@pytest.mark.parametrize("name", WITH_TEXT)
def test_text_is_what_stands_there(tables, texts, name):
    frame = getattr(tables, name)
    assert len(frame)
    for row in frame.dropna(subset="start").itertuples():
        assert row.start < row.end
        assert texts[row.doc_id][row.start : row.end] == row.text
    nowhere = frame[frame.start.isna()]  # evidence that rests on no words of the page
    assert nowhere[["end", "text"]].isna().all(axis=None)


def test_content_of_statements_stands_there(tables, texts):
    assert len(tables.statements)
    for row in tables.statements.itertuples():
        assert texts[row.doc_id][row.content_start : row.content_end] == row.content


@pytest.mark.parametrize(
    ("table", "key", "cell"),
    [
        ("posts", "title_mention_id", "title"),
        ("statements", "speaker_mention_id", "speaker"),
        ("cooperations", "a_mention_id", "organisation_a"),
        ("cooperations", "b_mention_id", "organisation_b"),
        ("participations", "event_mention_id", "event"),
        ("participations", "participant_mention_id", "participant"),
        ("phrases", "mention_id", "phrase"),
    ],
)
def test_facts_are_in_the_words_of_the_mention(tables, table, key, cell):
    frame = getattr(tables, table)
    assert len(frame)
    joined = frame.merge(tables.mentions, left_on=["doc_id", key], right_on=["doc_id", "mention_id"])
    assert len(joined) == len(frame)
    assert (joined[cell] == joined["text"]).all()


@pytest.mark.parametrize("table", FACTS)
def test_every_fact_has_evidence_of_its_own(tables, table):
    joined = tables.evidence_of(table)
    whole = joined[joined.cell.isna()]
    facts = getattr(tables, table)
    assert whole[list(facts.columns)].to_numpy().tolist() == facts.to_numpy().tolist()
    assert joined.rule.isin(RULES).all()
    assert (joined.rule != UNSAID).all()
    assert len(joined) == (tables.evidence["table"] == table).sum()  # evidence of nothing is none


def test_evidence_is_of_a_cell_that_is_filled(tables):
    for table in FACTS:
        joined = tables.evidence_of(table)
        for cell, rows in joined.dropna(subset="cell").groupby("cell"):
            if cell in BY_NAME[table].names:
                assert rows[cell].notna().all(), (table, cell)
            else:
                assert table == "participations"
                assert cell in ("when", "where", "full_name")


def test_evidence_of_words_is_the_words(tables):
    """Cells that the page states in so many words are the words of their evidence."""
    words = {
        ("posts", "organisation"),
        ("statements", "verb"),
        ("cooperations", "programme"),
        ("abbreviations", "long"),
    }
    for table, cell in words:
        joined = tables.evidence_of(table)
        said = joined[(joined.cell == cell) & joined.evidence.notna()]
        assert len(said) or table == "cooperations"  # the programme of the only one is a numbered document
        given = said.evidence.str.split().str.join(" ")
        assert (given.str.lower() == said[cell].str.lower()).all(), (table, cell)


def test_full_names_of_events_are_their_values(tables):
    joined = tables.evidence_of("participations")
    values = tables.mentions.set_index(["doc_id", "mention_id"]).value
    named = joined[joined.cell == "full_name"]
    assert len(named)
    for row in named.itertuples():
        assert " ".join(row.evidence.split()) == values.loc[(row.doc_id, row.event_mention_id)]


def test_time_and_place_of_an_event_are_mentions(tables):
    joined = tables.evidence_of("participations")
    mentions = tables.mentions.set_index(["doc_id", "start", "end"]).label
    stated = joined[joined.cell.isin(["when", "where"])]
    for row in stated.itertuples():
        label = mentions.loc[(row.doc_id, row.evidence_start, row.evidence_end)]
        assert label == {"when": "TIME", "where": "LOCATION"}[row.cell]


@pytest.mark.parametrize("name", ["blocks", "sentences", "tokens", "mentions"])
def test_spans_are_flat_and_in_order(tables, name):
    frame = getattr(tables, name)
    assert (frame.start < frame.end).all()
    following = frame.groupby("doc_id").start.shift(-1)
    assert (frame.end[following.notna()] <= following.dropna()).all()


def test_blocks_cover_every_character_that_is_not_blank(tables, texts):
    for doc_id, blocks in tables.blocks.groupby("doc_id"):
        covered = {i for b in blocks.itertuples() for i in range(b.start, b.end)}
        assert not "".join(c for i, c in enumerate(texts[doc_id]) if i not in covered).strip()


@pytest.mark.parametrize("name", ["sentences", "mentions"])
def test_only_content_is_worked_on(tables, name):
    content = tables.blocks[tables.blocks.kind.isin(CONTENT_KINDS)]
    for row in getattr(tables, name).itertuples():
        home = content[(content.doc_id == row.doc_id) & (content.start <= row.start) & (row.end <= content.end)]
        assert len(home) == 1


@pytest.mark.parametrize("table", [t for t in TABLES if t.primary_key], ids=lambda t: t.name)
def test_identifiers_are_unique(tables, table):
    assert not getattr(tables, table.name).duplicated(list(table.primary_key)).any()


@pytest.mark.parametrize(
    ("table", "key"), [(t.name, key) for t in TABLES for key in t.foreign_keys], ids=lambda v: getattr(v, "table", v)
)
def test_foreign_keys_hold(tables, table, key):
    target = getattr(tables, key.table)
    mine = getattr(tables, table)[list(key.columns)].dropna()
    known = pd.MultiIndex.from_frame(target[list(BY_NAME[key.table].primary_key)])
    assert pd.MultiIndex.from_frame(mine).isin(known).all()


def test_counts_agree(tables):
    documents = tables.documents.set_index("doc_id")
    for name in ("sentences", "tokens", "mentions"):
        counted = getattr(tables, name).groupby("doc_id").size().reindex(documents.index, fill_value=0)
        assert (documents[f"n_{name}"] == counted).all()
    linked = tables.mentions.dropna(subset="entity_id").groupby("entity_id")
    entities = tables.entities.set_index("entity_id")
    assert (linked.size() == entities.n_mentions.reindex(linked.size().index)).all()
    assert (linked.doc_id.nunique() == entities.n_documents.reindex(linked.size().index)).all()


@pytest.mark.parametrize(
    ("label", "table"),
    [("TIME", "times"), ("QUANTITY", "quantities"), ("LEGALDOC", "legal_references"), ("PHRASE", "phrases")],
)
def test_every_interpreted_mention_has_one_row(tables, label, table):
    wanted = tables.mentions[tables.mentions.label == label][["doc_id", "mention_id"]]
    assert getattr(tables, table)[["doc_id", "mention_id"]].to_numpy().tolist() == wanted.to_numpy().tolist()


def test_dates_and_times_are_edtf(tables):
    """Extended Date/Time Format of the Library of Congress, with the four conventions that the dictionary names.

    They are ``?`` (not decided), ``;`` between the days of a list, ISO 8601 lengths (P3Y) and times without seconds.
    The parser knows no interval that is open and has an unknown year, so the sides of an interval are parsed alone.
    """
    edtf = pytest.importorskip("edtf", reason="needs the package edtf (extra dev)")
    documents = tables.documents[["displayed_date", "published_date", "reference_date"]].stack()
    cells = pd.concat([documents, tables.times["edtf"], tables.legal_references["date"]]).dropna()
    parts = {part for cell in cells for item in cell.split(";") for part in item.split("/")} - {"?", ".."}
    assert parts
    for part in parts:
        if not re.fullmatch(r"P\d+[YMWD]", part):
            edtf.parse_edtf(re.sub(r"(T\d\d:\d\d)$", r"\1:00", part))


def test_first_and_last_days_are_in_order(tables):
    for name, first, last in (("times", "start_date", "end_date"), ("posts", "start", "end")):
        frame = getattr(tables, name)[[first, last]].dropna()
        assert (frame[first] <= frame[last]).all()
