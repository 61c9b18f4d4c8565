"""Makes every write of a run fail in turn, and flips bits of what is kept: is the next run right all the same?

    python benchmarks/faults.py [--pages N] [--every N] [--flips N] [--seed N]

Every operation on a file under the output (making a folder, opening, writing, syncing, renaming, removing) fails once
with each of ENOSPC, EROFS and EIO; with ``--every`` only each N-th does. The command must say so in one line and end
with status 1 or 2, and the same command must then write the tables of an undisturbed run. Then ``--flips`` times
a file of what is kept is damaged and a table removed. Exits 1 when something is not as it should be.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from invented import texts
from typer.testing import CliRunner

from dvextract.cli import app
from dvextract.running import run as running
from dvextract.running import shards

ERRORS = (errno.ENOSPC, errno.EROFS, errno.EIO)


class Fault:
    """Lets the operation of one number under a folder fail; counts them."""

    def __init__(self, folder: Path, number: int, code: int) -> None:
        self._folder = str(folder)
        self._number = number
        self._code = code
        self.count = 0
        self.met = ""

    def step(self, what: str, path: Any) -> None:
        """One operation; raises OSError when it is its turn."""
        name = os.fspath(path) if not isinstance(path, int) else os.readlink(f"/proc/self/fd/{path}")
        if not str(name).startswith(self._folder):
            return
        self.count += 1
        if self.count == self._number:
            self.met = f"{what} {Path(str(name)).name}"
            raise OSError(self._code, os.strerror(self._code), *([] if what in ("write", "fsync") else [str(name)]))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Stand before the functions that the run uses."""
        step = self.step

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                step("write", self.name)
                return super().write(data)

        opened = io.open

        def opening(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
            if not any(letter in mode for letter in "wax+") or isinstance(file, int):
                return opened(file, mode, *rest, **more)
            step("open", file)
            return io.BufferedWriter(Raw(file, "w")) if mode == "wb" else opened(file, mode, *rest, **more)

        def before(name: str, place: int = 0) -> Callable[..., Any]:
            real = getattr(os, name)

            def stepped(*given: Any, **more: Any) -> Any:
                step(name, given[place])
                return real(*given, **more)

            return stepped

        kept = {name: getattr(os, name) for name in ("mkdir", "replace", "fsync", "unlink")}
        try:
            io.open = opening  # type: ignore[assignment]
            for name in kept:
                setattr(os, name, before(name))
            yield
        finally:
            io.open = opened
            for name, real in kept.items():
                setattr(os, name, real)


def tables(out: Path) -> dict[str, bytes]:
    """The bytes of every table."""
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


def said(source: Path, out: Path, *more: str) -> tuple[int, str]:
    """Exit status and output of the command line, in this process."""
    done = CliRunner().invoke(app, ["run", str(source), "--out", str(out), "--workers", "1", *more])
    fell = done.exception if not isinstance(done.exception, SystemExit) else None
    return done.exit_code, done.output if fell is None else f"Traceback: {fell!r}"


def refused(source: Path, folder: Path, every: int = 1, more: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Let each operation fail; returns how many did, and what was not as it should be."""
    whole = folder / "whole"
    assert said(source, whole, *more)[0] == 0
    counted = Fault(folder / "counted", 0, 0)
    with counted.at_work():
        said(source, folder / "counted", *more)
    wrong: list[str] = []
    met = 0
    for number in range(1, counted.count + 1, every):
        for code in ERRORS if every == 1 else [ERRORS[number % len(ERRORS)]]:
            out = folder / "out"
            shutil.rmtree(out, ignore_errors=True)
            fault = Fault(out, number, code)
            with fault.at_work():
                status, words = said(source, out, *more)
            met += bool(fault.met)
            good = f"dvextract: error: cannot write into {out}: {os.strerror(code)}"
            good_too = f"dvextract: error: cannot write to {out}: {os.strerror(code)}"
            if status == 0:  # what failed was no loss
                if tables(out) != tables(whole):
                    wrong.append(f"{fault.met}: other tables, and nothing was said")
            elif status not in (1, 2) or not words.startswith((good, good_too)) or words.count("\n") != 1:
                wrong.append(f"{fault.met}, {os.strerror(code)}: status {status}, {words}")
            status, words = said(source, out, *more)
            if status or tables(out) != tables(whole):
                wrong.append(f"{fault.met}: not mended by the next run: {words}")
    return met, wrong


def damaged(source: Path, folder: Path, flips: int, seed: int, more: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Damage what is kept, run anew what is left; returns how often, and what was not as it should be."""
    rnd = random.Random(seed)
    kept = folder / "kept"
    assert said(source, kept, *more)[0] == 0
    wanted = tables(kept)
    wrong: list[str] = []
    for _ in range(flips):
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(kept, out)
        inside = [*(out / running.WORK).rglob("*.*"), out / "run.json"]
        victim = rnd.choice([p for p in inside if p.is_file() and p.name != "refused.pack"])
        data = bytearray(victim.read_bytes())
        how = rnd.choice(("bit", "short", "empty", "other"))
        if how == "bit":
            data[rnd.randrange(len(data))] ^= 1 << rnd.randrange(8)
        elif how == "short":
            del data[rnd.randrange(len(data)) :]
        else:
            data = bytearray(b"" if how == "empty" else b"[1]")
        victim.write_bytes(data)
        (out / "posts.csv").unlink(missing_ok=True)  # so that the parts are needed
        (out / "blocks.csv").unlink(missing_ok=True)
        status, words = said(source, out, *more)
        if status or tables(out) != wanted:
            wrong.append(f"{how} in {victim.name}: status {status}, {words}")
        if victim.suffix == ".pack" and how != "bit" and "damaged" not in words:
            wrong.append(f"{how} in {victim.name} was not said: {words}")
    return flips, wrong


def main(arguments: Sequence[str] | None = None) -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--flips", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    shards.PAGES = 4
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number, text in enumerate(texts(asked.pages)):
            (folder / "in" / f"{number:05d}.txt").write_text(text, encoding="utf-8")
        failed, wrong = refused(folder / "in", folder, asked.every)
        flipped, others = damaged(folder / "in", folder, asked.flips, asked.seed)
    for line in (*wrong, *others):
        print(line)
    print(f"{failed} operations failed and {flipped} files were damaged; {len(wrong) + len(others)} faults")
    if wrong or others:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
