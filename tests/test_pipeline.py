"""Pipeline files: what is wrong is said before any page is read."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract import extract
from dvextract.document import LABELS
from dvextract.errors import PipelineError, UsageError
from dvextract.pipeline import STAGES, load_pipeline, stage_class
from dvextract.pipeline_file import Sheet, line_index


def test_the_shipped_pipeline_fits():
    assert [s.name for s in load_pipeline("default").stages] == list(STAGES)


@pytest.mark.parametrize("name", STAGES)
def test_stages_declare_themselves(name):
    cls = stage_class(name)
    assert cls.name == name
    assert cls.adds


LAYOUT = '[[stages]]\nname = "layout"\n'


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("a = 1\nb = \n", "2: column 5: not valid TOML: Invalid value"),
        ('name = "a"\nname = "b"\n', "2: column 11: not valid TOML: Cannot overwrite a value"),
        ('name = "x', "1: not valid TOML"),
        ('name = "x"', "1: stages: nothing in the file says what to do"),
        ("stages = []", "1: stages: needs at least one [[stages]] table"),
        ('stages = ["layout"]', "1: stages: must be tables, each headed [[stages]]"),
        ("[[stages]]", "1: stages[1].name: stage 1 has no name; there are: layout"),
        ('[[stages]]\nname = "layuot"', "2: stages[1].name: no stage is called 'layuot'; there are: layout, segment"),
        ('[[stages]]\nname = "layuot"', "did you mean 'layout'?"),
        (
            '\n[[stages]]\nname = "segment"',
            "2: segment: stage 'segment' reads 'blocks', which no earlier stage adds; put stage 'layout' before it",
        ),
        (LAYOUT + LAYOUT, "3: layout: stage 'layout' adds 'blocks', which 'layout' added already"),
        (
            LAYOUT + '[[stages]]\nname = "tagger"\nmodle = "default"',
            "5: tagger.modle: no such key; there are: model; did you mean 'model'?",
        ),
        ("colour = 3\n" + LAYOUT, "1: colour: no such key; there are: name, description, stages, follow, labels"),
        ("name = 3\n" + LAYOUT, "1: name: must be a string"),
        (LAYOUT + 'join_wrapped = "yes"', "3: layout.join_wrapped: must be true or false"),
        (LAYOUT + '[[stages]]\nname = "segment"\n\nengine = "x"', "6: segment.engine: stage 'segment' has no engine"),
        ("labels = 3\n" + LAYOUT, "1: labels: must be a table"),
        (LAYOUT + '[labels]\noff = ["QUANTTY"]', "4: labels.off: no label 'QUANTTY'; there are: PERSON"),
        (LAYOUT + '[labels]\non = ["time"]', "did you mean 'TIME'?"),
        (LAYOUT + "[labels]\noff = 3", "4: labels.off: must be a list of strings"),
        (LAYOUT + "[labels]\non = []\noff = []", "5: labels.off: there is an 'on' too; give one of the two"),
        (LAYOUT + "[labels]\nof = []", "4: labels.of: no such key; there are: on, off; did you mean"),
        (
            LAYOUT + '[labels]\noff = ["TIME"]',
            "3: labels: stage 'labels' reads 'mentions', which no earlier stage adds",
        ),
        ("follow = 3\n" + LAYOUT, "1: follow: must be tables, each headed [[follow]]"),
        ("[[follow]]\n" + LAYOUT, "1: follow[1].phrase: missing"),
        (
            LAYOUT + '[[follow]]\nphrase = "Bản sáng"',
            "3: follow: phrases are looked for by stage 'grammar', which is not listed",
        ),
        ('[[follow]]\nphrase = "a"\nvarants = []', "3: follow[1].varants: no such key"),
        ('[[follow]]\nphrase = "a"\nvariants = "b"', "3: follow[1].variants: must be a list of strings"),
        ('[[follow]]\nphrase = "a"\n[[follow]]\nphrase = "“”"', "4: follow[2].phrase: no letter or digit in '“”'"),
        (f'[[follow]]\nphrase = "{"a." * 600}"', "2: follow[1].phrase: longer than 300 characters"),
        ("a = " + "9" * 5000, ": not valid TOML: Exceeds the limit"),
        ('name = "x"\nstages = ' + "[" * 3000, ": nested too deep"),
        ('[[follow]]\nphrase = "a"\nquotes = "need"', "3: follow[1].quotes: 'need' is none of: optional, needed"),
        (
            '[[follow]]\nphrase = "hoà"\n[[follow]]\nphrase = "b"\nvariants = [\n  "HÒA",\n]',
            "5: follow[2]: 'HÒA' is a wording of 'hoà' already (spelling variants count as one)",
        ),
    ],
)
def test_errors_name_file_line_and_key(tmp_path, toml, message):
    path = tmp_path / "p.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        load_pipeline(str(path))
    assert message in str(caught.value)
    assert all(line.startswith(f"{path}:") for line in caught.value.lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"^no pipeline file .*p.toml; 'dvextract init .*p.toml' writes one to begin with$"),
        (b"name = '\xe1'", r"p.toml: not UTF-8; save it as UTF-8$"),
        ("folder", r"p.toml: Is a directory; give a .toml file$"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, content, message):
    path = tmp_path / "p.toml"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        load_pipeline(str(path))


def test_a_file_as_windows_writes_it(tmp_path):
    path = tmp_path / "p.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "mine"\r\n[[follow]]\r\nphrase = "a"\r\n')
    assert load_pipeline(str(path)).name == "mine"


def test_all_that_is_wrong_is_said_at_once_in_order_of_lines(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        'colour = 1\n[[stages]]\nname = "layuot"\n[[stages]]\nname = "tagger"\nmodel = "nowhere.npz"\nx = 1\n'
        '[[follow]]\nkind = 3\n[labels]\noff = ["X"]\n',
        encoding="utf-8",
    )
    with pytest.raises(PipelineError) as caught:
        load_pipeline(str(path))
    lines = [int(line.removeprefix(f"{path}:").split(":")[0]) for line in caught.value.lines]
    assert lines == [1, 3, 7, 8, 9, 11]


def test_an_option_of_the_caller_has_no_line(tmp_path):
    with pytest.raises(UsageError, match=r"^cannot read the model nowhere.npz"):
        load_pipeline("default", options={"tagger": {"model": "nowhere.npz"}})


def test_unknown_name_lists_the_shipped_ones():
    with pytest.raises(UsageError, match="one of: default; did you mean 'default'"):
        load_pipeline("defualt")
    with pytest.raises(UsageError, match="'dvextract init' writes a file to begin with"):
        load_pipeline("mine")


def test_without_stages_a_file_has_those_of_the_default_pipeline(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('[[follow]]\nphrase = "Bản sáng"\n[labels]\non = ["PHRASE"]\n', encoding="utf-8")
    chain = load_pipeline(str(path))
    assert [s.name for s in chain.stages] == [*STAGES, "labels"]
    assert chain.follow == ("Bản sáng",)
    assert set(chain.off) == set(LABELS) - {"PHRASE"}
    assert [s.name for s in load_pipeline(str(path), stop_before="tagger").stages] == list(STAGES)[:3]


@pytest.mark.parametrize(
    ("toml", "path", "line"),
    [
        ("a = 1\nb = 2", ("b",), 2),
        ("a.b.c = 1\n", ("a", "b"), 1),
        ("a = [\n  1, # ]\n  2,\n]\nb = 2", ("b",), 5),
        ('a = """\nb = 1\n[c]\n"""\nb = 2', ("b",), 5),
        ("a = '''\n]'''\nb = {x = [1, 2]}\n[t]\nc = 1", ("t", "c"), 5),
        ('"a b" = 1\n[t."x.y"]\nz = "]"\nw = 1', ("t", "x.y", "w"), 4),
        ("[[s]]\na = 1\n[[s]]\na = 2\n[s.t]\nb = 1", ("s", 1, "t", "b"), 6),
        ("# [x]\n\n  [ x ]  # y\n a=1", ("x", "a"), 4),
        ('a = "x # y"\nb = "\\"["\nc = 3', ("c",), 3),
    ],
)
def test_lines_of_keys(toml, path, line):
    values = tomllib.loads(toml)
    for part in path:
        values = values[part]
    assert line_index(toml)[path] == line


class Taken:
    """A class that says what it takes."""

    def __init__(self, a: str, b: int = 1, c: Sequence[str | Path] = (), d: Mapping[str, str] | None = None) -> None:
        self.given = a, b, c, d


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"a": 1}, "must be a string"),
        ({"a": "x", "b": True}, "must be a whole number"),
        ({"a": "x", "c": "y"}, "must be a list of strings"),
        ({"a": "x", "c": ["y", 1]}, "must be a list of strings"),
        ({"a": "x", "d": []}, "must be a table"),
        ({"b": 2}, "missing; it has no default"),
        ({"a": "x", "e": 2}, "no such key; there are: a, b, c, d"),
        ({"a": "x", "b": 2, "c": ["y"], "d": {"k": "v"}}, ""),
    ],
)
def test_options_are_checked_against_what_a_class_takes(options, message):
    sheet = Sheet("x.toml", "")
    sheet.check_options((), "", Taken, options)
    assert [m for _, m in sheet.noted()] == ([message] if message else [])


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.lists(st.text(max_size=4))))
def test_any_file_is_read_or_refused_by_line(tmp_path_factory, values):
    rows = (f"{json.dumps(k)} = {json.dumps(v)}" for k, v in values.items())
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        load_pipeline(str(path))
    assert all(line.startswith(f"{path}:") for line in caught.value.lines)


def test_facts_are_in_the_pages_own_letters():
    """A page may write Đ with a letter that only looks like it: read as Đ, given as written."""
    text = "Đồng chí Ðinh Văn Khoát, Bí thư Ðảng ủy xã Ðồng Mít, cho biết: xã có 5 tổ dân vận."
    doc = extract(text)
    assert doc.posts[0].name == "Ðinh Văn Khoát"
    assert all(p.organisation in text and p.name in text for p in doc.posts)
    assert all(s.verb in text for s in doc.statements)
