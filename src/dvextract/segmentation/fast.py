"""Sentences to words and parts of speech, for a whole batch at once, exactly as underthesea 9.5 finds them.

Its pattern, dictionary and CRFsuite models are read from its wheel without importing the package, which takes longer
than reading them. The chains are scored and decoded as arrays over all sentences of a batch.
"""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn
from unicodedata import is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

from dvextract.errors import DvextractError
from dvextract.segmentation import crfsuite
from dvextract.segmentation.scoring import Lines, Scorer
from dvextract.segmentation.tokenizer import Spans, Tokenizer
from dvextract.segmentation.underthesea import cut
from dvextract.segmentation.viterbi import Decoder

Integers = NDArray[np.int64]

_WORDS = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
_POS = "pipeline/pos_tag/models/pos_crf_vlsp2013_20230303"
_PATTERN = "pipeline/word_tokenize/regex_tokenize.py"

_STANDARD = str.maketrans("ðÐ", "đĐ")  # the letters underthesea rewrites, by its tn_rules_2023_07_14.bin
_REWRITTEN = re.compile("[ðÐ]")

MEMORY = 100_000
"""Types of each kind remembered between batches; beyond that all are forgotten, and described anew when met."""

GROUP = 32768
"""Tokens scored and decoded at once, more or less: sentences are not divided."""


class Tagger:
    """One of underthesea's chains: the folder's model, feature templates and dictionary.

    Raises DvextractError when the folder does not hold them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        model = crfsuite.load(folder / "models.bin")
        try:
            self.scorer = Scorer(model, *self._features())
        except (TypeError, ValueError, AttributeError) as e:
            raise DvextractError(f"cannot use the templates in {folder}: {e}; install underthesea 9.5 again") from e
        self.labels = model.labels
        self._decoder = Decoder(model.transition)

    def tag(self, types: Integers, first: Integers) -> Integers:
        """The place in ``labels`` of every token's label; ``first`` are the sentences' bounds (sentences + 1).

        Sentences with two equally good paths (words in an unknown script, hardly ever others) are left to
        underthesea's own tagger, whose choice hangs on the last bit of its sums.
        """
        labels = np.empty(len(types), dtype=np.int64)
        # Sentences in groups, so that a page of any size needs little memory.
        group = np.flatnonzero(np.diff(first[:-1] // GROUP, prepend=-1))
        for a, b in pairwise([*group.tolist(), len(first) - 1]):
            here = slice(first[a], first[b])
            labels[here] = self._tag_group(types[here], first[a : b + 1] - first[a])
        return labels

    def _tag_group(self, types: Integers, first: Integers) -> Integers:
        lines = Lines(types, first)
        inside = np.zeros(len(lines.types), dtype=bool)
        inside[lines.place] = True
        labels, tied = self._decoder.best(self.scorer.emission(lines), inside)
        for sentence in np.unique(np.searchsorted(lines.first, tied, side="right") - 1).tolist():
            here = slice(lines.first[sentence], lines.end[sentence])
            labels[here] = self._one_by_one(self.scorer.forms(lines.types[here]))
        return labels[lines.place]

    def _features(self) -> tuple[Any, Any]:
        return _unpickled(self._folder / "features.bin"), _unpickled(self._folder / "dictionary.bin")

    @cached_property
    def _one_by_one(self) -> Callable[[Sequence[str]], list[int]]:
        from underthesea_core import CRFFeaturizer, CRFTagger

        featurizer, tagger = CRFFeaturizer(*self._features()), CRFTagger()
        tagger.load(str(self._folder / "models.bin"))
        place = {label: i for i, label in enumerate(self.labels)}

        def tag(forms: Sequence[str]) -> list[int]:
            return [place[label] for label in tagger.tag(featurizer.process([[[form] for form in forms]])[0])]

        return tag


class Segmenter:
    """Words and parts of speech of underthesea's models; remembers the types it has met, within bounds.

    Threads may share one; they wait for each other. Raises DvextractError when underthesea's files are not there or not
    those of a version this can read.
    """

    def __init__(self) -> None:
        self._folder = _package()
        self._words = Tagger(self._folder / _WORDS)
        self._tokenizer = Tokenizer(_pattern(self._folder / _PATTERN), self._words.scorer.types)
        self._inside = self._words.labels.index("I-W")
        self._lock = Lock()

    @cached_property
    def _pos(self) -> Tagger:
        return Tagger(self._folder / _POS)

    def words(self, stretches: Sequence[tuple[str, int, int]]) -> Spans:
        """The words of every stretch ``text[start:end]``, in code points of its text: those of `underthesea.words`."""
        cuts = [cut(*stretch) for stretch in stretches]
        bounds = [bound for bounds in cuts for bound in bounds]
        pieces = [text[a:b] for (text, _, _), bounds in zip(stretches, cuts, strict=True) for a, b in bounds]
        with self._lock:
            words = self._words_of(pieces)
        shift = np.repeat(np.array([a for a, _ in bounds], dtype=np.int64), np.diff(words.first))
        last = np.cumsum([0, *map(len, cuts)])
        return Spans(words.start + shift, words.end + shift, words.first[last])

    def parts_of_speech(self, forms: Sequence[str], first: Integers) -> list[str]:
        """A tag for every word (N Np V A M E C R CH ...); ``first`` are the sentences' bounds in ``forms``."""
        with self._lock:
            tagger = self._pos
            if len(tagger.scorer) > MEMORY:
                tagger.scorer.forget()
            tags = tagger.tag(tagger.scorer.types(forms), first).tolist()
        names = [label.removeprefix("B-") for label in tagger.labels]
        return [names[i] for i in tags]

    def _words_of(self, pieces: Sequence[str]) -> Spans:
        if len(self._tokenizer) > MEMORY:
            self._tokenizer.forget()
            self._words.scorer.forget()
        tokens, types, chunks = self._tokenizer.tokens(pieces)
        begins = self._words.tag(types, tokens.first) != self._inside
        begins[tokens.first[:-1][np.diff(tokens.first) > 0]] = True
        if rewritten := _rewritten(pieces):
            tokens, begins = _replaced(tokens, begins, chunks, rewritten)
        at = np.flatnonzero(begins)
        end = tokens.end[np.append(at, len(begins))[1:] - 1]
        return Spans(tokens.start[at], end, np.searchsorted(at, tokens.first))


