"""Text to the tokens that underthesea's pattern finds, as arrays over a batch.

No token holds a blank and the pattern looks at nothing beyond one except whether the text ends, so it runs once for
every distinct chunk (a stretch between two blanks, with that one fact) and its result is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unicodedata import is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.segmentation.rows import Numbers, Rows

_loops = part("dvextract.segmentation._loops")

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

    def __init__(self, pattern: re.Pattern[str], number: Callable[[Sequence[str]], Integers]) -> None:
        self._pattern = pattern
        self._number = number
        self.forget()

    def __len__(self) -> int:
        return len(self._known)

    def forget(self) -> None:
        """Forget all chunks, and with them the numbers of their tokens."""
        self._known = _loops.Chunks() if _loops else Numbers()
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
        which, start, of_piece = self._compiled_chunks(pieces) if _loops else self._chunks_of(pieces)
        token, count, rewritten = self._chunks.array.take(which, axis=0).T
        first = np.append(0, np.cumsum(count))
        at = np.repeat(token - first[:-1], count) + np.arange(first[-1])
        shift = np.repeat(start, count)
        spans = Spans(self._start.array.take(at) + shift, self._end.array.take(at) + shift, first[of_piece])
        changed = np.unique(np.searchsorted(of_piece, np.flatnonzero(rewritten), side="right") - 1)
        return spans, self._numbers.array.take(at), changed.tolist()

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
        return self._known.take(texts, self._find), np.array(start, dtype=np.int64), np.cumsum([0, *counts])

    def _find(self, texts: Sequence[str]) -> None:
        forms: list[str] = []
        bounds: list[int] = []
        chunks: list[int] = []
        begin = len(self._numbers.array)
        whole = "".join(texts)
        is_any_rewritten = not is_normalized("NFC", whole) or "ð" in whole or "Ð" in whole
        for text in texts:
            chunk = text.removesuffix("\n")
            found = _simple(chunk)
            if not found:
                # What follows a chunk within its piece is some blank.
                subject = text + " " if text is chunk else chunk
                found = [m.span() for m in self._pattern.finditer(subject)]
            is_rewritten = is_any_rewritten and normalize("NFC", chunk).translate(_STANDARD) != chunk
            chunks += begin + len(forms), len(found), is_rewritten
            for span in found:
                bounds += span
                forms.append(chunk[slice(*span)])
        self._numbers.extend(self._number(forms))  # first: should it fail, nothing has changed
        self._chunks.extend(np.array(chunks, dtype=np.int64).reshape(-1, 3))
        spans = np.array(bounds, dtype=np.int64).reshape(-1, 2)
        self._start.extend(spans[:, 0])
        self._end.extend(spans[:, 1])


def _simple(chunk: str) -> list[tuple[int, int]]:
    """The tokens of a chunk of letters or of digits only, perhaps with a comma or full stop after; empty for others.

    What the pattern finds in them needs no search, which would take as long as all the rest. It knows short forms of
    capitals and a full stop, and takes any letter for the stop of "Th.S".
    """
    mark = chunk[-1]
    word = chunk[:-1] if mark in ",." else chunk
    end = len(word)
    if not word.isdecimal() and (
        not word.isalpha() or (mark == "." and not word.islower()) or (word.startswith("Th") and word[3:4] in "Ss")
    ):
        return []
    return [(0, end)] if end == len(chunk) else [(0, end), (end, end + 1)]
