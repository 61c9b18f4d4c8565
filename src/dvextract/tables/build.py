"""Documents to rows: one function a page, plain tuples in the order of the schema's columns.

Nothing is decided here; every cell is taken from a layer, and a layer that no stage of the pipeline added is empty.
Cells are str, int, float, bool or None (empty).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.document import (
    Document,
    EntityLink,
    Evidence,
    LegalReference,
    Mention,
    PageInfo,
    QuantityValue,
    Reading,
    TimeValue,
    Tokens,
)
from dvextract.tables.evidence import UNSAID

Row = tuple[Any, ...]


class TokenRows:
    """The rows of `tokens` of one page, more than those of all other tables together: made when they are asked for.

    ``sentence``, ``start`` and ``end`` are arrays, ``pos`` is a tuple of as many strings, ``data`` the text in UTF-8.
    Raises ValueError when they differ in length, IndexError when a word is not in the text, UnicodeError when that
    cannot be written.
    """

    __slots__ = ("data", "doc_id", "end", "pos", "sentence", "start", "text")

    def __init__(self, doc_id: str, text: str, tokens: Tokens) -> None:
        self.doc_id, self.text = doc_id, text
        self.sentence, self.start, self.end = tokens.sentence, tokens.start, tokens.end
        self.pos = tuple(tokens.pos) or ("",) * len(tokens)
        if len({len(tokens.sentence), len(tokens.start), len(tokens.end), len(self.pos)}) != 1:
            raise ValueError(f"{doc_id}: columns of different lengths")
        if len(tokens) and (np.minimum.reduce(tokens.start) < 0 or np.maximum.reduce(tokens.end) > len(text)):
            raise IndexError(f"{doc_id}: a word that is not in the text")
        self.data = text.encode()

    def __len__(self) -> int:
        return len(self.start)

    @property
    def columns(self) -> tuple[Sequence[str] | NDArray[Any], ...]:
        """The cells of every column."""
        words = [self.text[a:b] for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)]
        numbers = np.arange(len(self))
        return ([self.doc_id] * len(self), self.sentence, numbers, self.start, self.end, words, self.pos)

    def __iter__(self) -> Iterator[Row]:
        columns = (column.tolist() if isinstance(column, np.ndarray) else column for column in self.columns)
        return zip(*columns, strict=True)


Found = list[Row] | TokenRows
"""Rows of one table."""

_EXACT = 1 << 53
"""Integers below this are exact in every format; above it a number is a float."""

_FACTS = ("posts", "statements", "cooperations", "participations")
_QUOTES = frozenset("“”\"'‘’«»„〝〞")


def rows(doc: Document) -> dict[str, Found]:
    """All rows of one page, by table; those of `RUN_TABLES` and `rejects` are the run's and not here."""
    _complete(doc)
    doc_id, text = doc.doc_id, doc.text
    spans = [text[m.start : m.end] for m in doc.mentions]
    return {
        "documents": [_document(doc)],
        "blocks": [(doc_id, i, b.start, b.end, b.kind, text[b.start : b.end]) for i, b in enumerate(doc.blocks)],
        "sentences": [(doc_id, i, s.block, s.start, s.end, text[s.start : s.end]) for i, s in enumerate(doc.sentences)],
        "tokens": TokenRows(doc_id, text, doc.tokens),
        "mentions": _mentions(doc, spans),
        **_facts(doc, spans),
        "origins": [(doc_id, o.start, o.end, o.place) for o in doc.origins],
        "warnings": [(doc_id, w.kind, w.message) for w in doc.warnings],
    }


def _complete(doc: Document) -> None:
    """Lay empty layers where the pipeline has no stage that adds them."""
    for layer in ("blocks", "sentences", "mentions", "abbreviations", *_FACTS):
        if not doc.has(layer):
            doc.add(layer, ())
    if not doc.has("page"):
        doc.add("page", PageInfo())
    if not doc.has("tokens"):
        nothing = np.zeros(0, dtype=np.int32)
        doc.add("tokens", Tokens(nothing, nothing, nothing, ()))
    for layer, each in (("readings", Reading()), ("links", EntityLink("", ""))):
        if not doc.has(layer):
            doc.add(layer, (each,) * len(doc.mentions))


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


