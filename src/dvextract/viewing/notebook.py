"""What Jupyter shows of a document and of a run's tables: escaped HTML without scripts, for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import regex

from dvextract.document import LABELS, Document
from dvextract.tables.schema import BY_NAME
from dvextract.viewing.view import TAGS, asset

if TYPE_CHECKING:
    from dvextract.tables.load import Tables

SHOWN = 20_000
"""Characters of a document that are shown."""

_TAGS = dict(zip(LABELS, TAGS, strict=True))
_FRAME = (
    "max-width:46rem;line-height:1.75;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;"
    "border-left:3px solid #8a94a3;padding-left:1em"
)


def document_html(doc: Document) -> str:
    """A document's text with its mentions coloured and tagged, furniture pale; the first `SHOWN` characters."""
    shown = "".join(_pieces(doc, min(len(doc.text), SHOWN)))
    rest = len(doc.text) - SHOWN
    more = f'<div style="opacity:.6">… {rest:,} more characters</div>' if rest > 0 else ""
    mentions = len(doc.mentions) if doc.has("mentions") else 0
    head = f"<b>{escape(doc.doc_id)}</b> · {len(doc.text):,} characters, {mentions:,} mentions"
    return f'<div><div style="opacity:.75;font-size:.9em">{head}</div><div style="{_FRAME}">{shown}</div>{more}</div>'


def _pieces(doc: Document, end: int) -> Iterator[str]:
    """The text in pieces: mentions, furniture, and what lies between."""
    spans: list[tuple[int, int, str]] = []
    if doc.has("mentions"):
        spans += [(m.start, m.end, m.label) for m in doc.mentions]
    if doc.has("blocks"):
        spans += [(b.start, b.end, "") for b in doc.blocks if not b.is_content]
    at = 0
    for start, stop, label in sorted(spans):
        if start < at or start >= end:
            continue
        yield escape(doc.text[at:start])
        words = escape(doc.text[start : min(stop, end)])
        yield _mark(words, label) if label else f'<span style="opacity:.55">{words}</span>'
        at = min(stop, end)
    yield escape(doc.text[at:end])


def _mark(words: str, label: str) -> str:
    tint, tag = _tints()[label]
    style = f"background:{tint};color:#16191d;border-radius:3px;padding:0 .15em;unicode-bidi:isolate"
    letters = f'<span style="color:{tag};font:600 .6em sans-serif;vertical-align:super"> {_TAGS[label]}</span>'
    return f'<span style="{style}" title="{label}">{words}{letters}</span>'


@cache
def _tints() -> dict[str, tuple[str, str]]:
    """The light colours of every label: of the ground and of the tag."""
    light = asset("labels.css").split(":root[", 1)[0]
    found = dict(regex.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return {label: (found[label.lower()], found[f"{label.lower()}-tag"]) for label in LABELS}


def tables_html(tables: Tables) -> str:
    """A run's size and tables: the name of each and what a row is."""
    run = tables.run
    size = f"{run.get('pages', 0):,} pages, {run.get('characters', 0):,} characters"
    left = 'style="text-align:left"'
    rows = "".join(
        f"<tr><td {left}><code>{escape(name)}</code></td><td {left}>{escape(BY_NAME[name].row)}</td></tr>"
        for name in tables.names
    )
    head = f"<tr><th {left}>table</th><th {left}>a row is</th></tr>"
    return (
        f"<div><b>{escape(str(tables.folder))}</b> · {size}"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )
