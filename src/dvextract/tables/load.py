"""A finished run as typed pandas tables.

``load("data/out").mentions`` is a DataFrame whose integers are integers, whose dates are dates and whose labels are
categories. A table is read when first asked for, from Parquet if the run has it, else CSV, else JSONL; from its file
or, in the layout 'sharded', from the files of its folder in order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dvextract import storage
from dvextract.errors import UsageError
from dvextract.tables.evidence import FACTS
from dvextract.tables.schema import BY_NAME, Table

if TYPE_CHECKING:
    import pandas as pd

_TYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "string"}


class NoTable(UsageError, AttributeError):
    """The run did not write this table."""


class Tables:
    """The tables of one run, each an attribute: ``tables.mentions``, ``tables.posts`` …

    String columns are pandas strings, empty cells missing; integers ``Int64``; columns from a closed list categories;
    ``date`` columns datetimes (to the second, so that no century is out of reach) where the page gives a complete date,
    else missing.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = folder
        try:
            self.run: dict[str, Any] = json.loads(storage.read_bytes(storage.join(folder, "run.json")))
        except ValueError as e:
            raise UsageError(f"{folder}/run.json is damaged: {e}; run dvextract again with --force") from e
        self._read: dict[str, pd.DataFrame] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The tables this run has."""
        return tuple(n for n in BY_NAME if table_files(self.folder, n))

    def evidence_of(self, table: str) -> pd.DataFrame:
        """The rows of a table of facts, each once for the row as a whole and once for every cell that has evidence.

        Beside the table's own columns stand ``cell`` (missing: the row as a whole), ``rule``, and ``evidence_start``,
        ``evidence_end`` and ``evidence``, the characters it rests on. Raises UsageError for a table without evidence.

        >>> dvextract.load("data/out").evidence_of("posts")  # doctest: +SKIP
        """
        if table not in FACTS:
            raise UsageError(f"table '{table}' has no evidence; these have: {', '.join(FACTS)}")
        facts: pd.DataFrame = getattr(self, table)
        given = self.evidence[self.evidence["table"] == table].drop(columns="table")
        names = {"column": "cell", "start": "evidence_start", "end": "evidence_end", "text": "evidence"}
        numbered = facts.assign(row=facts.groupby("doc_id").cumcount().astype("Int64"))
        joined = numbered.merge(given.rename(columns=names), on=["doc_id", "row"], how="left", sort=False)
        return joined.drop(columns="row")

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name == "folder":  # asked for before there is one, when copied
            raise AttributeError(name)
        if name not in BY_NAME:
            raise AttributeError(f"no table '{name}'; this run has: {', '.join(self.names)}")
        if name not in self._read:
            self._read[name] = _read(self.folder, BY_NAME[name], self.names)
        return self._read[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __repr__(self) -> str:
        return f"<dvextract.Tables {self.folder}: {', '.join(self.names)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from dvextract.viewing.notebook import tables_html

        return tables_html(self)


def load(path: str | Path = "data/out") -> Tables:
    """Open the output folder of a run (a path or a URL); raises UsageError when it is none.

    >>> import dvextract
    >>> getattr(dvextract, "load").__name__
    'load'
    """
    folder = path if storage.is_url(path) else Path(path)
    if not storage.names(str(folder)) and not Path(folder).is_dir():
        raise UsageError(f"no folder {folder}; make one with: dvextract run INPUT --out {folder}")
    if not storage.exists(storage.join(folder, "run.json")):
        raise UsageError(f"{folder} is not the output of a finished run (no run.json); run dvextract again")
    return Tables(folder)


def table_files(folder: Path | str, table: str, formats: Sequence[str] = ("parquet", "csv", "jsonl")) -> list[str]:
    """The files of a table in the first of these formats there is: one, or those of a folder in order."""
    for suffix in formats:
        if storage.exists(path := storage.join(folder, f"{table}.{suffix}")):
            return [path]
    inside = storage.names(storage.join(folder, table))
    for suffix in formats:
        if found := [n for n in inside if n.startswith("part-") and n.endswith(f".{suffix}")]:
            return [storage.join(folder, table, name) for name in sorted(found, key=lambda n: (len(n), n))]
    return []


def _frame(path: str, table: Table) -> pd.DataFrame:
    """One file, not yet typed."""
    import pandas as pd

    with storage.opened(path) as file:
        if path.endswith(".parquet"):
            return pd.read_parquet(file)
        if path.endswith(".csv"):
            return pd.read_csv(file, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8")
        return pd.DataFrame([json.loads(line) for line in file], columns=list(table.names))


def _read(folder: Path | str, table: Table, there: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    files = table_files(folder, table.name)
    if not files:
        raise NoTable(f"{folder} has no table '{table.name}'; it has: {', '.join(there)}")
    frames = [_frame(path, table) for path in files]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    for c in table.columns:
        column = frame[c.name]
        if c.type == "boolean":
            truth = {"true": True, "false": False, True: True, False: False}
            frame[c.name] = column.map(truth, na_action="ignore").astype("boolean")
        elif c.type == "date":
            codes, cells = pd.factorize(column)
            frame[c.name] = np.array([*map(_day, cells), np.datetime64("NaT", "s")])[codes]  # code -1: no cell
        elif c.type in ("integer", "number"):
            frame[c.name] = pd.to_numeric(column).astype(_TYPES[c.type])
        elif c.values:
            frame[c.name] = pd.Categorical(column, categories=list(c.values))
        else:
            frame[c.name] = column.astype("string")
    return frame


def _day(cell: Any) -> np.datetime64:
    """The day that an ISO date is; missing for a date that is not complete or not on the calendar."""
    try:
        return np.datetime64(cell if isinstance(cell, str) and len(cell) == 10 else "NaT", "s")
    except ValueError:
        return np.datetime64("NaT", "s")
