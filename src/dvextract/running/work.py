"""One shard, from bytes to its part: one file (a pack) under the shard's key.

Runs in the parent or in a worker process; a worker loads the pipeline once. A page on which a stage fails is found by
halving its batch and becomes a reject; the others are worked on as if it had not been there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib import metadata
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

from dvextract import storage
from dvextract.document import Document
from dvextract.errors import DvextractError, UsageError
from dvextract.layout.repetition import learn, marked
from dvextract.pipeline import Pipeline, legible, load_pipeline
from dvextract.reading.inputs import Columns, Reject
from dvextract.running.shards import Shard
from dvextract.tables.pack import NoPack, Pack, PackWriter
from dvextract.tables.write import Built, PartWriter, build, pieces

BATCH_PAGES = 32
BATCH_CHARS = 200_000
PARTS = "parts"
REPETITION = "repetition.npz"


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


@dataclass(slots=True)
class Tally:
    """What was done: pages, code points, rejects, mentions by label."""

    pages: int = 0
    characters: int = 0
    rejects: int = 0
    mentions: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.pages += other.pages
        self.characters += other.characters
        self.rejects += other.rejects
        self.mentions.update(other.mentions)


@cache
def pipeline_of(name: str, options: str) -> Pipeline:
    """The pipeline, built once a process."""
    return load_pipeline(name, options=json.loads(options))


def load_in_advance(job: Job) -> None:
    """Load the pipeline in a worker; a pipeline that cannot be used is told by the parent."""
    with _ONE_AT_A_TIME, suppress(UsageError):
        pipeline_of(job.pipeline, job.options)


def part_path(folder: str, key: str) -> str:
    """Where the part of a finished shard is."""
    return storage.join(folder, PARTS, f"{key}.pack")


def finished(job: Job, key: str) -> Tally | None:
    """What a shard that is complete under this key contained; None if it is not, or lacks a table or format."""
    try:
        pack = Pack(part_path(job.folder, key))
    except (OSError, NoPack):
        return None
    if not all(name in pack for name in pieces(job.formats, job.tables)):
        return None
    tally = pack.about["tally"]
    return Tally(**{**tally, "mentions": Counter(tally["mentions"])})


def learnt(job: Job, shards: Sequence[Shard]) -> Job:
    """The job with what the lines of all pages together tell of the furniture of their sites."""
    pages = (p for shard in shards for piece in shard.pieces for p in piece.pages(job.columns))
    repetition = learn(p for p in pages if isinstance(p, Document))
    return replace(job, repetition=repetition.save(storage.join(job.folder, REPETITION)))


def work(job: Job, shard: Shard, key: str) -> Tally:
    """Work on one shard and leave its part behind; returns the tally."""
    with _ONE_AT_A_TIME:
        pipeline = pipeline_of(job.pipeline, job.options)
        tally = Tally()
        found: Iterator[Document | Reject] = chain.from_iterable(p.pages(job.columns) for p in shard.pieces)
        if job.repetition:
            found = marked(found, storage.join(job.folder, REPETITION), job.repetition)
        with storage.writing(part_path(job.folder, key)) as file:
            pack = PackWriter(file)
            with PartWriter(pack, job.formats, job.tables) as writer:
                for docs, unread in _batches(found):
                    ready, failed = process(docs, pipeline)
                    pages, unwritable = _built(ready)
                    rejects = [*unread, *failed, *unwritable]
                    writer.write(pages, [r.row for r in rejects])
                    tally.pages += len(pages)
                    tally.characters += sum(len(page.doc.text) for page in pages)
                    tally.rejects += len(rejects)
                    tally.mentions.update(label for page in pages for label in page.labels)
            # asdict() makes a Counter of pairs out of a Counter before Python 3.12
            counted = {**asdict(replace(tally, mentions=Counter())), "mentions": dict(tally.mentions)}
            pack.close({"tally": counted, "pieces": contents(shard)})
        return tally


_ONE_AT_A_TIME = Lock()
"""A process works on one shard at a time, whatever threads a cluster's worker has: stages are not thread-safe."""


def contents(shard: Shard) -> list[tuple[str, int, str]]:
    """The doc_id, first row and (short) hash of every piece, to tell later what has changed."""
    return [(p.source.doc_id, p.first, p.digest[:16]) for p in shard.pieces]


def _batches(found: Iterator[Document | Reject]) -> Iterator[tuple[list[Document], list[Reject]]]:
    docs: list[Document] = []
    rejects: list[Reject] = []
    size = 0
    for item in found:
        if isinstance(item, Reject):
            rejects.append(item)
            continue
        docs.append(item)
        size += len(item.text)
        if len(docs) >= BATCH_PAGES or size >= BATCH_CHARS:
            yield docs, rejects
            docs, rejects, size = [], [], 0
    yield docs, rejects


def process(docs: Sequence[Document], pipeline: Pipeline) -> tuple[list[Document], list[Reject]]:
    """Run the pipeline over a batch; returns the pages it could work on and rejects for those it could not."""
    if not docs:
        return [], []
    for stage in pipeline.stages:
        try:
            with legible(docs):
                stage(docs)
        except Exception as e:  # any page may hold what no stage expects; it must not take the run with it
            if len(docs) == 1:
                return [], [_failed(docs[0], stage.name, e)]
            half = len(docs) // 2
            first = process([_bare(d) for d in docs[:half]], pipeline)
            second = process([_bare(d) for d in docs[half:]], pipeline)
            return first[0] + second[0], first[1] + second[1]
    return list(docs), []


def _built(docs: Sequence[Document]) -> tuple[list[Built], list[Reject]]:
    """The rows of every page, and rejects for pages whose layers do not fit together."""
    pages: list[Built] = []
    rejects: list[Reject] = []
    for doc in docs:
        try:
            pages.append(build(doc))
        except Exception as e:  # as above
            rejects.append(_failed(doc, "tables", e))
    return pages, rejects


def _failed(doc: Document, stage: str, e: Exception) -> Reject:
    ours = isinstance(e, DvextractError)  # a recogniser's fault, say: the message tells what to do
    message = str(e) if ours else f"{type(e).__name__}: {e}; please report the page"
    return Reject(doc.doc_id, doc.source, stage, "stage-failed", " ".join(message.split()))


def _bare(doc: Document) -> Document:
    """The page without layers."""
    return replace(doc, _layers={})


def settings(job: Job) -> dict[str, Any]:
    """What decides the rows of a shard apart from its input."""
    pipeline = pipeline_of(job.pipeline, job.options)
    return {
        "version": metadata.version("dvextract"),
        "pipeline": pipeline.fingerprint,
        "options": job.options,
        "stages": {s.name: getattr(s, "fingerprint", "") for s in pipeline.stages},
        "lexicons": hashes(".tsv"),
        "code": total(hashes(".py")),
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
