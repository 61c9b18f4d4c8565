"""Lines that a container's reader found, put together as a page: text, where each line is from, what markup says.

The text of a container is no file's own characters, so `text_is_source` is false for it; `origins` say for every line
where in the source it stands. Lines are joined by one line break, paragraphs by the same: their ends are sure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dvextract.document import NO_HINTS, Hints, Origin, PageWarning
from dvextract.reading.decoding import UnreadableText, check, judged, mended

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_BREAKS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line of a container: its text, its place there, and the kind of block its markup states (or empty).

    ``capitals``: a legacy font shows its letters as capitals, which it has no codes for.
    """

    text: str
    place: str
    kind: str = ""
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Extracted:
    """A page as a reader gives it; see `Document` for the fields."""

    text: str
    encoding: str
    text_is_source: bool
    hints: Hints = NO_HINTS
    origins: tuple[Origin, ...] = ()
    warnings: tuple[PageWarning, ...] = ()


def squeezed(text: str) -> str:
    """Text of markup with blanks and line breaks as one blank, as browsers show it; no-break spaces stay."""
    return _BLANKS.sub(" ", _FORBIDDEN.sub("\ufffd", text)).strip(" ")


def put_together(
    lines: Sequence[Stretch], encoding: str, hints: Hints = NO_HINTS, warnings: Sequence[PageWarning] = ()
) -> Extracted:
    """The page that lines are; raises UnreadableText when nothing is left or it is too long.

    ``hints`` come without kinds: those of the lines become theirs.
    """
    kept = [s for s in lines if s.text.strip()]
    texts, _, repaired, more = mended([_BREAKS.sub(" ", s.text) for s in kept])
    texts = [t.upper() if s.capitals and t != s.text else t for s, t in zip(kept, texts, strict=True)]
    origins: list[Origin] = []
    kinds: list[tuple[int, int, str]] = []
    at = 0
    for s, text in zip(kept, texts, strict=True):
        origins.append(Origin(at, at + len(text), s.place))
        if s.kind:
            kinds.append((at, at + len(text), s.kind))
        at += len(text) + 1
    whole = "\n".join(texts)
    try:
        odd = check(whole)
    except UnreadableText as e:
        if e.code != "empty":
            raise
        raise UnreadableText("no-text", "no text in this file; if its pages are pictures, have them recognised") from e
    title, author, outlet = mended([hints.title, hints.author, hints.outlet])[0]
    return Extracted(
        whole,
        f"{encoding}/{repaired}" if repaired else encoding,
        False,
        replace(hints, title=title, author=author, outlet=outlet, kinds=tuple(kinds)),
        tuple(origins),
        (*warnings, *more, *judged(whole, odd)),
    )
