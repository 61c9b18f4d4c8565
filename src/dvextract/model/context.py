"""A small convolutional network over a sentence's syllables: what the sparse features' window does not reach.

Every syllable begins as the sum of learnt vectors of its form, its shape and what else is known of it; residual layers
of width three, each looking a given number of syllables left and right, mix it with its neighbours; a last matrix
gives scores of the tags, which are added to the sparse features'. Plain arrays, no framework.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

PAD, MASK, BUCKETS = 0, 1, 64
FIRST_WORD = 2 + BUCKETS
"""Rows of the table of forms: nothing, hidden (in training), forms too rare to be known (by hash), known forms."""

ROWS = 4096  # syllables worked on at once: what fits a processor's cache


@dataclass(frozen=True)
class Context:
    """``forms``: sorted keys of known forms, whose vectors are ``form_table[FIRST_WORD:]`` in that order.

    ``tables`` gives for a column of the encoder its sorted keys and vectors; row 0 is for keys never met. ``weights``
    is (layers, 3 * width, width), ``bias`` (layers, width), ``gain`` and ``shift`` (layers + 1, width) of the
    normalisations, ``out`` (width, tags), ``out_bias`` (tags).
    """

    forms: Keys
    form_table: Floats
    tables: Mapping[str, tuple[Keys, Floats]]
    weights: Floats
    bias: Floats
    gain: Floats
    shift: Floats
    out: Floats
    out_bias: Floats
    dilations: tuple[int, ...]

    def emission(self, columns: Mapping[str, Keys], first: NDArray[np.int64]) -> Floats:
        """Scores (syllables, tags); ``columns`` of the encoder, ``first`` the sentences' bounds (sentences + 1)."""
        with _controller().limit(limits=1, user_api="blas"):  # workers share the processors, and sums keep their order
            return self._emission(columns, first)

    def _emission(self, columns: Mapping[str, Keys], first: NDArray[np.int64]) -> Floats:
        n = int(first[-1])
        result = np.empty((n, len(self.out_bias)), dtype=np.float32)
        rows = {name: look_up(columns[name], keys) for name, (keys, _) in self.tables.items()}
        words = form_rows(columns["token"], self.forms)
        begin = 0
        while begin < len(first) - 1:
            end = max(begin + 1, int(np.searchsorted(first, first[begin] + ROWS, side="right")) - 1)
            here = slice(int(first[begin]), int(first[end]))
            x = self.form_table[words[here]]
            for name, (_, table) in self.tables.items():
                x += table[rows[name][here]]
            result[here] = self._mixed(x, first[begin : end + 1] - first[begin])
            begin = end
        return result

    def _mixed(self, x: Floats, first: NDArray[np.int64]) -> Floats:
        gap = max(self.dilations)
        place = np.arange(len(x)) + gap * (np.repeat(np.arange(len(first) - 1), np.diff(first)) + 1)
        total = len(x) + gap * len(first)
        laid = np.zeros((total, x.shape[1]), dtype=np.float32)  # sentences with gaps, so that none sees another
        for layer, d in enumerate(self.dilations):
            laid[place] = _normalised(x, self.gain[layer], self.shift[layer])
            around = np.concatenate([laid[place - d], laid[place], laid[place + d]], axis=1)
            x = x + _gelu(around @ self.weights[layer] + self.bias[layer])
        scores: Floats = _normalised(x, self.gain[-1], self.shift[-1]) @ self.out + self.out_bias
        return scores


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def look_up(column: Keys, keys: Keys) -> NDArray[np.int64]:
    """1 + the place of every key among the sorted ``keys``, 0 for one that is not there."""
    if len(keys) == 0:
        return np.zeros(len(column), dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, column), len(keys) - 1)
    return np.where(keys[place] == column, place + 1, 0)


def form_rows(column: Keys, forms: Keys) -> NDArray[np.int64]:
    """Rows of the table of forms for a column of form keys."""
    known = look_up(column, forms)
    hashed = (column % np.uint64(BUCKETS)).astype(np.int64) + 2
    return np.where(known > 0, known + FIRST_WORD - 1, hashed)


def _normalised(x: Floats, gain: Floats, shift: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / x.shape[1]
    result: Floats = centred * (1 / np.sqrt(variance + 1e-5))[:, None] * gain + shift
    return result


def _gelu(x: Floats) -> Floats:
    """The tanh form of the Gaussian error linear unit (Hendrycks and Gimpel 2016)."""
    result: Floats = 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
    return result


def to_arrays(context: Context, prefix: str = "context_") -> dict[str, NDArray[Any]]:
    """The arrays a model file keeps, half precision."""
    half = {"form_table", "weights", "bias", "gain", "shift", "out", "out_bias"}
    found: dict[str, NDArray[Any]] = {prefix + name: getattr(context, name).astype(np.float16) for name in half}
    found[prefix + "forms"] = context.forms
    found[prefix + "dilations"] = np.array(context.dilations, dtype=np.int64)
    for name, (keys, table) in context.tables.items():
        found[f"{prefix}keys_{name}"] = keys
        found[f"{prefix}table_{name}"] = table.astype(np.float16)
    return found


def from_arrays(file: Mapping[str, NDArray[Any]], names: Sequence[str], prefix: str = "context_") -> Context | None:
    """What `to_arrays` gave, from a file with these ``names``; None when there is none in it."""
    if prefix + "forms" not in names:
        return None

    def floats(name: str) -> Floats:
        return np.asarray(file[prefix + name], dtype=np.float32)

    begins = prefix + "keys_"
    columns = sorted(n.removeprefix(begins) for n in names if n.startswith(begins))
    return Context(
        file[prefix + "forms"],
        floats("form_table"),
        {name: (file[f"{begins}{name}"], floats(f"table_{name}")) for name in columns},
        floats("weights"),
        floats("bias"),
        floats("gain"),
        floats("shift"),
        floats("out"),
        floats("out_bias"),
        tuple(int(d) for d in file[prefix + "dilations"]),
    )
