"""The library: its examples are true, and `extract` takes any text there is."""

import doctest
import importlib
import unicodedata

import pytest

import dvextract
from dvextract import extract
from dvextract.document import CONTENT_KINDS, LABELS
from dvextract.errors import InputError, UsageError
from dvextract.pipeline import STAGES

NAUGHTY = {
    "one letter": "a",
    "punctuation": "!?.,;:…–—“”‘’\"'()[]{}<>/\\|",
    "quotation marks": '"' * 50 + "“" * 50,
    "brackets": "(" * 200 + ")" * 200,
    "blanks inside": "Bà\u00a0Hà\u2009Thị\u3000Miền\tdự\u200bhọp",
    "line ends": "Họp.\r\nHọp.\rHọp.\u2028Họp.\x85Họp.\x0bHọp.\x0cHọp.",
    "control characters": "Họp \x01\x02\x1b[31m ở bản \x7f\x9b",
    "a mark inside": "Bản \ufeff Pá \ufeff Ngần",
    "beyond the basic plane": "Bà 𝓜𝓲ề𝓷 👩‍👩‍👧‍👦 🇻🇳 họp ngày 8/7 😀",
    "stacked accents": "Ba\u0323\u0306\u0301\u0300" + "\u0301" * 50 + "n họp",
    "composed elsewhere": "ﬁ ﷺ Å K ½ ① Ⅳ ㎏ hoà hòa HOÀ HÒA",
    "right to left": "Bản \u202eNgần Pá\u202c שלום مرحبا",
    "other scripts": "习近平 主席 Путин Владимир ประเทศไทย ភាសាខ្មែរ 한국어",
    "upper case": "ĐỒNG CHÍ LƯỜNG VĂN PẢNH, BÍ THƯ TỈNH ỦY, CHỦ TRÌ HỘI NGHỊ NGÀY 8/7/2024",
    "lengthening lower case": "İSTANBUL İİİ ẞ ŉ ǰ ΐ",
    "long number": "Giao " + "9" * 500 + " đồng, " + "1." * 300 + "5%",
    "impossible dates": "Ngày 31/2/2024, ngày 0/0/0000, 99/99/9999, tháng 13, quý V/2024, 24h75, năm 99999",
    "long word": "x" * 20_000,
    "long sentence": "bà con họp bản và " * 1_500,
    "no spaces": "Ủybannhândântỉnh" * 300,
    "many lines": "Họp\n" * 2_000,
    "addresses": "http://a.vn/?q=%20&x=1#y a@b.vn C:\\Users\\x ../../etc/passwd",
    "markup": "<script>alert(1)</script> &nbsp; {{x}} ${y} %s %d {0} =1+1 @SUM(A1) \\n",
    "sql": "Robert'); DROP TABLE mentions;--",
    "numbers and signs": "1/2/3/4/5-6-7--8…9,,10..11:12::13%%$$₫₫",
    "legal numbers": "số /QĐ- ngày, số 12//QĐ-UBND/ - , Nghị quyết số -NQ/TW",
    "roles without names": "Đồng chí, đồng chí, đồng chí; ông, bà; Bí thư, Phó Bí thư: “”",
}


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_any_text_is_extracted_and_every_layer_grounded(text):
    doc = extract(text)
    assert doc.text == unicodedata.normalize("NFC", text)
    content = [(b.start, b.end) for b in doc.blocks if b.kind in CONTENT_KINDS]
    for layer in (doc.blocks, doc.sentences, doc.mentions):
        at = 0
        for item in layer:
            assert at <= item.start < item.end <= len(doc.text)
            at = item.end
    for m in doc.mentions:
        assert m.label in LABELS
        assert any(a <= m.start and m.end <= b for a, b in content)
    assert len(doc.mentions) == len(doc.readings) == len(doc.links)
    covered = {i for b in doc.blocks for i in range(b.start, b.end)}
    assert not "".join(c for i, c in enumerate(doc.text) if i not in covered).strip()


def test_naughty_texts_make_a_run_without_failures(lay, tmp_path):
    folder = lay({f"{name}.txt": text for name, text in NAUGHTY.items()})
    summary = dvextract.run(folder, tmp_path / "out", formats=("csv", "jsonl", "parquet"))
    assert (summary.pages, summary.rejects) == (len(NAUGHTY), 0)
    texts = {d.doc_id: extract(NAUGHTY[d.doc_id]).text for d in dvextract.load(tmp_path / "out").documents.itertuples()}
    for row in dvextract.load(tmp_path / "out").tokens.itertuples():
        assert texts[row.doc_id][row.start : row.end] == row.text


def test_the_same_text_gives_the_same_layers():
    text = "Ngày 8/7/2024, đồng chí Lường Văn Pảnh, Bí thư Đảng ủy xã Pá Ngần, dự họp."
    first, second = extract(text), extract(text)
    assert first is not second
    assert (first.mentions, first.readings, first.posts) == (second.mentions, second.readings, second.posts)
    assert first.mentions


def test_decomposed_text_is_composed_first():
    doc = extract(unicodedata.normalize("NFD", "Bà Hà Thị Miền dự họp."))
    assert not doc.text_is_source
    assert [doc.span(m) for m in doc.mentions] == ["Hà Thị Miền"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "nothing on this page"), (" \n", "nothing on this page"), ("a\x00b", "null"), ("a\ud800b", "surrogate")],
)
def test_what_is_no_text_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        extract(text)


def test_an_unknown_pipeline_is_refused():
    with pytest.raises(UsageError, match="no pipeline 'defualt'"):
        extract("Họp", pipeline="defualt")


@pytest.mark.parametrize("name", ["dvextract", "dvextract.document", "dvextract.api", "dvextract.tables.load"])
def test_examples_in_docstrings_are_true(name):
    result = doctest.testmod(importlib.import_module(name), raise_on_error=False)
    assert result.failed == 0


def test_public_verbs_are_there():
    for name in dvextract.__all__:
        assert getattr(dvextract, name)
    with pytest.raises(AttributeError, match="no attribute 'exract'"):
        _ = dvextract.exract


def test_a_changed_pipeline_is_read_again(tmp_path):
    import os

    path, lexicon = tmp_path / "mine.toml", tmp_path / "own.tsv"
    stages = "".join(f'[[stages]]\nname = "{s}"\n' + 'lexicons = ["own.tsv"]\n' * (s == "grammar") for s in STAGES)

    def found():
        return [m.method for m in extract("Nếp bản sáng.", str(path)).mentions]

    lexicon.write_text("wording\tlabel\nkhác\tEVENT\n", encoding="utf-8")
    path.write_text(stages, encoding="utf-8")
    assert found() == []
    lexicon.write_text("wording\tlabel\nbản sáng\tEVENT\n", encoding="utf-8")
    os.utime(lexicon, ns=(1, 1))  # whatever the clock's grain
    assert found() == ["lexicon.own"]
    path.write_text('[[follow]]\nphrase = "bản sáng"\n', encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert found() == ["follow"]
