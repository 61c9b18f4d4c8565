"""Speech between quotation marks, and where a quotation closes."""

import pytest

from dvextract.grammar.phrase import find
from dvextract.grammar.quotation import closing, is_spoken, opens


def _between(text: str) -> tuple[int, int]:
    return text.index("[") + 1, text.index("]")


@pytest.mark.parametrize(
    "text",
    [
        'Ông Lò Văn Sổm lưu ý "[tránh tình trạng bản họp mà dân không biết]" khi triển khai.',
        'Chủ tịch xã nói và khẳng định, "[chúng tôi sẽ trả lời từng hộ một]".',
        'Họp xong. "[Con suối này là của cả bản]", tuyên bố viết.',
        'Họp xong. "[Bao giờ thì cầu xong?]", PV đặt câu hỏi.',
        'Họp xong. "[Cầu xong trước mùa lũ]"- vị cán bộ này nói.',
        'Họp xong. "[Năm nay ngô được giá]", ông Giàng A Tủa, trưởng bản Pá Khoang, kể lại.',
        'Họp xong. "[Việc này phải làm ngay trong quý]", Bí thư TP.HCM nhấn mạnh.',
        'Họp xong. "[Con đường này là do cả bản cùng góp công mở]". Đường dài hai cây số.',
    ],
)
def test_spoken(text: str) -> None:
    start, end = _between(text)
    plain = text.replace("[", "").replace("]", "")
    assert is_spoken(plain, start - 1, end - 1)
    assert not [f for f in find(plain, [(0, len(plain))]) if f.rule == "phrase.quoted"]


@pytest.mark.parametrize(
    "text",
    [
        'Xã thực hiện phong trào "[Nhà sạch, vườn xanh, ngõ sáng]", Chủ tịch xã nhấn mạnh.',
        'Muốn đạt "[mục tiêu kép]", Chủ tịch xã yêu cầu các bản rà soát.',
        'Cán bộ xã nói "[không]" với phong bì.',
        'Xã yêu cầu "[sạch từ nhà ra ngõ]" trong tuần này.',
        'Nhiều hộ đã thoát nghèo nhờ "[ngân hàng bò]" của Hội.',
    ],
)
def test_not_spoken(text: str) -> None:
    start, end = _between(text)
    plain = text.replace("[", "").replace("]", "")
    assert not is_spoken(plain, start - 1, end - 1)
    assert (start - 1, end - 1) in [(f.start, f.end) for f in find(plain, [(0, len(plain))])]


def test_a_mark_that_opens_does_not_close() -> None:
    text = 'Ông kể: “vụ này có Sùng "nhôm" đứng sau”.'
    assert closing(text, text.index("“"), len(text)) == text.index("”")
    unclosed = 'Ông kể: “vụ này có Sùng "nhôm đứng sau”.'
    assert closing(unclosed, unclosed.index("“"), len(unclosed)) == unclosed.index("”")
    nested = "Ông kể: “vụ “ngân hàng bò” là thật”."
    assert closing(nested, nested.index("“"), len(nested)) == nested.rindex("”")


def test_an_inch_does_not_open() -> None:
    text = 'Cầu thủ cao 6\'2" và nặng 80kg; anh kể "đường xa".'
    assert not opens(text, text.index("'"), 0)
    assert not opens(text, text.index('"'), 0)
    assert [text[f.start : f.end] for f in find(text, [(0, len(text))])] == ["đường xa"]


def test_a_name_of_a_person_is_not_looked_for_again() -> None:
    text = "Chị “Lò Thị Panh” bán hàng. Công an đã mời Lò Thị Panh làm việc."
    assert [f.rule for f in find(text, [(0, len(text))])] == ["phrase.quoted"]


def test_a_title_that_is_never_closed_ends_with_its_sentence() -> None:
    text = "Nghị quyết về “Giữ rừng; chống “chặt chui” ở bản xa. Hội nghị kết thúc."
    assert "Giữ rừng; chống “chặt chui” ở bản xa" in [text[f.start : f.end] for f in find(text, [(0, len(text))])]
