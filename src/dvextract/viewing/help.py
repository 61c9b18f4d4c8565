"""The help of commands in plain text: commands and options in sections, values by what they are.

The section of a command is its ``rich_help_panel``, which typer itself shows only in boxes; those of options stand
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

_Function = TypeVar("_Function", bound=Callable[..., Any])

EXTRACT = "Extract"
LOOK = "Look and hand on"
OWN = "Make it your own"
MEASURE = "Measure and train"
ABOUT = "What there is"
ORDER = (EXTRACT, LOOK, OWN, MEASURE, ABOUT)
"""Sections of the list of commands."""

LONGEST = 200
"""Characters of a command's first line in the list; what does not fit on one line of it goes on below."""

READ = "What is read and written"
HOW = "How it is done"
ROWS = "Files of documents (.jsonl, .csv, .parquet)"
CROSS = "With --cross-validate"

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "run": {
        **dict.fromkeys(("formats", "tables", "layout", "limit", "encoding", "site_furniture"), READ),
        **dict.fromkeys((f"{c}_column" for c in ("text", "id", "title", "date", "author", "outlet")), ROWS),
        **dict.fromkeys(("workers", "force", "keep", "engine", "scheduler", "quiet"), HOW),
    },
    "evaluate": dict.fromkeys(("cross_validate", "train_also", "encoder"), CROSS),
}
"""The section of an option, by command and parameter; the others stand under Options."""

_TYPE = re.compile(r"<(list\[)?(\w+)(?: range)?(?:\])?>")
_TYPES = {"int": "N", "path": "PATH", "Path": "PATH", "str": "TEXT"}
_BOUND = re.compile(r"; (?:\d+<=x<=\d+|x>=\d+)(?=\])")


class Sections(TyperGroup):
    """A group that lists its commands in sections, in `ORDER`, then those without one."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands with the first line of their help."""
        found: dict[str, list[tuple[str, Any]]] = {section: [] for section in ORDER}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                found.setdefault(_section(command, "Other commands"), []).append((name, command))
        width = max((len(name) for rows in found.values() for name, _ in rows), default=0)
        for section, commands in found.items():
            if not commands:
                continue
            with formatter.section(section):
                formatter.write_dl(
                    [(f"{name:{width}s}", command.get_short_help_str(LONGEST)) for name, command in commands]
                )


class Command(TyperCommand):
    """A command whose options stand in sections."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, options, and options in sections, with their help."""
        sections = SECTIONS.get(self.name or "", {})
        found: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                is_argument = param.param_type_name == "argument"
                section = "Arguments" if is_argument else sections.get(param.name or "", "Options")
                name = _TYPE.sub("" if is_argument else _placeholder, record[0]).strip()
                found.setdefault(section, []).append((name, _BOUND.sub("", record[1])))
        for section, records in found.items():
            if records:
                with formatter.section(section):
                    formatter.write_dl(records)


class App(typer.Typer):
    """An application whose commands are of class `Command`."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[_Function], _Function]:
        """As in typer."""
        return super().command(name, **{"cls": Command, **options})


def _placeholder(m: re.Match[str]) -> str:
    return _TYPES.get(m[2], m[2].upper()) + (" …" if m[1] else "")


def _section(item: Any, usual: str) -> str:
    panel = getattr(item, "rich_help_panel", None)
    return panel if isinstance(panel, str) and panel else usual
