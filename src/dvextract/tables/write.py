"""Rows to files: parts a shard, joined in order into the final tables.

A part has no header and depends on its shard only; joining concatenates parts in order behind one header. So the final
bytes do not depend on who wrote which part. Every file is written under a temporary name and renamed when complete.
"""

from __future__ import annotations

import csv
import heapq
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.identities.joining import PROFILES, Identities, ProfileWriter
from dvextract.tables.build import Row, rows
from dvextract.tables.entities import RUN_TABLES, EntityCounter, entity_row
from dvextract.tables.records import record
from dvextract.tables.schema import BY_NAME, TABLES, Table

FORMATS = ("csv", "jsonl", "parquet")
RECORDS = "records"
COUNTS = "entity-counts.jsonl"
ROW_GROUP = 1 << 16


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
    rows: Mapping[str, list[Row]]

    @property
    def labels(self) -> Iterator[str]:
        """The label of every mention."""
        place = BY_NAME["mentions"].names.index("label")
        return (row[place] for row in self.rows["mentions"])


def build(doc: Document) -> Built:
    """The rows of a page; raises whatever layers that do not fit together raise."""
    return Built(doc, rows(doc))


class PartWriter:
    """Appends batches of documents to the part files of one shard; a context manager."""

    def __init__(self, folder: Path, formats: Sequence[str], tables: Sequence[str]) -> None:
        self._tables = [BY_NAME[n] for n in tables if n not in (RECORDS, *RUN_TABLES)]
        self._counter = EntityCounter()
        self._profiles = ProfileWriter()
        self._folder = folder
        self._files: dict[str, Any] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for table in self._tables:
            if "csv" in formats:
                self._open(f"{table.name}.csv", text=True)
            if "jsonl" in formats or "parquet" in formats:
                self._open(f"{table.name}.jsonl")
        self._records = RECORDS in tables and "jsonl" in formats
        if self._records:
            self._open(f"{RECORDS}.jsonl")

    def _open(self, name: str, text: bool = False) -> None:
        path = self._folder / name
        self._files[name] = path.open("w", encoding="utf-8", newline="") if text else path.open("wb")

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, pages: Iterable[Built], rejects: Iterable[Row] = ()) -> None:
        """Append pages and rejects (rows of the table `rejects`)."""
        gathered: dict[str, list[Row]] = {t.name: [] for t in self._tables}
        for page in pages:
            for name, found in page.rows.items():
                if name in gathered:
                    gathered[name] += found
            self._counter.add(page.doc)
            self._profiles.add(page.doc)
            if self._records:
                self._files[f"{RECORDS}.jsonl"].write(orjson.dumps(record(page.doc)) + b"\n")
        gathered["rejects"] += rejects
        for table in self._tables:
            self._append(table, gathered[table.name])

    def _append(self, table: Table, found: list[Row]) -> None:
        if f"{table.name}.csv" in self._files:
            csv.writer(self._files[f"{table.name}.csv"]).writerows(csv_rows(table, found))
        if f"{table.name}.jsonl" in self._files:
            self._files[f"{table.name}.jsonl"].write(json_lines(table, found))

    def close(self) -> None:
        """Write the entity counts and the profiles of persons, and close every file."""
        (self._folder / COUNTS).write_bytes(self._counter.dump())
        (self._folder / PROFILES).write_bytes(self._profiles.dump())
        for file in self._files.values():
            file.close()
        self._files.clear()


def csv_rows(table: Table, found: Iterable[Row]) -> Iterable[Row]:
    """Rows as CSV wants them: booleans in lower case, None as an empty cell."""
    places = [i for i, c in enumerate(table.columns) if c.type == "boolean"]
    if not places:
        return found
    return [tuple(("false", "true")[v] if i in places else v for i, v in enumerate(row)) for row in found]


def json_lines(table: Table, found: Iterable[Row]) -> bytes:
    """Rows as JSON objects, one a line; empty cells are null."""
    dumps = orjson.dumps
    cells = ([None if v == "" else v for v in row] if "" in row else row for row in found)
    return b"".join([dumps(row) + b"\n" for row in map(dict, map(zip, repeat(table.names), cells))])


def merge(parts: Sequence[Path], out: Path, formats: Sequence[str], tables: Sequence[str], work: Path) -> None:
    """Join the parts of all shards, in order, into the final tables of ``out``.

    Persons are told apart here, when all their pages are known; what that changes of the parts is put in on the way.
    ``work`` is a folder for what is sorted meanwhile.
    """
    if not {"mentions", *RUN_TABLES}.isdisjoint(tables):
        scratch = work / "identities"
        _join_tables(parts, out, formats, tables, Identities(parts, scratch))
        shutil.rmtree(scratch, ignore_errors=True)
    else:
        _join_tables(parts, out, formats, tables, None)


def _join_tables(
    parts: Sequence[Path], out: Path, formats: Sequence[str], tables: Sequence[str], persons: Identities | None
) -> None:
    counter = _counted(parts) if persons else None
    for name in tables:
        if name == RECORDS:
            if "jsonl" in formats:
                write_atomically(out / f"{RECORDS}.jsonl", partial(_concatenate, parts, f"{RECORDS}.jsonl"))
        elif persons and counter and name == "entities":
            _write_rows(out, BY_NAME[name], formats, lambda: _entities(counter, persons))
        elif counter and name in ("places", "bodies"):
            _write_rows(out, BY_NAME[name], formats, counter.places if name == "places" else counter.bodies)
        elif persons and name == "identities":
            _write_rows(out, BY_NAME[name], formats, persons.rows)
        else:
            _join_parts(parts, out, formats, BY_NAME[name], persons if name == "mentions" else None)


