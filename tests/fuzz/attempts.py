"""What is done with a bad input, and what must come of it: a page, a reject or a message, with every promise kept.

Each function takes an input and an empty folder, and says what came of it; `Broken` where a promise is not kept, and
whatever else is raised is a fault too. Used by the tests of this folder and by benchmarks/fuzz.py.
"""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import cases


class Broken(Exception):
    """A promise is not kept."""


def need(holds: bool, promise: str) -> None:
    if not holds:
        raise Broken(promise)


def try_file(kind: str, data: bytes, folder: Path) -> str:
    """Read a file of a kind; what came of it."""
    from dvextract.document import Document
    from dvextract.reading.inputs import Columns, Reject, list_sources, read

    path = folder / f"a{kind}"
    path.write_bytes(data)
    (source,), _ = list_sources([path])
    found = list(read(source, Columns(id="id", title="title", date="date")))
    need(bool(found), "a page or a reject for every file")
    for item in found:
        need(isinstance(item, Document | Reject), "documents and rejects only")
        if isinstance(item, Reject):
            need(bool(item.error and item.message and item.source), "a reject says why")
            "".join(item.row).encode()
        else:
            need(bool(item.text.strip()) and "\x00" not in item.text, "a page has text")
            item.text.encode()
            item.doc_id.encode()
            lines = item.text.split("\n")
            need([item.text[o.start : o.end] for o in item.origins] == (lines if item.origins else []), "origins")
    return "page" if any(isinstance(item, Document) for item in found) else "reject"


def try_text(text: str) -> str:
    """Put a page through all stages; its rows must be about its characters."""
    from dvextract.document import Document
    from dvextract.pipeline import legible
    from dvextract.reading.decoding import UnreadableText, normalise
    from dvextract.running.work import pipeline_of
    from dvextract.tables.lines import csv_lines, json_lines
    from dvextract.tables.records import record
    from dvextract.tables.schema import BY_NAME
    from dvextract.tables.write import build

    try:
        page, _ = normalise(text)
    except UnreadableText:
        return "reject"
    doc = Document("a", page)
    for stage in pipeline_of("default", "{}").stages:
        with legible([doc]):
            stage([doc])
    json.dumps(record(doc)).encode()
    for name, rows in build(doc).rows.items():
        table = BY_NAME[name]
        csv_lines(name, rows)
        json_lines(name, rows)
        if {"start", "end", "text"} <= set(table.names):
            start, end, words = (table.names.index(c) for c in ("start", "end", "text"))
            for row in rows:
                grounded = row[start] == "" or row[start] is None or page[row[start] : row[end]] == row[words]
                need(grounded, f"grounding of {name}")
    flat = sorted((m.start, m.end) for m in doc.mentions)
    need(all(a[1] <= b[0] and a[0] < a[1] for a, b in pairwise(flat)), "flat mentions")
    return "page"


def try_pipeline(data: bytes, folder: Path) -> str:
    """Load a pipeline file; a message or a pipeline."""
    from dvextract.errors import UsageError
    from dvextract.pipeline import load_pipeline

    (folder / "own.tsv").write_bytes(cases.LEXICON)
    (folder / "a.toml").write_bytes(data)
    try:
        load_pipeline(str(folder / "a.toml"))
    except UsageError as e:
        need(bool(str(e)), "a message")
        return "message"
    return "pipeline"


def try_lexicon(data: bytes, folder: Path) -> str:
    """Read a lexicon, and find its wordings."""
    from dvextract.errors import UsageError
    from dvextract.lexicon.own import OwnLexicon

    (folder / "a.tsv").write_bytes(data)
    try:
        lexicon = OwnLexicon(folder / "a.tsv")
    except UsageError as e:
        need(bool(str(e)), "a message")
        return "message"
    page = "\n".join(cases.LINES)
    for finding in lexicon.find(page, [(0, len(page))]):
        need(0 <= finding.start < finding.end <= len(page), "a finding is in the page")
    return "lexicon"


def try_model(data: bytes, folder: Path) -> str:
    """Load a model; a message or a model that can be used or is refused when it is."""
    from dvextract.errors import UsageError
    from dvextract.model.weights import card_lines, load

    (folder / "a.npz").write_bytes(data)
    try:
        card_lines(load(str(folder / "a.npz")))
    except UsageError as e:
        need(bool(str(e)), "a message")
        return "message"
    return "model"


