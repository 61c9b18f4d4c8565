"""Who works with whom: one frame a row, as pairs; then the programme and its period."""

import pytest

from dvextract.relations.cooperations import cooperations
from dvextract.relations.skeleton import skeletons
from dvextract.relations.statements import statements


def rows(doc):
    sentences = skeletons(doc)
    return cooperations(doc, sentences, statements(doc, sentences))


ND, PN, CA, YT = (f"[ORGANISATION {name}]" for name in ("Hội Nông dân", "Hội LHPN", "Công an xã", "Sở Y tế"))


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (f"{ND} phối hợp với {PN} vận động hội viên.", ["Hội Nông dân|Hội LHPN"]),
        (f"{ND} đã phối hợp {PN}, {CA} mở lớp.", ["Hội Nông dân|Hội LHPN", "Hội Nông dân|Công an xã"]),
        (f"{ND} kết nghĩa với {PN}.", ["Hội Nông dân|Hội LHPN"]),
        (f"{ND} và {PN} đã ký kết chương trình.", ["Hội Nông dân|Hội LHPN"]),
        (f"{ND} ký kết chương trình phối hợp với {PN}.", ["Hội Nông dân|Hội LHPN"]),
        (f"Chương trình phối hợp giữa {ND} với {PN} có hiệu quả.", ["Hội Nông dân|Hội LHPN"]),
        ("Lễ kết nghĩa giữa [LOCATION bản Hua Sa] và [LOCATION bản Xa Na].", ["bản Hua Sa|bản Xa Na"]),
        # the place where they meet is no party
        (f"Tại trụ sở {YT}, {ND} và {PN} phối hợp tổ chức ngày hội.", ["Hội Nông dân|Hội LHPN"]),
        # nobody told to have done it
        (f"Giao {ND} phối hợp với {PN} mở lớp.", []),
        (f"{ND} sẽ phối hợp với {PN} mở lớp.", []),
        (f"{ND} phối hợp với {PN} sẽ mở lớp.", []),
        (f"Chủ tịch đồng ý để {ND} phối hợp với {PN} mở lớp.", []),
        (f"Theo chỉ đạo của xã, {ND} phối hợp với {PN} mở lớp.", ["Hội Nông dân|Hội LHPN"]),  # asked for and done
        (f"Cần có sự hợp tác giữa {ND} với {PN}.", []),
        (f"Sự hợp tác giữa {ND} với {PN} đã bền chặt.", ["Hội Nông dân|Hội LHPN"]),
        (f"Đề xuất chương trình phối hợp giữa {ND} với {PN}.", []),
        # a further request names who is to do it
        (f"Ông [PERSON Biên] đề nghị các xã họp. {ND} phối hợp với {PN} mở lớp.", []),
        (f"Ông [PERSON Biên] đề nghị các xã họp. {ND} đã phối hợp với {PN} mở lớp.", ["Hội Nông dân|Hội LHPN"]),
        # the body that an office belongs to is no party; a body of its own rank is
        (
            f"{ND} phối hợp với [ORGANISATION Cục Trồng trọt], [ORGANISATION Bộ Nông nghiệp] mở lớp.",
            ["Hội Nông dân|Cục Trồng trọt"],
        ),
        (f"{ND} phối hợp với {PN}, {YT} mở lớp.", ["Hội Nông dân|Hội LHPN", "Hội Nông dân|Sở Y tế"]),
        # pairs, one after the other
        (f"{ND} phối hợp với {PN}, {CA} phối hợp với {YT}.", ["Hội Nông dân|Hội LHPN", "Công an xã|Sở Y tế"]),
        (f"Quan hệ hợp tác giữa {ND}, {PN} và nhân dân hai nước.", []),  # of each side
        # the last one is the subject of what follows
        (f"Nhờ chương trình phối hợp giữa {ND} và {PN}, {YT} cũng tổ chức ngày hội.", ["Hội Nông dân|Hội LHPN"]),
        # an event between two bodies that joins them, and one that does not
        (f"[EVENT Lễ kết nghĩa] giữa {ND} và {PN} vui.", ["Hội Nông dân|Hội LHPN"]),
        (f"[EVENT Trận bóng đá] giữa {ND} và {PN} vui.", []),
        # papers that two bodies sign
        (f"{ND} và {PN} đã ký các văn bản hỏa tốc.", []),
        (f"{ND} và {PN} đã ký giao ước thi đua.", ["Hội Nông dân|Hội LHPN"]),
        (f"Đoàn kết cùng với {ND}, {PN} phối hợp các đơn vị.", []),  # the object of others
        (f"Ông [PERSON Biên] đề nghị các xã, {ND} phối hợp với {PN} mở lớp.", []),
        (f"Cầu nối giữa {ND} và {PN} là bà con.", []),  # nothing joint is named
        (f"{ND} phối hợp với chính quyền.", []),  # no named counterpart
        (f"{ND} và {PN} cùng dự.", []),
        # a body right behind a place is its owner
        (
            f"Tại [LOCATION Nhà khách] {CA}, {ND} phối hợp với {PN} mở lớp.",
            ["Hội Nông dân|Hội LHPN"],
        ),
        (f"Nghị quyết {CA}, {ND} phối hợp với {PN} đưa vào đời sống.", []),  # whose paper it is
        # with others who have no name: not with each other
        (f"{ND}, {PN} phối hợp với các địa phương mở lớp.", []),
        (f"{ND} và {PN} phối hợp với nhau mở lớp.", ["Hội Nông dân|Hội LHPN"]),
        (f"Việc này sẽ do {ND} phối hợp {PN} làm.", []),  # planned
        # a signing that two hold, and another occasion
        (f"{ND}, {PN} tổ chức [EVENT lễ ký kết quy chế].", ["Hội Nông dân|Hội LHPN"]),
        (f"{ND}, {PN} tổ chức [EVENT lễ hội].", []),
        (f"{ND}, {PN} thống nhất chương trình phối hợp.", ["Hội Nông dân|Hội LHPN"]),
        ("[LOCATION Bản Hua Sa] ([LOCATION xã Pá]) và [LOCATION bản Nà Pa] kết nghĩa.", ["Bản Hua Sa|bản Nà Pa"]),
        # an office and the one that it belongs to
        (f"{ND} phối hợp với [ORGANISATION Phòng 3], [ORGANISATION Cục Trồng trọt] mở lớp.", ["Hội Nông dân|Phòng 3"]),
    ],
)
def test_pairs(page, marked, expected):
    doc = page(marked)
    assert [f"{doc.span(doc.mentions[c.a])}|{doc.span(doc.mentions[c.b])}" for c in rows(doc)] == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            f"Chương trình phối hợp công tác dân vận giữa {ND} với {PN} được mở rộng.",
            "Chương trình phối hợp công tác dân vận",
        ),
        # named in the event that stands before, on a line of its own
        (f"[EVENT Lễ ký Quy chế phối hợp tuần tra]\ngiữa {ND} với {PN}", "Quy chế phối hợp tuần tra"),
        (f"Từ chương trình “[PHRASE Bản không rác]”, {ND} phối hợp với {PN} dọn bản.", "chương trình “Bản không rác”"),
        (f"{ND} phối hợp với {PN} mở lớp.", ""),
        # the nearest before giữa, in the same clause
        (
            f"Xã ký kế hoạch phối hợp giữ rừng và quy chế phối hợp tuần tra giữa {ND} và {PN}.",
            "quy chế phối hợp tuần tra",
        ),
        (f"Xã bàn kế hoạch phối hợp giữ rừng; sự hợp tác giữa {ND} và {PN} bền chặt.", ""),
    ],
)
def test_programme(page, marked, expected):
    assert [c.programme for c in rows(page(marked))] == [expected]


PERIOD = "[TIME:interval=2021-01-01/2026-12-31 giai đoạn 2021-2026]"
DAY = "[TIME:date=2024-07-08/2024-07-08 Sáng 8/7]"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (f"{ND} ký kết chương trình phối hợp với {PN} {PERIOD}.", ("2021-01-01", "2026-12-31")),
        (f"{DAY}, {ND} phối hợp với {PN} mở lớp.", ("2024-07-08", "2024-07-08")),
        (f"{DAY}, {ND} ký kết chương trình phối hợp với {PN} {PERIOD}.", ("2021-01-01", "2026-12-31")),  # period first
        (f"{ND} phối hợp với {PN} mở lớp; {DAY} khai giảng.", ("", "")),  # another clause
        (f"{ND} phối hợp với {PN} bày ảnh “Bản ta {PERIOD}”.", ("", "")),  # the title of something else
    ],
)
def test_period(page, marked, expected):
    assert [(c.start_date, c.end_date) for c in rows(page(marked))] == [expected]
