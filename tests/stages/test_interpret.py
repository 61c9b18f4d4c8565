"""Mentions to readings: values that need the page, one regularity a row; and that nothing raises."""

import random

import pytest

from dvextract.document import LABELS, Block, Document, LegalReference, Mention, PageInfo
from dvextract.stages.interpret import Interpret

LETTERS = {"P": "PERSON", "T": "TITLE", "O": "ORGANISATION", "L": "LOCATION", "D": "LEGALDOC", "A": "ABBREVIATION"}
LETTERS |= {"Q": "QUANTITY", "Z": "TIME", "E": "EVENT", "F": "PHRASE"}


def interpreted(marked, **page):
    """Mentions are written ``[O UBND tỉnh]``: a letter for the label, a space, the words."""
    text, mentions = "", []
    for i, piece in enumerate(marked.replace("]", "[").split("[")):
        if i % 2:
            mentions.append(Mention(len(text), len(text) + len(piece) - 2, LETTERS[piece[0]], "gold", 1.0))
            piece = piece[2:]
        text += piece
    return run(text, mentions, PageInfo(**page))


def run(text, mentions, page=None):
    doc = Document("p", text)
    doc.add("blocks", (Block(0, len(text), "body"),) if text else ())
    doc.add("page", page or PageInfo())
    doc.add("sentences", ())
    doc.add("mentions", tuple(mentions))
    Interpret()([doc])
    return doc


