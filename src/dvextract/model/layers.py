"""The residual layers of a context network, for many sentences at once.

A layer looks ``d`` syllables left and right of every syllable. Two syllables ``a b`` that stand ``d`` apart share most
of what they see, so a pair with the neighbours ``l`` and ``r`` costs four products with a matrix rather than six:

    l L + a M + b R = (a + b) S + (b - a) D + (l - b) L,  S = (L + M + R) / 2
    a L + b M + r R = (a + b) S - (b - a) D + (r - a) R,  D = (L - M + R) / 2

(Winograd's minimal filtering; Lavin and Gray 2016). What the first layer makes of a syllable is looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Seen = Callable[[int, Floats], None]

Bottom = Sequence[tuple[Floats, NDArray[np.signedinteger[Any]]]]
"""Tables, and for every syllable a row of each."""

SMALL = 1e-6  # added to a mean square, so that a vector of nothing is not divided by nothing

ROWS = 1024  # syllables worked on at once: what fits a processor's cache

STEP = 16
"""Matrix products have a multiple of so many rows and columns: a row's sums must not depend on how many others there
are, and what a processor's blocks leave over is computed in another order."""

_NOWHERE = 1 << 40  # a row beyond every room: what is taken from there with mode "clip" is the last row, which is zero


def up_to_step(n: int) -> int:
    """The next multiple of `STEP`."""
    return -(-n // STEP) * STEP


class Layers:
    """``weights`` is (layers, 3 * width, width), ``bias`` (layers, width), ``out`` (width, tags), ``out_bias`` (tags).

    Layer ``i`` looks ``dilations[i]`` syllables to the left and to the right.
    """

    def __init__(self, weights: Floats, bias: Floats, out: Floats, out_bias: Floats, dilations: Sequence[int]) -> None:
        self._width, self._tags = out.shape
        self._dilations = dilations
        self._products = [_products(*layer.reshape(3, self._width, self._width)) for layer in weights[1:]]
        self._bias = [np.tile(b, STEP) for b in bias]  # whole steps: adding short rows is slow
        self._zero = np.zeros_like(self._bias[0])
        beside = up_to_step(self._tags) - self._tags
        self._out = np.pad(out, ((0, 0), (0, beside)))
        self._out_bias = np.pad(out_bias, (0, beside))

    def scores(self, first: Integers, bottom: Bottom, seen: Seen | None = None) -> Floats:
        """Scores (syllables, tags) of sentences with the bounds ``first`` (sentences + 1).

        A syllable begins as the sum of one row of each table of ``bottom``; tables are (rows, 4 * width): a vector and
        what the first layer makes of it for the right neighbour, for itself and for the left one. ``seen`` is told the
        vectors that each layer and the last matrix get, before they are normalised.
        """
        n = int(first[-1])
        at, length = np.arange(n), np.diff(first)
        place, after = at - np.repeat(first[:-1], length), np.repeat(first[1:] - 1, length) - at
        parts = list(_parts(first))
        half = up_to_step(max(int(first[end] - first[begin]) for begin, end in parts))
        room = _Room(half, self._width, len(self._out_bias))
        bottoms = _Bottoms(bottom, place, after, self._dilations[0])
        pairs: list[_Pairs] = []
        for d in self._dilations[1:]:
            pairs.append(_Pairs(first, place, after, pairs[-1].row if pairs else at, d, half))
        result = np.empty((n, len(self._out_bias)), dtype=np.float32)
        for begin, end in parts:
            here = slice(int(first[begin]), int(first[end]))
            x, row, start = self._first_layer(room, bottoms, here), at, here.start
            if seen:
                seen(0, bottoms.vectors(here))
            for layer, order in enumerate(pairs, 1):
                if seen:
                    seen(layer, room.x[row[here] - start])
                x = self._layer(layer, room, order.rows(begin, end, start))
                row, start = order.row, int(order.first[begin])
            if seen:
                seen(len(self._dilations), room.x[row[here] - start])
            scores = room.scores[: len(x), : x.shape[1]]
            np.matmul(x, self._out, out=scores)
            scores *= _factor(x)[..., None]
            room.scores.reshape(2 * half, -1).take(row[here] - start, axis=0, out=result[here], mode="clip")
        result += self._out_bias
        return result[:, : self._tags]

    def _first_layer(self, room: _Room, bottoms: _Bottoms, here: slice) -> Floats:
        n = here.stop - here.start
        x, y = room.halves(room.x)[:1, : up_to_step(n)], room.y[:1, : up_to_step(n)]
        bottoms.vectors(here, x[0, :n])
        bottoms.said(here, _factor(x[0, :n]), y[0, :n])
        x[0, n:] = y[0, n:] = 0
        steps = self._steps(y)
        steps += self._bias[0]
        self._bend(x, y)
        return x

    def _layer(self, layer: int, room: _Room, rows: _Rows) -> Floats:
        n = len(rows.left)
        whole = slice(0, up_to_step(n))
        room.turn(rows)
        x, h, y = room.halves(room.x)[:, whole], room.halves(room.h)[:, whole], room.y[:, whole]
        np.multiply(x, _factor(x)[..., None], out=h)
        (a, b), (to_a, to_b) = h, y
        both, apart, left, right = self._products[layer - 1]
        m, p = room.m[whole], room.p[whole]
        np.add(a, b, out=m)
        np.matmul(m, both, out=to_a)
        steps = self._steps(to_a)
        steps += self._bias[layer]
        np.subtract(b, a, out=m)
        np.matmul(m, apart, out=p)
        np.subtract(to_a, p, out=to_b)
        to_a += p
        room.h.take(rows.before, axis=0, out=m[:n], mode="clip")
        m -= b
        np.matmul(m, left, out=p)
        to_a += p
        room.h.take(rows.behind, axis=0, out=m[:n], mode="clip")
        m -= a
        np.matmul(m, right, out=p)
        to_b += p
        self._bend(x, y)
        return x

    def _bend(self, x: Floats, y: Floats) -> None:
        """Add to ``x`` the squares of what is positive in ``y``."""
        x, y = self._steps(x), self._steps(y)
        np.maximum(y, self._zero, out=y)
        y *= y
        x += y

    def _steps(self, rows: Floats) -> Floats:
        """A view whose last axis is a whole step of rows: what is added to each or compared with is long then."""
        return rows.reshape(*rows.shape[:-2], -1, len(self._zero))


class _Room:
    """Arrays that one part after the other is worked on in: two halves of ``half`` rows, and a last row of zero."""

    def __init__(self, half: int, width: int, beside: int) -> None:
        self._shape = 2, half, width
        self.x, self._other, self.h = (np.zeros((2 * half + 1, width), dtype=np.float32) for _ in range(3))
        self.y = np.zeros(self._shape, dtype=np.float32)
        self.m, self.p = (np.zeros((half, width), dtype=np.float32) for _ in range(2))
        self.scores = np.zeros((2, half, beside), dtype=np.float32)

    def halves(self, rows: Floats) -> Floats:
        """The two halves as one array."""
        return rows[:-1].reshape(self._shape)

    def turn(self, rows: _Rows) -> None:
        """Put ``x`` in the order of the next layer."""
        for half, row in zip(self.halves(self._other), rows[:2], strict=True):
            self.x.take(row, axis=0, out=half[: len(row)], mode="clip")
            half[len(row) : up_to_step(len(row))] = 0
        self.x, self._other = self._other, self.x


class _Bottoms:
    """What syllables begin with, as the sum of rows of tables, and what the first layer says of it."""

    def __init__(self, bottom: Bottom, place: Integers, after: Integers, d: int) -> None:
        self._width = bottom[0][0].shape[1] // 4
        self._tables = [table.reshape(-1, self._width) for table, _ in bottom]
        rows = [4 * row.astype(np.int64) for _, row in bottom]
        self._rows = [(row, _shifted(row, d) + 1, row + 2, _shifted(row, -d) + 3) for row in rows]
        self._d, self._is_right, self._is_left = d, place >= d, after >= d

    def vectors(self, here: slice, out: Floats | None = None) -> Floats:
        """The vectors of some syllables."""
        return self._sum(0, here, out)

    def said(self, here: slice, factor: Floats, out: Floats) -> None:
        """What the first layer says of some syllables whose vectors are multiplied by ``factor``."""
        n = len(factor)
        room = np.empty((3, n, self._width), dtype=np.float32)
        for tap in range(3):
            self._sum(tap + 1, here, room[tap])
        factors = [
            _shifted(factor, self._d) * self._is_right[here],
            factor,
            _shifted(factor, -self._d) * self._is_left[here],
        ]
        np.einsum("tij,ti->ij", room, np.stack(factors), out=out)

    def _sum(self, tap: int, here: slice, out: Floats | None) -> Floats:
        taken = (
            t.take(r[tap][here], axis=0, mode="clip") for t, r in zip(self._tables[1:], self._rows[1:], strict=True)
        )
        total: Floats = self._tables[0].take(self._rows[0][tap][here], axis=0, out=out, mode="clip")
        for more in taken:
            total += more
        return total


class _Rows(NamedTuple):
    """Rows of the syllables of a part's pairs in the layer before, and in this layer of those beside the pairs."""

    left: Integers
    right: Integers
    before: Integers
    behind: Integers


class _Pairs:
    """How syllables stand in a layer that looks ``d`` to either side: in pairs ``d`` apart.

    The left ones are numbered, sentence after sentence; a right one stands ``half`` rows after its left one, and where
    it would be beyond the sentence there is nothing. ``first`` are the sentences' bounds in this numbering.
    """

    def __init__(self, first: Integers, place: Integers, after: Integers, row: Integers, d: int, half: int) -> None:
        """``place`` syllables stand before each in its sentence, ``after`` behind; ``row``: of the layer before."""
        is_left = place // d % 2 == 0
        left = np.flatnonzero(is_left)
        paired = np.flatnonzero(after[left] >= d)
        right = left[paired] + d
        self.row = np.cumsum(is_left) - 1
        self.first = np.append(self.row[first[:-1]], len(left))
        self.row[right] = paired + half
        self._left = row[left]
        self._right, self._before, self._behind = (np.full(len(left), _NOWHERE) for _ in range(3))
        self._right[paired] = row[right]
        there = np.flatnonzero(place[left] >= d)
        self._before[there] = self.row[left[there] - d]
        there = np.flatnonzero(after[left] >= 2 * d)
        self._behind[there] = self.row[left[there] + 2 * d]

    def rows(self, begin: int, end: int, start: int) -> _Rows:
        """Rows for the sentences ``begin`` to ``end``, whose first row in the layer before is ``start``."""
        here = slice(int(self.first[begin]), int(self.first[end]))
        return _Rows(
            self._left[here] - start,
            self._right[here] - start,
            self._before[here] - here.start,
            self._behind[here] - here.start,
        )


def _shifted(values: NDArray[Any], d: int) -> NDArray[Any]:
    """The value ``d`` places before every one (after it where ``d`` is negative), 0 where there is none."""
    moved = np.zeros_like(values)
    if d > 0:
        moved[d:] = values[:-d]
    else:
        moved[:d] = values[-d:]
    return moved


def _parts(first: Integers) -> Iterator[tuple[int, int]]:
    """Sentences that are worked on together."""
    begin = 0
    while begin < len(first) - 1:
        end = max(begin + 1, int(np.searchsorted(first, first[begin] + ROWS, side="right")) - 1)
        yield begin, end
        begin = end


def _factor(x: Floats) -> Floats:
    """What rows are multiplied by so that their mean square is 1."""
    square = np.einsum("...j,...j->...", x, x) / x.shape[-1]
    factor: Floats = 1 / np.sqrt(square + SMALL)
    return factor


def _products(left: Floats, middle: Floats, right: Floats) -> tuple[Floats, ...]:
    half = np.float32(0.5)
    return half * (left + middle + right), half * (left - middle + right), left, right
