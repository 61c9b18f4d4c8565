"""The most likely tags of many sentences at once, and how sure they are.

A linear chain: a score for every tag at every syllable and one for every pair of neighbouring tags. Sentences are
sorted by length and stepped through together, so the work of a step is one array operation over all sentences that
are still that long.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_TINY = np.float32(1e-30)  # a sum of nothing is not divided by nothing


def decode(emission: Floats, first: NDArray[np.int64], transition: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Viterbi tags and their marginal probabilities.

    ``emission`` is (syllables, tags), ``first`` the sentences' bounds (sentences + 1), ``transition`` (tags, tags) from
    row to column. Returns the tag and the posterior probability of that tag for every syllable.
    """
    n = len(emission)
    tags = np.zeros(n, dtype=np.int8)
    score = np.zeros(n, dtype=np.float32)
    lengths = np.diff(first)
    order = np.argsort(-lengths, kind="stable")
    for group in _groups(lengths[order]):
        chosen = order[group]
        where, steps = _steps(first[chosen], lengths[chosen])
        tags[where], score[where] = _decode_group(emission[where], steps, transition)
    return tags, score


def _groups(lengths: NDArray[np.int64], most: int = 1 << 18) -> list[slice]:
    """Cut sentences (longest first) into groups of at most about ``most`` syllables."""
    group = np.cumsum(lengths) // most
    bounds = np.searchsorted(group, np.arange(int(group[-1]) + 2)).tolist() if len(lengths) else [0]
    return [slice(a, b) for a, b in pairwise(bounds) if a < b]


def _steps(start: NDArray[np.int64], length: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[int]]:
    """Syllables of sentences (longest first): all first ones, all second ones and so on, and where each step ends."""
    active = np.searchsorted(-length, -np.arange(int(length[0])), side="left")  # sentences longer than t
    ends = np.cumsum(active)
    sentence = np.arange(int(ends[-1])) - np.repeat(ends - active, active)
    where = start[sentence] + np.repeat(np.arange(len(active)), active)
    return where, ends.tolist()


def _decode_group(emission: Floats, ends: list[int], transition: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Tags and their probabilities for syllables in the order of `_steps`."""
    best = np.ascontiguousarray(emission.T)  # the score of the best way to every tag; all arrays are (tags, syllables)
    likely = np.exp(best - best.max(axis=0))
    np.maximum(likely, _TINY, out=likely)
    pushes = np.exp(transition)
    back = np.ascontiguousarray(pushes.T)
    moves = transition[:, :, None]
    forward = likely.copy()
    backward = np.ones_like(likely)
    tags = np.empty(len(emission), dtype=np.int8)
    steps = [slice(a, b) for a, b in pairwise([0, *ends])]
    forward[:, steps[0]] /= forward[:, steps[0]].sum(axis=0)
    for before, here in pairwise(steps):
        a = here.stop - here.start
        past = slice(before.start, before.start + a)
        best[:, here] += (best[:, None, past] + moves).max(axis=0)
        reached = forward[:, here]
        reached *= back @ forward[:, past]
        reached /= reached.sum(axis=0) + _TINY
    for here, before in pairwise([*reversed(steps), slice(0, 0)]):
        a = here.stop - here.start
        if here.stop == ends[-1]:
            tags[here] = best[:, here].argmax(axis=0)
        if before.stop == 0:
            break
        past = slice(before.start, before.start + a)  # sentences that go on after this step, then those that end at it
        tags[past] = (best[:, past] + transition[:, tags[here]]).argmax(axis=0)
        ended = slice(past.stop, before.stop)
        tags[ended] = best[:, ended].argmax(axis=0)
        pushed = pushes @ (backward[:, here] * likely[:, here])
        pushed /= pushed.max(axis=0) + _TINY
        backward[:, past] = pushed
    forward *= backward
    score: Floats = forward[tags, np.arange(len(tags))] / (forward.sum(axis=0) + _TINY)
    return tags, score
