"""A finished run as typed pandas tables.

``load("data/out").mentions`` is a DataFrame whose integers are integers, whose dates are dates and whose labels are
categories. A table is read when first asked for, from Parquet if the run has it, else CSV, else JSONL.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.run: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except ValueError as e:
            raise UsageError(f"{folder}/run.json is damaged: {e}; run dvextract again with --force") from e
        self._read: dict[str, pd.DataFrame] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The tables this run has."""
        return tuple(
            n for n in BY_NAME if any((self.folder / f"{n}.{s}").exists() for s in ("parquet", "csv", "jsonl"))
        )

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
    """Open the output folder of a run; raises UsageError when it is none.

    >>> import dvextract
    >>> getattr(dvextract, "load").__name__
    'load'
    """
    folder = Path(path)
    if not folder.is_dir():
        raise UsageError(f"no folder {folder}; make one with: dvextract run INPUT --out {folder}")
    if not (folder / "run.json").is_file():
        raise UsageError(f"{folder} is not the output of a finished run (no run.json); run dvextract again")
    return Tables(folder)


def _read(folder: Path, table: Table, there: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    stem = folder / table.name
    if (path := stem.with_suffix(".parquet")).exists():
        frame = pd.read_parquet(path)
    elif (path := stem.with_suffix(".csv")).exists():
        frame = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8")
    elif (path := stem.with_suffix(".jsonl")).exists():
        with path.open("rb") as lines:
            frame = pd.DataFrame([json.loads(line) for line in lines], columns=list(table.names))
    else:
        raise NoTable(f"{folder} has no table '{table.name}'; it has: {', '.join(there)}")
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
