"""WARC files of a crawl to the pages in them, each with its offset, address and type.

Records are read one at a time, in a stream. A file with a gzip member for every record, as the standard asks for, can
be begun anywhere: what starts at or after one byte and before another is one piece of work, without an index. A plain
file is cut where its records begin, found by hopping from header to header. Responses with an error status, requests,
pictures and other things that are no pages are passed over.

Format: ISO 28500:2017 (WARC 1.1).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from dvextract.reading import formats
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.streams import LARGEST, Expanded, whole

STRIDE = 1 << 22
"""Bytes of a WARC file that are worked on together."""
_MAGIC = b"\x1f\x8b\x08"
_LONGEST_HEADER = 1 << 16
_HEADERS = 200
_CHUNK = 1 << 16

_TYPES = {
    "text/html": formats.HTML,
    "application/xhtml+xml": formats.HTML,
    "text/plain": formats.TEXT,
    "application/pdf": formats.PDF,
    "application/rtf": formats.RTF,
    "text/rtf": formats.RTF,
    "application/msword": formats.DOC,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": formats.DOCX,
}
_WANTED = frozenset({"response", "resource", "conversion"})
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:\-]{2,40})", re.I)


@dataclass(frozen=True, slots=True)
class Archived:
    """A page of a crawl: where its record begins, its address, its format, bytes, and the charset its server stated.

    ``problem`` is what is wrong with a record that cannot be read.
    """

    offset: int
    address: str
    kind: str = ""
    data: bytes = b""
    charset: str = ""
    problem: UnreadableText | None = None


def is_by_member(raw: BinaryIO) -> bool:
    """Whether a gzip file has a member for every record, so that it can be begun anywhere."""
    raw.seek(0)
    try:
        data, _, ended = _member(raw, 1 << 20)
    except UnreadableText:
        return False
    raw.seek(0)
    stream = io.BytesIO(data)
    headers = _named(stream) if stream.readline(_LONGEST_HEADER).startswith(b"WARC/") else None
    if headers is None or not ended:
        return False
    stream.seek(_length(headers), io.SEEK_CUR)
    return not stream.read(64).strip()


def starts(raw: BinaryIO) -> Iterator[int]:
    """Where the records of a plain WARC file begin, as far as they can be followed."""
    raw.seek(0, io.SEEK_END)
    size = raw.tell()
    at = 0
    try:
        while at < size:
            raw.seek(at)
            counted = _Counted(raw, at)
            begin, headers = _next_header(counted)
            if headers is None:
                return
            yield begin
            at = counted.at + _length(headers)
    except UnreadableText:
        return  # reading the last piece says what is wrong


def by_member(raw: BinaryIO, begin: int, end: int) -> Iterator[Archived]:
    """The pages of the records whose members begin between two bytes (``end`` 0: all) of a gzip file."""
    at = find_member(raw, begin, end) if begin else 0
    while at is not None and (not end or at < end):
        here = at
        raw.seek(here)
        try:
            data, size, ended = _member(raw, 2 * LARGEST)
        except UnreadableText as e:
            yield Archived(here, "", problem=e)
            at = find_member(raw, here + 1, end)
            continue
        if not ended:
            yield Archived(here, "", problem=UnreadableText("too-large", "a record is too large; leave it out"))
            at = find_member(raw, here + 1, end)
        elif not size:
            return
        else:
            yield from _records(io.BytesIO(data), here, fixed=True)
            at = here + size


def in_stream(stream: BinaryIO, at: int = 0, end: int = 0) -> Iterator[Archived]:
    """The pages of a plain WARC stream that stands at byte ``at``, up to the record that begins at ``end`` (0: all)."""
    return _records(stream, at, end)


def _member(raw: BinaryIO, most: int) -> tuple[bytes, int, bool]:
    """The bytes of the gzip member that begins here (up to ``most``), its size, and whether it was read to its end."""
    decoder = zlib.decompressobj(31)
    found = bytearray()
    size = 0
    while not decoder.eof:
        data = decoder.unconsumed_tail or raw.read(_CHUNK)
        fresh = 0 if decoder.unconsumed_tail else len(data)
        if not data:
            if not size:
                return b"", 0, True
            raise UnreadableText("cut", "the file ends inside a record; fetch it again")
        size += fresh
        try:
            found += decoder.decompress(data, 1 << 20)
        except zlib.error as e:
            if not found and not data.strip(b"\x00"):
                return b"", 0, True  # padding
            raise UnreadableText("damaged", f"a record is damaged: {e}; fetch it again") from e
        if len(found) > most:
            return bytes(found), 0, False
    return bytes(found), size - len(decoder.unused_data), True


def find_member(raw: BinaryIO, at: int, end: int = 0) -> int | None:
    """Where the first record's member at or after a byte, and before ``end`` (0: all), begins; None for nowhere."""
    raw.seek(at)
    window = b""
    start = at
    while not end or start < end:
        data = raw.read(_CHUNK)
        window += data
        found = window.find(_MAGIC)
        while found >= 0:
            try:
                if zlib.decompressobj(31).decompress(window[found : found + 4096], 16).startswith(b"WARC/"):
                    return start + found
            except zlib.error:
                pass  # three bytes of compressed data that look like a beginning
            found = window.find(_MAGIC, found + 1)
        if not data:
            return None
        start += len(window) - min(len(window), 4096)
        window = window[-4096:]
    return None


