"""Stage tagger: syllables to spans of all ten labels, by the trained model.

The model sees forms, classes, words, blocks and what the grammars found; its spans are proposals that the resolver
weighs against the grammars' own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from dvextract.compiled import maker
from dvextract.document import LABELS, Document, Prediction
from dvextract.errors import OptionError, UsageError
from dvextract.model import weights
from dvextract.model.decode import decode
from dvextract.model.encoder import default_encoder

_prediction = maker(Prediction)


class Tagger:
    """Tags batches of pages. ``model`` is the name of a shipped model, a model file, or a loaded model."""

    name: ClassVar[str] = "tagger"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks", "sentences", "tokens", "findings")
    adds: ClassVar[tuple[str, ...]] = ("predictions",)

    def __init__(self, model: str | weights.Model = "default") -> None:
        try:
            self._model = weights.load(model) if isinstance(model, str) else model
        except UsageError as e:
            raise OptionError("model", str(e)) from e
        self._encoder = default_encoder(frozenset(self._model.card.get("ablate", ())))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the model file; part of what makes two runs the same run."""
        return self._model.fingerprint

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``predictions``: flat spans in text order, each with the mean probability of its tags."""
        encoded = self._encoder.encode(docs)
        flat = encoded.flat
        found: list[list[Prediction]] = [[] for _ in docs]
        if len(flat.start):
            tags, score = decode(self._model.emission(encoded), flat.first, self._model.transition)
            begin, end = weights.spans(tags, flat.first)
            total = np.concatenate([[0.0], np.cumsum(score, dtype=np.float64)])
            mean = (total[end] - total[begin]) / (end - begin)
            document = flat.document[np.searchsorted(flat.first, begin, side="right") - 1]
            label = (tags[begin] - 1) // 2
            columns = (flat.start[begin], flat.end[end - 1], label, mean)
            for d, prediction in zip(document.tolist(), _predictions(*(c.tolist() for c in columns)), strict=True):
                found[d].append(prediction)
        for doc, predictions in zip(docs, found, strict=True):
            doc.add("predictions", tuple(predictions))


def _predictions(start: list[int], end: list[int], label: list[int], score: list[float]) -> list[Prediction]:
    labels = [LABELS[i] for i in label]
    rounded = [round(sure, 4) for sure in score]
    return [_prediction(*row) for row in zip(start, end, labels, rounded, strict=True)]
