"""Stage tagger: syllables to spans of all ten labels, by the trained model.

The model sees forms, classes, words, blocks and what the grammars found; its spans are proposals that the resolver
weighs against the grammars' own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import maker
from dvextract.document import LABELS, Document, Prediction
from dvextract.errors import OptionError, UsageError
from dvextract.model import weights
from dvextract.model.decode import decode
from dvextract.model.encoder import default_encoder

_prediction = maker(Prediction)
_LABELS = np.array(LABELS, dtype=object)


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
        found: list[Prediction] = []
        bounds = [0] * (len(docs) + 1)
        if len(flat.start):
            tags, score = decode(self._model.emission(encoded), flat.first, self._model.transition)
            begin, end = weights.spans(tags, flat.first)
            total = np.concatenate([[0.0], np.cumsum(score, dtype=np.float64)])
            mean = (total[end] - total[begin]) / (end - begin)
            document = flat.document[np.searchsorted(flat.first, begin, side="right") - 1]
            bounds = np.searchsorted(document, np.arange(len(docs) + 1)).tolist()
            labels = _LABELS.take((tags[begin] - 1) // 2)
            columns = (flat.start[begin].tolist(), flat.end[end - 1].tolist(), labels.tolist(), rounded(mean))
            found = list(map(_prediction, *columns))
        for doc, a, b in zip(docs, bounds, bounds[1:], strict=False):
            doc.add("predictions", tuple(found[a:b]))


def rounded(numbers: NDArray[np.float64]) -> list[float]:
    """What ``round(x, 4)`` is of every number from 0 to 1."""
    parts = numbers * 1e4
    whole = np.rint(parts)
    result: list[float] = (whole / 1e4).tolist()
    for i in np.flatnonzero(np.abs(np.abs(parts - whole) - 0.5) < 1e-6).tolist():  # the product may be off as much
        result[i] = round(float(numbers[i]), 4)
    return result
