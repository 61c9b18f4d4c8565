"""The pipeline file that `dvextract init` writes: it works as it stands, and so does every example in it."""

import re

import pytest

from dvextract import extract
from dvextract.errors import UsageError
from dvextract.pipeline import load_pipeline
from dvextract.starter import check_lines, starter_text, write_starter

TEXT = "Sáng 8/7, bà Hà Thị Miền kể về 5 mô hình “Dân vận khéo” và việc khéo dân vận ở xã Pá Ngần."
EXAMPLE = re.compile(r"^#(?=[\w\[])", re.MULTILINE)


@pytest.fixture
def written(tmp_path):
    write_starter(tmp_path / "mine.toml")
    return tmp_path / "mine.toml"


def test_as_it_stands_it_is_the_default_pipeline(written):
    mine, default = load_pipeline(str(written)), load_pipeline()
    assert [s.name for s in mine.stages] == [s.name for s in default.stages]
    assert extract(TEXT, str(written)).mentions == extract(TEXT).mentions
    for options, shipped in zip(mine.options, default.options, strict=True):
        assert shipped.items() <= options.items()


def test_every_example_in_it_works(written, tmp_path):
    text = EXAMPLE.sub("", starter_text())
    stage = re.compile(r'\[\[stages\]\]\nname = "recogniser".*?(?=\n\n)', re.DOTALL)
    assert 'use = "transformers"' in stage.search(text)[0]  # tested with the recogniser itself
    written.write_text(stage.sub("", text), encoding="utf-8")
    (tmp_path / "my_phrases.tsv").write_text("wording\tlabel\nkể về\tEVENT\n", encoding="utf-8")
    doc = extract(TEXT, str(written))
    found = [(doc.span(m), m.label, m.method, r.value) for m, r in zip(doc.mentions, doc.readings, strict=True)]
    assert ("khéo dân vận", "PHRASE", "follow", "Dân vận khéo") in found
    assert ("kể về", "EVENT", "lexicon.my_phrases", "kể về") in found
    assert {"QUANTITY", "ABBREVIATION"}.isdisjoint(label for _, label, *_ in found)


def test_all_keys_of_a_phrase_are_explained():
    from dvextract.pipeline_file import FOLLOW_KEYS, LABELS_KEYS

    for key in (*FOLLOW_KEYS, LABELS_KEYS[1]):
        assert re.search(rf"^#{key} = ", starter_text(), re.MULTILINE), key


def test_nothing_is_overwritten(written):
    written.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine.toml is there already; give another name, or --force"):
        write_starter(written)
    assert written.read_text() == "mine"
    write_starter(written, force=True)
    assert "[[stages]]" in written.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "message"), [("mine.txt", "does not end with .toml"), ("no/where.toml", "cannot write .*: No such file")]
)
def test_where_it_cannot_be_written(tmp_path, name, message):
    with pytest.raises(UsageError, match=message):
        write_starter(tmp_path / name)


def test_a_folder_gets_a_file_of_the_usual_name(tmp_path):
    assert write_starter(tmp_path)[0] == f"wrote {tmp_path / 'pipeline.toml'}; edit it, then"
    assert (tmp_path / "pipeline.toml").is_file()


def test_what_a_pipeline_does_is_said(written, tmp_path):
    (tmp_path / "own.tsv").write_text("wording\tlabel\na\tEVENT\n", encoding="utf-8")
    text = starter_text().replace('#lexicons = ["my_phrases.tsv"]', 'lexicons = ["own.tsv"]')
    text += '[[follow]]\nphrase = "A b"\n[[follow]]\nphrase = "C"\n[labels]\noff = ["TIME", "EVENT"]\n'
    written.write_text(text, encoding="utf-8")
    assert check_lines(str(written)) == [
        f"{written}: in order",
        "stages    layout segment grammar tagger resolve interpret relate link profile labels",
        "follows   A b; C",
        "lexicons  own.tsv",
        "off       EVENT, TIME",
    ]
