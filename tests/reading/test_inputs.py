"""Inputs to pages: which files are found, in which order, under which doc_id, and what is rejected why."""

import codecs
import os
import sys

import pytest

from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.reading import inputs
from dvextract.reading.inputs import Columns, Reject, Source, clashes, list_sources, read

NAMES = {"b.txt": "b", "a/2.txt": "2", "a/10.txt": "10", "a-b.txt": "ab", "Á.TXT": "á"}


def doc_ids(given, out=""):
    return [s.doc_id for s in list_sources(given, out)[0]]


def source_of(path):
    return Source(str(path), path.stem, path.stat().st_size)


def read_all(path, **columns):
    """(doc_id, text) of every page and (doc_id, code) of every reject."""
    found = list(read(source_of(path), Columns(**columns)))
    pages = [(d.doc_id, d.text) for d in found if isinstance(d, Document)]
    return pages, [(r.doc_id, r.error) for r in found if isinstance(r, Reject)]


def test_folders_are_read_recursively_and_sorted(lay):
    assert doc_ids([lay(NAMES)]) == ["a-b", "a/10", "a/2", "b", "Á"]


def test_order_of_listing_does_not_matter(lay, monkeypatch):
    walk = os.walk

    def backwards(*args, **options):
        for here, folders, names in walk(*args, **options):
            yield here, folders, names[::-1]

    folder = lay(NAMES)
    before = doc_ids([folder])
    monkeypatch.setattr(inputs.os, "walk", backwards)
    assert doc_ids([folder]) == before


def test_inputs_keep_their_order(lay):
    folder = lay(NAMES)
    assert doc_ids([folder / "b.txt", folder / "a"]) == ["b", "10", "2"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["a-b", "b"]),
        ("**/*.txt", ["a-b", "a/10", "a/2", "a2/x", "b"]),
        ("a/?.txt", ["2"]),
        ("a*/[0-9]*.txt", ["a/10", "a/2"]),  # `a` is a folder and also how the pattern begins
    ],
)
def test_globs(lay, pattern, expected):
    folder = lay({**NAMES, "a2/x.txt": "x"})
    assert sorted(doc_ids([f"{folder}/{pattern}"])) == expected


def test_a_file_whose_name_looks_like_a_glob(lay):
    assert doc_ids([lay({"a[1].txt": "x"}) / "a[1].txt"]) == ["a[1]"]


def test_hidden_files_are_skipped(lay):
    assert doc_ids([lay({"a.txt": "a", ".b.txt": "b", ".git/c.txt": "c"})]) == ["a"]


def test_other_kinds_of_file_are_rejects(lay):
    sources, rejects = list_sources([lay({"a.txt": "a", "scan.tif": "II", "a.xlsx": "PK"})])
    assert [s.doc_id for s in sources] == ["a"]
    assert [(r.doc_id, r.error) for r in rejects] == [("a", "unknown-type"), ("scan", "unknown-type")]


def test_a_dangling_link_is_a_reject(lay):
    folder = lay({"a.txt": "a"})
    (folder / "b.txt").symlink_to(folder / "nowhere.txt")
    _, rejects = list_sources([folder])
    assert [(r.doc_id, r.error) for r in rejects] == [("b", "unreadable")]


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system refuses such names")
def test_a_name_that_is_not_utf8_is_a_reject(lay):
    folder = lay({"a.txt": "a"})
    with open(os.fsencode(folder) + b"/\xff.txt", "wb") as file:
        file.write(b"x")
    _, rejects = list_sources([folder])
    assert [(r.doc_id, r.error) for r in rejects] == [(r"\udcff", "bad-name")]


def test_the_output_folder_is_no_input(lay):
    folder = lay({"a.txt": "a", "out/mentions.csv": "doc_id"})
    assert doc_ids([folder], folder / "out") == ["a"]
    with pytest.raises(UsageError, match="in the output folder"):
        list_sources([folder / "out" / "mentions.csv"], folder / "out")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["nowhere.txt"], "no such file or folder: nowhere.txt"),
        (["nowhere/*.txt"], r"no file matches nowhere/\*.txt"),
        ([], "nothing to read"),
        (["/dev/null"], "neither a file nor a folder"),
        (["x" * 5000], "cannot read xxx"),
    ],
)
def test_an_input_that_is_not_there_is_wrong_usage(given, message):
    with pytest.raises(UsageError, match=message):
        list_sources(given)


def test_a_folder_without_pages_is_wrong_usage(lay):
    with pytest.raises(UsageError, match=r"no file to read in the folder"):
        list_sources([lay({"a.png": "x"})])


@pytest.mark.parametrize(
    ("names", "kept", "rejected"),
    [
        (["a.txt", "a.TXT"], ["a.TXT"], ["a.txt"]),
        (["a.txt", "a.jsonl"], ["a.jsonl"], ["a.txt"]),
        # rows of a.csv could have the doc_id of a page in a/
        (["a/1.txt", "a.csv"], ["a/1.txt"], ["a.csv"]),
        (["a/b.jsonl", "a.csv"], ["a/b.jsonl"], ["a.csv"]),
        (["a/1.txt", "b.csv"], ["a/1.txt", "b.csv"], []),
    ],
)
def test_two_inputs_never_share_a_doc_id(lay, names, kept, rejected):
    folder = lay(dict.fromkeys(names, "x"))
    sources, rejects = clashes(list_sources([folder])[0])
    assert [os.path.relpath(s.path, folder) for s in sources] == kept
    assert [os.path.relpath(r.source, folder) for r in rejects] == rejected
    assert {r.error for r in rejects} <= {"duplicate-id"}


