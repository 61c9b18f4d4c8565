"""Stage relate: mentions and what they mean to facts about them.

Adds who holds which post, who said what, which bodies work together and who took part in which event; each relation has
a module of its own in `dvextract.relations`. A fact is taken from one sentence, as the page states it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dvextract.document import Document
from dvextract.relations.cooperations import cooperations
from dvextract.relations.participations import participations
from dvextract.relations.posts import posts
from dvextract.relations.skeleton import skeletons
from dvextract.relations.statements import statements


class Relate:
    """Posts, statements, cooperations and participations of every document."""

    name: ClassVar[str] = "relate"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks", "sentences", "mentions", "readings")
    adds: ClassVar[tuple[str, ...]] = ("posts", "statements", "cooperations", "participations")

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add the four layers to every document."""
        for doc in docs:
            sentences = skeletons(doc)
            said = statements(doc, sentences)
            doc.add("posts", posts(doc, sentences))
            doc.add("statements", said)
            doc.add("cooperations", cooperations(doc, sentences, said))
            doc.add("participations", participations(doc, sentences, said))
