"""Inputs to shards: every page once, cut by number and bytes, with keys that change when anything that matters does."""

import codecs
import json

import pytest

from dvextract.document import Document
from dvextract.reading.inputs import Columns, Source, list_sources
from dvextract.running import shards
from dvextract.running.shards import plan


def lines(n, **more):
    return "".join(json.dumps({"text": f"Tin {i}", **{k: v(i) for k, v in more.items()}}) + "\n" for i in range(n))


def pages(planned, columns=Columns()):  # noqa: B008
    return [[item.doc_id for piece in shard.pieces for item in piece.pages(columns)] for shard in planned]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 2)
    monkeypatch.setattr(shards, "LIGHTEST", 1)
    monkeypatch.setattr(shards, "HEAVIEST", 1)


def test_files_are_cut_by_number(lay, small):
    sources, _ = list_sources([lay({f"{i}.txt": "x" for i in range(5)})])
    assert pages(plan(sources)) == [["0", "1"], ["2", "3"], ["4"]]


def test_files_are_cut_by_size(lay, monkeypatch):
    monkeypatch.setattr(shards, "BYTES", 10)
    monkeypatch.setattr(shards, "LIGHTEST", 1)
    monkeypatch.setattr(shards, "HEAVIEST", 1)
    sources, _ = list_sources([lay({"a.txt": "x" * 11, "b.txt": "x" * 9, "c.txt": "x"})])
    assert pages(plan(sources)) == [["a"], ["b", "c"]]


@pytest.mark.parametrize("content", [lines(5), lines(5).removesuffix("\n"), lines(5).replace("\n", "\r\n")])
def test_jsonl_is_cut_at_line_ends(lay, small, content):
    sources, _ = list_sources([lay({"a.jsonl": content})])
    assert pages(plan(sources)) == [["a/1", "a/2"], ["a/3", "a/4"], ["a/5"]]


def test_blank_lines_keep_their_number_and_make_no_shard(lay, small):
    sources, _ = list_sources([lay({"a.jsonl": lines(1) + "\n\n" + lines(1) + "\n\n\n"})])
    assert pages(plan(sources)) == [["a/1", "a/4"]]


def test_a_mark_at_the_beginning_is_no_part_of_a_row(lay, small):
    sources, _ = list_sources([lay({"a.jsonl": codecs.BOM_UTF8 + lines(3).encode()})])
    assert pages(plan(sources)) == [["a/1", "a/2"], ["a/3"]]


def test_an_id_is_unique_across_shards(lay, small):
    sources, _ = list_sources([lay({"a.jsonl": lines(7, id=lambda i: i % 5)})])
    columns = Columns(id="id")
    found = [p for s in plan(sources, 0, columns) for piece in s.pieces for p in piece.pages(columns)]
    assert [p.doc_id for p in found if isinstance(p, Document)] == ["a/0", "a/1", "a/2", "a/3", "a/4"]
    assert [(p.doc_id, p.error) for p in found if not isinstance(p, Document)] == [
        ("a/0", "duplicate-id"),
        ("a/1", "duplicate-id"),
    ]


CSV = "text\n\nMột\n\n\nHai\n"


@pytest.mark.parametrize(
    ("files", "limit", "expected"),
    [
        ({"a.txt": "x", "b.txt": "x", "c.txt": "x"}, 2, ["a", "b"]),
        ({"a.jsonl": lines(3), "b.txt": "x"}, 2, ["a/1", "a/2"]),
        ({"a.jsonl": lines(3) + "\n\n", "b.txt": "x"}, 4, ["a/1", "a/2", "a/3", "b"]),
        ({"a.csv": CSV, "b.txt": "x"}, 1, ["a/1"]),
        ({"a.csv": CSV, "b.txt": "x"}, 3, ["a/1", "a/2", "b"]),
        ({"a.csv": "", "b.txt": "x", "c.txt": "x"}, 2, ["a", "b"]),  # the empty file is one reject
        ({"a.csv": "text\n", "b.txt": "x", "c.txt": "x"}, 2, ["a", "b"]),
        ({"a.txt": "x"}, 5, ["a"]),
    ],
)
def test_limit(lay, small, files, limit, expected):
    sources, _ = list_sources([lay(files)])
    assert [p for shard in pages(plan(sources, limit)) for p in shard] == expected


