"""A run as one HTML page: text, mentions and facts of every page, in a file that loads nothing and runs no text.

The pages stand in the file as deflated JSON, in chunks that the browser decodes when they are looked at, so that
thousands of pages stay a small file that opens at once. The file is written in one pass over the run. A policy in its
head lets only its own script and style run, and forbids every request and every way from text to markup.
"""

from __future__ import annotations

import base64
import hashlib
import html
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import IO, Any

import orjson

from dvextract import storage
from dvextract.document import CONTENT_KINDS, LABELS
from dvextract.tables.stream import Cells, PageRows, RunReader

TAGS = ("PER", "TIT", "ORG", "LOC", "TIM", "PHR", "EVT", "LAW", "QTY", "ABB")
"""Letters that stand beside a mention of each label, in the order of `LABELS`."""

PER_CHUNK = 40
_TITLE = 100
"""Characters that name a page without a title in the list."""

FACTS = ("posts", "statements", "cooperations", "participations", "abbreviations")
_TABLES = ("blocks", "mentions", *FACTS, "evidence")
_MENTION_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "posts": ("person_mention_id", "title_mention_id"),
    "statements": ("speaker_mention_id",),
    "cooperations": ("a_mention_id", "b_mention_id"),
    "participations": ("event_mention_id", "participant_mention_id"),
}
_ABOUT = (
    "source",
    "title",
    "displayed_date",
    "displayed_date_trust",
    "published_date",
    "reference_date",
    "dateline",
    "outlet",
    "author",
    "n_chars",
    "n_sentences",
    "n_tokens",
    "n_mentions",
)


