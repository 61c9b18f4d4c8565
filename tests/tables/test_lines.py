"""Rows to lines: the bytes that csv.writer and orjson would write, whatever was written before."""

import csv
import io
import random

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvextract.document import Tokens
from dvextract.tables import lines
from dvextract.tables.build import TokenRows
from dvextract.tables.lines import csv_line, csv_lines, json_lines
from dvextract.tables.packing import packed
from dvextract.tables.schema import BY_NAME, TABLES

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
tricky = st.text(st.sampled_from('a ờ\u0300,"\n\r\t\x0b\x1c\x85\u2028\ufeff\x00;|=\\'), max_size=8)
strings = st.one_of(st.none(), any_text, tricky)
integers = st.one_of(st.none(), st.integers(-2, 40), st.integers(-(1 << 53), 1 << 53))
numbers = st.one_of(
    integers, st.sampled_from([0, 0.0, -0.0, 1, 1.0, 1e16, 1e-7]), st.floats(allow_nan=False, allow_infinity=False)
)
CELLS = {"string": strings, "date": strings, "integer": integers, "number": numbers, "boolean": st.booleans()}


COMPILED = lines._compiled


@pytest.fixture(params=["compiled", "arrays"], scope="module")
def way(request):
    """Lines as the compiled loops write them, and as they are written without."""
    if request.param == "compiled" and COMPILED is None:
        pytest.skip("nothing is compiled here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_compiled", COMPILED if request.param == "compiled" else None)
        yield request.param


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
def test_lines_are_those_of_csv_and_orjson(way, table, data):
    rows = data.draw(rows_of(table))
    assert csv_lines(table.name, rows) == by_csv(rows)
    assert json_lines(table.name, rows) == by_orjson(table, rows)
    if table.name != "tokens":  # whose packed rows are others, see below
        assert csv_lines(table.name, packed(rows)) == by_csv(rows)
        assert json_lines(table.name, packed(rows)) == by_orjson(table, rows)


def page(text, spans, pos, doc_id="p,1"):
    start, end = (np.array([span[i] for span in spans], dtype=np.int32) for i in (0, 1))
    return TokenRows(doc_id, text, Tokens(start, end, np.arange(len(spans), dtype=np.int32) % 7, pos))


words = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["N", "V", ""])), max_size=6)


@given(st.one_of(any_text, tricky), words, st.booleans())
@example('a"ờ,', [(0, 1, "N"), (1, 2, "CH"), (2, 3, ""), (3, 4, "CH"), (0, 4, "N")], True)
def test_lines_of_tokens_are_those_of_their_rows(way, text, words, tagged):
    words = [(a, b, p if tagged else "") for a, b, p in words if a < b <= len(text)]
    found = page(text, [(a, b) for a, b, _ in words], tuple(p for *_, p in words) if tagged else ())
    rows = [("p,1", i % 7, i, a, b, text[a:b], p) for i, (a, b, p) in enumerate(words)]
    assert list(found) == rows
    for form in (found, packed(found), rows):
        assert csv_lines("tokens", form) == by_csv(rows)
        assert json_lines("tokens", form) == by_orjson(BY_NAME["tokens"], rows)


@pytest.mark.parametrize("size", [1, 7, 8, 30, 47, 48, 49, 300])
def test_long_words_identifiers_and_tags(way, size):
    text = "".join(f"{c * size}{special}{c} " for c in "aờ\U0001f600" for special in ("", ",", '"', "\x1f"))
    spans = [(a, a + size + n) for n in range(3) for a in range(0, len(text) - size - 2, 3)]
    tags = tuple(("N" * size, "V", '"ờ,' * size)[i % 3] for i in range(len(spans)))
    found = page(text, spans, tags, "ờ" * size)
    rows = [*found]
    assert csv_lines("tokens", found) == by_csv(rows)
    assert json_lines("tokens", found) == by_orjson(BY_NAME["tokens"], rows)


def test_positions_beyond_those_remembered(way):
    text = "ờ" * (lines._NUMBERS + 2)
    spans = [(n, n + 1) for n in (0, lines._NUMBERS - 1, lines._NUMBERS, lines._NUMBERS + 1)]
    found = page(text, spans, ("N", "", "V", "N"))
    assert csv_lines("tokens", found) == by_csv(found)
    assert json_lines("tokens", found) == by_orjson(BY_NAME["tokens"], found)


