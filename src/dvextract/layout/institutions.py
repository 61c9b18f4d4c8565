"""Lines that are the name of a body or of a website, as they stand at the top and at the end of its pages."""

from __future__ import annotations

import regex

from dvextract.layout.cues import any_of, words
from dvextract.layout.lines import Line

_BEGINS = regex.compile(any_of("institution") + r"\b(?! nghị| thi\b| thảo| trại)")
_VERB = regex.compile(rf"(?:^|\s){any_of('headline_verb')}(?=\s|$|[,:])")


def begins_like_one(line: Line) -> bool:
    """Whether a line begins like the name of a body: ``Ban …``, ``Báo …``, not ``Hội nghị …``."""
    return _BEGINS.match(line.low) is not None


def has_verb(line: Line) -> bool:
    """Whether a line says that something is done, as a headline does and a name does not."""
    return _VERB.search(line.low) is not None


def is_one(line: Line) -> bool:
    """Whether a line is such a name and nothing else."""
    if not begins_like_one(line):
        return False
    if line.is_upper:
        return not _VERB.search(line.low.replace("kiểm tra", ""))
    small = [w for w in line.text.split() if w[:1].islower()]
    return ":" not in line.text and all(w.strip(",") in words("institution_word") for w in small)
