"""Stage layout: a page to blocks and to what it says of itself.

Blocks cover every non-blank character, so what is furniture is kept, only never looked at again. A page that is one
long line is one block of body: nothing is cut out of running text without a sure sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dvextract.document import Document
from dvextract.layout.division import divide
from dvextract.layout.page import describe


class Layout:
    """Divides pages into blocks and fills ``page`` (headline, dates with their trust, dateline, outlet, author).

    What a page's container states (`Document.hints`) is taken before what its text suggests.

    With ``join_wrapped`` the lines of a paragraph that a fixed width broke are one block, so that a name broken by a
    line break can be a mention; else a block never crosses a line.
    """

    name: ClassVar[str] = "layout"
    reads: ClassVar[tuple[str, ...]] = ("text",)
    adds: ClassVar[tuple[str, ...]] = ("blocks", "page")

    def __init__(self, join_wrapped: bool = False) -> None:
        self._join_wrapped = join_wrapped

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``blocks`` and ``page`` to every document."""
        for doc in docs:
            blocks = divide(doc.text, self._join_wrapped, doc.hints.kinds)
            doc.add("blocks", blocks)
            doc.add("page", describe(doc.text, blocks, doc.hints))
