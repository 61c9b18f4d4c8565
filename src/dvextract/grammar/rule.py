"""What a grammar rule is: a name, a pattern, and examples that are its tests.

A grammar module lists `Rule` objects in ``RULES``; `compile_rules` turns a list into one scanner that reports, for a
stretch of text, the spans that match, each with the name of the rule. Finding and interpreting are two things: a rule
says where a date stands, the module's ``interpret`` says which day it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex


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


class Scanner:
    """Rules compiled for scanning; the longest match wins at each position, the earlier rule among equals."""

    def __init__(self, rules: Sequence[Rule], fragments: Mapping[str, str], flags: int = 0) -> None:
        self._patterns = [(r.name, regex.compile(r.expanded(fragments), flags)) for r in rules]

    def scan(self, text: str, start: int, end: int) -> Iterator[Match]:
        """Flat matches inside text[start:end], left to right, the longest of those that overlap kept."""
        found: list[tuple[int, int, str]] = []
        for name, pattern in self._patterns:
            has_span = "span" in pattern.groupindex
            for m in pattern.finditer(text, start, end):
                s, e = m.span("span") if has_span else m.span()
                if e > s:
                    found.append((s, e, name))
        yield from flatten(found)


def flatten(found: Iterable[tuple[int, int, str]]) -> Iterator[Match]:
    """Keep the earliest, then longest, of overlapping spans; ties go to the one listed first."""
    last = -1
    for s, e, name in sorted(found, key=lambda x: (x[0], -x[1])):
        if s >= last:
            yield Match(s, e, name)
            last = e
