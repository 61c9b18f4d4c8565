"""Stage grammar: content blocks to findings, the spans that named rules match.

Every kind of mention with a regular form has a module in ``dvextract.grammar`` whose ``find`` is called once a page.
Findings of different kinds may overlap; the tagger sees those of the grammars and the resolver settles them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from dvextract.document import Document
from dvextract.errors import OptionError, UsageError
from dvextract.grammar import abbreviation, event, legaldoc, phrase, quantity, time
from dvextract.lexicon.follow import Followed, Phrase
from dvextract.lexicon.own import OwnLexicon, read_all

FINDERS = (time.find, quantity.find, legaldoc.find, phrase.find, abbreviation.find, event.find)


class Grammar:
    """Runs every grammar over the content blocks of a page, and looks there for the wordings of a user's own lexicons.

    ``lexicons`` are their files, in a pipeline file relative to it; ``follow`` are its phrases to follow. With ``sure``
    what both find wins over the tagger; else it only fills the tagger's gaps. Raises OptionError for a file that cannot
    be used.
    """

    name: ClassVar[str] = "grammar"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks")
    adds: ClassVar[tuple[str, ...]] = ("findings",)
    files: ClassVar[tuple[str, ...]] = ("lexicons",)
    internal: ClassVar[tuple[str, ...]] = ("follow",)

    def __init__(self, lexicons: Sequence[str | Path] = (), sure: bool = True, follow: Sequence[Phrase] = ()) -> None:
        try:
            own = read_all([Path(f) for f in lexicons], sure)
        except UsageError as e:
            raise OptionError("lexicons", str(e)) from e
        self._own: tuple[OwnLexicon | Followed, ...] = (*own, *((Followed(follow, sure),) if follow else ()))
        self._finders = (*FINDERS, *(lexicon.find for lexicon in self._own))

    @property
    def fingerprint(self) -> str:
        """A hash of own lexicons and followed phrases, empty without any; part of what makes two runs the same run."""
        content = "".join(lexicon.fingerprint for lexicon in self._own)
        return sha256(content.encode()).hexdigest() if content else ""

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``findings`` in text order."""
        for doc in docs:
            spans = doc.content_spans()
            findings = [f for find in self._finders for f in find(doc.text, spans)]
            findings.sort(key=lambda f: (f.start, -f.end, f.label))
            doc.add("findings", tuple(findings))
