"""A page in the terminal: mentions coloured by label, furniture dimmed, control characters made visible."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from dvextract.api import extract
from dvextract.document import Document
from dvextract.errors import InputError
from dvextract.reading.decoding import decode

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


def coloured(doc: Document) -> Text:
    """The page's text with styles; as many characters as the page has."""
    text = Text(doc.text.translate(_VISIBLE))
    for block in doc.blocks:
        if not block.is_content:
            text.stylize("dim", block.start, block.end)
    for m in doc.mentions:
        text.stylize(STYLES[m.label], m.start, m.end)
    return text


def show(doc: Document, console: Console) -> None:
    """Print a legend, the page, and its normalised values."""
    legend = Text()
    for label in dict.fromkeys(m.label for m in doc.mentions):
        legend.append(f"{label} ", STYLES[label])
    console.print(legend)
    console.print(coloured(doc))


def show_file(path: Path, pipeline: str = "default") -> None:
    """Read a page, run the pipeline over it and print it; raises InputError when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise InputError(f"cannot read {path}: {e.strerror}") from e
    show(extract(decode(data).text, pipeline, path.stem), Console())
