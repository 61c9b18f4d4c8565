"""The compiled loops are all there, made of the sources beside them, and change no byte of a run."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dvextract import compiled

there = pytest.mark.skipif(
    not any(map(compiled.part, compiled.names())), reason="nothing is compiled: no C compiler at installation"
)


@there
@pytest.mark.parametrize("name", compiled.names())
def test_a_module_is_as_new_as_its_sources(name):
    module = Path(import_module(name).__file__)
    sources = [module.with_name(name.rpartition(".")[2] + ".pyx"), *module.parent.glob("*.h")]
    assert module.stat().st_mtime >= max(s.stat().st_mtime for s in sources), "python hatch_build.py compiles it anew"


def test_without_the_switch_there_is_nothing(monkeypatch):
    monkeypatch.setenv(compiled.SWITCH, "0")
    assert not any(map(compiled.part, compiled.names()))
    assert compiled.part("dvextract.no_such_module") is None


@there
def test_a_run_is_the_same_bytes_without_them(tmp_path):
    seeds = Path(__file__).parents[1] / "seeds"
    for name, switch in (("with", "1"), ("without", "0")):
        command = [
            sys.executable,
            "-m",
            "dvextract",
            "run",
            str(seeds),
            "--out",
            str(tmp_path / name),
            "--workers",
            "1",
        ]
        subprocess.run(command, env={**os.environ, compiled.SWITCH: switch}, check=True, capture_output=True)
    tables = sorted(p.name for p in (tmp_path / "with").glob("*.*") if p.is_file() and p.name != "run.json")
    assert "mentions.csv" in tables
    for table in tables:
        assert (tmp_path / "with" / table).read_bytes() == (tmp_path / "without" / table).read_bytes(), table
