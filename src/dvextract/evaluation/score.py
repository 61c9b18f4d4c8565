"""Figures of a run against gold records.

Strict: same page, start, end and label. Overlap: same label and at least one shared character, one to one. Value:
among strictly right TIME, QUANTITY and LEGALDOC mentions with a gold value, those whose value is equal. Posts,
statements and cooperations are compared as sets of strings. Content: characters of gold content blocks against
characters found in content blocks.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dvextract import storage
from dvextract.document import CONTENT_KINDS, LABELS, Document
from dvextract.errors import UsageError
from dvextract.tables.build import rows
from dvextract.tables.load import table_files
from dvextract.tables.schema import BY_NAME

Record = Mapping[str, Any]
Span = tuple[int, int, str]

VALUE_KEYS = {"TIME": "val", "QUANTITY": "val", "LEGALDOC": "no"}
_CSV = ("csv",)
TABLES = ("mentions", "posts", "blocks", "statements", "cooperations")


@dataclass(frozen=True, slots=True)
class Ratio:
    """Precision, recall and F1 with the counts they come from."""

    right: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """Right among found; 0 when nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Right among gold; 0 when there is none."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def as_json(self) -> dict[str, float]:
        """Rounded to four digits."""
        figures = {"p": round(self.precision, 4), "r": round(self.recall, 4), "f": round(self.f1, 4)}
        return {**figures, "gold": self.gold, "found": self.found}


@dataclass(slots=True)
class Scores:
    """All figures of one comparison; parts that gold does not annotate are None."""

    documents: int
    ungrounded: int
    strict: dict[str, Ratio]
    overlaps: dict[str, Ratio]
    values: dict[str, tuple[int, int]]
    posts: Ratio | None = None
    statements: Ratio | None = None
    cooperations: Ratio | None = None
    content: Ratio | None = None
    titles: tuple[int, int] | None = None
    missed: list[tuple[str, Span]] = field(default_factory=list)
    wrong: list[tuple[str, Span]] = field(default_factory=list)

    @property
    def overlap(self) -> Ratio:
        """Overlap of all labels together."""
        return self.overlaps["ALL"]

    @property
    def macro(self) -> float:
        """Mean strict F1 of the labels that gold has."""
        present = [r.f1 for label, r in self.strict.items() if label != "ALL" and r.gold]
        return sum(round(f, 4) for f in present) / max(1, len(present))

    def as_json(self) -> dict[str, Any]:
        """Every figure, rounded to four digits."""
        figures: dict[str, Any] = {"documents": self.documents, "ungrounded_rows": self.ungrounded}
        figures["strict"] = {label: r.as_json() for label, r in self.strict.items()}
        figures["strict"]["MACRO_F"] = round(self.macro, 4)
        figures["overlap"] = {label: r.as_json() for label, r in self.overlaps.items()}
        figures["value"] = {k: [ok, n, round(ok / n, 4)] for k, (ok, n) in self.values.items()}
        for name in ("posts", "statements", "cooperations"):
            if (ratio := getattr(self, name)) is not None:
                figures[name] = ratio.as_json()
        if self.content is not None and self.titles is not None:
            figures["content_characters"] = self.content.as_json()
            figures["title_exact"] = list(self.titles)
        return figures


