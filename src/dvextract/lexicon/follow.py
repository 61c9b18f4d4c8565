"""Phrases to follow: one canonical phrase with its variants, found in any spelling, each time with that one value.

A pipeline file lists them (``[[follow]]``). What is compared is the folded shadow of the text, so case, the place of
tone marks, i and y, kinds of dashes, blanks and line breaks do not matter, nor do quotation marks between the words;
punctuation that a wording has may be missing or be another. Each finding carries the phrase as its value, so all
variants are one entity.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import pairwise

import regex

from dvextract.document import FOLLOW, Finding
from dvextract.grammar.fold import page_lower, shadow
from dvextract.grammar.rule import any_of
from dvextract.interpretation.wording import respell, unaccented

QUOTES = ("optional", "needed")

_MARKS = "“”\"'‘’«»„〝〞"
_BLANKS = " \n\u200b"
_WORD = regex.compile(r"[\p{L}\p{M}\d]+")
_BETWEEN = rf"[{_MARKS}]?[\s\u200b]+[{_MARKS}]?"
# Where the wording has punctuation, in which writers vary most
_POINTED = rf"[{_MARKS}]?(?:\s*[,;:./-]\s*|[\s\u200b]+)[{_MARKS}]?"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to follow: its canonical wording, other wordings of it, and how it is looked for.

    ``kind`` is the kind of every mention; empty leaves it to the noun before each. ``quotes`` is "optional", or
    "needed" for words that are a name in quotation marks only. With ``unaccented`` it is found without tone and vowel
    marks too (``dan van kheo``), as in addresses.
    """

    phrase: str
    variants: tuple[str, ...] = ()
    kind: str = ""
    quotes: str = "optional"
    unaccented: bool = False

    @property
    def wordings(self) -> tuple[str, ...]:
        """All wordings, the canonical one first."""
        given = (self.phrase, *self.variants)
        return (*given, *(unaccented(w) for w in given)) if self.unaccented else given


def key(wording: str) -> str:
    """The comparable form of a wording; two of one key are found in the same places. Empty without a letter or digit.

    >>> key("Dân vận “khéo”") == key("dân vận  khéo")
    True
    """
    return " ".join(_WORD.findall(respell(shadow(wording).lower())))


class Followed:
    """Finds the phrases of one pipeline file. ``fingerprint`` is a hash of them."""

    def __init__(self, phrases: Sequence[Phrase], sure: bool = True) -> None:
        """``phrases`` have distinct keys (see `key`); with ``sure`` they win over the tagger."""
        self._sure = sure
        self._by_key = {key(w): p for p in reversed(phrases) for w in reversed(p.wordings)}
        self.fingerprint = sha256(json.dumps([asdict(p) for p in phrases], sort_keys=True).encode()).hexdigest()
        self._first = regex.compile(rf"(?<![\p{{L}}\p{{M}}\d]){any_of({k.split()[0] for k in self._by_key})}")
        self._any = _any_wording(phrases)
        self._bare = _any_wording([p for p in phrases if p.quotes != "needed"])

    def find(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Finding]:
        """Every occurrence inside the given stretches of ``text`` (code points), the longest wording at each place."""
        low = respell(page_lower(text))
        for start, end in spans:
            at = start
            for first in self._first.finditer(low, start, end):
                if first.start() < at:
                    continue
                m = self._any.match(low, first.start(), end)
                if m is not None and self._phrase(m).quotes == "needed" and not _quoted(text, *m.span()):
                    m = self._bare.match(low, first.start(), end)
                if m is None:
                    continue
                phrase = self._phrase(m)
                at = m.end() + _open_mark(text, *m.span())
                yield Finding(m.start(), at, "PHRASE", FOLLOW, phrase.kind, self._sure, phrase.phrase)

    def _phrase(self, m: regex.Match[str]) -> Phrase:
        return self._by_key[" ".join(_WORD.findall(m[0]))]


def _any_wording(phrases: Sequence[Phrase]) -> regex.Pattern[str]:
    """A pattern for all wordings, the longer ones first; of none for nothing."""
    patterns = sorted({_pattern(w) for p in phrases for w in p.wordings}, key=lambda p: (-len(p), p))
    return regex.compile(rf"(?:{'|'.join(patterns)})(?![\p{{L}}\p{{M}}\d])" if patterns else r"(?!)")


def _pattern(wording: str) -> str:
    low = respell(shadow(wording).lower())
    words = list(_WORD.finditer(low))
    parts = [regex.escape(words[0][0])]
    for before, word in pairwise(words):
        gap = low[before.end() : word.start()]
        marks_only = f"[{_MARKS}]"  # H'Mông
        plain = _BETWEEN if gap.strip(_MARKS) else marks_only
        between = _POINTED if gap.strip(_MARKS + _BLANKS) else plain
        parts += [f"(?:{between}|{regex.escape(gap)})", regex.escape(word[0])]
    return "".join(parts)


def _open_mark(text: str, start: int, end: int) -> int:
    """1 if the partner of a mark inside a span stands right behind it (Dân vận “khéo”), else 0."""
    return int(sum(c in _MARKS for c in text[start:end]) % 2 == 1 and text[end : end + 1] in tuple(_MARKS))


def _quoted(text: str, start: int, end: int) -> bool:
    """Whether marks stand around a span, or inside it around a part of it."""
    inside = any(c in _MARKS for c in text[start:end])
    return inside or (text[start - 1 : start] in tuple(_MARKS) and text[end : end + 1] in tuple(_MARKS))
