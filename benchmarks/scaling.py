"""How a run's time and memory grow: pages times 1, 10, 100; one worker, two, and a Dask cluster of two on this machine.

    python benchmarks/scaling.py [--pages N] [--times 1 10 100] [--workers 1 2] [--dask]

Pages are invented, no two alike. *work* is process time of all processes together (with --dask of the driver only),
which other programs on the machine change little; *growth* is how many times the work of the row before it is, starting
included: for ten times the pages at most 10.5. *speed-up* is wall time of one worker to that of several, of use on a
machine that does nothing else. With --dask (extra 'cluster') a scheduler and two workers are started.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from invented import texts
from speed import command

TABLE = "{:>8s}{:>10s}{:>9s}{:>9s}{:>13s}{:>8s}{:>9s}{:>10s}"


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of this machine."""
    address = folder / "scheduler.json"
    module = [sys.executable, "-m"]
    options = ["--scheduler-file", str(address), "--no-dashboard"]
    quiet = subprocess.DEVNULL
    start = [*module, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *options]
    processes = [subprocess.Popen(start, stdout=quiet, stderr=quiet)]
    try:
        while not address.exists():
            if processes[0].poll() is not None:
                raise SystemExit("no Dask scheduler: pip install 'dvextract[cluster]'")
            time.sleep(0.1)
        single = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        worker = [*module, "distributed.cli.dask_worker", *options, *single]
        processes += [subprocess.Popen(worker, stdout=quiet, stderr=quiet) for _ in range(2)]
        yield str(json.loads(address.read_text())["address"])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--dask", action="store_true")
    asked = parser.parse_args(arguments)
    print(TABLE.format("pages", "workers", "wall s", "work s", "characters/s", "growth", "speed-up", "MB most"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        single: dict[int, float] = {}
        for workers in [*asked.workers, *([0] if asked.dask else [])]:
            before = 0.0
            for times in asked.times:
                count = asked.pages * times
                source = laid(folder, count)
                options = ["run", str(source), "--out", str(folder / f"out{workers}-{count}"), "--no-keep"]
                if workers:
                    seconds, work, memory = command(*options, "--workers", str(workers))
                else:
                    with cluster(folder) as address:
                        seconds, work, memory = command(*options, "--engine", "dask", "--scheduler", address)
                    (folder / "scheduler.json").unlink()
                single.setdefault(count, seconds)
                growth = f"{work / before:.2f}" if before and workers else ""
                before = work
                cells = (str(count), str(workers) if workers else "dask 2", f"{seconds:.1f}", f"{work:.1f}")
                rate = f"{characters(source) / seconds:,.0f}"
                print(TABLE.format(*cells, rate, growth, f"{single[count] / seconds:.2f}", f"{memory:.0f}"), flush=True)


def laid(folder: Path, count: int) -> Path:
    """A file of as many pages."""
    path = folder / f"pages{count}.jsonl"
    if not path.exists():
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts(count))
    return path


def characters(source: Path) -> int:
    """Characters of the texts of a file."""
    with source.open(encoding="utf-8") as lines:
        return sum(len(json.loads(line)["text"]) for line in lines)


if __name__ == "__main__":
    main()
