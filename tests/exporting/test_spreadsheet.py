"""CSV for spreadsheets: no text of a page begins a cell as a formula does, wherever a spreadsheet cuts it."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract.errors import UsageError
from dvextract.exporting import spreadsheet
from dvextract.exporting.export import export
from dvextract.exporting.spreadsheet import harmless
from dvextract.tables.schema import BY_NAME, TABLES
from dvextract.tables.stream import RunReader
from dvextract.viewing.sample import sample, write_sheet

SIGNS = "=+-@＝＋－＠−"


def begins_as_formula(cell):
    """What Excel, LibreOffice and Google Sheets have been seen to run: a sign first, after what they pass over."""
    return re.match(rf"[\s\"\x00-\x1f\u200b\u200e\u202a-\u202e\ufeff]*[{re.escape(SIGNS)}]", cell) is not None


def cut(cell):
    """The cells a spreadsheet may make of one, when another separator is set or a quotation mark has ended it."""
    return re.split(r"[;|\t\r\n\v\f\x85\u2028\u2029]", cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+84 912", "'+84 912"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\t=1", "'\t'=1"),  # as a cell, and as what a spreadsheet cuts at the tab
        ("\r=1", "'\r'=1"),
        ("\u200b=1", "'\u200b=1"),
        ('"=1', "'\"=1"),
        ("＝1+1", "'＝1+1"),
        ("họp;=1+1;x", "họp;'=1+1;x"),
        ("họp\n- ông", "họp\n'- ông"),
        ("2016-2021", "2016-2021"),
        ("số 03-CTr/BDV-HND", "số 03-CTr/BDV-HND"),
        ("a@vi-du.vn", "a@vi-du.vn"),
        ("", ""),
    ],
)
def test_what_may_be_a_formula_has_a_mark_before_it(cell, expected):
    assert harmless(cell) == expected


@given(st.text(alphabet=st.sampled_from([*SIGNS, *"a1;,|\t\r\n \"'\u200b\u202e\ufeff\u2028\u0001"]), max_size=12))
def test_no_cell_and_no_piece_of_one_is_a_formula(cell):
    found = harmless(cell)
    assert not any(begins_as_formula(piece) for piece in (found, *cut(found)))
    assert found.replace("'", "") == cell.replace("'", "")  # marks are all that is added


def read(path):
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("name", ["finished", "awkward"])
def test_every_table_is_there_and_none_of_its_cells_runs(request, tmp_path, name):
    run = request.getfixturevalue(name)
    export(run, "spreadsheet", tmp_path / "sheets")
    assert {p.stem for p in (tmp_path / "sheets").iterdir()} == {t.name for t in TABLES if t.name != "tokens"}
    risky = 0
    for path in (tmp_path / "sheets").iterdir():
        head, *rows = read(path)
        assert tuple(head) == BY_NAME[path.stem].names
        exact = list(RunReader(run).rows(path.stem))
        for row, wanted in zip(rows, exact, strict=True):
            for column, cell, value in zip(BY_NAME[path.stem].columns, row, wanted.values(), strict=True):
                if isinstance(value, str):
                    assert cell == harmless(value)
                    assert not any(begins_as_formula(piece) for piece in (cell, *cut(cell)))
                    risky += begins_as_formula(value)
                elif column.type in ("integer", "number"):
                    assert (cell == "") if value is None else float(cell) == value
    assert risky or name == "finished"


def test_exact_text_stays_in_the_run(awkward):
    texts = [row["text"] for row in RunReader(awkward).rows("blocks")]
    assert any(text.startswith("=HYPERLINK") for text in texts)
    with (awkward / "blocks.csv").open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == texts


def test_a_long_table_goes_on_in_another_file(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheet, "ROWS", 11)
    export(finished, "spreadsheet", tmp_path / "sheets", ["mentions"])
    wanted = [str(row["mention_id"]) for row in RunReader(finished).rows("mentions")]
    files = [tmp_path / "sheets" / f"mentions{n}.csv" for n in ("", "-2", "-3", "-4", "-5")]
    found = [row for path in files if path.exists() for row in read(path)[1:]]
    assert [row[1] for row in found] == wanted
    assert len(read(files[0])) == 11
    assert all(len(read(path)) > 1 for path in files if path.exists())


def test_a_folder_with_something_in_it_stays(finished, tmp_path):
    (tmp_path / "x").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        export(finished, "spreadsheet", tmp_path)


def test_the_sheet_of_a_sample_runs_nothing(awkward, tmp_path):
    write_sheet(sample(awkward, ("mentions",), n=50), tmp_path / "sheet.csv")
    _, *rows = read(tmp_path / "sheet.csv")
    contexts = [s.context for s in sample(awkward, ("mentions",), n=50)]
    assert any(begins_as_formula(context) for context in contexts)
    assert not any(begins_as_formula(piece) for row in rows for cell in row for piece in (cell, *cut(cell)))


def test_a_failed_export_leaves_nothing(finished, tmp_path, monkeypatch):
    def broken(self, table):
        raise OSError("disk full")

    monkeypatch.setattr(RunReader, "rows", broken)
    with pytest.raises(OSError, match="disk full"):
        export(finished, "spreadsheet", tmp_path / "sheets")
    assert list(tmp_path.iterdir()) == []
