"""Speed of every stage and of the whole run, beside underthesea and pyvi on the same pages in the same process.

    python benchmarks/speed.py [PAGES.jsonl[.gz] | FOLDER] [--limit N]

Without pages of your own the sample pages of seeds/ are repeated. Machines differ and are shared: read the ratios.
Rates are characters of text a second of one core's work (process time), so that other programs count little; runs as
commands are wall time, loading included. ``underthesea.ner`` and pyvi are slow, so they are timed on the first pages
only; their rates do not depend on the number of pages.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dvextract.document import Document
from dvextract.pipeline import Pipeline, load_pipeline
from dvextract.tables.write import PartWriter, build, check_tables, merge

YARDSTICK_CHARACTERS = 60_000
LONG_PAGE = 1_000_000  # characters
FORMATS = ("csv", "jsonl")


def read_texts(source: str, limit: int) -> list[str]:
    """Texts of a JSONL file (a "text" each) or of a folder's .txt files; the sample pages repeated if none is given."""
    if not source:
        seeds = [p.read_text(encoding="utf-8") for p in sorted(Path("seeds").glob("*.txt"))]
        return (seeds * limit)[:limit]
    path = Path(source)
    if path.is_dir():
        return [p.read_text(encoding="utf-8") for p in sorted(path.rglob("*.txt"))[:limit]]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(limit), lines, strict=False)]


def timed(work: Callable[[], object]) -> float:
    """Seconds of this process's work that a call takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def batches(docs: Sequence[Document], size: int = 32) -> Iterable[Sequence[Document]]:
    """Slices of a list, as a run makes them."""
    return (docs[i : i + size] for i in range(0, len(docs), size))


def pages(texts: Iterable[str]) -> list[Document]:
    """Documents without layers."""
    return [Document(str(i), text) for i, text in enumerate(texts)]


def stage_times(pipeline: Pipeline, docs: Sequence[Document]) -> dict[str, float]:
    """Seconds of every stage and of building, writing and joining the tables."""
    spent = {
        f"stage {s.name}": sum(timed(lambda s=s, b=b: s(b)) for b in batches(docs))  # type: ignore[misc]
        for s in pipeline.stages
    }
    tables = check_tables((), FORMATS)
    with tempfile.TemporaryDirectory() as folder:

        def write() -> None:
            with PartWriter(Path(folder, "part"), FORMATS, tables) as writer:
                for batch in batches(docs):
                    writer.write([build(doc) for doc in batch])
            merge([Path(folder, "part")], Path(folder), FORMATS, tables, Path(folder))

        spent["tables"] = timed(write)
    return spent


def yardsticks(texts: Iterable[str]) -> dict[str, float]:
    """Characters a second of other tools on the first sentences; a tool that is not installed is left out."""
    few: list[str] = []
    for line in (line for text in texts for line in text.split("\n") if line.strip()):
        few.append(line[:1000])  # their cost grows faster than the string
        if sum(map(len, few)) > YARDSTICK_CHARACTERS:
            break
    found: dict[str, float] = {}
    for module, calls in (("underthesea", ("ner", "word_tokenize")), ("pyvi.ViTokenizer", ("tokenize",))):
        try:
            tool = importlib.import_module(module)
        except ImportError:
            print(f"{module} is not installed")
            continue
        for call in calls:
            function = getattr(tool, call)
            function("Khởi động")
            name = f"{module.partition('.')[0]}.{call}"
            found[name] = sum(map(len, few)) / timed(lambda f=function: [f(s) for s in few])  # type: ignore[misc]
    return found


def command(*arguments: str) -> tuple[float, float]:
    """Seconds of wall time that a command of dvextract takes in a new process, and that process's MB at its largest."""
    begin = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "dvextract.cli", *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)],
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"dvextract {' '.join(arguments)} failed")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="?", default="")
    parser.add_argument("--limit", type=int, default=200)
    arguments = parser.parse_args()
    texts = read_texts(arguments.pages, arguments.limit)
    total = sum(map(len, texts))
    others = yardsticks(texts)
    print(f"{len(texts)} pages, {total:,} characters\n")
    print(f"{'':26s}{'seconds':>9s}{'share':>8s}{'characters/s':>14s}" + "".join(f"{f'to {n}':>29s}" for n in others))

    def row(name: str, seconds: float, characters: int, share: float = 0.0) -> None:
        rate = characters / seconds
        ratios = "".join(f"{rate / other:27.1f} x" for other in others.values())
        print(f"{name:26s}{seconds:9.2f}{f'{share:.1%}' if share else '':>8s}{rate:14,.0f}{ratios}")

    for name, rate in others.items():
        row(name, YARDSTICK_CHARACTERS / rate, YARDSTICK_CHARACTERS)
    pipeline = load_pipeline("default")
    pipeline(pages(texts[:1]))
    spent = stage_times(pipeline, pages(texts))
    whole = sum(spent.values())
    for name, seconds in spent.items():
        row(name, seconds, total, seconds / whole)
    row("all stages and tables", whole, total)
    long = ("\n".join(texts) * (LONG_PAGE // total + 1))[:LONG_PAGE]
    print(f"\none page of {LONG_PAGE:,} characters: its rate to that of the pages above")
    for name, seconds in stage_times(pipeline, pages([long])).items():
        print(f"{name:26s}{seconds:9.2f}{LONG_PAGE / seconds / (total / spent[name]):8.2f} x")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pages.jsonl")
        lines = (json.dumps({"text": text}, ensure_ascii=False) for text in texts)
        source.write_text("\n".join(lines), encoding="utf-8")
        print("\nin new processes, loading included:")
        for workers in ("1", "2"):
            out = str(Path(folder, f"out{workers}"))
            seconds, memory = command("run", str(source), "--out", out, "--workers", workers)
            row(f"run --workers {workers}", seconds, total)
            print(f"{'':26s}{memory:9.0f} MB at most")
        print(f"{'run seeds/':26s}{command('run', 'seeds', '--out', str(Path(folder, 'seeds')))[0]:9.2f}")
    print(f"{'--help':26s}{command('--help')[0]:9.2f}")


if __name__ == "__main__":
    main()
