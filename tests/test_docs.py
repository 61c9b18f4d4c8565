"""The generated pages of the documentation are what the code says."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from dvextract import cli

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_is_stale(generate):
    assert generate.main(["--check"]) == 0


def test_a_stale_page_is_named(generate, tmp_path):
    for name, page in generate.PAGES.items():
        (tmp_path / name).write_text(page(), encoding="utf-8")
    assert generate.stale(tmp_path) == []
    with (tmp_path / "cli.md").open("a") as file:
        file.write("\n")
    (tmp_path / "data-dictionary.md").unlink()
    assert generate.stale(tmp_path) == ["data-dictionary.md", "cli.md"]


def test_every_command_has_a_section(generate):
    page = generate.command_line()
    for command in cli.app.registered_commands:
        assert f"\n## dvextract {command.name or command.callback.__name__}\n" in page


def test_help_does_not_depend_on_the_terminal(generate, monkeypatch):
    before = generate.command_line()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert generate.command_line() == before
    assert max(map(len, before.splitlines())) <= generate.WIDTH


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_wrong_arguments(generate, capsys):
    assert generate.main(["--chekc"]) == 2
    assert "--check" in capsys.readouterr().err
    assert "generate" not in sys.modules
