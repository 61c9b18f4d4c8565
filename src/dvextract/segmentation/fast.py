"""Sentences to words and parts of speech, for a whole batch at once, exactly as underthesea 9.5 finds them.

Its pattern, dictionary and CRFsuite models are read from its wheel without importing the package, which takes longer
than reading them. The chains are scored and decoded by compiled loops, or else as arrays over all sentences of a batch.
"""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import chain, pairwise, repeat
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.errors import DvextractError
from dvextract.segmentation import crfsuite
from dvextract.segmentation.rows import Rows
from dvextract.segmentation.scoring import Lines, Scorer
from dvextract.segmentation.tokenizer import CHUNK, Spans, Tokenizer
from dvextract.segmentation.underthesea import cut
from dvextract.segmentation.viterbi import SLACK, Decoder

_compiled = part("dvextract.segmentation._loops")

Integers = NDArray[np.int64]
Stretch = tuple[str, int, int]
"""A text, and start and end of what of it is meant."""

_WORDS = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
_POS = "pipeline/pos_tag/models/pos_crf_vlsp2013_20230303"
_PATTERN = "pipeline/word_tokenize/regex_tokenize.py"

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
            self.scorer = Scorer(model, self._templates(), self._dictionary)
        except (TypeError, ValueError, AttributeError) as e:
            raise DvextractError(f"cannot use the templates in {folder}: {e}; install underthesea 9.5 again") from e
        self.labels = model.labels
        self._decoder = Decoder(model.transition)
        self._chain = _compiled and _compiled.Chain(model.transition, self._decoder.most, SLACK, self.scorer.spans)

    def tag(self, types: Integers, first: Integers) -> Integers:
        """The place in ``labels`` of every token's label; ``first`` are the sentences' bounds (sentences + 1).

        Sentences with two equally good paths (words in an unknown script, hardly ever others) are tagged again by
        `_one_by_one`, for the choice of underthesea's own tagger hangs on the last bit of its sums.
        """
        labels: Integers
        if self._chain:
            labels, tied = self._chain.tag(types, first, *self.scorer.columns())
            for sentence in tied:
                here = slice(first[sentence], first[sentence + 1])
                labels[here] = self._one_by_one(self.scorer.forms(types[here]))
            return labels
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

    def _templates(self) -> Any:
        return _unpickled(self._folder / "features.bin")

    def _dictionary(self) -> Any:
        return _unpickled(self._folder / "dictionary.bin")

    @cached_property
    def _one_by_one(self) -> Callable[[list[str]], Integers]:
        """Tags a sentence with the sums of underthesea_core's tagger in its order, to the last bit.

        That tagger itself takes a quarter of a second to load the model.
        """
        from underthesea_core import CRFFeaturizer

        templates, dictionary = self._templates(), self.scorer.dictionary
        model = crfsuite.load(self._folder / "models.bin")
        weights = dict(zip(model.attributes, model.state, strict=True))

        def tag(forms: list[str]) -> Integers:
            emission = np.zeros((len(forms), len(model.labels)))
            # The whole dictionary would take longer to hand over than all the rest.
            asked = {span for span in self.scorer.spans_of(forms) if span in dictionary}
            featurised = CRFFeaturizer(templates, asked).process([[[form] for form in forms]])[0]
            for sums, attributes in zip(emission, featurised, strict=True):
                for attribute in attributes:
                    if attribute in weights:
                        sums += weights[attribute]
            best = emission[0]
            before = []
            for sums in emission[1:]:
                paths = best[:, None] + model.transition
                before.append(paths.argmax(axis=0))
                best = paths.max(axis=0) + sums
            labels = [best.argmax()]
            for back in reversed(before):
                labels.append(back[labels[-1]])
            return np.array(labels[::-1], dtype=np.int64)

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
        self._forget_words()
        self._lock = Lock()

    @cached_property
    def _pos(self) -> Tagger:
        return Tagger(self._folder / _POS)

    def words(self, stretches: Sequence[Stretch]) -> Spans:
        """The words of every stretch ``text[start:end]``, in code points of its text: those of `underthesea.words`."""
        pieces = _Pieces(stretches)
        with self._lock:
            words = self._words_of(pieces.texts).words()
        return pieces.whole(words)

    def tagged_words(self, stretches: Sequence[Stretch]) -> tuple[Spans, list[str]]:
        """The words of every stretch, as `words` finds them, and a tag for every word (N Np V A M E C R CH ...)."""
        pieces = _Pieces(stretches)
        with self._lock:
            cut = self._words_of(pieces.texts)
            tagger = self._pos
            types = self._types(pieces.texts, cut)
            found = pieces.whole(cut.words())
            tags = tagger.tag(types, found.first)
        names = np.array([label.removeprefix("B-") for label in tagger.labels], dtype=object)
        return found, names.take(tags).tolist()

    def _words_of(self, pieces: list[str]) -> _Cut:
        if len(self._tokenizer) > MEMORY:
            self._tokenizer.forget()
            self._words.scorer.forget()
            self._forget_words()
        tokens, types, rewritten = self._tokenizer.tokens(pieces)
        begins = self._words.tag(types, tokens.first) != self._inside
        begins[tokens.first[:-1][np.diff(tokens.first) > 0]] = True
        if rewritten:
            chunks = {k: pieces[k] for k in rewritten}
            tokens, types, begins = _by_chunks(tokens, types, begins, chunks, self._words.scorer.types)
        at = np.flatnonzero(begins)
        return _Cut(tokens, types, np.append(at, len(types)), np.searchsorted(at, tokens.first))

    def _types(self, pieces: list[str], cut: _Cut) -> Integers:
        """The part-of-speech tagger's types of words."""
        scorer = self._pos.scorer
        if max(len(scorer), len(self._type_of.array)) > MEMORY:
            scorer.forget()
            self._forget_words()
        if self._known is None:
            words = cut.words()
            texts = chain.from_iterable(map(repeat, pieces, np.diff(words.first).tolist()))
            bounds = zip(texts, words.start.tolist(), words.end.tolist(), strict=True)
            return scorer.types([text[a:b] for text, a, b in bounds])
        tokens = cut.tokens
        try:
            numbers, new = self._known.find(pieces, cut.first, cut.at, cut.types, tokens.start, tokens.end)
            self._type_of.extend(scorer.types(new))
        except BaseException:
            self._forget_words()
            raise
        types: Integers = self._type_of.array.take(numbers)
        return types

    def _forget_words(self) -> None:
        # Compiled, words are known by their tokens, and their forms are looked up once only.
        self._known = _compiled and _compiled.Words()
        self._type_of = Rows(np.int64)


