"""The context network against a plain loop over one sentence, and its way into a model file and back."""

from itertools import pairwise

import numpy as np
import pytest

from dvextract.lookup import look_up
from dvextract.model import layers, weights
from dvextract.model.context import BUCKETS, FIRST_WORD, Context, form_rows

WIDTH, TAGS = 6, len(weights.TAGS)


@pytest.fixture
def net():
    rng = np.random.default_rng(0)

    def some(*shape):
        return rng.normal(size=shape).astype(np.float32)

    return Context(
        np.array([10, 20, 30], dtype=np.uint64),
        some(FIRST_WORD + 3, WIDTH),
        {"shape": (np.array([5], dtype=np.uint64), some(2, WIDTH))},
        some(2, 3 * WIDTH, WIDTH),
        some(2, WIDTH),
        some(WIDTH, TAGS),
        some(TAGS),
        (1, 2),
    )


@pytest.fixture
def batch():
    first = np.array([0, 1, 6, 9], dtype=np.int64)
    forms = np.array([10, 20, 99, 30, 10, 7, 20, 20, 10], dtype=np.uint64)
    return {"token": forms, "shape": np.array([5, 0, 5, 5, 0, 1, 5, 0, 5], dtype=np.uint64)}, first


def normalised(v):
    return v / np.sqrt((v * v).mean() + 1e-6)


def by_loops(net, forms, shapes):
    """One sentence, syllable by syllable; nothing beyond its ends."""
    x = [net.form_table[f] + net.tables["shape"][1][s] for f, s in zip(forms, shapes, strict=True)]
    for layer, d in enumerate(net.dilations):
        h = [normalised(v) for v in x]
        taps = net.weights[layer].reshape(3, WIDTH, WIDTH)
        new = []
        for i, v in enumerate(x):
            total = net.bias[layer].copy()
            for tap, at in zip(taps, (i - d, i, i + d), strict=True):
                if 0 <= at < len(x):
                    total = total + h[at] @ tap
            new.append(v + np.maximum(total, 0) ** 2)
        x = new
    return np.array([normalised(v) @ net.out + net.out_bias for v in x])


def by_way(way, net, columns, first):
    net.__dict__["_layers"] = layers.Layers(net.weights, net.bias, net.out, net.out_bias, net.dilations, way)
    return net.emission(columns, first)


def test_agrees_with_loops_and_no_sentence_sees_another(net, batch):
    columns, first = batch
    scores = net.emission(columns, first)
    forms = form_rows(columns["token"], net.forms)
    shapes = look_up(columns["shape"], net.tables["shape"][0])
    exact = []
    for a, b in pairwise(first):
        exact.append(by_loops(net, forms[a:b], shapes[a:b]))
    off = scores - np.concatenate(exact)
    assert off.std() < 0.06 * scores.std()  # vectors and weights are of 8 bits


def test_the_size_of_a_batch_does_not_matter(net, batch, monkeypatch):
    columns, first = batch
    together = net.emission(columns, first)
    monkeypatch.setattr(layers, "ROWS", 2)
    assert (by_way("", net, columns, first) == together).all()


def test_unknown_forms_share_vectors_by_their_hash():
    rows = form_rows(np.array([20, 3, 3 + BUCKETS], dtype=np.uint64), np.array([10, 20], dtype=np.uint64))
    assert rows.tolist() == [FIRST_WORD + 1, 5, 5]


def test_a_model_file_keeps_the_network(net, batch, tmp_path):
    table, transition = np.ones((1, TAGS), dtype=np.float32), np.zeros((TAGS, TAGS), dtype=np.float32)
    card = {"tags": list(weights.TAGS)}
    weights.save(tmp_path / "m.npz", np.array([1], dtype=np.uint64), table, transition, card, net)
    kept = weights.load(str(tmp_path / "m.npz")).context
    assert kept is not None
    assert kept.dilations == net.dilations
    scores = net.emission(*batch)
    assert (kept.emission(*batch) - scores).std() < 0.03 * scores.std()  # halves keep three digits


