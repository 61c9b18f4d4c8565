"""Level, place and parent of bodies: one regularity a row."""

import pytest

from dvextract.document import BodyFacts
from dvextract.linking.bodies import key_name, official_name, standing
from dvextract.linking.names import units_in

OLD = {"reference_date": "2024-07-08"}


def body(links, marked, **page):
    """What is known of the first body of a page."""
    return next(link.facts for link in links(marked, **(OLD | page)) if isinstance(link.facts, BodyFacts))


@pytest.mark.parametrize(
    ("words", "level", "place", "code", "parent", "rule"),
    [
        # a committee's place is in its name; the one over it is a level up
        (
            "Tỉnh ủy Sơn La",
            "province",
            "tỉnh Sơn La",
            "14",
            "Ban Chấp hành Trung ương Đảng",
            "level=unit place=name:name parent=upper",
        ),
        ("Huyện ủy Mai Sơn", "district", "huyện Mai Sơn", "125", "Tỉnh ủy Sơn La", None),
        ("Thành ủy Hà Nội", "province", "thành phố Hà Nội", "01", "Ban Chấp hành Trung ương Đảng", None),
        ("Thành ủy Vinh", "district", "thành phố Vinh", "412", "Tỉnh ủy Nghệ An", None),
        ("Quận ủy Hoàn Kiếm", "district", "quận Hoàn Kiếm", "002", "Thành ủy Hà Nội", None),
        ("Tỉnh đoàn Sơn La", "province", "tỉnh Sơn La", "14", "Trung ương Đoàn", None),
        # bodies of every level
        ("UBND tỉnh Sơn La", "province", "tỉnh Sơn La", "14", "Chính phủ", None),
        ("UBND huyện Mai Sơn", "district", "huyện Mai Sơn", "125", "Ủy ban nhân dân tỉnh Sơn La", None),
        ("Công an huyện Mai Sơn", "district", "huyện Mai Sơn", "125", "Công an tỉnh Sơn La", None),
        (
            "Ban Chỉ huy Quân sự huyện Mai Sơn",
            "district",
            "huyện Mai Sơn",
            "125",
            "Bộ Chỉ huy Quân sự tỉnh Sơn La",
            None,
        ),
        ("Hội Nông dân tỉnh Sơn La", "province", "tỉnh Sơn La", "14", "Hội Nông dân Việt Nam", None),
        ("HĐND huyện Mai Sơn", "district", "huyện Mai Sơn", "125", "", "level=unit place=name:name"),
        # parts
        (
            "Ban Dân vận Tỉnh ủy Sơn La",
            "province",
            "tỉnh Sơn La",
            "14",
            "Tỉnh ủy Sơn La",
            "level=unit place=name:name parent=whole",
        ),
        ("Ban Thường vụ Huyện ủy Mai Sơn", "district", "huyện Mai Sơn", "125", "Huyện ủy Mai Sơn", None),
        ("Phòng Hậu cần Công an tỉnh Sơn La", "province", "tỉnh Sơn La", "14", "Công an tỉnh Sơn La", None),
        ("Thanh tra Bộ Nội vụ", "central", "", "", "Bộ Nội vụ", "level=central parent=whole"),
        ("Văn phòng Quốc hội", "central", "", "", "Quốc hội", None),
        # offices
        (
            "Sở Nội vụ tỉnh Sơn La",
            "province",
            "tỉnh Sơn La",
            "14",
            "Ủy ban nhân dân tỉnh Sơn La",
            "level=unit place=name:name parent=office",
        ),
        ("Sở Nội vụ Sơn La", "province", "tỉnh Sơn La", "14", "Ủy ban nhân dân tỉnh Sơn La", None),
        ("Phòng Nội vụ huyện Mai Sơn", "district", "huyện Mai Sơn", "125", "Ủy ban nhân dân huyện Mai Sơn", None),
        ("Sở Nội vụ", "province", "", "", "", "level=office scope=page"),
        # central bodies
        ("Bộ Nội vụ", "central", "", "", "Chính phủ", "level=central parent=central"),
        ("Bộ Kế hoạch - Đầu tư", "central", "", "", "Chính phủ", None),
        ("Bộ Tư pháp", "central", "", "", "Chính phủ", None),  # whose last syllable is a country's name
        ("Quốc hội", "central", "", "", "", "level=central"),
        ("Hội Nhà văn Việt Nam", "central", "", "", "", "level=central"),
        ("Ban Bí thư Trung ương Đảng", "central", "", "", "Ban Chấp hành Trung ương Đảng", None),
        ("Đoàn Thanh niên Cộng sản Hồ Chí Minh", "central", "", "", "Mặt trận Tổ quốc Việt Nam", None),
        # neither
        ("Quốc hội Lào", "other", "", "", "", ""),
        ("Chính phủ điện tử", "other", "", "", "", ""),
        ("Công ty Cổ phần Hoa Ban", "other", "", "", "", ""),
        ("Bệnh viện Đa khoa Nghệ An", "other", "tỉnh Nghệ An", "40", "", "place=name:bare-name"),
        ("Chi bộ bản Huổi Lưa", "other", "", "", "", ""),
        # firms, schools and troops are no bodies of the place in their name; hospitals and forces called its own are
        ("Công ty Thủy lợi huyện Mai Sơn", "other", "huyện Mai Sơn", "125", "", "place=name:name"),
        ("Trường Tiểu học huyện Mai Sơn", "other", "huyện Mai Sơn", "125", "", "place=name:name"),
        ("Đồn Biên phòng tỉnh Sơn La", "other", "tỉnh Sơn La", "14", "", "place=name:name"),
        ("Bệnh viện Đa khoa huyện Mai Sơn", "district", "huyện Mai Sơn", "125", "", "level=unit place=name:name"),
        ("Trung tâm Y tế huyện Mai Sơn", "district", "huyện Mai Sơn", "125", "", "level=unit place=name:name"),
        ("Trường Chính trị tỉnh Sơn La", "province", "tỉnh Sơn La", "14", "", "level=unit place=name:name"),
        ("Học viện Hành chính Trung ương", "other", "", "", "", ""),
        # a level no name follows and no page completes
        ("Bệnh viện Đa khoa tỉnh", "province", "", "", "", "level=level-word scope=page"),
        ("Trung tâm Y tế huyện", "district", "", "", "", "level=level-word scope=page"),
        ("Trường Tiểu học xã", "other", "", "", "", "scope=page"),
    ],
)
def test_standing(links, words, level, place, code, parent, rule):
    found = body(links, f"[ORGANISATION {words}] họp.")
    assert (found.level, found.place, found.place_code, found.parent) == (level, place, code, parent)
    assert rule is None or found.rule == rule


