"""Stage profile: what the page knows of each person, by which persons of one name are told apart across the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dvextract.document import Document
from dvextract.identities.profile import persons


class Profile:
    """Describes the persons of every page."""

    name: ClassVar[str] = "profile"
    reads: ClassVar[tuple[str, ...]] = (
        "text",
        "page",
        "mentions",
        "readings",
        "geography",
        "short_forms",
        "posts",
        "links",
    )
    adds: ClassVar[tuple[str, ...]] = ("persons",)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``persons``, one a person of the page, by first mention."""
        for doc in docs:
            doc.add("persons", persons(doc))
