"""The residual layers of a context network, for many sentences at once, in whole numbers.

A layer looks ``d`` syllables left and right of every syllable. What it sees are vectors divided by their root mean
square and rounded to 8 bits, as are its weights, so its sums are exact: the same on every machine, whatever processor,
library or batch they are computed with. What is done with fractions (squares, roots, rounding) is done in one order
everywhere. Compiled loops (``_layers.pyx``) do the same several times faster, where they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from dvextract.compiled import part

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Seen = Callable[[int, Floats], None]

Bottom = Sequence[tuple[Floats, NDArray[np.signedinteger[Any]]]]
"""Tables (rows, width), and for every syllable a row of each."""

SMALL = 1e-6  # added to a mean square, so that a vector of nothing is not divided by nothing

LARGEST = 127
"""Levels to either side of zero: of weights, and of the vectors that they are multiplied by."""

REACH = 8.0
"""What the largest level of a vector stands for, in root mean squares of the vector; what is beyond is cut off.

Of 9 and 6 the first does as well and the second changes twice as many tags.
"""

ROWS = 1024  # syllables worked on at once: what fits a processor's cache

LANES = 16
"""Squares are summed in so many sums, these by halves: an order that every processor can keep up with."""

WIDEST = (1 << 24) // (3 * LARGEST**2) // LANES * LANES
"""Of a wider vector the sums could be greater than what single precision holds exactly, 2 ** 24."""

_compiled = part("dvextract.model._layers")


class Matrix:
    """A matrix of floating-point numbers (inputs, outputs) as whole ``levels``, a ``step`` for each output, a ``bias``.

    Inputs and outputs are filled up with zeros to a multiple of `LANES`.
    """

    def __init__(self, weights: Floats, bias: Floats, inputs: int = 1) -> None:
        """``inputs`` vectors that stand one after the other are filled up each."""
        rows, columns = weights.shape
        filled = np.zeros((inputs, filled_up(rows // inputs), filled_up(columns)), dtype=np.float32)
        filled[:, : rows // inputs, :columns] = weights.reshape(inputs, rows // inputs, columns)
        largest = np.abs(filled).max(axis=(0, 1))
        unit = np.where(largest > 0, largest, 1) / np.float32(LARGEST)
        self.levels = np.rint(filled / unit).astype(np.int8).reshape(-1, len(unit))
        self.step = unit * np.float32(REACH / LARGEST)
        self.bias = np.zeros(len(unit), dtype=np.float32)
        self.bias[:columns] = bias


class Layers:
    """``weights`` is (layers, 3 * width, width), ``bias`` (layers, width), ``out`` (width, tags), ``out_bias`` (tags).

    Layer ``i`` looks ``dilations[i]`` syllables to the left and to the right. ``way`` is one of `ways`, by default the
    fastest; an empty one does without compiled loops.
    """

    def __init__(
        self,
        weights: Floats,
        bias: Floats,
        out: Floats,
        out_bias: Floats,
        dilations: Sequence[int],
        way: str | None = None,
    ) -> None:
        self._way = next(iter(ways()), "") if way is None else way
        self._width, self._tags = out.shape
        self._dilations = dilations
        self._matrices = [Matrix(w, b, inputs=3) for w, b in zip(weights, bias, strict=True)]
        self._out = Matrix(out, out_bias)

    @cached_property
    def _levels(self) -> list[Floats]:
        """Levels as floating-point numbers, which libraries multiply fastest."""
        return [m.levels.astype(np.float32) for m in (*self._matrices, self._out)]

    @cached_property
    def _network(self) -> Any:
        """The compiled loops with these matrices, if they are gone through so."""
        if not self._way:
            return None
        size = self._width, self._tags, LARGEST / REACH, SMALL
        return _compiled.Network(self._matrices, self._out, self._dilations, *size, self._way)

    def scores(self, first: Integers, bottom: Bottom, seen: Seen | None = None) -> Floats:
        """Scores (syllables, tags) of sentences with the bounds ``first`` (sentences + 1).

        A syllable begins as the sum of one row of each table of ``bottom``. ``seen`` is told the vectors that each
        layer and the last matrix get, before they are normalised.
        """
        n = int(first[-1])
        result = np.empty((n, self._tags), dtype=np.float32)
        if self._network and not seen:
            self._network.scores([(table, row.astype(np.int64)) for table, row in bottom], first, result)
            return result
        x = np.zeros((n, filled_up(self._width)), dtype=np.float32)
        for table, row in bottom:
            x[:, : self._width] += table.take(row, axis=0)
        with _one_thread():
            for begin, end in _parts(first):
                here = slice(int(first[begin]), int(first[end]))
                result[here] = self._part(x[here], first[begin : end + 1] - first[begin], seen)
        return result

    def _part(self, x: Floats, first: Integers, seen: Seen | None) -> Floats:
        n, width = x.shape
        length = np.diff(first)
        place = np.arange(n) - np.repeat(first[:-1], length)
        after = np.repeat(length, length) - place - 1
        around = np.empty((n, 3, width), dtype=np.float32)
        for layer, (d, matrix, levels) in enumerate(zip(self._dilations, self._matrices, self._levels, strict=False)):
            if seen:
                seen(layer, x[:, : self._width])
            rounded = self._rounded(x)
            around[:, 0] = _shifted(rounded, d, place >= d)
            around[:, 1] = rounded
            around[:, 2] = _shifted(rounded, -d, after >= d)
            y = around.reshape(n, -1) @ levels
            y *= matrix.step
            y += matrix.bias
            np.maximum(y, 0, out=y)
            y *= y
            x += y
        if seen:
            seen(len(self._dilations), x[:, : self._width])
        y = self._rounded(x) @ self._levels[-1]
        y *= self._out.step
        y += self._out.bias
        scores: Floats = y[:, : self._tags]
        return scores

    def _rounded(self, x: Floats) -> Floats:
        """Levels of vectors divided by their root mean square."""
        square = (x * x).reshape(len(x), -1, LANES)
        total = square[:, 0].copy()
        for more in range(1, square.shape[1]):
            total += square[:, more]
        half = LANES
        while half > 1:
            half //= 2
            total = total[:, :half] + total[:, half:]
        factor = np.float32(LARGEST / REACH) / np.sqrt(total / np.float32(self._width) + np.float32(SMALL))
        levels: Floats = x * factor
        np.maximum(levels, -LARGEST, out=levels)
        np.minimum(levels, LARGEST, out=levels)
        return np.rint(levels, out=levels)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _one_thread() -> AbstractContextManager[object]:
    """Workers share the processors."""
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


def ways() -> list[str]:
    """The names of the compiled ways through the layers that this processor can go, the fastest first."""
    return _compiled.way_names() if _compiled else []


def filled_up(n: int) -> int:
    """The next multiple of `LANES`."""
    return -(-n // LANES) * LANES


def _shifted(rows: Floats, d: int, there: NDArray[np.bool_]) -> Floats:
    """The row ``d`` before every one (after it where ``d`` is negative), zero where it is not ``there``."""
    moved = np.roll(rows, d, axis=0)
    moved[~there] = 0
    return moved


def _parts(first: Integers) -> Iterator[tuple[int, int]]:
    """Sentences that are worked on together."""
    begin = 0
    while begin < len(first) - 1:
        end = max(begin + 1, int(np.searchsorted(first, first[begin] + ROWS, side="right")) - 1)
        yield begin, end
        begin = end
