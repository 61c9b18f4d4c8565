"""Files of every format with given lines in them, written byte by byte: no test needs a program to make them."""

import gzip
import io
import struct
import unicodedata
import zipfile
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(lines, table=(), document=None, fonts="", **members):
    """A Word document of paragraphs, then a table of rows of cells; ``members`` are more files in it."""

    def paragraph(text):
        run = f'<w:rPr><w:rFonts w:ascii="{fonts}"/></w:rPr>' if fonts else ""
        return f'<w:p><w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    rows = "".join(f"<w:tr>{''.join(f'<w:tc>{paragraph(c)}</w:tc>' for c in row)}</w:tr>" for row in table)
    body = "".join(map(paragraph, lines)) + (f"<w:tbl>{rows}</w:tbl>" if rows else "")
    xml = document or f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": xml, **members})


def zipped(members):
    """A ZIP of texts or bytes by name."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def pdf(pages):
    """A PDF of pages of lines, in a font whose codes a ToUnicode map explains, as word processors write it."""
    letters = sorted({c for page in pages for line in page for c in line})
    code = {c: i + 1 for i, c in enumerate(letters)}
    cmap = "".join(f"<{code[c]:04x}> <{ord(c):04x}>\n" for c in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(letters)} beginbfchar\n{cmap}endbfchar\nendcmap"
        " end end"
    )
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    )
    objects.append(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        " /Supplement 0 >> /DW 500 >>"
    )
    objects.append(_stream(cmap))
    kids = []
    for page in pages:
        drawn = "".join(
            f"BT /F1 10 Tf 50 {780 - 14 * i} Td <{''.join(f'{code[c]:04x}' for c in line)}> Tj ET\n"
            for i, line in enumerate(page)
        )
        objects.append(_stream(drawn))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{k} 0 R' for k in kids)}] /Count {len(kids)} >>"
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{p:010d} 00000 n \n" for p in places)
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{tail}".encode()


def _stream(content):
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def rtf(lines):
    """An RTF file with every letter beyond ASCII as \\u."""
    body = "\\par\n".join("".join(c if c < "\x7f" else f"\\u{ord(c)}?" for c in line) for line in lines)
    return ("{\\rtf1\\ansi\\ansicpg1252\\uc1 " + body + "\\par}").encode("ascii")


def warc(pages, compress=True, status="200 OK", content_type="text/html; charset=utf-8", more=b""):
    """A WARC file of (address, body) with a request before every response, and each record a gzip member."""
    records = [_record("warcinfo", "", "application/warc-fields", b"software: x\r\n")]
    for address, body in pages:
        records.append(_record("request", address, "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"))
        head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n\r\n".encode()
        records.append(_record("response", address, "application/http; msgtype=response", head + body))
        image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"
        records.append(_record("response", address + ".png", "application/http; msgtype=response", image))
    return b"".join(gzip.compress(r, mtime=0) if compress else r for r in records) + more


def _record(kind, address, content_type, block):
    target = f"WARC-Target-URI: {address}\r\n" if address else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\n{target}Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def doc(text, wide=True, encoding="cp1252"):
    """A binary Word document of one piece of text: a compound file of two streams."""
    content = text.encode("utf-16-le") if wide else text.encode(encoding)
    begin = 0x400
    fib = bytearray(begin)
    struct.pack_into("<H", fib, 0, 0xA5EC)
    struct.pack_into("<H", fib, 0x0A, 0x0200)
    struct.pack_into("<i", fib, 0x4C, len(text))
    where = begin if wide else (begin * 2) | 0x40000000
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, where, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", fib, 0x01A2, 0, len(clx))
    return _compound({"WordDocument": bytes(fib) + content, "1Table": clx})


def _compound(streams):
    """A compound file (MS-CFB) of streams long enough to need no small sectors."""
    size = 512
    padded = {n: s + b"\x00" * (max(4096, len(s)) - len(s)) for n, s in streams.items()}
    sectors, chain, starts = [], [], {}
    for name, content in padded.items():
        starts[name] = len(sectors)
        parts = [content[i : i + size].ljust(size, b"\x00") for i in range(0, len(content), size)]
        chain += [len(sectors) + i + 1 for i in range(len(parts) - 1)] + [0xFFFFFFFE]
        sectors += parts
    directory_at = len(sectors)
    names = list(padded)
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for i, name in enumerate(names):
        entries.append(
            _entry(name, 2, starts[name], len(padded[name]), right=i + 2 if i + 1 < len(names) else 0xFFFFFFFF)
        )
    entries += [bytes(128)] * (4 - len(entries))
    sectors.append(b"".join(entries))
    chain += [0xFFFFFFFE, 0xFFFFFFFD]
    fat_at = len(sectors)
    sectors.append(struct.pack("<128I", *(chain + [0xFFFFFFFF] * (128 - len(chain)))))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", fat_at, *([0xFFFFFFFF] * 108))
    return head + b"".join(sectors)


def _entry(name, kind, start, size, child=0xFFFFFFFF, right=0xFFFFFFFF):
    encoded = (name + "\x00").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child)
    return encoded.ljust(64, b"\x00") + links + bytes(36) + struct.pack("<IQ", start, size)


def windows_1258(text):
    """Text in windows-1258: letters with their marks as far as it has them, tones behind."""
    out = b""
    for c in text:
        try:
            out += c.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", c)
            tone = next(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
            out += unicodedata.normalize("NFC", parts.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
    return out
