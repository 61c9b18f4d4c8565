"""Lines of a text and the paragraphs they were broken out of.

A text that was wrapped at a fixed width has sentences, headlines and captions spread over several lines; they are
judged together as one `Paragraph`, whose kind every one of its lines then gets. Only the first and last characters of
a long line are ever looked at, so the cost does not depend on how long lines are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import regex

from dvextract.grammar.fold import shadow

SEEN = 200
"""Code points looked at from each end of a line."""
SHORT = 2 * SEEN
"""A line up to this long (code points) is looked at whole; furniture is never longer."""

# Everything that ends a line for str.splitlines, apart from the separators of data files (\x1c to \x1e).
_LINE = re.compile("[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_ENDS = regex.compile(r"[.!?…:;][\s\"”’'»)\]/.*]{0,6}$")
_ODD = re.compile(r"[^\w .,;:!?\"'“”()%…+–-]|  | - | ::")
_LETTER = regex.compile(r"\p{L}")
_LISTED = regex.compile(r"(?:[-+*•▪●○–—]|\(?\d{1,2}[.)](?!\d)|\(?[a-zđ]\)|[IVX]{1,5}[.\-)]|[A-Z]\.)\s?(?=\S)")
_DANGLING = regex.compile(
    r"(?:^|\s)(?:và|của|với|tại|cho|giữa|trong|về|do|là|các|những|từ|đến|theo|trên|vào|ở|để|bởi|nhằm|cùng|hoặc|số|ngày"
    r"|VÀ|CỦA|VỚI|TẠI|CHO|GIỮA|TRONG|VỀ|DO|LÀ|CÁC|NHỮNG|TỪ|ĐẾN|THEO|TRÊN|VÀO|Ở|ĐỂ|NHẰM|CÙNG)$|[,–—-]$"
)
_WRAPPED = 3
"""So many lines that go on in lower case on the next line make a page count as wrapped, if none is much longer."""
_RAGGED = 0.6
"""A line of this part of the width is full enough to have been wrapped."""


_T = TypeVar("_T")


class _once(Generic[_T]):
    """What is worked out of a line when first asked for, then kept: functools.cached_property without its lock.

    Up to Python 3.11 the lock takes longer than most of what is worked out here.
    """

    def __init__(self, find: Callable[[Line], _T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, line: Line, owner: type[Line]) -> _T:
        found = line.__dict__[self._name] = self._find(line)
        return found


@dataclass  # not frozen: made for every line, and a frozen one takes three times as long to make
class Line:
    """A non-blank line without the blanks around it: offsets in the text, line breaks since the line before."""

    start: int
    end: int
    breaks: int
    text: str
    """The folded line (`shadow`), or the folded ends of one longer than SHORT."""

    def __len__(self) -> int:
        return self.end - self.start

    @_once
    def low(self) -> str:
        """The folded line in lower case."""
        return self.text.lower()

    @_once
    def ends_sentence(self) -> bool:
        """Whether it ends like a sentence or a clause: full stop, question mark, colon, semicolon ..."""
        return _ENDS.search(self.text[-12:]) is not None

    @_once
    def is_plain(self) -> bool:
        """Whether it is sure to have no wide gaps, tabs, bars or bullets between its words."""
        return _ODD.search(self.text) is None

    @_once
    def is_upper(self) -> bool:
        """Whether its letters are capitals."""
        return self.text.isupper()

    @_once
    def starts_lower(self) -> bool:
        """Whether its first character is a small letter."""
        return self.text[0].islower()

    @_once
    def is_listed(self) -> bool:
        """Whether it begins with a bullet, a number or a letter of an enumeration."""
        return _LISTED.match(self.text) is not None


@dataclass  # not frozen, as `Line`
class Paragraph:
    """Lines that belong together; ``line`` is the whole as if it had not been broken."""

    lines: tuple[Line, ...]
    line: Line

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.line.start

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.line.end

    @property
    def breaks(self) -> int:
        """Line breaks between the paragraph before and this one."""
        return self.line.breaks


def lines(text: str) -> list[Line]:
    """The non-blank lines of a text in order."""
    found: list[Line] = []
    last = 0
    for s, e in _bounds(text):
        raw = text[s:e] if e - s <= SHORT else ""
        if raw:
            stripped = raw.strip()
            if not stripped:
                continue
            s += len(raw) - len(raw.lstrip())
            e = s + len(stripped)
        else:
            s, e = _stripped(text, s, e)
            if s == e:
                continue
        seen = text[s:e] if e - s <= SHORT else text[s : s + SEEN] + text[e - SEEN : e]
        breaks = text.count("\n", last, s) or (text.count("\r", last, s) or 1 if found else 0)
        found.append(Line(s, e, breaks, _folded(seen)))
        last = e
    return found


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what stands between two characters that end a line."""
    # each is found by itself several times as fast as by a loop over them
    if "\r" in text or "\x0b" in text or "\x0c" in text or "\x85" in text or "\u2028" in text or "\u2029" in text:
        yield from (m.span() for m in _LINE.finditer(text))
        return
    end = -1
    while end < len(text):  # a search for one character takes a tenth of that for one of seven
        start, end = end + 1, text.find("\n", end + 1)
        if end < 0:
            end = len(text)
        if start < end:
            yield start, end


