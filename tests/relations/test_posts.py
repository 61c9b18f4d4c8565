"""Who holds which post, one shape of sentence a row: (name, title) pairs, then status, organisation and term."""

import pytest

from dvextract.relations.posts import posts
from dvextract.relations.skeleton import skeletons


def found(doc):
    return [(p.name, doc.span(doc.mentions[p.title])) for p in posts(doc, skeletons(doc))]


BIEN, BAN, DOAN = "Lò Văn Biên", "Hương Ban", "Khắc Đoan"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # name, then titles
        (
            "Đồng chí [PERSON Lò Văn Biên], [TITLE Tỉnh ủy viên], [TITLE Bí thư Huyện ủy], dự.",
            [(BIEN, "Tỉnh ủy viên"), (BIEN, "Bí thư Huyện ủy")],
        ),
        ("[TITLE Bí thư Huyện ủy] [PERSON Lò Văn Biên] dự.", [(BIEN, "Bí thư Huyện ủy")]),
        ("Bà [PERSON Hương Ban]-[TITLE Trưởng phòng] và Q.", [(BAN, "Trưởng phòng")]),
        ("Bà [PERSON Hương Ban] – [TITLE Trưởng phòng] dự.", [(BAN, "Trưởng phòng")]),
        ("Bà [PERSON Hương Ban] ([TITLE Trưởng phòng]) dự.", [(BAN, "Trưởng phòng")]),
        ("Bà [PERSON Hương Ban], 45 tuổi, [TITLE Trưởng phòng], dự.", [(BAN, "Trưởng phòng")]),
        # the title is another's: of whom somebody reports, of a place that somebody supports
        ("Bà [PERSON Hương Ban] trình bày báo cáo về việc miễn nhiệm chức vụ [TITLE Trưởng phòng].", []),
        ("Ông [PERSON Lò Văn Biên] ủng hộ [LOCATION Hưng Sơn] đảm nhiệm vai trò [TITLE Chủ tịch hiệp hội].", []),
        # those who are counted, a place that acts, a title beside one that is nobody's here
        ("Bà [PERSON Hương Ban] cùng [QUANTITY 12 khách mời] là [TITLE Giám đốc] dự.", []),
        ("Bà [PERSON Hương Ban] mừng [LOCATION Hưng Sơn] giữ vai trò [TITLE Chủ tịch hiệp hội].", []),
        ("Bà [PERSON Hương Ban]; [TITLE Bí thư], nguyên [TITLE Bí thư] và bà con dự.", []),
        # who hands over and who takes over
        (
            "Ông [PERSON Khắc Đoan] thôi giữ chức [TITLE Trưởng trạm] và bàn giao sổ sách cho ông "
            "[PERSON Lò Văn Biên].",
            [(DOAN, "Trưởng trạm")],
        ),
        # a sentence about somebody else
        ("Bà [PERSON Hương Ban] kể chuyện. Lúc về, cô hàng xóm gặp nguyên [TITLE Trưởng bản].", []),
        ("Bà [PERSON Hương Ban] kể chuyện. Mấy tổ viên thay nhau làm [TITLE Tổ trưởng].", []),
        # what follows is about the one who gets the decision
        (
            "[PERSON Lò Văn Biên] trao quyết định của [ORGANISATION Tỉnh ủy] cho bà [PERSON Hương Ban]. "
            "Bà từng giữ chức [TITLE Trưởng phòng].",
            [(BAN, "Trưởng phòng")],
        ),
        # an honour of those who are listed, and another's
        (
            "các [TITLE:honour Mẹ Việt Nam Anh hùng]: [PERSON Hương Ban], [PERSON Khắc Đoan]; "
            "[TITLE:honour Nghệ nhân] [PERSON Lò Văn Biên].",
            [(BAN, "Mẹ Việt Nam Anh hùng"), (DOAN, "Mẹ Việt Nam Anh hùng"), (BIEN, "Nghệ nhân")],
        ),
        # titles before a name, the first behind a comma
        (
            "[TITLE Tỉnh ủy viên], [TITLE Bí thư Huyện ủy] [PERSON Lò Văn Biên] dự.",
            [(BIEN, "Tỉnh ủy viên"), (BIEN, "Bí thư Huyện ủy")],
        ),
        (
            "[TITLE:rank Đại tá] [PERSON Lò Văn Biên], [TITLE Chính ủy], chủ trì.",
            [(BIEN, "Đại tá"), (BIEN, "Chính ủy")],
        ),
        # the title before the next name is the next name's
        (
            "Dự có [TITLE Chủ tịch] [PERSON Lò Văn Biên], [TITLE Phó Bí thư], [TITLE Trưởng ban] [PERSON Hương Ban].",
            [(BIEN, "Chủ tịch"), (BAN, "Phó Bí thư"), (BAN, "Trưởng ban")],
        ),
        # a list with commas inside
        (
            "Dự có các đồng chí: [PERSON Lò Văn Biên], [TITLE Bí thư]; [PERSON Hương Ban], [TITLE Phó Bí thư].",
            [(BIEN, "Bí thư"), (BAN, "Phó Bí thư")],
        ),
        # a post shared by those listed after it
        (
            "Các [TITLE Ủy viên]: [PERSON Lò Văn Biên], [TITLE Bí thư]; [PERSON Hương Ban]; [PERSON Khắc Đoan] dự.",
            [(BIEN, "Ủy viên"), (BAN, "Ủy viên"), (DOAN, "Ủy viên"), (BIEN, "Bí thư")],
        ),
        # a post shared by those before it
        (
            "Bà [PERSON Hương Ban] và ông [PERSON Khắc Đoan], các [TITLE Phó Chủ tịch], dự.",
            [(BAN, "Phó Chủ tịch"), (DOAN, "Phó Chủ tịch")],
        ),
        (
            "Các ông [PERSON Lò Văn Biên], [PERSON Khắc Đoan] giữ chức [TITLE Phó Chủ tịch].",
            [(BIEN, "Phó Chủ tịch"), (DOAN, "Phó Chủ tịch")],
        ),
        # what an office does is not a post of the person it does it to
        (
            "[TITLE Chủ tịch tỉnh] bổ nhiệm ông [PERSON Khắc Đoan], [TITLE Trưởng phòng], giữ chức [TITLE Giám đốc].",
            [(DOAN, "Trưởng phòng"), (DOAN, "Giám đốc")],
        ),
        (
            "Thừa ủy quyền của [TITLE Thủ tướng], [TITLE Bí thư] [PERSON Lò Văn Biên] trao quyết định.",
            [(BIEN, "Bí thư")],
        ),
        (
            "Miễn nhiệm chức danh [TITLE Chủ tịch] đối với ông [PERSON Lò Văn Biên].",
            [(BIEN, "Chủ tịch")],
        ),
        # who is replaced does not get the post
        (
            "Ông [PERSON Lò Văn Biên] giữ chức [TITLE Chủ tịch] thay bà [PERSON Hương Ban] nghỉ hưu.",
            [(BIEN, "Chủ tịch")],
        ),
        # a proposal gives no post
        ("Giới thiệu bà [PERSON Hương Ban] để bầu giữ chức [TITLE Chủ tịch].", []),
        ("Bà [PERSON Hương Ban] được giới thiệu để bầu giữ chức [TITLE Chủ tịch].", []),
        # a sentence without a subject goes on about the person
        (
            "Bà [PERSON Hương Ban] sinh ra ở bản. Bà từng giữ các chức vụ: [TITLE Trưởng phòng]; [TITLE Giám đốc].",
            [(BAN, "Trưởng phòng"), (BAN, "Giám đốc")],
        ),
        (
            "Bà [PERSON Hương Ban] quê ở bản. Trước đó, từng giữ chức vụ [TITLE Trưởng phòng] rồi [TITLE Giám đốc].",
            [(BAN, "Trưởng phòng"), (BAN, "Giám đốc")],
        ),
        (
            "Bà [PERSON Hương Ban] từng là cán bộ [ORGANISATION Huyện đoàn], [TITLE Trưởng phòng], [TITLE Giám đốc].",
            [(BAN, "Trưởng phòng"), (BAN, "Giám đốc")],
        ),
        # whoever else that sentence names
        (
            "Bà [PERSON Hương Ban] quê ở bản. Năm ấy, bà gặp ông [PERSON Khắc Đoan]. Bà làm [TITLE Trưởng phòng].",
            [(BAN, "Trưởng phòng")],
        ),
        # a role before its name, at the beginning of the sentence
        ("Đang giữ chức [TITLE Bí thư], ông [PERSON Khắc Đoan] được điều động.", [(DOAN, "Bí thư")]),
        # listed people with former titles in front, with a dash behind
        (
            "Miễn nhiệm [TITLE Ủy viên] đối với nguyên [TITLE Giám đốc] [PERSON Khắc Đoan] và nguyên [TITLE Chánh Văn"
            " phòng] [PERSON Hương Ban].",
            [(DOAN, "Ủy viên"), (BAN, "Ủy viên"), (DOAN, "Giám đốc"), (BAN, "Chánh Văn phòng")],
        ),
        (
            "Các [TITLE Ủy viên]: ông [PERSON Khắc Đoan] - [TITLE Giám đốc], bà [PERSON Hương Ban] - [TITLE Bí thư].",
            [(DOAN, "Ủy viên"), (BAN, "Ủy viên"), (DOAN, "Giám đốc"), (BAN, "Bí thư")],
        ),
        # who is given another post of their own does not get the one before
        (
            "Chuẩn y [TITLE Phó Chủ nhiệm] đối với ông [PERSON Khắc Đoan]; bà [PERSON Hương Ban], [TITLE Bí thư] giữ"
            " chức [TITLE Ủy viên].",
            [(DOAN, "Phó Chủ nhiệm"), (BAN, "Bí thư"), (BAN, "Ủy viên")],
        ),
        ("Bầu bà [PERSON Hương Ban] vào [TITLE Ủy viên UBND tỉnh].", [(BAN, "Ủy viên UBND tỉnh")]),
        # titles of the person who is moved, not of the one who moves
        (
            "[TITLE Giám đốc] [PERSON Khắc Đoan] đã bổ nhiệm [TITLE Phó Bí thư], [TITLE Chủ tịch] [PERSON Hương Ban]"
            " giữ chức [TITLE Phó Giám đốc].",
            [(DOAN, "Giám đốc"), (BAN, "Phó Bí thư"), (BAN, "Chủ tịch"), (BAN, "Phó Giám đốc")],
        ),
        # an office that acts, beside a person or for whom a person acts
        ("[TITLE Thứ trưởng] [PERSON Khắc Đoan] và [TITLE Bí thư Tỉnh ủy] chúc mừng đơn vị.", [(DOAN, "Thứ trưởng")]),
        ("Ông [PERSON Khắc Đoan], thừa ủy quyền của [TITLE Bộ trưởng], trao quyết định.", []),
        ("Ông [PERSON Khắc Đoan] thực hiện nhiệm vụ của [TITLE Chủ tịch].", []),
        ("Ông [PERSON Khắc Đoan] là ứng viên cho chức [TITLE Chủ tịch].", []),
        # those listed after the colon hold it, not the one before
        (
            "Ông [PERSON Khắc Đoan] đến thăm nguyên [TITLE Bộ trưởng], [TITLE Chánh Văn phòng]: [PERSON Hương Ban].",
            [(BAN, "Bộ trưởng"), (BAN, "Chánh Văn phòng")],
        ),
        # a full stop before a form of address ends what was said of the one before
        (
            "Bà [PERSON Hương Ban] được bầu giữ chức [TITLE Phó Chủ tịch]. ông [PERSON Khắc Đoan] dự.",
            [(BAN, "Phó Chủ tịch")],
        ),
        ("Bà [PERSON Hương Ban] kể chuyện. [TITLE Chủ tịch UBND xã] tặng quà.", []),  # an office that acts
        ("Bà [PERSON Hương Ban] kể chuyện cho [TITLE Chủ tịch UBND xã] nghe.", []),
        ("[TITLE Chủ tịch UBND xã] họp.", []),
        ("Họp.", []),
    ],
)
def test_pairs(page, marked, expected):
    assert sorted(found(page(marked))) == sorted(expected)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Ông [PERSON A], [TITLE Bí thư], dự.", ["current"]),
        ("Ông [PERSON A], nguyên [TITLE Bí thư], dự.", ["former"]),
        ("Cố [TITLE Bí thư] [PERSON A] quê ở đây.", ["late"]),
        ("Ông [PERSON A], [TITLE Quyền Giám đốc], dự.", ["acting"]),
        ("Ông [PERSON A], phụ trách [TITLE Phó Giám đốc], dự.", ["acting"]),
        ("Bổ nhiệm ông [PERSON A], [TITLE Trưởng phòng], giữ chức [TITLE Giám đốc].", ["old", "new"]),
        ("Bổ nhiệm ông [PERSON A], [TITLE Tỉnh ủy viên], giữ chức [TITLE Giám đốc].", ["current", "new"]),  # stays
        ("Được biết, ông [PERSON A] từng làm [TITLE Giám đốc].", ["former"]),
        ("Ông [PERSON A] từng giữ chức [TITLE Bí thư], [TITLE Giám đốc].", ["former", "former"]),
        ("Đại hội bầu ông [PERSON A] giữ chức [TITLE Chủ tịch].", ["elected"]),
        ("Cho thôi giữ chức [TITLE Chủ tịch] đối với ông [PERSON A].", ["dismissed"]),
    ],
)
def test_status(page, marked, expected):
    doc = page(marked)
    assert [p.status for p in posts(doc, skeletons(doc))] == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Ông [PERSON A], [TITLE Trưởng phòng Nghiệp vụ], [ORGANISATION Sở Nội vụ], dự.", "Sở Nội vụ"),  # behind
        ("Ông [PERSON A], [TITLE Trưởng phòng Nghiệp vụ] (thuộc [ORGANISATION Sở Nội vụ]).", "Sở Nội vụ"),
        ("Ông [PERSON A], [TITLE Bí thư Huyện ủy], dự.", "Huyện ủy"),  # inside
        ("Ông [PERSON A], [TITLE Bí thư], dự.", ""),
        # a body that acts is not the title's
        ("Dưới sự chủ trì của ông [PERSON A], [TITLE Bí thư], [ORGANISATION Huyện đoàn] đã họp.", ""),
        ("Ông [PERSON A], [TITLE Bí thư], [ORGANISATION Huyện đoàn] còn quyết định thi đua.", ""),
        # where the person is sent
        ("Điều động ông [PERSON A] đến công tác tại [ORGANISATION Sở Nội vụ], giữ chức [TITLE Giám đốc].", "Sở Nội vụ"),
    ],
)
def test_organisation(page, marked, expected):
    doc = page(marked)
    assert [p.organisation for p in posts(doc, skeletons(doc))] == [expected]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[TITLE CHÁNH VĂN PHÒNG]\n(Đã ký)\n[PERSON Lò Văn Biên]", [(BIEN, "CHÁNH VĂN PHÒNG")]),
        ("Nơi nhận: [TITLE TRƯỞNG BAN]\n- Như trên; (Đã ký)\n- Lưu. [PERSON Lò Văn Biên]", [(BIEN, "TRƯỞNG BAN")]),
        ("[TITLE CHÁNH VĂN PHÒNG]\n[PERSON Lò Văn Biên] đến thăm bản.", []),  # nothing signed
        ("[TITLE CHÁNH VĂN PHÒNG]\n(Đã ký)\n[PERSON Lò Văn Biên] đến thăm bản.", []),  # no name of its own
    ],
)
def test_who_signs_under_an_office(page, marked, expected):
    assert found(page(marked)) == expected


def test_term(page):
    term = "[TIME:term=2021-01-01/2026-12-31 nhiệm kỳ 2021-2026]"
    doc = page(f"Bầu ông [PERSON A] giữ chức [TITLE Chủ tịch], {term}; năm [TIME:date 2020] họp.")
    (post,) = posts(doc, skeletons(doc))
    assert (post.start, post.end) == ("2021-01-01", "2026-12-31")


def test_a_period_of_what_is_said_is_no_term(page):
    period = "[TIME:interval=2021-01-01/2026-12-31 từ năm 2021 đến năm 2026]"
    doc = page(f"Báo cáo của bà [PERSON A] - [TITLE Phó Trưởng ban] cho thấy: {period}, xã làm 12 nhà.")
    assert [(p.start, p.end) for p in posts(doc, skeletons(doc))] == [("", "")]


def test_the_name_is_the_fullest_form(page):
    doc = page("Ông [PERSON Biên], [TITLE Bí thư], dự.")
    doc._layers["readings"] = (doc.readings[0].__class__("", "Lò Văn Biên"), doc.readings[1])
    assert found(doc) == [("Lò Văn Biên", "Bí thư")]
