"""Figures on pages the tagger never saw: trained on others, or for each fold on the pages of the other folds.

The fold of a page is its record's ``fold``; records without one are dealt out in turn. Records of several files are
trained on together, and scored file by file.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dvextract.document import Document
from dvextract.evaluation.score import Scores, score, tables_of
from dvextract.model.train import fit, prepare, read_records
from dvextract.pipeline import load_pipeline

Record = Mapping[str, Any]


def cross_validate(
    gold: Sequence[Path],
    folds: int,
    pipeline: str = "default",
    train_also: Sequence[Path] = (),
    encoder: Path | None = None,
    *,
    ablate: Collection[str] = (),
    fraction: float = 1.0,
) -> Mapping[Path, Scores]:
    """Scores of every gold file; ``train_also`` are files that every fold trains on and none is scored on.

    With a pretrained ``encoder`` every fold trains a context network too. ``ablate`` names columns of the tagger's
    encoder it has to do without; ``fraction`` is the share of the training pages it gets, the rest of a smaller share
    being in every larger one.
    """
    records = [(path, record) for path in gold for record in read_records([path])]
    more = read_records(train_also) if train_also else []
    fold_of = [int(r.get("fold", i)) % folds for i, (_, r) in enumerate(records)]
    prepared = prepare([r for _, r in records], pipeline)
    also = prepare(more, pipeline)
    found: dict[Path, list[Document]] = defaultdict(list)
    for fold in range(folds):
        learn = [(records[i][1], prepared[i]) for i, f in enumerate(fold_of) if f != fold]
        learn += zip(more, also, strict=True)
        judged = [i for i, f in enumerate(fold_of) if f == fold]
        docs = _read(_share(learn, fraction), [records[i][1] for i in judged], pipeline, encoder, ablate)
        for i, doc in zip(judged, docs, strict=True):
            found[records[i][0]].append(doc)
    by_file: dict[Path, list[Record]] = defaultdict(list)
    for path, record in records:
        by_file[path].append(record)
    return {path: score(by_file[path], tables_of(found[path])) for path in gold}


def transfer(
    train: Sequence[Path],
    test: Sequence[Path],
    pipeline: str = "default",
    encoder: Path | None = None,
    *,
    ablate: Collection[str] = (),
    fraction: float = 1.0,
) -> Mapping[Path, Scores]:
    """Scores of every file of ``test`` by one tagger trained on ``train``; for the other arguments `cross_validate`."""
    records = read_records(train)
    learn = _share(list(zip(records, prepare(records, pipeline), strict=True)), fraction)
    judged = {path: read_records([path]) for path in test}
    docs = _read(learn, [r for found in judged.values() for r in found], pipeline, encoder, ablate)
    rest = iter(docs)
    return {path: score(found, tables_of([next(rest) for _ in found])) for path, found in judged.items()}


def _read(
    learn: Sequence[tuple[Record, Document]],
    judged: Sequence[Record],
    pipeline: str,
    encoder: Path | None,
    ablate: Collection[str],
) -> list[Document]:
    """The judged records' pages, read with a tagger trained on the others."""
    with TemporaryDirectory() as folder:
        model = Path(folder) / "model.npz"
        card = {"ablate": sorted(ablate)} if ablate else {}
        fit([r for r, _ in learn], [doc for _, doc in learn], model, card, encoder)
        chain = load_pipeline(pipeline, options={"tagger": {"model": str(model)}})
    docs = [Document(str(r["doc_id"]), r["text"]) for r in judged]
    chain(docs)
    return docs


def _share(learn: Sequence[tuple[Record, Document]], fraction: float) -> Sequence[tuple[Record, Document]]:
    """A share of the pages, at least one, drawn by a hash of their doc_id and left in their order."""
    if fraction >= 1:
        return learn
    drawn = sorted(range(len(learn)), key=lambda i: sha256(str(learn[i][0]["doc_id"]).encode()).digest())
    return [learn[i] for i in sorted(drawn[: max(1, math.ceil(fraction * len(learn)))])]
