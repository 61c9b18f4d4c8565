"""Words have exact offsets, whatever stands between them."""

import itertools

import pytest

from dvextract.segmentation import underthesea
from dvextract.segmentation.underthesea import align, parts_of_speech, words


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        ("Hội nghị bắt đầu", ["Hội nghị", "bắt đầu"], ["Hội nghị", "bắt đầu"]),
        ("Hội\u00a0 nghị bắt\nđầu", ["Hội nghị", "bắt đầu"], ["Hội\u00a0 nghị", "bắt\nđầu"]),  # other blanks
        ("một hai", ["một", "ba"], ["một", "hai"]),  # a rewritten token: what stands between blanks
        ("một hai", ["một"], ["một", "hai"]),  # a dropped token: the same
        ("", [], []),
    ],
)
def test_align(text, tokens, expected):
    assert [text[a:b] for a, b in align(text, 0, len(text), tokens)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Đồng chí Vừ A Của dự hội nghị hoà giải ở xã Pá Lông.",
        "🙂🙂 \u200b chữ \u0301kết hợp",
        "\x00\x01 điều khiển \x7f",
        "من اليمين 20/2/2020",
        "a" * 9000 + " b",
        "H'Linh Êban - TP.Hưng Sơn (số 05-CT/TU) 1.900 mô hình 87,5%",
        "___ ... !!! ((( “”",
    ],
)
def test_naughty_strings_are_covered(text):
    found = words(text, 0, len(text))
    covered = {i for a, b in found for i in range(a, b)}
    assert all(i in covered or c.isspace() for i, c in enumerate(text))
    assert all(a < b for a, b in found)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(found))


def test_surface_is_kept():
    text = "Uỷ ban hoà giải"
    assert "".join(text[a:b] for a, b in words(text, 0, len(text))).replace(" ", "") == text.replace(" ", "")


def test_long_strings_are_cut_and_still_covered():
    text = "Đồng bào các dân tộc trong tỉnh " * 400
    found = words(text, 0, len(text))
    assert found[-1][1] == len(text.rstrip())


def test_parts_of_speech():
    tags = underthesea.parts_of_speech([["Hội nghị", "bắt đầu", "."], ["Ông", "nói"], []])
    assert [len(t) for t in tags] == [3, 2, 0]
    assert tags[0][2] == "CH"


def test_a_panic_of_the_tagger_is_an_error_of_the_page():
    with pytest.raises(RuntimeError, match="part-of-speech"):
        parts_of_speech([["Ngữ Văn   Môn"]])
