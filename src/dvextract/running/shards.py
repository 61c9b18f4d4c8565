"""Inputs to shards: ordered slices of the pages, cut by what the pages are and never by the number of workers.

A shard is the unit of work, of resuming and of what is kept for the next run. Its key is a hash of what it reads and
how, so a finished shard is used again only if nothing that matters has changed. Where a shard ends is decided by the
last page in it (a hash of its name, or of its line, against its weight), so that a page more or less changes the shards
around it and no others.
"""

from __future__ import annotations

import sys
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from dvextract import storage
from dvextract.document import Document
from dvextract.reading.cutting import cuts
from dvextract.reading.inputs import STDIN, Columns, Reject, Source, read, read_page
from dvextract.reading.records import repeated_rows

PAGES = 100
"""Pages, and bytes, of a shard on average. The weight of a page is what it takes of the larger of the two."""
BYTES = 1 << 19
LIGHTEST = 0.25
"""A shard does not end before it has this weight."""
HEAVIEST = 2.5
"""At this weight it ends whatever its last page is."""
NUMBERED = Columns()


@dataclass(frozen=True, slots=True)
class Piece:
    """A source or a part of one. ``begin``/``end`` are bytes of the file, ``first`` the number of its first row.

    ``digest`` is a hash of what it reads, or of the error when that cannot be read. ``repeated`` are numbers of rows
    whose id an earlier row has, ``units`` those of a `cutting.Cut`. ``most`` bounds the pages taken (0: all); ``data``
    holds what standard input gave; ``weight`` is its bytes where ``end`` does not say them. ``seal`` went into the
    digest; ``stamp`` are size and time of the file where the seal alone stands for its content.
    """

    source: Source
    digest: str
    begin: int = 0
    end: int = 0
    first: int = 1
    repeated: tuple[int, ...] = ()
    most: int = 0
    data: bytes = b""
    units: tuple[int, int] = (0, 0)
    weight: int = 0
    seal: str = ""
    stamp: tuple[int, int] = (0, 0)

    def is_as_planned(self) -> bool:
        """Whether the file still holds what ``digest`` was made of; of one elsewhere that is not asked again."""
        if self.source.path == STDIN or storage.is_url(self.source.path):
            return True
        if self.seal and not self.end:
            return _stamp(self.source) == self.stamp
        return _digest(self.source, self.begin, self.end, self.seal) == self.digest

    def pages(self, columns: Columns) -> Iterator[Document | Reject]:
        """The pages of this piece, in order."""
        if self.source.path == STDIN:
            return iter([read_page(self.source, self.data, columns.encoding)])
        found = read(self.source, columns, self.begin, self.end, self.first, self.repeated, self.units)
        return islice(found, self.most) if self.most else found

    @property
    def size(self) -> int:
        """Bytes to read."""
        return self.weight or (self.end - self.begin if self.end else self.source.size)


@dataclass(frozen=True, slots=True)
class Shard:
    """Pieces that are worked on together; ``number`` is its place in the run."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Bytes to read, for showing progress."""
        return sum(p.size for p in self.pieces)

    def key(self, configuration: str) -> str:
        """A hash of the configuration and of every piece's name and content."""
        whole = sha256(configuration.encode())
        for p in self.pieces:
            place = (p.source.path, p.source.doc_id, p.first, [n - p.first for n in p.repeated], p.most, p.digest)
            whole.update(f"\n{place}".encode())
        return whole.hexdigest()


@dataclass(slots=True)
class _Cut:
    """Says after which pages a shard ends."""

    weight: float = 0.0

    def after(self, check: int, size: int, pages: int = 1) -> bool:
        """Whether it ends after pages of ``size`` bytes; ``check`` is a 32-bit hash of them."""
        weight = max(size / BYTES, max(pages, 1) / PAGES)
        self.weight += weight
        if self.weight < HEAVIEST and (self.weight < LIGHTEST or check >= weight * (1 << 32)):
            return False
        self.weight = 0.0
        return True

    def after_named(self, name: str, size: int, pages: int) -> bool:
        """The same, where pages are told by their name."""
        return self.after(zlib.crc32(name.encode("utf-8", "backslashreplace")), size, pages)


