"""Inputs to pages: files, folders, globs and standard input, in an order that does not depend on the machine.

A page is a file, a row of a file of documents, a record of a crawl, or a member of an archive. Its ``doc_id`` is the
path relative to the input it was found under, without suffix, and for what is in a file ``<stem>/<id, row, offset or
member>``. A doc_id met a second time is a reject, never a silent overwrite; so is a file of another kind, unless it
is hidden.
"""

from __future__ import annotations

import glob
import io
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from dvextract import storage, watch
from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.reading import formats
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.formats import Format, format_of
from dvextract.reading.streams import expanded, whole

_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path, the doc_id (or the stem of those) of what is in it, and its size in bytes."""

    path: str
    doc_id: str
    size: int

    @property
    def format(self) -> Format:
        """What it is; standard input, and a name that says nothing, is a page of text."""
        return format_of(self.path) or Format(formats.TEXT, "", self.path)

    @property
    def is_records(self) -> bool:
        """Whether it holds many documents."""
        return self.path != STDIN and not self.format.is_page

    @property
    def is_json(self) -> bool:
        """Whether it holds a document a line, and can be begun at any."""
        return self.format.kind == formats.JSONL and not self.format.compression


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
    """How inputs are read: columns of files of documents, by name, and the encoding of text.

    ``text`` is required; without ``id`` rows are numbered from 1. What ``title``, ``date``, ``author`` and ``outlet``
    state is taken before what the page shows. ``encoding`` overrides what is decided about text and HTML.
    """

    text: str = "text"
    id: str = ""
    title: str = ""
    date: str = ""
    author: str = ""
    outlet: str = ""
    encoding: str = ""


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
            raise UsageError(f"no file to read in the folder {given}; read are {formats.NAMED}, also with .gz or .zst")
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
    saved = {str(PurePosixPath(relative).with_suffix("")) for _, relative, _ in inside if _SAVED.search(relative)}
    return [
        _told(path, relative, size)
        for path, relative, size in inside
        if not any(_belongs(str(folder), saved) for folder in PurePosixPath(relative).parents)
    ]


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
        pages = {Path(name).stem for name in names if _SAVED.search(name)}
        visible = sorted(f for f in folders if not f.startswith(".") and (folder / f).resolve() != output)
        linked = [f for f in visible if (folder / f).is_symlink()]
        for name in linked:  # may lead anywhere, also back here
            path = folder / name
            why = "a link to a folder is not followed; give the folder itself as an input"
            doc_id = printable(path.relative_to(root).as_posix())
            closed.append(Reject(doc_id, printable(str(path)), "reading", "linked-folder", why))
        folders[:] = [f for f in visible if f not in linked and not _belongs(f, pages)]
        files += ((folder / name).relative_to(root).as_posix() for name in names if not name.startswith("."))
    return [*closed, *(_examined(root / relative, relative) for relative in sorted(files))]


_SAVED = re.compile(r"\.x?html?$", re.I)
_ASSETS = re.compile(r"(?:_files|-Dateien|_tệp|\.files)$")


def _belongs(folder: str, pages: Collection[str]) -> bool:
    """Whether a folder is one that a browser put beside a saved page (``pages``: without suffix), for what is in it."""
    page = _ASSETS.sub("", folder)
    return page != folder and page in pages


_UNKNOWN = f"not of a type that is read ({formats.NAMED}, also with .gz or .zst); convert it or leave it out"


def _examined(path: Path, relative: str) -> Source | Reject:
    doc_id = _stem(relative)
    if printable(str(path)) != str(path):
        why = "the file's name is not valid UTF-8; rename it"
        return Reject(printable(doc_id), printable(str(path)), "reading", "bad-name", why)
    try:
        status = path.stat()
    except OSError as e:
        return _unreadable(doc_id, str(path), e)
    if not stat.S_ISREG(status.st_mode):
        why = "a pipe, socket or device, no file; leave it out"
        return Reject(doc_id, str(path), "reading", "not-a-file", why)
    return _told(str(path), relative, status.st_size)


def _told(path: str, relative: str, size: int) -> Source | Reject:
    """What the name of a file says it is."""
    if format_of(relative) is None:
        return Reject(_stem(relative), path, "reading", "unknown-type", _UNKNOWN)
    return Source(path, _stem(relative), size)


def _stem(relative: str) -> str:
    form = format_of(relative)
    return form.stem if form else str(PurePosixPath(relative).with_suffix(""))


def printable(name: str) -> str:
    """A file's name with what is not UTF-8 in it as ``\\udcXX``."""
    return name.encode("utf-8", "backslashreplace").decode()


def _unreadable(doc_id: str, path: str, e: OSError) -> Reject:
    return Reject(printable(doc_id), printable(path), "reading", "unreadable", f"cannot be read: {e.strerror or e}")


def read(
    source: Source,
    columns: Columns,
    begin: int = 0,
    end: int = 0,
    first: int = 1,
    repeated: Collection[int] = (),
    units: tuple[int, int] = (0, 0),
) -> Iterator[Document | Reject]:
    """The pages of one source, or of a cut of it (`cutting.cuts`), in order; what cannot be read is a Reject there.

    Of a JSONL or WARC file only what begins between the bytes ``begin`` and ``end`` (0: all) is read, of Parquet and
    ZIP only the row groups or members ``units``; ``first`` is the number of the first row, ``repeated`` the numbers of
    rows whose id an earlier cut has.
    """
    empty = True
    try:
        with storage.opened(source.path) as raw:
            item = _Item(source.doc_id, source.path, source.format, begin, end, first, repeated, units)
            for page in _pages(item, raw, columns):
                empty = False
                yield page
    except UnreadableText as e:
        empty = False
        yield _refused(source.doc_id, source.path, e)
    except OSError as e:
        empty = False
        yield _unreadable(source.doc_id, source.path, e)
    if empty and not end and units == (0, 0):
        yield Reject(source.doc_id, source.path, "reading", "empty", "there are no documents in this file")


