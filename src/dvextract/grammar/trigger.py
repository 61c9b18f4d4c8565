"""From a pattern to what its matches begin with and hold, so that it need not be tried everywhere.

`beginnings` reads a pattern and gives the sets of characters that its matches can have in front and as their first few
characters; `Places` finds, for many patterns in one pass over a text, the positions where each can match at all.
`needed` gives the words without which there is no match, for `Prefiltered` patterns over short texts. All err on the
safe side: what is not understood counts as anything, so no match is ever lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, reduce
from operator import or_

import numpy as np
import regex
from numpy.typing import NDArray

from dvextract.grammar.engine import Engines, Match, usual

WIDTH = 4
"""Characters of a match's beginning that are looked at."""

_CODES = 0x2200  # Vietnamese, its neighbours and punctuation stand below; all above count as one character
_OTHER, _OUTSIDE = _CODES, _CODES + 1  # above, and beyond the text's ends
_ANY = (1 << (_CODES + 2)) - 1
_MOST = 64  # beginnings of one stretch of a pattern that are told apart
_BITS = 64

Beginning = tuple[int, ...]
"""Sets of characters as bits of an integer: the one before the match, then the first ones of the match."""


class _NotUnderstood(Exception):
    """The pattern holds a construct this module does not know."""


def beginnings(pattern: str) -> frozenset[Beginning]:
    """What a match of ``pattern`` (syntax of `regex`) can begin with: one of these, each ``1 + WIDTH`` sets.

    >>> [len(b) for b in beginnings("a|bc")]
    [5, 5]
    """
    before, at = _before(pattern)
    try:
        _without_flags(pattern)
        found = _alternatives(pattern[at:], False)
    except _NotUnderstood:
        found = _ANYTHING
    return frozenset((before, *b, *(_ANY,) * (WIDTH - len(b))) for b in found)


# What a part of a pattern can begin with: a beginning shorter than WIDTH is all that is matched there, and what follows
# in the pattern goes on.
_Found = frozenset[Beginning]
_NOTHING: _Found = frozenset({()})
_ANYTHING: _Found = frozenset({(_ANY,) * WIDTH})

_CLASS = r"\[\^?\]?(?:\\[pP]\{\w+\}|\\.|[^\\\]])*+\]"
_NESTED = rf"(?P<nested>\((?:[^()\[\]\\]|\\.|{_CLASS}|(?&nested))*+\))"
_NOT_AFTER = regex.compile(rf"\(\?<!({_CLASS}|\\[wd]|\\p\{{\w+\}})\)")
_REST = regex.compile(rf"(?:[^()\[\]\\|]|\\.|{_CLASS}|{_NESTED})*+")
_ITEM = regex.compile(
    rf"(?:{_NESTED}|(?P<set>{_CLASS}|\\[pP]\{{\w+\}}|\\[wWdDsSnt]|\\[^\p{{L}}\d]|[^\\()|?*+{{}}\[\]^$])"
    r"|\\[AZbB]|\^|\$)"
    r"(?P<times>(?:[?*+]|\{(?P<least>\d*)(?P<open>,(?P<most>\d*))?\})[?+]?)?"
)
_OPENING = regex.compile(r"\((?:\?(?:[:>]|P<\w+>|(?P<any_case>i:)|(?P<look><?[=!])))?+(?!\?)")
_FLAGS = regex.compile(r"\(\?[a-zA-Z]+\)")
_SET_OPERATION = regex.compile(r"\[:|--|&&|\|\||~~")


def _without_flags(pattern: str) -> None:
    """Flags inside a pattern, as ``(?i)``, change the meaning of all of it."""
    if _FLAGS.search(pattern):
        raise _NotUnderstood


