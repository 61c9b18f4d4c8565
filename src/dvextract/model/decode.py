"""The most likely tags of many sentences at once, and how sure they are.

A linear chain: a score for every tag at every syllable and one for every pair of neighbouring tags. Sentences are
sorted by length and stepped through together, so the work of a step is one array operation over all sentences that
are still that long.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


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
        _decode_group(emission, first[chosen], lengths[chosen], transition, tags, score)
    return tags, score


def _groups(lengths: NDArray[np.int64], most: int = 1 << 20) -> list[slice]:
    """Cut sentences (longest first) so that one group's table of back pointers stays small."""
    groups, begin = [], 0
    while begin < len(lengths):
        rows = max(1, most // max(1, int(lengths[begin]) * 32))
        groups.append(slice(begin, min(begin + rows, len(lengths))))
        begin += rows
    return groups


def _decode_group(
    emission: Floats,
    start: NDArray[np.int64],
    length: NDArray[np.int64],
    transition: Floats,
    tags: NDArray[np.int8],
    score: Floats,
) -> None:
    rows, steps, k = len(start), int(length[0]), emission.shape[1]
    active = [int(np.searchsorted(-length, -t, side="left")) for t in range(steps)]  # sentences longer than t
    backward = np.zeros((steps, rows, k), dtype=np.int8)
    best = np.empty((steps, rows, k), dtype=np.float32)  # log forward sums, kept for the marginals
    state = emission[start].copy()
    best[0] = _normalised(state)
    exp_transition = np.exp(transition)
    final = np.empty((rows, k), dtype=np.float32)
    for t in range(1, steps):
        a = active[t]
        final[a : active[t - 1]] = state[a : active[t - 1]]
        paths = state[:a, :, None] + transition
        choice = paths.argmax(axis=1)
        backward[t, :a] = choice
        here = emission[start[:a] + t]
        state = np.take_along_axis(paths, choice[:, None, :], axis=1)[:, 0, :] + here
        forward = np.exp(best[t - 1, :a]) @ exp_transition
        best[t, :a] = _normalised(np.log(forward + 1e-30) + here)
    final[: len(state)] = state
    tag = final.argmax(axis=1)
    beta = np.zeros((rows, k), dtype=np.float32)
    for t in range(steps - 1, -1, -1):
        a = active[t]
        here = tag[:a]
        where = start[:a] + t
        tags[where] = here
        posterior = best[t, :a] + beta[:a]
        posterior -= posterior.max(axis=1, keepdims=True)
        np.exp(posterior, out=posterior)
        score[where] = posterior[np.arange(a), here] / posterior.sum(axis=1)
        if t:
            tag[:a] = backward[t, np.arange(a), here]
            pushed = np.exp(_normalised(emission[where] + beta[:a])) @ exp_transition.T
            beta[:a] = np.log(pushed + 1e-30)


def _normalised(scores: Floats) -> Floats:
    shifted: Floats = scores - scores.max(axis=1, keepdims=True)
    return shifted
