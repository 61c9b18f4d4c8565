"""One bad page is a reject and costs no other page anything."""

import gc
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from dvextract import load, run
from dvextract.document import Document
from dvextract.pipeline import Pipeline
from dvextract.reading.inputs import Columns, Source
from dvextract.running import work
from dvextract.running.shards import Piece, Shard
from dvextract.tables import build


class Falls:
    """A stage that cannot bear one word."""

    name, reads, adds = "falls", ("text",), ("seen",)

    def __call__(self, docs):
        for doc in docs:
            if "đổ" in doc.text:
                raise ValueError("không đọc được\nchữ này")
            doc.add("seen", True)


PIPELINE = Pipeline("test", (Falls(),), ({},), "")


@pytest.mark.parametrize("bad", [{0}, {6}, {2, 3}, set(range(7)), set()])
def test_a_page_that_a_stage_fails_on_is_found(bad):
    docs = [Document(str(i), "đổ" if i in bad else "họp", f"{i}.txt") for i in range(7)]
    ready, rejects = work.process(docs, PIPELINE)
    assert [d.doc_id for d in ready] == [str(i) for i in range(7) if i not in bad]
    assert all(d.has("seen") for d in ready)
    assert [(r.doc_id, r.source, r.stage, r.error) for r in rejects] == [
        (str(i), f"{i}.txt", "falls", "stage-failed") for i in sorted(bad)
    ]


def test_the_message_is_one_line_and_names_the_error():
    _, (reject,) = work.process([Document("a", "đổ")], PIPELINE)
    assert reject.message == "ValueError: không đọc được chữ này; please report the page"


def test_a_failing_page_in_a_run(lay, tmp_path, monkeypatch):
    short = tmp_path / "short.toml"
    short.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    original = build.rows

    def rows(doc):
        if doc.doc_id == "b":
            raise IndexError("layers that do not fit")
        return original(doc)

    monkeypatch.setattr("dvextract.tables.write.rows", rows)
    summary = run(lay({"a.txt": "Họp", "b.txt": "Họp", "c.txt": "Họp"}), tmp_path / "out", pipeline=str(short))
    assert (summary.pages, summary.rejects) == (2, 1)
    tables = load(tmp_path / "out")
    assert tables.documents.doc_id.tolist() == ["a", "c"]
    assert tables.rejects[["doc_id", "stage", "error"]].to_numpy().tolist() == [["b", "tables", "stage-failed"]]


def test_cycles_are_not_collected_during_a_shard_and_are_again_after_it(lay, tmp_path, monkeypatch):
    seen, original = [], work.process

    def process(*given):
        seen.append(gc.isenabled())
        return original(*given)

    monkeypatch.setattr(work, "process", process)
    run(lay({"a.txt": "Họp"}), tmp_path / "out", workers=1)
    assert seen == [False]
    assert gc.isenabled()


def test_every_way_of_being_unreadable_in_one_run(lay, tmp_path):
    short = tmp_path / "short.toml"
    short.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    folder = lay(
        {
            "ok.txt": "Họp",
            "trong.txt": "",
            "anh.txt": b"\x89PNG\r\n\x1a\n\x00\xff",
            "cu.txt": b"H\xe4p",
            "tin.jsonl": '{"text": "Họp", "id": 1}\n{"text": "\\udc00", "id": 2}\n{"te\n{"text": "Họp", "id": 1}\n',
            "bang.csv": "id,body\n1,Họp\n",
            "quet.tif": "II",
        }
    )
    summary = run(folder, tmp_path / "out", pipeline=str(short), id_column="id")
    rejects = load(tmp_path / "out").rejects
    assert summary.rejects == len(rejects)
    assert load(tmp_path / "out").documents.doc_id.tolist() == ["ok", "tin/1"]
    assert {(r.doc_id, r.error) for r in rejects.itertuples()} == {
        ("trong", "empty"),
        ("anh", "binary"),
        ("cu", "not-utf-8"),
        ("tin/2", "not-json"),
        ("tin/3", "not-json"),
        ("tin/1", "duplicate-id"),
        ("bang/1", "no-text"),
        ("quet", "unknown-type"),
    }
    assert rejects.message.str.contains(r"\w").all()


def test_batches_do_not_show_in_the_order_of_rejects(lay, tmp_path, monkeypatch):
    short = tmp_path / "short.toml"
    short.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    original = build.rows

    def rows(doc):
        if doc.doc_id in ("a", "d"):
            raise IndexError("layers that do not fit")
        return original(doc)

    monkeypatch.setattr("dvextract.tables.write.rows", rows)
    folder = lay({"a.txt": "Họp", "b.txt": "", "c.txt": "Họp", "d.txt": "Họp", "e.txt": ""})
    for size in (32, 1):
        monkeypatch.setattr(work, "BATCH_PAGES", size)
        run(folder, tmp_path / f"{size}", pipeline=str(short))
        assert load(tmp_path / f"{size}").rejects.doc_id.tolist() == ["a", "b", "d", "e"]


def test_a_batch_is_bounded():
    docs = [Document(str(i), "x" * (work.BATCH_CHARS // 4)) for i in range(10)]
    assert [len(batch) for batch in work._batches(iter(docs))] == [4, 4, 2]


def test_a_part_counts_when_it_is_whole_and_has_what_is_asked_for(tmp_path):
    short = tmp_path / "short.toml"
    short.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    job = work.Job(str(short), "{}", Columns(), ("csv",), ("blocks", "rejects"), str(tmp_path))
    shard = Shard(0, (Piece(Source(str(short), "short", 1), sha256(short.read_bytes()).hexdigest()),))
    tally = work.work(job, shard, "key")
    assert tally.pages == 1
    assert work.finished(job, "key") == tally
    assert work.finished(replace(job, tables=("rejects",)), "key") == tally
    assert work.finished(replace(job, tables=("documents", "rejects")), "key") == work.LACKING
    assert work.finished(replace(job, formats=("parquet", "jsonl")), "key") == tally  # made when parts are joined
    assert work.finished(job, "other") == work.ABSENT
    path = Path(work.part_path(job.folder, "key"))
    path.write_bytes(path.read_bytes()[:-1])
    assert work.finished(job, "key") == work.DAMAGED
