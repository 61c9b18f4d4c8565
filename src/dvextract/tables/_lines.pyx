# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Rows to lines of CSV and JSON, cell after cell into one buffer: what `lines` does column by column.

Whole numbers of 64 bits, strings, true, false and None are written here, and numbers of at most four decimals between
0 and 1 (scores); any other cell by ``encode``, the same function that `lines` writes all cells with. It also raises
what is to be raised of a string that is no Unicode text.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.long cimport PyLong_AsLongLongAndOverflow, PyLong_CheckExact
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_Check, PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.math cimport rint
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    PyObject *PySequence_Fast(object o, const char *message) except NULL
    Py_ssize_t PySequence_Fast_GET_SIZE(PyObject *o)
    PyObject **PySequence_Fast_ITEMS(PyObject *o)
    void Py_DECREF(PyObject *o)

cdef enum:
    PIECE = 1024  # characters for which room is made at once
    QUOTE = 34  # "

ctypedef fused Unit:
    uint8_t
    uint16_t
    uint32_t

cdef enum Way:
    CSV, CSV_QUOTED, JSON

cdef enum Done:
    WRITTEN, SPECIAL, SURROGATE, NO_MEMORY

cdef struct Buffer:
    char *data
    Py_ssize_t at
    Py_ssize_t size

cdef struct Piece:
    const char *data
    Py_ssize_t size

cdef uint8_t[3][128] SPECIALS
"""By way, whether an ASCII character cannot be written as it is."""
memset(SPECIALS, 0, sizeof(SPECIALS))
memset(SPECIALS[<int>JSON], 1, 32)
SPECIALS[<int>JSON][<int>c'"'] = SPECIALS[<int>JSON][<int>c'\\'] = 1
SPECIALS[<int>CSV][<int>c','] = SPECIALS[<int>CSV][<int>c'"'] = 1
SPECIALS[<int>CSV][<int>c'\r'] = SPECIALS[<int>CSV][<int>c'\n'] = 1
SPECIALS[<int>CSV_QUOTED][<int>c'"'] = 1

cdef char[32] SHORT
"""What stands after the backslash for a control character, where it is one letter."""
memset(SHORT, 0, sizeof(SHORT))
SHORT[8], SHORT[9], SHORT[10], SHORT[12], SHORT[13] = c'b', c't', c'n', c'f', c'r'


cdef inline bint has_room(Buffer *out, Py_ssize_t more) noexcept:
    """Make room for so many bytes more; False when there is no memory."""
    cdef Py_ssize_t size
    cdef char *data
    if out.size - out.at >= more:
        return True
    size = max(2 * out.size, out.at + more)
    data = <char *>PyMem_Realloc(out.data, size)
    if data == NULL:
        return False
    out.data, out.size = data, size
    return True


cdef inline int make_room(Buffer *out, Py_ssize_t more) except -1:
    if not has_room(out, more):
        raise MemoryError()
    return 0


cdef inline void put(Buffer *out, Piece piece) noexcept:
    """Append bytes for which there is room."""
    memcpy(out.data + out.at, piece.data, piece.size)
    out.at += piece.size


cdef inline void put_number(Buffer *out, long long number) noexcept:
    """Append the digits of a number; there is room for 20 characters."""
    cdef char[20] digits
    cdef int at = 20
    cdef unsigned long long left = <unsigned long long>number
    if number < 0:
        left = 0 - left
    while True:
        at -= 1
        digits[at] = <char>(c'0' + left % 10)
        left //= 10
        if left == 0:
            break
    if number < 0:
        at -= 1
        digits[at] = c'-'
    memcpy(out.data + out.at, &digits[at], 20 - at)
    out.at += 20 - at


