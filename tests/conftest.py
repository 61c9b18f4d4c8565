"""A few pages of invented people and places, and one finished run over them that many tests look at."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("dull", deadline=None, derandomize=True)  # no failure that another run would not show
settings.load_profile("dull")

PORTAL = """Trang chủ
Thứ Hai, 8/7/2024
Tỉnh Hua Nậm sơ kết công tác dân vận 6 tháng đầu năm 2024

Quang cảnh Hội nghị sơ kết công tác dân vận

Sáng 8/7, Ban Dân vận Tỉnh ủy phối hợp với Hội Nông dân tỉnh tổ chức Hội nghị sơ kết công tác dân vận 6 tháng đầu năm. \
Đồng chí Lường Văn Pảnh, Ủy viên Ban Thường vụ, Trưởng Ban Dân vận Tỉnh ủy chủ trì Hội nghị.

Thực hiện Nghị quyết số 07-NQ/TU ngày 15/4/2022, các cấp đã xây dựng 1.268 mô hình “Dân vận khéo”; hỗ trợ hơn \
2,5 tỷ đồng cho 71/90 bản của xã Pá Ngần. Giai đoạn 2021-2024, Ban Dân vận Tỉnh ủy và Hội Nông dân tỉnh ký kết \
chương trình phối hợp số 03-CTr/BDV-HND.

Phát biểu tại Hội nghị, đồng chí Lường Văn Pảnh nhấn mạnh: “Cán bộ xuống bản phải nghe bà con nói trước đã”. \
Bà Quàng Thị Xuyên, nguyên Chủ tịch Hội Liên hiệp Phụ nữ (LHPN) huyện Nậm Lụ, đề nghị các bản duy trì phong trào \
“Toàn dân đoàn kết xây dựng đời sống văn hóa”. Hội LHPN huyện sẽ tổng kết vào tháng 12/2024.

Tòng Hặc

In trang
Ý kiến bạn đọc
"""

NEWS = """Bản Lả Mường có nhà văn hóa mới

Ngày 20/11/1428 theo lịch cũ được người bản Lả Mường lấy làm ngày hội. Ông Cà Văn Sượi, Bí thư Chi bộ bản cho biết: \
bản có 112 hộ, hộ nghèo giảm 12,5% so với năm 2023. UBND xã Mường Lạn đã ban hành Quyết định số 12/QĐ-UBND.
"""

LINE = "Chiều 3-2, Đảng ủy xã Pá Ngần họp. Bí thư Đảng ủy Hà Thị Miền kết luận, giao 5 tổ công tác xuống bản."

PAGES = {
    "2024/so-ket.txt": PORTAL,
    "2024/nha-van-hoa.txt": NEWS,
    "mot-dong.txt": LINE,
    "vua-du.txt": "Bà con họp bản.\r\n",
}


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> Path:
    """A folder of four pages and one that is empty."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in {**PAGES, "trang-trong.txt": " \n"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture(scope="session")
def finished(pages, tmp_path_factory) -> Path:
    """The output folder of a run over `pages`, in every format."""
    from dvextract import run

    out = tmp_path_factory.mktemp("runs") / "finished"
    run(pages, out, formats=("csv", "jsonl", "parquet"))
    return out


@pytest.fixture(scope="session")
def notebook_pages() -> Path:
    """The pages that the notebooks read."""
    return Path(__file__).parents[1] / "notebooks" / "pages"


@pytest.fixture(scope="session")
def notebook_run(notebook_pages, tmp_path_factory) -> Path:
    """The output folder of a run over `notebook_pages`."""
    from dvextract import run

    out = tmp_path_factory.mktemp("runs") / "notebooks"
    run(notebook_pages, out)
    return out


@pytest.fixture
def lay(tmp_path):
    """Lay files (text or bytes by relative name) into a new folder and return it."""

    def laid(files, folder="in"):
        root = tmp_path / folder
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return laid
