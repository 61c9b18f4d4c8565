"""Documents to feature keys: what the tagger sees at every syllable, as one array of 64-bit integers.

A syllable is a run of letters (with an apostrophe inside: H'Hen), a run of digits, or one other character, so a label
may begin or end at any of them. A feature is a hash of a template's number and the values it looks at (forms, shapes,
affixes, clusters, words, findings in a window), computed for all syllables of a batch at once; key 0 means "nothing
here" and has no weight. Training and tagging call the same function, so they cannot drift apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.grammar.fold import shadow
from dvextract.lexicon.gazetteer import Gazetteer
from dvextract.model import evidence
from dvextract.model.memory import Memory

_compiled = part("dvextract.model._loops")

Keys = NDArray[np.uint64]

SYLLABLE = regex.compile(r"[\p{L}\p{M}]+(?:['’ʼ`][\p{L}\p{M}]+)*|\p{N}+|[^\s\p{L}\p{M}\p{N}]")

CHANNELS = ("TIME", "QUANTITY", "LEGALDOC", "PHRASE", "ABBREVIATION", "EVENT")
"""Labels whose grammar findings are features, each in a channel of its own because they may overlap."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_PAD = np.uint64(0x5BF03635D3A1C1E7)


@lru_cache(1 << 16)
def key_of(text: str) -> int:
    """A 64-bit hash of a string, the same on every machine and in every run; never 0."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") or 1


class _Keys(dict[str, int]):
    """Keys of names behind a prefix, made when first asked for."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __missing__(self, name: str) -> int:
        key = self[name] = key_of(self._prefix + name)
        return key


@dataclass(frozen=True, slots=True)
class Syllables:
    """The syllables of a batch, flat. ``start``/``end`` are code points of their document's text (int32).

    ``first`` has one more element than there are sentences: sentence ``k`` is syllables ``first[k]:first[k + 1]``;
    ``document[k]`` is its document's place in the batch.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    first: NDArray[np.int64]
    document: NDArray[np.int32]


Part = tuple[str, int]
"""A column and an offset: what one part of a template looks at."""


@dataclass(frozen=True)
class Types:
    """The types of a batch's syllables: ``rows`` of an encoder's ``memory``, which ends where ``count`` says.

    Columns named in ``ablated`` are zero.
    """

    rows: NDArray[np.int32]
    memory: Memory
    count: int
    ablated: Collection[str] = ()

    def columns(self, begin: int) -> dict[str, Keys]:
        """The columns of the memory's types from ``begin`` on."""
        table = self.memory.rows[begin : self.count]
        return {
            name: np.zeros(len(table), dtype=np.uint64) if name in self.ablated else table[:, i]
            for i, name in enumerate(_TYPE_FIELDS)
        }

    def outside(self) -> dict[str, Keys]:
        """What the columns say of a place beyond the sentence, as arrays of one."""
        return {name: np.array([beyond(name)], dtype=np.uint64) for name in _TYPE_FIELDS}


@dataclass(frozen=True)
class Encoded:
    """A batch as a model sees it: ``columns`` say what is known of every syllable, one key each."""

    flat: Syllables
    columns: Mapping[str, Keys]
    types: Types

    @cached_property
    def keys(self) -> Keys:
        """The sparse features, (syllables, templates)."""
        window = Window(self.columns, self.flat.first)
        keys = np.empty((window.n, len(TEMPLATES)), dtype=np.uint64)
        for t in range(len(TEMPLATES)) if window.n else ():
            keys[:, t] = template_key(t, window.at)
        return keys