def test_every_character_alone_and_in_a_long_cell(way):
    """Every special character and one of every length in UTF-8, at every place among eight bytes."""
    alone = [*map(chr, range(0x100)), "ờ", "\u2028", "\uffff", "😀"]
    cells = [*alone, *(f"{c * 1100}a{c}" for c in alone), *(f"{'a' * n}{c}{'b' * 9}" for n in range(9) for c in alone)]
    rows = [(c, c, c, c, c) for c in cells]
    assert csv_lines("rejects", rows) == by_csv(rows)
    assert json_lines("rejects", rows) == by_orjson(BY_NAME["rejects"], rows)


def test_every_score_is_written_as_python_and_orjson_do(way):
    chance = random.Random(1)
    scores = [n / 10_000 for n in range(-1, 10_002)] + [chance.random() for _ in range(2_000)]
    scores += [np.nextafter(n / 10_000, n % 2).item() for n in range(1, 10_000, 7)]
    rows = [("a", "b", "c", "d", n, "f") for n in scores]
    assert csv_lines("identities", rows) == by_csv(rows)
    assert json_lines("identities", rows) == by_orjson(BY_NAME["identities"], rows)


def test_what_is_no_unicode_text_is_not_written(way):
    for write in (csv_lines, json_lines):
        with pytest.raises((UnicodeEncodeError, TypeError)):
            write("rejects", [("a", "\udc80", "ờ", "d", "e")])


def test_rows_have_a_cell_for_every_column(way):
    for rows in ([("a",)], [("a",) * 6]):
        for form in (rows, packed(rows)):
            with pytest.raises(ValueError, match=r"cells|shorter|longer"):
                csv_lines("rejects", form)


def test_a_word_is_in_the_text():
    for span in ((-1, 1), (1, 3)):
        with pytest.raises(IndexError, match="p,1: a word that is not in the text"):
            page("ab", [span], ("N",))


@pytest.mark.skipif(COMPILED is None, reason="nothing is compiled here")
@pytest.mark.parametrize("csv", [False, True])
def test_whatever_bytes_are_read_end_in_lines_or_an_error(csv):
    """Bytes changed, left out and put in at random: a ValueError or lines, never a read beyond the end."""
    chance = random.Random(2)
    whole = packed([("a", 'b"\x01c\n', 1, 0.5, None), ("ờ,", "", -12, 1e30, True)])
    before = (b"",) * 5
    assert COMPILED.array_lines(whole, before, b"\n", csv).count(b"\n") == (2 if not csv else 3)
    errors = 0
    for _ in range(20_000):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 2)] = chance.choice(
                [b"", b'"', b"\\", b"\\u", b"[", b",", bytes([chance.randrange(256)])]
            )
        try:
            COMPILED.array_lines(bytes(data), before, b"\n", csv)
        except ValueError:
            errors += 1
    assert errors > 10_000
    for cut in range(len(whole)):
        with pytest.raises(ValueError, match=r"cell|row|string|escape"):
            COMPILED.array_lines(whole[:cut], before, b"\n", csv)


@pytest.mark.skipif(COMPILED is None, reason="nothing is compiled here")
def test_whatever_numbers_are_read_end_in_words_of_the_text_or_an_error():
    chance = random.Random(3)
    text, before = "ờ họp\n" * 3, (b"",) * 6
    for _ in range(5_000):
        width = chance.choice([1, 4])
        words = bytes(chance.choice([0, 0, 1, 2, 255]) for _ in range(4 * width * chance.randint(1, 3)))
        try:
            found = COMPILED.word_lines(text.encode(), words, width, (b"N", b"V"), before, b"|", True)
        except ValueError:
            continue
        assert found.count(b"|") == len(words) // (4 * width)
    for words, width in ((b"\0" * 5, 1), (b"\0" * 8, 4), (b"\0" * 8, 2), (b"", 0)):
        with pytest.raises(ValueError, match="no packed words"):
            COMPILED.word_lines(b"a", words, width, (b"N",), before, b"|", True)
    one = np.ones(1, dtype=np.int32)
    with pytest.raises(ValueError, match="lengths"):
        COMPILED.packed_words(one[:0], one, one, ("N",))


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


@pytest.mark.skipif(COMPILED is None, reason="nothing is compiled here")
def test_compiled_loops_read_bytes_only():
    for call, rest in (
        (COMPILED.array_lines, ((b"",), b"", True)),
        (COMPILED.renamed_rows, (3, 0, 1, {})),
        (COMPILED.word_lines, (bytes(4), 1, (b"N",), (b"",) * 6, b"", True)),
    ):
        with pytest.raises(TypeError):
            call(None, *rest)
    with pytest.raises(TypeError):
        COMPILED.array_lines(b"[[1]]", (None,), b"", True)
