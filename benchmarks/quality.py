"""Quality on annotated pages, beside other recognisers on the same pages.

    python benchmarks/quality.py GOLD.jsonl [GOLD.jsonl ...]            cross-validated, and every peer that is there
    python benchmarks/quality.py GOLD.jsonl --fractions 0.25 0.5 1      learning curve: with a share of the pages
    python benchmarks/quality.py --train A.jsonl --test B.jsonl         trained on pages of one kind, judged on another
    python benchmarks/quality.py GOLD.jsonl --ablate clusters words     without one group of features at a time
    python benchmarks/quality.py GOLD.jsonl --ablate all                without each of them in turn

The options combine. Strict: same start, end and label; overlap: same label and a shared character. The tagger is
trained anew, so no page is judged by a model that saw it; with ``--encoder default`` a context network is trained too
(extra ``context``), as in the shipped model. A peer (`peers`) knows three of the ten labels, so it is judged on these;
what it finds inside a post, an event, a document or a phrase, where our guidelines mark nothing of its own, is not
counted against it. Its pages are divided into sentences by us, without furniture.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from peers import LABELS, PEERS, NotThere, recognise

from dvextract.evaluation.crossvalidation import cross_validate, transfer
from dvextract.evaluation.score import Ratio, Scores, format_table, score
from dvextract.model.features import CHANNELS
from dvextract.model.train import prepare, pretrained, read_records

NETWORK = "network"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "forms": ("form", "lower", "token"),
    "shapes": ("shape",),
    "affixes": ("suffix2", "prefix3"),
    "clusters": ("coarse", "middle", "fine"),
    "words": ("word", "pos"),
    "blocks": ("block",),
    "places": ("gaz",),
    "families": ("family",),
    "cues": ("cue", "left", "right"),
    "enclosure": ("enclosed",),
    "page": ("run", "elsewhere"),
    "grammars": CHANNELS,
    NETWORK: (),
}
"""Groups of the encoder's columns; ``network`` is the context network as a whole."""


def peer_scores(peer: str, records: Sequence[Mapping[str, Any]]) -> Scores:
    """Figures of a peer for the labels it knows; raises NotThere."""
    known = set(LABELS.values())
    pages = [(doc.text, [(s.start, s.end) for s in doc.sentences]) for doc in prepare(records)]
    gold = [{"doc_id": r["doc_id"], "text": r["text"], "mentions": []} for r in records]
    rows = []
    for record, judged, spans in zip(records, gold, recognise(peer, pages), strict=True):
        judged["mentions"] = [m for m in record["mentions"] if m["label"] in known]
        others = [(m["start"], m["end"]) for m in record["mentions"] if m["label"] not in known]
        for start, end, label in spans:
            if not any(a <= start and end <= b for a, b in others):
                text = record["text"][start:end]
                row = {"doc_id": record["doc_id"], "start": start, "end": end, "label": label, "text": text}
                rows.append({**row, "value": ""})
    return score(gold, {"mentions": rows})


THREE = tuple(LABELS.values())


def line(name: str, scores: Scores, ten: bool = True) -> str:
    """Strict and overlap F1 of the labels peers know, of the three together, and of all ``ten``."""
    cells = [r[k].f1 if k in r else 0.0 for k in THREE for r in (scores.strict, scores.overlaps)]
    for ratios in (scores.strict, scores.overlaps):
        some = [ratios[k] for k in THREE if k in ratios]
        cells.append(Ratio(sum(r.right for r in some), sum(r.found for r in some), sum(r.gold for r in some)).f1)
    if ten:
        cells += [scores.strict["ALL"].f1, scores.overlaps["ALL"].f1]
    return f"{name:24s}" + "".join(f"{cell:8.3f}" for cell in cells)


HEAD = f"{'F1, strict and overlap':24s}" + "".join(f"{label:>16s}" for label in (*THREE, "these three", "all ten"))


def variants(arguments: argparse.Namespace, encoder: Path | None) -> list[tuple[str, dict[str, Any]]]:
    """The trainings asked for: a name, and what differs from the whole."""
    found: list[tuple[str, dict[str, Any]]] = []
    for fraction in sorted(arguments.fractions):
        found.append((f"dvextract, {fraction:.0%}", {"encoder": encoder, "fraction": fraction}))
    for group in GROUPS if "all" in arguments.ablate else arguments.ablate:
        if group != NETWORK:
            found.append((f"  without {group}", {"encoder": encoder, "ablate": GROUPS[group]}))
        elif encoder is not None:
            found.append((f"  without {group}", {}))
    return found


def main(words: Sequence[str] | None = None) -> None:
    """Print a table a gold file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", nargs="*", type=Path, help="files to cross-validate on")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--train", nargs="+", type=Path, default=[], help="files to train on, instead of folds")
    parser.add_argument("--test", nargs="+", type=Path, default=[], help="files to judge on, with --train")
    parser.add_argument("--encoder", default="", help="pretrained encoder of a context network: default, or a file")
    parser.add_argument("--fractions", nargs="+", type=float, default=[1.0], help="shares of the training pages")
    parser.add_argument("--ablate", nargs="+", default=[], choices=[*GROUPS, "all"], metavar="GROUP")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS), metavar="PEER")
    arguments = parser.parse_args(words)
    if not (arguments.gold or arguments.train or arguments.test):
        print("no gold pages given: python benchmarks/quality.py GOLD.jsonl ...")
        return
    if bool(arguments.train) != bool(arguments.test) or bool(arguments.train) == bool(arguments.gold):
        parser.error("give either gold files to cross-validate on, or --train and --test")
    if not all(0 < fraction <= 1 for fraction in arguments.fractions):
        parser.error("--fractions are shares of the training pages, above 0 and at most 1")
    encoder = pretrained(arguments.encoder)
    if NETWORK in arguments.ablate and encoder is None:
        parser.error("without --encoder there is no network to leave out")
    results: list[tuple[str, Mapping[Path, Scores]]] = []
    for name, options in variants(arguments, encoder):
        if arguments.train:
            results.append((name, transfer(arguments.train, arguments.test, **options)))
        else:
            results.append((name, cross_validate(arguments.gold, arguments.folds, **options)))
    largest = results[len(arguments.fractions) - 1][1]
    for path in arguments.test or arguments.gold:
        print(f"{path.name}\n\n{format_table(largest[path])}\n\n{HEAD}")
        for name, scores in results:
            print(line(name, scores[path]))
        for peer in arguments.peers:
            try:
                print(line(peer, peer_scores(peer, read_records([path])), ten=False))
            except NotThere as e:
                print(f"{peer:24s} not there: {e}")
        print()


if __name__ == "__main__":
    main()
