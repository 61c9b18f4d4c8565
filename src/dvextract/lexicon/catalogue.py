"""What lexicons there are: every file of this folder, described by its own comment lines.

The comment lines say first what the rows are, then where they are from (``Source:``) and the day or year on which
they were true or last revised (``As of:``). The first sentence is the lexicon's short description.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from dvextract.lexicon import tsv

_FIELD = re.compile(r"(Source|As of):\s*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A shipped lexicon. ``rows`` is their number; ``as_of`` an ISO date or year."""

    file: str
    rows: int
    columns: tuple[str, ...]
    description: str
    source: str
    as_of: str

    @property
    def title(self) -> str:
        """The first sentence of the description, without its stop."""
        return self.description.split(". ")[0].rstrip(".")

    def as_json(self) -> dict[str, Any]:
        """Every field by name."""
        return asdict(self)


def describe(file: str) -> Lexicon:
    """The lexicon in one file of this folder."""
    sheet = tsv.sheet(file)
    found = {"": "", "Source": "", "As of": ""}
    field = ""
    for line in sheet.comments:
        if m := _FIELD.match(line):
            field, line = m[1], line[m.end() :]
        found[field] = f"{found[field]} {line}".strip()
    return Lexicon(file, len(sheet.rows), sheet.columns, found[""], found["Source"], found["As of"])


def catalogue() -> tuple[Lexicon, ...]:
    """Every shipped lexicon, by file name."""
    return tuple(map(describe, tsv.names()))


def lines() -> list[str]:
    """The catalogue as a table for the terminal: file, rows, date, what it is, source."""
    table = [("file", "rows", "as of", "what it is", "source")]
    table += [(x.file, f"{x.rows:,}", x.as_of, x.title, x.source) for x in catalogue()]
    file, rows, date, title, _ = (max(map(len, column)) for column in zip(*table, strict=True))
    return [f"{f:{file}s}  {n:>{rows}s}  {d:{date}s}  {t:{title}s}  {s}" for f, n, d, t, s in table]
