"""What may go wrong under a run: disk, inputs, workers, what is kept. The next run is right all the same."""

import importlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dvextract import cli, load, run, watch
from dvextract.document import Document
from dvextract.errors import DvextractError, UsageError
from dvextract.pipeline import Pipeline
from dvextract.reading import pages as reading
from dvextract.running import run as running
from dvextract.running import shards, work

QUICK = '[[stages]]\nname = "layout"\n'
PAGES = {f"{i}.txt": f"Ngày {i}/3/2021, bản Pá Ngần họp lần {i}." for i in range(1, 7)}


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """Options of a run that costs little, in shards of two pages."""
    monkeypatch.setattr(shards, "PAGES", 2)
    monkeypatch.setattr(shards, "LIGHTEST", 1)
    monkeypatch.setattr(shards, "HEAVIEST", 1)
    (tmp_path / "quick.toml").write_text(QUICK, encoding="utf-8")
    return {"pipeline": str(tmp_path / "quick.toml"), "formats": ("csv",), "tables": ("documents", "blocks")}


@pytest.fixture
def faults(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    return importlib.import_module("faults")


def tables(out):
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


def rejects(out):
    return load(out).rejects[["doc_id", "stage", "error"]].to_numpy().tolist()


def test_every_write_may_fail(lay, tmp_path, quick, faults):
    more = ["--pipeline", quick["pipeline"], "--format", "csv", "--tables", "documents,entities"]
    failed, wrong = faults.refused(lay(PAGES), tmp_path, 2, more)
    assert wrong == []
    assert failed > 30


def test_what_is_kept_may_be_damaged(lay, tmp_path, quick, faults):
    more = ["--pipeline", quick["pipeline"], "--format", "csv", "--tables", "documents,blocks"]
    assert faults.damaged(lay(PAGES), tmp_path, 40, 1, more) == (40, [])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_is_really_full(lay, tmp_path, quick):
    pages = lay({name: text * 400 for name, text in PAGES.items()})
    run(pages, tmp_path / "whole", **quick)
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this system mounts no small disk")
    try:
        refused = 0
        for size in range(8, 400, 16):
            subprocess.run(["mount", "-o", f"remount,size={size}k", disk], check=True)
            try:
                run(pages, disk / "out", **quick)
            except DvextractError as e:
                refused += 1
                assert "No space left on device" in str(e)  # noqa: PT017  some sizes do
            else:
                assert tables(disk / "out") == tables(tmp_path / "whole")
        assert refused > 3
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        run(pages, disk / "out", **quick)
        assert tables(disk / "out") == tables(tmp_path / "whole")
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("becomes", [None, "Bản Huổi Lưa họp."])
def test_a_page_that_changes_while_the_run_goes_on(lay, tmp_path, quick, monkeypatch, becomes):
    pages = lay(PAGES)
    run(pages, tmp_path / "whole", **quick)
    before = (pages / "3.txt").read_bytes()

    def planned(*given):
        found = plan(*given)
        (pages / "3.txt").unlink() if becomes is None else (pages / "3.txt").write_text(becomes, encoding="utf-8")
        return found

    plan = running.plan
    with monkeypatch.context() as patched:
        patched.setattr(running, "plan", planned)
        assert run(pages, tmp_path / "out", **quick).rejects == 1
    assert rejects(tmp_path / "out") == [["3", "reading", "changed"]]
    (pages / "3.txt").write_bytes(before)  # the very page that was planned: its key is that of the kept part
    summary = run(pages, tmp_path / "out", **quick)
    assert (summary.rejects, summary.up_to_date) == (0, False)
    assert summary.reasons == ("1 shard with inputs that changed while they were read",)
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")
    assert run(pages, tmp_path / "out", **quick).up_to_date


def test_a_file_of_documents_that_changes_is_told(lay, tmp_path, quick, monkeypatch):
    pages = lay({"a.csv": "text\nBản họp.\nXã họp.\n", "b.jsonl": '{"text": "Bản họp."}\n'})

    def planned(*given):
        found = plan(*given)
        (pages / "a.csv").write_text("text\nXóm họp.\n", encoding="utf-8")
        with (pages / "b.jsonl").open("a") as more:  # what was planned stays as it was
            more.write('{"text": "Xóm họp."}\n')
        return found

    plan = running.plan
    monkeypatch.setattr(running, "plan", planned)
    run(pages, tmp_path / "out", **quick)
    assert rejects(tmp_path / "out") == [["a", "reading", "changed"]]
    assert "b/1" in load(tmp_path / "out").documents.doc_id.tolist()


class Slow:
    """A stage that never ends on some pages."""

    name, reads, adds = "slow", ("text",), ("seen",)

    def __init__(self, how):
        self.how = how

    def __call__(self, docs):
        for doc in docs:
            if "treo" in doc.text:
                self.how()
            doc.add("seen", True)


def loop():
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


@pytest.mark.parametrize("how", [loop, lambda: re.match(r"(a+)+$", "a" * 64 + "b"), lambda: time.sleep(600)])
def test_a_page_that_takes_too_long_is_found(how):
    docs = [Document(str(i), "treo" if i in (2, 3) else "họp", f"{i}.txt") for i in range(5)]
    ready, failed = work.process(docs, Pipeline("test", (Slow(how),), ({},), ""), 0.2)
    assert [d.doc_id for d in ready] == ["0", "1", "4"]
    assert [(r.doc_id, r.stage, r.error) for r in failed] == [("2", "slow", "timeout"), ("3", "slow", "timeout")]
    assert "--page-timeout" in failed[0].message


def test_a_page_that_needs_too_much_memory_is_found():
    def more():
        raise MemoryError

    docs = [Document(str(i), "treo" if i == 2 else "họp", f"{i}.txt") for i in range(5)]
    ready, failed = work.process(docs, Pipeline("test", (Slow(more),), ({},), ""))
    assert ([d.doc_id for d in ready], [r.error for r in failed]) == (["0", "1", "3", "4"], ["out-of-memory"])


def test_the_alarm_is_given_back():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(watch.Overrun), watch.limited(0.05):
        time.sleep(5)
    with watch.limited(5):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_page_that_cannot_be_read_in_time(lay, tmp_path, quick, monkeypatch):
    read = reading.read_bytes

    def slowly(kind, data, *more):
        if b"treo" in data:
            time.sleep(600)
        return read(kind, data, *more)

    pages = lay({**PAGES, "4.txt": "treo"})
    with monkeypatch.context() as patched:
        patched.setattr(reading, "read_bytes", slowly)
        run(pages, tmp_path / "out", **quick, page_timeout=0.3)
    assert rejects(tmp_path / "out") == [["4", "reading", "timeout"]]
    assert run(pages, tmp_path / "out", **quick, page_timeout=0.3).up_to_date
    summary = run(pages, tmp_path / "out", **quick, page_timeout=9)
    assert summary.rejects == 0
    assert summary.reasons == ("1 shard with pages that failed under another --page-timeout",)


FALLING = """
import os, signal
from itertools import repeat
from dvextract.reading import pages
from dvextract.running import work as real
from dvextract.stages import layout

stage = next(c for c in vars(layout).values() if isinstance(c, type) and getattr(c, "name", "") == "layout")
call, read = stage.__call__, pages.read_bytes

def falls(self, docs):
    for doc in docs:
        if "treo" in doc.text:
            open(__file__ + ".hangs", "w").close()
            sum(repeat(0))  # C code that never returns and cannot be interrupted
        if "giet" in doc.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hong" in doc.text:
            os.abort()
    return call(self, docs)

def unreadable(kind, data, *more):
    if b"khong" in data:
        os._exit(7)
    return read(kind, data, *more)

def work(*given):
    stage.__call__, pages.read_bytes = falls, unreadable
    return real.work(*given)
"""

PROGRAM = """
import sys
from dvextract import run
from dvextract.running import run as running, shards
import falling
if __name__ == "__main__":
    shards.PAGES = shards.HEAVIEST = shards.LIGHTEST = 1
    shards.PAGES = 3
    running.work = falling.work
    given, out, pipeline, workers, limit = sys.argv[1:]
    run(given, out, workers=int(workers), pipeline=pipeline, formats=["csv"], page_timeout=float(limit))
"""


def fallen(tmp_path, pages, quick, workers, limit=1.0):
    (tmp_path / "falling.py").write_text(FALLING)
    (tmp_path / "main.py").write_text(PROGRAM)
    given = [sys.executable, tmp_path / "main.py", pages, tmp_path / "out", quick["pipeline"], f"{workers}", f"{limit}"]
    return subprocess.Popen(given, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_pages_that_end_workers_are_found(lay, tmp_path, quick):
    bad = {"b1.txt": "treo", "c1.txt": "giet", "d1.txt": "hong", "e1.txt": "khong", "e2.txt": "khong"}
    good = {f"{letter}{i}.txt": f"Bản họp lần {i}." for letter in "abcdef" for i in (0, 3)}
    process = fallen(tmp_path, lay({**bad, **good}), quick, 2)
    assert (process.communicate()[1], process.returncode) == ("", 0)
    assert rejects(tmp_path / "out") == [
        ["b1", "layout", "timeout"],
        ["c1", "layout", "out-of-memory"],
        ["d1", "layout", "crash"],
        ["e1", "reading", "crash"],
        ["e2", "reading", "crash"],
    ]
    run(lay(good, "good"), tmp_path / "whole", pipeline=quick["pipeline"], formats=["csv"])
    mine, theirs = load(tmp_path / "out"), load(tmp_path / "whole")
    assert mine.blocks.equals(theirs.blocks)
    assert mine.documents.doc_id.tolist() == theirs.documents.doc_id.tolist()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends processes with their parent")
def test_a_worker_that_hangs_ends_with_its_parent(lay, tmp_path, quick, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    process = fallen(tmp_path, lay({**PAGES, "1.txt": "treo"}), quick, 2, 600)
    until = time.monotonic() + 60
    while not (tmp_path / "falling.py.hangs").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    with pytest.raises(UsageError, match=r"another run is writing to .*out; wait for it"):
        run(tmp_path / "in", tmp_path / "out", **quick)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not importlib.import_module("kill").is_left(process.pid)


def test_a_page_that_ends_the_only_process_is_found_by_the_third_run(lay, tmp_path, quick):
    pages = lay({**PAGES, "4.txt": "hong"})
    assert [fallen(tmp_path, pages, quick, 1).wait() for _ in range(3)] == [-6, -6, 0]
    assert rejects(tmp_path / "out") == [["4", "layout", "crash"]]
    assert load(tmp_path / "out").documents.doc_id.tolist() == ["1", "2", "3", "5", "6"]
    assert not (tmp_path / "out" / running.WORK / running.WORKING).exists()


def test_a_table_that_was_cut_short_is_made_again(lay, tmp_path, quick):
    run(lay(PAGES), tmp_path / "out", **quick)
    whole = tables(tmp_path / "out")
    os.truncate(tmp_path / "out" / "blocks.csv", 30)
    summary = run(lay(PAGES), tmp_path / "out", **quick)
    assert (summary.resumed, summary.reasons) == (3, ("1 table no longer as written",))
    assert tables(tmp_path / "out") == whole


@pytest.mark.parametrize("content", ["", "{", "[]", '{"dvextract": 1, "key": 2, "files": 3}'])
@pytest.mark.parametrize("name", ["run.json", ".dvextract/settings.json", ".dvextract/lock", ".dvextract/working.json"])
def test_what_runs_say_of_themselves_may_be_damaged(lay, tmp_path, quick, name, content):
    pages = lay(PAGES)
    run(pages, tmp_path / "out", **quick)
    whole = tables(tmp_path / "out")
    (tmp_path / "out" / name).write_text(content)
    (pages / "7.txt").write_text("Xã họp.", encoding="utf-8")
    summary = run(pages, tmp_path / "out", **quick)
    assert summary.pages == 7
    told = name == "run.json" or (name.endswith("settings.json") and not content.startswith('{"'))
    assert (f"{Path(name).name} was damaged" in summary.reasons) == told
    (pages / "7.txt").unlink()
    run(pages, tmp_path / "out", **quick)
    assert tables(tmp_path / "out") == whole


class Dies:
    """Something in whose destructor an interrupt arrives."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_in_a_destructor_is_not_lost(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", cli._insist)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
    begin = time.monotonic()
    try:
        Dies()  # and is gone
        with pytest.raises(KeyboardInterrupt):
            time.sleep(30)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - begin < 15


EARLY = """
import signal, sys, types
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
from dvextract.__main__ import main
sys.modules["dvextract.cli"] = types.SimpleNamespace(app=lambda: signal.raise_signal(signal.SIGINT))
main()
"""


def test_an_interrupt_before_the_command_line_has_begun_says_nothing():
    done = subprocess.run([sys.executable, "-c", EARLY], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_interrupted_at_any_time(faults, capsys):
    """The script for more moments."""
    kill = importlib.import_module("kill")
    kill.main(["--moments", "1", "--pages", "8", "--workers", "2", "--signal", "INT"])
    assert "1 of 1 runs gave the same bytes" in capsys.readouterr().out
