"""Rows to files: a part a shard, joined in order into the final tables.

A part has no header, depends on its shard only and holds what the final files will hold; joining puts the parts' bytes
one after the other behind one header. So the final bytes do not depend on who wrote which part.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, Protocol

import orjson

from dvextract import storage
from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.identities.joining import PROFILES, ProfileWriter
from dvextract.tables.build import Found, Row, TokenRows, rows
from dvextract.tables.entities import COUNTS, RUN_TABLES, EntityCounter
from dvextract.tables.lines import csv_line, csv_lines, json_lines
from dvextract.tables.pack import Pack, PackWriter
from dvextract.tables.records import record
from dvextract.tables.schema import BY_NAME, TABLES, Table

FORMATS = ("csv", "jsonl", "parquet")
RECORDS = "records"
ROW_GROUP = 1 << 16
"""Rows of a group in a Parquet file: a fixed number, so that the bytes do not depend on the shards."""

Changes = Mapping[tuple[str, str], str]
"""The identifier of a person by page and identifier of the name, where the two differ."""


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
        self._tables = [BY_NAME[n] for n in tables if n not in (RECORDS, *RUN_TABLES)]
        self._formats = formats
        self._counter = EntityCounter()
        self._profiles = ProfileWriter()
        self._records = RECORDS in tables and "jsonl" in formats
        self._arrow: dict[str, Any] = {}
        for name in pieces(formats, tables):
            pack.add(name, b"")

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, pages: Iterable[Built], rejects: Iterable[Row] = ()) -> None:
        """Append pages and rejects (rows of the table `rejects`)."""
        gathered: dict[str, list[Row]] = {t.name: [] for t in self._tables}
        tokens: dict[str, list[TokenRows]] = {t.name: [] for t in self._tables}
        for page in pages:
            self._counter.add(page.doc)
            self._profiles.add(page.doc)
            for name, found in page.rows.items():
                if name not in gathered:
                    continue
                if isinstance(found, TokenRows):
                    tokens[name].append(found)
                else:
                    gathered[name] += found
            if self._records:
                self._pack.add(f"{RECORDS}.jsonl", orjson.dumps(record(page.doc)) + b"\n")
        if "rejects" in gathered:
            gathered["rejects"] += rejects
        for table in self._tables:
            together: list[Found] = [gathered[table.name], *tokens[table.name]]
            if filled := [some for some in together if some]:
                self._append(table, filled)

    def _append(self, table: Table, found: Sequence[Found]) -> None:
        for suffix, lines in (("csv", csv_lines), ("jsonl", json_lines)):
            if suffix in self._formats:
                for some in found:
                    self._pack.add(f"{table.name}.{suffix}", lines(table.name, some))
        if "parquet" in self._formats:
            batch = arrow_batch(table, found)
            if table.name not in self._arrow:
                import pyarrow as pa

                sink = pa.PythonFile(_Piece(self._pack, f"{table.name}.arrow"), "w")
                self._arrow[table.name] = pa.ipc.new_stream(sink, batch.schema)
            self._arrow[table.name].write_batch(batch)

    def close(self) -> None:
        """Write the entity counts and the profiles of persons; the pack stays open."""
        for stream in self._arrow.values():
            stream.close()
        self._arrow.clear()
        self._pack.add(COUNTS, self._counter.dump())
        self._pack.add(PROFILES, self._profiles.dump())


class _Piece(io.RawIOBase):
    """A piece of a pack as a file that can be written to."""

    def __init__(self, pack: PackWriter, name: str) -> None:
        self._pack = pack
        self._name = name

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pack.add(self._name, bytes(data))
        return len(data)


def pieces(formats: Sequence[str], tables: Sequence[str]) -> list[str]:
    """Names of the pieces that a part needs for these tables in these formats."""
    suffixes = ["arrow" if f == "parquet" else f for f in formats]
    found = [f"{t}.{s}" for t in tables if t not in (RECORDS, *RUN_TABLES) for s in suffixes]
    return [*found, *([f"{RECORDS}.jsonl"] if RECORDS in tables and "jsonl" in formats else [])]


def arrow_schema(table: Table) -> Any:
    """The columns of a Parquet file."""
    import pyarrow as pa

    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return pa.schema([(c.name, types.get(c.type, pa.string())) for c in table.columns])


def arrow_batch(table: Table, found: Iterable[Found]) -> Any:
    """Rows as an Arrow record batch; empty cells are null."""
    import pyarrow as pa

    schema = arrow_schema(table)
    columns = zip(*chain.from_iterable(found), strict=True)
    arrays = [
        pa.array([None if v == "" else v for v in column], field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class Output(Protocol):
    """A final file that is being written: takes parts and rows in order."""

    def part(self, pack: Pack, changes: Changes) -> None:
        """Append what a part holds of this table, persons renamed by ``changes``."""

    def rows(self, found: list[Row]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what is held back; the file stays open."""


