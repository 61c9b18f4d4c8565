"""The lexicons of layout hold only what the code can use."""

from collections import Counter

import pytest

from dvextract.document import FURNITURE_KINDS
from dvextract.grammar.fold import shadow
from dvextract.layout.cues import any_of, words
from dvextract.lexicon.tsv import rows


def test_furniture_rows():
    for kind, where, listed in rows("furniture.tsv"):
        assert kind in FURNITURE_KINDS
        assert where in {"item", "start", "within"}
        assert listed == listed.lower().strip() != ""


def test_no_row_twice():
    # "item" decides for one kind only; the same words may begin a line of another kind.
    counts = Counter((where, shadow(listed)) for _, where, listed in rows("furniture.tsv"))
    assert [entry for entry, n in counts.items() if n > 1] == []


def test_cues_are_folded_and_longest_first():
    assert "thông cáo báo chí" in words("document_type")
    pattern = any_of("document_type")
    assert pattern.index("thông\\ cáo\\ báo") < pattern.index("|thông\\ cáo|")


def test_unknown_cue():
    with pytest.raises(KeyError):
        words("no such cue")
