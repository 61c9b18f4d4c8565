"""Inputs to shards: ordered slices of the pages, cut by their number and bytes and never by the number of workers.

A shard is the unit of work and of resuming. Its key is a hash of what it reads and how, so a finished shard is used
again only if nothing that matters has changed.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from dvextract.document import Document
from dvextract.reading.cutting import cuts
from dvextract.reading.inputs import STDIN, Columns, Reject, Source, read, read_page
from dvextract.reading.records import repeated_rows

PAGES = 100
BYTES = 1 << 19
NUMBERED = Columns()


@dataclass(frozen=True, slots=True)
class Piece:
    """A source or a part of one. ``begin``/``end`` are bytes of the file, ``first`` the number of its first row.

    ``repeated`` are numbers of rows whose id an earlier row has. ``units`` and ``seal`` are those of a `cutting.Cut`.
    ``most`` bounds the pages taken (0: all); ``data`` holds what standard input gave.
    """

    source: Source
    begin: int = 0
    end: int = 0
    first: int = 1
    repeated: tuple[int, ...] = ()
    most: int = 0
    data: bytes = b""
    units: tuple[int, int] = (0, 0)
    seal: str = ""
    weight: int = 0

    def pages(self, columns: Columns) -> Iterator[Document | Reject]:
        """The pages of this piece, in order."""
        if self.source.path == STDIN:
            return iter([read_page(self.source, self.data, columns.encoding)])
        found = read(self.source, columns, self.begin, self.end, self.first, self.repeated, self.units)
        return islice(found, self.most) if self.most else found

    @property
    def size(self) -> int:
        """Bytes to read."""
        return self.weight or ((self.end - self.begin) if self.end else self.source.size)

    def digest(self) -> str:
        """A hash of the bytes this piece reads; of the error when they cannot be read."""
        content = sha256(self.data + self.seal.encode())
        if self.source.path != STDIN and (self.end or not self.seal):
            try:
                with Path(self.source.path).open("rb") as file:
                    file.seek(self.begin)
                    left = (self.end - self.begin) if self.end else sys.maxsize
                    while left and (chunk := file.read(min(left, 1 << 20))):
                        content.update(chunk)
                        left -= len(chunk)
            except OSError as e:
                content.update(str(e.errno).encode())
        return content.hexdigest()


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
            place = (p.source.path, p.source.doc_id, p.begin, p.end, p.first, p.repeated, p.most, p.units)
            whole.update(f"\n{place}\t{p.digest()}".encode())
        return whole.hexdigest()


def plan(sources: Sequence[Source], limit: int = 0, columns: Columns = NUMBERED) -> list[Shard]:
    """Cut sources into shards; with ``limit`` only the first pages are taken."""
    shards: list[Shard] = []
    pieces: list[Piece] = []
    pages = size = 0
    for piece, count in _limited(_pieces(sources, columns), limit, columns):
        weight = piece.size
        if pieces and (pages + count > PAGES or size + weight > BYTES):
            shards.append(Shard(len(shards), tuple(pieces)))
            pieces, pages, size = [], 0, 0
        pieces.append(piece)
        pages += count
        size += weight
    if pieces:
        shards.append(Shard(len(shards), tuple(pieces)))
    return shards


def _pieces(sources: Sequence[Source], columns: Columns) -> Iterator[tuple[Piece, int]]:
    """Every piece with the number of pages in it (0 when only reading would tell)."""
    for source in sources:
        if source.path == STDIN:
            yield Piece(source, data=sys.stdin.buffer.read()), 1
        elif source.is_json:
            yield from _slices(source, columns)
        else:
            for c in cuts(source, columns, PAGES, BYTES):
                yield Piece(source, c.begin, c.end, c.first, c.repeated, 0, b"", c.units, c.seal, c.size), c.count


def _slices(source: Source, columns: Columns) -> Iterator[tuple[Piece, int]]:
    """A JSONL file cut at line ends; one that cannot be read or is empty is passed on whole and becomes a reject."""
    begin = at = count = number = 0
    first = 1
    try:
        with Path(source.path).open("rb") as lines:
            repeated = sorted(repeated_rows(lines, columns)) if columns.id else []
            lines.seek(0)
            for line in lines:
                number += 1
                at += len(line)
                count += bool(line.strip())
                if count and (count >= PAGES or at - begin >= BYTES):
                    yield Piece(source, begin, at, first, _between(repeated, first, number)), count
                    begin, count, first = at, 0, number + 1
    except OSError:
        yield Piece(source), 1
        return
    if count:
        yield Piece(source, begin, at, first, _between(repeated, first, number)), count
    elif not begin:
        yield Piece(source), 1


def _between(numbers: Sequence[int], first: int, last: int) -> tuple[int, ...]:
    return tuple(numbers[bisect_left(numbers, first) : bisect_right(numbers, last)])


def _limited(pieces: Iterator[tuple[Piece, int]], limit: int, columns: Columns) -> Iterator[tuple[Piece, int]]:
    if not limit:
        yield from pieces
        return
    left = limit
    for piece, count in pieces:
        there = count or sum(1 for _ in islice(piece.pages(columns), left))
        yield replace(piece, most=min(max(there, 1), left)), count
        left -= there
        if left <= 0:
            return
