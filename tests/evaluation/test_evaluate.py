"""Evaluate: from a run, from pages now, against an independent count, and what cannot be evaluated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dvextract import evaluate, run
from dvextract.errors import UsageError
from dvextract.evaluation.evaluate import report

BESIDE = Path(__file__).parents[3] / "shared"
needs_gold = pytest.mark.skipif(
    not (BESIDE / "tools" / "score.py").exists(), reason="needs the annotated pages beside the checkout"
)


@pytest.fixture(scope="module")
def gold(finished, tmp_path_factory):
    """The records of the finished run, one mention of them taken away and one made a little longer."""
    records = [json.loads(line) for line in (finished / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    mentions = records[1]["mentions"]
    mentions[1]["end"] -= 1
    mentions.append({**mentions[0], "start": 0, "end": 4, "label": "EVENT"})
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def test_a_run_and_the_pages_now_score_alike(finished, gold):
    assert evaluate(gold).as_json() == evaluate(gold, run=finished).as_json()


def test_errors_are_counted(finished, gold):
    scores = evaluate(gold, run=finished)
    assert (len(scores.missed), len(scores.wrong)) == (2, 1)
    assert scores.ungrounded == 0


def independent(gold, out, folder):
    path = folder / "independent.json"
    command = [sys.executable, BESIDE / "tools" / "score.py", gold, out, "--json", path]
    subprocess.run(command, check=True, capture_output=True)
    return json.loads(path.read_text(encoding="utf-8"))


def ours(gold, out, folder):
    report(gold, run=str(out), json_file=str(folder / "ours.json"))
    figures = json.loads((folder / "ours.json").read_text(encoding="utf-8"))
    figures["overlap"] = {"ALL": figures["overlap"]["ALL"]}  # the independent count has no other
    return figures


@needs_gold
def test_agrees_with_an_independent_count_on_a_small_run(finished, gold, tmp_path):
    assert ours(gold, finished, tmp_path) == independent(gold, finished, tmp_path)


@needs_gold
@pytest.mark.parametrize(("name", "pages"), [("portal.jsonl", 20), ("real.jsonl", 20)])
def test_agrees_with_an_independent_count_on_annotated_pages(tmp_path, name, pages):
    lines = (BESIDE / "gold" / name).read_text(encoding="utf-8").splitlines(keepends=True)[:pages]
    gold = tmp_path / name
    gold.write_text("".join(lines), encoding="utf-8")
    (tmp_path / "in").mkdir()
    for record in map(json.loads, lines):
        (tmp_path / "in" / f"{record['doc_id']}.txt").write_bytes(record["text"].encode())
    run(tmp_path / "in", tmp_path / "out", formats=("csv",))
    figures = ours(gold, tmp_path / "out", tmp_path)
    assert figures == independent(gold, tmp_path / "out", tmp_path)
    assert figures["documents"] == pages
    assert figures["strict"]["ALL"]["f"] > 0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label": "PRESON"}, "no label 'PRESON'; there are: PERSON"),
        ({"cross_validate": 1}, "at least 2 folds"),
        ({"cross_validate": 2, "run": "x"}, "leave out --run"),
        ({"run": "x", "model": "y"}, "leave out --model"),
        ({"train_also": [Path("x")]}, "--train-also needs --cross-validate"),
        ({"update_floors": True}, "--update-floors needs --floors"),
        ({"run": "nowhere"}, r"nowhere has no mentions\.csv"),
    ],
)
def test_arguments_that_do_not_go_together(gold, options, message):
    with pytest.raises(UsageError, match=message):
        report(gold, **options)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"text": "Họp", "mentions": []}], "line 1: a gold record needs"),
        ([{"doc_id": "a", "text": "Họp", "mentions": []}] * 2, "record 2 has the same doc_id as an earlier one"),
        ([{"doc_id": "a", "mentions": []}], "line 1: a gold record needs"),
    ],
)
def test_records_that_are_no_gold(tmp_path, lines, message):
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in lines))
    with pytest.raises(UsageError, match=message):
        evaluate(path)


def test_a_run_over_other_pages_is_refused(finished, tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"doc_id": "elsewhere", "text": "Họp", "mentions": []}))
    with pytest.raises(UsageError, match=r"no page of .* is in the run"):
        evaluate(path, run=finished)
