"""A page in the terminal: mentions coloured by label, furniture dimmed, control characters made visible."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from dvextract.api import extract
from dvextract.document import Document, Mention
from dvextract.errors import UsageError
from dvextract.reading.formats import TEXT, format_of
from dvextract.reading.pages import read_bytes
from dvextract.reading.streams import whole

STYLES = {
    "PERSON": "bold cyan",
    "TITLE": "blue",
    "ORGANISATION": "bold green",
    "LOCATION": "yellow",
    "TIME": "magenta",
    "PHRASE": "bold red",
    "EVENT": "bold yellow",
    "LEGALDOC": "bold magenta",
    "QUANTITY": "cyan",
    "ABBREVIATION": "green",
}

_VISIBLE = {i: 0x2400 + i for i in range(32) if chr(i) not in "\n\t"} | {0x7F: 0x2421}
_VISIBLE |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)  # terminals obey these too


def coloured(doc: Document) -> Text:
    """The page's text with styles; as many characters as the page has."""
    text = Text(doc.text.translate(_VISIBLE))
    for block in doc.blocks:
        if not block.is_content:
            text.stylize("dim", block.start, block.end)
    for m in _mentions(doc):
        text.stylize(STYLES[m.label], m.start, m.end)
    return text


def show(doc: Document, console: Console) -> None:
    """Print a legend, the page, and the normalised values that differ from its words."""
    legend = Text(" ").join(Text(label, STYLES[label]) for label in dict.fromkeys(m.label for m in _mentions(doc)))
    console.print(legend, soft_wrap=True)
    console.print(coloured(doc), soft_wrap=True)
    for label, words, value in values(doc):
        line = Text.assemble((f"{label:13s}", STYLES[label]), f"{words} = {value}".translate(_VISIBLE))
        console.print(line, soft_wrap=True)


def values(doc: Document) -> list[tuple[str, str, str]]:
    """Label, words and normalised value of every mention whose value is not its words, each once, in text order."""
    readings = doc.readings if doc.has("readings") else ()
    found = ((m.label, " ".join(doc.span(m).split()), r.value) for m, r in zip(_mentions(doc), readings, strict=False))
    return list(dict.fromkeys(f for f in found if f[2] and f[1] != f[2]))


def _mentions(doc: Document) -> tuple[Mention, ...]:
    return doc.mentions if doc.has("mentions") else ()


def show_file(path: Path, pipeline: str = "default") -> None:
    """Read a page, run the pipeline over it and print it.

    Raises UsageError for a file that is not there and InputError for one that is no page.
    """
    if path.exists() and not path.is_file():  # a pipe may never end, and one that nobody writes to never begins
        raise UsageError(f"{path} is not a file; save the page as a file")
    try:
        with path.open("rb") as file:
            data = whole(file)
    except OSError as e:
        raise UsageError(f"cannot read {path}: {e.strerror}") from e
    form = format_of(path.name)
    kind = form.kind if form is not None and form.is_page and not form.compression else TEXT
    show(extract(read_bytes(kind, data).text, pipeline, path.stem), Console(highlight=False))
