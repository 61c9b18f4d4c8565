"""Dividing a page into blocks: where its article begins and ends, and what stands above, within and below it.

An article has a head (menus, date, headline), a middle that begins with the first paragraph of prose and ends with the
last, and a tail (byline, other stories, footer). Words decide what is furniture; where they are silent the part of the
page does: an unknown short line is a headline in the head, a caption in the middle, another story in the tail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from dvextract.compiled import maker
from dvextract.document import Block
from dvextract.layout import furniture, official
from dvextract.layout.head import divide_head
from dvextract.layout.lines import Line
from dvextract.layout.middle import divide_middle, is_person_item
from dvextract.layout.outlets import prefix_length
from dvextract.layout.sheet import PROSE, SENTENCE, Sheet, is_note, read
from dvextract.layout.tail import divide_tail

_TEASER = 220
"""The first sentence of another story, printed under its headline, is shorter than this (code points)."""
_MOST = 0.75
"""So much of a page's prose stands before the end of its article, whatever follows it."""
_PREFIXED = 3
"""An outlet's name stands before one of the first paragraphs, or nowhere."""

_END_MARK = regex.compile(r"[./…]\s?/\.?\s*[”\"]?$")
_RUNNING = frozenset({"lead", "body", "caption"})
_RUNNING_ALSO = frozenset({"lead", "table", "subtitle"})
"""What a paragraph of the article may be besides body, by its place in it."""
_CLOSING = frozenset({"byline", "source", "comment", "feedback", "footer"})
_HEADED = frozenset({"related", "comment", "feedback", "footer", "nav"})

_block = maker(Block)


def divide(text: str, join_wrapped: bool = False, stated: Sequence[tuple[int, int, str]] = ()) -> tuple[Block, ...]:
    """The blocks of a page in text order; every non-blank character is in exactly one.

    ``stated`` are stretches (start, end, kind) whose kind is known, in text order; lines within them have it.

    No block crosses a line; with ``join_wrapped`` one of running text (lead, body, caption) may, where a fixed width
    broke a paragraph. ``text`` is any text; the cost is linear in it, and for long lines that of finding their ends.
    """
    sheet = read(text, stated)
    first, stop = _bounds(sheet)
    divide_head(sheet, first)
    divide_middle(sheet, first, stop)
    divide_tail(sheet, stop)
    for i, kind in sheet.given.items():
        if not (kind == "body" and sheet.kinds[i] in _RUNNING_ALSO):
            sheet.kinds[i] = kind
    return tuple(_blocks(text, sheet, stop, join_wrapped))


# ---------------------------------------------------------------------------------------------- bounds


def _bounds(sheet: Sheet) -> tuple[int, int]:
    """Where the middle begins and where the tail does, as indices of paragraphs."""
    prose = [i for i in range(len(sheet)) if sheet.is_prose(i)]
    if not prose:
        return len(sheet), len(sheet)
    stop = floor = _last_prose(sheet, prose) + 1
    while stop < len(sheet) and not _closes(sheet, stop):
        if official.is_capacity(sheet.line(stop)):
            stop = floor = _after_signature(sheet, stop)
        else:
            stop += 1
    if stop == len(sheet) or not (sheet.own[stop] == "byline" or furniture.is_signature(sheet.line(stop))):
        stop = _before_headlines(sheet, floor, stop)
    return prose[0], stop


def _last_prose(sheet: Sheet, prose: Sequence[int]) -> int:
    """The last paragraph of prose that belongs to the article; teasers and comments below it do not."""
    total = sum(len(sheet.line(i)) for i in prose)
    longest = max((i for i in prose if len(sheet.line(i)) >= _TEASER), default=-1)
    signed = any(furniture.is_signature(sheet.line(i)) for i in range(prose[-1] + 1, len(sheet)))
    before = 0
    for last, following in pairwise(prose):
        before += len(sheet.line(last))
        if before < _MOST * total:
            continue
        teasers = not signed and longest < following
        if _ends_between(sheet, last, following, teasers):
            return last
    return prose[-1]