@pytest.mark.parametrize(
    ("words", "date", "level", "parent", "rule"),
    [
        # the army's large units are under the ministry or one of its services
        ("Quân khu 2", "2024-07-08", "central", "Bộ Quốc phòng", "level=forces parent=forces"),
        ("Bộ Tư lệnh Quân khu 2", "2024-07-08", "central", "Quân khu 2", "level=forces parent=whole"),
        ("Quân đoàn 12", "2024-07-08", "central", "Bộ Quốc phòng", None),
        ("Vùng 3 Hải quân", "2024-07-08", "central", "Quân chủng Hải quân", None),
        ("Bộ Tư lệnh Vùng 3 Hải quân", "2024-07-08", "central", "Vùng 3 Hải quân", None),
        ("Bộ Tư lệnh Vùng Cảnh sát biển 2", "2024-07-08", "central", "Bộ Tư lệnh Cảnh sát biển", None),
        ("Binh chủng Công binh", "2024-07-08", "central", "Bộ Quốc phòng", None),
        ("Cục Dân vận", "2024-07-08", "central", "Tổng cục Chính trị", None),
        ("Cục Cảnh sát giao thông", "2024-07-08", "central", "Bộ Công an", None),
        # provincial commands are under their military region, the capital's under the ministry
        (
            "Bộ CHQS tỉnh Sơn La",
            "2024-07-08",
            "province",
            "Quân khu 2",
            "level=unit place=name:name parent=forces",
        ),
        ("Bộ Tư lệnh Thành phố Hồ Chí Minh", "2024-07-08", "province", "Quân khu 7", None),
        ("Bộ Tư lệnh Thủ đô Hà Nội", "2024-07-08", "province", "Bộ Quốc phòng", None),
        ("Ban Chỉ huy Quân sự quận Hoàn Kiếm", "2024-07-08", "district", "Bộ Tư lệnh Thủ đô Hà Nội", None),
        # border guards: under their own command, since 1 July 2025 under the province's military command
        ("Bộ Chỉ huy BĐBP tỉnh Sơn La", "2024-07-08", "province", "Bộ Tư lệnh Bộ đội Biên phòng", None),
        ("Ban Chỉ huy BĐBP tỉnh Sơn La", "2025-08-08", "province", "Bộ Chỉ huy Quân sự tỉnh Sơn La", None),
        # the police of a commune are under the district's while there is one
        ("Công an huyện Mai Sơn", "2024-07-08", "district", "Công an tỉnh Sơn La", None),
        ("Công an xã Chiềng Mung, huyện Mai Sơn", "2024-07-08", "commune", "Công an huyện Mai Sơn", None),
        ("Công an xã Chiềng Mung, huyện Mai Sơn", "2025-03-08", "commune", "Công an tỉnh Sơn La", None),
        ("Công an tỉnh Sơn La", "2024-07-08", "province", "Bộ Công an", None),
        # troops have no level, but a larger unit in their name
        ("Lữ đoàn 85 Vùng 1 Hải quân", "2024-07-08", "other", "Vùng 1 Hải quân", "parent=whole"),
        ("Tiểu đoàn 7 Trung đoàn 93", "2024-07-08", "other", "Trung đoàn 93", "parent=whole"),
        ("Trung đoàn 93", "2024-07-08", "other", "", ""),
        # a Party committee that a list places is not part of the body it is called after
        ("Đảng ủy Chính phủ", "2025-08-08", "central", "Ban Chấp hành Trung ương Đảng", None),
        # before 1 March 2025 a tax department was a province's
        ("Tổng cục Thuế", "2024-07-08", "central", "Bộ Tài chính", "level=central parent=central"),
        ("Cục Thuế", "2025-08-08", "central", "Bộ Tài chính", None),
        ("Cục Thuế", "2024-07-08", "central", "", "level=central"),
        ("Cục Thuế tỉnh Sơn La", "2024-07-08", "province", "Tổng cục Thuế", None),
        ("Thuế tỉnh Sơn La", "2025-08-08", "province", "Cục Thuế", None),
        # a department's level is that of the day
        ("Phòng Kinh tế", "2024-07-08", "district", "", "level=office scope=page"),
        ("Phòng Kinh tế", "2025-08-08", "commune", "", "level=office scope=page"),
    ],
)
def test_standing_of_forces_and_of_departments_on_a_day(links, words, date, level, parent, rule):
    found = body(links, f"[ORGANISATION {words}] họp.", reference_date=date)
    assert (found.level, found.parent) == (level, parent)
    assert rule is None or found.rule == rule