def values(marked, **page):
    return [r.value for r in interpreted(marked, **page).readings]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # the page's province completes a level word and a committee
        ("[L tỉnh Hưng Sơn]: [O UBND tỉnh]", ["tỉnh Hưng Sơn", "Ủy ban nhân dân tỉnh Hưng Sơn"]),
        ("[L tỉnh Hưng Sơn]: [O Ban Dân vận Tỉnh ủy]", ["tỉnh Hưng Sơn", "Ban Dân vận Tỉnh ủy Hưng Sơn"]),
        ("[L Quận 5]: [O Quận ủy]", ["Quận 5", "Quận ủy Quận 5"]),
        ("[O UBND tỉnh] họp", ["Ủy ban nhân dân tỉnh"]),  # which one, the page does not say
        # its districts say which one
        ("[L huyện Mai Sơn]: [O UBND tỉnh]", ["huyện Mai Sơn", "Ủy ban nhân dân tỉnh Sơn La"]),
        ("[L huyện Mường Pảo]: [O UBND tỉnh]", ["huyện Mường Pảo", "Ủy ban nhân dân tỉnh"]),
        # a department of a city under the central government, of a province beside one
        ("[L TP Hà Nội]: [O Sở Y tế]", ["thành phố Hà Nội", "Sở Y tế thành phố Hà Nội"]),
        (
            "[L tỉnh Hưng Sơn], [L tỉnh Hưng Sơn], [L TP Hà Nội]: [O Sở Y tế]",
            [*["tỉnh Hưng Sơn"] * 2, "thành phố Hà Nội", "Sở Y tế tỉnh Hưng Sơn"],
        ),
        ("[L TP Hưng Sơn]: [O Sở Y tế]", ["thành phố Hưng Sơn", "Sở Y tế"]),
        # in an issuer's head of capitals the place ends at the dash
        ("TỈNH ỦY PHÚ YÊN - Số 12. [O Tỉnh ủy] họp", ["Tỉnh ủy Phú Yên"]),
        ("[O Tỉnh Ðoàn] họp", ["Tỉnh Đoàn"]),  # "Đoàn" is no province
        # the board that a congress elects is of the organisation whose congress it is
        (
            "[E Đại hội đại biểu Hội Làm vườn tỉnh Hưng Sơn lần thứ III] bầu [O Ban Chấp hành]",
            [
                "Đại hội đại biểu Hội Làm vườn tỉnh Hưng Sơn lần thứ III",
                "Ban Chấp hành Hội Làm vườn tỉnh Hưng Sơn",
            ],
        ),
        (
            "[E Đại hội Đảng toàn quốc lần thứ XIII] bầu [O Ban Chấp hành]",
            ["Đại hội Đảng toàn quốc lần thứ XIII", "Ban Chấp hành Trung ương Đảng"],
        ),
        # one body with and without Việt Nam
        (
            "[O Ủy ban MTTQ Việt Nam tỉnh Hưng Sơn] họp, [O Ủy ban MTTQ tỉnh Hưng Sơn] bàn",
            ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Hưng Sơn"] * 2,
        ),
        # a body named in full shortly before, though the page is about another place
        (
            "[L tỉnh Hưng Sơn], [L tỉnh Hưng Sơn], [L tỉnh Hưng Sơn]. [O UBND tỉnh Xiêng Luông] họp; [O UBND tỉnh] nêu",
            [*["tỉnh Hưng Sơn"] * 3, *["Ủy ban nhân dân tỉnh Xiêng Luông"] * 2],
        ),
        # a province of another country is not the page's
        (
            "[L tỉnh Xiêng Luông] (Lào), [L tỉnh Xiêng Luông]. [O Công an tỉnh] họp",
            ["tỉnh Xiêng Luông", "tỉnh Xiêng Luông", "Công an tỉnh"],
        ),
        # a board of a bare body
        (
            "[O HĐND huyện Mường Pảo] họp; [O Thường trực HĐND] nêu",
            ["Hội đồng nhân dân huyện Mường Pảo", "Thường trực Hội đồng nhân dân huyện Mường Pảo"],
        ),
        # departments under one head, each a name of a department; one whose name has a comma of its own
        ("[O Sở Tài chính, Nội vụ và Y tế]", ["Sở Tài chính;Sở Nội vụ;Sở Y tế"]),
        ("[O sở: Tài chính, VH-TT&DL]", ["Sở Tài chính;Sở Văn hóa, Thể thao và Du lịch"]),
        ("[O Sở Văn hóa, Thể thao và Du lịch]", ["Sở Văn hóa, Thể thao và Du lịch"]),
        ("[O Sở Hoa, Lá]", ["Sở Hoa, Lá"]),
        ("[O HĐND huyện huyện Mường Pảo]", ["Hội đồng nhân dân huyện Mường Pảo"]),
        ("[O BGĐ Công an tỉnh Hưng Sơn]", ["Ban Giám đốc Công an tỉnh Hưng Sơn"]),
        ("Các tỉnh [L Hưng Sơn], [L Hà Nội]", ["tỉnh Hưng Sơn", "thành phố Hà Nội"]),
        ("[O UBND các huyện]", ["Ủy ban nhân dân các huyện"]),  # at many places at once
        # standing names
        ("[O Đảng], [O Nhà nước]", ["Đảng Cộng sản Việt Nam", "Nhà nước CHXHCN Việt Nam"]),
        ("[O Ðảng]", ["Đảng Cộng sản Việt Nam"]),
        # one modifier for several heads
        (
            "[O Tỉnh ủy], [O HĐND] và [O Công an tỉnh Hưng Sơn]",
            ["Tỉnh ủy Hưng Sơn", "Hội đồng nhân dân tỉnh Hưng Sơn", "Công an tỉnh Hưng Sơn"],
        ),
        (
            "[O Ban Dân vận], [O Hội Nông dân huyện Mường Pảo]",
            ["Ban Dân vận Huyện ủy Mường Pảo", "Hội Nông dân huyện Mường Pảo"],
        ),
        (
            "[O Công an huyện Mường Pảo], [O Hội Nông dân]",
            ["Công an huyện Mường Pảo", "Hội Nông dân huyện Mường Pảo"],
        ),
        # one head for several modifiers
        ("[O Đồn Biên phòng Pá Lông, Nậm Hin]", ["Đồn Biên phòng Pá Lông;Đồn Biên phòng Nậm Hin"]),
        ("[O Sở Văn hóa, Thể thao và Du lịch tỉnh Hà Nam]", ["Sở Văn hóa, Thể thao và Du lịch tỉnh Hà Nam"]),
        # a fuller name elsewhere, also inside a title
        ("[O Ban Thường vụ Đảng ủy xã Pá Lông]. [O Ban Thường vụ] họp", ["Ban Thường vụ Đảng ủy xã Pá Lông"] * 2),
        (
            "[T Trưởng Ban Nội chính Tỉnh ủy Hưng Sơn]. [O Ban Nội chính] họp",
            ["Trưởng Ban Nội chính Tỉnh ủy Hưng Sơn", "Ban Nội chính Tỉnh ủy Hưng Sơn"],
        ),
        # joining a board to become its secretary
        (
            "tham gia [O Ban Chấp hành], [O Ban Thường vụ], giữ chức [T Bí thư Huyện ủy Mường Pảo]",
            ["Ban Chấp hành Đảng bộ huyện Mường Pảo", "Ban Thường vụ Huyện ủy Mường Pảo", "Bí thư Huyện ủy Mường Pảo"],
        ),
        # a force's committee before its command; a place's committee before its people
        (
            "[O Đảng ủy], [O Bộ Chỉ huy Quân sự tỉnh Hưng Sơn]",
            ["Đảng ủy Quân sự tỉnh Hưng Sơn", "Bộ Chỉ huy Quân sự tỉnh Hưng Sơn"],
        ),
        ("[O Đảng bộ], chính quyền và nhân dân tỉnh Hưng Sơn", ["Đảng bộ tỉnh Hưng Sơn"]),
        # the armed forces in four forms
        (
            "[O LLVT] giúp dân. [O LLVT tỉnh Hưng Sơn]; [O lực lượng vũ trang tỉnh]; [O Lực lượng vũ trang tỉnh]",
            ["lực lượng vũ trang tỉnh Hưng Sơn"] * 3 + ["Lực lượng vũ trang tỉnh Hưng Sơn"],
        ),
        ("[O Sở Nội vụ] ở tỉnh Hưng Sơn", ["Sở Nội vụ tỉnh Hưng Sơn"]),
        ("[O Quốc hội], [O Bộ Y tế]", ["Quốc hội", "Bộ Y tế"]),  # there is one only
    ],
)
def test_organisations(marked, expected):
    assert values(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[L Hưng Sơn] là tỉnh biên giới; [L tỉnh Hưng Sơn]", ["tỉnh Hưng Sơn"] * 2),
        ("[L Mường Pảo] xa", ["Mường Pảo"]),  # no type in the page
        ("các xã [L Chiềng Đào], [L Mường Lạn] và [L Pá Lông]", ["xã Chiềng Đào", "xã Mường Lạn", "xã Pá Lông"]),
        ("[L huyện Mường Pảo] và [L Nậm Hin]", ["huyện Mường Pảo", "huyện Nậm Hin"]),
        ("[L xã Pá Lông] ([L Mường Pảo])", ["xã Pá Lông", "huyện Mường Pảo"]),
        ("[L huyện Mường Pảo], [L Hà Giang]", ["huyện Mường Pảo", "Hà Giang"]),  # an address, no enumeration
        ("[L TP.Hưng Sơn], [L TX. Nậm Hin]", ["thành phố Hưng Sơn", "thị xã Nậm Hin"]),
        ("[L TPHCM]", ["Thành phố Hồ Chí Minh"]),
        ("quan hệ [L Việt] - [L Lào]", ["Việt Nam", "Lào"]),
        ("cặp cửa khẩu [L Nậm Hin] - [L Bản Đán]", ["cửa khẩu Nậm Hin", "cửa khẩu Bản Đán"]),
        ("[L bản\nHuổi Lưa]", ["bản Huổi Lưa"]),
    ],
)
def test_locations(marked, expected):
    assert values(marked) == expected