def _before(pattern: str) -> tuple[int, int]:
    """The characters that negative lookbehinds of one character allow before a match, and where the rest begins."""
    allowed, at = _ANY, 0
    if not _REST.fullmatch(pattern):  # they stand in one of several alternatives
        return allowed, at
    while m := _NOT_AFTER.match(pattern, at):
        allowed &= _ANY ^ _set(m[1]) | 1 << _OTHER | 1 << _OUTSIDE
        at = m.end()
    return allowed, at


@cache
def _alternatives(pattern: str, any_case: bool) -> _Found:
    at, found = 0, set[Beginning]()
    while True:
        here, at = _sequence(pattern, at, any_case)
        found |= here
        if at == len(pattern):
            return _fewer(found)
        at += 1


def _sequence(pattern: str, at: int, any_case: bool) -> tuple[_Found, int]:
    """What stands from ``at`` to the next bar, and the place of the bar or the end."""
    found = _NOTHING
    while at < len(pattern) and pattern[at] != "|":
        if all(len(b) == WIDTH for b in found):
            rest = _REST.match(pattern, at)
            at = rest.end() if rest else at
            if at < len(pattern) and pattern[at] != "|":
                raise _NotUnderstood
            break
        m = _ITEM.match(pattern, at)
        if m is None:
            raise _NotUnderstood
        at = m.end()
        last = at == len(pattern) or pattern[at] == "|"
        found = _then(found, _ahead(m, any_case) if last else _repeated(_item(m, any_case), m))
    return found, at


def _ahead(m: regex.Match[str], any_case: bool) -> _Found:
    """What the last item of a sequence begins with; what a lookahead finds there is more than is known of the rest."""
    nested = m["nested"] or ""
    if m["times"] or not nested.startswith("(?="):
        return _repeated(_item(m, any_case), m)
    return frozenset((*b, *(_ANY,) * (WIDTH - len(b))) for b in _alternatives(nested[3:-1], any_case))


def _item(m: regex.Match[str], any_case: bool) -> _Found:
    if m["set"]:
        if m["set"][0] == "[" and _SET_OPERATION.search(m["set"]):
            raise _NotUnderstood
        return frozenset({(_set(m["set"], any_case),)})
    if m["nested"] is None:
        return _NOTHING
    opening = _OPENING.match(m["nested"])
    if opening is None:
        return _ANYTHING
    if opening["look"]:
        return _NOTHING
    return _alternatives(m["nested"][opening.end() : -1], any_case or bool(opening["any_case"]))


def _repeated(item: _Found, m: regex.Match[str]) -> _Found:
    if not m["times"]:
        return item
    sign = m["times"][0]
    if sign == "{":
        least = int(m["least"] or 0)
        most = least if m["open"] is None else int(m["most"] or WIDTH)
    else:
        least, most = int(sign == "+"), 1 if sign == "?" else WIDTH
    found: set[Beginning] = set()
    times = _NOTHING
    for n in range(min(most, WIDTH) + 1):
        if n >= min(least, WIDTH):
            found |= times
        times = _then(times, item)
    return _fewer(found)


def _then(first: _Found, second: _Found) -> _Found:
    return _fewer({a if len(a) == WIDTH else (a + b)[:WIDTH] for a in first for b in second})


def _fewer(found: set[Beginning]) -> _Found:
    """The same or more, as at most ``_MOST`` beginnings: those that begin alike are made one."""
    for alike in range(WIDTH - 1, -1, -1):
        if len(found) <= _MOST:
            break
        merged: dict[tuple[int, Beginning], Beginning] = {}
        for b in found:
            key = (len(b), b[:alike])
            other = merged.get(key, b)
            merged[key] = tuple(x | y for x, y in zip(b, other, strict=True))
        found = set(merged.values())
    return frozenset(found)


@cache
def _known() -> str:
    return "".join(map(chr, range(_CODES)))


