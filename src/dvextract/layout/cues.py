"""Words that tell the parts of a page apart, as pieces of patterns: the rows of page_cues.tsv by cue."""

from __future__ import annotations

from functools import cache

import regex

from dvextract.grammar.fold import shadow
from dvextract.lexicon.tsv import rows


@cache
def words(cue: str) -> frozenset[str]:
    """The words of a cue, folded and in lower case; raises KeyError when the lexicon has none."""
    found = frozenset(shadow(listed) for listed, name in rows("page_cues.tsv") if name == cue)
    if not found:
        raise KeyError(cue)
    return found


def any_of(cue: str) -> str:
    """A pattern that matches any of the words of a cue, the longest possible."""
    return "(?:" + "|".join(map(regex.escape, sorted(words(cue), key=lambda w: (-len(w), w)))) + ")"
