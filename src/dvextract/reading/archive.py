"""Members of a ZIP: which there are, with bounds, and their bytes. Nothing is ever unpacked to disk."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dvextract.reading.decoding import UnreadableText

MOST = 200_000
"""Members of the largest ZIP that is read."""
_FREE = 1 << 24
_RATIO = 250

DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
    OverflowError, IndexError, struct.error, OSError,
)  # fmt: skip
"""What zipfile and the decompressors raise for archives that are broken, encrypted or packed by unknown methods."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP. ``problem`` says why it is not read; ``seal`` changes when its content does."""

    number: int
    name: str
    size: int
    seal: str
    problem: UnreadableText | None = None


def opened(raw: BinaryIO) -> zipfile.ZipFile:
    """A ZIP; raises UnreadableText."""
    try:
        return zipfile.ZipFile(raw)
    except DAMAGED as e:
        raise UnreadableText("damaged", f"the ZIP cannot be opened: {e}; fetch or pack it again") from e


def members(archive: zipfile.ZipFile) -> Iterator[Member]:
    """The files of a ZIP in the order of its directory, hidden ones left out; raises UnreadableText for a bomb."""
    listed = archive.infolist()
    if len(listed) > MOST:
        raise UnreadableText("bomb", f"holds more than {MOST:,} members; split it")
    packed = sum(i.compress_size for i in listed)
    if archive.fp is not None and packed > archive.fp.seek(0, 2):
        raise UnreadableText("bomb", "its members share their bytes, which no honest ZIP's do; leave it out")
    seen: set[str] = set()
    for number, info in enumerate(listed):
        parts = info.filename.split("/")
        if info.filename.endswith("/") or parts[0] == "__MACOSX" or (parts[-1].startswith(".") and parts[-1] != ".."):
            continue
        seal = f"{info.CRC:08x}-{info.file_size}"
        yield Member(number, info.filename, info.compress_size, seal, _problem(info, parts, seen))
        seen.add(info.filename)


def _problem(info: zipfile.ZipInfo, parts: list[str], seen: set[str]) -> UnreadableText | None:
    if (
        ".." in parts
        or info.filename.startswith("/")
        or "\\" in info.filename
        or ":" in parts[0]
        or "\x00" in info.filename
    ):
        return UnreadableText("bad-name", "its name leads out of the archive; rename it")
    if not info.filename:
        return UnreadableText("bad-name", "it has no name; rename it")
    if info.filename in seen:
        return UnreadableText("duplicate-id", "the archive has a file of this name already; rename it")
    if info.flag_bits & 1:
        return UnreadableText("encrypted", "it needs a password; pack it without one")
    if info.file_size > _FREE and info.file_size > _RATIO * max(1, info.compress_size):
        return UnreadableText("bomb", f"expands to more than {_RATIO} times its size; no pages do, leave it out")
    return None


def member(archive: zipfile.ZipFile, number: int) -> BinaryIO:
    """The bytes of a member; raises UnreadableText."""
    try:
        return archive.open(archive.infolist()[number])  # type: ignore[return-value]
    except DAMAGED as e:
        raise UnreadableText("damaged", f"the archive is damaged here: {e}; pack it again") from e
