"""Who does the work: this process, a pool of processes on this machine, or the workers of a Dask cluster.

An engine takes a function and the arguments of many calls and gives back results as they come, with the number of the
call. Every call leaves files behind whose names and bytes depend on its arguments only, so a call that is done twice,
because a worker was lost, does no harm.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import Any, Protocol, cast

from dvextract import watch
from dvextract.errors import DvextractError, UsageError
from dvextract.watch import Death

LOCAL, DASK = "local", "dask"

Again = Callable[[tuple[Any, ...], Sequence[Death]], tuple[Any, ...] | None]
"""Given the arguments of a call and how its workers died: the arguments to make it with again, None to give up."""


class Engine(Protocol):
    """Does calls; ``workers`` is how many at once."""

    workers: int

    def prepare(self, calls: int, call: Callable[..., Any], *given: Any) -> None:
        """Let the workers that about so many calls will need begin with what each has to do first; do not wait."""

    def prepared(self) -> Any:
        """What the first worker gives back that is ready with it; None where no worker was to prepare, or none could.

        Every worker does the same, and so gives the same back.
        """
        ...

    def run(
        self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], again: Again | None = None
    ) -> Iterator[tuple[int, Any]]:
        """The number and result of every call, in whatever order they are done.

        ``again`` decides about calls whose worker died, where the engine can tell; without it they are made once more.
        """
        ...

    def close(self) -> None:
        """Let go of the workers."""


def engine_of(name: str, workers: int, scheduler: str = "") -> Engine:
    """The engine of this name; raises UsageError for one that cannot be used."""
    if name == LOCAL:
        if scheduler:
            raise UsageError("--scheduler is for --engine dask")
        return Pool(workers) if workers > 1 else Here()
    if name == DASK:
        return Dask(scheduler)
    raise UsageError(f"no engine '{name}'; there are: {LOCAL}, {DASK}")


class Here:
    """This process."""

    workers = 1

    def prepare(self, calls: int, call: Callable[..., Any], *given: Any) -> None:
        """Nothing: what a call needs it does."""

    def prepared(self) -> None:
        """Nothing."""

    def run(
        self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], again: Again | None = None
    ) -> Iterator[tuple[int, Any]]:
        """One after the other, in order."""
        for number, given in enumerate(arguments):
            yield number, call(*given)

    def close(self) -> None:
        """Nothing to let go of."""


class Pool:
    """Processes on this machine; started with the first work that is more than one call, or with any if ``always``.

    The parent knows what each of them does. One that ends, or says nothing for longer than it promised, is replaced
    and its call is made again; the others are not disturbed.
    """

    def __init__(self, workers: int, always: bool = False) -> None:
        self.workers = workers
        self._always = always
        self._members: list[_Worker] = []

    def prepare(self, calls: int, call: Callable[..., Any], *given: Any) -> None:
        """Start the processes if there is work for more than one, so that they load while the parent plans."""
        if calls > 1:
            self._start(calls)
            for member in self._members:
                member.give(_PREPARING, call, given)

    def prepared(self) -> Any:
        """Wait for the first of the processes; None also when all of them ended instead."""
        while any(not member.is_free for member in self._members):
            for _, result in self._answers():
                if not isinstance(result, Death):
                    return result
        return None

    def _start(self, calls: int) -> None:
        while len(self._members) < min(self.workers, calls):
            self._members.append(_Worker())

    def run(
        self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], again: Again | None = None
    ) -> Iterator[tuple[int, Any]]:
        """In the pool; a single call is done here, since a process costs seconds to start."""
        given = list(arguments)
        if len(given) < 2 and not self._always:
            yield from Here().run(call, given)
            return
        self._start(len(given))
        waiting = deque(enumerate(given))
        deaths: dict[int, list[Death]] = {}
        left = len(given)
        try:
            while left:
                for member in self._members:
                    if waiting and member.is_free:
                        number, some = waiting.popleft()
                        member.give(number, call, some)
                for number, result in self._answers():
                    if number == _PREPARING:
                        continue
                    if not isinstance(result, Death):
                        left -= 1
                        yield number, result
                        continue
                    deaths.setdefault(number, []).append(result)
                    if (other := (again or _once)(given[number], deaths[number])) is None:
                        raise DvextractError(
                            f"worker processes ended again and again ({result.detail}; out of memory?); "
                            "run again to go on where it stopped"
                        )
                    waiting.appendleft((number, other))
        finally:
            if left:  # what they are still doing nobody will ask for
                self.close()

    def _answers(self) -> list[tuple[int, Any]]:
        """What the workers say, at least one of them; a Death for one that ended."""
        while True:
            busy = {member.line: member for member in self._members if not member.is_free}
            found = []
            for line in connection.wait([*busy], _GLANCE):
                member = busy[cast("connection.Connection[Any, Any]", line)]
                number = member.number
                answer = member.answer()
                if isinstance(answer, Death):
                    self._members[self._members.index(member)] = _Worker()
                found.append((number, answer))
            if found:
                return found
            for member in busy.values():
                if watch.is_late(member.board):
                    member.end(late=True)

    def close(self) -> None:
        """End the processes."""
        for member in self._members:
            member.end()
        self._members = []


_PREPARING = -1
_GLANCE = 0.5  # seconds between looks at who is late


class _Worker:
    """One process of a pool, as its parent sees it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.board: Any = context.RawArray("d", watch.CELLS)
        self.line, theirs = context.Pipe()
        self.number = _PREPARING
        self.is_free = True
        self._late = False
        self._process = context.Process(target=_serve, args=(theirs, self.board))
        with _interrupts_held():
            self._process.start()
        theirs.close()

    def give(self, number: int, call: Callable[..., Any], given: tuple[Any, ...]) -> None:
        """Let it do a call; how one ended that is no more, `answer` tells."""
        watch.clear(self.board)
        self.number, self.is_free = number, False
        with suppress(OSError):
            self.line.send((call, given))

    def answer(self) -> Any:
        """The result of its call, or its Death; raises what the call raised."""
        try:
            good, result = self.line.recv()
        except (OSError, EOFError):
            return self._death()
        self.is_free = True
        if not good:
            raise result
        return result

    def _death(self) -> Death:
        self._process.join()
        self.line.close()
        code = self._process.exitcode or 0
        detail = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        if self._late:
            return watch.death(self.board, watch.TIMEOUT, "it did not answer")
        cause = watch.MEMORY if code == -signal.SIGKILL else watch.CRASH
        return watch.death(self.board, cause, detail)

    def end(self, late: bool = False) -> None:
        """End the process, whatever it does; ``late``: it is the page's fault, and `answer` will say so."""
        self._late = late
        self._process.kill()
        if not late:
            self._process.join()
            self.line.close()


