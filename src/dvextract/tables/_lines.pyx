# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Packed rows (`packing`) to lines of CSV and JSON, cell after cell into one buffer, and words to packed rows.

Also the mentions of `records`, many objects a page.

What a cell is in a JSON array it is in a JSON object too, so most of this is copying bytes. Nothing is taken for granted
of what is read: whatever bytes are given, they are never read beyond their end, and what is no packed rows is a
ValueError.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcmp, memcpy, memmove, memset

ctypedef const uint8_t *Bytes

cdef struct Buffer:
    uint8_t *data
    Py_ssize_t at
    Py_ssize_t size

cdef struct Piece:
    Bytes data
    Py_ssize_t size

cdef enum Kind:
    PLAIN, COMMA, BREAK, CONTROL, BACKSLASH, QUOTE  # from COMMA to BREAK, and quotes: a CSV cell is put in quotes

cdef uint8_t[256] KINDS
memset(KINDS, PLAIN, sizeof(KINDS))
memset(KINDS, CONTROL, 32)
KINDS[<int>c','], KINDS[<int>c'\n'], KINDS[<int>c'\r'] = COMMA, BREAK, BREAK
KINDS[<int>c'\\'], KINDS[<int>c'"'] = BACKSLASH, QUOTE

cdef uint8_t[32] SHORT
"""What stands after the backslash for a control character, where it is one letter."""
memset(SHORT, 0, sizeof(SHORT))
SHORT[8], SHORT[9], SHORT[10], SHORT[12], SHORT[13] = c'b', c't', c'n', c'f', c'r'


cdef enum:
    FEW = 10000  # numbers whose digits are kept: positions in all but the longest pages

cdef uint8_t[FEW][4] DIGITS
cdef uint8_t[FEW] LENGTHS


cdef void fill_digits() noexcept:
    """The digits of small numbers, from the left, and how many they are."""
    cdef int number, at, left
    for number in range(FEW):
        LENGTHS[number] = 1 + (number >= 10) + (number >= 100) + (number >= 1000)
        left = number
        for at in range(LENGTHS[number] - 1, -1, -1):
            DIGITS[number][at] = <uint8_t>(c'0' + left % 10)
            left //= 10


fill_digits()


# --- the buffer ---


cdef inline int make_room(Buffer *out, Py_ssize_t more) except -1:
    """Make room for so many bytes more."""
    cdef Py_ssize_t size
    cdef void *data
    if out.size - out.at < more:
        size = max(2 * out.size, out.at + more)
        data = PyMem_Realloc(out.data, size)
        if data == NULL:
            raise MemoryError()
        out.data, out.size = <uint8_t *>data, size
    return 0


cdef inline void put(Buffer *out, Bytes data, Py_ssize_t size) noexcept:
    """Append bytes for which there is room."""
    memcpy(out.data + out.at, data, size)
    out.at += size


cdef inline void put_piece(Buffer *out, Piece piece) noexcept:
    memcpy(out.data + out.at, piece.data, piece.size)
    out.at += piece.size


cdef inline void put_byte(Buffer *out, uint8_t c) noexcept:
    out.data[out.at] = c
    out.at += 1


cdef inline uint8_t *number_at(uint8_t *to, int64_t number) noexcept:
    """Write the digits of a number where there is room for 20 characters; returns what is behind them."""
    cdef uint8_t[20] digits
    cdef int at = 20
    cdef uint64_t left = <uint64_t>number
    if 0 <= number < FEW:
        memcpy(to, DIGITS[number], 4)  # four at once, of which those behind the number are written over
        return to + LENGTHS[number]
    if number < 0:
        to[0] = c'-'
        to += 1
        left = 0 - left
    while True:
        at -= 1
        digits[at] = <uint8_t>(c'0' + left % 10)
        left //= 10
        if left == 0:
            break
    memcpy(to, &digits[at], 20 - at)
    return to + 20 - at


cdef inline void put_number(Buffer *out, int64_t number) noexcept:
    """Append the digits of a number; there is room for 20 characters."""
    out.at = number_at(out.data + out.at, number) - out.data


