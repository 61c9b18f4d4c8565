"""Which unit a place is: every rule with a page that it decides, and pages that no rule may decide."""

import pytest

OLD, NEW = {"reference_date": "2024-07-08"}, {"reference_date": "2025-11-20"}


@pytest.mark.parametrize(
    ("marked", "page", "code", "rule"),
    [
        # the name: one unit bears it
        ("Họp tại [LOCATION tỉnh Sơn La].", {}, "14", "name"),
        ("Họp tại [LOCATION huyện Mai Sơn].", OLD, "125", "name"),
        ("Họp tại [LOCATION Nghệ An].", {}, "40", "bare-name"),
        ("Họp tại [LOCATION Nha Trang].", OLD, "568", "bare-name"),
        # the larger unit beside it, directly or behind the others of its enumeration
        ("Họp tại [LOCATION xã Tân Lập], [LOCATION huyện Đan Phượng].", OLD, "09820", "chain"),
        ("Họp tại [LOCATION xã Tân Lập] ([LOCATION huyện Đan Phượng]).", OLD, "09820", "chain"),
        ("Họp tại [LOCATION xã Tân Lập] thuộc [LOCATION huyện Đan Phượng].", OLD, "09820", "chain"),
        (
            "Họp tại [LOCATION xã Tân Lập], [LOCATION xã Tân Hội] và [LOCATION xã Đan Phượng], [LOCATION huyện Đan "
            "Phượng].",
            OLD,
            "09820",
            "chain",
        ),
        ("Họp tại [LOCATION xã Tân Lập], [LOCATION tỉnh Yên Bái].", OLD, "04354", "chain"),
        ("Họp tại [LOCATION phường 4], [LOCATION quận 3], [LOCATION TP.HCM].", OLD, "27148", "chain"),
        ("Họp tại [LOCATION phường 04], [LOCATION quận 3].", OLD, "27148", "chain"),
        # of two districts of one name the one whose province stands behind it
        ("Họp tại [LOCATION huyện Châu Thành], [LOCATION tỉnh Trà Vinh].", OLD, "847", "chain"),
        # the date: a unit of today, its namesake of before, one that has ended
        ("Họp tại [LOCATION xã Chiềng Mung], [LOCATION tỉnh Sơn La].", NEW, "04123", "chain+date"),
        ("Họp tại [LOCATION xã Tân Lập], [LOCATION huyện Đan Phượng].", NEW, "09820", "chain+ended"),
        ("Họp tại [LOCATION huyện Mai Sơn].", NEW, "125", "name+ended"),
        ("Họp tại [LOCATION tỉnh Hà Giang].", NEW, "02", "name+ended"),
        ("Họp tại [LOCATION tỉnh Lào Cai].", OLD, "10", "name+date"),
        ("Họp tại [LOCATION tỉnh Lào Cai].", NEW, "15", "name+date"),
        ("Họp tại [LOCATION tỉnh Hà Tây].", {"reference_date": "2007-03-01"}, "28", "name"),
        ("Họp tại [LOCATION thành phố Huế].", {"reference_date": "2020-03-01"}, "474", "name+date"),
        ("Họp tại [LOCATION thành phố Huế].", NEW, "46", "name+date"),
        ("Họp tại [LOCATION thị xã Cửa Lò].", OLD, "413", "name"),
        ("Họp tại [LOCATION huyện Đạ Huoai].", OLD, "681", "name+date"),
        # no date, but a district that stands, or a day in the text
        ("[LOCATION tỉnh Lào Cai]: họp tại [LOCATION huyện Bắc Hà].", {}, "10", "name+district-era"),
        ("[LOCATION tỉnh Lào Cai]: họp [TIME ngày 8/9/2025].", {}, "15", "name+text-date"),
        # districts that had gone before the list was drawn up
        ("Họp tại [LOCATION phường Linh Trung], [LOCATION quận Thủ Đức].", OLD, "26800", "chain"),
        # another type at the time
        ("Họp tại [LOCATION thị xã Dĩ An], [LOCATION tỉnh Bình Dương].", OLD, "724", "chain+former-type"),
    ],
)
def test_the_first_place_that_is_no_province_or_the_only_one(links, marked, page, code, rule):
    found = links(marked, **page)
    first = found[0]
    assert (first.admin_code, first.facts.rule) == (code, rule)


