"""Content blocks to sentences: where a full stop ends one and where it does not.

A candidate is a mark (. ! ? …) with what closes after it; rules then decide by what stands before and after. In doubt
(a single capital before the stop) the text is not cut: a tagger suffers more from a name cut in two than from a long
sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import regex

from dvextract.compiled import part
from dvextract.lexicon.tsv import rows

_compiled = part("dvextract.segmentation._loops")

_CANDIDATE = regex.compile(
    r"""(?P<marks>[.!?…]++(?:/[.…]++)?)      # the mark: . ... ./. .../.
        (?P<close>["”’'»)\]]{0,3})           # what closes with it
        (?P<gap>\s*+)                        # blanks, perhaps none""",
    regex.VERBOSE,
)
_LAST_WORD = regex.compile(r"(?:[\p{L}]+[./])*[\p{L}\d]+\Z")
_OPENING = frozenset("“\"'‘«([-–—•*+>")
_COUNTED = ("điều", "khoản", "mục", "chương", "phần", "bài")
_URL_HEAD = regex.compile(r"(?:www|https?|com|gov|org|net|edu|vn)\Z")


@cache
def abbreviated_stops() -> frozenset[str]:
    """Short forms, lower case, whose stop does not end a sentence (abbreviated_stops.tsv)."""
    return frozenset(form for form, _ in rows("abbreviated_stops.tsv"))


def sentences(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Start and end of every sentence in text[start:end]: trimmed, never empty, covering every non-blank character."""
    if _compiled:
        return _compiled.sentences(text, start, end, abbreviated_stops(), _COUNTED, _ends_sentence)  # type: ignore[no-any-return]
    return _sentences(text, start, end)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for m in _CANDIDATE.finditer(text, start, end):
        after = m.end("close")
        if _ends_sentence(text, begin, m.start(), m.end("marks"), after, m.end("gap"), end):
            yield from _trimmed(text, begin, after)
            begin = after
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + piece.find(stripped[0])
        yield first, first + len(stripped)


def _ends_sentence(text: str, begin: int, at: int, marks_end: int, close_end: int, gap_end: int, end: int) -> bool:
    """Whether the sentence that starts at ``begin`` ends with the marks that start at ``at``.

    The others are the ends of the marks, of what closes with them, of the blanks after and of what is cut.
    """
    marks, close, gap = text[at:marks_end], text[marks_end:close_end], text[close_end:gap_end]
    if gap_end == end:
        return True
    following = text[gap_end]
    if not gap:
        return _glued(text, begin, at, marks, close, following)
    if len(gap) > 1 and gap.count("\n") > 1:
        return True
    starts_anew = following.isupper() or following.isdigit() or following in _OPENING
    if not starts_anew:
        return False
    if marks != ".":
        return not (marks.startswith(("…", "..")) and following.islower())
    word, before = _last_word(text, max(begin, at - 24), at)
    if not word or close:
        return True
    if word.isdigit():
        # "Điều 5. Quy định" and the "1. " of a list: a number that opens the sentence or counts a part of a law
        head = text[max(begin, before - 8) : before].strip().lower()
        return bool(head) and not head.endswith(_COUNTED)
    last = word.rpartition(".")[2]
    if len(last) == 1 and last.isupper():
        return False  # an initial, or P. and Q.
    return word.lower() not in abbreviated_stops()


def _last_word(text: str, start: int, end: int) -> tuple[str, int]:
    """The word that text[start:end] ends with, and where it starts; empty if it ends otherwise."""
    *_, chunk = text[start:end].split(" ")
    if chunk.isalpha():
        return chunk, end - len(chunk)
    m = _LAST_WORD.search(text, start, end)
    return (m[0], m.start()) if m else ("", end)


def _glued(text: str, begin: int, at: int, marks: str, close: str, following: str) -> bool:
    """No blank after the mark: run-together prose is cut, numbers, short forms, addresses and initials are not."""
    if not following.isupper():
        return False
    if marks in "!?…" or len(marks) > 1 or close:
        return True
    if at == begin:
        return False
    word, _ = _last_word(text, max(begin, at - 24), at)
    if not word or word.isdigit():
        return False
    # lower-case Vietnamese before a capital: prose whose blank was lost; plain letters may be an address
    return word.islower() and word not in abbreviated_stops() and not (word.isascii() and _URL_HEAD.search(word))
