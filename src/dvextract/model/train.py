"""Training the tagger from gold records.

The records' pages go through the same layout, segmentation, grammar and feature code as at run time; python-crfsuite
(extra ``train``) fits the weights by L-BFGS. The same records, options and versions give the same model bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.document import LABELS, Document
from dvextract.errors import UsageError
from dvextract.model import weights
from dvextract.model.encoder import default_encoder
from dvextract.model.features import Syllables
from dvextract.pipeline import load_pipeline

Record = Mapping[str, Any]

OPTIONS: dict[str, float | int | bool] = {"c1": 0.08, "c2": 0.1, "max_iterations": 120, "feature.minfreq": 1}

SHARE = 0.7
"""What the scores of the context network count beside those of the sparse features, by pages held out of training."""

LICENCE = "Apache-2.0"
"""The licence of the weights; it says nothing of the pages they were learnt from."""


def read_records(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Gold records from JSONL files, in order; raises UsageError naming file and line of what cannot be used."""
    records = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as e:
            raise UsageError(f"cannot read gold records from {path}: {e}") from e
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as e:
                raise UsageError(f"{path}, line {number}: not JSON: {e}") from e
            _check(record, f"{path}, line {number}")
            records.append(record)
    if not records:
        raise UsageError("no gold records to train on")
    return records


def _check(record: Any, where: str) -> None:
    whole = isinstance(record, dict) and all(isinstance(record.get(k), str) for k in ("doc_id", "text"))
    if not whole or not isinstance(record.get("mentions"), list):
        raise UsageError(f"{where}: a gold record needs 'doc_id', 'text' and 'mentions'")
    for m in record["mentions"]:
        if m.get("label") not in LABELS:
            raise UsageError(f"{where}: unknown label {m.get('label')!r}; there are: {', '.join(LABELS)}")
        if not (isinstance(m.get("start"), int) and isinstance(m.get("end"), int)):
            raise UsageError(f"{where}: a mention needs whole numbers as 'start' and 'end'")
        if not 0 <= m["start"] < m["end"] <= len(record["text"]):
            raise UsageError(f"{where}: mention {m['start']}-{m['end']} lies outside the text")


def prepare(records: Sequence[Record], pipeline: str = "default") -> list[Document]:
    """Documents with every layer the tagger reads."""
    docs = [Document(str(r["doc_id"]), r["text"]) for r in records]
    load_pipeline(pipeline, stop_before="tagger")(docs)
    return docs


def gold_tags(records: Sequence[Record], flat: Syllables) -> NDArray[np.int8]:
    """The tag of every syllable; a syllable belongs to the mention its first character lies in."""
    tags = np.zeros(len(flat.start), dtype=np.int8)
    bounds = flat.first[np.searchsorted(flat.document, np.arange(len(records) + 1))]
    for d, record in enumerate(records):
        start = flat.start[bounds[d] : bounds[d + 1]]
        here = tags[bounds[d] : bounds[d + 1]]
        for m in record["mentions"]:
            a, b = np.searchsorted(start, (m["start"], m["end"]))
            if a < b:
                label = LABELS.index(m["label"])
                here[a] = 1 + 2 * label
                here[a + 1 : b] = 2 + 2 * label
    return tags


def fit(
    records: Sequence[Record],
    docs: Sequence[Document],
    out: Path,
    card: Mapping[str, Any],
    encoder: Path | None = None,
    seed: int = 0,
) -> None:
    """Fit weights to records (with their prepared documents) and write the model to ``out``.

    With a pretrained ``encoder`` a context network is trained beside the sparse features; their scores are added.
    Columns that the card names under ``ablate`` are zero, here and wherever the model is used.
    """
    try:
        import pycrfsuite
    except ImportError as e:
        raise UsageError("training needs python-crfsuite: pip install 'dvextract[train]'") from e
    encoded = default_encoder(frozenset(card.get("ablate", ()))).encode(docs)
    flat, keys = encoded.flat, encoded.keys
    tags = gold_tags(records, flat)
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.crfsuite")
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(dict(OPTIONS))
        for a, b in zip(flat.first[:-1], flat.first[1:], strict=True):
            rows = [[f"{k:x}" for k in row if k] for row in keys[a:b].tolist()]
            trainer.append(rows, [str(t) for t in tags[a:b].tolist()])
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    attributes = sorted({int(a, 16) for a, _ in info.state_features})
    place = {a: i for i, a in enumerate(attributes)}
    table = np.zeros((len(attributes), len(weights.TAGS)), dtype=np.float32)
    for (attribute, tag), weight in info.state_features.items():
        table[place[int(attribute, 16)], int(tag)] = weight
    transition = np.zeros((len(weights.TAGS), len(weights.TAGS)), dtype=np.float32)
    for (before, after), weight in info.transitions.items():
        transition[int(before), int(after)] = weight
    context = None
    if encoder is not None:
        learnt, more = _network().finetune(encoded, tags, len(weights.TAGS), encoder, seed)
        context = learnt.scaled(SHARE)
        transition += SHARE * more
    full = {"tags": list(weights.TAGS), "pages": len(records), "options": dict(OPTIONS), **card}
    weights.save(out, np.array(attributes, dtype=np.uint64), table, transition, full, context)


def _network() -> Any:
    try:
        from dvextract.model import network
    except ImportError as e:
        raise UsageError("training a context network needs PyTorch: pip install 'dvextract[context]'") from e
    return network


def pretrained(name_or_path: str) -> Path | None:
    """The file of a pretrained encoder: ``default`` is the shipped one, an empty name none."""
    if not name_or_path:
        return None
    shipped = Path(str(resources.files("dvextract.model"))) / "pretrained.npz"
    path = shipped if name_or_path == "default" else Path(name_or_path)
    if not path.is_file():
        raise UsageError(f"no pretrained encoder {path}; 'default' is the shipped one")
    return path


def train(
    gold: Sequence[Path],
    out: Path,
    note: str = "",
    figures: Sequence[Path] = (),
    encoder: str = "",
    date: str = "",
    seed: int = 0,
) -> int:
    """Train on gold files and write a model; returns the number of pages used.

    ``encoder`` names a pretrained encoder (``default`` or a file) from which a context network is trained too, with
    random numbers that begin at ``seed``.

    ``date``, ``note`` and ``figures`` (files that ``dvextract evaluate --json`` wrote) go into the model's card, beside
    the gold files' names and hashes. Raises UsageError for what cannot be read or written.
    """
    if not out.parent.is_dir():
        raise UsageError(f"no folder {out.parent}; make it first")
    measured = {path.stem: _strict(path) for path in figures}
    records = read_records(gold)
    data = {path.name: sha256(path.read_bytes()).hexdigest() for path in gold}
    card: dict[str, Any] = {"data": data, "note": note, "figures": measured, "licence": LICENCE, "date": date}
    start = pretrained(encoder)
    if start is not None:
        card["encoder"] = sha256(start.read_bytes()).hexdigest()
    fit(records, prepare(records), out, card, start, seed)
    return len(records)


def _strict(path: Path) -> dict[str, float]:
    """Strict F1 by label from a file of figures."""
    try:
        strict = json.loads(path.read_text(encoding="utf-8"))["strict"]
        return {label: r["f"] for label, r in strict.items() if isinstance(r, dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise UsageError(f"{path} holds no figures; write them with 'dvextract evaluate --json': {e!r}") from e
