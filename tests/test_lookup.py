"""Known keys are found among unknown ones, and nothing else is."""

import numpy as np
import pytest

from dvextract.lookup import Index, look_up


def test_look_up_in_nothing():
    assert look_up(np.array([1, 2], dtype=np.uint64), np.zeros(0, dtype=np.uint64)).tolist() == [0, 0]


def test_places_begin_at_one():
    keys = np.array([3, 7, 2**63], dtype=np.uint64)
    assert look_up(np.array([7, 0, 2**63, 8, 3, 2**64 - 1], dtype=np.uint64), keys).tolist() == [2, 0, 3, 0, 1, 0]


@pytest.mark.parametrize("size", [0, 1, 50, 3000])
def test_index_finds_what_is_there_and_nothing_else(size):
    rng = np.random.default_rng(size)
    # keys that differ in their last bits only want the same slots
    keys = np.unique(np.concatenate([rng.integers(0, 2**63, size), np.arange(size)])).astype(np.uint64)
    asked = rng.permutation(np.concatenate([keys, keys + np.uint64(1), rng.integers(0, 2**63, 99).astype(np.uint64)]))
    positions, places = Index(keys).find(asked)
    assert np.array_equal(keys[places], asked[positions])
    assert sorted(positions) == np.flatnonzero(np.isin(asked, keys)).tolist()
