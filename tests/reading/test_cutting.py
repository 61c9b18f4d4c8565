"""Large files cut into pieces: every page once, wherever the cuts are, and never more than a page in memory."""

import gzip
import json
import random
import resource
import sys
import zipfile

import made
import portals
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dvextract import storage
from dvextract.document import Document
from dvextract.reading import warc
from dvextract.reading.inputs import Columns, Reject, list_sources, read
from dvextract.running import shards
from dvextract.running.shards import plan

PAGES = [(f"https://vi-du.vn/{i}", f"Trang {i}. {portals.BODY[i % 4]}".encode()) for i in range(40)]


def ids(planned, columns=Columns()):  # noqa: B008
    return [p.doc_id for shard in planned for piece in shard.pieces for p in piece.pages(columns)]


def crawl(compress):
    return made.warc(PAGES, compress=compress, content_type="text/plain; charset=utf-8")


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("stride", [1, 300, 1000, 5000, 1 << 20])
def test_a_crawl_is_cut_anywhere(lay, monkeypatch, compress, stride):
    monkeypatch.setattr(warc, "STRIDE", stride)
    monkeypatch.setattr(shards, "PAGES", 2)
    (source,), _ = list_sources([lay({"c.warc.gz" if compress else "c.warc": crawl(compress)})])
    whole = [p.doc_id for p in read(source, Columns())]
    assert len(whole) == len(PAGES)
    planned = plan([source])
    assert ids(planned) == whole
    assert sum(len(s.pieces) for s in planned) > 1 or stride == 1 << 20
    assert ids(plan([source], 7)) == whole[:7]


def test_a_record_too_large_costs_no_other(lay, monkeypatch):
    monkeypatch.setattr(warc, "LARGEST", 1000)
    pages = [("https://vi-du.vn/1", b"Hop ban"), ("https://vi-du.vn/2", b"x" * 9000), ("https://vi-du.vn/3", b"Hop xa")]
    for name, compress in (("c.warc", False), ("c.warc.gz", True)):
        content = made.warc(pages, compress=compress, content_type="text/plain")
        (source,), _ = list_sources([lay({name: content}, name)])
        assert [getattr(p, "error", "page") for p in read(source, Columns())] == ["page", "too-large", "page"]


def test_bytes_that_look_like_a_member_are_none(lay, monkeypatch):
    monkeypatch.setattr(warc, "STRIDE", 700)
    noise = random.Random(1)
    pages = [(a, b"x" + bytes(noise.randrange(256) for _ in range(900)) + b"\x1f\x8b\x08\x00" * 40) for a, _ in PAGES]
    content = made.warc(pages, content_type="text/html")
    (source,), _ = list_sources([lay({"c.warc.gz": content})])
    pieces = [(p.begin, p.end) for shard in plan([source]) for p in shard.pieces]
    assert len(pieces) > 10
    with open(source.path, "rb") as raw:
        found = [page.offset for begin, end in pieces for page in warc.by_member(raw, begin, end)]
        assert found == [page.offset for page in warc.by_member(raw, 0, 0)]
    assert len(found) == len(pages)


def test_parquet_is_cut_at_row_groups(lay, tmp_path):
    rows = [{"id": i % 30, "text": f"Họp bản lần {i}."} for i in range(40)]
    folder = lay({"x.txt": "x"})
    pq.write_table(pa.Table.from_pylist(rows), folder / "a.parquet", row_group_size=7)
    sources = [s for s in list_sources([folder])[0] if s.format.kind == "parquet"]
    pieces = [p for s in plan(sources) for p in s.pieces]
    assert [p.units for p in pieces] == [(i, i + 1) for i in range(6)]
    assert ids(plan(sources)) == [f"a/{i}" for i in range(1, 41)]
    columns = Columns(id="id")
    found = [p for s in plan(sources, 0, columns) for piece in s.pieces for p in piece.pages(columns)]
    assert [p.doc_id for p in found if isinstance(p, Document)] == [f"a/{i}" for i in range(30)]
    assert {p.error for p in found if isinstance(p, Reject)} == {"duplicate-id"}
    assert ids(plan(sources, 9)) == [f"a/{i}" for i in range(1, 10)]


def test_a_zip_is_cut_at_members(lay, monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 3)
    members = {f"{i:02d}.txt": f"Họp bản lần {i}." for i in range(8)}
    members["04.jsonl"] = '{"text": "Một"}\n{"text": "Hai"}\n'
    content = made.zipped(dict(sorted(members.items())))
    (source,), _ = list_sources([lay({"a.zip": content})])
    expected = [f"a/{n[:2]}" if n.endswith("txt") else n for n in sorted(members)]
    expected[4:5] = ["a/04/1", "a/04/2"]
    planned = plan([source])
    assert ids(planned) == [p.doc_id for p in read(source, Columns())] == expected
    assert len(planned) > 2
    assert ids(plan([source], 6)) == expected[:6]


@pytest.mark.parametrize("name", ["a.zip", "a.parquet", "a.warc.gz"])
def test_a_key_changes_with_the_content(lay, name, tmp_path):
    def content(word):
        if name == "a.zip":
            return made.zipped({"1.txt": word, "2.jsonl": '{"text": "x"}'})
        if name == "a.warc.gz":
            return made.warc([("https://vi-du.vn", word.encode())], content_type="text/plain")
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist([{"text": word}, {"text": "x"}]), sink, row_group_size=1)
        return sink.getvalue().to_pybytes()

    keys = []
    for word in ("một", "hai", "một"):
        (source,), _ = list_sources([lay({name: content(word)})])
        keys.append([s.key("c") for s in plan([source])])
    assert keys[0] == keys[2] != keys[1]


