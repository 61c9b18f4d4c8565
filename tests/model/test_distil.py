"""A narrower network learns to say what the wide one says, and runs as arrays as it does in PyTorch."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch (extra context)")

from dvextract.errors import UsageError  # noqa: E402
from dvextract.model import distil, weights  # noqa: E402
from dvextract.model.context import FIRST_WORD, Context  # noqa: E402
from dvextract.model.features import key_of  # noqa: E402

TAGS = len(weights.TAGS)
TEXTS = ["Đồng chí Lò Văn Biên dự hội nghị. Bản họp ngày 8/7.", "Bà Cầm Thị Pánh thăm bản Huổi Lưa."] * 30


@pytest.fixture
def model():
    rng = np.random.default_rng(0)
    width = 12

    def some(*shape):
        return rng.normal(size=shape).astype(np.float32) / 3

    forms = np.sort(np.array([key_of(f) for f in ("lò", "văn", "biên", "bản", "bà", "họp")], dtype=np.uint64))
    shapes = np.sort(np.array([key_of(s) for s in ("Xx", "x")], dtype=np.uint64))
    net = Context(
        forms,
        some(FIRST_WORD + len(forms), width),
        {"shape": (shapes, some(3, width))},
        some(2, 3 * width, width),
        some(2, width),
        some(width, TAGS),
        some(TAGS),
        (1, 2),
    )
    nothing = np.zeros(0, dtype=np.uint64)
    levels, transition = np.zeros((0, TAGS), dtype=np.int8), np.zeros((TAGS, TAGS), dtype=np.float32)
    return weights.Model(nothing, levels, np.float32(1), transition, {"tags": list(weights.TAGS)}, "made", net)


def lesson(model):
    return distil._joined([distil._lesson(model, model.context, e) for e in distil._encoded(model, TEXTS)])


def distance(model, narrow):
    whole = lesson(model)
    return float(np.abs(narrow.scores(whole.rows, whole.first) - whole.scores).mean())


def test_what_is_learnt_is_nearer_than_what_it_began_with(model, monkeypatch):
    monkeypatch.setitem(distil.OPTIONS, "epochs", 0)
    begun = distil.distil(model, TEXTS, TEXTS[:2], width=6)
    monkeypatch.setitem(distil.OPTIONS, "epochs", 40)
    monkeypatch.setitem(distil.OPTIONS, "syllables", 200)
    learnt = distil.distil(model, TEXTS, TEXTS[:2], width=6)
    assert learnt.bias.shape == (2, 6)
    assert distance(model, learnt) < 0.7 * distance(model, begun)


def test_all_channels_say_the_same_in_pytorch_and_as_arrays(model):
    whole = lesson(model)
    student = distil.Student(model.context, np.arange(12))
    a, b = whole.first[:2]
    rows = torch.from_numpy(whole.rows[None, a:b]).long()
    theirs = student(rows, torch.ones(1, int(b - a), 1))[0].detach().numpy()
    ours = student.context(model.context).scores(whole.rows, whole.first)[a:b]
    assert ours == pytest.approx(theirs, abs=1e-4)
    assert ours == pytest.approx(whole.scores[a:b].astype(np.float32), abs=1e-2)  # halves


def test_the_weightiest_channels_are_those_that_are_read(model):
    context = model.context
    context.form_table[:, 5] = context.tables["shape"][1][:, 5] = 0
    context.weights[:, :, 5] = context.bias[:, 5] = 0
    whole = lesson(model)
    assert 5 not in distil.weightiest(context, whole.rows, whole.first, 11)


def test_only_a_wider_network_can_be_distilled(model):
    with pytest.raises(UsageError, match="wider than 12"):
        distil.distil(model, TEXTS, TEXTS, width=12)


def test_there_must_be_something_to_learn_from(model):
    with pytest.raises(UsageError, match="no text"):
        distil.distil(model, [], [], width=6)
