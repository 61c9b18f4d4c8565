"""Runs the examples of a documentation page and writes what they print, so that no page shows what is not so.

In a page, in order of its text:

- a fence behind ``<!-- file: NAME -->`` is written to that file of an empty folder, in which everything runs;
- a fence behind ``<!-- source: NAME -->`` shows that file of docs/;
- of a ``console`` fence every line that begins with ``$ dvextract`` is run and what is below it is what it printed
  (``$ cat FILE`` shows a file); a line ``…`` stands for lines left out, whatever they are;
- a ``python`` fence is executed, one namespace a page; with ``>>>`` what is below it is what was printed;
- ``<!-- status: N -->`` before a fence is the exit status of its commands (else 0), ``<!-- needs: MODULE -->`` has it
  run only where that module is installed, ``<!-- not run: REASON -->`` not at all; then it must still be valid.

Seconds and rates are kept as they stand.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from dvextract.cli import app

ROOT = Path(__file__).parent.parent
BORROWED = ("seeds", "notebooks")
"""Folders of the repository that stand in the folder where the examples run."""

ENVIRONMENT = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "110", "TERMINAL_WIDTH": "110", "FORCE_COLOR": None}
FENCE = re.compile(
    r"(?P<marks>(?:<!-- (?:file|source|status|needs|not run): .*? -->\n)*)```(?P<language>[a-z]*)\n(?P<body>.*?)```\n",
    re.DOTALL,
)
_MARK = re.compile(r"<!-- (file|source|status|needs|not run): (.*?) -->\n")
_MEASURED = re.compile(r"\d[\d,.]*(?= (?:s|pages/s|characters/s|GB)\b)")
LEFT_OUT = "…"


class ExampleError(Exception):
    """An example that does not run, or that is not what the page's marks say."""


def refreshed(text: str) -> str:
    """The page with what its examples print now; raises ExampleError for one that fails."""
    page = _Page()
    with _folder():
        return FENCE.sub(page.refreshed, text)


@contextlib.contextmanager
def _folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in BORROWED:
            (Path(folder) / name).symlink_to(ROOT / name)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


class _Page:
    """What the examples of one page share."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"__name__": "__page__"}

    def refreshed(self, m: re.Match[str]) -> str:
        marks = dict(_MARK.findall(m["marks"]))
        body = m["body"]
        if "file" in marks:
            path = Path(marks["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
            return m[0]
        if "source" in marks:
            body = (ROOT / "docs" / marks["source"]).read_text(encoding="utf-8")
            return f"{m['marks']}```{m['language']}\n{body}```\n"
        run = "not run" not in marks and ("needs" not in marks or importlib.util.find_spec(marks["needs"]) is not None)
        if m["language"] == "console":
            body = console(body, int(marks.get("status", 0)), run)
        elif m["language"] == "python":
            body = self._python(body, run)
        return f"{m['marks']}```{m['language']}\n{body}```\n"

    def _python(self, body: str, run: bool) -> str:
        if ">>>" not in body:
            code = compile(body, "example", "exec")
            if run:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(code, self._names)
            return body
        pieces: list[str] = []
        for part in doctest.DocTestParser().parse(body):
            if isinstance(part, str):
                pieces.append(part)
                continue
            code = compile(part.source, "example", "single")
            printed = io.StringIO()
            if run:
                with contextlib.redirect_stdout(printed):
                    exec(code, self._names)
            prompts = "".join(
                f"{'...' if i else '>>>'} {line}".rstrip() + "\n" for i, line in enumerate(part.source.splitlines())
            )
            pieces += [prompts, _kept(part.want, printed.getvalue()) if run else part.want]
        return "".join(pieces)


def console(body: str, status: int, run: bool) -> str:
    """A console fence with what its commands print now."""
    pieces = []
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
        printed = _printed(command, status) if run else shown
        _check_command(shlex.split(command))
        pieces.append(f"$ {command}\n{_kept(shown, printed)}")
    if not pieces:
        raise ExampleError(f"no command in: {body}")
    return "".join(pieces)


def _printed(command: str, status: int) -> str:
    words = shlex.split(command)
    if words[0] == "cat":
        return "".join(Path(word).read_text(encoding="utf-8") for word in words[1:])
    result = CliRunner().invoke(app, words[1:], env=ENVIRONMENT, prog_name="dvextract")
    if result.exit_code != status:
        raise ExampleError(f"$ {command}: exit status {result.exit_code}, not {status}: {result.output}")
    return "".join(f"{line.rstrip()}\n" for line in result.output.splitlines())


def _check_command(words: list[str]) -> None:
    """A command of ours takes the options the page gives it."""
    if words[0] == "cat":
        return
    if words[0] != "dvextract":
        raise ExampleError(f"cannot run {words[0]}; put it into a fence of another language")
    group: Any = typer.main.get_command(app)
    if len(words) < 2 or words[1].startswith("-"):
        return
    if words[1] not in group.commands:
        raise ExampleError(f"there is no command dvextract {words[1]}")
    known = {o for p in group.commands[words[1]].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    for word in words[2:]:
        option = word.split("=")[0]
        if option.startswith("-") and len(option) > 1 and option not in known:
            raise ExampleError(f"dvextract {words[1]} has no option {option}")


def commands(text: str) -> Iterator[list[str]]:
    """The words of every command of ours in fences that are shown and not run (``sh``)."""
    for m in FENCE.finditer(text):
        if m["language"] == "sh":
            for line in re.sub(r"\\\n\s*", "", m["body"]).splitlines():
                words = shlex.split(line, comments=True)
                if words[:1] == ["dvextract"]:
                    yield words


def check_commands(text: str) -> None:
    """Raise ExampleError for a shown command that the program would not take."""
    for words in commands(text):
        _check_command(words)


def _kept(shown: str, printed: str) -> str:
    """``printed``, with lines of ``shown`` where only measures differ, and shortened where ``shown`` is."""
    old, new = shown.splitlines(), printed.splitlines()
    if LEFT_OUT in old:
        at = old.index(LEFT_OUT)
        tail = len(old) - at - 1
        new = [*new[:at], LEFT_OUT, *(new[-tail:] if tail else [])]
    if len(old) == len(new):
        new = [a if _MEASURED.sub("#", a) == _MEASURED.sub("#", b) else b for a, b in zip(old, new, strict=True)]
    return "".join(f"{line}\n" for line in new)
