"""Tokens to the state scores of an underthesea chain: its feature templates, evaluated for a whole batch.

A template such as ``T[-1]`` or ``T[0].istitle`` looks at one token: what all of these say of a token type is summed
once, per offset. One such as ``T[-1,0].lower`` looks at a span of two or three tokens, as one string with blanks: spans
are looked up by a 64-bit hash of that string which can be put together from the tokens' own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.segmentation.crfsuite import Chain
from dvextract.segmentation.rows import Rows

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BEGIN, END = 0, 1
"""Types that stand before and after every sentence."""

_REACH = 2  # no template looks further than two tokens away
_TEMPLATE = re.compile(r"T\[(-?\d+)(?:,(-?\d+))?\](?:\.(\w+))?")
_BASE = np.uint64(0x9E3779B97F4A7C15)
# Rows of a span table; a value seen in training comes after them.
_OTHER, _BEGIN, _END, _TRUE = range(4)


class _Lookup:
    """Places of known keys. A table of single bytes, by a key's upper bits, turns most unknown keys away."""

    _BITS = np.uint64(64 - 20)

    def __init__(self, keys: Keys) -> None:
        self._keys = keys  # sorted, unique
        self._maybe = np.zeros(1 << 20, dtype=bool)
        self._maybe[keys >> self._BITS] = True

    def find(self, keys: Keys) -> tuple[Integers, Integers]:
        """Which of ``keys`` are known, and their places among the known ones."""
        at = np.flatnonzero(self._maybe[keys >> self._BITS])
        place = np.searchsorted(self._keys, keys[at])
        place[place == len(self._keys)] = 0
        known = self._keys[place] == keys[at]
        return at[known], place[known]


@dataclass(frozen=True)
class _Spans:
    """All templates over spans of one width that read the tokens in one way (``form``, ``lower`` or ``istitle``).

    ``weights`` is (rows, offsets, labels), relative to row 0; ``offsets`` are those of the span's first token.
    """

    width: int
    reading: str
    offsets: tuple[int, ...]
    weights: Floats
    lookup: _Lookup | None


@dataclass(frozen=True)
class _Template:
    first: int
    width: int
    function: str
    rows: dict[str, int]  # value: row of the chain's state weights


