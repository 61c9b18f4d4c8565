"""Writes the reference pages from the code they describe: the data dictionary and the command line's help.

python docs/generate.py            write both
python docs/generate.py --check    write nothing; exit 1 when one is not what the code says
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import typer
from typer.testing import CliRunner

from dvextract.cli import app
from dvextract.tables.schema import data_dictionary

DOCS = Path(__file__).parent
WIDTH = 100


def command_line() -> str:
    """The help of every command as a Markdown page, 100 columns wide and without colours."""
    group = typer.main.get_command(app)
    names = list(getattr(group, "commands", {}))
    parts = ["# Command line", "", "Written by `docs/generate.py` from the commands' `--help`."]
    for words in ([], *([name] for name in names)):
        title = " ".join(["dvextract", *words])
        parts += ["", f"## {title}", "", "```", help_of(words), "```"]
    return "\n".join(parts) + "\n"


def help_of(words: list[str]) -> str:
    """What ``dvextract WORDS --help`` prints."""
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": str(WIDTH), "TERMINAL_WIDTH": str(WIDTH), "FORCE_COLOR": None}
    result = CliRunner().invoke(
        app, [*words, "--help"], prog_name="dvextract", env=plain, terminal_width=WIDTH, max_content_width=WIDTH
    )
    if result.exit_code:
        raise SystemExit(f"dvextract {' '.join(words)} --help failed: {result.output}")
    lines = [line.rstrip() for line in click.unstyle(result.stdout).strip().splitlines()]
    return "\n".join(lines)


PAGES: Mapping[str, Callable[[], str]] = {"data-dictionary.md": data_dictionary, "cli.md": command_line}


def stale(folder: Path = DOCS) -> list[str]:
    """Names of the pages that are not what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != page()
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` name the stale ones; returns the exit status."""
    if arguments == ["--check"]:
        for name in stale():
            print(f"docs/{name} is stale; write it anew with: make docs", file=sys.stderr)
        return 1 if stale() else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(os.path.relpath(DOCS / name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
