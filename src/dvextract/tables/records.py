"""Documents to nested records, in the shape gold pages have, so a run can be scored and a corrected run be gold."""

from __future__ import annotations

from typing import Any

import orjson

from dvextract.compiled import part
from dvextract.document import Document, LegalReference, Mention, QuantityValue, Reading, TimeValue

_compiled = part("dvextract.tables._lines")


def record(doc: Document) -> dict[str, Any]:
    """One page as a nested object: text, meta, blocks, mentions with attributes, posts, relations, abbreviations.

    Arguments of relations are indices into ``mentions``; ``content`` of a statement is a list of [start, end].
    """
    mentions = [
        {"start": m.start, "end": m.end, "text": span, "label": m.label, "attributes": _attributes(m, span, reading)}
        for m, span, reading in zip(doc.mentions, map(doc.span, doc.mentions), doc.readings, strict=True)
    ]
    return _record(doc, mentions)


def record_line(doc: Document) -> bytes:
    """`record` as a line of JSON."""
    if _compiled:
        found = _compiled.mention_objects(doc.text, tuple(doc.mentions), tuple(doc.readings), _attribute_object)
        return orjson.dumps(_record(doc, orjson.Fragment(found)), option=orjson.OPT_APPEND_NEWLINE)
    return orjson.dumps(record(doc), option=orjson.OPT_APPEND_NEWLINE)


def _record(doc: Document, mentions: object) -> dict[str, Any]:
    page = doc.page
    return {
        "doc_id": doc.doc_id,
        "text": doc.text,
        "meta": {
            "title": page.title,
            "displayed_date": page.displayed_date,
            "displayed_date_trust": page.displayed_date_trust,
            "published_date": page.published_date,
            "reference_date": page.reference_date,
            "dateline": page.dateline,
            "outlet": page.outlet,
            "author": page.author,
        },
        "blocks": [{"start": b.start, "end": b.end, "kind": b.kind} for b in doc.blocks],
        "mentions": mentions,
        "posts": [
            {"person": p.name, "title": doc.span(doc.mentions[p.title]), "organisation": p.organisation or None}
            for p in doc.posts
        ],
        "relations": _relations(doc),
        "abbreviations": [{"short": a.short, "long": a.long, "source": a.source} for a in doc.abbreviations],
    }


def _attribute_object(m: Mention, span: str, reading: Reading) -> bytes:
    return orjson.dumps(_attributes(m, span, reading))


def _attributes(m: Mention, span: str, reading: Reading) -> dict[str, str]:
    match reading.detail:
        case None:
            found = {"kind": reading.kind} if reading.kind else {}
            if reading.value and reading.value != span:
                found["of" if m.label == "ABBREVIATION" else "norm"] = reading.value
            return found
        case TimeValue() as t:
            calendar = "" if t.calendar == "gregorian" else t.calendar
            found = {"val": t.edtf, "kind": t.kind, "mod": t.modifier, "part": t.part_of_day, "cal": calendar}
        case QuantityValue() as q:
            comparator = "" if q.comparator == "=" else q.comparator
            whole = q.number_max if q.kind == "ratio" else ""
            found = {"val": q.value, "of": whole, "unit": q.unit, "kind": q.kind, "cmp": comparator, "dir": q.direction}
        case LegalReference() as ref:
            found = {"type": ref.type, "no": ref.number, "date": ref.date, "issuer": ref.issuer}
    return {k: v for k, v in found.items() if v}


def _relations(doc: Document) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def add(kind: str, args: list[int], **attributes: object) -> None:
        found.append({"kind": kind, "args": args, "attributes": {k: v for k, v in attributes.items() if v != ""}})

    for post in doc.posts:
        add("holds_post", [post.person, post.title], st="" if post.status == "current" else post.status)
    for c in doc.cooperations:
        add("cooperates_with", [c.a, c.b], prog=c.programme)
    for p in doc.participations:
        stated = {k: i for k, i in (("when", p.when), ("where", p.where)) if i >= 0}
        kind, role = ("organises", "") if p.role == "organiser" else ("attends", p.role)
        add(kind, [p.participant, p.event], role=role, **stated)
    for s in doc.statements:
        add("statement", [s.speaker], verb=s.verb, content=[[s.content_start, s.content_end]], mode=s.mode)
    return found