def test_a_province_is_typed_where_the_page_speaks_of_provinces():
    assert values("[L Hà Giang] đón xuân; [O UBND tỉnh]")[0] == "tỉnh Hà Giang"
    assert values("[L Hà Giang] đón xuân")[0] == "Hà Giang"


@pytest.mark.parametrize(
    ("marked", "page", "kind", "value"),
    [
        ("[Z Sáng 8/7]", {"reference_date": "2024-07-08"}, "date", "2024-07-08"),
        ("[Z Sáng 8/7]", {"displayed_date": "2024-07-08"}, "date", "XXXX-07-08"),  # not a date to rely on
        ("[Q hơn 1.900 mô hình]", {}, "count", "1900"),
        ("[D Chỉ thị số 05-CT/TU]", {}, "", "05-CT/TU"),
        ("[D Luật\nĐất đai]", {}, "", "Luật Đất đai"),  # no number: its words
        ("[A TĐC]", {}, "", "tái định cư"),
        ("[A XYZQ]", {}, "", "XYZQ"),
        ("[E Hội nghị\nsơ kết]", {}, "meeting", "Hội nghị sơ kết"),
        ("mô hình “[F Dân vận khéo]”", {}, "model", "Dân vận khéo"),
        ("[T Đại tá] [P Hà Anh Tú]", {}, "rank", "Đại tá"),
    ],
)
def test_kinds_and_values(marked, page, kind, value):
    doc = interpreted(marked, **page)
    assert (doc.readings[0].kind, doc.readings[0].value) == (kind, value)


