"""Bad input by the ten thousand: every format changed and cut, and text of all that the rules look for.

    python benchmarks/fuzz.py [--cases N] [--first N] [--kinds .pdf,.html,text,run,.toml,.tsv,.npz] [--keep FOLDER]
    python benchmarks/fuzz.py --guided SECONDS --kinds .html     by coverage; needs atheris

A case is a function of its kind and number, so both are enough to have it again. Kinds with a dot are read as files of
that suffix; ``text`` goes through all stages; ``run`` are whole runs over folders of bad files; .toml, .tsv and .npz
are pipelines, lexicons and models. A case fails when anything is raised that is not ours, when nothing comes of it,
when what comes of it breaks a promise, and when it takes too long or too much memory. Failing inputs are made as small
as they stay failing and kept in a folder, by default outside the repository.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fuzz"))

import cases

SECONDS = 10
"""A case may take so long; a thousand times what most take, so that a busy machine fails none."""
HANGS = 60
"""A case that does not even come back to Python is ended after so long."""
MEMORY = 4 << 30
TRIES = 200
"""So often a failing input is tried smaller."""


class TooLong(BaseException):
    """Not an Exception, so that nobody who means to catch what a parser raises swallows it."""


class Broken(Exception):
    """A promise is not kept."""


def need(holds: bool, promise: str) -> None:
    if not holds:
        raise Broken(promise)


# ---------------------------------------------------------------------------------------------- what is tried


def try_file(kind: str, data: bytes, folder: Path) -> str:
    """Read a file of a kind; what came of it."""
    from dvextract.document import Document
    from dvextract.reading.inputs import Columns, Reject, list_sources, read

    path = folder / f"a{kind}"
    path.write_bytes(data)
    (source,), _ = list_sources([path])
    found = list(read(source, Columns(id="id", title="title", date="date")))
    need(bool(found), "a page or a reject for every file")
    for item in found:
        need(isinstance(item, Document | Reject), "documents and rejects only")
        if isinstance(item, Reject):
            need(bool(item.error and item.message and item.source), "a reject says why")
            "".join(item.row).encode()
        else:
            need(bool(item.text.strip()) and "\x00" not in item.text, "a page has text")
            item.text.encode()
            item.doc_id.encode()
            lines = item.text.split("\n")
            need([item.text[o.start : o.end] for o in item.origins] == (lines if item.origins else []), "origins")
    return "page" if any(isinstance(item, Document) for item in found) else "reject"


def try_text(text: str) -> str:
    """Put a page through all stages; its rows must be about its characters."""
    from dvextract.document import Document
    from dvextract.pipeline import legible
    from dvextract.reading.decoding import UnreadableText, normalise
    from dvextract.running.work import pipeline_of
    from dvextract.tables.records import record
    from dvextract.tables.schema import BY_NAME
    from dvextract.tables.write import build, csv_rows, json_lines

    try:
        page, _ = normalise(text)
    except UnreadableText:
        return "reject"
    doc = Document("a", page)
    for stage in pipeline_of("default", "{}").stages:
        with legible([doc]):
            stage([doc])
    json.dumps(record(doc)).encode()
    for name, rows in build(doc).rows.items():
        table = BY_NAME[name]
        list(csv_rows(table, rows))
        json_lines(table, rows)
        if {"start", "end", "text"} <= set(table.names):
            start, end, words = (table.names.index(c) for c in ("start", "end", "text"))
            for row in rows:
                grounded = row[start] == "" or row[start] is None or page[row[start] : row[end]] == row[words]
                need(grounded, f"grounding of {name}")
    flat = sorted((m.start, m.end) for m in doc.mentions)
    need(all(a[1] <= b[0] and a[0] < a[1] for a, b in pairwise(flat)), "flat mentions")
    return "page"


def try_pipeline(data: bytes, folder: Path) -> str:
    """Load a pipeline file; a message or a pipeline."""
    from dvextract.errors import UsageError
    from dvextract.pipeline import load_pipeline

    (folder / "own.tsv").write_bytes(cases.LEXICON)
    (folder / "a.toml").write_bytes(data)
    try:
        load_pipeline(str(folder / "a.toml"))
    except UsageError as e:
        need(bool(str(e)), "a message")
        return "message"
    return "pipeline"


def try_lexicon(data: bytes, folder: Path) -> str:
    """Read a lexicon, and find its wordings."""
    from dvextract.errors import UsageError
    from dvextract.lexicon.own import OwnLexicon

    (folder / "a.tsv").write_bytes(data)
    try:
        lexicon = OwnLexicon(folder / "a.tsv")
    except UsageError as e:
        need(bool(str(e)), "a message")
        return "message"
    page = "\n".join(cases.LINES)
    for finding in lexicon.find(page, [(0, len(page))]):
        need(0 <= finding.start < finding.end <= len(page), "a finding is in the page")
    return "lexicon"


def try_model(data: bytes, folder: Path) -> str:
    """Load a model; a message or a model that can be used or is refused when it is."""
    from dvextract.errors import UsageError
    from dvextract.model.weights import card_lines, load

    (folder / "a.npz").write_bytes(data)
    try:
        card_lines(load(str(folder / "a.npz")))
    except UsageError as e:
        need(bool(str(e)), "a message")
        return "message"
    return "model"


def try_run(number: int, folder: Path) -> str:
    """A whole run over a folder of bad files: each has a page or a reject, and nothing is written elsewhere."""
    from dvextract import load, run

    rng = random.Random(f"run {number}")
    inside, out = folder / "in", folder / "out"
    inside.mkdir()
    names = {}
    for i in range(20):
        kind = rng.choice((*cases.KINDS, ".txt", ".txt"))
        name = rng.choice(("", "-", "=", "'", "dòng\n", "a b", "x..", "%s", "$(x)", "`x`", "~")) + f"{i}{kind}"
        data = cases.text(rng.randrange(10**9)).encode("utf-8", "surrogatepass")
        names[name] = cases.case(kind, rng.randrange(10**9)) if kind != ".txt" or rng.random() < 0.3 else data
        (inside / name).write_bytes(names[name])
    run(inside, out, workers=1, id_column="id")
    tables = load(out)
    answered = {*tables.documents.source, *tables.rejects.source}
    for name in names:
        path = str(inside / name)
        need(any(s == path or s.startswith(f"{path}, ") for s in answered), f"a row for {name!r}")
    need({p.name for p in folder.iterdir()} == {"in", "out"}, "nothing is written elsewhere")
    need({p.name for p in inside.iterdir()} == set(names), "nothing is written into the input")
    need(not (tables.rejects.error == "stage-failed").any(), f"no stage fails: {list(tables.rejects.message)[:3]}")
    return "run"


def model_case(number: int) -> bytes:
    """A broken model: arrays of other types, shapes and numbers, objects to unpickle, a changed file."""
    import io

    import numpy as np

    rng = random.Random(f"model {number}")
    with io.BytesIO() as out:
        card = json.dumps({"tags": small_tags()}).encode()
        arrays: dict[str, Any] = {
            "keys": np.arange(4, dtype=np.uint64),
            "counts": np.ones(4, dtype=np.uint8),
            "columns": np.zeros(4, dtype=np.uint8),
            "values": np.ones(4, dtype=np.int8),
            "scale": np.float64(0.1),
            "signature": np.uint64(signature()),
            "transition": np.zeros((len(small_tags()),) * 2, dtype=np.float32),
            "card": np.frombuffer(card, dtype=np.uint8),
        }
        strange = (
            np.zeros(0), np.zeros((2, 2, 2)), np.array("x"), np.array([b"x"]), np.full(9, 255), np.array(np.nan),
            np.array([{"a": 1}], dtype=object), np.array(-1), np.array([1 << 62]), np.zeros(3, dtype=complex),
            np.frombuffer(b'[1, {"tags": 5}]', dtype=np.uint8), np.frombuffer(b'{"tags": 5}', dtype=np.uint8),
            np.frombuffer(b"[" * 100_000, dtype=np.uint8), np.zeros(2, dtype=[("a", "i4")]),
        )  # fmt: skip
        for _ in range(rng.choice((0, 1, 1, 2))):
            name = rng.choice(list(arrays))
            if rng.random() < 0.2:
                del arrays[name]
            else:
                arrays[name] = rng.choice(strange)
        np.savez(out, **arrays)
        data = out.getvalue()
    return cases.changed(data, rng, ".zip") if rng.random() < 0.5 else data


def small_tags() -> list[str]:
    from dvextract.model.weights import TAGS

    return list(TAGS)


def signature() -> int:
    from dvextract.model.features import SIGNATURE

    return int(SIGNATURE)


def attempt(kind: str, content: Any, folder: Path) -> str:
    """Try one case; raises what it raises."""
    match kind:
        case "text":
            return try_text(content)
        case "run":
            return try_run(content, folder)
        case "own.toml":
            return try_pipeline(content, folder)
        case "own.tsv":
            return try_lexicon(content, folder)
        case "own.npz":
            return try_model(content, folder)
    return try_file(kind, content, folder)


def content_of(kind: str, number: int) -> Any:
    """The input of a case."""
    if kind == "text":
        return cases.text(number)
    if kind == "run":
        return number
    if kind == "own.npz":
        return model_case(number)
    if kind.startswith("own"):
        return cases.own(kind.removeprefix("own"), number)
    return cases.case(kind, number)


KINDS = (*cases.KINDS, "text", "run", "own.toml", "own.tsv", "own.npz")


# ---------------------------------------------------------------------------------------------- trying


def guarded(kind: str, content: Any) -> tuple[str, str]:
    """What came of a case, and where it broke: ``("failed: ValueError", "html.py:12")``."""

    def ring(*_: object) -> None:
        raise TooLong

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS * (6 if kind == "run" else 1))
    try:
        return attempt(kind, content, folder), ""
    except (Exception, TooLong) as e:
        signal.setitimer(signal.ITIMER_REAL, 0)
        frames = traceback.extract_tb(e.__traceback__)
        ours = [f for f in frames if "dvextract" in f.filename] or frames
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        if isinstance(e, TooLong):  # where the clock rang is chance
            where = Path(ours[-1].filename).name
        said = f": {e}" if isinstance(e, Broken) else ""
        return f"failed: {type(e).__name__}{said}"[:200], where
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        shutil.rmtree(folder, ignore_errors=True)


def smaller(kind: str, content: bytes | str, failure: tuple[str, str]) -> bytes | str:
    """The same failure with less input, by leaving out ever smaller stretches."""
    size, tries = len(content) // 2, 0
    while size and tries < TRIES:
        at = 0
        while at < len(content) and tries < TRIES:
            less = content[:at] + content[at + size :]
            tries += 1
            if guarded(kind, less) == failure:
                content = less
            else:
                at += size
        size //= 2
    return content


def _work(kind: str, numbers: range, pipe: Any, keep: Path) -> None:
    """In a process of its own: try cases, and tell of each before and after."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if kind in ("text", "run"):
        guarded("text", "x")  # loads the models outside the first case's time
    seen: set[tuple[str, str]] = set()
    for number in numbers:
        content = content_of(kind, number)
        pipe.send((number, None))
        begin = time.perf_counter()
        outcome = guarded(kind, content)
        seconds = time.perf_counter() - begin
        if outcome[1] and outcome not in seen:
            seen.add(outcome)
            if kind != "run" and "TooLong" not in outcome[0]:
                pipe.send((-1, None))  # what follows takes long
                content = smaller(kind, content, outcome)
            kept = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            name = f"{kind.strip('.')}-{number}"
            (keep / name).write_bytes(kept if isinstance(kept, bytes) else str(kept).encode())
        pipe.send((number, (*outcome, seconds)))
    pipe.close()


