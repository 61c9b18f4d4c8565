"""Figures on pages the tagger never saw: for each fold, train on the others and score that one.

The fold of a page is its record's ``fold``; records without one are dealt out in turn. Records of several files are
trained on together, and scored file by file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dvextract.document import Document
from dvextract.evaluation.score import Scores, score, tables_of
from dvextract.model.train import fit, prepare, read_records
from dvextract.pipeline import load_pipeline


def cross_validate(
    gold: Sequence[Path],
    folds: int,
    pipeline: str = "default",
    train_also: Sequence[Path] = (),
    encoder: Path | None = None,
) -> Mapping[Path, Scores]:
    """Scores of every gold file; ``train_also`` are files that every fold trains on and none is scored on.

    With a pretrained ``encoder`` every fold trains a context network too.
    """
    records = [(path, record) for path in gold for record in read_records([path])]
    more = read_records(train_also) if train_also else []
    fold_of = [int(r.get("fold", i)) % folds for i, (_, r) in enumerate(records)]
    prepared = prepare([r for _, r in records], pipeline)
    also = prepare(more, pipeline)
    found: dict[Path, list[Document]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        for fold in range(folds):
            learn = [i for i, f in enumerate(fold_of) if f != fold]
            model = Path(folder) / f"fold{fold}.npz"
            fit([records[i][1] for i in learn] + more, [prepared[i] for i in learn] + also, model, {}, encoder)
            judged = [i for i, f in enumerate(fold_of) if f == fold]
            chain = load_pipeline(pipeline, options={"tagger": {"model": str(model)}})
            docs = [Document(str(records[i][1]["doc_id"]), records[i][1]["text"]) for i in judged]
            chain(docs)
            for i, doc in zip(judged, docs, strict=True):
                found[records[i][0]].append(doc)
    by_file: dict[Path, list[Mapping[str, Any]]] = defaultdict(list)
    for path, record in records:
        by_file[path].append(record)
    return {path: score(by_file[path], tables_of(found[path])) for path in gold}
