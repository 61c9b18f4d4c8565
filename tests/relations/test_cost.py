"""No pattern of a relation costs more than its sentence is long, and none misses what it needs."""

import inspect
import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from dvextract.grammar.trigger import Prefiltered
from dvextract.relations import bodies, cooperations, participations, posts, skeleton, statements, words
from dvextract.relations.verbs import verb_pattern
from growth import superlinear

MODULES = (bodies, cooperations, participations, posts, statements)
WINDOWED = 240  # characters before a verb or at a sentence's end that these are tried on, never more
SHORT = {"_SPEAKER", "_SPEAKER_LAST", "_AFTER_QUOTE"}
PIECES = [
    *(
        "P, ",
        "P và ",
        "O, ",
        "O và O ",
        "T P, ",
        "T, ",
        "P (",
        "(",
        "()",
        " (O)",
        "P (T), ",
        "O (L) ",
        "của O ",
        "của ",
    ),
    *("và ", "phát biểu ", "phát biểu tại ", "chủ trì ", "do P chủ trì ", "do P, ", "sự chủ trì của ", "dự có P, "),
    *(
        "dự ",
        "có ",
        "đồng chí ",
        "các đồng chí ",
        "ông P, ",
        "E, P ",
        "E ",
        "hội nghị ",
        "O phối hợp với O ",
        "O ký kết ",
    ),
    *("giữa O và ", "O tổ chức E ", "O đã ", "O cùng O ", "đã cùng ", "bổ nhiệm ", "giữ chức ", "là ", "nguyên T "),
    *("O khóa x, ", "theo P, ", "P: ", "P nói ", "P đề nghị O ", "; đồng thời ", "“F” ", "“", "P, L, D, ", "dân tộc "),
    *(
        "P, trú ",
        "P, chủ ",
        "P, O, T, ",
        " ",
        "a ",
        "a",
        "T kiêm ",
        "gồm P, ",
        "1 ",
        "Q ",
        "R P ",
        "nhiệm kỳ ",
        "thay ",
    ),
    *(
        "tham gia ",
        "về dự và ",
        "trao ",
        "tại E, ",
        "đại diện O ",
        "báo cáo của ",
        "chương trình phối hợp ",
        "A ",
        "D ",
    ),
]

MARKS = [
    "”",
    '"',
    "»",
    ";",
    ": ",
    ". ",
    ") ",
    "với ",
    "yêu cầu ",
    "ông ",
    "theo báo cáo của ",
    "”, ông P nói",
    "giữ chức ",
]


def patterns():
    """Every pattern with the methods its module calls: one that is matched at one place may cost more there."""
    for module in MODULES:
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            several = [rule for rule, _ in value] if isinstance(value, words.Rules) else value
            for i, p in enumerate(several if isinstance(several, tuple | list) else (several,)):
                if isinstance(p, posts._Gap):
                    yield pytest.param(name, p.pattern, {"fullmatch"}, id=f"posts.{name}")
                elif isinstance(p, regex.Pattern | re.Pattern | Prefiltered):
                    used = set(regex.findall(rf"\b{name}\.(search|match|fullmatch|finditer)\(", source))
                    used = used or {"finditer"}
                    yield pytest.param(name, p, used, id=f"{module.__name__.rpartition('.')[2]}.{name}[{i}]")
    yield pytest.param("verbs", verb_pattern(), {"finditer"}, id="statements.verbs")


PATTERNS = list(patterns())
PREFILTERED = [pytest.param(p.values[1], id=p.id) for p in PATTERNS if isinstance(p.values[1], Prefiltered)]


@pytest.mark.parametrize(("name", "pattern", "used"), PATTERNS)
@pytest.mark.parametrize("end", ["", "P", ". phát biểu"])
def test_a_pattern_costs_no_more_than_its_text_is_long(name, pattern, used, end):
    def run(text):
        longest = WINDOWED if name in SHORT else len(text)
        text += end
        for first in range(0, len(text), longest):
            for method in used:
                found = getattr(pattern, method)(text, first, first + longest)
                list(found) if method == "finditer" else found

    assert superlinear(run, PIECES, 1500) == []


@pytest.mark.parametrize("pattern", PREFILTERED)
@given(parts=st.lists(st.sampled_from(PIECES), max_size=10))
def test_a_prefiltered_pattern_finds_what_the_pattern_does(pattern, parts):
    text = "".join(parts)
    assert [m.span() for m in pattern.finditer(text)] == [m.span() for m in pattern._pattern.finditer(text)]


texts = st.lists(st.sampled_from([*PIECES, *MARKS]), max_size=10).map("".join)


@given(text=texts)
def test_what_a_sentence_is_asked_for_is_in_it_wherever_a_pattern_fits(text):
    held = words.held(text)
    assert all(words.held(m[0]) & cooperations._WORKS for rule, _ in cooperations._RULES for m in rule.finditer(text))
    assert held & participations._FRAME_WORDS or not any(p.search(text) for p in participations._TELLING)
    assert held & statements._THEO or text.startswith("theo ") or not statements._ACCORDING.search(text)
    assert held & statements._COLON_QUOTE or not statements._ANY_VERB.search(text)
    assert held & statements._QUOTE_OPENS or not (m := statements._TO_QUOTE.match(text)) or m.end() == len(text)
    assert held & statements._JOINS or not statements._STRONG.search(text)
    assert held & posts._PRONOUNS or not posts._PRONOUN.match(text)
    assert text.endswith(statements._BEFORE_OBJECTS) or not statements._NOT_SUBJECT.search(text)
    for gap in (posts._TAKEN, posts._ONLY_STATE):
        assert text.rstrip(" :(,").endswith(gap._ends) or not gap.pattern.fullmatch(text)


@given(text=texts)
def test_a_speaker_stands_in_the_clause_of_the_verb(text):
    for pattern, marks in ((statements._SPEAKER, ';:.“"'), (statements._SPEAKER_LAST, ';:“"')):
        at = skeleton.clause_start(text, marks, 0, len(text))
        found, there = pattern.search(text), pattern.search(text, at)
        assert (found and found.span()) == (there and there.span())


@given(text=texts)
def test_what_was_said_is_near_who_said_it(text):
    speaker, quoted = statements._SPEAKER_LAST.search(text), statements._AFTER_QUOTE.search(text)
    if quoted:
        ahead = len(text[: speaker.start()].rstrip(" TRA")) - statements._CALLED_MOST
        assert quoted.regs == statements._AFTER_QUOTE.search(text, max(0, ahead)).regs
