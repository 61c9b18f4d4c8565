"""The trained tagger as data: which feature keys weigh how much for which tag.

A model is one file of plain arrays (NumPy's .npz, read without pickle) and a JSON card: labels, features, training
data, figures, date, licence. Weights are stored as 8-bit integers with one scale, which costs no measurable accuracy.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.model.arrays import DAMAGED, Arrays, opened
from dvextract.model.context import Context, from_arrays, to_arrays
from dvextract.model.features import SIGNATURE, Encoded
from dvextract.model.sparse import CompiledScorer, Scorer, scorer

TAGS: tuple[str, ...] = ("O", *(f"{p}-{label}" for label in LABELS for p in "BI"))
"""The tags of the chain; tag 1 + 2 * i begins label i, tag 2 + 2 * i goes on with it."""

FORBIDDEN = np.float32(-1e4)


@dataclass(frozen=True)
class Model:
    """Sorted feature keys (uint64), their weights (keys, tags), the chain's transitions (tags, tags) and the card.

    Weights are ``levels`` times ``scale``. With a context network the transitions are those of both, added.
    """

    keys: NDArray[np.uint64]
    levels: NDArray[np.int8]
    scale: np.float32
    transition: NDArray[np.float32]
    card: Mapping[str, Any]
    fingerprint: str
    context: Context | None = None

    @cached_property
    def _scorer(self) -> Scorer | CompiledScorer:
        return scorer(self.keys, self.levels)

    def emission(self, encoded: Encoded) -> NDArray[np.float32]:
        """Scores of every tag at every syllable, (syllables, tags)."""
        if len(encoded.types.rows) == 0:
            return np.zeros((0, len(TAGS)), dtype=np.float32)
        scores = self.sparse(encoded)
        if self.context is not None:
            scores += self.context.emission(encoded.columns, encoded.flat.first)
        return scores

    def sparse(self, encoded: Encoded) -> NDArray[np.float32]:
        """What the sparse features alone say, (syllables, tags)."""
        return self._scorer.scores(encoded, self.scale)


def allowed(transition: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same transitions with those no annotation can contain (O or another label before I) ruled out."""
    result = transition.copy()
    for i, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            result[[j for j, other in enumerate(TAGS) if other[2:] != tag[2:]], i] = FORBIDDEN
    return result


