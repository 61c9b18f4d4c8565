"""An automaton loses no match of its patterns, and its compiled walks are the others'."""

from functools import cache
from itertools import product

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from dvextract.grammar import abbreviation, automaton, edges, event, legaldoc, phrase, quantity, time
from dvextract.grammar.automaton import FARTHEST, Automaton, Walks
from dvextract.grammar.fold import shadow
from dvextract.grammar.rule import any_of

GRAMMARS = (
    (time.RULES, time.FRAGMENTS),
    (quantity.RULES, quantity.FRAGMENTS | {"noun": any_of(quantity.counted_nouns())}),
    (legaldoc.RULES, legaldoc.FRAGMENTS),
    (phrase.RULES, phrase.FRAGMENTS),
    (abbreviation.RULES, abbreviation.FRAGMENTS),
    (event.RULES, event.FRAGMENTS | {"names": any_of(event.standing_events())}),
)
PATTERNS = {r.name: r.expanded(fragments) for rules, fragments in GRAMMARS for r in rules}
PATTERNS |= {e.name: edges.filled(e.pattern) for e in edges.EDGES}
EXAMPLES = [shadow(text) for rules, _ in GRAMMARS for rule in rules for text in rule.examples]
EXAMPLES += [text.replace("[", "").replace("]", "") for e in edges.EDGES for text in e.examples]

SMALL = [
    *(
        "a|bc",
        "(?<!a)b|c",
        "(?<!a)(?:b|c)",
        "(?:ab)?c+",
        "[^a]b",
        "(?i:ab)c",
        "a{2,3}b",
        "a{6}b",
        "(?:a|bc){2,}",
        "a*b",
    ),
    *(
        "(?=a)(?:a|b)c",
        "b(?=ca|[AB])",
        "(?:a(?=b)|c)b",
        "“(?=a)",
        "b(?=a)(?!aa)",
        "(?:a|b(?=c))?c",
        "(?:a(?=b))+",
        "a?",
    ),
    *("(?<=a|b)c", "(?:(?<!a)b?)c", "(?<=ab?)(?:(?<!b)a|(?<!a)c)", "(?<=(?i:a)é?)b", "(?<=a|b*)c", "(?<=a(?=b))b"),
    *("a(?<=b)c", "(?<!a|b)c", "(?<!ab|c)a", "(?:(?<=a))?b", "(?i:(?<!a)(?<!b))c", "(?=b)(?<=a)b"),
    *(r"\bb\b", "(?P<x>a|)b", r"(?<!\w)a*b", "(?(?=a)a|b)c", "(?<=a)b", "(?>a|ab)c", r"\p{Lu}?a", "[[:alpha:]]b"),
    *(
        "(?i)ab",
        "c(?i)ab",
        r"a\Z",
        "a{,2}b",
        r"[\s\S]b",
        "a.c",
        "ab++c",
        "(?:a{2}b?){1,2}",
        "(?P<x>a)(?P=x)",
        r"\n| a",
        "|a",
    ),
]
TEXTS = st.text(st.sampled_from("abcABC é“\n\U0001f33e\ud800"), max_size=14)


def numbered(patterns):
    return dict(enumerate(patterns))


@pytest.fixture(params=["walks", "compiled"])
def walks(request, monkeypatch):
    """Both kinds of walks, one after the other."""
    if request.param == "walks":
        monkeypatch.setattr(automaton, "_compiled", None)
    elif automaton._compiled is None:
        pytest.skip("nothing is compiled here")