cdef Piece piece_of(bytes data):
    if data is None:
        raise TypeError("bytes, not None")
    return Piece(<Bytes>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))


# --- rows ---


cdef inline Bytes end_of_string(Bytes at, Bytes end, bint *comma, bint *escape) noexcept:
    """Where the quote stands that closes a JSON string, NULL where none does; whether commas and escapes are in it."""
    cdef uint64_t eight, quote, backslash, separator
    cdef uint64_t ones = <uint64_t>0x0101010101010101, high = <uint64_t>0x8080808080808080
    cdef uint8_t kind
    comma[0] = escape[0] = False
    while at < end:
        if end - at >= 8:  # eight bytes at once while none of them is of interest: one that is becomes 0, then its high bit 1
            memcpy(&eight, at, 8)
            quote, backslash, separator = eight ^ ones * c'"', eight ^ ones * c'\\', eight ^ ones * c','
            if not ((quote - ones & ~quote | backslash - ones & ~backslash | separator - ones & ~separator) & high):
                at += 8
                continue
        kind = KINDS[at[0]]
        if kind == QUOTE:
            return at
        if kind == COMMA:
            comma[0] = True
        elif kind == BACKSLASH:
            escape[0] = True
            at += 1  # what is escaped is not looked at
        at += 1
    return NULL


cdef int put_unescaped(Buffer *out, Bytes at, Bytes end, bint comma) except -1:
    """Append a JSON string with escapes as a CSV cell."""
    cdef Py_ssize_t before = out.at
    cdef bint quoted = comma
    cdef uint8_t c
    make_room(out, 2 * (end - at) + 2)
    put_byte(out, c'"')
    while at < end:
        c = at[0]
        at += 1
        if c == c'\\':
            c = at[0]
            at += 1
            if c == c'u':
                if end - at < 4 or at[0] != c'0' or at[1] != c'0':
                    raise ValueError("an escape that is never written")
                c = <uint8_t>(digit(at[2]) << 4 | digit(at[3]))
                at += 4
            elif c == c'n':
                c = c'\n'
            elif c == c'r':
                c = c'\r'
            elif c == c't':
                c = c'\t'
            elif c == c'b':
                c = 8
            elif c == c'f':
                c = 12
        if c == c'"':
            put_byte(out, c)
            quoted = True
        elif c == c'\n' or c == c'\r':
            quoted = True
        put_byte(out, c)
    if quoted:
        put_byte(out, c'"')
    else:  # then no quote was doubled either
        out.at -= 1
        memmove(out.data + before, out.data + before + 1, out.at - before)
    return 0


cdef inline uint8_t digit(uint8_t c) noexcept:
    return c - c'0' if c <= c'9' else c - c'a' + 10


cdef Bytes put_string(Buffer *out, Bytes at, Bytes end, bint csv) except NULL:
    """Append a cell, a JSON string whose opening quote is before ``at``; returns what is behind it."""
    cdef bint comma, escape
    cdef Bytes close = end_of_string(at, end, &comma, &escape)
    cdef Py_ssize_t size
    if close == NULL:
        raise ValueError("a string without its end")
    size = close - at
    make_room(out, size + 4)
    if not csv:
        if size:
            put(out, at - 1, size + 2)
        else:
            put(out, b"null", 4)
    elif escape:
        put_unescaped(out, at, close, comma)
    elif comma:
        put(out, at - 1, size + 2)
    else:
        put(out, at, size)
    return close + 1


cdef Bytes put_literal(Buffer *out, Bytes at, Bytes end, bint csv) except NULL:
    """Append a cell that is a number, true, false or null; returns what is behind it."""
    cdef Bytes begin = at
    cdef bint point = False, exponent = False
    cdef Py_ssize_t size
    while at < end and at[0] != c',' and at[0] != c']':
        if at[0] == c'.':
            point = True
        elif at[0] == c'e' or at[0] == c'E':
            exponent = True
        at += 1
    size = at - begin
    if size == 0:
        raise ValueError("a cell without content")
    make_room(out, size)
    if not csv:
        put(out, begin, size)
    elif size == 4 and memcmp(begin, b"null", 4) == 0:
        pass
    elif begin[0] == c't' or begin[0] == c'f' or not (exponent or point and size > 6):
        put(out, begin, size)
    else:  # shorter numbers are the same in JSON and in Python
        number = str(float(PyBytes_FromStringAndSize(<const char *>begin, size))).encode()
        make_room(out, PyBytes_GET_SIZE(number))
        put(out, <Bytes>PyBytes_AS_STRING(number), PyBytes_GET_SIZE(number))
    return at


