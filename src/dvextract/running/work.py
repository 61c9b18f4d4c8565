"""One shard, from bytes to part files. Runs in the parent or in a worker process; a worker loads the pipeline once.

A page on which a stage fails is found by halving its batch and becomes a reject; the others are worked on as if it
had not been there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from dvextract.document import Document
from dvextract.errors import DvextractError
from dvextract.layout.repetition import learn, marked
from dvextract.pipeline import Pipeline, legible, load_pipeline
from dvextract.reading.inputs import Columns, Reject
from dvextract.running.shards import Shard
from dvextract.tables.write import Built, PartWriter, build, write_json

BATCH_PAGES = 32
BATCH_CHARS = 200_000
MARKER = "complete.json"
REPETITION = "repetition.npz"


@dataclass(frozen=True, slots=True)
class Job:
    """What every shard of a run shares."""

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


def part_folder(folder: str, shard: Shard) -> Path:
    """Where a finished shard's parts are."""
    return Path(folder) / f"{shard.number:08d}"


def finished(folder: str, shard: Shard, key: str) -> Tally | None:
    """What a shard that is complete under this key contained, else None."""
    try:
        marker = json.loads((part_folder(folder, shard) / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if marker.pop("key", "") != key:
        return None
    return Tally(**{**marker, "mentions": Counter(marker["mentions"])})


def learnt(job: Job, shards: Sequence[Shard]) -> Job:
    """The job with what the lines of all pages together tell of the furniture of their sites."""
    pages = (p for shard in shards for piece in shard.pieces for p in piece.pages(job.columns))
    repetition = learn(p for p in pages if isinstance(p, Document))
    return replace(job, repetition=repetition.save(Path(job.folder) / REPETITION))


def work(job: Job, shard: Shard, key: str) -> Tally:
    """Work on one shard and leave its parts and marker behind; returns the tally."""
    pipeline = pipeline_of(job.pipeline, job.options)
    done = part_folder(job.folder, shard)
    # A worker whose parent was killed may still be at it: two processes never share a temporary name.
    temporary = done.with_name(f"{done.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    tally = Tally()
    found: Iterator[Document | Reject] = chain.from_iterable(p.pages(job.columns) for p in shard.pieces)
    if job.repetition:
        found = marked(found, str(Path(job.folder) / REPETITION), job.repetition)
    with PartWriter(temporary, job.formats, job.tables) as writer:
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
    write_json(
        temporary / MARKER, {**asdict(replace(tally, mentions=Counter())), "mentions": dict(tally.mentions), "key": key}
    )
    shutil.rmtree(done, ignore_errors=True)
    temporary.rename(done)
    return tally


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
    """What decides a shard's result apart from its input."""
    pipeline = pipeline_of(job.pipeline, job.options)
    return {
        "pipeline": pipeline.fingerprint,
        "options": job.options,
        "stages": {s.name: getattr(s, "fingerprint", "") for s in pipeline.stages},
        "lexicons": _hash(".tsv"),
        "code": _hash(".py"),
        "columns": asdict(job.columns),
        "repetition": job.repetition,
        "formats": job.formats,
        "tables": job.tables,
    }


@cache
def _hash(suffix: str) -> str:
    """A hash of every file of the package with this suffix."""
    whole = sha256()
    root = Path(__file__).parents[1]
    for file in sorted(root.rglob(f"*{suffix}")):
        whole.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    return whole.hexdigest()
