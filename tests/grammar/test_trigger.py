"""No rule loses a match by being tried only where it can begin, and none costs more than its text's length."""

from functools import cache

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from dvextract.grammar import abbreviation, event, legaldoc, phrase, quantity, time
from dvextract.grammar.fold import shadow
from dvextract.grammar.rule import Scanner, any_of, flatten
from dvextract.grammar.trigger import Ending, Finder, Places, Prefiltered, needed
from growth import superlinear

NOUNS = any_of(quantity.counted_nouns())
GRAMMARS = {
    "time": (time.RULES, time.FRAGMENTS),
    "quantity": (quantity.RULES, quantity.FRAGMENTS | {"noun": NOUNS}),
    "legaldoc": (legaldoc.RULES, legaldoc.FRAGMENTS),
    "phrase": (phrase.RULES, phrase.FRAGMENTS),
    "abbreviation": (abbreviation.RULES, abbreviation.FRAGMENTS),
    "event": (event.RULES, event.FRAGMENTS | {"names": any_of(event.standing_events())}),
}
LOWER = ("time", "quantity")
RULES = [pytest.param(g, rule, id=rule.name) for g, (rules, _) in GRAMMARS.items() for rule in rules]
EXAMPLES = [text for rules, _ in GRAMMARS.values() for rule in rules for text in rule.examples]
# What real pages are made of and what no page should be: numbers, connectives, brackets and marks without end.
PIECES = [
    *("1", "12 ", "1.", "1,", "1/", "1-", "1.234.567 ", "12/5/2020 - ", "20/2", "2020-2021, ", "5%/năm ", "17 giờ "),
    *("của ", "và ", "và các ", "hơn ", "ngày 1 và ", "tháng 5 ", "năm 2020 và ", "từ ngày 1 đến ", "sáng thứ hai, "),
    *("một hai ba ", "trăm nghìn ", "hàng chục nghìn ", "từ 1 đến 2 ", "tỷ đồng/", "1 triệu 200 nghìn ", "rằm tháng "),
    *("(", "()", "(a", "(ABC)", "“", "“a ", "“a”", "'", "A", "Á ", "Abc ", "Abc, ", "ABC-", "A.", "A&", "a", "xã "),
    *("Nghị quyết ", "nghị quyết đại hội ", "Nghị quyết số 1, 2, ", "1/QĐ-", "NQ-", "Luật A, b ", "các Nghị quyết, "),
    *("phong trào A b ", "Huân chương Lao động hạng Nhất, Nhì, ", "danh hiệu ", "giai đoạn 2016-", "quý i, "),
    *(" ", "\n", "- ", ".", "…", "\U0001f33e", "\u0301"),
]


@cache
def scanner_of(grammar):
    return Scanner(*GRAMMARS[grammar])


@cache
def compiled(grammar, name):
    rules, fragments = GRAMMARS[grammar]
    return regex.compile(next(r for r in rules if r.name == name).expanded(fragments))


def plain(grammar, rules, text):
    """What a scanner finds, by trying every rule everywhere."""
    found = []
    for rule in rules:
        pattern = compiled(grammar, rule.name)
        for m in pattern.finditer(text):
            s, e = m.span("span") if "span" in pattern.groupindex else m.span()
            if e > s:
                found.append((s, e, rule.name))
    return list(flatten(found))


@pytest.mark.parametrize(("grammar", "rule"), RULES)
def test_a_rule_finds_its_examples_through_its_trigger(grammar, rule):
    scanner = Scanner([rule], GRAMMARS[grammar][1])
    for text in rule.examples:
        text = shadow(text).lower() if grammar in LOWER else shadow(text)
        found = list(scanner.scan(text, 0, len(text)))
        assert found
        assert found == plain(grammar, [rule], text)


@pytest.mark.parametrize("grammar", GRAMMARS)
@given(parts=st.lists(st.sampled_from([*EXAMPLES, *PIECES]), max_size=12))
def test_a_scanner_finds_what_trying_everywhere_finds(grammar, parts):
    text = "".join(parts).lower() if grammar in LOWER else "".join(parts)
    assert list(scanner_of(grammar).scan(text, 0, len(text))) == plain(grammar, GRAMMARS[grammar][0], text)


@pytest.mark.parametrize(
    "pattern",
    [
        *("a|bc", "(?<!a)b|c", "(?:ab)?c+", "[^a]b", "(?i:ab)c", "a{2,3}b", "(?=a)(?:a|b)c", r"\bb\b", "(?P<x>a|)b"),
        *(r"(?<!\w)a*b", "(?(?=a)a|b)c", "(?<=a)b", "(?>a|ab)c", r"\p{Lu}?a", "[[:alpha:]]b", "(?i)ab", "c(?i)ab"),
    ],
)
@given(text=st.text(st.sampled_from("abcABC é“"), max_size=8))
def test_a_finder_finds_what_its_pattern_does(pattern, text):
    expected = [m.span() for m in regex.finditer(pattern, text) if m[0]]
    assert [m.span() for m in Finder(pattern).finditer(text)] == expected
    assert [m.span() for m in Prefiltered(pattern).finditer(text) if m[0]] == expected


OPENED = ("a|bc", "(?:ab)?c+", "[^a]b", "(?i:ab)c", "a{2,3}b", "b(?=ca|[AB])", "(?:a(?=b)|c)b", "“(?=a)", r"\p{Lu}?a")


@pytest.mark.parametrize("flags", [0, regex.IGNORECASE], ids=["case", "any case"])
@pytest.mark.parametrize("pattern", [r"(?<!a)b ?\Z", r"(?:ab|c)\Z", r"[^a]{2,3}\Z", r"(?:\A|é) *\Z", r"a(?=b)b\Z"])
@given(text=st.text(st.sampled_from("abcABC é"), max_size=9), bounds=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_the_end_of_a_text_is_found_as_by_the_pattern(pattern, flags, text, bounds):
    start, end = bounds
    expected = regex.compile(pattern, flags).search(text, start, end)
    found = Ending(pattern, flags).search(text, start, end)
    assert (found and found.span()) == (expected and expected.span())
    assert bool(Ending(pattern, flags).search(text)) == bool(regex.search(pattern, text, flags))


@given(text=st.text(st.sampled_from("abcABC é“"), max_size=12))
def test_readers_that_share_their_places_find_the_same(text):
    places = Places()
    together = [Finder(p, places) for p in OPENED]
    for pattern, finder in zip(OPENED, together, strict=True):
        expected = [m.span() for m in regex.finditer(pattern, text)]
        assert [m.span() for m in finder.finditer(text)] == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?:an|the) (?:old )?house", [{" "}, {"house"}, {"an", "the"}]),
        ("a+b(?=c)cd\\.x[e]", [{"a"}, {"bcd.x"}]),  # a literal goes on over what takes no room
        ("x{0,3}(?:y|[z])", []),  # one alternative without a literal: nothing is needed
        ("(?i:ab)", []),
    ],
)
def test_words_without_which_a_pattern_cannot_match(pattern, expected):
    assert sorted(map(sorted, needed(pattern))) == sorted(map(sorted, expected))


@given(words=st.lists(st.text(st.sampled_from("ab. "), min_size=1, max_size=4), min_size=1), text=st.text("ab. "))
def test_any_of_takes_the_longest_word(words, text):
    longest_first = "|".join(map(regex.escape, sorted(words, key=len, reverse=True)))
    assert regex.findall(any_of(words), text) == regex.findall(longest_first, text)


@pytest.mark.parametrize(("grammar", "rule"), RULES)
def test_a_rule_costs_no_more_than_its_text_is_long(grammar, rule):
    scanner = Scanner([rule], GRAMMARS[grammar][1])
    pieces = [*PIECES, *(f"{text} " for text in rule.examples)]
    pieces = [p.lower() for p in pieces] if grammar in LOWER else pieces
    assert superlinear(lambda text: list(scanner.scan(text, 0, len(text))), pieces, 4000) == []


@pytest.mark.parametrize("module", [time, quantity, legaldoc, phrase, abbreviation, event], ids=lambda m: m.__name__)
@pytest.mark.parametrize("end", ["", "ſ"], ids=["standard engine", "regex"])
def test_a_grammar_costs_no_more_than_its_text_is_long(module, end):
    assert superlinear(lambda text: module.find(text + end, [(0, len(text))]), PIECES, 5000) == []


def test_a_line_of_200_kB_without_blanks_is_no_trouble():
    text = "congtacdanvan" * 16_000
    for module in (time, quantity, legaldoc, phrase, abbreviation, event):
        assert module.find(text, [(0, len(text))]) == []