def array_lines(bytes rows not None, tuple before, bytes last not None, bint csv):
    """Lines of rows, given as a JSON array of arrays without blanks: ``before`` every cell its bytes, and ``last``."""
    cdef Py_ssize_t width = len(before), j
    cdef Bytes at = <Bytes>PyBytes_AS_STRING(rows)
    cdef Bytes end = at + PyBytes_GET_SIZE(rows)
    cdef Buffer out = Buffer(NULL, 0, 0)
    cdef Piece *pieces = <Piece *>PyMem_Malloc((width + 1) * sizeof(Piece))
    cdef Piece line_end = piece_of(last)
    try:
        if pieces == NULL:
            raise MemoryError()
        for j in range(width):
            pieces[j] = piece_of(before[j])
        if rows == b"[]":
            return b""
        make_room(&out, 3 * (end - at))
        while at < end and at[0] == (c'[' if out.at == 0 else c','):  # bytes have a 0 behind their end
            at += 1
            for j in range(width):
                if at[0] != (c',' if j else c'['):
                    raise ValueError(f"a row has not {width} cells")
                at += 1
                make_room(&out, pieces[j].size)
                put_piece(&out, pieces[j])
                if at[0] == c'"':
                    at = put_string(&out, at + 1, end, csv)
                else:
                    at = put_literal(&out, at, end, csv)
            if at[0] != c']':
                raise ValueError(f"a row has not {width} cells")
            at += 1
            make_room(&out, line_end.size)
            put_piece(&out, line_end)
        if end - at != 1 or at[0] != c']':
            raise ValueError("no array of rows")
        return PyBytes_FromStringAndSize(<const char *>out.data, out.at)
    finally:
        PyMem_Free(pieces)
        PyMem_Free(out.data)


cdef inline Bytes end_of_cell(Bytes at, Bytes end) except NULL:
    """What is behind a cell."""
    cdef bint comma, escape
    if at[0] == c'"':
        at = end_of_string(at + 1, end, &comma, &escape)
        if at == NULL:
            raise ValueError("a string without its end")
        return at + 1
    while at < end and at[0] != c',' and at[0] != c']':
        at += 1
    return at


def renamed_rows(bytes rows not None, Py_ssize_t width, Py_ssize_t page, Py_ssize_t entity, dict changes):
    """Packed rows with other cells in the column ``entity``: ``changes`` are by what stands in the column ``page``, which
    is before it, then by the cell; all in JSON."""
    cdef Bytes at = <Bytes>PyBytes_AS_STRING(rows)
    cdef Bytes end = at + PyBytes_GET_SIZE(rows)
    cdef Bytes copied = at
    cdef Bytes cell
    cdef Buffer out = Buffer(NULL, 0, 0)
    cdef Piece last = Piece(NULL, -1)
    cdef Piece piece
    cdef Py_ssize_t j
    cdef dict of_page = None
    if rows == b"[]":
        return rows
    try:
        make_room(&out, end - at + 1)  # nothing is copied to NULL, not even no bytes
        while at < end and (at[0] == c'[' or at[0] == c','):
            at += 1
            for j in range(width):
                if at >= end:
                    raise ValueError(f"a row has not {width} cells")
                cell = at + 1
                at = end_of_cell(cell, end)
                if j == page and not (at - cell == last.size and memcmp(cell, last.data, last.size) == 0):
                    last = Piece(cell, at - cell)
                    of_page = changes.get(PyBytes_FromStringAndSize(<const char *>cell, at - cell))
                elif j == entity and of_page is not None:
                    changed = of_page.get(PyBytes_FromStringAndSize(<const char *>cell, at - cell))
                    if changed is not None:
                        piece = piece_of(changed)
                        make_room(&out, cell - copied + piece.size)
                        put(&out, copied, cell - copied)
                        put_piece(&out, piece)
                        copied = at
            if at >= end or at[0] != c']':
                raise ValueError(f"a row has not {width} cells")
            at += 1
        make_room(&out, end - copied)
        put(&out, copied, end - copied)
        return PyBytes_FromStringAndSize(<const char *>out.data, out.at)
    finally:
        PyMem_Free(out.data)


