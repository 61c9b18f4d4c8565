"""A small convolutional network over a sentence's syllables: what the sparse features' window does not reach.

Every syllable begins as the sum of learnt vectors of its form, its shape and what else is known of it; residual layers
of width three, each looking a given number of syllables left and right, mix it with its neighbours; a last matrix
gives scores of the tags, which are added to the sparse features'. Plain arrays, no framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.lookup import look_up
from dvextract.model.arrays import Arrays
from dvextract.model.layers import WIDEST, Layers, Seen
from dvextract.model.memory import Memory, joined

Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

PAD, MASK, BUCKETS = 0, 1, 64
FIRST_WORD = 2 + BUCKETS
"""Rows of the table of forms: nothing, hidden (in training), forms too rare to be known (by hash), known forms."""

_FORMS = 200_000  # forms whose rows are remembered
_COMBINATIONS = 16_384  # combinations of the columns' values whose sums are remembered


@dataclass(frozen=True)
class Context:
    """``forms``: sorted keys of known forms, whose vectors are ``form_table[FIRST_WORD:]`` in that order.

    ``tables`` gives for a column of the encoder its sorted keys and vectors; row 0 is for keys never met. ``weights``
    is (layers, 3 * width, width), ``bias`` (layers, width), ``out`` (width, tags), ``out_bias`` (tags). The gains of
    the normalisations are part of the matrices that follow them.
    """

    forms: Keys
    form_table: Floats
    tables: Mapping[str, tuple[Keys, Floats]]
    weights: Floats
    bias: Floats
    out: Floats
    out_bias: Floats
    dilations: tuple[int, ...]

    def scaled(self, share: float) -> Context:
        """The same network with all scores multiplied by ``share``."""
        return replace(self, out=self.out * np.float32(share), out_bias=self.out_bias * np.float32(share))

    def emission(self, columns: Mapping[str, Keys], first: NDArray[np.int64]) -> Floats:
        """Scores (syllables, tags); ``columns`` of the encoder, ``first`` the sentences' bounds (sentences + 1)."""
        rows, met = self._rows.find(columns["token"], lambda new: form_rows(columns["token"][new], self.forms)[:, None])
        word = rows[:, 0].take(met)
        code = joined([columns[name] for name in self.tables])
        others, other = self._others.find(code, lambda new: self._added(columns, new))
        return self._layers.scores(first, [(self.form_table, word), (others, other)])

    def scores(self, rows: NDArray[np.int32], first: NDArray[np.int64], seen: Seen | None = None) -> Floats:
        """Scores for rows of the tables (syllables, 1 + columns), of the form first; ``seen`` as of `Layers.scores`."""
        tables = [self.form_table, *(table for _, table in self.tables.values())]
        return self._layers.scores(first, list(zip(tables, rows.T, strict=True)), seen)

    @cached_property
    def _layers(self) -> Layers:
        return Layers(self.weights, self.bias, self.out, self.out_bias, self.dilations)

    @cached_property
    def _rows(self) -> Memory:
        return Memory(np.int64, 1, _FORMS)

    @cached_property
    def _others(self) -> Memory:
        return Memory(np.float32, self.bias.shape[1], _COMBINATIONS)

    def _added(self, columns: Mapping[str, Keys], at: NDArray[np.int64]) -> Floats:
        """What columns other than the form's add up to, at some syllables."""
        total = np.zeros((len(at), self.bias.shape[1]), dtype=np.float32)
        for name, (keys, table) in self.tables.items():
            total += table[look_up(columns[name][at], keys)]
        return total


def form_rows(column: Keys, forms: Keys) -> NDArray[np.int64]:
    """Rows of the table of forms for a column of form keys."""
    known = look_up(column, forms)
    hashed = (column % np.uint64(BUCKETS)).astype(np.int64) + 2
    return np.where(known > 0, known + FIRST_WORD - 1, hashed)


def to_arrays(context: Context, prefix: str = "context_") -> dict[str, NDArray[Any]]:
    """The arrays a model file keeps, half precision."""
    half = {"form_table", "weights", "bias", "out", "out_bias"}
    found: dict[str, NDArray[Any]] = {prefix + name: getattr(context, name).astype(np.float16) for name in half}
    found[prefix + "forms"] = context.forms
    found[prefix + "dilations"] = np.array(context.dilations, dtype=np.int64)
    for name, (keys, table) in context.tables.items():
        found[f"{prefix}keys_{name}"] = keys
        found[f"{prefix}table_{name}"] = table.astype(np.float16)
    return found


def from_arrays(file: Arrays, tags: int | None = None, prefix: str = "context_") -> Context | None:
    """What `to_arrays` gave; None when there is none in the file.

    Raises ValueError or KeyError for arrays that do not fit together, or to ``tags`` scores.
    """
    if prefix + "forms" not in file.names:
        return None

    def floats(name: str, *shape: int | None) -> Floats:
        return np.asarray(file.take(prefix + name, "float", *shape), dtype=np.float32)

    bias = floats("bias", None, None)
    layers, width = bias.shape
    forms = file.keys(prefix + "forms")
    begins = prefix + "keys_"
    keys = {n.removeprefix(begins): file.keys(n) for n in sorted(file.names) if n.startswith(begins)}
    out = floats("out", width, tags)
    dilations = file.take(prefix + "dilations", "int64", layers)
    if not layers or not 0 < width <= WIDEST or (dilations < 1).any():
        raise ValueError(f"its network has no layers, layers that look nowhere, or vectors wider than {WIDEST}")
    return Context(
        forms,
        floats("form_table", FIRST_WORD + len(forms), width),
        {name: (column, floats(f"table_{name}", 1 + len(column), width)) for name, column in keys.items()},
        floats("weights", layers, 3 * width, width),
        bias,
        out,
        floats("out_bias", out.shape[1]),
        tuple(int(d) for d in dilations),
    )
