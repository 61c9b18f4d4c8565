"""A run: list inputs, plan shards, work on the missing ones, join them in order, say what was done.

The tables are a function of inputs and pipeline only. ``run.json`` adds what may differ: seconds, workers, versions.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from dvextract.errors import DvextractError, UsageError
from dvextract.reading.decoding import check_encoding
from dvextract.reading.inputs import Columns, Reject, clashes, list_sources
from dvextract.running.shards import Shard, plan
from dvextract.running.work import Job, Tally, finished, learnt, part_folder, pipeline_of, settings, work
from dvextract.tables.package import datapackage
from dvextract.tables.schema import TABLES
from dvextract.tables.write import FORMATS, RECORDS, PartWriter, check_formats, check_tables, merge, write_json

WORK = ".dvextract"
LOCK = "lock"
REPORT = "run.json"
PACKAGE = "datapackage.json"
LIBRARIES = ("underthesea", "underthesea_core", "numpy", "regex", "orjson", "pandas", "pyarrow")

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, at the beginning and after every shard."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did. ``seconds`` is wall time; ``up_to_date`` means there was nothing to do."""

    out: Path
    pages: int
    characters: int
    rejects: int
    mentions: Mapping[str, int]
    seconds: float
    resumed: int = 0
    up_to_date: bool = False


def run(
    inputs: Sequence[str | Path] | str | Path,
    out: str | Path = "data/out",
    *,
    pipeline: str = "default",
    options: Mapping[str, Mapping[str, Any]] | None = None,
    formats: Sequence[str] = ("csv", "jsonl"),
    tables: Sequence[str] = (),
    workers: int = 1,
    limit: int = 0,
    force: bool = False,
    text_column: str = "text",
    id_column: str = "",
    title_column: str = "",
    date_column: str = "",
    author_column: str = "",
    outlet_column: str = "",
    encoding: str = "",
    site_furniture: bool = False,
    progress: Progress | None = None,
) -> RunSummary:
    """Extract tables from pages into the folder ``out``.

    ``inputs``: files, folders, globs or ``-``. ``tables``: names to write, all when empty. ``limit``: the first pages
    only, 0 for all. ``force``: start anew although a finished or interrupted run is there. The columns are those of
    `reading.inputs.Columns`; ``encoding`` overrides what is decided about text and HTML.
    ``site_furniture``: read all pages once before, and take lines on many pages of one site for furniture.

    Raises UsageError for arguments that cannot be used; a page that cannot be read is a row of `rejects`, never an
    error.
    """
    begin = time.perf_counter()
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    if workers < 1:
        raise UsageError("--workers must be at least 1")
    if limit < 0:
        raise UsageError("--limit must not be negative")
    folder = Path(out)
    listed, refused = list_sources(given, folder)
    sources, doubled = clashes(listed)
    refused += doubled
    columns = Columns(
        text_column, id_column, title_column, date_column, author_column, outlet_column, check_encoding(encoding)
    )
    written = check_formats(formats)
    job = Job(
        pipeline,
        json.dumps(options or {}, sort_keys=True),
        columns,
        written,
        check_tables(tables, written),
        str(folder / WORK),
    )
    if options or Path(pipeline).exists():  # the files they name may have changed since this process read them
        pipeline_of.cache_clear()
    pipeline_of(job.pipeline, job.options)  # what is wrong with it is said before anything is written
    shards = plan(sources, limit, columns)
    with _claimed(folder):
        if site_furniture:
            job = learnt(job, shards)
        configuration = json.dumps({"version": metadata.version("dvextract"), **settings(job)}, sort_keys=True)
        keys = [s.key(configuration) for s in shards]
        run_key = sha256("\n".join([configuration, *keys, *(str(r) for r in refused)]).encode()).hexdigest()
        before = None if force else _finished_run(folder, run_key)
        if before is not None:
            tally = Tally(before["pages"], before["characters"], before["rejects"])
            return RunSummary(
                folder, tally.pages, tally.characters, tally.rejects, before["mentions"], _since(begin), 0, True
            )
        if force:
            _forget(folder)
        total, resumed = _work_all(job, shards, keys, workers, progress)
        parts = [part_folder(job.folder, s) for s in shards]
        parts.append(_refused_part(job, refused))
        total.rejects += len(refused)
        (folder / REPORT).unlink(missing_ok=True)
        merge(parts, folder, job.formats, job.tables, Path(job.folder))
        if "csv" in job.formats:
            write_json(folder / PACKAGE, datapackage(job.tables, metadata.version("dvextract")))
        _drop_stale_tables(folder, job)
        summary = RunSummary(
            folder,
            total.pages,
            total.characters,
            total.rejects,
            dict(sorted(total.mentions.items())),
            _since(begin),
            resumed,
        )
        write_json(folder / REPORT, _report(summary, job, run_key, len(shards), workers, given))
        shutil.rmtree(folder / WORK, ignore_errors=True)
    return summary


def _since(begin: float) -> float:
    return round(time.perf_counter() - begin, 3)


