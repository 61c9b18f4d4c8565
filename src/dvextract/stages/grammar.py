"""Stage grammar: content blocks to findings, the spans that named rules match.

Every kind of mention with a regular form has a module in ``dvextract.grammar`` whose ``find`` is called once a page.
Findings of different kinds may overlap; the tagger sees them all and the resolver settles them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dvextract.document import Document
from dvextract.grammar import abbreviation, legaldoc, phrase, quantity, time

FINDERS = (time.find, quantity.find, legaldoc.find, phrase.find, abbreviation.find)


class Grammar:
    """Runs every grammar over the content blocks of a page."""

    name: ClassVar[str] = "grammar"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks")
    adds: ClassVar[tuple[str, ...]] = ("findings",)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``findings`` in text order."""
        for doc in docs:
            spans = doc.content_spans()
            findings = [f for find in FINDERS for f in find(doc.text, spans)]
            findings.sort(key=lambda f: (f.start, -f.end, f.label))
            doc.add("findings", tuple(findings))
