"""A page as its readers see it: as long as it is, and the same mentions whatever letters it was typed with."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract import extract
from dvextract.grammar import engine, fold
from dvextract.grammar.fold import seen, shadow

CYRILLIC = str.maketrans("aeopcxyABEKMHOPCTX", "аеорсхуАВЕКМНОРСТХ")
FULLWIDTH = {c: c + 0xFEE0 for c in range(0x30, 0x3A)}


@given(st.text())
def test_as_long_as_the_text(text):
    assert len(seen(text)) == len(text)


# Tones on the second letter, before letters, behind q; odd blanks, dashes and letters; other scripts, half a pair.
PIECES = [
    *(
        "oà",
        "Oá",
        "OẢ",
        "oÀ",
        "uý",
        "uỷ ",
        "UỲ",
        "quý",
        "Quỳ",
        "oan",
        "à",
        "ọ",
        "oẹ",
        "oè\u02bc",
        "oéß",
        "uỳ\u0301",
        "uỵ日",
    ),
    *(
        "Ð",
        "ð",
        "ɖ",
        "İ",
        "\u00a0",
        "–",
        "—",
        "\u00ad",
        "’",
        "\ufeff",
        "\t",
        "q",
        "Q",
        "o",
        "u",
        "n",
        "б",
        "ſ",
        "\ud800",
    ),
    *("\U0001f33e", "\U0002f800", "\u2200", " ", "\n", "“", "Σ", "K", "Ⅷ"),
]


@given(st.lists(st.sampled_from(PIECES)) | st.lists(st.characters(codec=None)))
def test_compiled_folding_is_the_other(parts):
    if fold._compiled is None:
        pytest.skip("nothing is compiled here")
    text = "".join(parts)
    assert shadow(text) == (fold._folded(text) if fold._MAYBE.search(text) else text)
    assert fold._folding.both(text) == (shadow(text), shadow(text).lower())
    assert fold._compiled.within(text, engine.usual_characters()) == (engine._UNUSUAL.search(text) is None)


def test_every_character_is_put_in_lower_case():
    if fold._compiled is None:
        pytest.skip("nothing is compiled here")
    text = "".join(map(chr, range(0x110000)))
    assert fold._folding.both(text) == (shadow(text), shadow(text).lower())
    assert fold._folding.both("ΑΣ")[1] == "ας"
    text = text.replace("Σ", "")
    assert fold._folding.both(text)[1] == shadow(text).lower()


@pytest.mark.parametrize("text", ["Đồng chí Vừ A Của", "Россия - родина моя", "𠀀𠀁", ""])
def test_what_is_sound_stays(text):
    assert seen(text) == text


@pytest.fixture(scope="module")
def portal(pages):
    return (pages / "2024" / "so-ket.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def expected(portal):
    return [(m.label, m.start, m.end) for m in extract(portal).mentions]


@pytest.mark.parametrize(
    "typed",
    [
        lambda t: t.translate(CYRILLIC),
        lambda t: "".join(c.translate(CYRILLIC) if i % 5 == 0 else c for i, c in enumerate(t)),
        lambda t: t.translate(FULLWIDTH),
        lambda t: t.replace("Đ", "Ð").replace("đ", "ð"),
        lambda t: t.replace(" ", "\u00a0"),
        lambda t: unicodedata.normalize("NFD", t),
    ],
    ids=["Cyrillic", "Cyrillic here and there", "fullwidth figures", "Eth", "no-break spaces", "decomposed"],
)
def test_mentions_do_not_depend_on_how_a_page_was_typed(portal, expected, typed):
    doc = extract(typed(portal))
    assert doc.text == unicodedata.normalize("NFC", typed(portal))
    found = [(m.label, m.start, m.end) for m in doc.mentions]
    assert set(expected) <= set(found)
    assert len(found) <= len(expected) + 1


def test_invisible_characters_between_words_hide_nothing():
    page = "Chiều 3-2,\u200b Đảng ủy xã Pá Ngần họp. \u200bBí thư Đảng ủy Hà Thị Miền kết luận, giao 5 tổ công tác."
    doc = extract(page)
    assert doc.text == page
    assert {"Đảng ủy xã Pá Ngần", "Hà Thị Miền", "Chiều 3-2"} <= {doc.span(m) for m in doc.mentions}
