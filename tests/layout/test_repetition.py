"""Lines that many pages of one site share are furniture, if a run is asked to look."""

import pytest

from dvextract import load, run
from dvextract.document import Document, Hints
from dvextract.layout.repetition import learn, site

MOTTO = "Hưng Sơn đoàn kết, kỷ cương, đổi mới và phát triển bền vững cùng cả nước trong giai đoạn mới."
CALL = "Bà con có việc cần hỏi xin gọi tổ dân vận của xã theo số máy đặt tại nhà văn hóa bản, gặp trong giờ hành chính."
VILLAGES = ("Huổi Lưa", "Pá Lông", "Nậm Hin", "Hua Sa", "Chiềng Đào", "Mường Lạn", "Bản Phiệt")


def page(village):
    return (
        f"{MOTTO}\nBản {village} khánh thành nhà văn hóa\nSáng 8/7, bà con bản {village} khánh thành nhà văn hóa mới, "
        "dự lễ có đại diện Ban Dân vận huyện và các đoàn thể.\n"
        f"Nhà văn hóa bản {village} rộng 120 mét vuông, do bà con góp công dựng trong ba tháng.\n{CALL}\n"
    )


FILES = {f"bao/{i}.txt": page(v) for i, v in enumerate(VILLAGES)} | {
    "khac/1.txt": page("Khác"),
    "khac/2.txt": page("Nữa"),
}


@pytest.fixture
def layout_only(tmp_path):
    path = tmp_path / "layout.toml"
    path.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    return str(path)


def content(tables, doc_id):
    blocks = tables.blocks[(tables.blocks.doc_id == doc_id) & tables.blocks.kind.isin(("title", "lead", "body"))]
    return "\n".join(blocks.text)


def test_lines_of_the_site_are_no_content(lay, tmp_path, layout_only):
    folder = lay(FILES)
    run(folder, tmp_path / "plain", pipeline=layout_only)
    assert MOTTO in content(load(tmp_path / "plain"), "bao/0")  # words and position do not tell
    run(folder, tmp_path / "one", pipeline=layout_only, site_furniture=True)
    run(folder, tmp_path / "two", pipeline=layout_only, site_furniture=True, workers=2)
    tables = load(tmp_path / "one")
    for i, village in enumerate(VILLAGES):
        found = content(tables, f"bao/{i}")
        assert MOTTO not in found
        assert CALL not in found
        assert found.count(village) == 3
    assert MOTTO in content(tables, "khac/1")  # two pages are no site
    for name in ("blocks.csv", "documents.csv", "records.jsonl"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_page_more_changes_what_is_known(lay, tmp_path, layout_only):
    folder = lay({k: v for k, v in FILES.items() if k < "bao/4"})
    run(folder, tmp_path / "out", pipeline=layout_only, site_furniture=True)
    assert MOTTO in content(load(tmp_path / "out"), "bao/0")
    run(lay(FILES), tmp_path / "out", pipeline=layout_only, site_furniture=True)
    assert MOTTO not in content(load(tmp_path / "out"), "bao/0")


def test_what_words_or_markup_tell_is_kept():
    hints = Hints(kinds=((18, 18 + len(MOTTO), "title"),))
    docs = [Document(f"a/{v}", f"Thứ Hai, 8/7/2024\n{MOTTO}\nTin {v}\n", hints=hints) for v in VILLAGES]
    assert learn(docs).marked(docs[0]) == docs[0]


def test_the_site_of_a_page():
    assert site(Document("crawl/10", "x", "c.warc, record at 10 (https://www.Vi-Du.vn/tin/1)")) == "vi-du.vn"
    assert site(Document("bao/2024/1", "x", "bao/2024/1.txt")) == "bao/2024"
