"""Floors: figures that do not fall unnoticed."""

import json
from pathlib import Path

import pytest

from dvextract import evaluate
from dvextract.errors import UsageError
from dvextract.evaluation import floors
from dvextract.evaluation.score import Ratio, Scores

FLOORS = Path(__file__).parents[1] / "floors.json"
SEED = Path(__file__).parents[3] / "shared" / "gold" / "seed.jsonl"


def scores(right=9, values=(3, 4)):
    strict = {"PERSON": Ratio(right, 10, 10), "ALL": Ratio(right, 10, 10)}
    return Scores(1, 0, strict, Ratio(10, 10, 10), {"TIME": values}, posts=Ratio(1, 2, 2))


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text("{}\n")
    return path


@pytest.fixture
def pinned(tmp_path, gold):
    path = tmp_path / "floors.json"
    floors.update(scores(), gold, path)
    return path


def test_a_floors_file_holds_figures_and_a_hash_only(pinned):
    (entry,) = json.loads(pinned.read_text()).values()
    assert entry["figures"] == {"strict.PERSON": 0.9, "strict.ALL": 0.9, "value.TIME": 0.75, "posts": 0.5}
    assert set(entry) == {"sha256", "figures"}
    assert len(entry["sha256"]) == 64


def test_figures_at_their_floors_pass(gold, pinned):
    assert floors.check(scores(), gold, pinned) == []


def test_a_figure_below_its_floor_is_named(gold, pinned):
    assert floors.check(scores(right=8), gold, pinned) == [
        "below its floor: strict.PERSON 0.8000 < 0.9000",
        "below its floor: strict.ALL 0.8000 < 0.9000",
    ]


def test_a_figure_that_has_gone_is_below_its_floor(gold, pinned):
    now = scores()
    now.posts = None
    assert floors.check(now, gold, pinned) == ["below its floor: posts 0.0000 < 0.5000"]


def test_better_figures_raise_the_floors(gold, pinned):
    lines = floors.update(scores(right=10), gold, pinned)
    assert "strict.PERSON: 0.9000 -> 1.0000" in lines
    assert floors.check(scores(), gold, pinned)


def test_floors_are_not_lowered_silently(gold, pinned):
    before = pinned.read_bytes()
    with pytest.raises(UsageError, match=r"not lowered silently; edit .* by hand: value.TIME 0.7500 -> 0.5000"):
        floors.update(scores(right=10, values=(2, 4)), gold, pinned)
    assert pinned.read_bytes() == before


def test_floors_of_other_pages_are_refused(gold, pinned):
    gold.write_text("{} \n")
    with pytest.raises(UsageError, match="has changed since its floors were pinned"):
        floors.check(scores(), gold, pinned)


def test_floors_of_another_file_stay(tmp_path, gold, pinned):
    other = tmp_path / "other.jsonl"
    other.write_text("{}")
    floors.update(scores(right=1), other, pinned)
    assert floors.check(scores(), gold, pinned) == []
    assert set(json.loads(pinned.read_text())) == {"gold.jsonl", "other.jsonl"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot read floors"),
        ("[]", "no floors file"),
        ('{"gold.jsonl": {}}', "no floors file"),
        ("{}", "has no floors"),
    ],
)
def test_a_file_that_holds_no_floors(tmp_path, gold, content, message):
    path = tmp_path / "floors.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=message):
        floors.check(scores(), gold, path)


def test_pinned_floors_hold_figures_and_hashes_only():
    for entry in json.loads(FLOORS.read_text(encoding="utf-8")).values():
        assert set(entry) == {"sha256", "figures"}
        assert int(entry["sha256"], 16)
        assert all(0 <= figure <= 1 for figure in entry["figures"].values())


@pytest.mark.skipif(not SEED.exists(), reason="needs the annotated pages beside the checkout")
def test_no_figure_is_below_its_pinned_floor():
    assert floors.check(evaluate(SEED), SEED, FLOORS) == []
