"""Packed rows: what is read again is what was packed, with and without compiled loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract.document import Tokens
from dvextract.tables import packing
from dvextract.tables.build import TokenRows
from dvextract.tables.packing import packed, unpacked

COMPILED = packing._compiled
TEXT = "Xã họp bàn, “dân” vận 😀. " * 40

cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 53), 1 << 53),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
)
spans = st.lists(
    st.tuples(
        st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.integers(0, 300), st.sampled_from(["N", "V", "", "ờ"])
    )
)


@given(st.lists(st.lists(cells, min_size=3, max_size=3)))
def test_rows_come_back(rows):
    finite = [[None if v in (float("inf"), -float("inf")) else v for v in row] for row in rows]
    found = unpacked("posts", packed(rows))
    assert repr(found) == repr(finite)  # 1 is not 1.0, nor 0.0 -0.0


@pytest.mark.parametrize("compiled", [True, False])
@given(spans, st.booleans())
def test_words_come_back(compiled, words, in_order):
    if compiled and COMPILED is None:
        pytest.skip("nothing is compiled here")
    words = [(min(a, b), max(a, b), s, p) for a, b, s, p in words]
    if in_order:
        words = [(i, i + 1, i // 9, p) for i, (*_, p) in enumerate(words)]
    start, end, sentence = (np.array([w[i] for w in words], dtype=np.int32) for i in (0, 1, 2))
    rows = TokenRows("p,1", TEXT, Tokens(start, end, sentence, tuple(w[3] for w in words)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_compiled", COMPILED if compiled else None)
        data = packed(rows)
    assert list(unpacked("tokens", data)) == list(rows)
    if COMPILED:
        assert data == packed(rows)
    if in_order:
        assert len(data) < len(TEXT.encode()) + 40 + 4 * len(words)  # a byte a number
