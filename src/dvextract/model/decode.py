"""The most likely tags of many sentences at once, and how sure they are.

A linear chain: a score for every tag at every syllable and one for every pair of neighbouring tags. Sentences are
sorted by length and stepped through together, so the work of a step is one array operation over all sentences that
are still that long.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part

_compiled = part("dvextract.model._loops")

Floats = NDArray[np.float32]

_TINY = np.float32(1e-30)  # a sum of nothing is not divided by nothing

_DOUBT = 0.45
"""Where the most probable tags of all syllables are wrong with less than this together, their path has more than half
of the probability, so none is likelier; the margin to a half is a thousand times what rounding could make."""


def decode(emission: Floats, first: NDArray[np.int64], transition: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Viterbi tags and their marginal probabilities.

    ``emission`` is (syllables, tags), ``first`` the sentences' bounds (sentences + 1), ``transition`` (tags, tags) from
    row to column. Returns the tag and the posterior probability of that tag for every syllable.
    """
    if _compiled is not None:
        return _compiled.decode(emission, first, transition, _DOUBT)  # type: ignore[no-any-return]
    n = len(emission)
    tags = np.zeros(n, dtype=np.int8)
    score = np.zeros(n, dtype=np.float32)
    for where, sentence, ends in _parts(first):
        scores = np.ascontiguousarray(emission[where].T)
        likely = _posteriors(scores, ends, transition)
        best = likely.argmax(axis=0)
        doubt = np.bincount(sentence, 1 - likely.max(axis=0))
        left = np.flatnonzero(doubt[sentence] >= _DOUBT)
        if len(left):
            steps = np.unique(np.searchsorted(left, ends)).tolist()
            best[left] = _best(scores.take(left, axis=1), steps, transition)
        tags[where] = best
        score[where] = likely[best, np.arange(len(best))]
    return tags, score


def posteriors(emission: Floats, first: NDArray[np.int64], transition: Floats) -> Floats:
    """The probability of every tag at every syllable, (syllables, tags); arguments as of `decode`."""
    likely = np.zeros_like(emission)
    for where, _, ends in _parts(first):
        likely[where] = _posteriors(np.ascontiguousarray(emission[where].T), ends, transition).T
    return likely


def _parts(first: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], list[int]]]:
    """Groups of sentences: their syllables and these' sentences in the order of `_steps`, and where each step ends."""
    lengths = np.diff(first)
    order = np.argsort(-lengths, kind="stable")
    for group in _groups(lengths[order]):
        chosen = order[group]
        yield _steps(first[chosen], lengths[chosen])


def _groups(lengths: NDArray[np.int64], most: int = 1 << 18) -> list[slice]:
    """Cut sentences (longest first) into groups of at most about ``most`` syllables."""
    group = np.cumsum(lengths) // most
    bounds = np.searchsorted(group, np.arange(int(group[-1]) + 2)).tolist() if len(lengths) else [0]
    return [slice(a, b) for a, b in pairwise(bounds) if a < b]


def _steps(
    start: NDArray[np.int64], length: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[int]]:
    """Syllables of sentences (longest first): all first ones, all second ones and so on, and where each step ends.

    Returns the syllables, the sentence of each, and the ends.
    """
    active = np.searchsorted(-length, -np.arange(int(length[0])), side="left")  # sentences longer than t
    ends = np.cumsum(active)
    sentence = np.arange(int(ends[-1])) - np.repeat(ends - active, active)
    where = start[sentence] + np.repeat(np.arange(len(active)), active)
    return where, sentence, ends.tolist()


def _best(scores: Floats, ends: list[int], transition: Floats) -> NDArray[np.int8]:
    """The most likely tags; ``scores`` is (tags, syllables in the order of `_steps`) and used up."""
    tags = np.empty(scores.shape[1], dtype=np.int8)
    moves = transition[:, :, None]
    steps = [slice(a, b) for a, b in pairwise([0, *ends])]
    for before, here in pairwise(steps):
        past = slice(before.start, before.start + here.stop - here.start)
        scores[:, here] += (scores[:, None, past] + moves).max(axis=0)  # of the best way to every tag
    tags[steps[-1]] = scores[:, steps[-1]].argmax(axis=0)
    for after, here in pairwise(reversed(steps)):
        past = slice(here.start, here.start + after.stop - after.start)
        tags[past] = (scores[:, past] + transition[:, tags[after]]).argmax(axis=0)
        ended = slice(past.stop, here.stop)  # sentences that go on after this step stand before those that end at it
        tags[ended] = scores[:, ended].argmax(axis=0)
    return tags


def _posteriors(scores: Floats, ends: list[int], transition: Floats) -> Floats:
    """Probabilities of tags, forward and backward; ``scores`` as of `_best`."""
    likely = np.exp(scores - scores.max(axis=0))
    np.maximum(likely, _TINY, out=likely)
    pushes = np.exp(transition)
    pulls = np.ascontiguousarray(pushes.T)
    forward: Floats = likely.copy()
    backward = np.ones_like(likely)
    steps = [slice(a, b) for a, b in pairwise([0, *ends])]
    forward[:, steps[0]] /= forward[:, steps[0]].sum(axis=0)
    for before, here in pairwise(steps):
        past = slice(before.start, before.start + here.stop - here.start)
        reached = forward[:, here]
        reached *= pulls @ forward[:, past]
        reached /= reached.sum(axis=0) + _TINY
    for here, before in pairwise(reversed(steps)):
        past = slice(before.start, before.start + here.stop - here.start)
        pushed = pushes @ (backward[:, here] * likely[:, here])
        pushed /= pushed.max(axis=0) + _TINY
        backward[:, past] = pushed
    forward *= backward
    forward /= forward.sum(axis=0) + _TINY
    return forward
