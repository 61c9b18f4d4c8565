"""Rows of files of documents to pages: JSONL (an object a line), CSV and TSV, Parquet; always in a stream.

A row that cannot be used is a Reject and costs no other row anything. What columns state of title, date, author and
outlet goes in as hints, if an option names the column.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from textwrap import shorten
from typing import Any, BinaryIO

import orjson

from dvextract.document import NO_HINTS, Document, Hints, PageWarning
from dvextract.reading import legacy, unusual
from dvextract.reading.decoding import UnreadableText, check, decoded, judged, mended
from dvextract.reading.inputs import Columns, Reject, printable
from dvextract.reading.published import edtf
from dvextract.reading.streams import LARGEST, bounded_lines

_SAMPLE = 1 << 16
_NULL = "\udc00"
"""Stands for a null character between reading a CSV file, which cannot hold one, and refusing its row."""
_BROKEN_BYTE = re.compile("[\udc80-\udcff]")  # by Python's "surrogateescape"
_ROWS = 64
_TITLE = 300


class _Seen:
    """Ids met before, by eight bytes of hash: files are longer than memory."""

    def __init__(self) -> None:
        self._met: set[bytes] = set()

    def meets(self, identity: str) -> bool:
        """Whether an id was met before; from now on it was."""
        key = sha256(identity.encode()).digest()[:8]
        before = key in self._met
        self._met.add(key)
        return before


def json_lines(
    doc_id: str,
    path: str,
    stream: BinaryIO,
    columns: Columns,
    begin: int = 0,
    end: int = 0,
    first: int = 1,
    repeated: Collection[int] | None = None,
) -> Iterator[Document | Reject]:
    """The rows of a JSONL stream that stands at byte ``begin``, up to byte ``end`` (0: all).

    ``repeated``: numbers of the rows whose id an earlier one has; None to find out here.
    """
    at, number = begin, first - 1
    seen = _Seen()
    for line in bounded_lines(stream):
        number += 1
        where = f"{path}, row {number}"
        if isinstance(line, int):
            why = f"a line longer than {LARGEST >> 20} MB; split the file into documents"
            yield Reject(f"{doc_id}/{number}", where, "reading", "too-large", why)
            at += line
            line = b""
        elif not at and line[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            yield Reject(
                doc_id, path, "reading", "not-utf-8", "a .jsonl file must be UTF-8 and this is UTF-16; convert it"
            )
            return
        at += len(line)
        if content := _content(line):
            row = _object(content)
            if isinstance(row, str):
                yield Reject(f"{doc_id}/{number}", where, "reading", "not-json", row)
            else:
                repeats = number in repeated if repeated is not None else _repeats(row, columns, seen)
                yield _record(doc_id, path, number, row, columns, "utf-8", repeats)
        if end and at >= end:
            return


def _repeats(row: Mapping[str, object], columns: Columns, seen: _Seen) -> bool:
    identity = _identity(row, columns) if columns.id else ""
    return bool(identity) and seen.meets(identity)


def _content(line: bytes) -> bytes:
    return line.strip().removeprefix(codecs.BOM_UTF8)


def _object(content: bytes) -> dict[str, object] | str:
    """The JSON object a line is, or why it is none."""
    try:
        row = orjson.loads(content)
    except orjson.JSONDecodeError as e:
        return f"not a JSON object: {e}"
    return row if isinstance(row, dict) else f"not a JSON object but a {type(row).__name__}"


def repeated_rows(stream: BinaryIO, columns: Columns) -> frozenset[int]:
    """Numbers, from 1, of the lines of a JSONL stream whose id an earlier line has."""
    seen = _Seen()
    found: set[int] = set()
    for number, line in enumerate(bounded_lines(stream), 1):
        row = _object(content) if isinstance(line, bytes) and (content := _content(line)) else ""
        if isinstance(row, dict) and _repeats(row, columns, seen):
            found.add(number)
    return frozenset(found)


# ---------------------------------------------------------------------------------------------- CSV


def csv_rows(doc_id: str, path: str, stream: BinaryIO, columns: Columns) -> Iterator[Document | Reject]:
    """The rows of a CSV or TSV stream below its header; in any encoding that pages may have."""
    csv.field_size_limit(LARGEST)
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, _SAMPLE)  # type: ignore[type-var]
    sample = buffered.peek(_SAMPLE)[:_SAMPLE]
    codec, name, table = _codec(sample, columns.encoding)
    delimiter = _delimiter(sample, codec, columns)
    number = 0
    seen = _Seen()
    lines = _CsvLines(io.TextIOWrapper(buffered, codec, "surrogateescape", newline=""))
    where = path
    try:
        for number, row in enumerate(csv.DictReader(lines, delimiter=delimiter), 1):
            where = f"{path}, row {number}"
            if None in row:
                why = "has more cells than the header has columns; put cells with a comma between quotation marks"
                yield Reject(f"{doc_id}/{number}", where, "reading", "wrong-columns", why)
                continue
            cells = {k: _by_table(v, table) for k, v in row.items()} if table else row
            yield _record(doc_id, path, number, cells, columns, name, _repeats(cells, columns, seen))
    except (UnicodeError, csv.Error) as e:
        code = "not-utf-8" if isinstance(e, UnicodeError) else "not-csv"
        why = f"the rest of the file cannot be read: {e}; convert it to UTF-8 CSV"
        yield Reject(f"{doc_id}/{number + 1}", f"{path}, after row {number}", "reading", code, why)
    if lines.quotes % 2:
        why = "a quotation mark is never closed: what follows it was read as one cell; close or double it"
        yield Reject(f"{doc_id}/{number}", where, "reading", "not-csv", why)


def _delimiter(sample: bytes, codec: str, columns: Columns) -> str:
    """What parts the cells: the mark by which the header has the column of texts, else a comma."""
    header = re.split(r"[\r\n]", sample.decode(codec, "replace").removeprefix("\ufeff"), maxsplit=1)[0]
    marks = ",", ";", "\t", "|"
    return next((m for m in marks if columns.text in [c.strip().strip('"') for c in header.split(m)]), ",")


class _CsvLines:
    """The lines of a CSV file, and how many quotation marks were in them."""

    def __init__(self, wrapper: io.TextIOWrapper) -> None:
        self._wrapper = wrapper
        self.quotes = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._wrapper.readline(LARGEST):
            self.quotes += line.count('"')
            yield line.replace("\x00", _NULL)


def _codec(sample: bytes, encoding: str) -> tuple[str, str, str]:
    """Python's codec, the name to tell, and the table of `legacy` to put cells through after Latin-1 (or empty)."""
    if encoding:
        found = encoding.lower()
    elif sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "utf-16", ""
    else:
        whole_lines = sample[: sample.rfind(b"\n") + 1] or sample
        found = "utf-8"
        try:
            whole_lines.decode()
        except UnicodeDecodeError:
            with suppress(UnreadableText):  # then the rows that are no UTF-8 are refused one by one
                found = decoded(whole_lines)[1]
    if legacy.decode_as(b"", found) is None:
        return ("utf-8-sig" if codecs.lookup(found).name == "utf-8" else found), found, ""
    return "latin-1", found, found