class _Counted:
    """A stream that knows where it is, whether or not it can be sought in."""

    def __init__(self, stream: BinaryIO, at: int) -> None:
        self._stream = stream
        self.at = at

    def readline(self, most: int) -> bytes:
        """The next line, or its first ``most`` bytes."""
        line = self._stream.readline(most)
        self.at += len(line)
        return line

    def read(self, most: int) -> bytes:
        """The next bytes."""
        data = self._stream.read(most)
        self.at += len(data)
        return data


def _next_header(stream: _Counted) -> tuple[int, Mapping[str, str] | None]:
    """The next record's beginning and headers; blank lines before it are passed over."""
    at = stream.at
    while line := stream.readline(_LONGEST_HEADER):
        if line.strip():
            if not line.startswith(b"WARC/"):
                raise UnreadableText("not-warc", f"no WARC record at byte {at}; the file is damaged, or no WARC file")
            return at, _named(stream)
        at = stream.at
    return at, None


def _named(stream: BinaryIO | _Counted) -> Mapping[str, str]:
    """Named headers up to a blank line, names in lower case."""
    found: dict[str, str] = {}
    for _ in range(_HEADERS):
        line = stream.readline(_LONGEST_HEADER)
        if not line.strip():
            return found
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    return found


def _length(headers: Mapping[str, str]) -> int:
    stated = headers.get("content-length", "")
    if not stated.isascii() or not stated.isdigit() or len(stated) > 15:
        raise UnreadableText("not-warc", "a record does not say how long it is; the file is damaged")
    return int(stated)


def _records(stream: BinaryIO, at: int, end: int = 0, fixed: bool = False) -> Iterator[Archived]:
    """The pages of a stream's records; ``fixed``: all have the offset ``at``, that of their gzip member."""
    counted = _Counted(stream, at)
    begin = at
    try:
        while True:
            begin, headers = _next_header(counted)
            if headers is None or (end and begin >= end):
                return
            begin = at if fixed else begin
            length = _length(headers)
            wanted = headers.get("warc-type", "").lower() in _WANTED
            data = _payload(counted, length, wanted and length <= LARGEST)
            address = headers.get("warc-target-uri", "").strip("<>")
            if wanted and length > LARGEST:
                why = UnreadableText("too-large", f"a record larger than {LARGEST >> 20} MB; leave it out")
                yield Archived(begin, address, problem=why)
            elif wanted:
                yield from _page(begin, address, headers, data)
    except UnreadableText as e:
        yield Archived(begin, "", problem=e)


def _payload(stream: _Counted, length: int, kept: bool) -> bytes:
    """The next bytes of a stream, empty when they are not kept; raises UnreadableText when it ends before."""
    pieces = []
    left = length
    while left:
        data = stream.read(min(left, 1 << 20))
        if not data:
            raise UnreadableText("cut", "the file ends inside a record; fetch it again")
        left -= len(data)
        if kept:
            pieces.append(data)
    return b"".join(pieces)


def _page(offset: int, address: str, headers: Mapping[str, str], data: bytes) -> Iterator[Archived]:
    """The page that a record is, if it is one."""
    stated = headers.get("content-type", "")
    try:
        if stated.replace(" ", "").startswith("application/http"):
            status = _STATUS.match(data)
            if status is None or status[1] != b"200":
                return
            stream = io.BytesIO(data)
            stream.readline()
            transport = _named(stream)
            stated = transport.get("content-type", "text/html")
            kind = _TYPES.get(stated.split(";")[0].strip().lower())
            body = _body(stream.read(), transport) if kind else b""
        else:
            kind, body = _TYPES.get(stated.split(";")[0].strip().lower()), data
        if kind:
            charset = _CHARSET.search(stated)
            yield Archived(offset, address, kind, body, charset[1] if charset else "")
    except UnreadableText as e:
        yield Archived(offset, address, problem=e)


def _body(data: bytes, headers: Mapping[str, str]) -> bytes:
    """A response's body as the server meant it; crawlers keep it as it was sent, or already unpacked."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        data = _unchunked(data)
    coding = headers.get("content-encoding", "").lower().strip()
    if coding in ("gzip", "x-gzip") and data.startswith(_MAGIC[:2]):
        return whole(io.BufferedReader(Expanded(io.BytesIO(data), ".gz")))
    if coding == "deflate" and data:
        for bits in (15, -15):
            try:
                return zlib.decompressobj(bits).decompress(data, LARGEST)
            except zlib.error:
                continue  # servers send it with and without zlib's header
    if coding in ("br", "zstd") and b"<" not in data[:200]:
        raise UnreadableText("unknown-compression", f"the response is compressed with {coding}; crawl without it")
    return data


def _unchunked(data: bytes) -> bytes:
    """The bytes inside the chunks of a transfer; data that is not chunked stays."""
    found = []
    at = 0
    while (line := data.find(b"\r\n", at, at + 100)) >= 0:
        size = data[at:line].split(b";")[0].strip()
        try:
            length = int(size, 16)
        except ValueError:
            return data
        if length <= 0:
            break
        found.append(data[line + 2 : line + 2 + length])
        at = line + 2 + length + 2
    return b"".join(found) if found else data
