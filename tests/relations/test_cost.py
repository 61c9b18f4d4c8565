"""No pattern of a relation costs more than its sentence is long, and none misses what it needs."""

import inspect

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from dvextract.grammar.trigger import Prefiltered
from dvextract.relations import bodies, cooperations, participations, posts, statements
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


def patterns():
    """Every pattern with the methods its module calls: one that is matched at one place may cost more there."""
    for module in MODULES:
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            for i, p in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(p, regex.Pattern | Prefiltered):
                    used = set(regex.findall(rf"\b{name}\.(search|match|fullmatch|finditer)\(", source))
                    used |= {"fullmatch"} if f"_fits({name}, " in source else set()
                    used = used or {"finditer"}
                    yield pytest.param(name, p, used, id=f"{module.__name__.rpartition('.')[2]}.{name}[{i}]")
    yield pytest.param("verbs", statements._verb_pattern(), {"finditer"}, id="statements.verbs")


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


@given(parts=st.lists(st.sampled_from(PIECES), max_size=10))
def test_a_cooperation_holds_a_word_of_work(parts):
    matches = [m for _, rule in cooperations._RULES for m in rule.finditer("".join(parts))]
    assert all(cooperations._WORKS.search(m[0]) for m in matches)
