"""What the report says of a run, counted in one pass over it; no plots, no markup."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import median
from typing import Any

from dvextract.document import LABELS
from dvextract.lexicon.units import REFORM, AdminUnit, admin_units
from dvextract.tables.stream import Cells, PageRows, RunReader

TOP = 12
LISTED = 12
"""Pages named under each warning."""

LONG_ENOUGH = 300
"""Characters from which a page is judged by how many mentions it has."""

THIN = 0.25
"""Of the median density of mentions: below it a page is thin."""

_UNTRUSTED = {
    "crawl": "the page shows the date of the visit, not of publication",
    "suspect": "the page shows a date that may not be of publication",
    "none": "the page shows no date",
}
_TABLES = ("mentions", "times", "posts", "cooperations", "warnings")


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of a list: its name, mentions, pages, and what else is to be said."""

    name: str
    mentions: int
    pages: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """One sort of thing to mistrust: what it is, how many pages, some of them with what to say of each."""

    title: str
    explanation: str
    count: int
    examples: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Overview:
    """The figures of a run.

    ``months``: mentions by month (``2022-03``) and label. ``periods``: mentions by (first day, last day, EDTF).
    ``before`` and ``today``: mentions of places by code of the province, of the 63 before 1 July 2025 (pages of before
    and pages without a day) and of the 34 since (all pages). ``pairs``: pages by pair of bodies.
    """

    pages: int = 0
    characters: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    months: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    undated: int = 0
    first_day: str = ""
    last_day: str = ""
    periods: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    top: dict[str, list[Named]] = field(default_factory=dict)
    before: Counter[str] = field(default_factory=Counter)
    today: Counter[str] = field(default_factory=Counter)
    unplaced: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: list[Caution] = field(default_factory=list)


def overview(reader: RunReader) -> Overview:
    """Count a run; keeps of it what the lists and plots need."""
    found = Overview()
    provinces = {row["entity_id"]: row for row in reader.rows("places") if row["code"]}
    posts: dict[str, tuple[str, str]] = {}
    densities: list[tuple[float, str, str]] = []
    untrusted: dict[str, list[tuple[str, str]]] = defaultdict(list)
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for page in reader.pages(_TABLES):
        day = (page.document["published_date"] or page.document["reference_date"] or "")[:10]
        _count_page(found, page, day)
        _count_places(found, page, day, provinces)
        _latest_posts(page, day, posts)
        _count_pairs(found, page)
        length, mentions = page.document["n_chars"], page.document["n_mentions"]
        if length >= LONG_ENOUGH:
            densities.append((1000 * mentions / length, page.doc_id, f"{mentions} mentions in {length:,} characters"))
        if (trust := page.document["displayed_date_trust"]) in _UNTRUSTED:
            untrusted[trust].append((page.doc_id, page.document["displayed_date"] or "no date"))
        for row in page.rows("warnings"):
            told[row["kind"]].append((page.doc_id, row["message"] or ""))
    _rank(found, reader, posts)
    found.warnings = [*_thin(densities), *_dates(untrusted), *_told(told), *_rejects(reader)]
    return found


def _count_page(found: Overview, page: PageRows, day: str) -> None:
    found.pages += 1
    found.characters += page.document["n_chars"]
    labels = Counter(m["label"] for m in page.rows("mentions"))
    found.labels.update(labels)
    if len(day) >= 7:
        found.months[day[:7]].update(labels)
        found.first_day = min(found.first_day or day, day)
        found.last_day = max(found.last_day, day)
    else:
        found.undated += 1
    for t in page.rows("times"):
        if t["kind"] in ("interval", "term") and _whole(t["start_date"]) and _whole(t["end_date"]):
            found.periods[t["start_date"], t["end_date"], t["edtf"]] += 1


def _whole(day: str | None) -> bool:
    return day is not None and len(day) == 10


def _count_places(found: Overview, page: PageRows, day: str, places: Mapping[str, Cells]) -> None:
    for m in page.rows("mentions"):
        if m["label"] != "LOCATION":
            continue
        row = places.get(m["entity_id"] or "")
        unit = _province(row["code"], row["valid_from"] or "", row["valid_to"] or "") if row else None
        if unit is None:
            found.unplaced += 1
            continue
        if (not day or day < REFORM) and unit.valid_from < REFORM:
            found.before[unit.code] += 1
        found.today[province_today(unit).code] += 1