Tables = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows of the tables compared, as mappings from column to cell."""


def tables_of(docs: Iterable[Document]) -> Tables:
    """The tables of documents in memory."""
    found: dict[str, list[Mapping[str, Any]]] = {name: [] for name in TABLES}
    for doc in docs:
        built = rows(doc)
        for name in TABLES:
            names = BY_NAME[name].names
            found[name] += (dict(zip(names, row, strict=True)) for row in built[name])
    return found


def tables_in(folder: Path | str) -> Tables:
    """The tables of a finished run, at a path or a URL; raises UsageError when it has no mentions."""
    if not table_files(folder, "mentions", _CSV):
        raise UsageError(f"{folder} has no mentions.csv; give the output folder of a run with --format csv")
    return {name: list(_csv_rows(folder, name)) for name in TABLES if table_files(folder, name, _CSV)}


def _csv_rows(folder: Path | str, name: str) -> Iterator[Mapping[str, str]]:
    csv.field_size_limit(1 << 30)
    for path in table_files(folder, name, _CSV):
        with storage.opened(path) as file:
            yield from csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""))


def pages_in(folder: Path | str, tables: Tables) -> set[str]:
    """The doc_ids of a run, of pages without mentions too where it has a table that says so."""
    rest = list(_csv_rows(folder, "documents")) or tables.get("blocks", ())
    return {str(r["doc_id"]) for found in (tables["mentions"], rest) for r in found}


def same_value(label: str, gold: str, found: str) -> bool:
    """Whether two values are equal; numbers as numbers."""
    if gold == found:
        return True
    if label != "QUANTITY":
        return False
    try:
        return abs(float(gold) - float(found)) < 1e-9
    except ValueError:
        return False


def score(gold: Sequence[Record], tables: Tables) -> Scores:
    """Compare tables with gold records; pages that gold does not have are left out."""
    texts = {g["doc_id"]: g["text"] for g in gold}
    predicted: dict[str, list[tuple[Span, str]]] = defaultdict(list)
    ungrounded = 0
    for r in tables["mentions"]:
        if r["doc_id"] in texts:
            start, end = int(r["start"]), int(r["end"])
            ungrounded += texts[r["doc_id"]][start:end] != r["text"]
            predicted[r["doc_id"]].append(((start, end, r["label"]), r["value"] or ""))
    right: Counter[str] = Counter()
    n_gold: Counter[str] = Counter()
    n_found: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    values: dict[str, list[int]] = {}
    result = Scores(len(gold), ungrounded, {}, {}, {})
    for g in gold:
        found = dict(predicted[g["doc_id"]])
        spans = [(m["start"], m["end"], m["label"]) for m in g["mentions"]]
        n_gold.update(s[2] for s in spans)
        n_found.update(s[2] for s, _ in predicted[g["doc_id"]])
        for m, span in zip(g["mentions"], spans, strict=True):
            if span not in found:
                result.missed.append((g["doc_id"], span))
                continue
            right[span[2]] += 1
            value = (m.get("attributes") or {}).get(VALUE_KEYS.get(span[2], ""), "")
            if value and value != "?":
                counts = values.setdefault(span[2], [0, 0])
                counts[0] += same_value(span[2], value, found[span])
                counts[1] += 1
        known = set(spans)
        result.wrong += ((g["doc_id"], s) for s in found if s not in known)
        touched.update(_overlapping(spans, [s for s, _ in predicted[g["doc_id"]]]))
    labels = sorted({*n_gold, *n_found})
    for n_right, ratios in ((right, result.strict), (touched, result.overlaps)):
        ratios.update({label: Ratio(n_right[label], n_found[label], n_gold[label]) for label in labels})
        ratios["ALL"] = Ratio(n_right.total(), n_found.total(), n_gold.total())
    result.values = {label: (counts[0], counts[1]) for label, counts in values.items()}
    _facts(gold, tables, texts, result)
    return result


def _overlapping(gold: Sequence[Span], found: Sequence[Span]) -> list[str]:
    """The label of every pair of a gold and a found span with one label and a shared character."""
    used: set[int] = set()
    for g in gold:
        for i, p in enumerate(found):
            if i not in used and p[2] == g[2] and p[0] < g[1] and g[0] < p[1]:
                used.add(i)
                break
    return [found[i][2] for i in sorted(used)]


def _compared(gold: set[Any], found: set[Any]) -> Ratio:
    return Ratio(len(gold & found), len(found), len(gold))


def _facts(gold: Sequence[Record], tables: Tables, texts: Mapping[str, str], result: Scores) -> None:
    def there(name: str) -> Iterator[Mapping[str, Any]]:
        return (r for r in tables[name] if r["doc_id"] in texts)

    if any("posts" in g for g in gold) and "posts" in tables:
        result.posts = _compared(
            {(g["doc_id"], p["person"], p["title"]) for g in gold for p in g.get("posts", ())},
            {(r["doc_id"], r["person"], r["title"]) for r in there("posts")},
        )
    if any(g.get("blocks") for g in gold) and "blocks" in tables:
        _layout(gold, there("blocks"), result)
    if not any(g.get("relations") for g in gold):
        return
    if "statements" in tables:
        result.statements = _compared(
            {(g["doc_id"], m[0], a.get("verb", "")) for g, m, a in _relations(gold, "statement")},
            {(r["doc_id"], r["speaker"], r["verb"]) for r in there("statements")},
        )
    if "cooperations" in tables:
        pairs = (
            (g["doc_id"], sorted((m[0], other))) for g, m, _ in _relations(gold, "cooperates_with") for other in m[1:]
        )
        result.cooperations = _compared(
            {(doc_id, a, b) for doc_id, (a, b) in pairs},
            {(r["doc_id"], *sorted((r["organisation_a"], r["organisation_b"]))) for r in there("cooperations")},
        )


def _relations(gold: Sequence[Record], kind: str) -> Iterator[tuple[Record, list[str], Mapping[str, Any]]]:
    """Page, texts of the arguments, attributes of every gold relation of a kind."""
    for g in gold:
        for r in g.get("relations", ()):
            if r["kind"] == kind:
                yield g, [_text(g, i) for i in r["args"]], r["attributes"]


def _text(record: Record, mention: int) -> str:
    m = record["mentions"][mention]
    return str(record["text"][m["start"] : m["end"]])


def _layout(gold: Sequence[Record], blocks: Iterable[Mapping[str, Any]], result: Scores) -> None:
    found: dict[str, list[Span]] = defaultdict(list)
    for r in blocks:
        found[r["doc_id"]].append((int(r["start"]), int(r["end"]), r["kind"]))
    both = n_found = n_gold = titles = titled = 0
    for g in gold:
        if not g.get("blocks"):
            continue
        text = g["text"]
        annotated = [(b["start"], b["end"], b["kind"]) for b in g["blocks"]]
        truth, predicted = _content(text, annotated), _content(text, found[g["doc_id"]])
        both += len(truth & predicted)
        n_found += len(predicted)
        n_gold += len(truth)
        title = _title(text, annotated)
        if title:
            titled += 1
            titles += title == _title(text, found[g["doc_id"]])
    result.content = Ratio(both, n_found, n_gold)
    result.titles = (titles, titled)


def _content(text: str, blocks: Iterable[Span]) -> set[int]:
    return {i for s, e, kind in blocks if kind in CONTENT_KINDS for i in range(s, e) if not text[i].isspace()}


def _title(text: str, blocks: Iterable[Span]) -> str:
    return " ".join(text[s:e].strip() for s, e, kind in blocks if kind == "title")


def format_table(scores: Scores) -> str:
    """The figures as a table for the terminal."""
    lines = [f"{scores.documents} pages, {scores.ungrounded} rows whose text is not text[start:end]"]
    lines.append(
        f"{'label':14s} {'P':>7s} {'R':>7s} {'F1':>7s} {'gold':>6s} {'found':>6s} {'overlap':>8s}   value right"
    )
    for label in (*(name for name in LABELS if name in scores.strict), "ALL"):
        r = scores.strict[label]
        right = f"{scores.values[label][0]}/{scores.values[label][1]}" if label in scores.values else ""
        figures = f"{r.precision:7.3f} {r.recall:7.3f} {r.f1:7.3f} {r.gold:6d} {r.found:6d}"
        lines.append(f"{label:14s} {figures} {scores.overlaps[label].f1:8.3f}   {right}".rstrip())
    lines.append(f"macro F1 {scores.macro:.4f}, overlap F1 {scores.overlap.f1:.4f}")
    for name in ("posts", "statements", "cooperations", "content"):
        if (ratio := getattr(scores, name)) is not None:
            figures = f"{ratio.precision:7.3f} {ratio.recall:7.3f} {ratio.f1:7.3f} {ratio.gold:6d} {ratio.found:6d}"
            lines.append(f"{name:14s} {figures}")
    if scores.titles is not None:
        lines.append(f"{'titles exact':14s} {scores.titles[0]}/{scores.titles[1]}")
    return "\n".join(lines)


def samples(scores: Scores, gold: Sequence[Record], most: int, label: str = "") -> list[str]:
    """Up to ``most`` missed and ``most`` wrong mentions in context, evenly spread over the pages."""
    texts = {g["doc_id"]: g["text"] for g in gold}
    lines = []
    for name, errors in (("missed", scores.missed), ("wrong", scores.wrong)):
        chosen = [e for e in errors if not label or e[1][2] == label]
        step = max(1, len(chosen) // most) if most else 1
        for doc_id, (start, end, kind) in chosen[::step][:most]:
            text = texts[doc_id]
            context = f"{text[max(0, start - 40) : start]}⟦{text[start:end]}⟧{text[end : end + 25]}"
            lines.append(f"{name:7s} {kind:12s} {context}  ({doc_id})".replace("\n", "⏎"))
    return lines
