"""Where a stop ends a sentence; each row says why it is there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dvextract.compiled import part
from dvextract.segmentation.sentences import _sentences, sentences

_loops = part("dvextract.segmentation._loops")


def cut(text):
    return [text[a:b] for a, b in sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "TS.BS. Hà Thị Nhớ dự họp",  # ranks
        "PGS.TS. Hà Thị Nhớ dự họp",
        "GS.TS Hà Thị Nhớ dự họp",
        "ThS. Hà Thị Nhớ dự họp",
        "HT. Thích Nguyên Bạch dự lễ",
        "tại TP. Hưng Sơn",  # unit types
        "tại TX. Nậm Hin",
        "tại TP.Hưng Sơn",
        "tại P. Hua Sa, Q. Mường Pảo",  # a single capital
        "ông N.Đ.T. Bình",  # initials
        "Ban Bí thư T.Ư Đảng",
        "Điều 5. Quy định chung",  # numbered parts
        "Khoản 2. Trách nhiệm",
        "1. Phường Hua Sa",  # a list's number
        "ngày 5.9.2020 và 1.900 mô hình",  # numbers
        "đạt 87.5 điểm",
        "(baohungson.vn) đưa tin",  # addresses
        "theo www.hungson.gov.vn hôm nay",
        "các bản, làng... vùng cao",  # an ellipsis that goes on
        "xã hội, an ninh… được giữ vững",
        "Hội nghị kết thúc.../.",  # end marks
        "Hội nghị kết thúc ./.",
        "Đ/c. Vừ A Của",
        "v.v. và nhiều nơi",
        "khóa XIV; nhiệm kỳ mới",  # a semicolon never ends one
        "nói: “Tốt lắm!” và cười",  # a mark inside a quotation that goes on
        "giá 3.500 đồng/kg",
    ],
)
def test_one_sentence(text):
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Họp xong. Ra về.", ["Họp xong.", "Ra về."]),
        ("Họp xong.\nRa về.", ["Họp xong.", "Ra về."]),
        ("Có ai không? Có!", ["Có ai không?", "Có!"]),
        ("Ông nói: “Được.” Bà gật đầu.", ["Ông nói: “Được.”", "Bà gật đầu."]),  # the closing mark belongs
        ('Ông nói: "Được." Bà gật đầu.', ['Ông nói: "Được."', "Bà gật đầu."]),
        ("Họp xong. “Tốt”, ông nói.", ["Họp xong.", "“Tốt”, ông nói."]),
        ("Xong hội nghị.Đồng chí Của phát biểu.", ["Xong hội nghị.", "Đồng chí Của phát biểu."]),  # run together
        ("Năm 2020. Năm 2021.", ["Năm 2020.", "Năm 2021."]),  # a year may end a sentence
        ("Kết thúc.../. Ảnh: Thu", ["Kết thúc.../.", "Ảnh: Thu"]),
        ("dân vận... Hội nghị", ["dân vận...", "Hội nghị"]),
        ("Đạt 50%. Còn lại chưa.", ["Đạt 50%.", "Còn lại chưa."]),
        ("(GLO). Sáng nay", ["(GLO).", "Sáng nay"]),
        ("Dự có bà Của. 12 hộ nhận quà.", ["Dự có bà Của.", "12 hộ nhận quà."]),  # a digit begins one
        ("  Có khoảng trắng.  \u00a0Sau nữa. ", ["Có khoảng trắng.", "Sau nữa."]),  # trimmed, also no-break
        ("...", ["..."]),
        ("", []),
        (" \n\t ", []),
        ("Không dấu chấm", ["Không dấu chấm"]),
    ],
)
def test_cuts(text, expected):
    assert cut(text) == expected


@pytest.mark.parametrize("text", ["A.B.C.D", "🙂. Ổn. \u200b", "a\x00b. C", "“((. Ư. ))”", ". . . . ."])
def test_every_character_is_in_a_sentence(text):
    covered = set()
    for a, b in sentences(text, 0, len(text)):
        assert text[a:b] == text[a:b].strip() != ""
        covered |= set(range(a, b))
    assert all(i in covered or c.isspace() for i, c in enumerate(text))


def test_only_the_stretch_asked_for():
    text = "Một. Hai. Ba."
    assert [text[a:b] for a, b in sentences(text, 5, 9)] == ["Hai."]


MARKS = "....!?…/,:\"”’'»)]“«([-–"
BLANKS = "   \n\x1c\x1f\x85\u00a0\u2028\u200b"
WORDS = "An an A ư Ư xã NQ 5 12 2020 ² ٣ Điều điều khoản TP TS v ThS www vn Ǆ ǅ ß 日 한 \u0301 \ud800 🙂 ../. ... \n\n"
PIECES = st.sampled_from([*MARKS, *BLANKS, *WORDS.split(" ")])


@pytest.mark.skipif(not _loops, reason="nothing is compiled here")
@settings(max_examples=1500, deadline=None)
@given(pieces=st.lists(PIECES, max_size=24), start=st.integers(0, 4), end=st.integers(0, 4))
def test_compiled_sentences_are_the_same(pieces, start, end):
    text = "".join(pieces)
    start = min(start, len(text))
    end = max(start, len(text) - end)
    assert list(sentences(text, start, end)) == list(_sentences(text, start, end))


@pytest.mark.skipif(not _loops, reason="nothing is compiled here")
def test_compiled_sentences_of_every_character():
    for code in range(0x3100):
        c = chr(code)
        for text in (f"Họp{c}. Ra", f"Họp. {c}a", f"Họp.{c}Ra", f"Họp {c}2. Ra", f"Họp.{c} Ra", f"{c}Họp{c}"):
            assert list(sentences(text, 0, len(text))) == list(_sentences(text, 0, len(text))), hex(code)
