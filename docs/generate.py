"""Writes the reference pages from what they describe: data dictionary, the command line's help, the model's card; and
what the examples of the other pages print, and the table of known faults.

python docs/generate.py            write them
python docs/generate.py --check    write nothing; exit 1 when one is not what the code says
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import click
import typer
from typer.testing import CliRunner

from dvextract.cli import app
from dvextract.document import LABELS
from dvextract.model.weights import Model, card_lines, load
from dvextract.tables.evidence import rules_page
from dvextract.tables.schema import data_dictionary

DOCS = Path(__file__).parent
sys.path.append(str(DOCS))
import limits  # noqa: E402
import transcripts  # noqa: E402

WIDTH = 100
RUN = ("tutorial.md", "huong-dan.md", "pipeline-files.md")
"""Pages whose examples are run; so are those of all pages in `HOW_TO`."""
HOW_TO = "howto"


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


def model_card() -> str:
    """The card of the shipped model, its strict F1 as a table."""
    model = load()
    figures = model.card["figures"]
    lines = [
        "# The shipped model",
        "",
        "Written by `docs/generate.py` from the model's card (`dvextract model`).",
        "",
        *(f"- {line.split(maxsplit=1)[0]}: {line.split(maxsplit=1)[1]}" for line in plain_lines(model)),
        "",
        "Strict F1 (start, end and label all right) of the whole chain, on pages whose fold was not trained on:",
        "",
        "| label | " + " | ".join(figures) + " |",
        "|---|" + "---|" * len(figures),
    ]
    for label in ("ALL", *LABELS):
        lines.append(f"| {label} | " + " | ".join(f"{f[label]:.3f}" for f in figures.values()) + " |")
    return "\n".join(lines) + "\n"


def plain_lines(model: Model) -> list[str]:
    """The card's lines without the figures."""
    return [line for line in card_lines(model) if not line.startswith("strict F1")]


PAGES: Mapping[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
    "evidence.md": rules_page,
    "cli.md": command_line,
    "model.md": model_card,
}


def written(folder: Path = DOCS) -> Mapping[str, Callable[[], str]]:
    """How every page of a folder is made that is written by hand: from itself, with its examples run."""
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.md")))
    return {name: partial(refreshed, folder / name) for name in names if name not in PAGES}


def refreshed(path: Path) -> str:
    """A page with its tables of figures and known faults; if it is one of `RUN`, with what its examples print now."""
    text = limits.filled(path.read_text(encoding="utf-8"))
    transcripts.check_commands(text)
    name = path.name
    return transcripts.refreshed(text) if name in RUN or path.parent.name == HOW_TO else text


def stale(folder: Path = DOCS) -> list[str]:
    """Names of the pages that are not what the code says."""
    pages = {**PAGES, **written(folder)}
    return [
        name
        for name, page in pages.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != page()
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` name the stale ones; returns the exit status."""
    if arguments == ["--check"]:
        names = stale()
        for name in names:
            print(f"docs/{name} is stale; write it anew with: make docs", file=sys.stderr)
        return 1 if names else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, page in {**PAGES, **written()}.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(os.path.relpath(DOCS / name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
