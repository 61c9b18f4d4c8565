"""A sentence as a short string in which every mention is one capital letter and everything else is lower case.

Takes a document with mentions and readings, gives one `Skeleton` a sentence: ``"tại hội nghị, đồng chí P, T, đề nghị
O phối hợp với O."``. Patterns over it see the words between mentions and never the words inside them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from dvextract.document import Document, Sentence
from dvextract.grammar.fold import shadow

LETTERS: Mapping[str, str] = {
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
RANK = "R"
"""The letter of a TITLE that is a rank, an honour or a role rather than an office."""


_STOPS = frozenset('.!?…:;”"»/')
_SIGNED = regex.compile(r"\(\s*[Đđ]ã (?:ký|kí)")
"""What stands between the office and the name under a letter."""
_BLANKS = re.compile(r"\s\s+|[^\S ]")
_LONGEST = 3000  # characters of a sentence; a page without stops is cut before a mention, so that cost stays linear


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One sentence. ``starts[i]:ends[i]`` is the stretch of the page that ``text[i]`` stands for.

    ``mentions`` gives the mention's index for every position of a capital letter, in order of position; ``block`` is
    the index of the sentence's block; ``start`` and ``end`` are the sentence's own offsets in the page.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    mentions: Mapping[int, int]
    block: int
    start: int
    end: int

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the page that ``text[start:end]`` without blanks around it, of which something is left, is."""
        while self.text[end - 1] == " ":
            end -= 1
        while self.text[start] == " ":
            start += 1
        return self.starts[start], self.ends[end - 1]

    def positions(self, letters: str) -> list[int]:
        """Positions of the mentions whose letter is one of ``letters``, in order."""
        return [p for p in self.mentions if self.text[p] in letters]


def skeletons(doc: Document) -> list[Skeleton]:
    """The sentences of a page in text order; a mention belongs to the sentence it starts in."""
    folded = shadow(doc.text).lower()
    if len(folded) != len(doc.text):  # a letter outside Vietnamese that grows in lower case: offsets must hold
        folded = "".join(c if len(c) == 1 else "?" for c in map(str.lower, doc.text))
    begins = [m.start for m in doc.mentions]
    found = []
    for start, end, block in _lines_joined(doc):
        first, last = bisect_left(begins, start), bisect_left(begins, end)
        while end - start > _LONGEST and last - first > 1:
            cut = max(first + 1, bisect_left(begins, start + _LONGEST, first, last) - 1)
            found.append(_skeleton(doc, folded, range(first, cut), start, begins[cut], block))
            first, start = cut, begins[cut]
            if cut == last - 1:
                break
        found.append(_skeleton(doc, folded, range(first, last), start, end, block))
    return found


def _lines_joined(doc: Document) -> list[tuple[int, int, int]]:
    """Start, end and first block of the sentences, where a line that was broken in the middle of one is one again."""
    joined: list[tuple[int, int, int]] = []
    for s in doc.sentences:
        if joined and _goes_on(doc, joined[-1], s):
            joined[-1] = (joined[-1][0], s.end, joined[-1][2])
        else:
            joined.append((s.start, s.end, s.block))
    return joined


def _goes_on(doc: Document, before: tuple[int, int, int], s: Sentence) -> bool:
    """Whether a sentence continues the one before it: another block of the same kind, no stop, small letter ahead."""
    start, end, block = before
    if s.block == block or doc.blocks[s.block].kind != doc.blocks[block].kind or s.start - start > _LONGEST:
        return False
    if doc.text[end - 1 : end] in _STOPS or doc.text[end : s.start].strip():
        return False
    first = doc.text[s.start : s.start + 1]
    return first.islower() or _SIGNED.match(doc.text, s.start, s.end) is not None


def _skeleton(doc: Document, folded: str, inside: range, start: int, end: int, block: int) -> Skeleton:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    mentions: dict[int, int] = {}
    at = start

    def words(until: int) -> None:
        stretch = at
        for blanks in _BLANKS.finditer(folded, at, until):  # count as one, so that patterns can name a single one
            take(stretch, blanks.start())
            pieces.append(" ")
            starts.append(blanks.start())
            ends.append(blanks.end())
            stretch = blanks.end()
        take(stretch, until)

    def take(first: int, last: int) -> None:
        if first < last:
            pieces.append(folded[first:last])
            starts.extend(range(first, last))
            ends.extend(range(first + 1, last + 1))

    for index in inside:
        m = doc.mentions[index]
        if m.start < at:
            continue  # overlaps the one before: mentions are meant to be flat, but a row must not depend on it
        words(m.start)
        mentions[len(starts)] = index
        pieces.append(_letter(doc, index))
        starts.append(m.start)
        ends.append(m.end)
        at = m.end
    words(end)
    return Skeleton("".join(pieces), starts, ends, mentions, block, start, max(end, at))


def _letter(doc: Document, index: int) -> str:
    label = doc.mentions[index].label
    if label == "TITLE" and doc.readings[index].kind not in ("", "post"):
        return RANK
    return LETTERS.get(label, "A")