def test_typed_values_stand_beside():
    doc = interpreted("[Z ngày 20/2/2020] [Q 3 xã] [D Chỉ thị số 05-CT/TU] [P Hà Anh Tú]")
    assert [type(r.detail).__name__ for r in doc.readings] == [
        "TimeValue",
        "QuantityValue",
        "LegalReference",
        "NoneType",
    ]


@pytest.mark.parametrize(
    ("marked", "issuers"),
    [
        ("[D Chỉ thị số 5-CT/TU] của [O Ban Thường vụ Tỉnh ủy] yêu cầu các bản họp", ["Ban Thường vụ Tỉnh ủy"]),
        ("[D Quyết định số 3] ngày 5/6/2023 của [T Chủ tịch UBND tỉnh]", ["Chủ tịch UBND tỉnh"]),
        ("[D Kế hoạch số 1], [D Kế hoạch số 2] và [D Kế hoạch số 3] của [O UBND xã]", ["UBND xã"] * 3),  # of all
        ("[D Kế hoạch số 1] trình [O UBND xã]", [""]),
        ("[D Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XV]", ["Đại hội Đảng bộ tỉnh lần thứ XV"]),
        ("[O HĐND tỉnh] đã thông qua [D Nghị quyết] về đất rừng", ["HĐND tỉnh"]),
        ("[O HĐND tỉnh] bàn về [D Nghị quyết số 9]", [""]),
        ("[D Quyết định số 22/QĐ-TTg] về đất rừng", ["Thủ tướng Chính phủ"]),  # by its number
    ],
)
def test_issuers(marked, issuers):
    doc = interpreted(marked)
    found = [r.detail for r in doc.readings if isinstance(r.detail, LegalReference)]
    assert [r.issuer for r in found] == issuers
    for r in found:
        behind = [e for e in r.evidence if e.column == "issuer" and e.rule != "legal.issuer.of-number"]
        assert all(doc.text[e.start : e.end] == r.issuer for e in behind)
        assert bool(r.issuer) == any(e.column == "issuer" for e in r.evidence)