def _ends_between(sheet: Sheet, last: int, following: int, teasers: bool) -> bool:
    """Whether the article ends between two paragraphs of prose.

    ``teasers``: all prose below is short and nobody signs after it, so it may be that of other stories.
    """
    between = range(last + 1, following)
    signed = [i for i in between if sheet.own[i] in _CLOSING or furniture.is_signature(sheet.line(i))]
    if signed:
        return any(sheet.own[i] in _HEADED for i in range(signed[0], following))
    return teasers and any(sheet.own[i] in ("related", "comment") for i in between)


def _closes(sheet: Sheet, i: int) -> bool:
    """Whether a paragraph below the last prose is no part of the article."""
    line, following = sheet.line(i), sheet.following(i)
    if official.is_capacity(line):
        return False
    if sheet.own[i] and sheet.own[i] != "photo-credit":
        return True
    if following is not None and not sheet.own[i + 1] and is_person_item(following):
        return False  # a heading in capitals, and its list
    noted = is_note(line) and furniture.credit_start(line) < 0
    return noted or furniture.is_signature(line) or furniture.footer_proofs(line) > 0


def _after_signature(sheet: Sheet, i: int) -> int:
    """The paragraph after the signature of an official document: capacity, post, "(Đã ký)", name."""
    while i < len(sheet) and not sheet.own[i] and (official.is_capacity(sheet.line(i)) or sheet.line(i).is_upper):
        i += 1
    return i + 1 if i < len(sheet) and furniture.is_name(sheet.line(i)) else i


def _before_headlines(sheet: Sheet, floor: int, stop: int) -> int:
    """Where headlines of other stories begin that nothing announces: short lines just above ``stop``."""
    begin = stop
    while begin > floor:
        line = sheet.line(begin - 1)
        if line.ends_sentence or line.is_listed or sheet.own[begin - 1] or furniture.credit_start(line) >= 0:
            break
        if official.opens_recipients(line) or official.has_columns(line):
            return stop
        begin -= 1
    ended = _END_MARK.search(sheet.line(floor - 1).text[-8:]) is not None and stop == len(sheet)
    return begin if ended or stop - begin >= 2 else stop


# ---------------------------------------------------------------------------------------------- blocks


def _blocks(text: str, sheet: Sheet, stop: int, join_wrapped: bool) -> Iterator[Block]:
    early = _PREFIXED
    for i, (p, kind) in enumerate(zip(sheet.paragraphs, sheet.kinds, strict=True)):
        prefix = 0
        if kind in _RUNNING and early and len(p.line) >= SENTENCE:
            early -= 1
            prefix = prefix_length(p.lines[0].text)
        for start, line in _stretches(p.lines, join_wrapped and kind in _RUNNING):
            if prefix:
                yield _block(start, start + prefix, "outlet-prefix")
                start = _skip_blanks(text, start + prefix, line.end)
                prefix = 0
            if start < line.end:
                last = i == stop - 1 and line is p.lines[-1] and len(p.line) >= PROSE
                yield from _with_endings(text, start, line, kind, last)


def _stretches(group: Sequence[Line], join: bool) -> Iterator[tuple[int, Line]]:
    """Start and last line of every block of a paragraph: its lines, or with ``join`` lines that follow directly."""
    start = group[0].start
    for line, following in zip(group, [*group[1:], None], strict=True):
        if following is None or not join or following.breaks > 1:
            yield start, line
            start = following.start if following is not None else line.end


def _skip_blanks(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _with_endings(text: str, start: int, line: Line, kind: str, last: bool) -> Iterator[Block]:
    """The block that ends with a line, and that of a photo credit or a signature at its end."""
    at, ending = -1, "photo-credit"
    if kind in _RUNNING or kind in ("subtitle", "title"):
        at = furniture.credit_start(line)
    if at < 0 and last and kind in _RUNNING:
        at = furniture.signature_start(line)
        ending = "source" if line.text.startswith(("Theo", "Nguồn", "(Theo", "(Nguồn"), at) else "byline"
    cut = line.end - (len(line.text) - at)
    end = cut
    while end > start and text[end - 1].isspace():
        end -= 1
    if at < 0 or end <= start:
        yield _block(start, line.end, kind)
        return
    yield _block(start, end, kind)
    yield _block(cut, line.end, ending)
