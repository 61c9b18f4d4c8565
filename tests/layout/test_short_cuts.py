"""What is asked of a line before a pattern is tried: no match is ever lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvextract.layout import furniture, official, outlets, page
from dvextract.layout.lines import Line
from dvextract.layout.lines import lines as lines_of

PIECES = (
    *(" ", "  ", "\t", "\u2028", "\u00a0", "\u180e", " - ", " :: ", " | ", "|", "»", "›", "•", "[", "]", "(", ")", "/"),
    *(
        ".",
        ",",
        ":",
        ";",
        "…",
        "!",
        "*",
        "#",
        "-",
        "+",
        "%",
        "“",
        "”",
        '"',
        "'",
        "©",
        "😀",
        "\U00011f50",
        "²",
        "İ",
        "\n",
    ),
    *("1", "12", "2024", "số ", "Số: 12", "ngày 3 tháng 5 năm 2021", "Nam Sơn, ", "việt nam", "Việt Nam", "hạnh phúc"),
    *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ĐẢNG CỘNG SẢN VIỆT NAM", "Nơi nhận:"),
    *(
        "Ảnh: ",
        "ảnh",
        "ẢNH",
        "Nguồn ảnh",
        "Photo",
        "Clip",
        "Đồ họa",
        "Infographic",
        "Lò Văn Biên",
        "PV",
        "Theo ",
        "TTXVN",
    ),
    *("(TTXVN) -", "Hà Nội (VNA 9/7) -", "(GLO)-", "Trang chủ", "Liên hệ", "In bài", "Chia sẻ", "Bản quyền", "xã"),
)
lines = st.lists(st.sampled_from(PIECES), max_size=9).map("".join).map(lambda text: Line(0, len(text), 1, text))


@given(line=lines)
@example(line=Line(0, 38, 1, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
@example(line=Line(0, 33, 1, "Nam Sơn, ngày 3 tháng 5 năm 2021"))
def test_headings_of_documents(line):
    assert official.is_heading(line) == (official._HEADING.search(line.low) is not None)
    assert official.opens_recipients(line) == (official._RECIPIENTS.match(line.low) is not None)


@given(line=lines)
def test_a_plain_line_has_no_gaps_bars_or_bullets(line):
    if line.is_plain:
        assert not furniture._PARTS.search(line.low)
        assert not furniture._SECTION_MARK.search(line.text)
        assert not official._COLUMNS.search(line.text)


@given(line=lines)
@example(line=Line(0, 17, 1, "12. [Trang chủ] :"))
def test_a_line_that_is_one_item_begins_with_its_word(line):
    whole = " ".join(furniture._BARE.sub(" ", line.low).split())
    kind = furniture._lexicon()[0].get(whole)
    assert kind is None or furniture._by_parts(line) == kind


@pytest.mark.parametrize("behind", ["", " xã", "x", ":"])
def test_a_beginning_is_the_longest_that_is_listed(behind):
    listed = {words: kind for _, kinds in furniture._lexicon()[1].values() for words, kind in kinds.items()}
    for words in listed:
        low = words + behind
        stripped = low.lstrip("[(-+*•» ")
        begun = [w for w in listed if stripped.startswith(w) and not stripped[len(w) : len(w) + 1].isalpha()]
        longest = max(begun, key=len, default="")
        assert furniture._by_beginning(Line(0, len(low), 1, low)) == listed.get(longest, "")


@given(line=lines)
def test_credits_signatures_and_prefixes(line):
    assert furniture._PICTURE_WORD.search(line.text) or not furniture._CREDIT_BEGIN.search(line.text)
    assert furniture._STOP_WITHIN.search(line.text) or not furniture._SIGNED_OFF.search(line.text)
    wire = outlets._WIRE.match(line.text)
    assert wire is None or outlets.prefix_length(line.text) == wire.end()
    assert ":" in line.text or not page._DATELINE.match(line.text)
    assert "(" in line.text or not page._WIRE.match(line.text)


@pytest.mark.parametrize("brk", ["\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n"])
def test_every_break_divides_lines(brk):
    assert [line.text for line in lines_of(f"Họp xã{brk}Hua Sa")] == ["Họp xã", "Hua Sa"]
