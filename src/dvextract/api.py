"""One text to one Document, for notebooks and other programs."""

from __future__ import annotations

from functools import cache

from dvextract.document import Document
from dvextract.pipeline import Pipeline, load_pipeline
from dvextract.reading.decoding import normalise


@cache
def _pipeline(name: str) -> Pipeline:
    return load_pipeline(name)


def extract(text: str, pipeline: str = "default", doc_id: str = "text") -> Document:
    """Run a pipeline over one text and return the document with all its layers.

    ``pipeline`` is a name or a TOML file; it is loaded once. The text is put in NFC first, so offsets count code
    points of ``result.text``. Raises InputError for an empty text or one with null characters, UsageError for a
    pipeline that cannot be used.

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
