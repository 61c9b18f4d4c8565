"""Tokens to the state scores of an underthesea chain: its feature templates, evaluated for a whole batch.

A template such as ``T[-1]`` or ``T[0].istitle`` looks at one token: what all of these say of a token type is summed
once, per offset. One such as ``T[-1,0].lower`` looks at a span of two or three tokens, as one string with blanks: spans
are looked up by a 64-bit hash of that string which can be put together from the tokens' own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.segmentation.crfsuite import Chain
from dvextract.segmentation.rows import Numbers, Rows

_compiled = part("dvextract.segmentation._loops")

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BEGIN, END, END_OF_ONE, AFTER = range(4)
"""Types that stand around sentences: twice BEGIN, then its tokens, END (of a single token: END_OF_ONE), AFTER."""

_REACH = 2  # no template looks further than two tokens away
_WINDOW = 2 * _REACH + 1  # the tokens that one says something of
_FUNCTIONS = ("", "lower", "istitle", "isdigit", "is_in_dict")  # of templates that look at one token
_TEMPLATE = re.compile(r"T\[(-?\d+)(?:,(-?\d+))?\](?:\.(\w+))?")
_SHARED = 8  # slots of a lookup with one place where their keys begin
_BASE = np.uint64(0x9E3779B97F4A7C15)
_COMMON = (
    "".join(chr(c) for c in (*range(0x20, 0x30), *range(0x3A, 0x7F), *range(0xC0, 0x100), *range(0x1EA0, 0x1EFA)))
    + "ĂăĐđĨĩŨũƠơƯư–“”‘’…"
)  # Vietnamese letters, and marks that stand in words
_IS_COMMON = re.compile(f"[{re.escape(_COMMON)}]+").fullmatch
_LOWER_INITIAL = re.compile(f"(?:^| )[{''.join(filter(str.islower, _COMMON))}]").search
# By code point: 1 for a common character, 2 for one that is also a small letter.
_KINDS = np.zeros(0x2100, dtype=np.uint8)
_KINDS[[*map(ord, _COMMON)]] = [1 + c.islower() for c in _COMMON]


class _Lookup:
    """Places of known keys. A table of single bytes, by a key's upper bits, turns most unknown keys away.

    What is left begins its search where the first known key of nearly those bits stands.
    """

    def __init__(self, keys: Keys) -> None:
        # Eight slots a key or more: small enough for the processor's caches, and few keys share one.
        bits = len(keys).bit_length() + 3
        self._shift = np.uint64(64 - bits)
        self._keys = np.append(keys, np.uint64(2**64 - 1))  # sorted, unique; the last is no key's
        slots = self._slots(keys)
        self._maybe = np.zeros(1 << bits, dtype=bool)
        self._maybe[slots] = True
        count = np.bincount(slots // _SHARED, minlength=(1 << bits) // _SHARED)
        self._begin = (np.cumsum(count) - count).astype(np.int32)

    @property
    def columns(self) -> tuple[Keys, NDArray[np.uint8], NDArray[np.int32], int]:
        """The keys; by upper bits of keys a bit for whether there is any, and where they begin; how far to shift."""
        return self._keys, np.packbits(self._maybe, bitorder="little"), self._begin, int(self._shift)

    def _slots(self, keys: Keys) -> Integers:
        return (keys >> self._shift).view(np.int64)

    def find(self, keys: Keys) -> tuple[Integers, Integers]:
        """Which of ``keys`` are known, and their places among the known ones."""
        slots = self._slots(keys)
        at = np.flatnonzero(self._maybe.take(slots))
        wanted = keys.take(at)
        place = self._begin.take(slots.take(at) // _SHARED).astype(np.int64)
        further = np.flatnonzero(self._keys.take(place) < wanted)
        while len(further):
            place[further] += 1
            further = further[self._keys.take(place[further]) < wanted[further]]
        known = self._keys.take(place) == wanted
        return at[known], place[known]


@dataclass(frozen=True)
class _Spans:
    """All templates over spans of one width that read the tokens in one way (``form``, ``lower`` or ``istitle``).

    A row of ``weights`` is what a known span says of the window around its first token, more than an unknown one
    (spans, _WINDOW * labels). Where titles are read there is one row, for spans of nothing but titles.
    """

    width: int
    reading: str
    weights: Floats
    lookup: _Lookup | None


@dataclass(frozen=True)
class _Template:
    first: int
    width: int
    function: str
    rows: dict[str, int]  # value: row of the chain's state weights


class _Values:
    """The values of all single-token templates of one function, by number; 0 is any other value.

    ``rows`` is (values, templates): rows of the chain's state weights, -1 for none.
    """

    def __init__(self, templates: Sequence[_Template]) -> None:
        values = dict.fromkeys(chain.from_iterable(t.rows for t in templates))
        self.number = dict(zip(values, range(1, len(values) + 1), strict=True))
        self.offsets = np.array([t.first for t in templates], dtype=np.int64)
        self.rows = np.full((len(values) + 1, len(templates)), -1, dtype=np.int64)
        for column, t in enumerate(templates):
            self.rows[[self.number[value] for value in t.rows], column] = list(t.rows.values())


class Lines:
    """Sentences one after another, with two places before and two after each.

    ``types`` are those of all places, ``place`` says where the tokens stand. After them all there are more places of
    type AFTER, for windows that reach beyond.
    """

    def __init__(self, types: Integers, first: Integers) -> None:
        """``first`` are the sentences' bounds in ``types`` (sentences + 1)."""
        length = np.diff(first)
        self.first = first[:-1] + (2 * _REACH * np.arange(len(length)) + _REACH)
        self.end = self.first + length
        self.place = np.arange(len(types)) + np.repeat(self.first - first[:-1], length)
        self.types = np.full(len(types) + 2 * _REACH * len(length) + 2 * _WINDOW, AFTER)
        self.types[self.place] = types
        self.types[self.end] = np.where(length == 1, END_OF_ONE, END)
        self.types[self.first - 1] = self.types[self.first - 2] = BEGIN


