"""A small convolutional network over a sentence's syllables: what the sparse features' window does not reach.

Every syllable begins as the sum of learnt vectors of its form, its shape and what else is known of it; residual layers
of width three, each looking a given number of syllables left and right, mix it with its neighbours; a last matrix
gives scores of the tags, which are added to the sparse features'. Plain arrays, no framework.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from dvextract.lookup import look_up

Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

PAD, MASK, BUCKETS = 0, 1, 64
FIRST_WORD = 2 + BUCKETS
"""Rows of the table of forms: nothing, hidden (in training), forms too rare to be known (by hash), known forms."""

SMALL = 1e-6  # added to a mean square, so that a vector of nothing is not divided by nothing

ROWS = 1024  # syllables worked on at once: what fits a processor's cache


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
        with _controller().limit(limits=1, user_api="blas"):  # workers share the processors, and sums keep their order
            return self._emission(columns, first)

    def _emission(self, columns: Mapping[str, Keys], first: NDArray[np.int64]) -> Floats:
        result = np.empty((int(first[-1]), len(self.out_bias)), dtype=np.float32)
        rows = {name: look_up(columns[name], keys) for name, (keys, _) in self.tables.items()}
        words = form_rows(columns["token"], self.forms)
        begin = 0
        while begin < len(first) - 1:
            end = max(begin + 1, int(np.searchsorted(first, first[begin] + ROWS, side="right")) - 1)
            here = slice(int(first[begin]), int(first[end]))
            x = self.form_table[words[here]]
            for name, (_, table) in self.tables.items():
                row = rows[name][here]
                there = slice(None) if table[0].any() else np.flatnonzero(row)  # most columns are silent mostly
                x[there] += table[row[there]]
            result[here] = self._mixed(x, first[begin : end + 1] - first[begin])
            begin = end
        return result

    def _mixed(self, x: Floats, first: NDArray[np.int64]) -> Floats:
        n, width = x.shape
        length = np.diff(first)
        before = np.arange(n) - np.repeat(first[:-1], length)  # how many syllables of the sentence stand before
        after = np.repeat(first[1:], length) - np.arange(n) - 1
        around = np.zeros((n, 3 * width), dtype=np.float32)
        left, middle, right = around[:, :width], around[:, width : 2 * width], around[:, 2 * width :]
        mixed = np.empty_like(x)
        for layer, d in enumerate(self.dilations):
            _normalise(x, middle)
            left[d:] = middle[:-d]
            left[before < d] = 0
            right[:-d] = middle[d:]
            right[after < d] = 0
            np.matmul(around, self.weights[layer], out=mixed)
            mixed += self.bias[layer]
            np.maximum(mixed, 0, out=mixed)
            mixed *= mixed
            x += mixed
        _normalise(x, mixed)
        scores: Floats = mixed @ self.out + self.out_bias
        return scores


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def form_rows(column: Keys, forms: Keys) -> NDArray[np.int64]:
    """Rows of the table of forms for a column of form keys."""
    known = look_up(column, forms)
    hashed = (column % np.uint64(BUCKETS)).astype(np.int64) + 2
    return np.where(known > 0, known + FIRST_WORD - 1, hashed)


def _normalise(x: Floats, out: Floats) -> None:
    """Write the rows of ``x``, divided by their root mean square, to ``out``."""
    square = np.einsum("ij,ij->i", x, x) / x.shape[1]
    np.multiply(x, (1 / np.sqrt(square + SMALL))[:, None], out=out)


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
        floats("out"),
        floats("out_bias"),
        tuple(int(d) for d in file[prefix + "dilations"]),
    )
