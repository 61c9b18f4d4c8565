"""Sorting more lines than memory holds: sorted runs in files, merged.

Lines are bytes without a line break and are ordered as bytes. Files are opened some at a time, so that neither memory
nor open files grow with the number of lines.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

MEMORY = 1 << 24
"""Bytes of lines that are held before they are written; a step of the join sorts up to eight things at once."""
FILES = 64
"""Files that are merged at once."""


class Spill:
    """Takes lines in any order and gives them back sorted; ``folder`` holds what memory does not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[Path] = []

    def add(self, line: bytes) -> None:
        """Take one line."""
        self._held.append(line)
        self._size += len(line) + _LINE
        if self._size >= MEMORY:
            self._held.sort()
            self._folder.mkdir(parents=True, exist_ok=True)
            self._runs.append(_written(self._held, self._folder / f"run-{len(self._runs)}"))
            self._held, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        self._held.sort()
        if not self._runs:
            return iter(self._held)
        return iter(heapq.merge(_merged([*self._runs], self._folder / "merge"), self._held))


_LINE = 41  # what Python needs for a line of bytes beside its bytes: object and place in the list


def _merged(files: Sequence[Path], folder: Path) -> Iterator[bytes]:
    """The lines of sorted files, sorted; ``folder`` is for results between when there are more than may be open."""
    if len(files) <= FILES:
        with ExitStack() as stack:
            yield from heapq.merge(*(_lines(stack, path) for path in files))
        return
    folder.mkdir(parents=True, exist_ok=True)
    between = []
    for begin in range(0, len(files), FILES):
        with ExitStack() as stack:
            some = [_lines(stack, path) for path in files[begin : begin + FILES]]
            between.append(_written(heapq.merge(*some), folder / f"{begin}"))
    yield from _merged(between, folder / "again")


def _lines(stack: ExitStack, path: Path) -> Iterator[bytes]:
    file = stack.enter_context(path.open("rb"))
    for line in file:
        yield line[:-1]


def _written(lines: Iterable[bytes], path: Path) -> Path:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)
    return path
