"""One shard, from bytes to its part: one file (a pack) under the shard's key.

Runs in the parent or in a worker process; a worker loads the pipeline once. A page on which a stage fails is found by
halving its batch and becomes a reject; the others are worked on as if it had not been there.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib import metadata
from itertools import count, pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from dvextract import storage, watch
from dvextract.document import Document
from dvextract.errors import DvextractError, UsageError
from dvextract.layout.repetition import learn, marked
from dvextract.pipeline import Pipeline, legible, load_pipeline
from dvextract.reading.inputs import Columns, Reject, fallen
from dvextract.running.shards import Shard
from dvextract.tables.pack import NoPack, Pack, PackWriter
from dvextract.tables.write import Built, PartWriter, build, pieces
from dvextract.watch import Death

BATCH_PAGES = 32
BATCH_CHARS = 200_000
PARTS = "parts"
REPETITION = "repetition.npz"
ABSENT = "new or changed"
DAMAGED = "damaged"
UNSETTLED = "with inputs that changed while they were read"
FALLEN = "with pages that failed under another --page-timeout"
LACKING = "without the tables asked for now"


@dataclass(frozen=True, slots=True)
class Job:
    """What every shard of a run shares. ``folder`` is a path or a URL, for parts and whatever else is kept."""

    pipeline: str
    options: str  # JSON of load_pipeline's options
    columns: Columns
    formats: tuple[str, ...]
    tables: tuple[str, ...]
    folder: str
    repetition: str = ""  # hash of what `learnt` left in the folder; empty when nothing was learnt
    page_timeout: float = 0.0  # seconds; 0: none


@dataclass(slots=True)
class Tally:
    """What was done: pages, code points, rejects, mentions by label.

    Of the rejects ``fallen`` took too long or ended their worker, and ``changed`` changed while they were read.
    """

    pages: int = 0
    characters: int = 0
    rejects: int = 0
    fallen: int = 0
    changed: int = 0
    mentions: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.pages += other.pages
        self.characters += other.characters
        self.rejects += other.rejects
        self.fallen += other.fallen
        self.changed += other.changed
        self.mentions.update(other.mentions)


@cache
def pipeline_of(name: str, options: str) -> Pipeline:
    """The pipeline, built once a process."""
    with no_collection():
        return load_pipeline(name, options=json.loads(options))


def load_in_advance(job: Job) -> dict[str, Any] | None:
    """Load the pipeline in a worker; returns `stages_of`, or None for one that cannot be used: its parent tells why."""
    with _ONE_AT_A_TIME, suppress(UsageError):
        return stages_of(job)
    return None


def part_path(folder: str, key: str) -> str:
    """Where the part of a finished shard is."""
    return storage.join(folder, PARTS, f"{key}.pack")


def finished(job: Job, key: str) -> Tally | str:
    """What a shard that is complete under this key contained; if it is not, why it has to be worked on."""
    try:
        pack = Pack(part_path(job.folder, key))
        tally = Tally(**{**pack.about["tally"], "mentions": Counter(pack.about["tally"]["mentions"])})
    except FileNotFoundError:
        return ABSENT
    except (OSError, NoPack, KeyError, TypeError):
        return DAMAGED
    if tally.changed:
        return UNSETTLED
    if tally.fallen and pack.about.get("page_timeout") != job.page_timeout:
        return FALLEN
    return tally if all(name in pack for name in pieces(job.formats, job.tables)) else LACKING


def learnt(job: Job, shards: Sequence[Shard]) -> Job:
    """The job with what the lines of all pages together tell of the furniture of their sites."""
    pages = (p for shard in shards for p in pages_of(job, shard))
    repetition = learn(p for p in pages if isinstance(p, Document))
    return replace(job, repetition=repetition.save(storage.join(job.folder, REPETITION)))


def work(job: Job, shard: Shard, key: str, deaths: Sequence[Death] = ()) -> Tally:
    """Work on one shard and leave its part behind; returns the tally.

    ``deaths`` are those of the workers that tried before. Then pages are worked on one at a time, so that it shows
    which of them ends workers; when it has shown, that page is a reject.
    """
    with _ONE_AT_A_TIME, no_collection():
        pipeline = pipeline_of(job.pipeline, job.options)
        tally = Tally()
        found = pages_of(job, shard, deaths)
        if job.repetition:
            found = marked(found, storage.join(job.folder, REPETITION), job.repetition)
        with storage.writing(part_path(job.folder, key)) as file:
            pack = PackWriter(file)
            with PartWriter(pack, job.formats, job.tables) as writer:
                for batch in _batches(found, 1 if deaths else BATCH_PAGES):
                    docs = [item for item in batch if isinstance(item, Document)]
                    fatal = _verdict(deaths, watch.WORKING) if docs and deaths else None
                    pages: list[Built] = []
                    if fatal:
                        failed = [_ended(doc, fatal, pipeline) for doc in docs]
                    else:
                        watch.at(watch.place(), watch.WORKING)
                        ready, failed = process(docs, pipeline, job.page_timeout)
                        watch.at_stage(len(pipeline.stages) + 1)
                        pages, unwritable = _built(ready, job.page_timeout)
                        failed += unwritable
                    rejects = _in_order(batch, failed)
                    writer.write(pages, [r.row for r in rejects])
                    tally.pages += len(pages)
                    tally.characters += sum(len(page.doc.text) for page in pages)
                    tally.rejects += len(rejects)
                    tally.fallen += sum(r.error in (watch.TIMEOUT, watch.CRASH, watch.MEMORY) for r in rejects)
                    tally.changed += sum(r.error == watch.CHANGED for r in rejects)
                    tally.mentions.update(label for page in pages for label in page.labels)
            # asdict() makes a Counter of pairs out of a Counter before Python 3.12
            counted = {**asdict(replace(tally, mentions=Counter())), "mentions": dict(tally.mentions)}
            pack.close({"tally": counted, "pieces": contents(shard), "page_timeout": job.page_timeout})
        return tally


def pages_of(job: Job, shard: Shard, deaths: Sequence[Death] = ()) -> Iterator[Document | Reject]:
    """The pages of a shard, in order; one that cannot be read in time, or is not what was planned, is a Reject."""
    number = 0
    for piece in shard.pieces:
        source = piece.source
        found = piece.pages(job.columns)
        while True:
            watch.at(number, watch.READING)
            fatal = _verdict(deaths, watch.READING)
            if fatal and _count(deaths, watch.READING) > _needed(fatal):  # it falls even when it is to skip the page
                yield fallen(source.doc_id, source.path, "reading", fatal.cause, fatal.detail)
                break
            watch.condemn(fatal)
            try:
                with watch.limited(job.page_timeout):
                    page = next(found, None)
            except watch.Overrun:  # not in a page of its own: the rest of the file cannot be read
                yield fallen(source.doc_id, source.path, "reading", watch.TIMEOUT)
                break
            except MemoryError:
                yield fallen(source.doc_id, source.path, "reading", watch.MEMORY)
                break
            finally:
                watch.condemn(None)
            if source.format.is_page and page is not None and not piece.is_as_planned():
                yield fallen(source.doc_id, source.path, "reading", watch.CHANGED)
                break
            if page is None:
                if not source.format.is_page and not piece.is_as_planned():
                    yield fallen(source.doc_id, source.path, "reading", watch.CHANGED)
                break
            yield page
            number += 1


def _verdict(deaths: Sequence[Death], phase: int) -> Death | None:
    """How the page we are at ends workers, if it is known to."""
    if not deaths:
        return None
    here = [d for d in deaths[1:] if (d.page, d.phase) == (watch.place(), phase)]
    return here[-1] if here and len(here) >= _needed(here[-1]) else None


def _count(deaths: Sequence[Death], phase: int) -> int:
    return sum((d.page, d.phase) == (watch.place(), phase) for d in deaths[1:])


def _needed(death: Death) -> int:
    """Deaths of workers that had only one page each, until it is the page's fault; one may come from outside."""
    return 1 if death.cause == watch.TIMEOUT else 2