@cache
def _set(characters: str, any_case: bool = False) -> int:
    """The set that a pattern for one character stands for."""
    literal = characters.removeprefix("\\")
    if len(literal) == 1 and not any_case and literal != "." and not (characters != literal and literal.isalnum()):
        return 1 << min(ord(literal), _OTHER)
    bits = 0
    for m in regex.finditer(characters, _known(), regex.DOTALL | (regex.IGNORECASE if any_case else 0)):
        bits |= 1 << m.start()
    return bits | 1 << _OTHER


class Places:
    """Where each of several patterns can match: bits for every character, looked up for a whole text at once.

    Scanners and finders that read the same texts share one, so that a text is looked at once for all of them.
    """

    def __init__(self) -> None:
        self._found: list[list[set[Beginning]]] = []
        self._built = _Built(())
        self._read: tuple[str, tuple[Share, ...]] = ("", ())

    def add(self, patterns: Iterable[str]) -> int:
        """Take in the patterns of a reader; the number under which `share` gives their places."""
        self._found.append([_by_first(beginnings(p)) for p in patterns])
        return len(self._found) - 1

    def share(self, reader: int, text: str) -> Share:
        """Positions in ``text``, ascending, and for each the numbers of the reader's patterns that can match there."""
        read = self._read
        if read[0] is not text or reader >= len(read[1]):  # the stretches of a page come one after the other
            built = self._built
            if built.readers < len(self._found):
                built = self._built = _Built(tuple(self._found))
            read = self._read = (text, built.shares(text))
        return read[1][reader]


Share = tuple[list[int], list[tuple[int, ...]]]
_MEANINGS_MOST = 1 << 14  # kept in memory; pages of one language have a few hundred


