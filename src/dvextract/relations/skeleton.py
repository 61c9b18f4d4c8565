"""A sentence as a short string in which every mention is one capital letter and everything else is lower case.

Takes a document with mentions and readings, gives one `Skeleton` a sentence: ``"tại hội nghị, đồng chí P, T, đề nghị
O phối hợp với O."``. Patterns over it see the words between mentions and never the words inside them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from dvextract.compiled import part
from dvextract.document import Document, Sentence
from dvextract.grammar.fold import is_single_spaced, page_lower
from dvextract.relations.verbs import NOT_BEFORE, reporting_verbs, verb_pattern
from dvextract.relations.words import held, sets

_compiled = part("dvextract.relations._scan")

LETTERS: dict[str, str] = {
    "PERSON": "P",
    "TITLE": "T",
    "ORGANISATION": "O",
    "LOCATION": "L",
    "TIME": "D",
    "PHRASE": "F",
    "EVENT": "E",
    "LEGALDOC": "G",
    "QUANTITY": "Q",
    "ABBREVIATION": "A",
}
SPEAKERS = frozenset("PTROG")
"""The letters of mentions that may say something."""
SEARCHED = 240  # characters before a verb in which its speaker is looked for
RANK = "R"
"""The letter of a TITLE that is a rank, an honour or a role rather than an office."""
_OFFICES = ("", "post")
"""The kinds of a TITLE that is an office."""

_STOPS = frozenset('.!?…:;”"»/')
_SIGNED = regex.compile(r"\(\s*[Đđ]ã (?:ký|kí)")
"""What stands between the office and the name under a letter."""
_BLANKS = re.compile(r"\s\s+|[^\S ]")
_LONGEST = 3000  # characters of a sentence; a page without stops is cut before a mention, so that cost stays linear


@dataclass(slots=True, eq=False)  # not frozen: a page has many, and a frozen one takes several times as long to make
class Skeleton:
    """One sentence. ``mentions`` gives the mention's index for every position of a capital letter, in order of
    position, and ``letters`` those letters; ``block`` is the index of the sentence's block; ``start`` and ``end`` are
    the sentence's own offsets in the page.

    ``anchors`` are the positions of characters that stand for a stretch of the page (mentions, runs of blanks), after
    -1 for what comes before the sentence, and ``after`` the offsets in the page right behind those stretches; between
    them ``text`` has the page's own characters.
    """

    text: str
    letters: str
    mentions: Mapping[int, int]
    block: int
    start: int
    end: int
    anchors: Sequence[int]
    after: Sequence[int]
    _holds: int = -1
    _verbs: list[tuple[int, int, int]] | None = None

    @property
    def holds(self) -> int:
        """The bits of the sets of words (`words.one_of`) of which the sentence holds one."""
        if self._holds < 0:
            self._holds = held(self.text)
        return self._holds

    @property
    def verbs(self) -> list[tuple[int, int, int]]:
        """The reporting verbs behind the first mention that may be a speaker: start, end, and `clause` before each."""
        if self._verbs is None:
            speaker = next((p for p, c in enumerate(self.text) if c in SPEAKERS), len(self.text))
            found = verb_pattern().finditer(self.text, speaker)
            self._verbs = [(*m.span(), clause(self.text, m.start())) for m in found]
        return self._verbs

    def offset(self, position: int) -> int:
        """Where in the page begins what ``text[position]`` stands for; of the end of ``text``, where the page goes on.

        What ``text[position]`` stands for ends where ``text[position + 1]`` begins.
        """
        last = bisect_left(self.anchors, position) - 1
        return self.after[last] + position - self.anchors[last] - 1

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the page that ``text[start:end]`` without blanks around it, of which something is left, is."""
        while self.text[end - 1] == " ":
            end -= 1
        while self.text[start] == " ":
            start += 1
        return self.offset(start), self.offset(end)

    def positions(self, letters: str) -> list[int]:
        """Positions of the mentions whose letter is one of ``letters``, in order."""
        return [p for p, letter in zip(self.mentions, self.letters, strict=True) if letter in letters]

    def split(self, letters: str) -> tuple[list[int], list[str], str]:
        """`positions`, the words before each of them (from the one before it on), and the letters there."""
        at = self.positions(letters)
        words = [self.text[a + 1 : b] for a, b in zip([-1, *at], at, strict=False)]
        return at, words, "".join([self.text[p] for p in at])


