"""Which engine tries a pattern: `re` where it means the same, else `regex`.

A try of `re` costs a third of one of `regex`, but it knows no properties of characters (``\\p{L}``), no lookbehinds of
several lengths, and other sets for ``\\w`` and ``\\s``. For the characters that Vietnamese pages are made of the sets
can be spelled out and the lookbehinds be put as several (`standard`), and others have a stand-in among them (`usual`);
patterns that are not understood are left to `regex`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from itertools import count, product
from unicodedata import category

import regex

from dvextract.compiled import part
from dvextract.grammar.fold import kept

_compiled = part("dvextract.grammar._loops")
Match = re.Match[str] | regex.Match[str]
Pattern = re.Pattern[str] | regex.Pattern[str]
Try = Callable[[str, int, int], Match | None]
"""``match(text, start, end)`` of a compiled pattern."""

# ASCII, Latin-1, Extended-A but for letters that share the other case of i and s, and the letters of Vietnamese.
_LETTERS = "\x00-\u012f\u0132-\u017eƠơƯư\u1ea0-\u1ef9"
# Marks, symbols and emoji, none of which is a letter, a digit or a blank to either engine but those in _BLANKS.
_SYMBOLS = (
    "\u2000-\u200b\u200e-\u2027\u2030-\u203e\u20a0-\u20bf\u2190-\u23ff\u2500-\u2bff\ue000-\uf8ff\ufffd"
    "\U0001f300-\U0001faff"
)
_BLANKS = "\t-\r \x85\xa0\u2000-\u200a"
_RANGE = re.compile("(.)(?:-(.))?", re.DOTALL)
_UNUSUAL = re.compile(f"[^{_LETTERS}{_SYMBOLS}]")
# Usual characters that no pattern names, for others that belong to the same sets.
_STAND_INS = ((r"\p{Lu}", "Ÿ"), (r"\p{Ll}", "ÿ"), (r"\p{L}", "º"), (r"\w", "_"), (r"\s", "\u200a"), (".", "\u2500"))
_ALONE = rf"\d|(?i:[{_LETTERS}])"  # digits of other scripts; letters with a usual other case


@kept
def usual(text: str) -> str | None:
    """What patterns in the form that `standard` gives are to be tried on to find in ``text`` what the patterns find.

    The text itself but for letters of other scripts and the like, for which others stand in; None if none can.
    """
    if _compiled.within(text, usual_characters()) if _compiled is not None else not _UNUSUAL.search(text):
        return text
    stand_ins = {c: _stand_in(c) for c in set(_UNUSUAL.findall(text))}
    return _UNUSUAL.sub(lambda m: stand_ins[m[0]], text) if all(stand_ins.values()) else None


@cache
def usual_characters() -> bytes:
    """Whether each of the first characters is usual."""
    usual = bytearray(0x20000)
    for first, last in _RANGE.findall(_LETTERS + _SYMBOLS):
        for code in range(ord(first), ord(last or first) + 1):
            usual[code] = 1
    return bytes(usual)


def _stand_in(character: str) -> str:
    if regex.match(_ALONE, character):
        return ""
    return next(usual for characters, usual in _STAND_INS if regex.match(characters, character))


class NotStandard(ValueError):
    """The pattern cannot be put in the syntax of `re`."""


def _of(*categories: str) -> str:
    """The usual characters of Unicode categories, as they stand in a set."""
    letters = (chr(c) for first, last in ((0, 0x180), (0x1A0, 0x1B1), (0x1EA0, 0x1EFA)) for c in range(first, last))
    found = [ord(c) for c in letters if category(c) in categories and not _UNUSUAL.match(c)]
    runs: list[list[int]] = []
    for code in found:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in runs)


@cache
def _set(name: str) -> str:
    """What a property or class of characters holds of the usual ones, as it stands in a set."""
    if name in ("L", "w"):
        return _of("Lu", "Ll", "Lo") + ("0-9_" if name == "w" else "")
    if name in ("Lu", "Ll"):
        return _of(name)
    if name == "s":
        return _BLANKS
    raise NotStandard(name)


_SET = regex.compile(r"\[\^?\]?(?:\\[pP]\{\w+\}|\\.|[^\\\]])*+\]")
_ALIKE = re.compile(r"[^\\\[(]+")  # what both engines read alike
_NESTED = regex.compile(rf"(?P<nested>\((?:[^()\[\]\\]|\\.|{_SET.pattern}|(?&nested))*+\))")
_GROUP = regex.compile(r"\((?:\?(?:[:=!]|P<\w+>|(?P<any_case>i:)))?+(?!\?)")
_CASED = regex.compile(r"\\p\{L[ul]\}")
_TIMES = regex.compile(r"(?:[?*+]|\{\d*(?:,\d*)?\})(?P<mode>[?+]?)")
_FEW = re.compile(r"\?(?![?+])|\{(\d+)(?:,(\d+))?\}(?![?+])")
_MOST = 64  # stretches of set lengths that a lookbehind is cut into


def standard(pattern: str) -> str:
    """``pattern`` (syntax of `regex`) as one of `re` that matches the same in every text that is `usual`.

    Raises NotStandard for what is not understood.

    >>> standard("(?<!(?:an|the) )house")
    '(?<!an )(?<!the )house'
    """
    return _written(pattern, count())


def _written(pattern: str, names: Iterator[int]) -> str:
    written: list[str] = []
    at = 0
    while at < len(pattern):
        if (alike := _ALIKE.match(pattern, at)) is not None:
            written.append(alike[0])
            at = alike.end()
            continue
        held = _held(pattern, at, names) if pattern[at] == "(" else None
        piece, at = _piece(pattern, at, names) if held is None else held
        written.append(piece)
    return "".join(written)


def _held(pattern: str, at: int, names: Iterator[int]) -> tuple[str, int] | None:
    """A group that keeps what it has matched, as a lookahead that does: before 3.11.5, `re` loses matches else."""
    m = _NESTED.match(pattern, at)
    times = _TIMES.match(pattern, m.end()) if m else None
    if m is None or times is None or times["mode"] != "+":
        return None
    name = f"held_{next(names)}"
    return f"(?=(?P<{name}>{_written(m[0], names)}{times[0][:-1]}))(?P={name})", times.end()


def _piece(pattern: str, at: int, names: Iterator[int]) -> tuple[str, int]:
    """The set, escape, lookbehind or beginning of a group at ``at``, put for `re`, and where it ends."""
    if pattern[at] == "\\":
        end = pattern.index("}", at) + 1 if pattern[at + 1] in "pP" else at + 2
        return _escape(pattern[at:end]), end
    m = _SET.match(pattern, at) if pattern[at] == "[" else _NESTED.match(pattern, at)
    if m is None:
        raise NotStandard(pattern)
    if pattern[at] == "[":
        return _spelled(m[0]), m.end()
    if pattern.startswith(("(?<!", "(?<="), at):
        return _behind(m[0], names), m.end()
    opening = _GROUP.match(pattern, at)
    if opening is None or (opening["any_case"] and _CASED.search(m[0])):
        raise NotStandard(pattern)
    return opening[0], opening.end()


def _escape(escape: str) -> str:
    name = escape[1]
    if escape[1] in "pP":
        return f"[{'^' * (name == 'P')}{_set(escape[3:-1])}]"
    if name in "ws":
        return f"[{_set(name)}]"
    if name in "WS":
        return f"[^{_set(name.lower())}]"
    if name in "dDnAZ" or not name.isalnum():
        return escape
    raise NotStandard(escape)


_IN_SET = re.compile(r"\\p\{(\w+)\}|\\([ws])|\\[dn\W]|\\(.)")


def _spelled(characters: str) -> str:
    if characters == r"[\s\S]":
        return characters

    def inside(m: re.Match[str]) -> str:
        if m[3]:
            raise NotStandard(characters)
        return _set(m[1] or m[2]) if m[1] or m[2] else m[0]

    if regex.search(r"\[:|--|&&|\|\||~~|.\[", characters):
        raise NotStandard(characters)
    return _IN_SET.sub(inside, characters)


def _behind(group: str, names: Iterator[int]) -> str:
    """A lookbehind as one for every length of what it looks for."""
    by_length: dict[int, dict[str, None]] = {}
    for text, length in _alternatives(group[4:-1], names):
        by_length.setdefault(length, {})[text] = None
    looks = [f"{group[:4]}{'|'.join(texts)})" for texts in by_length.values()]
    return "".join(looks) if group[3] == "!" or len(looks) == 1 else f"(?:{'|'.join(looks)})"


_Fixed = list[tuple[str, int]]
"""Patterns for `re`, each with the length of all its matches."""


def _alternatives(pattern: str, names: Iterator[int]) -> _Fixed:
    found: _Fixed = []
    sequence: list[_Fixed] = []
    at = 0
    while True:
        if at == len(pattern) or pattern[at] == "|":
            found += _joined(sequence)
            if len(found) > _MOST:
                raise NotStandard(pattern)
            if at == len(pattern):
                return found
            sequence, at = [], at + 1
            continue
        items, at = _fixed(pattern, at, names)
        if at < len(pattern) and pattern[at] in "?*+{":
            times = _FEW.match(pattern, at)
            if times is None:
                raise NotStandard(pattern)
            least, most = (int(times[1]), int(times[2] or times[1])) if times[1] else (0, 1)
            items = [joined for n in range(most, least - 1, -1) for joined in _joined([items] * n)]
            at = times.end()
        sequence.append(items)


def _fixed(pattern: str, at: int, names: Iterator[int]) -> tuple[_Fixed, int]:
    """The item at ``at`` as patterns of one length each, and where it ends."""
    c = pattern[at]
    if c not in "\\[(":
        return [(c, int(c not in "^$"))], at + 1
    m = _NESTED.match(pattern, at) if c == "(" else None
    if m is None:
        piece, end = _piece(pattern, at, names)
        return [(piece, int(piece not in (r"\A", r"\Z")))], end
    if pattern.startswith(("(?<", "(?=", "(?!"), at):
        return [(_written(m[0], names), 0)], m.end()
    opening = _GROUP.match(pattern, at)
    if opening is None or opening[0] not in ("(?:", "(?i:") or (opening["any_case"] and _CASED.search(m[0])):
        raise NotStandard(pattern)
    inside = _alternatives(m[0][len(opening[0]) : -1], names)
    return [(f"(?i:{text})", length) for text, length in inside] if opening["any_case"] else inside, m.end()


def _joined(sequence: Iterable[_Fixed]) -> _Fixed:
    found = [("".join(text for text, _ in parts), sum(length for _, length in parts)) for parts in product(*sequence)]
    if len(found) > _MOST:
        raise NotStandard(found[0][0])
    return found


def compiled(pattern: str) -> re.Pattern[str] | None:
    """``pattern`` (syntax of `regex`) for usual texts, None if `re` cannot have it."""
    try:
        return re.compile(standard(pattern))
    except (NotStandard, re.error):
        return None


class Engines:
    """A pattern (syntax of `regex`) compiled by both engines, by each when first asked: most pages need few of many."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def own(self) -> regex.Pattern[str]:
        """For any text."""
        # An alternative that never matches keeps regex from looking for a literal in all of the text at every try.
        return regex.compile(f"(?:{self._pattern})|(?!)")

    @cached_property
    def standard(self) -> Pattern:
        """For what `usual` gives, where `re` can have it."""
        return compiled(self._pattern) or self.own

    @cached_property
    def match(self) -> Try:
        """``match`` of `own`."""
        return self.own.match

    @cached_property
    def match_usual(self) -> Try:
        """``match`` of `standard`."""
        return self.standard.match
