"""The benchmarks: peers' words laid along the text, groups of features, a whole small comparison, every stage timed."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from dvextract.document import Document
from dvextract.model.encoder import default_encoder

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
NAMES = ("Lò Văn Biên", "Cầm Thị Pánh", "Vừ A Dếnh", "Quàng Thị Nhớ", "Hà Duy Khiết", "Mùa Súa Lềnh")
PLACES = ("xã Pá Ngần", "bản Lả Mường", "xã Nậm Khoong", "huyện Tà Mít", "bản Huổi Sưn", "xã Sín Lủng")


@pytest.fixture(scope="module")
def quality():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("quality")
        for name in ("quality", "peers"):
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def peers(quality):
    return sys.modules["peers"]


@pytest.fixture
def gold(tmp_path):
    """Two files of three annotated pages."""
    files = []
    for number in range(2):
        lines = []
        for i in range(number, 6, 2):
            text = f"Đồng chí {NAMES[i]} đến thăm {PLACES[i]}."
            spans = ((NAMES[i], "PERSON"), (PLACES[i], "LOCATION"))
            mentions = [{"start": (a := text.index(s)), "end": a + len(s), "label": k} for s, k in spans]
            lines.append(json.dumps({"doc_id": f"p{i}", "text": text, "mentions": mentions}))
        files.append(tmp_path / f"gold{number}.jsonl")
        files[-1].write_text("\n".join(lines), encoding="utf-8")
    return files


@pytest.mark.parametrize(
    ("sentence", "tagged", "found"),
    [
        # words as underthesea and vntk give them, with blanks
        (
            "Ông Lò Văn Biên ở Tà Mít.",
            [("Ông", "O"), ("Lò Văn Biên", "B-PER"), ("ở", "O"), ("Tà Mít", "B-LOC"), (".", "O")],
            [("Lò Văn Biên", "PERSON"), ("Tà Mít", "LOCATION")],
        ),
        # words as ViNLP gives them, with underscores; a name of two words
        (
            "Huyện ủy Tà Mít họp.",
            [("Huyện_ủy", "B-ORG"), ("Tà_Mít", "I-ORG"), ("họp", "O"), (".", "O")],
            [("Huyện ủy Tà Mít", "ORGANISATION")],
        ),
        # two names side by side are two
        ("Lan Mai", [("Lan", "B-PER"), ("Mai", "B-PER")], [("Lan", "PERSON"), ("Mai", "PERSON")]),
        # an inside tag after another label begins anew
        ("Tà Mít Lan", [("Tà_Mít", "B-LOC"), ("Lan", "I-PER")], [("Tà Mít", "LOCATION"), ("Lan", "PERSON")]),
        # more blanks in the text than in the word
        ("bà  Lan\u00a0 Anh đi", [("bà", "O"), ("Lan Anh", "B-PER"), ("đi", "O")], [("Lan\u00a0 Anh", "PERSON")]),
        # a word that was rewritten is passed over, and what follows is found
        (
            "hoà giải ở Tà Mít",
            [("hòa giải", "B-ORG"), ("ở", "O"), ("Tà Mít", "B-LOC")],
            [("Tà Mít", "LOCATION")],
        ),
        # labels that nobody asks for
        ("Lễ hội Hoa", [("Lễ hội Hoa", "B-MISC")], []),
        ("", [], []),
    ],
)
def test_words_are_laid_along_the_sentence(peers, sentence, tagged, found):
    assert [(sentence[a:b], label) for a, b, label in peers.spans(sentence, tagged)] == found


def test_spans_are_in_the_texts_own_offsets(peers, monkeypatch):
    monkeypatch.setitem(peers.PEERS, "mine", lambda sentences: [[(s.split()[-1], "B-PER")] for s in sentences])
    text = "Dòng đầu\nGặp Biên\n" + "x " * peers.LONGEST + "Mai"
    bounds = [(0, 8), (9, 17), (18, len(text))]
    found = peers.recognise("mine", [(text, bounds), ("Lan", [(0, 3)])])
    assert [text[a:b] for a, b, _ in found[0]][:2] == ["đầu", "Biên"]
    assert found[0][2][:2] == (18, 19)  # only the beginning of a long sentence is looked at
    assert found[1] == [(0, 3, "PERSON")]


def test_every_column_is_in_one_group(quality):
    doc = Document("p", "Đồng chí Lò Văn Biên dự hội nghị.")
    from dvextract.pipeline import load_pipeline

    load_pipeline("default", stop_before="tagger")([doc])
    grouped = [name for group in quality.GROUPS.values() for name in group]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) | {"mark"} == set(default_encoder().encode([doc]).columns)  # mark only makes other columns


def test_a_peer_is_judged_on_its_labels_and_outside_of_ours(quality, peers, monkeypatch):
    text = "Bí thư Huyện ủy Tà Mít Lò Văn Biên đến bản Lả Mường."
    spans = (("Bí thư Huyện ủy Tà Mít", "TITLE"), ("Lò Văn Biên", "PERSON"), ("bản Lả Mường", "LOCATION"))
    mentions = [{"start": (a := text.index(s)), "end": a + len(s), "label": k} for s, k in spans]
    tagged = [("Huyện ủy Tà Mít", "B-ORG"), ("Lò Văn Biên", "B-PER"), ("Lả Mường", "B-LOC")]
    monkeypatch.setitem(peers.PEERS, "mine", lambda sentences: [tagged for _ in sentences])
    scores = quality.peer_scores("mine", [{"doc_id": "p", "text": text, "mentions": mentions}])
    assert {k: (r.right, r.found, r.gold) for k, r in scores.strict.items()} == {
        "PERSON": (1, 1, 1),
        "LOCATION": (0, 1, 1),
        "ALL": (1, 2, 2),
    }
    assert scores.overlaps["LOCATION"].f1 == 1


def test_learning_curve_ablation_and_peers(quality, gold, capsys, monkeypatch):
    monkeypatch.setenv("NODE_PATH", "nowhere")
    quality.main([*map(str, gold), "--folds", "3", "--fractions", "1", "0.5", "--ablate", "shapes"])
    out = capsys.readouterr().out
    blocks = out.split("gold1.jsonl")
    assert len(blocks) == 2
    for block in blocks:
        lines = block.splitlines()
        names = [line[:24].strip() for line in lines[next(i for i, x in enumerate(lines) if x.startswith("F1,")) + 1 :]]
        assert names[:3] == ["dvextract, 50%", "dvextract, 100%", "without shapes"]
        assert names[3:6] == ["underthesea", "ViNLP", "vntk"]
    assert "vntk                     not there: n" in out


def test_trained_on_one_kind_judged_on_another(quality, gold, capsys):
    quality.main(["--train", str(gold[0]), "--test", str(gold[1]), "--peers"])
    out = capsys.readouterr().out
    assert out.startswith("gold1.jsonl")
    assert "3 pages, 0 rows" in out
    assert "gold0" not in out
    figures = next(line for line in out.splitlines() if line.startswith("dvextract, 100%")).split()[2:]
    assert len(figures) == 10
    assert float(figures[0]) > 0.6  # PERSON, from three sentences of the same shape


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--train", "a.jsonl"], "--train and --test"),
        (["a.jsonl", "--train", "b.jsonl", "--test", "c.jsonl"], "--train and --test"),
        (["a.jsonl", "--fractions", "2"], "--fractions"),
        (["a.jsonl", "--ablate", "network"], "--encoder"),
        (["a.jsonl", "--ablate", "colours"], "invalid choice"),
    ],
)
def test_what_does_not_go_together(quality, words, message, capsys):
    with pytest.raises(SystemExit):
        quality.main(words)
    assert message in capsys.readouterr().err


def test_all_ablations_with_and_without_a_network(quality, monkeypatch, gold, capsys):
    asked = []

    def validated(files, folds, **options):
        asked.append(options)
        return real(files, folds)

    real = quality.cross_validate
    monkeypatch.setattr(quality, "cross_validate", validated)
    monkeypatch.setattr(quality, "pretrained", lambda name: Path(name) if name else None)
    quality.main([str(gold[0]), "--folds", "2", "--ablate", "all", "--encoder", "e.npz", "--peers"])
    assert asked[0] == {"encoder": Path("e.npz"), "fraction": 1.0}
    assert {"encoder": Path("e.npz"), "ablate": quality.GROUPS["grammars"]} in asked
    assert asked[-1] == {}  # without the network
    assert len(asked) == 1 + len(quality.GROUPS)
    asked.clear()
    quality.main([str(gold[0]), "--folds", "2", "--ablate", "all", "--peers"])
    assert len(asked) == len(quality.GROUPS)
    assert "without network" in capsys.readouterr().out


def test_every_stage_and_the_tables_are_timed(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    speed = importlib.import_module("speed")
    pipeline = speed.load_pipeline()
    spent = speed.stage_times(pipeline, speed.pages([f"Đồng chí {NAMES[0]} đến thăm {PLACES[0]}."]))
    assert list(spent) == [*(f"stage {stage.name}" for stage in pipeline.stages), "tables"]
    assert all(seconds >= 0 for seconds in spent.values())
