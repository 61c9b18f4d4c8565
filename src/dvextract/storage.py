"""Files here and elsewhere by one set of functions: a path of this machine, or any URL that fsspec knows.

A file is there whole or not at all: here it gets its name when it is complete, an object store shows an object when it
is closed. Names are strings; ``join`` puts them together. Other places than this machine need the extra 'cluster', and
the package of their kind (``s3`` the extra 's3', ``gs`` the extra 'gcs').
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast
from weakref import WeakKeyDictionary

from dvextract.errors import UsageError

_WITHOUT_FOLDERS = frozenset(("s3", "gs", "abfs", "az", "oss"))  # object stores: nothing to make beforehand
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"}


def is_url(name: str | Path) -> bool:
    """Whether this is a place for fsspec; ``file://`` is one too, a Path never is."""
    return isinstance(name, str) and ("://" in name or "::" in name)


def _elsewhere(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it."""
    try:
        url_to_fs = import_module("fsspec.core").url_to_fs
    except ImportError as e:
        raise UsageError(f"{url} needs the extra 'cluster': pip install 'dvextract[cluster]'") from e
    try:
        return cast("tuple[Any, str]", url_to_fs(url))
    except (ImportError, ValueError) as e:
        extra = _EXTRAS.get(url.partition("://")[0])
        way = f"needs the extra '{extra}': pip install 'dvextract[{extra}]'" if extra else f"cannot be used: {e}"
        raise UsageError(f"{url} {way}") from e


def join(folder: str | Path, *names: str) -> str:
    """A name inside a folder."""
    return "/".join((str(folder).rstrip("/") or "/", *names)) if is_url(folder) else str(Path(folder, *names))


def opened(name: str) -> io.BufferedReader:
    """Open for reading bytes, with seek and peek; the caller closes. Raises OSError."""
    if not is_url(name):
        return io.BufferedReader(io.FileIO(name), 1 << 16)
    fs, path = _elsewhere(name)
    return io.BufferedReader(fs.open(path, "rb"), 1 << 20)


def read_bytes(name: str, begin: int = 0, end: int | None = None) -> bytes:
    """The bytes from ``begin`` to ``end``; ``begin`` may be negative, then it counts from the end. Raises OSError."""
    if is_url(name):
        fs, path = _elsewhere(name)
        if begin < 0:
            begin = max(0, fs.info(path)["size"] + begin)
        return cast(bytes, fs.cat_file(path, start=begin or None, end=end))
    with Path(name).open("rb") as file:
        if begin < 0:
            begin = max(0, os.fstat(file.fileno()).st_size + begin)
        file.seek(begin)
        return file.read() if end is None else file.read(end - begin)


@contextmanager
def writing(name: str | Path, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """A file to write into that gets its name when the block ends, and none when it fails.

    ``durable``: wait until it would outlast a power cut. Two processes may write one name; the last one stays.
    """
    if is_url(name):
        fs, path = _elsewhere(str(name))
        if _WITHOUT_FOLDERS.isdisjoint([fs.protocol] if isinstance(fs.protocol, str) else fs.protocol):
            fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        file = fs.open(path, "wb", autocommit=False)
        try:
            yield file
            file.close()
        except BaseException:
            with suppress(Exception):  # the first error is the one to tell
                file.close()
                file.discard()
            raise
        file.commit()
        return
    final = Path(name)
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = final.with_name(f".{final.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            if durable and _settled.get(file) != file.tell():
                os.fsync(file.fileno())
        temporary.replace(final)
    finally:
        temporary.unlink(missing_ok=True)


_settled: WeakKeyDictionary[IO[bytes], int] = WeakKeyDictionary()
"""How far files were brought to the disk by `settle`."""
_AT_ONCE = 8


def settle(files: Iterable[IO[bytes]]) -> None:
    """Bring files that are `writing` to the disk side by side: one after the other, each waits for it anew."""
    here = [file for file in files if isinstance(file, io.BufferedWriter)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        _settled.update(zip(here, pool.map(_synced, here), strict=True))


def _synced(file: IO[bytes]) -> int:
    file.flush()
    at = file.tell()
    os.fsync(file.fileno())
    return at


def exists(name: str) -> bool:
    """Whether there is a file or folder of this name."""
    if is_url(name):
        fs, path = _elsewhere(name)
        return bool(fs.exists(path))
    return Path(name).exists()


def names(folder: str) -> list[str]:
    """The names directly inside a folder, sorted; none when there is no folder."""
    if is_url(folder):
        fs, path = _elsewhere(folder)
        fs.invalidate_cache()
        with suppress(FileNotFoundError):
            inside = fs.ls(path, detail=False)
            return sorted(n.rstrip("/").rsplit("/", 1)[1] for n in inside if n.rstrip("/") != path.rstrip("/"))
        return []
    return sorted(p.name for p in Path(folder).iterdir()) if Path(folder).is_dir() else []


def files(folder: str) -> list[tuple[str, str, int]]:
    """URL, name relative to the folder and bytes of every file under a URL that is a folder, or of a file itself."""
    fs, path = _elsewhere(folder)
    root = path.rstrip("/")
    found = fs.find(path, detail=True)
    return sorted((fs.unstrip_protocol(name), _relative(name, root), info["size"]) for name, info in found.items())


def _relative(name: str, root: str) -> str:
    return name[len(root) :].lstrip("/") if name != root else name.rsplit("/", 1)[-1]


def remove(name: str) -> None:
    """Remove a file, or a folder with what is in it; nothing when it is not there."""
    if is_url(name):
        fs, path = _elsewhere(name)
        with suppress(FileNotFoundError):
            fs.rm(path, recursive=True)
    elif Path(name).is_dir():
        shutil.rmtree(name, ignore_errors=True)
    else:
        Path(name).unlink(missing_ok=True)
