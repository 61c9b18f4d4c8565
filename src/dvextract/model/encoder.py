"""The encoder every model of this version shares: syllable classes and place names from the lexicon."""

from __future__ import annotations

from functools import cache

from dvextract.lexicon.gazetteer import Gazetteer
from dvextract.lexicon.tsv import rows
from dvextract.model.features import SYLLABLE, Encoder, key_of


@cache
def default_encoder() -> Encoder:
    """One encoder a process; it remembers the syllable types it has met."""
    return Encoder(_clusters(), Gazetteer.places(lambda name: SYLLABLE.findall(name), key_of))


def _clusters() -> dict[str, tuple[int, ...]]:
    return {syllable: tuple(map(int, classes)) for syllable, *classes in rows("syllable_clusters.tsv")}
