"""Who said what: one frame a row, as (speaker, verb, content, mode)."""

import pytest

from dvextract.relations.skeleton import skeletons
from dvextract.relations.statements import reporting_verbs, statements


def told(doc):
    return [
        (doc.span(doc.mentions[s.speaker]), s.verb, doc.text[s.content_start : s.content_end], s.mode)
        for s in statements(doc, skeletons(doc))
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "Phát biểu tại Hội nghị, đồng chí [PERSON Biên] đề nghị các bản họp dân.",
            [("Biên", "đề nghị", "các bản họp dân", "indirect")],
        ),
        (
            "[TITLE Bí thư] [PERSON Biên] cho biết: “Bản đã có điện. Ai cũng vui”.",  # over two sentences
            [("Biên", "cho biết", "Bản đã có điện. Ai cũng vui", "direct")],
        ),
        ("“Dân bản đã đồng lòng”, ông [PERSON Biên] nói.", [("Biên", "nói", "Dân bản đã đồng lòng", "direct")]),
        ('"Ai cũng vui" - ông [PERSON Biên], [TITLE Trưởng bản], kể.', [("Biên", "kể", "Ai cũng vui", "direct")]),
        # appositions and adverbs between speaker and verb
        (
            "Bà [PERSON Nhớ], [TITLE Trưởng bản], trân trọng cảm ơn bà con.",
            [("Nhớ", "cảm ơn", "bà con", "indirect")],
        ),
        ("Bà [PERSON Nhớ] ([LOCATION bản Hua Sa]) mong có điện.", [("Nhớ", "mong", "có điện", "indirect")]),
        # mixed marks, an unclosed one, dashes
        (
            '“Dân bản tin xã sẽ làm", ông [PERSON Biên] nhấn mạnh.',
            [("Biên", "nhấn mạnh", "Dân bản tin xã sẽ làm", "direct")],
        ),
        ("Ông [PERSON Biên] nói: “Bản đã có điện.", [("Biên", "nói", "Bản đã có điện", "direct")]),
        (
            "- Bản ta phải giữ rừng -, ông [PERSON Biên] nhấn mạnh với các cháu.",
            [("Biên", "nhấn mạnh", "Bản ta phải giữ rừng", "direct")],
        ),
        ("“Ai cũng vui”, ông [PERSON Biên] chia sẻ với bà con.", [("Biên", "chia sẻ", "Ai cũng vui", "direct")]),
        (
            "Theo ông [PERSON Biên], [TITLE Trưởng bản] cho biết, đường đã mở.",
            [("Biên", "Theo", "đường đã mở", "indirect")],
        ),
        (
            "Ông [PERSON Biên] cho biết xã đã rà soát, các quy định về xử phạt còn thiếu.",
            [("Biên", "cho biết", "xã đã rà soát, các quy định về xử phạt còn thiếu", "indirect")],
        ),
        # two verbs of one speaker
        (
            "Ông [PERSON Biên] ghi nhận kết quả; đồng thời đề nghị xã sớm sửa đường.",
            [("Biên", "ghi nhận", "kết quả", "indirect"), ("Biên", "đề nghị", "xã sớm sửa đường", "indirect")],
        ),
        (
            "Ông [PERSON Biên] nhấn mạnh: “Gần dân”, yêu cầu các bản họp.",
            [("Biên", "nhấn mạnh", "Gần dân", "direct"), ("Biên", "yêu cầu", "các bản họp", "indirect")],
        ),
        # where and when it was said
        ("Ông [PERSON Biên] tại buổi họp báo đã bày tỏ lo ngại.", [("Biên", "bày tỏ", "lo ngại", "indirect")]),
        (
            "Lãnh đạo [ORGANISATION Sở Y tế] cho biết, dịch đã lui.",
            [("Sở Y tế", "cho biết", "dịch đã lui", "indirect")],
        ),
        # a comma, or a judgement, shows that content follows
        ("Ông [PERSON Biên] đánh giá, xã làm tốt.", [("Biên", "đánh giá", "xã làm tốt", "indirect")]),
        ("Ông [PERSON Biên] đánh giá mô hình là tốt.", [("Biên", "đánh giá", "mô hình là tốt", "indirect")]),
        ("Ông [PERSON Biên] đánh giá kết quả.", []),
        # of what he tells, not what
        ("Ông [PERSON Biên] thông báo tình hình của xã.", []),
        ("Ông [PERSON Biên] thông báo xã có điện.", [("Biên", "thông báo", "xã có điện", "indirect")]),
        # a verb that is a noun
        (
            "Ông [PERSON Biên] mong bà con ủng hộ và chia sẻ của các nhà hảo tâm.",
            [("Biên", "mong", "bà con ủng hộ và chia sẻ của các nhà hảo tâm", "indirect")],
        ),
        (
            "Ông [PERSON Biên] khẳng định xã đã xong các mục tiêu, yêu cầu đề ra.",
            [("Biên", "khẳng định", "xã đã xong các mục tiêu, yêu cầu đề ra", "indirect")],
        ),
        # what others are to do
        ("[TITLE Chủ tịch] chỉ đạo các xã rà soát, đề xuất cách làm.", []),
        (
            "Ông [PERSON Biên] nhấn mạnh xã cần rà soát, đề xuất cách làm.",
            [("Biên", "nhấn mạnh", "xã cần rà soát, đề xuất cách làm", "indirect")],
        ),
        ("Ông [PERSON Biên] mong rằng mưa tạnh.", [("Biên", "mong", "mưa tạnh", "indirect")]),
        ("Cụ [PERSON Biên] run rẩy nói: “Vui lắm”.", [("Biên", "nói", "Vui lắm", "direct")]),
        ("Thầy [PERSON Biên] ở [ORGANISATION Trường Hua Sa] mong có điện.", [("Biên", "mong", "có điện", "indirect")]),
        (
            "Quy chế giữa [ORGANISATION Sở Nội vụ], [ORGANISATION Sở Y tế] với các xã; đề nghị xã họp.",
            [],  # a party to the rules asks nothing
        ),
        # what a paper asks is asked by who signs it
        (
            "[TITLE Chủ tịch UBND tỉnh] ký văn bản yêu cầu các xã họp dân.",
            [("Chủ tịch UBND tỉnh", "yêu cầu", "các xã họp dân", "indirect")],
        ),
        (
            "[ORGANISATION Sở Y tế] ban hành [LEGALDOC Công văn 12/SYT-NV], đề nghị các xã báo cáo.",
            [("Sở Y tế", "đề nghị", "các xã báo cáo", "indirect")],
        ),
        ("“Ai cũng vui”, ông [PERSON Biên] nói thêm.", [("Biên", "nói thêm", "Ai cũng vui", "direct")]),
        ("Ông [PERSON Biên] thông tin thêm.", []),  # nothing is said
        ("Bà con thay mặt lãnh đạo [ORGANISATION Huyện ủy], [ORGANISATION Sở Y tế] chia sẻ khó khăn.", []),
        # whom a report is for, or a clause that only says when
        ("Báo cáo trình [ORGANISATION UBND tỉnh], nêu rõ: xã còn chậm.", []),
        # the verb after an apposition
        (
            "“Ai cũng vui” - ông [PERSON Biên], người con trai cả của cụ, chia sẻ.",
            [("Biên", "chia sẻ", "Ai cũng vui", "direct")],
        ),
        # the quotation of another speaker
        (
            "Ông [PERSON Biên] yêu cầu chia đất, thì [ORGANISATION UBND xã] lại viết: “Không có đất”.",
            [("Biên", "yêu cầu", "chia đất, thì UBND xã lại viết: “Không có đất”", "indirect")],
        ),
        # a straight mark that nothing closed does not close the next one
        (
            'Khẩu hiệu "dân là gốc được treo. Ông [PERSON Biên] nói: "Ai cũng vui".',
            [("Biên", "nói", "Ai cũng vui", "direct")],
        ),
        ('"Ai cũng vui" - tướng [PERSON Biên] nói.', [("Biên", "nói", "Ai cũng vui", "direct")]),
        # inside a request, what others are to say is not a statement of theirs
        (
            "Ông [PERSON Biên] yêu cầu [ORGANISATION UBND xã] báo cáo: số hộ, số người.",
            [("Biên", "yêu cầu", "UBND xã báo cáo: số hộ, số người", "indirect")],
        ),
        # bodies, documents, offices
        (
            "[ORGANISATION UBKT Tỉnh ủy] nhận thấy xã còn chậm.",
            [("UBKT Tỉnh ủy", "nhận thấy", "xã còn chậm", "indirect")],
        ),
        ("[LEGALDOC Chỉ thị 05] nêu rõ: phải gần dân.", [("Chỉ thị 05", "nêu rõ", "phải gần dân", "indirect")]),
        ("[TITLE Chủ tịch UBND tỉnh] yêu cầu khắc phục.", [("Chủ tịch UBND tỉnh", "yêu cầu", "khắc phục", "indirect")]),
        (
            "[ORGANISATION Hội Nông dân], [ORGANISATION Hội LHPN] đề nghị mở lớp.",
            [("Hội Nông dân", "đề nghị", "mở lớp", "indirect"), ("Hội LHPN", "đề nghị", "mở lớp", "indirect")],
        ),
        # according to; the verb is the word as written
        ("Theo ông [PERSON Biên], bản có điện.", [("Biên", "Theo", "bản có điện", "indirect")]),
        (
            "Theo ông [PERSON Biên], [TITLE Trưởng bản], [TIME:date sáng 8/7], bản có điện.",
            [("Biên", "Theo", "sáng 8/7, bản có điện", "indirect")],
        ),
        (
            "Theo đánh giá của [ORGANISATION Sở Y tế], dịch đã lui.",
            [("Sở Y tế", "đánh giá", "dịch đã lui", "indirect")],
        ),
        # an interview
        ("Ông [PERSON Biên]: Bản tôi đông. Ai cũng chăm.", [("Biên", ":", "Bản tôi đông. Ai cũng chăm", "direct")]),
        # any word before a colon and a quotation
        (
            "Em [PERSON Nhớ], lớp 5, ngập ngừng: “Em thích đi học”.",
            [("Nhớ", "ngập ngừng", "Em thích đi học", "direct")],
        ),
        # a request goes on without a subject, a fact does not
        (
            "Bà [PERSON Nhớ] đề nghị các bản họp. Hằng năm, tổ chức tập huấn. Bản có 20 hộ.",
            [
                ("Nhớ", "đề nghị", "các bản họp", "indirect"),
                ("Nhớ", "đề nghị", "Hằng năm, tổ chức tập huấn", "indirect"),
            ],
        ),
        # final marks stay outside
        ("Bà [PERSON Nhớ] đề nghị các bản họp.../.", [("Nhớ", "đề nghị", "các bản họp", "indirect")]),
        # no statement
        ("Theo đề nghị của [ORGANISATION Sở Y tế], xã đã họp.", []),
        ("Bà [PERSON Nhớ] báo cáo kết quả.", []),  # needs a colon: the noun that follows is an object
        ("[ORGANISATION UBND xã] bảo đảm an ninh.", []),
        ("Bà [PERSON Nhớ] thăm bản.", []),
        ("", []),
    ],
)
def test_frames(page, marked, expected):
    assert told(page(marked)) == expected


def test_a_headline_is_no_turn_of_an_interview(page):
    assert told(page("# [PERSON Biên]: một đời vì bản")) == []


def test_verbs_are_known_by_kind():
    assert {v.kind for v in reporting_verbs().values()} == {"say", "ask", "feel"}
