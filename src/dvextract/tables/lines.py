"""Rows to lines: CSV as RFC 4180 has it, and JSON objects, one a line.

What is written is what `csv.writer` and orjson would write. Compiled loops make it of packed rows (`_lines.pyx`);
without them it is made column by column. Then labels, rules and positions, which come again and again in the tables of
a run, are remembered: the bytes of such a cell, with what stands around it in its line. Words come again too, but they
are sooner cut out of the page's bytes than looked up among so many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.tables.build import Found, Row, TokenRows
from dvextract.tables.packing import packed, token_parts, unpacked
from dvextract.tables.schema import BY_NAME, Column

_compiled = part("dvextract.tables._lines")

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


def csv_lines(table: str, found: Found | bytes) -> bytes:
    """Rows of a table, maybe packed, as lines of a CSV file; an empty string and None are an empty cell."""
    return _lines_of(table, found, _csv)


def json_lines(table: str, found: Found | bytes) -> bytes:
    """Rows of a table, maybe packed, as JSON objects, one a line; an empty string and None are null."""
    return _lines_of(table, found, _json)


def csv_line(cells: Iterable[Any]) -> bytes:
    """One line of a CSV file."""
    return b",".join(_csv(cells, b"", b"")) + b"\r\n"


def _lines_of(table: str, found: Found | bytes, encode: Encode) -> bytes:
    if _compiled:
        return _compiled_lines(table, found, encode)
    if isinstance(found, bytes):
        found = unpacked(table, found)
    if not found:
        return b""
    return _token_lines(found, encode) if isinstance(found, TokenRows) else _lines(_columns(table, encode), found)


def _compiled_lines(table: str, found: Found | bytes, encode: Encode) -> bytes:
    data = found if isinstance(found, bytes) else packed(found)
    before, last = _around(table, encode)
    lines: bytes
    if table == "tokens" and isinstance(found, bytes | TokenRows):
        doc_id, text, kinds, width, words = token_parts(data)
        before = (*encode([doc_id.decode()], before[0], before[1]), *before[2:])
        tags = tuple(encode(kinds, b"", b""))
        lines = _compiled.word_lines(text, words, width, tags, before, last, encode is _csv)
    else:
        lines = _compiled.array_lines(data, before, last, encode is _csv)
    return lines


def _lines(columns: Sequence[_Column], found: Sequence[Row]) -> bytes:
    width = len(columns)
    cells = [b""] * (width * len(found))
    for at, (column, values) in enumerate(zip(columns, zip(*found, strict=True), strict=True)):
        cells[at::width] = column.cells(values)
    return b"".join(cells)


def _token_lines(found: TokenRows, encode: Encode) -> bytes:
    """The lines of words, which are put between the cells beside them as they are, but for special ones."""
    doc_id, sentence, number, start, end, pos = columns = _token_columns(encode)
    count, width = len(found), len(columns) + 1
    words, special = _cut(found)
    for i in special:
        (cell,) = encode([words[i].decode()], b"", b"")
        words[i] = cell if encode is _csv else cell[1:-1]
    cells = [b""] * (width * count)
    cells[::width] = [*doc_id.cells([found.doc_id])] * count
    cells[1::width] = sentence.cells(found.sentence)
    cells[2::width] = number.cells(np.arange(count))
    cells[3::width] = start.cells(found.start)
    cells[4::width] = end.cells(found.end)
    cells[5::width] = words
    cells[6::width] = pos.cells(found.pos)
    return b"".join(cells)


def _cut(found: TokenRows) -> tuple[list[bytes], list[int]]:
    """All words of a page in UTF-8, and the numbers of those in which CSV or JSON may quote or escape a character."""
    data = found.data
    units = np.frombuffer(data, dtype=np.uint8)
    begins = np.append(np.flatnonzero(units.view(np.int8) >= _CONTINUED), len(data))
    specials = np.append(0, np.cumsum(_SPECIAL[units], dtype=np.int32))
    first, last = begins[found.start], begins[found.end]
    words = [data[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    return words, np.flatnonzero(specials[first] != specials[last]).tolist()


_CONTINUED = -64
"""As signed numbers, the bytes with which no character begins in UTF-8 are those below this."""
_SPECIAL = np.isin(np.arange(256), [*range(32), *b'",\\'])


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


@cache
def _around(table: str, encode: Encode) -> tuple[tuple[bytes, ...], bytes]:
    """What stands before the cells of every column, and at the end of a line."""
    names = BY_NAME[table].names
    if encode is _csv:
        return tuple(b"," if i else b"" for i in range(len(names))), b"\r\n"
    return tuple(b'%b"%b":' % (b"," if i else b"{", name.encode()) for i, name in enumerate(names)), b"}\n"


@cache
def _columns(table: str, encode: Encode) -> list[_Column]:
    before, last = _around(table, encode)
    after = [b""] * (len(before) - 1) + [last]
    return [_column(c, encode, *around) for c, *around in zip(BY_NAME[table].columns, before, after, strict=True)]


@cache
def _token_columns(encode: Encode) -> list[_Column]:
    """The columns of `tokens` without the word; what stands around that is put to the cells beside it."""
    (*before, text, pos), last = _around("tokens", encode)
    quote = b'"' if encode is _json else b""
    after = [b""] * (len(before) - 1) + [text + quote, last]
    columns = [c for c in BY_NAME["tokens"].columns if c.name != "text"]
    return [_column(c, encode, *around) for c, *around in zip(columns, [*before, quote + pos], after, strict=True)]


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