@dataclass(frozen=True, slots=True)
class _Item:
    """A file, or a member of an archive, that is being read; the cut of it as `read` has it."""

    doc_id: str
    where: str
    format: Format
    begin: int = 0
    end: int = 0
    first: int = 1
    repeated: Collection[int] = ()
    units: tuple[int, int] = (0, 0)


def _pages(item: _Item, raw: BinaryIO, columns: Columns) -> Iterator[Document | Reject]:
    """The pages in a file; raises UnreadableText and OSError when the rest cannot be read."""
    kind, compression = item.format.kind, item.format.compression
    stream = expanded(raw, compression)
    if item.format.is_page:
        yield page_of(item.doc_id, item.where, kind, whole(stream), columns.encoding)
    elif kind == formats.JSONL:
        from dvextract.reading.records import json_lines

        if item.begin:
            stream.seek(item.begin)
        repeated = None if compression else item.repeated
        yield from json_lines(item.doc_id, item.where, stream, columns, item.begin, item.end, item.first, repeated)
    elif kind == formats.CSV:
        from dvextract.reading.records import csv_rows

        yield from csv_rows(item.doc_id, item.where, stream, columns)
    elif kind == formats.PARQUET:
        from dvextract.reading.records import parquet_rows

        seekable = io.BytesIO(whole(stream)) if compression or not raw.seekable() else raw
        yield from parquet_rows(item.doc_id, item.where, seekable, columns, item.units, item.first, item.repeated)
    elif kind == formats.WARC:
        yield from _crawled(item, raw, stream, columns)
    elif kind == formats.ZIP:
        seekable = io.BytesIO(whole(stream)) if compression or not raw.seekable() else raw
        yield from _packed(item, seekable, columns)


def _crawled(item: _Item, raw: BinaryIO, stream: BinaryIO, columns: Columns) -> Iterator[Document | Reject]:
    from dvextract.reading import warc

    if item.format.compression == ".gz" and raw.seekable() and warc.is_by_member(raw):
        found = warc.by_member(raw, item.begin, item.end)
    else:
        raw.seek(item.begin)
        found = warc.in_stream(expanded(raw, item.format.compression), item.begin, item.end)
    for page in found:
        doc_id = f"{item.doc_id}/{page.offset}"
        where = f"{item.where}, record at {page.offset}" + (f" ({printable(page.address)})" if page.address else "")
        if page.problem is not None:
            yield _refused(doc_id, where, page.problem)
        else:
            yield page_of(doc_id, where, page.kind, page.data, columns.encoding, page.charset)


def _packed(item: _Item, raw: BinaryIO, columns: Columns) -> Iterator[Document | Reject]:
    from dvextract.reading import archive

    with archive.opened(raw) as packed:
        seen: set[str] = set()
        for member in archive.members(packed):
            form = format_of(member.name)
            doc_id = printable(f"{item.doc_id}/{form.stem if form else member.name}")
            where = printable(f"{item.where}, member {member.name}")
            repeats = doc_id in seen
            seen.add(doc_id)
            if item.units != (0, 0) and not item.units[0] <= member.number < item.units[1]:
                continue
            problem = member.problem
            if problem is None and form is None:
                problem = UnreadableText("unknown-type", _UNKNOWN)
            elif problem is None and form is not None and form.kind == formats.ZIP:
                problem = UnreadableText("unknown-type", "an archive in an archive; unpack it first")
            elif problem is None and repeats:
                problem = UnreadableText("duplicate-id", "another member gives the same doc_id; rename it")
            if problem is not None or form is None:
                yield _refused(doc_id, where, problem or UnreadableText("unknown-type", _UNKNOWN))
                continue
            try:
                with archive.member(packed, member.number) as inside:
                    yield from _pages(_Item(doc_id, where, form), inside, columns)
            except UnreadableText as e:
                yield _refused(doc_id, where, e)
            except archive.DAMAGED as e:
                yield _refused(
                    doc_id, where, UnreadableText("damaged", f"the archive is damaged here: {e}; pack it again")
                )


def page_of(
    doc_id: str, where: str, kind: str, data: bytes, encoding: str = "", charset: str = ""
) -> Document | Reject:
    """The page that a file's, record's or member's bytes are."""
    from dvextract.reading.pages import read_bytes

    if found := watch.condemned():
        return fallen(doc_id, where, "reading", found.cause, found.detail)
    try:
        page = read_bytes(kind, data, encoding, charset)
    except UnreadableText as e:
        return _refused(doc_id, where, e)
    except watch.Overrun:
        return fallen(doc_id, where, "reading", watch.TIMEOUT)
    except MemoryError:
        return fallen(doc_id, where, "reading", watch.MEMORY)
    return Document(
        doc_id,
        page.text,
        where,
        sha256(data).hexdigest(),
        page.encoding,
        page.text_is_source,
        page.hints,
        page.origins,
        page.warnings,
    )


def read_page(source: Source, data: bytes, encoding: str = "") -> Document | Reject:
    """The page that the bytes of a source are."""
    return page_of(source.doc_id, source.path, source.format.kind, data, encoding)


def fallen(doc_id: str, where: str, stage: str, cause: str, detail: str = "") -> Reject:
    """A page that took too long, needed too much memory or ended its worker."""
    return Reject(doc_id, where, stage, cause, watch.message(cause, detail))


def _refused(doc_id: str, where: str, e: UnreadableText) -> Reject:
    return Reject(doc_id, where, "reading", e.code, str(e))
