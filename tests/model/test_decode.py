"""The vectorised decoder against the definition: every path of short chains, enumerated."""

from itertools import pairwise, product

import numpy as np
import pytest

from dvextract.compiled import part
from dvextract.model.decode import decode

LOOPS = part("dvextract.model._loops")


def by_enumeration(emission, transition):
    """The best path and the marginal probability of each of its tags, from all paths."""
    n, k = emission.shape
    paths = list(product(range(k), repeat=n))
    scores = np.array(
        [sum(emission[i, t] for i, t in enumerate(p)) + sum(transition[a, b] for a, b in pairwise(p)) for p in paths]
    )
    best = paths[int(scores.argmax())]
    weight = np.exp(scores - scores.max())
    weight /= weight.sum()
    marginal = [sum(w for w, p in zip(weight, paths, strict=True) if p[i] == t) for i, t in enumerate(best)]
    return best, marginal


@pytest.mark.parametrize("spread", [1, 9])  # from paths nearly as likely as the best to none
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_enumeration(seed, spread):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 6, size=7)
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    emission = spread * rng.normal(size=(first[-1], 3)).astype(np.float32)
    transition = rng.normal(size=(3, 3)).astype(np.float32)
    tags, score = decode(emission, first, transition)
    for a, b in pairwise(first):
        best, marginal = by_enumeration(emission[a:b], transition)
        assert tuple(tags[a:b]) == best
        assert score[a:b] == pytest.approx(marginal, abs=1e-4)


def test_one_long_sentence_among_short_ones():
    # the group's active rows shrink to one
    first = np.array([0, 1, 3001, 3002], dtype=np.int64)
    emission = np.zeros((3002, 3), dtype=np.float32)
    emission[:, 1] = 1
    tags, score = decode(emission, first, np.zeros((3, 3), dtype=np.float32))
    assert (tags == 1).all()
    assert np.isfinite(score).all()


def test_no_sentences():
    tags, score = decode(np.zeros((0, 3), dtype=np.float32), np.array([0]), np.zeros((3, 3), dtype=np.float32))
    assert len(tags) == len(score) == 0


@pytest.mark.skipif(LOOPS is None, reason="nothing is compiled here")
@pytest.mark.parametrize("n_tags", [1, 2, 7, 21, 24])
def test_every_processor_gives_the_same_bits(n_tags):
    rng = np.random.default_rng(n_tags)
    first = np.cumsum([0, *rng.integers(0, 40, size=60)])
    emission = 3 * rng.normal(size=(first[-1], n_tags)).astype(np.float32)
    transition = rng.normal(size=(n_tags, n_tags)).astype(np.float32)
    transition[rng.random(transition.shape) < 0.2] = -1e4  # as of tags that never follow each other
    for doubt in (0.0, 0.45):
        tags, score = LOOPS.decode(emission, first, transition, doubt)
        plain_tags, plain_score = LOOPS.decode(emission, first, transition, doubt, plain=True)
        assert (tags == plain_tags).all()
        assert (score.view(np.uint32) == plain_score.view(np.uint32)).all()
