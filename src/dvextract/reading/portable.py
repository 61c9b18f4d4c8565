"""Text of PDF and RTF files.

A PDF holds words at places: its lines are put together to paragraphs again where a full line does not end a sentence,
and what stands on most pages at the same edge (running heads, page numbers) is left out. Pictures of text have no text.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence

from dvextract.document import PageWarning
from dvextract.reading.decoding import UnreadableText
from dvextract.reading.extras import load
from dvextract.reading.stretches import Extracted, Stretch, put_together

_PAGES = 5000
"""Pages of the longest PDF that is read."""
_EDGE = 2
"""Running heads and page numbers are among so many lines from an edge of a page."""
_FULL = 0.75
"""A line of this part of the usual width was broken by the edge of the page."""
_ENDS = re.compile(r"[.!?…:;][\s\"”’'»)\]]{0,6}$")
_ITEM = re.compile(r"(?:[-+*•–—]|\(?\d{1,2}[.)](?!\d)|[a-zđ]\)|[IVX]{1,5}[.)])\s?\S")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:trang\s*)?(\d{1,4})(?:\s*/\s*\d{1,4})?[-–—\s]*", re.I)


def read_pdf(data: bytes) -> Extracted:
    """The text of a PDF; raises UnreadableText."""
    pypdf = load("pypdf", "pdf", "a PDF")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends it need not tell
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableText("encrypted", "the PDF needs a password; save it without one")
        number = len(reader.pages)
        if number > _PAGES:
            raise UnreadableText("too-large", f"more than {_PAGES} pages; split it")
        pages = [reader.pages[i].extract_text() or "" for i in range(number)]
    except UnreadableText:
        raise
    except Exception as e:  # a broken PDF makes pypdf raise anything, from KeyError to RecursionError
        raise UnreadableText("damaged", f"the PDF cannot be read: {type(e).__name__}: {e}"[:200]) from e
    empty = sum(not p.strip() for p in pages)
    if empty == number:
        raise UnreadableText("no-text", "a PDF without text (pictures of pages); have its text recognised first")
    warnings = []
    if empty:
        why = f"{empty} of {number} pages have no text (pictures?); have their text recognised"
        warnings.append(PageWarning("pages-without-text", why))
    return put_together(_paragraphs(_bare([p.splitlines() for p in pages])), "utf-8", warnings=warnings)


def _bare(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages' lines without running heads and page numbers."""
    kept = [[line.rstrip() for line in page if line.strip()] for page in pages]
    edges = [{*range(min(_EDGE, len(p))), *range(max(0, len(p) - _EDGE), len(p))} for p in kept]
    seen = Counter(form for p, edge in zip(kept, edges, strict=True) for form in {_form(p[i]) for i in edge})
    most = max(3, (len(kept) + 1) // 2)
    numbered = Counter(
        d for n, (p, edge) in enumerate(zip(kept, edges, strict=True)) for d in {_ahead(p[i], n) for i in edge}
    )

    def is_bare(line: str, number: int) -> bool:
        ahead = _ahead(line, number)
        return seen[_form(line)] >= most or (ahead is not None and numbered[ahead] > 1)

    return [
        [x for i, x in enumerate(p) if i not in edge or not is_bare(x, n)]
        for n, (p, edge) in enumerate(zip(kept, edges, strict=True))
    ]


def _ahead(line: str, number: int) -> int | None:
    """By how much a page number is ahead of the page's own place; None for a line that is none. Pages agree on it."""
    m = _PAGE_NUMBER.fullmatch(line)
    return int(m[1]) - number if m is not None else None


def _form(line: str) -> str:
    return _NUMBER.sub("0", " ".join(line.split()))


def _paragraphs(pages: Sequence[Sequence[str]]) -> list[Stretch]:
    """Lines joined where the edge of the page broke them; a paragraph's place is the page it begins on."""
    lengths = sorted(len(line) for page in pages for line in page)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    found: list[Stretch] = []
    last = ""
    for number, page in enumerate(pages, 1):
        for line in page:
            text = line.strip()
            broken = len(last) >= _FULL * width and not _ENDS.search(last) and not _ITEM.match(text)
            if found and (broken or (text[:1].islower() and not _ENDS.search(last))):
                before = found[-1]
                found[-1] = Stretch(f"{before.text} {text}", before.place)
            else:
                found.append(Stretch(text, f"page {number}"))
            last = line
    return found


def read_rtf(data: bytes) -> Extracted:
    """The text of an RTF file; raises UnreadableText."""
    striprtf = load("striprtf.striprtf", "rtf", "an RTF file")
    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise UnreadableText("not-rtf", "this is no RTF; give the file the suffix of what it is")
    try:
        text = striprtf.rtf_to_text(data.decode("latin-1"), errors="replace")
    except Exception as e:  # it raises whatever a broken code page or control word leads to
        raise UnreadableText("damaged", f"the RTF cannot be read: {type(e).__name__}: {e}"[:200]) from e
    lines = re.split(r"\r\n?|\n", text.replace("\x00", "\ufffd"))
    found = [
        Stretch(line.strip("|").replace("|", "\t") if "|" in line else line, f"line {i}")
        for i, line in enumerate(lines, 1)
    ]
    return put_together(found, "rtf")
