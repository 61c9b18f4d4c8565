"""Training the context network: what it learns is what runs without PyTorch."""

import gzip
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch (extra context)")

from dvextract.errors import UsageError  # noqa: E402
from dvextract.lookup import look_up  # noqa: E402
from dvextract.model import network, train, weights  # noqa: E402
from dvextract.model.encoder import default_encoder  # noqa: E402

TEXTS = ["Đồng chí Lò Văn Biên dự hội nghị. Bản họp.", "Bà Cầm Thị Pánh thăm bản Huổi Lưa ngày 8/7."] * 40


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pretrained")
    with gzip.open(folder / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}) + "\n" for text in TEXTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(network.PRETRAIN, "steps", 5)
        patch.setitem(network.PRETRAIN, "rows", 2)
        network.pretrain(folder / "articles.jsonl.gz", folder / "encoder.npz")
    return folder / "encoder.npz"


@pytest.fixture(scope="module")
def annotated():
    records = [
        {"doc_id": str(i), "text": text, "mentions": [{"start": 9, "end": 20, "label": "PERSON"}]}
        for i, text in enumerate(TEXTS[:4])
    ]
    docs = train.prepare(records)
    encoded = default_encoder().encode(docs)
    return encoded, train.gold_tags(records, encoded.flat)


def test_the_same_pages_give_the_same_network(pretrained, annotated):
    (a, more), (b, again) = (network.finetune(*annotated, len(weights.TAGS), pretrained) for _ in range(2))
    assert np.array_equal(a.weights, b.weights)
    assert np.array_equal(more, again)


def test_arrays_give_what_torch_gives(pretrained, annotated):
    encoded, tags = annotated
    context, _ = network.finetune(encoded, tags, len(weights.TAGS), pretrained)
    encoder, known = network._loaded(pretrained, 0.0)
    plain = network._context(encoder, known, {}, np.eye(network.WIDTH, dtype=np.float32), np.zeros(network.WIDTH))
    first = encoded.flat.first
    forms = torch.from_numpy(network.form_rows(encoded.columns["token"], known))
    shapes = torch.from_numpy(look_up(encoded.columns["shape"], network.shape_keys()) + 1)
    ours = plain.emission(encoded.columns, first)
    for i in range(len(first) - 1):
        a, b = int(first[i]), int(first[i + 1])
        theirs = encoder.eval()(forms[None, a:b], shapes[None, a:b])[0].detach().numpy()
        assert ours[a:b] == pytest.approx(theirs, abs=1e-3)
    assert context.emission(encoded.columns, first).shape == (first[-1], len(weights.TAGS))


def test_what_is_no_encoder(tmp_path, annotated):
    (tmp_path / "no.npz").write_bytes(b"nothing")
    with pytest.raises(UsageError, match=r"no\.npz"):
        network.finetune(*annotated, len(weights.TAGS), tmp_path / "no.npz")