JSONL = """{"text": "Họp bản.", "url": "vn/1"}

{"text": "Họp xã.", "url": 2}
"""


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_jsonl_rows_are_numbered_by_line(lay, mark):
    path = lay({"bao.jsonl": mark + JSONL.encode()}) / "bao.jsonl"
    assert read_all(path) == ([("bao/1", "Họp bản."), ("bao/3", "Họp xã.")], [])


def test_jsonl_rows_with_an_id(lay):
    path = lay({"bao.jsonl": JSONL}) / "bao.jsonl"
    assert read_all(path, id="url") == ([("bao/vn/1", "Họp bản."), ("bao/2", "Họp xã.")], [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"text": "Họp', "not-json"),
        ('["Họp"]', "not-json"),
        ('{"text": "\\ud83d"}', "not-json"),  # half a surrogate pair
        ('{"body": "Họp"}', "no-text"),
        ('{"text": null}', "no-text"),
        ('{"text": 5}', "no-text"),
        ('{"text": "  "}', "empty"),
        ('{"text": "a\\u0000b"}', "binary"),
    ],
)
def test_a_broken_line_is_one_reject(lay, line, code):
    path = lay({"bao.jsonl": f'{{"text": "Trước"}}\n{line}\n{{"text": "Sau"}}\n'}) / "bao.jsonl"
    assert read_all(path) == ([("bao/1", "Trước"), ("bao/3", "Sau")], [("bao/2", code)])


@pytest.mark.parametrize("identity", ['""', "null", "true", "[1]"])
def test_a_row_without_an_id_is_a_reject(lay, identity):
    path = lay({"bao.jsonl": f'{{"text": "Họp", "id": {identity}}}'}) / "bao.jsonl"
    assert read_all(path, id="id") == ([], [("bao/1", "no-id")])


def test_the_message_says_which_columns_there_are(lay):
    (reject,) = read(source_of(lay({"b.csv": "noi_dung,so\nHọp,1\n"}) / "b.csv"), Columns())
    assert reject.message == "has no text in column 'text' (columns: noi_dung, so); name it with --text-column"


def test_utf16_jsonl_is_one_reject(lay):
    path = lay({"bao.jsonl": JSONL.encode("utf-16")}) / "bao.jsonl"
    assert read_all(path) == ([], [("bao", "not-utf-8")])


CSV = 'url,text\n1,"Họp bản.\nVề ""nông thôn mới"", bàn."\n2,Họp xã.\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv(lay, encoding):
    path = lay({"bao.csv": CSV.encode(encoding)}) / "bao.csv"
    pages = [("bao/1", 'Họp bản.\nVề "nông thôn mới", bàn.'), ("bao/2", "Họp xã.")]
    assert read_all(path) == (pages, [])
    assert read_all(path, id="url") == (pages, [])


def test_bad_bytes_cost_one_csv_row_only(lay):
    path = lay({"bao.csv": b"text\nTin\nB\xe1n\nSau\n"}) / "bao.csv"
    assert read_all(path) == ([("bao/1", "Tin"), ("bao/3", "Sau")], [("bao/2", "not-utf-8")])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_cells_may_be_parted_by_other_marks(lay, mark):
    content = f'id{mark}"text"\n7{mark}"Họp bản; bàn, quyết."\n'
    path = lay({"bao.csv": content.encode("utf-8-sig")}) / "bao.csv"
    assert read_all(path, id="id") == ([("bao/7", "Họp bản; bàn, quyết.")], [])


def test_rows_with_wrong_columns(lay):
    path = lay({"bao.csv": "id,text\n7,Họp, bàn\n8\n9,Họp xã.\n"}) / "bao.csv"
    assert read_all(path, id="id") == ([("bao/9", "Họp xã.")], [("bao/1", "wrong-columns"), ("bao/8", "no-text")])


def test_a_quotation_mark_that_is_never_closed_is_told(lay):
    path = lay({"bao.csv": 'text\nHọp bản.\n"Họp xã.\nHọp tỉnh.\n'}) / "bao.csv"
    pages, rejects = read_all(path)
    assert [doc_id for doc_id, _ in pages] == ["bao/1", "bao/2"]
    assert rejects == [("bao/2", "not-csv")]


def test_an_id_met_twice_is_a_reject(lay):
    path = lay({"bao.csv": "id,text\n7,Một\n8,Hai\n7,Ba\n"}) / "bao.csv"
    assert read_all(path, id="id") == ([("bao/7", "Một"), ("bao/8", "Hai")], [("bao/7", "duplicate-id")])


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_of_no_documents_is_a_reject(lay, name, content):
    assert read_all(lay({name: content}) / name) == ([], [("a", "empty")])


def test_a_very_long_cell_is_read(lay):
    path = lay({"a.csv": "text\n" + "Họp bản. " * 50_000}) / "a.csv"
    pages, _ = read_all(path)
    assert len(pages[0][1]) == 450_000


def test_a_file_that_has_gone_is_a_reject(lay):
    path = lay({"a.txt": "x", "b.jsonl": JSONL})
    sources = [source_of(path / "a.txt"), source_of(path / "b.jsonl")]
    for source in sources:
        os.unlink(source.path)
        assert [(r.doc_id, r.error) for r in read(source, Columns())] == [(source.doc_id, "unreadable")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_we_may_not_read_is_a_reject(lay):
    path = lay({"a.txt": "x"}) / "a.txt"
    path.chmod(0)
    assert [r.error for r in read(Source(str(path), "a", 1), Columns())] == ["unreadable"]
