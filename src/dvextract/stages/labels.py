"""Stage labels: takes the mentions of labels that are off out of a page, with every fact that needs one of them.

It comes last, so that a label that is off still helps to read the others: what is left is what the page gives with all
labels on, row by row (only numbers of mentions move up).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from dvextract.document import Document

PARALLEL = ("readings", "links")
"""Layers with an item for every mention."""
FACTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "posts": (("person", "title"), ()),
    "statements": (("speaker",), ()),
    "cooperations": (("a", "b"), ()),
    "participations": (("event", "participant"), ("when", "where")),
}
"""Layers of facts, with the fields that hold mentions' indices: those a fact needs, and those it can do without."""


class Labels:
    """Leaves only mentions of labels that are not ``off``. Made from the table ``[labels]`` of a pipeline file."""

    name: ClassVar[str] = "labels"
    reads: ClassVar[tuple[str, ...]] = ("mentions",)
    adds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, off: Collection[str]) -> None:
        self._off = frozenset(off)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Withdraw rows of the layers of every document."""
        for doc in docs:
            self._revise(doc)

    def _revise(self, doc: Document) -> None:
        kept = [i for i, m in enumerate(doc.mentions) if m.label not in self._off]
        for layer in ("mentions", *PARALLEL):
            if doc.has(layer):
                items = getattr(doc, layer)
                doc.revise(layer, tuple(items[i] for i in kept))
        moved = {-1: -1, **{old: new for new, old in enumerate(kept)}}
        for layer, (needed, optional) in FACTS.items():
            if doc.has(layer):
                doc.revise(layer, tuple(_renumbered(getattr(doc, layer), needed, optional, moved)))
        if "PERSON" in self._off and doc.has("persons"):
            doc.revise("persons", ())
        if "ABBREVIATION" in self._off and doc.has("abbreviations"):
            doc.revise("abbreviations", ())


def _renumbered(
    facts: Sequence[Any], needed: Sequence[str], optional: Sequence[str], moved: Mapping[int, int]
) -> list[Any]:
    """Those of the facts whose mentions are all left, with the mentions' new numbers."""
    found = []
    for fact in facts:
        if all(getattr(fact, field) in moved for field in needed):
            changed = {field: moved.get(getattr(fact, field), -1) for field in (*needed, *optional)}
            found.append(replace(fact, **changed))
    return found
