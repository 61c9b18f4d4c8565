"""The declaration is consistent, and what is written keeps to it."""

import csv
import json

import pytest

from dvextract.document import BLOCK_KINDS, LABELS
from dvextract.tables.schema import BY_NAME, TABLES, data_dictionary


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_keys_name_columns(table):
    assert set(table.primary_key) <= set(table.names)
    for key in table.foreign_keys:
        assert set(key.columns) <= set(table.names)
        assert len(key.columns) == len(BY_NAME[key.table].primary_key)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_examples_are_of_the_column(table):
    readers = {"integer": int, "number": float, "boolean": ("true", "false").index, "date": lambda d: d.split("-")}
    for column in table.columns:
        readers.get(column.type, str)(column.example)
        assert not column.values or column.example in column.values


def test_closed_lists_are_the_document_models():
    lists = {c.name: c.values for c in BY_NAME["mentions"].columns}
    assert lists["label"] == LABELS
    assert set({c.name: c.values for c in BY_NAME["blocks"].columns}["kind"]) == BLOCK_KINDS


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_run_keeps_to_the_declaration(finished, table):
    with (finished / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        assert tuple(rows.fieldnames) == table.names
        for row in rows:
            for column in table.columns:
                cell = row[column.name]
                assert cell or not column.required, column.name
                assert cell in column.values or not column.values or not cell, (column.name, cell)


def test_jsonl_has_the_declared_columns_in_order(finished):
    for table in TABLES:
        for line in (finished / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines():
            assert tuple(json.loads(line)) == table.names


def test_dictionary_describes_every_column():
    page = data_dictionary()
    for table in TABLES:
        assert f"\n## {table.name}\n" in page
        assert all(f"\n| `{column.name}` | {column.type} |" in page for column in table.columns)
