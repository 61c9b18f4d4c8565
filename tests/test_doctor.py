"""The doctor: all that a bug report needs, nothing of the user's, and what is broken."""

import json
from importlib import metadata
from pathlib import Path

import pytest

from dvextract import compiled, doctor
from dvextract.document import LABELS
from dvextract.lexicon import tsv


@pytest.fixture(scope="module")
def report():
    return doctor.examine()


def test_a_sound_installation_has_nothing_broken(report):
    assert report.broken == []
    assert None not in report.sections.values()
    assert doctor.lines(report)[-1].strip() == "nothing is broken"


def test_every_section_is_in_the_lines(report):
    named = {line.split()[0] for line in doctor.lines(report) if not line.startswith(" ")}
    assert {"dvextract", "python", "system", "libraries", "extra", "compiled", "recogniser", "model"} <= named
    assert {"lexicons", "processors", "terminal", "space", "trial"} <= named


def test_versions_and_dates(report):
    assert report.sections["versions"]["dvextract"] == metadata.version("dvextract")
    assert report.sections["libraries"]["numpy"] == metadata.version("numpy")
    assert set(report.sections["lexicons"]) == set(tsv.names())
    assert all(report.sections["lexicons"].values())
    assert set(report.sections["trial"]["mentions"]) <= set(LABELS)
    model = report.sections["model"]
    assert len(model["sha256"]) == 64
    assert model["date"]


def test_what_is_not_compiled_is_slow_and_not_broken(monkeypatch):
    monkeypatch.setenv(compiled.SWITCH, "0")
    report = doctor.examine()
    assert report.broken == []
    assert set(report.sections["compiled"].values()) == {False}
    assert any("twice as long" in line for line in doctor.lines(report))


def test_it_is_json(report):
    assert json.loads(json.dumps(report.as_json())).keys() == {*report.sections, "broken"}


def test_nothing_of_the_user_is_in_it(report):
    said = "\n".join([*doctor.lines(report), json.dumps(report.as_json())])
    for secret in (str(Path.home()), str(Path.cwd()), Path.cwd().name):
        assert secret in ("/", "") or secret not in said


def test_requirements_by_extra(monkeypatch):
    listed = ["numpy<3,>=1.26", "scipy<2; extra == 'train'", 'torch>=2; python_version > "3" and extra == "context"']
    monkeypatch.setattr(metadata, "requires", lambda name: listed)
    assert doctor.requirements() == {"": ["numpy"], "train": ["scipy"], "context": ["torch"]}


def test_what_lacks_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setattr(metadata, "requires", lambda name: ["no-such-thing>=1", "nor-this; extra == 'train'"])
    report = doctor.examine()
    assert report.broken == ["no-such-thing is not installed; do: pip install dvextract"]
    lines = doctor.lines(report)
    assert "libraries    no-such-thing MISSING" in lines
    assert "extra        train: lacks nor-this; do: pip install 'dvextract[train]'" in lines
    assert lines[-1].startswith("BROKEN")


def test_a_section_that_falls_does_not_take_the_others_along(monkeypatch):
    from dvextract.errors import UsageError
    from dvextract.model import weights

    def fall(*_):
        raise UsageError("default is not a dvextract model: no")

    monkeypatch.setattr(weights, "load", fall)
    report = doctor.examine()
    assert report.sections["model"] is None
    assert report.broken[0] == "model: default is not a dvextract model: no"
    assert "BROKEN       model: default is not a dvextract model: no" in doctor.lines(report)
    assert report.sections["lexicons"]


def test_little_space_is_broken(monkeypatch):
    monkeypatch.setattr(doctor, "LOW_SPACE", 1 << 62)
    assert any("make room" in message for message in doctor.examine().broken)
