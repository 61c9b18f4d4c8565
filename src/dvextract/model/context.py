"""A small convolutional network over a sentence's syllables: what the sparse features' window does not reach.

Every syllable begins as the sum of learnt vectors of its form, its shape and what else is known of it; residual layers
of width three, each looking a given number of syllables left and right, mix it with its neighbours; a last matrix
gives scores of the tags, which are added to the sparse features'. Plain arrays, no framework.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from dvextract.lookup import look_up
from dvextract.model.arrays import Arrays
from dvextract.model.memory import Memory, joined

Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

PAD, MASK, BUCKETS = 0, 1, 64
FIRST_WORD = 2 + BUCKETS
"""Rows of the table of forms: nothing, hidden (in training), forms too rare to be known (by hash), known forms."""

SMALL = 1e-6  # added to a mean square, so that a vector of nothing is not divided by nothing

ROWS = 1024  # syllables worked on at once: what fits a processor's cache

STEP = ROWS
"""Matrix products have a multiple of so many rows: a row's sums must not depend on how many others there are, and
products of few or odd rows are computed in another order."""

_FORMS = _COMBINATIONS = 16_384  # forms, and combinations of the columns' values, whose vectors are remembered


Seen = Callable[[int, Floats], None]


class _Room:
    """Arrays that one stretch of syllables after the other is worked on in."""

    def __init__(self, longest: int, width: int) -> None:
        n = -(-max(longest, ROWS) // STEP) * STEP
        self._bottom, self._more = (np.empty((n, 4 * width), dtype=np.float32) for _ in range(2))
        self.x, self.mixed = (np.empty((n, width), dtype=np.float32) for _ in range(2))
        self.zero = np.zeros((n, width), dtype=np.float32)
        self.around = np.zeros((n, 3 * width + 1), dtype=np.float32)
        self.around[:, -1] = 1  # what the bias is multiplied by

    def bottom(self, n: int) -> tuple[Floats, Floats]:
        """Room for the vectors of ``n`` syllables, filled up to a whole number of steps, and for what is added."""
        return self._bottom[: -(-n // STEP) * STEP], self._more[:n]


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
        forms, word = self._forms_met.find(columns["token"], lambda new: self._form_vectors(columns["token"][new]))
        code = joined([columns[name] for name in self.tables])
        others, other = self._others.find(code, lambda new: self._added(columns, new))

        def bottom(here: slice, vectors: Floats, more: Floats) -> None:
            forms.take(word[here], axis=0, out=vectors, mode="clip")
            others.take(other[here], axis=0, out=more, mode="clip")
            vectors += more

        return self._by_parts(first, bottom)

    def scores(self, rows: NDArray[np.int32], first: NDArray[np.int64], seen: Seen | None = None) -> Floats:
        """Scores for rows of the tables (syllables, 1 + columns), of the form first; ``seen`` as of `_mixed`."""

        def bottom(here: slice, vectors: Floats, more: Floats) -> None:
            vectors[:] = self._with_first_layer(self.form_table[rows[here, 0]])
            for i, table in enumerate(self._tables_mixed.values(), 1):
                table.take(rows[here, i], axis=0, out=more, mode="clip")
                vectors += more

        return self._by_parts(first, bottom, seen)

    def _by_parts(
        self, first: NDArray[np.int64], bottom: Callable[[slice, Floats, Floats], None], seen: Seen | None = None
    ) -> Floats:
        """Scores of sentences, some at a time; ``bottom`` fills in the vectors of a stretch of syllables."""
        result = np.empty((int(first[-1]), len(self.out_bias)), dtype=np.float32)
        room = _Room(int(np.diff(first).max()), self.bias.shape[1])
        begin = 0
        with _one_thread():
            while begin < len(first) - 1:
                end = max(begin + 1, int(np.searchsorted(first, first[begin] + ROWS, side="right")) - 1)
                here = slice(int(first[begin]), int(first[end]))
                n = here.stop - here.start
                vectors, more = room.bottom(n)
                bottom(here, vectors[:n], more)
                vectors[n:] = 0
                result[here] = self._mixed(vectors, first[begin : end + 1] - first[begin], room, seen)[:n]
                begin = end
        return result

    @cached_property
    def _forms_met(self) -> Memory:
        return Memory(np.float32, 4 * self.bias.shape[1], _FORMS)

    def _form_vectors(self, keys: Keys) -> Floats:
        return self._with_first_layer(self.form_table[form_rows(keys, self.forms)])

    @cached_property
    def _others(self) -> Memory:
        return Memory(np.float32, 4 * self.bias.shape[1], _COMBINATIONS)

    def _added(self, columns: Mapping[str, Keys], at: NDArray[np.int64]) -> Floats:
        """What columns other than the form's add up to, at some syllables: vectors as of `_with_first_layer`."""
        total = np.zeros((len(at), 4 * self.bias.shape[1]), dtype=np.float32)
        for name, (keys, _) in self.tables.items():
            total += self._tables_mixed[name][look_up(columns[name][at], keys)]
        return total

    @cached_property
    def _tables_mixed(self) -> dict[str, Floats]:
        tables = [table for _, table in self.tables.values()]
        mixed = self._with_first_layer(np.concatenate(tables))
        return dict(zip(self.tables, np.split(mixed, np.cumsum([len(t) for t in tables])[:-1]), strict=True))

    def _with_first_layer(self, vectors: Floats) -> Floats:
        """Vectors, and after each what the first layer makes of it for the right neighbour, itself and the left one.

        The layer is linear but for a factor of the syllable, so this is done once for a vector rather than for every
        syllable.
        """
        n, width = vectors.shape
        filled = np.zeros((-(-n // STEP) * STEP, width), dtype=np.float32)
        filled[:n] = vectors
        taps = self.weights[0].reshape(3, width, width)
        with _one_thread():
            return np.concatenate([vectors, *((filled @ tap)[:n] for tap in taps)], axis=1)

    def _mixed(self, bottom: Floats, first: NDArray[np.int64], room: _Room, seen: Seen | None) -> Floats:
        """Scores; ``seen`` is told the vectors that each layer and the last matrix get, before they are normalised."""
        n, width = len(bottom), self.bias.shape[1]
        x, mixed, zero, around = room.x[:n], room.mixed[:n], room.zero[:n], room.around[:n]
        begin, last = first[:-1], first[1:] - 1
        left, middle, right = (slice(i * width, (i + 1) * width) for i in range(3))
        np.copyto(x, bottom[:, :width])
        for layer, d in enumerate(self.dilations):
            if seen:
                seen(layer, x[: first[-1]])
            steps = np.arange(min(d, n))
            starts = (begin[:, None] + steps).ravel()  # where nothing stands d places to the left
            ends = (last[:, None] - steps).ravel()
            starts, ends = starts[starts < n], ends[ends >= 0]
            if layer == 0:
                said = bottom[:, width:]
                said *= _factor(x)
                said[ends, left] = said[starts, right] = 0
                np.add(said[:, middle], self.bias[0], out=mixed)
                mixed[d:] += said[:-d, left]
                mixed[:-d] += said[d:, right]
            else:
                np.multiply(x, _factor(x), out=around[:, middle])
                around[d:, left] = around[:-d, middle]
                around[:-d, right] = around[d:, middle]
                around[starts, left] = around[ends, right] = 0
                np.matmul(around, self._weights_and_bias[layer], out=mixed)
            np.maximum(mixed, zero, out=mixed)
            mixed *= mixed
            x += mixed
        if seen:
            seen(len(self.dilations), x[: first[-1]])
        scores: Floats = x @ self.out
        scores *= _factor(x)
        scores += self.out_bias
        return scores

    @cached_property
    def _weights_and_bias(self) -> Floats:
        return np.concatenate([self.weights, self.bias[:, None]], axis=1)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _one_thread() -> AbstractContextManager[object]:
    """Workers share the processors, and sums keep their order."""
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


def form_rows(column: Keys, forms: Keys) -> NDArray[np.int64]:
    """Rows of the table of forms for a column of form keys."""
    known = look_up(column, forms)
    hashed = (column % np.uint64(BUCKETS)).astype(np.int64) + 2
    return np.where(known > 0, known + FIRST_WORD - 1, hashed)


def _factor(x: Floats) -> Floats:
    """What the rows of ``x`` are multiplied by so that their mean square is 1, as a column."""
    square = np.einsum("ij,ij->i", x, x) / x.shape[1]
    factor: Floats = (1 / np.sqrt(square + SMALL))[:, None]
    return factor


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
    if not layers or not width or (dilations < 1).any():
        raise ValueError("its network has no layers, or layers that look nowhere")
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
