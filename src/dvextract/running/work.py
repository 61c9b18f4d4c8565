"""One shard, from bytes to part files. Runs in the parent or in a worker process; a worker loads the pipeline once.

A page on which a stage fails is found by halving its batch and becomes a reject; the others are worked on as if it
had not been there.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from dvextract.document import Document
from dvextract.pipeline import Pipeline, load_pipeline
from dvextract.reading.inputs import Columns, Reject, unique
from dvextract.running.shards import Shard
from dvextract.tables.write import PartWriter, write_json

BATCH_PAGES = 32
BATCH_CHARS = 200_000
MARKER = "complete.json"


@dataclass(frozen=True, slots=True)
class Job:
    """What every shard of a run shares."""

    pipeline: str
    options: str  # JSON of load_pipeline's options
    columns: Columns
    formats: tuple[str, ...]
    tables: tuple[str, ...]
    folder: str


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


def work(job: Job, shard: Shard, key: str) -> Tally:
    """Work on one shard and leave its parts and marker behind; returns the tally."""
    pipeline = pipeline_of(job.pipeline, job.options)
    done = part_folder(job.folder, shard)
    temporary = done.with_name(done.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    tally = Tally()
    seen: set[str] = set()
    found = unique(chain.from_iterable(p.pages(job.columns) for p in shard.pieces), seen)
    with PartWriter(temporary, job.formats, job.tables) as writer:
        for docs, unread in _batches(found):
            ready, failed = process(docs, pipeline)
            rejects = [*unread, *failed]
            writer.write(ready, [r.row for r in rejects])
            tally.pages += len(ready)
            tally.characters += sum(len(d.text) for d in ready)
            tally.rejects += len(rejects)
            tally.mentions.update(m.label for d in ready for m in d.mentions)
    write_json(temporary / MARKER, {**asdict(tally), "key": key})
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
            stage(docs)
        except Exception as e:  # any page may hold what no stage expects; it must not take the run with it
            if len(docs) == 1:
                message = f"{type(e).__name__}: {e}; please report the page"
                return [], [Reject(docs[0].doc_id, docs[0].source, stage.name, "stage-failed", message)]
            half = len(docs) // 2
            first = process([_bare(d) for d in docs[:half]], pipeline)
            second = process([_bare(d) for d in docs[half:]], pipeline)
            return first[0] + second[0], first[1] + second[1]
    return list(docs), []


def _bare(doc: Document) -> Document:
    """The page without layers."""
    return Document(doc.doc_id, doc.text, doc.source, doc.sha256, doc.encoding, doc.text_is_source)


def settings(job: Job) -> dict[str, Any]:
    """What decides a shard's result apart from its input."""
    pipeline = pipeline_of(job.pipeline, job.options)
    return {
        "pipeline": pipeline.fingerprint,
        "options": job.options,
        "stages": {s.name: getattr(s, "fingerprint", "") for s in pipeline.stages},
        "columns": asdict(job.columns),
        "formats": job.formats,
        "tables": job.tables,
    }
