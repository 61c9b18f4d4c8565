"""Killed at any moment: what was done is not done again, and the tables are those of a run that nobody disturbed."""

import importlib
import os
import random
import signal
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from dvextract import run
from dvextract.running import run as running
from dvextract.running import shards

MOMENTS = 10
FORMATS = ("csv", "jsonl")
EVENTS = frozenset(("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"))
KILLED = -signal.SIGKILL


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 3)


@pytest.fixture
def archive(lay):
    text = "Sáng {}/7/2024, UBND xã Pá Ngần họp theo Nghị quyết số {}-NQ/TU. Ông Lường Văn Pảnh dự."
    return lay({f"{i:02d}.txt": text.format(i + 1, i) for i in range(25)})


def tables(out):
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


def killed_at(moment, *arguments, **options):
    """Run in a process that is killed when it touches files for the ``moment``-th time; returns how it ended."""

    def child():
        left = moment

        def hook(event, _):
            nonlocal left
            if event in EVENTS:
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        run(*arguments, **options)
        (Path(arguments[1]).parent / "events").write_text(str(moment - left))
        os._exit(0)

    process = get_context("fork").Process(target=child)
    process.start()
    process.join()
    return process.exitcode


def test_killed_and_run_again(archive, tmp_path):
    run(archive, tmp_path / "whole", formats=FORMATS)
    assert killed_at(1 << 30, archive, tmp_path / "counted", formats=FORMATS) == 0
    events = int((tmp_path / "events").read_text())
    rnd = random.Random(7)
    reused = set()
    for moment in sorted(rnd.sample(range(2, events), MOMENTS)):
        out = tmp_path / f"out{moment}"
        assert killed_at(moment, archive, out, formats=FORMATS) == KILLED
        done = [*out.glob(f"{running.WORK}/parts/*.pack")]
        summary = run(archive, out, formats=FORMATS)
        assert summary.resumed == (summary.shards if summary.up_to_date else len(done))
        assert tables(out) == tables(tmp_path / "whole")
        assert sorted(p.name for p in out.glob(".*")) == [running.WORK]
        reused.add(summary.resumed)
    assert len(reused) > 3  # moments from the beginning to the end


def test_killed_while_pages_are_added(archive, tmp_path):
    run(archive, tmp_path / "out", formats=FORMATS)
    (archive / "12b.txt").write_text("Ngày 2/9/2024, bản Lả Mường họp.", encoding="utf-8")
    run(archive, tmp_path / "whole", formats=FORMATS)
    for moment in (40, 120, 400):
        assert killed_at(moment, archive, tmp_path / "out", formats=FORMATS) in (KILLED, 0)
    summary = run(archive, tmp_path / "out", formats=FORMATS)
    assert summary.up_to_date or summary.resumed > summary.shards / 2
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")


def test_processes_killed_at_any_time(monkeypatch, capsys):
    """The script for more moments: a whole run with two workers, killed by the clock."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    kill = importlib.import_module("kill")
    kill.main(["--moments", "1", "--pages", "8", "--workers", "2"])
    assert "1 of 1 runs gave the same bytes" in capsys.readouterr().out