@pytest.mark.parametrize(
    ("marked", "page", "code", "rule"),
    [
        # the same name with its larger unit elsewhere in the page
        (
            "[LOCATION xã Tân Lập], [LOCATION huyện Đan Phượng] họp. Sau đó [LOCATION xã Tân Lập] gặt lúa.",
            OLD,
            "09820",
            "page-chain",
        ),
        # the page's district, province, the province of a body, of the dateline, of the outlet
        (
            "[LOCATION huyện Đan Phượng] họp. Trời mưa. Dân [LOCATION xã Tân Lập] gặt lúa.",
            OLD,
            "09820",
            "page-district",
        ),
        ("[ORGANISATION Huyện ủy Đan Phượng] họp. Trời mưa, [LOCATION xã Tân Lập] vui.", OLD, "09820", "page-district"),
        ("[ORGANISATION Tỉnh ủy Yên Bái] họp. Trời mưa. Dân [LOCATION xã Tân Lập] vui.", OLD, "04354", "page-province"),
        ("Dân [LOCATION xã Tân Lập] gặt lúa.", OLD | {"dateline": "Yên Bái"}, "04354", "page-province"),
        ("Dân [LOCATION xã Tân Lập] gặt lúa.", OLD | {"outlet": "baoyenbai.com.vn"}, "04354", "page-province"),
        # a province that is only named
        (
            "[LOCATION tỉnh Yên Bái] và [LOCATION tỉnh Nghệ An] họp. Trời mưa. Dân [LOCATION xã Tân Lập] gặt lúa.",
            OLD,
            "04354",
            "named-province",
        ),
        # after the merger the province reaches further, and what ended is found where it was
        ("[LOCATION tỉnh Lâm Đồng] họp. Trời mưa. Dân [LOCATION huyện Đắk Mil] vui.", NEW, "663", "name+ended"),
        (
            "[LOCATION tỉnh Lâm Đồng] họp. Trời mưa. Dân [LOCATION xã Đức Mạnh] vui.",
            NEW,
            "24676",
            "page-province+ended",
        ),
        # a type the page gives
        (
            "[LOCATION huyện Mai Sơn] họp. Dân [LOCATION Mai Sơn] vui.",
            OLD,
            "125",
            "name+page-type",
        ),
        # another type at the time
        ("[LOCATION tỉnh Bình Dương]: họp tại [LOCATION thị xã Dĩ An].", OLD, "724", "page-province+former-type"),
        # a bare name of a district in its province
        ("[LOCATION tỉnh Sơn La] họp. Trời mưa. Dân [LOCATION Mai Sơn] vui.", OLD, "125", "page-province"),
        # a city that had the name before its province took it
        ("[LOCATION tỉnh Thừa Thiên Huế] họp. Trời mưa. Dân [LOCATION thành phố Huế] vui.", {}, "474", "name"),
        # spellings
        ("Dân [LOCATION tỉnh Đăk Lăk] vui.", OLD, "66", "name"),
        ("Dân [LOCATION tỉnh Thừa Thiên - Huế] vui.", OLD, "46", "name"),
        ("Dân [LOCATION Bắc Cạn] vui.", OLD, "06", "bare-name"),
    ],
)
def test_the_last_place(links, marked, page, code, rule):
    last = links(marked, **page)[-1]
    assert (last.admin_code, last.facts.rule) == (code, rule)