# --- words ---


def packed_words(const int32_t[::1] sentence, const int32_t[::1] start, const int32_t[::1] end, tuple pos):
    """Words as bytes, see `packing`: returns the different parts of speech, by first occurrence, the bytes of a number
    and all numbers. Raises ValueError when the columns differ in length."""
    cdef Py_ssize_t count = start.shape[0], i
    cdef dict numbers = {}
    cdef int32_t before = 0, last = 0, number
    cdef bint small = True
    cdef int32_t *words = NULL
    cdef uint8_t *bytes_of = NULL
    if sentence.shape[0] != count or end.shape[0] != count or len(pos) != count:
        raise ValueError("columns of different lengths")
    words = <int32_t *>PyMem_Malloc(4 * count * sizeof(int32_t) + 1)
    try:
        if words == NULL:
            raise MemoryError()
        for i in range(count):
            tag = pos[i]
            found = numbers.get(tag)
            if found is None:
                numbers[tag] = found = len(numbers)
            number = found
            words[4 * i] = start[i] - before
            words[4 * i + 1] = end[i] - start[i]
            words[4 * i + 2] = sentence[i] - last
            words[4 * i + 3] = number
            before, last = end[i], sentence[i]
        for i in range(4 * count):
            small &= 0 <= words[i] < 256
        if small:
            bytes_of = <uint8_t *>words
            for i in range(4 * count):
                bytes_of[i] = <uint8_t>words[i]
        width = 1 if small else 4
        return list(numbers), width, PyBytes_FromStringAndSize(<const char *>words, 4 * count * width)
    finally:
        PyMem_Free(words)


cdef int put_word(Buffer *out, Bytes at, Bytes end, bint csv) except -1:
    """Append characters in UTF-8 as a cell."""
    cdef Py_ssize_t before = out.at, i
    cdef const char *hexadecimal = b"0123456789abcdef"
    cdef bint special = False
    cdef uint8_t c
    make_room(out, 6 * (end - at) + 2)
    if not csv:
        put_byte(out, c'"')
    for i in range(end - at):
        special |= KINDS[at[i]] != PLAIN
        out.data[out.at + i] = at[i]
    if not special:
        out.at += end - at
    elif csv:
        special = False
        put_byte(out, c'"')
        while at < end:
            c = at[0]
            at += 1
            special |= KINDS[c] == COMMA or KINDS[c] == BREAK or KINDS[c] == QUOTE
            if c == c'"':
                put_byte(out, c)
            put_byte(out, c)
        if special:
            put_byte(out, c'"')
        else:
            out.at -= 1
            memmove(out.data + before, out.data + before + 1, out.at - before)
    else:
        while at < end:
            c = at[0]
            at += 1
            if c < 32:
                put_byte(out, c'\\')
                if SHORT[c]:
                    put_byte(out, SHORT[c])
                else:
                    put(out, b"u00", 3)
                    put_byte(out, hexadecimal[c >> 4])
                    put_byte(out, hexadecimal[c & 15])
                continue
            if c == c'"' or c == c'\\':
                put_byte(out, c'\\')
            put_byte(out, c)
    if not csv:
        put_byte(out, c'"')
    return 0


cdef enum:
    SHORTLY = 48  # bytes that are copied at once of what is no longer: faster than to copy as many as there are


cdef struct Short:
    Piece whole
    uint8_t[SHORTLY] data  # what there is of it, if it is no longer