def keys(folder, configuration="c", **options):
    return [s.key(configuration) for s in plan(list_sources([folder])[0], **options)]


def test_a_key_is_the_same_for_the_same_input(lay):
    folder = lay({"a.txt": "x", "b.jsonl": lines(2)})
    assert keys(folder) == keys(folder)


@pytest.mark.parametrize(
    "after",
    [
        {"a.txt": "y", "b.txt": "x"},  # as long as before
        {"a.txt": "x", "c.txt": "x"},
        {"a.txt": "x"},
    ],
)
def test_a_key_changes_with_the_input(lay, after):
    assert keys(lay({"a.txt": "x", "b.txt": "x"}, "one/in")) != keys(lay(after, "two/in"))


def test_a_key_changes_with_what_decides_the_result(lay):
    folder = lay({"a.jsonl": lines(3)})
    assert len({keys(folder)[0], keys(folder, "d")[0], keys(folder, limit=2)[0]}) == 3


def test_a_key_changes_when_rows_before_are_counted_otherwise(lay, small):
    # the second shard's bytes stand where they stood, but its rows are 3 and 4 and no longer 4 and 5
    folder = lay({"a.jsonl": lines(1) + "\n" + lines(3)})
    before = keys(folder)
    (folder / "a.jsonl").write_text(lines(1) + " " + lines(3), encoding="utf-8")
    assert keys(folder)[1] != before[1]


def test_progress_is_measured_in_bytes(lay, small):
    sources, _ = list_sources([lay({"a.txt": "xyz", "b.jsonl": lines(3)})])
    assert sum(s.size for s in plan(sources)) == 3 + len(lines(3))


def cut(names, monkeypatch, size=5000):
    monkeypatch.setattr(shards, "_digest", lambda source, *_: source.doc_id)
    return {tuple(p.source.doc_id for p in s.pieces) for s in plan([Source(f"{n}.txt", n, size) for n in names])}


NAMES = [f"{year}/{i:05d}" for year in (2023, 2024) for i in range(5000)]


def test_shards_are_neither_small_nor_large(monkeypatch):
    sizes = sorted(len(s) for s in cut(NAMES, monkeypatch))
    assert sizes[1] >= shards.LIGHTEST * shards.PAGES  # one of them is what is left at the end
    assert sizes[-1] <= shards.HEAVIEST * shards.PAGES + 1
    assert 70 < sum(sizes) / len(sizes) < 140


@pytest.mark.parametrize("at", [0, 1234, 5000, 9999])
def test_a_page_more_or_less_changes_few_shards(monkeypatch, at):
    before = cut(NAMES, monkeypatch)
    more = cut([*NAMES[:at], f"{NAMES[at]}b", *NAMES[at:]], monkeypatch)
    less = cut([*NAMES[:at], *NAMES[at + 1 :]], monkeypatch)
    assert len(more - before) <= 4
    assert len(less - before) <= 4


def test_a_row_at_the_end_changes_the_last_slices_only(lay, monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 5)
    before = keys(lay({"a.jsonl": lines(100)}))
    after = keys(lay({"a.jsonl": lines(101)}))
    assert after[: len(before) - 1] == before[:-1]


def test_pages_of_any_size_make_shards_of_like_size(monkeypatch):
    assert 7 < len(NAMES) / len(cut(NAMES, monkeypatch, size=shards.BYTES // 10)) < 14
    assert all(len(s) == 1 for s in cut(NAMES[:50], monkeypatch, size=3 * shards.BYTES))
