"""What people corrected in doccano or Label Studio, as gold records that `evaluate` and `train` read.

Corrections are of mentions: a record has the page's text and its mentions. What the run said beside that (attributes,
facts, blocks) nobody has looked at in the tool, so it is taken over only on request, and only where all its mentions
are unchanged.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.exporting.annotations import utf16
from dvextract.exporting.files import whole_file
from dvextract.tables.stream import RunReader

Record = dict[str, Any]
FORMATS = ("doccano", "label-studio")


def import_corrections(file: Path, source: str, out: Path, run: str | Path = "") -> tuple[int, int]:
    """Write the corrected pages of ``file`` to ``out`` as gold records; returns the numbers of pages and of mentions.

    ``source`` is ``doccano`` or ``label-studio``. With a ``run`` its attributes, facts and blocks are added where the
    mentions they stand on are unchanged. Raises UsageError for a file that is not what ``source`` says, for a span
    outside its text, beside its words or over another, and for a page twice.
    """
    if source not in FORMATS:
        raise UsageError(f"no format '{source}'; there are: {', '.join(FORMATS)}")
    known = _of_run(RunReader(run)) if run else None
    seen: set[str] = set()
    mentions = 0
    with whole_file(out) as temporary, temporary.open("wb") as target:
        for where, doc_id, text, spans in (_doccano if source == "doccano" else _label_studio)(file):
            if doc_id in seen:
                raise UsageError(f"{where}: page {doc_id} is there twice; leave one of them out")
            seen.add(doc_id)
            record: Record = {"doc_id": doc_id, "text": text, "mentions": _checked(where, text, spans)}
            if known is not None:
                if doc_id not in known:
                    raise UsageError(f"{where}: page {doc_id} is not in the run {run}")
                record = _completed(where, record, known[doc_id])
            mentions += len(record["mentions"])
            target.write(orjson.dumps(record) + b"\n")
        if not seen:
            raise UsageError(f"{file}: no corrected page in it")
    return len(seen), mentions


Spans = list[tuple[int, int, str]]
Found = Iterator[tuple[str, str, str, Spans]]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise UsageError(f"cannot read {file}: {e}") from e


def _doccano(file: Path) -> Found:
    """Where, page, text and spans of every line of doccano's JSONL, of either of its shapes."""
    for number, line in enumerate(_read(file).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        row = _json(line, where)
        text = row.get("text", row.get("data"))
        spans = row.get("label", row.get("labels", row.get("entities")))
        if not isinstance(text, str) or not isinstance(spans, list):
            raise UsageError(f"{where}: a line of doccano's JSONL has 'text' and 'label'")
        try:
            found = [
                (s["start_offset"], s["end_offset"], s["label"]) if isinstance(s, Mapping) else (s[0], s[1], s[2])
                for s in spans
            ]
        except (KeyError, IndexError, TypeError) as e:
            raise UsageError(f"{where}: a label is [start, end, label]: {e!r}") from e
        meta = row.get("meta")
        doc_id = row.get("doc_id") or (meta.get("doc_id") if isinstance(meta, Mapping) else None) or row.get("id")
        yield where, str(doc_id if doc_id is not None else number), text, found


def _label_studio(file: Path) -> Found:
    """Where, page, text and spans of every task of a Label Studio export that a person has annotated."""
    tasks = _json(_read(file), str(file), list)
    for number, task in enumerate(tasks, 1):
        where = f"{file}, task {number}"
        data = task.get("data") if isinstance(task, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
            raise UsageError(f"{where}: a task has 'data' with 'text'; export as JSON, not as JSON-MIN")
        done = [a for a in task.get("annotations", []) if not a.get("was_cancelled")]
        if not done:
            continue  # nobody has looked at it yet
        text = data["text"]
        yield where, str(data.get("doc_id", task.get("id", number))), text, _spans(where, text, done[-1]["result"])


def _spans(where: str, text: str, result: list[Mapping[str, Any]]) -> Spans:
    back = _from_utf16(text)
    found: Spans = []
    for region in result:
        if region.get("type") != "labels":
            continue
        value = region["value"]
        try:
            start, end = back(value["start"]), back(value["end"])
        except KeyError:
            raise UsageError(f"{where}: region {value.get('start')}-{value.get('end')} lies outside the text") from None
        if "text" in value and value["text"] != text[start:end]:
            raise UsageError(
                f"{where}: region {value['start']}-{value['end']} is not the words {value['text']!r}; the text of the "
                "task was changed after the export"
            )
        found += ((start, end, label) for label in value["labels"])
    return found


def _from_utf16(text: str) -> Callable[[int], int]:
    at = utf16(text)
    return {at(i): i for i in range(len(text) + 1)}.__getitem__


def _json(content: str, where: str, kind: type = dict) -> Any:
    try:
        found = json.loads(content)
    except json.JSONDecodeError as e:
        raise UsageError(f"{where}: not JSON: {e}") from e
    if not isinstance(found, kind):
        raise UsageError(f"{where}: not what this format has here ({kind.__name__})")
    return found


def _checked(where: str, text: str, spans: Spans) -> list[Record]:
    """Spans as mentions of a record, in text order."""
    found: list[Record] = []
    at = 0
    for start, end, label in sorted(spans, key=lambda span: span[:2]):
        if label not in LABELS:
            raise UsageError(f"{where}: unknown label {label!r}; there are: {', '.join(LABELS)}")
        if not 0 <= start < end <= len(text):
            raise UsageError(f"{where}: span {start}-{end} lies outside the text")
        if start < at:
            raise UsageError(f"{where}: span {start}-{end} overlaps the one before; mentions do not overlap")
        at = end
        found.append({"start": start, "end": end, "text": text[start:end], "label": label, "attributes": {}})
    return found


def _of_run(reader: RunReader) -> dict[str, Record]:
    reader.require(("records",), "--run")
    return {row["doc_id"]: dict(row) for row in reader.rows("records")}


def _completed(where: str, record: Record, made: Record) -> Record:
    """A corrected record with what the run says of its unchanged mentions."""
    if made["text"] != record["text"]:
        raise UsageError(f"{where}: the text of page {record['doc_id']} is not that of the run")
    new = {(m["start"], m["end"], m["label"]): i for i, m in enumerate(record["mentions"])}
    place = {i: new.get((m["start"], m["end"], m["label"])) for i, m in enumerate(made["mentions"])}
    for i, m in enumerate(made["mentions"]):
        if (kept := place[i]) is not None:
            record["mentions"][kept]["attributes"] = m["attributes"]
    relations, posts = [], []
    held = Counter(r["kind"] for r in made["relations"])["holds_post"]
    rows = iter(made["posts"] if held == len(made["posts"]) else ())  # a row of posts for each, in the same order
    for r in made["relations"]:
        post = next(rows, None) if r["kind"] == "holds_post" else None
        moved = [place[i] for i in r["args"]]
        if None in moved:
            continue
        attributes = {k: place[v] if k in ("when", "where") else v for k, v in r["attributes"].items()}
        kept_attributes = {k: v for k, v in attributes.items() if v is not None}
        relations.append({"kind": r["kind"], "args": moved, "attributes": kept_attributes})
        if post:
            posts.append(post)
    return {**made, "mentions": record["mentions"], "relations": relations, "posts": posts}
