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


@pytest.fixture(scope="module")
def speed():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("speed")
        for name in ("speed", "scaling", "invented", "plan"):
            sys.modules.pop(name, None)


def test_every_stage_and_the_tables_are_timed(speed):
    pipeline = speed.load_pipeline()
    spent = speed.stage_costs(pipeline, speed.pages([f"Đồng chí {NAMES[0]} đến thăm {PLACES[0]}."]))
    assert list(spent) == [*(f"stage {stage.name}" for stage in pipeline.stages), "tables"]
    assert all(cost.seconds >= 0 and cost.memory >= 0 for cost in spent.values())


def test_memory_is_what_a_call_takes_at_most(speed):
    # large enough to come from the system each time, not from what was given back before
    assert 140 < speed.cost(lambda: len(b"a" * (160 << 20))).memory < 190
    assert 70 < speed.cost(lambda: len(b"a" * (80 << 20))).memory < 110


def test_invented_pages_are_no_two_alike_and_always_the_same(speed):
    texts = speed.read_texts("", 60)
    assert len(set(texts)) == 60
    assert texts[:30] == speed.read_texts("", 30)
    lines = [line for text in texts for line in text.splitlines() if len(line) > 60]
    assert len(set(lines)) > 0.8 * len(lines)


@pytest.fixture
def figures():
    stage = {"rate": 200_000, "share": 0.5, "memory": 4.2}
    whole = {"rate": 100_000, "share": 1.0, "memory": 4.2}
    return {
        "pages": 2,
        "characters": 100,
        "invented": False,
        "date": "2026-11-26",
        "version": "1",
        "python": "3.11",
        "processor": "a processor",
        "peers": {"pyvi.tokenize": 100_000},
        "stages": {
            "stage layout": stage,
            "tables": stage,
            speed_whole(): whole,
        },
        "long_page": {"stage layout": 1.0},
        "memory": {"loaded": 100, "long_page": 300},
        "runs": {"1": {"rate": 90_000, "work": 1.0, "memory": 200}, "2": {"rate": 170_000, "work": 2, "memory": 210}},
        "cold_start": {"run seeds/": {"wall": 1.5, "work": 1.4}, "--help": {"wall": 0.1, "work": 0.1}},
    }


def speed_whole():
    return "all stages and tables"


def test_figures_for_terminal_and_readme(speed, figures):
    assert "stage layout                 50.0%       200,000      4.2 MB                        2.0 x" in speed.report(
        figures
    )
    readme = f"# A\n\n{speed.BEGIN}\nold\n{speed.END}\n\nmore\n"
    filled = speed.fill(readme, figures)
    assert "| stage layout | 200,000 | 50.0% | 4.2 MB | 2.0 × |" in filled
    assert "| `run --workers 1`, wall time | 90,000 | | | 0.9 × |" in filled
    assert "At most 210 MB a process; a run over one page is 1.4 s of work" in filled
    assert filled.startswith("# A\n")
    assert filled.endswith(f"{speed.END}\n\nmore\n")
    assert speed.fill(filled, figures) == filled
    for broken in ("", speed.BEGIN, f"{speed.END}\n{speed.BEGIN}", readme + speed.BEGIN):
        with pytest.raises(ValueError, match="README must have"):
            speed.fill(broken, figures)


def test_the_readme_has_the_figures_of_the_last_measurement(speed):
    readme = (BENCHMARKS.parent / "README.md").read_text(encoding="utf-8")
    assert speed.fill(readme, json.loads(speed.FIGURES.read_bytes())) == readme


def test_the_plan_is_that_of_the_last_measurement(speed, monkeypatch, tmp_path, capsys):
    plan = importlib.import_module("plan")
    page = tmp_path / "cluster.md"
    page.write_text(plan.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    written = page.read_bytes()
    monkeypatch.setattr(plan, "PAGE", page)
    plan.main(["--docs"])
    assert page.read_bytes() == written  # else: python benchmarks/plan.py --docs
    plan.main(["--pages", "1000000", "--characters", "3600", "--workers", "10"])
    lines = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    hours = float(lines["core hours"].split()[0])
    rate = json.loads(speed.FIGURES.read_bytes())["stages"][speed.WHOLE]["rate"]
    assert hours == pytest.approx(1_000_000 / rate, abs=1)  # a page is 3,600 characters
    with pytest.raises(ValueError, match="must have one line"):
        plan.fill("", [])


def test_a_command_is_measured_by_itself(speed):
    held = bytearray(300 << 20)  # this process is larger than the other
    seconds, work, memory = speed.command("--version")
    assert len(held) > memory * (1 << 20)
    assert 0 < work < seconds + 1
    with pytest.raises(SystemExit, match="dvextract nonsense failed"):
        speed.command("nonsense")


def test_scaling_prints_a_row_a_run(speed, capsys):
    scaling = importlib.import_module("scaling")
    scaling.main(["--pages", "2", "--times", "1", "2", "--workers", "1"])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [["2", "1"], ["4", "1"]]
    assert float(rows[2][-1]) < 700  # MB
