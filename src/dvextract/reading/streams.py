"""Bytes of files and of what is packed in them, with bounds: nothing here ever holds more than one page.

A compressed stream that expands to absurd sizes, is cut, or is damaged raises UnreadableText; what came before is used.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from dvextract.reading.decoding import UnreadableText
from dvextract.reading.extras import load

LARGEST = 1 << 26
"""Bytes of the largest file that is one page, expanded, and of the largest line or cell."""
_FREE = 1 << 24
_RATIO = 250
"""Beyond _FREE bytes nothing may expand to more than so many times its size; text does not."""
_CHUNK = 1 << 16
_ZSTD_CHUNK = 1 << 10  # a kilobyte of zstd may be 32 MB


class Expanded(io.RawIOBase):
    """The bytes inside a gzip or zstd stream of any number of members or frames."""

    def __init__(self, raw: BinaryIO, compression: str) -> None:
        self._raw = raw
        self._zstd = load("zstandard", "zst", "a .zst file") if compression == ".zst" else None
        self._damages = (zlib.error, self._zstd.ZstdError) if self._zstd else (zlib.error,)
        self._decoder: Any = None
        self._rest = b""
        self._ready = memoryview(b"")
        self._in = self._out = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """Close the file too."""
        self._raw.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; raises UnreadableText for a stream that is cut, damaged or a bomb."""
        while not self._ready:
            if not self._more():
                return 0
        view = memoryview(buffer).cast("B")
        n = min(len(view), len(self._ready))
        view[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n

    def _more(self) -> bool:
        """Expand a little more; False at the end."""
        data = self._rest or self._raw.read(_ZSTD_CHUNK if self._zstd else _CHUNK)
        self._in += 0 if self._rest else len(data)
        self._rest = b""
        if not data:
            if self._decoder is not None:
                raise UnreadableText("cut", "the compressed file ends in its middle; fetch it again")
            return False
        if self._decoder is None:
            if not data.strip(b"\x00"):
                return True  # padding after the last member
            self._decoder = self._zstd.ZstdDecompressor().decompressobj() if self._zstd else zlib.decompressobj(31)
        try:
            # zlib says what it has not looked at; so little output at a time keeps a bomb small
            found = self._decoder.decompress(data) if self._zstd else self._decoder.decompress(data, 1 << 20)
        except self._damages as e:
            raise UnreadableText("damaged", f"the compressed file is damaged: {e}; fetch it again") from e
        if self._decoder.eof:
            self._rest = self._decoder.unused_data
            self._decoder = None
        elif not self._zstd:
            self._rest = self._decoder.unconsumed_tail
        self._out += len(found)
        if self._out > _FREE and self._out > _RATIO * self._in:
            raise UnreadableText("bomb", f"expands to more than {_RATIO} times its size; no pages do, leave it out")
        self._ready = memoryview(found)
        return True


def expanded(raw: BinaryIO, compression: str) -> BinaryIO:
    """A stream of the bytes inside a compressed one, or the stream itself."""
    return io.BufferedReader(Expanded(raw, compression), _CHUNK) if compression else raw


def whole(stream: BinaryIO) -> bytes:
    """All bytes of a stream that is one page; raises UnreadableText when they are too many."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableText("too-large", f"larger than {LARGEST >> 20} MB expanded; split it into pages")
    return data


def bounded_lines(stream: BinaryIO) -> Iterator[bytes | int]:
    """The lines of a stream with their ends; the number of bytes for one that is too long and is passed over."""
    while line := stream.readline(LARGEST):
        if len(line) < LARGEST or line.endswith(b"\n"):
            yield line
            continue
        size = len(line)
        while rest := stream.readline(LARGEST):
            size += len(rest)
            if rest.endswith(b"\n"):
                break
        yield size
