"""Names of places as something that can be looked up in whole batches of syllables.

`Gazetteer.places` reads places.tsv; `Gazetteer.tags` marks, for arrays of syllable keys, where a name begins and goes
on and at which administrative levels a unit of that name exists. The longest name wins; one name may stand for
several levels ("Sơn La" is a province and a city), which the tag says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.lexicon.tsv import rows
from dvextract.lookup import Index

_compiled = part("dvextract.model._loops")

Keys = NDArray[np.uint64]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(31)
_LONGEST = 5  # syllables; longer names exist but are found by their first five


class Gazetteer:
    """Names grouped by length in syllables; ``tags`` finds them in a batch.

    ``names`` maps a name, as a tuple of syllable keys, to the name of its class; ``key`` hashes a string to 64 bits.
    """

    def __init__(
        self, names: Mapping[tuple[int, ...], str], key: Callable[[str], int], classes: Sequence[str] = ()
    ) -> None:
        classes = classes or sorted({*names.values()})
        self.keys = np.zeros(2 * len(classes) + 1, dtype=np.uint64)
        """The tag keys of `numbers`; what is inside of a name counts from the end."""
        self.keys[1:] = [key("gB" + c) for c in classes] + [key("gI" + c) for c in reversed(classes)]
        lengths: dict[int, int] = defaultdict(int)
        by_length: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
        for name, cls in names.items():
            length = min(len(name), _LONGEST)
            lengths[name[0]] |= 1 << length
            by_length[length].append((name[:_LONGEST], classes.index(cls) + 1))
        self._begins = Index(np.array(sorted(lengths), dtype=np.uint64))
        self._lengths = np.array([lengths[s] for s in sorted(lengths)], dtype=np.uint8)
        class_of: dict[int, int] = {}
        for found in by_length.values():
            folded = _fold(list(np.array([name for name, _ in found], dtype=np.uint64).T))
            numbers = zip(folded.tolist(), (cls for _, cls in found), strict=True)
            class_of |= sorted(numbers, key=lambda pair: (pair[0], int(self.keys[pair[1]])))
        self._names = Index(np.array(sorted(class_of), dtype=np.uint64))
        self._classes = np.array([class_of[name] for name in sorted(class_of)], dtype=np.int32)
        if _compiled is not None:
            known = *self._begins.arrays, self._lengths, *self._names.arrays, self._classes
            self._compiled = _compiled.Names(*known, _LONGEST)

    @classmethod
    def places(cls, syllables: Callable[[str], Sequence[str]], key: Callable[[str], int]) -> Gazetteer:
        """The administrative units of places.tsv; ``syllables`` splits a name the way the text is split."""
        levels: dict[tuple[int, ...], set[str]] = defaultdict(set)
        for name, level in place_names():
            levels[tuple(key(s) for s in syllables(name))].add(level)
        return cls({name: "+".join(sorted(found)) for name, found in levels.items()}, key)

    def tags(self, keys: Keys, first: NDArray[np.int64]) -> Keys:
        """For every syllable 0, or the key of "a name of class c begins here" / "goes on here".

        ``keys`` are the syllables' form keys, flat; ``first`` the sentences' bounds (sentences + 1).
        """
        return self.keys.take(self.numbers(keys, first))

    def numbers(self, keys: Keys, first: NDArray[np.int64]) -> NDArray[np.int32]:
        """For every syllable 0, or the number of a class (from 1): positive where a name begins, negative inside."""
        if _compiled is not None:
            return self._compiled.numbers(keys, first)  # type: ignore[no-any-return]
        tags = np.zeros(len(keys), dtype=np.int32)
        finish = np.repeat(first[1:], np.diff(first))
        begin, syllable = self._begins.find(keys)
        order = np.argsort(begin, kind="stable")
        begin, syllable = begin[order], syllable[order]
        room = finish[begin] - begin
        lengths = self._lengths[syllable]
        for length in range(_LONGEST, 0, -1):
            fitting = begin[(lengths >> length & 1 > 0) & (room >= length)]  # few of all syllables
            found, place = self._names.find(_fold([keys[fitting + i] for i in range(length)]))
            order = np.argsort(found)
            hits, place = fitting[found[order]], place[order]
            for i in range(length):  # what is taken by a longer name is not looked at again
                free = tags[hits + i] == 0
                hits, place = hits[free], place[free]
            apart = _apart(hits, length)
            hits, place = hits[apart], place[apart]
            tags[hits] = self._classes[place]
            for i in range(1, length):
                tags[hits + i] = -self._classes[place]
        return tags


def _apart(hits: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Which of the hits, each ``length`` long, are the leftmost that do not overlap."""
    if len(hits) < 2 or int(np.diff(hits).min()) >= length:
        return np.arange(len(hits))
    kept = [0]
    last = int(hits[0])
    for i, hit in enumerate(hits.tolist()):
        if hit >= last + length:
            kept.append(i)
            last = hit
    return np.array(kept, dtype=np.int64)


def _fold(columns: Sequence[Keys]) -> Keys:
    h = np.full(len(columns[0]), len(columns), dtype=np.uint64)
    for c in columns:
        h = (h ^ c) * _PRIME
        h ^= h >> _SHIFT
    return h


def place_names() -> Iterable[tuple[str, str]]:
    """Name and level (province, district, commune) of every row of places.tsv."""
    return [(name, level) for name, level, *_ in rows("places.tsv")]
