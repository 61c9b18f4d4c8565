"""Text to the tokens that underthesea's pattern finds, as arrays over a batch.

No token holds a blank and the pattern looks at nothing beyond one except whether the text ends, so it runs once for
every distinct chunk (a stretch between two blanks, with that one fact) and its result is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.segmentation.rows import Numbers, Rows

_compiled = part("dvextract.segmentation._loops")

Integers = NDArray[np.int64]

CHUNK = re.compile(r"\S+")
_STANDARD = str.maketrans("ðÐ", "đĐ")  # the letters underthesea rewrites, by its tn_rules_2023_07_14.bin


@dataclass(frozen=True, slots=True)
class Spans:
    """Tokens or words of a batch of pieces, flat. ``start``/``end`` are code points of their piece.

    Piece ``k`` has those of ``first[k]:first[k + 1]``.
    """

    start: Integers
    end: Integers
    first: Integers


class Tokenizer:
    """The tokens of chunks by a compiled pattern; ``number`` turns new token strings into numbers."""

    def __init__(self, pattern: re.Pattern[str], number: Callable[[list[str]], Integers]) -> None:
        self._pattern = pattern
        self._number = number
        self.forget()

    def __len__(self) -> int:
        return len(self._known)

    def forget(self) -> None:
        """Forget all chunks, and with them the numbers of their tokens."""
        self._known: Any = _compiled.Chunks() if _compiled else Numbers()
        # Of chunks: the first token, how many there are, whether underthesea rewrites it.
        self._chunks = Rows(np.int64, 3)
        self._numbers = Rows(np.int64)
        self._start = Rows(np.int64)
        self._end = Rows(np.int64)

    def tokens(self, pieces: list[str]) -> tuple[Spans, Integers, list[int]]:
        """The tokens of every piece, their numbers, and the pieces that underthesea rewrites.

        In those it changes more than blanks (it composes letters and takes the Icelandic eth for đ), so that its words
        are not found in the text.
        """
        which, begin, of_piece = self._compiled_chunks(pieces) if _compiled else self._chunks_of(pieces)
        chunks = self._chunks.array
        rewritten = np.flatnonzero(chunks[:, 2].take(which))
        changed = sorted(set((np.searchsorted(of_piece, rewritten, side="right") - 1).tolist()))
        start, end, numbers = self._start.array, self._end.array, self._numbers.array
        if _compiled:
            *spans, found = _compiled.expanded(which, begin, of_piece, chunks, start, end, numbers)
            return Spans(*spans), found, changed
        token, count, _ = chunks.take(which, axis=0).T
        first = np.append(0, np.cumsum(count))
        at = np.repeat(token - first[:-1], count) + np.arange(first[-1])
        shift = np.repeat(begin, count)
        return Spans(start.take(at) + shift, end.take(at) + shift, first[of_piece]), numbers.take(at), changed

    def _compiled_chunks(self, pieces: list[str]) -> tuple[Integers, Integers, Integers]:
        which, start, of_piece, new = self._known.find(pieces)
        try:
            self._find(new)
        except BaseException:
            self.forget()
            raise
        return which, start, of_piece

    def _chunks_of(self, pieces: list[str]) -> tuple[Integers, Integers, Integers]:
        """The numbers of all chunks, where they start in their piece, and the bounds of pieces (pieces + 1)."""
        texts: list[str] = []
        start: list[int] = []
        counts: list[int] = []
        for piece in pieces:
            found = piece.split()
            start += [m.start() for m in CHUNK.finditer(piece)]
            # "$" is the end, also before one line break
            if found and (not piece[-1].isspace() or (piece[-1] == "\n" and not piece[-2].isspace())):
                found[-1] += "\n"
            texts += found
            counts.append(len(found))
        which: Integers = self._known.take(texts, self._find)
        return which, np.array(start, dtype=np.int64), np.cumsum([0, *counts])

    def _find(self, texts: list[str]) -> None:
        forms, start, end, count = (_compiled.tokens_of if _compiled else _tokens_of)(texts, self._pattern.finditer)
        begin = len(self._numbers.array)
        self._numbers.extend(self._number(forms))  # first: should it fail, nothing has changed
        rewritten = np.zeros(len(texts), dtype=np.int64)
        whole = "".join(texts)
        if not is_normalized("NFC", whole) or "ð" in whole or "Ð" in whole:
            rewritten[:] = [normalize("NFC", text).translate(_STANDARD) != text for text in texts]
        self._chunks.extend(np.transpose((begin + np.cumsum(count) - count, count, rewritten)))
        self._start.extend(start)
        self._end.extend(end)


def _tokens_of(
    chunks: list[str], finditer: Callable[[str], Iterator[re.Match[str]]]
) -> tuple[list[str], list[int], list[int], Integers]:
    """The tokens of chunks, where they start and end, and how many each has; a line break is the end of a piece."""
    # What follows a chunk within its piece is some blank.
    found = [[m.span() for m in finditer(chunk[:-1] if chunk[-1] == "\n" else chunk + " ")] for chunk in chunks]
    forms = [chunk[a:b] for chunk, spans in zip(chunks, found, strict=True) for a, b in spans]
    start, end = ([span[i] for spans in found for span in spans] for i in range(2))
    return forms, start, end, np.array([*map(len, found)], dtype=np.int64)