def tried(kind: str, numbers: range, keep: Path) -> tuple[Counter[str], dict[tuple[str, str], list[int]], float]:
    """Try cases in a process that is started anew when a case ends or hangs it."""
    context = multiprocessing.get_context("fork")
    counts: Counter[str] = Counter()
    failures: dict[tuple[str, str], list[int]] = {}
    slowest = 0.0
    at = numbers.start

    def note(outcome: tuple[str, str], number: int) -> None:
        counts[outcome[0].split(":")[0]] += 1
        if outcome[1]:
            failures.setdefault(outcome, []).append(number)

    while at < numbers.stop:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(kind, range(at, numbers.stop), theirs, keep))
        process.start()
        theirs.close()
        patience, current, stuck = HANGS, at, False
        while True:
            if not ours.poll(patience):
                stuck = True
                break
            try:
                number, told = ours.recv()
            except EOFError:
                break
            patience = 30 * HANGS if number < 0 or kind == "run" else HANGS
            if number >= 0:
                current = number
            if told is not None:
                note(told[:2], number)
                slowest = max(slowest, told[2])
                at = number + 1
        if stuck:
            process.kill()
        process.join()
        if at < numbers.stop:
            note(("failed: hangs" if stuck else f"failed: ends the process ({process.exitcode})", "C"), current)
            at = current + 1
    return counts, failures, slowest


