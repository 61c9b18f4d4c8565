"""The compiled loops give what Python gives."""

import random

import pytest

from dvextract.compiled import part
from dvextract.interpretation import abbreviations, wording
from dvextract.lexicon.tsv import rows

compiled = part("dvextract.interpretation._wording")
pytestmark = pytest.mark.skipif(compiled is None, reason="nothing is compiled here")

# Letters that rules of spelling are about, blanks, signs, and a few that are left to Python.
CHARACTERS = "aâeêioôơuưyỳýỷỹỵàáảãạèéẻẽẹòóỏõọùúủũụìíỉĩịqhklmstvđĐbcTPXSOUÀÝỲQYI ..,()/&0-–“Ð\u00a0\n\ud800İ  "

SYLLABLES = ("xã", "Xã", "bản", "bản,", "x-bản", "12", "a_b", "3bản", "tỉnh", "Tỉnh", "hòa", "Ngần")


def words():
    draw = random.Random(7)
    made = ("".join(draw.choices(CHARACTERS, k=draw.randrange(12))) for _ in range(60_000))
    said_twice = (" ".join(draw.choices(SYLLABLES, k=draw.randrange(3, 9))) for _ in range(20_000))
    names = (cell for row in rows("admin_units.tsv") for cell in row[:1])
    titles = (cell.upper() for row in rows("title_kinds.tsv") for cell in row[:1])
    return [*made, *said_twice, *names, *titles, "", " ", "Tỉnh ủy " * 40, "x" * 256, "x" * 257]


def test_names_are_folded_alike(monkeypatch):
    there = {word: (compiled.lowered(word), compiled.fold(word), compiled.fold_name(word)) for word in words()}
    assert all(sum(form is not None for form in forms) > len(there) // 2 for forms in zip(*there.values(), strict=True))
    monkeypatch.setattr(wording, "_compiled", None)
    for word, (low, folded, folded_name) in there.items():
        assert low in (None, wording.lowered(word))
        assert folded in (None, wording.fold.__wrapped__(word))
        assert folded_name in (None, wording.fold_name.__wrapped__(word))


def test_names_said_to_be_written_out_are(monkeypatch):
    written_out = [word for word in words() if compiled.is_written_out(word)]
    assert len(written_out) > 10_000
    monkeypatch.setattr(abbreviations, "_compiled", None)
    assert [word for word in written_out if abbreviations.expanded(word) != word] == []
