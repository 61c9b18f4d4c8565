"""Posts as what two pages can share."""

import pytest

from dvextract.identities.offices import office, province_at, successor
from dvextract.interpretation.abbreviations import ShortForms
from dvextract.interpretation.geography import Geography

TEXT = "Sơn La: UBND tỉnh Sơn La làm việc với huyện Mường Pảo"


@pytest.fixture(scope="module")
def geography():
    return Geography(TEXT, [(0, len(TEXT))], (), "Sơn La", "")


@pytest.mark.parametrize(
    ("words", "organisation", "head", "body", "level", "place", "province"),
    [
        # a bare level is the page's own unit, a stated one is not
        ("Phó Chủ tịch UBND tỉnh", "", "phó chủ tịch", "ủy ban nhân dân tỉnh", "province", "sơn la", "sơn la"),
        ("Chủ tịch UBND tỉnh Nghệ An", "", "chủ tịch", "ủy ban nhân dân tỉnh", "province", "nghệ an", "nghệ an"),
        ("Bí thư Tỉnh uỷ", "", "bí thư", "tỉnh ủy", "province", "sơn la", "sơn la"),
        ("Bí thư Thành ủy TP HCM", "", "bí thư", "thành ủy thành phố", "province", "hồ chí minh", "hồ chí minh"),
        ("Bí thư Thành ủy Vinh", "", "bí thư", "thành ủy", "district", "vinh", "sơn la"),
        ("Giám đốc Công an Hà Nội", "", "giám đốc", "công an", "province", "hà nội", "hà nội"),
        # by nature of a province
        ("Giám đốc Sở Y tế", "", "giám đốc", "sở y tế", "province", "sơn la", "sơn la"),
        ("Trưởng phòng", "Sở Y tế", "trưởng phòng", "sở y tế", "province", "sơn la", "sơn la"),
        ("Chủ tịch UBND xã Chiềng Đào", "", "chủ tịch", "ủy ban nhân dân xã", "commune", "chiềng đào", "sơn la"),
        ("Trưởng bản Huổi Lưa", "", "trưởng bản huổi lưa", "trưởng bản", "village", "huổi lưa", "sơn la"),
        # of the country; the ministry is in the fused form too
        ("Thứ trưởng Bộ Y tế", "", "thứ trưởng", "bộ y tế", "nation", "", ""),
        ("Ngoại trưởng", "", "bộ trưởng", "bộ ngoại giao", "nation", "", ""),
        ("Bộ trưởng Y tế", "", "bộ trưởng", "bộ y tế", "nation", "", ""),
        ("Người phát ngôn Bộ Ngoại giao Việt Nam", "", "người phát ngôn", "bộ ngoại giao", "nation", "", ""),
        ("Giám đốc Công ty Hà Thành", "", "giám đốc", "công ti hà thành", "", "", "sơn la"),
    ],
)  # fmt: skip
def test_office(geography, words, organisation, head, body, level, place, province):
    found = office(words, organisation, 30, geography, ShortForms())
    assert (found.head, found.body, found.level, found.place, found.province) == (head, body, level, place, province)


def test_without_geography_bare_levels_have_no_place():
    found = office("Chủ tịch UBND tỉnh", "", 0, None, None)
    assert (found.level, found.place, found.province) == ("province", "", "")


def test_leaders(geography):
    def leads(words):
        return office(words, "", 30, geography, ShortForms()).leading

    assert leads("Phó Bí thư Tỉnh ủy")
    assert leads("Bộ trưởng Bộ Y tế")
    assert not leads("Giám đốc Sở Y tế")
    assert not leads("Chuyên viên Bộ Y tế")


def test_provinces(geography):
    assert province_at(3, geography) == "sơn la"
    assert province_at(3, None) == ""
    assert successor("hà giang") == "tuyên quang"
    assert successor("sơn la") == "sơn la"
