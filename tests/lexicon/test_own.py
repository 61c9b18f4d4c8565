"""A user's own lexicon: what is found, what a file must be like, and what the pipeline makes of it."""

import re
from pathlib import Path

import pytest

from dvextract import extract, load, run
from dvextract.errors import UsageError
from dvextract.lexicon.own import OwnLexicon, read_all
from dvextract.pipeline import load_pipeline

HEAD = "wording\tlabel\tkind\tcase\n"


def lexicon(tmp_path, content, name="my_phrases.tsv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def found(path, text):
    return [(text[f.start : f.end], f.label, f.rule, f.kind) for f in OwnLexicon(path).find(text, [(0, len(text))])]


@pytest.mark.parametrize(
    ("row", "text", "expected"),
    [
        # whatever the case, unless it is to be exact
        ("Bản sáng\tPHRASE\t\t", "bản sáng, BẢN SÁNG", ["bản sáng", "BẢN SÁNG"]),
        ("BS\tPHRASE\t\texact", "BS, bs, Bs", ["BS"]),
        ("BS\tPHRASE\t\tany", "BS, bs", ["BS", "bs"]),
        # whole words only
        ("bản sáng\tPHRASE\t\t", "bản sángg, xbản sáng, bản sáng2", []),
        # spelling variants and blanks are folded
        ("Nhà hoà  thuận\tPHRASE\t\t", "nhà hòa thuận, nhà\u00a0hoà\nthuận", ["nhà hòa thuận", "nhà\u00a0hoà\nthuận"]),
        ("mô hình 3 - 1\tPHRASE\t\t", "mô hình 3 – 1", ["mô hình 3 – 1"]),
        # one inside another: both are evidence, the resolver decides
        ("bản sáng\tPHRASE\t\t\nbản sáng đẹp\tPHRASE\t\t", "bản sáng đẹp", ["bản sáng", "bản sáng đẹp"]),
        # marks belong to a wording that has them
        ("“Bản sáng”\tPHRASE\t\t", "“Bản sáng” và Bản sáng", ["“Bản sáng”"]),
        # decomposed in the file, composed in the page
        ("Ba\u0309n sa\u0301ng\tPHRASE\t\t", "Bản sáng", ["Bản sáng"]),
    ],
)
def test_what_is_found(tmp_path, row, text, expected):
    assert [words for words, *_ in found(lexicon(tmp_path, HEAD + row + "\n"), text)] == expected


def test_a_finding_says_which_file_and_kind(tmp_path):
    path = lexicon(tmp_path, HEAD + "Bản sáng\tPHRASE\tmovement\t\n")
    assert found(path, "Bản sáng") == [("Bản sáng", "PHRASE", "lexicon.my_phrases", "movement")]


def test_only_the_given_stretches_are_read(tmp_path):
    own = OwnLexicon(lexicon(tmp_path, HEAD + "bản sáng\tPHRASE\t\t\n"))
    text = "bản sáng bản sáng"
    assert [f.start for f in own.find(text, [(0, 7), (9, len(text))])] == [9]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + "label\twording\r\nPHRASE\tBản sáng\r\n".encode(),  # as spreadsheets write it
        "# our own\n\nwording\tlabel\nBản sáng\tPHRASE",
    ],
)
def test_files_that_will_do(tmp_path, content):
    assert len(found(lexicon(tmp_path, content), "Bản sáng")) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"my_phrases\.tsv: nothing in it; it needs a line of columns: wording, label"),
        (HEAD, r"my_phrases\.tsv: no rows below the columns"),
        ("wording\tkind\na\tb\n", "line 1: no column 'label'; add it"),
        ("wording,label\n", "line 1, column 1: no column 'wording,label'; there are: wording, label, kind, case"),
        ("wording\tlabel\tlabel\n", "line 1, column 3: 'label' is there twice"),
        ("# x\n" + HEAD + "Bản sáng\tPHRASE\n", "line 3: 2 cells, but 4 columns .* one tab between two cells"),
        (HEAD + "a\tEVENT\t\t\nb\tEVENT\t\t\t\n", "line 3: 5 cells, but 4 columns"),
        (HEAD + "\tPHRASE\t\t\n", "line 2, column wording: no letter or digit in it"),
        (HEAD + "…\tPHRASE\t\t\n", "line 2, column wording: no letter or digit in it"),
        (HEAD + "Bản sáng\tPHRAZE\t\t\n", "line 2, column label: no label 'PHRAZE'; there are: PERSON"),
        (HEAD + "Bản sáng\tPHRASE\t\tExact\n", "line 2, column case: 'Exact' is neither any nor exact"),
        (HEAD + "Pá Ngần\tLOCATION\tbản\t\n", "line 2, column kind: only a PHRASE takes a kind"),
        (HEAD + "hoà\tPHRASE\t\t\n\nHÒA\tEVENT\t\t\n", "line 4, column wording: 'hòa' is in line 2 already"),
        (HEAD + "BS\tPHRASE\t\texact\nbs\tPHRASE\t\t\n", "line 3, column wording: 'bs' is in line 2 already"),
        (HEAD.encode() + b"a\tPHRASE\t\t\nB\xe4n\tPHRASE\t\t\n", "line 3: not UTF-8; save the file as UTF-8"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_column(tmp_path, content, message):
    with pytest.raises(UsageError, match=message):
        OwnLexicon(lexicon(tmp_path, content))


def test_exact_wordings_may_differ_in_case_only(tmp_path):
    path = lexicon(tmp_path, HEAD + "BS\tPHRASE\t\texact\nbs\tEVENT\t\texact\n")
    assert [label for _, label, *_ in found(path, "bs BS")] == ["EVENT", "PHRASE"]


def test_the_example_of_the_documentation(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "rules-and-lexicons.md").read_text(encoding="utf-8")
    example = re.search(r"```\n(wording\t.*?)```", page, re.DOTALL)[1]
    text = "phong trào nhà sạch, vườn xanh, ngõ đẹp (NSVX)"
    assert [words for words, *_ in found(lexicon(tmp_path, example), text)] == ["nhà sạch, vườn xanh, ngõ đẹp", "NSVX"]


def test_two_files_of_one_name(tmp_path):
    (tmp_path / "x").mkdir()
    paths = [lexicon(tmp_path, HEAD + "a\tEVENT\t\t\n"), lexicon(tmp_path / "x", HEAD + "b\tEVENT\t\t\n")]
    with pytest.raises(UsageError, match=r"two lexicons are called 'my_phrases'.*rename"):
        read_all(paths)


TEXT = "Ngày 8/7/2024, bà Hà Thị Miền kể về mô hình “Bản sáng” và nếp nhà sạch vườn xanh ở xã Pá Ngần."


@pytest.fixture
def pipeline(tmp_path):
    """Makes the default pipeline with a lexicon beside its file, and options of stage grammar."""

    def made(content, options=""):
        lexicon(tmp_path, content)
        stages = [f'[[stages]]\nname = "{s.name}"' for s in load_pipeline("default").stages]
        stages[2] += f'\nlexicons = ["my_phrases.tsv"]\n{options}'
        path = tmp_path / "mine.toml"
        path.write_text("\n".join(stages) + "\n", encoding="utf-8")
        return str(path)

    return made


def mentions(pipeline, text=TEXT):
    doc = extract(text, pipeline)
    return {doc.span(m): (m.label, m.method, r.kind) for m, r in zip(doc.mentions, doc.readings, strict=True)}


def test_a_sure_wording_becomes_a_mention_with_its_kind(pipeline):
    before = mentions("default")
    assert "nhà sạch vườn xanh" not in before
    after = mentions(pipeline(HEAD + "nhà sạch vườn xanh\tPHRASE\tmovement\t\n"))
    assert after.pop("nhà sạch vườn xanh") == ("PHRASE", "lexicon.my_phrases", "movement")
    assert after == before


def test_a_sure_wording_wins_over_tagger_and_rules(pipeline):
    rows = "Hà Thị Miền kể\tEVENT\t\t\nBản sáng\tEVENT\t\t\n8/7\tQUANTITY\t\t\n"
    after = mentions(pipeline(HEAD + rows))
    assert [after[w][:2] for w in ("Hà Thị Miền kể", "Bản sáng")] == [("EVENT", "lexicon.my_phrases")] * 2
    assert after["8/7"][0] == "QUANTITY"
    assert "Ngày 8/7/2024" not in after


def test_what_is_not_sure_only_fills_gaps(pipeline):
    rows = "Hà Thị Miền kể\tEVENT\t\t\nnhà sạch vườn xanh\tPHRASE\tmovement\t\n"
    after = mentions(pipeline(HEAD + rows, "sure = false"))
    assert after.pop("nhà sạch vườn xanh") == ("PHRASE", "lexicon.my_phrases", "movement")
    assert after == mentions("default")


def test_the_tagger_does_not_see_own_findings(pipeline):
    chain = pipeline(HEAD + "Bản sáng\tPHRASE\t\t\n8/7\tTIME\t\t\n", "sure = false")
    assert extract(TEXT, chain).predictions == extract(TEXT).predictions


def test_the_kind_stands_in_the_tables(pipeline, lay, tmp_path):
    chain = pipeline(HEAD + "nhà sạch vườn xanh\tPHRASE\town-spelling\t\n")
    run(lay({"a.txt": TEXT}), tmp_path / "out", pipeline=chain)
    phrases = load(tmp_path / "out").phrases
    assert dict(zip(phrases.phrase, phrases.kind, strict=True))["nhà sạch vườn xanh"] == "own-spelling"


def test_a_changed_lexicon_is_noticed(pipeline, lay, tmp_path):
    folder = lay({"a.txt": TEXT})
    chain = pipeline(HEAD + "nhà sạch\tPHRASE\t\t\n")
    run(folder, tmp_path / "out", pipeline=chain)
    assert run(folder, tmp_path / "out", pipeline=chain).up_to_date
    pipeline(HEAD + "vườn xanh\tPHRASE\t\t\n")
    assert not run(folder, tmp_path / "out", pipeline=chain).up_to_date
    assert "vườn xanh" in load(tmp_path / "out").phrases.phrase.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('lexicons = "my_phrases.tsv"', "mine.toml:5: grammar.lexicons: must be a list of strings"),
        ("lexicons = [1]", "mine.toml:5: grammar.lexicons: must be a list of strings"),
        ('lexicons = []\nsure = "no"', "mine.toml:6: grammar.sure: must be true or false"),
        (
            'lexicons = ["nowhere.tsv"]',
            "mine.toml:5: grammar.lexicons: cannot read the lexicon .*nowhere.tsv: .* to the pipeline",
        ),
    ],
)
def test_options_that_cannot_be_used(tmp_path, options, message):
    path = tmp_path / "mine.toml"
    path.write_text(f'[[stages]]\nname = "layout"\n[[stages]]\nname = "grammar"\n{options}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load_pipeline(str(path))


def test_options_of_a_caller_are_relative_to_here(tmp_path, monkeypatch):
    lexicon(tmp_path, HEAD + "a\tEVENT\t\t\n")
    monkeypatch.chdir(tmp_path)
    chain = load_pipeline("default", stop_before="tagger", options={"grammar": {"lexicons": ["my_phrases.tsv"]}})
    assert len(chain.stages[-1].fingerprint) == 64
