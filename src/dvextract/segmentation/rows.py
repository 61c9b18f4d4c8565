"""An array that grows by rows at its end, so that a memory of types costs no copy of itself for every batch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Rows:
    """A growing array of numbers, or of rows of ``columns`` numbers."""

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
