"""Short forms of a page: the reading, and where it was learned."""

import pytest

from dvextract.interpretation.abbreviations import ShortForms, find
from dvextract.lexicon.tsv import rows


def found(text, excluded=(), bodies=(), mentions=()):
    def spans(words):
        return [(text.index(w), text.index(w) + len(w)) for w in words]

    forms = find(text, [(0, len(text))], spans(excluded), spans(bodies), spans(mentions))
    return [(a.short, a.long, a.source) for a in forms.listed]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("họp UBND xã", [("UBND", "Ủy ban nhân dân", "know")]),
        ("Ủy ban Nhân dân họp; UBND quyết", [("UBND", "Ủy ban Nhân dân", "infer")]),  # in the page's spelling
        ("vùng tái định cư (TĐC) mới; bà con TĐC", [("TĐC", "tái định cư", "text")]),
        ("dân tộc thiểu số (gọi tắt là DTTS)", [("DTTS", "dân tộc thiểu số", "text")]),
        ("Hội Liên hiệp Phụ nữ (LHPN) tỉnh", [("LHPN", "Liên hiệp Phụ nữ", "text")]),  # without the surrounding name
        ("thi hành án dân sự (THADS)", [("THADS", "thi hành án dân sự", "text")]),  # án is A
        ("quỹ tương trợ bản làng (TTBL)", [("TTBL", "tương trợ bản làng", "text")]),  # no lexicon knows it
        ("ngôi sao (ABC)", []),  # no reading, no row
        ("khóa XIV, quý III", []),  # numerals
        ("Giàng A Sềnh ở phường P", []),
        ("BCH Đảng bộ", [("BCH", "Ban Chấp hành", "know")]),  # one short form, two readings
        ("BCH Quân sự huyện", [("BCH", "Ban Chỉ huy", "know")]),
        (
            "BCH Đảng bộ và BCH Quân sự xã",
            [("BCH", "Ban Chấp hành", "know"), ("BCH", "Ban Chỉ huy", "know")],
        ),
        ("BÐBP tỉnh", [("BÐBP", "Bộ đội Biên phòng", "know")]),  # as the page writes it
        ("TP. Hưng Sơn", [("TP", "thành phố", "know")]),
        ("", []),
    ],
)
def test_readings(text, expected):
    assert found(text) == expected


def test_not_from_document_numbers():
    assert found("Kế hoạch số 12/KH-UBND", excluded=["Kế hoạch số 12/KH-UBND"]) == []


def test_a_body_is_the_long_form_of_its_name():
    text = "Công ty Núi Xanh (gọi tắt là NXC)"
    assert found(text, bodies=["Công ty Núi Xanh"]) == [("NXC", "Công ty Núi Xanh", "text")]
    assert found(text) == []


def test_a_mention_may_look_like_a_word():
    text = "Công ty Núi Xanh (Nuxaco)"
    assert found(text, bodies=["Công ty Núi Xanh"], mentions=["Nuxaco"]) == [("Nuxaco", "Công ty Núi Xanh", "text")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UBND xã Pá Lông", "Ủy ban nhân dân xã Pá Lông"),
        ("Hội Liên hiệp Phụ nữ (LHPN) tỉnh", "Hội Liên hiệp Phụ nữ tỉnh"),  # the short form repeats the long one
        ("Công ty TNHH Núi Xanh", "Công ty TNHH Núi Xanh"),  # part of the registered name
        ("LLVT tỉnh", "lực lượng vũ trang tỉnh"),
        ("Hội ND xã", "Hội Nông dân xã"),  # by its neighbour
        ("Thành ủy TP.Hưng Sơn", "Thành ủy thành phố Hưng Sơn"),
        ("BCH Đảng bộ", "Ban Chấp hành Đảng bộ"),
        ("Quốc hội", "Quốc hội"),
        ("", ""),
    ],
)
def test_expand(name, expected):
    assert ShortForms().expand(name) == expected


def test_the_lexicon_has_one_default_a_short_form():
    defaults = [row[0] for row in rows("abbreviations.tsv") if not row[2] and not row[3]]
    assert sorted(set(defaults)) == sorted(defaults)
    assert all(row[1] and row[4] in ("", "name") for row in rows("abbreviations.tsv"))
