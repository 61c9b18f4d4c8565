"""How the tagger's scores are rounded."""

import numpy as np

from dvextract.stages.tagger import rounded


def test_many_numbers_are_rounded_as_one_is():
    rng = np.random.default_rng(0)
    halves = (rng.integers(0, 10_000, 3000) + 0.5) / 1e4
    numbers = np.concatenate([rng.random(3000), halves, np.nextafter(halves, 0), np.nextafter(halves, 1), [0.0, 1.0]])
    assert rounded(numbers) == [round(x, 4) for x in numbers.tolist()]
    assert rounded(np.zeros(0)) == []
