"""ABBREVIATION: the short forms of a page, each with its long form and where that was learned.

A page that defines a short form is believed (``text``); a long form found elsewhere in the page comes next (``infer``),
in the page's own spelling; the lexicon comes last (``know``). A short form without any reading is not reported.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from dvextract.compiled import maker, part
from dvextract.document import Abbreviation, Evidence
from dvextract.grammar.abbreviation import abbreviated_terms
from dvextract.grammar.engine import usual
from dvextract.grammar.fold import page_lower, page_shadow, shadow
from dvextract.grammar.trigger import Finder
from dvextract.interpretation.wording import fold, one_line, unaccented
from dvextract.lexicon.tsv import rows

_compiled = part("dvextract.interpretation._wording")
_page = part("dvextract.interpretation._page")

Span = tuple[int, int]

# Capitals, or capitals joined by & . - /; a single letter is no short form ("Giàng A Sềnh"). Few have small letters.
_FORM = r"(?:TP\.? HCM|\p{Lu}(?:\p{Lu}|[&./-](?=\p{Lu}))+|Tp|Tx|Th\.?S|TTg|[đĐ]/c)"
WHOLE_FORM = rf"(?<![\p{{L}}\d/&]){_FORM}(?![\p{{L}}\d&])"
_SHORT = regex.compile(WHOLE_FORM)
_ROMAN = frozenset("IVXLCDM")
_PARENTHESIS = re.compile(r"\(([^()]{2,80})\)")
_CALLED = regex.compile(r"(?:(?:gọi|viết)(?: tắt| chung)?|tên viết tắt)(?: là)?:? *[“\"']?")
_FIRST = regex.compile(r"[“\"']?([^-–:;,”\"']{2,30}?)[”\"']? *(?:[-–:;,].*)?")
_QUOTES = frozenset("“\"'")
_SYLLABLE = regex.compile(r"[\p{L}\d']+")
_LINKS = frozenset(("và", "các", "của", "về", "với"))
_REACH = 120  # characters before a parenthesis in which the long form must stand
_PAGE = 200  # characters from which on a pattern is better tried only where it can match
_NEIGHBOURS = 30  # characters in which a neighbouring word decides a reading


_evidence, _abbreviation = maker(Evidence), maker(Abbreviation)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A long form, in its spelling and as a lower-case shadow, and the words before or behind that it needs."""

    long: str
    low: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    in_names: bool

    @property
    def is_default(self) -> bool:
        return not self.before and not self.after

    def fits(self, left: str, right: str) -> bool:
        return any(left.endswith(w) for w in self.before) or any(right.startswith(w) for w in self.after)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(w.strip() for w in cell.split(",") if w.strip())


@cache
def _lexicon() -> Mapping[str, tuple[_Reading, ...]]:
    found: dict[str, list[_Reading]] = {}
    for short, long, before, after, use in rows("abbreviations.tsv"):
        found.setdefault(short, []).append(
            _Reading(long, shadow(long).lower(), _words(before), _words(after), use == "name")
        )
    for short, long in abbreviated_terms().items():
        if all(r.long.lower() != long.lower() for r in found.get(short, ())):
            found.setdefault(short, []).append(_Reading(long, shadow(long).lower(), (), (), True))
    # readings that need a neighbour are tried before the default
    return {s: tuple(sorted(r, key=lambda x: x.is_default)) for s, r in found.items()}


def _readings(short: str, low: str, start: int, end: int) -> tuple[_Reading, ...]:
    """The readings a short form may have at a place of a lower-case shadow, the most fitting first."""
    listed = _lexicon().get(short, ())
    if short not in _decided_by_neighbours():
        return listed
    left = low[max(0, start - _NEIGHBOURS) : start].rstrip(" (")
    right = low[end : end + _NEIGHBOURS].lstrip(" .)")
    fitting = next((r for r in listed if r.fits(left, right)), None)
    return (fitting,) if fitting else tuple(r for r in listed if r.is_default)


@cache
def _decided_by_neighbours() -> frozenset[str]:
    return frozenset(short for short, listed in _lexicon().items() if not all(r.is_default for r in listed))


