"""Figures against gold, each by a hand count."""

import pytest

from dvextract.evaluation.score import Ratio, format_table, same_value, samples, score

TEXT = "Ngày 8/7, bà Hà Thị Miền, Bí thư Đảng ủy xã Pá Ngần, dự."


def mention(words, label, **attributes):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "label": label, "text": words, "attributes": attributes}


def row(words, label, value=""):
    m = mention(words, label)
    cells = {k: str(v) for k, v in m.items() if k != "attributes"}
    return {"doc_id": "p", "value": value, **cells}


GOLD = {
    "doc_id": "p",
    "text": TEXT,
    "mentions": [
        mention("Ngày 8/7", "TIME", val="XXXX-07-08"),
        mention("Hà Thị Miền", "PERSON"),
        mention("Bí thư Đảng ủy xã Pá Ngần", "TITLE"),
    ],
}
RIGHT = [row("Ngày 8/7", "TIME", "XXXX-07-08"), row("Hà Thị Miền", "PERSON"), row("Bí thư Đảng ủy xã Pá Ngần", "TITLE")]


def scored(*mentions, gold=GOLD, **tables):
    return score([gold], {"mentions": mentions, **tables})


@pytest.mark.parametrize(
    ("found", "strict", "overlap"),
    [
        (RIGHT, (3, 3, 3), 3),
        ([], (0, 0, 3), 0),
        # one character too few: wrong, but it overlaps
        ([*RIGHT[:2], row("Bí thư Đảng ủy xã Pá Ngầ", "TITLE")], (2, 3, 3), 3),
        # another label: neither
        ([*RIGHT[:2], row("Bí thư Đảng ủy xã Pá Ngần", "ORGANISATION")], (2, 3, 3), 2),
        # two pieces of one mention overlap it once
        ([row("Hà Thị", "PERSON"), row("Miền", "PERSON")], (0, 2, 3), 1),
        # a page that gold does not have does not count
        ([*RIGHT, {**RIGHT[0], "doc_id": "q"}], (3, 3, 3), 3),
    ],
)
def test_spans(found, strict, overlap):
    scores = scored(*found)
    assert scores.strict["ALL"] == Ratio(*strict)
    assert scores.overlap.right == overlap == sum(r.right for k, r in scores.overlaps.items() if k != "ALL")


def test_overlap_is_one_to_one():
    gold = {**GOLD, "mentions": [mention("Hà Thị", "PERSON"), mention("Miền", "PERSON")]}
    # the first found touches both, the second only the second: both gold mentions are touched
    assert scored(row("Hà Thị M", "PERSON"), row("iền", "PERSON"), gold=gold).overlap.right == 2
    assert scored(row("Hà Thị Miền", "PERSON"), gold=gold).overlap.right == 1


def test_ungrounded_rows_are_counted():
    assert scored({**RIGHT[0], "text": "ngày 8/7"}, RIGHT[1]).ungrounded == 1


@pytest.mark.parametrize(
    ("found", "values"),
    [
        ("XXXX-07-08", {"TIME": (1, 1)}),
        ("2024-07-08", {"TIME": (0, 1)}),
        ("", {"TIME": (0, 1)}),
    ],
)
def test_values_of_right_spans(found, values):
    assert scored(row("Ngày 8/7", "TIME", found)).values == values


@pytest.mark.parametrize("undecided", ["?", ""])
def test_a_value_that_gold_leaves_open_does_not_count(undecided):
    gold = {**GOLD, "mentions": [mention("Ngày 8/7", "TIME", val=undecided)]}
    assert scored(RIGHT[0], gold=gold).values == {}


@pytest.mark.parametrize(
    ("label", "gold", "found", "same"),
    [
        ("QUANTITY", "1268", "1268", True),
        ("QUANTITY", "5", "5.0", True),
        ("QUANTITY", "14..16", "14..16", True),
        ("QUANTITY", "14..16", "14", False),
        ("TIME", "2020", "2020.0", False),  # numbers are equal as numbers, dates are not
    ],
)
def test_same_value(label, gold, found, same):
    assert same_value(label, gold, found) is same


def test_ratio():
    ratio = Ratio(right=3, found=4, gold=6)
    assert (ratio.precision, ratio.recall, ratio.f1) == (0.75, 0.5, 0.6)
    assert Ratio(0, 0, 0).f1 == 0.0
    assert ratio.as_json() == {"p": 0.75, "r": 0.5, "f": 0.6, "gold": 6, "found": 4}


def test_macro_is_over_the_labels_of_gold():
    scores = scored(RIGHT[0], row("xã Pá Ngần", "LOCATION"))
    assert scores.macro == pytest.approx(1 / 3)


def test_posts_are_a_set_of_strings():
    gold = {**GOLD, "posts": [{"person": "Hà Thị Miền", "title": "Bí thư", "organisation": None}]}
    posts = [{"doc_id": "p", "person": "Hà Thị Miền", "title": title} for title in ("Bí thư", "Bí thư", "Chủ tịch")]
    assert scored(gold=gold, posts=posts).posts == Ratio(1, 2, 1)
    assert scored(gold=GOLD, posts=posts).posts is None


def test_relations():
    relations = [
        {"kind": "statement", "args": [1], "attributes": {"verb": "nói"}},
        {"kind": "cooperates_with", "args": [1, 2], "attributes": {}},
    ]
    scores = scored(
        gold={**GOLD, "relations": relations},
        statements=[{"doc_id": "p", "speaker": "Hà Thị Miền", "verb": "nói"}],
        # the order of the two does not matter
        cooperations=[
            {"doc_id": "p", "organisation_a": "Bí thư Đảng ủy xã Pá Ngần", "organisation_b": "Hà Thị Miền"},
            {"doc_id": "p", "organisation_a": "Hà Thị Miền", "organisation_b": "Hà Thị Miền"},
        ],
    )
    assert scores.statements == Ratio(1, 1, 1)
    assert scores.cooperations == Ratio(1, 2, 1)


def test_content_is_counted_in_characters_that_are_not_blank():
    gold = {**GOLD, "blocks": [{"start": 0, "end": 9, "kind": "title"}, {"start": 10, "end": 24, "kind": "body"}]}
    blocks = [
        {"doc_id": "p", "start": "0", "end": "9", "kind": "title"},
        {"doc_id": "p", "start": "10", "end": "12", "kind": "lead"},
        {"doc_id": "p", "start": "12", "end": "24", "kind": "footer"},
    ]
    scores = scored(gold=gold, blocks=blocks)
    assert scores.content == Ratio(8 + 2, 8 + 2, 8 + 11)
    assert scores.titles == (1, 1)


def test_table_for_the_terminal():
    lines = format_table(scored(*RIGHT[:2])).splitlines()
    assert lines[0] == "1 pages, 0 rows whose text is not text[start:end]"
    assert [line.split()[0] for line in lines[2:6]] == ["PERSON", "TITLE", "TIME", "ALL"]
    assert lines[5].split() == ["ALL", "1.000", "0.667", "0.800", "3", "2", "0.800"]


def test_samples_show_errors_in_context():
    scores = scored(RIGHT[0], row("xã Pá Ngần", "LOCATION"))
    lines = samples(scores, [GOLD], 5)
    assert [line.split()[:2] for line in lines] == [["missed", "PERSON"], ["missed", "TITLE"], ["wrong", "LOCATION"]]
    assert "bà ⟦Hà Thị Miền⟧, Bí thư" in lines[0]
    assert [line.split()[1] for line in samples(scores, [GOLD], 5, "TITLE")] == ["TITLE"]
    assert len(samples(scores, [GOLD], 1)) == 2
