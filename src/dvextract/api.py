"""One text to one Document, for notebooks and other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dvextract.document import Document
from dvextract.pipeline import Pipeline, load_pipeline
from dvextract.reading.decoding import normalise

_loaded: dict[str, tuple[Pipeline, Sequence[tuple[Path, int]]]] = {}
"""Pipelines by name, with the files they were made from and when each was last changed (nanoseconds)."""


def _pipeline(name: str) -> Pipeline:
    """A pipeline, loaded when it is first asked for and when its file or a lexicon of its has changed since."""
    found = _loaded.get(name)
    if found is None or any(_changed(path) != then for path, then in found[1]):
        made = load_pipeline(name)
        path = Path(name)
        files = [path, *(path.parent / f for given in made.options for f in given.get("lexicons", ()))]
        found = _loaded[name] = (made, [(f, _changed(f)) for f in files])
    return found[0]


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # a shipped pipeline's name
        return 0


def extract(text: str, pipeline: str = "default", doc_id: str = "text") -> Document:
    """Run a pipeline over one text and return the document with all its layers.

    ``pipeline`` is a name or a TOML file; it is loaded once, and again when it has changed. The text is put in NFC
    first, so offsets count code points of ``result.text``. Raises InputError for an empty text or one with null
    characters, UsageError for a pipeline that cannot be used.

    >>> doc = extract("Ngày 8/7/2024, đồng chí Vừ A Của dự hội nghị.")
    >>> [(doc.span(m), m.label) for m in doc.mentions]
    [('Ngày 8/7/2024', 'TIME'), ('Vừ A Của', 'PERSON')]
    >>> doc.readings[0].value
    '2024-07-08'
    """
    normal, same = normalise(text)
    doc = Document(doc_id, normal, text_is_source=same)
    _pipeline(pipeline)([doc])
    return doc
