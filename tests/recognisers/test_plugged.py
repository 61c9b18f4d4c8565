"""Recognisers of other packages: found by entry point, checked, weighed, and part of what makes a run the same."""

import json
from pathlib import Path

import pytest

from dvextract import extract, load, run
from dvextract.errors import PipelineError, RecogniserError
from dvextract.pipeline import load_pipeline
from dvextract.recognisers import Factory, Span, factory, names

TEXT = "Bà Hà Thị Miền thăm bản Pá Ngần ngày 8/7/2024. Mọi nhà hưởng ứng #NhàSạchVườnXanh và #ab."

ANY = """
class Any:
    def __init__(self, spans: list = (), fail: str = ""):
        self.spans, self.fail = spans, fail
        if fail == "at once":
            raise KeyError("no luck")

    def __call__(self, docs):
        if self.fail and any(self.fail in d.text for d in docs):
            raise ValueError("cannot read " + self.fail)
        return [[tuple(s) for s in self.spans] for d in docs]

def short(docs):
    return []

def make_short():
    return short

NOTHING = 3
"""
ENTRIES = {"any": "any_recogniser:Any", "short": "any_recogniser:make_short", "broken": "any_recogniser:Nowhere"}


@pytest.fixture
def anything(install):
    """A recogniser that gives whatever its options say."""
    return install("any-recogniser", "2.1", {**ENTRIES, "number": "any_recogniser:NOTHING"}, {"any_recogniser": ANY})


def found(doc):
    return [(doc.span(m), m.label, m.method, m.kind, m.value) for m in doc.mentions]


def test_the_example_of_the_documentation(example, pipeline):
    doc = extract(TEXT, pipeline('use = "hashtags"\nkind = "movement"'))
    tag = ("NhàSạchVườnXanh", "PHRASE", "recogniser.hashtags", "movement", "nhàsạchvườnxanh")
    assert tag in found(doc)
    assert {"Hà Thị Miền", "bản Pá Ngần"} <= {words for words, *_ in found(doc)}
    reading = doc.readings[[m.method for m in doc.mentions].index("recogniser.hashtags")]
    assert (reading.kind, reading.value) == ("movement", "nhàsạchvườnxanh")


def test_installed_recognisers_are_known(example):
    assert {"hashtags", "transformers"} <= set(names())
    assert factory("hashtags").origin == "dvextract-hashtags 0.1.0"
    assert isinstance(factory("hashtags"), Factory)


@pytest.mark.parametrize(
    ("options", "line", "message"),
    [
        ('use = "hashtag"', 15, "use: no recogniser is called 'hashtag'; installed are: .*hashtags.*did you mean"),
        (
            'use = "hashtags"\nshortst = 3',
            16,
            "shortst: no such key; there are: kind, shortest; did you mean 'shortest'",
        ),
        ('use = "hashtags"\nshortest = "3"', 16, "shortest: must be a whole number"),
        ('use = "hashtags"\nrole = "win"', 16, "role: no role 'win'; there are: fills, wins, tagger; did you mean"),
        ("kind = 'x'", 13, "recogniser.use: missing"),
        ('use = "hashtags"\nat_least = "much"', 16, "at_least: must be a number"),
        ('use = "hashtags"\nas = 3', 16, "as: must be a string"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_by_line_and_key(example, pipeline, options, line, message):
    path = pipeline(options)
    with pytest.raises(PipelineError, match=message) as caught:
        load_pipeline(path)
    assert caught.value.lines[0].startswith(f"{path}:{line}: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('use = "any"\nfail = "at once"', r"any-recogniser 2.1\) cannot be made: KeyError: 'no luck'"),
        ('use = "broken"', r"\(any-recogniser 2.1\) cannot be imported: AttributeError"),
        ('use = "number"', r"\(any-recogniser 2.1\): any_recogniser:NOTHING is not callable"),
    ],
)
def test_a_package_that_cannot_be_used(anything, pipeline, options, message):
    with pytest.raises(PipelineError, match=message):
        load_pipeline(pipeline(options))


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ("[0, 2]", "is not \\(start, end, label\\)"),
        ('[0, 500, "PERSON"]', "is not inside the page's \\d+ code points"),
        ('[2, 2, "PERSON"]', "is not inside"),
        ('[0, "2", "PERSON"]', "is not inside"),
        ('[0, 2, "PER"]', "has no label of: PERSON"),
        ('[0, 2, "PERSON", 7]', "has a score that is not between 0 and 1"),
        ('[0, 2, "PERSON", 1.0, 3]', "has a kind or value that is no string"),
    ],
)
def test_what_is_no_span_is_the_packages_fault(anything, pipeline, span, message):
    with pytest.raises(RecogniserError, match=rf"recogniser 'any' \(any-recogniser 2.1\), page text: .*{message}"):
        extract(TEXT, pipeline(f'use = "any"\nspans = [{span}]'))


def test_a_batch_that_is_not_answered(anything, pipeline):
    with pytest.raises(RecogniserError, match="gave spans of 0 pages for 1"):
        extract(TEXT, pipeline('use = "short"'))


def test_roles(anything, pipeline):
    at = TEXT.index("Thị Miền")
    spans = f'spans = [[{at}, {at + 8}, "LOCATION", 0.7]]'
    fills, wins = (
        extract(TEXT, pipeline(f'use = "any"\nrole = "{r}"\n{spans}', name=r + ".toml")) for r in ("fills", "wins")
    )
    assert found(fills) == found(extract(TEXT))
    assert ("Thị Miền", "LOCATION", "recogniser.any", "", "") in found(wins)
    assert "Hà Thị Miền" not in {words for words, *_ in found(wins)}
    assert {m.score for m in wins.mentions if m.method == "recogniser.any"} == {0.7}


