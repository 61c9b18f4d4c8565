"""One verb for every format: `export` picks the writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dvextract.errors import UsageError
from dvextract.exporting.annotations import brat, conll, doccano, label_studio
from dvextract.exporting.databases import duckdb, sqlite
from dvextract.exporting.spacy import spacy
from dvextract.exporting.spreadsheet import csv_folder
from dvextract.exporting.workbook import workbook
from dvextract.tables.schema import BY_NAME
from dvextract.tables.stream import RunReader

PAGES = {"conll": conll, "brat": brat, "label-studio": label_studio, "doccano": doccano, "spacy": spacy}
TABLES = {"xlsx": workbook, "spreadsheet": csv_folder, "sqlite": sqlite, "duckdb": duckdb}
FORMATS = (*PAGES, *TABLES)


def export(run: str | Path, to: str, out: str | Path, tables: Sequence[str] = ()) -> str:
    """Write a finished run to ``out`` in the format ``to`` (one of `FORMATS`) and say what was written.

    ``tables`` are names of tables, for the formats that have tables. Raises UsageError for what there is not.
    """
    if to not in FORMATS:
        raise UsageError(f"no format '{to}'; there are: {', '.join(FORMATS)}")
    if tables and to in PAGES:
        raise UsageError(f"--tables is for {', '.join(TABLES)}; {to} has pages")
    if unknown := [t for t in tables if t not in BY_NAME]:
        raise UsageError(f"no table '{unknown[0]}'; there are: {', '.join(BY_NAME)}")
    reader = RunReader(run)
    if to in PAGES:
        return f"{out}: {PAGES[to](reader, Path(out)):,} pages"
    return f"{out}: {TABLES[to](reader, Path(out), tables):,} rows"