cdef inline Short short_piece(Piece piece) noexcept:
    cdef Short short
    short.whole = piece
    if piece.size <= SHORTLY:
        memset(short.data, 0, SHORTLY)
        memcpy(short.data, piece.data, piece.size)
    return short


cdef inline uint8_t *short_at(uint8_t *to, const Short *piece) noexcept:
    """Write a piece where there is room for it and `SHORTLY` bytes more; returns what is behind it."""
    if piece.whole.size <= SHORTLY:
        memcpy(to, piece.data, SHORTLY)
    else:
        memcpy(to, piece.whole.data, piece.whole.size)
    return to + piece.whole.size


cdef inline Bytes next_special(Bytes at, Bytes end) noexcept:
    """The next byte that may have to be quoted or escaped."""
    cdef uint64_t eight, quote, backslash, separator
    cdef uint64_t ones = <uint64_t>0x0101010101010101, high = <uint64_t>0x8080808080808080
    while end - at >= 8:  # as in `end_of_string`; bytes below 32 too become negative
        memcpy(&eight, at, 8)
        quote, backslash, separator = eight ^ ones * c'"', eight ^ ones * c'\\', eight ^ ones * c','
        quote = quote - ones & ~quote | backslash - ones & ~backslash | separator - ones & ~separator
        if (quote | eight - ones * 32 & ~eight) & high:
            break
        at += 8
    while at < end and KINDS[at[0]] == PLAIN:
        at += 1
    return at


def word_lines(
    bytes text not None, bytes words not None, int width, tuple tags not None, tuple before, bytes last not None, bint csv
):
    """Lines of the words of a page: ``text`` is in UTF-8, ``words`` and ``width`` are what `packed_words` made, ``tags``
    the cells of its parts of speech. ``before`` are the bytes before the sentence (the page's identifier among them), the
    word's number, its start, its end, its characters and its part of speech."""
    cdef Py_ssize_t i, j, room = 82 + SHORTLY, longest = 0, count = len(words) // (4 * width) if width in (1, 4) else -1
    cdef Bytes begin = <Bytes>PyBytes_AS_STRING(text)
    cdef Bytes text_end = begin + PyBytes_GET_SIZE(text)
    cdef Bytes numbers = <Bytes>PyBytes_AS_STRING(words)
    cdef Bytes word
    cdef Bytes word_end
    cdef Bytes looked = begin  # no byte from here on to `special` needs quotes or escapes
    cdef Bytes special = begin
    cdef Buffer out = Buffer(NULL, 0, 0)
    cdef uint8_t *to
    cdef Short[6] pieces
    cdef Short line_end = short_piece(piece_of(last))
    cdef Short *of_tags = NULL
    cdef int32_t[4] found
    cdef int32_t *places = NULL  # of the characters, and where the text ends
    cdef int64_t sentence = 0, start = 0, end = 0, characters = 0
    if len(before) != 6 or count < 0 or len(words) != 4 * width * count:
        raise ValueError("no packed words")
    for j in range(6):
        pieces[j] = short_piece(piece_of(before[j]))
        room += pieces[j].whole.size
    try:
        of_tags = <Short *>PyMem_Malloc((len(tags) + 1) * sizeof(Short))
        places = <int32_t *>PyMem_Malloc((text_end - begin + 1) * sizeof(int32_t))
        if of_tags == NULL or places == NULL:
            raise MemoryError()
        for j in range(text_end - begin):
            places[characters] = <int32_t>j
            characters += begin[j] & 0xC0 != 0x80  # no branch, as letters with and without marks alternate
        places[characters] = <int32_t>(text_end - begin)
        for j in range(len(tags)):
            of_tags[j] = short_piece(piece_of(tags[j]))
            longest = max(longest, of_tags[j].whole.size)
        room += longest + line_end.whole.size
        make_room(&out, count * (room + 16))
        for i in range(count):
            if width == 1:
                for j in range(4):
                    found[j] = numbers[4 * i + j]
            else:
                memcpy(found, numbers + 16 * i, 16)
            start = end + found[0]
            end = start + found[1]
            sentence += found[2]
            if not (0 <= start <= characters and 0 <= end <= characters and 0 <= found[3] < len(tags)):
                raise ValueError("no words of this text")
            word, word_end = begin + places[start], begin + places[end]
            make_room(&out, room + max(0, word_end - word))
            to = out.data + out.at  # not in the buffer: every byte that is written might be that number
            to = number_at(short_at(to, &pieces[0]), sentence)
            to = number_at(short_at(to, &pieces[1]), i)
            to = number_at(short_at(to, &pieces[2]), start)
            to = number_at(short_at(to, &pieces[3]), end)
            to = short_at(to, &pieces[4])
            if word < looked or special < word:
                looked, special = word, next_special(word, text_end)
            if special < word_end:
                out.at = to - out.data
                put_word(&out, word, word_end, csv)
                make_room(&out, room)
                to = out.data + out.at
            else:
                if not csv:
                    to[0] = c'"'
                    to += 1
                if word < word_end:  # one that ends before it begins is empty
                    memcpy(to, word, word_end - word)
                    to += word_end - word
                if not csv:
                    to[0] = c'"'
                    to += 1
            to = short_at(short_at(to, &pieces[5]), &of_tags[found[3]])
            to = short_at(to, &line_end)
            out.at = to - out.data
        return PyBytes_FromStringAndSize(<const char *>out.data, out.at)
    finally:
        PyMem_Free(of_tags)
        PyMem_Free(places)
        PyMem_Free(out.data)


