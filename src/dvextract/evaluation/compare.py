"""Two finished runs to what differs between them, mention by mention: gains and losses on pages nobody annotated.

Pages that both runs have, with the same text, are compared. A mention of one run is paired with one of the other by
its span, and failing that by its label and a shared character; what stays alone is a gain or a loss. So every mention
is in one difference at most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.tables.load import Tables, load
from dvextract.tables.write import write_json

if TYPE_CHECKING:
    import pandas as pd

SORTS: Mapping[str, str] = {
    "only_a": "only in A",
    "only_b": "only in B",
    "label": "other label",
    "boundary": "boundary",
    "value": "value, kind",
}
"""The sorts of difference, and what they are called in the terminal."""

BEFORE, AFTER = 40, 25
"""Code points of context shown on either side of a mention."""


class Found(NamedTuple):
    """A mention as one run has it; ``start`` and ``end`` in code points."""

    start: int
    end: int
    label: str
    kind: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; ``sort`` is a key of `SORTS`, ``a`` or ``b`` is None where only the other run has a mention."""

    sort: str
    doc_id: str
    a: Found | None
    b: Found | None

    @property
    def labels(self) -> tuple[str, ...]:
        """The label, or where they differ that of A and that of B."""
        return tuple(dict.fromkeys(m.label for m in (self.a, self.b) if m))

    @property
    def start(self) -> int:
        """Where the first of its mentions begins."""
        return min(m.start for m in (self.a, self.b) if m)

    @property
    def end(self) -> int:
        """Where the last of its mentions ends."""
        return max(m.end for m in (self.a, self.b) if m)

    def as_json(self) -> dict[str, Any]:
        """Sort, page and both mentions."""
        sides = {name: m._asdict() if m else None for name, m in (("a", self.a), ("b", self.b))}
        return {"sort": self.sort, "doc_id": self.doc_id, **sides}


@dataclass(slots=True)
class Comparison:
    """What differs between two runs. ``mentions`` counts by label on compared pages, in A and in B."""

    pages: int
    only_a: list[str]
    only_b: list[str]
    other_text: list[str]
    mentions: tuple[Counter[str], Counter[str]]
    differences: list[Difference]

    def counts(self) -> dict[str, dict[str, int]]:
        """By label, and for ALL: mentions in A and in B, and differences by sort; another label counts under both."""
        found = Counter((label, d.sort) for d in self.differences for label in d.labels)
        in_all = Counter(d.sort for d in self.differences)
        in_a, in_b = self.mentions
        table = {
            label: {"a": in_a[label], "b": in_b[label], **{sort: found[label, sort] for sort in SORTS}}
            for label in LABELS
            if in_a[label] or in_b[label]
        }
        return {**table, "ALL": {"a": in_a.total(), "b": in_b.total(), **{sort: in_all[sort] for sort in SORTS}}}

    def of_label(self, label: str) -> Comparison:
        """The same for one label only; a mention that became another label is of both."""
        mentions = tuple(Counter({label: counter[label]}) for counter in self.mentions)
        kept = [d for d in self.differences if label in d.labels]
        return Comparison(self.pages, self.only_a, self.only_b, self.other_text, (mentions[0], mentions[1]), kept)

    def as_json(self) -> dict[str, Any]:
        """Pages, counts by label, and every difference."""
        pages = {"compared": self.pages, "only_a": self.only_a, "only_b": self.only_b, "other_text": self.other_text}
        return {"pages": pages, "counts": self.counts(), "differences": [d.as_json() for d in self.differences]}


def compare(a: str | Path, b: str | Path) -> Comparison:
    """Compare the mentions of two output folders; raises UsageError for a folder that is no finished run."""
    runs = (load(a), load(b))
    found = tuple(_mentions(run) for run in runs)
    texts = tuple(_pages(run) for run in runs)
    shared = texts[0].keys() & texts[1].keys()
    if not shared:
        raise UsageError(f"no page is in both {a} and {b}: run the same input twice, with one --id-column")
    other = {page for page in shared if texts[0][page] and texts[1][page] and texts[0][page] != texts[1][page]}
    same = sorted(shared - other)
    return Comparison(
        len(same),
        sorted(texts[0].keys() - shared),
        sorted(texts[1].keys() - shared),
        sorted(other),
        (_by_label(found[0], same), _by_label(found[1], same)),
        [d for page in same for d in differences(page, found[0].get(page, ()), found[1].get(page, ()))],
    )


def differences(doc_id: str, a: Sequence[Found], b: Sequence[Found]) -> list[Difference]:
    """What differs between two lists of flat mentions of one page, in text order."""
    by_span = {(m.start, m.end): m for m in b}
    found: list[Difference] = []
    left_a: list[Found] = []
    for m in a:
        other = by_span.pop((m.start, m.end), None)
        if other is None:
            left_a.append(m)
        elif other.label != m.label:
            found.append(Difference("label", doc_id, m, other))
        elif (other.kind, other.value) != (m.kind, m.value):
            found.append(Difference("value", doc_id, m, other))
    left_b = list(by_span.values())
    for m in left_a:
        near = next((o for o in left_b if o.label == m.label and o.start < m.end and m.start < o.end), None)
        if near:
            left_b.remove(near)
        found.append(Difference("boundary" if near else "only_a", doc_id, m, near))
    found += (Difference("only_b", doc_id, None, m) for m in left_b)
    return sorted(found, key=lambda d: (d.start, d.end, d.sort))


