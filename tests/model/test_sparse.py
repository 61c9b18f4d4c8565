"""What is remembered of features sums to what each feature alone says."""

import numpy as np
import pytest

from dvextract.document import Document
from dvextract.model import encoder, sparse
from dvextract.model.features import TEMPLATES
from dvextract.pipeline import load_pipeline

PAGES = (
    "Sáng 8/7, ông Lò Văn Hặc, Bí thư Tỉnh ủy, phát biểu: “Dân vận khéo thì việc gì cũng thành công”.\n15 xã.",
    "UBND huyện Mường Ảng (Điện Biên) trao 120 suất quà. Bà Lò Thị Hoa nhận. Ông Hặc vui!\nHĐND tỉnh họp.",
)

ONE = np.float32(1)


def kinds():
    compiled = pytest.mark.skipif(sparse._compiled is None, reason="nothing is compiled here")
    return [sparse.Scorer, pytest.param(sparse.CompiledScorer, marks=compiled)]


def encoded(pages):
    docs = [Document(str(i), text) for i, text in enumerate(pages)]
    load_pipeline(stop_before="tagger")(docs)
    return encoder.default_encoder().encode(docs)


def some_levels(keys):
    rng = np.random.default_rng(0)
    known = np.unique(keys[keys != 0])[::2]  # every other feature has weights
    return known, rng.integers(-127, 128, (len(known), 21)).astype(np.int8)


def one_by_one(keys, known, levels):
    of = dict(zip(known.tolist(), levels.astype(np.int64), strict=True))
    return np.array([sum((of[k] for k in row if k in of), np.zeros(21, dtype=np.int64)) for row in keys.tolist()])


@pytest.mark.parametrize("kind", kinds())
def test_sums_are_those_of_all_features(kind):
    both = encoded(PAGES)
    known, levels = some_levels(both.keys)
    scorer = kind(known, levels)
    for batch in (encoded(PAGES[:1]), both, encoded(PAGES[1:])):  # whatever is remembered from before
        assert np.array_equal(scorer.scores(batch, ONE), one_by_one(batch.keys, known, levels))


@pytest.mark.parametrize("kind", kinds())
def test_of_another_memory_numbers_mean_other_types(kind, monkeypatch):
    one = encoded(PAGES)
    known, levels = some_levels(one.keys)
    scorer = kind(known, levels)
    scorer.scores(one, ONE)
    monkeypatch.setattr(encoder.default_encoder(), "_memory", encoder.default_encoder()._empty())
    other = encoded(PAGES[::-1])
    assert other.types.memory is not one.types.memory
    for batch in (other, one):
        assert np.array_equal(scorer.scores(batch, ONE), one_by_one(batch.keys, known, levels))


def test_a_memory_that_is_full_forgets_and_finds_again(monkeypatch):
    monkeypatch.setattr(sparse, "_MEMORY", 5)
    both = encoded(PAGES)
    known, levels = some_levels(both.keys)
    scorer = sparse.Scorer(known, levels)
    for _ in range(2):
        assert np.array_equal(scorer.scores(both, ONE), one_by_one(both.keys, known, levels))


def test_every_group_has_templates_and_every_template_is_counted_once():
    scorer = sparse.Scorer(np.zeros(0, dtype=np.uint64), np.zeros((0, 21), dtype=np.int8))
    assert all(group.templates for group in scorer._groups)
    counted = [t for ts in scorer._on_type.values() for t in ts] + [t for g in scorer._groups for t in g.templates]
    assert sorted(counted + scorer._alone) == list(range(len(TEMPLATES)))
