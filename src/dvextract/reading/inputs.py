"""Inputs to pages: files, folders, globs and standard input, in an order that does not depend on the machine.

A page is a .txt file, or a row of a .jsonl or .csv file of documents. Its ``doc_id`` is the path relative to the input
it was found under, without suffix, or ``<stem>/<id or row number>``. A doc_id met a second time is a reject, never a
silent overwrite; so is a file of another kind, unless it is hidden.
"""

from __future__ import annotations

import codecs
import csv
import glob
import io
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from textwrap import shorten

import orjson

from dvextract import storage
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

    @property
    def is_json(self) -> bool:
        """Whether it holds a document a line."""
        return self.path.lower().endswith(".jsonl")


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


def list_sources(inputs: Sequence[str | Path], out: str | Path = "") -> tuple[list[Source], list[Reject]]:
    """Every file behind the inputs, in order of the inputs and sorted inside folders, and what cannot be an input.

    Hidden files are skipped, and so is the folder ``out`` where it lies inside an input. Raises UsageError for an
    input that is not there, that nothing can be read from, or that the run would overwrite.
    """
    found: list[Source | Reject] = []
    output = Path(out).resolve() if out else None
    for given in map(str, inputs):
        try:
            found += _behind(given, output)
        except OSError as e:
            raise UsageError(f"cannot read {given}: {e.strerror}") from e
    if not found:
        raise UsageError("nothing to read: give files, folders, globs or -")
    return [s for s in found if isinstance(s, Source)], [r for r in found if isinstance(r, Reject)]


def _behind(given: str, output: Path | None) -> list[Source | Reject]:
    if given == STDIN:
        return [Source(STDIN, "stdin", 0)]
    if storage.is_url(given):
        return _elsewhere(given)
    path = Path(given)
    if path.exists() and output and path.resolve().is_relative_to(output):
        raise UsageError(f"{given} is in the output folder, which the run would overwrite; give another with --out")
    if path.is_dir():
        inside = _folder(path, output)
        if not any(isinstance(s, Source) for s in inside):
            raise UsageError(f"no .txt, .jsonl or .csv file in the folder {given}")
        return inside
    if path.is_file():
        return [_examined(path, path.name)]
    if path.exists() or path.is_symlink():
        raise UsageError(f"{given} is neither a file nor a folder")
    if not _GLOB & set(given):
        raise UsageError(f"no such file or folder: {given}")
    matched = sorted(Path(p) for p in glob.glob(given, recursive=True) if Path(p).is_file())
    matched = [p for p in matched if not (output and p.resolve().is_relative_to(output))]
    if not matched:
        raise UsageError(f"no file matches {given}")
    literal = re.split(r"[*?\[]", given)[0]
    root = Path(literal[: literal.rfind("/") + 1])
    return [_examined(p, p.relative_to(root).as_posix()) for p in matched]


def _elsewhere(url: str) -> list[Source | Reject]:
    """The files behind a URL that is a file or a folder."""
    inside = [f for f in storage.files(url) if not any(part.startswith(".") for part in f[1].split("/"))]
    if not inside:
        raise UsageError(f"no such file or folder: {url}")
    found: list[Source | Reject] = []
    for path, relative, size in inside:
        doc_id = str(PurePosixPath(relative).with_suffix(""))
        if PurePosixPath(relative).suffix.lower() in (PAGE, *RECORD_FILES):
            found.append(Source(path, doc_id, size))
        else:
            why = "neither a .txt page nor a .jsonl or .csv file of documents; convert it or leave it out"
            found.append(Reject(doc_id, path, "reading", "unknown-type", why))
    return found


def clashes(sources: Sequence[Source]) -> tuple[list[Source], list[Reject]]:
    """Sources whose doc_ids cannot meet, and a Reject for every one that would repeat another's."""
    kept: list[Source] = []
    rejects: list[Reject] = []
    folders = {str(parent) for s in sources for parent in PurePosixPath(s.doc_id).parents}
    seen: set[str] = set()
    for s in sources:
        if s.doc_id in seen or (s.is_records and s.doc_id in folders):
            why = "another input gives the same doc_id; rename it, or run the two apart"
            rejects.append(Reject(s.doc_id, s.path, "reading", "duplicate-id", why))
        else:
            seen.add(s.doc_id)
            kept.append(s)
    return kept, rejects


