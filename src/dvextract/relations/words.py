"""Which words a sentence holds, so that a pattern is tried only where what it needs is there.

Every set of words that some pattern needs one of has a bit; `Skeleton.holds` has those of all sets of which a sentence
holds a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import regex

from dvextract.grammar.trigger import Prefiltered

if TYPE_CHECKING:
    from dvextract.relations.skeleton import Skeleton

_MOST = 64  # sets: the bits of `Skeleton.holds`
_SETS: dict[tuple[str, ...], int] = {}


def one_of(words: Iterable[str]) -> int:
    """The bit of `Skeleton.holds` for a sentence that holds at least one of ``words``.

    Raises ValueError where there is no bit left for them.
    """
    key = tuple(sorted(words))
    if key not in _SETS and len(_SETS) == _MOST:
        raise ValueError(f"more than {_MOST} sets of words: ask for one that there is, or widen `Skeleton.holds`")
    return 1 << _SETS.setdefault(key, len(_SETS))


def sets() -> Collection[tuple[str, ...]]:
    """The sets of words that were asked for, by bit; more may come."""
    return _SETS.keys()


def held(text: str) -> int:
    """The bits of the sets of which ``text`` holds a word."""
    found = 0
    for words, bit in _SETS.items():
        for word in words:
            if word in text:
                found |= 1 << bit
                break
    return found


_MARKS, _NUMBERS = r"\u0300-\u036f", "²³¹¼-¾⁰⁴-⁹₀-₉①-⒛⓪-⓿❶-➓"
_WORD_CHARACTER = rf"(?:[^\W{_NUMBERS}]|[{_MARKS}])"


def plain(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``pattern`` compiled by `re`, which takes less than half as long at one without what only `regex` has.

    A mark belongs to its word and a number that is no digit does not, as `regex` has it. Possessive repeats are to be
    written as what was looked ahead at: Python before 3.11.5 gets some wrong.
    """
    pattern = pattern.replace(r"[^\w]", rf"(?![{_MARKS}])[\W{_NUMBERS}]").replace(r"[\w]", r"\w")
    return re.compile(pattern.replace(r"\w", _WORD_CHARACTER), flags)


class Sought(Prefiltered):
    """A pattern that is looked for in sentences; ``also`` are bits of more words that they must hold."""

    def __init__(self, pattern: str, also: int = 0) -> None:
        super().__init__(pattern)
        self.needs = also
        for words in self._needed:
            self.needs |= one_of(words)

    @property
    def telling(self) -> tuple[str, ...]:
        """Of the sets of words it needs the one that fewest sentences hold, by the length of its words."""
        return max(self._needed, key=lambda words: (min(map(len, words)), max(map(len, words))))

    def all_in(self, s: Skeleton) -> Iterator[regex.Match[str]]:
        """Its matches in a sentence."""
        return self._pattern.finditer(s.text) if s.holds & self.needs == self.needs else iter(())

    def within(self, s: Skeleton, part: str) -> regex.Match[str] | None:
        """Its first match in a part of a sentence that is looked at by itself."""
        return self._pattern.search(part) if s.holds & self.needs == self.needs else None


_With = TypeVar("_With")


class Rules(Generic[_With]):
    """Patterns, each with what it goes with; a sentence is asked once for the words that any of them needs."""

    def __init__(self, rules: Iterable[tuple[Sought, _With]]) -> None:
        self._rules = [(one_of(rule.telling), rule, with_) for rule, with_ in rules]
        self._bits = 0
        for bit, _, _ in self._rules:
            self._bits |= bit
        self._known: dict[int, Sequence[tuple[Sought, _With]]] = {}

    def __iter__(self) -> Iterator[tuple[Sought, _With]]:
        return ((rule, with_) for _, rule, with_ in self._rules)

    def for_(self, s: Skeleton) -> Sequence[tuple[Sought, _With]]:
        """Those whose most telling words a sentence has, in order; no other matches."""
        held = s.holds & self._bits
        known = self._known.get(held)
        if known is None:
            if len(self._known) == _KNOWN:
                self._known.clear()
            known = self._known[held] = [(rule, with_) for bit, rule, with_ in self._rules if bit & held]
        return known


_KNOWN = 1 << 10
