"""Underthesea's own functions, a sentence at a time: words with exact offsets, and parts of speech.

`fast` finds the same for a whole batch and is tested against this module. Words are those of ``word_tokenize(...,
use_token_normalize=False)``, which keeps the surface. Parts of speech come from the second model (VLSP 2013, released
2023), loaded from its folder because ``pos_tag(model="v2.0")`` fails from its second call on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

LONGEST = 4000
"""Code points given to underthesea at once: its cost grows faster than the string, so longer sentences are cut."""

_BLANK = re.compile(r"\s+")
_PIECE = re.compile(r"\S+")

Words = list[tuple[int, int]]


@cache
def _tagger() -> Any:
    from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger

    tagger = FastCRFSequenceTagger()
    folder = resources.files("underthesea") / "pipeline" / "pos_tag" / "models" / "pos_crf_vlsp2013_20230303"
    tagger.load(str(folder))
    return tagger


def words(text: str, start: int, end: int) -> Words:
    """Start and end (code points of ``text``) of every word of text[start:end], in order."""
    from underthesea import word_tokenize

    found: Words = []
    for a, b in cut(text, start, end):
        found += align(text, a, b, word_tokenize(text[a:b], use_token_normalize=False))
    return found


def cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of text[start:end] that are given to underthesea, none longer than `LONGEST`."""
    pieces = []
    while end - start > LONGEST:
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        at = blank if blank > 0 else start + LONGEST
        pieces.append((start, at))
        start = at
    return [*pieces, (start, end)]


def align(text: str, start: int, end: int, tokens: Sequence[str]) -> Words:
    """Where tokens stand in text[start:end].

    A token's syllables may stand further apart in the text than one blank. Should a token not be found (underthesea
    dropped or rewrote characters), the whole stretch falls back to what stands between blanks, so that the result is
    defined for any text.
    """
    found: Words = []
    at = start
    for token in tokens:
        first = last = -1
        for part in token.split():
            blank = _BLANK.match(text, at, end)
            if blank:
                at = blank.end()
            if not text.startswith(part, at, end):
                return [m.span() for m in _PIECE.finditer(text, start, end)]
            if first < 0:
                first = at
            at = last = at + len(part)
        if first >= 0:
            found.append((first, last))
    if text[at:end].strip():
        return [m.span() for m in _PIECE.finditer(text, start, end)]
    return found


def parts_of_speech(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    """A tag for every word of every sentence (N Np V A M E C R CH ...).

    Words are given with single blanks, as `words` finds them in ordinary text. Raises RuntimeError for words that
    underthesea cannot take.
    """
    tagger = _tagger()
    given = [[[word] for word in sentence] for sentence in sentences]
    try:
        featured = tagger.featurizer.process(given)
    except BaseException as e:  # a panic of its Rust code is no Exception, and would end the process
        if type(e).__name__ != "PanicException":
            raise
        raise RuntimeError(f"underthesea's part-of-speech tagger failed: {e}") from e
    return [[tag.removeprefix("B-") for tag in tagger.estimator.tag(features)] for features in featured]
