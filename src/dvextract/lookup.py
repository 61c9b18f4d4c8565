"""Looking up many 64-bit keys at once among a few known ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Places = NDArray[np.int64]


def look_up(column: Keys, keys: Keys) -> Places:
    """1 + the place of every key among the sorted ``keys``, 0 for one that is not there."""
    if len(keys) == 0:
        return np.zeros(len(column), dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, column), len(keys) - 1)
    return np.where(keys[place] == column, place + 1, 0)
