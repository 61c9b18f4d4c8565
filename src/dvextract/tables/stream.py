"""A finished run page by page: its tables read side by side, so that memory does not grow with the run.

Every table of pages lists the pages in one order, that of `documents`; so one pass over all of them together gives each
page its rows. Whatever walks over a whole run (viewer, report, exports) does it here.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from dvextract import storage
from dvextract.errors import UsageError
from dvextract.tables.load import Tables, load, table_files
from dvextract.tables.schema import BY_NAME

Cells = Mapping[str, Any]
"""A row by column name; an empty cell is None."""

_GROUP = 1 << 13
_FROM_CSV: Mapping[str, Any] = {"integer": int, "number": float, "boolean": lambda cell: cell == "true"}


@dataclass(frozen=True, slots=True)
class PageRows:
    """A page of a run: its text, its row of `documents`, and its rows of the tables asked for, by table.

    A table that the run has not is missing from ``tables``.
    """

    doc_id: str
    text: str
    document: Cells
    tables: Mapping[str, list[Cells]]

    def rows(self, table: str) -> list[Cells]:
        """The page's rows of a table, none if the run has no such table."""
        return self.tables.get(table, [])


class RunReader:
    """The tables of one run, a row or a page at a time."""

    def __init__(self, run: str | Path | Tables) -> None:
        """Open an output folder, a path or a URL; raises UsageError when it is none."""
        self._loaded = run if isinstance(run, Tables) else load(run)
        self.folder = self._loaded.folder

    @property
    def run(self) -> Mapping[str, Any]:
        """What run.json says."""
        return self._loaded.run

    @property
    def name(self) -> str:
        """What to call it: the name of its folder."""
        return (str(self.folder) if storage.is_url(self.folder) else Path(self.folder).resolve().name).rstrip("/")

    def beside(self, name: str) -> Path:
        """A file of this name in its folder; raises UsageError when that is not on this machine."""
        if storage.is_url(self.folder):
            raise UsageError(f"{self.folder} is a URL; give the file to write with --out")
        return Path(self.folder, name)

    def has(self, table: str) -> bool:
        """Whether the run wrote this table."""
        return bool(self._files(table))

    def require(self, tables: Iterable[str], for_what: str) -> None:
        """Raise UsageError when one of these tables is not there."""
        if missing := [t for t in tables if not self.has(t)]:
            raise UsageError(f"{self.folder} has no table '{missing[0]}', which {for_what} needs; run with all tables")

    def rows(self, table: str) -> Iterator[Cells]:
        """The rows of a table in order, none if the run has no such table."""
        for path in self._files(table):
            with storage.opened(path) as file:
                yield from _READERS[path.rpartition(".")[2]](file, table)

    def _files(self, table: str) -> list[str]:
        return table_files(self.folder, table, tuple(_READERS))

    def pages(self, tables: Sequence[str]) -> Iterator[PageRows]:
        """Every page with its rows of these tables.

        The text is that of `records`; without them it is put together from `blocks`, white space between blocks as
        line breaks. Raises UsageError when the run has neither, or has no table `documents`.
        """
        texts = "records" if self.has("records") else "blocks"
        self.require(["documents", texts], "this")
        streams = {name: _ByPage(self.rows(name)) for name in {*tables, texts} if self.has(name)}
        for document in self.rows("documents"):
            doc_id = document["doc_id"]
            found = {name: stream.of(doc_id) for name, stream in streams.items()}
            if texts == "records":
                text = found["records"][0]["text"] if found["records"] else ""
            else:
                text = _from_blocks(found["blocks"], document["n_chars"])
            yield PageRows(doc_id, text, document, {name: found[name] for name in tables if name in found})


class _ByPage:
    """A table's rows by page, asked for in the order the pages have."""

    def __init__(self, rows: Iterable[Cells]) -> None:
        self._groups = groupby(rows, key=lambda row: row["doc_id"])
        self._next: tuple[str, list[Cells]] | None = None
        self._advance()

    def _advance(self) -> None:
        group = next(self._groups, None)
        self._next = (group[0], list(group[1])) if group else None

    def of(self, doc_id: str) -> list[Cells]:
        if self._next is None or self._next[0] != doc_id:
            return []
        found = self._next[1]
        self._advance()
        return found


def _from_blocks(blocks: Sequence[Cells], length: int) -> str:
    pieces: list[str] = []
    at = 0
    for block in blocks:
        pieces += ["\n" * (block["start"] - at), block["text"]]
        at = block["end"]
    return "".join([*pieces, "\n" * (length - at)])


def _jsonl(file: BinaryIO, _: str) -> Iterator[Cells]:
    yield from map(orjson.loads, file)


def _parquet(file: BinaryIO, _: str) -> Iterator[Cells]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(file).iter_batches(_GROUP):
        yield from ({k: None if v == "" else v for k, v in row.items()} for row in batch.to_pylist())


def _csv(file: BinaryIO, table: str) -> Iterator[Cells]:
    convert = {c.name: _FROM_CSV[c.type] for c in BY_NAME[table].columns if c.type in _FROM_CSV}
    csv.field_size_limit(sys.maxsize)  # a page on one line is one cell
    for row in csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")):
        yield {k: None if v == "" else convert.get(k, str)(v) for k, v in row.items()}


_READERS = {"jsonl": _jsonl, "parquet": _parquet, "csv": _csv}
"""By format, the fastest first."""
