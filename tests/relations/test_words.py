"""Words that are looked for in sentences, and sentences as compiled loops give them: the same as without."""

import re
from itertools import pairwise
from types import SimpleNamespace

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from dvextract.compiled import part
from dvextract.document import Block, Document, Mention, Reading, Sentence
from dvextract.relations import cooperations, participations, skeleton, words
from dvextract.relations.verbs import reporting_verbs, verb_pattern

scan = part("dvextract.relations._scan")
compiled = pytest.mark.skipif(scan is None, reason="the loops are not compiled here")

PIECES = (
    *("Ông ", "đồng chí", " ", "  ", "\n", "\u00a0", "\t\x85", ". ", ": “", "”", ",", "; ", "_", "²", "é", "\u0301"),
    *(
        "phát biểu",
        "phát biểu tại hội nghị",
        "cho biết",
        " đã nói",
        "báo cáo",
        "đề nghị ",
        "theo ",
        "UỶ ban",
        "chủ trì",
    ),
    *(
        "\U0001f33e",
        "\ud800",
        "\u3000",
        "\u1680",
        "\u180e",
        "\u2028",
        "ạ",
        "\x1f",
        "x",
        "0",
        "İ",
        "K",
        "dự có ",
        "bổ nhiệm",
        "giữa ",
    ),
)