def some_network(rng, width, dilations):
    known = np.arange(1, 200, dtype=np.uint64)

    def some(*shape):
        return rng.normal(size=shape).astype(np.float32) / 8

    return Context(
        known,
        some(FIRST_WORD + len(known), width),
        {"shape": (known[:9], some(10, width))},
        some(len(dilations), 3 * width, width),
        some(len(dilations), width),
        some(width, TAGS),
        some(TAGS),
        dilations,
    )


def some_sentences(rng, lengths):
    first = np.cumsum([0, *lengths])
    columns = {
        "token": rng.integers(1, 250, first[-1]).astype(np.uint64),
        "shape": rng.integers(0, 12, first[-1]).astype(np.uint64),
    }
    return columns, first


def test_a_sentence_gets_the_same_bits_whatever_else_is_in_the_batch():
    rng = np.random.default_rng(1)
    net = some_network(rng, 64, (1, 3, 9))
    columns, first = some_sentences(rng, rng.integers(1, 60, 90))
    together = net.emission(columns, first)
    for a, b in pairwise(first):
        alone = net.emission({name: column[a:b] for name, column in columns.items()}, np.array([0, b - a]))
        assert (alone == together[a:b]).all()


@pytest.mark.skipif(not layers.ways(), reason="no layers are compiled for this processor")
@pytest.mark.parametrize("width", [1, 16, 40, 96, 128, 144])
def test_compiled_layers_give_the_same_bits(width):
    rng = np.random.default_rng(width)
    net = some_network(rng, width, (1, 3, 9, 1))
    # sentences of one syllable, shorter than a layer's reach, and longer than what is worked on together
    columns, first = some_sentences(rng, [1, 1, 2, 3, 9, 10, 19, *rng.integers(1, 80, 40), 500, 1])
    by_arrays = by_way("", net, columns, first)
    for way in layers.ways():
        assert (by_way(way, net, columns, first) == by_arrays).all(), way


@pytest.mark.skipif(not layers.ways(), reason="no layers are compiled for this processor")
def test_compiled_layers_give_the_same_bits_of_more_vectors_than_are_remembered():
    rng = np.random.default_rng(2)
    net = some_network(rng, 32, (2, 5))
    columns, first = some_sentences(rng, [*rng.integers(1, 90, 300), 384, 385, 3, 0, 1])
    for column in columns.values():
        later = column[first[150] :]
        later[rng.random(len(later)) < 0.7] = 5  # vectors that repeat
    by_arrays = by_way("", net, columns, first)
    for way in layers.ways():
        assert (by_way(way, net, columns, first) == by_arrays).all(), way


@pytest.mark.skipif(not layers.ways(), reason="no layers are compiled for this processor")
def test_compiled_layers_refuse_what_does_not_fit_together():
    layer = layers.Matrix(np.ones((96, 32), np.float32), np.ones(32, np.float32), 3)
    out = layers.Matrix(np.ones((32, TAGS), np.float32), np.ones(TAGS, np.float32))
    network = layers._compiled.Network([layer], out, (1,), 32, TAGS, 1.0, 1.0)
    table, row, scores = np.ones((3, 32), np.float32), np.array([0, 2, 1, 1, 0]), np.zeros((5, TAGS), np.float32)
    network.scores([(table, row)], np.array([0, 2, 5]), scores)
    for first in ([0, 2, 6], [0, 2, 4], [1, 5], [0, 6, 5], []):
        with pytest.raises(ValueError, match="sentences"):
            network.scores([(table, row)], np.array(first, dtype=np.int64), scores)
    for bad in ((table[:, :16].copy(), row), (table, row[:4]), (table, row + 1), (table, row - 1)):
        with pytest.raises(ValueError, match="rows"):
            network.scores([bad], np.array([0, 5]), scores)
    with pytest.raises(ValueError, match="another size"):
        layers._compiled.Network([out], out, (1,), 32, TAGS, 1.0, 1.0)
    with pytest.raises(ValueError, match="no way"):
        layers._compiled.Network([layer], out, (1,), 32, TAGS, 1.0, 1.0, "abacus")
