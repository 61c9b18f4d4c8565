"""Which document a number names: every province, district and commune numbers its own from 1.

A number whose suffix names a central issuer (``05-CT/TW``, ``30/2020/NĐ-CP``) is one document everywhere. Any other is
one of a place: that of the issuer written behind it, there or where the page names the document again, else that of
the page. Where neither is known the document is one of its page.
"""

from __future__ import annotations

from collections.abc import Mapping

import regex

from dvextract.document import Document, LegalReference
from dvextract.grammar.legaldoc import issuers
from dvextract.interpretation.wording import one_line
from dvextract.lexicon.units import AdminUnit, admin_units, fold_unit, split_type
from dvextract.linking.bodies import central_beginning
from dvextract.linking.places import Places

_CODE = regex.compile(r"\p{Lu}\p{L}*")
_OF_A_PLACE = regex.compile(r".*(?:TU|HU|QU|ThU|ĐU|ĐUK)|UBND|HĐND")
_CENTRAL_TYPES = frozenset(("Hiến pháp", "Bộ luật", "Luật", "Pháp lệnh", "Sắc lệnh", "Nghị định"))
_DISTRICTS: Mapping[str, str] = {"HU": "huyện", "QU": "quận", "ThU": "thị xã"}
# What stands between a document, its day and its issuer.
_OF = regex.compile(r",? ?(?:\([^()\n]{1,30}\),? ?)?của (?:đồng chí |ông |bà )?")
_POST = regex.compile(r"(?i:thủ tướng|chủ tịch nước)(?!\p{L})")  # posts that are bodies of their own
_DAY = regex.compile(r",? ?")


class Documents:
    """The numbered documents of one page."""

    def __init__(self, doc: Document, places: Places) -> None:
        self._doc = doc
        self._places = places
        self._stated: dict[tuple[str, str], set[str]] = {}
        for i, reading in enumerate(doc.readings):
            if isinstance(reading.detail, LegalReference) and reading.detail.number:
                issuer = self._issuer(i, reading.detail)
                if issuer:
                    self._stated.setdefault((reading.detail.type, reading.detail.number), set()).add(issuer)

    def issuer(self, i: int) -> str:
        """What keeps the document at mention ``i`` from others of its type and number; empty when nothing has to."""
        reference = self._doc.readings[i].detail
        if not isinstance(reference, LegalReference) or not reference.number or is_central(reference):
            return ""
        stated = self._stated.get((reference.type, reference.number), set())
        elsewhere = next(iter(stated)) if len(stated) == 1 else ""
        return self._issuer(i, reference) or elsewhere or self._of_page(reference.number)

    def _issuer(self, i: int, reference: LegalReference) -> str:
        """The place of the issuer written behind a document, or the central issuer; empty when there is neither."""
        j = self._behind(i)
        place = self._places.place(j) if j else None
        if place is not None and place.unit is not None:
            return _where(place.unit)
        issuer = one_line(self._doc.readings[j].value) if j else reference.issuer
        post = _POST.match(issuer)
        return post[0].lower() if post else central_beginning(issuer.removeprefix("Bộ trưởng "))

    def _behind(self, i: int) -> int:
        """The body or post written behind a document as its issuer; 0 when there is none."""
        doc, end, j = self._doc, self._doc.mentions[i].end, i + 1
        if j < len(doc.mentions) and doc.mentions[j].label == "TIME":
            if not _DAY.fullmatch(doc.text, end, doc.mentions[j].start):
                return 0
            end, j = doc.mentions[j].end, j + 1
        if j == len(doc.mentions) or doc.mentions[j].label not in ("ORGANISATION", "TITLE"):
            return 0
        return j if _OF.fullmatch(doc.text, end, doc.mentions[j].start) else 0

    def _of_page(self, number: str) -> str:
        """The page's unit of the level that the number says, or the page."""
        codes = _CODE.findall(number)
        level = next((kind for c in codes for end, kind in _DISTRICTS.items() if c.endswith(end)), "tỉnh")
        unit = self._places.only(level)
        if any(c.endswith(("ĐU", "ĐUK")) for c in codes):  # of a commune, an office, a firm
            unit = None
        return _where(unit) if unit is not None else f"page\t{self._doc.doc_id}"


def is_central(reference: LegalReference) -> bool:
    """Whether type or number names an issuer of which there is one.

    >>> is_central(LegalReference("Chỉ thị", "05-CT/TW")), is_central(LegalReference("Chỉ thị", "05-CT/TU"))
    (True, False)
    """
    codes = _CODE.findall(reference.number)
    if reference.type in _CENTRAL_TYPES or reference.number.startswith("TCVN"):
        return True
    named = any(c in issuers() or "TW" in c for c in codes)
    return named and not any(_OF_A_PLACE.fullmatch(c) for c in codes)


def _where(unit: AdminUnit) -> str:
    """A unit by its name and those it belonged to; of a province, whose title may change, the bare name."""
    *inner, province = admin_units().chain(unit)
    return "/".join(fold_unit(name) for name in (*(u.name for u in inner), split_type(province.name)[1]))
