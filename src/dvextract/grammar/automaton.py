"""From patterns to an automaton that tells, in one walk over a few characters, which of them can match at a place.

A pattern (syntax of `regex`) is read as the characters that its matches are made of: what it looks at around them is
left out, repetitions beyond a few are taken as any number, and what is not understood matches anything. So every match
is walked through, and of what does not match hardly anything is: a pattern need be tried only where the automaton says
that it can match. States are made when a text first leads to them, as most never are.

Walks and the making of states are compiled (``_loops.pyx``) where that can be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from operator import or_
from threading import Lock
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from dvextract.compiled import part

_compiled = part("dvextract.grammar._loops")

CODES = 0x2200  # Vietnamese, its neighbours and punctuation stand below; all above count as one character
_OTHER, _OUTSIDE = CODES, CODES + 1  # above, and beyond the text's ends
_ANY = (1 << (CODES + 2)) - 1
FARTHEST = 12
"""Characters after which a walk ends: what has not failed until then can match."""
_STATES_MOST = 1 << 14  # kept in memory; pages of one language lead to a few thousand
_TIMES_MOST = 4  # repetitions that are counted
_FIRST = 1  # the state a walk begins in

ENDED = -1
"""The state of a walk in which no pattern can match; those below are ends with patterns that can."""
_UNKNOWN = 0


class NotUnderstood(ValueError):
    """The pattern holds a construct this module does not know."""


class _Set:
    """One character of a set, as bits of an integer; the same object wherever the set stands."""

    def __init__(self, characters: int) -> None:
        self.characters = characters


class _Sequence(NamedTuple):
    items: list[_Node]


class _Either(NamedTuple):
    items: list[_Node]


class _Maybe(NamedTuple):
    item: _Node


class _Any(NamedTuple):
    """Any number of an item."""

    item: _Node


class _Ahead(NamedTuple):
    """What stands behind a match."""

    item: _Node


class _Behind(NamedTuple):
    """Nothing, with one of these characters before it."""

    characters: int


_Node = _Set | _Sequence | _Either | _Maybe | _Any | _Ahead | _Behind

CLASS = r"\[\^?\]?(?:\\[pP]\{\w+\}|\\.|[^\\\]])*+\]"
_ONE = rf"{CLASS}|\\[pP]\{{\w+\}}|\\[wWdDsSnt]|\\[^\p{{L}}\d]|[^\\()|?*+{{}}\[\]^$]"
_GROUP = rf"(?P<group>\((?:[^()\[\]\\]++|\\.|{CLASS}|(?&group))*+\))"
_PIECE = regex.compile(rf"(?P<set>{_ONE})|(?P<place>\\[AZbB]|\^|\$)|{_GROUP}")
_OPENING = regex.compile(r"\((?:\?(?P<kind>:|>|P<\w+>|i:|<?[=!]))?+(?!\?)")
_WORDS = re.compile(r"[\w ,;:/%“”-]+(?![\w ,;:/%“”?*+{-])")  # characters that stand for themselves, and once
_TIMES = regex.compile(r"(?:([?*+])|\{(?P<least>\d*)(?P<open>,(?P<most>\d*))?\})[?+]?")
_FLAGS = regex.compile(r"\(\?[a-zA-Z]+\)")
_SET_OPERATION = regex.compile(r"\[:|--|&&|\|\||~~")


def without_flags(pattern: str) -> None:
    """Raises NotUnderstood for flags inside a pattern, as ``(?i)``: they change the meaning of all of it."""
    if _FLAGS.search(pattern):
        raise NotUnderstood(pattern)


@cache
def _read(pattern: str, any_case: bool) -> _Node:
    """The alternatives of a pattern or of what stands in a group: one object, as the same groups stand in many."""
    either: list[_Node] = []
    items: list[_Node] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            either.append(_Sequence(items))
            items, at = [], at + 1
            continue
        if (words := _WORDS.match(pattern, at)) is not None:
            items += [_set(c, any_case) for c in words[0]]
            at = words.end()
            continue
        m = _PIECE.match(pattern, at)
        if m is None:
            raise NotUnderstood(pattern)
        at = m.end()
        if m["set"]:
            if m["set"][0] == "[" and _SET_OPERATION.search(m["set"]):
                raise NotUnderstood(pattern)
            item: _Node | None = _set(m["set"], any_case)
        elif m["place"]:
            item = None
        else:
            opening = _OPENING.match(m["group"])
            if opening is None:
                raise NotUnderstood(pattern)
            kind = opening["kind"] or ""
            inside = _read(m["group"][opening.end() : -1], any_case or kind == "i:")
            if kind in ("<=", "<!"):  # what comes later than first is left out
                item = _behind(inside, kind == "<!") if all(isinstance(i, (_Behind, _Ahead)) for i in items) else None
            else:
                item = None if kind == "!" else _Ahead(inside) if kind == "=" else inside
        if (times := _TIMES.match(pattern, at)) is not None:
            item, at = _times(item, times), times.end()
        if item is not None:
            items.append(item)
    either.append(_Sequence(items))
    return either[0] if len(either) == 1 else _Either(either)


def _times(item: _Node | None, times: regex.Match[str]) -> _Node | None:
    if item is None or isinstance(item, (_Ahead, _Behind)):
        return None
    if sign := times[1]:
        return _Maybe(item) if sign == "?" else _Sequence([item, _Any(item)]) if sign == "+" else _Any(item)
    least = int(times["least"] or 0)
    most = least if times["open"] is None else int(times["most"]) if times["most"] else None
    items: list[_Node] = [item] * min(least, _TIMES_MOST)
    if most is None or most > _TIMES_MOST:
        return _Sequence([*items, _Any(item)])
    rest: list[_Node] = []
    for _ in range(most - least):
        rest = [_Maybe(_Sequence([item, *rest]))]
    return _Sequence(items + rest)


def _told(node: _Node) -> _Node:
    """What a match is known to be, with what its last part looks at: that is more than nothing."""
    if isinstance(node, _Ahead):
        return node.item
    if isinstance(node, _Either):
        return _Either([_told(item) for item in node.items])
    if isinstance(node, _Sequence) and node.items:
        return _Sequence([*node.items[:-1], _told(node.items[-1])])
    return node


def _before(node: _Node) -> int:
    """The characters that the lookbehinds in front of all of a node allow there."""
    if isinstance(node, _Behind):
        return node.characters
    if isinstance(node, _Either):
        return reduce(or_, map(_before, node.items))
    allowed = _ANY
    if isinstance(node, _Sequence):
        for item in node.items:
            allowed &= _before(item)
            if not isinstance(item, (_Behind, _Ahead)):
                break
    return allowed


def _behind(node: _Node, is_forbidden: bool) -> _Behind:
    """What a lookbehind allows right before it: what its matches end in, or all but one character."""
    if not is_forbidden:
        characters, is_all = _last(node)
        return _Behind(characters if is_all else _ANY)
    alternatives = node.items if isinstance(node, _Either) else [node]
    allowed = _ANY
    for one in alternatives:
        if isinstance(one, _Sequence) and len(one.items) == 1 and isinstance(one.items[0], _Set):
            allowed &= _ANY ^ one.items[0].characters
    return _Behind(allowed | 1 << _OTHER | 1 << _OUTSIDE)


def _last(node: _Node) -> tuple[int, bool]:
    """The characters that matches end in, and whether all hold one."""
    if isinstance(node, _Set):
        return node.characters, True
    if isinstance(node, _Either):
        each = [_last(item) for item in node.items]
        return reduce(or_, (characters for characters, _ in each)), all(is_all for _, is_all in each)
    if isinstance(node, _Sequence):
        found = 0
        for item in reversed(node.items):
            characters, is_all = _last(item)
            found |= characters
            if is_all:
                return found, True
        return found, False
    return (0 if isinstance(node, (_Ahead, _Behind)) else _last(node.item)[0]), False


@cache
def _known() -> str:
    return "".join(map(chr, range(CODES)))


@cache
def _set(characters: str, any_case: bool) -> _Set:
    return _Set(_bits(characters, any_case))


@cache
def _bits(characters: str, any_case: bool = False) -> int:
    """The set that a pattern for one character stands for; all beyond `CODES` are one character, in every set."""
    literal = characters.removeprefix("\\")
    if len(literal) == 1 and literal != "." and not (characters != literal and literal.isalnum()):
        if not any_case:
            return 1 << min(ord(literal), _OTHER)
        if literal.lower() in _TWO_CASES:
            return 1 << ord(literal.lower()) | 1 << ord(literal.upper()) | 1 << _OTHER
    inside = np.zeros(_OTHER + 1, dtype=np.bool_)
    inside[_OTHER] = True
    for m in regex.finditer(f"(?:{characters})+", _known(), regex.DOTALL | (regex.IGNORECASE if any_case else 0)):
        inside[m.start() : m.end()] = True
    return int.from_bytes(np.packbits(inside, bitorder="little").tobytes(), "little")


_TWO_CASES = frozenset(
    {chr(c).lower() for c in (*range(0x20, 0x7F), *range(0x1EA0, 0x1EFA))} | set("àáâãèéêìíòóôõùúýăđĩũơư")
) - set("iks")
"""Characters that differ from no others in case than their own capitals, and those that are alike in both."""


class _Graph:
    """Patterns as nodes and the sets of characters that lead from one to others, seen to when first asked for.

    A node is a part of a pattern that is to be matched from one of its items on, and the node that comes then.
    """

    def __init__(self, patterns: Mapping[int, str], backwards: bool, any_case: bool) -> None:
        self.sets: dict[_Set, int] = {}
        self.pattern: list[int] = []
        self.final: set[int] = set()
        self._ends: set[int] = set()
        self._collected: set[int] = set()
        self._backwards = backwards
        self._parts: list[tuple[_Node, int, int]] = []
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._steps: list[list[tuple[int, int]] | None] = []
        begin: list[tuple[int, int]] = []
        for number, pattern in patterns.items():
            end = self._add(_Sequence([]), 0, -1, number)
            self._ends.add(end)
            try:
                without_flags(pattern)
                read = _read(pattern, any_case)
                before = _ANY if backwards else _before(read)
                start = self._add(read if backwards else _told(read), 0, end, number)
                self._collect(self._parts[start][0])
            except NotUnderstood:
                before, start = _ANY, end
            begin.append((self._number(_Set(before)), start))
        self.begin = self._add(_Sequence([]), 0, -1, -1)
        self._steps[self.begin] = begin

    def _number(self, of: _Set) -> int:
        return self.sets.setdefault(of, len(self.sets))

    def _collect(self, node: _Node) -> None:
        """Number the sets in what is read."""
        if id(node) in self._collected:
            return
        self._collected.add(id(node))
        if isinstance(node, _Set):
            self._number(node)
        elif isinstance(node, (_Maybe, _Any)):
            self._collect(node.item)
        elif not isinstance(node, (_Ahead, _Behind)):
            for item in node.items:
                self._collect(item)

    def _add(self, part: _Node, first: int, then: int, pattern: int) -> int:
        key = id(part), first, then
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._parts)
            self._parts.append((part, first, then))
            self._steps.append(None)
            self.pattern.append(pattern)
        return number

    def steps(self, node: int) -> list[tuple[int, int]]:
        """The sets that lead on from a node, each with the next; it is final if none is needed to get to the end."""
        steps = self._steps[node]
        if steps is None:
            steps = []
            self._reaches_end = False
            self._enter(node, steps, set())
            self._steps[node] = steps
            if self._reaches_end:
                self.final.add(node)
        return steps

    def _enter(self, node: int, steps: list[tuple[int, int]], seen: set[int]) -> None:
        if node in seen:
            return
        seen.add(node)
        if node in self._ends:
            self._reaches_end = True
            return
        part, first, then = self._parts[node]
        if isinstance(part, _Sequence) and first < len(part.items) - 1:
            then = self._add(part, first + 1, then, self.pattern[node])
        if isinstance(part, _Sequence) and part.items:
            part = part.items[-1 - first if self._backwards else first]
        self._lead(part, then, steps, seen)

    def _lead(self, part: _Node, then: int, steps: list[tuple[int, int]], seen: set[int]) -> None:
        """The steps into a part, and beyond it where it may be empty."""
        if isinstance(part, _Set):
            steps.append((self.sets[part], then))
        elif isinstance(part, _Either):
            for item in part.items:
                self._lead(item, then, steps, seen)
        elif isinstance(part, _Sequence) and part.items:
            self._enter(self._add(part, 0, then, self.pattern[then]), steps, seen)
        else:
            if isinstance(part, _Any):
                self._lead(part.item, self._add(part, 0, then, self.pattern[then]), steps, seen)
            elif isinstance(part, _Maybe):
                self._lead(part.item, then, steps, seen)
            self._enter(then, steps, seen)


class Automaton:
    """Tells which of several patterns can match at a place of a text, by their numbers.

    With ``backwards`` it walks from where a match ends to where it begins. ``any_case`` is for patterns compiled so.
    """

    def __init__(self, patterns: Mapping[int, str], backwards: bool = False, any_case: bool = False) -> None:
        graph = _Graph(patterns, backwards, any_case)
        walks = Walks if _compiled is None else _compiled.Walks
        classes, members = _classes([of.characters for of in graph.sets])
        self._walks = walks(graph, classes, members, -1 if backwards else 1, FARTHEST, _STATES_MOST)
        self.meant: list[int] = self._walks.meant
        """The patterns that can match, as bits, by the number of an end."""

    def places(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Where in text[start:end] matches of any pattern can begin, ascending; each with an index of `meant`.

        They can go on behind ``end``.
        """
        return self._walks.places(text, start, len(text) if end is None else end)

    def at(self, text: str, place: int) -> int:
        """The patterns that can match at a place of ``text`` (``backwards``: before it), as bits of an integer."""
        return self.meant[self._walks.at(text, place)]

    def within(self, text: str, start: int, end: int) -> int:
        """The patterns whose matches can begin in text[start:end], as bits of an integer."""
        found = 0
        for _, meant in self._walks.places(text, start, end):
            found |= self.meant[meant]
        return found


