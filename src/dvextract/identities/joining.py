"""All persons of a run: the parts' profiles, name by name, to one identifier a person, in bounded memory.

A part's profiles are sorted by the name's identifier; sorting those of all parts brings all pages of a name together,
and only those are held at once (of a name on very many pages not even they, only what is known there). What was decided
is sorted back into the order of the pages. So the result depends on the pages alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby, islice
from pathlib import Path

import orjson

from dvextract.document import Document
from dvextract.identities.clusters import ALONE, Decision, Pages, decide
from dvextract.identities.profile import Person, Profile
from dvextract.identities.spill import Spill
from dvextract.interpretation.wording import fold_name
from dvextract.stages.link import entity_id
from dvextract.tables.entities import entity_row

PROFILES = "profiles"
"""The piece of a part with its persons: lines of name's identifier, number, about and profile, sorted."""
_MOST = 20_000
"""Pages of one name beyond which the people named beside are not compared: there is other evidence enough."""

Identity = tuple[str, str, str, str, float, str, str]
"""A row of the table `identities` and the identifier of the name."""


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


class Names:
    """Decides about the persons of a run, name by name.

    ``lines`` are those of the parts with the part's number put in after the name (`with_part`), sorted. What was
    decided is in ``rows`` (see `Identity`) by part and page, and in ``entities``: label, identifier and counts.
    ``scratch`` is a folder for what memory does not hold.
    """

    def __init__(self, lines: Iterable[bytes], scratch: Path) -> None:
        self._kept = scratch / "name"
        self.rows = Spill(scratch / "rows")
        self.entities = Spill(scratch / "entities")
        for plain, group in groupby(lines, key=lambda line: line[: line.index(b"\t")]):
            self._take(plain, group)

    def _take(self, plain: bytes, group: Iterator[bytes]) -> None:
        """Take all pages of one name."""
        first, second = next(group), next(group, None)
        if second is None:
            self._take_single(plain, first)
        else:
            self._decide(plain.decode(), chain((first, second), group))

    def _take_single(self, plain: bytes, line: bytes) -> None:
        """Take a name that is in one page only, as most are: nothing is to be decided."""
        part, number, (doc_id, person, names, forms), _ = _fields(line)
        identifier = plain.decode()
        row = (doc_id, person, identifier, f"identity.{ALONE.rule}", ALONE.score, ALONE.evidence, identifier)
        self.rows.add(b"\t".join((part, number, orjson.dumps(row))))
        row_of_entity = entity_row(identifier, "PERSON", names, forms, 1)
        self.entities.add(b"\t".join((b"PERSON", plain, orjson.dumps(row_of_entity))))

    def _decide(self, plain: str, group: Iterator[bytes]) -> None:
        """Decide about the pages of one name."""
        found = _Kept(group, self._kept)
        decided, name = _decided(found)
        identifiers = {ALONE.group: plain}
        counted: dict[str, _Counts] = {}
        for part, number, (doc_id, person, names, forms), _ in found:
            decision = decided[doc_id]
            identifier = identifiers.get(decision.group)
            if identifier is None:
                identifier = entity_id("PERSON", name, apart=decision.apart)
                identifiers[decision.group] = identifier
            if counts := counted.get(identifier):
                counts.add(names, forms)
            else:
                counted[identifier] = _Counts(names, forms)
            rule = f"identity.{decision.rule}"
            row = (doc_id, person, identifier, rule, decision.score, _evidence(decision, doc_id), plain)
            self.rows.add(b"\t".join((part, number, orjson.dumps(row))))
        for identifier, counts in counted.items():
            row = entity_row(identifier, "PERSON", counts.names, counts.forms, counts.documents)
            self.entities.add(b"\t".join((b"PERSON", identifier.encode(), orjson.dumps(row))))


def _decided(found: _Kept) -> tuple[dict[str, Decision], str]:
    """What is decided of every page of a name, and the folded name."""
    by_profile: dict[bytes, list[str]] = {}
    name = ""
    for _, _, (doc_id, person, _, _), profile in found:
        name = name or fold_name(person)
        by_profile.setdefault(profile if not found.many else _alone(profile), []).append(doc_id)
    return decide(name, [Pages(Profile.load(p), sorted(doc_ids)) for p, doc_ids in by_profile.items()]), name


class _Kept:
    """Lines that are gone through more than once: in memory, of a name on very many pages in a file."""

    def __init__(self, group: Iterator[bytes], path: Path) -> None:
        first = list(islice(group, _MOST + 1))
        self._path = path
        self._first: list[_Fields] = []
        self.many = len(first) > _MOST
        if self.many:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.writelines(line + b"\n" for line in chain(first, group))
        else:
            self._first = [*map(_fields, first)]

    def __iter__(self) -> Iterator[_Fields]:
        if not self.many:
            yield from self._first
            return
        with self._path.open("rb") as file:
            for line in file:
                yield _fields(line[:-1])


_Fields = tuple[bytes, bytes, tuple[str, str, dict[str, int], dict[str, int]], bytes]
"""Of a line its part, number, about and profile."""


def _fields(line: bytes) -> _Fields:
    _, part, number, about, profile = line.split(b"\t", 4)
    return part, number, orjson.loads(about), profile


def with_part(part: int, line: bytes) -> bytes:
    """A line of a part with the part's number; sorted lines stay sorted."""
    return line.replace(b"\t", b"\t%08d\t" % part, 1)


class _Counts:
    """How often a person was named, in which forms, in how many pages; begins with those of one page."""

    __slots__ = ("documents", "forms", "names")

    def __init__(self, names: dict[str, int], forms: dict[str, int]) -> None:
        self.names, self.forms, self.documents = names, forms, 1

    def add(self, names: Mapping[str, int], forms: Mapping[str, int]) -> None:
        """Add those of another page."""
        self.documents += 1
        for known, more in ((self.names, names), (self.forms, forms)):
            for name, n in more.items():
                known[name] = known.get(name, 0) + n


def _alone(profile: bytes) -> bytes:
    """The profile without the people named beside."""
    return orjson.dumps({**orjson.loads(profile), "company": []}, option=orjson.OPT_SORT_KEYS)


def _evidence(decision: Decision, doc_id: str) -> str:
    other = next((d for d in decision.also if d != doc_id), "")
    return f"{decision.evidence} (also {other})" if other else decision.evidence
