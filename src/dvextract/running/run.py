"""A run: list inputs, plan shards, work on the missing ones, join them in order, say what was done.

The tables are a function of inputs and pipeline only. ``run.json`` adds what may differ: seconds, workers, versions.
Finished parts stay in the folder ``.dvextract`` of the output, so that the next run works on what has changed only.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from dvextract import storage
from dvextract.errors import DvextractError, UsageError
from dvextract.reading.decoding import check_encoding
from dvextract.reading.inputs import Columns, Reject, Source, clashes, list_sources
from dvextract.running.changes import inputs_changed, settings_changed
from dvextract.running.engines import LOCAL, Dask, Engine, Here, Pool, engine_of
from dvextract.running.join import LAYOUTS, SINGLE, join, targets
from dvextract.running.lease import leased
from dvextract.running.shards import BYTES, Shard, plan
from dvextract.running.work import (
    DAMAGED,
    PARTS,
    REPETITION,
    Job,
    Tally,
    contents,
    finished,
    learnt,
    load_in_advance,
    once_more,
    part_path,
    pipeline_of,
    settings,
    stages_of,
    total,
    work,
)
from dvextract.tables.pack import Damaged, NoPack, Pack, PackWriter
from dvextract.tables.package import csv_paths, datapackage
from dvextract.tables.schema import TABLES
from dvextract.tables.write import FORMATS, RECORDS, PartWriter, check_formats, check_tables, write_json
from dvextract.watch import CRASH, Death

WORK = ".dvextract"
WORKING = "working.json"
PAGE_TIMEOUT = 60.0
"""Seconds a page may take; one takes some hundredths of a second."""
LOCK = "lock"
SETTINGS = "settings.json"
JOIN = "join"
REPORT = "run.json"
PACKAGE = "datapackage.json"
LIBRARIES = ("underthesea", "underthesea_core", "numpy", "regex", "orjson", "pandas", "pyarrow")

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, at the beginning and after every shard."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did. ``seconds`` is wall time; ``up_to_date`` means there was nothing to do.

    Of ``shards`` shards ``resumed`` were there from before; ``reasons`` say why the others were worked on.
    """

    out: Path | str
    pages: int
    characters: int
    rejects: int
    mentions: Mapping[str, int]
    seconds: float
    resumed: int = 0
    up_to_date: bool = False
    shards: int = 0
    reasons: tuple[str, ...] = ()


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
    keep: bool = True,
    layout: str = SINGLE,
    engine: str = LOCAL,
    scheduler: str = "",
    text_column: str = "text",
    id_column: str = "",
    title_column: str = "",
    date_column: str = "",
    author_column: str = "",
    outlet_column: str = "",
    encoding: str = "",
    site_furniture: bool = False,
    page_timeout: float = PAGE_TIMEOUT,
    progress: Progress | None = None,
) -> RunSummary:
    """Extract tables from pages into the folder ``out``.

    ``inputs``: files, folders, globs or ``-``; they and ``out`` may be URLs that fsspec knows. ``tables``: names to
    write, all when empty. ``limit``: the first pages only, 0 for all. ``force``: start anew although a finished or
    interrupted run is there. ``keep``: keep the finished parts, so that a later run with some pages more or changed
    costs those pages only. ``layout``: 'single' for a file a table, 'sharded' for a folder a table. ``engine``:
    'local', or 'dask' for the cluster at ``scheduler``. The columns are those of `reading.inputs.Columns`;
    ``encoding`` overrides what is decided about text and HTML. ``site_furniture``: read all pages once before, and take
    lines on many pages of one site for furniture; then a page more or changed may cost them all. ``page_timeout``:
    seconds after which a page is given up (0: never); two pages of one batch may need as long each.

    Raises UsageError for arguments that cannot be used, DvextractError when ``out`` cannot be written any more; a page
    that cannot be read or worked on is a row of `rejects`, never an error.
    """
    begin = time.perf_counter()
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    _check_numbers(workers, limit, page_timeout)
    if layout not in LAYOUTS:
        raise UsageError(f"no layout '{layout}'; there are: {', '.join(LAYOUTS)}")
    written = check_formats(formats)
    job = Job(
        pipeline,
        json.dumps(options or {}, sort_keys=True),
        Columns(
            text_column, id_column, title_column, date_column, author_column, outlet_column, check_encoding(encoding)
        ),
        written,
        check_tables(tables, written),
        storage.join(out, WORK),
        page_timeout=float(page_timeout),
    )
    if options or Path(pipeline).exists():  # the files they name may have changed since this process read them
        pipeline_of.cache_clear()
    sources, refused = _listed(given, out)
    workforce = engine_of(engine, workers, scheduler)
    try:
        if force or not storage.exists(storage.join(out, REPORT)):  # else there may be nothing to do
            workforce.prepare(sum(s.size for s in sources) // BYTES, load_in_advance, job)
        # What is wrong with the pipeline is said before anything is written. To load it takes long: a process whose
        # workers do does not do it too.
        stages = workforce.prepared() or stages_of(job)
        shards = plan(sources, limit, job.columns)
        with _claimed(out), _told(out):
            if force:
                _forget(job.folder)
            if site_furniture:
                job = learnt(job, shards)
            planned = _plan(job, stages, shards, refused, layout)
            before = None if force else _finished_run(out, planned.key, page_timeout)
            if before is not None:
                _tidy(job, planned.keys, keep)
                tally = Tally(before["pages"], before["characters"], before["rejects"])
                return _summary(out, tally, before["mentions"], begin, len(shards), len(shards), (), up_to_date=True)
            kept = _kept(job, planned.keys)
            reasons = _why_again(out, planned, kept)
            write_json(storage.join(job.folder, SETTINGS), planned.settings)
            tally = kept.tally
            for some in _work_all(planned, kept.complete, workforce, progress):
                tally.add(some)
            tally.rejects += len(refused)
            storage.remove(storage.join(out, REPORT))
            files, bad = _joined(out, planned, engine, workforce)
            if bad:
                reasons.append(f"{len(bad)} shard{'s' if len(bad) > 1 else ''} {DAMAGED}")
            names = _described(out, planned, files)
            _drop_stale_tables(out, set(names))
            resumed = len(kept.complete - bad)
            mentions = dict(sorted(tally.mentions.items()))
            summary = _summary(out, tally, mentions, begin, len(shards), resumed, reasons)
            again: dict[str, Any] = {"page_timeout": job.page_timeout, "fallen": tally.fallen, "changed": tally.changed}
            again["bytes"] = _bytes(out, names)
            report = _report(summary, planned, names, workforce.workers, given)
            write_json(storage.join(out, REPORT), {**report, "layout": layout, "engine": engine, **again})
            _tidy(job, planned.keys, keep)
        return summary
    finally:
        workforce.close()


def _check_numbers(workers: int, limit: int, page_timeout: float) -> None:
    if workers < 1:
        raise UsageError("--workers must be at least 1")
    if limit < 0:
        raise UsageError("--limit must not be negative")
    if not 0 <= page_timeout < float("inf"):
        raise UsageError("--page-timeout must be a number of seconds, 0 for none")


def _listed(given: Sequence[str | Path], out: str | Path) -> tuple[list[Source], list[Reject]]:
    """The sources that the inputs name, and rejects for those that cannot be; the output may not be inside an input."""
    place = f"{str(out).rstrip('/')}/"
    if inside := [p for p in given if storage.is_url(p) and place.startswith(f"{p}".rstrip("/") + "/")]:
        raise UsageError(f"the output would be inside the input {inside[0]}; give another place with --out")
    listed, refused = list_sources(given, "" if storage.is_url(out) else out)
    sources, doubled = clashes(listed)
    return sources, refused + doubled


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a run is to do. ``settings`` decide the rows of the shards, ``keys`` are theirs, ``key`` is the run's."""

    job: Job
    shards: Sequence[Shard]
    refused: Sequence[Reject]
    layout: str
    settings: Mapping[str, Any]
    keys: Sequence[str]
    key: str


def _plan(
    job: Job, stages: Mapping[str, Any], shards: Sequence[Shard], refused: Sequence[Reject], layout: str
) -> _Plan:
    now = settings(job, stages)
    configuration = json.dumps(now, sort_keys=True)
    keys = [s.key(configuration) for s in shards]
    written_as = [layout, *job.formats, *job.tables, *(str(r) for r in refused)]
    key = sha256("\n".join([configuration, *keys, *written_as]).encode()).hexdigest()
    return _Plan(job, shards, refused, layout, now, keys, key)


def _joined(out: str | Path, planned: _Plan, engine: str, workforce: Engine) -> tuple[list[str], set[int]]:
    """Join the parts into tables; returns names of files, and numbers of shards that had to be worked on again."""
    job, keys = planned.job, planned.keys
    # to join one part takes less time than a process takes to start
    joiners = Here() if engine == LOCAL and len(keys) == 1 else workforce
    wanted = targets(str(out), planned.layout, job.tables, job.formats)

    def joined() -> list[str]:
        parts = [*(part_path(job.folder, key) for key in keys), _refused_part(job, planned.refused)]
        return join(parts, wanted, planned.layout, storage.join(job.folder, JOIN), joiners)

    try:
        return joined(), set()
    except (Damaged, NoPack):  # of what is kept only the index is read before
        bad = {i for i, key in enumerate(keys) if not _is_sound(part_path(job.folder, key))}
        for _ in _work_all(planned, {*range(len(keys))} - bad, workforce, None):
            pass
        return joined(), bad


def _described(out: str | Path, planned: _Plan, files: Sequence[str]) -> list[str]:
    """Describe the CSV tables to other programs; returns the names in ``out`` of all that was written, sorted."""
    names = [name[len(storage.join(out, "x")) - 1 :] for name in files]
    if "csv" in planned.job.formats:
        paths = csv_paths(names) if planned.layout != SINGLE else {}
        package = datapackage(planned.job.tables, metadata.version("dvextract"), paths)
        write_json(storage.join(out, PACKAGE), package)
        names.append(PACKAGE)
    return sorted(names)


def clean(out: str | Path) -> int:
    """Remove what runs into ``out`` keep there beside the tables; returns its bytes (0 where a URL was cleaned).

    Raises UsageError when another run is writing there, or when it is no output of ours.
    """
    if not storage.exists(storage.join(out, WORK)):
        if _report_in(out) is None:
            raise UsageError(f"{out} is not a dvextract output")
        return 0
    with _claimed(out):
        folder = Path(out, WORK)
        size = 0 if storage.is_url(out) else sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        storage.remove(storage.join(out, WORK))
    return size


def _summary(
    out: str | Path,
    tally: Tally,
    mentions: Mapping[str, int],
    begin: float,
    shards: int,
    resumed: int,
    reasons: Sequence[str],
    *,
    up_to_date: bool = False,
) -> RunSummary:
    seconds = round(time.perf_counter() - begin, 3)
    where = out if storage.is_url(out) else Path(out)
    counts = (tally.pages, tally.characters, tally.rejects)
    return RunSummary(where, *counts, mentions, seconds, resumed, up_to_date, shards, tuple(reasons))


@contextmanager
def _told(out: str | Path) -> Iterator[None]:
    """Say it in our words when the system refuses something under the output; inputs that cannot be read are rejects.

    Raises DvextractError for OSError.
    """
    try:
        yield
    except OSError as e:
        why = e.strerror or str(e) or type(e).__name__
        at = f" ({e.filename})" if e.filename and Path(str(e.filename)) != Path(str(out)) else ""
        room = "make room, then " if e.errno in (errno.ENOSPC, errno.EDQUOT) else ""
        raise DvextractError(
            f"cannot write into {out}: {why}{at}; {room}run the same command again: what is finished is kept"
        ) from e


@dataclass(frozen=True, slots=True)
class _Kept:
    """What earlier runs left: keys of parts, the shards that are complete, and why others of them are not used."""

    keys: set[str]
    complete: set[int]
    tally: Tally
    unfit: Counter[str]


def _kept(job: Job, keys: Sequence[str]) -> _Kept:
    names = {name.removesuffix(".pack") for name in storage.names(storage.join(job.folder, PARTS))}
    kept = _Kept(names, set(), Tally(), Counter())
    for i, key in enumerate(keys):
        if key not in names:
            continue
        before = finished(job, key)
        if isinstance(before, Tally):
            kept.tally.add(before)
            kept.complete.add(i)
        else:
            kept.unfit[before] += 1
    return kept


def _is_sound(part: str) -> bool:
    """Whether everything in a part is as it was written."""
    try:
        Pack(part, whole=True).check()
    except (OSError, NoPack, Damaged):
        return False
    return True


def _damaged(out: str | Path, job: Job, known: bool) -> list[str]:
    """What cannot be read of the files that say what runs did; ``known`` is whether the settings can."""
    damaged = []
    report = _report_in(out)
    if report is not None and (other := _other_tables(out, report)):
        damaged.append(f"{len(other)} table{'s' if len(other) > 1 else ''} no longer as written")
    if report is None and storage.exists(storage.join(out, REPORT)):
        damaged.append(f"{REPORT} was damaged")
    if not known and storage.exists(storage.join(job.folder, SETTINGS)):
        damaged.append(f"{SETTINGS} was damaged")
    return damaged


def _why_again(out: str | Path, planned: _Plan, kept: _Kept) -> list[str]:
    """Why shards have to be worked on although there were runs before; nothing where there has been none."""
    before = _read_json(storage.join(planned.job.folder, SETTINGS))
    ended = _report_in(out) is not None
    return _reasons(planned, kept, before or {}, ended) + _damaged(out, planned.job, before is not None)


def _reasons(planned: _Plan, kept: _Kept, before: Mapping[str, Any], ended: bool) -> list[str]:
    """Why the shards that are not complete have to be worked on.

    ``before`` are the settings of the last run, ``ended`` is whether any run has left its report.
    """
    if not before or len(kept.complete) == len(planned.shards):
        return []
    if changed := settings_changed(before, planned.settings):
        return changed
    reasons = [f"{n} shard{'s' if n > 1 else ''} {what}" for what, n in sorted(kept.unfit.items())]
    gone: list[tuple[str, int, str]] = []
    for key in kept.keys - {*planned.keys}:
        with suppress(OSError, NoPack, KeyError, TypeError):
            gone += map(tuple, Pack(part_path(planned.job.folder, key)).about["pieces"])
    if not gone and not ended:
        return [*reasons, "an earlier run did not end"]
    new = (s for s, key in zip(planned.shards, planned.keys, strict=True) if key not in kept.keys)
    return reasons + inputs_changed(gone, (piece for shard in new for piece in contents(shard)))


def _work_all(planned: _Plan, there: set[int], workforce: Engine, progress: Progress | None) -> Iterator[Tally]:
    """Work on every shard that is not there; the tally of each as it is done."""
    job, shards, keys = planned.job, planned.shards, planned.keys
    size, done = sum(s.size for s in shards), sum(shards[i].size for i in there)
    if progress:
        progress(done, size)
    missing = [i for i in range(len(shards)) if i not in there]
    # The heaviest first, so that no worker is left with much when the others have ended.
    if workforce.workers > 1:
        missing.sort(key=lambda i: -shards[i].size)
    calls = [(job, shards[i], keys[i]) for i in missing]
    alone = workforce.workers == 1 or len(calls) == 1
    here = alone and not isinstance(workforce, Dask) and not storage.is_url(job.folder)
    for number, tally in _in_this_process(calls) if here else workforce.run(work, calls, once_more):
        yield tally
        done += shards[missing[number]].size
        if progress:
            progress(done, size)


def _in_this_process(calls: Sequence[tuple[Job, Shard, str]]) -> Iterator[tuple[int, Tally]]:
    """Work on one shard after the other; one in which this process ended twice is left to another, that may end.

    While a shard is worked on, a file says so: nobody else would know after this process has ended.
    """
    for number, (job, shard, key) in enumerate(calls):
        note = storage.join(job.folder, WORKING)
        said = _read_json(note) or {}
        times = said.get("times") if said.get("key") == key else 0
        if isinstance(times, int) and times >= _ENDS:
            pool = Pool(1, always=True)
            try:
                before = (Death(CRASH, "found after it had ended"),)
                for _, tally in pool.run(work, [(job, shard, key, before)], once_more):
                    yield number, tally
            finally:
                pool.close()
            storage.remove(note)
            continue
        write_json(note, {"key": key, "times": times + 1 if isinstance(times, int) else 1})
        try:
            tally = work(job, shard, key)
        finally:
            storage.remove(note)
        yield number, tally


_ENDS = 2  # one end may well have had another cause: the user's, or the system's


@contextmanager
def _claimed(out: str | Path) -> Iterator[None]:
    """Make sure the folder is ours to write into, and nobody else's while we do."""
    if storage.is_url(out):
        _refuse_others(out, set(storage.names(str(out))))
        with leased(storage.join(out, WORK, LOCK), str(out)):
            yield
        return
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; give a folder with --out")
    try:
        _refuse_others(folder, {p.name for p in folder.iterdir()} if folder.exists() else set())
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        lock = (folder / WORK / LOCK).open("w")
    except OSError as e:
        raise UsageError(f"cannot write to {folder}: {e.strerror or e}") from e
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise UsageError(f"another run is writing to {folder}; wait for it or give another folder") from e
        if os.fstat(lock.fileno()).st_nlink == 0:  # it ended, and took the lock with it, between our open and lock
            raise UsageError(f"another run has just ended in {folder}; run the same command again")
        yield


def _refuse_others(folder: str | Path, there: set[str]) -> None:
    if there - {".gitkeep"} and WORK not in there and _report_in(folder) is None:
        raise UsageError(f"{folder} is not empty and not a dvextract output; give another folder with --out")


def _forget(folder: str) -> None:
    """Remove what earlier runs left, but not the lock we hold."""
    for name in storage.names(folder):
        if name != LOCK:
            storage.remove(storage.join(folder, name))


def _read_json(name: str) -> dict[str, Any] | None:
    try:
        found = json.loads(storage.read_bytes(name))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _report_in(folder: str | Path) -> dict[str, Any] | None:
    """What a run of ours says in this folder of itself; None when there was none."""
    report = _read_json(storage.join(folder, REPORT))
    if report is None or not _NEEDED.keys() <= report.keys():
        return None
    return report if all(isinstance(report[name], kind) for name, kind in _NEEDED.items()) else None


_NEEDED = {
    "dvextract": str,
    "key": str,
    "files": list,
    "pages": int,
    "characters": int,
    "rejects": int,
    "mentions": dict,
}


def _finished_run(out: str | Path, key: str, page_timeout: float) -> dict[str, Any] | None:
    report = _report_in(out)
    if report is None or report["key"] != key or report.get("changed"):
        return None
    if report.get("fallen") and report.get("page_timeout") != page_timeout:
        return None
    if _other_tables(out, report):
        return None
    inside: dict[str, set[str]] = {}
    for name in report["files"]:
        folder, _, file = name.rpartition("/")
        if folder not in inside:
            inside[folder] = {*storage.names(storage.join(out, folder) if folder else str(out))}
        if file not in inside[folder]:
            return None
    return report


def _bytes(out: str | Path, names: Sequence[str]) -> dict[str, int]:
    """Bytes of every table of this machine that is there."""
    found = {}
    for name in () if storage.is_url(out) else names:
        with suppress(OSError):
            found[name] = Path(out, name).stat().st_size
    return found


def _other_tables(out: str | Path, report: Mapping[str, Any]) -> list[str]:
    """Tables of this machine that are gone or have not as many bytes as when the run ended."""
    written = report.get("bytes")
    if not isinstance(written, dict):
        return []
    now = _bytes(out, [*written])
    return [name for name, size in written.items() if now.get(name) != size]


def _drop_stale_tables(out: str | Path, written: set[str]) -> None:
    """An earlier run's tables may be of other kinds or in another layout; of our names only this run's may be left."""
    tables = (*(t.name for t in TABLES), RECORDS)
    ours = {PACKAGE, *(f"{table}.{suffix}" for table in tables for suffix in FORMATS)}
    half = re.compile(r"\.(?:" + "|".join(map(re.escape, ours)) + r")\.\d+\.tmp")
    for name in storage.names(str(out)):
        path = storage.join(out, name)
        if (name in ours and name not in written) or half.fullmatch(name):
            storage.remove(path)
        elif name in tables:
            files = [f for f in storage.names(path) if re.fullmatch(r"\.?part-\d+\.\w+(?:\.\d+\.tmp)?", f)]
            for file in files:
                if f"{name}/{file}" not in written:
                    storage.remove(storage.join(path, file))
            if not storage.is_url(path):
                with suppress(OSError):  # not empty: not ours alone, or this run's
                    Path(path).rmdir()


def _tidy(job: Job, keys: Sequence[str], keep: bool) -> None:
    """Remove what the next run has no use for: everything, or what is learnt anew and parts that are no more.

    Of the parts those go that are of other pages and settings, and what a killed run left half written.
    """
    if not keep:
        storage.remove(job.folder)
        return
    storage.remove(storage.join(job.folder, REPETITION))
    folder = storage.join(job.folder, PARTS)
    wanted = {f"{key}.pack" for key in keys}
    for name in storage.names(folder):
        if name not in wanted:
            storage.remove(storage.join(folder, name))


def _refused_part(job: Job, refused: Sequence[Reject]) -> str:
    path = storage.join(job.folder, "refused.pack")
    with storage.writing(path) as file:
        pack = PackWriter(file)
        with PartWriter(pack, job.formats, job.tables) as writer:
            writer.write([], [r.row for r in refused])
        pack.close({})
    return path


def _report(
    summary: RunSummary, planned: _Plan, files: Sequence[str], workers: int, given: Sequence[str | Path]
) -> dict[str, Any]:
    job, decided = planned.job, planned.settings
    return {
        "dvextract": metadata.version("dvextract"),
        "key": planned.key,
        **{k: v for k, v in decided.items() if k not in ("columns", "version")},
        "lexicons": total(decided["lexicons"]),
        "formats": job.formats,
        "tables": job.tables,
        "pipeline_name": job.pipeline,
        "inputs": [str(p).encode("utf-8", "backslashreplace").decode() for p in given],
        "pages": summary.pages,
        "characters": summary.characters,
        "rejects": summary.rejects,
        "mentions": dict(summary.mentions),
        "files": list(files),
        "shards": summary.shards,
        "resumed_shards": summary.resumed,
        "redone_because": list(summary.reasons),
        "workers": workers,
        "seconds": summary.seconds,
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }
