"""What lies outside a syllable's window: the cue that governs it, the quotation it stands in, the rest of the page.

All functions take flat arrays of a batch's syllables and give one 64-bit key a syllable (0: nothing to say). A cue is a
word of cues.tsv (a post's head, an honorific, a reporting verb); a clause ends at a comma, semicolon, stop or bracket;
a run is a stretch of neighbouring syllables that begin with a capital letter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dvextract.lexicon.gazetteer import Gazetteer, Keys
from dvextract.lexicon.tsv import pairs

CLASSES = ("honorific", "rank", "post", "body", "place", "event", "naming", "acting")
"""Classes of cues, in the order of their numbers (from 1)."""

PERSON_CUES = (1 << 1) | (1 << 2)  # bits of honorific and rank

Ints = NDArray[np.int64]


def family_names() -> dict[str, str]:
    """Family names and the peoples that bear them (family_names.tsv)."""
    return pairs("family_names.tsv")


class Cues:
    """The words of cues.tsv, found in whole batches; the longest wins."""

    def __init__(self, syllables: Callable[[str], Sequence[str]], key: Callable[[str], int]) -> None:
        words = {tuple(key(s) for s in syllables(cue)): cls for cue, cls in pairs("cues.tsv").items()}
        self._gazetteer = Gazetteer(words, key, CLASSES)

    def find(self, lower: Keys, first: Ints) -> tuple[Keys, NDArray[np.int32]]:
        """The tag key of every syllable, and its class number: positive where a cue begins, negative inside."""
        number = self._gazetteer.numbers(lower, first)
        return self._gazetteer.keys.take(number), number


_BUCKETS = np.searchsorted([1, 2, 3, 5, 9], np.arange(10), side="right").astype(np.int64)


def _bucket(distance: Ints) -> Ints:
    """0, 1, 2, 3 to 4, 5 to 8, more."""
    return _BUCKETS.take(distance, mode="clip")


def _coded(*parts: Ints) -> Keys:
    """Small numbers as one key; the caller's template number keeps columns apart."""
    code = np.ones(len(parts[0]), dtype=np.int64)
    for p in parts:
        code = code * 64 + p
    return code.astype(np.uint64)


def clauses(is_break: NDArray[np.bool_], first: Ints) -> Ints:
    """For every syllable where its clause begins."""
    n = len(is_break)
    begins = np.zeros(n, dtype=np.int64)
    starts = np.zeros(n, dtype=bool)
    starts[first[:-1][first[:-1] < n]] = True
    starts[1:] |= is_break[:-1]
    begins[starts] = np.flatnonzero(starts)
    return np.maximum.accumulate(begins)


def governing(number: NDArray[np.int32], clause: Ints) -> dict[str, Keys]:
    """Keys that say which cues stand left and right of every syllable in its clause, and how far away.

    ``number`` is the class number of `Cues.find`; ``clause`` says where clauses begin.
    """
    n = len(number)
    here = np.arange(n)
    begin = number > 0
    last = np.maximum.accumulate(np.where(begin, here, -1))
    known = (last >= clause) & (last >= 0)
    safe = np.maximum(last, 0)
    left = np.where(known, number[safe], 0)
    distance = _bucket(np.where(known, here - safe, 0))
    inside = (number != 0).astype(np.int64)
    reverse = np.minimum.accumulate(np.where(begin, here, n)[::-1])[::-1]
    following = np.append(reverse[1:], n)  # the next cue strictly to the right
    ok = following < n
    target = np.minimum(following, n - 1)
    ok &= clause[target] == clause
    right = np.where(ok, number[target], 0)
    right_distance = _bucket(np.where(ok, target - here, 0))
    return {"left": _coded(left, distance, inside), "right": _coded(right, right_distance)}


def enclosure(opens: Ints, closes: Ints, toggles: Ints, brackets: Ints, first: Ints) -> Keys:
    """Whether a syllable stands inside quotation marks or brackets of its sentence.

    ``opens``/``closes``/``toggles`` are 1 at opening, closing and undirected marks, ``brackets`` 1 and -1 at brackets.
    """
    start = np.repeat(first[:-1], np.diff(first))

    def within(change: Ints) -> Ints:
        total = np.concatenate([[0], np.cumsum(change)])
        return np.asarray(total[:-1] - total[start], dtype=np.int64)

    directed = np.clip(within(opens - closes), 0, 1)
    undirected = within(toggles) % 2
    return _coded(directed | undirected, np.clip(within(brackets), 0, 1))


def runs(
    capital: NDArray[np.bool_],
    form: Keys,
    family: NDArray[np.bool_],
    number: NDArray[np.int32],
    document: Ints,
    sentence: Ints,
) -> dict[str, Keys]:
    """Keys about the run a syllable is in: its length, place and beginning, and what the page says of it elsewhere.

    A run's evidence is the set of cue classes that stand directly before it, or before a run with the same forms,
    anywhere in the page; a run of one syllable also learns from longer runs that end in it (partial names).
    """
    n = len(form)
    nothing = np.zeros(n, dtype=np.uint64)
    if not capital.any():
        return {"run": nothing, "elsewhere": nothing}
    begins = capital.copy()
    begins[1:] &= ~capital[:-1] | (sentence[1:] != sentence[:-1])
    at = np.flatnonzero(begins)
    index = np.cumsum(begins) - 1  # the run of every capital syllable
    members = np.flatnonzero(capital)
    owner = index[members]
    length = np.bincount(owner, minlength=len(at))
    position = members - at[owner]
    mixed = form[members] * (np.uint64(2) * position.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))
    identity = np.zeros(len(at), dtype=np.uint64)
    np.add.at(identity, owner, mixed)
    identity ^= document[at].astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    cue = np.where(
        (at > 0) & (sentence[np.maximum(at - 1, 0)] == sentence[at]), np.abs(number[np.maximum(at - 1, 0)]), 0
    )
    evidence = _gathered(identity, (1 << cue) & ~1)
    tail = form[at + length - 1] ^ document[at].astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    named = ((length > 1) & (family[at] | ((evidence & PERSON_CUES) > 0))).astype(np.int64)
    ends_name = _gathered(tail, named)
    _, group, count = np.unique(identity, return_inverse=True, return_counts=True)
    often = np.minimum(count[group], 3)
    run = nothing.copy()
    run[members] = _coded(
        np.minimum(length, 6)[owner], np.minimum(position, 5), family[at].astype(np.int64)[owner], cue[owner]
    )
    elsewhere = nothing.copy()
    partial = np.where(length == 1, ends_name, 0)
    said = (evidence.astype(np.uint64) << np.uint64(4)) | (partial.astype(np.uint64) << np.uint64(2))
    elsewhere[members] = (said | often.astype(np.uint64))[owner]
    return {"run": run, "elsewhere": elsewhere}


def _gathered(identity: Keys, bits: Ints) -> Ints:
    """For every run the union of the bits of all runs with its identity."""
    _, group = np.unique(identity, return_inverse=True)
    union = np.zeros(int(group.max()) + 1, dtype=np.int64)
    np.bitwise_or.at(union, group, bits)
    return union[group]
