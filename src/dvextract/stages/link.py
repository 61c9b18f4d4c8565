"""Stage link: readings to entities, so that the same body or person is one row whatever the page calls it.

An identifier is a hash of the label and the folded canonical name and of nothing else: the same in every run, on every
machine. Persons of one name are told apart later, when the pages of the run are joined (`identities`). Provinces also
get their official code where name and date decide which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import ClassVar

from dvextract.document import Document, EntityLink, LegalReference, Mention, Reading
from dvextract.interpretation.wording import fold, fold_name, one_line
from dvextract.lexicon.gazetteer import place_names
from dvextract.lexicon.tsv import rows

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

_DIGEST = 6  # bytes


class Link:
    """Gives every mention its entity."""

    name: ClassVar[str] = "link"
    reads: ClassVar[tuple[str, ...]] = ("text", "page", "mentions", "readings")
    adds: ClassVar[tuple[str, ...]] = ("links",)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``links``, parallel to the mentions."""
        for doc in docs:
            day = (doc.page.reference_date or doc.page.published_date)[:10]
            doc.add("links", tuple(_link(m, r, day) for m, r in zip(doc.mentions, doc.readings, strict=True)))


def entity_id(label: str, name: str, apart: str = "") -> str:
    """The identifier of the entity ``name`` under ``label``, e.g. ``org-`` and twelve hexadecimal digits.

    ``apart`` tells entities of one name from one another. Empty for labels without entities and for a name of which
    nothing is left when folded.
    """
    key = fold(name).replace(",", "") if label == "LEGALDOC" else fold_name(name)  # 05-CT/TU is not 05 CT/TU
    if label not in PREFIXES or not key:
        return ""
    content = f"{label}\t{key}\t{apart}" if apart else f"{label}\t{key}"
    return f"{PREFIXES[label]}-{blake2b(content.encode(), digest_size=_DIGEST).hexdigest()}"


def _link(mention: Mention, reading: Reading, day: str) -> EntityLink:
    name, code = canonical_name(reading), ""
    if mention.label == "LOCATION":
        name, code = _official_name(name), admin_code(name, day)
    identifier = entity_id(mention.label, name)
    return EntityLink(identifier, name, code) if identifier else EntityLink("", "")


def canonical_name(reading: Reading) -> str:
    """The name an entity goes by: the reading's value, for a document its type and number."""
    if isinstance(reading.detail, LegalReference) and reading.detail.number:
        return one_line(f"{reading.detail.type} {reading.detail.number}")
    return one_line(reading.value)


def admin_code(name: str, day: str = "") -> str:
    """The official code of the province ``name``, empty when it is none or the name alone does not decide.

    A bare name decides only if no district or commune bears it too. ``day`` (ISO, or empty) decides between the
    codes a name had before and after a reform.
    """
    codes = {code for code, begins, ends, _ in _provinces().get(fold(name), ()) if not day or begins <= day <= ends}
    return codes.pop() if len(codes) == 1 else ""


def _official_name(name: str) -> str:
    """A province's bare name with its type, where the name can be no other place's; else the name itself."""
    official = {official for *_, official in _provinces().get(fold(name), ())}
    return official.pop() if len(official) == 1 else name


@cache
def _provinces() -> Mapping[str, tuple[tuple[str, str, str, str], ...]]:
    """Code, first and last day and official name by folded name, typed and, where unambiguous, bare."""
    shared = {fold(name) for name, level in place_names() if level != "province"}
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for name, code, begins, ends, _ in rows("provinces.tsv"):
        entry = (code, begins or "0000-01-01", ends or "9999-12-31", name)
        kind = "tỉnh" if name.startswith("tỉnh ") else "thành phố"
        bare = fold(name.removeprefix(kind + " "))
        found.setdefault(fold(name), []).append(entry)
        if bare not in shared:
            found.setdefault(bare, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}