class Walks:
    """The walks over a graph of patterns, which make the states that they lead to.

    ``classes`` holds the class of every character, ``members`` which sets a class is in, by set. A walk goes in
    ``direction`` 1 or -1 over at most ``farthest`` characters; no more than ``most`` states are made.
    ``table`` holds, for every state and class of characters, the next state, `ENDED` or the number of an end;
    ``given_up`` the end of a walk that is broken off in a state.
    """

    def __init__(
        self,
        graph: _Graph,
        classes: NDArray[np.uint16],
        members: NDArray[np.bool_],
        direction: int,
        farthest: int,
        most: int,
    ) -> None:
        self._graph, self._classes, self._members = graph, classes, members
        self._direction, self._farthest, self._most = direction, farthest, most
        self._known: dict[tuple[int, str], int] = {}  # the steps over single characters, from the states
        self.table = np.zeros((64, members.shape[1]), dtype=np.int32)
        self.given_up = np.zeros(64, dtype=np.int32)
        self.meant: list[int] = [0]
        self._ended = {0: ENDED}
        self._states: dict[tuple[frozenset[int], int], int] = {}
        self.keys: list[tuple[frozenset[int], int]] = [(frozenset(), 0)]
        self._lock = Lock()
        self._leading = [members[:0]]  # for every state, the rows of the sets that lead on
        self._state({graph.begin}, 0)

    def _step(self, state: int, character: int) -> int:
        """The state to which a class of characters leads, made if it is new."""
        with self._lock:
            known = int(self.table[state, character])
            if known != _UNKNOWN:
                return known
            nodes, accepted = self.keys[state]
            inside = self._members[:, character]
            reached = {to for node in nodes for of, to in self._graph.steps(node) if inside[of]}
            following = self._state(reached, accepted)
            leading = self._leading[state]
            alike = (leading == leading[:, character, None]).all(axis=0)  # classes in the same of the sets that lead on
            self.table[state, alike] = following
            return following

    def _state(self, reached: set[int], accepted: int) -> int:
        """The number of the state with these nodes, some of which may be final, and patterns that were matched."""
        graph = self._graph
        for node in reached:
            graph.steps(node)  # whether it is final is known then
        for node in reached & graph.final:
            accepted |= 1 << graph.pattern[node]
        if accepted:
            reached = {n for n in reached if not accepted >> graph.pattern[n] & 1}
        if not reached:
            return self._end(accepted)
        key = frozenset(reached), accepted
        number = self._states.get(key)
        if number is None:
            number = len(self.keys)
            alive = self._end(accepted | sum(1 << i for i in {graph.pattern[n] for n in reached} if i >= 0))
            if number >= self._most:
                return alive
            if number >= len(self.table):
                # In this order: another thread, that looks in between, must find no state in the table without an end.
                self.given_up = np.concatenate((self.given_up, np.zeros_like(self.given_up)))
                self.table = np.concatenate((self.table, np.zeros_like(self.table)))
            rows = self._members[sorted({of for node in reached for of, _ in graph.steps(node)})]
            self.table[number] = np.where(rows.any(axis=0), _UNKNOWN, self._end(accepted))
            self.given_up[number] = alive
            self.keys.append(key)
            self._leading.append(rows)
            self._states[key] = number
        return number

    def _end(self, accepted: int) -> int:
        """The number of the end with these patterns."""
        end = self._ended.get(accepted)
        if end is None:
            self.meant.append(accepted)
            end = self._ended[accepted] = ENDED - len(self.meant) + 1
        return end

    def at(self, text: str, place: int) -> int:
        """The index of ``meant`` that says which patterns can match at a place (backwards: before it)."""
        known = self._known
        at, state = place - (self._direction > 0), _FIRST
        for _ in range(self._farthest):
            step = (state, text[at] if 0 <= at < len(text) else "")
            following = known.get(step) or self._step_over(step)
            if following < 0:
                return ENDED - following
            state, at = following, at + self._direction
        return ENDED - int(self.given_up[state])

    def _step_over(self, step: tuple[int, str]) -> int:
        state, character = step
        number = self._classes[min(ord(character), _OTHER) if character else _OUTSIDE]
        if len(self._known) >= _STEPS_MOST:
            self._known.clear()
        following = self._known[step] = self._step(state, int(number))
        return following

    def places(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Where in text[start:end] matches can begin, ascending: pairs of a place and an index of ``meant``."""
        start, end = max(start, 0), min(end, len(text))
        if end - start < _SHORT:
            return [(at, meant) for at in range(start, end) if (meant := self.at(text, at))]
        return self._at_once(text, start, end)

    def _at_once(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        read = self._read(text[max(start - 1, 0) : end + self._farthest], start == 0)
        places = np.arange(end - start)
        states = np.full(len(places), _FIRST, dtype=np.int32)
        found: list[tuple[int, int]] = []
        for passed in range(self._farthest):  # few walks are long
            characters = read.take(places + passed)
            following = self.table[states, characters]
            for i in np.flatnonzero(following == _UNKNOWN).tolist():
                following[i] = self._step(int(states[i]), int(characters[i]))
            ended = following < ENDED
            found += zip((places[ended] + start).tolist(), (ENDED - following[ended]).tolist(), strict=True)
            going = following > 0
            places, states = places[going], following[going]
        found += zip((places + start).tolist(), (ENDED - self.given_up[states]).tolist(), strict=True)
        return sorted(found)

    def _read(self, text: str, at_begin: bool) -> NDArray[np.intp]:
        """The classes of a text's characters, and of what is outside of it: in front if ``at_begin``, and behind."""
        codes = np.full(at_begin + len(text) + self._farthest, _OUTSIDE, dtype=np.intp)
        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        np.minimum(characters, _OTHER, out=codes[int(at_begin) : at_begin + len(text)], casting="unsafe")
        return self._classes.take(codes).astype(np.intp)


_SHORT = 200  # characters of a text below which arrays cost more than they save
_STEPS_MOST = 1 << 16  # kept in memory


def _classes(sets: Sequence[int]) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Characters that are in the same sets make a class: that of every character, and whether it is in a set."""
    packed = np.stack([np.frombuffer(bits.to_bytes(CODES // 8 + 1, "little"), dtype=np.uint8) for bits in sets])
    inside = np.unpackbits(packed, axis=1, bitorder="little", count=CODES + 2).astype(np.bool_)
    classes = np.zeros(CODES + 2, dtype=np.int64)
    for i in range(0, len(sets), _TOGETHER):
        for row in inside[i : i + _TOGETHER]:
            classes = classes << 1 | row
        _, first, classes = np.unique(classes, return_index=True, return_inverse=True)
    return classes.astype(np.uint16), inside[:, first]


_TOGETHER = 40  # sets whose bits go into a number beside a class
