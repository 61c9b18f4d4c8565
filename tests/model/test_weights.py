"""A model file keeps what was put in, refuses what is not one, and turns tags into spans."""

import numpy as np
import pytest

from dvextract.errors import UsageError
from dvextract.model import weights
from dvextract.model.decode import decode


def small_model(path, value=2.0):
    table = np.zeros((3, len(weights.TAGS)), dtype=np.float32)
    table[0, 1], table[1, 2], table[2, 0] = value, -1.0, 0.5
    transition = np.zeros((len(weights.TAGS),) * 2, dtype=np.float32)
    weights.save(path, np.array([7, 3, 5], dtype=np.uint64), table, transition, {"tags": list(weights.TAGS)})


def test_round_trip(tmp_path):
    small_model(tmp_path / "m.npz")
    model = weights.load(str(tmp_path / "m.npz"))
    kept = dict(zip(model.keys.tolist(), model.levels * model.scale, strict=True))
    assert kept[7][1] == pytest.approx(2.0, abs=0.01)
    assert kept[5][0] == pytest.approx(0.5, abs=0.01)


def test_card_lines_name_what_is_not_stated(tmp_path):
    small_model(tmp_path / "m.npz")
    lines = weights.card_lines(weights.load(str(tmp_path / "m.npz")))
    assert lines[0].endswith("3 features, 3 not zero")
    assert any("not stated" in line for line in lines)


def test_same_content_same_bytes(tmp_path):
    small_model(tmp_path / "a.npz")
    small_model(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("kind", [np.float16, np.float64])
def test_transitions_of_any_width_decode(tmp_path, kind):
    small_model(tmp_path / "m.npz")
    arrays = dict(np.load(tmp_path / "m.npz"))
    np.savez(tmp_path / "other.npz", **{**arrays, "transition": arrays["transition"].astype(kind)})
    transition = weights.load(str(tmp_path / "other.npz")).transition
    emission = np.eye(2, len(weights.TAGS), dtype=np.float32) * 9
    assert decode(emission, np.array([0, 2]), transition)[0].tolist() == [0, 1]


def test_inside_never_follows_another_label(tmp_path):
    small_model(tmp_path / "m.npz")
    transition = weights.load(str(tmp_path / "m.npz")).transition
    inside, outside = weights.TAGS.index("I-TIME"), weights.TAGS.index("O")
    assert transition[outside, inside] == weights.FORBIDDEN
    assert transition[weights.TAGS.index("B-TIME"), inside] == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x93NUMPY"])
def test_what_is_not_a_model_is_said_to_be_none(tmp_path, content):
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(UsageError, match=r"m\.npz"):
        weights.load(str(tmp_path / "m.npz"))


def test_a_model_of_other_features_is_refused(tmp_path, monkeypatch):
    with monkeypatch.context() as other:
        other.setattr(weights, "SIGNATURE", weights.SIGNATURE ^ 1)
        small_model(tmp_path / "m.npz")
    with pytest.raises(UsageError, match="another version; train it again"):
        weights.load(str(tmp_path / "m.npz"))


def test_missing_model_names_the_way_out():
    with pytest.raises(UsageError, match="dvextract train"):
        weights.load("nowhere/m.npz")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], []),
        (["O", "O"], []),
        (["B-PERSON", "I-PERSON", "O"], [(0, 2, "PERSON")]),
        (["B-PERSON", "B-PERSON"], [(0, 1, "PERSON"), (1, 2, "PERSON")]),  # neighbours stay two
        (["B-TITLE", "I-TITLE", "B-PERSON"], [(0, 2, "TITLE"), (2, 3, "PERSON")]),
        (["O", "B-TIME"], [(1, 2, "TIME")]),  # open at the end
    ],
)
def test_spans(tags, expected):
    numbers = np.array([weights.TAGS.index(t) for t in tags], dtype=np.int8)
    begin, end = weights.spans(numbers, np.array([0, len(tags)]))
    labels = [weights.LABELS[(numbers[b] - 1) // 2] for b in begin]
    assert list(zip(begin.tolist(), end.tolist(), labels, strict=True)) == expected


def test_spans_end_with_their_sentence():
    numbers = np.array([weights.TAGS.index(t) for t in ("B-PERSON", "I-PERSON", "I-PERSON", "O")], dtype=np.int8)
    begin, end = weights.spans(numbers, np.array([0, 2, 4]))
    assert (begin.tolist(), end.tolist()) == ([0, 2], [2, 3])