def try_run(number: int, folder: Path) -> str:
    """A whole run over a folder of bad files: each has a page or a reject, and nothing is written elsewhere."""
    from dvextract import load, run

    rng = random.Random(f"run {number}")
    inside, out = folder / "in", folder / "out"
    inside.mkdir()
    names = {}
    for i in range(20):
        kind = rng.choice((*cases.KINDS, ".txt", ".txt"))
        name = rng.choice(("", "-", "=", "'", "dòng\n", "a b", "x..", "%s", "$(x)", "`x`", "~")) + f"{i}{kind}"
        data = cases.text(rng.randrange(10**9)).encode("utf-8", "surrogatepass")
        names[name] = cases.case(kind, rng.randrange(10**9)) if kind != ".txt" or rng.random() < 0.3 else data
        (inside / name).write_bytes(names[name])
    run(inside, out, workers=1, id_column="id")
    tables = load(out)
    answered = {*tables.documents.source, *tables.rejects.source}
    for name in names:
        path = str(inside / name)
        need(any(s == path or s.startswith(f"{path}, ") for s in answered), f"a row for {name!r}")
    need({p.name for p in folder.iterdir()} == {"in", "out"}, "nothing is written elsewhere")
    need({p.name for p in inside.iterdir()} == set(names), "nothing is written into the input")
    need(not (tables.rejects.error == "stage-failed").any(), f"no stage fails: {list(tables.rejects.message)[:3]}")
    return "run"


def model_case(number: int) -> bytes:
    """A broken model: arrays of other types, shapes and numbers, objects to unpickle, a changed file."""
    import io

    import numpy as np

    rng = random.Random(f"model {number}")
    with io.BytesIO() as out:
        card = json.dumps({"tags": small_tags()}).encode()
        arrays: dict[str, Any] = {
            "keys": np.arange(1, 5, dtype=np.uint64),
            "counts": np.ones(4, dtype=np.uint8),
            "columns": np.zeros(4, dtype=np.uint8),
            "values": np.ones(4, dtype=np.int8),
            "scale": np.float64(0.1),
            "signature": np.uint64(signature()),
            "transition": np.zeros((len(small_tags()),) * 2, dtype=np.float32),
            "card": np.frombuffer(card, dtype=np.uint8),
        }
        strange = (
            np.zeros(0), np.zeros((2, 2, 2)), np.array("x"), np.array([b"x"]), np.full(9, 255), np.array(np.nan),
            np.array([{"a": 1}], dtype=object), np.array(-1), np.array([1 << 62]), np.zeros(3, dtype=complex),
            np.frombuffer(b'[1, {"tags": 5}]', dtype=np.uint8), np.frombuffer(b'{"tags": 5}', dtype=np.uint8),
            np.frombuffer(b"[" * 100_000, dtype=np.uint8), np.zeros(2, dtype=[("a", "i4")]),
        )  # fmt: skip
        for _ in range(rng.choice((0, 1, 1, 2))):
            name = rng.choice(list(arrays))
            if rng.random() < 0.2:
                del arrays[name]
            else:
                arrays[name] = rng.choice(strange)
        np.savez(out, **arrays)
        data = out.getvalue()
    return cases.changed(data, rng, ".zip") if rng.random() < 0.5 else data


def small_tags() -> list[str]:
    from dvextract.model.weights import TAGS

    return list(TAGS)


def signature() -> int:
    from dvextract.model.features import SIGNATURE

    return int(SIGNATURE)


def attempt(kind: str, content: Any, folder: Path) -> str:
    """Try one case; raises what it raises."""
    match kind:
        case "text":
            return try_text(content)
        case "run":
            return try_run(content, folder)
        case "own.toml":
            return try_pipeline(content, folder)
        case "own.tsv":
            return try_lexicon(content, folder)
        case "own.npz":
            return try_model(content, folder)
    return try_file(kind, content, folder)


def content_of(kind: str, number: int) -> Any:
    """The input of a case."""
    if kind == "text":
        return cases.text(number)
    if kind == "run":
        return number
    if kind == "own.npz":
        return model_case(number)
    if kind.startswith("own"):
        return cases.own(kind.removeprefix("own"), number)
    return cases.case(kind, number)


KINDS = (*cases.KINDS, "text", "run", "own.toml", "own.tsv", "own.npz")
