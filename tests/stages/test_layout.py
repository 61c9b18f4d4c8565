"""Pages are divided into blocks by words and by place; dates are trusted only when they may be.

People, places and outlets here are invented.
"""

import random

import pytest

from dvextract.document import Document
from dvextract.stages.layout import Layout

LEAD = (
    "Sáng 8/7, tại Hội trường xã Hua Sa, Ban Dân vận Huyện ủy Mường Pảo tổ chức hội nghị sơ kết ba năm phối hợp, có hơn"
    " tám mươi đại biểu các bản vùng cao về dự."
)
BODY = (
    "Theo báo cáo, hai đơn vị đã giúp bà con sửa 12 km đường, dựng lại 30 căn nhà, mở 14 lớp học buổi tối;"
    " nhiều bản nay có nước sạch, có điện, trẻ em đến trường đông hơn trước. Ông Lò Văn Biên nói rằng muốn"
    " dân tin thì việc gì cũng phải làm đến nơi đến chốn, không để dân chờ."
)
END = "Kết thúc hội nghị, các đại biểu thống nhất mỗi quý gặp nhau một lần để cùng gỡ những việc còn vướng ở cơ sở."
TITLE = "Mường Pảo: Sơ kết công tác phối hợp với bộ đội biên phòng"


def divided(text, **options):
    doc = Document("p", text)
    Layout(**options)([doc])
    return doc


def kinds(*lines, gap="\n"):
    """The kind of every line of a page; a line in two blocks has both, joined by +."""
    text = gap.join(lines)
    doc = divided(text)
    found, at = [], 0
    for line in lines:
        start, at = at, at + len(line) + len(gap)
        found.append("+".join(b.kind for b in doc.blocks if start <= b.start < start + len(line)))
    return found


# ------------------------------------------------------------------------------------------- whole pages