cdef inline bint put_score(Buffer *out, double number) noexcept:
    """Append a number of at most four decimals over 0 and up to 1; False when it is another. Room is for 6 characters.

    The double nearest to a fraction of so few decimals has that fraction as its shortest form, in CSV and in JSON.
    """
    cdef double scaled = rint(number * 10000.0)
    cdef int left, end
    cdef char *at = out.data + out.at
    if not (1.0 <= scaled <= 10000.0) or scaled / 10000.0 != number:
        return False
    left = <int>scaled
    at[0] = <char>(c'0' + left // 10000)
    at[1] = c'.'
    at[2] = <char>(c'0' + left // 1000 % 10)
    at[3] = <char>(c'0' + left // 100 % 10)
    at[4] = <char>(c'0' + left // 10 % 10)
    at[5] = <char>(c'0' + left % 10)
    end = 6
    while end > 3 and at[end - 1] == c'0':
        end -= 1
    out.at += end
    return True


cdef char *put_escaped(char *to, uint32_t c, Way way) noexcept:
    """Append a special character, of at most 6 bytes."""
    cdef const char *hexadecimal = b"0123456789abcdef"
    if way == CSV_QUOTED:
        to[0] = to[1] = QUOTE
        return to + 2
    to[0] = c'\\'
    if c >= 32:
        to[1] = <char>c
        return to + 2
    if SHORT[c]:
        to[1] = SHORT[c]
        return to + 2
    to[1], to[2], to[3] = c'u', c'0', c'0'
    to[4], to[5] = hexadecimal[c >> 4], hexadecimal[c & 15]
    return to + 6


cdef Done put_units(Buffer *out, const Unit *units, Py_ssize_t count, Way way) noexcept:
    """Append characters in UTF-8; what special ones become is in `put_escaped`, but to CSV not yet quoted they end it."""
    cdef const uint8_t *special = SPECIALS[<int>way]
    cdef const Unit *end
    cdef char *to
    cdef uint32_t c
    while count > 0:
        end = units + min(count, PIECE)
        count -= PIECE
        if not has_room(out, 6 * PIECE):
            return NO_MEMORY
        to = out.data + out.at
        while units < end:
            c = units[0]
            units += 1
            if c < 0x80:
                if special[c]:
                    if way == CSV:
                        return SPECIAL
                    to = put_escaped(to, c, way)
                else:
                    to[0] = <char>c
                    to += 1
            elif c < 0x800:
                to[0] = <char>(0xC0 | c >> 6)
                to[1] = <char>(0x80 | c & 0x3F)
                to += 2
            elif c < 0x10000:
                if 0xD800 <= c < 0xE000:
                    return SURROGATE
                to[0] = <char>(0xE0 | c >> 12)
                to[1] = <char>(0x80 | c >> 6 & 0x3F)
                to[2] = <char>(0x80 | c & 0x3F)
                to += 3
            else:
                to[0] = <char>(0xF0 | c >> 18)
                to[1] = <char>(0x80 | c >> 12 & 0x3F)
                to[2] = <char>(0x80 | c >> 6 & 0x3F)
                to[3] = <char>(0x80 | c & 0x3F)
                to += 4
        out.at = to - out.data
    return WRITTEN


cdef inline Done put_characters(Buffer *out, object text, Py_ssize_t start, Py_ssize_t end, Way way) noexcept:
    cdef void *data = PyUnicode_DATA(text)
    cdef int kind = PyUnicode_KIND(text)
    if kind == 1:
        return put_units(out, <const uint8_t *>data + start, end - start, way)
    if kind == 2:
        return put_units(out, <const uint16_t *>data + start, end - start, way)
    return put_units(out, <const uint32_t *>data + start, end - start, way)


cdef int put_text(Buffer *out, object text, Py_ssize_t start, Py_ssize_t end, bint csv, object encode) except -1:
    """Append the characters of a text from ``start``, not negative, to ``end``, not beyond it; none if that is before."""
    cdef Py_ssize_t before = out.at
    cdef Done done
    make_room(out, 1)
    if csv:
        done = put_characters(out, text, start, end, CSV)
        if done == SPECIAL:
            out.at = before
            out.data[out.at] = QUOTE
            out.at += 1
            done = put_characters(out, text, start, end, CSV_QUOTED)
            make_room(out, 1)
            out.data[out.at] = QUOTE
            out.at += 1
    else:
        out.data[out.at] = QUOTE
        out.at += 1
        done = put_characters(out, text, start, end, JSON)
        make_room(out, 1)
        out.data[out.at] = QUOTE
        out.at += 1
    if done == NO_MEMORY:
        raise MemoryError()
    if done == SURROGATE:
        out.at = before
        put_other(out, text[start:end], encode)
    return 0


cdef int put_other(Buffer *out, object cell, object encode) except -1:
    """Append a cell as ``encode`` has it."""
    encoded = encode((cell,), b"", b"")[0]
    make_room(out, PyBytes_GET_SIZE(encoded))
    put(out, Piece(PyBytes_AS_STRING(encoded), PyBytes_GET_SIZE(encoded)))
    return 0


cdef int put_cell(Buffer *out, object cell, bint csv, object encode) except -1:
    cdef long long number
    cdef int overflow
    make_room(out, 20)
    if PyUnicode_Check(cell):
        if PyUnicode_GET_LENGTH(cell):
            return put_text(out, cell, 0, PyUnicode_GET_LENGTH(cell), csv, encode)
        cell = None
    if PyLong_CheckExact(cell):
        number = PyLong_AsLongLongAndOverflow(cell, &overflow)
        if not overflow:
            put_number(out, number)
            return 0
    elif cell is None:  # or an empty string
        if not csv:
            put(out, Piece(b"null", 4))
        return 0
    elif cell is True:
        put(out, Piece(b"true", 4))
        return 0
    elif cell is False:
        put(out, Piece(b"false", 5))
        return 0
    elif PyFloat_CheckExact(cell) and put_score(out, PyFloat_AS_DOUBLE(cell)):
        return 0
    return put_other(out, cell, encode)


cdef Piece piece_of(bytes data):
    return Piece(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))


def row_lines(object rows, tuple before, bytes last, bint csv, object encode):
    """Lines of rows (sequences of cells): ``before`` every cell its bytes, and ``last``. Raises ValueError when a row
    has not as many cells as there are bytes before them."""
    cdef Py_ssize_t width = len(before), i, j
    cdef Buffer out = Buffer(NULL, 0, 0)
    cdef Piece *pieces = NULL
    cdef Piece end = piece_of(last)
    cdef PyObject *found = NULL
    cdef PyObject *row
    try:
        pieces = <Piece *>PyMem_Malloc((width + 1) * sizeof(Piece))
        if pieces == NULL:
            raise MemoryError()
        for j in range(width):
            pieces[j] = piece_of(before[j])
        found = PySequence_Fast(rows, b"rows are a sequence")
        for i in range(PySequence_Fast_GET_SIZE(found)):
            row = PySequence_Fast(<object>PySequence_Fast_ITEMS(found)[i], b"a row is a sequence")
            try:
                if PySequence_Fast_GET_SIZE(row) != width:
                    raise ValueError(f"a row of {PySequence_Fast_GET_SIZE(row)} cells, not {width}")
                for j in range(width):
                    make_room(&out, pieces[j].size)
                    put(&out, pieces[j])
                    put_cell(&out, <object>PySequence_Fast_ITEMS(row)[j], csv, encode)
            finally:
                Py_DECREF(row)
            make_room(&out, end.size)
            put(&out, end)
        return PyBytes_FromStringAndSize(out.data, out.at)
    finally:
        if found != NULL:
            Py_DECREF(found)
        PyMem_Free(pieces)
        PyMem_Free(out.data)


def word_lines(
    str text,
    const int[::1] sentence,
    const int[::1] start,
    const int[::1] end,
    object pos,
    tuple before,
    bytes last,
    bint csv,
    object encode,
):
    """Lines of the words of a page. ``before`` are the bytes before the sentence (the page's identifier among them), the
    word's number, its start, its end, its characters and its part of speech. Raises ValueError when the columns are of
    different lengths or a word is not in the text."""
    cdef Py_ssize_t count = start.shape[0], length = len(text), i, room = 80
    cdef Buffer out = Buffer(NULL, 0, 0)
    cdef Piece[6] pieces
    cdef Piece line_end = piece_of(last)
    cdef PyObject *tags = NULL
    if len(before) != 6:
        raise ValueError("six columns")
    for i in range(6):
        pieces[i] = piece_of(before[i])
        room += pieces[i].size
    if sentence.shape[0] != count or end.shape[0] != count:
        raise ValueError("columns of different lengths")
    try:
        tags = PySequence_Fast(pos, b"parts of speech are a sequence")
        if PySequence_Fast_GET_SIZE(tags) != count:
            raise ValueError("columns of different lengths")
        for i in range(count):
            if start[i] < 0 or end[i] > length:
                raise ValueError(f"no word at {start[i]} to {end[i]} in {length} characters")
            make_room(&out, room)
            put(&out, pieces[0])
            put_number(&out, sentence[i])
            put(&out, pieces[1])
            put_number(&out, i)
            put(&out, pieces[2])
            put_number(&out, start[i])
            put(&out, pieces[3])
            put_number(&out, end[i])
            put(&out, pieces[4])
            put_text(&out, text, start[i], end[i], csv, encode)
            make_room(&out, pieces[5].size)
            put(&out, pieces[5])
            put_cell(&out, <object>PySequence_Fast_ITEMS(tags)[i], csv, encode)
            make_room(&out, line_end.size)
            put(&out, line_end)
        return PyBytes_FromStringAndSize(out.data, out.at)
    finally:
        if tags != NULL:
            Py_DECREF(tags)
        PyMem_Free(out.data)