@lru_cache(maxsize=1 << 14)
def _province(code: str, begins: str, ends: str) -> AdminUnit | None:
    """The province of a unit with this code and these days, None when the lists have no such unit."""
    units = admin_units()
    found = [u for u in units.coded(code) if (u.valid_from, u.valid_to) == (begins, ends)]
    return units.chain(found[0])[-1] if found else None


def province_today(unit: AdminUnit) -> AdminUnit:
    """The province that stands now where ``unit`` stood, by its main successor."""
    units = admin_units()
    while unit.valid_to and (then := units.successors(unit)):
        unit = then[0]
    return unit


def _latest_posts(page: PageRows, day: str, posts: dict[str, tuple[str, str]]) -> None:
    """Of every person the post of the latest page."""
    mentions = page.rows("mentions")
    for row in page.rows("posts"):
        entity = mentions[row["person_mention_id"]]["entity_id"]
        if entity and day >= posts.get(entity, ("", ""))[0]:
            where = (
                f", {row['organisation']}" if row["organisation"] and row["organisation"] not in row["title"] else ""
            )
            posts[entity] = (day, row["title"] + where)


def _count_pairs(found: Overview, page: PageRows) -> None:
    mentions = page.rows("mentions")
    here = set()
    for row in page.rows("cooperations"):
        a, b = (mentions[row[c]] for c in ("a_mention_id", "b_mention_id"))
        first, second = sorted((a["value"] or a["text"], b["value"] or b["text"]))
        if first != second:
            here.add((first, second))
    found.pairs.update(here)


def _rank(found: Overview, reader: RunReader, posts: Mapping[str, tuple[str, str]]) -> None:
    """Fill the lists of what is mentioned most."""
    rows: dict[str, list[Named]] = defaultdict(list)
    for e in reader.rows("entities"):
        found.entities[e["label"]] += 1
        post = posts.get(e["entity_id"], ("", ""))[1]
        if e["label"] == "PERSON" and not post:
            continue  # the list is of officials
        if e["label"] in ("PERSON", "ORGANISATION", "LOCATION", "PHRASE"):
            rows[e["label"]].append(Named(e["name"], e["n_mentions"], e["n_documents"], post))
            if len(rows[e["label"]]) > 50 * TOP:
                rows[e["label"]] = _most(rows[e["label"]])
    found.top = {label: _most(rows[label]) for label in LABELS if rows.get(label)}


def _most(rows: list[Named]) -> list[Named]:
    return sorted(rows, key=lambda n: (-n.mentions, -n.pages, n.name))[:TOP]


def _thin(densities: list[tuple[float, str, str]]) -> Iterator[Caution]:
    if not densities:
        return
    usual = median(d for d, _, _ in densities)
    thin = sorted(row for row in densities if row[0] < THIN * usual)
    if thin:
        text = (
            f"fewer than a quarter of the mentions usual in this run ({usual:.0f} in 1,000 characters): a page of "
            "another kind, badly scanned, or mostly furniture"
        )
        yield Caution("Pages with few mentions", text, len(thin), tuple((i, what) for _, i, what in thin[:LISTED]))


def _dates(untrusted: Mapping[str, list[tuple[str, str]]]) -> Iterator[Caution]:
    for trust, explanation in _UNTRUSTED.items():
        if found := untrusted.get(trust):
            title = "Pages without a date" if trust == "none" else f"Dates not trusted ({trust})"
            text = f"{explanation}; relative times of these pages stay open unless the text decides them"
            yield Caution(title, text, len(found), tuple(found[:LISTED]))


def _told(told: Mapping[str, list[tuple[str, str]]]) -> Iterator[Caution]:
    for kind in sorted(told):
        yield Caution(f"Warnings: {kind}", "said while reading", len(told[kind]), tuple(told[kind][:LISTED]))


def _rejects(reader: RunReader) -> Iterator[Caution]:
    found: list[tuple[str, str]] = []
    total = 0
    for row in reader.rows("rejects"):
        total += 1
        if len(found) < LISTED:
            found.append((row["source"], f"{row['error']}: {row['message']}"))
    if total:
        yield Caution("Rejected inputs", "not in any table but rejects", total, tuple(found))


def as_rows(counts: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Counts by name, most first."""
    return sorted(((names.get(c, c), n) for c, n in counts.items()), key=lambda row: (-row[1], row[0]))
