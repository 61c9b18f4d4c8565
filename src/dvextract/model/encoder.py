"""The encoder every model of this version shares: syllable classes and place names from the lexicon."""

from __future__ import annotations

from functools import cache
from importlib import resources

from dvextract.lexicon.gazetteer import Gazetteer
from dvextract.model.features import SYLLABLE, Encoder, key_of


@cache
def default_encoder() -> Encoder:
    """One encoder a process; it remembers the syllable types it has met."""
    return Encoder(_clusters(), Gazetteer.places(lambda name: SYLLABLE.findall(name), key_of))


def _clusters() -> dict[str, tuple[int, ...]]:
    text = (resources.files("dvextract.lexicon") / "syllable_clusters.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[3:])
    return {row[0]: tuple(map(int, row[1:])) for row in rows}
