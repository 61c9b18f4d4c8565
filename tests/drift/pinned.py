"""What a run over the invented pages of notebooks/ gives, pinned, so that nothing changes it unnoticed.

    python tests/drift/pinned.py        writes the pins anew; look at what `git diff tests/drift` shows

``expected/digests.txt`` has a hash of every table's rows by page; what people read (mentions, facts, entities) stands
beside it as text, so that a change shows which rows it is. Scores and paths are left out: the last places of a sum may
differ from one version of NumPy to another.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import orjson

from dvextract import run
from dvextract.tables.schema import TABLES
from dvextract.tables.stream import RunReader

EXPECTED = Path(__file__).parent / "expected"
PAGES = Path(__file__).parents[2] / "notebooks" / "pages"
LEFT_OUT = frozenset({"score", "source"})
DIGESTS = "digests.txt"
AS_TEXT = (
    "mentions", "times", "quantities", "legal_references", "phrases", "posts", "statements", "cooperations",
    "participations", "abbreviations", "entities", "places", "bodies", "identities",
)  # fmt: skip


def pins(folder: Path) -> Mapping[str, str]:
    """The content of every file of ``expected`` for a run."""
    reader = RunReader(folder)
    digests = []
    found = {}
    for table in TABLES:
        columns = [c for c in table.names if c not in LEFT_OUT]
        by_page = defaultdict(list)
        for row in reader.rows(table.name):
            by_page[row["doc_id"] if table.names[0] == "doc_id" else "-"].append([row[c] for c in columns])
        for page, rows in by_page.items():
            digests.append(f"{table.name}\t{page}\t{len(rows)}\t{sha256(orjson.dumps(rows)).hexdigest()[:16]}\n")
        if table.name in AS_TEXT:
            lines = ["\t".join(columns), *("\t".join(map(_cell, r)) for rows in by_page.values() for r in rows)]
            found[f"{table.name}.tsv"] = "".join(f"{line}\n" for line in lines)
    return {DIGESTS: "".join(digests), **found}


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def changes(folder: Path) -> Iterator[str]:
    """A unified diff of every pinned file that a run does not give as it is pinned."""
    from difflib import unified_diff

    for name, now in pins(folder).items():
        path = EXPECTED / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before != now:
            yield "".join(unified_diff(before.splitlines(True), now.splitlines(True), f"pinned/{name}", name, n=0))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        run(PAGES, folder)
        EXPECTED.mkdir(exist_ok=True)
        for name, content in pins(Path(folder)).items():
            (EXPECTED / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