PAGES = {
    "portal with everything": [
        ("nav", "Trang chủ » Tin tức » Hoạt động"),
        ("title", TITLE),
        ("page-date", "Cập nhật: 16:40, 08/7/2024 | Lượt xem: 312"),
        ("outlet-prefix+lead", "(HSO) - " + LEAD),
        ("body", BODY),
        ("caption+photo-credit", "Quang cảnh hội nghị. Ảnh: Hà Thu"),
        ("body", END),
        ("byline", "Tin, ảnh: Hà Thu"),
        ("tag", "Từ khóa: Mường Pảo, dân vận"),
        ("related", "Các tin khác"),
        ("related", "Bản Huổi Lưa có đường mới"),
        ("footer", "Tổng Biên tập: Vừ A Của. Giấy phép số 00/GP-BTTTT"),
    ],
    "print view of an old site": [
        ("page-date", "Thứ Năm, 20/2/2020"),
        ("title", TITLE),
        ("body", LEAD),
        ("body", BODY),
        ("source", "(baomuongpao.org.vn)"),
        ("share", "Gửi cho bạn bè"),
        ("feedback", "Phản hồi"),
        ("feedback", "Thông tin người gửi phản hồi"),
    ],
    "official document": [
        ("nav", "Trang chủ >> Văn bản"),
        ("title", "Kế hoạch vận động bà con dời nhà khỏi vùng sạt lở"),
        ("table", "HUYỆN ỦY MƯỜNG PẢO                    ĐẢNG CỘNG SẢN VIỆT NAM"),
        ("table", "Số 12-KH/HU                  Mường Pảo, ngày 14 tháng 6 năm 2022"),
        ("body", LEAD),
        ("body", END),
        ("table", "Nơi nhận:                                 T/M BAN THƯỜNG VỤ"),
        ("table", "- Lưu văn phòng.                              Lò Văn Biên"),
        ("share", "In văn bản   |   Tải về   |   Gửi mail"),
    ],
    "comments below the article": [
        ("title", TITLE),
        ("body", BODY),
        ("body", END),
        ("byline", "Hà Thu"),
        ("comment", "Bình luận (2)"),
        ("comment", "Cầm Thị Pánh: Mong xã mình cũng có đường như thế!"),
    ],
    "other stories with their first sentence, after the byline": [
        ("title", TITLE),
        ("body", BODY),
        ("body", BODY),
        ("byline", "Hà Thu"),
        ("related", "Tin liên quan"),
        ("related", "Hua Sa mở lớp học buổi tối"),
        ("related", "Tối thứ hai, hơn hai mươi người ở xã Hua Sa đã đến lớp học đầu tiên của năm nay."),
    ],
    "other stories nobody announces": [
        ("title", TITLE),
        ("body", BODY),
        ("body", END + "/."),
        ("related", "Hua Sa mở lớp học buổi tối"),
        ("related", "Nậm Hin thu hoạch cam sớm"),
    ],
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("gap", ["\n", "\r\n"])
def test_pages(page, gap):
    # A lead needs more than a line break to be told from body; which of the two it is matters to nobody here.
    found = [k.replace("lead", "body") for k in kinds(*(line for _, line in page), gap=gap)]
    assert found == [k.replace("lead", "body") for k, _ in page]


# ----------------------------------------------------------------------------------- one line in its place

FURNITURE = [
    # (kind, line, why)
    ("share", "A- A A+", "size of letters"),
    ("share", "In bài | Gửi email  Lưu lại", "bar with two kinds of separators"),
    ("share", "Theo dõi Báo Hưng Sơn trên Google News", "an outlet's name within"),
    ("counter", "7.331 lượt xem", "number first"),
    ("counter", "Số người online: 7 | Tổng số truy cập: 5.120", "number last"),
    ("related", "Tin cùng chuyên mục", "heading"),
    ("related", ">> Cam Nậm Hin được mùa", "pointer"),
    ("related", "[Video] Ngày hội ở Hua Sa", "label in brackets"),
    ("tag", "#HuaSa #dânvận", "hash signs"),
    ("source", "Theo Báo Hưng Sơn", "source by name"),
    ("source", "hungson.example.vn", "bare address"),
    ("byline", "HÀ THU - VỪ CỦA", "two names in capitals"),
    ("byline", "Nhóm PV", "newsroom"),
    ("byline", "Bài và ảnh: Hà Thu", "label"),
    ("feedback", "Họ và tên *  Email *  Nội dung *", "form"),
    ("footer", "© Báo Hưng Sơn", "copyright"),
    ("footer", "Đường dây nóng: 0200.000.000. Ghi rõ nguồn khi dùng lại", "two proofs"),
    ("ad", "[Quảng cáo]", "label in brackets"),
]


@pytest.mark.parametrize(("kind", "line", "why"), FURNITURE)
def test_furniture_below_the_article(kind, line, why):
    assert kinds(TITLE, "", BODY, END, line)[-1] == kind


SENTENCES = [
    # sentences of an article that begin or read like furniture
    (
        "Phản hồi về việc này, lãnh đạo xã Hua Sa cho biết sẽ cùng bà con làm xong đường trước mùa mưa năm sau.",
        "phản hồi",
    ),
    ("Bình luận về kết quả, ông Lò Văn Biên cho rằng cái được lớn nhất là lòng tin của bà con các bản.", "bình luận"),
    ("Theo ông Lò Văn Biên, bà con bản Huổi Lưa đã hiến hơn hai nghìn mét vuông đất để mở đường vào bản.", "theo"),
    (
        "Doanh nghiệp được cấp Giấy phép số 12/GP-UBND ngày 3/5/2021 đã bỏ dở công trình thủy lợi ở bản Nậm Hin.",
        "giấy phép",
    ),
    (
        "Tổng biên tập Báo Hưng Sơn cùng đoàn công tác đã đến thăm, động viên bà con vùng lũ xã Hua Sa chiều 8/7.",
        "tổng biên tập",
    ),
    (
        "Online - Tiếp tục chuyến công tác ở vùng cao, chiều qua đoàn đã đến thăm ba bản xa nhất của xã Hua Sa.",
        "online",
    ),
    ("Hôm nay (13/6), lãnh đạo huyện Mường Pảo trả lời bà con về việc dời nhà khỏi vùng có nguy cơ sạt lở.", "hôm nay"),
    (
        "Tin khác với điều người ta đồn, bà con bản Huổi Lưa không ai bỏ bản mà đi, nhà nào cũng ở lại dựng nhà.",
        "tin khác",
    ),
]


@pytest.mark.parametrize(("sentence", "why"), SENTENCES)
def test_prose_that_begins_like_furniture_is_body(sentence, why):
    assert kinds(TITLE, BODY, sentence, BODY, sentence)[2::2] == ["body", "body"]


MIDDLE = [
    # (kind, line between two paragraphs, why)
    ("caption", "Bà Cầm Thị Pánh trao quà cho hộ nghèo bản Huổi Lưa.", "who does what"),
    ("caption", "Toàn cảnh hội nghị", "view"),
    ("caption+photo-credit", "Bà con bản Huổi Lưa làm đường. (Ảnh: Hà Thu)", "credit in brackets"),
    ("photo-credit", "duong-moi_hua-sa.jpg", "name of an image"),
    ("body", "Ông Biên cho biết bà con đã hiến 2.000 m2 đất.", "report, not picture"),
    ("body", "Cùng ngày, đoàn thăm bản Nậm Hin.", "time first"),
    ("body", "Xin trân trọng cảm ơn!", "speech"),
    ("body", "Kết quả:", "colon"),
    ("body", "Dân tộc: Thái", "label and value"),
    ("subtitle", "A. KHỐI ĐOÀN THỂ", "lettered heading in capitals"),
    ("table", "- Bà Cầm Thị Pánh, Chủ tịch Hội LHPN xã Hua Sa", "item of a list of people"),
    ("table", "- Xã Hua Sa: 04 hộ", "name and figure"),
    ("table", "Xây nhà\t30 căn\ttăng 5 căn", "columns"),
    ("related", "Tin liên quan: Cam Nậm Hin được mùa", "story of another page between paragraphs"),
]


@pytest.mark.parametrize(("kind", "line", "why"), MIDDLE)
def test_line_between_paragraphs(kind, line, why):
    assert kinds(TITLE, "", BODY, "", line, "", BODY, END)[4] == kind


# -------------------------------------------------------------------------------------------- headlines

HEADS = [
    # (lines above the article, the headline, why)
    (["Xây dựng Đảng", TITLE, "08/7/2024 16:40"], TITLE, "name of a section above"),
    (["BAN DÂN VẬN HUYỆN ỦY MƯỜNG PẢO", TITLE], TITLE, "name of a body above"),
    (["Vì cuộc sống ấm no của bản làng", "Trang chủ | Tin tức | Văn bản", TITLE], TITLE, "motto above a menu"),
    (["Ngày hội ở Hua Sa", "08/7/2024"], "Ngày hội ở Hua Sa", "short headline, nothing else above"),
    ([TITLE, "Cán bộ về bản, dân thêm tin"], TITLE, "subtitle below"),
    (
        ["ĐẠI HỘI ĐẢNG BỘ XÃ HUA SA LẦN THỨ BA:", "“ĐOÀN KẾT, SÁNG TẠO”"],
        "ĐẠI HỘI ĐẢNG BỘ XÃ HUA SA LẦN THỨ BA: “ĐOÀN KẾT, SÁNG TẠO”",
        "capitals over two lines",
    ),
    (["Mường Pảo: Sơ kết công tác phối hợp với", "bộ đội biên phòng"], TITLE, "broken before a small letter"),
    (["THÔNG BÁO"], "THÔNG BÁO", "nothing but the kind of notice"),
    ([], "", "an article without a headline"),
    (["12/7/2024 08:30"], "", "a date is no headline"),
]


@pytest.mark.parametrize(("lines", "title", "why"), HEADS)
def test_title(lines, title, why):
    assert divided("\n".join([*lines, "", BODY, "", END])).page.title == title


def test_caption_broken_by_a_blank_line_is_one_caption_in_two_blocks():
    halves = ["Lễ ký kết chương trình phối hợp công tác", "giữa huyện Mường Pảo với bộ đội biên phòng"]
    assert kinds(TITLE, "", halves[0], "", halves[1], "", BODY)[2::2] == ["caption", "caption", "body"]


# ---------------------------------------------------------------------------------------- wrapped pages

WRAPPED = """\
Chuyện ở bản Huổi Lưa, xã Hua Sa

    Chiều muộn, bà con bản Huổi Lưa đã ngồi quanh mâm cơm chung với bộ đội đồn
biên phòng. Đây là bữa thứ hai mươi trong năm mà ông Lò Văn Biên và Bà
Cầm Thị Pánh đứng ra lo liệu, từ việc mượn nhà đến việc mời các già làng ở
những bản xa về dự cho đông vui.

    Bà Pánh bảo muốn nghe chuyện nhà ai thì phải vào bếp nhà ấy. Ai thiếu giống, ai
thiếu nước, bộ đội ghi lại rồi cùng xã tháo gỡ, không để việc nào quá một
tháng.

Hà Thu"""


def test_wrapped_lines_are_judged_as_paragraphs():
    doc = divided(WRAPPED)
    assert [b.kind for b in doc.blocks] == ["title"] + ["body"] * 7 + ["byline"]
    assert all("\n" not in doc.span(b) for b in doc.blocks)


def test_wrapped_paragraphs_can_be_one_block():
    doc = divided(WRAPPED, join_wrapped=True)
    assert [b.kind for b in doc.blocks] == ["title", "body", "body", "byline"]
    assert doc.span(doc.blocks[1]).startswith("Chiều muộn")
    assert "Bà\nCầm Thị Pánh" in doc.span(doc.blocks[1])


# -------------------------------------------------------------------------------------- parts of a line

ENDINGS = [
    # (what follows the last sentence, kinds, author, why)
    (" Theo TTXVN", ["body", "source"], "", "agency"),
    (" Hà Thu - Vừ Của", ["body", "byline"], "Hà Thu - Vừ Của", "two names"),
    (" PV", ["body", "byline"], "PV", "newsroom"),
    (" Ảnh: Hà Thu", ["body", "photo-credit"], "", "credit"),
    (" Xã Hua Sa.", ["body"], "", "ends like a sentence"),
    (" Hà Thu và các bạn ở bản", ["body"], "", "more than names"),
]


@pytest.mark.parametrize(("ending", "found", "author", "why"), ENDINGS)
def test_what_follows_the_last_sentence_of_a_page_in_one_line(ending, found, author, why):
    doc = divided(BODY + ending)
    assert [b.kind for b in doc.blocks] == found
    assert doc.page.author == author


PREFIXES = [
    # (before the first words, outlet, dateline, why)
    ("(HSO)- ", "HSO", "", "no space before the dash"),
    ("(Baohungson.vn) – ", "Baohungson.vn", "", "address"),
    ("HSĐT - ", "HSĐT", "", "capitals without brackets"),
    ("Hưng Sơn (TTXVN 9/7) - ", "TTXVN", "Hưng Sơn", "agency with place and day"),
    ("UBND", "", "", "abbreviation of a body, no dash"),
    ("(Tiếp theo) ", "", "", "brackets that name no outlet"),
]


@pytest.mark.parametrize(("prefix", "outlet", "dateline", "why"), PREFIXES)
def test_outlet_before_the_first_words(prefix, outlet, dateline, why):
    doc = divided(f"Chuyện bản Huổi Lưa làm đường\n\n{prefix}{LEAD}\n\n{BODY}")
    assert [doc.span(b) for b in doc.blocks if b.kind == "outlet-prefix"] == ([prefix.strip()] if outlet else [])
    assert (doc.page.outlet, doc.page.dateline) == (outlet, dateline)


# ------------------------------------------------------------------------------------------------ dates

DATES = [
    # (first line, line below the headline, article's day, displayed, trust, published, reference, why)
    ("", "Cập nhật: 16:40, 08/7/2024", "8/7", "2024-07-08T16:40", "pub", "2024-07-08T16:40", "2024-07-08", "labelled"),
    (
        "Thứ Sáu, 14/3/2025 08:12 [GMT+7]",
        "Cập nhật: 16:40, 08/7/2024",
        "8/7",
        "2025-03-14T08:12",
        "crawl",
        "2024-07-08T16:40",
        "2024-07-08",
        "a better date below",
    ),
    (
        "09:20, 04/05/2022",
        "17:40, 19/10/2020",
        "19/10",
        "2022-05-04T09:20",
        "crawl",
        "2020-10-19T17:40",
        "2020-10-19",
        "two without a label: the one at the headline",
    ),
    (
        "Thứ Sáu, 14/3/2025",
        "",
        "8/7",
        "2025-03-14",
        "suspect",
        "",
        "",
        "bare weekday and date, another season in it",
    ),
    (
        "Thứ Tư, 10/7/2024",
        "",
        "8/7",
        "2024-07-10",
        "pub",
        "2024-07-10",
        "2024-07-10",
        "bare, but fits the reported day",
    ),
    ("Thứ Sáu, 14/3/2025, 08:12", "", "8/7/2019", "2025-03-14T08:12", "crawl", "", "", "the text is years older"),
    (
        "Hôm nay: Thứ Tư, ngày 13/11/2024",
        "Đăng ngày 26/9/2024",
        "25/9",
        "2024-11-13",
        "crawl",
        "2024-09-26",
        "2024-09-26",
        "clock of the site",
    ),
    ("", "", "8/7/2024", "", "none", "", "", "no date but in the text"),
]


@pytest.mark.parametrize(("top", "below", "day", "displayed", "trust", "published", "reference", "why"), DATES)
def test_dates(top, below, day, displayed, trust, published, reference, why):
    lines = [top, "Chuyện bản Huổi Lưa làm đường", below, "", LEAD.replace("8/7", day), "", BODY]
    page = divided("\n".join(lines)).page
    assert (page.displayed_date, page.displayed_date_trust) == (displayed, trust)
    assert (page.published_date, page.reference_date) == (published, reference)


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("Tác giả: Hà Thu | Ngày đăng: 08/7/2024", "Hà Thu", "2024-07-08"),
        ("Tác giả: Hà Thu", "Hà Thu", ""),
        ("Tác giả: Hà Thu | Nhóm PV", "Hà Thu", ""),
    ],
)
def test_a_byline_and_a_date_in_one_line(line, author, published):
    page = divided(f"Chuyện bản Huổi Lưa làm đường\n{line}\n\n{BODY}").page
    assert (page.author, page.published_date, page.reference_date) == (author, published, published)


