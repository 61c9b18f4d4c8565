"""Cost grows with the text and not faster; what the join holds at once does not grow at all."""

import gc
import importlib
import time
import tracemalloc
from itertools import count
from pathlib import Path

import pytest

from dvextract import run, storage
from dvextract.identities import spill
from dvextract.identities.joining import PROFILES
from dvextract.running import join
from dvextract.running.join import join_here, targets
from dvextract.tables import pack
from dvextract.tables.entities import COUNTS
from dvextract.tables.pack import PackWriter

LIMIT = 10.5
"""Times the work for ten times the pages."""


@pytest.fixture
def laid(lay, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    texts = list(importlib.import_module("invented").texts(160))
    return [lay({f"{i:03d}.txt": text for i, text in enumerate(texts[:n])}, f"in{n}") for n in (16, 160)]


def test_ten_times_the_pages_take_ten_times_the_work(laid, tmp_path):
    few, many = laid
    number = count()

    def seconds(folder):
        gc.collect()
        gc.disable()  # a collection looks at everything that other tests have left
        try:
            begin = time.process_time()
            run(folder, tmp_path / str(next(number)))
            return time.process_time() - begin
        finally:
            gc.enable()

    seconds(few)  # loads the pipeline
    growth = [seconds(many) / seconds(few)]
    while growth[-1] > LIMIT and len(growth) < 4:  # another program disturbed one of the two
        growth.append(seconds(many) / seconds(few))
    assert min(growth) <= LIMIT


def part(path, number):
    """A part that says something of many persons and places, some of them in every part."""
    persons = sorted(f"per-{i if i < 50 else number * 1000 + i:012x}" for i in range(100))
    profile = (
        b'{"birth":0,"callings":[],"company":[],"former":[],"home":["",""],"offices":[],"page":["",""],"people":"",'
    )
    profile += b'"sex":"","year":2020}'
    lines = (
        b'%s\t%08d\t["p%d/%d","N",{"N":1},{"N":1}]\t%s' % (name.encode(), i, number, i, profile)
        for i, name in enumerate(persons)
    )
    places = sorted(f"loc-{i if i < 50 else number * 1000 + i:012x}" for i in range(100))
    counts = b'{"codes":{},"documents":1,"facts":[],"forms":{"x":1},"names":{"x":1}}'
    with storage.writing(path) as file:
        written = PackWriter(file)
        written.lines(PROFILES, lines)
        written.lines(COUNTS, (b"LOCATION\t%s\t%s" % (name.encode(), counts) for name in places))
        written.close({})
    return str(path)


def test_the_join_holds_no_more_of_a_larger_run(tmp_path, monkeypatch):
    monkeypatch.setattr(spill, "MEMORY", 1 << 16)
    monkeypatch.setattr(pack, "FRAME", 1 << 12)
    monkeypatch.setattr(join, "GROUP", 8)
    monkeypatch.setattr(join, "ROWS", 1 << 8)
    peaks = []
    for n in (20, 80):
        parts = [part(tmp_path / f"{n}" / f"{i}.pack", i) for i in range(n)]
        wanted = targets(str(tmp_path / f"out{n}"), "single", ("entities", "identities"), ("csv",))
        tracemalloc.start()
        join_here(parts, wanted, str(tmp_path / "between"))
        left, peak = tracemalloc.get_traced_memory()
        peaks.append(peak - left)  # what is left are caches, which have bounds of their own
        tracemalloc.stop()
    rows = (tmp_path / "out80" / "identities.csv").read_bytes().count(b"\n") - 1
    assert rows == 80 * 100
    assert peaks[1] < 1.5 * peaks[0]
