"""A finished run as DataFrames: types, and the same frames from every format."""

import copy
import json
import shutil

import numpy as np
import pandas as pd
import pytest

from dvextract import load
from dvextract.errors import UsageError
from dvextract.tables.schema import BY_NAME, TABLES


def only(finished, folder, suffix):
    """The run with its tables in one format."""
    for path in (*finished.glob(f"*.{suffix}"), finished / "run.json"):
        shutil.copy(path, folder / path.name)
    return load(folder)


@pytest.mark.parametrize("table", [t.name for t in TABLES])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_every_format_gives_the_frame_that_csv_gives(finished, tmp_path, table, suffix):
    (tmp_path / "csv").mkdir()
    (tmp_path / suffix).mkdir()
    expected = getattr(only(finished, tmp_path / "csv", "csv"), table)
    pd.testing.assert_frame_equal(getattr(only(finished, tmp_path / suffix, suffix), table), expected)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_columns_have_the_declared_type(finished, table):
    frame = getattr(load(finished), table.name)
    assert tuple(frame.columns) == table.names
    dtypes = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[s]"}
    for column in table.columns:
        expected = "category" if column.values else dtypes.get(column.type, "string")
        assert str(frame[column.name].dtype).startswith(expected), column.name
        if column.values:
            assert tuple(frame[column.name].cat.categories) == column.values


def test_values_are_what_the_page_says(finished):
    tables = load(finished)
    mentions = tables.mentions.set_index(["doc_id", "mention_id"])
    money = tables.quantities[tables.quantities.kind == "money"].iloc[0]
    assert (money.number, money.unit, money.comparator) == (2_500_000_000, "VND", ">")
    assert mentions.loc[(money.doc_id, money.mention_id), "text"] == "hơn 2,5 tỷ đồng"
    assert tables.phrases.quoted.all()


def test_a_date_of_any_century_is_a_date(finished):
    assert np.datetime64("1428-11-20") in load(finished).times.start_date.to_numpy()


def test_an_undecided_date_is_missing(finished):
    times = load(finished).times
    assert times[times.edtf == "XXXX-02-03"].start_date.isna().all()


@pytest.mark.parametrize("cell", ["2020", "2020-08", "2020-02-30", "2020-W01-1", "không rõ"])
def test_an_incomplete_date_is_missing(finished, tmp_path, cell):
    header = ",".join(BY_NAME["posts"].names)
    (tmp_path / "posts.csv").write_text(f"{header}\na,1,2,b,c,d,former,{cell},2020-08-01\n", encoding="utf-8")
    shutil.copy(finished / "run.json", tmp_path)
    posts = load(tmp_path).posts
    assert posts.start.isna().all()
    assert posts.end[0] == pd.Timestamp("2020-08-01")


def test_empty_cells_are_missing_and_the_word_na_is_not(finished, tmp_path):
    header = ",".join(BY_NAME["rejects"].names)
    (tmp_path / "rejects.csv").write_text(f"{header}\nNA,null,,nan,None\n", encoding="utf-8")
    shutil.copy(finished / "run.json", tmp_path)
    assert load(tmp_path).rejects.isna().to_numpy().tolist() == [[False, False, True, False, False]]


def test_names_and_repr_say_what_there_is(finished):
    tables = load(finished)
    assert tables.names == tuple(t.name for t in TABLES)
    assert "mentions" in dir(tables)
    assert "mentions" in repr(tables)


def test_tables_can_be_copied(finished):
    assert copy.copy(load(finished)).names == load(finished).names


def test_a_table_that_was_not_written(finished, tmp_path):
    shutil.copy(finished / "run.json", tmp_path)
    shutil.copy(finished / "posts.csv", tmp_path)
    tables = load(tmp_path)
    with pytest.raises(UsageError, match="has no table 'mentions'; it has: posts"):
        _ = tables.mentions
    assert not hasattr(tables, "mentions")


def test_no_such_table(finished):
    with pytest.raises(AttributeError, match="no table 'metnions'; this run has: documents"):
        _ = load(finished).metnions


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "not the output of a finished run"), ("{", "run.json is damaged")],
)
def test_a_folder_that_is_no_run(tmp_path, content, message):
    if content:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(UsageError, match=message):
        load(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        load(tmp_path / "nowhere")


def test_the_report_is_at_hand(finished):
    assert load(finished).run == json.loads((finished / "run.json").read_text(encoding="utf-8"))
