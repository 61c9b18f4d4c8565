"""Token-classification models of transformers, each tiny, random and made here."""

from itertools import pairwise

import pytest

from dvextract import extract
from dvextract.document import Block, Document
from dvextract.errors import OptionError
from dvextract.pipeline import load_pipeline
from dvextract.recognisers.transformers import Transformers

pytest.importorskip("torch", reason="needs the extra 'transformers'")
pytest.importorskip("transformers", reason="needs the extra 'transformers'")

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-MISC"]
TEXT = "Bà Hà Thị Miền thăm bản Pá Ngần."
WORDS = ["Bà", "Hà", "Th", "##ị", "Mi", "##ền", "thăm", "bản", "Pá", "Ngần", "."]


def made(folder, layers=1, positions=64, says=None):
    """A BERT of random weights over `WORDS`; with ``says`` (tags by piece) it reads single pieces and always so."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    vocabulary = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=positions,
    )
    torch.manual_seed(8)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=0 if says else layers,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=positions,
        id2label=dict(enumerate(TAGS)),
        label2id={t: i for i, t in enumerate(TAGS)},
    )
    model = BertForTokenClassification(config)
    if says:
        with torch.no_grad():
            embeddings = model.bert.embeddings
            embeddings.position_embeddings.weight.zero_()
            embeddings.token_type_embeddings.weight.zero_()
            vectors = embeddings.LayerNorm(embeddings.word_embeddings.weight)
            wanted = torch.full((len(vocabulary), len(TAGS)), -4.0)
            for word, i in vocabulary.items():
                wanted[i, TAGS.index(says.get(word, "O"))] = 4.0
            ones = torch.cat([vectors, torch.ones(len(vocabulary), 1)], dim=1)
            solved = torch.linalg.lstsq(ones, wanted).solution
            model.classifier.weight.copy_(solved[:-1].T)
            model.classifier.bias.copy_(solved[-1])
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return str(folder)


SAYS = {"Hà": "B-PER", "Th": "I-PER", "Mi": "I-PER", "Pá": "B-LOC", "Ngần": "I-LOC", "thăm": "B-MISC", "##ị": "B-LOC"}


@pytest.fixture(scope="module")
def certain(tmp_path_factory):
    """A model that says `SAYS`."""
    return made(tmp_path_factory.mktemp("certain"), says=SAYS)


@pytest.fixture(scope="module")
def random(tmp_path_factory):
    return made(tmp_path_factory.mktemp("random"), layers=2)


def page(text, *cuts):
    doc = Document("p", text)
    edges = [0, *cuts, len(text)]
    doc.add("blocks", tuple(Block(a, b, "body") for a, b in pairwise(edges)))
    return doc


def words(doc, spans):
    return [(doc.span(s), s.label) for s in spans]


def test_a_word_has_the_tag_of_its_first_piece_and_labels_are_mapped(certain):
    doc = page(TEXT)
    (spans,) = Transformers(certain)([doc])
    assert words(doc, spans) == [("Hà Thị Miền", "PERSON"), ("Pá Ngần", "LOCATION")]
    assert all(0.9 < s.score <= 1 for s in spans)


def test_labels_of_the_pipeline_file(certain):
    doc = page(TEXT)
    (spans,) = Transformers(certain, labels={"MISC": "EVENT", "LOC": "LOCATION"})([doc])
    assert words(doc, spans) == [("thăm", "EVENT"), ("Pá Ngần", "LOCATION")]


@pytest.mark.parametrize(("window", "overlap"), [(5, 0), (8, 3), (16, None), (64, 10)])
def test_windows_do_not_show(certain, window, overlap):
    text = " ".join([TEXT] * 30)
    doc = page(text, len(TEXT) + 1)
    (spans,) = Transformers(certain, window=window, overlap=overlap, batch=3)([doc])
    assert words(doc, spans) == [("Hà Thị Miền", "PERSON"), ("Pá Ngần", "LOCATION")] * 30


def test_a_random_model_as_the_library_itself_would_say(random):
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(random), AutoModelForTokenClassification.from_pretrained(random)
    encoded = tokenizer(TEXT, return_offsets_mapping=True, return_tensors="pt")
    offsets = encoded.pop("offset_mapping")[0].tolist()
    with torch.inference_mode():
        odds = model.eval()(**encoded).logits.softmax(-1)[0]
    starts = {a: TAGS[int(row.argmax())] for (a, b), row in zip(offsets, odds, strict=True) if b > a}
    doc = page(TEXT)
    names = {"PER": "PERSON", "LOC": "LOCATION", "MISC": "EVENT"}
    (spans,) = Transformers(random, labels=names)([doc])
    covered = {s.start: s.label for s in spans}
    assert covered
    for start, label in covered.items():
        assert names[starts[start][2:]] == label
    inside = {i for s in spans for i in range(s.start, s.end)}
    first = {0, 3, 6, 10, 15, 20, 24, 27, 31}  # where the words begin
    assert {a for a in starts if a in first and starts[a] != "O"} == {a for a in first if a in inside}


def test_the_same_whatever_the_batch(random):
    docs = [page(TEXT * n) for n in (1, 3, 2)]
    together = Transformers(random, batch=16)(docs)
    assert together == [Transformers(random, batch=1)([d])[0] for d in docs]


def test_pages_without_content(certain):
    doc = Document("p", "In trang")
    doc.add("blocks", (Block(0, 8, "nav"),))
    assert Transformers(certain)([doc, page(TEXT)])[0] == []


@pytest.mark.parametrize(
    ("options", "key", "message"),
    [
        ({"labels": {"PER": "PERSONN"}}, "labels", "no label 'PERSONN'; there are: PERSON"),
        ({"labels": {"NAME": "PERSON"}}, "labels", "none of the model's labels is mapped; it has: LOC, MISC, PER"),
        ({"window": 100}, "window", "the model reads 3 to 64 pieces at once"),
        ({"window": 10, "overlap": 8}, "overlap", "must be at least 0 and below 8"),
        ({"model": "/nowhere/at/all"}, "model", "cannot load '/nowhere/at/all'"),
        ({"device": "abacus"}, "device", "cannot be used"),
    ],
)
def test_options_that_cannot_be_used(certain, options, key, message):
    with pytest.raises(OptionError, match=message) as caught:
        Transformers(**{"model": certain, **options})
    assert caught.value.key == key


def test_fingerprints_tell_models_apart(certain, random):
    assert Transformers(certain).fingerprint == Transformers(certain).fingerprint != Transformers(random).fingerprint


def test_in_a_pipeline_file_beside_the_model(tmp_path, certain):
    (tmp_path / "my-model").symlink_to(certain)
    stages = [f'[[stages]]\nname = "{s.name}"' for s in load_pipeline().stages]
    stages.insert(
        4, '[[stages]]\nname = "recogniser"\nuse = "transformers"\nmodel = "my-model"\nrole = "wins"\nat_least = 0.5'
    )
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(stages), encoding="utf-8")
    doc = extract(TEXT, str(path))
    assert [(doc.span(m), m.label, m.method) for m in doc.mentions] == [
        ("Hà Thị Miền", "PERSON", "recogniser.transformers"),
        ("Pá Ngần", "LOCATION", "recogniser.transformers"),
    ]
    assert [m.score for m in doc.mentions] == [f.score for f in doc.recognised]
