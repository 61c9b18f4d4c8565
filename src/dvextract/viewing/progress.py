"""What a long run shows while it works (on a terminal only) and says when it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dvextract.document import LABELS
from dvextract.running.run import Progress, RunSummary


@contextmanager
def bar() -> Iterator[Progress | None]:
    """A progress bar with rate and time left on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():  # rich would also take FORCE_COLOR for a terminal
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("pages", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def summary_lines(summary: RunSummary) -> list[str]:
    """The closing lines of a run."""
    if summary.up_to_date:
        return [f"{summary.out} is up to date ({summary.pages} pages); --force makes it anew"]
    seconds = max(summary.seconds, 1e-9)
    lines = [
        f"{summary.pages} pages, {summary.characters:,} characters in {summary.seconds:.1f} s "
        f"({summary.pages / seconds:.1f} pages/s, {summary.characters / seconds:,.0f} characters/s)",
        "mentions: " + (", ".join(f"{n} {summary.mentions[n]:,}" for n in LABELS if n in summary.mentions) or "none"),
    ]
    if summary.resumed or summary.reasons:
        redone = f"; redone: {', '.join(summary.reasons)}" if summary.reasons else ""
        lines.append(f"{summary.resumed} of {summary.shards} shards reused{redone}")
    if summary.rejects:
        lines.append(f"rejects: {summary.rejects}, see {summary.out}/rejects.*")
    return [*lines, f"tables: {summary.out}"]
