"""The full name of an event: its core and the mentions that complete it, one shape a row."""

import pytest

from dvextract.document import Mention
from dvextract.interpretation.events import names
from markup import unmark

ND, PN = "[ORGANISATION Hội Nông dân]", "[ORGANISATION Hội LHPN]"


def found(marked):
    text, marks = unmark(marked)
    mentions = [Mention(m.start, m.end, m.label, "test", 1.0) for m in marks]
    spans = names(text, mentions, [i for i, m in enumerate(mentions) if m.label == "EVENT"])
    return [" ".join(text[slice(*span)].split()) for span in spans]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # the parties, also on the next line; the period
        (
            f"[EVENT Lễ ký kết chương trình phối hợp]\n\ngiữa {ND} với {PN} [TIME giai đoạn 2021-2026]",
            "Lễ ký kết chương trình phối hợp giữa Hội Nông dân với Hội LHPN giai đoạn 2021-2026",
        ),
        ("[EVENT Lễ khai giảng] [TIME năm học 2024-2025] vui.", "Lễ khai giảng năm học 2024-2025"),
        (f"[EVENT Lễ ra quân] của {ND} diễn ra.", "Lễ ra quân của Hội Nông dân"),
        # documents and slogans
        (
            "[EVENT Hội nghị quán triệt] các [LEGALDOC Nghị quyết số 18-NQ/TW], [LEGALDOC 19-NQ/TW] họp.",
            "Hội nghị quán triệt các Nghị quyết số 18-NQ/TW, 19-NQ/TW",
        ),
        ("[EVENT Hội thi] “[PHRASE Bản không rác]” mở.", "Hội thi “Bản không rác”"),
        (
            "[EVENT Hội nghị tổng kết phong trào] “[PHRASE Bản không rác]” [TIME năm 2024].",
            "Hội nghị tổng kết phong trào “Bản không rác” năm 2024",
        ),
        # what it is about, up to the period
        (
            "[EVENT Lễ ký kết] về giữ rừng, giữ biên giới [TIME giai đoạn 2021-2026].",
            "Lễ ký kết về giữ rừng, giữ biên giới giai đoạn 2021-2026",
        ),
        # when it was held, who came, what follows
        ("[EVENT Lễ khai giảng] [TIME sáng 5/9] vui.", "Lễ khai giảng"),
        (f"[EVENT Lễ khai giảng] với sự tham dự của {ND}.", "Lễ khai giảng"),
        (f"[EVENT Lễ khai giảng]. Của {ND} tặng.", "Lễ khai giảng"),
        (f"[EVENT Lễ khai giảng] do {ND} tổ chức.", "Lễ khai giảng"),
        # an official name is complete
        ("[EVENT Đại hội Đảng bộ xã lần thứ X], [TIME nhiệm kỳ 2020-2025]", "Đại hội Đảng bộ xã lần thứ X"),
    ],
)
def test_full_names(marked, expected):
    assert found(marked) == [expected]


def test_a_core_that_stands_alone_takes_the_name_it_has_elsewhere():
    full = "Lễ ra quân của Hội Nông dân"
    assert found(f"[EVENT Lễ ra quân] vui. [EVENT Lễ ra quân] của {ND}. [EVENT Lễ hội].") == [full, full, "Lễ hội"]
