"""The syllables that arrays find are those that the pattern finds, and one form has one key."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dvextract.model.features import SYLLABLE, outlines

ODD = "aÁđ9²'’`ʼ.,- \t\n\u00a0\u0301\u200b漢😀"


def by_pattern(text, begins, ends):
    spans = [m.span() for b, e in zip(begins, ends, strict=True) for m in SYLLABLE.finditer(text, b, e)]
    return [s for s, _ in spans], [e for _, e in spans]


@given(st.text(st.sampled_from(ODD), max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_as_the_pattern_finds_them(text, cuts):
    edges = sorted({min(c, len(text)) for c in cuts})
    begins, ends = np.array(edges[0:-1:2], dtype=np.int64), np.array(edges[1::2], dtype=np.int64)
    start, end, key = outlines(text, begins, ends)
    assert (start.tolist(), end.tolist()) == by_pattern(text, begins.tolist(), ends.tolist())
    forms = [text[s:e] for s, e in zip(start.tolist(), end.tolist(), strict=True)]
    assert len(set(forms)) == len(set(zip(forms, key.tolist(), strict=True))) == len(set(key.tolist()))


def test_neighbouring_stretches_do_not_join():
    text = "Mai'Sơn"
    start, end, _ = outlines(text, np.array([0, 3]), np.array([3, 7]))
    assert [text[s:e] for s, e in zip(start, end, strict=True)] == ["Mai", "'", "Sơn"]
    start, end, _ = outlines(text, np.array([0, 4]), np.array([4, 7]))
    assert [text[s:e] for s, e in zip(start, end, strict=True)] == ["Mai", "'", "Sơn"]
