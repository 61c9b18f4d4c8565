"""The tables as one database file, SQLite or DuckDB, with types, keys and indexes, and the pages' texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from dvextract.errors import UsageError
from dvextract.exporting.files import whole_file
from dvextract.tables.schema import BY_NAME, Table
from dvextract.tables.stream import RunReader

_BATCH = 1 << 13
_INDEXED = ("doc_id", "entity_id", "label", "value")
"""Columns that get an index of their own where no key begins with them."""

TEXTS = "CREATE TABLE texts (doc_id {text} PRIMARY KEY REFERENCES documents (doc_id), text {text} NOT NULL)"


def sqlite(reader: RunReader, path: Path, tables: Sequence[str] = ()) -> int:
    """Write an SQLite file; returns the number of rows. Dates are ISO text, booleans 0 and 1."""
    types = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
    with whole_file(path) as temporary:
        base = sqlite3.connect(temporary)
        try:
            base.execute("PRAGMA journal_mode = OFF")  # the file is renamed when whole: there is nothing to roll back
            base.execute("PRAGMA synchronous = OFF")
            total = _fill(base.execute, base.executemany, reader, tables, types, "TEXT")
            base.commit()
            base.execute("ANALYZE")
            base.commit()
        finally:
            base.close()
    return total


def duckdb(reader: RunReader, path: Path, tables: Sequence[str] = ()) -> int:
    """Write a DuckDB file; returns the number of rows. Dates are DATE where complete. Needs the extra ``export``."""
    try:
        import duckdb as engine
    except ImportError as e:
        raise UsageError("a DuckDB file needs duckdb: pip install 'dvextract[export]'") from e
    import pyarrow as pa

    arrow = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    types = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
    with whole_file(path) as temporary:
        base = engine.connect(str(temporary))
        try:

            def insert(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
                name = statement.split('"')[1]
                columns = BY_NAME[name].columns if name in BY_NAME else ()
                kinds = [arrow.get(c.type, pa.string()) for c in columns] or [pa.string(), pa.string()]
                cells = ", ".join(
                    f"try_cast(c{i} AS DATE)" if c.type == "date" else f"c{i}" for i, c in enumerate(columns)
                )
                left = iter(rows)
                while batch := list(islice(left, _BATCH)):
                    arrays = [
                        pa.array(column, kind) for column, kind in zip(zip(*batch, strict=True), kinds, strict=True)
                    ]
                    base.register("batch", pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))]))
                    base.execute(f'INSERT INTO "{name}" SELECT {cells or "*"} FROM batch')
                    base.unregister("batch")

            total = _fill(base.execute, insert, reader, tables, types, "VARCHAR")
        finally:
            base.close()
    return total


def _fill(
    execute: Callable[[str], object],
    insert: Callable[[str, Iterable[tuple[Any, ...]]], object],
    reader: RunReader,
    tables: Sequence[str],
    types: dict[str, str],
    text: str,
) -> int:
    wanted = _ordered([t for t in tables or BY_NAME if reader.has(t) or t in tables])
    reader.require(wanted, "this database")
    total = 0

    def counted(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        nonlocal total
        for row in rows:
            total += 1
            yield row

    for name in wanted:
        table = BY_NAME[name]
        execute(_create(table, wanted, types, text))
        marks = ", ".join("?" * len(table.columns))
        rows = (tuple(row[c] for c in table.names) for row in reader.rows(name))
        insert(f'INSERT INTO "{name}" VALUES ({marks})', counted(rows))
    if "documents" in wanted and (reader.has("records") or reader.has("blocks")):
        execute(TEXTS.format(text=text))
        insert('INSERT INTO "texts" VALUES (?, ?)', ((p.doc_id, p.text) for p in reader.pages(())))
    for name in wanted:
        for columns in _indexes(BY_NAME[name]):
            listed = ", ".join(f'"{c}"' for c in columns)
            execute(f'CREATE INDEX "{name}_{"_".join(columns)}" ON "{name}" ({listed})')
    return total


def _ordered(names: Sequence[str]) -> list[str]:
    """Tables after those that their keys point to."""
    found: list[str] = []

    def add(name: str) -> None:
        if name not in found:
            for key in BY_NAME[name].foreign_keys:
                if key.table in names and key.table != name:
                    add(key.table)
            found.append(name)

    for name in names:
        add(name)
    return found


def _create(table: Table, there: Sequence[str], types: dict[str, str], text: str) -> str:
    lines = [f'"{c.name}" {types.get(c.type, text)}{" NOT NULL" if c.required else ""}' for c in table.columns]
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({_listed(table.primary_key)})")
    for key in table.foreign_keys:
        if key.table in there:
            target = BY_NAME[key.table].primary_key
            lines.append(f'FOREIGN KEY ({_listed(key.columns)}) REFERENCES "{key.table}" ({_listed(target)})')
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)})'


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)


def _indexes(table: Table) -> list[tuple[str, ...]]:
    """What is worth an index: every foreign key and the columns people ask by."""
    wanted = [key.columns for key in table.foreign_keys] + [(c,) for c in _INDEXED if c in table.names]
    primary = table.primary_key
    return list(dict.fromkeys(c for c in wanted if primary[: len(c)] != c))
