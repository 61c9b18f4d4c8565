"""Which unusual characters a text has, and which of its words are syllables: by tables of characters as by patterns."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvextract.reading import unusual, vietnamese

ANY = st.text(st.one_of(st.characters(), st.characters(categories=["Cs"])), max_size=30)
NEAR = st.text(
    st.sampled_from("aăâbcđeêghiknoôơpqrtuưvyẠạấẤỄñßfZ1 -,.“…\u0301\u0323\u00adя\ufffd\ue000\x00İŉ"), max_size=14
)
there = pytest.mark.skipif(not unusual._table, reason="nothing is compiled here")


def by_patterns(monkeypatch, function, *arguments):
    with monkeypatch.context() as patch:
        patch.setattr(unusual, "_table", None)
        patch.setattr(vietnamese, "_syllables", None)
        return function(*arguments)


@pytest.mark.parametrize("kind", unusual.CLASSES)
def test_every_character_of_a_kind_is_told(kind):
    its = [c for c in map(chr, range(0x110000)) if unusual.pattern(kind).match(c)]
    assert its
    for c in its:
        assert unusual.kinds(f"Bản {c}") & kind
    assert unusual.number(kind, "Bản " + "".join(its)) == len(its)


@there
@given(st.one_of(ANY, NEAR))
@example("Họp \U0001f600 \ud800")
def test_tables_tell_the_kinds_that_patterns_tell(text):
    with pytest.MonkeyPatch.context() as patch:
        assert unusual.kinds(text) == by_patterns(patch, unusual.kinds, text)


@there
@given(st.one_of(ANY, NEAR))
@example("nghiếng nghiễngg ĐƯỜNG gìn ngà nghà ghế gế kà cá hoc học ńga a\u0301n ǰa Ǹga _ưa_ \U00010400ba ١ba")
def test_tables_count_the_syllables_that_are_taken_apart_otherwise(text):
    with pytest.MonkeyPatch.context() as patch:
        assert vietnamese.count(text) == by_patterns(patch, vietnamese.count, text)


@there
def test_tables_know_every_onset_rime_and_tone(monkeypatch):
    words = [
        unicodedata.normalize("NFC", onset + rime[0] + tone + rime[1:])
        for onset in vietnamese._PARTS[0]
        for rime in vietnamese._PARTS[1]
        for tone in ("", *vietnamese._MARKS)
    ]
    for word in words:
        assert vietnamese.count(word) == by_patterns(monkeypatch, vietnamese.count, word)


@there
def test_tables_of_what_cannot_be_are_refused():
    compiled = unusual._compiled
    with pytest.raises(ValueError, match="no characters of the basic plane"):
        compiled.Classes([(65, 1 << 16, 1)])
    letters = {"a": ("a", 0)}
    for onsets, rimes in (({"aaaa": 0}, {}), ({}, {"": 0}), ({}, {"aaaaa": 0})):
        with pytest.raises(ValueError, match="long"):
            compiled.Syllables(letters, onsets, rimes, "", bool, 12)
    with pytest.raises(ValueError, match="not Latin"):
        compiled.Syllables({"愛": ("a", 0)}, {}, {}, "", bool, 12)
    with pytest.raises(ValueError, match="too many"):
        compiled.Syllables({c: (c, 0) for c in map(chr, range(65, 97))}, {}, {}, "", bool, 12)
