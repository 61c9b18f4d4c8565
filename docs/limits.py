"""What is wrong how often, and known faults: the shipped model's figures, and the sentences of tests/test_traps.py that
the pipeline does not read as annotated.

Those tests fail as expected, and fail the suite as soon as one succeeds; so the table is never better nor worse than
the program.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from dvextract.document import LABELS
from dvextract.model.weights import load

TESTS = Path(__file__).parent.parent / "tests"
FIGURES = "<!-- figures, written by docs/generate.py -->\n", "<!-- end of figures -->\n"
FAULTS = "<!-- known faults, written by docs/generate.py -->\n", "<!-- end of known faults -->\n"

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


def figures() -> str:
    """Strict F1 of every label on all sets of pages of the card, worst and best, and what that means for a reader."""
    sets = load().card["figures"]
    lines = ["| label | strict F1 | of so many spans about one is wrong |", "|---|---|---|"]
    rows = {label: [f[label] for f in sets.values()] for label in LABELS}
    for label, values in sorted(rows.items(), key=lambda row: -sum(row[1])):
        worst, best = min(values), max(values)
        lines.append(f"| {label} | {worst:.3f} to {best:.3f} | {1 / (1 - worst):.0f} to {1 / (1 - best):.0f} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def filled(text: str) -> str:
    """A page with the tables where it has the places for them."""
    for (begin, end), made in ((FIGURES, figures), (FAULTS, table)):
        if begin in text:
            before, rest = text.split(begin)
            text = f"{before}{begin}\n{made()}\n{end}{rest.split(end)[1]}"
    return text
