"""Known faults as a table: the sentences of tests/test_traps.py that the pipeline does not read as annotated.

Those tests fail as expected, and fail the suite as soon as one succeeds; so the table is never better nor worse than
the program.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent / "tests"
BEGIN, END = "<!-- known faults, written by docs/generate.py -->\n", "<!-- end of known faults -->\n"

_MARKED = re.compile(r"\[([A-Z]+)(?:[:=][^\s\]]*)? ([^\[\]]*)\]")


def traps() -> list[Any]:
    """The parameters of all trap sentences and pages."""
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    import test_traps

    return [*test_traps.SENTENCES, *test_traps.PAGES]


def reason(parameter: Any) -> str:
    """Why a trap is known to fail; empty when it does not."""
    return next((mark.kwargs["reason"] for mark in parameter.marks if mark.name == "xfail"), "")


def table() -> str:
    """How many of the sentences fail, and each that does: what it should be, what happens."""
    found = traps()
    failing = [p for p in found if reason(p)]
    lines = [
        f"{len(failing)} of {len(found)} are not read as they should be. Spans in brackets are the right ones:",
        "",
        "| what should be found | what goes wrong |",
        "|---|---|",
    ]
    for p in failing:
        marked = " ".join(_MARKED.sub(r"[\2]<sub>\1</sub>", p.values[0]).split())
        what = reason(p).split("; ")[0]
        lines.append(f"| {_cell(marked)} | {_cell(what[0].upper() + what[1:])} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def filled(text: str) -> str:
    """A page with the table where it has the place for it."""
    if BEGIN not in text:
        return text
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"
