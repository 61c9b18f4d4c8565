"""Parts to tables: what spans the run is sorted and grouped on disk, then the parts' rows are written in order.

Four steps, each many calls that need no more memory than a group of parts or a bucket of identifiers:

1. *gather*: of every group of parts, profiles of persons and counts of entities, added up, sorted, put in buckets;
2. *decide*: of every bucket, who is who (`identities.joining.Names`), and what each entity is;
3. *write pages*: the tables of pages, persons renamed, in the order of the parts;
4. *write run*: the tables of the run, from the buckets in order.

Neither groups nor buckets show in the tables. Between the steps stand packs in a folder of the run.
"""

from __future__ import annotations

import heapq
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

import orjson

from dvextract import storage
from dvextract.identities.joining import PROFILES, Names, with_part
from dvextract.identities.spill import Spill
from dvextract.running.engines import Engine, Here
from dvextract.tables.build import Row
from dvextract.tables.entities import COUNTS, POINTERS, RUN_TABLES, added, by_entity, entity, plain_row
from dvextract.tables.pack import Pack, PackWriter
from dvextract.tables.packing import Changes, packed
from dvextract.tables.write import RECORDS, Output, output, stored

GROUP = 64
"""Parts that are gathered together; in the layout 'sharded' a file holds so many shards."""
BUCKETS = 16
"""Ranges of identifiers that are decided apart, when there is more than one group."""
SHARD_ROWS = 1 << 20
"""Rows of a file of a table of the run in the layout 'sharded'."""
ROWS = 1 << 12
"""Rows of a table of the run that are held at once."""
SINGLE, SHARDED = "single", "sharded"
LAYOUTS = (SINGLE, SHARDED)


@dataclass(frozen=True, slots=True)
class Target:
    """A table in one format, and where it goes: a file or, in the layout 'sharded', the folder of its files."""

    table: str
    suffix: str
    path: str


def targets(out: str, layout: str, tables: Sequence[str], formats: Sequence[str]) -> list[Target]:
    """What a run writes."""
    wanted = [(t, s) for t in tables for s in formats if t != RECORDS or s == "jsonl"]
    if layout == SHARDED:
        return [Target(t, s, storage.join(out, t)) for t, s in wanted]
    return [Target(t, s, storage.join(out, f"{t}.{s}")) for t, s in wanted]