def _folder(root: Path, output: Path | None) -> list[Source | Reject]:
    files: list[str] = []
    closed: list[Source | Reject] = []

    def cannot_open(e: OSError) -> None:
        closed.append(_unreadable(Path(e.filename).relative_to(root).as_posix(), e.filename, e))

    for here, folders, names in os.walk(root, onerror=cannot_open):
        folder = Path(here)
        folders[:] = [f for f in folders if not f.startswith(".") and (folder / f).resolve() != output]
        paths = (folder / name for name in names if not name.startswith("."))
        files += (p.relative_to(root).as_posix() for p in paths if p.is_file() or p.is_symlink())
    return [*closed, *(_examined(root / relative, relative) for relative in sorted(files))]


def _examined(path: Path, relative: str) -> Source | Reject:
    name = PurePosixPath(relative)
    doc_id = str(name.with_suffix("")) if name.suffix else str(name)
    if _printable(str(path)) != str(path):
        why = "the file's name is not valid UTF-8; rename it"
        return Reject(_printable(doc_id), _printable(str(path)), "reading", "bad-name", why)
    if path.suffix.lower() not in (PAGE, *RECORD_FILES):
        why = "neither a .txt page nor a .jsonl or .csv file of documents; convert it or leave it out"
        return Reject(doc_id, str(path), "reading", "unknown-type", why)
    try:
        return Source(str(path), doc_id, path.stat().st_size)
    except OSError as e:
        return _unreadable(doc_id, str(path), e)


def _printable(name: str) -> str:
    """A file's name with what is not UTF-8 in it as ``\\udcXX``."""
    return name.encode("utf-8", "backslashreplace").decode()


def _unreadable(doc_id: str, path: str, e: OSError) -> Reject:
    return Reject(_printable(doc_id), _printable(path), "reading", "unreadable", f"cannot be read: {e.strerror or e}")


def read(
    source: Source, columns: Columns, begin: int = 0, end: int = 0, first: int = 1, repeated: Collection[int] = ()
) -> Iterator[Document | Reject]:
    """The pages of one source, in order; what cannot be read is a Reject in its place.

    Of a JSONL file only the lines between the bytes ``begin`` and ``end`` (0: all) are read; ``first`` is the number
    of the first of them, ``repeated`` the numbers of those whose id an earlier line has.
    """
    try:
        if not source.is_records:
            yield read_page(source, storage.read_bytes(source.path))
            return
        rows = _json_lines(source, columns, begin, end, first, repeated) if source.is_json else _csv(source, columns)
        empty = True
        for row in rows:
            empty = False
            yield row
        if empty:
            yield Reject(source.doc_id, source.path, "reading", "empty", "there are no documents in this file")
    except OSError as e:
        yield _unreadable(source.doc_id, source.path, e)


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


def _identity(row: Mapping[str, object], columns: Columns) -> str:
    """The id a row gives itself; empty when it gives none that can be used."""
    found = row.get(columns.id)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found) if _printable(str(found)) == str(found) else ""


def _record(
    source: Source, number: int, row: Mapping[str, object], columns: Columns, encoding: str, repeats: bool
) -> Document | Reject:
    where = f"{source.path}, row {number}"
    identity = _identity(row, columns) if columns.id else str(number)
    doc_id = f"{source.doc_id}/{identity or number}"

    def reject(code: str, why: str) -> Reject:
        return Reject(doc_id, where, "reading", code, why)

    if not identity:
        return reject("no-id", f"has no id in column '{columns.id}' ({_named(row)}); name it with --id-column")
    if repeats:
        return reject("duplicate-id", "an earlier row has this id already; make the ids unique or number the rows")
    text = row.get(columns.text)
    if not isinstance(text, str):
        return reject("no-text", f"has no text in column '{columns.text}' ({_named(row)}); name it with --text-column")
    if any("\udc80" <= c <= "\udcff" for c in text):
        return reject("not-utf-8", f"not valid {encoding.upper()}; convert the file to UTF-8")
    try:
        normal, same = normalise(text)
    except UnreadableText as e:
        return reject(e.code, str(e))
    return Document(doc_id, normal, where, sha256(text.encode()).hexdigest(), encoding, same)


