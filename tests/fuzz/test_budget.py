"""No page takes more than its share of time: all stages together are linear in text that is one piece again and again.

Patterns of one module may be slower than that where what they are given is short; what counts is what a page can do.
"""

import pytest

from dvextract.document import Document
from dvextract.pipeline import legible, load_pipeline
from growth import superlinear

PIECES = (
    "tháng 1 ", "từ tháng 1 đến ", "ngày ", "1/", "1.", "số ", "của ", "và ", "(", "“", "A", "A, ", "Ông A ", "ạ ",
    "A nói ", "Ban A và ", "Trưởng ban ", "tổ chức ", "\n", " ", "- ", "; ", "\u0301", "\u200b", "tỉnh A ", "1 tỷ ",
    "http://a/", "tỉnh A huyện B ", "huyện A (tỉnh B), ", "Chủ tịch UBND tỉnh A ", "Bí thư Tỉnh ủy A Nguyễn Văn A, ",
    "Ban Dân vận Tỉnh ủy phối hợp với Hội A ", "ngày 1/1/2020 đến ngày 2/2/2021 ", "ông A nói: “b”. ", "A (B) ",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole():
    pipeline = load_pipeline("default")

    def work(text):
        doc = Document("a", text)
        for stage in pipeline.stages:
            with legible([doc]):
                stage([doc])

    work("Họp bản.")
    return work


def test_all_stages_together_are_linear(whole):
    assert superlinear(whole, PIECES, 5_000) == []
