"""Rows to files: a part a shard, joined in order into the final tables.

A part depends on its shard only and holds rows; joining makes lines of those of all parts, one after the other behind
one header. So the final bytes do not depend on who wrote which part, and any format can be made of the same parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import orjson

from dvextract import storage
from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.identities.joining import PROFILES, ProfileWriter
from dvextract.tables.build import Found, Row, TokenRows, rows
from dvextract.tables.entities import COUNTS, RUN_TABLES, EntityCounter
from dvextract.tables.lines import csv_line, csv_lines, json_lines
from dvextract.tables.pack import Pack, PackWriter
from dvextract.tables.packing import Changes, packed, renamed, unpacked
from dvextract.tables.records import record_line
from dvextract.tables.schema import BY_NAME, TABLES, Table

FORMATS = ("csv", "jsonl", "parquet")
RECORDS = "records"
ROW_GROUP = 1 << 16
"""Rows of a group in a Parquet file: a fixed number, so that the bytes do not depend on the shards."""


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats in a fixed order; raises UsageError for one that does not exist."""
    if unknown := [f for f in formats if f not in FORMATS]:
        raise UsageError(f"no format '{unknown[0]}'; there are: {', '.join(FORMATS)}")
    if not formats:
        raise UsageError(f"no output format given; there are: {', '.join(FORMATS)}")
    return tuple(f for f in FORMATS if f in formats)


def check_tables(names: Sequence[str], formats: Sequence[str]) -> tuple[str, ...]:
    """Names of tables in the schema's order (all when none is given); raises UsageError for one that cannot be.

    `rejects` is always among them: what could not be read is never left out.
    """
    there = (*(t.name for t in TABLES), RECORDS)
    if unknown := [n for n in names if n not in there]:
        raise UsageError(f"no table '{unknown[0]}'; there are: {', '.join(there)}")
    if RECORDS in names and "jsonl" not in formats:
        raise UsageError(f"'{RECORDS}' is written as JSONL only; add jsonl to --format")
    wanted = {*names, "rejects"} if names else set(there)
    return tuple(n for n in there if n in wanted)


@dataclass(frozen=True, slots=True)
class Built:
    """A page ready to be written: its rows by table."""

    doc: Document
    rows: Mapping[str, Found]

    @property
    def labels(self) -> Iterator[str]:
        """The label of every mention."""
        place = BY_NAME["mentions"].names.index("label")
        return (row[place] for row in self.rows["mentions"])


def build(doc: Document) -> Built:
    """The rows of a page; raises whatever layers that do not fit together raise."""
    return Built(doc, rows(doc))


class PartWriter:
    """Appends batches of documents to the part of one shard; a context manager."""

    def __init__(self, pack: PackWriter, formats: Sequence[str], tables: Sequence[str]) -> None:
        self._pack = pack
        self._counter = EntityCounter()
        self._profiles = ProfileWriter()
        self._pieces = pieces(formats, tables)
        for name in self._pieces:
            pack.add(name, b"")

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, pages: Iterable[Built], rejects: Iterable[Row] = ()) -> None:
        """Append pages and rejects (rows of the table `rejects`)."""
        gathered: dict[str, list[Row]] = {name: [] for name in self._pieces}
        for page in pages:
            self._counter.add(page.doc)
            self._profiles.add(page.doc)
            for name, found in page.rows.items():
                if name not in gathered:
                    continue
                if isinstance(found, TokenRows):
                    self._pack.chunk(name, packed(found))
                else:
                    gathered[name] += found
            if RECORDS in gathered:
                self._pack.add(RECORDS, record_line(page.doc))
        if "rejects" in gathered:
            gathered["rejects"] += rejects
        for name, rows_of_batch in gathered.items():
            if rows_of_batch:
                self._pack.chunk(name, packed(rows_of_batch))

    def close(self) -> None:
        """Write the entity counts and the profiles of persons; the pack stays open."""
        self._pack.add(COUNTS, self._counter.dump())
        self._pack.add(PROFILES, self._profiles.dump())


def pieces(formats: Sequence[str], tables: Sequence[str]) -> list[str]:
    """Names of the pieces that a part needs for these tables in these formats: the tables', and the records'."""
    return [t for t in tables if t not in RUN_TABLES and (t != RECORDS or "jsonl" in formats)]


def stored(pack: Pack, name: str, changes: Changes) -> Iterator[bytes]:
    """What a part holds of a table, persons renamed by ``changes``: packed rows, but of the records their lines."""
    if name == RECORDS:
        yield from pack.read(name)
        return
    for data in pack.chunks(name):
        yield renamed(name, data, changes) if changes else data


def arrow_schema(table: Table) -> Any:
    """The columns of a Parquet file."""
    import pyarrow as pa

    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return pa.schema([(c.name, types.get(c.type, pa.string())) for c in table.columns])


def arrow_batch(table: Table, found: Found) -> Any:
    """Rows as an Arrow record batch; empty cells are null."""
    import pyarrow as pa

    schema = arrow_schema(table)
    columns = found.columns if isinstance(found, TokenRows) else zip(*found, strict=True)
    arrays = [
        pa.array(column if isinstance(column, np.ndarray) else [None if v == "" else v for v in column], field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class Output(Protocol):
    """A final file that is being written: takes packed rows in order (that of records lines)."""

    def add(self, data: bytes) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what is held back; the file stays open."""


def output(name: str, suffix: str, file: IO[bytes]) -> Output:
    """The writer of a table (or of the records) in one format."""
    if name == RECORDS:
        return _Lines(file, bytes)
    if suffix == "parquet":
        return _Parquet(BY_NAME[name], file)
    if suffix == "csv":
        file.write(csv_line(BY_NAME[name].names))
    return _Lines(file, partial(csv_lines if suffix == "csv" else json_lines, name))


class _Lines:
    """A file of what ``lines`` makes of rows."""

    def __init__(self, file: IO[bytes], lines: Callable[[bytes], bytes]) -> None:
        self._file, self._lines = file, lines

    def add(self, data: bytes) -> None:
        self._file.write(self._lines(data))

    def close(self) -> None:
        pass


class _Parquet:
    def __init__(self, table: Table, file: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        self._table = table
        self._schema = arrow_schema(table)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[Any] = []
        self._count = 0

    def add(self, data: bytes) -> None:
        import pyarrow as pa

        found = unpacked(self._table.name, data)
        self._held.append(pa.Table.from_batches([arrow_batch(self._table, found)]))
        self._count += len(found)
        while self._count >= ROW_GROUP:
            self._group(ROW_GROUP)

    def _group(self, size: int) -> None:
        import pyarrow as pa

        whole = pa.concat_tables(self._held)
        self._writer.write_table(whole.slice(0, size).combine_chunks(), row_group_size=ROW_GROUP)
        self._held, self._count = [whole.slice(size)], self._count - size

    def close(self) -> None:
        if self._count:
            self._group(self._count)
        self._writer.close()


def write_json(path: str | Path, content: Mapping[str, Any]) -> None:
    """Write an object as indented JSON, atomically."""
    with storage.writing(path, durable=True) as file:
        file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
