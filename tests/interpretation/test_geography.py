"""What a bare "tỉnh", "huyện" stands for, and the type of a bare name."""

import pytest

from dvextract.interpretation.geography import Geography


def geography(text, heads=(), content=None, **page):
    return Geography(text, [(0, len(text))] if content is None else content, heads, **page)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Tỉnh ủy Hưng Sơn họp. UBND tỉnh", "tỉnh", "tỉnh Hưng Sơn"),
        ("xã Pá Lông, huyện Mường Pảo; UBND huyện", "huyện", "huyện Mường Pảo"),
        ("TP. Hưng Sơn; Thành ủy", "thành phố", "thành phố Hưng Sơn"),
        ("Hà Giang đón xuân; UBND tỉnh", "tỉnh", "tỉnh Hà Giang"),  # a province's name needs no type
        ("Bộ Tư lệnh Quân khu 9; đoàn của Quân khu", "quân khu", "quân khu 9"),
        ("TỈNH HÀ GIANG LẦN THỨ V. UBND tỉnh", "tỉnh", "tỉnh Hà Giang"),  # capitals hide where the name ends
        ("UBND tỉnh họp", "tỉnh", None),
        ("nông thôn Hưng Sơn", "thôn", None),  # only looks like a type
        ("", "tỉnh", None),
    ],
)
def test_unit(text, kind, expected):
    unit = geography(text).at(kind, len(text))
    assert (str(unit) if unit else None) == expected


def test_the_dominant_unit_is_meant_everywhere():
    text = "huyện Mường Pảo, huyện Mường Pảo và huyện Nậm Hin. UBND huyện"
    assert str(geography(text).at("huyện", len(text))) == "huyện Mường Pảo"


def test_without_a_dominant_unit_the_last_one_is_meant():
    text = "huyện Một. UBND huyện. huyện Hai. UBND huyện. huyện Ba."
    places = geography(text)
    assert str(places.at("huyện", text.index("UBND"))) == "huyện Một"
    assert str(places.at("huyện", text.rindex("UBND"))) == "huyện Hai"


def test_outlet_and_dateline_are_evidence():
    assert str(geography("UBND tỉnh họp", outlet="baohagiang.vn").at("tỉnh", 0)) == "tỉnh Hà Giang"
    assert str(geography("UBND tỉnh họp", dateline="Hưng Sơn").at("tỉnh", 0)) == "tỉnh Hưng Sơn"
    # a place whose page speaks of the district's bodies is a district
    assert str(geography("UBND huyện họp", dateline="Mường Pảo").at("huyện", 0)) == "huyện Mường Pảo"


def test_furniture_only_tells_the_province():
    text = "huyện Nậm Hin | tỉnh Hà Giang\nUBND huyện, UBND tỉnh"
    places = geography(text, content=[(30, len(text))])
    assert places.at("huyện", len(text)) is None
    assert str(places.at("tỉnh", len(text))) == "tỉnh Hà Giang"


def test_the_higher_type_names_a_bare_name():
    places = geography("thành phố Hưng Sơn, tỉnh Hưng Sơn, bản Huổi Lưa")
    assert places.type_of("Hưng Sơn") == "tỉnh"
    assert places.type_of("Huổi Lưa") == "bản"
    assert places.type_of("Pá Lông") == ""