def skeletons(doc: Document) -> list[Skeleton]:
    """The sentences of a page in text order; a mention belongs to the sentence it starts in."""
    folded = page_lower(doc.text)
    if len(folded) != len(doc.text):  # a letter outside Vietnamese that grows in lower case: offsets must hold
        folded = "".join(c if len(c) == 1 else "?" for c in map(str.lower, doc.text))
    mentions = doc.mentions
    if _compiled is not None:
        found: list[Skeleton] = _compiled.skeletons(
            _vocabulary(), folded, mentions, doc.readings, LETTERS, _lines_joined(doc)
        )
        return found
    letters = [
        LETTERS.get(m.label, "A") if m.label != "TITLE" or r.kind in _OFFICES else RANK
        for m, r in zip(mentions, doc.readings, strict=True)
    ]
    begins, ends = [m.start for m in mentions], [m.end for m in mentions]
    stretches: list[_Stretch] = []
    first = last = 0
    for start, end, block in _lines_joined(doc):
        first = bisect_left(begins, start, last)
        last = bisect_left(begins, end, first)
        while end - start > _LONGEST and last - first > 1:
            cut = max(first + 1, bisect_left(begins, start + _LONGEST, first, last) - 1)
            stretches.append((first, cut, start, begins[cut], block))
            first, start = cut, begins[cut]
            if cut == last - 1:
                break
        stretches.append((first, last, start, end, block))
    return [_skeleton(folded, begins, ends, letters, stretch) for stretch in stretches]


_Stretch = tuple[int, int, int, int, int]
"""First mention, first one of the next, start, end and block of a sentence."""


def clause(text: str, end: int) -> int:
    """Where in ``text``, of which no more is looked at than before a verb at ``end``, the clause before it begins; -1
    where no mention in it may be a speaker."""
    start = clause_start(text, ';:.“"', max(0, end - SEARCHED), end)
    return -1 if SPEAKERS.isdisjoint(text[start:end]) else start


def clause_start(text: str, marks: str, first: int, end: int) -> int:
    """Where in ``text[first:end]`` what stands behind the last of ``marks`` begins; those in brackets do not count."""
    unbracketed = text.rfind(")", first, end) + 1 or first
    for mark in marks:
        first = max(first, text.rfind(mark, unbracketed, end) + 1)
    return first


def _vocabulary() -> Any:
    """The compiled form of all words that are looked for so far."""
    if _built[0] != len(sets()):
        _built[:] = len(sets()), _compiled.Vocabulary(sets(), reporting_verbs(), NOT_BEFORE)
    return _built[1]


_built: list[Any] = [-1, None]


def _lines_joined(doc: Document) -> list[tuple[int, int, int]]:
    """Start, end and first block of the sentences, where a line that was broken in the middle of one is one again."""
    joined: list[tuple[int, int, int]] = []
    blocks, text = doc.blocks, doc.text
    start = end = block = -1
    for s in doc.sentences:
        if (
            joined
            and s.block != block
            and text[end - 1 : end] not in _STOPS
            and blocks[s.block].kind == blocks[block].kind
            and _goes_on(text, start, end, s)
        ):
            end = s.end
            joined[-1] = (start, end, block)
        else:
            start, end, block = s.start, s.end, s.block
            joined.append((start, end, block))
    return joined


def _goes_on(text: str, start: int, end: int, s: Sentence) -> bool:
    """Whether a sentence of another block continues the one from ``start`` to ``end``, which no stop ends: only blanks
    between, small letter ahead."""
    if s.start - start > _LONGEST or text[end : s.start].strip():
        return False
    return text[s.start : s.start + 1].islower() or _SIGNED.match(text, s.start, s.end) is not None


def _skeleton(
    folded: str, begins: Sequence[int], ends: Sequence[int], letters: Sequence[str], stretch: _Stretch
) -> Skeleton:
    first, last, start, end, block = stretch
    pieces: list[str] = []
    mentions: dict[int, int] = {}
    anchors, after = [-1], [start]
    at, position = start, 0
    odd_blanks = not is_single_spaced(folded[start:end])
    for index in range(first, last):
        begin = begins[index]
        if begin < at:
            continue  # overlaps the one before: mentions are meant to be flat, but a row must not depend on it
        if odd_blanks:
            position = _add_words(folded, at, begin, position, pieces, anchors, after)
        elif at < begin:
            pieces.append(folded[at:begin])
            position += begin - at
        mentions[position] = index
        pieces.append(letters[index])
        anchors.append(position)
        at = ends[index]
        after.append(at)
        position += 1
    if odd_blanks:
        _add_words(folded, at, end, position, pieces, anchors, after)
    elif at < end:
        pieces.append(folded[at:end])
    own = "".join([letters[index] for index in mentions.values()])
    return Skeleton("".join(pieces), own, mentions, block, start, max(end, at), anchors, after)


def _add_words(
    folded: str, at: int, until: int, position: int, pieces: list[str], anchors: list[int], after: list[int]
) -> int:
    """Add words to a skeleton at ``position``, blanks counted as one, so that patterns can name a single one.

    Returns the position behind them.
    """
    for blanks in _BLANKS.finditer(folded, at, until):
        pieces += (folded[at : blanks.start()], " ")
        position += blanks.start() - at
        anchors.append(position)
        after.append(blanks.end())
        position += 1
        at = blanks.end()
    if at < until:
        pieces.append(folded[at:until])
        position += until - at
    return position
