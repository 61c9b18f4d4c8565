"""Inputs to pages: files, folders, globs and standard input, in an order that does not depend on the machine.

A page is a .txt file, or a row of a .jsonl or .csv file of documents. Its ``doc_id`` is the path relative to the input
it was found under, without suffix, or ``<stem>/<id or row number>``. A doc_id met a second time is a reject, never a
silent overwrite.
"""

from __future__ import annotations

import csv
import glob
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

import orjson

from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.reading.decoding import UnreadableText, decode, normalise

PAGE = ".txt"
RECORD_FILES = (".jsonl", ".csv")
LONGEST_CELL = 1 << 30

_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path, the doc_id (or, for record files, the stem) of what is in it, and its size in bytes."""

    path: str
    doc_id: str
    size: int

    @property
    def is_records(self) -> bool:
        """Whether it holds many documents."""
        return self.path.lower().endswith(RECORD_FILES)


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that could not be read or worked on: a row of the table `rejects`."""

    doc_id: str
    source: str
    stage: str
    error: str
    message: str

    @property
    def row(self) -> tuple[str, str, str, str, str]:
        """The cells in the schema's order."""
        return self.doc_id, self.source, self.stage, self.error, self.message


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of record files hold the text and the id; without ``id`` rows are numbered from 1."""

    text: str = "text"
    id: str = ""


STDIN = "-"


def list_sources(inputs: Sequence[str | Path]) -> list[Source]:
    """Every file behind the inputs, in order of the inputs and sorted inside folders; hidden files are skipped.

    Raises UsageError for an input that is not there or that nothing can be read from.
    """
    found: list[Source] = []
    for given in map(str, inputs):
        if given == STDIN:
            found.append(Source(STDIN, "stdin", 0))
            continue
        path = Path(given)
        if path.is_dir():
            inside = _folder(path)
            if not inside:
                raise UsageError(f"no .txt, .jsonl or .csv file in the folder {given}")
            found += inside
        elif path.is_file():
            found.append(_source(path, path.name))
        elif _GLOB & set(given):
            matched = sorted(Path(p) for p in glob.glob(given, recursive=True) if Path(p).is_file())
            root = Path(given.split("*")[0].split("?")[0].split("[")[0])
            root = root if root.is_dir() else root.parent
            found += [_source(p, p.relative_to(root).as_posix()) for p in matched if _readable(p)]
            if not matched:
                raise UsageError(f"no file matches {given}")
        elif path.exists() or path.is_symlink():
            raise UsageError(f"{given} is neither a file nor a folder")
        else:
            raise UsageError(f"no such file or folder: {given}")
    if not found:
        raise UsageError("nothing to read: give files, folders, globs or -")
    return found


def clashes(sources: Sequence[Source]) -> tuple[list[Source], list[Reject]]:
    """Sources whose doc_ids cannot meet, and a Reject for every one that would repeat another's."""
    kept: list[Source] = []
    rejects: list[Reject] = []
    pages = {s.doc_id for s in sources if not s.is_records}
    folders = {str(parent) for page in pages for parent in PurePosixPath(page).parents}
    seen: set[str] = set()
    for s in sources:
        if s.doc_id in seen or (s.is_records and s.doc_id in folders):
            why = "another input gives the same doc_id; rename it, or run the two apart"
            rejects.append(Reject(s.doc_id, s.path, "reading", "duplicate-id", why))
        else:
            seen.add(s.doc_id)
            kept.append(s)
    return kept, rejects


def _readable(path: Path) -> bool:
    return path.suffix.lower() in (PAGE, *RECORD_FILES)


def _folder(root: Path) -> list[Source]:
    inside = [p for p in root.rglob("*") if _readable(p) and p.is_file()]
    relative = sorted(p.relative_to(root).as_posix() for p in inside)
    return [_source(root / r, r) for r in relative if not any(part.startswith(".") for part in PurePosixPath(r).parts)]


def _source(path: Path, relative: str) -> Source:
    name = PurePosixPath(relative)
    return Source(str(path), str(name.with_suffix("")) if name.suffix else str(name), path.stat().st_size)


