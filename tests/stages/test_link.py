"""Entities: the same label and name give the same identifier, other ones another."""

import pytest

from dvextract.document import Document, LegalReference, Mention, PageInfo, Reading
from dvextract.lexicon.tsv import rows
from dvextract.lexicon.units import admin_units
from dvextract.stages.link import Link, entity_id


def linked(label, reading, day=""):
    doc = Document("p", "x")
    doc.add("page", PageInfo(reference_date=day))
    doc.add("mentions", (Mention(0, 1, label, "gold", 1.0),))
    doc.add("readings", (reading,))
    Link()([doc])
    return doc.links[0]


def test_identifiers_are_fixed():
    # a changed hash would part every earlier run from every later one
    assert entity_id("ORGANISATION", "Ban Dân vận Tỉnh ủy Hưng Sơn") == "org-080b046f80a3"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Uỷ ban nhân dân", "Ủy ban Nhân dân"),
        ("Lao động – Thương binh", "Lao động - Thương binh"),
        ("chiến sỹ", "chiến sĩ"),
        ("Ban  Dân vận", "Ban Dân vận"),
        ("Ðoàn Ðại biểu", "Đoàn đại biểu"),
        ("Ban hoà giải", "BAN HÒA GIẢI"),
        ("Quỹ Qúy Hòa", "Quĩ Quý Hoà"),
        ("tỉnh Thừa Thiên-Huế", "tỉnh Thừa Thiên Huế"),
        ("Sở Văn hóa, Thể thao", "Sở Văn hóa Thể thao"),
        ("UBND TP.Vinh", "UBND TP Vinh"),
    ],
)
def test_spellings_of_one_name(a, b):
    assert entity_id("ORGANISATION", a) == entity_id("ORGANISATION", b)


@pytest.mark.parametrize(
    ("a", "b"), [("Kim Jong-un", "Kim Jong Un"), ("Lê Qúy Lý", "Lê Quí Lí"), ("N.V.T", "N. V. T.")]
)
def test_spellings_of_one_person(a, b):
    assert entity_id("PERSON", a) == entity_id("PERSON", b)


def test_a_number_keeps_its_hyphens():
    assert entity_id("LEGALDOC", "Chỉ thị 05-CT/TU") != entity_id("LEGALDOC", "Chỉ thị 05 CT/TU")
    assert entity_id("LEGALDOC", "Luật Phòng, chống ma túy") == entity_id("LEGALDOC", "Luật Phòng chống ma tuý")


def test_labels_keep_entities_apart():
    assert entity_id("PERSON", "Hồ Chí Minh") != entity_id("LOCATION", "Hồ Chí Minh")


@pytest.mark.parametrize("label", ["TIME", "QUANTITY"])
def test_values_are_no_entities(label):
    assert linked(label, Reading("date", "2024")).entity_id == ""


def test_a_name_of_nothing_is_no_entity():
    assert linked("PERSON", Reading("", "")).entity_id == ""


def test_documents_are_named_by_type_and_number():
    reading = Reading("", "05-CT/TU", LegalReference("Chỉ thị", "05-CT/TU"))
    assert linked("LEGALDOC", reading).name == "Chỉ thị 05-CT/TU"
    assert linked("LEGALDOC", Reading("", "Luật Đất đai", LegalReference("Luật"))).name == "Luật Đất đai"


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("tỉnh Hà Giang", "", "02"),
        ("Nghệ An", "", "40"),
        ("Sơn La", "", "14"),  # a city's name too, but the city is written with its type
        ("tỉnh Sơn La", "", "14"),
        ("tỉnh Lào Cai", "2024-07-08", "10"),  # merged with Yên Bái, whose code it took
        ("tỉnh Lào Cai", "2025-07-01", "15"),
        ("tỉnh Lào Cai", "", ""),  # the name alone does not decide
        ("tỉnh Hà Giang", "2026-01-01", "02"),  # there is none any more, but there was only one
        ("thành phố Hà Nội", "", "01"),
        ("huyện Mường Pảo", "", ""),
    ],
)
def test_admin_code(name, day, expected):
    assert linked("LOCATION", Reading("", name), day).admin_code == expected


def test_a_unit_tells_entities_of_one_name_apart():
    one, other = (u for u in admin_units().named("tỉnh Lào Cai"))
    assert len({entity_id("LOCATION", "tỉnh Lào Cai", unit) for unit in (None, one, other)}) == 3
    (only,) = admin_units().named("tỉnh Sơn La")
    assert entity_id("LOCATION", "tỉnh Sơn La", only) == entity_id("LOCATION", "tỉnh Sơn La")


def test_a_province_is_one_entity_with_and_without_its_type():
    bare, typed = linked("LOCATION", Reading("", "Nghệ An")), linked("LOCATION", Reading("", "tỉnh Nghệ An"))
    assert (bare.entity_id, bare.name, bare.admin_code) == (typed.entity_id, typed.name, typed.admin_code)
    assert typed.admin_code == "40"
    assert linked("PERSON", Reading("", "Nghệ An")).admin_code == ""


def test_every_province_that_ended_has_a_successor():
    provinces = rows("provinces.tsv")
    names = {row[0] for row in provinces}
    assert len(names) == 63 + 3  # and Thừa Thiên Huế and Đồng Nai under their other titles, and Hà Tây
    assert all(row[4] in names for row in provinces if row[3])
    assert all(row[3] for row in provinces if row[4])
