"""Counting entities over a run: one counter a shard, whose sorted lines are added up when the parts are joined.

Pages may infer different things of one place or body. What most mentions agree on holds, of a place what most of those
agree on that decide its code; of equally many the first in lexical order. Persons that a stage has described are not
counted here: only the joined run tells which pages mean one person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import orjson

from dvextract.document import BodyFacts, Document, PlaceFacts

RUN_TABLES = ("entities", "places", "bodies", "identities")
"""The tables that span the run, built when its parts are joined."""

COUNTS = "entity-counts"
"""The piece of a part with its counts: lines of label, identifier and counts, sorted."""

_FACTS = {
    facts: (name, attrgetter(*(f.name for f in fields(facts))))
    for facts, name in ((PlaceFacts, "place"), (BodyFacts, "body"))
}


class EntityCounter:
    """How often each entity was mentioned, in which forms and in how many pages."""

    def __init__(self) -> None:
        self._known: dict[str, _Counts] = {}
        self._pages = 0

    def add(self, doc: Document) -> None:
        """Count the mentions of one page."""
        self._pages += 1
        page, known, text = self._pages, self._known, doc.text
        elsewhere = "PERSON" if doc.has("persons") else ""
        for m, link in zip(doc.mentions, doc.links, strict=True):
            entity_id = link.entity_id
            if not entity_id or m.label == elsewhere:
                continue
            counts = known.get(entity_id)
            if counts is None:
                known[entity_id] = counts = _Counts(m.label)
            counts.add(link.name, text[m.start : m.end], link.admin_code, link.facts)
            if counts.page != page:
                counts.page = page
                counts.documents += 1

    def dump(self) -> bytes:
        """The counts as lines, sorted by label and entity."""
        return b"\n".join([*sorted(_line(*found) for found in self._known.items()), b""])


class _Counts:
    """What is counted of one entity; ``page`` is the number of the last page that mentioned it."""

    __slots__ = ("codes", "documents", "facts", "forms", "label", "names", "page")

    def __init__(self, label: str) -> None:
        self.label = label
        self.names: dict[str, int] = {}
        self.forms: dict[str, int] = {}
        self.codes: dict[str, int] = {}
        self.facts: dict[tuple[str, ...], int] = {}
        self.documents = self.page = 0

    def add(self, name: str, form: str, code: str, facts: PlaceFacts | BodyFacts | None) -> None:
        """Count one mention."""
        self.names[name] = self.names.get(name, 0) + 1
        self.forms[form] = self.forms.get(form, 0) + 1
        if code:
            self.codes[code] = self.codes.get(code, 0) + 1
        if facts is not None:
            prefix, fields = _FACTS[type(facts)]
            cells = (prefix, *fields(facts))
            self.facts[cells] = self.facts.get(cells, 0) + 1


def _line(entity_id: str, c: _Counts) -> bytes:
    counts = {"documents": c.documents, "names": c.names, "forms": c.forms, "codes": c.codes, "facts": c.facts}
    return _counted(f"{c.label}\t{entity_id}\t".encode(), counts)


def _counted(key: bytes, counts: dict[str, Any]) -> bytes:
    """The line of an entity; ``key`` is its label and identifier, as they stand before the counts."""
    counts["facts"] = [*counts["facts"].items()]
    return key + orjson.dumps(counts)


def added(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines of several counters with the counts of each entity added up, one line an entity."""
    for key, some in by_entity(lines):
        yield some[0] if len(some) == 1 else _counted(key, _sum(key, some))