def guided(kind: str, seconds: int, keep: Path) -> None:
    """Let atheris look for inputs that reach new code; ends at the first failure."""
    import atheris

    with atheris.instrument_imports(include=["dvextract", "pypdf", "striprtf", "olefile", "zipfile", "email"]):
        import dvextract.reading.html
        import dvextract.reading.inputs
        import dvextract.reading.legacy
        import dvextract.reading.oldword
        import dvextract.reading.pages
        import dvextract.reading.portable
        import dvextract.reading.records
        import dvextract.reading.warc
        import dvextract.reading.word  # noqa: F401
    corpus = keep / f"corpus-{kind.strip('.')}"
    corpus.mkdir(parents=True, exist_ok=True)
    if kind in cases.KINDS:
        for i, seed in enumerate(cases.seeds(kind)):
            (corpus / f"seed{i}").write_bytes(seed)
    scratch = Path(tempfile.mkdtemp(prefix="fuzz-"))

    def one(data: bytes) -> None:
        attempt(kind, data.decode("utf-8", "ignore") if kind == "text" else data, scratch)

    options = [f"-max_total_time={seconds}", "-max_len=20000", f"-timeout={SECONDS}", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={keep}/", str(corpus)], one)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000, help="cases of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "dvextract-fuzz")
    parser.add_argument("--guided", type=int, default=0, metavar="SECONDS")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.guided:
        guided(given.kinds, given.guided, given.keep)
        return 0
    os.environ["TMPDIR"] = tempfile.gettempdir()
    total, failed = 0, 0
    for kind in given.kinds.split(","):
        begin = time.perf_counter()
        counts, failures, slowest = tried(kind, range(given.first, given.first + given.cases), given.keep)
        total += counts.total()
        failed += counts["failed"]
        said = ", ".join(f"{n:,} {what}" for what, n in sorted(counts.items()))
        print(f"{kind:10s} {said}; slowest {slowest:.1f} s, all {time.perf_counter() - begin:.0f} s", flush=True)
        for (what, where), numbers in failures.items():
            print(f"    {what} in {where}: {len(numbers)} cases, the first {numbers[0]}", flush=True)
    print(f"{total:,} cases, {failed:,} failed; failing inputs are in {given.keep}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
