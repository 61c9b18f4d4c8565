"""Rows to lines: the bytes that csv.writer and orjson would write, whatever was written before."""

import csv
import io

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvextract.document import Document, Tokens
from dvextract.tables import lines
from dvextract.tables.build import TokenRows
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


def page(text, spans, pos):
    doc = Document("p,1", text)
    start, end = (np.array([span[i] for span in spans], dtype=np.int32) for i in (0, 1))
    doc.add("tokens", Tokens(start, end, np.arange(len(spans), dtype=np.int32) % 7, pos))
    return TokenRows(doc)


words = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["N", "V", ""])), max_size=6)


@given(st.one_of(any_text, tricky), words, st.booleans())
@example('a"ờ,', [(0, 1, "N"), (1, 2, "CH"), (2, 3, ""), (3, 4, "CH"), (0, 4, "N")], True)
def test_lines_of_tokens_are_those_of_their_rows(text, words, tagged):
    words = [(a, b, p if tagged else "") for a, b, p in words if a < b <= len(text)]
    found = page(text, [(a, b) for a, b, _ in words], tuple(p for *_, p in words) if tagged else ())
    rows = [("p,1", i % 7, i, a, b, text[a:b], p) for i, (a, b, p) in enumerate(words)]
    assert list(found) == rows
    assert csv_lines("tokens", found) == by_csv(rows)
    assert json_lines("tokens", found) == by_orjson(BY_NAME["tokens"], rows)


def test_positions_beyond_those_remembered():
    text = "ờ" * (lines._NUMBERS + 2)
    spans = [(n, n + 1) for n in (0, lines._NUMBERS - 1, lines._NUMBERS, lines._NUMBERS + 1)]
    found = page(text, spans, ("N", "", "V", "N"))
    assert csv_lines("tokens", found) == by_csv(found)
    assert json_lines("tokens", found) == by_orjson(BY_NAME["tokens"], found)


def test_columns_of_tokens_are_of_one_length():
    with pytest.raises(ValueError, match="p,1: columns of different lengths"):
        page("ab", [(0, 1), (1, 2)], ("N",))


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(lines, "_STRINGS", 3)
    known = lines._Known(lines._csv, b"", b",")
    for n in range(10):
        assert known[f"{n}"] == b"%d," % n
        assert len(known) <= 3


def test_a_line_of_csv():
    assert csv_line(("a", 'nói "dân"', "b,c", None, 1, True)) == 'a,"nói ""dân""","b,c",,1,true\r\n'.encode()
