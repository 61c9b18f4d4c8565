"""From a trained model to one with a narrower context network that says nearly the same, in half the time.

The narrow network begins with those of the wide one's channels that carry most, and learns from what the wide one says
of raw articles and of annotated pages, these also with syllables hidden or exchanged (Hinton, Vinyals and Dean 2015).
What it is measured by is the whole chain: how far the probabilities of tags move when its scores take the place of the
wide one's, beside the same sparse features and neighbours. Everything else of the model stays as it is.

Run as ``python -m dvextract.model.distil MODEL ARTICLES.jsonl.gz OUT.npz GOLD.jsonl ...``; needs the extra ``context``.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import torch
import torch.nn.functional as fn
from numpy.typing import NDArray
from torch import nn

from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.lookup import look_up
from dvextract.model import weights
from dvextract.model.context import FIRST_WORD, MASK, Context, form_rows
from dvextract.model.decode import posteriors
from dvextract.model.encoder import default_encoder
from dvextract.model.features import Encoded
from dvextract.model.layers import SMALL
from dvextract.model.network import batches, one_thread, padded, update
from dvextract.model.train import read_records
from dvextract.pipeline import load_pipeline

WIDTH = 96
ARTICLES = 5000
OPTIONS = {"epochs": 3, "syllables": 4000, "rate": 4e-3, "plain": 0.05, "longest": 300}
"""``syllables`` a batch; ``plain``: the weight of the squared difference of scores beside that of probabilities."""

VARIANTS = 8
HIDDEN, EXCHANGED, SILENT = 0.12, 0.06, 0.08
"""How often an annotated page's syllable is hidden or exchanged and what else is known of it left out."""

BATCH = 48  # pages encoded at once

Tensor = Any
Floats = NDArray[np.float32]
Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Lesson:
    """Sentences as rows of the tables (form first), the wide network's scores and the chain's log probabilities."""

    rows: Rows
    first: NDArray[np.int64]
    scores: NDArray[np.float16]
    likely: NDArray[np.float16]


class Student(nn.Module):
    """The narrow network; begins with the ``kept`` channels of the wide one."""

    def __init__(self, teacher: Context, kept: NDArray[np.int64]) -> None:
        super().__init__()
        self.width = len(kept)
        tables = [teacher.form_table, *(table for _, table in teacher.tables.values())]
        self.tables = nn.ModuleList([_table(t[:, kept]) for t in tables])
        self.layers = nn.ModuleList()
        for matrix, bias in zip(teacher.weights, teacher.bias, strict=True):
            taps = matrix.reshape(3, *matrix.shape[1:], -1)[:, kept][:, :, kept]
            self.layers.append(_linear(taps.reshape(3 * self.width, self.width), bias[kept]))
        self.out = _linear(teacher.out[kept], teacher.out_bias)
        self.dilations = teacher.dilations

    def forward(self, rows: Tensor, there: Tensor) -> Tensor:
        """Scores (sentences, syllables, tags)."""
        x = sum(table(rows[:, :, i]) for i, table in enumerate(self.tables)) * there
        n = x.shape[1]
        for layer, d in zip(self.layers, self.dilations, strict=True):
            y = fn.pad(fn.rms_norm(x, (self.width,), eps=SMALL) * there, (0, 0, d, d))
            around = torch.cat([y[:, :n], y[:, d : d + n], y[:, 2 * d :]], dim=2)
            x = (x + fn.relu(layer(around)).square()) * there
        return self.out(fn.rms_norm(x, (self.width,), eps=SMALL))

    def context(self, teacher: Context) -> Context:
        """What has been learnt as plain arrays."""
        form, *others = (table.weight.detach().numpy() for table in self.tables)
        names = teacher.tables.items()
        return replace(
            teacher,
            form_table=form,
            tables={name: (keys, table) for (name, (keys, _)), table in zip(names, others, strict=True)},
            weights=np.stack([layer.weight.detach().numpy().T for layer in self.layers]),
            bias=np.stack([layer.bias.detach().numpy() for layer in self.layers]),
            out=self.out.weight.detach().numpy().T.copy(),
            out_bias=self.out.bias.detach().numpy(),
        )


def _table(vectors: Floats) -> nn.Embedding:
    return nn.Embedding.from_pretrained(torch.from_numpy(np.ascontiguousarray(vectors)), freeze=False)


def _linear(matrix: Floats, bias: Floats) -> nn.Linear:
    layer = nn.Linear(*matrix.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(matrix.T)))
        layer.bias.copy_(torch.from_numpy(np.ascontiguousarray(bias)))
    return layer