class Scorer:
    """State scores for sequences of token types.

    ``templates`` are those stored beside the model, ``dictionary`` gives that beside it if a template asks for it; as
    an attribute it is empty if none does.
    Types are remembered until `forget`.
    Raises ValueError for a template that looks further than two tokens away.
    """

    def __init__(self, model: Chain, templates: Sequence[str], dictionary: Callable[[], AbstractSet[str]]) -> None:
        self.labels = model.labels
        self._state = np.vstack([model.state, np.zeros(len(model.labels))])  # the last row: a value without weights
        parsed = _parse(model, templates)
        # The part-of-speech model brings a dictionary that none of its templates asks.
        self.dictionary = dictionary() if any(t.function == "is_in_dict" for t in parsed) else frozenset()
        single = [t for t in parsed if t.width == 1]
        self._values = [_Values([t for t in single if t.function == function]) for function in _FUNCTIONS]
        self._constant = np.zeros(len(model.labels))
        # What spans that begin before a sentence or end after it say, of the windows around BEGIN, END, END_OF_ONE.
        self._edges = np.zeros((AFTER + 1, _WINDOW, len(model.labels)))
        self._spans = self._span_tables([t for t in parsed if t.width > 1])
        self._describer = _describer()
        self._classes: dict[Any, int] = {}  # by their numbers, in the order they were met
        self._weights = Rows(np.float64, _WINDOW * len(model.labels))
        around = [tuple(v.number.get(edge, 0) for v in self._values) for edge in ("BOS", "EOS", "EOS", "EOS")]
        self._weights.extend(self._said_of(np.array(around)) + self._edges.reshape(len(around), -1))
        self.forget()

    def __len__(self) -> int:
        """How many types there are, with those around sentences."""
        return len(self._forms)

    def forget(self) -> None:
        """Forget all types."""
        around = AFTER + 1
        self._types = Numbers(around)
        self._forms = [""] * around
        self._class_of = Rows(np.int64)
        self._class_of.extend(range(around))
        self._keys = {reading: Rows(np.uint64) for reading in ("form", *(s.reading for s in self._spans if s.lookup))}
        for keys in self._keys.values():
            keys.extend(text_keys(["\0"] * around)[0])  # no known span has such a piece
        self._power = Rows(np.uint64)
        self._power.extend([_BASE] * around)
        self._title = Rows(np.bool_)
        self._title.extend([False] * around)

    def types(self, forms: list[str]) -> Integers:
        """A number for every form; runs of blanks in a form, of any kind, count as one."""
        return self._types.take(forms, self._describe)

    def forms(self, types: Integers) -> list[str]:
        """The forms that have these numbers, with single blanks."""
        return [self._forms[i] for i in types.tolist()]

    @property
    def spans(self) -> list[tuple[int, str, Floats, tuple[Keys, NDArray[np.uint8], NDArray[np.int32], int] | None]]:
        """The known spans: width, reading, weights and the columns of the lookup, as the compiled chain takes them."""
        return [(s.width, s.reading, s.weights, s.lookup.columns if s.lookup else None) for s in self._spans]

    def spans_of(self, forms: list[str]) -> Iterator[str]:
        """All that a template can ask the dictionary for in a sentence of these forms."""
        lowers = [lower for lower, _, _ in self._looks(forms)[1]]
        for width in range(1, _WINDOW + 1):
            yield from map(" ".join, zip(*(lowers[i:] for i in range(width)), strict=False))

    def columns(self) -> tuple[Integers, Floats, Keys, Keys, Keys, NDArray[np.uint8]]:
        """Of all types class, keys of the form and in lower case (maybe none), power and whether it is a title.

        Second are the weights, by class.
        """
        lower = self._keys["lower"].array if "lower" in self._keys else np.zeros(0, dtype=np.uint64)
        title = self._title.array.view(np.uint8)
        return self._class_of.array, self._weights.array, self._keys["form"].array, lower, self._power.array, title

    def emission(self, lines: Lines) -> Floats:
        """Scores (places, labels) of all places of ``lines``; those beside the sentences mean nothing."""
        k = len(self.labels)
        classes, weights = self._class_of.array.take(lines.types), self._weights.array
        # What the types from _REACH before the first to _REACH after the last place say goes to windows around them:
        # those of every fifth do not overlap, so that they are rows of one array.
        count = len(classes) // _WINDOW - 1
        room = np.zeros((len(classes) + 2 * _REACH) * k)
        windows = [room[d * k : (d + count * _WINDOW) * k].reshape(count, -1) for d in range(_WINDOW)]
        for d in range(_WINDOW):
            windows[d] += weights.take(classes[d::_WINDOW][:count], axis=0)
        for spans, place, row in self._found(lines.types):
            number, shift = np.divmod(place, _WINDOW)
            for d in range(_WINDOW):
                here = np.flatnonzero(shift == d)
                windows[d][number.take(here)] += spans.weights.take(row.take(here), axis=0)
        return room[_REACH * k : (_REACH + len(classes)) * k].reshape(-1, k)

    def _found(self, types: Integers) -> Iterator[tuple[_Spans, Integers, Integers]]:
        """Where the known spans begin, and their rows of the weights."""
        power = self._power.array.take(types)
        for reading, tables in groupby(self._spans, lambda spans: spans.reading):
            looked = (self._title.array if reading == "istitle" else self._keys[reading].array).take(types)
            joined, width = looked, 1
            for spans in tables:
                while width < spans.width:
                    following = looked[width:]
                    if spans.lookup is None:
                        joined = joined[:-1] & following
                    else:
                        joined = joined[:-1] * power[width:] + following
                    width += 1
                if spans.lookup is None:
                    at = np.flatnonzero(joined)
                    yield spans, at, np.zeros(len(at), dtype=np.int64)
                else:
                    yield spans, *spans.lookup.find(joined)

    def _span_tables(self, templates: Sequence[_Template]) -> list[_Spans]:
        groups: dict[tuple[str, int], list[_Template]] = {}
        for t in templates:
            reading = {"": "form", "is_in_dict": "lower"}.get(t.function, t.function)
            groups.setdefault((reading, t.width), []).append(t)
        entries, pieces = text_keys(list(self.dictionary))
        tables = []
        for (reading, width), group in sorted(groups.items()):
            asked = entries[pieces >= width] if any(t.function == "is_in_dict" for t in group) else entries[:0]
            tables.append(self._span_table(width, reading, group, asked))
        return tables

    def _span_table(self, width: int, reading: str, templates: Sequence[_Template], entries: Keys) -> _Spans:
        own: list[tuple[Keys, int, Floats]] = []  # what a template says of each of its values
        shared = np.zeros((_WINDOW, len(self.labels)))  # what templates say of all entries, or of titles
        for t in templates:
            column = _REACH - t.first
            before, after = (self._state[t.rows.get(edge, -1)] for edge in ("BOS", "EOS"))
            if t.function in ("istitle", "is_in_dict"):
                usual = self._state[t.rows.get("False", -1)]
                shared[column] += self._state[t.rows.get("True", -1)] - usual
            else:
                usual = self._state[-1]
                # "BOS" and "EOS" are among the values, but no span has that few pieces
                own.append((text_keys(list(t.rows))[0], column, self._state[list(t.rows.values())]))
            self._constant += usual
            self._edges[BEGIN, column] += before - usual
            for d in range(width):  # the span that begins d places before the end
                self._edges[END, column - d] += after - usual
                # A span that would leave the sentence on both sides counts as before its begin.
                if d < 2:
                    self._edges[END_OF_ONE, column - d] += after - usual
        if reading == "istitle":
            return _Spans(width, reading, shared.reshape(1, -1), None)
        known = np.sort(np.concatenate([entries, *(keys for keys, _, _ in own)]))
        known = known[np.append(True, known[1:] != known[:-1])]  # np.unique takes three times as long
        weights = np.zeros((len(known), _WINDOW, len(self.labels)))
        weights[np.searchsorted(known, entries)] = shared
        for keys, column, state in own:
            weights[np.searchsorted(known, keys), column] += state  # a value occurs once in a template
        return _Spans(width, reading, weights.reshape(len(weights), -1), _Lookup(known))

    def _describe(self, raw: list[str]) -> None:
        """Add types."""
        forms, looks = self._looks(raw)
        lowers = [lower for lower, _, _ in looks]
        keys, pieces = text_keys(forms)
        if lower_keys := self._keys.get("lower"):
            lower_keys.extend(text_keys(lowers)[0])
        self._keys["form"].extend(keys)
        self._class_of.extend(self._classes_of(forms, looks))
        self._forms += forms
        self._power.extend(_BASE**pieces)
        self._title.extend([title == "True" for _, title, _ in looks])

    def _looks(self, raw: list[str]) -> tuple[list[str], list[tuple[str, ...]]]:
        """The forms with single blanks; of them lower case, and "True" or "False" for the case of titles and digits.

        Underthesea's own featuriser says it, so that letters of any script are taken as it does, but of common ones.
        """
        looks: list[tuple[str, ...] | None]
        if _compiled:
            forms, looks = _compiled.looks(raw, _KINDS)
        else:
            forms = [" ".join(form.split()) for form in raw]
            looks = [_look(form) for form in forms]
        others = [[[form]] for form, look in zip(forms, looks, strict=True) if look is None]
        if not others:
            return forms, looks  # type: ignore[return-value]
        seen = iter(self._describer.process(others))
        return forms, [look or tuple(value.partition("=")[2] for value in next(seen)[0]) for look in looks]

    def _classes_of(self, forms: list[str], looks: list[tuple[str, ...]]) -> Integers:
        """The class of every form: what has the same five numbers, of form, looks and dictionary."""
        begin, numbers = AFTER + 1, [values.number for values in self._values]
        if _compiled:
            classes: Integers
            classes, new = _compiled.classes(forms, looks, self.dictionary, numbers, self._classes)
        else:
            known, five = self._classes, _numbers_of(forms, looks, self.dictionary, numbers)
            missing = [c for c in dict.fromkeys(five) if c not in known]
            known.update(zip(missing, range(len(known), len(known) + len(missing)), strict=True))
            classes, new = np.array([known[c] for c in five], dtype=np.int64), np.array(missing, dtype=np.int64)
        if len(new):
            self._weights.extend(self._said_of(new))
        return classes + begin

    def _said_of(self, classes: Integers) -> Floats:
        """What tokens of these classes say of the window around them."""
        if _compiled:
            tables = [(values.offsets, values.rows) for values in self._values]
            return _compiled.said_of(classes, tables, self._constant, self._state)  # type: ignore[no-any-return]
        weights = np.zeros((len(classes), _WINDOW, len(self.labels)))
        weights[:, _REACH] = self._constant
        for values, numbers in zip(self._values, classes.T, strict=True):
            for offset, rows in zip(values.offsets.tolist(), values.rows.T, strict=True):
                weights[:, _REACH - offset] += self._state[rows[numbers]]
        return weights.reshape(len(classes), -1)


def _look(form: str) -> tuple[str, ...] | None:
    if not _IS_COMMON(form):
        return None
    return form.lower(), "False" if _LOWER_INITIAL(form) else "True", "False"


def _numbers_of(
    forms: list[str], looks: list[tuple[str, ...]], dictionary: AbstractSet[str], numbers: list[dict[str, int]]
) -> list[tuple[int, ...]]:
    """Of every form the numbers of itself, of its looks, and of whether the dictionary has it; 0 for none."""
    form_of, lower_of, title_of, digit_of, in_of = numbers
    return [
        (
            form_of.get(form, 0),
            lower_of.get(lower, 0),
            title_of.get(title, 0),
            digit_of.get(digit, 0),
            in_of.get("True" if lower in dictionary else "False", 0),
        )
        for form, (lower, title, digit) in zip(forms, looks, strict=True)
    ]


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


def text_keys(texts: list[str]) -> tuple[Keys, Keys]:
    """Hashes of strings, the same in every run, and how many pieces they have between single blanks.

    ``a + " " + b`` has the hash of ``a`` times the power (by pieces) of ``b`` plus the hash of ``b``.
    """
    if _compiled:
        return _compiled.text_keys(texts)  # type: ignore[no-any-return]
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
