"""A run read page by page: the same from every format, in parts or whole."""

import shutil
from itertools import groupby

import pytest

from dvextract.errors import UsageError
from dvextract.tables.stream import RunReader


def test_pages_of_csv_and_of_parquet_are_those_of_jsonl(finished, tmp_path):
    whole = list(RunReader(finished).pages(("mentions", "documents", "posts", "blocks")))
    for suffix in ("csv", "parquet"):
        folder = tmp_path / suffix
        folder.mkdir()
        for file in [*finished.glob(f"*.{suffix}"), finished / "run.json", finished / "records.jsonl"]:
            shutil.copy(file, folder)
        assert list(RunReader(folder).pages(("mentions", "documents", "posts", "blocks"))) == whole
        (folder / "records.jsonl").unlink()
        for page, original in zip(RunReader(folder).pages(("blocks",)), whole, strict=True):
            assert len(page.text) == len(original.text)
            assert page.text.split() == original.text.split()
            assert all(page.text[b["start"] : b["end"]] == b["text"] for b in page.rows("blocks"))


def test_a_table_in_parts_is_read_in_order(finished, tmp_path):
    whole = list(RunReader(finished).pages(("mentions",)))
    for table in ("documents", "mentions", "records"):
        (tmp_path / table).mkdir()
        lines = (finished / f"{table}.jsonl").read_bytes().splitlines(keepends=True)
        for number in range(12):  # part-10 comes after part-9
            part = lines[number : number + 1] if number < 11 else lines[11:]
            (tmp_path / table / f"part-{number}.jsonl").write_bytes(b"".join(part))
    shutil.copy(finished / "run.json", tmp_path)
    assert list(RunReader(tmp_path).pages(("mentions",))) == whole


def test_rows_of_a_page_stay_together(finished):
    for table in ("mentions", "blocks"):
        ids = [k for k, _ in groupby(RunReader(finished).rows(table), key=lambda r: r["doc_id"])]
        assert len(ids) == len(set(ids))


def test_what_is_missing_is_said(finished, tmp_path):
    shutil.copy(finished / "run.json", tmp_path)
    reader = RunReader(tmp_path)
    assert not reader.has("mentions")
    assert list(reader.rows("mentions")) == []
    with pytest.raises(UsageError, match="has no table 'documents'"):
        list(reader.pages(("mentions",)))
