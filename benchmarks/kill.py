"""Kills whole runs at random times and runs them again: are the tables those of a run that nobody disturbed?

    python benchmarks/kill.py [--moments N] [--pages N] [--workers N] [--seed N]

Every run is killed with all its processes (SIGKILL) up to three times, then left to end. Prints a line a run; exits 1
when any table differs.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from invented import texts


def started(source: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    """A run in a process group of its own."""
    command = [sys.executable, "-m", "dvextract.cli", "run", str(source), "--out", str(out), "--workers", str(workers)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


def tables(out: Path) -> dict[str, bytes]:
    """The bytes of every table."""
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    rnd = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number, text in enumerate(texts(asked.pages)):
            (folder / "in" / f"{number:05d}.txt").write_text(text, encoding="utf-8")
        begin = time.perf_counter()
        if started(folder / "in", folder / "whole", asked.workers).wait():
            raise SystemExit("the run does not end well even when nobody disturbs it")
        seconds = time.perf_counter() - begin
        whole = tables(folder / "whole")
        same = 0
        for number in range(asked.moments):
            out = folder / f"out{number}"
            kills = []
            for _ in range(rnd.randint(1, 3)):
                process = started(folder / "in", out, asked.workers)
                moment = rnd.uniform(0.05, 1) * seconds
                try:
                    process.wait(moment)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    kills.append(f"{moment:.1f} s")
            ended = started(folder / "in", out, asked.workers).wait()
            equal = ended == 0 and tables(out) == whole
            same += equal
            print(
                f"killed after {', '.join(kills) or 'its end'}: {'same bytes' if equal else 'OTHER TABLES'}", flush=True
            )
        print(f"{same} of {asked.moments} runs gave the same bytes")
    if same < asked.moments:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