@pytest.mark.parametrize(
    ("marked", "page", "rule"),
    [
        ("Dân [LOCATION xã Tân Lập] gặt lúa.", OLD, "undecided.several"),
        ("[LOCATION tỉnh Long An]: dân [LOCATION xã Tân Lập] gặt lúa.", OLD, "undecided.several"),  # it has two
        ("Dân [LOCATION tỉnh Lào Cai] vui.", {}, "undecided.date"),
        ("Dân [LOCATION huyện Đạ Huoai] vui.", {}, "undecided.date"),  # before and after it took in two others
        ("Dân [LOCATION xã Chiềng Mung] vui.", {}, "undecided.date"),
        ("Dân [LOCATION xã Tân Lập], [LOCATION huyện Mai Sơn] vui.", OLD, "undecided.elsewhere"),  # it has none
        ("[LOCATION tỉnh Nghệ An] họp. Trời mưa. Dân [LOCATION xã Chiềng Mung] vui.", OLD, "undecided.elsewhere"),
        ("Dân [LOCATION xã Pá Ngần] vui.", OLD, "undecided.unknown"),
        ("Dân [LOCATION tỉnh Hưng Sơn] vui.", OLD, "undecided.unknown"),
        # before the merger a province does not reach into what it will be
        (
            "[LOCATION TP.HCM] họp. Trời mưa. Cử tri [LOCATION phường Bình An] hỏi.",
            {"reference_date": "2022-04-07"},
            "undecided.elsewhere",
        ),
    ],
)
def test_what_stays_open(links, marked, page, rule):
    found = [link for link in links(marked, **page) if link.facts.rule.startswith("undecided")]
    assert [link.facts.rule for link in found] == [rule]
    assert found[0].admin_code == ""


@pytest.mark.parametrize("words", ["thủy điện Sơn La", "Lào", "Tây Bắc", "bản Huổi Lưa", "Ngã Ba Xanh"])
def test_what_is_no_unit(links, words):
    assert links(f"Họp tại [LOCATION {words}].", **OLD)[0].facts is None


def test_communes_of_one_name_are_entities_of_their_own(links):
    marked = "Dân [LOCATION xã Tân Lập], [LOCATION {}] vui."
    one, other = (links(marked.format(p), **OLD)[0] for p in ("tỉnh Yên Bái", "tỉnh Hòa Bình"))
    assert one.name == other.name == "xã Tân Lập"
    assert one.entity_id != other.entity_id
    open_one = links("Dân [LOCATION xã Tân Lập] vui.", **OLD)[0]
    assert open_one.entity_id not in (one.entity_id, other.entity_id)


def test_the_same_commune_before_and_after_is_two_units_and_the_first_names_the_second(links):
    marked = "Dân [LOCATION xã Chiềng Mung], [LOCATION {}] vui."
    old, new = links(marked.format("huyện Mai Sơn"), **OLD)[0], links(marked.format("tỉnh Sơn La"), **NEW)[0]
    assert old.entity_id != new.entity_id
    assert (old.facts.parent_code, old.facts.parent_name) == ("125", "huyện Mai Sơn")
    assert (old.facts.valid_to, old.facts.successor_code, old.facts.successor_name) == (
        "2025-06-30",
        new.admin_code,
        "xã Chiềng Mung",
    )
    assert (new.facts.valid_from, new.facts.parent_name, new.facts.successor_code) == ("2025-07-01", "tỉnh Sơn La", "")


def test_a_divided_commune_names_all_its_successors_the_main_one_first(links):
    found = links("Dân [LOCATION xã Tân Lập], [LOCATION huyện Đan Phượng] vui.", **OLD)[0].facts
    assert found.successor_name == "xã Hoài Đức|xã Ô Diên"
    assert found.successor_code.count("|") == 1


def test_spellings_of_a_province_are_one_entity(links):
    names = ("tỉnh Đắk Lắk", "Tỉnh Đăk Lăk", "Đắc Lắc", "tỉnh Daklak")
    assert len({links(f"Dân [LOCATION {name}] vui.", **OLD)[0].entity_id for name in names}) == 1
