"""Speed of every stage and of the whole run, beside underthesea and pyvi on the same pages in the same process.

    python benchmarks/speed.py [PAGES.jsonl[.gz] | FOLDER] [--limit N] [--json FILE]
    python benchmarks/speed.py --readme [--json FILE]     put the figures of FILE into README.md; measure nothing

Without pages of your own, invented ones are timed (benchmarks/invented.py), no two alike; an archive has more different
words, and its figures are the ones to quote. Machines differ and are shared: read the ratios. Rates are characters of
text a second of one core's work (process time), so that other programs count little; runs as commands are wall time,
loading included. ``underthesea.ner`` and pyvi are slow, so they are timed on the first pages only; their rates do not
depend on the number of pages. Memory of a stage is what a batch of pages takes at most above what the process had when
it came, that of the whole the most of any stage; what is loaded and a run as a command have figures of their own.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from invented import texts as invented_texts

from dvextract import storage
from dvextract.document import Document
from dvextract.pipeline import Pipeline, load_pipeline
from dvextract.running.join import join_here, targets
from dvextract.running.work import no_collection
from dvextract.tables.pack import PackWriter
from dvextract.tables.write import PartWriter, build, check_tables

YARDSTICK_CHARACTERS = 60_000
LONG_PAGE = 1_000_000  # characters
FORMATS = ("csv", "jsonl")
TABLES, WHOLE = "tables", "all stages and tables"
ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "benchmarks" / "speed.json"
BEGIN, END = "<!-- speed: written by benchmarks/speed.py --readme -->", "<!-- speed: end -->"

Figures = dict[str, Any]


def read_texts(source: str, limit: int) -> list[str]:
    """Texts of a JSONL file (a "text" each) or of a folder's .txt files; invented ones if none is given."""
    if not source:
        return list(invented_texts(limit))
    path = Path(source)
    if path.is_dir():
        return [p.read_text(encoding="utf-8") for p in sorted(path.rglob("*.txt"))[:limit]]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(limit), lines, strict=False)]


class Cost(NamedTuple):
    """Seconds of this process's work, and MB of memory at most at once."""

    seconds: float
    memory: float


def timed(work: Callable[[], object]) -> float:
    """Seconds of this process's work that a call takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def cost(call: Callable[[], object]) -> Cost:
    """What a call takes."""
    before = forget_peak()
    return Cost(timed(call), peak() - before)


def forget_peak() -> float:
    """MB this process has; from now on its `peak` is that after this, where the system is Linux."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return peak()
    return _status("VmRSS")


def peak() -> float:
    """MB this process had at most since `forget_peak`; on other systems than Linux since it began."""
    if Path("/proc/self/status").exists():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def batches(docs: Sequence[Document], size: int = 32) -> Iterable[Sequence[Document]]:
    """Slices of a list, as a run makes them."""
    return (docs[i : i + size] for i in range(0, len(docs), size))


def pages(texts: Iterable[str]) -> list[Document]:
    """Documents without layers."""
    return [Document(str(i), text) for i, text in enumerate(texts)]


def write(writer: PartWriter, docs: Iterable[Document]) -> None:
    """Build and write the rows of pages."""
    writer.write([build(doc) for doc in docs])


def stage_costs(pipeline: Pipeline, docs: Sequence[Document]) -> dict[str, Cost]:
    """What every stage takes, and building, writing and joining the tables; batch after batch, as in a run."""
    spent: dict[str, list[Cost]] = {name: [] for name in (*(f"stage {s.name}" for s in pipeline.stages), TABLES)}
    tables = check_tables((), FORMATS)
    with tempfile.TemporaryDirectory() as folder, no_collection():
        part = str(Path(folder, "part.pack"))
        with storage.writing(part) as file:
            pack = PackWriter(file)
            with PartWriter(pack, FORMATS, tables) as writer:
                for pages_of_batch in batches(docs):
                    batch = [Document(doc.doc_id, doc.text) for doc in pages_of_batch]  # its layers go with it
                    for stage in pipeline.stages:
                        spent[f"stage {stage.name}"].append(cost(partial(stage, batch)))
                    spent[TABLES].append(cost(partial(write, writer, batch)))
            spent[TABLES].append(cost(lambda: pack.close({})))
        wanted = targets(folder, "single", tables, FORMATS)
        spent[TABLES].append(cost(lambda: join_here([part], wanted, str(Path(folder, "between")))))
    return {name: Cost(sum(c.seconds for c in found), max(c.memory for c in found)) for name, found in spent.items()}


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
            print(f"{module} is not installed (extra 'bench')", file=sys.stderr)
            continue
        for call in calls:
            function = getattr(tool, call)
            function("Khởi động")
            name = f"{module.partition('.')[0]}.{call}"
            found[name] = sum(map(len, few)) / timed(lambda f=function: [f(s) for s in few])  # type: ignore[misc]
    return found


