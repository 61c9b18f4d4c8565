"""Known keys are found among unknown ones, and nothing else is."""

import numpy as np

from dvextract.lookup import look_up


def test_look_up_in_nothing():
    assert look_up(np.array([1, 2], dtype=np.uint64), np.zeros(0, dtype=np.uint64)).tolist() == [0, 0]


def test_places_begin_at_one():
    keys = np.array([3, 7, 2**63], dtype=np.uint64)
    assert look_up(np.array([7, 0, 2**63, 8, 3, 2**64 - 1], dtype=np.uint64), keys).tolist() == [2, 0, 3, 0, 1, 0]
