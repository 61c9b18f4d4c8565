"""Documents to rows: one function a page, plain tuples in the order of the schema's columns.

Nothing is decided here; every cell is taken from a layer, and a layer that no stage of the pipeline added is empty.
Cells are str, int, float, bool or None (empty).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.document import (
    Document,
    EntityLink,
    Evidence,
    LegalReference,
    PageInfo,
    QuantityValue,
    Reading,
    TimeValue,
    Tokens,
)
from dvextract.tables.evidence import FACTS, UNSAID

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of one page as columns, for the table that has more rows than all others together.

    ``columns`` are those after ``doc_id``; integers are arrays and not negative. Raises ValueError when they differ in
    length.
    """

    doc_id: str
    columns: tuple[Sequence[str] | NDArray[np.integer[Any]], ...]

    def __post_init__(self) -> None:
        if len(set(map(len, self.columns))) != 1:
            raise ValueError(f"{self.doc_id}: columns of different lengths")

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[Row]:
        columns = (c.tolist() if isinstance(c, np.ndarray) else c for c in self.columns)
        return zip(repeat(self.doc_id, len(self)), *columns, strict=True)


Found = list[Row] | Columns
"""Rows of one table."""

_EXACT = 1 << 53
"""Integers below this are exact in every format; above it a number is a float."""

_FACTS = ("posts", "statements", "cooperations", "participations")
_QUOTES = frozenset("“”\"'‘’«»„〝〞")


def rows(doc: Document) -> dict[str, Found]:
    """All rows of one page, by table; those of `RUN_TABLES` and `rejects` are the run's and not here."""
    _complete(doc)
    return {
        "documents": [_document(doc)],
        "blocks": [
            (doc.doc_id, i, b.start, b.end, b.kind, doc.text[b.start : b.end]) for i, b in enumerate(doc.blocks)
        ],
        "sentences": [
            (doc.doc_id, i, s.block, s.start, s.end, doc.text[s.start : s.end]) for i, s in enumerate(doc.sentences)
        ],
        "tokens": _tokens(doc),
        "mentions": _mentions(doc),
        **_typed(doc),
        **_facts(doc),
        "evidence": _evidence(doc),
        "origins": [(doc.doc_id, o.start, o.end, o.place) for o in doc.origins],
        "warnings": [(doc.doc_id, w.kind, w.message) for w in doc.warnings],
    }


def _complete(doc: Document) -> None:
    """Lay empty layers where the pipeline has no stage that adds them."""
    nothing = np.zeros(0, dtype=np.int32)
    mentions = doc.mentions if doc.has("mentions") else ()
    empty: dict[str, Any] = {
        "page": PageInfo(),
        "tokens": Tokens(nothing, nothing, nothing, ()),
        "readings": (Reading(),) * len(mentions),
        "links": (EntityLink("", ""),) * len(mentions),
    }
    for layer in ("blocks", "sentences", "mentions", "abbreviations", *_FACTS):
        empty[layer] = ()
    for layer, value in empty.items():
        if not doc.has(layer):
            doc.add(layer, value)


def _document(doc: Document) -> Row:
    page = doc.page
    return (
        doc.doc_id,
        doc.source,
        doc.sha256,
        doc.encoding,
        doc.text_is_source,
        page.title,
        page.displayed_date,
        page.displayed_date_trust,
        page.published_date,
        page.reference_date,
        page.dateline,
        page.outlet,
        page.author,
        len(doc.text),
        len(doc.sentences),
        len(doc.tokens),
        len(doc.mentions),
    )


def _tokens(doc: Document) -> Columns:
    tokens, text = doc.tokens, doc.text
    words = [text[start:end] for start, end in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]
    pos = tokens.pos or ("",) * len(words)
    return Columns(doc.doc_id, (tokens.sentence, np.arange(len(words)), tokens.start, tokens.end, words, pos))


def _mentions(doc: Document) -> list[Row]:
    begins = [s.start for s in doc.sentences]
    found = []
    for i, (m, reading, link) in enumerate(zip(doc.mentions, doc.readings, doc.links, strict=True)):
        sentence = bisect_right(begins, m.start) - 1
        span = doc.text[m.start : m.end]
        found.append(
            (
                doc.doc_id,
                i,
                sentence,
                m.start,
                m.end,
                span,
                m.label,
                reading.kind,
                reading.value,
                link.entity_id,
                m.method,
                m.score,
            )
        )
    return found


