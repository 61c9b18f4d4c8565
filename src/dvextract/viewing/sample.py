"""Random rows of a finished run with their sentences and evidence, to be checked by eye.

Works from the tables alone, whatever their format, and reads them row by row, so that a run over a whole archive can be
sampled on a laptop. The same folder, number and seed give the same rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from dvextract.errors import UsageError
from dvextract.exporting.spreadsheet import harmless
from dvextract.tables.evidence import FACTS
from dvextract.tables.load import load
from dvextract.tables.schema import BY_NAME
from dvextract.tables.stream import Cells, RunReader

SAMPLED = ("mentions", *FACTS)
"""The tables that can be sampled."""

SHEET = ("table", "doc_id", "row", "fact", "rule", "context", "right")
"""Columns of the sheet; ``right`` is left empty for who checks."""

_BEFORE = 1  # sentences before the one in question that are shown with it


@dataclass(frozen=True, slots=True)
class Sampled:
    """A row, its number among those of its page in the table, the evidence of it, and the words around it.

    In ``context`` the characters that the row as a whole rests on stand between ⟦ and ⟧.
    """

    table: str
    row: int
    cells: Cells
    evidence: tuple[Cells, ...]
    context: str

    @property
    def fact(self) -> str:
        """The filled cells as one line, without numbers of mentions."""
        columns = (c for c in BY_NAME[self.table].columns if c.name != "doc_id" and not c.name.endswith("_id"))
        shown = ((c, self.cells[c.name]) for c in columns if self.cells[c.name] not in ("", None))
        return "; ".join(f"{c.name}: {_shown(c.type, value)}" for c, value in shown)

    @property
    def rule(self) -> str:
        """The rule of the row as a whole; of a mention its method."""
        return str(self.evidence[0]["rule"] if self.evidence else self.cells.get("method", ""))


def _shown(kind: str, value: Any) -> str:
    """A cell in one line, the same whichever format it was read from."""
    if kind == "number":
        number = float(value)
        return str(int(number) if number.is_integer() else number)
    return str(value).lower() if kind == "boolean" else " ".join(str(value).split())


def sample(run: str | Path, tables: Sequence[str] = FACTS, n: int = 10, seed: int = 0) -> list[Sampled]:
    """Up to ``n`` random rows of each table, in the order of the tables and their rows.

    Raises UsageError for a folder that is no finished run, for a table that cannot be sampled or was not written.
    """
    there = load(run)
    if unknown := [name for name in tables if name not in SAMPLED]:
        raise UsageError(f"table '{unknown[0]}' cannot be sampled; these can: {', '.join(SAMPLED)}")
    if missing := [name for name in tables if name not in there.names]:
        raise UsageError(f"{run} has no table '{missing[0]}'; it has: {', '.join(there.names)}")
    reader = RunReader(there)
    drawn = [row for name in tables for row in _drawn(reader, name, n, seed)]
    pages = {str(cells["doc_id"]) for _, _, cells in drawn}
    evidence = _of_pages(reader, "evidence", pages) if "evidence" in there.names else {}
    sentences = _of_pages(reader, "sentences", pages) if "sentences" in there.names else {}
    return [_sampled(name, row, cells, evidence, sentences) for name, row, cells in drawn]


def _drawn(reader: RunReader, name: str, n: int, seed: int) -> list[tuple[str, int, Cells]]:
    """A reservoir of ``n`` rows: every row of the table is as likely to be in it as any other."""
    random = Random(f"{seed}/{name}")
    kept: list[tuple[int, int, Cells]] = []
    page, row = None, -1
    for at, cells in enumerate(reader.rows(name)):
        row = row + 1 if cells["doc_id"] == page else 0
        page = cells["doc_id"]
        if len(kept) < n:
            kept.append((at, row, cells))
        elif (place := random.randrange(at + 1)) < n:
            kept[place] = (at, row, cells)
    return [(name, row, cells) for _, row, cells in sorted(kept, key=lambda k: k[0])]


def _of_pages(reader: RunReader, name: str, pages: set[str]) -> dict[str, list[Cells]]:
    found: dict[str, list[Cells]] = {page: [] for page in pages}
    for cells in reader.rows(name):
        if cells["doc_id"] in found:
            found[cells["doc_id"]].append(cells)
    return found


def _sampled(
    name: str, row: int, cells: Cells, evidence: Mapping[str, list[Cells]], sentences: Mapping[str, list[Cells]]
) -> Sampled:
    page = str(cells["doc_id"])
    of_row = [e for e in evidence.get(page, ()) if e["table"] == name and int(e["row"]) == row]
    whole = cells if name == "mentions" else next((e for e in of_row if not e["column"]), {})
    start, end = whole.get("start"), whole.get("end")
    if start in ("", None) or end in ("", None):
        return Sampled(name, row, cells, tuple(of_row), "")
    return Sampled(name, row, cells, tuple(of_row), _context(sentences.get(page, ()), int(start), int(end)))


def _context(sentences: Sequence[Cells], start: int, end: int) -> str:
    """The sentences that a stretch of the page is in, and the one before, with the stretch marked."""
    inside = [i for i, s in enumerate(sentences) if int(s["start"]) < end and start < int(s["end"])]
    if not inside:
        return ""
    pieces = []
    for s in sentences[max(0, inside[0] - _BEFORE) : inside[-1] + 1]:
        text, at = str(s["text"]), int(s["start"])
        if start <= at + len(text) and at <= end:
            a, b = max(0, start - at), max(0, min(len(text), end - at))
            opening, closing = "⟦" if start >= at else "", "⟧" if end <= at + len(text) else ""
            text = f"{text[:a]}{opening}{text[a:b]}{closing}{text[b:]}"
        pieces.append(" ".join(text.split()))
    return " ".join(pieces)


def lines(found: Sequence[Sampled]) -> Iterator[str]:
    """The rows for reading: cells, context, and every piece of evidence with its rule."""
    for i, s in enumerate(found):
        yield f"{'' if i == 0 else chr(10)}{s.table} {s.cells['doc_id']} #{s.row}"
        yield f"  {s.fact}"
        if s.context:
            yield f"  > {s.context}"
        for e in s.evidence:
            words = " ".join(str(e["text"] or "").split())
            yield f"  {e['column'] or '-':12s} {e['rule']}" + (f": {words}" if words and e["column"] else "")


def write_sheet(found: Sequence[Sampled], path: Path) -> None:
    """The rows as a CSV sheet with an empty column ``right`` (UTF-8 with a mark, which spreadsheets ask for).

    Nothing in it is taken for a formula (`exporting.spreadsheet.harmless`).
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(SHEET)
        for s in found:
            cells = (s.table, s.cells["doc_id"], s.row, s.fact, s.rule, s.context, "")
            sheet.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