def once_more(given: tuple[Any, ...], deaths: Sequence[Death]) -> tuple[Any, ...] | None:
    """The arguments of `work` for the next try after workers ended in it; None when no page can be found at fault."""
    last = deaths[-1]
    alike = [d for d in deaths[1:] if (d.page, d.phase) == (last.page, last.phase)]
    if len(alike) > (2 if last.page < 0 else 2 * _needed(last) + 1):
        return None
    return (*given[:3], tuple(deaths))


def _ended(doc: Document, death: Death, pipeline: Pipeline) -> Reject:
    names = ["reading", *(stage.name for stage in pipeline.stages), "tables"]
    stage = names[death.stage] if 0 < death.stage < len(names) else "tables"
    return fallen(doc.doc_id, doc.source, stage, death.cause, death.detail)


_ONE_AT_A_TIME = Lock()
"""A process works on one shard at a time, whatever threads a cluster's worker has: stages are not thread-safe."""


_COLLECTED_EVERY = 32
"""Shards after which cycles are looked for."""

_shards = count(1)


@contextmanager
def no_collection() -> Iterator[None]:
    """Layers and rows refer to each other in no cycles, so looking for some all the time is a tenth of the work.

    Nor is what a shard leaves behind, remembered words above all, looked through when it ends: that goes to the oldest
    generation as it is. What cycles there are, of tracebacks for instance, wait for one shard in `_COLLECTED_EVERY`.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            if next(_shards) % _COLLECTED_EVERY == 0:
                gc.collect()
            gc.enable()


def contents(shard: Shard) -> list[tuple[str, int, str]]:
    """The doc_id, first row and (short) hash of every piece, to tell later what has changed."""
    return [(p.source.doc_id, p.first, p.digest[:16]) for p in shard.pieces]


def _batches(found: Iterator[Document | Reject], most: int = BATCH_PAGES) -> Iterator[list[Document | Reject]]:
    """Pages that are worked on together, and what could not be read between them."""
    batch: list[Document | Reject] = []
    docs = size = 0
    for item in found:
        batch.append(item)
        if isinstance(item, Reject):
            continue
        docs += 1
        size += len(item.text)
        if docs >= most or size >= BATCH_CHARS:
            yield batch
            batch, docs, size = [], 0, 0
    yield batch


def _in_order(batch: Sequence[Document | Reject], failed: Sequence[Reject]) -> list[Reject]:
    """The rejects of a batch in the order of its pages, so that batches do not show in the tables."""
    by_page = {reject.doc_id: reject for reject in failed}
    found = (item if isinstance(item, Reject) else by_page.get(item.doc_id) for item in batch)
    return [reject for reject in found if reject is not None]


def process(docs: Sequence[Document], pipeline: Pipeline, limit: float = 0.0) -> tuple[list[Document], list[Reject]]:
    """Run the pipeline over a batch; returns the pages it could work on and rejects for those it could not.

    A batch that takes longer than ``limit`` seconds (0: no limit) is worked on page by page; every page gets as much.
    """
    if not docs:
        return [], []
    fault = _fault(docs, pipeline, limit)
    if fault is None:
        return list(docs), []
    stage, error = fault
    if len(docs) == 1:
        return [], [_failed(docs[0], stage, error)]
    ready: list[Document] = []
    rejects: list[Reject] = []
    cuts = range(len(docs) + 1) if isinstance(error, watch.Overrun) else (0, len(docs) // 2, len(docs))
    for begin, end in pairwise(cuts):
        good, bad = process([_bare(d) for d in docs[begin:end]], pipeline, limit)
        ready += good
        rejects += bad
    return ready, rejects


def _fault(docs: Sequence[Document], pipeline: Pipeline, limit: float) -> tuple[str, BaseException] | None:
    """The stage that failed on a batch, and how."""
    name = ""
    try:
        with watch.limited(limit), legible(docs):
            for number, stage in enumerate(pipeline.stages, 1):
                name = stage.name
                watch.at_stage(number)
                stage(docs)
    except (Exception, watch.Overrun) as e:  # any page may hold what no stage expects; it must not take the run with it
        return name, e
    return None


def _built(docs: Sequence[Document], limit: float = 0.0) -> tuple[list[Built], list[Reject]]:
    """The rows of every page, and rejects for pages whose layers do not fit together.

    As in `process`, pages that take too long together, or of which one fails, get as much time each.
    """
    with suppress(Exception, watch.Overrun), watch.limited(limit):
        return [build(doc) for doc in docs], []
    pages: list[Built] = []
    rejects: list[Reject] = []
    for doc in docs:
        try:
            with watch.limited(limit):
                pages.append(build(doc))
        except (Exception, watch.Overrun) as e:  # as above
            rejects.append(_failed(doc, "tables", e))
    return pages, rejects


def _failed(doc: Document, stage: str, e: BaseException) -> Reject:
    if isinstance(e, watch.Overrun | MemoryError):
        cause = watch.MEMORY if isinstance(e, MemoryError) else watch.TIMEOUT
        return fallen(doc.doc_id, doc.source, stage, cause)
    ours = isinstance(e, DvextractError)  # a recogniser's fault, say: the message tells what to do
    message = str(e) if ours else f"{type(e).__name__}: {e}; please report the page"
    return Reject(doc.doc_id, doc.source, stage, "stage-failed", " ".join(message.split()))


def _bare(doc: Document) -> Document:
    """The page without layers."""
    return replace(doc, _layers={})


def stages_of(job: Job) -> dict[str, Any]:
    """What `settings` says of the pipeline and its stages; raises UsageError for a pipeline that cannot be used."""
    pipeline = pipeline_of(job.pipeline, job.options)
    stages = {s.name: getattr(s, "fingerprint", "") for s in pipeline.stages}
    return {"pipeline": pipeline.fingerprint, "stages": stages}


def settings(job: Job, stages: Mapping[str, Any]) -> dict[str, Any]:
    """What decides the rows of a shard apart from its input; ``stages`` is what `stages_of` says."""
    return {
        "version": metadata.version("dvextract"),
        "options": job.options,
        **stages,
        "lexicons": hashes(".tsv"),
        "code": total({f"{kind} {name}": h for kind in (".py", ".pyx", ".h") for name, h in hashes(kind).items()}),
        "columns": asdict(job.columns),
        "repetition": job.repetition,
    }


@cache
def hashes(suffix: str) -> dict[str, str]:
    """A hash of every file of the package with this suffix, by its name without the suffix."""
    root = Path(__file__).parents[1]
    files = sorted(root.rglob(f"*{suffix}"))
    return {f.relative_to(root).as_posix().removesuffix(suffix): sha256(f.read_bytes()).hexdigest() for f in files}


def total(hashed: Mapping[str, str]) -> str:
    """One hash of several files."""
    return sha256(json.dumps(hashed, sort_keys=True).encode()).hexdigest()
