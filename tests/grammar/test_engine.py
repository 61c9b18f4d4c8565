"""Both engines agree on usual texts, and which rules are left to the slower one is known."""

import re
import sys

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from dvextract.grammar import abbreviation, event, legaldoc, phrase, quantity, time
from dvextract.grammar.edges import EDGES, filled
from dvextract.grammar.engine import NotStandard, standard, usual
from dvextract.grammar.rule import any_of

EVENTS = "|".join(map(regex.escape, event.standing_events()))
RULES = {
    rule.name: rule.expanded(module.FRAGMENTS | {"noun": any_of(quantity.counted_nouns()), "names": EVENTS})
    for module in (time, quantity, legaldoc, phrase, abbreviation, event)
    for rule in module.RULES
}
EXAMPLES = sorted(
    {text for m in (time, quantity, legaldoc, phrase, abbreviation, event) for r in m.RULES for text in r.examples}
)
MARKED = [text.replace("[", "").replace("]", "") for edge in EDGES for text in edge.examples]
PATTERNS = RULES | {f"{e.name}{part}": filled(p) for e in EDGES for part, p in (("", e.pattern), (".of", e.of)) if p}
# Lookbehinds of words or numbers of any length, or of too many lengths.
LEFT = {
    "abbreviation.company",
    "event.ordinal",
    "event.session.apart",
    "event.term",
    "legaldoc.issued",
    "legaldoc.number.next",
    "phrase.standing",
    "quantity.ordinal",
    "quantity.two",
}
USUAL = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if usual(c) == c)


def is_standard(pattern):
    try:
        return bool(re.compile(standard(pattern)))
    except NotStandard:
        return False


STANDARD = {name: (regex.compile(p), re.compile(standard(p))) for name, p in PATTERNS.items() if is_standard(p)}


def test_only_known_patterns_are_left_to_regex():
    assert PATTERNS.keys() - STANDARD.keys() == LEFT


SETS = (r"\p{L}", r"\p{Lu}", r"\p{Ll}", r"\w", r"\s", r"\d", r"\W", r"\S", r"\D", r"\P{L}", ".")
BRACKETS = (r"[\p{L}x]", r"[^\p{Lu},]", r"[\w-]", r"[^\s“]", r"[\d.]", r"[^\d\p{Ll}]")


@pytest.mark.parametrize("characters", [*SETS, *BRACKETS])
def test_sets_hold_the_same_usual_characters(characters):
    assert re.findall(standard(characters), USUAL) == regex.findall(characters, USUAL)


def test_letters_have_the_same_other_case():
    for c in filter(str.isalpha, USUAL):
        assert re.findall(f"(?i:{c})", USUAL) == regex.findall(f"(?i:{c})", USUAL), c


@pytest.mark.parametrize(
    "characters", ["a\u030b", "Ж", "ж", "漢", "ª漢", "\u2028", "①", "ǅ", "\U0001d400", "\u205f", "℃"]
)
def test_others_have_a_stand_in_of_the_same_sets_that_no_pattern_names(characters):
    read = usual(characters)
    assert read is not None
    assert len(read) == len(characters)
    for c, stand_in in zip(characters, read, strict=True):
        for name in SETS:
            assert bool(regex.match(name, c, regex.DOTALL)) == bool(regex.match(name, stand_in, regex.DOTALL)), name
        if c != stand_in:
            named = [name for name, p in PATTERNS.items() if regex.search(re.escape(stand_in), p, regex.IGNORECASE)]
            assert named == []


@pytest.mark.parametrize("character", ["ı", "İ", "ſ", "\u212a", "٣"])
def test_what_no_other_stands_in_for_is_left_to_regex(character):
    assert usual(f"bản {character} xa") is None
    text = f"gọi là {character} (CCB)."
    assert [text[f.start : f.end] for f in abbreviation.find(text, [(0, len(text))])] == ["CCB"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?<!(?:a|bc|d?e) )x", r"(?<!a |e )(?<!bc |de )x"),
        (r"(?<=a{1,2})x", r"(?:(?<=aa)|(?<=a))x"),
        (r"(?<=(?<!\d)(?i:ab) )x", r"(?<=(?<!\d)(?i:ab) )x"),
        (r"\d*+(?:ab|a)++b", r"\d*+(?=(?P<held_0>(?:ab|a)+))(?P=held_0)b"),
        (r"[\s]", "[\t-\r \x85\xa0\u2000-\u200a]"),
    ],
)
def test_patterns_for_the_standard_engine(pattern, expected):
    assert standard(pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    [r"(?<=a+)x", r"\bx", r"[^\W]", r"\L<words>", r"(?(?=a)a|b)", r"[[:alpha:]]", r"(?i:\p{Lu})", r"\p{Lt}", r"(?>a)b"],
)
def test_what_is_not_understood_is_left_to_regex(pattern):
    assert not is_standard(pattern)


PIECES = [
    "Ж",
    "\u0301",
    "漢",
    "\u2028",
    "ǎ",
    "(",
    ")",
    "“",
    "”",
    "-",
    ", ",
    " ",
    "\n",
    "12",
    "5/6/2020",
    "A",
    "ủy ",
    "của ",
    "lần thứ II ",
    "2 tỷ đồng/m2",
]


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*EXAMPLES, *MARKED, *PIECES]), max_size=6), st.booleans())
def test_both_engines_find_the_same_at_every_place(parts, lower):
    text = " ".join(parts).lower() if lower else "".join(parts)
    read = usual(text)
    assert read is not None
    for name, (slow, fast) in STANDARD.items():
        group = "span" if "span" in slow.groupindex else 0
        expected = [(m.span(), m.span(group)) for m in slow.finditer(text, overlapped=True)]
        found = [m for at in range(len(text) + 1) if (m := fast.match(read, at))]
        assert [(m.span(), m.span(group)) for m in found] == expected, name
