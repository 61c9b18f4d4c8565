"""Corrections: what a tool exports becomes gold records; an uncorrected round trip scores 1, a correction counts."""

import json

import pytest

from dvextract import evaluate
from dvextract.errors import UsageError
from dvextract.exporting.corrections import import_corrections
from dvextract.exporting.export import export
from dvextract.model.train import read_records
from dvextract.tables.stream import RunReader


@pytest.fixture(params=["finished", "awkward"])
def folder(request):
    return request.getfixturevalue(request.param)


def annotated(path):
    """Turn exported tasks into what Label Studio exports after a person submitted the predictions as they are."""
    tasks = json.loads(path.read_bytes())
    for i, task in enumerate(tasks):
        task["id"] = i + 1
        task["annotations"] = [{"id": 9, "was_cancelled": False, "result": task.pop("predictions")[0]["result"]}]
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(params=["doccano", "label-studio"])
def corrected(request, folder, tmp_path):
    """A run as the tool gives it back, not corrected."""
    path = tmp_path / "tool.json"
    export(folder, request.param, path)
    if request.param == "label-studio":
        annotated(path)
    return path, request.param


def test_uncorrected_pages_score_one(folder, corrected, tmp_path):
    pages, mentions = import_corrections(*corrected, tmp_path / "gold.jsonl")
    assert pages == len(list(RunReader(folder).rows("documents")))
    scores = evaluate(tmp_path / "gold.jsonl", folder)
    total = scores.strict["ALL"]
    assert total.right == total.found == total.gold == mentions
    assert scores.posts is None  # nobody looked at posts
    assert scores.ungrounded == 0


def test_with_the_run_the_records_are_the_runs(folder, corrected, tmp_path):
    import_corrections(*corrected, tmp_path / "gold.jsonl", folder)
    made = [dict(r) for r in RunReader(folder).rows("records")]
    assert read_records([tmp_path / "gold.jsonl"]) == made


def test_a_correction_counts_and_takes_its_facts_along(finished, tmp_path):
    export(finished, "doccano", tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_bytes().splitlines()]
    page = next(r for r in rows if r["doc_id"] == "2024/so-ket")
    made = next(r for r in RunReader(finished).rows("records") if r["doc_id"] == "2024/so-ket")
    number = next(r["args"][0] for r in made["relations"] if r["kind"] == "holds_post")
    wrong = page["label"].pop(number)
    (tmp_path / "y.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    import_corrections(tmp_path / "y.jsonl", "doccano", tmp_path / "gold.jsonl", finished)
    scores = evaluate(tmp_path / "gold.jsonl", finished)
    total = scores.strict["ALL"]
    assert (total.found - total.right, total.gold - total.right) == (1, 0)
    assert ("2024/so-ket", tuple(wrong)) in scores.wrong
    record = next(r for r in read_records([tmp_path / "gold.jsonl"]) if r["doc_id"] == "2024/so-ket")
    lost = sum(number in r["args"] for r in made["relations"])
    assert len(record["relations"]) == len(made["relations"]) - lost < len(made["relations"])
    held = [r for r in record["relations"] if r["kind"] == "holds_post"]
    assert len(held) == len(record["posts"])
    for relation, post in zip(held, record["posts"], strict=True):
        assert record["mentions"][relation["args"][1]]["text"] == post["title"]


def test_both_shapes_of_doccano_are_read(tmp_path):
    rows = [
        {"id": 3, "text": "Bà Hà Thị Miền họp.", "label": [[3, 14, "PERSON"]]},
        {
            "id": 4,
            "text": "Bà Hà Thị Miền họp.",
            "entities": [{"id": 1, "label": "PERSON", "start_offset": 3, "end_offset": 14}],
            "relations": [],
        },
        {"data": "Họp bản.", "label": [], "meta": {"doc_id": "mot"}},
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert import_corrections(tmp_path / "x.jsonl", "doccano", tmp_path / "g.jsonl") == (3, 2)
    records = read_records([tmp_path / "g.jsonl"])
    assert [r["doc_id"] for r in records] == ["3", "4", "mot"]
    assert [[m["text"] for m in r["mentions"]] for r in records] == [["Hà Thị Miền"], ["Hà Thị Miền"], []]


def task(result, **more):
    return json.dumps([{"id": 1, "data": {"text": "Bà 😀 Miền"}, "annotations": [{"result": result}], **more}])


def region(start, end, text, label="PERSON"):
    return {"type": "labels", "value": {"start": start, "end": end, "text": text, "labels": [label]}}


WRONG = {
    "unknown format": ("xml", "{}", "no format 'xml'"),
    "not JSON": ("doccano", "{", "line 1: not JSON"),
    "no text": ("doccano", '{"label": []}', "has 'text' and 'label'"),
    "label of two": ("doccano", '{"text": "Họp", "label": [[0, 1]]}', r"\[start, end, label\]"),
    "unknown label": ("doccano", '{"text": "Họp", "label": [[0, 1, "PER"]]}', "unknown label 'PER'"),
    "outside": ("doccano", '{"text": "Họp", "label": [[0, 9, "EVENT"]]}', "lies outside the text"),
    "overlap": ("doccano", '{"text": "Họp bản", "label": [[0, 3, "EVENT"], [2, 7, "EVENT"]]}', "overlaps"),
    "twice": ("doccano", '{"id": 1, "text": "A", "label": []}\n{"id": 1, "text": "A", "label": []}', "is there twice"),
    "empty": ("doccano", "\n", "no corrected page"),
    "not a list": ("label-studio", "{}", "not what this format has here"),
    "JSON-MIN": ("label-studio", '[{"text": "A", "label": []}]', "not as JSON-MIN"),
    "nobody looked": ("label-studio", '[{"data": {"text": "A"}, "annotations": []}]', "no corrected page"),
    "other words": ("label-studio", task([region(6, 10, "Mien")]), "is not the words 'Mien'"),
    "half a character": ("label-studio", task([region(4, 10, "x")]), "lies outside the text"),
}


@pytest.mark.parametrize(("source", "content", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_used_is_said_and_nothing_written(tmp_path, source, content, message):
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        import_corrections(tmp_path / "x", source, tmp_path / "gold.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_the_last_annotation_that_was_not_cancelled_holds(tmp_path):
    more = [{"result": [region(0, 2, "Bà", "TITLE")], "was_cancelled": True}]
    tasks = json.loads(task([region(6, 10, "Miền")]))
    tasks[0]["annotations"] += more
    (tmp_path / "x").write_text(json.dumps(tasks), encoding="utf-8")
    import_corrections(tmp_path / "x", "label-studio", tmp_path / "gold.jsonl")
    (record,) = read_records([tmp_path / "gold.jsonl"])
    assert [(m["start"], m["text"]) for m in record["mentions"]] == [(5, "Miền")]  # code points, not UTF-16 units


def test_another_runs_pages_are_refused(finished, tmp_path):
    (tmp_path / "x").write_text('{"doc_id": "khac", "text": "A", "label": []}', encoding="utf-8")
    with pytest.raises(UsageError, match="page khac is not in the run"):
        import_corrections(tmp_path / "x", "doccano", tmp_path / "g", finished)
    (tmp_path / "x").write_text('{"doc_id": "mot-dong", "text": "A", "label": []}', encoding="utf-8")
    with pytest.raises(UsageError, match="is not that of the run"):
        import_corrections(tmp_path / "x", "doccano", tmp_path / "g", finished)