def _by_table(cell: object, table: str) -> object:
    if not isinstance(cell, str):
        return cell
    return legacy.decode_as(cell.replace(_NULL, "\x00").encode("latin-1", "replace"), table)


# ---------------------------------------------------------------------------------------------- Parquet


def parquet_file(raw: BinaryIO) -> Any:
    """A Parquet file that is open; raises UnreadableText."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(raw)
    except (pa.ArrowException, OSError, ValueError) as e:
        raise UnreadableText("damaged", f"not a Parquet file: {e}"[:200] + "; write it again") from e


def parquet_rows(
    doc_id: str,
    path: str,
    raw: BinaryIO,
    columns: Columns,
    groups: tuple[int, int] = (0, 0),
    first: int = 1,
    repeated: Collection[int] = (),
) -> Iterator[Document | Reject]:
    """The rows of a Parquet file's row groups from ``groups[0]`` up to ``groups[1]`` ((0, 0): all)."""
    import pyarrow as pa

    file = parquet_file(raw)
    wanted = range(*groups) if groups != (0, 0) else range(file.num_row_groups)
    own = None if groups != (0, 0) else _Seen()
    needed = {columns.text, columns.id, columns.title, columns.date, columns.author, columns.outlet} - {""}
    there = [name for name in file.schema_arrow.names if name in needed]
    number = first - 1
    try:
        for batch in file.iter_batches(
            batch_size=_ROWS, row_groups=list(wanted), columns=there or file.schema_arrow.names[:1]
        ):
            for row in batch.to_pylist():
                number += 1
                row = {**dict.fromkeys(file.schema_arrow.names), **row} if not there else row
                repeats = _repeats(row, columns, own) if own else number in repeated
                yield _record(doc_id, path, number, row, columns, "utf-8", repeats)
    except (pa.ArrowException, OSError, ValueError) as e:
        why = f"the rest of the file cannot be read: {e}"[:200] + "; write it again"
        yield Reject(f"{doc_id}/{number + 1}", f"{path}, after row {number}", "reading", "damaged", why)


