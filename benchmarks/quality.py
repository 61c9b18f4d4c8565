"""Quality on annotated pages, beside underthesea's recogniser on the same pages.

    python benchmarks/quality.py GOLD.jsonl [GOLD.jsonl ...] [--folds K]

Strict: same start, end and label. The tagger is trained anew for every fold, so no page is judged by a model that
saw it. underthesea knows three of the ten labels; it gets one sentence at a time, and its tokens are aligned to the
text to make spans.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dvextract.evaluation.crossvalidation import cross_validate
from dvextract.evaluation.score import format_table
from dvextract.model.train import prepare, read_records

PEER_LABELS = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANISATION"}


def peer_spans(text: str, sentences: list[tuple[int, int]]) -> set[tuple[int, int, str]]:
    """What underthesea.ner finds in these sentences of a text."""
    import underthesea

    spans: set[tuple[int, int, str]] = set()
    for begin, end in sentences:
        at, open_span = begin, None
        for form, _, _, tag in underthesea.ner(text[begin:end][:1000]):
            first = text.find(form.split(" ")[0], at, end)
            if first < 0:
                break  # it rewrote the word; what follows cannot be placed
            at = first
            for part in form.split(" "):
                at = max(text.find(part, at, end), at) + len(part)
            kind, label = tag[:1], PEER_LABELS.get(tag[2:])
            if kind != "I" and open_span:
                spans.add(open_span)
                open_span = None
            if label and (kind == "B" or open_span is None):
                open_span = (first, at, label)
            elif open_span:
                open_span = (open_span[0], at, open_span[2])
        if open_span:
            spans.add(open_span)
    return spans


def peer_table(records: list[dict[str, Any]]) -> str:
    """Strict precision, recall and F1 of underthesea.ner for the labels it knows."""
    right = dict.fromkeys(PEER_LABELS.values(), 0)
    found, gold = dict(right), dict(right)
    for record, doc in zip(records, prepare(records), strict=True):
        spans = peer_spans(doc.text, [(s.start, s.end) for s in doc.sentences])
        truth = {(m["start"], m["end"], m["label"]) for m in record["mentions"]}
        for label in right:
            right[label] += sum(1 for s in spans & truth if s[2] == label)
            found[label] += sum(1 for s in spans if s[2] == label)
            gold[label] += sum(1 for s in truth if s[2] == label)
    lines = []
    for label in right:
        p, r = right[label] / max(found[label], 1), right[label] / max(gold[label], 1)
        lines.append(f"{label:14s} {p:7.3f} {r:7.3f} {2 * p * r / (p + r) if p + r else 0:7.3f} {gold[label]:6d}")
    return "\n".join(lines)


def main() -> None:
    """Print one table a gold file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    if not arguments.gold:
        print("no gold pages given: python benchmarks/quality.py GOLD.jsonl ...")
        return
    for path, scores in cross_validate(arguments.gold, folds=arguments.folds).items():
        print(f"{path.name}: dvextract\n{format_table(scores)}\n")
        print(f"{path.name}: underthesea.ner\n{peer_table(read_records([path]))}\n")


if __name__ == "__main__":
    main()
