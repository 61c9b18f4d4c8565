"""Every format, from its bytes to the tables of a run."""

import base64
import gzip
import json
import sys

import made
import portals
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dvextract import load, run

LINES = [portals.TITLE, portals.LEAD, *portals.BODY]
TEXT = "\n".join(LINES)
ROWS = [{"text": f"{TEXT}\nKỳ {i}.", "so": i} for i in range(3)]
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
CSV = "so,text\n" + "".join(f'{r["so"]},"{r["text"]}"\n' for r in ROWS)


def zst(data):
    return pytest.importorskip("zstandard").compress(data)


def parquet(rows, **options):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink, **options)
    return sink.getvalue().to_pybytes()


def mhtml(page):
    body = base64.encodebytes(page.encode()).decode()
    return (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html; '
        f'charset="utf-8"\nContent-Transfer-Encoding: base64\n\n{body}\n--B--\n'
    )


NEEDS = {".html": "lxml", ".mht": "lxml", ".pdf": "pypdf", ".rtf": "striprtf", ".doc": "olefile", ".warc": "lxml"}
PAGES = {
    "a.txt": lambda: TEXT,
    "a.docx": lambda: made.docx(LINES),
    "a.pdf": lambda: made.pdf([LINES[:3], LINES[3:]]),
    "a.rtf": lambda: made.rtf(LINES),
    "a.doc": lambda: made.doc("\r".join(LINES) + "\r"),
    "a.html": lambda: portals.WORDPRESS,
    "a.mht": lambda: mhtml(portals.WORDPRESS),
    "a.txt.gz": lambda: gzip.compress(TEXT.encode()),
    "a.docx.gz": lambda: gzip.compress(made.docx(LINES)),
    "a.txt.zst": lambda: zst(TEXT.encode()),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_every_format(tables_of, content_of, name):
    if library := NEEDS.get("." + name.split(".")[1]):
        pytest.importorskip(library)
    tables = tables_of({name: PAGES[name]()})
    assert tables.documents.doc_id.tolist() == ["a"]
    assert len(tables.rejects) == 0
    content = content_of(tables, "a")
    assert [line for line in LINES if line not in content] == []
    assert tables.documents.title[0] == portals.TITLE
    assert tables.documents.text_is_source[0] == name.startswith("a.txt")


RECORDS = {
    "a.jsonl": lambda: JSONL,
    "a.jsonl.gz": lambda: gzip.compress(JSONL),
    "a.ndjson.zst": lambda: zst(JSONL),
    "a.csv": lambda: CSV,
    "a.csv.gz": lambda: gzip.compress(CSV.encode()),
    "a.tsv": lambda: CSV.replace("so,text", "so\ttext").replace(',"', '\t"'),
    "a.parquet": lambda: parquet(ROWS, row_group_size=1),
    "a.parquet.gz": lambda: gzip.compress(parquet(ROWS)),
}


@pytest.mark.parametrize("name", RECORDS)
def test_rows_of_every_format(tables_of, name):
    tables = tables_of({name: RECORDS[name]()})
    assert tables.documents.doc_id.tolist() == ["a/1", "a/2", "a/3"]
    assert set(tables.documents.title) == {portals.TITLE}
    assert len(tables.rejects) == 0
    assert tables_of({name: RECORDS[name]()}, id_column="so").documents.doc_id.tolist() == ["a/0", "a/1", "a/2"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "a.parquet"])
def test_an_id_met_twice_is_a_reject_in_every_format(tables_of, name):
    rows = [{"text": "Họp bản.", "id": i % 2} for i in range(4)]
    lines = "".join(json.dumps(r) + "\n" for r in rows).encode()
    content = {
        "a.jsonl": lines,
        "a.jsonl.gz": gzip.compress(lines),
        "a.csv": "id,text\n" + "".join(f"{r['id']},{r['text']}\n" for r in rows),
        "a.parquet": parquet(rows, row_group_size=1),
    }
    tables = tables_of({name: content[name]}, id_column="id")
    assert tables.documents.doc_id.tolist() == ["a/0", "a/1"]
    assert tables.rejects.error.tolist() == ["duplicate-id"] * 2


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_columns_state_title_date_author_and_outlet(tables_of, name):
    row = {"text": TEXT, "t": portals.TITLE, "d": "08/07/2024 16:40", "a": "Hà Thu Lan", "o": "Báo Hưng Sơn"}
    bad = {**row, "d": "hôm qua"}
    keys = ",".join(row)
    cells = "".join(",".join(f'"{v}"' for v in r.values()) + "\n" for r in (row, bad))
    lines = "".join(json.dumps(r) + "\n" for r in (row, bad))
    content = {"a.jsonl": lines, "a.csv": f"{keys}\n{cells}", "a.parquet": parquet([row, bad])}
    tables = tables_of({name: content[name]}, title_column="t", date_column="d", author_column="a", outlet_column="o")
    page = tables.documents.iloc[0]
    assert (page.title, page.published_date, page.author, page.outlet) == (
        portals.TITLE, "2024-07-08T16:40", "Hà Thu Lan", "Báo Hưng Sơn",
    )  # fmt: skip
    assert page.reference_date == "2024-07-08"
    assert tables.blocks[tables.blocks.doc_id == "a/1"].kind.iloc[0] == "title"
    assert tables.warnings[["doc_id", "kind"]].to_numpy().tolist() == [["a/2", "date-unread"]]