def _once(given: tuple[Any, ...], deaths: Sequence[Death]) -> tuple[Any, ...] | None:
    """A call is made once more when its worker died, since that may have been no fault of the call."""
    return given if len(deaths) < 2 else None


def _serve(line: connection.Connection[Any, Any], board: Any) -> None:
    """In a worker: do the calls that come over the line."""
    _follow_parent()
    watch.share(board)
    while True:
        try:
            call, given = line.recv()
        except EOFError:
            return
        try:
            answer: tuple[bool, Any] = (True, call(*given))
        except Exception as e:
            e.add_note(traceback.format_exc())
            answer = (False, _sendable(e))
        line.send(answer)


def _sendable(e: Exception) -> Exception:
    """The error, or one that says the same where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(e))
    except Exception:  # whatever constructors raise that are called with other arguments
        return DvextractError(f"{type(e).__name__}: {e}")
    return e


class Dask:
    """The workers of a Dask cluster, which must see the same files and have dvextract installed."""

    def __init__(self, scheduler: str) -> None:
        if not scheduler:
            raise UsageError("--engine dask needs --scheduler, like tcp://host:8786")
        try:
            distributed = import_module("distributed")
        except ImportError as e:
            raise UsageError("--engine dask needs the extra 'cluster': pip install 'dvextract[cluster]'") from e
        try:
            self._client = distributed.Client(scheduler, timeout="30s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as e:
            raise UsageError(f"no Dask scheduler answers at {scheduler}: {e}") from e
        self._executor: Executor = self._client.get_executor(pure=False)
        self.workers = max(1, len(self._client.nthreads()))

    def prepare(self, calls: int, call: Callable[..., Any], *given: Any) -> None:
        """Nothing: the workers are there already."""

    def prepared(self) -> None:
        """Nothing."""

    def run(
        self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], again: Again | None = None
    ) -> Iterator[tuple[int, Any]]:
        """On the cluster; the scheduler gives the calls of a lost worker to another."""
        try:
            yield from _done(self._executor, call, arguments, 1000)
        except Exception as e:
            if type(e).__name__ != "KilledWorker":
                raise
            raise DvextractError(f"workers of the cluster were lost again and again: {e}; run again to go on") from e

    def close(self) -> None:
        """Leave the cluster; it goes on."""
        self._client.close()


def _done(
    executor: Executor, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], ahead: int
) -> Iterator[tuple[int, Any]]:
    """Results as they come; at most ``ahead`` calls are handed over at a time."""
    waiting: dict[Future[Any], int] = {}
    try:
        for number, given in enumerate(arguments):
            with _interrupts_held():
                waiting[executor.submit(call, *given)] = number
            if len(waiting) >= ahead:
                yield from _ready(waiting)
        while waiting:
            yield from _ready(waiting)
    finally:
        for future in waiting:
            future.cancel()


def _ready(waiting: dict[Future[Any], int]) -> Iterator[tuple[int, Any]]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        yield waiting.pop(future), future.result()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let a process that is started here be born deaf to interrupts, until it can end on one without a traceback."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_parent() -> None:
    """In a worker: end at once when interrupted, and when the parent has been killed; half a shard is no loss."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":  # also when C code that does not return lets no thread of ours look
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_end_with_parent, daemon=True).start()


_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)
