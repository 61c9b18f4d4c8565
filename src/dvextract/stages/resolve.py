"""Stage resolve: findings and predictions to settled mentions, flat and inside content blocks.

The policy, in this order:

1. The trained tagger has seen every finding, so its spans stand, except that
2. a finding of a label whose grammar is better than the tagger (`GRAMMAR_WINS`, decided on development pages)
   replaces every predicted span of the same label that it overlaps, and
3. a finding that overlaps no predicted span joins if its label is in `GRAMMAR_ADDS`.
4. Of two spans that still overlap, the label higher in `PRECEDENCE` wins, then the longer, then the earlier.
5. A span is trimmed of blanks, separators and quotation marks without their partner, and dropped if nothing is left
   or if it crosses a block's edge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import ClassVar

from dvextract.document import Document, Mention

PRECEDENCE: tuple[str, ...] = (
    "LEGALDOC",
    "EVENT",
    "TITLE",
    "ORGANISATION",
    "PERSON",
    "LOCATION",
    "PHRASE",
    "TIME",
    "QUANTITY",
    "ABBREVIATION",
)
"""Which label wins where two spans have the same extent (GUIDELINES R9)."""

GRAMMAR_WINS: frozenset[str] = frozenset()
GRAMMAR_ADDS: frozenset[str] = frozenset()

GRAMMAR_SCORE = 0.9
"""The score of a mention that only a grammar rule found."""

_EDGES = " \t\r\n\xa0,;:"
_QUOTES = '“”"«»„'


class Resolve:
    """Settles overlaps by the policy above."""

    name: ClassVar[str] = "resolve"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks", "findings", "predictions")
    adds: ClassVar[tuple[str, ...]] = ("mentions",)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``mentions`` to every document."""
        for doc in docs:
            doc.add("mentions", tuple(resolve(doc)))


def resolve(doc: Document) -> list[Mention]:
    """The mentions of one document, in text order."""
    candidates = [Mention(p.start, p.end, p.label, "tagger", p.score) for p in doc.predictions]
    replacing = [f for f in doc.findings if f.label in GRAMMAR_WINS]
    for f in replacing:
        candidates = [c for c in candidates if c.label != f.label or c.end <= f.start or f.end <= c.start]
    taken = [(c.start, c.end) for c in candidates]
    for f in doc.findings:
        if f.label in GRAMMAR_WINS or (f.label in GRAMMAR_ADDS and all(e <= f.start or f.end <= s for s, e in taken)):
            candidates.append(Mention(f.start, f.end, f.label, f.rule, GRAMMAR_SCORE))
    trimmed = (_trim(doc.text, c) for c in candidates)
    return flat(c for c in _inside(doc, (t for t in trimmed if t is not None)))


def flat(candidates: Iterable[Mention]) -> list[Mention]:
    """The best set without overlaps: by label precedence, then length, then position."""
    rank = {label: i for i, label in enumerate(PRECEDENCE)}
    kept: list[Mention] = []
    for c in sorted(candidates, key=lambda c: (rank[c.label], c.start - c.end, c.start)):
        at = bisect_right(kept, c.start, key=lambda k: k.start)
        if (at == 0 or kept[at - 1].end <= c.start) and (at == len(kept) or c.end <= kept[at].start):
            kept.insert(at, c)
    return kept


def _inside(doc: Document, candidates: Iterable[Mention]) -> Iterable[Mention]:
    spans = doc.content_spans()
    starts = [s for s, _ in spans]
    for c in candidates:
        at = bisect_right(starts, c.start) - 1
        if at >= 0 and c.end <= spans[at][1]:
            yield c


def _trim(text: str, m: Mention) -> Mention | None:
    start, end = m.start, m.end
    while start < end and (text[start] in _EDGES or _lone_quote(text, start, end, start)):
        start += 1
    while start < end and (text[end - 1] in _EDGES or _lone_quote(text, start, end, end - 1)):
        end -= 1
    if start >= end:
        return None
    return m if (start, end) == (m.start, m.end) else Mention(start, end, m.label, m.method, m.score)


def _lone_quote(text: str, start: int, end: int, at: int) -> bool:
    """A mark at the edge without its partner inside; balanced marks belong to the name (Quỹ “Vì người nghèo”)."""
    return text[at] in _QUOTES and sum(text.count(q, start, end) for q in _QUOTES) % 2 == 1
