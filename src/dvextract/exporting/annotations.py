"""Mentions and facts as annotation tools and taggers want them: CoNLL, brat, Label Studio, doccano.

Each writer goes over the run once and keeps one page in memory. brat and doccano count code points as we do; Label
Studio counts UTF-16 units, as JavaScript does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dvextract.document import LABELS
from dvextract.exporting.files import FileNames, whole_file, whole_folder
from dvextract.tables.stream import PageRows, RunReader

FACTS = ("posts", "statements", "cooperations", "participations")

_RELATIONS: dict[str, tuple[str, str, str]] = {
    "posts": ("holds_post", "person_mention_id", "title_mention_id"),
    "cooperations": ("cooperates_with", "a_mention_id", "b_mention_id"),
    "participations": ("participates_in", "participant_mention_id", "event_mention_id"),
}


class Piece(NamedTuple):
    """A word, or the part of one up to a mention's edge: offsets, part of speech, IOB2 tag."""

    start: int
    end: int
    pos: str
    tag: str


def sentences_of(page: PageRows) -> Iterator[list[Piece]]:
    """The page's sentences as words with IOB2 tags; a word that a mention begins or ends in is cut there."""
    mentions = page.rows("mentions")
    edges = sorted({e for m in mentions for e in (m["start"], m["end"])})
    place, edge, sentence, found = 0, 0, -1, list[Piece]()
    for token in page.rows("tokens"):
        if token["sentence_id"] != sentence and found:
            yield found
            found = []
        sentence = token["sentence_id"]
        while edge < len(edges) and edges[edge] <= token["start"]:
            edge += 1
        cuts = [token["start"]]
        while edge < len(edges) and edges[edge] < token["end"]:
            cuts.append(edges[edge])
            edge += 1
        for start, end in pairwise([*cuts, token["end"]]):
            while place < len(mentions) and mentions[place]["end"] <= start:
                place += 1
            tag = "O"
            if place < len(mentions) and mentions[place]["start"] <= start:
                tag = f"{'B' if _first(found, mentions[place], start) else 'I'}-{mentions[place]['label']}"
            if page.text[start:end].strip():
                found.append(Piece(start, end, token["pos"] or "_", tag))
    if found:
        yield found


def _first(found: Sequence[Piece], mention: Any, start: int) -> bool:
    """Whether no earlier word of the sentence lies in the mention."""
    return not found or found[-1].end <= mention["start"] or mention["start"] == start


def conll(reader: RunReader, path: Path) -> int:
    """A word a line: form (syllables joined by _), part of speech, start, end, IOB2 tag, with tabs between.

    Sentences end with an empty line; pages begin with ``# doc_id = ...``. Returns the number of pages.
    """
    reader.require(("mentions", "tokens"), "CoNLL")
    pages = 0
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for page in reader.pages(("mentions", "tokens")):
            file.write(f"# doc_id = {' '.join(page.doc_id.split())}\n")
            for sentence in sentences_of(page):
                for p in sentence:
                    form = "_".join(page.text[p.start : p.end].split())
                    file.write(f"{form}\t{p.pos}\t{p.start}\t{p.end}\t{p.tag}\n")
                file.write("\n")
            pages += 1
    return pages


def brat(reader: RunReader, folder: Path) -> int:
    """A folder for brat: a text and an annotation file a page, and annotation.conf. Returns the number of pages."""
    reader.require(("mentions",), "brat")
    names, pages = FileNames(), 0
    with whole_folder(folder) as temporary:
        (temporary / "annotation.conf").write_text(_brat_configuration(), encoding="utf-8")
        for page in reader.pages(("mentions", *FACTS)):
            stem = temporary / names.of(page.doc_id)
            stem.parent.mkdir(parents=True, exist_ok=True)
            stem.with_name(f"{stem.name}.txt").write_bytes(page.text.encode())
            stem.with_name(f"{stem.name}.ann").write_bytes("".join(f"{x}\n" for x in _standoff(page)).encode())
            pages += 1
    return pages