@pytest.fixture(scope="module")
def both():
    """All patterns of the grammars, by both kinds of walks."""
    if automaton._compiled is None:
        pytest.skip("nothing is compiled here")
    fast = Automaton(numbered(PATTERNS.values()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(automaton, "_compiled", None)
        plain = Automaton(numbered(PATTERNS.values()))
    assert isinstance(plain._walks, Walks)
    assert not isinstance(fast._walks, Walks)
    return plain, fast


@cache
def of_all_rules():
    return Automaton(numbered(PATTERNS.values())), {i: regex.compile(p) for i, p in enumerate(PATTERNS.values())}


def matching(patterns, text, at):
    return sum(1 << i for i, p in patterns.items() if p.match(text, at))


def bits_at(found, places, n):
    by_place = dict(places)
    return [found.meant[by_place[at]] if at in by_place else 0 for at in range(n)]


@pytest.mark.parametrize("pattern", SMALL)
@given(text=TEXTS)
def test_no_match_is_lost(pattern, text):
    compiled = regex.compile(pattern)
    found = Automaton({0: pattern})
    can = {at for at, _ in found.places(text)}
    assert {at for at in range(len(text)) if compiled.match(text, at)} <= can
    assert can == {at for at in range(len(text)) if found.at(text, at)}


@given(text=TEXTS)
def test_many_patterns_are_told_apart(text):
    found = Automaton(numbered(SMALL))
    each = [Automaton({0: p}) for p in SMALL]
    for at, bits in enumerate(bits_at(found, found.places(text), len(text))):
        assert bits == sum(alone.at(text, at) << i for i, alone in enumerate(each))


@pytest.mark.parametrize("pattern", [rf"(?:{p})\Z" for p in SMALL if "(?i)" not in p and "^" not in p])
@given(text=TEXTS, end=st.integers(0, 14))
def test_no_match_before_a_place_is_lost(pattern, text, end):
    found = Automaton({0: pattern}, backwards=True)
    end = min(end, len(text))
    assert found.at(text, end) or not regex.compile(pattern).search(text, 0, end)


@given(text=st.text(st.sampled_from("abAB é"), max_size=8))
def test_patterns_of_any_case(text):
    found = Automaton({0: "ab|é"}, any_case=True)
    compiled = regex.compile("ab|é", regex.IGNORECASE)
    assert [at for at, _ in found.places(text)] == [at for at in range(len(text)) if compiled.match(text, at)]


@pytest.mark.usefixtures("walks")
def test_hardly_more_is_told_than_what_matches():
    found = Automaton({0: r"(?<!\p{L})(?:hội|ngày) (?:thi|hội)", 3: r"\d{1,2}(?= ngày)", 5: "(?!a)a"})
    text = "hội thi, ngày 12 ngày hội: thihội thi 5 hội"
    assert [(text[at:][:7], found.meant[m]) for at, m in found.places(text)] == [
        ("hội thi", 1),
        ("12 ngày", 8),
        ("2 ngày ", 8),
        ("ngày hộ", 1),
    ]
    assert found.at(text, 0) == 1
    assert found.at("a", 0) == 32  # what it may not look at is left out
    assert found.at(text, len(text)) == found.at(text, -5) == found.at("", 0) == 0
    assert found.within(text, 9, 20) == 9


@pytest.mark.usefixtures("walks")
def test_a_walk_ends_after_some_characters():
    long = "a" * (FARTHEST + 5)
    found = Automaton({0: long + "b", 1: "a+b"})
    assert found.at(long + "c", 0) == 3
    assert found.at("aab", 0) == 2
    assert found.places(long) == [(at, m) for at, m in found.places(long) if at <= len(long) - FARTHEST + 1]


@pytest.mark.usefixtures("walks")
def test_no_more_states_are_made_than_are_kept(monkeypatch):
    monkeypatch.setattr(automaton, "_STATES_MOST", 5)
    text = "abcabdaccbabcabd"
    few = Automaton({0: "abcabd", 1: "[ab]+c"})
    can = dict(few.places(text))
    assert len(few._walks.keys) == 5
    for at in range(len(text)):
        for i, pattern in enumerate(("abcabd", "[ab]+c")):
            assert not regex.match(pattern, text[at:]) or few.meant[can[at]] >> i & 1


def test_no_thread_sees_a_state_without_an_end(monkeypatch):
    kept = []

    class Watched(Walks):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if "given_up" in vars(self):
                kept.append((len(self.table), len(self.given_up)))

    words = ["".join(letters) for letters in product("abcd", repeat=4)]
    monkeypatch.setattr(automaton, "_compiled", None)
    monkeypatch.setattr(automaton, "Walks", Watched)
    Automaton(dict(enumerate(words))).places(" ".join(words))
    assert max(kept)[0] > kept[0][0]  # the tables have grown
    assert all(states <= ends for states, ends in kept)


def test_every_pattern_is_understood():
    for name, pattern in PATTERNS.items():
        assert Automaton({0: pattern}).at("zz", 0) == 0, name


@given(parts=st.lists(st.sampled_from([*EXAMPLES, " ", "\n", "\U0001f33e", "\u2200", "\ud800", "1", "-"]), max_size=8))
def test_no_match_of_any_rule_is_lost(parts):
    text = "".join(parts)
    found, compiled = of_all_rules()
    for at, bits in enumerate(bits_at(found, found.places(text), len(text))):
        assert matching(compiled, text, at) & ~bits == 0


@given(
    parts=st.lists(st.sampled_from([*EXAMPLES, " ", "\n", "\U0001f33e", "\u2200", "\ud800", "\xff", "1"]), max_size=20),
    start=st.integers(-3, 400),
    end=st.integers(-3, 400),
)
def test_compiled_walks_are_the_others(both, parts, start, end):
    plain, fast = both
    text = "".join(parts)
    for a, b in ((0, len(text)), (start, end)):
        expected = [(at, plain.meant[m]) for at, m in plain.places(text, a, b)]
        assert [(at, fast.meant[m]) for at, m in fast.places(text, a, b)] == expected
    assert plain.at(text, start) == fast.at(text, start)


@pytest.mark.parametrize("escaped", [False, True])
def test_capitals_of_a_letter_are_those_of_the_engine(escaped):
    known = "".join(map(chr, range(automaton.CODES)))
    for one in map(chr, range(0x1F00)):
        if (
            (escaped and not one.isascii())
            or (escaped and one.isalnum())
            or (not escaped and one in ".[]\\^-()|?*+{}$")
        ):
            continue
        pattern = "\\" + one if escaped else one
        if one.lower() in automaton._TWO_CASES:
            alike = regex.findall(pattern, known, regex.IGNORECASE | regex.DOTALL)
            assert automaton._bits(pattern, True) == sum(1 << ord(c) for c in alike) | 1 << automaton._OTHER


def test_what_lookbehinds_end_in_is_told():
    found = Automaton({0: "(?<=(?<!x)(?:hội|ngày) ?)a", 1: "(?:(?<![ab])(?<!c)b?)c", 2: "(?<=a*)b"})
    assert [found.at(before + "a", 1) for before in "ioyn "] == [1, 0, 1, 0, 1]
    assert [found.at(before + "c", 1) for before in "abcd"] == [0, 0, 0, 2]
    assert found.at("xb", 1) == 4
    assert found.at("a", 0) == 0


def test_groups_that_are_alike_are_read_once():
    one, other = automaton._read("a(?:bc|d)e", False), automaton._read("x(?:bc|d)", False)
    assert one.items[1] is other.items[1]
    assert automaton._read("(?i:bc|d)", False).items[0] is not one.items[1]


@pytest.mark.parametrize("pattern", ["a(b", "a)b", "(?:a))", "(?(1)a|b)", "[a--b]", "a(?i)b"])
def test_what_is_not_understood_can_begin_anywhere(pattern):
    assert Automaton({0: pattern}).within("xyz", 0, 3) == 1
