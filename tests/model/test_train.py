"""Training from gold records: what is refused, and that the same records give the same model."""

import json

import pytest

from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.model.decode import decode
from dvextract.model.encoder import default_encoder
from dvextract.model.train import fit, prepare, read_records, train
from dvextract.model.weights import load, spans
from dvextract.stages.tagger import Tagger

NAMES = {
    "Đồng chí Lò Văn Biên dự hội nghị.": "Lò Văn Biên",
    "Ông Cầm Văn Pánh phát biểu.": "Cầm Văn Pánh",
    "Bà Vừ Thị Mỷ trao quà.": "Vừ Thị Mỷ",
}


def records():
    for i, (text, name) in enumerate(NAMES.items()):
        start = text.index(name)
        mention = {"start": start, "end": start + len(name), "label": "PERSON"}
        yield {"doc_id": f"p{i}", "text": text, "mentions": [mention]}


def written(path, rows):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def test_same_records_same_bytes_and_the_card_says_which(tmp_path):
    gold = written(tmp_path / "gold.jsonl", records())
    figures = tmp_path / "gold-5-fold.json"
    figures.write_text(json.dumps({"strict": {"PERSON": {"f": 0.5}, "MACRO_F": 0.5}}))
    assert train([gold], tmp_path / "a.npz", "invented", [figures]) == 3
    train([gold], tmp_path / "b.npz", "invented", [figures])
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    card = load(str(tmp_path / "a.npz")).card
    assert card["pages"] == 3
    assert list(card["data"]) == ["gold.jsonl"]
    assert card["figures"] == {"gold-5-fold": {"PERSON": 0.5}}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "not JSON"),
        ("[]", "needs 'doc_id'"),
        ('{"text": "a", "mentions": []}', "needs 'doc_id'"),
        ('{"doc_id": "p", "text": "a", "mentions": {}}', "needs 'doc_id'"),
        ('{"doc_id": "p", "text": "a", "mentions": [{"start": 0, "end": 1, "label": "NAME"}]}', LABELS[0]),
        ('{"doc_id": "p", "text": "a", "mentions": [{"start": "0", "end": 1, "label": "PERSON"}]}', "whole numbers"),
        ('{"doc_id": "p", "text": "a", "mentions": [{"start": 0, "end": 2, "label": "PERSON"}]}', "outside the text"),
    ],
)
def test_what_is_no_gold_record_is_named_with_its_line(tmp_path, row, message):
    path = tmp_path / "gold.jsonl"
    path.write_text("\n" + row, encoding="utf-8")
    with pytest.raises(UsageError, match="line 2") as e:
        read_records([path])
    assert message in str(e.value)


def test_no_records(tmp_path):
    with pytest.raises(UsageError, match="no gold records"):
        read_records([written(tmp_path / "gold.jsonl", [])])


def test_missing_folder_and_figures_are_told_before_training(tmp_path):
    gold = written(tmp_path / "gold.jsonl", records())
    with pytest.raises(UsageError, match="no folder"):
        train([gold], tmp_path / "nowhere" / "m.npz")
    with pytest.raises(UsageError, match="--json"):
        train([gold], tmp_path / "m.npz", figures=[gold])


def sureness(model, encoded):
    """Scores of the spans that a model gives for an encoded batch."""
    tags, scores = decode(model.emission(encoded), encoded.flat.first, model.transition)
    runs = zip(*spans(tags, encoded.flat.first), strict=True)
    return [round(float(scores[a:b].mean()), 4) for a, b in runs]


def test_an_ablated_column_is_silent_in_training_and_use(tmp_path):
    rows = list(records())
    out = tmp_path / "a.npz"
    fit(rows, prepare(rows), out, {"ablate": ["form", "lower", "shape"]})
    model = load(str(out))
    encoded = default_encoder(frozenset(model.card["ablate"])).encode(prepare(rows))
    whole = default_encoder().encode(prepare(rows))
    assert not any(encoded.columns[name].any() for name in ("form", "lower", "shape"))
    assert whole.columns["form"].all()
    assert (encoded.columns["cue"] == whole.columns["cue"]).all()  # made of forms, not ablated itself
    docs = prepare(rows)
    Tagger(model)(docs)
    assert [p.score for doc in docs for p in doc.predictions] == sureness(model, encoded) != sureness(model, whole)


def test_a_column_that_is_none_cannot_be_ablated(tmp_path):
    rows = list(records())
    with pytest.raises(UsageError, match="no column 'colour'"):
        fit(rows, prepare(rows), tmp_path / "a.npz", {"ablate": ["colour"]})