_SPAWN = """
import os, sys, time
begin = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]
_, status, usage = os.wait4(os.posix_spawn(sys.executable, sys.argv[1:], os.environ, file_actions=quiet), 0)
print(status, time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


def command(*arguments: str) -> tuple[float, float, float]:
    """What a command of dvextract takes in a new process: seconds of wall time, of work, and MB at its largest.

    A small process starts it, because a process is charged with the memory of the one that started it.
    """
    words = [sys.executable, "-c", _SPAWN, sys.executable, "-m", "dvextract.cli", *arguments]
    status, seconds, work, memory = subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout.split()
    if int(status):
        raise SystemExit(f"dvextract {' '.join(arguments)} failed")
    return float(seconds), float(work), float(memory) / 1024


def measured(texts: Sequence[str], source: str) -> Figures:
    """All figures, as JSON has them: rates in characters a second, memory in MB, times in seconds."""
    total = sum(map(len, texts))
    peers = yardsticks(texts)
    pipeline = load_pipeline("default")
    pipeline(pages(texts[:1]))
    loaded = forget_peak()
    spent = stage_costs(pipeline, pages(texts))
    whole = Cost(sum(c.seconds for c in spent.values()), max(c.memory for c in spent.values()))
    long = ("\n".join(texts) * (LONG_PAGE // total + 1))[:LONG_PAGE]
    slower = stage_costs(pipeline, pages([long]))
    return {
        "pages": len(texts),
        "characters": total,
        "invented": not source,
        "date": time.strftime("%Y-%m-%d"),
        "version": metadata.version("dvextract"),
        "python": platform.python_version(),
        "processor": processor(),
        "peers": {name: round(rate) for name, rate in peers.items()},
        "stages": {
            name: {
                "rate": round(total / cost.seconds),
                "share": round(cost.seconds / whole.seconds, 4),
                "memory": round(cost.memory, 1),
            }
            for name, cost in {**spent, WHOLE: whole}.items()
        },
        "long_page": {n: round(LONG_PAGE / slower[n].seconds / (total / spent[n].seconds), 2) for n in spent},
        "memory": {"loaded": round(loaded), "long_page": round(max(c.memory for c in slower.values()))},
        **commands(texts, total),
    }


def commands(texts: Sequence[str], total: int) -> Figures:
    """Runs in new processes, loading included."""
    runs: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pages.jsonl")
        lines = (json.dumps({"text": text}, ensure_ascii=False) for text in texts)
        source.write_text("\n".join(lines), encoding="utf-8")
        for workers in ("1", "2"):
            out = str(Path(folder, f"out{workers}"))
            seconds, work, memory = command("run", str(source), "--out", out, "--workers", workers)
            runs[workers] = {"rate": round(total / seconds), "work": round(work, 2), "memory": round(memory)}
        cold = {"run seeds/": command("run", str(ROOT / "seeds"), "--out", str(Path(folder, "seeds")))}
    cold["--help"] = command("--help")
    return {"runs": runs, "cold_start": {n: {"wall": round(c[0], 2), "work": round(c[1], 2)} for n, c in cold.items()}}


def processor() -> str:
    """The machine's processor, as it calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), platform.machine())


