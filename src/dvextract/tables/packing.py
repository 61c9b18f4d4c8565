"""Rows as the parts of a run hold them: bytes that are small, and quickly made and read again.

A part holds no lines: those of words alone are fifteen times as long as the text, and all of them would have to be
compressed and read again before they are written. Rows are a JSON array of arrays. Of words there are the page's text
and where in it they stand: a head (`_HEAD`), the page's identifier, its text and its parts of speech (a JSON array),
then of every word four numbers: the gap before it, its length, how far its sentence is from that of the word before,
and its part of speech. They are of one byte each, in a page where that is not enough of four.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.document import Tokens
from dvextract.tables.build import Found, TokenRows
from dvextract.tables.schema import BY_NAME

_compiled = part("dvextract.tables._lines")

Column = NDArray[np.int32]

Changes = Mapping[tuple[str, str], str]
"""The identifier of a person by page and identifier of the name, where the two differ."""

_HEAD = Struct("<4I")
"""Bytes of identifier, text and parts of speech, and of each number."""
_WIDTHS = {1: "<u1", 4: "<i4"}


def packed(found: Found) -> bytes:
    """Rows as bytes; raises TypeError for a string that is no Unicode text."""
    if not isinstance(found, TokenRows):
        return orjson.dumps(found)
    sentence, start, end = (np.ascontiguousarray(c, dtype=np.int32) for c in (found.sentence, found.start, found.end))
    pack = _compiled.packed_words if _compiled else _packed_words
    tags, width, words = pack(sentence, start, end, found.pos)
    doc_id, text, kinds = found.doc_id.encode(), found.data, orjson.dumps(tags)
    return b"".join((_HEAD.pack(len(doc_id), len(text), len(kinds), width), doc_id, text, kinds, words))


def unpacked(table: str, data: bytes) -> Found:
    """What `packed` was given of a table, each row as a list."""
    if table == "tokens":
        return _unpacked_tokens(data)
    rows: Found = orjson.loads(data)
    return rows


def renamed(table: str, data: bytes, changes: Changes) -> bytes:
    """Packed rows with the identifiers of the persons they mean."""
    names = BY_NAME[table].names
    page, entity = names.index("doc_id"), names.index("entity_id")
    if _compiled:
        by_page: dict[bytes, dict[bytes, bytes]] = {}
        for (doc_id, plain), changed in changes.items():
            by_page.setdefault(orjson.dumps(doc_id), {})[orjson.dumps(plain)] = orjson.dumps(changed)
        found: bytes = _compiled.renamed_rows(data, len(names), page, entity, by_page)
        return found
    rows: list[list[Any]] = orjson.loads(data)
    for row in rows:
        row[entity] = changes.get((row[page], row[entity]), row[entity])
    return orjson.dumps(rows)


def token_parts(data: bytes) -> tuple[bytes, bytes, list[str], int, bytes]:
    """Of packed words the page's identifier, its text, the parts of speech, the bytes of a number and the numbers."""
    of_id, of_text, of_kinds, width = _HEAD.unpack_from(data)
    text = _HEAD.size + of_id
    kinds = text + of_text
    words = kinds + of_kinds
    return data[_HEAD.size : text], data[text:kinds], orjson.loads(data[kinds:words]), width, data[words:]


def _unpacked_tokens(data: bytes) -> TokenRows:
    doc_id, text, tags, width, words = token_parts(data)
    gap, length, step, tag = np.frombuffer(words, dtype=_WIDTHS[width]).reshape(-1, 4).T.astype(np.int32)
    end = np.cumsum(gap + length, dtype=np.int32)
    pos = tuple(map(tags.__getitem__, tag.tolist()))
    tokens = Tokens(end - length, end, np.cumsum(step, dtype=np.int32), pos)
    return TokenRows(doc_id.decode(), text.decode(), tokens)


def _packed_words(sentence: Column, start: Column, end: Column, pos: tuple[str, ...]) -> tuple[list[str], int, bytes]:
    """The different parts of speech, by first occurrence, the bytes of a number and all numbers."""
    numbers = {tag: number for number, tag in enumerate(dict.fromkeys(pos))}
    words = np.empty((len(start), 4), dtype=np.int32)
    words[:, 0] = start - np.append(0, end)[:-1]
    words[:, 1] = end - start
    words[:, 2] = np.diff(sentence, prepend=0)
    words[:, 3] = [numbers[tag] for tag in pos]
    width = 1 if not ((words < 0) | (words > 255)).any() else 4
    return [*numbers], width, words.astype(_WIDTHS[width]).tobytes()
