"""A run read page by page: the same from every format, in parts or whole."""

import shutil
from itertools import groupby

import pytest

from dvextract import run, storage
from dvextract.errors import UsageError
from dvextract.evaluation.score import pages_in, tables_in
from dvextract.exporting.export import export
from dvextract.tables.stream import RunReader
from dvextract.viewing.report import report
from dvextract.viewing.sample import sample
from dvextract.viewing.view import view


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


@pytest.fixture(scope="module")
def sharded(pages, tmp_path_factory):
    """The output folder of a run over `pages` in the sharded layout."""
    out = tmp_path_factory.mktemp("sharded") / "finished"
    run(pages, out, formats=("csv", "jsonl", "parquet"), layout="sharded")
    return out


@pytest.fixture(params=["here", "elsewhere"])
def place(request, sharded):
    """The same run on this machine, and by URL."""
    if request.param == "here":
        yield sharded
        return
    pytest.importorskip("fsspec", reason="needs the extra cluster")
    for path in sharded.rglob("*"):
        if path.is_file():
            with storage.writing(f"memory://finished/{path.relative_to(sharded).as_posix()}") as file:
                file.write(path.read_bytes())
    yield "memory://finished"
    storage.remove("memory://finished")


def test_a_sharded_run_is_read_as_any_other(finished, place, tmp_path):
    assert list(RunReader(place).pages(("mentions", "posts"))) == list(RunReader(finished).pages(("mentions", "posts")))
    assert tables_in(place) == tables_in(finished)
    assert pages_in(place, {"mentions": []}) == pages_in(finished, {"mentions": []})
    assert sample(place, n=3) == sample(finished, n=3)
    for to in ("conll", "label-studio"):
        export(place, to, tmp_path / "sharded")
        export(finished, to, tmp_path / "single")
        assert (tmp_path / "sharded").read_bytes() == (tmp_path / "single").read_bytes()


def test_pages_about_a_run_by_url_need_a_place(place, tmp_path):
    for write in (view, report):
        if isinstance(place, str):
            with pytest.raises(UsageError, match="is a URL; give the file to write with --out"):
                write(place)
        assert write(place, tmp_path / "page.html").stat().st_size > 10_000


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