def join(parts: Sequence[str], wanted: Sequence[Target], layout: str, folder: str, engine: Engine) -> list[str]:
    """Join parts, in order, into the targets; returns the names of the files written. ``folder`` is for in between."""
    storage.remove(folder)
    whole = [t for t in wanted if t.table in RUN_TABLES and t.table != "identities"]
    paged = [t for t in wanted if t not in whole]
    groups = -(-len(parts) // GROUP)
    decided: list[str] = []
    if whole or any(t.table in ("mentions", "identities") for t in wanted):
        buckets = BUCKETS if groups > 1 else 1
        decided = [storage.join(folder, f"decided-{b:02d}.pack") for b in range(buckets)]
        if buckets == 1:
            _all(engine.run(decide_at_once, [(parts, decided[0], GROUP, folder)]))
        else:
            gathered = [storage.join(folder, f"gathered-{g:05d}.pack") for g in range(groups)]
            slices = [parts[g * GROUP : (g + 1) * GROUP] for g in range(groups)]
            _all(engine.run(gather, [(s, g * GROUP, gathered[g], buckets, folder) for g, s in enumerate(slices)]))
            _all(engine.run(decide, [(gathered, b, decided[b], GROUP, folder) for b in range(buckets)]))
            for path in gathered:
                storage.remove(path)
    calls: list[tuple[Any, ...]] = [(write_run, decided, whole, layout, folder)] if whole else []
    if layout == SHARDED:
        step = max(1, -(-groups // (4 * engine.workers)))
        calls += [
            (write_pages, parts[g * GROUP : (g + step) * GROUP], g, GROUP, decided, paged, layout)
            for g in range(0, groups, step)
        ]
    else:
        shares = _shares(paged, parts, engine.workers)
        calls += [(write_pages, parts, 0, GROUP, decided, share, layout) for share in shares]
    written = [name for _, names in engine.run(_call, calls) for name in names]
    storage.remove(folder)
    return sorted(written)


def _all(results: Iterable[object]) -> None:
    for _ in results:
        pass


def _call(function: Any, *arguments: Any) -> list[str]:
    found: list[str] = function(*arguments)
    return found


def _shares(wanted: Sequence[Target], parts: Sequence[str], workers: int) -> list[list[Target]]:
    """The targets dealt to workers so that each has about as many bytes to write."""
    sizes = dict.fromkeys(wanted, 0)
    for path in parts[:: max(1, len(parts) // 20)]:
        pack = Pack(path)
        for t in wanted:
            # The work is in proportion to the lines; those of words are many for what a part holds of them
            times = _LENGTHS[t.suffix] * (2 if t.table == "tokens" else 1)
            sizes[t] += times * pack.size(t.table)
    shares: list[list[Target]] = [[] for _ in range(min(workers, len(wanted)))]
    loads = [0] * len(shares)
    for t in sorted(wanted, key=lambda t: -sizes[t]):
        least = loads.index(min(loads))
        shares[least].append(t)
        loads[least] += sizes[t]
    return [sorted(share, key=lambda t: t.table) for share in shares]  # all formats of a table are made at once


_LENGTHS = {"csv": 1, "jsonl": 2, "parquet": 8}
"""How much longer lines are than rows in a part, about; Parquet is short, but takes as much longer to write."""


@contextmanager
def _scratch(folder: str) -> Iterator[Path]:
    """A folder of this machine for sorting: beside the run's own, or a temporary one when that is elsewhere."""
    if not storage.is_url(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=f"sort-{os.getpid()}-", dir=None if storage.is_url(folder) else folder))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _packing(path: str) -> Iterator[PackWriter]:
    with storage.writing(path) as file:
        pack = PackWriter(file)
        yield pack
        pack.close({})


def _bucket(line: bytes, buckets: int) -> int:
    """The bucket of a line, by the first digit after the hyphen of the first identifier in it."""
    at = line.index(b"-") + 1
    return int(line[at : at + 1], 16) * buckets // 16


def gather(parts: Sequence[str], first: int, target: str, buckets: int, folder: str) -> None:
    """Write what a group of parts, the first with the number ``first``, says of persons and entities, by bucket."""
    with _scratch(folder) as scratch, _packing(target) as pack:
        profiles, counts = _gathered(parts, first, scratch)
        for line in profiles:
            pack.add(f"profiles-{_bucket(line, buckets)}", line + b"\n")
        for line in added(counts):
            pack.add(f"counts-{_bucket(line, buckets)}", line + b"\n")


def _gathered(parts: Sequence[str], first: int, scratch: Path) -> tuple[Spill, Spill]:
    """The profiles and the counts of parts, the first with the number ``first``."""
    profiles, counts = Spill(scratch / "profiles"), Spill(scratch / "counts")
    for number, path in enumerate(parts, first):
        part = Pack(path)
        for line in part.lines(PROFILES):
            profiles.add(with_part(number, line))
        for line in part.lines(COUNTS):
            counts.add(line)
    return profiles, counts


def decide(gathered: Sequence[str], bucket: int, target: str, size: int, folder: str) -> None:
    """Write what is decided of the persons and entities of a bucket; ``size`` is that of groups, in parts."""
    with _scratch(folder) as scratch, _packing(target) as pack:
        profiles, counts = Spill(scratch / "profiles"), Spill(scratch / "counts")
        for path in gathered:
            group = Pack(path)
            for line in group.lines(f"profiles-{bucket}"):
                profiles.add(line)
            for line in group.lines(f"counts-{bucket}"):
                counts.add(line)
        _decide(profiles, counts, pack, size, scratch)


def decide_at_once(parts: Sequence[str], target: str, size: int, folder: str) -> None:
    """`gather` and `decide` of the only group, with nothing written between them."""
    with _scratch(folder) as scratch, _packing(target) as pack:
        _decide(*_gathered(parts, 0, scratch), pack, size, scratch)


def _decide(profiles: Spill, counts: Spill, pack: PackWriter, size: int, scratch: Path) -> None:
    names = Names(profiles, scratch)
    for number, lines in groupby(names.rows, key=lambda line: int(line[:8]) // size):
        pack.lines(f"rows-{number}", lines)
    sorts = {name: Spill(scratch / name) for name in ("known", "places", "bodies", "pointers")}
    for line in _described(counts, sorts):
        names.entities.add(line)
    pack.lines("entities", names.entities)
    for name, sort in sorts.items():
        pack.lines(name, sort)


def _described(counts: Iterable[bytes], sorts: dict[str, Spill]) -> Iterator[bytes]:
    """Lines of the table `entities` (label, identifier, row); what is of other tables is put into ``sorts``."""
    for key, lines in by_entity(counts):
        identifier = key[key.index(b"\t") + 1 : -1]
        sorts["known"].add(identifier)
        if row := plain_row(key, lines):
            yield key + row
            continue
        e = entity(key, lines)
        if place := e.place:
            sorts["places"].add(b"\t".join((identifier, orjson.dumps(place))))
        if body := e.body:
            sorts["bodies"].add(b"\t".join((identifier, orjson.dumps(body))))
            for at in POINTERS:
                if body[at]:
                    sorts["pointers"].add(b"\t".join((body[at].encode(), identifier, b"%d" % at)))
        yield key + orjson.dumps(e.row)


def write_pages(
    parts: Sequence[str], group: int, size: int, decided: Sequence[str], wanted: Sequence[Target], layout: str
) -> list[str]:
    """Write tables of pages from parts that begin with the group of this number; returns names of files."""
    known = [Pack(path) for path in decided]
    asks = {t.table for t in wanted} & {"mentions", "identities"}
    written: list[str] = []
    with ExitStack() as files:
        outputs = _outputs(files, wanted, -1, written) if layout == SINGLE else []
        for begin in range(0, len(parts), size):
            number = group + begin // size
            found = _decided_rows(known, number) if asks else {}
            with ExitStack() as own:
                here = _outputs(own, wanted, number, written) if layout == SHARDED else outputs
                for at, path in enumerate(parts[begin : begin + size], number * size):
                    rows = found.pop(at, [])
                    changes = {(r[0], r[6]): r[2] for r in rows if r[2] != r[6]}
                    part = Pack(path, whole=True)
                    for table, outs in groupby(here, key=lambda pair: pair[0].table):
                        files_of_table = [out for _, out in outs]
                        for some in _of_part(part, table, rows, changes):
                            for out in files_of_table:
                                out.add(some)
    return written


def _of_part(part: Pack, table: str, rows: list[Row], changes: Changes) -> Iterable[bytes]:
    """What goes into a table of a part, for which ``rows`` and ``changes`` were decided, packed."""
    if table == "identities":
        return [packed([row[:6] for row in rows])] if rows else []
    return stored(part, table, changes if table == "mentions" else {})


def _outputs(
    files: ExitStack, wanted: Sequence[Target], number: int, written: list[str]
) -> list[tuple[Target, Output]]:
    """Open the files of the targets; they are complete when ``files`` is left."""
    found, opened = [], []
    for t in wanted:
        path = t.path if number < 0 else storage.join(t.path, f"part-{number:05d}.{t.suffix}")
        opened.append(files.enter_context(storage.writing(path, durable=True)))
        out = output(t.table, t.suffix, opened[-1])
        files.push(partial(_ended, out))
        found.append((t, out))
        written.append(path)
    files.push(partial(_settled, opened))
    return found


def _settled(files: Sequence[IO[bytes]], kind: object, *_: object) -> None:
    """Settle files that are complete but for what outputs hold back; none that are dropped."""
    if kind is None:
        storage.settle(files)


def _ended(out: Output, kind: object, *_: object) -> None:
    """Close an output; when its file is dropped anyway, what fails then is of no interest."""
    with suppress(Exception) if kind else nullcontext():
        out.close()


def _decided_rows(decided: Sequence[Pack], group: int) -> dict[int, list[tuple[Any, ...]]]:
    """Rows of `identities`, with the identifier of the name, by part."""
    lines = sorted(line for pack in decided for line in pack.lines(f"rows-{group}"))
    found: dict[int, list[tuple[Any, ...]]] = {}
    for line in lines:
        found.setdefault(int(line[:8]), []).append(tuple(orjson.loads(line.split(b"\t", 2)[2])))
    return found


def write_run(decided: Sequence[str], wanted: Sequence[Target], layout: str, folder: str) -> list[str]:
    """Write tables of the run from all buckets; returns names of files."""
    packs = [Pack(path) for path in decided]
    written: list[str] = []
    for table in dict.fromkeys(t.table for t in wanted):
        some = [t for t in wanted if t.table == table]
        with _scratch(folder) as scratch:
            found = _bodies(packs, scratch) if table == "bodies" else _cells(_together(packs, table))
            number = 0 if layout == SHARDED else -1
            more = True
            while more:
                with ExitStack() as files:
                    outputs = _outputs(files, some, number, written)
                    left = SHARD_ROWS
                    while rows := list(islice(found, min(left, ROWS))):
                        data = b"[" + b",".join(rows) + b"]"
                        for _, out in outputs:
                            out.add(data)
                        left -= len(rows) if layout == SHARDED else 0
                    more = layout == SHARDED and not left
                number += 1
    return written


def _together(packs: Sequence[Pack], name: str) -> Iterator[bytes]:
    """The sorted lines of a piece of all packs."""
    return heapq.merge(*(pack.lines(name) for pack in packs))


def _cells(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line.rsplit(b"\t", 1)[1] for line in lines)


def _bodies(packs: Sequence[Pack], scratch: Path) -> Iterator[bytes]:
    """Rows of the table `bodies`, packed: what one points to is an entity of the run, else the cell is empty."""
    there = Spill(scratch / "there")
    known = _together(packs, "known")
    entity = next(known, b"")
    for line in _together(packs, "pointers"):
        pointed, body, at = line.split(b"\t")
        while entity and entity < pointed:
            entity = next(known, b"")
        if entity == pointed:
            there.add(b"\t".join((body, at)))
    found = iter(there)
    pointer = next(found, b"").split(b"\t")
    for line in _together(packs, "bodies"):
        identifier, cells = line.split(b"\t", 1)
        row = orjson.loads(cells)
        kept = set()
        while pointer[0] == identifier:
            kept.add(int(pointer[1]))
            pointer = next(found, b"").split(b"\t")
        yield orjson.dumps(["" if i in POINTERS and i not in kept else cell for i, cell in enumerate(row)])


def join_here(parts: Sequence[str], wanted: Sequence[Target], folder: str) -> list[str]:
    """`join` into single files, in this process."""
    return join(parts, wanted, SINGLE, folder, Here())
