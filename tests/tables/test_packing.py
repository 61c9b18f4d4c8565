"""Packed rows: what is read again is what was packed, with and without compiled loops."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract.document import Tokens
from dvextract.tables import packing
from dvextract.tables.build import TokenRows
from dvextract.tables.packing import packed, renamed, unpacked

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


@pytest.mark.parametrize("compiled", [True, False])
def test_persons_are_renamed_in_their_pages_only(compiled, monkeypatch):
    if compiled and COMPILED is None:
        pytest.skip("nothing is compiled here")
    monkeypatch.setattr(packing, "_compiled", COMPILED if compiled else None)
    page = [("per-1", "per-1"), ("per-2", 'per-"2'), ("", ""), (None, None), ("per-1", "per-1")]

    def rows(doc_id, at):
        return [[doc_id, i, 0, 1, 2, e[0], "PERSON", None, "ờ,]", e[at], 't"ag', 0.5] for i, e in enumerate(page)]

    before = rows("a", 0) + rows('ờ"b', 0) + rows("c", 0)
    changes = {('ờ"b', "per-1"): "per-9", ("c", "per-2"): "per-“8”", ("c", "per-3"): "per-7", ("d", "per-1"): "per-6"}
    after = [[*row[:9], changes.get((row[0], row[9]), row[9]), *row[10:]] for row in before]
    assert after != before
    assert unpacked("mentions", renamed("mentions", packed(before), changes)) == after
    assert unpacked("mentions", renamed("mentions", b"[]", changes)) == []


@pytest.mark.skipif(COMPILED is None, reason="nothing is compiled here")
def test_whatever_is_to_be_renamed_ends_in_bytes_or_an_error():
    chance = random.Random(4)
    whole, changes = packed([["a", 'b"\\', 1], ["ờ,", "", -12]]), {b'"a"': {b"1": b"22"}}
    assert COMPILED.renamed_rows(whole, 3, 0, 2, changes) == packed([["a", 'b"\\', 22], ["ờ,", "", -12]])
    errors = 0
    for _ in range(5_000):
        data = bytearray(whole)
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 3)] = chance.choice([b"", b'"', b"\\", b"[", b",", b"]"])
        try:
            COMPILED.renamed_rows(bytes(data), 3, 0, 2, changes)
        except ValueError:
            errors += 1
    assert errors > 1_000