def spread(found: Sequence[Difference], most: int) -> list[Difference]:
    """At most ``most`` of them, of as many pages as there can be, these evenly spaced; in the order given."""
    rounds: dict[int, list[int]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for i, d in enumerate(found):
        rounds[seen[d.doc_id]].append(i)
        seen[d.doc_id] += 1
    chosen: list[int] = []
    for _, places in sorted(rounds.items()):
        left = min(most - len(chosen), len(places))
        chosen += (places[i * len(places) // left] for i in range(left))
    return [found[i] for i in sorted(chosen)]


def report(a: str | Path, b: str | Path, *, show: int = 20, label: str = "", json_file: str = "") -> list[str]:
    """The lines ``dvextract compare`` prints: counts, then up to ``show`` samples of each sort of difference.

    Raises UsageError for folders that are no runs and for a label there is not.
    """
    if label and label not in LABELS:
        raise UsageError(f"no label '{label}'; there are: {', '.join(LABELS)}")
    found = compare(a, b)
    if label:
        found = found.of_label(label)
    if json_file:
        write_json(Path(json_file), {"a": str(a), "b": str(b), **found.as_json()})
    samples = [d for sort in SORTS for d in spread([d for d in found.differences if d.sort == sort], show)]
    context = _Context((load(b), load(a)), {d.doc_id for d in samples})
    return [*_page_lines(found, show), *_count_lines(found), *(_sample_line(d, context) for d in samples)]


def _page_lines(found: Comparison, show: int) -> Iterator[str]:
    yield f"{found.pages:,} pages compared"
    for what, pages in (
        ("only in A", found.only_a),
        ("only in B", found.only_b),
        ("with another text in B, not compared", found.other_text),
    ):
        if pages:
            named = ", ".join(pages[:show]) + (", …" if len(pages) > show else "")
            yield f"{len(pages):,} pages {what}" + (f": {named}" if show else "")


def _count_lines(found: Comparison) -> Iterator[str]:
    yield f"{'label':12s} {'in A':>9s} {'in B':>9s} " + " ".join(f"{title:>11s}" for title in SORTS.values())
    for label, row in found.counts().items():
        yield f"{label:12s} {row['a']:9,d} {row['b']:9,d} " + " ".join(f"{row[sort]:11,d}" for sort in SORTS)


def _sample_line(d: Difference, context: _Context) -> str:
    change = ""
    if d.a and d.b and d.sort == "value":
        pairs = ((d.a.kind, d.b.kind), (d.a.value, d.b.value))
        change = "; ".join(f"{old or '∅'} → {new or '∅'}" for old, new in pairs if old != new) + " | "
    elif d.a and d.b and d.sort == "boundary":
        change = f"{d.a.text} → {d.b.text} | "
    line = f"{SORTS[d.sort]:11s} {' → '.join(d.labels):12s} {change}{context.around(d)}  ({d.doc_id})"
    return line.replace("\n", "⏎")


class _Context:
    """The text around mentions on some pages, from the blocks or the sentences of the first run that has them."""

    def __init__(self, runs: Sequence[Tables], pages: set[str]) -> None:
        self._parts: dict[str, list[tuple[int, str]]] = defaultdict(list)
        there = [(run, name) for run in runs for name in ("blocks", "sentences") if name in run.names]
        for run, name in there[:1]:
            frame = getattr(run, name)
            frame = frame[frame["doc_id"].isin(pages)]
            for page, start, text in _cells(frame, "doc_id", "start", "text"):
                self._parts[page].append((start, text))

    def around(self, d: Difference) -> str:
        """The mentions of a difference in brackets, with what stands before and after in their part of the page."""
        for begin, text in self._parts.get(d.doc_id, ()):
            start, end = d.start - begin, d.end - begin
            if start >= 0 and end <= len(text):
                return f"{text[max(0, start - BEFORE) : start]}⟦{text[start:end]}⟧{text[end : end + AFTER]}"
        return " / ".join(f"⟦{t}⟧" for t in dict.fromkeys(m.text for m in (d.a, d.b) if m))


def _mentions(run: Tables) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for page, *cells in _cells(run.mentions, "doc_id", *Found._fields):
        found[page].append(Found(*cells))
    return found


def _pages(run: Tables) -> dict[str, str]:
    """Every page the run is known to have, with its hash where the run has the table that says it."""
    if "documents" in run.names:
        return dict(_cells(run.documents, "doc_id", "sha256"))
    tables = (getattr(run, name) for name in ("mentions", "blocks", "sentences") if name in run.names)
    return {page: "" for frame in tables for page in frame["doc_id"].unique().tolist()}


def _cells(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Rows of some columns as Python values, empty strings for empty cells."""
    lists = (frame[c].astype(object).where(frame[c].notna(), "").tolist() for c in columns)
    return zip(*lists, strict=True)


def _by_label(found: Mapping[str, Sequence[Found]], pages: Sequence[str]) -> Counter[str]:
    return Counter(m.label for page in pages for m in found.get(page, ()))
