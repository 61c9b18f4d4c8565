"""Text to the tokens that underthesea's pattern finds, as arrays over a batch.

No token holds a blank and the pattern looks at nothing beyond one except whether the text ends, so it runs once for
every distinct chunk (a stretch between two blanks, with that one fact) and its result is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dvextract.segmentation.rows import Rows

Integers = NDArray[np.int64]

_NEWLINE = ord("\n")
_BLANKS = np.zeros(0x3002, dtype=bool)  # no blank lies beyond U+3000; the last place stands for all that do
_BLANKS[[c for c in range(0x3001) if chr(c).isspace()]] = True


@dataclass(frozen=True, slots=True)
class Spans:
    """Chunks or tokens of a batch of pieces, flat. ``start``/``end`` are code points of their piece.

    Piece ``k`` has those of ``first[k]:first[k + 1]``.
    """

    start: Integers
    end: Integers
    first: Integers


def chunks(pieces: Sequence[str]) -> tuple[Spans, list[str]]:
    """The chunks of every piece, and each as a string, with a final line break if the piece ends with it."""
    joined = "\n".join(pieces)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    blank = np.ones(len(codes) + 2, dtype=bool)
    blank[1:-1] = _BLANKS[np.minimum(codes, len(_BLANKS) - 1)]
    start = np.flatnonzero(blank[:-1] & ~blank[1:])
    end = np.flatnonzero(~blank[:-1] & blank[1:])
    length = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
    piece_end = np.cumsum(length + 1) - 1
    first = np.append(0, np.searchsorted(start, piece_end))
    texts = joined.split()
    filled = np.diff(first) > 0
    last, closed = first[1:][filled] - 1, piece_end[filled]
    # "$" is the end, also before one line break
    closing = (end[last] == closed) | (end[last] == closed - 1) & (codes[closed - 1] == _NEWLINE)
    for at in last[closing].tolist():
        texts[at] += "\n"
    shift = np.repeat(piece_end - length, np.diff(first))
    return Spans(start - shift, end - shift, first), texts


class Tokenizer:
    """The tokens of chunks by a compiled pattern; ``number`` turns new token strings into numbers."""

    def __init__(self, pattern: re.Pattern[str], number: Callable[[Sequence[str]], Integers]) -> None:
        self._pattern = pattern
        self._number = number
        self.forget()

    def __len__(self) -> int:
        return len(self._known)

    def forget(self) -> None:
        """Forget all chunks, and with them the numbers of their tokens."""
        self._known: dict[str, int] = {}
        self._first = Rows(np.int64)
        self._count = Rows(np.int64)
        self._numbers = Rows(np.int64)
        self._start = Rows(np.int64)
        self._end = Rows(np.int64)

    def tokens(self, pieces: Sequence[str]) -> tuple[Spans, Integers, Spans]:
        """The tokens of every piece, their numbers, and the chunks they were found in."""
        spans, texts = chunks(pieces)
        known = self._known
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            self._find(new)
        chunk = np.fromiter(map(known.__getitem__, texts), dtype=np.int64, count=len(texts))
        count = self._count.array[chunk]
        first = np.append(0, np.cumsum(count))
        which = np.repeat(self._first.array[chunk] - first[:-1], count) + np.arange(first[-1])
        shift = np.repeat(spans.start, count)
        found = Spans(self._start.array[which] + shift, self._end.array[which] + shift, first[spans.first])
        return found, self._numbers.array[which], spans

    def _find(self, texts: Sequence[str]) -> None:
        forms: list[str] = []
        bounds: list[tuple[int, int]] = []
        counts: list[int] = []
        for text in texts:
            # What follows a chunk within its piece is some blank.
            subject = text[:-1] if text[-1] == "\n" else text + " "
            found = [m.span() for m in self._pattern.finditer(subject)]
            forms += [subject[a:b] for a, b in found]
            bounds += found
            counts.append(len(found))
        numbers = self._number(forms)  # first: should it fail, nothing has changed
        begin = len(self._numbers.array)
        self._known.update(zip(texts, range(len(self._known), len(self._known) + len(texts)), strict=True))
        self._first.extend(np.cumsum([begin, *counts[:-1]]))
        self._count.extend(counts)
        self._numbers.extend(numbers)
        both = np.array(bounds, dtype=np.int64).reshape(-1, 2)
        self._start.extend(both[:, 0])
        self._end.extend(both[:, 1])
