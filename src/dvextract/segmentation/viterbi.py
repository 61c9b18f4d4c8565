"""The best label sequences of many sentences at once, as decoding them one by one finds them.

A label that loses to another by more than transitions can ever make good is on no best path. Where only one label is
left the chain falls apart, so what has to be stepped through is short runs, all runs of a batch together. Where two
paths are equally good the caller is told: rounding decides there, and that depends on the order of sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SLACK = 1e-7  # sums of a long sentence's scores in another order differ by less


class Decoder:
    """Finds best paths under one matrix of ``transition`` scores (labels, labels), from row to column."""

    def __init__(self, transition: Floats) -> None:
        k = len(transition)
        self._arriving = np.ascontiguousarray(transition.T)
        # How much a neighbour favours a label over the leading one: (neighbour, leading label, other label). The
        # neighbour may also be unknown (row k: the best case) or none (row k + 1: a sentence's edge).
        self._into, self._out = (
            np.concatenate([gain, gain.max(axis=0, keepdims=True), np.zeros((1, k, k))])
            for gain in (t[:, None, :] - t[:, :, None] for t in (transition, transition.T))
        )
        self._most = np.maximum(self._into[k], 0) + np.maximum(self._out[k], 0)
        self._from = np.vstack([transition, np.zeros((2, k))])
        self._to = np.vstack([transition.T, np.zeros((2, k))])

    def best(self, emission: Floats, first: Integers) -> tuple[Integers, Integers]:
        """Labels of the highest-scoring path of every sentence, and the tokens where another path is as good.

        ``emission`` is (tokens, labels), ``first`` the sentences' bounds (sentences + 1).
        """
        n, k = emission.shape
        labels: Integers = emission.argmax(axis=1)
        if n == 0:
            return labels, labels
        edge = np.zeros(n + 1, dtype=bool)
        edge[first] = True
        lead = emission[np.arange(n), labels] - _SLACK
        open_ = np.flatnonzero(_rivals(emission + self._most[labels], lead))
        for _ in range(2):  # once neighbours are known, more labels are out of the question
            before, after = self._neighbours(labels, open_, edge)
            leading = labels[open_]
            most = emission[open_] + self._into[before, leading] + self._out[after, leading]
            open_ = open_[_rivals(most, lead[open_])]
        before, after = self._neighbours(labels, open_, edge)
        begin, end = open_[before != k], open_[after != k]
        order = np.argsort(begin - end, kind="stable")  # longest first
        into, out = self._from[before[before != k][order]], self._to[after[after != k][order]]
        tied = self._decode_runs(emission, begin[order], (end - begin + 1)[order], into, out, labels)
        return labels, tied

    def _neighbours(self, labels: Integers, open_: Integers, edge: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """The labels before and after every open token, as rows of the tables."""
        n, k = len(labels), len(self._arriving)
        known = labels.copy()
        known[open_] = k
        before = np.where(edge[open_], k + 1, known[open_ - 1])
        after = np.where(edge[open_ + 1], k + 1, known[np.minimum(open_ + 1, n - 1)])
        return before, after

    def _decode_runs(
        self, emission: Floats, begin: Integers, length: Integers, into: Floats, out: Floats, labels: Integers
    ) -> Integers:
        """Step through runs of open tokens, longest first; ``into`` and ``out`` score their first and last label.

        Fills in ``labels`` and returns the tokens where an equally good path joins or ends.
        """
        if len(begin) == 0:
            return begin
        longest = int(length[0])
        active = [int(np.searchsorted(-length, -t, side="left")) for t in range(longest)]  # runs longer than t
        states = [emission[begin] + into]
        for t in range(1, longest):
            a = active[t]
            paths = states[-1][:a, None, :] + self._arriving
            states.append(paths.max(axis=2) + emission[begin[:a] + t])
        label = np.zeros(len(begin), dtype=np.int64)
        tied: list[Integers] = []
        for t in range(longest - 1, -1, -1):
            a, longer = active[t], active[t + 1] if t + 1 < longest else 0
            scores = states[t]
            scores[longer:] += out[longer:a]
            scores[:longer] += self._arriving[label[:longer]]
            label[:a] = scores.argmax(axis=1)
            labels[begin[:a] + t] = label[:a]
            best = scores[np.arange(a), label[:a]] - _SLACK
            tied.append((begin[:a] + t)[_rivals(scores, best)])
        return np.concatenate(tied)


def _rivals(most: Floats, lead: Floats) -> NDArray[np.bool_]:
    """Where another label than the leading one, which always does, can reach the lead."""
    rivals: NDArray[np.bool_] = np.count_nonzero(most >= lead[:, None], axis=1) > 1
    return rivals
