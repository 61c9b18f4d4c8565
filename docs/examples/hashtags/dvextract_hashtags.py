"""Hashtags as phrases: #DanVanKheo becomes a PHRASE whose value is the tag in lower case."""

import re
from collections.abc import Sequence

from dvextract.document import Document
from dvextract.recognisers import Span


class Hashtags:
    """A recogniser. Its keyword arguments are its options in a pipeline file; their types are checked there."""

    def __init__(self, kind: str = "slogan", shortest: int = 4) -> None:
        self._kind = kind
        self._tag = re.compile(rf"#(\w{{{shortest},}})")

    def __call__(self, docs: Sequence[Document]) -> list[list[Span]]:
        """The tags of each page: one list a page, offsets in code points of ``doc.text``, without the #."""
        return [
            [Span(*m.span(1), "PHRASE", 1.0, self._kind, m[1].lower()) for m in self._tag.finditer(doc.text)]
            for doc in docs
        ]
