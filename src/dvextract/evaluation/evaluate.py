"""Evaluate: gold records in, scores out; from a finished run, from a run made now, or cross-validated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dvextract.document import LABELS, Document
from dvextract.errors import UsageError
from dvextract.evaluation import floors as pinned
from dvextract.evaluation.crossvalidation import cross_validate as validated
from dvextract.evaluation.score import Scores, format_table, pages_in, samples, score, tables_in, tables_of
from dvextract.model.train import pretrained, read_records
from dvextract.pipeline import load_pipeline
from dvextract.tables.write import write_json


def evaluate(gold: str | Path, run: str | Path = "", pipeline: str = "default", model: str = "") -> Scores:
    """Score the output folder of a ``run``, or, without one, what the pipeline makes of the gold pages now.

    ``model`` replaces the model the pipeline names. Raises UsageError for files that cannot be used.
    """
    records = read_gold(Path(gold))
    if run:
        tables = tables_in(run)
        if not {r["doc_id"] for r in records} & pages_in(run, tables):
            raise UsageError(f"no page of {gold} is in the run {run}: their doc_ids differ")
        return score(records, tables)
    chain = load_pipeline(pipeline, options={"tagger": {"model": model}} if model else None)
    docs = [Document(str(r["doc_id"]), r["text"]) for r in records]
    for begin in range(0, len(docs), 32):
        chain(docs[begin : begin + 32])
    return score(records, tables_of(docs))


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Gold records of one file; raises UsageError for two records with one doc_id."""
    records = read_records([path])
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        if record["doc_id"] in seen:
            raise UsageError(f"{path}: record {number} has the same doc_id as an earlier one")
        seen.add(record["doc_id"])
    return records


def report(
    gold: Path,
    *,
    run: str = "",
    pipeline: str = "default",
    model: str = "",
    errors: int = 0,
    label: str = "",
    floors: str = "",
    update_floors: bool = False,
    cross_validate: int = 0,
    json_file: str = "",
    train_also: Sequence[Path] = (),
    encoder: str = "",
) -> tuple[list[str], bool]:
    """The lines ``dvextract evaluate`` prints, and whether a figure fell below its floor."""
    if label and label not in LABELS:
        raise UsageError(f"no label '{label}'; there are: {', '.join(LABELS)}")
    if cross_validate == 1 or cross_validate < 0:
        raise UsageError("--cross-validate needs at least 2 folds")
    if cross_validate and (run or model):
        raise UsageError("--cross-validate trains its own models: leave out --run and --model")
    if run and model:
        raise UsageError("--run scores what is there: leave out --model")
    if train_also and not cross_validate:
        raise UsageError("--train-also needs --cross-validate")
    if update_floors and not floors:
        raise UsageError("--update-floors needs --floors FILE")
    if cross_validate:
        scores = validated([gold], cross_validate, pipeline, train_also, pretrained(encoder))[gold]
    else:
        scores = evaluate(gold, run, pipeline, model)
    lines = [format_table(scores)]
    if errors:
        lines += samples(scores, read_gold(gold), errors, label)
    if json_file:
        write_json(Path(json_file), scores.as_json())
    below: list[str] = []
    if update_floors:
        lines += pinned.update(scores, gold, Path(floors))
    elif floors:
        below = pinned.check(scores, gold, Path(floors))
        lines += below or [f"no figure below its floor in {floors}"]
    return lines, bool(below)
