"""All persons of a run: the parts' profiles, name by name, to one identifier a person, in bounded memory.

A part's profiles are sorted by the name's identifier; merging the parts brings all pages of a name together, and only
those are held at once. What was decided is sorted back into the order of the pages. So the result depends on the pages
alone, and a run of any size needs the memory of its most frequent name.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import orjson

from dvextract.document import Document
from dvextract.identities.clusters import Decision, Pages, decide
from dvextract.identities.profile import Person, Profile
from dvextract.identities.spill import Spill, merged
from dvextract.interpretation.wording import fold_name
from dvextract.stages.link import entity_id

PROFILES = "profiles.tsv"
_MOST = 20_000
"""Pages of one name beyond which the people named beside are not compared: there is other evidence enough."""

Identity = tuple[str, str, str, str, float, str]
"""A row of the table `identities`."""


class ProfileWriter:
    """Gathers the persons of a part's pages and writes them sorted by name."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []

    def add(self, doc: Document) -> None:
        """Take the persons of one page, if a stage has described them."""
        for person in doc.persons if doc.has("persons") else ():
            self._lines.append(_line(len(self._lines), doc.doc_id, person))

    def dump(self) -> bytes:
        """The part's file."""
        return b"".join(line + b"\n" for line in sorted(self._lines))


def _line(number: int, doc_id: str, person: Person) -> bytes:
    about = orjson.dumps([doc_id, person.name, person.names, person.forms], option=orjson.OPT_SORT_KEYS)
    return b"\t".join((person.entity_id.encode(), b"%08d" % number, about, person.profile.dump()))


class Identities:
    """The decisions about every person of a run, read from its ``parts``; ``scratch`` is a folder to work in."""

    def __init__(self, parts: Sequence[Path], scratch: Path) -> None:
        shutil.rmtree(scratch, ignore_errors=True)
        self._parts = len(parts)
        self._rows = Spill(scratch / "rows")
        self._entities = Spill(scratch / "entities")
        lines = merged([part / PROFILES for part in parts], scratch / "profiles", _with_part)
        for plain, group in groupby((line.split(b"\t", 4) for line in lines), key=itemgetter(0)):
            self._decide(plain.decode(), group)

    def rows(self) -> Iterator[Identity]:
        """Rows of the table `identities`, in the order of the pages."""
        for line in self._rows:
            yield tuple(orjson.loads(line.split(b"\t", 2)[2])[:6])

    def changes(self) -> Iterator[Mapping[tuple[str, str], str]]:
        """For each part in order: the person's identifier by page and the name's identifier, where they differ."""
        found = groupby(self._rows, key=lambda line: int(line[:8]))
        part, lines = next(found, (-1, iter(())))
        for number in range(self._parts):
            changed: dict[tuple[str, str], str] = {}
            if part == number:
                for line in lines:
                    row = orjson.loads(line.split(b"\t", 2)[2])
                    if row[2] != row[6]:
                        changed[row[0], row[6]] = row[2]
                part, lines = next(found, (-1, iter(())))
            yield changed

    def entities(self) -> Iterator[tuple[str, Mapping[str, int], Mapping[str, int], int]]:
        """Identifier, names, forms and number of pages of every person, by identifier."""
        for line in self._entities:
            identifier, _, counts = line.partition(b"\t")
            of = orjson.loads(counts)
            yield identifier.decode(), of["names"], of["forms"], of["documents"]

    def _decide(self, plain: str, group: Iterator[list[bytes]]) -> None:
        """Decide about all pages of one name: lists of name, part, number, about and profile."""
        found = [(part, number, orjson.loads(about), profile) for _, part, number, about, profile in group]
        by_profile: dict[bytes, list[str]] = {}
        for _, _, (doc_id, *_), profile in found:
            by_profile.setdefault(profile if len(found) <= _MOST else _alone(profile), []).append(doc_id)
        name = fold_name(found[0][2][1])
        decided = decide(name, [Pages(Profile.load(p), sorted(doc_ids)) for p, doc_ids in by_profile.items()])
        counted: dict[str, _Counts] = {}
        for part, number, (doc_id, person, names, forms), _ in found:
            decision = decided[doc_id]
            identifier = entity_id("PERSON", name, apart=decision.apart) if decision.group else plain
            counts = counted.setdefault(identifier, _Counts())
            counts.documents += 1
            counts.names.update(names)
            counts.forms.update(forms)
            rule = f"identity.{decision.rule}"
            row = (doc_id, person, identifier, rule, decision.score, _evidence(decision, doc_id), plain)
            self._rows.add(b"\t".join((part, number, orjson.dumps(row))))
        for identifier, counts in counted.items():
            self._entities.add(b"\t".join((identifier.encode(), orjson.dumps(counts, option=orjson.OPT_SORT_KEYS))))


@dataclass(slots=True)
class _Counts:
    """How often a person was named, in which forms, in how many pages."""

    names: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    documents: int = 0


def _with_part(part: int, line: bytes) -> bytes:
    name, rest = line.split(b"\t", 1)
    return b"\t".join((name, b"%08d" % part, rest))


def _alone(profile: bytes) -> bytes:
    """The profile without the people named beside."""
    return orjson.dumps({**orjson.loads(profile), "company": []}, option=orjson.OPT_SORT_KEYS)


def _evidence(decision: Decision, doc_id: str) -> str:
    other = next((d for d in decision.also if d != doc_id), "")
    return f"{decision.evidence} (also {other})" if other else decision.evidence
