"""Patterns that need not be tried everywhere: at a few places of long texts, in few of many short ones.

`Places` finds, for many patterns in one pass over a text, the positions where each can match at all (`automaton`).
`needed` gives the words without which there is no match, for `Prefiltered` patterns over short texts. All err on the
safe side: no match is ever lost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property

import regex

from dvextract.grammar.automaton import CLASS, Automaton, NotUnderstood, without_flags
from dvextract.grammar.engine import Engines, Match, usual

Share = list[tuple[int, tuple[int, ...]]]
"""Positions in a text, ascending, and the numbers of the patterns that can match at each."""


class Places:
    """Where each of several patterns can match.

    Scanners and finders that read the same texts share one, so that a text is looked at once for all of them.
    """

    def __init__(self) -> None:
        self._patterns: list[tuple[int, int, str]] = []  # reader, number there, pattern
        self._readers = 0
        self._built: _Built | None = None
        self._read: tuple[str, tuple[Share, ...]] = ("", ())

    def add(self, patterns: Iterable[str]) -> int:
        """Take in the patterns of a reader; the number under which `share` gives their places."""
        self._patterns += ((self._readers, number, pattern) for number, pattern in enumerate(patterns))
        self._readers += 1
        self._built = None
        return self._readers - 1

    def share(self, reader: int, text: str) -> Share:
        """Where in ``text`` the reader's patterns can match."""
        read = self._read
        if read[0] is not text or reader >= len(read[1]):  # the stretches of a page come one after the other
            built = self._built
            if built is None:
                built = self._built = _Built(self._patterns, self._readers)
            read = self._read = (text, built.shares(text))
        return read[1][reader]


class _Built:
    """The automaton of all patterns, and what its ends mean to the readers."""

    def __init__(self, patterns: list[tuple[int, int, str]], readers: int) -> None:
        self._of = [(reader, number) for reader, number, _ in patterns]
        self._readers = readers
        self._automaton = Automaton({i: pattern for i, (_, _, pattern) in enumerate(patterns)})
        self._meant: dict[int, list[tuple[int, tuple[int, ...]]]] = {}

    def shares(self, text: str) -> tuple[Share, ...]:
        shares: tuple[Share, ...] = tuple([] for _ in range(self._readers))
        for at, end in self._automaton.places(text):
            meant = self._meant.get(end)
            if meant is None:
                meant = self._meant[end] = self._meaning(self._automaton.meant[end])
            for reader, numbers in meant:
                shares[reader].append((at, numbers))
        return shares

    def _meaning(self, bits: int) -> list[tuple[int, tuple[int, ...]]]:
        """Readers and the numbers of their patterns that bits stand for."""
        by_reader: dict[int, tuple[int, ...]] = {}
        for i, (reader, number) in enumerate(self._of):
            if bits >> i & 1:
                by_reader[reader] = (*by_reader.get(reader, ()), number)
        return list(by_reader.items())


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
        places = self._places.share(self._number, text)
        end = len(text) if end is None else end
        first, last = bisect_left(places, (start,)), bisect_left(places, (end,))
        if first == last:
            return
        match = self._engines.match_usual if usual(text) is text else self._engines.match
        for at, _ in places[first:last]:
            if at >= start and (m := match(text, at, end)) and m.end() > m.start():
                yield m
                start = m.end()


class Ending:
    """A compiled pattern for the end of a text, tried only if its last characters can be those of a match.

    ``pattern`` begins where it likes and ends in ``\\Z``.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern, self._flags = pattern, flags

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton({0: self._pattern}, backwards=True, any_case=bool(self._flags & regex.IGNORECASE))

    @cached_property
    def _search(self) -> Callable[[str, int, int], regex.Match[str] | None]:
        return regex.compile(self._pattern, self._flags).search

    def search(self, text: str, start: int = 0, end: int | None = None) -> regex.Match[str] | None:
        """As `regex.Pattern.search`."""
        end = len(text) if end is None else min(end, len(text))
        return self._search(text, start, end) if self._automaton.at(text, end) else None


_NESTED = rf"(?P<nested>\((?:[^()\[\]\\]|\\.|{CLASS}|(?&nested))*+\))"
_ITEM = regex.compile(
    rf"(?:{_NESTED}|(?P<set>{CLASS}|\\[pP]\{{\w+\}}|\\[wWdDsSnt]|\\[^\p{{L}}\d]|[^\\()|?*+{{}}\[\]^$])"
    r"|\\[AZbB]|\^|\$)"
    r"(?P<times>(?:[?*+]|\{(?P<least>\d*)(?P<open>,(?P<most>\d*))?\})[?+]?)?"
)
_OPENING = regex.compile(r"\((?:\?(?:[:>]|P<\w+>|(?P<any_case>i:)|(?P<look><?[=!])))?+(?!\?)")

_Needed = frozenset[str]
"""Strings of which a match holds at least one."""
_WORDS_MOST = 60


def needed(pattern: str) -> list[frozenset[str]]:
    """Sets of strings such that every match of ``pattern`` (syntax of `regex`) holds one of each set; fewest first.

    >>> [sorted(words) for words in needed("(?:an|the) (?:old )?house")]
    [['house'], ['an ', 'the ']]
    """
    try:
        without_flags(pattern)
        literal, found = _held(pattern)
    except NotUnderstood:
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
            raise NotUnderstood(pattern)
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
        raise NotUnderstood(m["nested"])
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
