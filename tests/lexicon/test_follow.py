"""Phrases to follow: which spellings are found, and that all of them are one."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract import extract, load, run
from dvextract.lexicon.follow import Followed, Phrase, key
from dvextract.pipeline import STAGES


def found(phrases, text):
    return [text[f.start : f.end] for f in Followed(phrases).find(text, [(0, len(text))])]


KHEO = Phrase("Dân vận khéo", ("khéo dân vận", "DVK"))
SLOGAN = Phrase("Nghe dân nói, nói dân hiểu, làm dân tin")


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        # capitals, other words, short forms
        (
            KHEO,
            "dân vận khéo, DÂN VẬN KHÉO; Khéo dân vận, dvk",
            ["dân vận khéo", "DÂN VẬN KHÉO", "Khéo dân vận", "dvk"],
        ),
        # marks around are not part of it, marks inside are
        (KHEO, '“Dân vận khéo” và "dân vận khéo"', ["Dân vận khéo", "dân vận khéo"]),
        (KHEO, "Dân vận “khéo” ở bản", ["Dân vận “khéo”"]),
        (KHEO, "“Dân vận” khéo", ["Dân vận” khéo"]),
        # blanks of all kinds, line breaks
        (KHEO, "Dân\u00a0vận  khéo, dân vận\nkhéo", ["Dân\u00a0vận  khéo", "dân vận\nkhéo"]),
        # whole words, and no punctuation that the wording has not
        (KHEO, "dân vận khéoo, xdân vận khéo, công tác dân vận, khéo tay, DVK2", []),
        # tone marks and i/y
        (Phrase("Hòa giải kỹ"), "hoà giải kĩ, HOÀ GIẢI KỸ, hòa giải kỷ", ["hoà giải kĩ", "HOÀ GIẢI KỸ"]),
        (Phrase("Thi đua quyết thắng"), "thi đua qưyết thắng", []),
        # y and i are not one where they are two vowels
        (Phrase("bàn tay"), "bàn tai", []),
        # punctuation of the wording may be another, or missing
        (SLOGAN, "nghe dân nói - nói dân hiểu - làm dân tin", ["nghe dân nói - nói dân hiểu - làm dân tin"]),
        (SLOGAN, "nghe dân nói; nói dân hiểu làm dân tin", ["nghe dân nói; nói dân hiểu làm dân tin"]),
        (SLOGAN, "nghe dân nói,nói dân hiểu,\nlàm dân tin", ["nghe dân nói,nói dân hiểu,\nlàm dân tin"]),
        (SLOGAN, "nghe dân nóinói dân hiểu, làm dân tin", []),
        # an apostrophe and other signs inside a wording
        (Phrase("Chợ tình H'Mông"), "chợ tình H’Mông, chợ tình H Mông", ["chợ tình H’Mông"]),
        (Phrase("Xanh & sạch"), "xanh & sạch, xanh - sạch, xanh và sạch", ["xanh & sạch", "xanh - sạch"]),
        (Phrase("3 không, 2 sạch"), "3 không 2 sạch; 33 không, 2 sạch", ["3 không 2 sạch"]),
        # only as a name
        (Phrase("Bản sáng", quotes="needed"), "bản sáng lên, mô hình “Bản sáng”", ["Bản sáng"]),
        # without marks, as in an address
        (
            Phrase("Dân vận khéo", unaccented=True),
            "dan van kheo, dân vận khéo, dân vặn khéo",
            ["dan van kheo", "dân vận khéo"],
        ),
        (KHEO, "dan van kheo", []),
    ],
)
def test_spellings(phrase, text, expected):
    assert found([phrase], text) == expected


def test_the_longest_wording_at_each_place():
    phrases = [Phrase("bản sáng"), Phrase("bản sáng, bản đẹp")]
    assert found(phrases, "bản sáng bản đẹp, bản sáng") == ["bản sáng bản đẹp", "bản sáng"]


def test_a_shorter_wording_where_the_longer_needs_marks():
    phrases = [Phrase("bản sáng đẹp", quotes="needed"), Phrase("bản sáng")]
    assert found(phrases, "bản sáng đẹp, “bản sáng đẹp”") == ["bản sáng", "bản sáng đẹp"]


WORDINGS = st.text(st.sampled_from("aăâđeêioôơuưyáàảãạấờợýỳqQHM0128 ,;-–'’“”\"&/%.\u00a0"), min_size=1, max_size=30)


@given(WORDINGS.map(lambda t: unicodedata.normalize("NFC", t)).filter(key), st.booleans())
def test_every_wording_is_found_where_it_stands(wording, upper):
    text = f"x; {wording.upper() if upper else wording}; x"
    whole = list(Followed([Phrase(wording)]).find(text, [(0, len(text))]))
    assert [key(text[f.start : f.end]) for f in whole] != []
    assert all(f.value == wording and key(text[f.start : f.end]) == key(wording) for f in whole)


@given(st.lists(WORDINGS.filter(key), min_size=1, max_size=4, unique_by=key), WORDINGS)
def test_findings_are_flat_and_of_a_wording(wordings, text):
    found = list(Followed([Phrase(w, unaccented=True) for w in wordings]).find(text, [(0, len(text))]))
    assert all(a.end <= b.start for a, b in pairwise(found))
    keys = {key(w) for p in wordings for w in Phrase(p, unaccented=True).wordings}
    assert all(key(text[f.start : f.end]) in keys for f in found)


def test_only_the_given_stretches_are_read():
    text = "bản sáng bản sáng"
    assert [f.start for f in Followed([Phrase("bản sáng")]).find(text, [(0, 7), (9, len(text))])] == [9]


def test_a_finding_carries_value_and_kind():
    (f,) = Followed([Phrase("Bản sáng", ("BS",), "model")], sure=False).find("BS", [(0, 2)])
    assert (f.label, f.rule, f.kind, f.value, f.sure, f.is_own) == (
        "PHRASE",
        "follow",
        "model",
        "Bản sáng",
        False,
        True,
    )


@pytest.mark.parametrize(("a", "b"), [("Dân vận “khéo”", "dân  vận khéo"), ("hoà, kỹ", "HÒA KĨ"), ("a-b", "a – b")])
def test_keys_that_are_one(a, b):
    assert key(a) == key(b) != key("khác")


def test_fingerprints_tell_phrases_apart():
    assert Followed([KHEO]).fingerprint == Followed([KHEO]).fingerprint != Followed([SLOGAN]).fingerprint


TEXT = (
    "Xã có 12 mô hình “Dân vận khéo”. Phong trào khéo dân vận lan tới bản Pá Ngần. Câu lạc bộ Dân vận khéo xã Nậm Lụ "
    "họp chiều qua."
)


@pytest.fixture
def chain(tmp_path):
    def made(toml):
        path = tmp_path / f"mine{len(toml)}.toml"
        path.write_text('[[follow]]\nphrase = "Dân vận khéo"\nvariants = ["khéo dân vận"]\n' + toml, encoding="utf-8")
        return str(path)

    return made


def test_all_spellings_are_one_entity_each_of_its_kind(chain, lay, tmp_path):
    run(lay({"a.txt": TEXT}), tmp_path / "out", pipeline=chain(""))
    mentions = load(tmp_path / "out").mentions
    ours = mentions[mentions.method == "follow"]
    assert ours.text.tolist() == ["Dân vận khéo", "khéo dân vận", "Dân vận khéo"]
    assert ours.value.tolist() == ["Dân vận khéo"] * 3
    assert ours.entity_id.nunique() == 1
    assert ours.kind.tolist()[:2] == ["model", "movement"]


UNSURE = "".join(f'[[stages]]\nname = "{s}"\n' + "sure = false\n" * (s == "grammar") for s in STAGES)


def test_not_sure_of_it_they_only_fill_gaps(chain):
    sure, unsure = extract(TEXT, chain("")), extract(TEXT, chain(UNSURE))
    plain = extract(TEXT)
    spans = {(m.start, m.end, m.label) for m in plain.mentions}
    assert spans <= {(m.start, m.end, m.label) for m in unsure.mentions}
    assert not spans <= {(m.start, m.end, m.label) for m in sure.mentions}
    assert "khéo dân vận" in {unsure.span(m) for m in unsure.mentions if m.method == "follow"}


def test_decomposed_in_the_file_composed_in_the_page(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[[follow]]\nphrase = "Ba\u0309n sa\u0301ng"\nvariants = ["be\u0323p hồng"]\n', encoding="utf-8")
    doc = extract("Nếp bản sáng, bẹp hồng.", str(path))
    assert [(doc.span(m), m.value) for m in doc.mentions] == [("bản sáng", "Bản sáng"), ("bẹp hồng", "Bản sáng")]


def test_a_changed_phrase_is_noticed(chain, lay, tmp_path):
    folder = lay({"a.txt": TEXT})
    run(folder, tmp_path / "out", pipeline=chain(""))
    assert run(folder, tmp_path / "out", pipeline=chain("")).up_to_date
    assert not run(folder, tmp_path / "out", pipeline=chain('kind = "slogan"\n')).up_to_date
    assert set(load(tmp_path / "out").phrases.kind) == {"slogan"}