def test_police_and_command_of_a_commune_after_districts(links):
    marked = "[ORGANISATION {} xã Chiềng Mung], [LOCATION tỉnh Sơn La] họp."
    for words, parent in (
        ("Công an", "Công an tỉnh Sơn La"),
        ("Ban Chỉ huy Quân sự", "Bộ Chỉ huy Quân sự tỉnh Sơn La"),
        ("Phòng Văn hóa - Xã hội", "Ủy ban nhân dân xã Chiềng Mung"),
    ):
        assert body(links, marked.format(words), reference_date="2025-11-20").parent == parent


def test_a_page_without_a_date_keeps_the_district_police_it_speaks_of(links):
    found = body(links, "[ORGANISATION Công an xã Chiềng Mung, huyện Mai Sơn] họp.", reference_date="")
    assert found.parent == "Công an huyện Mai Sơn"


def test_troops_take_the_larger_unit_that_follows_them_and_no_equal_one(links):
    found = body(links, "Chiến sĩ của [ORGANISATION Tiểu đoàn 7], [ORGANISATION Trung đoàn 93] giúp dân.")
    assert (found.level, found.parent, found.rule) == ("other", "Trung đoàn 93", "parent=next")
    found = body(links, "Chiến sĩ của [ORGANISATION Trung đoàn 92], [ORGANISATION Trung đoàn 93] giúp dân.")
    assert found.parent == ""