def _join_parts(
    parts: Sequence[Path], out: Path, formats: Sequence[str], table: Table, persons: Identities | None
) -> None:
    if "csv" in formats:
        write_atomically(out / f"{table.name}.csv", partial(_join_csv, parts, table, persons))
    if "jsonl" in formats:
        write_atomically(out / f"{table.name}.jsonl", partial(_join_jsonl, parts, table, persons))
    if "parquet" in formats:
        write_atomically(out / f"{table.name}.parquet", partial(_join_parquet, parts, table, persons))


def _counted(parts: Sequence[Path]) -> EntityCounter:
    counter = EntityCounter()
    for part in parts:
        counter.load((part / COUNTS).read_bytes())
    return counter


def _entities(counter: EntityCounter, persons: Identities) -> Iterator[Row]:
    """Rows of the table `entities`, by label and identifier."""
    described = (entity_row(i, "PERSON", names, forms, n) for i, names, forms, n in persons.entities())
    return heapq.merge(counter.rows(), described, key=lambda row: (row[1], row[0]))


def _write_rows(out: Path, table: Table, formats: Sequence[str], rows_of: Callable[[], Iterable[Row]]) -> None:
    """Write a table whose rows are made anew for every format."""

    def as_csv(file: BinaryIO) -> None:
        file.write(_header(table))
        for some in _some(rows_of()):
            file.write(_csv_bytes(some))

    def as_jsonl(file: BinaryIO) -> None:
        for some in _some(rows_of()):
            file.write(json_lines(table, some))

    def as_parquet(file: BinaryIO) -> None:
        _parquet((line for some in _some(rows_of()) for line in json_lines(table, some).splitlines()), table, file)

    for suffix, fill in (("csv", as_csv), ("jsonl", as_jsonl), ("parquet", as_parquet)):
        if suffix in formats:
            write_atomically(out / f"{table.name}.{suffix}", fill)


def _some(found: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(found)
    while some := list(islice(left, ROW_GROUP)):
        yield some


class _Bytes(list[bytes]):
    """What csv.writer writes to: keeps the encoded pieces."""

    def write(self, piece: str) -> None:
        self.append(piece.encode())


def _csv_bytes(found: Iterable[Row]) -> bytes:
    pieces = _Bytes()
    csv.writer(pieces).writerows(found)
    return b"".join(pieces)


def _header(table: Table) -> bytes:
    return _csv_bytes([table.names])


def _join_csv(parts: Sequence[Path], table: Table, persons: Identities | None, file: BinaryIO) -> None:
    file.write(_header(table))
    name = f"{table.name}.csv"
    if persons is None:
        _concatenate(parts, name, file)
        return
    doc_id, entity_id = table.names.index("doc_id"), table.names.index("entity_id")
    for part, changed in zip(parts, persons.changes(), strict=True):
        if not changed:
            _concatenate([part], name, file)
            continue
        with (part / name).open(encoding="utf-8", newline="") as source:
            found = csv.reader(source)
            while some := list(islice(found, ROW_GROUP)):
                for row in some:
                    row[entity_id] = changed.get((row[doc_id], row[entity_id]), row[entity_id])
                file.write(_csv_bytes(map(tuple, some)))


def _join_jsonl(parts: Sequence[Path], table: Table, persons: Identities | None, file: BinaryIO) -> None:
    if persons is None:
        _concatenate(parts, f"{table.name}.jsonl", file)
    else:
        file.writelines(_lines(parts, f"{table.name}.jsonl", persons))


def _concatenate(parts: Sequence[Path], name: str, file: BinaryIO) -> None:
    for part in parts:
        with (part / name).open("rb") as source:
            while chunk := source.read(1 << 20):
                file.write(chunk)


def _join_parquet(parts: Sequence[Path], table: Table, persons: Identities | None, file: BinaryIO) -> None:
    _parquet(_lines(parts, f"{table.name}.jsonl", persons), table, file)


def _lines(parts: Sequence[Path], name: str, persons: Identities | None) -> Iterator[bytes]:
    changes = persons.changes() if persons else repeat({})
    for part, changed in zip(parts, changes, strict=False):
        with (part / name).open("rb") as source:
            yield from _renamed(source, changed) if changed else source


def _renamed(lines: Iterable[bytes], changed: Mapping[tuple[str, str], str]) -> Iterator[bytes]:
    """JSON lines with the identifiers of the persons they mean; ``changed`` by page and identifier of the name."""
    for line in lines:
        if b'"PERSON"' in line:
            row = orjson.loads(line)
            key = row["doc_id"], row["entity_id"]
            if key in changed:
                line = orjson.dumps({**row, "entity_id": changed[key]}) + b"\n"
        yield line


def _parquet(lines: Iterator[bytes], table: Table, file: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    schema = pa.schema([(c.name, types.get(c.type, pa.string())) for c in table.columns])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        # Groups of a fixed number of rows: the bytes must not depend on the shards.
        while group := list(islice(lines, ROW_GROUP)):
            columns = zip(*(orjson.loads(line).values() for line in group), strict=True)
            arrays = [pa.array(column, f.type) for column, f in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def write_atomically(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Let ``fill`` write a file under a temporary name in the same folder, then rename it over ``path``."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as indented JSON, atomically."""
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"
    write_atomically(path, lambda file: file.write(data))
