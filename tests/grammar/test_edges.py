"""Where spans begin and end: every rule by its examples, and what a correction leaves free."""

from re import _parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract.document import LABELS
from dvextract.grammar.edges import EDGES, PRECEDING, Mended, Mender, filled, rules_of
from dvextract.grammar.engine import standard
from growth import superlinear

EXAMPLES = [(edge, marked, expected) for edge in EDGES for marked, expected in edge.examples.items()]


def mended(marked, label):
    """What becomes of the part in [brackets]."""
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    return text, Mender(text).mend(start, end, label) or Mended(((start, end, label),), ())


@pytest.mark.parametrize(("edge", "marked", "expected"), EXAMPLES, ids=lambda x: getattr(x, "name", None))
def test_examples_of_rules(edge, marked, expected):
    text, result = mended(marked, edge.label)
    assert "|".join(text[s:e] for s, e, _ in result.spans) == expected


def test_every_rule_changes_one_of_its_examples():
    for edge in EDGES:
        before = [marked[marked.index("[") + 1 : marked.index("]")] for marked in edge.examples]
        assert before != list(edge.examples.values()), edge.name


def test_names_and_labels():
    names = [edge.name for edge in EDGES]
    assert len(set(names)) == len(names)
    assert {edge.label for edge in EDGES} <= set(LABELS)
    assert all(edge.name.startswith(edge.label.lower() + ".") for edge in EDGES)


@pytest.mark.parametrize(
    ("marked", "label", "pieces", "freed"),
    [
        # a cell of a table ends a span: quantities stand in every cell, a body only in the first
        ("Tổ vay vốn\t[40 tổ\t3 tỷ đồng]\t", "QUANTITY", ["40 tổ", "3 tỷ đồng"], []),
        ("[Hội CCB\t25 tổ]\t3 tỷ đồng", "ORGANISATION", ["Hội CCB"], ["25 tổ"]),
        # what a cut leaves is free
        ("dự [Hội nghị tổng kết công tác năm 2022] ở", "EVENT", ["Hội nghị tổng kết công tác"], [" năm 2022"]),
        # what is no mention is not
        ("Tại [kỳ họp], ông", "EVENT", [], []),
        # the body in the middle of what was cut
        ("tại [kỳ họp thứ 3, HĐND xã Pá Lông] đã bầu", "EVENT", ["kỳ họp thứ 3", "HĐND xã Pá Lông"], [", "]),
        # nothing is before what cuts
        ("dự [“Bản làng em] ở", "EVENT", [], []),
        # no rules for the label
        ("ông [Hà Văn Biên] dự", "PERSON", ["Hà Văn Biên"], []),
    ],
)
def test_pieces_and_what_they_leave(marked, label, pieces, freed):
    text, result = mended(marked, label)
    assert [text[s:e] for s, e, _ in result.spans] == pieces
    assert [text[s:e] for s, e in result.freed] == freed


def test_the_rule_that_changed_a_span():
    def rules(marked, label):
        return mended(marked, label)[1].rules

    assert rules("dân số [18 tuổi] trở lên", "QUANTITY") == ("quantity.upwards",)
    assert rules("dân số [18 tuổi] cả", "QUANTITY") == ("",)
    assert rules("phải từ [2 lần] trở lên", "QUANTITY") == ("quantity.from",)  # the last of two
    assert rules("tại [kỳ họp thứ 3, HĐND xã Pá Lông] đã bầu", "EVENT") == ("event.session.apart",) * 2
    assert rules("Tổ\t[40 tổ\t3 tỷ đồng]\t", "QUANTITY") == ("cell", "cell")


def test_a_body_is_an_organisation():
    _, result = mended("tại [kỳ họp thứ 3, HĐND xã Pá Lông] đã bầu", "EVENT")
    assert [label for _, _, label in result.spans] == ["EVENT", "ORGANISATION"]


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: e.name)
def test_spans_at_the_ends_of_a_text_stay_inside(edge):
    for marked in edge.examples:
        inside = marked[marked.index("[") + 1 : marked.index("]")]
        result = Mender(inside).mend(0, len(inside), edge.label)
        assert result is None or all(0 <= s < e <= len(inside) for s, e, _ in result.spans)


WORDS = sorted({word for edge in EDGES for marked in edge.examples for word in marked.split(" ")})
ALONE = "Ж"  # a letter that another stands in for


@given(
    parts=st.lists(
        st.sampled_from([*(marked for _, marked, _ in EXAMPLES), *WORDS, "25 m2", "triệu đồng", ALONE, "\u017f"])
    ),
    label=st.sampled_from(sorted({edge.label for edge in EDGES})),
    data=st.data(),
)
def test_no_rule_that_changes_a_span_is_left_out(parts, label, data):
    text = " ".join(parts).replace("[", "").replace("]", "") + " "
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 60)))
    found = Mender(text).mend(start, end, label)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(rules_of(label)), "possible", lambda *_: -1)
        assert Mender(text).mend(start, end, label) == found


@pytest.mark.parametrize("edge", [e for e in EDGES if e.action == "precede"], ids=lambda e: e.name)
def test_what_precedes_is_short(edge):
    assert _parser.parse(standard(filled(edge.pattern))).getwidth()[1] <= PRECEDING


@pytest.mark.parametrize("end", ["", "ſ"], ids=["standard engine", "regex"])
@pytest.mark.parametrize("edge", EDGES, ids=lambda e: e.name)
def test_a_rule_costs_no_more_than_its_span_is_long(edge, end):
    examples = [marked.replace("[", "").replace("]", "") + " " for marked in edge.examples]
    words = sorted({word + " " for text in examples for word in text.split()})
    number = next(i for i, rule in enumerate(rules_of(edge.label).rules) if rule.edge is edge)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(rules_of(edge.label)), "possible", lambda *_: 1 << number)
        work = lambda text: Mender(text + end).mend(0, len(text), edge.label)  # noqa: E731
        assert superlinear(work, [*examples, *words, "1", "1.", "1,", "a", "A ", "(", ", ", "“"], 4000) == []
