"""The compiled walk over a page finds what the patterns find."""

import random

import pytest

from dvextract.compiled import part
from dvextract.interpretation import abbreviations, geography
from dvextract.stages import interpret

compiled = part("dvextract.interpretation._page")
pytestmark = pytest.mark.skipif(compiled is None, reason="nothing is compiled here")

TYPES = (*geography.TYPES, *geography.VILLAGES, "TỈNH ỦY", "Thị Xã", "TP", "nông thôn", "nông bản", "phố", "sông")
NAMES = ("Sơn La", "SƠN LA", "Bà Rịa", "Vũng Tàu", "VŨNG TÀU", "Tháp Chàm", "Mường Pảo", "Ka", "X'Đa", "ª", "Pa-Ho")
SIGNS = (" ", " ", "  ", " - ", "-", ", ", ".", "/", "(", "\n", "1", "12", " 5", "1.200", "–", "\ud800", "я", "😀", "'")
FORMS = (
    "UBND",
    "TP",
    "TP. HCM",
    "TP.HCM",
    "TP HCM",
    "Tp",
    "Tx",
    "ThS",
    "Th.S",
    "TTg",
    "đ/c",
    "Đ/c",
    "Đ/C",
    "XI",
    "T.Ư",
)
LETTERS = "ABTĐđpxhSgcMHC&./-12 aé\n"


def texts():
    draw = random.Random(11)
    for _ in range(60_000):
        yield "".join(draw.choice(draw.choice((TYPES, NAMES, SIGNS, (" ",)))) for _ in range(draw.randrange(12)))


def test_places_are_found_alike(monkeypatch):
    there = {text: geography._words().find(text) for text in texts()}
    assert sum(found is not None and bool(found[0]) for found in there.values()) > 10_000
    assert sum(found is not None and bool(found[1]) for found in there.values()) > 2_000
    monkeypatch.setattr(geography, "_words", lambda: None)
    for text, found in there.items():
        assert found is None or (text, *geography._places(text)) == (text, *found)


def test_short_forms_are_found_alike(monkeypatch):
    draw = random.Random(12)
    there = {}
    for _ in range(80_000):
        kinds = (FORMS, LETTERS, SIGNS)
        text = "".join(draw.choice(draw.choice(kinds)) for _ in range(draw.randrange(12)))
        start, end = draw.randrange(3), len(text) - draw.randrange(-1, 3)
        there[text, start, end] = compiled.short_forms(text, start, end)
    assert sum(bool(found) for found in there.values()) > 20_000
    monkeypatch.setattr(abbreviations, "_page", None)
    for where, found in there.items():
        assert found is None or (where, abbreviations.short_forms(*where)) == (where, found)


def test_spans_are_blanked_alike(monkeypatch):
    text = "Lò Thị Ngần ở 😀 bản Mường"
    different = ([], [(0, 11)], [(0, 2), (3, 6), (14, 15)], [(0, len(text))])
    there = [interpret._blanked(text, spans) for spans in different]
    monkeypatch.setattr(interpret, "_compiled", None)
    assert there == [interpret._blanked(text, spans) for spans in different]
    assert there[-1].isascii()


def test_syllables_are_found_alike(monkeypatch):
    draw = random.Random(13)
    there = {}
    for _ in range(20_000):
        text = "".join(draw.choice(draw.choice((NAMES, FORMS, SIGNS, LETTERS))) for _ in range(draw.randrange(9)))
        where = text, draw.randrange(3), len(text) - draw.randrange(-1, 3)
        there[where] = compiled.syllables(*where)
    assert sum(bool(found) for found in there.values()) > 10_000
    monkeypatch.setattr(abbreviations, "_page", None)
    for where, found in there.items():
        assert found is None or (where, abbreviations._syllables(*where)) == (where, found)