# --- records ---


cdef inline int put_text(Buffer *out, str text) except -1:
    """Append a string in JSON."""
    cdef Py_ssize_t size
    cdef Bytes data = <Bytes>PyUnicode_AsUTF8AndSize(text, &size)
    return put_word(out, data, data + size, False)


cdef inline int put_name(Buffer *out, const char *name, Py_ssize_t size) except -1:
    """Append the name of a value, with what is before and behind it; then there is room for a number."""
    make_room(out, size + 20)
    put(out, <Bytes>name, size)
    return 0


def mention_objects(str text not None, tuple mentions not None, tuple readings not None, attributes):
    """The mentions of a page as a JSON array of objects with the keys start, end, text, label and attributes.

    ``attributes`` makes the bytes of an object of a mention, its text and its reading, where that has a detail. Raises
    ValueError when there are not as many readings."""
    cdef Py_ssize_t i, start, end
    cdef Buffer out = Buffer(NULL, 0, 0)
    cdef Piece piece
    cdef str span, label, kind, value
    if len(mentions) != len(readings):
        raise ValueError("mentions and readings of different number")
    try:
        make_room(&out, 128 * len(mentions) + 2)
        put_byte(&out, c'[')
        for i in range(len(mentions)):
            mention, reading = mentions[i], readings[i]
            start, end, label = mention.start, mention.end, mention.label
            span = text[start:end]
            if i:
                put_name(&out, b",", 1)
            put_name(&out, b'{"start":', 9)
            put_number(&out, start)
            put_name(&out, b',"end":', 7)
            put_number(&out, end)
            put_name(&out, b',"text":', 8)
            put_text(&out, span)
            put_name(&out, b',"label":', 9)
            put_text(&out, label)
            put_name(&out, b',"attributes":', 14)
            if reading.detail is not None:
                found = attributes(mention, span, reading)
                piece = piece_of(found)
                make_room(&out, piece.size)
                put_piece(&out, piece)
            else:
                kind, value = reading.kind, reading.value
                put_name(&out, b"{", 1)
                if kind:
                    put_name(&out, b'"kind":', 7)
                    put_text(&out, kind)
                if value and value != span:
                    if kind:
                        put_name(&out, b",", 1)
                    if label == "ABBREVIATION":
                        put_name(&out, b'"of":', 5)
                    else:
                        put_name(&out, b'"norm":', 7)
                    put_text(&out, value)
                put_name(&out, b"}", 1)
            put_name(&out, b"}", 1)
        put_name(&out, b"]", 1)
        return PyBytes_FromStringAndSize(<const char *>out.data, out.at)
    finally:
        PyMem_Free(out.data)