def test_every_format_is_read_by_url(lay, monkeypatch):
    """An object store is read in the same cuts as files, and gives the same pages."""
    pytest.importorskip("fsspec", reason="needs the extra cluster")
    monkeypatch.setattr(shards, "PAGES", 3)
    monkeypatch.setattr(warc, "STRIDE", 2000)
    rows = [{"text": f"Họp bản lần {i}."} for i in range(10)]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink, row_group_size=4)
    files = {
        "a.txt": "Họp bản.".encode(),
        "b.docx": made.docx(["Họp bản."]),
        "c.jsonl": lines,
        "d.jsonl.gz": gzip.compress(lines),
        "e.csv": "text\nHọp bản.\n".encode(),
        "f.parquet": sink.getvalue().to_pybytes(),
        "g.warc": crawl(compress=False),
        "h.warc.gz": crawl(compress=True),
        "i.zip": made.zipped({f"{i}.txt": f"Họp bản lần {i}." for i in range(10)}),
    }
    folder = lay({f"tin/{name}": content for name, content in files.items()})
    for name, content in files.items():
        with storage.writing(f"memory://in/tin/{name}") as file:
            file.write(content)
    here, there = (plan(list_sources([given])[0]) for given in (folder, "memory://in"))
    assert [[p.digest for p in s.pieces] for s in here] == [[p.digest for p in s.pieces] for s in there]
    assert len(here) > 10
    found = [
        [(p.doc_id, p.text) for s in planned for c in s.pieces for p in c.pages(Columns())] for planned in (here, there)
    ]
    storage.remove("memory://in")
    assert len(found[0]) == 2 + 3 * 10 + 1 + 2 * len(PAGES) + 10
    assert found[0] == found[1]


def keys(path):
    (source,), _ = list_sources([path])
    return [s.key("c") for s in plan([source])]


def test_a_member_more_changes_few_shards(lay, monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 5)
    members = {f"{i:03d}.txt": f"Họp bản lần {i}." for i in range(200)}
    before = keys(lay({"a.zip": made.zipped(members)}) / "a.zip")
    assert len(before) > 20
    more = dict(sorted({**members, "100b.txt": "Họp thêm."}.items()))
    after = keys(lay({"a.zip": made.zipped(more)}) / "a.zip")
    assert len(set(after) - set(before)) <= 3
    members["100.txt"] = "Họp bản lần khác."
    changed = keys(lay({"a.zip": made.zipped(members)}) / "a.zip")
    assert len(set(changed) - set(before)) == 1


def test_a_member_that_repeats_no_other_any_more_is_read_again(lay, monkeypatch):
    monkeypatch.setattr(shards, "HEAVIEST", 0)
    members = {"1.txt": "Một", "2.txt": "Hai", "2.html": "<p>Ba"}
    before = keys(lay({"a.zip": made.zipped(members)}) / "a.zip")
    after = keys(lay({"a.zip": made.zipped({"1.txt": "Một", "3.txt": "Hai", "2.html": "<p>Ba"})}) / "a.zip")
    assert len(before) == len(after) == 3
    assert before[0] == after[0]
    assert before[2] != after[2]


@pytest.mark.parametrize("compress", [True, False])
def test_a_longer_crawl_keeps_its_first_shards(lay, monkeypatch, compress):
    monkeypatch.setattr(warc, "STRIDE", 1500)
    monkeypatch.setattr(shards, "BYTES", 1000)
    name = "c.warc.gz" if compress else "c.warc"
    some = made.warc(PAGES[:30], compress=compress, content_type="text/plain; charset=utf-8")
    before, after = keys(lay({name: some}) / name), keys(lay({name: crawl(compress)}) / name)
    assert len(before) > 3
    assert after[: len(before) - 1] == before[:-1]
    assert after[len(before) - 1] != before[-1]


def test_a_crawl_cut_off_is_read_again_when_it_is_whole(lay, monkeypatch):
    """The record that leads over the end of a stride belongs to it with all its bytes."""
    monkeypatch.setattr(warc, "STRIDE", 1500)
    content = crawl(compress=True)
    folder = lay({"c.warc.gz": content})
    (source,), _ = list_sources([folder])
    first = plan([source])[0].pieces[0]
    assert first.end > warc.STRIDE
    half = lay({"c.warc.gz": content[: first.end - 3]})
    assert plan(list_sources([half])[0])[0].pieces[0].digest != first.digest


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits here")
@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.warc.gz", "a.zip"])
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    path = tmp_path / name
    line = json.dumps({"text": portals.LEAD * 200}).encode() + b"\n"
    if name == "a.jsonl.gz":
        with gzip.open(path, "wb", 1) as file:
            for i in range(3000):
                file.write(line.replace(b"2024", b"%d" % i))
    elif name == "a.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for i in range(2000):
                archive.writestr(f"{i}.txt", f"{i} " + portals.LEAD * 200)
    else:
        record = [
            made.warc([(f"https://vi-du.vn/{i}", f"{i} {portals.LEAD * 200}".encode())], content_type="text/plain")
            for i in range(50)
        ]
        path.write_bytes(b"".join(record) * 40)
    (source,), _ = list_sources([path])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pages = sum(len(p.text) > 1000 for p in read(source, Columns()))
    assert pages >= 2000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 60_000  # kilobytes; the pages have 60 MB of text and more
