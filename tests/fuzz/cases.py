"""Bad input, made from seeds: files of every format changed, cut and spliced, and text of what the grammars know.

A case is a function of its kind and number only, so both name it. Used by the tests of this folder and, at another
size, by benchmarks/fuzz.py.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))

import made
import portals

from dvextract.lexicon import tsv

LINES = [portals.TITLE, portals.LEAD, *portals.BODY]
ROWS = [{"id": f"p{i}", "text": line, "title": portals.TITLE, "date": "8/7/2024"} for i, line in enumerate(LINES)]


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({k: [row[k] for row in ROWS] for k in ROWS[0]}), out, compression="none")
    return out.getvalue()


def _zstd(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(data)


def _csv(mark: str) -> bytes:
    rows = [list(ROWS[0]), *([row[k] for k in ROWS[0]] for row in ROWS)]
    return "".join(mark.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows).encode()


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Whole files of a kind, by the suffix of their names."""
    jsonl = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
    text = "\n".join(LINES).encode()
    page = portals.JOOMLA.encode()
    crawl = [("https://vi-du.vn/1", page), ("https://vi-du.vn/2", portals.DIVS.encode())]
    made_of: dict[str, Callable[[], Sequence[bytes]]] = {
        ".txt": lambda: (
            text,
            text.decode().encode("utf-16"),
            made.windows_1258(portals.LEAD),
            portals.LEAD.encode().decode("cp1252", "replace").encode(),
        ),
        ".html": lambda: [p.encode() for p in (portals.JOOMLA, portals.WORDPRESS, portals.DIVS, portals.PAPER)],
        ".mht": lambda: (
            b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page,
            b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html;'
            b" charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>H=E1=BB=8Dp b=E1=BA=A3n, "
            b"ng=C3=A0y 8/7.</p>\r\n--b--\r\n",
        ),
        ".docx": lambda: (made.docx(LINES, [["a", "b"], ["c", "d"]]),),
        ".doc": lambda: (made.doc(portals.LEAD), made.rtf([portals.LEAD]), page),
        ".pdf": lambda: (made.pdf([LINES, LINES[:2]]),),
        ".rtf": lambda: (made.rtf(LINES),),
        ".jsonl": lambda: (jsonl,),
        ".csv": lambda: (_csv(","), _csv(";"), _csv(",").decode().encode("utf-16")),
        ".tsv": lambda: (_csv("\t"),),
        ".parquet": lambda: (_parquet(),),
        ".warc": lambda: (made.warc(crawl, compress=False),),
        ".warc.gz": lambda: (made.warc(crawl),),
        ".zip": lambda: (
            made.zipped({"a.txt": LINES[1], "b/c.html": page, "d.jsonl": jsonl, "e.docx": made.docx(LINES[:2])}),
        ),
        ".txt.gz": lambda: (gzip.compress(text, mtime=0), gzip.compress(text, mtime=0) * 2),
        ".jsonl.gz": lambda: (gzip.compress(jsonl, mtime=0),),
        ".txt.zst": lambda: (_zstd(text),),
    }
    return tuple(made_of[kind]())


KINDS = (
    ".txt", ".html", ".mht", ".docx", ".doc", ".pdf", ".rtf", ".jsonl", ".csv", ".tsv", ".parquet", ".warc",
    ".warc.gz", ".zip", ".txt.gz", ".jsonl.gz", ".txt.zst",
)  # fmt: skip
NEEDS = {
    ".html": "lxml", ".mht": "lxml", ".warc": "lxml", ".warc.gz": "lxml", ".zip": "lxml", ".doc": "olefile",
    ".pdf": "pypdf", ".rtf": "striprtf", ".txt.zst": "zstandard",
}  # fmt: skip
"""The package of an extra without which a kind cannot be read."""

