"""Sorting with files between gives what sorting in memory gives."""

import random

import pytest

from dvextract.identities import spill
from dvextract.identities.spill import Spill, merged


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


def test_many_files_are_merged_some_at_a_time(lines, tmp_path, monkeypatch):
    monkeypatch.setattr(spill, "FILES", 2)
    paths = []
    for i in range(7):
        paths.append(tmp_path / str(i))
        paths[-1].write_bytes(b"".join(line + b"\n" for line in sorted(lines[i::7])))
    labelled = list(merged(paths, tmp_path / "scratch", lambda number, line: line + b"\t%d" % number))
    assert labelled == sorted(line + b"\t%d" % (i % 7) for i, line in enumerate(lines))