class Scorer:
    """State scores for sequences of token types.

    ``templates`` and ``dictionary`` are those stored beside the model. Types are remembered until `forget`.
    Raises ValueError for a template that looks further than two tokens away.
    """

    def __init__(self, model: Chain, templates: Sequence[str], dictionary: AbstractSet[str]) -> None:
        self.labels = model.labels
        self._state = np.vstack([model.state, np.zeros(len(model.labels))])  # the last row: a value without weights
        parsed = _parse(model, templates)
        # The part-of-speech model brings a dictionary that none of its templates asks.
        self._dictionary = dictionary if any(t.function == "is_in_dict" for t in parsed) else frozenset()
        self._single = [t for t in parsed if t.width == 1]
        self._constant = np.zeros(len(model.labels))
        self._spans = self._span_tables([t for t in parsed if t.width > 1])
        self._describer = _describer()
        self._classes: dict[tuple[int, ...], int] = {}
        self._by_offset = [Rows(np.float64, len(model.labels)) for _ in range(-_REACH, _REACH + 1)]
        self.forget()

    def __len__(self) -> int:
        return len(self._types)

    def forget(self) -> None:
        """Forget all types."""
        self._types: dict[str, int] = {}
        self._forms: list[str] = []
        self._class_of = Rows(np.int32)
        self._keys = {reading: Rows(np.uint64) for reading in ("form", "lower")}
        self._power = Rows(np.uint64)
        self._title = Rows(np.bool_)
        self._add([tuple(t.rows.get(edge, -1) for t in self._single) for edge in ("BOS", "EOS")], ["", ""], ["", ""])
        self._title.extend([False, False])

    def types(self, forms: Sequence[str]) -> Integers:
        """A number for every form; runs of blanks in a form, of any kind, count as one."""
        known = self._types
        if new := [form for form in dict.fromkeys(forms) if form not in known]:
            self._describe(new)
        return np.fromiter(map(known.__getitem__, forms), dtype=np.int64, count=len(forms))

    def forms(self, types: Integers) -> list[str]:
        """The forms that have these numbers, with single blanks."""
        return [self._forms[i] for i in types.tolist()]

    def emission(self, types: Integers, first: NDArray[np.int64]) -> Floats:
        """Scores (tokens, labels) of sentences: ``first`` are their bounds in ``types`` (sentences + 1)."""
        n, count = len(types), len(first) - 1
        if n == 0:
            return np.zeros((0, len(self.labels)))
        sentence = np.repeat(np.arange(count), np.diff(first))
        real = np.arange(n) + (2 * _REACH * sentence + _REACH)
        begin = first[:-1] + (2 * _REACH * np.arange(count) + _REACH)
        end = begin + np.diff(first)
        padded = np.full(n + 2 * _REACH * count, END)
        padded[real] = types
        padded[begin - 1] = padded[begin - 2] = BEGIN
        total = np.empty((n + 1, len(self.labels)))  # the last row takes what falls outside
        total[:] = self._constant
        classes = self._class_of.array[padded]
        for offset, table in enumerate(self._by_offset, -_REACH):
            total[:n] += table.array[classes[real + offset]]
        home = np.full(len(padded) + _REACH + 1, n)
        home[real] = np.arange(n)
        for spans in self._spans:
            self._add_spans(spans, padded, begin, end, home, total)
        return total[:n]

    def _add_spans(
        self, spans: _Spans, padded: Integers, begin: Integers, end: Integers, home: Integers, total: Floats
    ) -> None:
        row = np.zeros(len(padded), dtype=np.int64)
        if spans.lookup is None:
            title = self._title.array[padded]
            every = title[spans.width - 1 :].copy()
            for d in range(spans.width - 1):
                every &= title[d : d + len(every)]
            row[: len(every)][every] = _TRUE
        else:
            at, place = spans.lookup.find(self._span_keys(spans, padded))
            row[at] = place + _TRUE + 1
        # Beyond the end goes first: a span that would leave the sentence on both sides counts as before its begin.
        for d in range(1 - spans.width, 1):
            row[end + d] = _END
        row[begin - 1] = row[begin - 2] = _BEGIN
        at = np.flatnonzero(row)
        row = row[at]
        for column, offset in enumerate(spans.offsets):
            total[home[at - offset]] += spans.weights[:, column][row]

    def _span_keys(self, spans: _Spans, padded: Integers) -> Keys:
        key, power = self._keys[spans.reading].array[padded], self._power.array[padded]
        joined = key[: len(key) - spans.width + 1].copy()
        for d in range(1, spans.width):
            joined *= power[d : d + len(joined)]
            joined += key[d : d + len(joined)]
        return joined

    def _span_tables(self, templates: Sequence[_Template]) -> list[_Spans]:
        groups: dict[tuple[int, str], list[_Template]] = {}
        for t in templates:
            reading = {"": "form", "is_in_dict": "lower"}.get(t.function, t.function)
            groups.setdefault((t.width, reading), []).append(t)
        entries, pieces = text_keys(tuple(self._dictionary))
        return [
            self._span_table(width, reading, ts, entries[pieces >= width]) for (width, reading), ts in groups.items()
        ]

    def _span_table(self, width: int, reading: str, templates: Sequence[_Template], entries: Keys) -> _Spans:
        offsets = tuple(sorted({t.first for t in templates}))
        values = [self._values(t, entries) for t in templates]
        known, place = np.unique(np.concatenate([keys for keys, _ in values]), return_inverse=True)
        places = np.split(place + _TRUE + 1, np.cumsum([len(keys) for keys, _ in values])[:-1])
        weights = np.zeros((_TRUE + 1 + len(known), len(offsets), len(self.labels)))
        for t, (_, state), place in zip(templates, values, places, strict=True):
            column = weights[:, offsets.index(t.first)]
            usual = self._state[t.rows.get("False", -1)] if t.function in ("istitle", "is_in_dict") else 0
            self._constant += usual
            # A value occurs once in a template, so no place is added to twice.
            column[place] += state - usual
            for row, value in ((_BEGIN, "BOS"), (_END, "EOS"), (_TRUE, "True")):
                column[row] += self._state[t.rows.get(value, -1)] - usual
        return _Spans(width, reading, offsets, weights, None if reading == "istitle" else _Lookup(known))

    def _values(self, template: _Template, entries: Keys) -> tuple[Keys, Floats]:
        """Keys of the spans a template says something about, and their weights (one row, or a row each)."""
        if template.function == "istitle":
            return entries[:0], self._state[:0]
        if template.function == "is_in_dict":
            return entries, self._state[[template.rows.get("True", -1)]]
        # "BOS" and "EOS" are among the values, but no span has that few pieces
        return text_keys(tuple(template.rows))[0], self._state[list(template.rows.values())]

    def _describe(self, raw: list[str]) -> None:
        """Add types; underthesea's own featuriser says how they look, so letters of any script are taken as it does."""
        forms = [" ".join(form.split()) for form in raw]
        seen = self._describer.process([[[form]] for form in forms])
        looks = [[value.partition("=")[2] for value in sentence[0]] for sentence in seen]
        lowers = [lower for lower, _, _ in looks]
        classes = []
        for form, (lower, title, digit) in zip(forms, looks, strict=True):
            is_in = "True" if lower in self._dictionary else "False"
            value = {"": form, "lower": lower, "istitle": title, "isdigit": digit, "is_in_dict": is_in}
            classes.append(tuple(t.rows.get(value[t.function], -1) for t in self._single))
        begin = len(self._forms)
        self._add(classes, forms, lowers)
        self._title.extend([title == "True" for _, title, _ in looks])
        self._types.update(zip(raw, range(begin, begin + len(raw)), strict=True))

    def _add(self, classes: Sequence[tuple[int, ...]], forms: Sequence[str], lowers: Sequence[str]) -> None:
        keys, pieces = text_keys(forms)
        new = [c for c in dict.fromkeys(classes) if c not in self._classes]
        self._classes.update(zip(new, range(len(self._classes), len(self._classes) + len(new)), strict=True))
        self._class_of.extend([self._classes[c] for c in classes])
        self._forms += forms
        self._keys["form"].extend(keys)
        self._keys["lower"].extend(text_keys(lowers)[0])
        self._power.extend(_BASE**pieces)
        if new:
            rows = np.array(new, dtype=np.int64)
            for offset, table in enumerate(self._by_offset, -_REACH):
                columns = [i for i, t in enumerate(self._single) if t.first == offset]
                table.extend(self._state[rows[:, columns]].sum(axis=1))


