"""Packs: one file that holds many named pieces of bytes, compressed, each readable by itself.

What a shard becomes is one pack, so an archive is as many files as it has shards and one request brings one of them
from an object store. Pieces grow side by side while a pack is written: each is a row of *frames* (compressed alone),
and the index at the end says where they are. A pack without its end was never finished and is none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import orjson

from dvextract import storage
from dvextract.errors import DvextractError

MAGIC = b"DVPACK1\n"
FRAME = 1 << 18
"""Bytes of a piece that are compressed together."""
_SMALL = 1 << 15  # below this zlib does, and PyArrow need not be loaded
_TAIL = 1 << 14
_LENGTH = 8  # bytes of the length before a chunk
_ZLIB, _LZ4 = 0, 1


class NoPack(ValueError):
    """The file is no pack, or half of one."""


class Damaged(DvextractError):
    """What a finished pack holds is not what was written into it."""


class PackWriter:
    """Writes a pack into a file; ``close`` ends it with its index and whatever it should say about itself."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = file.write(MAGIC)
        self._held: dict[str, list[bytes]] = {}
        self._sizes: dict[str, int] = {}
        self._frames: dict[str, list[tuple[int, int, int, int, int]]] = {}

    def add(self, name: str, data: bytes) -> None:
        """Append bytes to a piece; no bytes make sure that there is one."""
        self._held.setdefault(name, []).append(data)
        self._sizes[name] = size = self._sizes.get(name, 0) + len(data)
        if size >= FRAME:
            self._write(name)

    def lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Append lines to a piece."""
        self.add(name, b"")
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size >= FRAME:
                self.add(name, b"\n".join(held) + b"\n")
                held, size = [], 0
        if held:
            self.add(name, b"\n".join(held) + b"\n")

    def chunk(self, name: str, data: bytes) -> None:
        """Append bytes to a piece so that they can be read by themselves (`Pack.chunks`)."""
        self.add(name, len(data).to_bytes(_LENGTH, "little"))
        self.add(name, data)

    def _write(self, name: str) -> None:
        data = b"".join(self._held.pop(name))
        self._sizes[name] = 0
        codec, packed = _compressed(data)
        self._file.write(packed)
        self._frames.setdefault(name, []).append((self._at, len(packed), len(data), codec, zlib.crc32(packed)))
        self._at += len(packed)

    def close(self, about: Mapping[str, Any]) -> None:
        """Write what is left and the index; the file stays open."""
        for name in [*self._held]:
            self._write(name)
        index = zlib.compress(orjson.dumps({"about": about, "pieces": self._frames}), 1)
        self._file.write(index + len(index).to_bytes(8, "big") + MAGIC)


def _compressed(data: bytes) -> tuple[int, bytes]:
    if len(data) < _SMALL:
        return _ZLIB, zlib.compress(data, 1)
    import pyarrow as pa

    # What a pack saves by LZ4 is two thirds of what it would by Zstandard, for half the time
    return _LZ4, pa.Codec("lz4_raw").compress(data, asbytes=True)


class Pack:
    """A finished pack. ``whole`` reads the file at once, for those who want most of it. Raises NoPack, OSError."""

    def __init__(self, path: str, whole: bool = False) -> None:
        self._path = path
        self._data = storage.read_bytes(path) if whole else b""
        tail = self._data or storage.read_bytes(path, -_TAIL)
        if len(tail) < 16 or tail[-8:] != MAGIC:
            raise NoPack(f"{path} has no end")
        length = int.from_bytes(tail[-16:-8], "big") + 16
        if length > len(tail):
            tail = storage.read_bytes(path, -length)
        try:
            index = orjson.loads(zlib.decompress(tail[-length:-16]))
        except (zlib.error, ValueError) as e:
            raise NoPack(f"{path} has no index") from e
        self.about: dict[str, Any] = index["about"]
        self._frames: dict[str, list[tuple[int, int, int, int, int]]] = index["pieces"]

    def __contains__(self, name: str) -> bool:
        return name in self._frames

    def size(self, name: str) -> int:
        """Bytes of a piece; 0 when it is not there."""
        return sum(frame[2] for frame in self._frames.get(name, ()))

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a piece, some at a time; none when it is not there. Raises Damaged."""
        for begin, packed, size, codec, check in self._frames.get(name, ()):
            end = begin + packed
            data = self._data[begin:end] if self._data else storage.read_bytes(self._path, begin, end)
            if zlib.crc32(data) != check:
                raise Damaged(f"{self._path} is damaged; remove it and run again")
            yield _decompressed(data, size, codec)

    def check(self) -> None:
        """Read everything; raises Damaged."""
        for name in self._frames:
            for _ in self.read(name):
                pass

    def chunks(self, name: str) -> Iterator[bytes]:
        """The chunks of a piece, one after the other. Raises Damaged."""
        rest = b""
        for data in self.read(name):
            rest += data
            at, end = 0, _LENGTH + int.from_bytes(rest[:_LENGTH], "little")
            while at + _LENGTH <= len(rest) and end <= len(rest):
                yield rest[at + _LENGTH : end]
                at, end = end, end + _LENGTH + int.from_bytes(rest[end : end + _LENGTH], "little")
            rest = rest[at:]
        if rest:
            raise Damaged(f"{self._path} is damaged; remove it and run again")

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a piece, without their ends."""
        rest = b""
        for data in self.read(name):
            *lines, rest = (rest + data).split(b"\n")
            yield from lines
        if rest:
            yield rest


def _decompressed(data: bytes, size: int, codec: int) -> bytes:
    if codec == _ZLIB:
        return zlib.decompress(data)
    import pyarrow as pa

    found: bytes = pa.Codec("lz4_raw").decompress(data, size, asbytes=True)
    return found
