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
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fuzz"))

import cases
from attempts import KINDS, Broken, attempt, content_of

SECONDS = 10
"""A case may take so long; a thousand times what most take, so that a busy machine fails none."""
HANGS = 60
"""A case that does not even come back to Python is ended after so long."""
MEMORY = 4 << 30
TRIES = 200
"""So often a failing input is tried smaller."""


class TooLong(BaseException):
    """Not an Exception, so that nobody who means to catch what a parser raises swallows it."""


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
