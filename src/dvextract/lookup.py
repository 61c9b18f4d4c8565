"""Looking up many 64-bit keys at once among a few known ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Places = NDArray[np.int64]

_PRIME = np.uint64(0x9E3779B97F4A7C15)


def look_up(column: Keys, keys: Keys) -> Places:
    """1 + the place of every key among the sorted ``keys``, 0 for one that is not there."""
    if len(keys) == 0:
        return np.zeros(len(column), dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, column), len(keys) - 1)
    return np.where(keys[place] == column, place + 1, 0)


def slots_of(keys: Keys, bits: int) -> Places:
    """The first slot of ``2 ** bits`` at which a key is looked for."""
    return ((keys * _PRIME) >> np.uint64(64 - bits)).view(np.int64)


def settle(slots: NDArray[np.int32], slot: Places, numbers: NDArray[np.int32]) -> None:
    """Put ``numbers`` into ``slots`` (-1: free), each at the first free one from its ``slot`` on."""
    while len(numbers):
        free = slots[slot] < 0
        slots[slot[free]] = numbers[free]  # of several that want one slot the last gets it
        homeless = slots[slot] != numbers
        numbers, slot = numbers[homeless], (slot[homeless] + 1) & (len(slots) - 1)


class Index:
    """Finds keys among known ones by open addressing: nearly all that are asked for are unknown, and fall on nothing.

    ``keys`` are distinct; at least eight slots stand ready for each, so a slot rarely has to be passed over.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._bits = max(4, int(8 * max(len(keys), 1) - 1).bit_length())
        self._slots = np.full(1 << self._bits, -1, dtype=np.int32)
        settle(self._slots, slots_of(keys, self._bits), np.arange(len(keys), dtype=np.int32))
        self._taken = self._slots >= 0  # a quarter of the bytes: it stays in the cache

    @property
    def arrays(self) -> tuple[Keys, NDArray[np.int32]]:
        """The keys, and the slots that lead to them (-1: free)."""
        return self._keys, self._slots

    def find(self, column: Keys) -> tuple[Places, NDArray[np.int32]]:
        """Positions of ``column`` that hold a known key, and that key's place among the keys."""
        slot = slots_of(column, self._bits)
        asked = np.flatnonzero(self._taken.take(slot))
        slot = slot[asked]
        place = self._slots[slot]
        found: list[tuple[Places, NDArray[np.int32]]] = []
        while len(asked):
            right = self._keys[place] == column[asked]
            found.append((asked[right], place[right]))
            asked, slot = asked[~right], (slot[~right] + 1) & (len(self._slots) - 1)
            place = self._slots[slot]
            there = place >= 0
            asked, slot, place = asked[there], slot[there], place[there]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
        return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])