def test_the_page_completes_a_committee_and_the_rule_says_so(links):
    found = body(links, "[LOCATION tỉnh Sơn La]: [ORGANISATION Tỉnh ủy] họp.")
    assert (found.place_code, found.rule) == ("14", "level=unit place=page:name parent=upper")
    assert body(links, "[LOCATION tỉnh Nghệ An]: [ORGANISATION Tỉnh ủy] họp.").place_code == "40"


def test_after_districts_a_commune_is_under_its_province(links):
    marked = "[ORGANISATION UBND xã Chiềng Mung], [LOCATION {}] họp."
    old = body(links, marked.format("huyện Mai Sơn"))
    new = body(links, marked.format("tỉnh Sơn La"), reference_date="2025-11-20")
    assert (old.level, old.parent) == ("commune", "Ủy ban nhân dân huyện Mai Sơn")
    assert (new.level, new.parent) == ("commune", "Ủy ban nhân dân tỉnh Sơn La")


def test_a_part_takes_the_body_that_follows_it(links):
    found = body(links, "Ông là trưởng của [ORGANISATION Phòng Nghiệp vụ], [ORGANISATION Sở Nội vụ tỉnh Sơn La].")
    assert (found.parent, found.rule) == ("Sở Nội vụ tỉnh Sơn La", "level=office parent=next scope=page")
    found = body(links, "Có [ORGANISATION Công ty Hoa Ban], [ORGANISATION Sở Nội vụ tỉnh Sơn La].")
    assert found.parent == ""


def test_an_undecided_unit_still_has_its_level(links):
    found = body(links, "[ORGANISATION UBND xã Tân Lập] họp.")
    assert (found.level, found.place, found.place_code) == ("commune", "xã Tân Lập", "")
    assert found.rule == "level=unit place=name:undecided.several"


def test_committees_of_communes_of_one_name_are_entities_of_their_own(links):
    marked = "[ORGANISATION UBND xã Tân Lập], [LOCATION {}] họp."
    one, other = (links(marked.format(p), **OLD)[0] for p in ("tỉnh Yên Bái", "tỉnh Hòa Bình"))
    assert one.name == other.name
    assert one.entity_id != other.entity_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Nội vụ Sơn La", "Sở Nội vụ tỉnh Sơn La"),
        ("UBND tỉnh Đăk Lăk", "Ủy ban nhân dân tỉnh Đắk Lắk"),
        ("UBND TỈNH SƠN LA", "Ủy ban nhân dân tỉnh Sơn La"),
        ("Ủy ban MTTQ Việt Nam tỉnh Sơn La", "Ủy ban MTTQ tỉnh Sơn La"),
        ("Hội Nông dân Việt Nam tỉnh Sơn La", "Hội Nông dân tỉnh Sơn La"),
        ("Thành ủy Hồ Chí Minh", "Thành ủy TP.HCM"),
        ("Bộ Kế hoạch - Đầu tư", "Bộ Kế hoạch và Đầu tư"),
        ("Chính phủ Việt Nam", "Chính phủ"),
    ],
)
def test_spellings_of_one_body(links, one, other):
    a, b = (links(f"[ORGANISATION {words}] họp.", **OLD)[0].entity_id for words in (one, other))
    assert a == b


