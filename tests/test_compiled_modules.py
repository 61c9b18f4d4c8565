"""The compiled loops are all there, made of the sources beside them, and change no byte of a run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dvextract import compiled, doctor

there = pytest.mark.skipif(
    not any(map(compiled.part, compiled.names())), reason="nothing is compiled: no C compiler at installation"
)


@there
@pytest.mark.parametrize("name", compiled.names())
def test_every_module_is_there(name):
    assert Path(compiled.part(name).__file__).parent == compiled.PACKAGE.joinpath(*name.split(".")[1:-1])


@there
def test_modules_of_other_sources_are_left(monkeypatch, tmp_path, recwarn):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "_loops.pyx").write_text("one = 1")
    (tmp_path / "room" / "loops.h").write_text("#define ONE 1")
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    monkeypatch.setattr(compiled, "RECORD", tmp_path / "compiled.sha256")
    assert compiled.names() == [f"{tmp_path.name}.room._loops"]

    def usable():
        compiled.usable.cache_clear()
        return compiled.usable()

    try:
        assert not usable()  # nothing was compiled
        compiled.RECORD.write_text(compiled.fingerprint())
        assert usable()
        assert not recwarn.list
        for name in ("_loops.pyx", "loops.h"):
            before = (tmp_path / "room" / name).read_text()
            (tmp_path / "room" / name).write_text(before + "\n")
            with pytest.warns(RuntimeWarning, match=r"not of the sources.*install dvextract again"):
                assert not usable()
            assert compiled.part("dvextract.model._layers") is None
            assert any("install dvextract again" in message for message in doctor.examine().broken)
            (tmp_path / "room" / name).write_text(before)
            assert usable()
    finally:
        compiled.usable.cache_clear()


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


def test_what_is_asked_for_is_there_to_be_compiled():
    root = Path(__file__).parents[1]
    asked = {
        name
        for folder in ("src", "tests")
        for path in (root / folder).rglob("*.py")
        for name in re.findall(r'= part\("([\w.]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert asked == set(compiled.names())
