"""Exports of tables: the cells are those of the run, text stays text, keys hold."""

import datetime
import sqlite3

import pytest

from dvextract.exporting import workbook
from dvextract.exporting.export import export
from dvextract.tables.schema import BY_NAME, TABLES
from dvextract.tables.stream import RunReader


@pytest.fixture(params=["finished", "awkward"])
def folder(request):
    return request.getfixturevalue(request.param)


def cells(folder, table):
    return [tuple(row[c] for c in BY_NAME[table].names) for row in RunReader(folder).rows(table)]


def test_sqlite_has_every_row_and_its_keys_hold(folder, tmp_path):
    export(folder, "sqlite", tmp_path / "x.db")
    base = sqlite3.connect(tmp_path / "x.db")
    for table in TABLES:
        assert base.execute(f'SELECT * FROM "{table.name}" ORDER BY rowid').fetchall() == cells(folder, table.name)
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    grounded = """SELECT count(*), sum(substr(t.text, m.start + 1, m."end" - m.start) = m.text)
                  FROM mentions m JOIN texts t USING (doc_id)"""
    total, right = base.execute(grounded).fetchone()
    assert total == right > 0
    plan = base.execute("EXPLAIN QUERY PLAN SELECT * FROM mentions WHERE entity_id = 'x'").fetchall()
    assert "USING INDEX mentions_entity_id" in plan[0][3]
    base.close()


def test_a_key_is_declared_only_to_a_table_that_is_there(finished, tmp_path):
    export(finished, "sqlite", tmp_path / "x.db", ["mentions", "posts"])
    base = sqlite3.connect(tmp_path / "x.db")
    assert {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} - {
        "sqlite_stat1",
        "sqlite_stat4",
    } == {"mentions", "posts"}
    assert {row[2] for row in base.execute("PRAGMA foreign_key_list(posts)")} == {"mentions"}
    assert base.execute("PRAGMA foreign_key_list(mentions)").fetchall() == []
    base.close()


def test_duckdb_has_every_row_with_types_and_keys(folder, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="the extra 'export' is not installed")
    export(folder, "duckdb", tmp_path / "x.duckdb")
    base = duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True)
    for table in TABLES:
        whole = [c for c in table.names if BY_NAME[table.name].columns[table.names.index(c)].type != "date"]
        listed = ", ".join(f'"{c}"' for c in whole)
        places = [table.names.index(c) for c in whole]
        wanted = [tuple(row[i] for i in places) for row in cells(folder, table.name)]
        assert base.execute(f'SELECT {listed} FROM "{table.name}"').fetchall() == wanted
    kinds = base.execute("SELECT constraint_type FROM duckdb_constraints() WHERE table_name = 'mentions'").fetchall()
    assert {"PRIMARY KEY", "FOREIGN KEY"} <= {k for (k,) in kinds}
    assert base.execute("SELECT typeof(start_date) FROM times").fetchone() == ("DATE",)
    base.close()


def test_workbook_has_text_as_text(folder, tmp_path):
    pytest.importorskip("xlsxwriter", reason="the extra 'export' is not installed")
    openpyxl = pytest.importorskip("openpyxl")
    export(folder, "xlsx", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert set(book.sheetnames) == {t.name for t in TABLES if t.name != "tokens"} | {"notes"}
    seen = 0
    for table in TABLES:
        if table.name == "tokens":
            continue
        rows = list(book[table.name].iter_rows())
        assert [c.value for c in rows[0]] == list(table.names)
        for row, wanted in zip(rows[1:], cells(folder, table.name), strict=True):
            for cell, value in zip(row, wanted, strict=True):
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if isinstance(value, str) and isinstance(cell.value, str):
                    assert cell.value.replace("_x000D_", "\r") == value.replace("\r\n", "\r\n")
                    seen += value.startswith(("=", "+", "@"))
                elif isinstance(cell.value, datetime.datetime):
                    assert cell.value.date().isoformat() == value
                else:
                    assert cell.value == value
    assert seen or folder.name == "finished"


def test_a_workbook_goes_on_on_another_sheet_and_says_what_it_cut(finished, tmp_path, monkeypatch):
    pytest.importorskip("xlsxwriter", reason="the extra 'export' is not installed")
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr(workbook, "ROWS", 11)
    monkeypatch.setattr(workbook, "CELL", 40)
    export(finished, "xlsx", tmp_path / "x.xlsx", ["mentions", "blocks"])
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheets = [s for s in book.sheetnames if s.startswith("mentions")]
    assert sheets[:2] == ["mentions", "mentions 2"]
    rows = [r for s in sheets for r in book[s].iter_rows(min_row=2, values_only=True)]
    assert [r[:2] for r in rows] == [r[:2] for r in cells(finished, "mentions")]
    long = [r for r in cells(finished, "blocks") if len(r[5]) > 40]
    cut = [r for s in book.sheetnames if s.startswith("blocks") for r in book[s].iter_rows(min_row=2, values_only=True)]
    assert sum(r[5].endswith("…") and len(r[5]) == 40 for r in cut) == len(long) > 0
    assert f"{len(long)} cells of blocks are longer" in book["notes"]["A3"].value  # after those of mentions


def test_a_workbook_is_the_same_bytes_again(finished, tmp_path):
    pytest.importorskip("xlsxwriter", reason="the extra 'export' is not installed")
    for name in ("a.xlsx", "b.xlsx"):
        export(finished, "xlsx", tmp_path / name, ["posts", "mentions"])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