def _typed(doc: Document) -> dict[str, list[Row]]:
    times: list[Row] = []
    quantities: list[Row] = []
    legal: list[Row] = []
    phrases: list[Row] = []
    for i, (m, reading) in enumerate(zip(doc.mentions, doc.readings, strict=True)):
        match reading.detail:
            case TimeValue() as t:
                times.append(
                    (
                        doc.doc_id,
                        i,
                        t.edtf,
                        t.start_date,
                        t.end_date,
                        t.kind,
                        t.modifier,
                        t.part_of_day,
                        t.calendar,
                    )
                )
            case QuantityValue() as q:
                numbers = (_number(q.number), _number(q.number_max))
                quantities.append((doc.doc_id, i, *numbers, q.unit, q.comparator, q.direction, q.kind))
            case LegalReference() as ref:
                legal.append((doc.doc_id, i, ref.type, ref.number, ref.date, ref.issuer))
        if m.label == "PHRASE":
            phrases.append(
                (doc.doc_id, i, doc.text[m.start : m.end], reading.kind, is_quoted(doc.text, m.start, m.end))
            )
    return {"times": times, "quantities": quantities, "legal_references": legal, "phrases": phrases}


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether quotation marks stand directly before and after a span."""
    return start > 0 and end < len(text) and text[start - 1] in _QUOTES and text[end] in _QUOTES


_TYPED = {TimeValue: "times", QuantityValue: "quantities", LegalReference: "legal_references"}


def _evidence(doc: Document) -> list[Row]:
    """What every row of facts rests on: one row for it as a whole, then those of its cells."""
    doc_id, text = doc.doc_id, doc.text
    found: dict[str, list[Row]] = {table: [] for table in FACTS}
    rows_of = dict.fromkeys(FACTS, 0)

    def add(table: str, whole: Evidence, cells: Iterable[Evidence]) -> None:
        row = rows_of[table]
        rows_of[table] += 1
        for e in (whole, *cells):
            where = (e.start, e.end, text[e.start : e.end]) if e.start >= 0 else (None, None, None)
            found[table].append((doc_id, table, row, e.column, e.rule, *where))

    for m, reading in zip(doc.mentions, doc.readings, strict=True):
        if (said := reading.detail) is not None:
            add(_TYPED[type(said)], Evidence(said.rule or UNSAID, m.start, m.end), said.evidence)
        if m.label == "PHRASE":
            add("phrases", Evidence(reading.rule or UNSAID, m.start, m.end), reading.evidence)
    for table in (*_FACTS, "abbreviations"):
        for fact in getattr(doc, table):
            whole, *cells = fact.evidence or (Evidence(UNSAID),)
            add(table, whole, cells)
    return [row for rows_of_table in found.values() for row in rows_of_table]


def _number(text: str) -> int | float | None:
    """A decimal as a number; an integer where it is one, so that counts stay counts in JSON; None beyond any number."""
    if not text:
        return None
    value = float(text)
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() and "." not in text and abs(value) < _EXACT else value


def _facts(doc: Document) -> Mapping[str, list[Row]]:
    mentions, text, doc_id = doc.mentions, doc.text, doc.doc_id

    def span(i: int) -> str:
        return text[mentions[i].start : mentions[i].end]

    return {
        "posts": [
            (doc_id, p.person, p.title, p.name, span(p.title), p.organisation, p.status, p.start, p.end)
            for p in doc.posts
        ],
        "statements": [
            (
                doc_id,
                s.speaker,
                span(s.speaker),
                s.verb,
                s.content_start,
                s.content_end,
                text[s.content_start : s.content_end],
                s.mode,
            )
            for s in doc.statements
        ],
        "cooperations": [
            (doc_id, c.a, c.b, span(c.a), span(c.b), c.programme, c.start_date, c.end_date) for c in doc.cooperations
        ],
        "participations": [
            (doc_id, p.event, p.participant, span(p.event), span(p.participant), p.role) for p in doc.participations
        ],
        "abbreviations": [(doc_id, a.short, a.long, a.source) for a in doc.abbreviations],
    }