@cache
def segmenter() -> Segmenter:
    """The segmenter of this process: its tables need some megabytes and a third of a second."""
    return Segmenter()


@dataclass(frozen=True, slots=True)
class _Cut:
    """Tokens with their types, and the words they make: word ``w`` has those of ``at[w]:at[w + 1]``.

    Piece ``k`` has the words ``first[k]:first[k + 1]``.
    """

    tokens: Spans
    types: Integers
    at: Integers
    first: Integers

    def words(self) -> Spans:
        """The words, by piece."""
        return Spans(self.tokens.start[self.at[:-1]], self.tokens.end[self.at[1:] - 1], self.first)


class _Pieces:
    """What is given to the tokenizer: stretches of texts, long ones in several pieces."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        cuts = [cut(*stretch) for stretch in stretches]
        self.texts = [text[a:b] for (text, _, _), bounds in zip(stretches, cuts, strict=True) for a, b in bounds]
        self._begin = np.array([a for bounds in cuts for a, _ in bounds], dtype=np.int64)
        self._first = np.cumsum([0, *map(len, cuts)])

    def whole(self, words: Spans) -> Spans:
        """Words of the pieces as words of the stretches, in code points of their texts."""
        shift = np.repeat(self._begin, np.diff(words.first))
        return Spans(words.start + shift, words.end + shift, words.first[self._first])


def _by_chunks(
    tokens: Spans,
    types: Integers,
    begins: NDArray[np.bool_],
    pieces: Mapping[int, str],
    number: Callable[[list[str]], Integers],
) -> tuple[Spans, Integers, NDArray[np.bool_]]:
    """The same tokens, but every chunk a word of its own in some pieces: what `underthesea.align` falls back to."""
    count = np.diff(tokens.first)
    parts: list[tuple[NDArray[Any], ...]] = []
    after = 0
    for k, piece in sorted(pieces.items()):
        before = slice(after, tokens.first[k])
        chunks = np.array([m.span() for m in CHUNK.finditer(piece)])
        parts.append((tokens.start[before], tokens.end[before], types[before], begins[before]))
        parts.append((*chunks.T, number(piece.split()), np.ones(len(chunks), dtype=bool)))
        count[k], after = len(chunks), tokens.first[k + 1]
    parts.append((tokens.start[after:], tokens.end[after:], types[after:], begins[after:]))
    start, end, types, begins = map(np.concatenate, zip(*parts, strict=True))
    return Spans(start, end, np.append(0, np.cumsum(count))), types, begins


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
