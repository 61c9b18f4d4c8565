"""records.jsonl: the shape of gold pages, and the same facts as the tables."""

import csv
import json

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract.document import Document, Mention, PageInfo, QuantityValue, Reading, TimeValue, Tokens
from dvextract.evaluation.score import score, tables_in
from dvextract.model.train import read_records
from dvextract.tables import records as made


@pytest.fixture(scope="module")
def records(finished):
    return [json.loads(line) for line in (finished / "records.jsonl").read_text(encoding="utf-8").splitlines()]


def rows(finished, table):
    with (finished / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_corrected_run_can_be_gold(finished, records):
    assert read_records([finished / "records.jsonl"]) == records


def test_a_run_scored_against_its_own_records_is_all_right(finished, records):
    scores = score(records, tables_in(finished))
    ratios = [*scores.strict.values(), scores.posts, scores.statements, scores.cooperations, scores.content]
    assert [r.f1 for r in ratios] == [1.0] * len(ratios)
    assert all(right == all_of_them for right, all_of_them in scores.values.values())


def test_mentions_stand_in_the_tables_order(finished, records):
    expected = [(r["doc_id"], int(r["start"]), int(r["end"]), r["label"]) for r in rows(finished, "mentions")]
    assert [(r["doc_id"], m["start"], m["end"], m["label"]) for r in records for m in r["mentions"]] == expected


def test_arguments_of_relations_are_mentions(finished, records):
    posts = {(r["doc_id"], int(r["person_mention_id"]), int(r["title_mention_id"])) for r in rows(finished, "posts")}
    relations = [(r["doc_id"], x["kind"], x["args"]) for r in records for x in r["relations"]]
    assert {(doc_id, *args) for doc_id, kind, args in relations if kind == "holds_post"} == posts
    kinds = {"holds_post", "statement", "cooperates_with", "organises", "attends"}
    assert {kind for _, kind, _ in relations} == kinds


def test_content_of_statements_is_a_span(finished, records):
    said = [
        r["text"][a:b]
        for r in records
        for x in r["relations"]
        if x["kind"] == "statement"
        for a, b in x["attributes"]["content"]
    ]
    assert said == [r["content"] for r in rows(finished, "statements")]


TEXT = 'Bà Lò Thị\tMiền (“HTX\\Mận”)\n"họp" 𝟙 lần.\x00\x1f'
WORDS = st.sampled_from(["", "a", "Ủy ban\n", "\x1b𝟙", '"\\', TEXT[:5], TEXT])
DETAILS = st.sampled_from(
    [None, None, TimeValue("2024-07", "2024-07-01", "2024-07-31"), QuantityValue("3", "3", unit="“")]
)
MENTIONS = st.lists(
    st.tuples(
        st.integers(0, len(TEXT)),
        st.integers(0, len(TEXT)),
        st.sampled_from(["PERSON", "ABBREVIATION"]),
        st.builds(Reading, WORDS, WORDS, DETAILS),
    ),
    max_size=4,
)


def page(found):
    doc = Document("p,1", TEXT)
    nothing = np.zeros(0, dtype=np.int32)
    layers = ("blocks", "sentences", "abbreviations", "posts", "statements", "cooperations", "participations")
    for layer in layers:
        doc.add(layer, ())
    doc.add("page", PageInfo())
    doc.add("tokens", Tokens(nothing, nothing, nothing, ()))
    doc.add("mentions", tuple(Mention(start, end, label, "m", 1.0) for start, end, label, _ in found))
    doc.add("readings", tuple(reading for *_, reading in found))
    return doc


@pytest.mark.skipif(not made._compiled, reason="nothing is compiled here")
@given(MENTIONS)
def test_compiled_lines_are_those_of_the_objects(found):
    doc = page(found)
    assert made.record_line(doc) == orjson.dumps(made.record(doc)) + b"\n"


def test_a_reading_too_few_is_refused():
    doc = page([(0, 2, "PERSON", Reading())])
    doc.revise("readings", ())
    with pytest.raises(ValueError, match=r"different number|shorter"):
        made.record_line(doc)