def by_entity(lines: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Label and identifier, each with the tab behind it, and all lines of an entity."""
    key, some = b"\n", list[bytes]()  # what no line begins with
    for line in lines:
        if line.startswith(key):
            some.append(line)
            continue
        if some:
            yield key, some
        key, some = line[: line.index(b"\t", line.index(b"\t") + 1) + 1], [line]
    if some:
        yield key, some


def entity(key: bytes, lines: Sequence[bytes]) -> Entity:
    """The entity of which these are all lines."""
    counts = _sum(key, lines)
    return Entity(key, counts, counts["facts"])


def plain_row(key: bytes, lines: Sequence[bytes]) -> bytes | None:
    """`Entity.row` in JSON for one line that says the least, without reading JSON; None for the others.

    Half of all entities are named on one shard's pages only, always in the same words and by the same name.
    """
    m = _PLAIN.fullmatch(lines[0], len(key)) if len(lines) == 1 else None
    if m is None or not m["form"].decode().isprintable():  # of all blanks only a space is printable
        return None
    label, entity_id, _ = key.split(b"\t")
    return b'["%b","%b","%b","%b","",%b,%b]' % (entity_id, label, m["name"], m["form"], m["times"], m["documents"])


_PLAIN = re.compile(
    rb'\{"documents":(?P<documents>\d+),"names":\{"(?P<name>[^"\\]+)":\d+\},'
    rb'"forms":\{"(?P<form>[^"\\ ]+(?: [^"\\ ]+)*)":(?P<times>\d+)\},"codes":\{\},"facts":\[\]\}'
)
"""What `_counted` makes of one name in one form that is as it is shown, without codes and facts."""


def _sum(key: bytes, lines: Sequence[bytes]) -> dict[str, Any]:
    """The counts of all lines of an entity added up; those of facts by their cells."""
    total: dict[str, Any] = orjson.loads(lines[0][len(key) :])
    facts = total["facts"] = {tuple(cells): n for cells, n in total["facts"]} if total["facts"] else {}
    if len(lines) == 1:
        return total
    for line in lines[1:]:
        counts = orjson.loads(line[len(key) :])
        total["documents"] += counts["documents"]
        for which in ("names", "forms", "codes"):
            known = total[which]
            for name, n in counts[which].items():
                known[name] = known.get(name, 0) + n
        for cells, n in counts["facts"]:
            facts[tuple(cells)] = facts.get(tuple(cells), 0) + n
    return total


@dataclass(slots=True)
class Entity:
    """All that a run says of one entity.

    ``key`` is its label and its identifier, each with a tab behind it; ``facts`` are how often it was said to be what,
    by kind and cells.
    """

    key: bytes
    counts: Mapping[str, Any]
    facts: Mapping[tuple[str, ...], int]

    @property
    def entity_id(self) -> str:
        """The identifier."""
        return self.key.split(b"\t", 2)[1].decode()

    @property
    def row(self) -> tuple[Any, ...]:
        """The row of the table `entities`."""
        c = self.counts
        label, entity_id, _ = self.key.decode().split("\t")
        return entity_row(entity_id, label, c["names"], c["forms"], c["documents"], c["codes"])

    @property
    def place(self) -> tuple[str, ...] | None:
        """The row of the table `places`."""
        if found := self._said("place"):
            decided = {facts: n for facts, n in found.items() if facts[_CODE]}
            return (self.entity_id, *_commonest(decided or found))
        return None

    @property
    def body(self) -> tuple[str, ...] | None:
        """The row of the table `bodies`, pointing to entities whether or not the run mentions them (`POINTERS`)."""
        if found := self._said("body"):
            level, place, code, place_id, parent, parent_id, rule = _commonest(found)
            return (self.entity_id, level, place, code, place_id, parent, parent_id, rule)
        return None

    def _said(self, kind: str) -> dict[tuple[str, ...], int]:
        return {cells[1:]: n for cells, n in self.facts.items() if cells[0] == kind} if self.facts else {}


POINTERS = (4, 6)
"""Places in a row of `bodies` of the identifiers of other entities."""
_CODE = 1  # place of a unit's code among the fields of PlaceFacts


def _commonest(found: Mapping[tuple[str, ...], int]) -> tuple[str, ...]:
    return min(found, key=lambda facts: (-found[facts], facts)) if len(found) > 1 else next(iter(found))


def entity_row(
    entity_id: str,
    label: str,
    names: Mapping[str, int],
    forms: Mapping[str, int],
    documents: int,
    codes: Collection[str] = (),
) -> tuple[Any, ...]:
    """A row of the table `entities`.

    Of several spellings of a name the commonest is given, of several codes none: they do not decide.
    """
    name = min(names, key=lambda n: (-names[n], n)) if len(names) > 1 else next(iter(names))
    code = next(iter(codes)) if len(codes) == 1 else ""
    if len(forms) > 1:
        aliases = "|".join(sorted({" ".join(form.split()) for form in forms}))
    else:
        aliases = " ".join(next(iter(forms)).split())
    return (entity_id, label, name, aliases, code, sum(forms.values()), documents)