def weightiest(teacher: Context, rows: Rows, first: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """The ``width`` channels whose values, times the weights that read them, are the largest over some sentences."""
    size = teacher.bias.shape[1]
    square = np.zeros((len(teacher.weights) + 1, size))

    def seen(layer: int, x: Floats) -> None:
        square[layer] += (x * x / ((x * x).mean(axis=1, keepdims=True) + SMALL)).sum(axis=0)

    teacher.scores(rows, first, seen)
    taps = teacher.weights.reshape(-1, 3, size, size)
    read = np.concatenate([(taps**2).sum(axis=(1, 3)), (teacher.out**2).sum(axis=1)[None]])
    share = square * read
    worth = (share / share.sum(axis=1, keepdims=True) * np.array([1] * len(taps) + [3])[:, None]).sum(axis=0)
    return np.sort(np.argsort(-worth, kind="stable")[:width])


@one_thread()
def distil(
    model: weights.Model, articles: Iterable[str], pages: Sequence[str], width: int = WIDTH, seed: int = 0
) -> Context:
    """A context network of ``width`` that stands for the model's own.

    ``articles`` are raw texts, ``pages`` those of the annotated pages the model was trained on. Raises UsageError for a
    model without a network or one that is not wider.
    """
    teacher = model.context
    if teacher is None or teacher.bias.shape[1] <= width:
        raise UsageError(f"distilling needs a model with a context network wider than {width}")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    lessons = [_lesson(model, teacher, encoded) for encoded in _encoded(model, articles)]
    for encoded in _encoded(model, pages):
        lessons += [_lesson(model, teacher, encoded, rng if variant else None) for variant in range(VARIANTS)]
    whole = _joined(lessons)
    kept = weightiest(teacher, whole.rows[: whole.first[100]], whole.first[:101], width)
    student = Student(teacher, kept)
    _train(student, whole, rng)
    return student.context(teacher)


def _encoded(model: weights.Model, texts: Iterable[str]) -> Iterator[Encoded]:
    prepare = load_pipeline(stop_before="tagger")
    encoder = default_encoder(frozenset(model.card.get("ablate", ())))
    left = iter(texts)
    while some := list(islice(left, BATCH)):
        docs = [Document(str(i), text) for i, text in enumerate(some)]
        prepare(docs)
        encoded = encoder.encode(docs)
        if len(encoded.types.rows):
            yield encoded


def _lesson(model: weights.Model, teacher: Context, encoded: Encoded, rng: np.random.Generator | None = None) -> Lesson:
    """What the model says of a batch; with ``rng`` after some of what the network sees was hidden or exchanged."""
    columns, first = encoded.columns, encoded.flat.first
    found = [form_rows(columns["token"], teacher.forms)]
    found += [look_up(columns[name], keys) for name, (keys, _) in teacher.tables.items()]
    rows = np.stack(found, axis=1).astype(np.int32)
    if rng is not None:
        chance = rng.random(len(rows))
        exchanged = chance > 1 - EXCHANGED
        rows[chance < HIDDEN, 0] = MASK
        rows[exchanged, 0] = rng.integers(FIRST_WORD, len(teacher.form_table), int(exchanged.sum()))
        rows[:, 1:][rng.random((len(rows), rows.shape[1] - 1)) < SILENT] = 0
    scores = teacher.scores(rows, first)
    likely = posteriors(model.sparse(encoded) + scores, first, model.transition)
    return Lesson(rows, first, scores.astype(np.float16), np.log(np.maximum(likely, 1e-13)).astype(np.float16))


def _joined(lessons: Sequence[Lesson]) -> Lesson:
    if not lessons:
        raise UsageError("no text to distil with")
    shift = np.cumsum([0, *(len(lesson.rows) for lesson in lessons)])
    return Lesson(
        np.concatenate([lesson.rows for lesson in lessons]),
        np.concatenate([[0], *(lesson.first[1:] + s for lesson, s in zip(lessons, shift, strict=False))]),
        np.concatenate([lesson.scores for lesson in lessons]),
        np.concatenate([lesson.likely for lesson in lessons]),
    )


def _train(student: Student, lesson: Lesson, rng: np.random.Generator) -> None:
    length = np.diff(lesson.first)
    chosen = np.flatnonzero(length <= OPTIONS["longest"])
    epochs, most = int(OPTIONS["epochs"]), int(OPTIONS["syllables"])
    steps = int(1.15 * epochs * length[chosen].sum() / most) + epochs + 1
    parameters = list(student.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=OPTIONS["rate"], weight_decay=1e-4, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 100) * max(0.0, 1 - i / steps))
    columns: dict[str, NDArray[Any]] = {"rows": lesson.rows, "scores": lesson.scores, "likely": lesson.likely}
    for epoch in range(epochs):
        total = 0.0
        order = batches(chosen, length, most, rng)
        for batch in order:
            tensors, there = padded(batch, lesson.first, columns)
            loss = _distance(student, tensors, there)
            update(loss, optimiser, schedule, parameters)
            total += loss.item()
        print(f"epoch {epoch + 1} of {epochs}: {total / len(order):.5f}", file=sys.stderr)


def _distance(student: Student, tensors: dict[str, Tensor], there: Tensor) -> Tensor:
    """How far the student is off: the divergence of the chain's probabilities (nats a syllable) and of the scores."""
    real = there.float()
    likely = tensors["likely"].float()
    off = student(tensors["rows"].long(), real.unsqueeze(2)) - tensors["scores"].float()
    off = off - off.mean(dim=2, keepdim=True)  # what is added to all tags alike says nothing
    divergence = (likely.exp() * (likely - fn.log_softmax(likely + off, dim=2))).sum(dim=2)
    plain = off.square().mean(dim=2)
    return ((divergence + OPTIONS["plain"] * plain) * real).sum() / real.sum()


def read_texts(path: Path, most: int = ARTICLES) -> list[str]:
    """The texts of at most ``most`` articles of a JSONL file (gzip or plain), spread evenly over it."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        texts = [str(orjson.loads(line)["text"]) for line in file]
    return texts[:: max(1, len(texts) // most)][:most]


def main(source: str, articles: str, out: str, gold: Sequence[str]) -> None:
    """Write the model ``source`` with a narrower network to ``out``."""
    model = weights.load(source)
    pages = [str(record["text"]) for record in read_records([Path(g) for g in gold])]
    narrow = distil(model, read_texts(Path(articles)), pages)
    card = {**model.card, "distilled": {"from": model.fingerprint, "width": WIDTH, "articles": ARTICLES}}
    table = model.levels * model.scale
    weights.save(Path(out), model.keys, table, model.transition, card, narrow)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
