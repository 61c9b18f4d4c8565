"""Stage segment: content blocks to sentences and words.

Furniture is not segmented: nothing is ever said about it. Words never cross a sentence, sentences never a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from dvextract.document import Document, Sentence, Tokens
from dvextract.segmentation import underthesea
from dvextract.segmentation.sentences import sentences


class Segment:
    """Sentences and words; ``pos=False`` leaves parts of speech out (the tagger was trained with them)."""

    name: ClassVar[str] = "segment"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks")
    adds: ClassVar[tuple[str, ...]] = ("sentences", "tokens")

    def __init__(self, pos: bool = True) -> None:
        self._pos = pos

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``sentences`` and ``tokens`` to every document."""
        for doc in docs:
            found = tuple(
                Sentence(a, b, i)
                for i, block in enumerate(doc.blocks)
                if block.is_content
                for a, b in sentences(doc.text, block.start, block.end)
            )
            doc.add("sentences", found)
            doc.add("tokens", self._tokens(doc.text, found))

    def _tokens(self, text: str, found: Sequence[Sentence]) -> Tokens:
        words = [underthesea.words(text, s.start, s.end) for s in found]
        pos: tuple[str, ...] = ()
        if self._pos:
            forms = [[" ".join(text[a:b].split()) for a, b in sentence] for sentence in words]
            pos = tuple(tag for sentence in underthesea.parts_of_speech(forms) for tag in sentence)
        flat = np.array([w for sentence in words for w in sentence], dtype=np.int32).reshape(-1, 2)
        number = np.repeat(np.arange(len(words), dtype=np.int32), [len(w) for w in words])
        return Tokens(flat[:, 0].copy(), flat[:, 1].copy(), number.astype(np.int32), pos)
