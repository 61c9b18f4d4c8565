"""The help of the command line: every command and option once, in sections; and completion by the shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dvextract.cli import app
from dvextract.viewing.help import ORDER, SECTIONS

GROUP = typer.main.get_command(app)


def help_of(*words):
    return CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"}).output


def test_every_command_is_listed_once_with_one_whole_line():
    listed = re.findall(r"^  ([\w-]+) +(\S.*)$", help_of().split("Extract:")[1], re.MULTILINE)
    assert sorted(name for name, _ in listed) == sorted(GROUP.commands)
    assert "..." not in help_of().split("Extract:")[1]


def test_sections_come_in_order():
    found = re.findall(r"^(\w[\w ]+):$", help_of(), re.MULTILINE)
    assert [s for s in found if s in ORDER] == list(ORDER)


@pytest.mark.parametrize("name", GROUP.commands)
def test_every_option_is_there_once(name):
    shown = help_of(name)
    for param in GROUP.commands[name].params:
        for option in param.opts if param.param_type_name == "option" else ():
            pattern = rf"^  (?:-\w, )?{option}\b(?! CSV)" if option.startswith("--") else rf"^  {option}, "
            assert len(re.findall(pattern, shown, re.MULTILINE)) == 1, option
    assert "<" not in shown
    assert "x>=" not in shown


def test_sections_are_of_options_that_exist():
    for name, sections in SECTIONS.items():
        assert set(sections) <= {p.name for p in GROUP.commands[name].params}, name


@pytest.mark.parametrize(
    ("words", "expected"), [("dvextract in", ["init"]), ("dvextract run --fo", ["--format", "--force"])]
)
def test_the_shell_completes(words, expected):
    environment = {
        **os.environ,
        "_DVEXTRACT_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    code = "import sys; sys.argv[0] = 'dvextract'; from dvextract.cli import app; app(prog_name='dvextract')"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == expected


def test_importing_the_help_is_cheap():
    code = "import sys, dvextract.cli; print([m for m in ('numpy', 'pandas', 'underthesea') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
    )
    assert done.stdout == "[]\n"