_MARKUP = (
    b"<div>" * 300, b"<table><tr><td>", b"</", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY a '&a;'>]>",
    b"&a;", b"&#xD800;", b"&#0;", b"<script type='application/ld+json'>", b'{"@type":"NewsArticle","datePublished":9}',
    b"<meta charset=utf-7>", b"<meta charset='x\x00'>", b"<base href='http://vi-du.vn'>", b"<img src=//vi-du.vn/x>",
    b"<svg><style>", b"<plaintext>", b"<template>", b"<p " + b"a=1 " * 300 + b">",
)  # fmt: skip
_TOKENS: dict[str, tuple[bytes, ...]] = {
    ".html": _MARKUP,
    ".mht": (*_MARKUP, b"Content-Transfer-Encoding: base64\r\n\r\n", b"\r\n--b\r\n", b"charset=\xff", b"=?utf-8?q?="),
    ".docx": (*_MARKUP, b"<w:tbl>", b"<w:p>", b"</w:p>", b"word/document.xml"),
    ".pdf": (
        b"/Length -1", b"/Length 99999999999", b"/Kids [2 0 R 2 0 R]", b"/Parent 6 0 R", b"/Filter /FlateDecode",
        b"/Filter [/ASCIIHexDecode /ASCII85Decode /LZWDecode /RunLengthDecode]", b"/DecodeParms << /Predictor 15 "
        b"/Columns 999999999 >>", b"/Count 999999999", b"/Type /ObjStm /N 99999999", b"<<" * 900, b"[" * 900, b"(" * 90,
        b"startxref\n0", b"/Prev 9", b"/Encrypt << /Filter /Standard /V 4 >>", b"/Size 0", b"<" * 90, b"beginbfrange",
        b"<0000> <ffff> <0000>", b"<0000> <ffffffff> <00>", b"1e999 Tf", b"q " * 900, b"/XObject << /F 6 0 R >> /F Do",
        b"trailer << /Root 1 0 R >>", b"BI /W 9 ID", b"'", b'"', b"TJ", b"-", b"0 0 0 0 0 0 Tm", b"/Rotate 45",
    ),
    ".rtf": (
        b"{" * 3000, b"}" * 30, b"\\bin99999999 ", b"\\bin-1 ", b"\\u-99999999?", b"\\u55357?", b"\\'zz", b"\\'", b"\\",
        b"\\ansicpg0", b"\\ansicpg99999", b"{\\fonttbl{\\f0\\fcharset163 x;}}", b"\\uc99 ", b"\\par" * 300, b"|",
    ),
    ".jsonl": (
        b"[" * 2000, b'{"a":' * 2000, b'"\\ud800"', b"NaN", b"1e999", b"\\u0000", b'"text": 5,', b'"text": null,',
        b'"text": {"a": 1},', b'"id": [],', b'"id": "../../x",', b'"id": "",', b'"id": "\\u0000",', b"\x1e", b"null\n",
        b'"id": 1e308,', b'"id": "p0",', b'"id": "/etc/passwd",', b"{}\n", b"\xef\xbb\xbf", b'"date": "32/13/0000",',
    ),
    ".csv": (b'"', b'""', b'"\r"', b",,,,", b"\r", b"\x00", b"text", b";", b"\xff\xfe", b"\x1a", b'","' * 30, b"=1+1"),
    ".warc": (
        b"WARC/1.0\r\n", b"Content-Length: 99999999999\r\n", b"Content-Length: -5\r\n", b"Content-Length: x\r\n",
        b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Content-Encoding: br\r\n",
        b"HTTP/1.1 200 OK\r\n", b"ffffffffffff\r\n", b"\r\n\r\n", b"WARC-Type: response\r\n", b"Content-Type: ;;\r\n",
        b"WARC-Target-URI: \x00\xff\r\n", *_MARKUP[:6],
    ),
    ".zip": (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"../../x.txt", b"/etc/x.txt", b"\x00\x00\xff\xff" * 4),
    ".txt": (
        b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\u202e".encode(), b"\x1b[31m",
        "\u200b".encode() * 20, "a\u0301".encode() * 40, b"\xc0\xaf", "\ufffd".encode() * 9, b"\r", "\u2028".encode(),
    ),
}  # fmt: skip
for _same, _as in (
    (".doc", ".rtf"), (".tsv", ".csv"), (".warc.gz", ".warc"), (".jsonl.gz", ".jsonl"), (".txt.gz", ".txt"),
    (".txt.zst", ".txt"), (".parquet", ".zip"),
):  # fmt: skip
    _TOKENS[_same] = _TOKENS[_as]
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def changed(data: bytes, rng: random.Random, kind: str = ".txt", other: bytes = b"") -> bytes:
    """Bytes with a few places turned, cut, doubled, overwritten by numbers and tokens, or spliced with another file."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8, 30))):
        at = rng.randrange(len(found) + 1)
        size = rng.choice((1, 1, 2, 4, 16, 64, 300))
        match rng.randrange(9):
            case 0 if at < len(found):
                found[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(found):
                found[at] = rng.randrange(256)
            case 2:
                del found[at : at + size]
            case 3:
                found[at:at] = rng.randbytes(size)
            case 4:
                piece = bytes(found[at : at + size])
                found[at:at] = piece * rng.choice((1, 2, 50))
            case 5:
                number = rng.choice(_NUMBERS)
                width = rng.choice((1, 2, 4))
                found[at : at + width] = (number & (1 << 8 * width) - 1).to_bytes(width, rng.choice(("little", "big")))
            case 6:
                token = rng.choice(_TOKENS[kind])
                found[at : at + (len(token) if rng.random() < 0.5 else 0)] = token
            case 7 if rng.random() < 0.3:
                del found[at:]
            case 8 if other:
                begin = rng.randrange(len(other))
                found[at:at] = other[begin : begin + 20 * size]
    return bytes(found)


def case(kind: str, number: int) -> bytes:
    """The bytes of a bad file of a kind; inside compressed files every second change is of the content."""
    rng = random.Random(f"{kind} {number}")
    if rng.random() < 0.03:
        return rng.randbytes(rng.randrange(400))
    listed = seeds(kind)
    seed, other = rng.choice(listed), rng.choice(listed)
    inner = {".txt.gz": ".txt", ".jsonl.gz": ".jsonl", ".txt.zst": ".txt", ".warc.gz": ".warc"}.get(kind)
    if inner and rng.random() < 0.5:
        content = changed(seeds(inner)[0], rng, inner)
        return _zstd(content) if kind == ".txt.zst" else gzip.compress(content, mtime=0)
    if kind in (".docx", ".zip") and rng.random() < 0.6:
        return _repacked(kind, rng)
    if kind == ".pdf" and rng.random() < 0.5:
        return _pdf(rng)
    return changed(seed, rng, kind, other)


_MEMBERS = "a.txt", "b.html", "../c.txt", "d.jsonl", "e.docx", "f.pdf", "g.doc", "h.warc", "i.zip", "j\n.txt", "k.csv"


def _repacked(kind: str, rng: random.Random) -> bytes:
    """An archive that is in order, with members that are not."""
    if kind == ".docx":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(seeds(kind)[0])) as archive:
            xml = archive.read("word/document.xml")
        return made.zipped({"word/document.xml": changed(xml, rng, ".docx")})
    members = {}
    for name in rng.sample(_MEMBERS, 3):
        suffix = name[name.rindex(".") :]
        members[name] = changed(rng.choice(seeds(suffix)), rng, suffix)
    return made.zipped(members)


def _pdf(rng: random.Random) -> bytes:
    """A PDF whose objects and streams were changed before its table of places was written."""
    pages = [[changed(line.encode(), rng).decode("utf-8", "replace")[:200] for line in LINES[:3]] for _ in range(2)]
    pages = [[line.encode("utf-16", "ignore").decode("utf-16", "ignore") for line in page] for page in pages]
    pages = [["".join(c for c in line if " " <= c < "\ud800") or "x" for line in page] for page in pages]
    return changed(made.pdf(pages), rng, ".pdf") if rng.random() < 0.8 else made.pdf(pages)


# ---------------------------------------------------------------------------------------------- text

_LEXICONS = (
    "cues.tsv", "page_cues.tsv", "phrase_heads.tsv", "reporting_verbs.tsv", "body_heads.tsv", "event_kinds.tsv",
    "title_kinds.tsv", "abbreviations.tsv", "central_bodies.tsv", "place_kinds.tsv", "provinces.tsv",
    "document_types.tsv", "issuer_codes.tsv", "counted_nouns.tsv", "name_parts.tsv", "standing_events.tsv",
    "armed_forces.tsv", "law_names.tsv", "furniture.tsv",
)  # fmt: skip
_PIECES = (
    "ngày 30/2/2024", "ngày 8 tháng 13", "31-4", "quý V/2024", "giai đoạn 2030-2010", "năm 0000",
    "thế kỷ XXXXX", "99/99/9999", "mùng 30 tháng Giêng", "29/2/2100 âm lịch", "24 giờ 61 phút", "0h",
    "từ 1/1 đến", "đến nay", "1.000.000.000.000.000.000", "0,0,0", "1,5,3%", "½", "10-10-10", "1/0", "-5°C",
    "hàng nghìn tỷ tỷ tỷ", "số 07-NQ/TU", "số 00/QĐ-", "Quyết định số", "Nghị quyết", "năm nay", "hôm qua",
    "sáng mai", "3 năm trước", "trăm phần trăm", "hai mươi mươi mươi", "(sau đây gọi tắt là", "(Đã ký)", "“",
    "”", "\"", "'", "(", ")", "[", "]", "…", "...", ";", ":", ",", ".", "!", "?", "–", "-", "/", "&", "|", "%",
    "\n", "\n\n", "\r\n", "\t", "\u2028", "\x85", "\u00a0", "\u200b", "\ufeff", "\u0301", "\u202e", "👩‍👩‍👧",
    "🇻🇳", "ſ", "İ", "ß", "ﬁ", "Ǆ", "ͅ", "\U0010ffff", "\U000e0001", "𝐀", "ạ́̂", "١٢٣", "²", "Ⅷ", "㊙", "ông",
    "bà", "đồng chí", "Lò Văn Pâng", "Hà Thị Miền", "Vừ A", "xã Pá Ngần", "tỉnh Sơn La", "nguyên",
    "phối hợp với", "tổ chức", "nhấn mạnh:", "cho biết", "dự có", "giữa", "và", "cùng", "theo", "tại",
    "được bầu giữ chức", "Trưởng ban", "Bí thư", "Trang chủ", "Ảnh:", "Nguồn:", "Thứ Hai, 8/7/2024", "TTXVN",
    "A", "a", "1", "=1+1", "\x1b[0m",
)  # fmt: skip


@cache
def vocabulary() -> tuple[str, ...]:
    """Words of the lexicons, in which the rules are written, and what formats trip on."""
    words = {row[0] for name in _LEXICONS for row in tsv.rows(name) if row[0]}
    return (*sorted(words), *(piece for piece in _PIECES for _ in range(20)))


def text(number: int) -> str:
    """A page of words that rules look for, in an order nobody wrote; now and then any characters at all."""
    rng = random.Random(f"text {number}")
    style = rng.randrange(10)
    if style == 0:
        return "".join(chr(rng.choice((rng.randrange(32, 0x2000), rng.randrange(0xD7FF), 10))) for _ in range(200))
    if style == 1:
        piece = " ".join(rng.choices(vocabulary(), k=rng.randrange(1, 4)))
        return (piece + rng.choice((" ", "", ", ", "\n"))) * rng.randrange(2, 150)
    if style == 2:
        return changed("\n".join(LINES).encode(), rng).decode("utf-8", "replace")
    words = rng.choices(vocabulary(), k=rng.randrange(1, 150))
    blanks = rng.choice(((" ",), (" ", " ", ", ", ". ", "\n"), ("", " "), (" ", "; ", ": ", " (", ") ")))
    return "".join(word + rng.choice(blanks) for word in words)


# ---------------------------------------------------------------------------------------------- files of the user's

TOML = b"""name = "mine"
description = "x"
[[follow]]
phrase = "D\xc3\xa2n v\xe1\xba\xadn kh\xc3\xa9o"
variants = ["kh\xc3\xa9o d\xc3\xa2n v\xe1\xba\xadn", "DVK"]
kind = "slogan"
quotes = "optional"
unaccented = false
[[stages]]
name = "layout"
join_wrapped = true
[[stages]]
name = "segment"
pos = true
[[stages]]
name = "grammar"
lexicons = ["own.tsv"]
sure = true
"""
LEXICON = (
    "wording\tlabel\tkind\tcase\nNếp sống mới\tPHRASE\tmovement\tany\nTổ dân vận\tORGANISATION\t\texact\n"
).encode()
_OWN_TOKENS = (
    b"[" * 3000, b"a." * 500, b'"""', b"'''", b"0x", b"1979-05-27T00:32:00.999999-07:00", b"nan", b"inf",
    b"{a={", b"[[stages]]\n", b"name = ", b'name = "recogniser"\nuse = "os:system"\n',
    b'name = "tagger"\nmodel = "/etc/passwd"\n', b'lexicons = ["../../../etc/passwd"]\n', b"\t", b"\t\t\t",
    b"\x00", b"\r", b"#", b"\xff", b"\xef\xbb\xbf", b"= true\n", b"(a+)+$", b"(?{x})", b"\\", b"\xed\xa0\x80",
    b"9" * 5000, "ạ́".encode() * 50,
)  # fmt: skip


def own(kind: str, number: int) -> bytes:
    """A broken file of those a user writes: ``.toml`` (a pipeline) or ``.tsv`` (a lexicon)."""
    rng = random.Random(f"own {kind} {number}")
    data = bytearray(TOML if kind == ".toml" else LEXICON)
    for _ in range(rng.choice((1, 2, 5))):
        at = rng.randrange(len(data) + 1)
        if rng.random() < 0.5:
            data[at:at] = rng.choice(_OWN_TOKENS)
        else:
            data = bytearray(changed(bytes(data), rng))
    return bytes(data)
