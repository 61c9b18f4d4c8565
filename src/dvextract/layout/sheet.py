"""A page while it is being divided: its paragraphs, what each is by its own words, and what has been decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from dvextract.document import CONTENT_KINDS, FURNITURE_KINDS
from dvextract.layout import furniture
from dvextract.layout.lines import Line, Paragraph, lines, paragraphs

PROSE = 160
"""A paragraph of so many code points is prose whatever it ends with."""
SENTENCE = 60
"""So many code points that end like a sentence are prose."""
HEADLINE = 220
"""No headline, and no note in brackets, is longer (code points)."""
CAPTION = 110
"""A sentence of its own up to this long may be a caption (code points)."""

_NOTE = regex.compile(r"\(\d{1,2}\)\s|\[\d{1,2}\]\s|\([^)]{10,150}\)\.?$")


@dataclass
class Sheet:
    """``own`` is the kind a paragraph's words say (or empty), ``kinds`` what is decided (empty until then).

    ``given`` is the kind of content that the page's container states; of furniture it is in ``own``.
    """

    paragraphs: Sequence[Paragraph]
    own: list[str]
    kinds: list[str] = field(default_factory=list)
    given: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.paragraphs)

    def line(self, i: int) -> Line:
        """Paragraph ``i`` as one line."""
        return self.paragraphs[i].line

    def following(self, i: int) -> Line | None:
        """The paragraph after ``i`` as one line; None at the end."""
        return self.paragraphs[i + 1].line if i + 1 < len(self) else None

    def breaks_after(self, i: int) -> int:
        """Line breaks between a paragraph and the next; many at the end of the page."""
        following = self.following(i)
        return following.breaks if following is not None else 9

    def is_prose(self, i: int) -> bool:
        """Whether paragraph ``i`` is running text of an article, as far as length and last character tell."""
        line = self.line(i)
        if i in self.given:
            return self.given[i] == "body" and len(line) >= SENTENCE
        if self.own[i] or is_note(line):
            return False
        return len(line) >= PROSE or (len(line) >= SENTENCE and line.ends_sentence and not line.is_upper)


def read(text: str, stated: Sequence[tuple[int, int, str]] = ()) -> Sheet:
    """The paragraphs of a text, nothing decided yet; ``stated`` are stretches whose kind the container tells."""
    found = lines(text)
    told = _told(found, stated)
    own = {line.start: furniture.own_kind(line) for line in found}
    own |= {at: kind if kind in FURNITURE_KINDS else "" for at, kind in told.items()}
    joined = paragraphs(found, lambda line: bool(own[line.start]) or line.start in told or furniture.is_menu(line))
    kinds = [own[p.start] if len(p.lines) == 1 else "" for p in joined]
    given = {i: told[p.start] for i, p in enumerate(joined) if told.get(p.start) in CONTENT_KINDS}
    return Sheet(joined, kinds, [""] * len(joined), given)


def _told(found: Sequence[Line], stated: Sequence[tuple[int, int, str]]) -> dict[int, str]:
    """The stated kind of lines, by their first character."""
    told: dict[int, str] = {}
    at = 0
    for line in found if stated else ():
        while at < len(stated) and stated[at][1] <= line.start:
            at += 1
        if at < len(stated) and stated[at][0] <= line.start and line.end <= stated[at][1]:
            told[line.start] = stated[at][2]
    return told


def is_note(line: Line) -> bool:
    """Whether a line is a footnote or wholly in brackets."""
    return len(line) < HEADLINE and _NOTE.match(line.text) is not None
