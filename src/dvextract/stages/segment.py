"""Stage segment: content blocks to sentences and words.

Furniture is not segmented: nothing is ever said about it. Words never cross a sentence, sentences never a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import numpy as np

from dvextract.compiled import maker
from dvextract.document import Document, Sentence, Tokens
from dvextract.errors import OptionError
from dvextract.segmentation import underthesea
from dvextract.segmentation.fast import Segmenter, Stretch, segmenter
from dvextract.segmentation.sentences import sentences
from dvextract.segmentation.tokenizer import Spans

ENGINES = ("arrays", "underthesea")


_sentence = maker(Sentence)


class Segment:
    """Sentences and words; ``pos=False`` leaves parts of speech out (the tagger was trained with them).

    ``engine`` is "arrays" (a whole batch at once) or "underthesea" (its own functions, a sentence at a time); their
    results are the same. Raises OptionError for another one.
    """

    name: ClassVar[str] = "segment"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks")
    adds: ClassVar[tuple[str, ...]] = ("sentences", "tokens")

    def __init__(self, pos: bool = True, engine: str = "arrays") -> None:
        if engine not in ENGINES:
            raise OptionError("engine", f"stage 'segment' has no engine '{engine}'; there are: {', '.join(ENGINES)}")
        self._pos = pos
        self._segmenter: Segmenter | _OneByOne = segmenter() if engine == "arrays" else _OneByOne()

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``sentences`` and ``tokens`` to every document."""
        stretches = []
        counts = []
        for doc in docs:
            text = doc.text
            found = [
                (a, b, i)
                for i, block in enumerate(doc.blocks)
                if block.is_content
                for a, b in sentences(text, block.start, block.end)
            ]
            doc.add("sentences", tuple([_sentence(*bounds) for bounds in found]))
            stretches += [(text, a, b) for a, b, _ in found]
            counts.append(len(found))
        pos: list[str] = []
        if self._pos:
            words, pos = self._segmenter.tagged_words(stretches)
        else:
            words = self._segmenter.words(stretches)
        last = np.cumsum([0, *counts])
        start, end = words.start.astype(np.int32), words.end.astype(np.int32)
        of_page = np.arange(len(stretches), dtype=np.int32) - np.repeat(last[:-1], counts).astype(np.int32)
        sentence = np.repeat(of_page, np.diff(words.first))
        bounds = words.first[last].tolist()
        for doc, a, b in zip(docs, bounds, bounds[1:], strict=False):
            doc.add("tokens", Tokens(start[a:b].copy(), end[a:b].copy(), sentence[a:b].copy(), tuple(pos[a:b])))


class _OneByOne:
    """The interface of `Segmenter` over underthesea's own functions."""

    def words(self, stretches: Sequence[Stretch]) -> Spans:
        found = [underthesea.words(*stretch) for stretch in stretches]
        flat = np.array([w for words in found for w in words], dtype=np.int64).reshape(-1, 2)
        return Spans(flat[:, 0], flat[:, 1], np.cumsum([0, *map(len, found)]))

    def tagged_words(self, stretches: Sequence[Stretch]) -> tuple[Spans, list[str]]:
        words = self.words(stretches)
        spans = [
            list(zip(words.start[a:b].tolist(), words.end[a:b].tolist(), strict=True))
            for a, b in pairwise(words.first.tolist())
        ]
        forms = [
            [" ".join(text[a:b].split()) for a, b in found]
            for (text, _, _), found in zip(stretches, spans, strict=True)
        ]
        return words, [tag for tags in underthesea.parts_of_speech(forms) for tag in tags]