def report(f: Figures) -> list[str]:
    """The figures for the terminal."""
    others: Mapping[str, int] = f["peers"]
    what = "invented pages (give an archive of your own for figures to quote)" if f["invented"] else "pages"
    lines = [f"{f['pages']} {what}, {f['characters']:,} characters", ""]
    head = f"{'':26s}{'share':>8s}{'characters/s':>14s}{'memory':>12s}"
    lines.append(head + "".join(f"{f'to {n}':>29s}" for n in others))

    def row(name: str, rate: float, share: str = "", memory: str = "") -> str:
        ratios = "".join(f"{rate / other:27.1f} x" for other in others.values())
        return f"{name:26s}{share:>8s}{rate:14,.0f}{memory:>12s}{ratios}"

    lines += [row(name, rate) for name, rate in others.items()]
    lines += [row(n, s["rate"], f"{s['share']:.1%}", f"{s['memory']:.1f} MB") for n, s in f["stages"].items()]
    lines += ["", f"loaded {f['memory']['loaded']} MB (with the tools above)"]
    lines += ["", f"one page of {LONG_PAGE:,} characters: its rate to that of the pages above"]
    lines += [f"{name:26s}{ratio:8.2f} x" for name, ratio in f["long_page"].items()]
    lines.append(f"{'memory at most':26s}{f['memory']['long_page']:8d} MB")
    lines += ["", "in new processes, loading included:"]
    for workers, r in f["runs"].items():
        lines += [row(f"run --workers {workers}", r["rate"]), f"{'':26s}{r['memory']:9.0f} MB at most a process"]
    lines += [f"{name:26s}{c['wall']:9.2f} s, {c['work']:.2f} s of work" for name, c in f["cold_start"].items()]
    return lines


def markdown(f: Figures) -> str:
    """The figures for the README."""
    peers: Mapping[str, int] = f["peers"]
    ratio = " | ".join(f"to `{name}`" for name in peers)
    lines = [
        f"{f['pages']:,} {'invented ' if f['invented'] else ''}pages of {f['characters']:,} characters, version "
        f"{f['version']}, Python {f['python']}, one core of {f['processor']}, {f['date']}:",
        "",
        f"| | characters a second | share | memory of a batch | {ratio} |",
        "|---|--:|--:|--:|" + "--:|" * len(peers),
    ]
    for name, stage in f["stages"].items():
        ratios = " | ".join(f"{stage['rate'] / rate:.1f} ×" for rate in peers.values())
        lines.append(f"| {name} | {stage['rate']:,} | {stage['share']:.1%} | {stage['memory']:.1f} MB | {ratios} |")
    for workers, run in f["runs"].items():
        ratios = " | ".join(f"{run['rate'] / rate:.1f} ×" for rate in peers.values())
        lines.append(f"| `run --workers {workers}`, wall time | {run['rate']:,} | | | {ratios} |")
    memory = max(r["memory"] for r in f["runs"].values())
    cold = f["cold_start"]["run seeds/"]["work"]
    lines += ["", f"At most {memory} MB a process; a run over one page is {cold} s of work, loading included."]
    return "\n".join(lines)


def fill(readme: str, f: Figures) -> str:
    """The README with the figures between its two marks; raises ValueError when they are not there once."""
    if readme.count(BEGIN) != 1 or readme.count(END) != 1 or readme.index(BEGIN) > readme.index(END):
        raise ValueError(f"the README must have one line '{BEGIN}' and after it one '{END}'")
    before, after = readme.split(BEGIN)[0], readme.split(END)[1]
    return f"{before}{BEGIN}\n{markdown(f)}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print, or fill the README."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="?", default="")
    parser.add_argument("--limit", type=int, help="pages at most (2000; of invented ones 200)")
    parser.add_argument("--json", type=Path, default=FIGURES)
    parser.add_argument("--readme", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.readme:
        path = ROOT / "README.md"
        path.write_text(fill(path.read_text(encoding="utf-8"), json.loads(asked.json.read_bytes())), encoding="utf-8")
        return
    texts = read_texts(asked.pages, asked.limit or (2000 if asked.pages else 200))
    if len(set(texts)) < len(texts):
        print("some pages are the same: caches make this faster than an archive", file=sys.stderr)
    figures = measured(texts, asked.pages)
    print("\n".join(report(figures)))
    asked.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
