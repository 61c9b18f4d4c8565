"""Reading the lexicon's files: tab-separated, comment lines first, then a line of column names, then rows.

A row is a tuple of its cells, in the order of the columns; short rows are filled up with empty cells.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import regex

from dvextract.grammar.fold import shadow


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``name`` (a file of this folder), without comments and column names."""
    text = (resources.files("dvextract.lexicon") / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    width = lines[0].count("\t") + 1
    return tuple(tuple((line + "\t" * width).split("\t")[:width]) for line in lines[1:])


class Beginnings:
    """Decides by the longest listed words a text begins with: a file with columns ``words`` and a class."""

    def __init__(self, name: str, only: frozenset[str] = frozenset()) -> None:
        self._class = {shadow(words): cls for words, cls, *_ in rows(name) if not only or cls in only}
        longest_first = sorted(self._class, key=len, reverse=True)
        self._pattern = regex.compile("(?:" + "|".join(map(regex.escape, longest_first)) + r")(?![\p{L}\d])")

    def __call__(self, low: str) -> str:
        """The class of a lower-case shadow text, empty when no listed words begin it."""
        return self.split(low)[1]

    def split(self, low: str) -> tuple[str, str]:
        """The listed words ``low`` begins with, and their class; both empty when there are none."""
        m = self._pattern.match(low)
        return (m[0], self._class[m[0]]) if m else ("", "")
