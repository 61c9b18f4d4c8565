"""Who took part in what: one frame a row, as (event, participant, role)."""

import pytest

from dvextract.relations.participations import participations
from dvextract.relations.skeleton import skeletons
from dvextract.relations.statements import statements

OPENED = "[ORGANISATION Huyện ủy] tổ chức [EVENT Hội nghị tổng kết]."
HOST = ("Hội nghị tổng kết", "Huyện ủy", "organiser")


def rows(doc):
    sentences = skeletons(doc)
    return [
        (doc.span(doc.mentions[p.event]), doc.span(doc.mentions[p.participant]), p.role)
        for p in participations(doc, sentences, statements(doc, sentences))
    ]


def parts(*people):
    return [HOST, *(("Hội nghị tổng kết", name, role) for name, role in people)]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "[ORGANISATION Sở Y tế] phối hợp với [ORGANISATION Hội LHPN] tổ chức [EVENT Ngày hội].",
            [("Ngày hội", "Sở Y tế", "organiser"), ("Ngày hội", "Hội LHPN", "organiser")],
        ),
        ("[EVENT Hội thi] do [ORGANISATION Sở Y tế] tổ chức đã bế mạc.", [("Hội thi", "Sở Y tế", "organiser")]),
        (
            "[EVENT Cuộc giao lưu] trực tuyến nhân [EVENT kỷ niệm Ngày lập bản] do [ORGANISATION Sở Y tế] tổ chức.",
            [("Cuộc giao lưu", "Sở Y tế", "organiser")],
        ),
        (
            "Tại trụ sở [ORGANISATION Sở Y tế], [ORGANISATION Hội LHPN] tổ chức [EVENT Hội thi].",
            [("Hội thi", "Hội LHPN", "organiser")],
        ),
        # an anaphor finds the event that was organised
        (f"{OPENED} Ông [PERSON A], [TITLE Bí thư], chủ trì hội nghị.", parts(("A", "chair"))),
        (
            f"{OPENED} Bà [PERSON A], [TITLE Bí thư]; ông [PERSON B] đồng chủ trì hội nghị.",
            parts(("A", "cochair"), ("B", "cochair")),
        ),
        (f"{OPENED} Hội nghị do ông [PERSON A] chủ trì.", parts(("A", "chair"))),
        (f"{OPENED} Chủ trì hội nghị, bà [PERSON A], [TITLE Bí thư] khen xã.", parts(("A", "chair"))),
        # without a word for the event, at the end
        (
            f"{OPENED} Ông [PERSON A], [TITLE Bí thư] và bà [PERSON B], [TITLE Chủ tịch] đồng chủ trì.",
            parts(("A", "cochair"), ("B", "cochair")),
        ),
        (
            f"{OPENED} Đến dự có các đồng chí: [PERSON A], [TITLE Bí thư]; [PERSON B].",
            parts(("A", "guest"), ("B", "guest")),
        ),
        (
            f"{OPENED} Dự hội nghị có bà [PERSON A]; đại diện [ORGANISATION Sở Y tế] và bà con.",
            parts(("A", "guest"), ("Sở Y tế", "guest")),
        ),
        (f"{OPENED} Dự và phát biểu tại hội nghị có bà [PERSON A].", parts(("A", "speaker"))),
        (f"{OPENED} Phát biểu tại hội nghị, bà [PERSON A] chúc mừng xã.", parts(("A", "speaker"))),
        (f"{OPENED} Phát biểu chỉ đạo hội nghị, [TITLE Bí thư] [PERSON A] khen xã.", parts(("A", "speaker"))),
        (f"{OPENED} Kết luận hội nghị, bà [PERSON A] cảm ơn bà con.", parts(("A", "concludes"))),
        (f"{OPENED} Phát biểu tại hội nghị, [TITLE Phó Bí thư] khen xã.", parts(("Phó Bí thư", "speaker"))),
        ("Bà [PERSON A], [TITLE Bí thư], dự [EVENT Lễ hội].", [("Lễ hội", "A", "guest")]),
        ("[ORGANISATION Sở Y tế] cùng dự [EVENT Lễ hội].", [("Lễ hội", "Sở Y tế", "guest")]),
        ("Ông [PERSON A], [TITLE Bí thư], có [EVENT buổi tiếp xúc cử tri].", [("buổi tiếp xúc cử tri", "A", "host")]),
        (f"{OPENED} Tham dự trực tuyến có bà [PERSON A].", parts(("A", "online"))),
        (f"{OPENED} Bà [PERSON A] dự trực tuyến hội nghị.", parts(("A", "online"))),
        ("[ORGANISATION Đội 3], thuộc [ORGANISATION Sở Y tế], tổ chức [EVENT Hội thi].", []),  # whose body it is
        ("Bà mời các [ORGANISATION Sở Y tế] tham dự [EVENT Lễ hội].", []),  # only invited
        ("Bà đến chào ông [PERSON A]; tham dự [EVENT Lễ hội].", []),  # somebody else
        ("[ORGANISATION Sở Y tế] sẽ tổ chức [EVENT Hội thi].", []),  # only planned
        # no event told of, or none that fits
        ("Bà [PERSON A] chủ trì hội nghị.", []),
        ("[EVENT Lễ hội] vui. Bà [PERSON A] chủ trì hội nghị.", []),
        ("Bà [PERSON A] thăm [EVENT Lễ hội].", []),
    ],
)
def test_roles(page, marked, expected):
    assert rows(page(marked)) == expected


DAY, PLACE = "[TIME:date=2024-07-08/2024-07-08 Sáng 8/7]", "[LOCATION bản Huổi Lưa]"


@pytest.mark.parametrize(
    ("marked", "when", "where"),
    [
        (f"{DAY}, tại {PLACE}, {OPENED}", "Sáng 8/7", "bản Huổi Lưa"),
        (f"Mừng xuân, {DAY}, {OPENED}", "Sáng 8/7", ""),
        ("[ORGANISATION Huyện ủy] tổ chức [EVENT Hội thi] " + f"{DAY} tại {PLACE}.", "Sáng 8/7", "bản Huổi Lưa"),
        # the period that it is about is not when it is held
        ("[ORGANISATION Huyện ủy] tổ chức [EVENT Hội nghị tổng kết] [TIME:interval giai đoạn 2021-2026].", "", ""),
        (OPENED, "", ""),
    ],
)
def test_when_and_where(page, marked, when, where):
    doc = page(marked)
    (part,) = participations(doc, skeletons(doc), ())
    stated = [doc.span(doc.mentions[i]) if i >= 0 else "" for i in (part.when, part.where)]
    assert stated == [when, where]


def test_the_event_with_the_same_head_word(page):
    doc = page(f"{OPENED} Sau [EVENT Lễ khai giảng], ông [PERSON A] chủ trì buổi lễ.")
    assert rows(doc)[-1] == ("Lễ khai giảng", "A", "chair")
