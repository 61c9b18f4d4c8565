"""Pinned figures below which a change does not pass.

A floors file is JSON: for each gold file its SHA-256 and the figures. Figures that are met may be raised; a figure is
lowered only by editing the file by hand, where a reviewer sees it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from dvextract.errors import UsageError
from dvextract.evaluation.score import Scores
from dvextract.tables.write import write_json


def figures(scores: Scores) -> dict[str, float]:
    """The figures that are pinned: strict F1 of every label and of all, shares of right values, facts, layout."""
    found = {f"strict.{label}": round(r.f1, 4) for label, r in scores.strict.items()}
    found |= {f"value.{label}": round(ok / n, 4) for label, (ok, n) in scores.values.items()}
    for name in ("posts", "statements", "cooperations", "content"):
        if (ratio := getattr(scores, name)) is not None:
            found[name] = round(ratio.f1, 4)
    if scores.titles is not None and scores.titles[1]:
        found["titles"] = round(scores.titles[0] / scores.titles[1], 4)
    return found


def _load(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        pinned: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise UsageError(f"cannot read floors from {path}: {e}") from e
    if not isinstance(pinned, dict) or not all({"sha256", "figures"} <= dict(v).keys() for v in pinned.values()):
        raise UsageError(f"{path} is no floors file; write one with --update-floors")
    return pinned


def check(scores: Scores, gold: Path, path: Path) -> list[str]:
    """One line for every figure below its floor; raises UsageError when the floors are of other gold pages."""
    pinned = _load(path).get(gold.name)
    if pinned is None:
        raise UsageError(f"{path} has no floors for {gold.name}; write them with --update-floors")
    if pinned["sha256"] != sha256(gold.read_bytes()).hexdigest():
        raise UsageError(f"{gold} has changed since its floors were pinned in {path}; check, then --update-floors")
    now = figures(scores)
    below = {k: v for k, v in pinned["figures"].items() if now.get(k, 0.0) < v}
    return [f"below its floor: {name} {now.get(name, 0.0):.4f} < {floor:.4f}" for name, floor in below.items()]


def update(scores: Scores, gold: Path, path: Path) -> list[str]:
    """Raise the floors to today's figures; raises UsageError, and changes nothing, if any would be lowered."""
    pinned = _load(path)
    before = pinned.get(gold.name, {}).get("figures", {})
    now = figures(scores)
    lowered = [
        f"{name} {old:.4f} -> {now.get(name, 0.0):.4f}" for name, old in before.items() if now.get(name, 0.0) < old
    ]
    if lowered:
        raise UsageError(f"floors are not lowered silently; edit {path} by hand: {'; '.join(lowered)}")
    pinned[gold.name] = {"sha256": sha256(gold.read_bytes()).hexdigest(), "figures": now}
    write_json(path, pinned)
    return [f"{name}: {before.get(name, 0.0):.4f} -> {figure:.4f}" for name, figure in now.items()]