_INNER = regex.compile(rf" *\({_FORM}\)")
_STOP = regex.compile(r"\. ?(?=\p{L})")  # of a short form in a name: TP. Vinh
_GLUED = regex.compile(r"(?<=(?<![\p{L}])(?:TP|TX))\.?(?=\p{Lu}\p{Ll})")
_REPEATED = regex.compile(r"\b(\p{L}+(?: \p{L}+){1,3}) \1\b", regex.IGNORECASE)
_UNITS = frozenset(("TP", "Tp", "T.P", "TX", "Tx", "LLVT"))


class ShortForms:
    """The short forms of one page: ``listed`` for its table, and what to put for them in names.

    ``long`` holds the reading of every short form in the page by its shadow, ``defined`` those the page defines.
    """

    def __init__(
        self,
        listed: Sequence[Abbreviation] = (),
        long: Mapping[str, str] | None = None,
        defined: frozenset[str] = frozenset(),
    ) -> None:
        self.listed = tuple(listed)
        self._long = dict(long or {})
        self._defined = defined

    def long(self, short: str) -> str:
        """The long form of a short form in this page; empty when it has none."""
        short = shadow(one_line(short))
        for form in (short, short.rstrip(".")):
            if form in self._long:
                return self._long[form]
            if form in _lexicon():
                return _lexicon()[form][-1].long
        return ""

    def expand(self, name: str) -> str:
        """``name`` with its short forms written out, except those that are part of registered names (TNHH, THPT).

        A short form in parentheses after its long form is left out: ``Hội Phụ nữ (PN) tỉnh`` is one name.
        """
        folded = shadow(name)
        return _expanded(folded, tuple((short, self._long[short]) for short in self.defined_in(folded)))

    @property
    def defines_any(self) -> bool:
        """Whether the page defines a short form."""
        return bool(self._defined)

    def defined_in(self, folded: str) -> Sequence[str]:
        """The short forms in a name (in its shadow) that the page defines."""
        return [short for short in self._defined if short in folded] if self._defined else ()


def expanded(name: str) -> str:
    """`ShortForms.expand` where the page defines none that is in ``name``."""
    if _compiled is not None and _compiled.is_written_out(name):
        return name
    return _expanded(shadow(name), ())


@lru_cache(maxsize=1 << 14)
def _expanded(name: str, defined: tuple[tuple[str, str], ...]) -> str:
    """`ShortForms.expand` of a folded name; ``defined`` are those short forms in it that the page defines."""
    if "(" in name:
        name = _INNER.sub("", name)
    if "TP" in name or "TX" in name:
        name = _GLUED.sub(" ", name)
    name = _with_long_forms(name, dict(defined))
    if _compiled is not None and _compiled.is_written_out(name):
        return name
    return one_line(_REPEATED.sub(r"\1", name) if _may_repeat(name) else name)


def _may_repeat(name: str) -> bool:
    """Whether `_REPEATED` may match: the last of a few words comes again behind the first of them, or what begins so.

    Only before the first word and behind the last of those that match may something else stand.
    """
    words = name.casefold().split(" ")
    if len(words) < 4 or (len(set(words)) == len(words) and "".join(words).isalpha()):
        return False
    for many in range(2, min(5, len(words) // 2 + 1)):
        for i in range(many - 1, len(words) - many):
            if words[i + many].startswith(words[i]) and words[i - many + 1].endswith(words[i + 1]):
                return True
    return False


def _with_long_forms(name: str, defined: Mapping[str, str]) -> str:
    """A name in its shadow with the long forms of those short forms that are no part of registered names."""
    low = name.lower()
    pieces, at = [], 0
    for start, end in short_forms(name, 0, len(name)):
        short = name[start:end]
        readings = _readings(short, low, start, end)
        if short in defined and (end - start == len(name) or not readings or readings[0].in_names):
            long = defined[short]
        elif readings and readings[0].in_names:
            long = readings[0].long
        else:
            continue
        if start == 0 and short not in _UNITS:
            long = long[0].upper() + long[1:]
        pieces += [name[at:start], long]
        at = end
        if stop := _STOP.match(name, end):
            pieces.append(" ")
            at = stop.end()
    return "".join(pieces) + name[at:]


def find(
    text: str, content: Sequence[Span], excluded: Sequence[Span], bodies: Sequence[Span], mentions: Sequence[Span]
) -> ShortForms:
    """The short forms of a page.

    ``content`` are its content blocks; nothing is looked for in ``excluded`` (references to documents, whose numbers
    are full of codes); ``bodies`` are mentions of organisations, the long forms of arbitrary names (``TKV``);
    ``mentions`` are ABBREVIATION mentions, which are short forms whatever they look like. All are in text order.
    """
    folded = page_shadow(text)
    defined = _definitions(text, folded, content, bodies, mentions)
    low = page_lower(text)
    listed = [
        Abbreviation(
            text[slice(*where)], one_line(text[slice(*long)]), "text", _found("abbreviation.defined", where, long)
        )
        for long, where in defined.values()
    ]
    seen: set[tuple[str, str]] = set()
    for short, (start, end) in _occurrences(folded, content, excluded):
        for entry in () if short in defined else _learned(short, start, end, text, low, content):
            if (short, fold(entry.long)) not in seen:
                seen.add((short, fold(entry.long)))
                listed.append(entry)
    long: dict[str, str] = {}
    for entry in listed:
        long.setdefault(shadow(entry.short), entry.long)
    return ShortForms(listed, long, frozenset(defined))


def short_forms(folded: str, start: int, end: int) -> Sequence[Span]:
    """Where in folded[start:end], a page's or name's shadow, short forms stand, numerals among them, in text order."""
    if _page is not None:
        found: list[Span] | None = _page.short_forms(folded, start, end)
        if found is None and (read := usual(folded)) is not None:
            found = _page.short_forms(read, start, end)
        if found is not None:
            return found
    shorts = _SHORT if end - start < _PAGE else _shorts()
    return [m.span() for m in shorts.finditer(folded, start, end)]


@cache
def _shorts() -> Finder:
    return Finder(WHOLE_FORM)


def _occurrences(folded: str, content: Sequence[Span], excluded: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """Where short forms stand that are no numerals: the first place of each, all places of those with two readings."""
    seen = set()
    for at, after in (place for start, end in content for place in short_forms(folded, start, end)):
        short = folded[at:after]
        if short in seen or _ROMAN.issuperset(short):
            continue
        before = bisect_left(excluded, (after,)) - 1
        if before < 0 or excluded[before][1] <= at:
            if len(_lexicon().get(short, ())) < 2:
                seen.add(short)
            yield short, (at, after)


def _learned(short: str, start: int, end: int, text: str, low: str, content: Sequence[Span]) -> Iterator[Abbreviation]:
    """The reading whose long form stands elsewhere in the page, else the lexicon's; nothing when there is none."""
    readings = _readings(short, low, start, end)
    for reading in readings:
        at = _stands(reading.low, low, content) if reading.low in low else None
        if at is not None:
            long = at, at + len(reading.long)
            evidence = _found("abbreviation.elsewhere", (start, end), long)
            yield _abbreviation(text[start:end], one_line(text[slice(*long)]), "infer", evidence)
            return
    if readings:
        evidence = (_evidence("abbreviation.lexicon", start, end),)
        yield _abbreviation(text[start:end], readings[0].long, "know", evidence)


def _found(rule: str, short: Span, long: Span) -> tuple[Evidence, ...]:
    """Evidence of a short form whose long form the page has."""
    return _evidence(rule, *short), _evidence(rule, *long, "long")


def _stands(wanted: str, low: str, content: Sequence[Span]) -> int | None:
    """Where a long form stands in the content blocks, as whole words; both are lower-case shadows."""
    for a, b in content:
        at = low.find(wanted, a, b)
        while at >= 0:
            after = at + len(wanted)
            if not low[max(0, at - 1) : at].isalpha() and not low[after : after + 1].isalpha():
                return at
            at = low.find(wanted, at + 1, b)
    return None


def _definitions(
    text: str, folded: str, content: Sequence[Span], bodies: Sequence[Span], mentions: Sequence[Span]
) -> dict[str, tuple[Span, Span]]:
    """Short forms the page defines in parentheses: where the long form stands, and where the short one."""
    found: dict[str, tuple[Span, Span]] = {}
    if "(" not in folded:
        return found
    body_before = {end: start for start, end in bodies}
    marked = dict(mentions)
    for a, b in content:
        for m in _PARENTHESIS.finditer(folded, a, b) if folded.find("(", a, b) >= 0 else ():
            short = _defining(folded, m.start(1), m.end(1), marked)
            if short is None:
                continue
            opening = m.start()
            while opening > a and folded[opening - 1] in " ,":
                opening -= 1
            long = _spelled_out(folded[slice(*short)], folded, max(a, opening - _REACH), opening, body_before)
            if long is None and (short[0] in marked or _CALLED.match(folded, m.start(1))) and opening in body_before:
                long = (body_before[opening], opening)
            if long is not None and fold(text[slice(*long)]) != fold(text[slice(*short)]):
                found.setdefault(folded[slice(*short)], (long, short))
    return found


def _defining(folded: str, start: int, end: int, marked: Mapping[int, int]) -> Span | None:
    """The short form in a parenthesis that may define one: a mention, or what looks like one."""
    called = _CALLED.match(folded, start, end) if folded[start] in "gvt" else None
    first = start + (folded[start] in _QUOTES)
    if not called and start not in marked and first not in marked and not _may_begin(folded[first : first + 2]):
        return None
    m = _FIRST.fullmatch(folded, called.end() if called else start, end)
    if m is None:
        return None
    if m.start(1) in marked:
        return m.start(1), marked[m.start(1)]
    return m.span(1) if _SHORT.fullmatch(m[1]) and not _ROMAN.issuperset(m[1]) else None


def _may_begin(two: str) -> bool:
    """Whether a short form may begin with these two characters: few words do, and that is seen fast."""
    return (two[:1].isupper() or two[:1] == "đ" or two[:1] > "\u2200") and (
        two[1:].isupper() or two[1:] in "&./-pxh" or two[1:] > "\u2200"
    )


def _spelled_out(short: str, folded: str, begin: int, end: int, body_before: Mapping[int, int]) -> Span | None:
    """The words whose initials are the short form's letters: those before ``end``, or the first of the body there."""
    letters = [_initial(c) for c in short if c.isalpha()]
    if len(letters) < 2 or short.upper() != short:
        return None
    syllables = _syllables(folded, begin, end)
    at = _aligned(letters, [folded[a:b] for a, b in syllables])
    if at is not None:
        return syllables[at][0], end
    inside = [s for s in syllables if s[0] >= body_before.get(end, end)]
    if len(inside) > len(letters) and [_initial(folded[a]) for a, _ in inside[: len(letters)]] == letters:
        return inside[0][0], inside[len(letters) - 1][1]
    return _lexicon_form(short, folded, begin, end)


def _syllables(folded: str, begin: int, end: int) -> Sequence[Span]:
    found: list[Span] | None = _page and _page.syllables(folded, begin, end)
    return [m.span() for m in _SYLLABLE.finditer(folded, begin, end)] if found is None else found


def _lexicon_form(short: str, folded: str, begin: int, end: int) -> Span | None:
    """The last place between ``begin`` and ``end`` of a long form the lexicon has for a short one."""
    low = folded[begin:end].lower()
    for reading in _lexicon().get(short, ()):
        at = low.rfind(reading.low)
        if at >= 0:
            return begin + at, begin + at + len(reading.long)
    return None


def _aligned(letters: Sequence[str], words: Sequence[str]) -> int | None:
    """The first of the last words that begin with ``letters``; up to two linking words may stand between them."""
    i, at, skipped = len(letters) - 1, len(words) - 1, 0
    while i >= 0 and at >= 0:
        if _initial(words[at][0]) == letters[i]:
            i -= 1
        elif i == len(letters) - 1 or skipped == 2 or words[at].lower() not in _LINKS:
            return None
        else:
            skipped += 1
        at -= 1
    return at + 1 if i < 0 else None


@lru_cache(maxsize=1 << 10)
def _initial(letter: str) -> str:
    """A letter without its marks, but đ stays apart from d: ương is Ư in T.Ư, án is A in THADS."""
    return "đ" if letter in "đĐ" else unaccented(letter)