def read(source: Source, columns: Columns) -> Iterator[Document | Reject]:
    """The pages of one source, in order; what cannot be read is a Reject in its place."""
    try:
        if source.path.lower().endswith(".jsonl"):
            yield from json_lines(source, columns, 0, source.size, 1)
        elif source.path.lower().endswith(".csv"):
            yield from _csv_rows(source, columns)
        else:
            yield read_page(source, Path(source.path).read_bytes())
    except OSError as e:
        yield Reject(source.doc_id, source.path, "reading", "unreadable", f"cannot be read: {e.strerror or e}")


def read_page(source: Source, data: bytes) -> Document | Reject:
    """The page that a file's bytes are."""
    try:
        decoded = decode(data)
    except UnreadableText as e:
        return Reject(source.doc_id, source.path, "reading", e.code, str(e))
    return Document(
        source.doc_id,
        decoded.text,
        source.path,
        sha256(data).hexdigest(),
        decoded.encoding,
        decoded.text_is_source,
    )


def _record(source: Source, number: int, row: dict[str, object], columns: Columns) -> Document | Reject:
    identity = row.get(columns.id) if columns.id else number
    where = f"{source.path}, row {number}"
    doc_id = f"{source.doc_id}/{identity}"
    if identity is None or identity == "":
        return Reject(f"{source.doc_id}/{number}", where, "reading", "no-id", f"has no column '{columns.id}'")
    text = row.get(columns.text)
    if not isinstance(text, str):
        there = ", ".join(map(str, row)) or "none"
        why = f"has no text in column '{columns.text}' (columns: {there}); name it with --text-column"
        return Reject(doc_id, where, "reading", "no-text", why)
    try:
        normal, same = normalise(text)
    except UnreadableText as e:
        return Reject(doc_id, where, "reading", e.code, str(e))
    return Document(doc_id, normal, where, sha256(text.encode()).hexdigest(), "utf-8", same)


def json_lines(source: Source, columns: Columns, begin: int, end: int, first: int) -> Iterator[Document | Reject]:
    """The rows of a JSONL file between two bytes at line ends; ``first`` is the number of the first of them."""
    with Path(source.path).open("rb") as lines:
        lines.seek(begin)
        at, number = begin, first - 1
        for line in lines:
            at += len(line)
            number += 1
            content = line.strip().removeprefix(b"\xef\xbb\xbf")
            if content:
                try:
                    row = orjson.loads(content)
                except orjson.JSONDecodeError as e:
                    where = f"{source.path}, row {number}"
                    yield Reject(f"{source.doc_id}/{number}", where, "reading", "not-json", f"not a JSON object: {e}")
                else:
                    yield _record(source, number, row if isinstance(row, dict) else {}, columns)
            if at >= end:
                return


def _csv_rows(source: Source, columns: Columns) -> Iterator[Document | Reject]:
    csv.field_size_limit(LONGEST_CELL)
    with Path(source.path).open("rb") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        number = 0
        try:
            for number, row in enumerate(csv.DictReader(lines), 1):
                yield _record(source, number, {k: v for k, v in row.items() if k is not None}, columns)
        except (UnicodeDecodeError, csv.Error) as e:
            code = "not-utf-8" if isinstance(e, UnicodeDecodeError) else "not-csv"
            where = f"{source.path}, after row {number}"
            why = f"the rest of the file cannot be read: {e}; convert it to UTF-8 CSV"
            yield Reject(f"{source.doc_id}/{number + 1}", where, "reading", code, why)


def unique(found: Iterator[Document | Reject], seen: set[str]) -> Iterator[Document | Reject]:
    """Pass on pages whose doc_id is new; one met before becomes a Reject."""
    for item in found:
        if isinstance(item, Document):
            if item.doc_id in seen:
                why = "another input has this doc_id already; rename the file or run the folders apart"
                yield Reject(item.doc_id, item.source, "reading", "duplicate-id", why)
                continue
            seen.add(item.doc_id)
        yield item
