"""The tables as one Excel workbook, a sheet a table. Text is written as text: no cell is a formula or a link."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dvextract.errors import UsageError
from dvextract.exporting.files import whole_file
from dvextract.tables.schema import BY_NAME, Table
from dvextract.tables.stream import RunReader

ROWS = 1_048_576
"""Rows of an Excel sheet, the header among them; what is more goes to further sheets."""

CELL = 32_767
"""UTF-16 units an Excel cell holds."""

LEFT_OUT = ("tokens",)
"""Not written unless asked for: a row for every word."""

_SAMPLE = 200
_EPOCH = datetime.datetime(1980, 1, 1)  # fixed, so that the same run gives the same bytes


def workbook(reader: RunReader, path: Path, tables: Sequence[str] = ()) -> int:
    """Write the tables (all that the run has but `LEFT_OUT`) to an .xlsx file; returns the number of rows.

    Cells longer than Excel holds are cut and end with ``…``; the sheet `notes` says how many. Needs the extra
    ``export``.
    """
    try:
        import xlsxwriter
    except ImportError as e:
        raise UsageError("an Excel workbook needs xlsxwriter: pip install 'dvextract[export]'") from e

    wanted = tables or [t for t in BY_NAME if t not in LEFT_OUT and reader.has(t)]
    reader.require(wanted, "this workbook")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with whole_file(path) as temporary:
        book = xlsxwriter.Workbook(temporary, options)
        book.set_properties({"created": _EPOCH, "title": "dvextract"})
        style = {
            "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        total, cut = 0, dict.fromkeys(wanted, 0)
        for name in wanted:
            rows, cut[name] = _sheets(book, BY_NAME[name], reader, style)
            total += rows
        notes = book.add_worksheet("notes")
        lines = ["Written by dvextract from a run; see run.json and docs/data-dictionary.md for what the columns mean."]
        lines += [f"{n} cells of {name} are longer than Excel holds and end with …" for name, n in cut.items() if n]
        for number, line in enumerate(lines):
            notes.write_string(number, 0, line)
        book.close()
    return total


def _sheets(book: Any, table: Table, reader: RunReader, style: dict[str, Any]) -> tuple[int, int]:
    """One table on as many sheets as it needs; the numbers of its rows and of its cells that were cut."""
    sheet: Any = None
    part, at, total, cut = 0, ROWS, 0, 0
    rows = reader.rows(table.name)
    head = [row for row, _ in zip(rows, range(_SAMPLE), strict=False)]
    widths = [_width(c.name, [row[c.name] for row in head]) for c in table.columns]

    def begin() -> None:
        nonlocal sheet, part, at
        part, at = part + 1, 1
        sheet = book.add_worksheet(table.name if part == 1 else f"{table.name} {part}")
        sheet.freeze_panes(1, 1)
        for i, (c, width) in enumerate(zip(table.columns, widths, strict=True)):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, c.name, style["head"])

    begin()
    for row in reader.rows(table.name):
        if at == ROWS:
            begin()
        for i, c in enumerate(table.columns):
            cut += _write(sheet, at, i, row[c.name], c.type, style)
        at, total = at + 1, total + 1
    return total, cut


def _write(sheet: Any, at: int, column: int, cell: Any, kind: str, style: dict[str, Any]) -> bool:
    """Write one cell; whether it had to be cut."""
    if cell is None:
        return False
    if kind == "boolean":
        sheet.write_boolean(at, column, cell)
    elif kind in ("integer", "number"):
        sheet.write_number(at, column, cell)
    elif kind == "date" and (day := _day(cell)):
        sheet.write_datetime(at, column, day, style["date"])
    else:
        units = cell.encode("utf-16-le", "surrogatepass")
        if len(units) > 2 * CELL:
            cell = units[: 2 * CELL - 2].decode("utf-16-le", "ignore") + "…"
        sheet.write_string(at, column, cell)
        return len(units) > 2 * CELL
    return False


def _day(cell: str) -> datetime.date | None:
    """A complete date that Excel can hold (from 1900 on)."""
    try:
        day = datetime.date.fromisoformat(cell)
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def _width(name: str, cells: list[Any]) -> int:
    return min(max(8, len(name) + 2, *(len(str(c)) + 1 for c in cells if c is not None), 8), 60)