def _named(row: Mapping[str, object]) -> str:
    return shorten("columns: " + (", ".join(_printable(str(name)) for name in row) or "none"), 200, placeholder=" …")


def _json_lines(
    source: Source, columns: Columns, begin: int, end: int, first: int, repeated: Collection[int]
) -> Iterator[Document | Reject]:
    with storage.opened(source.path) as lines:
        if not begin and lines.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            why = "a .jsonl file must be UTF-8 and this is UTF-16; convert it"
            yield Reject(source.doc_id, source.path, "reading", "not-utf-8", why)
            return
        lines.seek(begin)
        at = begin
        for number, line in enumerate(lines, first):
            at += len(line)
            if content := _content(line):
                row = _object(content)
                if isinstance(row, str):
                    where = f"{source.path}, row {number}"
                    yield Reject(f"{source.doc_id}/{number}", where, "reading", "not-json", row)
                else:
                    yield _record(source, number, row, columns, "utf-8", number in repeated)
            if end and at >= end:
                return


def _content(line: bytes) -> bytes:
    return line.strip().removeprefix(codecs.BOM_UTF8)


def _object(content: bytes) -> dict[str, object] | str:
    """The JSON object a line is, or why it is none."""
    try:
        row = orjson.loads(content)
    except orjson.JSONDecodeError as e:
        return f"not a JSON object: {e}"
    return row if isinstance(row, dict) else f"not a JSON object but a {type(row).__name__}"


def repeated_rows(lines: Iterable[bytes], columns: Columns) -> frozenset[int]:
    """Numbers, from 1, of the lines of a JSONL file whose id an earlier line has."""
    seen: set[str] = set()
    found: set[int] = set()
    for number, line in enumerate(lines, 1):
        row = _object(content) if (content := _content(line)) else ""
        if isinstance(row, dict) and (identity := _identity(row, columns)):
            if identity in seen:
                found.add(number)
            seen.add(identity)
    return frozenset(found)


def _csv(source: Source, columns: Columns) -> Iterator[Document | Reject]:
    number = 0
    seen: set[str] = set()
    with storage.opened(source.path) as raw:
        encoding, lines = _text_lines(raw)
        try:
            for number, row in enumerate(csv.DictReader(lines), 1):
                identity = _identity(row, columns) if columns.id else ""
                cells = {k: v for k, v in row.items() if k is not None}
                yield _record(source, number, cells, columns, encoding, identity in seen)
                if identity:
                    seen.add(identity)
        except (UnicodeError, csv.Error) as e:
            code = "not-utf-8" if isinstance(e, UnicodeError) else "not-csv"
            where = f"{source.path}, after row {number}"
            why = f"the rest of the file cannot be read: {e}; convert it to UTF-8 CSV"
            yield Reject(f"{source.doc_id}/{number + 1}", where, "reading", code, why)


def _text_lines(raw: io.BufferedReader) -> tuple[str, io.TextIOWrapper]:
    """Encoding and lines of a CSV file; what is no text there becomes lone surrogates, so that one row is refused."""
    csv.field_size_limit(LONGEST_CELL)
    wide = raw.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if wide else "utf-8"
    return encoding, io.TextIOWrapper(raw, "utf-16" if wide else "utf-8-sig", "surrogateescape", newline="")


def count_csv_rows(source: Source) -> int:
    """Rows of a CSV file below its header, as far as it can be read."""
    rows = -1
    try:
        with storage.opened(source.path) as raw:
            for row in csv.reader(_text_lines(raw)[1]):
                rows += bool(row)
    except (OSError, UnicodeError, csv.Error):
        pass
    return max(rows, 0)