def save(
    path: Path,
    keys: NDArray[np.uint64],
    weights: NDArray[np.float32],
    transition: NDArray[np.float32],
    card: Mapping[str, Any],
    context: Context | None = None,
) -> None:
    """Write a model file; the same arguments give the same bytes."""
    order = np.argsort(keys)
    scale = float(np.abs(weights).max()) / 127 if weights.size else 1.0
    small = np.rint(weights[order] / scale).astype(np.int8)
    kept = np.flatnonzero(small.any(axis=1))
    # Most weights are zero: only the others are stored, row by row.
    rows, columns = np.nonzero(small[kept])
    more: dict[str, Any] = dict(to_arrays(context)) if context else {}
    with io.BytesIO() as buffer:
        np.savez_compressed(
            buffer,
            keys=keys[order][kept],
            counts=np.bincount(rows, minlength=len(kept)).astype(np.uint8),
            columns=columns.astype(np.uint8),
            values=small[kept][rows, columns],
            scale=np.float64(scale),
            signature=np.uint64(SIGNATURE),
            transition=transition.astype(np.float32),
            card=np.frombuffer(json.dumps(card, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
            **more,
        )
        temporary = path.with_name(path.name + ".tmp")
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(path)


def load(name_or_path: str = "default") -> Model:
    """A shipped model (by name) or a file; raises UsageError when it is not there or not a model."""
    path = Path(name_or_path)
    if path.suffix == ".npz" or path.exists():
        try:
            raw = path.read_bytes()
        except OSError as e:
            raise UsageError(f"cannot read the model {path}: {e.strerror}; train one with 'dvextract train'") from e
    else:
        shipped = resources.files("dvextract.model") / f"{name_or_path}.npz"
        if not shipped.is_file():
            raise UsageError(f"no model '{name_or_path}': give a .npz file or 'default'")
        raw = shipped.read_bytes()
    try:
        with opened(raw) as file:
            card = _card(file)
            if tuple(card["tags"]) != TAGS:
                raise UsageError(f"the model {name_or_path} has other labels than this version; train it again")
            if "signature" not in file.names or int(file.take("signature", "uint64")) != SIGNATURE:
                raise UsageError(f"the model {name_or_path} was trained by another version; train it again")
            keys = file.keys("keys")
            if len(keys) and keys[0] == 0:
                raise ValueError("it has weights for what says nothing")
            return Model(
                keys,
                _levels(file, len(keys)),
                np.float32(file.take("scale", "float")),
                allowed(np.asarray(file.take("transition", "float", len(TAGS), len(TAGS)), dtype=np.float32)),
                card,
                sha256(raw).hexdigest(),
                from_arrays(file, len(TAGS)),
            )
    except DAMAGED as e:
        raise UsageError(f"{name_or_path} is not a dvextract model: {e}") from e


def _card(file: Arrays) -> dict[str, Any]:
    """The card; raises ValueError when what cards have of all models is not there."""
    card = json.loads(file.take("card", "uint8", None).tobytes())
    mappings = ("data", "options", "figures")
    if (
        not isinstance(card, dict)
        or not isinstance(card.get("tags"), list)
        or not all(isinstance(card.get(name, {}), dict) for name in mappings)
        or not all(isinstance(figures, dict) for figures in card.get("figures", {}).values())
    ):
        raise ValueError("its card is none")
    return card


def _levels(file: Arrays, n: int) -> NDArray[np.int8]:
    """The weights of ``n`` keys, (keys, tags), of those that are not zero."""
    counts = file.take("counts", "uint8", n)
    columns = file.take("columns", "uint8", int(counts.sum(dtype=np.int64)))
    if len(columns) and columns.max() >= len(TAGS):
        raise ValueError("it has weights for labels that there are not")
    levels = np.zeros((n, len(TAGS)), dtype=np.int8)
    levels[np.repeat(np.arange(n), counts), columns] = file.take("values", "int8", len(columns))
    return levels


def card_lines(model: Model) -> list[str]:
    """What a model's card says, for reading: size, training data, options, figures, licence."""
    card = model.card
    lines = [
        f"{'weights':12s} {len(model.keys):,} features, {int((model.levels != 0).sum()):,} not zero",
        f"{'trained on':12s} {card.get('pages', '?')} pages: {', '.join(card.get('data', {})) or 'not named'}",
        f"{'options':12s} " + ", ".join(f"{k} {v}" for k, v in card.get("options", {}).items()),
        f"{'date':12s} {card.get('date') or 'not stated'}",
        f"{'licence':12s} {card.get('licence', 'not stated')}",
    ]
    if model.context is not None:
        layers, width = model.context.bias.shape
        known = f"{len(model.context.forms):,} forms, {layers} layers of {width}"
        lines.insert(1, f"{'network':12s} {known}; pretrained encoder {card.get('encoder', 'not stated')[:12]}")
    if card.get("note"):
        lines.append(f"{'note':12s} {card['note']}")
    for name, figures in card.get("figures", {}).items():
        lines.append(f"{'strict F1':12s} {name}: " + ", ".join(f"{label} {f:.3f}" for label, f in figures.items()))
    return [*lines, f"{'sha256':12s} {model.fingerprint}"]


def spans(tags: NDArray[np.int8], first: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where runs of tags begin and end (one after the last syllable); ``first`` are the sentences' bounds.

    The label of a run is that of its first tag: ``(tag - 1) // 2``.
    """
    n = len(tags)
    goes_on = np.zeros(n + 1, dtype=bool)
    goes_on[1:n] = (tags[1:] > 0) & (tags[1:] % 2 == 0) & ((tags[1:] - 1) // 2 == (tags[:-1] - 1) // 2)
    goes_on[first] = False
    tagged = tags > 0
    return np.flatnonzero(tagged & ~goes_on[:n]), np.flatnonzero(tagged & ~goes_on[1:]) + 1