def output(name: str, suffix: str, file: IO[bytes]) -> Output:
    """The writer of a table (or of the records) in one format."""
    if name == RECORDS:
        return _Jsonl(None, file)
    kinds: Mapping[str, Callable[[Table, IO[bytes]], Output]] = {"csv": _Csv, "jsonl": _Jsonl, "parquet": _Parquet}
    return kinds[suffix](BY_NAME[name], file)


class _Csv:
    def __init__(self, table: Table, file: IO[bytes]) -> None:
        self._table = table
        self._file = file
        file.write(csv_line(table.names))

    def part(self, pack: Pack, changes: Changes) -> None:
        data = pack.read(f"{self._table.name}.csv")
        if changes:
            self._file.write(self._renamed(b"".join(data), changes))
        else:
            self._file.writelines(data)

    def _renamed(self, data: bytes, changes: Changes) -> bytes:
        doc_id, entity_id = self._table.names.index("doc_id"), self._table.names.index("entity_id")

        def renamed(found: Iterable[str]) -> bytes:
            rows = [*csv.reader(found)]
            for row in rows:
                row[entity_id] = changes.get((row[doc_id], row[entity_id]), row[entity_id])
            return b"".join(map(csv_line, rows))

        lines = data.split(b"\r\n")
        if any(line.count(b'"') % 2 for line in lines):  # a line end inside a cell
            return renamed(io.StringIO(data.decode(), newline=""))
        asked = {changed.encode() for _, changed in changes}
        for i, line in enumerate(lines):
            if b",per-" in line and any(field in asked for field in line.split(b",")):
                lines[i] = renamed([line.decode()])[:-2]
        return b"\r\n".join(lines)

    def rows(self, found: list[Row]) -> None:
        self._file.write(csv_lines(self._table.name, found))

    def close(self) -> None:
        pass


class _Jsonl:
    def __init__(self, table: Table | None, file: IO[bytes]) -> None:
        self._table = table
        self._file = file

    def part(self, pack: Pack, changes: Changes) -> None:
        piece = f"{self._table.name if self._table else RECORDS}.jsonl"
        if changes:
            self._file.writelines(_renamed(pack.lines(piece), changes))
        else:
            self._file.writelines(pack.read(piece))

    def rows(self, found: list[Row]) -> None:
        if self._table:
            self._file.write(json_lines(self._table.name, found))

    def close(self) -> None:
        pass


def _renamed(lines: Iterable[bytes], changes: Changes) -> Iterator[bytes]:
    """JSON lines with the identifiers of the persons they mean."""
    for line in lines:
        if b'"PERSON"' in line:
            row = orjson.loads(line)
            key = row["doc_id"], row["entity_id"]
            if key in changes:
                line = orjson.dumps({**row, "entity_id": changes[key]})
        yield line + b"\n"


class _Parquet:
    def __init__(self, table: Table, file: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        self._table = table
        self._schema = arrow_schema(table)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[Any] = []
        self._count = 0

    def part(self, pack: Pack, changes: Changes) -> None:
        import pyarrow as pa

        if data := b"".join(pack.read(f"{self._table.name}.arrow")):
            found = pa.ipc.open_stream(data).read_all()
            if changes:
                pages, entities = found["doc_id"].to_pylist(), found["entity_id"].to_pylist()
                now = [changes.get(key, key[1]) for key in zip(pages, entities, strict=True)]
                place = self._table.names.index("entity_id")
                found = found.set_column(place, self._schema.field(place), pa.array(now, pa.string()))
            self._take(found)

    def rows(self, found: list[Row]) -> None:
        import pyarrow as pa

        self._take(pa.Table.from_batches([arrow_batch(self._table, [found])]))

    def _take(self, found: Any) -> None:
        self._held.append(found)
        self._count += found.num_rows
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
