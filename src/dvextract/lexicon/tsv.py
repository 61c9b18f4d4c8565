"""Reading the lexicon's files: tab-separated, comment lines first, then a line of column names, then rows.

A row is a tuple of its cells, in the order of the columns; short rows are filled up with empty cells. A line that
begins with # is a comment only above the column names: below them it is a row like any other.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

from dvextract.grammar.fold import shadow

SUFFIX = ".tsv"


class Sheet(NamedTuple):
    """A lexicon file: its comment lines without their marks, column names, and rows of one cell a column."""

    comments: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def names() -> tuple[str, ...]:
    """The lexicon files of this folder, sorted."""
    return tuple(sorted(f.name for f in resources.files("dvextract.lexicon").iterdir() if f.name.endswith(SUFFIX)))


@cache
def sheet(name: str) -> Sheet:
    """All of ``name`` (a file of this folder)."""
    lines = (resources.files("dvextract.lexicon") / name).read_text(encoding="utf-8").split("\n")
    header = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    columns = tuple(lines[header].split("\t"))
    width = len(columns)
    return Sheet(
        tuple(line.lstrip("# ") for line in lines[:header]),
        columns,
        tuple(tuple((line + "\t" * width).split("\t")[:width]) for line in lines[header + 1 :] if line),
    )


def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``name``, without comments and column names."""
    return sheet(name).rows


def pairs(name: str) -> dict[str, str]:
    """The second cell of every row of ``name`` by the first, in the order of the rows."""
    return {key: value for key, value, *_ in rows(name)}


def stood(day: str, first: str, last: str) -> bool:
    """Whether what stood from ``first`` to ``last`` (ISO days, months or years; empty: open) stood on ``day``.

    A year or month counts whole at both ends; on an unknown (empty) day everything stood.

    >>> stood("2025-03-01", "1995", "2025-02-28"), stood("2025-03-01", "", "2025"), stood("", "", "2007")
    (False, True, True)
    """
    return not day or (day[: len(first)] >= first and (not last or day[: len(last)] <= last))


class Beginnings:
    """Decides by the longest listed words a text begins with: a file with columns ``words`` and a class."""

    def __init__(self, name: str, only: frozenset[str] = frozenset()) -> None:
        self._class = {shadow(words): cls for words, cls, *_ in rows(name) if not only or cls in only}
        lengths: dict[str, set[int]] = {}  # by their first characters
        for words in self._class:
            lengths.setdefault(words[:4], set()).add(len(words))
        self._lengths = {beginning: sorted(of, reverse=True) for beginning, of in lengths.items()}

    def __call__(self, low: str) -> str:
        """The class of a lower-case shadow text, empty when no listed words begin it."""
        return self.split(low)[1]

    def split(self, low: str) -> tuple[str, str]:
        """The listed words ``low`` begins with, and their class; both empty when there are none."""
        for beginning in (low[:4], low[:3], low[:2], low[:1]):
            for length in self._lengths.get(beginning, ()):
                words = low[:length]
                if words in self._class:
                    behind = low[length : length + 1]
                    if not (behind.isalpha() or behind.isdecimal()):
                        return words, self._class[words]
        return "", ""
