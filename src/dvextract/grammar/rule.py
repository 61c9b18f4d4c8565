"""What a grammar rule is: a name, a pattern, and examples that are its tests.

A grammar module lists `Rule` objects in ``RULES``; `compile_rules` turns a list into one scanner that reports, for a
stretch of text, the spans that match, each with the name of the rule. Finding and interpreting are two things: a rule
says where a date stands, the module's ``interpret`` says which day it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from dvextract.compiled import maker
from dvextract.grammar.engine import Engines, usual
from dvextract.grammar.trigger import Places


@dataclass(frozen=True, slots=True)
class Rule:
    """A regularity of the language.

    ``pattern`` may name fragments in braces (``{year}``), filled in from the module's ``FRAGMENTS``; the span is group
    ``span`` if the pattern has one, else the whole match. ``examples`` maps a text to what ``interpret`` must give for
    the span found in it (the module says which field); every example is run by the tests.
    """

    name: str
    pattern: str
    examples: Mapping[str, str] = field(default_factory=dict)

    def expanded(self, fragments: Mapping[str, str]) -> str:
        """The pattern with ``{fragment}`` names replaced; ``{2,4}`` and other repetition counts stay."""
        return regex.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{fragments[m[1]]})", self.pattern)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule matched: start and end in code points of the text scanned."""

    start: int
    end: int
    rule: str


_match = maker(Match)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of ``words``, the longest that fits; a trie, so that most are never compared.

    >>> any_of(["tỉnh", "tỉnh ủy", "xã"])
    '(?:tỉnh(?: ủy)?|xã)'
    """
    trie: dict[str, Any] = {}
    for word in words:
        node = trie
        for c in word:
            node = node.setdefault(c, {})
        node[""] = {}
    return _branches(trie)


def _branches(node: Mapping[str, Any]) -> str:
    branches = [regex.escape(c) + _branches(below) for c, below in sorted(node.items()) if c]
    if not branches:
        return ""
    if "" in node:
        return f"(?:{'|'.join(branches)})?"
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


class Scanner:
    """Rules compiled for scanning; the longest match wins at each position, the earlier rule among equals.

    A rule is tried only where its pattern can match (`trigger.Places`), so patterns may begin as they like.
    Scanners of the same texts share ``places``.
    """

    def __init__(self, rules: Sequence[Rule], fragments: Mapping[str, str], places: Places | None = None) -> None:
        patterns = [r.expanded(fragments) for r in rules]
        self._names = [r.name for r in rules]
        self._span = ["span" if "(?P<span>" in p else 0 for p in patterns]
        self._tries = [Engines(p) for p in patterns]
        self._places = Places() if places is None else places
        self._number = self._places.add(patterns)

    def scan(self, text: str, start: int, end: int) -> Iterator[Match]:
        """Flat matches inside text[start:end], left to right, the longest of those that overlap kept."""
        places = self._places.share(self._number, text)
        first = bisect_left(places, (start,))
        last = bisect_left(places, (end,), first)
        if first == last:
            return iter(())
        tries = self._tries
        read = usual(text)
        found: list[tuple[int, int, int]] = []
        free = [start] * len(tries)  # where the next match of each rule may begin
        for at, rules in places[first:last]:
            for rule in rules:
                if at < free[rule]:
                    continue
                tried = tries[rule]
                m = tried.match(text, at, end) if read is None else tried.match_usual(read, at, end)
                if m:
                    free[rule] = m.end()
                    s, e = m.span(self._span[rule])
                    if e > s:
                        found.append((s, e, rule))
        found.sort(key=lambda x: (x[0], -x[1], x[2]))
        return flatten((s, e, self._names[rule]) for s, e, rule in found)


def flatten(found: Iterable[tuple[int, int, str]]) -> Iterator[Match]:
    """Keep the earliest, then longest, of overlapping spans; ties go to the one listed first."""
    last = -1
    for s, e, name in sorted(found, key=lambda x: (x[0], -x[1])):
        if s >= last:
            yield _match(s, e, name)
            last = e