@pytest.mark.parametrize(
    ("marked", "rule", "evidence"),
    [
        ("[Z ngày 8/7/2024]", "time.date", []),
        ("[Z sáng 8/7]", "time.date", [("time.reference-date", "edtf", "1/8/2024")]),
        ("[Z 5 năm qua]", "time.length", [("time.reference-date", "start_date", "1/8/2024")]),
        ("[Z giai đoạn 2016-2021]", "time.list-or-range", []),
        ("khóa XV ([Z 2016-2021])", "time.list-or-range", [("time.term-before", "kind", "khóa XV")]),
        ("năm 2019 mưa, [Z tháng 3 năm đó] nắng", "time.date", [("time.same-year", "edtf", "2019")]),
        (
            "[Z 6 tháng đầu năm], nhiệm vụ 6 tháng cuối năm 2023",
            "time.months",
            [("time.other-half", "edtf", "2023")],
        ),
        (
            "24/5/2015 (tức [Z ngày 7 tháng 4 năm Ất Mùi])",
            "time.lunar",
            [("time.gregorian-beside", "edtf", "24/5/2015")],
        ),
        ("tăng [Q 12%]", "quantity.figures", [("quantity.change-before", "direction", "tăng")]),
        ("[Q ba xã]", "quantity.words", []),
        ("[Q 12-15 học sinh]", "quantity.range", []),
        ("mô hình “[F Bản xanh]”", "phrase.head-noun", [("phrase.head-noun", "kind", "mô hình")]),
        ("“[F Bản xanh]”", "phrase.no-head-noun", []),
        ("[D Công văn số 12], 13/UBND-VX", "legal.numbered", [("legal.number.of-next", "number", "/UBND-VX")]),
        ("[D Chỉ thị số 5-CT/XYZ]  ngày 4/5/2020", "legal.numbered", [("legal.date.behind", "date", "ngày 4/5/2020")]),
    ],
)
def test_what_a_value_rests_on(marked, rule, evidence):
    shown = "Đăng ngày 1/8/2024. "
    marked = shown + marked
    where = shown.index("1/8"), shown.index("1/8") + len("1/8/2024")
    doc = interpreted(marked, reference_date="2024-08-01", reference_start=where[0], reference_end=where[1])
    (reading,) = doc.readings
    said = reading.detail or reading
    assert said.rule == rule
    assert [(e.rule, e.column, doc.text[e.start : e.end]) for e in said.evidence] == evidence


def test_short_forms_of_the_page():
    doc = interpreted("[O UBND xã] và [O Ủy ban Kiểm tra (UBKT) Tỉnh ủy]; vùng [A TĐC]")
    assert [(a.short, a.long, a.source) for a in doc.abbreviations] == [
        ("UBKT", "Ủy ban Kiểm tra", "text"),
        ("UBND", "Ủy ban nhân dân", "know"),
        ("TĐC", "tái định cư", "know"),
    ]


def test_empty_page():
    doc = run("", [])
    assert doc.readings == ()
    assert doc.abbreviations == ()


@pytest.mark.parametrize("seed", range(20))
def test_any_span_of_any_label_has_a_reading(seed):
    source = (
        "(TP. Ðông Sơn) – Tỉnh ủy, HĐND, UBND “các cấp”\u00a0\n\n BCH (BCH); Đảng bộ, chính quyền ; ông  K’ Tú (tức İ)"
        "\t"
        "huyện 5 và 6/7/2024 SỞ Y TẾ LẦN THỨ II ./. số 12-CT/TU, 13 . Thành ủy TP.HCM () , , "
    )
    pick = random.Random(seed)
    text = "".join(pick.choice(source) for _ in range(150)) + source
    cuts = sorted(pick.sample(range(len(text)), 40))
    mentions = [Mention(a, b, pick.choice(LABELS), "tagger", 0.5) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    doc = run(text, mentions, PageInfo(reference_date="2024-07-08", dateline="?", outlet="İ.vn"))
    assert len(doc.readings) == len(mentions)
    assert all("\n" not in r.value for r in doc.readings)