@st.composite
def documents(draw):
    """Pages of one block, cut anywhere into sentences, with mentions that may overlap."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=20)))
    places = st.integers(0, len(text))
    cuts = sorted({0, len(text), *draw(st.lists(places, max_size=4))})
    spans = sorted(sorted(pair) for pair in draw(st.lists(st.tuples(places, places), max_size=8)))
    labels = st.sampled_from([*skeleton.LETTERS, "OTHER"])
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("sentences", tuple(Sentence(a, b, 0) for a, b in pairwise(cuts)))
    doc.add("mentions", tuple(Mention(a, b, draw(labels), "test", 1.0) for a, b in spans))
    doc.add("readings", tuple(Reading(draw(st.sampled_from(["", "rank"]))) for _ in spans))
    return doc


def described(s):
    """All that can be asked of a sentence."""
    n = len(s.text)
    return (
        *(s.text, s.letters, dict(s.mentions), s.block, s.start, s.end, s.holds, s.verbs),
        [s.offset(i) for i in range(n + 1)],
        [s.place(i, j) for i in range(n) for j in range(i + 1, min(n, i + 9) + 1) if s.text[i:j].strip(" ")],
        [s.positions(letters) for letters in ("P", "PTR", "")],
        [s.split(letters) for letters in ("P", "PTR", "")],
    )


@compiled
@given(doc=documents())
def test_sentences_are_the_same_compiled_or_not(doc):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skeleton, "_compiled", scan)
        one = [described(s) for s in skeleton.skeletons(doc)]
        patch.setattr(skeleton, "_compiled", None)
        other = [described(s) for s in skeleton.skeletons(doc)]
    assert one == other


VERBS = (
    *("bày tỏ", "bày tỏ cảm ơn", "gửi lời cảm ơn", "cảm ơn", "nói", "nói thêm", "báo cáo", "phát biểu", "thông báo"),
    *(" ", " ", ", ", ". ", "; ", ") ", " của", " đặt ra", " từ", "từ ", "²", "_", "\u0301", "P", "O", "x"),
)


@compiled
@given(parts=st.lists(st.sampled_from(VERBS), max_size=14))
@example(parts=["P", " ", "bày tỏ", " ", "cảm ơn", " của", " ", "nói", " ", "thông báo"])
@example(parts=["P", ". " * 150, "nói", ", ", "P", " ", "nói thêm"])
def test_verbs_are_the_same_compiled_or_not(parts):
    text = "".join(parts)
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("sentences", (Sentence(0, len(text), 0),))
    places = [i for i, c in enumerate(text) if c in "PO"]
    labels = {"P": "PERSON", "O": "ORGANISATION"}
    doc.add("mentions", tuple(Mention(i, i + 1, labels[text[i]], "test", 1.0) for i in places))
    doc.add("readings", tuple(Reading() for _ in places))
    found = []
    for loops in (scan, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(skeleton, "_compiled", loops)
            found.append([s.verbs for s in skeleton.skeletons(doc)])
    assert found[0] == found[1]


@compiled
def test_long_sentences_are_cut_alike_compiled_or_not():
    text = "Xã, " * 3000
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("sentences", (Sentence(0, 2000, 0), Sentence(2000, len(text), 0)))
    places = [*range(0, 3600, 4), *range(3600, len(text), 1200)]
    doc.add("mentions", tuple(Mention(i, i + 2, "LOCATION", "test", 1.0) for i in places))
    doc.add("readings", (Reading(),) * len(places))
    found = []
    for loops in (scan, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(skeleton, "_compiled", loops)
            found.append([(s.text, s.start, s.end, dict(s.mentions)) for s in skeleton.skeletons(doc)])
    assert found[0] == found[1]


@given(doc=documents())
def test_the_verbs_of_a_sentence_are_those_of_the_pattern(doc):
    for s in skeleton.skeletons(doc):
        speakers = s.positions("PTROG")
        found = [m.span() for m in verb_pattern().finditer(s.text)]
        assert [v[:2] for v in s.verbs] == [v for v in found if speakers and v[0] > speakers[0]]
        assert s.holds == words.held(s.text)


@compiled
@given(
    sets=st.lists(st.lists(st.text("abc ấ", min_size=1, max_size=4), max_size=4), max_size=64),
    text=st.text("abc ấ\ud800", max_size=20),
)
def test_an_automaton_finds_words_inside_words(sets, text):
    (s,) = scan.skeletons(scan.Vocabulary(sets, [], []), text, [], [], {}, [(0, len(text), 0)])
    skeleton_text = re.sub(r"\s\s+|[^\S ]", " ", text)
    assert s.text == skeleton_text
    assert s.holds == sum(1 << i for i, alike in enumerate(sets) if any(w in skeleton_text for w in alike))


@given(text=st.lists(st.sampled_from([*"aPấ_7²½⁴①⓪❶ -.,\n", "\u0301"]), max_size=8).map("".join))
@pytest.mark.parametrize("pattern", [r"\w+", r"a(?!\w)", r"(?<!\w)P", r"(?:.*[^\w])?a", r", [aP](?![\w])"])
def test_a_plain_pattern_finds_what_regex_finds(pattern, text):
    one, other = words.plain(pattern), regex.compile(pattern)
    assert [m.span() for m in one.finditer(text)] == [m.span() for m in other.finditer(text)]
    assert bool(one.fullmatch(text)) == bool(other.fullmatch(text))


@compiled
@given(text=st.lists(st.sampled_from([*PIECES, "«", "‘", "\u2061"])).map("".join))
def test_places_of_characters(text):
    assert scan.places(text, "“”«»\"'") == [i for i, c in enumerate(text) if c in "“”«»\"'"]


@compiled
@pytest.mark.parametrize(
    "given_",
    [
        ([], 0, (0, 4, 0)),
        ([], 0, (2, 1, 0)),
        ([], 0, (-1, 1, 0)),
        ([(1, 2)], 0, (0, 3, 0)),
        ([], 1, (0, 3, 0)),
        ([(1, 4)], 1, (0, 3, 0)),
        ([(2, 1)], 1, (0, 3, 0)),
        ([(-1, 1)], 1, (0, 3, 0)),
    ],
)
def test_what_is_outside_of_its_page_is_refused(given_):
    spans, readings, sentence = given_
    mentions = [Mention(a, b, "PERSON", "test", 1.0) for a, b in spans]
    with pytest.raises(ValueError, match="page"):
        scan.skeletons(
            scan.Vocabulary([], [], []), "abc", mentions, [Reading()] * readings, {"PERSON": "P"}, [sentence]
        )


@compiled
@given(
    spans=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).map(sorted), max_size=5),
    sentences=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).map(sorted), max_size=5),
)
def test_nothing_is_read_or_written_outside_a_page_whatever_the_order(spans, sentences):
    mentions = [Mention(a, b, "PERSON", "test", 1.0) for a, b in spans]
    vocabulary = scan.Vocabulary([["a"]], ["bc"], ["d"])
    found = scan.skeletons(
        vocabulary, "abc d", mentions, [Reading()] * len(spans), {}, [(a, b, 0) for a, b in sentences]
    )
    for s in reversed(found):
        assert len(s.text) <= 5 + len(spans)
        assert len(s.mentions) == len(s.letters)
        assert s.holds == ("a" in s.text)


@compiled
def test_a_stretch_outside_its_sentence_is_refused():
    (s,) = scan.skeletons(scan.Vocabulary([], reporting_verbs(), []), "nói", [], [], {}, [(0, 3, 0)])
    assert s.place(0, 3) == (0, 3)
    for start, end in ((0, 4), (-1, 2), (2, 2)):
        with pytest.raises(ValueError, match="sentence"):
            s.place(start, end)
    with pytest.raises(ValueError, match="64"):
        scan.Vocabulary([["a"]] * 65, [], [])


def test_there_are_no_more_sets_than_bits(monkeypatch):
    monkeypatch.setattr(words, "_SETS", {(f"w{i}",): i for i in range(64)})
    assert words.one_of(["w3"]) == 8
    assert words.held("w3 w63") == 1 << 3 | 1 << 63 | 1 << 6
    with pytest.raises(ValueError, match="64"):
        words.one_of(["more"])


def test_the_most_telling_words_are_the_longest():
    sought = words.Sought("(?:a|bc) .(?:dài|dự)x(?:ông)")
    assert sought.telling == ("xông",)
    assert all(frame.needs for frame in participations._TELLING)


@given(text=st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_rule_matches_but_those_for_a_sentence(text):
    s = SimpleNamespace(text=text, holds=words.held(text))
    for rules in (participations._FRAMES, participations._ORGANISED, cooperations._RULES):
        found = [rule for rule, _ in rules.for_(s)]
        assert [rule for rule, _ in rules if rule in found] == found
        assert all(rule in found or not rule._pattern.search(text) for rule, _ in rules)
