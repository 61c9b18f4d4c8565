"""Stage link: readings to entities, so that the same body or person is one row whatever the page calls it.

An identifier is a hash of the label, the folded canonical name and, where several units bear that name, the codes of
the one it is and of all it belonged to: the same in every run, on every machine. A body whose name is that of many
(``Hội đồng nhân dân``) and that nothing in the page completes is one of its page. A document that is not of a central
issuer has its issuer's place in it, or the page's. So two communes of one name are two entities where the page decides
which is meant, and so are their people's committees. Persons of one name are told apart later, when the pages of the
run are joined (`identities`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import ClassVar

import regex

from dvextract.compiled import maker
from dvextract.document import BodyFacts, Document, EntityLink, LegalReference, Reading
from dvextract.interpretation.wording import fold, fold_name, one_line
from dvextract.lexicon.units import AdminUnit, admin_units
from dvextract.linking.bodies import Standing, era, is_generic, key_name, official_name, standing
from dvextract.linking.documents import Documents
from dvextract.linking.events import key_name as event_key
from dvextract.linking.places import Place, Places, facts

PREFIXES: Mapping[str, str] = {
    "PERSON": "per",
    "TITLE": "tit",
    "ORGANISATION": "org",
    "LOCATION": "loc",
    "PHRASE": "phr",
    "EVENT": "evt",
    "LEGALDOC": "doc",
    "ABBREVIATION": "abb",
}
"""What identifiers of a label begin with; times and quantities are values, not entities."""

_HASH = blake2b(digest_size=6)
# What stands between a body and the larger one it is part of.
_OWNED = regex.compile(r"(?:,| -| –)? (?:thuộc |trực thuộc |của )?")


class Link:
    """Gives every mention its entity."""

    name: ClassVar[str] = "link"
    reads: ClassVar[tuple[str, ...]] = ("text", "page", "mentions", "readings")
    adds: ClassVar[tuple[str, ...]] = ("links",)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``links``, parallel to the mentions."""
        for doc in docs:
            doc.add("links", tuple(_links(doc)))


def _links(doc: Document) -> list[EntityLink]:
    places, documents, readings = Places(doc), None, doc.readings
    day = era(places.day)
    found = []
    for i, m in enumerate(doc.mentions):
        label, reading = m.label, readings[i]
        if label == "LOCATION":
            place = places.place(i)
            link = _named(label, reading.value) if place is None else _place(reading.value, place)
        elif label == "ORGANISATION":
            link = _body(doc, i, reading, places, day)
        elif label == "EVENT":
            link = _named(label, event_key(one_line(reading.value), places), one_line(reading.value))
        elif label not in PREFIXES:
            link = _NOTHING
        elif reading.detail is None:
            link = _named(label, reading.value)
        else:
            documents = documents or Documents(doc, places)
            link = _named(label, canonical_name(reading), apart=documents.issuer(i))
        found.append(link)
    return found


def _identifier(label: str, name: str, unit: AdminUnit | None, apart: str) -> str:
    key = fold(name).replace(",", "") if label == "LEGALDOC" else fold_name(name)  # 05-CT/TU is not 05 CT/TU
    if label not in PREFIXES or not key:
        return ""
    within = _codes(unit) if unit is not None else ""
    content = f"{label}\t{key}{within}" + (f"\t{apart}" if apart else "")
    digest = _HASH.copy()  # in half the time in which one is made
    digest.update(content.encode())
    return f"{PREFIXES[label]}-{digest.hexdigest()}"


@lru_cache(maxsize=1 << 14)
def entity_id(label: str, name: str, unit: AdminUnit | None = None, apart: str = "") -> str:
    """The identifier of the entity ``name`` under ``label``, e.g. ``org-`` and twelve hexadecimal digits.

    ``unit`` is the official unit a place is or a body belongs to; it tells entities of one name apart, and so does
    ``apart``. Empty for labels without entities and for a name of which nothing is left when folded.
    """
    return _identifier(label, name, unit, apart)


@lru_cache(maxsize=1 << 14)
def _codes(unit: AdminUnit) -> str:
    """The codes of a unit and all it belonged to; empty where no other unit, past or present, has its name."""
    units = admin_units()
    others = {(u.code, u.parent) for u in units.named(unit.name)}
    return "\t" + "/".join(u.code for u in units.chain(unit)) if len(others) > 1 else ""