def view(run: str | Path, out: str | Path = "") -> Path:
    """Write the page that shows a finished run and return its path (``view.html`` in the run's folder by default).

    Raises UsageError when the folder is no finished run or has no `documents`, `mentions` and texts.
    """
    reader = RunReader(run)
    reader.require(("documents", "mentions", "blocks"), "the viewer")
    path = Path(out) if out else reader.beside("view.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    with storage.writing(path, durable=True) as file:
        _write(reader, file)
    return path


def asset(name: str) -> str:
    """A file of the viewer's assets."""
    return (resources.files("dvextract.viewing") / "assets" / name).read_text(encoding="utf-8")


def styles() -> str:
    """The viewer's style sheet: the colours of labels, which the report shares, and its own."""
    return asset("labels.css") + asset("view.css")


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """A Content-Security-Policy under which only these inline scripts and styles run and nothing is loaded."""

    def hashes(sources: Sequence[str]) -> str:
        digests = (hashlib.sha256(s.encode()).digest() for s in sources)
        return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests) or "'none'"

    rules = [
        "default-src 'none'",
        f"script-src {hashes(scripts)}",
        f"style-src {hashes(styles)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return "; ".join(rules)


def _write(reader: RunReader, file: IO[bytes]) -> None:
    css, js = styles(), asset("view.js")
    before, after = (
        Template(asset("view.html"))
        .safe_substitute(csp=policy([js], [css]), title=html.escape(reader.name), css=css, js=js, data="\0")
        .split("\0")
    )
    file.write(before.encode())
    index = _Index(reader)
    for number, pages in enumerate(_batches(reader, index)):
        file.write(_element(f"data-{number}", pages))
    file.write(_element("data-index", index.described()))
    file.write(_element("data-entities", index.entities()))
    file.write(after.encode())


def _element(identifier: str, content: Any) -> bytes:
    """Data that no browser runs: JSON, deflated, in base64, which has no character of markup."""
    packed = base64.b64encode(zlib.compress(orjson.dumps(content), 9))
    return b'<script type="application/octet-stream" id="%s">%s</script>\n' % (identifier.encode(), packed)


def _batches(reader: RunReader, index: _Index) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for page in reader.pages(_TABLES):
        batch.append(index.add(page))
        if len(batch) == PER_CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch


class _Index:
    """What is known of all pages before one is looked at: titles, dates, counts, and where each entity stands."""

    def __init__(self, reader: RunReader) -> None:
        self._names = {row["entity_id"]: row["name"] for row in reader.rows("entities")}
        self._pages: list[tuple[str, str, str, list[int]]] = []
        self._numbers: dict[str, int] = {}
        self._found: list[tuple[str, int, str, list[int], array[int]]] = []  # id, label, name, [mentions], pages

    def add(self, page: PageRows) -> dict[str, Any]:
        """Count a page and return it as the browser gets it."""
        counts = [0] * len(LABELS)
        mentions = []
        for m in page.rows("mentions"):
            label = LABELS.index(m["label"])
            counts[label] += 1
            entity = self._entity(m, label) if m["entity_id"] else -1
            kind, value = m["kind"] or "", m["value"] or ""
            mentions.append((m["start"], m["end"], label, kind, value, entity, m["method"], m["score"]))
        d = page.document
        date = (d["published_date"] or d["reference_date"] or "")[:10]
        begins = next((b["text"] for b in page.rows("blocks") if b["kind"] in CONTENT_KINDS), "")
        title = d["title"] or begins[:_TITLE] + "…" * (len(begins) > _TITLE)
        self._pages.append((page.doc_id, title, date, counts))
        return {
            "text": page.text,
            "document": {name: d[name] for name in _ABOUT if d[name] is not None},
            "blocks": [(b["start"], b["end"], b["kind"], int(b["kind"] in CONTENT_KINDS)) for b in page.rows("blocks")],
            "mentions": mentions,
            "facts": list(facts_of(page)),
        }

    def _entity(self, mention: Cells, label: int) -> int:
        entity_id, here = mention["entity_id"], len(self._pages)
        number = self._numbers.setdefault(entity_id, len(self._found))
        if number == len(self._found):
            name = self._names.get(entity_id) or mention["value"] or mention["text"]
            self._found.append((entity_id, label, name, [0], array("q")))
        _, _, _, count, pages = self._found[number]
        count[0] += 1
        if not pages or pages[-1] != here:
            pages.append(here)
        return number

    def described(self) -> dict[str, Any]:
        """Labels, chunk size and pages."""
        return {"labels": LABELS, "tags": TAGS, "per": PER_CHUNK, "pages": self._pages}

    def entities(self) -> list[tuple[Any, ...]]:
        """Entities, most mentioned first; their pages as distances from one to the next."""
        rows = [
            (entity_id, label, name, count[0], [b - a for a, b in pairwise([0, *pages])], number)
            for number, (entity_id, label, name, count, pages) in enumerate(self._found)
        ]
        return sorted(rows, key=lambda row: (-row[3], row[2], row[0]))


def facts_of(page: PageRows) -> Iterator[dict[str, Any]]:
    """The page's rows of facts with the spans they stand on: of their mentions and, where the run has it, `evidence`.

    A span is [start, end, rule]; the rule is empty for mentions. What was said stands last.
    """
    mentions = page.rows("mentions")
    evidence: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for e in page.rows("evidence"):
        if e["start"] is not None and e["end"] is not None:
            spans = evidence.setdefault((e["table"], int(e["row"])), [])
            spans.append((int(e["start"]), int(e["end"]), e["rule"] or ""))
    for table in FACTS:
        for number, row in enumerate(page.rows(table)):
            numbers = [row[c] for c in _MENTION_COLUMNS.get(table, ())]
            rested = list(dict.fromkeys(evidence.get((table, number), ())))
            fact: dict[str, Any] = {
                "table": table,
                "row": {
                    k: v for k, v in row.items() if k != "doc_id" and not k.endswith("_mention_id") and v is not None
                },
                "mentions": numbers,
                "spans": [*rested, *_of_mentions(mentions, numbers)] or list(_of_words(page.text, table, row)),
            }
            if table == "statements":
                content = (row["content_start"], row["content_end"])
                fact["spans"].append((*content, ""))
            yield fact


def _of_mentions(mentions: Sequence[Cells], numbers: Sequence[int]) -> list[tuple[int, int, str]]:
    return [(mentions[i]["start"], mentions[i]["end"], "") for i in numbers if i < len(mentions)]


def _of_words(text: str, table: str, row: Cells) -> Iterator[tuple[int, int, str]]:
    """Where a short form and its reading stand."""
    if table == "abbreviations":
        for words in (row["short"], row["long"]):
            at = text.find(words)
            if at >= 0:
                yield at, at + len(words), ""