def test_bodies_of_different_levels_stay_apart(links):
    names = ("Công an tỉnh Sơn La", "Công an thành phố Sơn La", "Công an tỉnh Lai Châu", "Bộ Công an")
    assert len({links(f"[ORGANISATION {words}] họp.", **OLD)[0].entity_id for words in names}) == 4


def test_what_a_parent_would_be_as_an_entity(links):
    part, whole = links("[ORGANISATION Ban Dân vận Tỉnh ủy Sơn La], [ORGANISATION Tỉnh ủy Sơn La] họp.", **OLD)
    place = links("Dân [LOCATION Sơn La] vui.", **OLD)[0]
    assert part.facts.parent_id == whole.entity_id
    assert part.facts.place_id == place.entity_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ủy ban nhân dân xã Chiềng Mung huyện Mai Sơn", ["xã Chiềng Mung", "huyện Mai Sơn"]),
        ("Huyện ủy Mai Sơn", ["huyện Mai Sơn"]),
        ("Quận ủy Quận 5", ["quận 5"]),
        ("Thành ủy TP.HCM", ["thành phố Hồ Chí Minh"]),
        ("Công an TX.Dĩ An", ["thị xã Dĩ An"]),
        ("Báo Bà Rịa - Vũng Tàu", ["tỉnh Bà Rịa - Vũng Tàu"]),
        ("Tỉnh Đoàn Sơn La", ["tỉnh Sơn La"]),
        ("Đoàn Thanh niên Cộng sản Hồ Chí Minh", []),
        ("Ban Dân vận các cấp", []),
        ("Hội Nhà văn", []),
    ],
)
def test_units_in_names(name, expected):
    assert [u.name for u in units_in(name)] == expected


def test_names_without_a_unit():
    assert official_name("Bộ Nội vụ", None) == "Bộ Nội vụ"
    assert key_name("Bộ Nội vụ", None) == "bộ nội vụ"
    assert standing("Bộ Nội vụ", "Bộ Nội vụ", None).level == "central"


@pytest.mark.parametrize(
    "words",
    ["HĐND", "Ban Chấp hành", "UBND tỉnh", "Ban Dân vận Tỉnh ủy", "Sở Nội vụ", "Ban Chỉ đạo", "Sở", "Công an xã"],
)
def test_a_name_of_many_bodies_is_one_of_its_page(document, words):
    one, other = (document(f"[ORGANISATION {words}] họp.", doc_id).links[0] for doc_id in ("1", "2"))
    assert one.name == other.name
    assert one.entity_id != other.entity_id
    assert one.facts.rule.endswith("scope=page")
    twice = document(f"[ORGANISATION {words}] họp. Sau đó [ORGANISATION {words}] về bản.", "1").links
    assert [link.entity_id for link in twice] == [one.entity_id] * 2


@pytest.mark.parametrize(
    "marked",
    [
        "[ORGANISATION HĐND tỉnh] họp ở [LOCATION tỉnh Sơn La].",  # the page says where
        "[ORGANISATION Ban Chỉ đạo phòng, chống lụt bão] họp.",  # the name says of what
        "[ORGANISATION Chi bộ bản Huổi Lưa] họp.",
        "[ORGANISATION Bộ Chính trị] họp.",
        "[ORGANISATION Mặt trận Tổ quốc Việt Nam] họp.",
        "[ORGANISATION Công ty Hoa Ban] họp.",
    ],
)
def test_a_name_of_one_body_is_one_in_all_pages(document, marked):
    one, other = (document(marked, doc_id).links[0] for doc_id in ("1", "2"))
    assert one.entity_id == other.entity_id
    assert "scope" not in one.facts.rule


def test_a_body_of_a_page_is_under_one_of_the_same_page(document):
    links = document("[ORGANISATION Ban Dân vận Tỉnh ủy] và [ORGANISATION Tỉnh ủy] họp.", "1").links
    assert links[0].facts.parent_id == links[1].entity_id