_link = maker(EntityLink)
_NOTHING = EntityLink("", "")


@lru_cache(maxsize=1 << 14)
def _named(label: str, value: str, name: str = "", apart: str = "") -> EntityLink:
    """The entity that ``value``, on one line, names under ``label``; it goes by ``name``, if that is another."""
    key = one_line(value)
    identifier = _identifier(label, key, None, apart)  # what is new here is new there
    return _link(identifier, name or key) if identifier else _NOTHING


@lru_cache(maxsize=1 << 13)
def _place(value: str, place: Place) -> EntityLink:
    found = facts(place)
    if place.unit is None:
        name = one_line(value)
        return _link(entity_id("LOCATION", name), name, "", found if found.level else None)
    official = place.unit.name
    return _link(entity_id("LOCATION", official, place.unit), official, found.code, found)


def _body(doc: Document, i: int, reading: Reading, places: Places, day: str) -> EntityLink:
    """The link of a body; ``day`` is that of the page's `era`."""
    value = reading.value
    if not value or reading.kind or ";" in value:
        return _named("ORGANISATION", value)
    place = places.place(i)
    if place is None:
        words, following = "", _following(doc, i)
    else:
        words, following = doc.span(doc.mentions[i]), ""
    link, standing_of_page = _body_anywhere(value, words, place, following, day)
    if standing_of_page is None:
        return link
    return _body_link_of_page(link.name, place, standing_of_page, f"page\t{doc.doc_id}")


@lru_cache(maxsize=1 << 14)
def _body_anywhere(
    value: str, words: str, place: Place | None, following: str, day: str
) -> tuple[EntityLink, Standing | None]:
    """The link of a body by its canonical name, and of a body that is one of its page only, or under one, its standing.

    ``words`` are the mention's, of a body with a place; the other arguments are those of `standing`.
    """
    name = official_name(one_line(value), place)
    found = standing(name, words, place, following, day)
    if found.of_page or (found.parent_unit is None and found.parent and is_generic(found.parent)):
        return _link("", name), found
    return _body_link(name, place, found, ""), None


def _body_link(name: str, place: Place | None, found: Standing, own: str) -> EntityLink:
    """The link of a body; ``own`` keeps bodies of one page from those of others, empty where nothing has to."""
    identifier = entity_id("ORGANISATION", key_name(name, place), found.unit, own if found.of_page else "")
    return _link(identifier, name, "", _body_facts(found, place, own)) if identifier else _NOTHING


_body_link_of_page = lru_cache(maxsize=1 << 8)(_body_link)  # a page names its bodies again and again


def _body_facts(found: Standing, place: Place | None, own: str) -> BodyFacts:
    place_id = parent_id = ""
    if found.place:
        place_id = entity_id("LOCATION", found.place, found.unit)
    if found.parent:
        of_same = place if found.parent_unit is not None and found.parent_unit == found.unit else None
        apart = own if found.parent_unit is None and is_generic(found.parent) else ""
        parent_id = entity_id("ORGANISATION", key_name(found.parent, of_same), found.parent_unit, apart)
    code = found.unit.code if found.unit else ""
    return _facts(found.level, found.place, code, place_id, found.parent, parent_id, found.rule)


_facts = maker(BodyFacts)


def _following(doc: Document, i: int) -> str:
    """The canonical name of the body written directly behind a body; empty when there is none."""
    pair = doc.mentions[i : i + 2]
    if len(pair) < 2:
        return ""
    here, after = pair
    if after.label != "ORGANISATION" or doc.readings[i + 1].kind or after.start - here.end > 15:
        return ""
    return canonical_name(doc.readings[i + 1]) if _OWNED.fullmatch(doc.text, here.end, after.start) else ""


def canonical_name(reading: Reading) -> str:
    """The name an entity goes by: the reading's value, for a document its type and number."""
    if isinstance(reading.detail, LegalReference) and reading.detail.number:
        return one_line(f"{reading.detail.type} {reading.detail.number}")
    return one_line(reading.value)
