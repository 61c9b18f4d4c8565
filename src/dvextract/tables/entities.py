"""Counting entities over a run: one counter a shard, added up when the parts are joined.

Pages may infer different things of one place or body. What most mentions agree on holds, of a place what most of those
agree on that decide its code; of equally many the first in lexical order. Persons that a stage has described are not
counted here: only the joined run tells which pages mean one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from functools import lru_cache
from typing import Any

import orjson

from dvextract.document import BodyFacts, Document, PlaceFacts

RUN_TABLES = ("entities", "places", "bodies", "identities")
"""The tables that span the run, built when its parts are joined."""

_PREFIX = {PlaceFacts: "place", BodyFacts: "body"}


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
            if link.facts is not None:
                entry["facts"][_packed(link.facts)] += 1
            here.add(link.entity_id)
        for entity_id in here:
            self._known[entity_id]["documents"] += 1

    def _entry(self, entity_id: str, label: str) -> dict[str, Any]:
        entry = self._known.get(entity_id)
        if entry is None:
            counters: dict[str, Counter[str]] = {field: Counter() for field in ("names", "forms", "codes", "facts")}
            entry = {"label": label, **counters, "documents": 0}
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
            for field in ("names", "forms", "codes", "facts"):
                entry[field].update(counts[field])
            entry["documents"] += counts["documents"]

    def rows(self) -> list[tuple[Any, ...]]:
        """Rows of the table `entities`, by label and identifier."""
        found = [
            entity_row(entity_id, e["label"], e["names"], e["forms"], e["documents"], e["codes"])
            for entity_id, e in self._known.items()
        ]
        return sorted(found, key=lambda row: (row[1], row[0]))

    def places(self) -> Iterator[tuple[Any, ...]]:
        """Rows of the table `places`."""
        for entity_id, found in self._facts("place"):
            decided = {facts: n for facts, n in found.items() if facts[_CODE]}
            yield (entity_id, *_commonest(decided or found))

    def bodies(self) -> Iterator[tuple[Any, ...]]:
        """Rows of the table `bodies`."""
        for entity_id, found in self._facts("body"):
            level, place, code, place_id, parent, parent_id, rule = _commonest(found)
            yield (entity_id, level, place, code, self._known_id(place_id), parent, self._known_id(parent_id), rule)

    def _known_id(self, entity_id: str) -> str:
        """The identifier if the run mentions that entity, else empty: what a row points to is a row."""
        return entity_id if entity_id in self._known else ""

    def _facts(self, kind: str) -> Iterator[tuple[str, dict[tuple[str, ...], int]]]:
        """What was inferred of every entity of a kind, with how often, by identifier."""
        for entity_id in sorted(self._known):
            packed = ((orjson.loads(facts), n) for facts, n in self._known[entity_id]["facts"].items())
            found = {tuple(facts[1:]): n for facts, n in packed if facts[0] == kind}
            if found:
                yield entity_id, found


_CODE = 1  # place of a unit's code among the fields of PlaceFacts


@lru_cache(maxsize=1 << 12)
def _packed(facts: PlaceFacts | BodyFacts) -> str:
    return orjson.dumps((_PREFIX[type(facts)], *astuple(facts))).decode()


def _commonest(found: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    return min(found, key=lambda facts: (-found[facts], facts))


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