WARCS = {
    "crawl.warc.gz": lambda pages: made.warc(pages),
    "crawl.warc": lambda pages: made.warc(pages, compress=False),
    "crawl.warc.zst": lambda pages: zst(made.warc(pages, compress=False)),
}
CRAWLED = [("https://vi-du.vn/1", portals.PAPER.encode()), ("https://vi-du.vn/2", portals.TABLES.encode())]


@pytest.mark.parametrize("name", [*WARCS, "one-member.warc.gz"])
def test_a_crawl(tables_of, content_of, name):
    pytest.importorskip("lxml")
    whole_in_one = gzip.compress(made.warc(CRAWLED, compress=False))
    tables = tables_of({name: WARCS[name](CRAWLED) if name in WARCS else whole_in_one})
    assert len(tables.rejects) == 0
    assert [s.split("(")[1] for s in tables.documents.source] == ["https://vi-du.vn/1)", "https://vi-du.vn/2)"]
    for doc_id in tables.documents.doc_id:
        assert portals.BODY[3] in content_of(tables, doc_id)


def test_responses_that_are_no_pages_are_passed_over(tables_of):
    pytest.importorskip("lxml")
    moved = made.warc([("https://vi-du.vn/0", b"x")], status="302 Found")
    chunked = b"%x\r\n" % len(portals.DIVS.encode()) + portals.DIVS.encode() + b"\r\n0\r\n\r\n"
    sent = made.warc([("https://vi-du.vn/1", chunked)], content_type="text/html\r\nTransfer-Encoding: chunked")
    packed = gzip.compress(portals.DIVS.encode())
    zipped = made.warc([("https://vi-du.vn/2", packed)], content_type="text/html\r\nContent-Encoding: gzip")
    tables = tables_of({"a.warc.gz": moved + sent + zipped})
    assert tables.documents.title.tolist() == [portals.TITLE] * 2
    assert len(tables.rejects) == 0


def test_an_archive_of_all_sorts(tables_of):
    members = {
        "x.txt": TEXT,
        "s/y.docx": made.docx(LINES),
        "t.jsonl.gz": gzip.compress(JSONL),
        "z.parquet": parquet(ROWS),
        ".hidden.txt": "x",
        "__MACOSX/x.txt": "x",
        "../evil.txt": "x",
        "a.tif": "x",
        "in.zip": made.zipped({"a.txt": "x"}),
    }
    tables = tables_of({"n.zip": made.zipped(members)})
    assert tables.documents.doc_id.tolist() == [
        "n/x",
        "n/s/y",
        *(f"n/t/{i}" for i in (1, 2, 3)),
        *(f"n/z/{i}" for i in (1, 2, 3)),
    ]
    assert tables.rejects[["doc_id", "error"]].to_numpy().tolist() == [
        ["n/../evil", "bad-name"], ["n/a.tif", "unknown-type"], ["n/in", "unknown-type"],
    ]  # fmt: skip


def test_all_formats_through_the_whole_chain_with_one_and_two_workers(lay, tmp_path):
    for library in {*NEEDS.values(), "zstandard"}:
        pytest.importorskip(library)
    files = {f"{i}/{name}": make() for i, (name, make) in enumerate({**PAGES, **RECORDS}.items())}
    files["c.warc.gz"] = made.warc(CRAWLED)
    folder = lay(files)
    run(folder, tmp_path / "one")
    run(folder, tmp_path / "two", workers=2)
    for path in sorted((tmp_path / "one").iterdir()):
        if path.is_file() and path.name != "run.json":
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
    tables = load(tmp_path / "one")
    assert len(tables.rejects) == 0
    assert len(tables.documents) == len(PAGES) + 3 * len(RECORDS) + 2
    persons = tables.mentions[tables.mentions.text == "Vừ A Páo"]
    assert set(persons.doc_id) == set(tables.documents.doc_id)
    texts = {
        r["doc_id"]: r["text"] for r in map(json.loads, (tmp_path / "one" / "records.jsonl").open(encoding="utf-8"))
    }
    for row in tables.origins.itertuples():
        assert texts[row.doc_id][row.start : row.end].strip()


# ---------------------------------------------------------------------------------------------- word, pdf


