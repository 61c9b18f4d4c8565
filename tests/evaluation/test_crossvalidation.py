"""Which pages a tagger is trained on and which it is judged on."""

import json
from itertools import pairwise

import pytest

from dvextract.evaluation import crossvalidation

TEXTS = [f"Đồng chí Lò Văn {name} dự hội nghị." for name in ("Biên", "Pánh", "Tú", "Hặc", "Thướng", "Sượi", "Pảnh")]


@pytest.fixture
def gold(tmp_path):
    """Writes a file of records with these texts' numbers and folds."""

    def written(name, numbers, folds=None):
        records = []
        for place, i in enumerate(numbers):
            record = {"doc_id": f"p{i}", "text": TEXTS[i], "mentions": [{"start": 9, "end": 15, "label": "PERSON"}]}
            records.append({**record, **({"fold": folds[place]} if folds else {})})
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(r) for r in records), encoding="utf-8")
        return path

    return written


@pytest.fixture
def trained(monkeypatch):
    """The doc_ids of every training, and its card and encoder; the trainings themselves go on."""
    calls = []

    def fit(records, docs, out, card, encoder=None):
        assert [r["doc_id"] for r in records] == [d.doc_id for d in docs]
        calls.append(([r["doc_id"] for r in records], card, encoder))
        original(records, docs, out, card, encoder)

    original = crossvalidation.fit
    monkeypatch.setattr(crossvalidation, "fit", fit)
    return calls


def test_a_fold_is_judged_by_what_the_others_taught(gold, trained):
    path = gold("a.jsonl", range(4), folds=[1, 0, 1, 0])
    also = gold("b.jsonl", [5])
    scores = crossvalidation.cross_validate([path], 2, train_also=[also])
    assert [ids for ids, _, _ in trained] == [["p0", "p2", "p5"], ["p1", "p3", "p5"]]
    assert scores[path].documents == 4


def test_a_smaller_share_is_part_of_a_larger_one(gold, trained):
    path, other = gold("a.jsonl", range(6)), gold("b.jsonl", [6])
    for fraction in (0.1, 0.5, 0.7, 1.0):
        crossvalidation.transfer([path], [other], fraction=fraction)
    shares = [ids for ids, _, _ in trained]
    assert [len(ids) for ids in shares] == [1, 3, 5, 6]
    for smaller, larger in pairwise(shares):
        assert set(smaller) < set(larger)
        assert larger == sorted(larger)


def test_training_and_test_pages_stay_apart(gold, trained):
    learn, one, two = gold("a.jsonl", [0, 1, 2]), gold("b.jsonl", [3]), gold("c.jsonl", [4, 5])
    scores = crossvalidation.transfer([learn], [one, two], ablate=["shape"])
    assert trained == [(["p0", "p1", "p2"], {"ablate": ["shape"]}, None)]
    assert {path.name: s.documents for path, s in scores.items()} == {"b.jsonl": 1, "c.jsonl": 2}
    assert all(s.strict["PERSON"].gold == s.documents for s in scores.values())
