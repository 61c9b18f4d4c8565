"""One line, and what counts as the same name."""

import pytest

from dvextract.interpretation.wording import fold, is_shouted, one_line, unaccented


def test_one_line():
    assert one_line(" Hội nghị\n\u00a0 sơ kết ") == "Hội nghị sơ kết"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Uỷ ban", "Ủy ban"),  # tone on the other vowel
        ("hoà giải", "Hòa Giải"),
        ("kỹ sư, chiến sỹ", "kĩ sư, chiến sĩ"),  # i and y
        ("Nước Mỹ", "nước Mĩ"),
        ("quý I", "quí I"),
        ("Lao động – Thương binh", "Lao động-Thương binh"),  # dashes and the blanks around them
        ("Quỹ “Vì người nghèo”", 'Quỹ "Vì người nghèo"'),
        ("Ðảng bộ", "Đảng bộ"),  # Icelandic eth
        ("Ban\u00a0 Dân vận", "Ban Dân vận"),
    ],
)
def test_same_name(a, b):
    assert fold(a) == fold(b)


@pytest.mark.parametrize(("a", "b"), [("Lý Văn Tài", "Lê Văn Tài"), ("Thúy", "Thủy"), ("Đa", "Da"), ("Kim", "Kym Bôi")])
def test_other_name(a, b):
    assert fold(a) != fold(b)


@pytest.mark.parametrize(("text", "expected"), [("BAN DÂN TỘC", True), ("UBND", False), ("Ban Dân tộc", False)])
def test_is_shouted(text, expected):
    assert is_shouted(text) is expected


def test_unaccented():
    assert unaccented("Đắk Nông") == "dak nong"
