"""What an archive would take: hours of cores, storage, money, from measured figures and prices you give.

    python benchmarks/plan.py [--pages N] [--characters N] [--workers N] [--core-hour PRICE] [--gb-month PRICE]

    python benchmarks/plan.py --docs    put the plan into docs/cluster.md

The rate of one core is that of the last run of benchmarks/speed.py (``benchmarks/speed.json``); what a page takes on
disk and in the join is stated below with how it was measured. Prices are in one currency, whichever you give them in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from speed import FIGURES, ROOT, WHOLE

PAGE = ROOT / "docs" / "cluster.md"
BEGIN, END = "<!-- plan: written by benchmarks/plan.py --docs -->", "<!-- plan: end -->"

PART_BYTES = 4.0
"""Bytes of a kept part a character of text (without records; 800 news articles of 2,675 characters)."""
TABLE_BYTES = {"parquet": 3.1, "csv,jsonl": 35.0}
"""Bytes of the tables a character of text, by formats; the same articles."""
TEXT_BYTES = 1.34
"""Bytes of UTF-8 a character of Vietnamese text."""
JOIN_SECONDS = 0.46e-3
"""Seconds of work a page in the join's parallel steps (12,000 articles, CSV and JSONL)."""
SERIAL_SECONDS = 0.1e-3
"""Seconds of work a page in the join's one step that is a single call (tables of the run; the same, CSV only)."""
PLAN_BYTES = 4.5e8
"""Bytes a second that planning reads, in one process (100 MB of JSONL; with --id-column a third of it)."""
SHARD_PAGES = 100
OBJECT_REQUESTS = 6
"""Requests to an object store a shard: input, part written, its end, persons, whole, and the tables' share."""
SPREAD = 0.9
"""Share of their time that workers have work: shards are unequal, workers start and end."""


def plan(pages: int, characters: int, workers: int, prices: argparse.Namespace, rate: float) -> list[str]:
    """The lines of the plan."""
    text = pages * characters
    work = text / rate / 3600
    join = pages * JOIN_SECONDS / 3600
    serial = pages * SERIAL_SECONDS / 3600 + text * TEXT_BYTES / PLAN_BYTES / 3600
    wall = (work + join) / workers / SPREAD + serial
    parts, tables, source = (text * b / 1e12 for b in (PART_BYTES, TABLE_BYTES["parquet"], TEXT_BYTES))
    computing = (work + join + serial) / SPREAD * prices.core_hour
    storing = (parts + tables + source) * 1000 * prices.gb_month * prices.months
    asking = pages / SHARD_PAGES * OBJECT_REQUESTS / 1000 * prices.thousand_requests
    rows = (
        ("pages", f"{pages:,}"),
        ("characters", f"{text:,}"),
        ("one core", f"{rate:,.0f} characters/s, {rate / characters:,.1f} pages/s"),
        ("shards", f"{pages // SHARD_PAGES:,}"),
        ("core hours", f"{work:,.0f} to extract, {join + serial:,.0f} to plan and join"),
        (f"wall time, {workers} workers", f"{wall:,.1f} h, of it {serial:,.1f} h in one process"),
        ("text", f"{source:,.2f} TB"),
        ("tables (Parquet)", f"{tables:,.2f} TB"),
        ("kept parts", f"{parts:,.2f} TB"),
        ("cost", f"{computing:,.0f} computing + {storing:,.0f} storing + {asking:,.0f} requests"),
        ("cost of 1,000 pages", f"{(computing + storing + asking) / pages * 1000:.4f}"),
    )
    return [f"{name:28s}{value}" for name, value in rows]


def fill(page: str, lines: Sequence[str]) -> str:
    """The page with the plan between its two marks; raises ValueError when they are not there once."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise ValueError(f"the page must have one line '{BEGIN}' and after it one '{END}'")
    block = "\n".join(["```", *lines, "```"])
    return f"{page.split(BEGIN)[0]}{BEGIN}\n\n{block}\n\n{END}{page.split(END)[1]}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the plan."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=100_000_000)
    parser.add_argument("--characters", type=int, default=2_700, help="of a page")
    parser.add_argument("--workers", type=int, default=500)
    parser.add_argument("--core-hour", type=float, default=0.04)
    parser.add_argument("--gb-month", type=float, default=0.023)
    parser.add_argument("--thousand-requests", type=float, default=0.005)
    parser.add_argument("--months", type=float, default=1)
    parser.add_argument("--docs", action="store_true")
    asked = parser.parse_args(arguments)
    figures = json.loads(FIGURES.read_bytes())
    rate = figures["stages"][WHOLE]["rate"]
    lines = plan(asked.pages, asked.characters, asked.workers, asked, rate)
    if asked.docs:
        PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), lines), encoding="utf-8")
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
