"""datapackage.json, judged by another program's validator."""

import json
from pathlib import Path

import frictionless
import pytest

from dvextract import run
from dvextract.tables.package import datapackage
from dvextract.tables.schema import TABLES


def faults(folder):
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return [(task.name, e.type, e.message) for task in report.tasks for e in task.errors] + list(report.errors)


def test_a_run_is_a_valid_data_package(finished):
    assert faults(finished) == []


def test_every_table_is_described(finished):
    package = json.loads((finished / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["path"] for r in package["resources"]] == [f"{t.name}.csv" for t in TABLES]
    keys = {r["path"]: r["schema"].get("primaryKey") for r in package["resources"]}
    assert keys["mentions.csv"] == ["doc_id", "mention_id"]


@pytest.mark.parametrize(
    ("table", "before", "after", "fault"),
    [
        ("posts.csv", b"\r\nmot-dong,3,2,", b"\r\nmot-dong,99,2,", "foreign-key"),
        ("mentions.csv", b"\r\nmot-dong,1,", b"\r\nmot-dong,0,", "primary-key"),
        ("mentions.csv", b",PERSON,", b",PRESON,", "constraint-error"),
        ("times.csv", b",2022-04-15,2022-04-15,", b",2022-04-15,2022-04,", "type-error"),
    ],
)
def test_the_description_is_strict(finished, tmp_path, table, before, after, fault):
    for path in filter(Path.is_file, finished.iterdir()):
        data = path.read_bytes()
        if path.name == table:
            assert before in data
            data = data.replace(before, after, 1)
        (tmp_path / path.name).write_bytes(data)
    assert fault in {kind for _, kind, _ in faults(tmp_path)}


def test_a_run_of_some_tables_is_valid_too(pages, tmp_path):
    run(pages, tmp_path / "out", tables=("mentions", "posts"), formats=("csv",))
    assert faults(tmp_path / "out") == []
    assert sorted(p.name for p in (tmp_path / "out").iterdir() if p.is_file()) == [
        "datapackage.json",
        "mentions.csv",
        "posts.csv",
        "rejects.csv",
        "run.json",
    ]


def test_keys_to_tables_not_written_are_left_out():
    (mentions,) = datapackage(["mentions"], "1")["resources"]
    assert "foreignKeys" not in mentions["schema"]


def test_a_sharded_run_is_valid_too(pages, tmp_path, monkeypatch):
    monkeypatch.setattr("dvextract.running.shards.PAGES", 1)
    monkeypatch.setattr("dvextract.running.join.GROUP", 1)
    run(pages, tmp_path / "out", formats=("csv", "jsonl"), layout="sharded")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    files = {r["name"]: r["path"] for r in package["resources"]}
    there = sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out" / "mentions").glob("*.csv"))
    assert files["mentions"] == there
    assert len(there) > 1
    assert faults(tmp_path / "out") == []
