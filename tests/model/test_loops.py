"""The compiled loops give what the arrays beside them give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dvextract.compiled import part
from dvextract.document import Document
from dvextract.lexicon import gazetteer
from dvextract.model import decode, encoder, features, memory, sparse
from dvextract.pipeline import load_pipeline

LOOPS = part("dvextract.model._loops")
pytestmark = pytest.mark.skipif(LOOPS is None, reason="nothing is compiled here")

PAGES = (
    "Sáng 8/7, ông Lò Văn Hặc, Bí thư Tỉnh ủy, phát biểu: “Dân vận khéo thì việc gì cũng thành công”.\n15 xã.",
    "",
    'UBND huyện Mường Ảng (Điện Biên) [cũ] trao 120 suất quà. Bà Lò Thị Hoa nhận; H\'Hen "vui" và Hặc cười.\nMTTQ xã.',
    "Ủy ban MTTQ tỉnh Sơn La và thành phố Sơn La ký kết. Bà Lò Thị Hoa kể với PV về một vụ TNGT 😀.",
    "Thực hiện Nghị quyết số 12-NQ/TW ngày 3/2/2020, xã kỷ niệm Chiến thắng Điện Biên Phủ.",
)


@pytest.fixture
def without(monkeypatch):
    """Calls something as it is where nothing is compiled."""

    def call(function, *args):
        with monkeypatch.context() as patch:
            for module in (decode, features, gazetteer, memory):
                patch.setattr(module, "_compiled", None)
            return function(*args)

    return call


def prepared():
    docs = [Document(str(i), text) for i, text in enumerate(PAGES)]
    load_pipeline(stop_before="tagger")(docs)
    return docs


def bounds(rng, n):
    """Bounds of sentences, some of them empty."""
    return np.sort(np.concatenate([[0, n], rng.integers(0, n + 1, rng.integers(0, 9))])).astype(np.int64)


def same(a, b):
    assert a.dtype == b.dtype
    assert np.array_equal(a, b)


@given(st.text(st.sampled_from("aÁđ9²'’`ʼ.,- \t\n\u00a0\u0301\u200b漢😀\ud800"), max_size=40), st.integers(0, 40))
def test_outlines(text, cut):
    edges = np.unique([0, min(cut, len(text)), len(text)])  # no stretch is empty
    compiled = features.outlines(text, edges[:-1], edges[1:])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "_compiled", None)
        plain = features.outlines(text, edges[:-1], edges[1:])
    for a, b in zip(compiled, plain, strict=True):
        same(a, b)


def test_outlines_outside_the_text_are_refused():
    for begin, end in ((-1, 2), (1, 4), (2, 1)):
        with pytest.raises(ValueError, match="outside"):
            features.outlines("abc", np.array([begin]), np.array([end]))


def test_all_columns_and_scores(without):
    docs = prepared()
    encode = encoder.default_encoder().encode
    compiled, plain = encode(docs), without(encode, docs)
    for name in ("start", "end", "first", "document"):
        same(getattr(compiled.flat, name), getattr(plain.flat, name))
    assert compiled.columns.keys() == plain.columns.keys()
    for name, column in compiled.columns.items():
        same(column, plain.columns[name])
        assert column.any(), name  # nothing is compared with nothing
    rng = np.random.default_rng(1)
    known = np.unique(compiled.keys[compiled.keys != 0])
    levels = rng.integers(-127, 128, (len(known), 21)).astype(np.int8)
    scale = np.float32(0.037)
    scorers = sparse.CompiledScorer(known, levels), sparse.Scorer(known, levels)
    same(*(scorer.scores(compiled, scale) for scorer in scorers))


@pytest.mark.parametrize("seed", range(20))
def test_evidence(seed, without):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    first = np.unique(bounds(rng, n))  # a flat batch has no empty sentences
    document = np.sort(rng.integers(0, 3, len(first) - 1)).astype(np.int32)
    flat = features.Syllables(*np.zeros((2, n), dtype=np.int32), first, document)
    mark = rng.choice(np.arange(8, dtype=np.uint64), n, p=[0.2, 0.45, *[0.35 / 6] * 6])
    words = rng.integers(1, 6, n).astype(np.uint64)
    number = rng.integers(-8, 9, n).astype(np.int32) * (rng.random(n) < 0.3)

    class Cues:
        def find(self, *_):
            return words, number.astype(np.int32)

    coder = features.Encoder({}, gazetteer.Gazetteer({(1,): "x"}, features.key_of))
    coder._cues = Cues()

    def columns():
        found = {name: np.zeros(n, dtype=np.uint64) for name in features._FIELDS}
        found |= {"mark": mark, "form": words, "lower": words, "family": (words == 3).astype(np.uint64)}
        coder._evidence(flat, found)
        return found

    compiled, plain = columns(), without(columns)
    for name in ("left", "right", "enclosed", "run", "elsewhere"):
        same(compiled[name], plain[name])


@pytest.mark.parametrize("seed", range(20))
def test_names(seed, without):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 8, 30)
    names = {tuple(rng.integers(1, 4, length).tolist()): rng.choice(["p", "d", "c"]) for length in lengths}
    text = rng.integers(1, 5, 300).astype(np.uint64)
    first = bounds(rng, 300)
    found = gazetteer.Gazetteer(names, features.key_of)
    compiled = found.numbers(text, first)
    assert compiled.any()
    same(compiled, without(found.numbers, text, first))


def test_memory(without):
    rng = np.random.default_rng(0)
    kept = [memory.Memory(np.int64, 1, 300) for _ in range(2)]
    for size in (0, 1, 50, 400, 20):  # more than is remembered, and again after all was forgotten
        codes = rng.integers(0, 500, size).astype(np.uint64)

        def told(new, codes=codes):
            return codes[new].astype(np.int64)[:, None]

        rows, number = kept[0].find(codes, told)
        plain_rows, plain_number = without(kept[1].find, codes, told)
        same(rows, plain_rows)
        same(number, plain_number)
        assert rows[number, 0].tolist() == codes.tolist()


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.sampled_from([3, 21, 24]), st.sampled_from([0.5, 3, 10]))
def test_decode(seed, tags, spread):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 80))
    first = np.unique(bounds(rng, n))
    emission = (spread * rng.normal(size=(n, tags))).astype(np.float32)
    transition = rng.normal(size=(tags, tags)).astype(np.float32)
    transition[1:, 2] = -1e4
    tag, score = decode.decode(emission, first, transition)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode, "_compiled", None)
        plain_tag, plain_score = decode.decode(emission, first, transition)
    same(tag, plain_tag)
    assert score == pytest.approx(plain_score, abs=1e-5)


def test_probabilities_have_the_same_bits_on_every_machine():
    emission = np.array([[0, -1], [-2.5, 0], [0, -0.125]], dtype=np.float32)
    _, score = decode.decode(emission, np.array([0, 3]), np.array([[0.5, -0.25], [0, 1]], dtype=np.float32))
    assert [float(s).hex() for s in score] == ["0x1.1425780000000p-1", "0x1.e138d00000000p-1", "0x1.5cb1d20000000p-1"]


def test_what_does_not_fit_is_refused():
    first, keys = np.array([0, 2]), np.ones(2, dtype=np.uint64)
    wrong = np.array([0, 3]), np.array([2, 0, 2]), np.array([1, 2]), np.zeros(0, dtype=np.int64)
    score = np.zeros((2, 3), dtype=np.float32)
    move = np.zeros((3, 3), dtype=np.float32)
    names = gazetteer.Gazetteer({(1,): "x"}, features.key_of)
    for bad in wrong:
        with pytest.raises(ValueError, match="bounds"):
            decode.decode(score, bad, move)
        with pytest.raises(ValueError, match="bounds"):
            names.numbers(keys, bad)
    with pytest.raises(ValueError, match="fit"):
        decode.decode(score, first, move[:2, :2].copy())
    with pytest.raises(ValueError, match="no feature"):
        sparse.CompiledScorer(np.zeros(1, dtype=np.uint64), np.zeros((1, 21), dtype=np.int8))
    with pytest.raises(ValueError, match="row"):
        LOOPS.spread(np.zeros((1, 2), dtype=np.uint64), np.ones(1, dtype=np.int32), np.zeros((2, 1), dtype=np.uint64))
    with pytest.raises(ValueError, match="slots"):
        LOOPS.numbers(keys, np.zeros(3, dtype=np.int32), keys)
