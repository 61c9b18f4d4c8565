"""The encoder every model of this version shares: syllable classes and place names from the lexicon."""

from __future__ import annotations

from functools import cache

from dvextract.lexicon.gazetteer import Gazetteer
from dvextract.lexicon.tsv import rows
from dvextract.model.features import SYLLABLE, Encoder, key_of


@cache
def default_encoder(ablate: frozenset[str] = frozenset()) -> Encoder:
    """One encoder a process (for models trained without some columns one more); it remembers the types it has met."""
    return Encoder(_clusters(), Gazetteer.places(lambda name: SYLLABLE.findall(name), key_of), ablate)


def _clusters() -> dict[str, tuple[int, ...]]:
    return {syllable: tuple(map(int, classes)) for syllable, *classes in rows("syllable_clusters.tsv")}