def test_a_table_of_a_word_document(tables_of):
    tables = tables_of({"a.docx": made.docx(LINES, [["Huyện", "Mô hình"], ["Mường Pảo", "112"]])})
    assert "Huyện\tMô hình" in tables.blocks.text.tolist()
    assert tables.origins.place.tolist()[-2:] == ["table 1, row 1", "table 1, row 2"]


def test_capitals_of_a_legacy_font_for_headings(tables_of):
    tables = tables_of(
        {"a.docx": made.docx(["Céng hoµ x· héi chñ nghÜa ViÖt Nam", "§éc lËp - Tù do - H¹nh phóc"], fonts=".VnTimeH")}
    )
    assert tables.documents.encoding[0] == "utf-8/tcvn3"
    assert "\n".join(tables.blocks.text) == "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐỘC LẬP - TỰ DO - HẠNH PHÚC"


def test_deleted_text_and_fallbacks_are_left_out():
    from dvextract.reading.word import read_docx

    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    xml = f"""<w:document {made.W} {mc}><w:body><w:p><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>
    <w:ins><w:r><w:t>mới</w:t><w:tab/><w:t>sau</w:t><w:br/><w:t>dưới</w:t></w:r></w:ins><mc:AlternateContent>
    <mc:Fallback><w:r><w:t>hai lần</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p></w:body></w:document>"""
    assert read_docx(made.docx([], document=xml)).text == "mới\tsau\ndưới"


def test_lines_of_a_pdf_are_paragraphs_again_and_running_heads_go(tables_of):
    pytest.importorskip("pypdf")
    head = "Tài liệu hội nghị"
    broken = ["Ban Dân vận Tỉnh ủy Hưng Sơn phối hợp với Hội Nông dân", "tỉnh tổ chức hội nghị sơ kết ở bản."]
    villages = ("Huổi Lưa", "Pá Lông", "Nậm Hin", "Hua Sa")
    pages = [
        [head, f"Phần nói về bản {v}.", *broken, f"Bà con bản {v} đã nhất trí.", f"- {n} -"]
        for n, v in enumerate(villages, 1)
    ]
    tables = tables_of({"a.pdf": made.pdf(pages)})
    text = tables.blocks.text.tolist()
    assert " ".join(broken) in text
    assert head not in text
    assert not any(t.startswith("- ") for t in text)
    assert (
        "112" in tables_of({"a.pdf": made.pdf([*pages[:3], [*pages[3], "112"]])}).blocks.text.tolist()
    )  # no page number
    assert tables.origins.place.unique().tolist() == ["page 1", "page 2", "page 3", "page 4"]


def test_pages_that_are_pictures_are_told(tables_of):
    pytest.importorskip("pypdf")
    tables = tables_of({"a.pdf": made.pdf([LINES, []]), "b.pdf": made.pdf([[], []])})
    assert tables.warnings[["doc_id", "kind"]].to_numpy().tolist() == [["a", "pages-without-text"]]
    assert tables.rejects[["doc_id", "error"]].to_numpy().tolist() == [["b", "no-text"]]


@pytest.mark.parametrize(
    ("data", "module"),
    [(made.rtf(LINES), "striprtf"), (made.docx(LINES), "zipfile"), (portals.WORDPRESS.encode(), "lxml")],
)
def test_a_doc_that_is_something_else(tables_of, data, module):
    pytest.importorskip(module)
    tables = tables_of({"a.doc": data})
    assert portals.BODY[0] in tables.blocks.text.tolist()


def test_eight_bit_text_and_fields_of_an_old_word_document():
    pytest.importorskip("olefile")
    from dvextract.reading.oldword import read_doc

    page = read_doc(made.doc('Héi nghÞ \x13HYPERLINK "x"\x14c«ng t¸c\x15 d©n vËn\rB¶n\x07sè hé\x07\x07', wide=False))
    assert (page.text, page.encoding) == ("Hội nghị công tác dân vận\nBản\tsố hộ", "doc/tcvn3")


@pytest.mark.parametrize(
    ("name", "extra"),
    [("a.html", "html"), ("a.pdf", "pdf"), ("a.rtf", "rtf"), ("a.doc", "doc"), ("a.txt.zst", "zst")],
)
def test_a_missing_library_is_named(tables_of, monkeypatch, name, extra):
    for module in ("lxml.html", "pypdf", "striprtf.striprtf", "olefile", "zstandard"):
        monkeypatch.setitem(sys.modules, module, None)
    content = made.doc("Họp") if name == "a.doc" else b"{\\rtf1 x}" if name == "a.rtf" else b"<p>x"
    tables = tables_of({name: content})
    assert tables.rejects.error.tolist() == ["missing-extra"]
    assert f"pip install 'dvextract[{extra}]'" in tables.rejects.message[0]