def _folded(seen: str) -> str:
    """The shadow of a line with its tabs kept: they are the columns of a table."""
    folded = shadow(seen)
    return "".join("\t" if a == "\t" else b for a, b in zip(seen, folded, strict=True)) if "\t" in seen else folded


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def paragraphs(found: Sequence[Line], is_furniture: Callable[[Line], bool]) -> list[Paragraph]:
    """Put together what a fixed width, or a break inside a headline or caption, took apart.

    Lines for which ``is_furniture`` holds always stand alone.
    """
    width = _width(found)
    groups: list[list[Line]] = []
    for line in found:
        if groups and _goes_on(groups[-1][-1], line, width) and not is_furniture(groups[-1][-1]):
            if is_furniture(line):
                groups.append([line])
            else:
                groups[-1].append(line)
        else:
            groups.append([line])
    return [Paragraph(tuple(g), g[0] if len(g) == 1 else _joined(g)) for g in groups]


def _joined(group: Sequence[Line]) -> Line:
    whole = " ".join(line.text for line in group)
    seen = whole if len(whole) <= SHORT else whole[:SEEN] + whole[-SEEN:]
    return Line(group[0].start, group[-1].end, group[0].breaks, seen)


def _width(found: Sequence[Line]) -> int:
    """The width a page is wrapped at in code points, 0 when it is not."""
    broken = [
        len(a)
        for a, b in pairwise(found)
        if b.breaks == 1 and b.starts_lower and not a.ends_sentence and len(a) <= SEEN
    ]
    if len(broken) < _WRAPPED or max(map(len, found)) * _RAGGED > max(broken):
        return 0
    return max(broken)


def _goes_on(line: Line, following: Line, width: int) -> bool:
    """Whether ``following`` is the rest of what ``line`` begins."""
    if len(line) > SHORT or following.is_listed or not _LETTER.search(line.text):
        return False
    if following.breaks > 1:
        # One break too many, as between the halves of a caption: only when nothing else can explain a small letter.
        return following.breaks == 2 and following.starts_lower and not line.ends_sentence and len(line) <= SEEN
    same_case = line.is_upper == following.is_upper
    if same_case and not line.ends_sentence and (following.starts_lower or _DANGLING.search(line.text[-12:])):
        return True
    if not width or len(line) < _RAGGED * width:
        return False
    # The last line of a paragraph ends like a sentence; a short one that does not is a byline or a heading.
    return not line.ends_sentence or following.ends_sentence or len(following) >= _RAGGED * width
