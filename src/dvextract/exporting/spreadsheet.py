"""The tables as CSV files that a spreadsheet may open: no cell of a page is taken for a formula.

A run's own CSV files hold exact text, for programs. A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or
``@`` for a formula, and may run it; here such text has an apostrophe before it. Where a list separator other than the
comma is set, a spreadsheet cuts cells at it too, and after a cell it has cut, at line breaks: text that would begin a
cell then has its apostrophe as well. The exact text stays in the run.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import regex

from dvextract.exporting.files import whole_folder
from dvextract.exporting.workbook import LEFT_OUT, ROWS
from dvextract.tables.schema import BY_NAME, Table
from dvextract.tables.stream import RunReader

MARK = "'"
"""What spreadsheets take for: this cell is text."""

# Full-width signs count where such keyboards are used; blanks and what cannot be seen before a sign are passed over.
_FORMULA = regex.compile(r"(^|[;|\t\r\n\v\f\x85\u2028\u2029])(?=[\s\p{Cc}\p{Cf}\"']{0,200}[=+\-@＝＋－＠−])")
_BLANKS = regex.compile(r"([\s\p{Cc}\p{Cf}\"']{200})")
_CONTROL = regex.compile(r"^[\t\r\n]")


def harmless(cell: str) -> str:
    """Text as a cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("- Ông Lò Văn Pâng"), harmless("số 12/KH"), harmless("xem; =A1")
    ("'=1+1", "'- Ông Lò Văn Pâng", 'số 12/KH', "xem;' =A1")
    """
    found = _BLANKS.sub(rf"\1{MARK}", cell)  # more than are looked past below; no honest cell has so many
    found = _FORMULA.sub(rf"\1{MARK}", found)
    return MARK + found if _CONTROL.match(found) else found


def csv_folder(reader: RunReader, path: Path, tables: Sequence[str] = ()) -> int:
    """Write the tables (all that the run has but `workbook.LEFT_OUT`) to a new folder; returns the number of rows.

    UTF-8 with a mark and all text between quotation marks; a table longer than a sheet goes on in ``<table>-2.csv``.
    Raises UsageError when the folder is there and not empty.
    """
    wanted = tables or [t for t in BY_NAME if t not in LEFT_OUT and reader.has(t)]
    reader.require(wanted, "these files")
    with whole_folder(path) as folder:
        return sum(_files(folder, BY_NAME[name], reader) for name in wanted)


def _files(folder: Path, table: Table, reader: RunReader) -> int:
    rows = reader.rows(table.name)
    row = next(rows, None)
    part = total = 0
    while row is not None or not part:
        part += 1
        name = table.name if part == 1 else f"{table.name}-{part}"
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
            sheet.writerow(table.names)
            written = 1
            while row is not None and written < ROWS:
                sheet.writerow([_cell(row[c.name], c.type) for c in table.columns])
                written += 1
                row = next(rows, None)
        total += written - 1
    return total


def _cell(cell: Any, kind: str) -> object:
    if cell is None:
        return ""
    if kind == "boolean":
        return "true" if cell else "false"
    return harmless(cell) if isinstance(cell, str) else cell