class Encoder:
    """Turns batches of documents into feature keys; keeps a memory of the syllable types it has met.

    ``clusters`` gives for a syllable type (exact form) its cluster paths, coarse to fine; types not in it have none.
    Columns named in ``ablate`` are zero everywhere: what a model is worth without them can then be measured.
    """

    MEMORY = 400_000  # syllable types remembered; Vietnamese text has far fewer, noise could have more

    def __init__(
        self, clusters: Mapping[str, Sequence[int]], gazetteer: Gazetteer, ablate: Collection[str] = ()
    ) -> None:
        self._ablate = ablate
        self._clusters = clusters
        self._gazetteer = gazetteer
        self._cues = evidence.Cues(SYLLABLE.findall, key_of)
        self._families = evidence.family_names()
        self._memory = self._empty()
        self._names, self._parts = _Keys(""), _Keys("P")

    @staticmethod
    def _empty() -> Memory:
        return Memory(np.uint64, len(_TYPE_FIELDS))

    def syllables(self, docs: Sequence[Document]) -> tuple[Syllables, NDArray[np.int32]]:
        """The syllables of all sentences, and for each the row of its type in this encoder's memory."""
        if len(self._memory.rows) > self.MEMORY:
            self._memory = self._empty()  # what was encoded before goes on with the old one
        text = "\n".join(doc.text for doc in docs)
        begin = np.cumsum([0, *(len(doc.text) + 1 for doc in docs)])[:-1]  # where each document stands in it
        bounds = np.array(
            [
                (s.start + b, s.end + b, d)
                for d, (doc, b) in enumerate(zip(docs, begin.tolist(), strict=True))
                for s in doc.sentences
            ],
            dtype=np.int64,
        ).reshape(-1, 3)
        start, end, key = outlines(text, bounds[:, 0], bounds[:, 1])
        first = np.searchsorted(start, np.append(bounds[:, 0], len(text)))
        kept = np.append(np.diff(first) > 0, True)  # a sentence of nothing but blanks is none
        document = bounds[kept[:-1], 2]
        first = first[kept]

        def told(new: NDArray[np.int64]) -> Keys:
            forms = (text[a:b] for a, b in zip(start[new].tolist(), end[new].tolist(), strict=True))
            return np.array([self._describe(form) for form in forms], dtype=np.uint64)

        types = self._memory.find(key, told)[1]
        shift = np.repeat(begin[document], np.diff(first))
        flat = Syllables(
            (start - shift).astype(np.int32),
            (end - shift).astype(np.int32),
            first.astype(np.int64),
            document.astype(np.int32),
        )
        return flat, types

    def _describe(self, form: str) -> tuple[int, ...]:
        folded = shadow(form)
        lower = folded.lower()
        paths = self._clusters.get(form) or self._clusters.get(lower) or ()
        coarse, middle, fine = (*(p + 1 for p in paths), 0, 0, 0)[:3]
        return (
            key_of(folded),
            key_of(lower),
            key_of(shape(form)),
            key_of(lower[-2:] + ">") if len(lower) > 2 else 0,
            key_of("<" + lower[:3]) if len(lower) > 3 else 0,
            key_of(f"c{coarse}") if coarse else 0,
            key_of(f"m{middle}") if middle else 0,
            key_of(f"f{fine}") if fine else 0,
            key_of("N" + self._families[folded]) if folded in self._families else 0,
            _MARKS.get(form, int(form[0].isupper())),
            key_of(reduced(form)),
        )

    def encode(self, docs: Sequence[Document]) -> Encoded:
        """Everything a model looks at."""
        flat, types = self.syllables(docs)
        n = len(types)
        if n == 0:
            return Encoded(flat, {}, Types(types, self._memory, len(self._memory.rows)))
        table = np.zeros((len(_FIELDS), n), dtype=np.uint64)
        columns = dict(zip(_FIELDS, table, strict=True))
        if _compiled is not None:
            _compiled.spread(self._memory.rows, types, table)
        else:
            table[: len(_TYPE_FIELDS)] = self._memory.rows[types].T
        self._around(docs, flat, columns)
        columns["gaz"] = self._gazetteer.tags(columns["form"], flat.first)
        self._evidence(flat, columns)
        for name in self._ablate:  # last: columns made from these keep what they say
            if name not in columns:
                raise UsageError(f"no column '{name}' to ablate; there are: {', '.join(sorted(columns))}")
            columns[name] = np.zeros(n, dtype=np.uint64)
        return Encoded(flat, columns, Types(types, self._memory, len(self._memory.rows), self._ablate))

    def _around(self, docs: Sequence[Document], flat: Syllables, columns: Mapping[str, Keys]) -> None:
        """Fill columns that depend on where a syllable stands: its block, its word, the findings over it."""
        bounds = flat.first[np.searchsorted(flat.document, np.arange(len(docs) + 1))]
        if _compiled is not None:
            where = (columns[name] for name in ("block", "word", "pos"))
            channels = {label: columns[label] for label in CHANNELS}
            _compiled.around(docs, flat.start, bounds, self._names, self._parts, *where, channels)
            return
        for d, doc in enumerate(docs):
            lo, hi = int(bounds[d]), int(bounds[d + 1])
            if lo == hi:
                continue
            start = flat.start[lo:hi]
            block_start = np.array([b.start for b in doc.blocks], dtype=np.int32)
            block_key = np.array([self._names[b.kind] for b in doc.blocks], dtype=np.uint64)
            columns["block"][lo:hi] = block_key[np.searchsorted(block_start, start, side="right") - 1]
            self._words(doc, start, columns["word"][lo:hi], columns["pos"][lo:hi])
            found = [f for f in doc.findings if f.label in CHANNELS and not f.is_own]  # own lexicons were not learnt
            begins = np.searchsorted(start, [f.start for f in found]) + lo
            ends = np.searchsorted(start, [f.end for f in found]) + lo
            for f, a, b in zip(found, begins.tolist(), ends.tolist(), strict=True):
                if a < b:
                    channel = columns[f.label]
                    channel[a] = self._names["B" + f.rule]
                    channel[a + 1 : b] = self._names["I" + f.rule]

    def _evidence(self, flat: Syllables, columns: dict[str, Keys]) -> None:
        """Fill columns that look beyond the window: governing cues, enclosing marks, the same name elsewhere."""
        columns["cue"], number = self._cues.find(columns["lower"], flat.first)
        mark, form, family = (columns[name] for name in ("mark", "form", "family"))
        if _compiled is not None:
            _compiled.governing(number, mark, flat.first, _BREAKS, columns["left"], columns["right"])
            _compiled.enclosed(mark, flat.first, _ENCLOSING, columns["enclosed"])
            names = columns["run"], columns["elsewhere"]
            _compiled.runs(mark, form, family, number, flat.first, flat.document, evidence.PERSON_CUES, *names)
            return
        length = np.diff(flat.first)
        sentence = np.repeat(flat.first[:-1], length)
        is_break = np.isin(mark, _BREAKS)
        opens, closes, toggles, *bracket = ((mark == m).astype(np.int64) for m in _ENCLOSING)
        document = np.repeat(flat.document, length).astype(np.int64)
        columns |= evidence.governing(number, evidence.clauses(is_break, flat.first))
        columns["enclosed"] = evidence.enclosure(opens, closes, toggles, bracket[0] - bracket[1], flat.first)
        columns |= evidence.runs(mark == 1, form, family != 0, number, document, sentence)

    def _words(self, doc: Document, start: NDArray[np.int32], word: Keys, pos: Keys) -> None:
        tokens = doc.tokens
        if len(tokens) == 0:
            return
        index = np.maximum(np.searchsorted(tokens.start, start, side="right") - 1, 0)
        inner = tokens.start[index] != start
        last = np.append(index[1:] != index[:-1], True)
        word[:] = np.array([self._names[w] for w in ("B", "I", "S", "E")], dtype=np.uint64)[inner + 2 * last]
        if tokens.pos:
            pos[:] = np.array([*map(self._parts.__getitem__, tokens.pos)], dtype=np.uint64)[index]


