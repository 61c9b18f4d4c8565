"""Which formats there are, told by the names of files: ``bao.jsonl.gz`` is JSONL, compressed with gzip.

A format is a kind of page (one document), of records (many), or of archive (many files). Compression may be around any.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, HTML, MHTML, DOCX, DOC, PDF, RTF = "text", "html", "mhtml", "docx", "doc", "pdf", "rtf"
JSONL, CSV, PARQUET, WARC, ZIP = "jsonl", "csv", "parquet", "warc", "zip"

_SUFFIXES = {
    ".txt": TEXT,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".shtml": HTML,
    ".aspx": HTML,
    ".php": HTML,
    ".mht": MHTML,
    ".mhtml": MHTML,
    ".docx": DOCX,
    ".doc": DOC,
    ".pdf": PDF,
    ".rtf": RTF,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".csv": CSV,
    ".tsv": CSV,
    ".parquet": PARQUET,
    ".warc": WARC,
    ".zip": ZIP,
}
PAGES = frozenset({TEXT, HTML, MHTML, DOCX, DOC, PDF, RTF})
COMPRESSIONS = (".gz", ".zst")
NAMED = ", ".join(
    suffix for suffix in _SUFFIXES if suffix not in (".xhtml", ".shtml", ".aspx", ".php", ".mht", ".ndjson")
)
"""The suffixes to name to a user."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a file is; ``compression`` is ``.gz``, ``.zst`` or empty, ``stem`` its name without both suffixes."""

    kind: str
    compression: str
    stem: str

    @property
    def is_page(self) -> bool:
        """Whether it is one document."""
        return self.kind in PAGES


def format_of(name: str) -> Format | None:
    """The format of a file by its name; None for one that is not read."""
    stem, compression = name, ""
    for suffix in COMPRESSIONS:
        if stem.lower().endswith(suffix):
            stem, compression = stem[: -len(suffix)], suffix
    for suffix, kind in _SUFFIXES.items():
        if stem.lower().endswith(suffix) and len(stem) > len(suffix) and not stem.endswith("/" + suffix):
            return Format(kind, compression, stem[: -len(suffix)])
    return None
