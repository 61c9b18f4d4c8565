"""From a pattern to what its matches begin with and hold, so that it need not be tried everywhere.

`beginnings` reads a pattern and gives the sets of characters that its matches can have in front and as their first few
characters; `Places` finds, for many patterns in one pass over a text, the positions where each can match at all.
`needed` gives the words without which there is no match, for `Prefiltered` patterns over short texts. All err on the
safe side: what is not understood counts as anything, so no match is ever lost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property

import numpy as np
import regex
from numpy.typing import NDArray

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
        found = _then(found, _repeated(_item(m, any_case), m))
    return found, at


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
    """Where each of several patterns can match: bits for every character, looked up for a whole text at once."""

    def __init__(self, patterns: Iterable[str]) -> None:
        wanted = [_by_first(beginnings(p)) for p in patterns]
        distinct = sorted({b for found in wanted for b in found})
        self._tables = np.zeros((-(-len(distinct) // _BITS), 1 + WIDTH, _CODES + 2), dtype=np.uint64)
        for i, beginning in enumerate(distinct):
            for place, characters in enumerate(beginning):
                self._tables[i // _BITS, place] |= _array(characters) << np.uint64(i % _BITS)
        number = {b: i for i, b in enumerate(distinct)}
        self._wanted = [sum(1 << number[b] for b in found) for found in wanted]
        self._meant: dict[tuple[int, ...], tuple[int, ...]] = {}

    def find(self, text: str) -> tuple[list[int], list[tuple[int, ...]]]:
        """Positions in ``text``, ascending, and for each the numbers of the patterns that can match there."""
        n = len(text)
        codes = np.full(n + 1 + WIDTH, _OUTSIDE, dtype=np.int64)
        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        np.minimum(characters, _OTHER, out=codes[1 : n + 1], casting="unsafe")
        words = []
        for tables in self._tables:
            bits = tables[0].take(codes[:n])
            for place in range(1, 1 + WIDTH):
                bits &= tables[place].take(codes[place : place + n])
            words.append(bits)
        places = np.flatnonzero(np.bitwise_or.reduce(words))
        return places.tolist(), list(map(self._meaning, zip(*(bits[places].tolist() for bits in words), strict=True)))

    def _meaning(self, words: tuple[int, ...]) -> tuple[int, ...]:
        found = self._meant.get(words)
        if found is None:
            bits = sum(word << _BITS * i for i, word in enumerate(words))
            found = self._meant[words] = tuple(i for i, own in enumerate(self._wanted) if own & bits)
        return found


class Anchored:
    """A pattern to be tried at given positions; compiled when it first is, since most pages need few of many rules."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def match(self) -> Callable[[str, int, int], regex.Match[str] | None]:
        """``match(text, start, end)``, as of `regex.Pattern`."""
        # An alternative that never matches keeps regex from looking for a literal in all of the text at every try.
        return regex.compile(f"(?:{self._pattern})|(?!)").match


class Finder:
    """A compiled pattern that is tried only where its matches can begin; for one over long texts."""

    def __init__(self, pattern: str) -> None:
        self._try = Anchored(pattern)
        self._places = Places([pattern])
        self._read: tuple[str, list[int]] = ("", [])

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[regex.Match[str]]:
        """As `regex.Pattern.finditer`, except that a match is never empty."""
        read = self._read
        if read[0] is not text:  # the stretches of a page come one after the other
            read = self._read = (text, self._places.find(text)[0])
        end = len(text) if end is None else end
        match, places = self._try.match, read[1]
        for i in range(bisect_left(places, start), bisect_left(places, end)):
            if places[i] >= start and (m := match(text, places[i], end)) and m.end() > m.start():
                yield m
                start = m.end()


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
