"""The best label sequences of many sentences at once, as decoding them one by one finds them.

A label that loses to another by more than transitions can ever make good is on no best path. Where only one label is
left the chain falls apart, so what has to be stepped through is short runs of tokens with few labels each, all runs of
a batch together. Where two paths are equally good the caller is told: rounding decides there, and that depends on the
order of sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SLACK = 1e-7
"""Sums of a long sentence's scores in another order differ by less."""
_ROUNDS = 3
_FEW = 6  # labels of a token: most runs have no token with more


class Decoder:
    """Finds best paths under one matrix of ``transition`` scores (labels, labels), from row to column.

    ``most`` is how much neighbours can at most favour a label (column) over the leading one (row); -inf for itself.
    """

    def __init__(self, transition: Floats) -> None:
        k = self._labels = len(transition)
        # How much a neighbour favours a label over the leading one: (neighbour, leading label, other label). The
        # neighbour may also be unknown (row k: the best case) or none (row k + 1: a sentence's edge).
        into, out = (
            np.concatenate([gain, gain.max(axis=0, keepdims=True), np.zeros((1, k, k))])
            for gain in (t[:, None, :] - t[:, :, None] for t in (transition, transition.T))
        )
        self.most = np.maximum(into[k], 0) + np.maximum(out[k], 0)
        np.fill_diagonal(self.most, -np.inf)  # the leading label is no other
        self._into, self._out = into.ravel(), out.ravel()
        self._transition = transition.ravel()
        self._from = np.vstack([transition, np.zeros((2, k))])
        self._to = np.vstack([transition.T, np.zeros((2, k))])

    def best(self, emission: Floats, inside: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """Labels of the highest-scoring path of every sentence, and where another path is as good.

        ``emission`` is (places, labels). ``inside`` says which places are of a sentence: others stand between
        sentences and at both ends, and their labels mean nothing.
        """
        n, k = emission.shape
        leading = emission.argmax(axis=1)
        flat = emission.ravel()
        lead = np.where(inside, flat.take(np.arange(0, n * k, k) + leading) - SLACK, np.inf)
        most = self.most.take(leading, axis=0)
        most += emission
        found = np.flatnonzero(most >= lead[:, None])
        at, rival = np.divmod(found, k)
        gain = flat.take(found) - lead.take(at)
        pair = leading.take(at) * k + rival
        labels = np.where(inside, leading, k + 1)
        known = labels.copy()
        for _ in range(_ROUNDS):  # once neighbours are known, more labels are out of the question
            known[at] = k
            into = self._into.take(known.take(at - 1) * (k * k) + pair)
            stays = np.flatnonzero(gain + into + self._out.take(known.take(at + 1) * (k * k) + pair) >= 0)
            known[at] = labels.take(at)
            at, pair, gain = at.take(stays), pair.take(stays), gain.take(stays)
        return labels, self._decide(at, pair % k, gain + lead.take(at), lead, labels)

    def _decide(self, at: Integers, rival: Integers, score: Floats, lead: Floats, labels: Integers) -> Integers:
        """Fill in ``labels`` where there are rivals; returns where another path is as good."""
        if len(at) == 0:
            return at
        starts = np.flatnonzero(np.diff(at, prepend=-1))
        place, count = at[starts], np.diff(starts, append=len(at)) + 1
        rank = np.arange(1, len(at) + 1) - np.repeat(starts, count - 1)
        token = np.repeat(np.arange(len(place)), count - 1)
        # (labels of a token, tokens): the leading one, its rivals, and for tokens with less what is never chosen
        label = np.zeros((count.max(), len(place)), dtype=np.int64)
        scores = np.full(label.shape, -np.inf)
        label[0], scores[0] = labels[place], lead[place] + SLACK
        label[rank, token], scores[rank, token] = rival, score
        first = np.flatnonzero(np.diff(place, prepend=-1) != 1)
        length = np.diff(first, append=len(place))
        last = first + length - 1
        scores[:, first] += self._from[labels[place[first] - 1], label[:, first]]
        scores[:, last] += self._to[labels[place[last] + 1], label[:, last]]
        many = np.maximum.reduceat(count, first) > _FEW
        tied = [np.zeros(0, dtype=np.int64)]
        for runs, most in ((~many, _FEW), (many, len(label))):
            if runs.any():
                tokens, chosen, is_tied = self._paths(label[:most], scores[:most], first[runs], length[runs])
                labels[place[tokens]] = chosen
                tied.append(place[tokens[is_tied]])
        return np.concatenate(tied)

    def _paths(
        self, label: Integers, score: Floats, first: Integers, length: Integers
    ) -> tuple[Integers, Integers, NDArray[np.bool_]]:
        """Step through runs of tokens together: the tokens, their labels, and where an equally good path joins or ends.

        ``label`` and ``score`` are (labels of a token, tokens).
        """
        order = np.argsort(-length, kind="stable")  # longest first
        first, length = first[order], length[order]
        steps = np.arange(length[0])
        active = np.searchsorted(-length, -steps, side="left")  # runs longer than a step's number
        begin = np.append(0, np.cumsum(active))
        # First the first tokens of all runs, then their second ones, and so on.
        tokens = first[np.arange(begin[-1]) - np.repeat(begin[:-1], active)] + np.repeat(steps, active)
        label, score = label[:, tokens], score[:, tokens]
        later = np.arange(active[0], len(tokens))
        earlier = later - np.repeat(active[:-1], active[1:])
        move = self._transition.take(label[:, earlier][:, None] * self._labels + label[:, later])
        now, bounds = active.tolist(), begin.tolist()
        for t in range(1, len(now)):
            a, b = bounds[t - 1], bounds[t]
            moved = score[:, None, a : a + now[t]] + move[:, :, b - now[0] : b - now[0] + now[t]]
            score[:, b : b + now[t]] += moved.max(axis=0)
        chosen = np.zeros(len(tokens), dtype=np.int64)
        for t in range(len(now) - 1, -1, -1):
            a, b = bounds[t], bounds[t + 1]
            if t + 1 < len(now):
                longer = np.arange(now[t + 1])
                score[:, a : a + now[t + 1]] += move[:, chosen[b : b + now[t + 1]], b - now[0] + longer]
            chosen[a:b] = score[:, a:b].argmax(axis=0)
        every = np.arange(len(tokens))
        tied = np.count_nonzero(score >= score[chosen, every] - SLACK, axis=0) > 1
        return tokens, label[chosen, every], tied
