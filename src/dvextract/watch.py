"""How long a page may take, and where the work is, for whoever watches a worker from outside.

Two limits. The soft one is an alarm that raises `Overrun` where the page is worked on; Python code and both regular
expression engines can be interrupted so. Code that cannot (a C library that does not return) is left to the hard one:
a worker writes on its *board* until when it must have said something again, and the parent, which shares the memory,
ends a worker that is late. The board also says which page is worked on, so that whoever finds a dead worker knows.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import dataclass

TIMEOUT, CRASH, MEMORY, CHANGED = "timeout", "crash", "out-of-memory", "changed"
"""Error codes of pages that were not at fault in what they say, but in what became of them."""
READING, WORKING = 1, 2
_DEADLINE, _PAGE, _PHASE, _STAGE = range(4)
CELLS = 4
"""Numbers on a board."""
GRACE = 10.0
"""Seconds that code which cannot be interrupted gets beyond the limit; no more than the limit itself."""
_INSIST = 1.0


class Overrun(BaseException):
    """Work took longer than its limit; no Exception, lest a stage take it for a fault of its own and go on."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended, and what stood on its board: the page's number in the shard (-1: none), phase and stage."""

    cause: str
    detail: str
    page: int = -1
    phase: int = 0
    stage: int = 0


class _Here:
    """What this process knows of its own work."""

    board: MutableSequence[float]
    condemned: Death | None = None


_Here.board = [0.0, -1.0, 0.0, 0.0]


def share(board: MutableSequence[float]) -> None:
    """From now on write on a board that somebody else sees."""
    _Here.board = board


def at(page: int, phase: int) -> None:
    """Say which page is worked on, and whether it is being read."""
    _Here.board[_PAGE], _Here.board[_PHASE], _Here.board[_STAGE] = page, phase, 0


def at_stage(number: int) -> None:
    """Say which stage, from 1, works on it."""
    _Here.board[_STAGE] = number


def place() -> int:
    """The number of the page that is worked on."""
    return int(_Here.board[_PAGE])


def clear(board: MutableSequence[float]) -> None:
    """Make a board say nothing."""
    for cell in range(CELLS):
        board[cell] = 0.0
    board[_PAGE] = -1.0


def is_late(board: MutableSequence[float]) -> bool:
    """Whether who writes on this board should have been heard of."""
    return 0 < board[_DEADLINE] < time.monotonic()


def death(board: MutableSequence[float], cause: str, detail: str) -> Death:
    """The death of who wrote on this board."""
    return Death(cause, detail, int(board[_PAGE]), int(board[_PHASE]), int(board[_STAGE]))


def condemn(found: Death | None) -> None:
    """Say that the page to be read next has ended workers, and how; it will not be read."""
    _Here.condemned = found


def condemned() -> Death | None:
    """How workers ended that read the page we are about to read, if they did."""
    return _Here.condemned


def message(cause: str, detail: str = "") -> str:
    """What is wrong and what to do, for the table `rejects`."""
    what, to_do = {
        TIMEOUT: ("it takes longer than a page may", "give it more with --page-timeout, or leave it out"),
        MEMORY: ("there was not enough memory for it", "run with fewer --workers, or leave it out"),
        CHANGED: ("the file changed or went away while it was read", "run again when nobody writes it"),
    }.get(cause, ("it ends the process that works on it", "please report the page, and leave it out"))
    return f"{what}{f' ({detail})' if detail else ''}; {to_do}"


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Overrun in the block when it takes longer; 0 is no limit.

    Only the main thread of a process can be interrupted; in others there is the hard limit only, in a watched worker.
    """
    if seconds <= 0:
        yield
        return
    _Here.board[_DEADLINE] = time.monotonic() + seconds + min(GRACE, seconds)
    try:
        if threading.current_thread() is threading.main_thread():
            with _alarm(seconds):
                yield
        else:
            yield
    finally:
        _Here.board[_DEADLINE] = 0.0


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    armed = True
    left = again = 0.0

    def ring(*_: object) -> None:
        if armed:
            raise Overrun

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # An exception may get lost in a callback of C code: the alarm rings again until somebody wakes up.
        left, again = signal.setitimer(signal.ITIMER_REAL, seconds, _INSIST)
        try:
            yield
        finally:
            armed = False
            signal.setitimer(signal.ITIMER_REAL, left, again)
    finally:  # once more: it may have rung in the lines above
        armed = False
        signal.setitimer(signal.ITIMER_REAL, left, again)
        signal.signal(signal.SIGALRM, before)
