"""Characters that few pages have, and which kinds of them a page has: what looks closely for a kind is seldom asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from dvextract.compiled import part

NULL, SURROGATE, INVISIBLE, ALPHABETS, NO_CHARACTER, WESTERN = (1 << i for i in range(6))
"""Kinds of characters, as bits."""

CLASSES: Mapping[int, str] = {
    NULL: "\x00",
    SURROGATE: "\ud800-\udfff",
    INVISIBLE: "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff",
    ALPHABETS: "Α-ωА-яЁёＡ-Ｚａ-ｚ",  # Greek, Cyrillic and wide Latin letters
    NO_CHARACTER: "\ufffd\ue000-\uf8ff\u0080-\u009f",  # that no sound page has
    # What Vietnamese in Unicode has little of: letters of other languages, signs, control codes
    WESTERN: "\u0080-\u009f\u00a1-\u00bfÄ-ÇËÎ-ÑÖ-ØÛÜÞßä-çëîïðñö-øûüþÿ",
}
"""What is in the brackets of a pattern of each kind."""


@cache
def pattern(kind: int) -> re.Pattern[str]:
    """A pattern for one character of a kind."""
    return re.compile(f"[{CLASSES[kind]}]")


def kinds(text: str) -> int:
    """The kinds of unusual characters that a text has.

    >>> kinds("Bản Lả Mường"), kinds("x\\u200b") == INVISIBLE
    (0, True)
    """
    if _table:
        found: int = _table.met(text)
        return found
    return sum(kind for kind in CLASSES if pattern(kind).search(text))


def number(kind: int, text: str) -> int:
    """How many characters of a kind a text has."""
    return len(pattern(kind).findall(text))


def _ranges(characters: str) -> list[tuple[int, int]]:
    """The codes of first and last characters in what is in the brackets of a pattern."""
    return [(ord(m[0]), ord(m[-1])) for m in re.findall(".-.|.", characters, re.DOTALL)]


_compiled = part("dvextract.reading._letters")
_table = _compiled and _compiled.Classes([(*ends, kind) for kind in CLASSES for ends in _ranges(CLASSES[kind])])
