"""What a memory of types is made of: numbers for strings, and arrays that grow at their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dvextract.compiled import part

_compiled = part("dvextract.segmentation._loops")


class Numbers(dict[str, int]):
    """Numbers for strings from ``begin`` on, in the order they are asked for."""

    def __init__(self, begin: int = 0) -> None:
        self._begin = begin
        self._new: list[str] = []

    def __missing__(self, string: str) -> int:
        number = self[string] = self._begin + len(self)
        self._new.append(string)
        return number

    def take(self, strings: list[str], describe: Callable[[list[str]], None]) -> NDArray[np.int64]:
        """The numbers of ``strings``; ``describe`` is given those without one so far, and if it fails none is new."""
        numbers: NDArray[np.int64]
        if _compiled:
            numbers, new = _compiled.numbers(self, strings, self._begin)
        else:
            numbers = np.fromiter(map(self.__getitem__, strings), dtype=np.int64)
            new, self._new = self._new, []
        if new:
            try:
                describe(new)
            except BaseException:
                for string in new:
                    del self[string]
                raise
        return numbers


class Rows:
    """A growing array of numbers, or of rows of ``columns`` numbers, which is not copied each time it grows."""

    def __init__(self, kind: type[np.generic], columns: int = 0) -> None:
        self._room = np.zeros((64, columns) if columns else 64, dtype=kind)
        self._used = 0

    @property
    def array(self) -> NDArray[Any]:
        """What was added so far, as a view."""
        return self._room[: self._used]

    def extend(self, rows: ArrayLike) -> None:
        """Add rows at the end."""
        new = np.asarray(rows, dtype=self._room.dtype)
        need = self._used + len(new)
        if need > len(self._room):
            more = np.zeros((max(need, 2 * len(self._room)), *self._room.shape[1:]), dtype=self._room.dtype)
            more[: self._used] = self.array
            self._room = more
        self._room[self._used : need] = new
        self._used = need
