"""Rows of numbers remembered by 64-bit codes, looked up for whole batches; nearly all that are asked for are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.lookup import settle, slots_of
from dvextract.segmentation.rows import Rows

_compiled = part("dvextract.model._loops")

Keys = NDArray[np.uint64]
Integers = NDArray[np.int64]

_PRIME = np.uint64(0x9E3779B97F4A7C15)


def joined(columns: Sequence[Keys]) -> Keys:
    """One code for what several columns hold together."""
    code = columns[0] * _PRIME
    for column in columns[1:]:
        code += column
        code *= _PRIME
    code ^= code >> np.uint64(32)
    return code


class Memory:
    """Rows of ``columns`` numbers by code; once there are more than ``most`` (None: never) all are forgotten."""

    def __init__(self, kind: type[np.generic], columns: int, most: int | None = None) -> None:
        self._kind, self._columns, self._most = kind, columns, most
        self._forget()

    def _forget(self) -> None:
        self._codes = Rows(np.uint64)
        self._rows = Rows(self._kind, self._columns)
        self._make_room(10)

    def _make_room(self, bits: int) -> None:
        self._bits = bits
        self._slots = np.full(1 << bits, -1, dtype=np.int32)
        self._held = np.zeros(1 << bits, dtype=np.uint64)
        self._settle(0)

    def _settle(self, begin: int) -> None:
        codes = self._codes.array[begin:]
        settle(self._slots, slots_of(codes, self._bits), np.arange(begin, begin + len(codes), dtype=np.int32))
        taken = np.flatnonzero(self._slots >= begin)
        self._held[taken] = self._codes.array[self._slots[taken]]

    @property
    def rows(self) -> NDArray[Any]:
        """All rows, as a view."""
        return self._rows.array

    def find(self, codes: Keys, told: Callable[[Integers], NDArray[Any]]) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """All rows, and the number of each code's; ``told`` gives rows for the positions of codes that are new."""
        if self._most is not None and len(self._codes.array) > self._most:
            self._forget()
        number = self._numbers(codes)
        new = np.flatnonzero(number < 0)
        if len(new):
            distinct, one = np.unique(codes[new], return_index=True)
            begin = len(self._codes.array)
            self._rows.extend(told(new[one]))
            self._codes.extend(distinct)
            number[new] = begin + np.searchsorted(distinct, codes[new])
            if 4 * len(self._codes.array) > len(self._slots):
                self._make_room(int(8 * len(self._codes.array)).bit_length())
            else:
                self._settle(begin)
        return self._rows.array, number

    def _numbers(self, codes: Keys) -> NDArray[np.int32]:
        """The numbers of codes, -1 for those that are new."""
        if _compiled is not None:
            return _compiled.numbers(self._held, self._slots, codes)  # type: ignore[no-any-return]
        slot = slots_of(codes, self._bits)
        wrong = np.flatnonzero(self._held.take(slot) != codes)
        while len(wrong):
            wrong = wrong[self._slots[slot[wrong]] >= 0]  # at a free slot the search ends
            slot[wrong] = (slot[wrong] + 1) & (len(self._slots) - 1)
            wrong = wrong[self._held[slot[wrong]] != codes[wrong]]
        return self._slots.take(slot)