def repeated_parquet_rows(file: Any, columns: Columns) -> list[int]:
    """Numbers, from 1, of the rows of a Parquet file whose id an earlier row has."""
    if columns.id not in file.schema_arrow.names:
        return []
    seen = _Seen()
    number = 0
    found = []
    for batch in file.iter_batches(batch_size=1 << 14, columns=[columns.id]):
        for row in batch.to_pylist():
            number += 1
            if _repeats(row, columns, seen):
                found.append(number)
    return found


# ---------------------------------------------------------------------------------------------- a row


def _identity(row: Mapping[str, object], columns: Columns) -> str:
    """The id a row gives itself; empty when it gives none that can be used."""
    found = row.get(columns.id)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found) if printable(str(found)) == str(found) else ""


def _record(
    stem: str, path: str, number: int, row: Mapping[str, object], columns: Columns, encoding: str, repeats: bool
) -> Document | Reject:
    where = f"{path}, row {number}"
    identity = _identity(row, columns) if columns.id else str(number)
    doc_id = f"{stem}/{identity or number}"

    def reject(code: str, why: str) -> Reject:
        return Reject(doc_id, where, "reading", code, why)

    if not identity:
        return reject("no-id", f"has no id in column '{columns.id}' ({_named(row)}); name it with --id-column")
    if repeats:
        return reject("duplicate-id", "an earlier row has this id already; make the ids unique or number the rows")
    text = row.get(columns.text)
    if not isinstance(text, str):
        return reject("no-text", f"has no text in column '{columns.text}' ({_named(row)}); name it with --text-column")
    whole = text
    if unusual.kinds(text) & unusual.SURROGATE:
        if _BROKEN_BYTE.search(text):
            return reject("not-utf-8", f"not valid {encoding.upper()}; convert the file to UTF-8")
        whole = text.replace(_NULL, "\x00")
    (normal,), same, repaired, warnings = mended([whole])
    try:
        kinds = check(normal)
    except UnreadableText as e:
        return reject(e.code, str(e))
    hints, more = _hints(row, columns, normal)
    return Document(
        doc_id,
        normal,
        where,
        sha256(text.encode()).hexdigest(),
        f"{encoding}/{repaired}" if repaired else encoding,
        same,
        hints,
        (),
        (*warnings, *more, *judged(normal, kinds)),
    )


def _hints(row: Mapping[str, object], columns: Columns, text: str) -> tuple[Hints, Iterable[PageWarning]]:
    """What the named columns state; a title that is a line of the text is said to be there."""
    if not (columns.title or columns.date or columns.author or columns.outlet):
        return NO_HINTS, ()

    def cell(name: str) -> str:
        value = row.get(name) if name else None
        stated = "" if value is None or isinstance(value, bool) else str(value)
        return mended([" ".join(printable(stated).split())])[0][0][:_TITLE]

    title, stated = cell(columns.title), cell(columns.date)
    published = edtf(stated)
    warnings = []
    if stated and not published:
        warnings.append(PageWarning("date-unread", f"column '{columns.date}' holds no date: {shorten(stated, 60)}"))
    at = text.find(title) if title else -1
    alone = (
        at >= 0
        and text[:at].rsplit("\n", 1)[-1].strip() == ""
        and text[at + len(title) :].split("\n", 1)[0].strip() == ""
    )
    kinds = ((at, at + len(title), "title"),) if alone else ()
    return Hints(title, published, cell(columns.author), cell(columns.outlet), kinds), warnings


def _named(row: Mapping[str, object]) -> str:
    return shorten("columns: " + (", ".join(printable(str(name)) for name in row) or "none"), 200, placeholder=" …")