_TYPE_FIELDS = (
    "form",
    "lower",
    "shape",
    "suffix2",
    "prefix3",
    "coarse",
    "middle",
    "fine",
    "family",
    "mark",
    "token",
)
_FIELDS = (
    *_TYPE_FIELDS,
    *("block", "word", "pos", *CHANNELS),
    *("gaz", "cue", "left", "right", "enclosed", "run", "elsewhere"),
)

# The column "mark": 1 for a syllable with a capital, these for punctuation that divides or encloses, else 0.
_BREAK, _OPEN, _CLOSE, _TOGGLE, _OPEN_BRACKET, _CLOSE_BRACKET = range(2, 8)
_BREAKS = (_BREAK, _OPEN_BRACKET, _CLOSE_BRACKET)
_ENCLOSING = (_OPEN, _CLOSE, _TOGGLE, _OPEN_BRACKET, _CLOSE_BRACKET)
_MARKS = (
    dict.fromkeys(",;:.!?…", _BREAK)
    | dict.fromkeys("“«„", _OPEN)
    | dict.fromkeys("”»", _CLOSE)
    | {'"': _TOGGLE, "(": _OPEN_BRACKET, ")": _CLOSE_BRACKET, "[": _OPEN_BRACKET, "]": _CLOSE_BRACKET}
)


_BLANK, _LETTER, _DIGIT, _APOSTROPHE, _OTHER, _NOT_MET = range(6)
_CLASSES = tuple(
    (cls, regex.compile(pattern))
    for cls, pattern in ((_BLANK, r"\s"), (_DIGIT, r"\p{N}"), (_LETTER, r"[\p{L}\p{M}]"), (_APOSTROPHE, "['’`]"))
)


@cache
def _class_table() -> NDArray[np.uint8]:
    """Classes by code point; filled as code points are met, for few of a million ever are."""
    return np.full(0x110000, _NOT_MET, dtype=np.uint8)


def _classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The class of every code point, as `SYLLABLE` sees it."""
    table = _class_table()
    found = table[codes]
    new = np.unique(codes[found == _NOT_MET]).tolist()
    for code in new:
        table[code] = _class_of(code)
    return table[codes] if new else found


def _class_of(code: int) -> int:
    return next((cls for cls, pattern in _CLASSES if pattern.match(chr(code))), _OTHER)


def outlines(
    text: str, begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Keys]:
    """Start, end and a 64-bit key of the form of every syllable in the stretches ``begins[k]:ends[k]`` of a text.

    The same syllables as ``SYLLABLE.finditer`` finds in each stretch; stretches do not overlap and stand in order.
    """
    if _compiled is not None:
        return _compiled.outlines(text, begins, ends, _class_table(), _class_of)  # type: ignore[no-any-return]
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    inside = np.zeros(len(codes) + 1, dtype=np.int8)
    inside[begins] += 1
    inside[ends] -= 1
    classes = np.where(np.cumsum(inside[:-1], dtype=np.int8) > 0, _classes(codes), _BLANK).astype(np.uint8)
    edge = np.zeros(len(codes) + 1, dtype=bool)
    edge[begins] = edge[ends] = True
    mark = np.flatnonzero(classes == _APOSTROPHE)
    mark = mark[(mark > 0) & (mark < len(codes) - 1)]
    joins = (classes[mark - 1] == _LETTER) & (classes[mark + 1] == _LETTER) & ~edge[mark] & ~edge[mark + 1]
    classes[mark[joins]] = _LETTER
    there = classes != _BLANK
    starts = there.copy()
    starts[1:] &= (classes[1:] != classes[:-1]) | (classes[1:] >= _APOSTROPHE) | edge[1:-1]
    start = np.flatnonzero(starts)
    if len(start) == 0:
        return start, start, np.zeros(0, dtype=np.uint64)
    place = np.flatnonzero(there)
    owner = np.cumsum(starts)[place] - 1
    length = np.bincount(owner, minlength=len(start))
    power = _powers(int(length.max()))[place - start[owner]]
    key = np.add.reduceat((codes[place].astype(np.uint64) + _PAD) * power, np.searchsorted(place, start))
    key ^= key >> _SHIFT
    return start, start + length, key * _PRIME


def _powers(most: int) -> Keys:
    powers: Keys = np.cumprod(np.full(most, _PRIME, dtype=np.uint64), dtype=np.uint64)
    return powers


def shape(form: str) -> str:
    """The outline of a syllable: Xx, XX, X, x, digits by length, mixed, or the character itself."""
    if form[0].isdigit():
        return "9" * min(len(form), 5)
    if not form[0].isalpha():
        return form
    if form.islower():
        return "x"
    if form.isupper():
        return "X" if len(form) == 1 else "XX"
    if form[0].isupper() and form[1:].islower():
        return "Xx"
    return "xX"


def reduced(form: str) -> str:
    """A syllable as the context network knows it: folded, lower case, longer numbers by their length only."""
    return "9" * min(len(form), 5) if form[0].isdigit() and len(form) > 2 else shadow(form).lower()


def _mix(number: int, *columns: Keys) -> Keys:
    h = np.full(len(columns[0]), (number * 0xD6E8FEB86659FD93) & 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)
    for c in columns:
        h ^= c
        h *= _PRIME
        h ^= h >> _SHIFT
    return h


# A template looks at columns at offsets; it is silent (key 0) where the first of them that is in `_SPARSE` is 0.
#
# What is here survived a selection: of 114 templates those were dropped one dozen after the other whose weights lowered
# or did not raise the likelihood of pages held out of training. Fewer templates are faster and, on such pages, better.
TEMPLATES: tuple[tuple[tuple[str, int], ...], ...] = (
    *((("lower", d),) for d in (-2, 0, 1, 2)),
    (("lower", -2), ("lower", -1)),
    (("lower", 1), ("lower", 2)),
    (("lower", -2), ("lower", -1), ("shape", 0)),
    *((("form", d),) for d in (-1, 0, 1)),
    *((("shape", d),) for d in (-2, -1, 0, 1, 2)),
    (("shape", -1), ("shape", 0)),
    (("shape", 0), ("shape", 1)),
    (("shape", -2), ("shape", -1), ("shape", 0)),
    (("shape", 0), ("shape", 1), ("shape", 2)),
    (("shape", -2), ("shape", -1), ("shape", 0), ("shape", 1), ("shape", 2)),
    (("suffix2", 0),),
    (("prefix3", 0),),
    *((("coarse", d),) for d in (-1, 1)),
    (("coarse", -1), ("coarse", 0)),
    (("coarse", 0), ("coarse", 1)),
    (("coarse", -1), ("coarse", 0), ("coarse", 1)),
    (("coarse", -2), ("coarse", -1), ("coarse", 0)),
    *((("middle", d),) for d in (-1, 0, 1)),
    (("middle", -1), ("middle", 0)),
    (("middle", 0), ("middle", 1)),
    *((("fine", d),) for d in (-1, 0, 1)),
    (("block", 0), ("shape", 0)),
    (("word", 0), ("pos", 0), ("shape", 0)),
    (("word", -1), ("pos", -1), ("word", 0), ("pos", 0)),
    (("word", 0), ("pos", 0), ("word", 1), ("pos", 1)),
    *((("gaz", d),) for d in (-1, 0)),
    *((("family", d),) for d in (0, 1)),
    *((("cue", d),) for d in (-1, 1)),
    (("left", 0), ("lower", 0)),
    (("right", 0), ("shape", 0)),
    (("enclosed", 0), ("lower", -1)),
    (("run", 0),),
    (("run", 0), ("gaz", 0)),
    (("elsewhere", 0),),
    (("elsewhere", 0), ("shape", -1)),
    *(((c, 0),) for c in CHANNELS),
    (("TIME", 1),),
    (("QUANTITY", -1),),
    (("ABBREVIATION", 0), ("ABBREVIATION", 1)),
)
_SPARSE = frozenset(
    {
        "cue",
        "family",
        "run",
        "elsewhere",
        "suffix2",
        "prefix3",
        "coarse",
        "middle",
        "fine",
        "gaz",
        "pos",
        *CHANNELS,
    }
)


_OFFSETS = range(-2, 3)

SIGNATURE = key_of(repr((TEMPLATES, "context: root mean square, squared ramp")))
"""Changes with what weights mean: a model trained for other templates or another network must not be used."""


def beyond(name: str) -> int:
    """What a column says of a place beyond the sentence."""
    return 0 if name in _SPARSE else int(_PAD)


def gate(template: int) -> Part | None:
    """What must say something lest the template be silent."""
    return next((part for part in TEMPLATES[template] if part[0] in _SPARSE), None)


def on_type(template: int) -> bool:
    """Whether the template looks at nothing but one syllable's type."""
    return len(TEMPLATES[template]) == 1 and TEMPLATES[template][0][0] in _TYPE_FIELDS


def template_key(template: int, at: Callable[[str, int], Keys]) -> Keys:
    """A template's features; ``at`` gives what a column says at an offset."""
    key = _mix(template + 1, *(at(name, d) for name, d in TEMPLATES[template]))
    needed = gate(template)
    if needed is not None:
        key[at(*needed) == 0] = 0
    return key


class Window:
    """Columns as seen from every syllable; ``first`` are the sentences' bounds (sentences + 1)."""

    def __init__(self, columns: Mapping[str, Keys], first: NDArray[np.int64]) -> None:
        self.n = int(first[-1])
        self._columns = columns
        self._seen: dict[Part, Keys] = {}
        begin, last = first[:-1], first[1:] - 1
        # The first syllables of a sentence see nothing so far left; where it is shorter, its neighbour's too.
        self._blind = {
            d: np.concatenate([begin + i if d < 0 else last - i for i in range(abs(d))]) for d in _OFFSETS if d
        }
        for d, at in self._blind.items():
            self._blind[d] = at[(at >= 0) & (at < self.n)]

    def at(self, name: str, d: int) -> Keys:
        """A column at an offset."""
        if d == 0:
            return self._columns[name]
        found = self._seen.get((name, d))
        if found is None:
            found = self._seen[name, d] = self.shifted(self._columns[name], d, beyond(name))
        return found

    def shifted(self, values: NDArray[Any], d: int, beyond: int) -> NDArray[Any]:
        """What stands ``d`` syllables away from every syllable of its sentence, ``beyond`` where nothing does."""
        if d == 0:
            return values
        moved = np.empty_like(values)
        if d < 0:
            moved[-d:] = values[:d]
        else:
            moved[:-d] = values[d:]
        moved[self._blind[d]] = beyond
        return moved