@cache
def segmenter() -> Segmenter:
    """The segmenter of this process: its tables need some megabytes and a third of a second."""
    return Segmenter()


def _rewritten(pieces: Sequence[str]) -> list[int]:
    """Pieces of which underthesea changes more than blanks, so that its words are not found in the text.

    It composes letters (NFC) and takes the Icelandic eth for đ.
    """
    whole = "\n".join(pieces)
    if is_normalized("NFC", whole) and not _REWRITTEN.search(whole):
        return []
    found = []
    for i, piece in enumerate(pieces):
        if normalize("NFC", piece).translate(_STANDARD).split() != piece.split():
            found.append(i)
    return found


def _replaced(
    tokens: Spans, begins: NDArray[np.bool_], chunks: Spans, pieces: Sequence[int]
) -> tuple[Spans, NDArray[np.bool_]]:
    """The same tokens, but every chunk a word of its own in some pieces: what `underthesea.align` falls back to."""
    count = np.diff(tokens.first)
    count[pieces] = np.diff(chunks.first)[pieces]
    chosen = np.zeros(len(count), dtype=bool)
    chosen[pieces] = True
    of_token, of_chunk = (np.repeat(chosen, np.diff(s.first)) for s in (tokens, chunks))
    new = np.repeat(chosen, count)
    start, end, begin = (np.empty(len(new), dtype=kind) for kind in (np.int64, np.int64, bool))
    start[new], end[new], begin[new] = chunks.start[of_chunk], chunks.end[of_chunk], True
    start[~new], end[~new], begin[~new] = tokens.start[~of_token], tokens.end[~of_token], begins[~of_token]
    return Spans(start, end, np.append(0, np.cumsum(count))), begin


def _package() -> Path:
    spec = find_spec("underthesea")
    if spec is None or not spec.submodule_search_locations:
        raise DvextractError("underthesea is not installed: pip install 'underthesea>=9.5,<10'")
    return Path(spec.submodule_search_locations[0])


def _pattern(path: Path) -> re.Pattern[str]:
    """Underthesea's compiled token pattern: its source run without the imports, which would load the whole package."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tree.body = [node for node in tree.body if not isinstance(node, ast.ImportFrom)]
        names: dict[str, Any] = {}
        exec(compile(tree, str(path), "exec"), names)
        pattern: re.Pattern[str] = names["patterns"]
    except (OSError, SyntaxError, NameError, KeyError) as e:
        raise DvextractError(f"cannot read underthesea's token pattern {path}: {e}; install version 9.5 again") from e
    return pattern


class _Plain(pickle.Unpickler):
    """Reads lists, sets and strings only: what underthesea stores beside its models."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def _unpickled(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            return _Plain(file).load()
    except (OSError, pickle.UnpicklingError, EOFError) as e:
        raise DvextractError(f"cannot read {path}: {e}; install underthesea 9.5 again") from e
