"""The list of official units: its rows fit together, and names are found in any spelling."""

import pytest

from dvextract.lexicon.tsv import rows
from dvextract.lexicon.units import admin_units, fold_unit, split_type

UNITS = admin_units()


def names(units):
    return [u.name for u in units]


def test_every_row_has_a_parent_on_its_last_day_and_successors_that_stood_on_the_next():
    districts = {(code, ends) for _, code, _, _, ends, _ in rows("admin_units.tsv") if len(code) == 3}
    codes = {code for _, code, *_ in rows("admin_units.tsv")}
    assert len(districts) == 696 + 20
    for name, code, parent, begins, ends, then in rows("admin_units.tsv"):
        assert split_type(name)[0], name
        assert begins < (ends or "9999"), name
        assert len(parent) < len(code), name
        assert UNITS.coded(parent, ends or "9999-12-31"), name
        assert bool(ends) == bool(then), name
        assert set(then.split("|")) - {""} <= codes, name


def test_counts_are_those_of_the_reform():
    standing = [row for row in rows("admin_units.tsv") if not row[4]]
    before = [row for row in rows("admin_units.tsv") if row[4] == "2025-06-30"]
    assert len(standing) == 3321
    assert (len([r for r in before if len(r[1]) == 5]), len([r for r in before if len(r[1]) == 3])) == (10035, 696)
    assert len([u for u in UNITS.provinces if u.stands("2025-07-01")]) == 34
    assert len([u for u in UNITS.provinces if u.stands("2025-06-30")]) == 63


def test_a_code_alone_is_no_identity():
    assert names(UNITS.coded("26740")) == ["phường Bến Nghé", "phường Sài Gòn"]
    assert names(UNITS.coded("26740", "2025-07-01")) == ["phường Sài Gòn"]
    assert names(UNITS.coded("15", "2025-06-30")) == ["tỉnh Yên Bái"]


def test_chain_and_successors():
    (old,) = [u for u in UNITS.named("phường Bến Nghé") if u.valid_to]
    assert names(UNITS.chain(old)) == ["phường Bến Nghé", "quận 1", "thành phố Hồ Chí Minh"]
    assert names(UNITS.successors(old)) == ["phường Sài Gòn"]
    (district,) = UNITS.named("huyện Mai Sơn")
    assert "xã Chiềng Mung" in names(UNITS.successors(district))


def test_a_city_since_30_april_2026():
    title = {day: names(UNITS.coded("75", day)) for day in ("2026-04-29", "2026-04-30")}
    assert title == {"2026-04-29": ["tỉnh Đồng Nai"], "2026-04-30": ["thành phố Đồng Nai"]}


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("Tỉnh Đăk Lăk", "tỉnh Đắk Lắk"),
        ("tỉnh Đắc Lắc", "tỉnh Đắk Lắk"),
        ("huyện Đăk Tô", "huyện Đắk Tô"),
        ("thành phố Qui Nhơn", "thành phố Quy Nhơn"),
        ("thành phố Buôn Mê Thuột", "thành phố Buôn Ma Thuột"),
        ("tỉnh Thừa Thiên-Huế", "tỉnh Thừa Thiên Huế"),
        ("tỉnh Bà Rịa-Vũng Tàu", "tỉnh Bà Rịa - Vũng Tàu"),
        ("tỉnh Khánh Hoà", "tỉnh Khánh Hòa"),
        ("THÀNH PHỐ PLEI KU", "thành phố Pleiku"),
    ],
)
def test_spellings(written, official):
    assert set(names(UNITS.named(written))) == {official}


def test_names_that_are_none():
    assert UNITS.named("xã Pá Ngần") == ()
    assert UNITS.provinces_named("Hưng Sơn") == ()
    assert fold_unit("") == ""


def test_split_type():
    assert split_type("Thị trấn Hát Lót") == ("thị trấn", "Hát Lót")
    assert split_type("Hát Lót") == ("", "Hát Lót")
