"""DOCX to the lines of its text: paragraphs, and rows of tables with tabs between cells.

Read as what it is, XML in a ZIP: with bounds on sizes, without document type declarations, entities or anything
outside. Deleted text of tracked changes is left out, inserted text is in. Headers, footers and notes are not read. A
paragraph in a font .Vn…H is in capitals, as the font shows it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from xml.parsers import expat

from dvextract.document import Hints
from dvextract.reading.archive import DAMAGED
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.streams import LARGEST
from dvextract.reading.stretches import Extracted, Stretch, put_together

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_LONG = 300
"""A table with a paragraph longer than this (code points) lays out the page and holds no data."""
_DEEPEST = 1000
_MANY = 10_000
"""Members of a DOCX; documents have some dozens."""
_TITLES = frozenset({"title", "heading1"})
_TITLE_LENGTH = 300


def read_docx(data: bytes) -> Extracted:
    """The text of a DOCX file; raises UnreadableText."""
    xml = _part(data, "word/document.xml")
    body = _Body()
    _parse(xml, body)
    lines = list(body.lines)
    title = next((s.text for s in lines if s.kind == "title"), "")
    return put_together(lines, "utf-8", Hints(title=title))


def _part(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MANY:
                raise UnreadableText("bomb", f"holds more than {_MANY} members; no document does, leave it out")
            with archive.open(name) as member:
                xml = member.read(LARGEST + 1)
    except KeyError:
        raise UnreadableText("not-docx", "no Word document is in this file; save it as .docx again") from None
    except DAMAGED as e:
        raise UnreadableText("damaged", f"the file is damaged or encrypted: {e}; save it as .docx again") from e
    if len(xml) > LARGEST:
        raise UnreadableText("bomb", f"larger than {LARGEST >> 20} MB expanded; no document is, leave it out")
    return xml


def _parse(xml: bytes, body: _Body) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise UnreadableText("forbidden-xml", "declares a document type, which no Word document does; save it again")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = lambda *_: 0
    parser.StartElementHandler = body.start
    parser.EndElementHandler = body.end
    parser.CharacterDataHandler = body.characters
    try:
        parser.Parse(xml, True)
    except (
        expat.ExpatError,
        LookupError,
        ValueError,
    ) as e:  # the latter for encodings that it states and expat has not
        raise UnreadableText("damaged", f"its XML is broken: {e}; save it as .docx again") from e


class _Table:
    def __init__(self, place: str) -> None:
        self.place = place
        self.rows: list[list[list[str]]] = []


class _Body:
    """What the parser calls; ``lines`` grows as paragraphs and tables end."""

    def __init__(self) -> None:
        self.lines: list[Stretch] = []
        self._depth = 0
        self._skip = 0
        self._in_text = self._in_run = False
        self._capitals = False
        self._paragraphs: list[list[str]] = []
        self._all_capitals: list[bool] = []
        self._styles: list[str] = []
        self._tables: list[_Table] = []
        self._count = {"p": 0, "tbl": 0}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableText("forbidden-xml", f"nested more than {_DEEPEST} deep; no document is, leave it out")
        if self._skip or name == _FALLBACK:
            self._skip += 1
            return
        tag = name.removeprefix(_W).removeprefix(_W_STRICT)
        match tag:
            case "p":
                if not self._tables:
                    self._count["p"] += 1
                self._paragraphs.append([])
                self._styles.append("")
                self._all_capitals.append(True)
            case "tbl":
                if not self._tables:
                    self._count["tbl"] += 1
                self._tables.append(_Table(f"table {self._count['tbl']}"))
            case "tr" if self._tables:
                self._tables[-1].rows.append([])
            case "tc" if self._tables and self._tables[-1].rows:
                self._tables[-1].rows[-1].append([])
            case "t":
                self._in_text = True
            case "tab" | "ptab":
                self._add("\t" if self._in_run else "")
            case "br" | "cr":
                self._add("\n")
            case "noBreakHyphen":
                self._add("-")
            case "softHyphen":
                self._add("\u00ad")
            case "r":
                self._capitals = False
                self._in_run = True
            case "rFonts":
                fonts = [v for k, v in attributes.items() if k.endswith(("ascii", "hAnsi"))]
                self._capitals = any(f.upper().startswith(".VN") and f.endswith("H") for f in fonts)
            case "pStyle" if self._styles:
                value = next((v for k, v in attributes.items() if k.endswith("val")), "")
                self._styles[-1] = value.lower().replace(" ", "")

    def end(self, name: str) -> None:
        """An element closes."""
        self._depth -= 1
        if self._skip:
            self._skip -= 1
            return
        match name.removeprefix(_W).removeprefix(_W_STRICT):
            case "t":
                self._in_text = False
            case "r":
                self._in_run = False
            case "p" if self._paragraphs:
                self._ended("".join(self._paragraphs.pop()), self._styles.pop(), self._all_capitals.pop())
            case "tbl" if self._tables:
                table = self._tables.pop()
                found = list(_table_lines(table))
                if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
                    self._tables[-1].rows[-1][-1] += [s.text for s in found]
                else:
                    self.lines += found

    def characters(self, data: str) -> None:
        """Text of an element."""
        if self._in_text and not self._skip:
            self._add(data)
            if data.strip() and self._all_capitals:
                self._all_capitals[-1] = self._all_capitals[-1] and self._capitals

    def _add(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)

    def _ended(self, text: str, style: str, capitals: bool) -> None:
        if self._tables:
            if self._tables[-1].rows and self._tables[-1].rows[-1]:
                self._tables[-1].rows[-1][-1] += text.split("\n")
            return
        kind = (
            "title" if style in _TITLES and len(text) <= _TITLE_LENGTH and not any(s.kind for s in self.lines) else ""
        )
        self.lines += [Stretch(part, f"paragraph {self._count['p']}", kind, capitals) for part in text.split("\n")]


def _table_lines(table: _Table) -> Iterator[Stretch]:
    """The lines of a table: beside each other what stands beside each other, unless it holds running text."""
    prose = any(len(p) > _LONG for row in table.rows for cell in row for p in cell)
    for number, row in enumerate(table.rows, 1):
        place = f"{table.place}, row {number}"
        if prose or len(row) < 2:
            yield from (Stretch(p, place) for cell in row for p in cell)
            continue
        cells = [[p for p in cell if p.strip()] for cell in row]
        for beside in zip_longest(*cells, fillvalue=""):
            yield Stretch("\t".join(beside).strip("\t"), place)
