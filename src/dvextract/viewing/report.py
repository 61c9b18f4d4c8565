"""A run on one page: figures, plots and what to mistrust, in a file that loads nothing and runs no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dvextract import storage
from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.lexicon.units import admin_units
from dvextract.tables.stream import RunReader
from dvextract.viewing import plots
from dvextract.viewing.overview import Overview, as_rows, overview
from dvextract.viewing.view import TAGS, asset, policy

_PAIRS = 40


def report(run: str | Path, out: str | Path = "") -> Path:
    """Write the overview of a finished run and return its path (``report.html`` in the run's folder by default).

    Needs the extra ``report``. Raises UsageError when it is not installed or the folder is no finished run.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as e:
        raise UsageError("the report needs jinja2: pip install 'dvextract[report]'") from e
    reader = RunReader(run)
    reader.require(("documents", "mentions", "entities"), "the report")
    path = Path(out) if out else reader.beside("report.html")
    found = overview(reader)
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = template.from_string(asset("report.html.j2")).render(_content(reader, found))
    path.parent.mkdir(parents=True, exist_ok=True)
    with storage.writing(path, durable=True) as file:
        file.write(page.encode())
    return path


def _content(reader: RunReader, found: Overview) -> dict[str, Any]:
    from markupsafe import Markup

    css = _colours() + asset("report.css")
    drawn = (plots.by_month, plots.periods, plots.ranks, plots.maps, plots.network)
    return {
        "name": reader.name,
        "css": Markup(css),
        "csp": policy([], [css]),
        "run": reader.run,
        "found": found,
        "labels": list(zip(LABELS, TAGS, strict=True)),
        "plots": {draw.__name__: Markup(draw(found)) for draw in drawn},
        "provinces": _provinces(found),
        "pairs": sorted(found.pairs.items(), key=lambda row: (-row[1], row[0]))[:_PAIRS],
    }


def _colours() -> str:
    """The colours of labels, the dark ones for readers whose system is dark."""
    light, rest = asset("labels.css").split("@media screen", 1)
    dark = rest.split(':root[data-theme="dark"] {', 1)[1].split("}", 1)[0]
    return f"{light}@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _provinces(found: Overview) -> list[tuple[str, list[tuple[str, int]]]]:
    units = admin_units().provinces
    old = {u.code: u.name for u in units if not u.valid_from}
    now = {u.code: u.name for u in units if not u.valid_to}
    return [("63 provinces", as_rows(found.before, old)), ("34 provinces", as_rows(found.today, now))]