def _mentions(doc: Document, spans: Sequence[str]) -> list[Row]:
    doc_id, begins = doc.doc_id, [s.start for s in doc.sentences]
    found = zip(doc.mentions, spans, doc.readings, doc.links, strict=True)
    return [
        (
            doc_id,
            i,
            bisect_right(begins, m.start) - 1,
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
        for i, (m, span, reading, link) in enumerate(found)
    ]


def _facts(doc: Document, spans: Sequence[str]) -> dict[str, list[Row]]:
    """Rows of facts, and what every one of them rests on: one row for it as a whole, then those of its cells."""
    found: dict[str, list[Row]] = {**_typed(doc, spans), **_related(doc, spans)}
    for table in (*_FACTS, "abbreviations"):
        for row, fact in enumerate(getattr(doc, table)):
            found["evidence"] += _cells(doc, table, row, fact.evidence or _NOTHING_SAID)
    return found


def _typed(doc: Document, spans: Sequence[str]) -> dict[str, list[Row]]:
    """Rows of facts that are mentions, and of their evidence, table by table."""
    doc_id, text = doc.doc_id, doc.text
    found: dict[str, list[Row]] = {"times": [], "quantities": [], "legal_references": [], "phrases": []}
    evidence: dict[str, list[Row]] = {table: [] for table in found}

    def add(table: str, cells: Row, m: Mention, span: str, said: _Interpreted) -> None:
        row = len(found[table])
        found[table].append((doc_id, *cells))
        evidence[table].append((doc_id, table, row, "", said.rule or UNSAID, m.start, m.end, span))
        if said.evidence:
            evidence[table] += _cells(doc, table, row, said.evidence)

    for i, (m, span, reading) in enumerate(zip(doc.mentions, spans, doc.readings, strict=True)):
        if m.label == "PHRASE":
            add("phrases", (i, span, reading.kind, is_quoted(text, m.start, m.end)), m, span, reading)
        if reading.detail is None:  # as of most mentions
            continue
        match reading.detail:
            case TimeValue() as t:
                when = (t.edtf, t.start_date, t.end_date, t.kind, t.modifier, t.part_of_day, t.calendar)
                add("times", (i, *when), m, span, t)
            case QuantityValue() as q:
                numbers = (_number(q.number), _number(q.number_max))
                add("quantities", (i, *numbers, q.unit, q.comparator, q.direction, q.kind), m, span, q)
            case LegalReference() as ref:
                add("legal_references", (i, ref.type, ref.number, ref.date, ref.issuer), m, span, ref)
    return {**found, "evidence": [row for rows_of_table in evidence.values() for row in rows_of_table]}


def _cells(doc: Document, table: str, row: int, evidence: Iterable[Evidence]) -> list[Row]:
    doc_id, text = doc.doc_id, doc.text
    return [
        (doc_id, table, row, e.column, e.rule, e.start, e.end, text[e.start : e.end])
        if e.start >= 0
        else (doc_id, table, row, e.column, e.rule, None, None, None)
        for e in evidence
    ]


def is_quoted(text: str, start: int, end: int) -> bool:
    """Whether quotation marks stand directly before and after a span."""
    return start > 0 and end < len(text) and text[start - 1] in _QUOTES and text[end] in _QUOTES


_Interpreted = TimeValue | QuantityValue | LegalReference | Reading
_NOTHING_SAID = (Evidence(UNSAID),)


def _number(text: str) -> int | float | None:
    """A decimal as a number; an integer where it is one, so that counts stay counts in JSON; None beyond any number."""
    if not text:
        return None
    value = float(text)
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() and "." not in text and abs(value) < _EXACT else value


def _related(doc: Document, spans: Sequence[str]) -> Mapping[str, list[Row]]:
    text, doc_id = doc.text, doc.doc_id
    return {
        "posts": [
            (doc_id, p.person, p.title, p.name, spans[p.title], p.organisation, p.status, p.start, p.end)
            for p in doc.posts
        ],
        "statements": [
            (
                doc_id,
                s.speaker,
                spans[s.speaker],
                s.verb,
                s.content_start,
                s.content_end,
                text[s.content_start : s.content_end],
                s.mode,
            )
            for s in doc.statements
        ],
        "cooperations": [
            (doc_id, c.a, c.b, spans[c.a], spans[c.b], c.programme, c.start_date, c.end_date) for c in doc.cooperations
        ],
        "participations": [
            (doc_id, p.event, p.participant, spans[p.event], spans[p.participant], p.role) for p in doc.participations
        ],
        "abbreviations": [(doc_id, a.short, a.long, a.source) for a in doc.abbreviations],
    }
