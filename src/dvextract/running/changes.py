"""Why a shard is worked on again: what differs between the run that left its parts and this one, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Contents = Iterable[tuple[str, int, str]]
"""The doc_id, first row and hash of every piece of a shard, as `work.contents` gives them."""


def settings_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two `work.settings`, in words; empty when nothing does."""
    if not before or before == now:
        return []
    if any(not isinstance(before.get(name, {}), dict) for name in ("columns", "stages", "lexicons")):
        return ["what the last run said of its settings was damaged"]
    found = []
    if before.get("version") != now["version"]:
        found.append(f"dvextract {before.get('version')} is now {now['version']}")
    elif before.get("code") != now["code"]:
        found.append("the program changed")
    if before.get("pipeline") != now["pipeline"]:
        found.append("the pipeline changed")
    if before.get("options") != now["options"]:
        found.append("other options of stages")
    read = before.get("columns", {})
    if {**read, "encoding": ""} != {**now["columns"], "encoding": ""}:
        found.append("other columns of inputs")
    if read.get("encoding", "") != now["columns"].get("encoding", ""):
        found.append("another encoding of inputs")
    if before.get("repetition", "") != now["repetition"]:
        found.append("lines repeated on the pages of a site changed")
    stages = [n for n in now["stages"] if before.get("stages", {}).get(n, "") != now["stages"][n]]
    if stages and before.get("pipeline") == now["pipeline"]:
        found.append(f"files of stage {', '.join(stages)} changed")
    old = before.get("lexicons", {})
    names = sorted(n.rsplit("/", 1)[-1] for n in {*old, *now["lexicons"]} if old.get(n) != now["lexicons"].get(n))
    if names:
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        found.append(f"lexicon{'s' if len(names) > 1 else ''} {shown} changed")
    return found


def inputs_changed(before: Contents, now: Contents) -> list[str]:
    """What became of the pages of shards that are gone (``before``) in those to be worked on (``now``)."""
    old, new = _by_place(before), _by_place(now)
    counts: Sequence[tuple[str, int]] = (
        ("new", sum(1 for place in new if place not in old)),
        ("changed", sum(1 for place, digest in new.items() if old.get(place, digest) != digest)),
        ("removed", sum(1 for place in old if place not in new)),
    )
    return [f"{n} {what} {'input' if n == 1 else 'inputs'}" for what, n in counts if n]


def _by_place(contents: Contents) -> Mapping[tuple[str, int], set[str]]:
    """The hashes of the pieces that begin with the same row; those of an archive have no rows and all do."""
    found: dict[tuple[str, int], set[str]] = {}
    for doc_id, first, digest in contents:
        found.setdefault((doc_id, first), set()).add(digest)
    return found