def test_the_place_of_the_reference_date():
    top, below = "Thứ Sáu, 14/3/2025 08:12 [GMT+7]", "Cập nhật: 16:40, 08/7/2024"
    doc = divided("\n".join([top, "Chuyện bản Huổi Lưa làm đường", below, "", LEAD, "", BODY]))
    assert doc.text[doc.page.reference_start : doc.page.reference_end] == "08/7/2024"
    doc = divided("HUYỆN ỦY MƯỜNG PẢO\nSố 12-KH/HU\nMường Pảo, ngày 14 tháng 6 năm 2022\n\nKẾ HOẠCH\n\n" + BODY)
    assert doc.text[doc.page.reference_start : doc.page.reference_end] == "14 tháng 6 năm 2022"
    doc = divided(BODY)
    assert (doc.page.reference_start, doc.page.reference_end) == (-1, -1)


def test_date_of_an_official_document_is_its_reference():
    text = "HUYỆN ỦY MƯỜNG PẢO\nSố 12-KH/HU\nMường Pảo, ngày 14 tháng 6 năm 2022\n\nKẾ HOẠCH\n\n" + BODY
    page = divided(text).page
    assert (page.displayed_date_trust, page.reference_date, page.title) == ("none", "2022-06-14", "KẾ HOẠCH")


