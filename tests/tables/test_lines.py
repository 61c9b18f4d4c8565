"""Rows to lines: the bytes that csv.writer and orjson would write, whatever was written before."""

import csv
import io

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvextract.tables import lines
from dvextract.tables.build import Columns
from dvextract.tables.lines import csv_line, csv_lines, json_lines
from dvextract.tables.schema import BY_NAME, TABLES

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
tricky = st.text(st.sampled_from('a ờ\u0300,"\n\r\t\x0b\x1c\x85\u2028\ufeff\x00;|=\\'), max_size=8)
strings = st.one_of(st.none(), any_text, tricky)
integers = st.one_of(st.none(), st.integers(-2, 40), st.integers(-(1 << 53), 1 << 53))
numbers = st.one_of(integers, st.sampled_from([0, 0.0, -0.0, 1, 1.0, 1e16, 1e-7]), st.floats(allow_nan=False, width=32))
CELLS = {"string": strings, "date": strings, "integer": integers, "number": numbers, "boolean": st.booleans()}


def rows_of(table):
    return st.lists(st.tuples(*(CELLS[c.type] for c in table.columns)), max_size=4)


def by_csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[str(v).lower() if isinstance(v, bool) else v for v in row] for row in rows])
    return text.getvalue().encode()


def by_orjson(table, rows):
    cells = [[None if v == "" else v for v in row] for row in rows]
    return b"".join(orjson.dumps(dict(zip(table.names, row, strict=True))) + b"\n" for row in cells)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
@given(st.data())
def test_lines_are_those_of_csv_and_orjson(table, data):
    rows = data.draw(rows_of(table))
    assert csv_lines(table.name, rows) == by_csv(rows)
    assert json_lines(table.name, rows) == by_orjson(table, rows)


words = st.lists(st.tuples(st.integers(0, 1 << 17), tricky, st.sampled_from(["N", "V", ""])), max_size=5)


@given(tricky, words)
@example("p", [(lines._NUMBERS - 1, "a", "N"), (lines._NUMBERS, "b", "")])
def test_columns_give_the_lines_of_their_rows(doc_id, found):
    numbers = np.array([n for n, _, _ in found], dtype=np.int32)
    columns = Columns(doc_id, (numbers, numbers, numbers, numbers, [w for _, w, _ in found], [p for *_, p in found]))
    rows = [(doc_id, n, n, n, n, word, pos) for n, word, pos in found]
    assert list(columns) == rows
    assert csv_lines("tokens", columns) == by_csv(rows)
    assert json_lines("tokens", columns) == by_orjson(BY_NAME["tokens"], rows)


def test_columns_are_of_one_length():
    with pytest.raises(ValueError, match="p: columns of different lengths"):
        Columns("p", (np.zeros(2, dtype=np.int32), ["a"]))


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(lines, "_STRINGS", 3)
    known = lines._Known(lines._csv, b"", b",")
    for n in range(10):
        assert known[f"{n}"] == b"%d," % n
        assert len(known) <= 3


def test_a_line_of_csv():
    assert csv_line(("a", 'nói "dân"', "b,c", None, 1, True)) == 'a,"nói ""dân""","b,c",,1,true\r\n'.encode()
