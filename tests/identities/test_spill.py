"""Sorting with files between gives what sorting in memory gives."""

import random

import pytest

from dvextract.identities import spill
from dvextract.identities.spill import Spill


@pytest.fixture
def lines():
    rnd = random.Random(1)
    return [b"%04d\t%d" % (rnd.randrange(3000), i) for i in range(1000)]


@pytest.mark.parametrize(("memory", "files"), [(1 << 20, 64), (300, 64), (300, 3)])
def test_sorted(lines, tmp_path, monkeypatch, memory, files):
    monkeypatch.setattr(spill, "MEMORY", memory)
    monkeypatch.setattr(spill, "FILES", files)
    sort = Spill(tmp_path / "scratch")
    for line in lines:
        sort.add(line)
    assert list(sort) == sorted(lines)
    assert list(sort) == sorted(lines)  # more than once


def test_memory_holds_no_more_than_it_may(lines, tmp_path, monkeypatch):
    monkeypatch.setattr(spill, "MEMORY", 500)
    sort = Spill(tmp_path / "scratch")
    for line in lines:
        sort.add(line)
        assert sum(map(len, sort._held)) < 500
    assert len(list((tmp_path / "scratch").iterdir())) > spill.FILES
