"""What a run says: a bar on a terminal only, and closing lines."""

import sys
from pathlib import Path

import pytest

from dvextract.running.run import RunSummary
from dvextract.viewing.progress import bar, summary_lines

DONE = RunSummary(Path("out"), 12, 34567, 0, {"TIME": 3, "PERSON": 1200}, 2.0)


def changed(**fields):
    known = {name: getattr(DONE, name) for name in DONE.__slots__}
    return RunSummary(**{**known, **fields})


def test_no_bar_where_there_is_no_terminal(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with bar() as progress:
        assert progress is None
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with bar() as progress:
        progress(500, 1000)
        progress(1000, 1000)
    captured = capsys.readouterr()
    assert "1.0/1.0 kB" in captured.err
    assert captured.out == ""


def test_closing_lines():
    assert summary_lines(DONE) == [
        "12 pages, 34,567 characters in 2.0 s (6.0 pages/s, 17,284 characters/s)",
        "mentions: PERSON 1,200, TIME 3",
        "tables: out",
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"rejects": 2}, "rejects: 2, see out/rejects.*"),
        ({"resumed": 3, "shards": 9}, "3 of 9 shards reused"),
        (
            {"resumed": 12, "shards": 40, "reasons": ("3 new inputs", "1 changed input")},
            "12 of 40 shards reused; redone: 3 new inputs, 1 changed input",
        ),
        (
            {"shards": 40, "reasons": ("lexicon places changed",)},
            "0 of 40 shards reused; redone: lexicon places changed",
        ),
        ({"mentions": {}}, "mentions: none"),
        ({"up_to_date": True}, "out is up to date (12 pages); --force makes it anew"),
    ],
)
def test_closing_lines_say_what_was_special(fields, line):
    assert line in summary_lines(changed(**fields))
    assert line not in summary_lines(DONE)


def test_a_run_too_short_to_time():
    assert "0.0 s" in summary_lines(changed(seconds=0.0))[0]