def plan(sources: Sequence[Source], limit: int = 0, columns: Columns = NUMBERED) -> list[Shard]:
    """Cut sources into shards; with ``limit`` only the first pages are taken. Reads them all once, for their hash."""
    shards: list[Shard] = []
    pieces: list[Piece] = []
    for piece, _, ends in _limited(_pieces(sources, columns), limit, columns):
        pieces.append(piece)
        if ends:
            shards.append(Shard(len(shards), tuple(pieces)))
            pieces = []
    if pieces:
        shards.append(Shard(len(shards), tuple(pieces)))
    return shards


def _pieces(sources: Sequence[Source], columns: Columns) -> Iterator[tuple[Piece, int, bool]]:
    """Every piece, the number of pages in it (0 when only reading would tell), and whether a shard ends with it."""
    cut = _Cut()
    for source in sources:
        if source.path == STDIN:
            data = sys.stdin.buffer.read()
            yield Piece(source, sha256(data).hexdigest(), data=data), 1, False
        elif source.is_json:
            yield from _slices(source, columns, cut)
        else:
            stamp = _stamp(source)
            for c in cuts(source, columns, PAGES, cut.after_named):
                digest = _digest(source, c.begin, c.end, c.seal)
                yield (
                    Piece(source, digest, c.begin, c.end, c.first, c.repeated, 0, b"", c.units, c.size, c.seal, stamp),
                    c.count,
                    c.ends,
                )


def _stamp(source: Source) -> tuple[int, int]:
    """Bytes and time of a file of this machine; zeros when there is none."""
    with suppress(OSError):
        if not storage.is_url(source.path):
            status = Path(source.path).stat()
            return status.st_size, status.st_mtime_ns
    return 0, 0


def _digest(source: Source, begin: int = 0, end: int = 0, seal: str = "") -> str:
    """A hash of a source's bytes, or of those of a cut of it; a seal without bytes stands for its content."""
    content = sha256(seal.encode())
    if seal and not end:
        return content.hexdigest()
    left = (end - begin) if end else sys.maxsize
    try:
        with storage.opened(source.path) as file:
            file.seek(begin)
            while left and (chunk := file.read(min(left, 1 << 20))):
                content.update(chunk)
                left -= len(chunk)
    except OSError as e:
        content.update(f"error {e.errno}".encode())
    return content.hexdigest()


def _slices(source: Source, columns: Columns, cut: _Cut) -> Iterator[tuple[Piece, int, bool]]:
    """A JSONL file cut at line ends; one that cannot be read or is empty is passed on whole and becomes a reject.

    A file of less than a shard may share one with what stands beside it.
    """
    begin = at = count = number = 0
    first = 1
    content = sha256()
    try:
        with storage.opened(source.path) as lines:
            repeated = sorted(repeated_rows(lines, columns)) if columns.id else []
            lines.seek(0)
            for line in lines:
                number += 1
                at += len(line)
                content.update(line)
                if not line.strip():
                    continue
                count += 1
                if cut.after(zlib.crc32(line), len(line)):
                    some = _between(repeated, first, number)
                    yield Piece(source, content.hexdigest(), begin, at, first, some), count, True
                    begin, count, first, content = at, 0, number + 1, sha256()
    except OSError as e:
        yield Piece(source, sha256(f"error {e.errno}".encode()).hexdigest()), 1, False
        return
    if count:
        yield Piece(source, content.hexdigest(), begin, at, first, _between(repeated, first, number)), count, False
    elif not begin:
        yield Piece(source, content.hexdigest()), 1, False


def _between(numbers: Sequence[int], first: int, last: int) -> tuple[int, ...]:
    return tuple(numbers[bisect_left(numbers, first) : bisect_right(numbers, last)])


def _limited(
    pieces: Iterator[tuple[Piece, int, bool]], limit: int, columns: Columns
) -> Iterator[tuple[Piece, int, bool]]:
    if not limit:
        yield from pieces
        return
    left = limit
    for piece, count, ends in pieces:
        there = count or sum(1 for _ in islice(piece.pages(columns), left))
        yield replace(piece, most=min(max(there, 1), left)), count, ends
        left -= there
        if left <= 0:
            return
