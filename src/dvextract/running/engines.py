"""Who does the work: this process, a pool of processes on this machine, or the workers of a Dask cluster.

An engine takes a function and the arguments of many calls and gives back results as they come, with the number of the
call. Every call leaves files behind whose names and bytes depend on its arguments only, so a call that is done twice,
because a worker was lost, does no harm.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, Protocol

from dvextract.errors import DvextractError, UsageError

LOCAL, DASK = "local", "dask"


class Engine(Protocol):
    """Does calls; ``workers`` is how many at once."""

    workers: int

    def prepare(self, calls: int, call: Callable[..., Any], *given: Any) -> None:
        """Let the workers that about so many calls will need begin with what each has to do first; do not wait."""

    def run(self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """The number and result of every call, in whatever order they are done."""
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

    def run(self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """One after the other, in order."""
        for number, given in enumerate(arguments):
            yield number, call(*given)

    def close(self) -> None:
        """Nothing to let go of."""


class Pool:
    """Processes on this machine; started with the first work that is more than one call."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def prepare(self, calls: int, call: Callable[..., Any], *given: Any) -> None:
        """Start the processes if there is work for more than one, so that they load while the parent plans."""
        if calls > 1:
            pool = self._started(calls)
            with _interrupts_held():
                for _ in range(min(self.workers, calls)):
                    pool.submit(call, *given)

    def _started(self, calls: int) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                min(self.workers, calls), mp_context=get_context("spawn"), initializer=_follow_parent
            )
        return self._pool

    def run(self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """In the pool; a single call is done here, since a process costs seconds to start."""
        given = list(arguments)
        if len(given) < 2:
            yield from Here().run(call, given)
            return
        try:
            yield from _done(self._started(len(given)), call, given, 2 * self.workers)
        except BrokenProcessPool as e:
            raise DvextractError(
                "a worker process was killed (out of memory?); run again to go on where it stopped"
            ) from e

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


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

    def run(self, call: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
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
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)
