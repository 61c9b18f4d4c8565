"""Whether everything that is promised of every run holds of this one.

    python benchmarks/invariants.py OUT [--show N]         checks the tables of a finished run
    python benchmarks/invariants.py OUT --same OTHER …     compares runs over the same input byte by byte

Grounding of every row, flat spans in order, keys, foreign keys, closed lists and types, dates, EDTF, counts, evidence,
and that CSV and JSONL say the same. Reads page by page: memory grows with the number of entities only. Needs the
package edtf. `variants.py` makes the pages that are hard.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from dvextract.document import CONTENT_KINDS, LABELS
from dvextract.tables.evidence import FACTS, RULES, UNSAID
from dvextract.tables.schema import BY_NAME, TABLES, Table
from dvextract.tables.stream import _READERS, PageRows, RunReader

Cells = Mapping[str, Any]

OF_PAGES = [t for t in TABLES if t.names[0] == "doc_id" and t.name not in ("documents", "rejects", "identities")]
FLAT = ("blocks", "sentences", "tokens", "mentions")
NUMBERED = {"blocks": "block_id", "sentences": "sentence_id", "tokens": "token_id", "mentions": "mention_id"}
WORDS = (
    ("posts", "title_mention_id", "title"),
    ("statements", "speaker_mention_id", "speaker"),
    ("cooperations", "a_mention_id", "organisation_a"),
    ("cooperations", "b_mention_id", "organisation_b"),
    ("participations", "event_mention_id", "event"),
    ("participations", "participant_mention_id", "participant"),
    ("phrases", "mention_id", "phrase"),
)
"""Cells that are the words of a mention."""
VERBATIM = (("cooperations", "programme"), ("statements", "verb"))
"""Cells that stand in the page, whatever its line breaks."""
INTERPRETED = {"TIME": "times", "QUANTITY": "quantities", "LEGALDOC": "legal_references", "PHRASE": "phrases"}
WITHOUT_ENTITY = frozenset({"TIME", "QUANTITY"})
IN_ORDER = (("times", "start_date", "end_date"), ("posts", "start", "end"), ("cooperations", "start_date", "end_date"))
DATES = (("times", "edtf"), ("legal_references", "date"))
OF_DOCUMENT = ("displayed_date", "published_date", "reference_date")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"), " ")
"""Characters that are blanks to a reader."""
KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "date": str}
NOT_SAME = ("run.json",)
"""Files that tell of seconds, workers and versions, and so may differ."""


class Findings:
    """What does not hold, counted by rule, with the first samples of each."""

    def __init__(self, show: int = 5) -> None:
        self.counts: Counter[str] = Counter()
        self.checked: Counter[str] = Counter()
        self.samples: dict[str, list[str]] = defaultdict(list)
        self._show = show

    def need(self, holds: bool, rule: str, where: object) -> None:
        """Note that a rule was looked at, and where it does not hold."""
        self.checked[rule] += 1
        if not holds:
            self.counts[rule] += 1
            if len(self.samples[rule]) < self._show:
                self.samples[rule].append(str(where)[:300])


@cache
def is_edtf(cell: str) -> bool:
    """Whether a cell is EDTF, with the conventions that the data dictionary names."""
    import edtf

    for part in (p for item in cell.split(";") for p in item.split("/")):
        if part in ("?", "..") or re.fullmatch(r"P\d+[YMWD]", part):
            continue
        clock = re.search(r"T(([01]\d|2[0-3]):[0-5]\d|24:00)(?=[?~%]?$)", part)
        day = part.replace(clock[0], "") if clock else part
        try:
            # The parser knows no day that is approximate and has an unknown part; the standard does not rule it out.
            edtf.parse_edtf(day.rstrip("~") if "X" in day else day)
        except edtf.parser.edtf_exceptions.EDTFParseException:
            return False
    return True


def is_day(cell: str) -> bool:
    """Whether a cell is a day as ISO 8601 writes it."""
    try:
        datetime.date.fromisoformat(cell)
    except ValueError:
        return False
    return len(cell) == 10


def _row(table: Table, row: Cells, found: Findings, where: str) -> None:
    """Columns, types, closed lists, what may not be empty."""
    found.need(tuple(row) == table.names, "columns", where)
    for column in table.columns:
        cell = row.get(column.name)
        if cell is None:
            found.need(not column.required, "required", f"{where} {column.name}")
            continue
        right = isinstance(cell, KINDS[column.type]) and (column.type == "boolean" or not isinstance(cell, bool))
        found.need(right, "type", f"{where} {column.name}={cell!r}")
        if column.values:
            found.need(cell in column.values, "closed-list", f"{where} {column.name}={cell!r}")
        if column.type == "date":
            found.need(is_day(cell), "day", f"{where} {column.name}={cell!r}")
        elif column.type == "number":
            found.need(cell == cell and abs(cell) != float("inf"), "number", f"{where} {column.name}={cell!r}")
        elif column.type == "string":
            found.need("\x00" not in cell, "null", f"{where} {column.name}")


def _page(page: PageRows, found: Findings) -> None:
    text, name = page.text, page.doc_id
    _row(BY_NAME["documents"], page.document, found, f"documents {name}")
    for table in OF_PAGES:
        keys = set()
        for number, row in enumerate(page.rows(table.name)):
            where = f"{table.name} {name} #{number}"
            _row(table, row, found, where)
            if table.primary_key:
                key = tuple(row[c] for c in table.primary_key)
                found.need(key not in keys, "primary-key", where)
                keys.add(key)
            if "text" in table.names and row["start"] is not None:
                grounded = 0 <= row["start"] < row["end"] and text[row["start"] : row["end"]] == row["text"]
                found.need(grounded, "grounding", where)
            elif "text" in table.names:
                found.need(row["text"] is None and row["end"] is None, "grounding", where)
    _spans(page, found)
    _facts(page, found)
    _evidence(page, found)
    for column, table in (("n_sentences", "sentences"), ("n_tokens", "tokens"), ("n_mentions", "mentions")):
        found.need(page.document[column] == len(page.rows(table)), "counts", f"{name} {column}")
    found.need(page.document["n_chars"] == len(text), "counts", f"{name} n_chars")
    for column in OF_DOCUMENT:
        if (cell := page.document[column]) is not None:
            found.need(is_edtf(cell), "edtf", f"{name} {column} {cell}")
    for table_name, column in DATES:
        for row in page.rows(table_name):
            if row[column] is not None:
                found.need(is_edtf(row[column]), "edtf", f"{name} {table_name} {row[column]}")
    for table_name, first, last in IN_ORDER:
        for row in page.rows(table_name):
            if row[first] is not None and row[last] is not None:
                found.need(row[first] <= row[last], "dates-in-order", f"{name} {table_name} {row}")


def _spans(page: PageRows, found: Findings) -> None:
    """Spans flat, numbered, in their homes; blocks cover what is not blank."""
    name = page.doc_id
    for table in FLAT:
        rows = page.rows(table)
        found.need([r[NUMBERED[table]] for r in rows] == list(range(len(rows))), "numbered", f"{name} {table}")
        for a, b in pairwise(rows):
            found.need(a["end"] <= b["start"], "flat", f"{name} {table} {a} {b}")
    at = 0
    seen = page.text.translate(INVISIBLE)
    for block in page.rows("blocks"):
        found.need(not seen[at : block["start"]].strip(), "blocks-cover", f"{name} {at}")
        at = block["end"]
    found.need(not seen[at:].strip(), "blocks-cover", f"{name} {at}")
    for inner, outer, key in (
        ("sentences", "blocks", "block_id"),
        ("tokens", "sentences", "sentence_id"),
        ("mentions", "sentences", "sentence_id"),
    ):
        homes = page.rows(outer)
        for row in page.rows(inner):
            there = 0 <= row[key] < len(homes)
            found.need(there, "foreign-key", f"{name} {inner} {row}")
            if there:
                home = homes[row[key]]
                # A mention begins in its sentence; it may go on behind it, but stays in its block.
                inside = home["start"] <= row["start"] and (
                    row["end"] <= home["end"] if inner != "mentions" else row["start"] < home["end"]
                )
                found.need(inside, "home", f"{name} {inner} {row} {home}")
    content = [b for b in page.rows("blocks") if b["kind"] in CONTENT_KINDS]
    ids = {b["block_id"] for b in content}
    for row in page.rows("sentences"):
        found.need(row["block_id"] in ids, "content-only", f"{name} {row}")
    blocks, sentences = page.rows("blocks"), page.rows("sentences")
    for row in page.rows("mentions"):
        home = blocks[sentences[row["sentence_id"]]["block_id"]]
        found.need(home["block_id"] in ids and row["end"] <= home["end"], "content-only", f"{name} {row}")
        found.need(0 <= row["score"] <= 1, "score", f"{name} {row}")
        found.need(row["label"] in LABELS, "label", f"{name} {row}")
        found.need(row["entity_id"] is None or row["label"] not in WITHOUT_ENTITY, "entity", f"{name} {row}")


def _facts(page: PageRows, found: Findings) -> None:
    name, text = page.doc_id, page.text
    mentions = page.rows("mentions")
    for table in OF_PAGES:
        for key in table.foreign_keys:
            if key.table == "mentions":
                for row in page.rows(table.name):
                    found.need(0 <= row[key.columns[1]] < len(mentions), "foreign-key", f"{name} {table.name} {row}")
    for table_name, key_column, cell in WORDS:
        for row in page.rows(table_name):
            if 0 <= row[key_column] < len(mentions):
                found.need(row[cell] == mentions[row[key_column]]["text"], "words", f"{name} {table_name} {row}")
    for row in page.rows("statements"):
        said = text[row["content_start"] : row["content_end"]]
        found.need(0 <= row["content_start"] < row["content_end"] and said == row["content"], "grounding", f"{row}")
    plain = " ".join(text.split()).lower()
    for table_name, cell in VERBATIM:
        for row in page.rows(table_name):
            if row[cell] is not None:
                found.need(" ".join(row[cell].split()).lower() in plain, "verbatim", f"{name} {table_name} {row}")
    for label, table_name in INTERPRETED.items():
        wanted = [m["mention_id"] for m in mentions if m["label"] == label]
        found.need(wanted == [r["mention_id"] for r in page.rows(table_name)], "interpreted", f"{name} {table_name}")
    for row in page.rows("times"):
        if 0 <= row["mention_id"] < len(mentions):
            found.need(mentions[row["mention_id"]]["value"] == row["edtf"], "value", f"{name} {row}")


def _evidence(page: PageRows, found: Findings) -> None:
    whole: Counter[tuple[str, int]] = Counter()
    for row in page.rows("evidence"):
        where = f"{page.doc_id} {row}"
        found.need(row["rule"] in RULES and row["rule"] != UNSAID, "evidence-rule", where)
        facts = page.rows(row["table"])
        found.need(0 <= row["row"] < len(facts), "evidence-row", where)
        if row["column"] is None:
            whole[row["table"], row["row"]] += 1
        elif row["column"] in BY_NAME[row["table"]].names and 0 <= row["row"] < len(facts):
            found.need(facts[row["row"]][row["column"]] is not None, "evidence-of-nothing", where)
    for table in FACTS:
        for number in range(len(page.rows(table))):
            found.need(whole[table, number] == 1, "evidence-once", f"{page.doc_id} {table} {number}")


def check(folder: Path, show: int = 5) -> Findings:
    """Look at every row of a finished run."""
    reader = RunReader(folder)
    found = Findings(show)
    linked: Counter[str] = Counter()
    pages_of: Counter[str] = Counter()
    documents: set[str] = set()
    characters = 0
    for page in reader.pages([t.name for t in OF_PAGES]):
        found.need(page.doc_id not in documents, "primary-key", f"documents {page.doc_id}")
        documents.add(page.doc_id)
        characters += len(page.text)
        _page(page, found)
        ids = [m["entity_id"] for m in page.rows("mentions") if m["entity_id"] is not None]
        linked.update(ids)
        pages_of.update(set(ids))
    entities: dict[str, Cells] = {}
    for row in reader.rows("entities"):
        _row(BY_NAME["entities"], row, found, f"entities {row['entity_id']}")
        found.need(row["entity_id"] not in entities, "primary-key", f"entities {row['entity_id']}")
        entities[row["entity_id"]] = row
    for name, row in entities.items():
        found.need(row["n_mentions"] == linked[name], "counts", f"entities {name} {linked[name]} {row}")
        found.need(row["n_documents"] == pages_of[name], "counts", f"entities {name} {pages_of[name]} {row}")
    for name in linked:
        found.need(name in entities, "foreign-key", f"mentions {name}")
    for table_name in ("places", "bodies", "identities", "rejects"):
        table, keys = BY_NAME[table_name], set()
        for row in reader.rows(table_name):
            _row(table, row, found, f"{table_name} {row}")
            if table.primary_key:
                key = tuple(row[c] for c in table.primary_key)
                found.need(key not in keys, "primary-key", f"{table_name} {key}")
                keys.add(key)
            for foreign in table.foreign_keys:
                there = documents if foreign.table == "documents" else entities
                cell = row[foreign.columns[0]]
                found.need(cell is None or cell in there, "foreign-key", f"{table_name} {row}")
    for table in OF_PAGES:  # a page walked past above has its rows; rows of no page would have been passed over
        for row in reader.rows(table.name):
            found.need(row["doc_id"] in documents, "foreign-key", f"{table.name} {row}")
    for table in TABLES:
        for a, b in zip_longest(_as(folder, table.name, ".csv"), _as(folder, table.name, ".jsonl")):
            found.need(a == b, "csv-is-jsonl", f"{table.name} {a} {b}")
    run = reader.run
    found.need(run["pages"] == len(documents), "counts", "run.json pages")
    found.need(run["characters"] == characters, "counts", "run.json characters")
    found.need(run["rejects"] == sum(1 for _ in reader.rows("rejects")), "counts", "run.json rejects")
    return found


def _as(folder: Path, table: str, suffix: str) -> Iterator[Cells]:
    path = folder / f"{table}{suffix}"
    return _READERS[suffix](path, table) if path.exists() else iter(())


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run that must be the same wherever and however often it was made."""
    return {
        p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in NOT_SAME and not p.is_relative_to(folder / ".dvextract")
    }


def different(a: Path, b: Path) -> list[str]:
    """Names of the files that two runs over the same input do not have alike."""
    left, right = digests(a), digests(b)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--show", type=int, default=5, help="samples of each rule that does not hold")
    parser.add_argument("--same", nargs="+", type=Path, default=[], help="compare with these runs instead")
    given = parser.parse_args(arguments)
    if given.same:
        wrong = {str(other): names for other in given.same if (names := different(given.run, other))}
        for other, names in wrong.items():
            print(f"{other}: differs in {', '.join(names)}")
        print(f"{len(given.same)} runs compared with {given.run}, {len(digests(given.run))} files: {len(wrong)} differ")
        return bool(wrong)
    found = check(given.run, given.show)
    for rule, number in sorted(found.checked.items()):
        print(f"{rule:20s} {number:12,} looked at, {found.counts[rule]:8,} do not hold")
        for sample in found.samples.get(rule, ()):
            print(f"    {sample}")
    return bool(found.counts)


if __name__ == "__main__":
    sys.exit(main())
