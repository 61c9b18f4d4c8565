"""Files and folders that appear complete or not at all, and file names from identifiers of pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import regex

from dvextract.errors import UsageError

_UNSAFE = regex.compile(r'[\p{C}<>:"|?*\\]+')
_LONGEST = 120


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder to write to, renamed over ``path`` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A temporary folder to fill, renamed to ``path`` when the block ends without an error.

    Raises UsageError when ``path`` holds something: what people have corrected there is not overwritten.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path} is there already; remove it or name another folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        if path.exists():
            path.rmdir()
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class FileNames:
    """A relative file name for every page: its identifier, without what a file system or a shell would obey."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, doc_id: str) -> str:
        """A name that no other page got, in folders as the identifier has them.

        >>> names = FileNames()
        >>> names.of("son-la/so-ket"), names.of("../../etc/x"), names.of("SON-LA/so-ket")
        ('son-la/so-ket', 'etc/x', 'SON-LA/so-ket~2')
        """
        parts = [_UNSAFE.sub("_", part).strip(". ")[:_LONGEST] for part in doc_id.split("/")]
        plain = "/".join(part for part in parts if part) or "page"
        name, number = plain, 1
        while name.casefold() in self._taken:  # file systems may not tell cases apart
            number += 1
            name = f"{plain}~{number}"
        self._taken.add(name.casefold())
        return name
