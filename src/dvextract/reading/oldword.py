"""The text of a .doc file of Word 97 to 2003, by its piece table; the OLE container is olefile's.

Format: [MS-DOC], 2.4.1 "Retrieving Text"; the text of headers, notes and boxes lies behind the main text and is not
read.
"""

from __future__ import annotations

import io
import re
import struct

from dvextract.reading.decoding import UnreadableText
from dvextract.reading.extras import load
from dvextract.reading.stretches import Extracted, Stretch, put_together

_ADVICE = "save it as .docx (Word, or: soffice --headless --convert-to docx FILE)"
_WORD = 0xA5EC
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_DROPPED = dict.fromkeys([*range(1, 7), 8, *range(0x0E, 0x13), *range(0x13, 0x1E), 0x00])
_KEPT = {0x1E: "-", 0x1F: "\u00ad", 0x0B: "\r", 0x0C: "\r", 0x0E: "\r"}
_FIELDS_DEEP = 8


def read_doc(data: bytes) -> Extracted:
    """The text of a binary Word document; raises UnreadableText."""
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableText("not-doc", f"this is no Word document; {_ADVICE}")
    olefile = load("olefile", "doc", "a .doc file")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            main = container.openstream("WordDocument").read()
            (flags,) = struct.unpack_from("<H", main, 0x0A)
            table = container.openstream("1Table" if flags & 0x0200 else "0Table").read()
        text = _text(main, table, flags)
    except UnreadableText:
        raise
    except Exception as e:  # olefile and struct raise many kinds for a broken container
        raise UnreadableText("damaged", f"the .doc file cannot be read ({type(e).__name__}); {_ADVICE}") from e
    found = [Stretch(line, f"paragraph {i}") for i, line in enumerate(_lines(text), 1)]
    return put_together(found, "doc")


def _text(main: bytes, table: bytes, flags: int) -> str:
    """The main text, its pieces in order."""
    if struct.unpack_from("<H", main, 0)[0] != _WORD:
        raise UnreadableText("old-word", f"written by a Word older than 97; {_ADVICE}")
    if flags & 0x0100:
        raise UnreadableText("encrypted", f"it needs a password; {_ADVICE}")
    (length,) = struct.unpack_from("<i", main, 0x4C)
    begin, size = struct.unpack_from("<II", main, 0x01A2)
    clx = table[begin : begin + size]
    at = 0
    while clx[at] == 1:  # property modifications stand before the piece table
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    (size,) = struct.unpack_from("<I", clx, at + 1)
    pieces = clx[at + 5 : at + 5 + size]
    number = (len(pieces) - 4) // 12
    places = struct.unpack_from(f"<{number + 1}I", pieces, 0)
    found = []
    for i in range(number):
        count = min(places[i + 1], length) - places[i]
        if count <= 0:
            continue
        (where,) = struct.unpack_from("<I", pieces, 4 * (number + 1) + 8 * i + 2)
        if where & 0x40000000:
            start = (where & 0x3FFFFFFF) // 2
            found.append(main[start : start + count].decode("cp1252", "replace"))
        else:
            found.append(main[where : where + 2 * count].decode("utf-16-le", "replace"))
    return "".join(found)


def _lines(text: str) -> list[str]:
    """Paragraphs, and rows of tables with tabs between cells."""
    for _ in range(_FIELDS_DEEP):
        shown = _FIELD.sub(lambda m: m[1] or "", text)
        if shown == text:
            break
        text = shown
    text = text.replace("\x07\x07", "\r").replace("\x07", "\t").translate(_KEPT).translate(_DROPPED)
    return [line.strip("\t") for line in text.split("\r")]
