"""Kinds of titles, events, phrases, places and bodies, one regularity a row."""

import pytest

from dvextract.interpretation import events, locations, organisations, phrases, titles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trưởng Ban Dân vận Tỉnh ủy", "post"),
        ("Đại tá", "rank"),
        ("PGS.TS", "rank"),
        ("HT.", "rank"),
        ("Ðại uý", "rank"),  # variant letters
        ("Kiểm sát viên trung cấp", "rank"),
        ("Luật sư trưởng Đoàn Luật sư tỉnh", "post"),  # an office that begins like a rank
        ("Nghệ nhân Ưu tú", "honour"),
        ("Mẹ Việt Nam Anh hùng", "honour"),
        ("già làng", "role"),
        ("Trưởng đoàn", "role"),
        ("Trưởng đoàn ĐBQH tỉnh", "post"),  # a standing office
        ("", "post"),
    ],
)
def test_titles(text, expected):
    assert titles.kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đại hội đại biểu Đảng bộ xã Chiềng Đào lần thứ III", "congress"),
        ("kỳ họp thứ 5 HĐND tỉnh", "session"),
        ("Hội nghị lần thứ 9 Ban Chấp hành Đảng bộ tỉnh", "session"),
        ("Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 18", "session"),
        ("Hội nghị hiệp thương lần thứ hai", "meeting"),  # numbered, but no body's session
        ("Hội nghị sơ kết 3 năm thực hiện", "meeting"),
        ("buổi gặp mặt", "meeting"),
        ("Lễ ký kết chương trình phối hợp", "ceremony"),
        ("Lễ hội Hoa ban", "festival"),
        ("Lễ Giáng sinh", "holiday"),
        ("90 năm Ngày truyền thống", "holiday"),
        ("Tết Nguyên đán", "holiday"),
        ("Hội thi Dân vận khéo", "contest"),
        ("Cuộc bầu cử đại biểu HĐND", "election"),
        ("Ngày bầu cử", "election"),
        ("Cách mạng Tháng Tám", "historic"),
        ("", "meeting"),
    ],
)
def test_events(text, expected):
    assert events.kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tỉnh Hưng Sơn", ""),
        ("Lào", "country"),
        ("nước CHDCND Lào", "country"),
        ("Lào Cai", ""),  # begins like a country
        ("Mỹ Hào", ""),
        ("miền Trung", "region"),
        ("Đồng bằng sông Cửu Long", "region"),
        ("sông Nậm Hin", "geo"),
        ("cửa khẩu Bản Đán", "geo"),
        ("thủy điện Nậm Hin", "facility"),
        ("thuỷ điện Nậm Hin", "facility"),
        ("Hội trường UBND huyện", "venue"),
        ("Nhà văn hóa bản Huổi Lưa", "venue"),
        ("Sông Mã", "geo"),
        ("", ""),
    ],
)
def test_places(text, expected):
    assert locations.kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ban Dân vận Tỉnh ủy", ""),
        ("Ban Dân vận các cấp", "dist"),
        ("UBND các huyện, thành phố", "dist"),
        ("Công an xã, thị trấn", "dist"),
        ("TAND hai cấp", "dist"),
        ("Công an các huyện Mường Pảo, Nậm Hin", ""),  # names its members
        ("Ban Quản lý các khu công nghiệp tỉnh", ""),  # one body
        ("Đảng ủy Khối các cơ quan tỉnh", ""),
        ("Quỹ “Vì người nghèo”", "fund"),
        ("", ""),
    ],
)
def test_bodies(text, expected):
    assert organisations.kind(text) == expected


def phrase_kinds(text):
    """Phrases are what stands in square brackets."""
    plain, spans = "", []
    for i, piece in enumerate(text.replace("]", "[").split("[")):
        if i % 2:
            spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return [kind for kind, _ in phrases.kinds(plain.lower(), spans)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phong trào thi đua “[Dân vận khéo]”", ["movement"]),
        ("kỹ năng “[dân vận khéo]”", ["quoted-term"]),  # the same words without their noun
        ("mô hình [Bản không rác]", ["model"]),
        ("làm 12 nhà “[Đại đoàn kết]”", ["programme"]),
        ("phương châm: “[gần dân, hiểu dân]”", ["slogan"]),
        ("tặng [Bằng khen]", ["award"]),
        ("thực hiện [Đề án 06]", ["programme"]),  # the noun is inside
        ("mô hình “[Một]”, “[Hai]” và “[Ba]”", ["model"] * 3),  # an enumeration
        ("mô hình “[Một]” ở bản Huổi Lưa, “[Hai]” ở bản Pá", ["model"] * 2),
        ("các mô hình tự quản, nổi bật là “[Một]”", ["model"]),
        ("chương trình văn nghệ “[Núi một dải]”", ["programme"]),
        ("mô hình “[Một]”. Bà con hát “[Hai]”", ["model", "quoted-term"]),  # a new sentence
        ("[Bằng khen], “[Hai]”", ["award", "quoted-term"]),  # an award hands nothing on
    ],
)
def test_phrases(text, expected):
    assert phrase_kinds(text) == expected


def test_wordings():
    given = ["DÂN VẬN KHÉO", "Dân vận khéo", "dân vận khéo", "Dân vận\nkhéo"]
    assert phrases.wordings(given) == ["Dân vận khéo"] * 4
