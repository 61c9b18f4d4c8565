"""Counting entities over a run: one counter a shard, added up when the parts are joined."""

from __future__ import annotations

from collections import Counter
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
        for m, link in zip(doc.mentions, doc.links, strict=True):
            if not link.entity_id:
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
        """Rows of the table `entities`, by label and identifier.

        Of several spellings of a name the commonest is given, of several codes none: they do not decide.
        """
        found = []
        for entity_id, e in self._known.items():
            name = min(e["names"], key=lambda n: (-e["names"][n], n))
            code = next(iter(e["codes"])) if len(e["codes"]) == 1 else ""
            aliases = "|".join(sorted({" ".join(form.split()) for form in e["forms"]}))
            found.append((entity_id, e["label"], name, aliases, code, sum(e["forms"].values()), e["documents"]))
        return sorted(found, key=lambda row: (row[1], row[0]))
