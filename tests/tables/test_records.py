"""records.jsonl: the shape of gold pages, and the same facts as the tables."""

import csv
import json

import pytest

from dvextract.evaluation.score import score, tables_in
from dvextract.model.train import read_records


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
