"""Rows to lines: CSV as RFC 4180 has it, and JSON objects, one a line.

What is written is what `csv.writer` and orjson would write, but made column by column. Labels, rules and positions come
again and again in the tables of a run: the bytes of such a cell, with what stands around it in its line, are made once
and remembered. Words do too, but they are sooner cut out of the page's bytes than looked up among so many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dvextract.tables.build import Found, Row, TokenRows
from dvextract.tables.schema import BY_NAME, Column

Encode = Callable[[Iterable[Any], bytes, bytes], list[bytes]]
"""Makes bytes of cells (str, int, float, bool or None), with what stands before and after each."""

Values = Sequence[Any] | NDArray[Any]
"""The cells of a column; arrays are of whole numbers that are not negative."""

_FEW = frozenset({"doc_id", "kind", "method", "table", "column", "rule", "pos"})
"""Columns with few different cells, besides those from closed lists."""
_STRINGS = 1 << 10
"""Cells that are remembered of a column; doc_id is in most tables, and does not come back after its batch."""
_NUMBERS = 1 << 14
"""Whole numbers that are remembered, from 0: positions in all but the longest pages."""


def csv_lines(table: str, found: Found) -> bytes:
    """Rows of a table as lines of a CSV file; an empty string and None are an empty cell."""
    if isinstance(found, TokenRows):
        return _token_lines(_token_columns(_csv), found, _csv_cell)
    return _lines(_columns(table, _csv), found)


def json_lines(table: str, found: Found) -> bytes:
    """Rows of a table as JSON objects, one a line; an empty string and None are null."""
    if isinstance(found, TokenRows):
        return _token_lines(_token_columns(_json), found, lambda word: orjson.dumps(word)[1:-1])
    return _lines(_columns(table, _json), found)


def csv_line(cells: Iterable[Any]) -> bytes:
    """One line of a CSV file."""
    return b",".join(_csv(cells, b"", b"")) + b"\r\n"


def _lines(columns: Sequence[_Column], found: Sequence[Row]) -> bytes:
    if not found:
        return b""
    width = len(columns)
    cells = [b""] * (width * len(found))
    for at, (column, values) in enumerate(zip(columns, zip(*found, strict=True), strict=True)):
        cells[at::width] = column.cells(values)
    return b"".join(cells)


def _token_lines(columns: Sequence[_Column], found: TokenRows, cell: Callable[[str], bytes]) -> bytes:
    """The lines of words, which are put between the cells beside them as they are; ``cell`` makes the special ones."""
    count, width = len(found), len(columns) + 1
    words = found.words
    if found.special:
        words = words.copy()
        for i in found.special:
            words[i] = cell(words[i].decode())
    doc_id, sentence, number, start, end, pos = columns
    cells = [b""] * (width * count)
    cells[::width] = [*doc_id.cells([found.doc_id])] * count
    cells[1::width] = sentence.cells(found.sentence)
    cells[2::width] = number.cells(np.arange(count))
    cells[3::width] = start.cells(found.start)
    cells[4::width] = end.cells(found.end)
    cells[5::width] = words
    cells[6::width] = pos.cells(found.pos)
    return b"".join(cells)


def _csv(cells: Iterable[Any], before: bytes, after: bytes) -> list[bytes]:
    return [
        before
        + (
            cell.encode()
            if isinstance(cell, str) and not ("," in cell or '"' in cell or "\n" in cell or "\r" in cell)
            else _csv_cell(cell)
        )
        + after
        for cell in cells
    ]


def _csv_cell(cell: Any) -> bytes:
    if cell is None:
        return b""
    if isinstance(cell, str):
        quoted = "," in cell or '"' in cell or "\n" in cell or "\r" in cell
        return b'"%b"' % cell.replace('"', '""').encode() if quoted else cell.encode()
    return (str(cell).lower() if isinstance(cell, bool) else str(cell)).encode()


def _json(cells: Iterable[Any], before: bytes, after: bytes) -> list[bytes]:
    dumps = orjson.dumps
    return [before + (b"null" if cell == "" else dumps(cell)) + after for cell in cells]


def _around(table: str, encode: Encode) -> list[tuple[bytes, bytes]]:
    """What stands before and after the cells of every column."""
    names = BY_NAME[table].names
    if encode is _csv:
        return [(b"", b"\r\n" if name == names[-1] else b",") for name in names]
    begins = [b'%b"%b":' % (b"," if i else b"{", name.encode()) for i, name in enumerate(names)]
    return [(begin, b"}\n" if name == names[-1] else b"") for begin, name in zip(begins, names, strict=True)]


@cache
def _columns(table: str, encode: Encode) -> list[_Column]:
    columns = zip(BY_NAME[table].columns, _around(table, encode), strict=True)
    return [_column(c, encode, *around) for c, around in columns]


@cache
def _token_columns(encode: Encode) -> list[_Column]:
    """The columns of `tokens` without the word; what stands around that is put to the cells beside it."""
    *before, end, text, pos = _around("tokens", encode)
    quote = b'"' if encode is _json else b""
    around = [*before, (end[0], end[1] + text[0] + quote), (quote + text[1] + pos[0], pos[1])]
    columns = (c for c in BY_NAME["tokens"].columns if c.name != "text")
    return [_column(c, encode, *around) for c, around in zip(columns, around, strict=True)]


def _column(column: Column, encode: Encode, before: bytes, after: bytes) -> _Column:
    if column.type == "integer":
        return _integers(encode, before, after)
    if column.values or column.name in _FEW:
        return _Repeated(encode, before, after)
    if column.type == "number":
        return _Floats(encode, before, after)
    return _Column(encode, before, after)


class _Column:
    """Cells that are made anew each time."""

    def __init__(self, encode: Encode, before: bytes, after: bytes) -> None:
        self._encode, self._before, self._after = encode, before, after

    def cells(self, values: Values) -> Iterable[bytes]:
        """The bytes of cells."""
        return self._encode(values, self._before, self._after)


class _Repeated(_Column):
    """Strings that come again, or None."""

    def __init__(self, encode: Encode, before: bytes, after: bytes) -> None:
        super().__init__(encode, before, after)
        self._known = _Known(encode, before, after)

    def cells(self, values: Values) -> Iterable[bytes]:
        return map(self._known.__getitem__, values)


class _Floats(_Repeated):
    """Numbers, or None. Floats are remembered, but not 0.0: 1 equals 1.0 and 0.0 -0.0, but are not written so."""

    def cells(self, values: Values) -> Iterable[bytes]:
        known, encode, before, after = self._known, self._encode, self._before, self._after
        return [known[n] if isinstance(n, float) and n else encode((n,), before, after)[0] for n in values]


class _Known(dict[Any, bytes]):
    """The bytes of cells met before; what it holds is bounded and does not show in them."""

    __slots__ = ("_after", "_before", "_encode")

    def __init__(self, encode: Encode, before: bytes, after: bytes) -> None:
        super().__init__()
        self._encode, self._before, self._after = encode, before, after

    def __missing__(self, value: Any) -> bytes:
        (cell,) = self._encode((value,), self._before, self._after)
        if len(self) >= _STRINGS:
            self.clear()
        self[value] = cell
        return cell


@cache
def _integers(encode: Encode, before: bytes, after: bytes) -> _Integers:
    """Columns that look alike share what is remembered."""
    return _Integers(encode, before, after)


class _Integers(_Column):
    """Whole numbers, or None. What is remembered is a list, because a number is its own place in it."""

    def __init__(self, encode: Encode, before: bytes, after: bytes) -> None:
        super().__init__(encode, before, after)
        self._known: list[bytes] = []
        self._array: NDArray[np.object_] = np.zeros(0, dtype=object)

    def cells(self, values: Values) -> Iterable[bytes]:
        try:
            if isinstance(values, np.ndarray):
                found: list[bytes] = self._array.take(values).tolist()
                return found
            if min(values) >= 0:
                return [*map(self._known.__getitem__, values)]
        except (IndexError, TypeError):  # numbers not met before, or None
            pass
        return self._others(values.tolist() if isinstance(values, np.ndarray) else values)

    def _others(self, values: Sequence[Any]) -> list[bytes]:
        most = max((n for n in values if n is not None), default=0)
        size = min(1 << max(most, 0).bit_length(), _NUMBERS)
        if size > len(self._known):
            self._known = self._encode(range(size), self._before, self._after)
            self._array = np.array(self._known, dtype=object)
        known, size, none = self._known, len(self._known), self._encode((None,), self._before, self._after)[0]
        other = self._before.replace(b"%", b"%%") + b"%d" + self._after.replace(b"%", b"%%")
        return [none if n is None else known[n] if 0 <= n < size else other % n for n in values]
