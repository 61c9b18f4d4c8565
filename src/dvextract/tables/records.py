"""Documents to nested records, in the shape gold pages have, so a run can be scored and a corrected run be gold."""

from __future__ import annotations

from typing import Any

from dvextract.document import Document, LegalReference, Mention, QuantityValue, Reading, TimeValue


def record(doc: Document) -> dict[str, Any]:
    """One page as a nested object: text, meta, blocks, mentions with attributes, posts, relations, abbreviations.

    Arguments of relations are indices into ``mentions``; ``content`` of a statement is a list of [start, end].
    """
    spans = [doc.text[m.start : m.end] for m in doc.mentions]
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
        "mentions": [
            {
                "start": m.start,
                "end": m.end,
                "text": span,
                "label": m.label,
                "attributes": _attributes(m, span, reading),
            }
            for m, span, reading in zip(doc.mentions, spans, doc.readings, strict=True)
        ],
        "posts": [
            {"person": p.name, "title": spans[p.title], "organisation": p.organisation or None} for p in doc.posts
        ],
        "relations": _relations(doc),
        "abbreviations": [{"short": a.short, "long": a.long, "source": a.source} for a in doc.abbreviations],
    }


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

    for p in doc.posts:
        add("holds_post", [p.person, p.title], st="" if p.status == "current" else p.status)
    for c in doc.cooperations:
        add("cooperates_with", [c.a, c.b], prog=c.programme)
    for part in doc.participations:
        stated = {k: i for k, i in (("when", part.when), ("where", part.where)) if i >= 0}
        kind, role = ("organises", "") if part.role == "organiser" else ("attends", part.role)
        add(kind, [part.participant, part.event], role=role, **stated)
    for s in doc.statements:
        add("statement", [s.speaker], verb=s.verb, content=[[s.content_start, s.content_end]], mode=s.mode)
    return found
