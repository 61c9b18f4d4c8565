"""The fullest form of a name in its page."""

import pytest

from dvextract.interpretation.persons import full_names


def read(text):
    """Names are what stands in square brackets."""
    plain, spans = "", []
    for i, piece in enumerate(text.replace("]", "[").split("[")):
        if i % 2:
            spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return full_names(plain, spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Hà Anh Tú] chủ trì; đồng chí [Tú] nói", ["Hà Anh Tú", "Hà Anh Tú"]),
        ("[Tú] vắng mặt. Ông [Hà Anh Tú]", ["Hà Anh Tú", "Hà Anh Tú"]),  # the full name may come later
        ("[Hà Anh Tú], [Anh Tú], [Tú]", ["Hà Anh Tú"] * 3),
        # of two the one named last is meant
        ("[Lò Văn Nam], [Hà Thị Nam]; chị [Nam]", ["Lò Văn Nam", "Hà Thị Nam", "Hà Thị Nam"]),
        ("[Y Krông Êban]; già [Y Krông]", ["Y Krông Êban", "Y Krông Êban"]),
        ("[Vừ A Của] và [Của]", ["Vừ A Của", "Vừ A Của"]),
        # a family name of two persons is nobody's short form
        ("[Lò Thị Mai], [Lò Văn Biên], [Lò]", ["Lò Thị Mai", "Lò Văn Biên", "Lò"]),
        ("[N.T.B] và anh [B]", ["N.T.B", "N.T.B"]),
        ("lời [Bác Hồ] dạy, [Bác] dặn", ["Hồ Chí Minh", "Hồ Chí Minh"]),
        # a name of the village and the name in the papers
        ("[Ba Tú] (tên thật [Hà Anh Tú]); ông [Ba Tú]", ["Hà Anh Tú"] * 3),
        ("[HÀ ANH TÚ] (tức [Sơn Ca])", ["HÀ ANH TÚ", "HÀ ANH TÚ"]),
        ("[Hà Anh Tú] ([Lò Mai])", ["Hà Anh Tú", "Lò Mai"]),  # brackets alone do not make them one
        # a headline's capitals are no spelling
        ("[HÀ ANH TÚ] dự. Ông [Hà Anh Tú]", ["Hà Anh Tú", "Hà Anh Tú"]),
        ("[Hà Anh\nTú]", ["Hà Anh Tú"]),
        ("", []),
    ],
)
def test_full_names(text, expected):
    assert read(text) == expected