def _brat_configuration() -> str:
    relations = [
        "holds_post\tArg1:PERSON, Arg2:TITLE",
        "cooperates_with\tArg1:<ENTITY>, Arg2:<ENTITY>",
        "participates_in\tArg1:<ENTITY>, Arg2:EVENT",
        "says\tArg1:<ENTITY>, Arg2:STATEMENT",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
    ]
    sections = {"entities": [*LABELS, "STATEMENT"], "relations": relations, "events": [], "attributes": []}
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def _standoff(page: PageRows) -> Iterator[str]:
    mentions = page.rows("mentions")
    notes = 0
    for m in mentions:
        yield _text_bound(m["mention_id"] + 1, m["label"], page.text, m["start"], m["end"])
        if m["value"] and m["value"] != m["text"]:
            notes += 1
            yield f"#{notes}\tAnnotatorNotes T{m['mention_id'] + 1}\t{' '.join(m['value'].split())}"
    relation, bound = 0, len(mentions)
    for table, (kind, a, b) in _RELATIONS.items():
        for row in page.rows(table):
            relation += 1
            yield f"R{relation}\t{kind} Arg1:T{row[a] + 1} Arg2:T{row[b] + 1}"
    for row in page.rows("statements"):
        bound, relation = bound + 1, relation + 1
        yield _text_bound(bound, "STATEMENT", page.text, row["content_start"], row["content_end"])
        yield f"R{relation}\tsays Arg1:T{row['speaker_mention_id'] + 1} Arg2:T{bound}"


def _text_bound(number: int, label: str, text: str, start: int, end: int) -> str:
    """A line of brat's standoff; a span over several lines has a fragment for each."""
    fragments, at = [], start
    for line in text[start:end].splitlines(keepends=True):
        if inner := line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"):
            fragments.append((at, at + len(inner)))
        at += len(line)
    spans = ";".join(f"{a} {b}" for a, b in fragments)
    return f"T{number}\t{label} {spans}\t{' '.join(text[a:b] for a, b in fragments)}"


def doccano(reader: RunReader, path: Path) -> int:
    """JSONL for doccano's sequence labelling: ``text`` and ``label`` [[start, end, label]]; ``doc_id`` as metadata.

    Import it in a project without grapheme counting. Returns the number of pages.
    """
    reader.require(("mentions",), "doccano")
    pages = 0
    with whole_file(path) as temporary, temporary.open("wb") as file:
        for page in reader.pages(("mentions",)):
            spans = [[m["start"], m["end"], m["label"]] for m in page.rows("mentions")]
            file.write(orjson.dumps({"text": page.text, "label": spans, "doc_id": page.doc_id}) + b"\n")
            pages += 1
    return pages


def label_studio(reader: RunReader, path: Path) -> int:
    """A JSON list of tasks for Label Studio, mentions and facts as a prediction to correct. Returns the pages' number.

    The project's labelling configuration is in `LABEL_STUDIO_CONFIGURATION`, which ``dvextract export`` writes beside
    the tasks.
    """
    reader.require(("mentions",), "Label Studio")
    pages = 0
    version = f"dvextract {reader.run.get('dvextract', '')}".strip()
    with whole_file(path) as temporary, temporary.open("wb") as file:
        file.write(b"[")
        for page in reader.pages(("mentions", *FACTS)):
            task = {
                "data": {"text": page.text, "doc_id": page.doc_id},
                "predictions": [{"model_version": version, "result": _regions(page)}],
            }
            file.write((b",\n" if pages else b"\n") + orjson.dumps(task))
            pages += 1
        file.write(b"\n]\n")
    with whole_file(path.with_name(f"{path.name}.config.xml")) as temporary:
        temporary.write_text(LABEL_STUDIO_CONFIGURATION, encoding="utf-8")
    return pages


LABEL_STUDIO_CONFIGURATION = (
    '<View>\n  <Labels name="label" toName="text">\n'
    + "".join(f'    <Label value="{label}"/>\n' for label in LABELS)
    + "  </Labels>\n  <Relations>\n"
    + "".join(f'    <Relation value="{kind}"/>\n' for kind, _, _ in _RELATIONS.values())
    + '  </Relations>\n  <Text name="text" value="$text" granularity="word"/>\n</View>\n'
)


def _regions(page: PageRows) -> list[dict[str, Any]]:
    at = utf16(page.text)
    found: list[dict[str, Any]] = [
        {
            "id": f"m{m['mention_id']}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "score": m["score"],
            "value": {"start": at(m["start"]), "end": at(m["end"]), "text": m["text"], "labels": [m["label"]]},
        }
        for m in page.rows("mentions")
    ]
    for table, (kind, a, b) in _RELATIONS.items():
        found += (
            {
                "type": "relation",
                "from_id": f"m{row[a]}",
                "to_id": f"m{row[b]}",
                "direction": "right",
                "labels": [kind],
            }
            for row in page.rows(table)
        )
    return found


def utf16(text: str) -> Any:
    """The function from an offset in code points to one in UTF-16 units."""
    beyond = [i for i, c in enumerate(text) if c > "\uffff"]
    if not beyond:
        return lambda offset: offset
    from bisect import bisect_left

    return lambda offset: offset + bisect_left(beyond, offset)