DATELINES = [
    (TITLE, "Mường Pảo", "the page speaks of its Huyện ủy"),
    ("HƯNG SƠN: ẤM ÁP NGÀY HỘI Ở BẢN", "", "capitals, a place nobody knows"),
    ("Sơn La: Ấm áp ngày hội ở bản", "Sơn La", "known province"),
    ("Công tác dân vận: Lấy dân làm gốc", "", "no name"),
    ("Kỳ họp thứ 7, HĐND xã: Chất vấn đến cùng", "", "an event"),
]


@pytest.mark.parametrize(("title", "dateline", "why"), DATELINES)
def test_dateline(title, dateline, why):
    assert divided(f"{title}\n\n{BODY}").page.dateline == dateline


# -------------------------------------------------------------------------------------------- any text

NAUGHTY = ["", "\n \u00a0\n", "a", "(", "Ảnh: Hà", "1/1/2020", "\u200b", "\u2028x\x1c", "İ" * 300, "😀\r\r😀", "\t|\t"]
ALPHABET = "aĐ \t\n\r\u00a0\u200b\u2028\x1c().-–:|»>1/2“Ảnh:İ😀"


def assert_covered(text, doc):
    at = 0
    for block in doc.blocks:
        assert at <= block.start < block.end
        assert not text[at : block.start].strip()
        assert doc.span(block) == doc.span(block).strip()
        at = block.end
    assert not text[at:].strip()


@pytest.mark.parametrize("join", [False, True])
def test_blocks_cover_any_text(join):
    rng = random.Random(0)
    texts = NAUGHTY + ["".join(rng.choices(ALPHABET, k=rng.randrange(60))) for _ in range(500)]
    for text in texts:
        assert_covered(text, divided(text, join_wrapped=join))


def test_one_long_line_is_body():
    text = BODY * 300
    assert [(b.start, b.end, b.kind) for b in divided(text).blocks] == [(0, len(text), "body")]


def test_nothing_is_said_of_an_empty_page():
    doc = divided(" \n")
    assert doc.blocks == ()
    assert (doc.page.title, doc.page.displayed_date_trust, doc.page.reference_date) == ("", "none", "")
