"""Counting entities over a run: one counter a shard, added up when the parts are joined.

Persons that a stage has described are not counted here: only the joined run tells which pages mean one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from dvextract.document import Document


class EntityCounter:
    """How often each entity was mentioned, in which forms and in how many pages."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def add(self, doc: Document) -> None:
        """Count the mentions of one page."""
        here: set[str] = set()
        elsewhere = "PERSON" if doc.has("persons") else ""
        for m, link in zip(doc.mentions, doc.links, strict=True):
            if not link.entity_id or m.label == elsewhere:
                continue
            entry = self._entry(link.entity_id, m.label)
            entry["names"][link.name] += 1
            entry["forms"][doc.text[m.start : m.end]] += 1
            if link.admin_code:
                entry["codes"][link.admin_code] += 1
            here.add(link.entity_id)
        for entity_id in here:
            self._known[entity_id]["documents"] += 1

    def _entry(self, entity_id: str, label: str) -> dict[str, Any]:
        entry = self._known.get(entity_id)
        if entry is None:
            entry = {"label": label, "names": Counter(), "forms": Counter(), "codes": Counter(), "documents": 0}
            self._known[entity_id] = entry
        return entry

    def dump(self) -> bytes:
        """The counts as JSON lines, sorted by entity."""
        return b"".join(
            orjson.dumps([i, self._known[i]], option=orjson.OPT_SORT_KEYS) + b"\n" for i in sorted(self._known)
        )

    def load(self, data: bytes) -> None:
        """Add counts that another counter dumped."""
        for line in data.splitlines():
            entity_id, counts = orjson.loads(line)
            entry = self._entry(entity_id, counts["label"])
            for field in ("names", "forms", "codes"):
                entry[field].update(counts[field])
            entry["documents"] += counts["documents"]

    def rows(self) -> list[tuple[Any, ...]]:
        """Rows of the table `entities`, by label and identifier."""
        found = [
            entity_row(entity_id, e["label"], e["names"], e["forms"], e["documents"], e["codes"])
            for entity_id, e in self._known.items()
        ]
        return sorted(found, key=lambda row: (row[1], row[0]))


def entity_row(
    entity_id: str,
    label: str,
    names: Mapping[str, int],
    forms: Mapping[str, int],
    documents: int,
    codes: Iterable[str] = (),
) -> tuple[Any, ...]:
    """A row of the table `entities`.

    Of several spellings of a name the commonest is given, of several codes none: they do not decide.
    """
    name = min(names, key=lambda n: (-names[n], n))
    found = list(codes)
    code = found[0] if len(found) == 1 else ""
    aliases = "|".join(sorted({" ".join(form.split()) for form in forms}))
    return (entity_id, label, name, aliases, code, sum(forms.values()), documents)
