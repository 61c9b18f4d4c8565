"""Large sources to cuts that can be read apart: rows of JSONL, row groups of Parquet, records of WARC, members of ZIP.

A cut says what to read in terms that `inputs.read` takes, how many pages are in it (0: only reading tells) and how many
bytes. What cannot be begun in its middle (a gzip or zstd stream, CSV) is one cut and is read in a stream. Cuts depend
only on the source and on where shards end. A source that cannot be cut is passed on whole, and reading it says why.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from dvextract import storage
from dvextract.reading import archive, formats, warc
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.formats import format_of
from dvextract.reading.inputs import Columns, Source
from dvextract.reading.records import parquet_file, repeated_parquet_rows

_RECORDS = 3
"""Records a page of a crawl has: one of its request and one of facts beside its own."""

Ends = Callable[[str, int, int], bool]
"""Whether a shard ends after something of this name, bytes and number of pages; to be asked of everything once."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a source; the fields up to ``units`` are those of `inputs.read`.

    ``size`` is its bytes. ``seal`` changes with what reading it gives, as far as the bytes between ``begin`` and
    ``end`` do not say it; where it has no ``end``, it alone stands for the content. ``ends``: a shard ends with it.
    """

    begin: int = 0
    end: int = 0
    first: int = 1
    repeated: tuple[int, ...] = ()
    units: tuple[int, int] = (0, 0)
    count: int = 0
    size: int = 0
    seal: str = ""
    ends: bool = False


def cuts(source: Source, columns: Columns, pages: int, ends: Ends) -> list[Cut]:
    """The cuts of a source; one without bounds when it has none. ``pages`` are those of a shard, about."""
    kind, compression = source.format.kind, source.format.compression
    found: list[Cut] = []
    try:
        if kind == formats.PARQUET and not compression:
            found = list(_row_groups(source, columns, ends))
        elif kind == formats.ZIP and not compression:
            found = list(_members(source, ends))
        elif kind == formats.WARC and compression in ("", ".gz"):
            found = list(_records(source, compression, pages, ends))
    except (UnreadableText, OSError, *archive.DAMAGED):
        found = []  # reading it will say so
    if len(found) > 1:
        return found
    last = found[0].ends if found else ends(source.doc_id, source.size, 1)
    return [Cut(count=1 if source.format.is_page else 0, size=source.size, ends=last)]


def _row_groups(source: Source, columns: Columns, ends: Ends) -> Iterator[Cut]:
    with storage.opened(source.path) as raw:
        file = parquet_file(raw)
        repeated = repeated_parquet_rows(file, columns) if columns.id else []
        seal = sha256(str(file.schema_arrow).encode()).hexdigest()
        first = 1
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            chunks = [group.column(i) for i in range(group.num_columns)]
            starts = [c.dictionary_page_offset if c.has_dictionary_page else c.data_page_offset for c in chunks]
            begin = min(starts)
            end = max(s + c.total_compressed_size for s, c in zip(starts, chunks, strict=True))
            last = first + group.num_rows
            own = tuple(repeated[bisect_left(repeated, first) : bisect_right(repeated, last - 1)])
            if rows := group.num_rows:
                size = end - begin
                closed = ends(f"{source.doc_id}/{first}", size, rows)
                yield Cut(begin, end, first, own, (number, number + 1), rows, size, seal, closed)
            first = last


def _members(source: Source, ends: Ends) -> Iterator[Cut]:
    """Members that are pages together; one that holds many by itself."""
    with storage.opened(source.path) as raw, archive.opened(raw) as packed:
        begin = end = count = size = 0
        seal = sha256()
        seen: set[str] = set()
        for member in archive.members(packed):
            form = format_of(member.name)
            many = member.problem is None and form is not None and not form.is_page and form.kind != formats.ZIP
            if count and many:
                yield Cut(units=(begin, end), count=count, size=size, seal=seal.hexdigest())
                begin, count, size, seal = end, 0, 0, sha256()
            end = member.number + 1
            stem = form.stem if form else member.name
            told = (member.name, member.seal, member.problem and member.problem.code, stem in seen)
            seen.add(stem)
            seal.update(f"{told}\n".encode("utf-8", "backslashreplace"))
            count += 1
            size += member.size
            closed = ends(f"{source.doc_id}/{member.name}", member.size, 1)
            if many or closed:
                there = 0 if many else count
                yield Cut(units=(begin, end), count=there, size=size, seal=seal.hexdigest(), ends=closed)
                begin, count, size, seal = end, 0, 0, sha256()
        if count:
            yield Cut(units=(begin, end), count=count, size=size, seal=seal.hexdigest())


def _records(source: Source, compression: str, pages: int, ends: Ends) -> Iterator[Cut]:
    """Records together that begin in a stride of bytes, and in a plain file are no more than so many."""
    with storage.opened(source.path) as raw:
        if not compression:
            begins = _strided(warc.starts(raw), _RECORDS * pages)
        elif source.size > warc.STRIDE and warc.is_by_member(raw):
            begins = [(0, 0)]
            for at in range(warc.STRIDE, source.size, warc.STRIDE):
                if at <= begins[-1][0]:
                    continue  # inside a record longer than a stride
                if (member := warc.find_member(raw, at)) is None:
                    break
                begins.append((member, 0))
        else:
            return
        bounds = [*(begin for begin, _ in begins[1:]), source.size]
        for (begin, records), end in zip(begins, bounds, strict=True):
            size = end - begin
            closed = ends(f"{source.doc_id}/{begin}", size, records // _RECORDS)
            yield Cut(begin, end, size=size, seal=f"at {begin}", ends=closed)


def _strided(starts: Iterator[int], most: int) -> list[tuple[int, int]]:
    """Where strides begin, and how many records are in each."""
    begin = count = 0
    found = []
    for at in starts:
        if count >= most or at - begin >= warc.STRIDE:
            found.append((begin, count))
            begin, count = at, 0
        count += 1
    return [*found, (begin, count)]
