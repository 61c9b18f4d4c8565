"""Kills runs at random times and runs them again: are the tables those of a run that nobody disturbed?

    python benchmarks/kill.py [--moments N] [--pages N] [--workers N] [--seed N] [--signal KILL|INT]

Every run is disturbed up to three times, then left to end. What is killed is by turns the run with all its processes,
its parent only (the workers must then end by themselves), or one worker (the run must go on by itself). With INT it is
an interrupt as Ctrl-C sends it: the run must say so and end with status 130. Prints a line a run; exits 1 when a table
differs, a process is left over, or what was said is not what should be.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from invented import texts

PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "from dvextract.running import shards; shards.PAGES = 6; from dvextract.cli import app; app()"
)
"""The command line with small shards, so that few pages are work for all workers."""


def started(source: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    """A run in a process group of its own."""
    command = [sys.executable, "-c", PROGRAM, "run", str(source), "--out", str(out), "--workers", str(workers)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def workers_of(parent: int) -> list[int]:
    """Worker processes of a run (Linux)."""
    found = Path(f"/proc/{parent}/task/{parent}/children")
    children = found.read_text().split() if found.exists() else []
    return [int(c) for c in children if b"spawn_main" in _command(c)]


def _command(process: str) -> bytes:
    try:
        return Path("/proc", process, "cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


def is_left(group: int, seconds: float = 10) -> bool:
    """Whether processes of a run that ended are there still."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


def disturbed(process: subprocess.Popen[bytes], moment: float, victim: str, number: int) -> str:
    """Send a signal to a run at a moment; returns what went wrong, or nothing."""
    try:
        process.wait(moment)
        return ""
    except subprocess.TimeoutExpired:
        pass
    if victim == "worker":
        for pid in workers_of(process.pid)[:1]:
            os.kill(pid, number)
        return f"status {process.returncode} when a worker was killed" if process.wait() else ""
    (os.killpg if victim == "all" else os.kill)(process.pid, number)
    said = (process.communicate()[1] or b"").decode()
    if "Traceback" in said:
        return f"said: {said}"
    if is_left(process.pid):
        return "processes are left over"
    if number == signal.SIGINT and process.returncode not in (0, -signal.SIGINT):  # the latter: it had not begun
        if process.returncode != 130:
            return f"status {process.returncode}: {said}"
        if "interrupted" not in said:
            return f"said: {said}"
    return ""


def tables(out: Path) -> dict[str, bytes]:
    """The bytes of every table."""
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signal", choices=("KILL", "INT"), default="KILL")
    asked = parser.parse_args(arguments)
    sent = signal.Signals[f"SIG{asked.signal}"]
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
        victims = ["all", "parent"] if sent == signal.SIGINT or asked.workers == 1 else ["all", "parent", "worker"]
        same = hits = 0
        for number in range(asked.moments):
            out = folder / f"out{number}"
            kills, wrong = [], ""
            for again in range(rnd.randint(1, 3)):
                victim = victims[(number + again) % len(victims)]
                process = started(folder / "in", out, asked.workers)
                moment = rnd.uniform(0.05, 1) * seconds
                wrong = wrong or disturbed(process, moment, victim, sent)
                hits += process.returncode != 0 or victim == "worker"
                kills.append(f"{victim} {moment:.1f} s")
            ended = started(folder / "in", out, asked.workers).wait()
            equal = ended == 0 and tables(out) == whole
            same += equal and not wrong
            told = wrong or ("same bytes" if equal else "OTHER TABLES")
            print(f"{asked.signal} after {', '.join(kills)}: {told}", flush=True)
            shutil.rmtree(out, ignore_errors=True)
        print(f"{same} of {asked.moments} runs gave the same bytes ({hits} disturbances)")
    if same < asked.moments:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