def _parse(model: Chain, templates: Sequence[str]) -> list[_Template]:
    rows: dict[str, dict[str, int]] = {name: {} for name in templates}
    for row, attribute in enumerate(model.attributes):
        name, _, value = attribute.partition("=")
        if name in rows:
            rows[name][value] = row
    parsed = []
    for name in templates:
        m = _TEMPLATE.fullmatch(name)
        first, last = (int(m[1]), int(m[2] or m[1])) if m else (0, -1)
        if not m or not -_REACH <= first <= last <= _REACH:
            raise ValueError(f"unknown feature template {name}")
        parsed.append(_Template(first, last - first + 1, m[3] or "", rows[name]))
    return parsed


def _describer() -> Any:
    from underthesea_core import CRFFeaturizer

    return CRFFeaturizer(["T[0].lower", "T[0].istitle", "T[0].isdigit"], set())


def text_keys(texts: Sequence[str]) -> tuple[Keys, Keys]:
    """Hashes of strings, the same in every run, and how many pieces they have between single blanks.

    ``a + " " + b`` has the hash of ``a`` times the power (by pieces) of ``b`` plus the hash of ``b``.
    """
    if not texts:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64)
    whole = " ".join(texts)
    codes = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    blanks = np.flatnonzero(codes == ord(" "))
    flat = _piece_keys(whole, codes, np.append(0, blanks + 1), np.append(blanks, len(codes)))
    length = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    first = np.searchsorted(blanks, np.cumsum(length + 1) - length - 1)
    count = np.diff(first, append=len(flat))
    keys = flat[first]
    for d in range(1, int(count.max())):
        longer = np.flatnonzero(count > d)
        keys[longer] = keys[longer] * _BASE + flat[first[longer] + d]
    return keys, count.astype(np.uint64)


def _piece_keys(whole: str, codes: Keys, start: Integers, end: Integers) -> Keys:
    """A 64-bit hash for every stretch of ``whole``, whose code points are ``codes``."""
    length = end - start
    keys = length.astype(np.uint64)
    left = np.flatnonzero((length > 0) & (length <= _USUAL))
    for d in range(_USUAL):
        keys[left] = (keys[left] ^ codes[start[left] + d]) * _BASE
        keys[left] ^= keys[left] >> _SHIFT
        left = left[length[left] > d + 1]
        if not len(left):
            break
    for i in np.flatnonzero(length > _USUAL).tolist():
        digest = blake2b(whole[start[i] : end[i]].encode(), digest_size=8).digest()
        keys[i] = int.from_bytes(digest, "little")
    return keys


_USUAL = 24  # code points of a piece; longer ones are few, and hashed by themselves
_SHIFT = np.uint64(31)