def test_in_place_of_the_tagger(anything, pipeline):
    a, b = TEXT.index("Hà Thị Miền"), TEXT.index("bản Pá Ngần")
    spans = f'[[{a}, {a + 11}, "PERSON", 0.9], [{a}, {a + 6}, "LOCATION", 0.2], [{b}, {b + 11}, "LOCATION"]]'
    doc = extract(TEXT, pipeline(f'use = "any"\nrole = "tagger"\nspans = {spans}', without=["tagger"]))
    assert [doc.span(p) for p in doc.predictions] == ["Hà Thị Miền", "bản Pá Ngần", "ngày 8/7/2024"]
    # what the grammars find stands beside
    assert [(doc.span(m), m.label, m.method) for m in doc.mentions] == [
        ("Hà Thị Miền", "PERSON", "recogniser.any"),
        ("bản Pá Ngần", "LOCATION", "recogniser.any"),
        ("ngày 8/7/2024", "TIME", "time.date.full"),
    ]


def test_two_taggers_are_one_too_many(anything, pipeline):
    with pytest.raises(PipelineError, match="adds 'predictions', which 'tagger' added already"):
        load_pipeline(pipeline('use = "any"\nrole = "tagger"'))


def test_own_wordings_stand_before_recognisers(anything, pipeline):
    a = TEXT.index("bản")
    path = pipeline(f'use = "any"\nrole = "wins"\nspans = [[{a}, {a + 11}, "EVENT"]]')
    with open(path, "a", encoding="utf-8") as file:
        file.write('\n[[follow]]\nphrase = "Pá Ngần"\n')
    assert ("Pá Ngần", "PHRASE", "follow", "", "Pá Ngần") in found(extract(TEXT, path))


def test_scores_below_the_threshold_are_left_out(anything, pipeline):
    at = TEXT.index("thăm")
    for least, expected in ((0.5, {"thăm"}), (0.6, set())):
        path = pipeline(
            f'use = "any"\nat_least = {least}\nspans = [[{at}, {at + 4}, "EVENT", 0.55]]', name=f"{least}.toml"
        )
        assert {w for w, _, method, *_ in found(extract(TEXT, path)) if method.startswith("recogniser")} == expected


def test_furniture_yields_nothing(anything, pipeline):
    text = "Trang chủ\n" + TEXT
    doc = extract(text, pipeline('use = "any"\nrole = "wins"\nspans = [[0, 5, "PERSON"], [8, 12, "EVENT"]]'))
    assert not doc.blocks[0].is_content
    assert doc.recognised == ()


def test_two_of_one_name(anything, pipeline):
    at = TEXT.index("thăm")
    one, two = 'use = "any"\nspans = []', f'use = "any"\nspans = [[{at}, {at + 4}, "EVENT"]]'
    with pytest.raises(PipelineError, match=r"adds 'recogniser\.any', which 'recogniser\.any' added already"):
        load_pipeline(pipeline([one, two], name="a.toml"))
    path = pipeline([one, f'{two}\nas = "second"'], name="b.toml")
    assert ("thăm", "EVENT", "recogniser.second", "", "") in found(extract(TEXT, path))


def test_behind_the_resolver_it_is_too_late(anything, tmp_path, pipeline):
    path = tmp_path / "late.toml"
    tables = Path(pipeline('use = "any"')).read_text(encoding="utf-8").split("\n\n")
    late = next(t for t in tables if "recogniser" in t)
    tables.remove(late)
    path.write_text("\n\n".join([*tables, late]), encoding="utf-8")
    with pytest.raises(PipelineError, match=r"recogniser.any: comes too late: put it before stage 'resolve'"):
        load_pipeline(str(path))


def test_in_a_run_a_fault_costs_one_page(anything, pipeline, lay, tmp_path):
    folder = lay({f"{i}.txt": TEXT + (" xấu" if i == 3 else "") for i in range(6)})
    summary = run(folder, tmp_path / "out", pipeline=pipeline('use = "any"\nfail = "xấu"'))
    assert (summary.pages, summary.rejects) == (5, 1)
    row = load(tmp_path / "out").rejects.iloc[0]
    assert (row.doc_id, row.stage, row.error) == ("3", "recogniser.any", "stage-failed")
    assert row.message == (
        "recogniser 'any' (any-recogniser 2.1) failed: ValueError: cannot read xấu; this is a fault of that package"
    )


def test_a_change_of_package_or_option_makes_a_run_be_done_again(anything, install, pipeline, lay, tmp_path):
    folder, out = lay({"a.txt": TEXT}), tmp_path / "out"
    run(folder, out, pipeline=pipeline('use = "any"'))
    assert run(folder, out, pipeline=pipeline('use = "any"')).up_to_date
    kept = json.loads((out / "run.json").read_text())["stages"]["recogniser.any"]
    install("any-recogniser", "2.1", ENTRIES, {"any_recogniser": ANY + "\nCHANGED = True\n"})
    assert not run(folder, out, pipeline=pipeline('use = "any"')).up_to_date
    assert json.loads((out / "run.json").read_text())["stages"]["recogniser.any"] != kept


def test_workers_find_the_package_too(example, pipeline, lay, tmp_path):
    folder = lay({f"{i:03d}.txt": TEXT for i in range(120)})
    path = pipeline('use = "hashtags"')
    for workers in (1, 2):
        run(folder, tmp_path / f"out{workers}", pipeline=path, workers=workers, tables=("mentions",), formats=("csv",))
    one, two = ((tmp_path / f"out{n}" / "mentions.csv").read_bytes() for n in (1, 2))
    assert one == two
    assert one.count(b"recogniser.hashtags") == 120


def test_a_span_is_a_tuple():
    assert Span(0, 2, "PERSON") == (0, 2, "PERSON", 1.0, "", "")