def _work_all(
    job: Job, shards: Sequence[Shard], keys: Sequence[str], workers: int, progress: Progress | None
) -> tuple[Tally, int]:
    """Work on every shard that is not complete; returns the sum of all tallies and how many were complete before."""
    total, resumed, done = Tally(), 0, 0
    size = sum(s.size for s in shards)
    missing: list[int] = []
    for i, (shard, key) in enumerate(zip(shards, keys, strict=True)):
        before = finished(job.folder, shard, key)
        if before is None:
            missing.append(i)
        else:
            total.add(before)
            resumed += 1
            done += shard.size
    if progress:
        progress(done, size)
    for i, tally in _results(job, shards, keys, missing, workers):
        total.add(tally)
        done += shards[i].size
        if progress:
            progress(done, size)
    return total, resumed


def _results(
    job: Job, shards: Sequence[Shard], keys: Sequence[str], missing: Sequence[int], workers: int
) -> Iterator[tuple[int, Tally]]:
    if workers == 1 or len(missing) < 2:  # a process costs seconds to start
        for i in missing:
            yield i, work(job, shards[i], keys[i])
        return
    pool = ProcessPoolExecutor(min(workers, len(missing)), mp_context=get_context("spawn"), initializer=_follow_parent)
    try:
        waiting: dict[Future[Tally], int] = {}
        queue = iter(missing)
        for i in queue:
            with _interrupts_held():
                waiting[pool.submit(work, job, shards[i], keys[i])] = i
            if len(waiting) < 2 * workers:
                continue
            yield from _ready(waiting)
        while waiting:
            yield from _ready(waiting)
    except BrokenProcessPool as e:
        raise DvextractError("a worker process was killed (out of memory?); run again to go on where it stopped") from e
    finally:
        pool.shutdown(cancel_futures=True)


def _ready(waiting: dict[Future[Tally], int]) -> Iterator[tuple[int, Tally]]:
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


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Make sure the folder is ours to write into, and nobody else's while we do."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; give a folder with --out")
    try:
        there = {p.name for p in folder.iterdir()} if folder.exists() else set()
        if there - {".gitkeep"} and WORK not in there and _report_in(folder) is None:
            raise UsageError(f"{folder} is not empty and not a dvextract output; give another folder with --out")
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        lock = (folder / WORK / LOCK).open("w")
    except OSError as e:
        raise UsageError(f"cannot write to {folder}: {e.strerror or e}") from e
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            raise UsageError(f"another run is writing to {folder}; wait for it or give another folder") from e
        if os.fstat(lock.fileno()).st_nlink == 0:  # it ended, and took the lock with it, between our open and lock
            raise UsageError(f"another run has just ended in {folder}; run the same command again")
        yield


def _forget(folder: Path) -> None:
    """Remove what an interrupted run left, but not the lock we hold."""
    for path in (folder / WORK).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def _report_in(folder: Path) -> dict[str, Any] | None:
    """What a run of ours says in this folder of itself; None when there was none."""
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) and {"dvextract", "key", "files"} <= report.keys() else None


def _finished_run(folder: Path, key: str) -> dict[str, Any] | None:
    report = _report_in(folder)
    if report is None or report["key"] != key or not all((folder / name).is_file() for name in report["files"]):
        return None
    shutil.rmtree(folder / WORK, ignore_errors=True)
    return report


def _drop_stale_tables(folder: Path, job: Job) -> None:
    """An earlier run's tables may be of other kinds; of our names only this run's may be left."""
    for name in _files((*(t.name for t in TABLES), RECORDS), FORMATS) - _files(job.tables, job.formats):
        (folder / name).unlink(missing_ok=True)


def _files(tables: Sequence[str], formats: Sequence[str]) -> set[str]:
    """Names of the files that these tables in these formats are, with their description."""
    named = {f"{table}.{suffix}" for table in tables if table != RECORDS for suffix in formats}
    named |= {f"{RECORDS}.jsonl"} if RECORDS in tables and "jsonl" in formats else set()
    return named | ({PACKAGE} if "csv" in formats else set())


def _refused_part(job: Job, refused: Sequence[Reject]) -> Path:
    folder = Path(job.folder) / "refused"
    with PartWriter(folder, job.formats, job.tables) as writer:
        writer.write([], [r.row for r in refused])
    return folder


def _report(
    summary: RunSummary, job: Job, key: str, shards: int, workers: int, given: Sequence[str | Path]
) -> dict[str, Any]:
    return {
        "dvextract": metadata.version("dvextract"),
        "key": key,
        **{k: v for k, v in settings(job).items() if k != "columns"},
        "pipeline_name": job.pipeline,
        "inputs": [str(p).encode("utf-8", "backslashreplace").decode() for p in given],
        "pages": summary.pages,
        "characters": summary.characters,
        "rejects": summary.rejects,
        "mentions": dict(summary.mentions),
        "files": sorted(_files(job.tables, job.formats)),
        "shards": shards,
        "resumed_shards": summary.resumed,
        "workers": workers,
        "seconds": summary.seconds,
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }
