"""Scores of the sparse features: what each template's weights say of every syllable, summed.

Most templates see the same few things again and again: all that look at one syllable say together something about its
type at an offset, others look at columns with few values (shapes, classes, words, findings). What such a group of
templates says is summed once for every combination of values met and remembered. Weights are whole numbers (`save` of
`weights` rounds them), so sums are exact and do not depend on what is remembered or in which order it is added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dvextract.compiled import part
from dvextract.lookup import Index
from dvextract.model.features import TEMPLATES, Encoded, Keys, Part, Types, Window, beyond, gate, on_type, template_key
from dvextract.model.memory import Memory, joined
from dvextract.segmentation.rows import Rows

_compiled = part("dvextract.model._loops")

Integers = NDArray[np.int64]
Sums = NDArray[np.int16]

_WIDE = 32  # tags, filled up to what a processor's cache keeps in one line

_ROWS = 4096  # syllables whose sums stay in a processor's cache

_MEMORY = 200_000  # combinations of values that a group remembers; beyond that it forgets all


def _offsets(name: str, *offsets: int) -> tuple[Part, ...]:
    return tuple((name, d) for d in offsets)


_TOGETHER: tuple[tuple[Part, ...], ...] = (
    _offsets("shape", -2, -1, 0, 1, 2),
    _offsets("coarse", -1, 0, 1),
    _offsets("coarse", -2, -1, 0),
    _offsets("middle", -1, 0),
    _offsets("middle", 0, 1),
    (("block", 0), ("word", 0), ("pos", 0), ("shape", 0)),
    _offsets("word", -1, 0) + _offsets("pos", -1, 0),
    _offsets("word", 0, 1) + _offsets("pos", 0, 1),
    (("right", 0), ("shape", 0)),
    (("enclosed", 0), ("lower", -1)),
    _offsets("gaz", -1, 0) + _offsets("cue", -1, 1) + _offsets("run", 0),
    (("elsewhere", 0), ("shape", -1)),
    _offsets("TIME", 0, 1)
    + _offsets("QUANTITY", -1, 0)
    + _offsets("ABBREVIATION", 0, 1)
    + tuple((label, 0) for label in ("LEGALDOC", "PHRASE", "EVENT")),
)
"""What templates look at whose sums are worth remembering together: few combinations of values ever occur."""


class _Group:
    """Templates that look at some of the same ``parts``."""

    def __init__(self, templates: Sequence[int], parts: Sequence[Part]) -> None:
        self.templates = templates
        self.parts = [p for p in parts if any(p in TEMPLATES[t] for t in templates)]
        gates = [gate(t) for t in templates]
        self.gates = [g for g in dict.fromkeys(gates) if g] if None not in gates else []
        """Parts of which one must say something, or all templates are silent; empty where none has to."""
        self.memory = Memory(np.int16, _WIDE, _MEMORY)


class _Still:
    """Columns of types, which are looked at without an offset."""

    def __init__(self, columns: Mapping[str, Keys]) -> None:
        self._columns = columns

    def __call__(self, name: str, _: int) -> Keys:
        return self._columns[name]


class Scorer:
    """Sums of the ``levels`` (keys, tags) of all features that a syllable has; ``keys`` are the features' own."""

    def __init__(self, keys: Keys, levels: NDArray[np.int8]) -> None:
        self._tags = levels.shape[1]
        self._index = Index(keys)
        self._levels = np.zeros((len(keys), _WIDE), dtype=np.int16)
        self._levels[:, : self._tags] = levels
        left = list(range(len(TEMPLATES)))
        self._on_type: dict[int, list[int]] = {}
        for t in [t for t in left if on_type(t)]:
            self._on_type.setdefault(TEMPLATES[t][0][1], []).append(t)
            left.remove(t)
        self._groups: list[_Group] = []
        for parts in _TOGETHER:
            if covered := [t for t in left if set(TEMPLATES[t]) <= set(parts)]:
                self._groups.append(_Group(covered, parts))
                left = [t for t in left if t not in covered]
        self._alone = left
        self._met: Any = None
        self._by_type: dict[int, Rows] = {}

    def scores(self, encoded: Encoded, scale: np.float32) -> NDArray[np.float32]:
        """(syllables, tags): exact sums of the levels, times ``scale``."""
        window = Window(encoded.columns, encoded.flat.first)
        looked_up = [
            (table.array, window.shifted(encoded.types.rows + 1, d, 0))
            for d, table in self._types(encoded.types).items()
        ]
        somewhere: list[tuple[Integers, Sums]] = []
        for group in self._groups:
            at = self._telling(group, window)
            code = self._code(group, window, at)
            sums, row = group.memory.find(code, partial(self._told, group.templates, window, at))
            if at is None:
                looked_up.append((sums, row))
            else:
                somewhere.append((at, sums.take(row, axis=0)))
        total = np.empty((window.n, _WIDE), dtype=np.int16)
        buffer = np.empty((_ROWS, _WIDE), dtype=np.int16)
        for a in range(0, window.n, _ROWS):
            here = total[a : a + _ROWS]
            sums, row = looked_up[0]
            sums.take(row[a : a + _ROWS], axis=0, out=here, mode="clip")
            for sums, row in looked_up[1:]:
                more = buffer[: len(here)]
                sums.take(row[a : a + _ROWS], axis=0, out=more, mode="clip")
                here += more
        for at, sums in somewhere:
            total[at] += sums
        for t in self._alone:
            known, place = self._index.find(template_key(t, window.at))
            total[known] += self._levels[place]
        return total[:, : self._tags] * scale

    def _telling(self, group: _Group, window: Window) -> Integers | None:
        """Where a group's templates are not all silent; None when it is not worth while to choose."""
        if not group.gates:
            return None
        any_ = window.at(*group.gates[0])
        for other in group.gates[1:]:
            any_ = any_ | window.at(*other)
        at = np.flatnonzero(any_)
        return at if 2 * len(at) < window.n else None

    def _code(self, group: _Group, window: Window, at: Integers | None) -> Keys:
        columns = [window.at(*part) for part in group.parts]
        return joined(columns if at is None else [c.take(at) for c in columns])

    def _told(self, templates: Sequence[int], window: Window, at: Integers | None, new: Integers) -> Sums:
        """What some templates say at the ``new`` positions (of ``at``, where given)."""
        where = new if at is None else at[new]
        return self._said(templates, lambda name, d: window.at(name, d)[where], len(where))

    def _said(self, templates: Sequence[int], at: Callable[[str, int], Keys], n: int) -> Sums:
        total = np.zeros((n, _WIDE), dtype=np.int16)
        for t in templates:
            known, place = self._index.find(template_key(t, at))
            total[known] += self._levels[place]
        return total

    def _types(self, types: Types) -> dict[int, Rows]:
        """By offset what is said of the types of an encoder's memory; row 0 is for what lies beyond a sentence."""
        if self._met is not types.memory:
            self._met = types.memory
            self._by_type = {d: Rows(np.int16, _WIDE) for d in self._on_type}
            for d, table in self._by_type.items():
                table.extend(self._said(self._on_type[d], _Still(types.outside()), 1))
        for d, table in self._by_type.items():
            begin = len(table.array) - 1
            if begin < types.count:
                columns = types.columns(begin)
                table.extend(self._said(self._on_type[d], _Still(columns), types.count - begin))
        return self._by_type


_WINDOWS: tuple[tuple[Part, ...], ...] = (
    (*_offsets("shape", -2, -1, 0, 1, 2), ("right", 0)),
    (("block", 0), ("shape", 0), *_offsets("word", -1, 0, 1), *_offsets("pos", -1, 0, 1)),
    _offsets("coarse", -2, -1, 0, 1),
)
"""What a compiled loop remembers; with it all others cost less than finding their like."""


class CompiledScorer:
    """The same sums feature by feature: a compiled loop looks each up sooner than groups are put together."""

    def __init__(self, keys: Keys, levels: NDArray[np.int8]) -> None:
        self._names = sorted({name for template in TEMPLATES for name, _ in template})
        column = {name: i for i, name in enumerate(self._names)}
        templates = range(len(TEMPLATES))
        gates = [gate(t) for t in templates]
        self._sums = _compiled.Sums(
            np.ascontiguousarray(keys),
            np.ascontiguousarray(levels),
            [tuple((column[name], d) for name, d in template) for template in TEMPLATES],
            [-1 if g is None else TEMPLATES[t].index(g) for t, g in enumerate(gates)],
            [on_type(t) for t in templates],
            [tuple((column[name], d) for name, d in window) for window in _WINDOWS],
            [beyond(name) for name in self._names],
        )

    def scores(self, encoded: Encoded, scale: np.float32) -> NDArray[np.float32]:
        """As of `Scorer`."""
        columns = [encoded.columns[name] for name in self._names]
        types = encoded.types
        return self._sums.scores(columns, encoded.flat.first, types.rows, scale, types.memory)  # type: ignore[no-any-return]


def scorer(keys: Keys, levels: NDArray[np.int8]) -> Scorer | CompiledScorer:
    """What sums ``levels`` the fastest here."""
    return Scorer(keys, levels) if _compiled is None else CompiledScorer(keys, levels)
