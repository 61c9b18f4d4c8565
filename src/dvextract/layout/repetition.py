"""Furniture by repetition: a line that stands on many pages of one site of a run is the site's, not an article's.

Opt-in, since it needs a pass over all pages before the first is worked on, and since a page's blocks then depend on
the other pages of the run (never on the number of workers). Lines are counted in a count-min sketch of fixed size, so
memory does not grow with the run; its estimates are never too low (Cormode and Muthukrishnan, An improved data stream
summary, Journal of Algorithms 55, 2005).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b, sha256
from pathlib import PurePosixPath
from typing import TypeVar

import numpy as np
import regex
from numpy.typing import NDArray

from dvextract import storage
from dvextract.document import Document
from dvextract.layout.furniture import own_kind
from dvextract.layout.lines import Line, lines

Item = TypeVar("Item")

_ROWS = 3
_CELLS = 1 << 21
LONGEST = 200
"""Only lines up to this long (code points) are counted: paragraphs of articles are not repeated."""
_SHARE = 0.3
_FEWEST = 5
"""A line is furniture when it stands on this share of its site's pages, and on no fewer than so many."""

_HOST = regex.compile(r"\(https?://(?:www\.)?([^/\s)]{1,255})")
_DIGITS = regex.compile(r"\d+")


def site(doc: Document) -> str:
    """What a page's site is told by: the host of its address, else the folder or file it is in."""
    m = _HOST.search(doc.source)
    return m[1].lower() if m is not None else str(PurePosixPath(doc.doc_id).parent)


def _cells(place: str, line: Line) -> tuple[int, ...]:
    """The line's cell in every row of the sketch; figures do not count, counters and dates change."""
    words = _DIGITS.sub("0", " ".join(line.low.split()))
    found = blake2b(f"{place}\n{words}".encode("utf-8", "surrogatepass"), digest_size=8 * _ROWS).digest()
    return tuple(int.from_bytes(found[8 * i : 8 * i + 8], "little") % _CELLS for i in range(_ROWS))


@dataclass(frozen=True)
class Repetition:
    """On how many pages of a site lines stand (estimates that are never too low), and how many pages it has."""

    counts: NDArray[np.uint32]
    pages: Mapping[str, int]

    def marked(self, doc: Document) -> Document:
        """The page with hints that say which of its lines are the site's; lines that words tell keep their kind."""
        place = site(doc)
        needed = max(_FEWEST, _SHARE * self.pages.get(place, 0))
        if self.pages.get(place, 0) < _FEWEST:
            return doc
        told = {start for start, _, _ in doc.hints.kinds}
        found = [
            (line.start, line.end, "nav")
            for line in lines(doc.text)
            if len(line) <= LONGEST and line.start not in told and not own_kind(line)
            if min(int(self.counts[row, cell]) for row, cell in enumerate(_cells(place, line))) >= needed
        ]
        if not found:
            return doc
        return replace(doc, hints=replace(doc.hints, kinds=tuple(sorted((*doc.hints.kinds, *found)))))

    def save(self, path: str) -> str:
        """Write it to a file or URL; returns a hash of it."""
        whole = io.BytesIO()
        sites = sorted(self.pages)
        np.savez(whole, counts=self.counts, sites=np.array(sites), pages=np.array([self.pages[s] for s in sites]))
        with storage.writing(path) as file:
            file.write(whole.getbuffer())
        return sha256(self.counts.tobytes() + repr([(s, self.pages[s]) for s in sites]).encode()).hexdigest()


def learn(docs: Iterable[Document]) -> Repetition:
    """Count the lines of pages by site, each once a page."""
    counts = np.zeros((_ROWS, _CELLS), dtype=np.uint32)
    pages: dict[str, int] = {}
    for doc in docs:
        place = site(doc)
        pages[place] = pages.get(place, 0) + 1
        cells = {_cells(place, line) for line in lines(doc.text) if len(line) <= LONGEST}
        for row, column in enumerate(np.array(sorted(cells), dtype=np.int64).reshape(-1, _ROWS).T):
            np.add.at(counts[row], column, 1)
    return Repetition(counts, pages)


@cache
def loaded(path: str, digest: str) -> Repetition:
    """What `Repetition.save` wrote; ``digest`` is its hash, so that a process does not keep an older run's."""
    with storage.opened(path) as file, np.load(file) as saved:
        pages = dict(zip(saved["sites"].tolist(), saved["pages"].tolist(), strict=True))
        return Repetition(saved["counts"], pages)


def marked(found: Iterable[Item], path: str, digest: str) -> Iterator[Item | Document]:
    """Pages with their hints, and everything else as it is."""
    repetition = loaded(path, digest)
    for item in found:
        yield repetition.marked(item) if isinstance(item, Document) else item
