"""Numbers that every province gives anew, and events of a body the page completes: which are one entity."""

import pytest

from dvextract.document import LegalReference
from dvextract.linking.documents import is_central

DAY = "2024-07-08"


def entity(document, label, marked, doc_id="p", **page):
    """The identifier of the first mention of a label."""
    doc = document(marked, doc_id=doc_id, **({"reference_date": DAY} | page))
    return next(link.entity_id for m, link in zip(doc.mentions, doc.links, strict=True) if m.label == label)


SON_LA, LAO_CAI = "[ORGANISATION Tỉnh ủy Sơn La] họp. ", "[ORGANISATION Tỉnh ủy Lào Cai] họp. "


@pytest.mark.parametrize(
    "number", ["Chỉ thị 05-CT/TU", "Quyết định 17/QĐ-UBND", "Nghị quyết 08/2023/NQ-HĐND", "Quyết định 123"]
)
def test_a_number_of_two_provinces_is_two_documents(document, number):
    marked = f"Bản thực hiện [LEGALDOC {number}]."
    one, other, nowhere, elsewhere = (
        entity(document, "LEGALDOC", marked_page, doc_id)
        for marked_page, doc_id in (
            (SON_LA + marked, "a"),
            (LAO_CAI + marked, "b"),
            (marked, "c"),
            (marked, "d"),
        )
    )
    assert len({one, other, nowhere, elsewhere}) == 4
    assert entity(document, "LEGALDOC", SON_LA + marked, "e") == one
    assert entity(document, "LEGALDOC", marked * 2, "c") == nowhere


def test_the_issuer_that_is_written_wins_over_the_page(document):
    own = entity(document, "LEGALDOC", LAO_CAI + "Bản thực hiện [LEGALDOC Chỉ thị 05-CT/TU].")
    for after in ("của", ", [TIME ngày 3/4/2023], của", "(khóa XV) của"):
        marked = f"{LAO_CAI}Bản thực hiện [LEGALDOC Chỉ thị 05-CT/TU] {after} [ORGANISATION Tỉnh ủy Sơn La]."
        found = entity(document, "LEGALDOC", marked.replace("] ,", "],"), "b")
        assert found == entity(document, "LEGALDOC", SON_LA + "Theo [LEGALDOC Chỉ thị 05-CT/TU].")
        assert found != own


def test_an_issuer_is_known_in_the_whole_page(document):
    marked = (
        "[ORGANISATION Huyện ủy Mai Sơn] học [LEGALDOC Chỉ thị 05-CT/TU] của [ORGANISATION Tỉnh ủy Lào Cai]. "
        "[LEGALDOC Chỉ thị 05-CT/TU] rất hay."
    )
    found = document(marked, reference_date=DAY).links
    assert found[1].entity_id == found[3].entity_id
    assert found[1].name == "Chỉ thị 05-CT/TU"


def test_a_number_of_a_district_is_one_of_the_page_s_district(document):
    marked = "[ORGANISATION Tỉnh ủy Sơn La] và [ORGANISATION Huyện ủy {}] họp theo [LEGALDOC Kế hoạch 12-KH/HU]."
    one, other = (entity(document, "LEGALDOC", marked.format(d)) for d in ("Mai Sơn", "Yên Châu"))
    assert one != other
    assert one == entity(document, "LEGALDOC", marked.format("Mai Sơn"), "another")


def test_a_number_of_a_central_issuer_is_one_document(document):
    for number in ("Chỉ thị 05-CT/TW", "Nghị định 30/2020/NĐ-CP", "Quyết định 217-QĐ/TW", "Thông tư 02/2021/TT-BNV"):
        marked = f"Bản thực hiện [LEGALDOC {number}]."
        pages = (SON_LA + marked, LAO_CAI + marked, marked)
        assert len({entity(document, "LEGALDOC", page, str(i)) for i, page in enumerate(pages)}) == 1


def test_a_bare_number_of_a_central_issuer_is_one_document(document):
    marked = "Bản thực hiện [LEGALDOC Quyết định 123] của [TITLE Thủ tướng{}]."
    pages = (SON_LA + marked.format(""), LAO_CAI + marked.format(" Chính phủ"))
    assert len({entity(document, "LEGALDOC", page, str(i)) for i, page in enumerate(pages)}) == 1


@pytest.mark.parametrize(
    ("kind", "number", "central"),
    [
        *(("Nghị quyết", n, True) for n in ("16/NQ-CP", "42/2017/QH14", "18-NQ/TW", "1211/2016/UBTVQH13")),
        *(("Quyết định", n, True) for n in ("22/QĐ-TTg", "5/QĐ-BNV", "1234/QĐ-NHNN")),
        ("Công văn", "2523/VPCP-KTTH", True),
        ("Hướng dẫn", "09-HD/BDVTW", True),
        ("Nghị định", "30", True),
        ("Tiêu chuẩn", "TCVN ISO 9001:2015", True),
        *(("Kế hoạch", n, False) for n in ("12-KH/TU", "12-KH/HU", "3/KH-UBND", "4/KH-SNV", "12-KH/BTCTU", "12")),
    ],
)
def test_numbers_that_name_their_issuer(kind, number, central):
    assert is_central(LegalReference(kind, number)) is central


@pytest.mark.parametrize(
    ("event", "whole"),
    [
        ("kỳ họp thứ 5 HĐND tỉnh", "kỳ họp thứ 5 HĐND tỉnh Sơn La"),
        ("kỳ họp thứ 5 HĐND tỉnh khóa X", "kỳ họp thứ 5 HĐND tỉnh Sơn La khóa X"),
        ("Đại hội Đảng bộ tỉnh lần thứ XV", "Đại hội Đảng bộ tỉnh Sơn La lần thứ XV"),
        ("Đại hội Đảng bộ Tỉnh lần thứ XV", "Đại hội Đảng bộ Tỉnh Sơn La lần thứ XV"),
        ("Hội nghị Tỉnh ủy lần thứ 3", "Hội nghị Tỉnh ủy Sơn La lần thứ 3"),
        ("kỳ họp thứ 5 HĐND huyện", "kỳ họp thứ 5 HĐND huyện Mai Sơn"),
    ],
)
def test_an_event_of_a_body_the_page_completes(document, event, whole):
    page = SON_LA + "[ORGANISATION Huyện ủy Mai Sơn] dự [EVENT {}]."
    assert entity(document, "EVENT", page.format(event)) == entity(document, "EVENT", page.format(whole))
    there = LAO_CAI + "[ORGANISATION Huyện ủy Bắc Hà] dự [EVENT {}]."
    assert entity(document, "EVENT", page.format(event)) != entity(document, "EVENT", there.format(event))


@pytest.mark.parametrize(
    "event",
    ["Hội thi các tỉnh Tây Bắc", "Hội nghị cán bộ cấp tỉnh", "Hội thi các huyện, tỉnh", "KỲ HỌP HĐND TỈNH LAI CHÂU"],
)
def test_an_event_of_no_level_is_one_everywhere(document, event):
    assert len({entity(document, "EVENT", f"{page}Dự [EVENT {event}].") for page in (SON_LA, LAO_CAI)}) == 1
