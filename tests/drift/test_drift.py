"""The pinned output of the invented pages: a change, also of a dependency's version, shows as a diff of rows."""

import shutil

import pinned
import pytest

from dvextract.tables.schema import TABLES


def test_a_run_gives_what_is_pinned(notebook_run):
    """If the change is meant, write the pins anew: ``python tests/drift/pinned.py``."""
    found = "\n".join(pinned.changes(notebook_run))
    assert not found, f"\n{found}\nIf this is meant: python tests/drift/pinned.py"


def test_every_table_with_rows_is_pinned(notebook_run):
    digests = (pinned.EXPECTED / pinned.DIGESTS).read_text(encoding="utf-8")
    named = {line.split("\t")[0] for line in digests.splitlines()}
    assert {t.name for t in TABLES} - named == {"origins", "warnings", "rejects"}  # of text in UTF-8 there are none
    assert {p.stem for p in pinned.EXPECTED.glob("*.tsv")} == set(pinned.AS_TEXT)


@pytest.mark.parametrize("table", ["tokens", "mentions", "posts"])
def test_a_changed_cell_is_seen_and_shown(notebook_run, tmp_path, table):
    folder = tmp_path / "run"
    shutil.copytree(notebook_run, folder)
    path = folder / f"{table}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace('"start":', '"start":1', 1) if table != "posts" else lines[4]
    path.write_text("".join(lines), encoding="utf-8")
    (found, *more) = pinned.changes(folder)
    assert f"+{table}\t" in found
    assert bool(more) == (table in pinned.AS_TEXT)
