"""Inputs that are broken, or made to hurt: a row in `rejects`, never a traceback, a hang, or a file elsewhere."""

import gzip
import io
import json
import os
import struct
import sys
import zipfile
from pathlib import Path

import made
import portals
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dvextract import load, run
from dvextract.document import Document
from dvextract.reading import inputs, streams
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.inputs import Columns, Reject, Source, list_sources, read
from dvextract.reading.pages import read_bytes

BOMB_DTD = f"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<w:document {made.W}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"""
OUTSIDE = f"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<w:document {made.W}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"""
GZ = gzip.compress(portals.LEAD.encode() * 50)


def shared_zip():
    """A ZIP whose directory names one member's bytes five hundred times."""
    data = made.zipped({"a.txt": os.urandom(300).hex()})
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    entry = data[start:end]
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 500, 500, 500 * len(entry))
    return data[:start] + entry * 500 + bytes(tail)


def packed_badly(method):
    """A ZIP whose member is broken in the middle of what a rarer method of compression made."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        archive.writestr("a.txt", portals.LEAD * 50)
    data = bytearray(whole.getvalue())
    at = data.find(b"a.txt") + 5
    data[at : at + 40] = b"\xff" * 40
    return bytes(data)


CASES = {
    "a.txt.gz": (GZ[:-20], "cut"),
    "b.txt.gz": (GZ[:30] + b"\x00\xff\x13" * 9 + GZ[57:], "damaged"),
    "c.txt.gz": (b"not gzip at all", "damaged"),
    "d.txt.gz": (gzip.compress(bytes(200_000_000), 9), "bomb"),
    "e.jsonl.gz": (gzip.compress(bytes(200_000_000), 9), "bomb"),
    "f.zip": (b"PK\x03\x04 no zip", "damaged"),
    "g.zip": (made.zipped({"a.txt": bytes(100_000_000)}), "bomb"),
    "h.zip": (shared_zip(), "bomb"),
    "i.docx": (made.docx([], document=BOMB_DTD), "forbidden-xml"),
    "j.docx": (made.docx([], document=OUTSIDE), "forbidden-xml"),
    "k.docx": (made.docx([], document="<w:document"), "damaged"),
    "ka.docx": (made.docx([], document="<?xml version='1.0' encoding='x-y'?><w:document/>"), "damaged"),
    "kb.docx": (made.docx([], document="<?xml version='1.0' encoding='big5'?><w:document/>"), "damaged"),
    "l.docx": (made.zipped({"a.txt": "x"}), "not-docx"),
    "m.docx": (made.docx([], document=f"<a {made.W}>" + "<b>" * 5000), "forbidden-xml"),
    "n.docx": (b"\xd0\xcf\x11\xe0", "damaged"),
    "o.docx": (made.docx([], document=" " * 100_000_000 + "<a/>"), "bomb"),
    "p.docx": (made.docx([]), "no-text"),
    "q.warc": (made.warc([("https://vi-du.vn", b"x" * 99)], compress=False)[:-300], "cut"),
    "r.warc": (b"no warc\r\n\r\n", "not-warc"),
    "s.warc": (b"WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n", "not-warc"),
    "t.parquet": (b"PAR1 no parquet PAR1", "damaged"),
    "u.csv": ("text\nHọp\x00bản\n", "binary"),
    "v.jsonl": ('{"text": "Họp', "not-json"),
    "w.txt": (b"\x00" * 1000, "binary"),
    "x.doc": (b"anything", "not-doc"),
    "y.mht": (b"MIME-Version: 1.0\r\n\r\n", "not-html"),
    "z.zip": (made.zipped({}), "empty"),
    "za.zip": (packed_badly(zipfile.ZIP_LZMA), "damaged"),
    "zc.zip": (made.zipped({"": "Họp bản."}), "bad-name"),
    "zb.zip": (packed_badly(zipfile.ZIP_BZIP2), "damaged"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_refused_and_why(lay, name):
    content, code = CASES[name]
    sources, rejects = list_sources([lay({name: content})])
    found = [r for s in sources for r in read(s, Columns())] + rejects
    assert {r.error for r in found} == {code}
    assert all(isinstance(r, Reject) and r.message for r in found)


def test_all_of_them_in_one_run(lay, tmp_path, layout_only):
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    folder = lay({name: content for name, (content, _) in CASES.items()} | {"good.txt": portals.LEAD})
    inside = {p for p in folder.rglob("*") if p.is_file()}
    out = tmp_path / "out"
    summary = run(folder, out, pipeline=layout_only, workers=2)
    tables = load(out)
    assert summary.pages == 1
    assert {Path(s.split(", ")[0]).name for s in tables.rejects.source} == set(CASES)
    elsewhere = {p for p in tmp_path.rglob("*") if p.is_file()} - before - inside
    assert all(p.is_relative_to(out) for p in elsewhere)


def test_what_stands_before_a_break_is_used(lay):
    lines = "".join(json.dumps({"text": f"Họp bản lần {i}."}) + "\n" for i in range(5000)).encode()
    folder = lay(
        {
            "a.jsonl.gz": gzip.compress(lines)[:-30],
            "c.warc.gz": made.warc([("https://vi-du.vn/1", b"Hop")], content_type="text/plain"),
        }
    )
    (source, crawl), _ = list_sources([folder])
    found = list(read(source, Columns()))
    assert len([p for p in found if isinstance(p, Document)]) > 1000
    assert found[-1].error == "cut"
    whole = (folder / "c.warc.gz").read_bytes()
    (folder / "c.warc.gz").write_bytes(whole + b"rubbish" + whole)  # one record damaged, the ones after it found again
    found = list(read(crawl, Columns()))
    assert [getattr(p, "error", "page") for p in found] == ["page", "damaged", "page"]


def test_a_line_without_an_end(lay, monkeypatch):
    from dvextract.reading import records

    for module in (streams, records):
        monkeypatch.setattr(module, "LARGEST", 1000)
    content = json.dumps({"text": "x" * 5000}) + "\n" + json.dumps({"text": "Họp."}) + "\n"
    (source,), _ = list_sources([lay({"a.jsonl": content})])
    assert [getattr(p, "error", "page") for p in read(source, Columns())] == ["too-large", "page"]
    (page,), _ = list_sources([lay({"b.txt": "x" * 5000}, "two")])
    assert [p.error for p in read(page, Columns())] == ["too-large"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_links_that_lead_in_circles(lay, tmp_path):
    folder = lay({"a.txt": "Họp", "sub/b.txt": "Họp"})
    os.mkfifo(folder / "p.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "up").symlink_to(folder)
    (folder / "sub" / "over").symlink_to(tmp_path)
    sources, rejects = list_sources([folder])
    assert [s.doc_id for s in sources] == ["a", "sub/b"]
    assert sorted((r.doc_id, r.error) for r in rejects) == [
        ("loop", "unreadable"), ("p", "not-a-file"), ("sub/over", "linked-folder"), ("up", "linked-folder"),
    ]  # fmt: skip


NAMES = [
    "dòng\nmới.txt",
    'ngoặc "kép".txt',
    "-rf.txt",
    "dấu, phẩy.txt",
    "a b\tc.txt",
    "'; drop.txt",
    "….txt",
    " .txt",
    "=1+1.txt",
]


@pytest.mark.skipif(sys.platform == "win32", reason="the file system refuses such names")
def test_names_of_files(tables_of):
    tables = tables_of(dict.fromkeys(NAMES, "Họp bản."))
    assert sorted(tables.documents.doc_id) == sorted(n.removesuffix(".txt") for n in NAMES)


def test_what_a_browser_saves_beside_a_page_is_no_input(lay):
    beside = {"Trang_files/a.js": "x", "Trang_files/b.htm": "x", "other_files/c.txt": "x", "Trang/d.txt": "x"}
    folder = lay({"Trang.html": "<p>x", **beside})
    for where in (folder, f"file://{folder}"):
        sources, rejects = list_sources([where])
        assert [s.doc_id for s in sources] == ["Trang", "Trang/d", "other_files/c"]
        assert rejects == []


# ---------------------------------------------------------------------------------------------- HTML

PROSE = "".join(f"<p>{b}</p>" for b in portals.BODY)
HTML = {
    "wide": "<ul>" + "<li>Một dòng ngắn ở đây</li>" * 20_000 + "</ul>" + PROSE,
    "unclosed": "<p>" * 20_000 + portals.LEAD,
    "attributes": "<div " + " ".join(f"a{i}=1" for i in range(50_000)) + ">" + PROSE,
    "entities": "<!DOCTYPE html [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><p>&b; " + PROSE,
    "outside": "<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><p>&a; " + PROSE,
    "nulls": "<p>\x00\x00" + PROSE,
    "surrogates": "<p>&#xD83D; &#0; &#x110000; " + PROSE,
    "tables": "<table><tr><td>" * 200 + PROSE,
    "json": f"<script type='application/ld+json'>{'[' * 900 + ']' * 900}</script>" + PROSE,
}


@pytest.mark.parametrize("name", HTML)
def test_html_made_to_hurt(name):
    pytest.importorskip("lxml")
    page = read_bytes("html", HTML[name].encode())
    assert portals.BODY[3] in page.text or portals.LEAD in page.text


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td", "b"])
def test_html_deeper_than_any_page(tag):
    pytest.importorskip("lxml")
    try:
        assert read_bytes("html", (f"<{tag}>" * 50_000 + PROSE).encode()).text
    except UnreadableText as refused:
        code = refused.code
    else:
        code = "no-text"
    assert code == "no-text"


# ---------------------------------------------------------------------------------------------- anything at all

KINDS = ["text", "html", "mhtml", "docx", "doc", "pdf", "rtf"]
LIBRARIES = {"html": "lxml", "mhtml": "lxml", "doc": "olefile", "pdf": "pypdf", "rtf": "striprtf"}
SEEDS = {
    "text": portals.LEAD.encode(),
    "html": portals.JOOMLA.encode(),
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + portals.DIVS.encode(),
    "docx": made.docx([portals.LEAD], [["a", "b"]]),
    "doc": made.doc(portals.LEAD),
    "pdf": made.pdf([[portals.TITLE, portals.BODY[0]]]),
    "rtf": made.rtf([portals.LEAD]),
}
WHOLE = {
    "a.warc.gz": made.warc([("https://vi-du.vn/1", b"Hop ban")], content_type="text/plain"),
    "a.warc": made.warc([("https://vi-du.vn/1", b"Hop ban")], compress=False, content_type="text/plain"),
    "a.zip": made.zipped({"a.txt": portals.LEAD, "b.jsonl": '{"text": "x"}\n'}),
    "a.jsonl.gz": gzip.compress(b'{"text": "Hop ban"}\n' * 3),
    "a.csv": "id,text\n1,Họp bản\n".encode(),
    "a.jsonl": '{"id": 1, "text": "Họp bản"}\n'.encode(),
}


def changed(seed):
    """Bytes of a file with stretches cut out, put in or turned."""
    return st.lists(
        st.tuples(st.integers(0, len(seed)), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=4
    ).map(lambda edits: _edited(seed, edits))


def _edited(seed, edits):
    for at, gone, new in edits:
        seed = seed[:at] + new + seed[at + gone :]
    return seed


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_bytes_are_a_page_or_a_reason(kind, data):
    if library := LIBRARIES.get(kind):
        pytest.importorskip(library)
    content = data.draw(st.one_of(st.binary(max_size=200), changed(SEEDS[kind])))
    try:
        page = read_bytes(kind, content)
    except UnreadableText:
        return
    assert page.text.strip()
    page.text.encode()
    assert [page.text[o.start : o.end] for o in page.origins] == (page.text.split("\n") if page.origins else [])


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_are_pages_or_rejects(name, data, tmp_path):
    content = data.draw(st.one_of(st.binary(max_size=200), changed(WHOLE[name])))
    path = tmp_path / name
    path.write_bytes(content)
    found = list(read(Source(str(path), "a", len(content)), Columns(id="id")))
    assert found
    assert all(isinstance(p, Document | Reject) for p in found)


@given(st.text(max_size=300))
def test_any_text_of_a_page_is_read_as_it_is_or_says_that_it_was_mended(text):
    try:
        page = read_bytes("text", text.encode("utf-8", "surrogatepass"))
    except UnreadableText:
        return
    if page.text_is_source:
        assert page.text == text.removeprefix("\ufeff")
    assert inputs.page_of("a", "a.txt", "text", text.encode("utf-8", "surrogatepass")).text == page.text


def test_a_zip_with_a_password_is_refused_member_by_member(lay):
    data = bytearray(made.zipped({"a.txt": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    assert zipfile.is_zipfile(lay({"a.zip": bytes(data)}) / "a.zip")
    (source,), _ = list_sources([lay({"a.zip": bytes(data)}, "again")])
    assert [p.error for p in read(source, Columns())] == ["encrypted"]
