"""What changed since the last run, in words."""

import pytest

from dvextract.running.changes import inputs_changed, settings_changed

BEFORE = {
    "version": "1",
    "pipeline": "a",
    "options": "{}",
    "stages": {"tagger": "x", "resolve": ""},
    "lexicons": {"lexicon/places": "1", "lexicon/bodies": "1"},
    "code": "c",
    "columns": {"text": "text", "id": ""},
    "repetition": "",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"version": "2", "code": "d"}, ["dvextract 1 is now 2"]),
        ({"code": "d"}, ["the program changed"]),
        ({"pipeline": "b"}, ["the pipeline changed"]),
        ({"pipeline": "b", "stages": {"tagger": "x"}}, ["the pipeline changed"]),
        ({"stages": {"tagger": "y", "resolve": ""}}, ["files of stage tagger changed"]),
        ({"options": '{"tagger": {}}'}, ["other options of stages"]),
        ({"columns": {"text": "body", "id": ""}}, ["other columns of inputs"]),
        ({"columns": {"text": "text", "id": "", "encoding": "tcvn3"}}, ["another encoding of inputs"]),
        ({"repetition": "r"}, ["lines repeated on the pages of a site changed"]),
        ({"lexicons": {"lexicon/places": "2", "lexicon/bodies": "1"}}, ["lexicon places changed"]),
        ({"lexicons": {"lexicon/places": "2", "lexicon/posts": "1"}}, ["lexicons bodies, places, posts changed"]),
        ({"lexicons": {f"l/{i}": "" for i in range(5)}}, ["lexicons 0, 1, 2, 3, 4 and 2 more changed"]),
        ({"code": "d", "lexicons": {"lexicon/places": "1"}}, ["the program changed", "lexicon bodies changed"]),
    ],
)
def test_settings(changed, said):
    assert settings_changed(BEFORE, {**BEFORE, **changed}) == said


def test_a_first_run_has_no_reasons():
    assert settings_changed({}, BEFORE) == []


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ([], [("a", 1, "x")], ["1 new input"]),
        ([("a", 1, "x")], [], ["1 removed input"]),
        (
            [("a", 1, "x"), ("b", 1, "x")],
            [("a", 1, "y"), ("b", 1, "x"), ("c", 1, "x")],
            ["1 new input", "1 changed input"],
        ),
        ([("a", 1, "x"), ("a", 9, "x")], [("a", 1, "y"), ("a", 9, "y")], ["2 changed inputs"]),  # slices of one file
        ([("a", 1, "x"), ("a", 1, "y")], [("a", 1, "x"), ("a", 1, "z")], ["1 changed input"]),  # parts of an archive
        ([("a", 1, "x")], [("a", 1, "x")], []),  # its shard is cut otherwise
    ],
)
def test_inputs(before, now, said):
    assert inputs_changed(before, now) == said
