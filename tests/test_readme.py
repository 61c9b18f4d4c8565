"""The README's transcripts are run and must come out as printed; only seconds and rates may differ."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dvextract.cli import app
from dvextract.tables.schema import TABLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def without_times(lines):
    return [re.sub(r"\d[\d,.]*(?= (?:s|pages/s|characters/s)\b)", "#", line) for line in lines]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder where the first transcript's command was run, and what it printed."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "seeds").symlink_to(ROOT / "seeds")
    command = BLOCKS[0].splitlines()[0].removeprefix("$ dvextract ")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 0, result.output
    return folder, result.output


def test_terminal_transcript(ran):
    assert without_times(ran[1].splitlines()) == without_times(BLOCKS[0].splitlines()[1:])


def test_python_transcript(ran, monkeypatch):
    monkeypatch.chdir(ran[0])
    session = BLOCKS[1].removeprefix("$ python\n")
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    assert test.examples
    output: list[str] = []
    failed, _ = doctest.DocTestRunner().run(test, out=output.append)
    assert not failed, "".join(output)


def test_every_table_is_described():
    described = set(re.findall(r"`([a-z_]+)`", README))
    assert {t.name for t in TABLES} <= described


def test_links_lead_somewhere():
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert links
    assert not [target for target in links if not (ROOT / target).exists()]


def test_commands_named_exist():
    there = {command.name or command.callback.__name__ for command in app.registered_commands}
    named = set(re.findall(r"(?:\$ |`|\n)dvextract ([a-z][a-z-]*)\b", README))
    assert {"run", "show"} <= named <= there


def test_the_pipeline_file_works(tmp_path):
    from dvextract.pipeline import load_pipeline

    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "mine.toml").write_text(example, encoding="utf-8")
    assert load_pipeline(str(tmp_path / "mine.toml")).follow == ("Dân vận khéo",)
