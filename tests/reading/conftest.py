"""A run whose pipeline divides pages and does nothing else, so that reading is what is tested."""

import pytest

from dvextract import load, run


@pytest.fixture(scope="session")
def layout_only(tmp_path_factory):
    """A pipeline file with the stage layout alone."""
    path = tmp_path_factory.mktemp("pipeline") / "layout.toml"
    path.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    return str(path)


@pytest.fixture
def tables_of(lay, tmp_path, layout_only):
    """Tables of a run over files (text or bytes by name)."""

    def tables(files, **options):
        run(lay(files), tmp_path / "out", pipeline=layout_only, force=True, **options)
        return load(tmp_path / "out")

    return tables


@pytest.fixture
def content_of():
    """The content blocks of a page of a run, joined by line breaks."""

    def content(tables, doc_id):
        blocks = tables.blocks[tables.blocks.doc_id == doc_id]
        kinds = ("title", "subtitle", "lead", "caption", "body", "table")
        return "\n".join(blocks[blocks.kind.isin(kinds)].text)

    return content
