"""Large sources to cuts that can be read apart: rows of JSONL, row groups of Parquet, records of WARC, members of ZIP.

A cut says what to read in terms that `inputs.read` takes, how many pages are in it (0: only reading tells) and how many
bytes. What cannot be begun in its middle (a gzip or zstd stream, CSV) is one cut and is read in a stream. Cuts depend
only on the source. A source that cannot be cut is passed on whole, and reading it says why.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from dvextract.reading import archive, formats, warc
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.formats import format_of
from dvextract.reading.inputs import Columns, Source
from dvextract.reading.records import parquet_file, repeated_parquet_rows


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a source; the fields up to ``units`` are those of `inputs.read`.

    ``size`` is its bytes. ``seal`` stands for its content where ``begin`` and ``end`` do not bound it.
    """

    begin: int = 0
    end: int = 0
    first: int = 1
    repeated: tuple[int, ...] = ()
    units: tuple[int, int] = (0, 0)
    count: int = 0
    size: int = 0
    seal: str = ""


def cuts(source: Source, columns: Columns, pages: int, most: int) -> Iterator[Cut]:
    """The cuts of a source, each of about ``pages`` pages or ``most`` bytes; one without bounds when it has none."""
    kind, compression = source.format.kind, source.format.compression
    whole = Cut(count=1 if source.format.is_page else 0, size=source.size)
    found = []
    try:
        if kind == formats.PARQUET and not compression:
            found = list(_row_groups(source, columns))
        elif kind == formats.ZIP and not compression:
            found = list(_members(source, pages, most))
        elif kind == formats.WARC and compression in ("", ".gz"):
            found = list(_records(source, compression, pages))
    except (UnreadableText, OSError, *archive.DAMAGED):
        found = []  # reading it will say so
    yield from found if len(found) > 1 else [whole]


def _row_groups(source: Source, columns: Columns) -> Iterator[Cut]:
    with Path(source.path).open("rb") as raw:
        file = parquet_file(raw)
        repeated = repeated_parquet_rows(file, columns) if columns.id else []
        first = 1
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            chunks = [group.column(i) for i in range(group.num_columns)]
            starts = [c.dictionary_page_offset if c.has_dictionary_page else c.data_page_offset for c in chunks]
            begin = min(starts)
            end = max(s + c.total_compressed_size for s, c in zip(starts, chunks, strict=True))
            last = first + group.num_rows
            own = tuple(repeated[bisect_left(repeated, first) : bisect_right(repeated, last - 1)])
            if group.num_rows:
                units = (number, number + 1)
                seal = sha256(str(file.schema_arrow).encode()).hexdigest()
                yield Cut(begin, end, first, own, units, group.num_rows, end - begin, seal)
            first = last


def _members(source: Source, pages: int, most: int) -> Iterator[Cut]:
    """Members that are pages together; one that holds many by itself."""
    with Path(source.path).open("rb") as raw, archive.opened(raw) as packed:
        begin = end = count = size = 0
        seal = sha256()
        for member in archive.members(packed):
            form = format_of(member.name)
            many = member.problem is None and form is not None and not form.is_page and form.kind != formats.ZIP
            if count and (many or count >= pages or size + member.size > most):
                yield Cut(units=(begin, end), count=count, size=size, seal=seal.hexdigest())
                begin, count, size, seal = end, 0, 0, sha256()
            end = member.number + 1
            seal.update(f"{member.name}\t{member.seal}\n".encode("utf-8", "backslashreplace"))
            count += 1
            size += member.size
            if many:
                yield Cut(units=(begin, end), size=size, seal=seal.hexdigest())
                begin, count, size, seal = end, 0, 0, sha256()
        if count:
            yield Cut(units=(begin, end), count=count, size=size, seal=seal.hexdigest())


def _records(source: Source, compression: str, pages: int) -> Iterator[Cut]:
    """Records by their number and bytes in a plain file, strides of bytes where each has a gzip member."""
    with Path(source.path).open("rb") as raw:
        if compression:
            if source.size > warc.STRIDE and warc.is_by_member(raw):
                for begin in range(0, source.size, warc.STRIDE):
                    end = min(begin + warc.STRIDE, source.size)
                    yield Cut(begin, end, size=end - begin)
            return
        begin = count = 0
        for at in warc.starts(raw):
            if count >= 3 * pages or at - begin >= warc.STRIDE:  # a page has a record of its request and one of facts
                yield Cut(begin, at, size=at - begin)
                begin, count = at, 0
            count += 1
        yield Cut(begin, source.size, size=source.size - begin)