class _Built:
    """The tables of `Places` for the patterns of ``found``, by reader."""

    def __init__(self, found: Sequence[Sequence[set[Beginning]]]) -> None:
        self.readers = len(found)
        distinct = sorted({b for patterns in found for beginnings_of in patterns for b in beginnings_of})
        self._tables = np.zeros((-(-len(distinct) // _BITS), 1 + WIDTH, _CODES + 2), dtype=np.uint64)
        for i, beginning in enumerate(distinct):
            for place, characters in enumerate(beginning):
                self._tables[i // _BITS, place] |= _array(characters) << np.uint64(i % _BITS)
        number = {b: i for i, b in enumerate(distinct)}
        self._wanted = [[sum(1 << number[b] for b in found_of) for found_of in patterns] for patterns in found]
        self._meant: dict[tuple[int, ...], list[tuple[int, tuple[int, ...]]]] = {}

    def shares(self, text: str) -> tuple[Share, ...]:
        n = len(text)
        codes = np.full(n + 1 + WIDTH, _OUTSIDE, dtype=np.int64)
        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        np.minimum(characters, _OTHER, out=codes[1 : n + 1], casting="unsafe")
        before, first = codes[:n], codes[1 : n + 1]
        words = [tables[0].take(before) & tables[1].take(first) for tables in self._tables]
        places = np.flatnonzero(reduce(or_, words) != 0)  # few of all: what comes next is looked at only there
        words = [bits.take(places) for bits in words]
        for place in range(2, 1 + WIDTH):
            here = codes.take(places + place)
            for bits, tables in zip(words, self._tables, strict=True):
                bits &= tables[place].take(here)
        left = np.flatnonzero(reduce(or_, words) != 0)
        shares: tuple[Share, ...] = tuple(([], []) for _ in range(self.readers))
        meanings = map(self._meaning, zip(*(bits.take(left).tolist() for bits in words), strict=True))
        for at, meaning in zip(places.take(left).tolist(), meanings, strict=True):
            for reader, patterns in meaning:
                share = shares[reader]
                share[0].append(at)
                share[1].append(patterns)
        return shares

    def _meaning(self, words: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
        """Readers and the numbers of their patterns that bits stand for."""
        found = self._meant.get(words)
        if found is None:
            bits = sum(word << _BITS * i for i, word in enumerate(words))
            by_reader = (tuple(i for i, own in enumerate(wanted) if own & bits) for wanted in self._wanted)
            if len(self._meant) >= _MEANINGS_MOST:
                self._meant.clear()
            found = self._meant[words] = [(reader, patterns) for reader, patterns in enumerate(by_reader) if patterns]
        return found


PAGE_FOLDED, PAGE_LOWER = Places(), Places()
"""Those of the grammars that read pages as `page_shadow` and `page_lower` give them."""


class Finder:
    """A compiled pattern that is tried only where its matches can begin; for one over long texts."""

    def __init__(self, pattern: str, places: Places | None = None) -> None:
        self._engines = Engines(pattern)
        self._places = Places() if places is None else places
        self._number = self._places.add([pattern])

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """As `regex.Pattern.finditer`, except that a match is never empty."""
        places, _ = self._places.share(self._number, text)
        end = len(text) if end is None else end
        match = self._engines.match_usual if usual(text) is text else self._engines.match
        for i in range(bisect_left(places, start), bisect_left(places, end)):
            if places[i] >= start and (m := match(text, places[i], end)) and m.end() > m.start():
                yield m
                start = m.end()


class Openings:
    """Which of several patterns can match at a place, told by the few characters that stand there.

    What comes before is not looked at: nearly every word has a blank there.
    """

    LOOKED_AT = 3
    """Characters that are looked at."""
    _KEPT = 1 << 13  # strings of them that are remembered

    def __init__(self, patterns: Mapping[int, str]) -> None:
        found = sorted({(b[1 : 1 + self.LOOKED_AT], i) for i, p in patterns.items() for b in beginnings(p)})
        self._found = [b for b, _ in found]
        self._of = [i for _, i in found]
        self._bits: dict[tuple[int, str], int] = {}  # which beginnings allow a character at a place
        self._known: dict[str, frozenset[int]] = {}

    def at(self, characters: str) -> frozenset[int]:
        """The numbers of the patterns that can match where ``characters`` stand."""
        known = self._known.get(characters)
        if known is None:
            if len(self._known) >= self._KEPT:
                self._known.clear()
            known = self._known[characters] = self._can_match(characters)
        return known

    def _can_match(self, characters: str) -> frozenset[int]:
        left = (1 << len(self._of)) - 1
        for place, c in enumerate(characters):
            bits = self._bits.get((place, c))
            if bits is None:
                code = min(ord(c), _OTHER)
                bits = sum(1 << i for i, b in enumerate(self._found) if b[place] >> code & 1)
                self._bits[place, c] = bits
            left &= bits
        return frozenset(of for i, of in enumerate(self._of) if left >> i & 1) if left else _NONE


_NONE = frozenset[int]()


def first_of(patterns: Iterable[str]) -> str:
    """A pattern for the characters that matches can begin with; for any if one stands beyond those told apart here."""
    bits = reduce(or_, (b[1] for p in patterns for b in beginnings(p)), 0)
    if bits >> _OTHER & 1:
        return r"[\s\S]"
    return f"[{re.escape(''.join(c for c in _known() if bits >> ord(c) & 1))}]" if bits else r"(?!)"


def _by_first(found: Iterable[Beginning]) -> set[Beginning]:
    """The same or more, those with the same first character made one: what comes next tells little about numbers."""
    merged: dict[Beginning, Beginning] = {}
    for b in found:
        merged[b[:2]] = tuple(x | y for x, y in zip(b, merged.get(b[:2], b), strict=True))
    return set(merged.values())


def _array(characters: int) -> NDArray[np.uint64]:
    raw = np.frombuffer(characters.to_bytes(_CODES // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(raw, bitorder="little", count=_CODES + 2).astype(np.uint64)


_Needed = frozenset[str]
"""Strings of which a match holds at least one."""
_WORDS_MOST = 60


def needed(pattern: str) -> list[frozenset[str]]:
    """Sets of strings such that every match of ``pattern`` (syntax of `regex`) holds one of each set; fewest first.

    >>> [sorted(words) for words in needed("(?:an|the) (?:old )?house")]
    [['house'], ['an ', 'the ']]
    """
    try:
        _without_flags(pattern)
        literal, found = _held(pattern)
    except _NotUnderstood:
        return []
    return sorted({_Needed({literal})} if literal else set(found), key=lambda words: (len(words), sorted(words)))


@cache
def _held(pattern: str) -> tuple[str | None, tuple[_Needed, ...]]:
    """The one string a pattern matches, or None and the strings its matches hold."""
    at, whole = 0, list[tuple[str | None, tuple[_Needed, ...]]]()
    while True:
        here, at = _held_in_sequence(pattern, at)
        whole.append(here)
        if at == len(pattern):
            break
        at += 1
    if len(whole) == 1:
        return whole[0]
    best = [_most_telling(literal, found) for literal, found in whole]
    words = _Needed().union(*best)
    return None, (words,) if all(best) and len(words) <= _WORDS_MOST else ()


def _most_telling(literal: str | None, found: tuple[_Needed, ...]) -> _Needed:
    if literal is not None:
        return _Needed({literal}) if literal else _Needed()
    return max(found, key=lambda words: (min(map(len, words)), -len(words)), default=_Needed())


def _held_in_sequence(pattern: str, at: int) -> tuple[tuple[str | None, tuple[_Needed, ...]], int]:
    run, is_literal = "", True  # the string matched since the last part that is not one string
    found: list[_Needed] = []
    while at < len(pattern) and pattern[at] != "|":
        m = _ITEM.match(pattern, at)
        if m is None:
            raise _NotUnderstood
        at = m.end()
        literal, words = _held_by_item(m)
        if literal is not None and not m["times"]:
            run += literal
            continue
        is_literal = False
        if run:
            found.append(_Needed({run}))
            run = ""
        if not m["times"] or m["times"][0] == "+" or int(m["least"] or 0):
            found += words if literal is None else [_Needed({literal})] if literal else []
    if is_literal:
        return (run, ()), at
    return (None, tuple([*found, _Needed({run})] if run else found)), at


def _held_by_item(m: regex.Match[str]) -> tuple[str | None, tuple[_Needed, ...]]:
    if m["set"]:
        literal = _LITERAL.fullmatch(m["set"])
        return (literal[1], ()) if literal else (None, ())
    if m["nested"] is None:
        return "", ()
    opening = _OPENING.match(m["nested"])
    if opening is None:
        raise _NotUnderstood
    if opening["any_case"]:
        return None, ()
    return ("", ()) if opening["look"] else _held(m["nested"][opening.end() : -1])


_LITERAL = regex.compile(r"(?:\\(?![\p{L}\d])|(?![.\[\\]))(.)", regex.DOTALL)


class Prefiltered:
    """A compiled pattern that looks at a text only if the words are there without which it cannot match.

    For patterns without a literal beginning over many short texts; one over long texts is better tried at `Places`.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._source, self._flags = pattern, flags
        found = () if flags & regex.IGNORECASE else needed(pattern)
        self._needed = [tuple(words) for words in found if not any(word.isspace() for word in words)]

    @cached_property
    def _pattern(self) -> regex.Pattern[str]:
        return regex.compile(self._source, self._flags)

    def _lacks(self, text: str) -> bool:
        for words in self._needed:
            for word in words:
                if word in text:
                    break
            else:
                return True
        return False

    def search(self, text: str, start: int = 0, end: int | None = None) -> regex.Match[str] | None:
        """As `regex.Pattern.search`."""
        return None if self._lacks(text) else self._pattern.search(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[regex.Match[str]]:
        """As `regex.Pattern.finditer`."""
        return iter(()) if self._lacks(text) else self._pattern.finditer(text, start, end)
