"""Raw articles to classes of syllables that stand in the same places: the lexicon syllable_clusters.tsv.

A syllable is described by what stands one and two places left and right of it (positive pointwise mutual information
against the commonest syllables, reduced to 64 singular vectors: Levy and Goldberg 2014); k-means groups the
descriptions coarsely, middling and finely. A tagger that sees classes knows a family name it never met in training.

Run as ``python -m dvextract.model.clusters ARTICLES.jsonl.gz OUT.tsv``; needs scipy (extra ``train``).
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dvextract.model.features import SYLLABLE

SIZES = (32, 160, 640)
LEAST = 5  # occurrences a syllable needs to be placed
CONTEXTS = 4000
VECTORS = 64
OFFSETS = (-2, -1, 1, 2)


def articles(path: Path) -> Iterator[list[str]]:
    """The syllables of every article of a JSONL file (gzip or plain), digits by length only."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            found = SYLLABLE.findall(orjson.loads(line)["text"])
            yield [("9" * min(len(s), 5)) if s[0].isdigit() else s for s in found]


def clusters(texts: Sequence[Sequence[str]], seed: int = 0) -> dict[str, tuple[int, ...]]:
    """Classes of every syllable that occurs at least `LEAST` times, one number for each of `SIZES`."""
    from scipy.cluster.vq import kmeans2
    from scipy.sparse.linalg import svds

    counts = Counter(s for text in texts for s in text)
    ranked = sorted(counts, key=lambda s: (-counts[s], s))
    vocabulary = [s for s in ranked if counts[s] >= LEAST]
    information = _information(texts, vocabulary, ranked[:CONTEXTS])
    start = np.random.default_rng(seed).standard_normal(min(information.shape))
    vectors, values, _ = svds(information, k=min(VECTORS, min(information.shape) - 1), v0=start)
    described = vectors * np.sqrt(values)
    described /= np.linalg.norm(described, axis=1, keepdims=True) + 1e-9
    groups = [
        kmeans2(described, min(k, len(vocabulary)), iter=40, minit="++", seed=np.random.default_rng(seed))[1]
        for k in SIZES
    ]
    return {s: tuple(int(g[i]) for g in groups) for i, s in enumerate(vocabulary)}


def _information(texts: Sequence[Sequence[str]], vocabulary: Sequence[str], contexts: Sequence[str]) -> Any:
    from scipy import sparse

    row = {s: i for i, s in enumerate(vocabulary)}
    column = {s: i for i, s in enumerate(contexts)}
    width = len(contexts) + 1  # one column for everything rarer
    shape = (len(vocabulary), width * len(OFFSETS))
    total = sparse.csr_matrix(shape, dtype=np.float32)
    for begin in range(0, len(texts), 2000):
        chunk = texts[begin : begin + 2000]
        gap = [-1] * max(OFFSETS)  # keeps the end of one article from being the context of the next
        rows = np.array([x for t in chunk for x in (*gap, *(row.get(s, -1) for s in t))])
        columns = np.array([x for t in chunk for x in (*gap, *(column.get(s, len(contexts)) for s in t))])
        columns[columns < 0] = len(contexts)
        for number, offset in enumerate(OFFSETS):
            here, there = (rows[-offset:], columns[:offset]) if offset < 0 else (rows[:-offset], columns[offset:])
            known = here >= 0
            ones = np.ones(int(known.sum()), dtype=np.float32)
            total += sparse.csr_matrix((ones, (here[known], there[known] + number * width)), shape=shape)
    counts = total.tocoo()
    of_row = np.asarray(total.sum(1)).ravel()
    of_column = np.asarray(total.sum(0)).ravel() ** 0.75
    of_column *= counts.data.sum() / of_column.sum()
    mutual = np.log(counts.data * float(counts.data.sum()) / (of_row[counts.row] * of_column[counts.col]))
    positive = mutual > 0
    return sparse.csr_matrix((mutual[positive], (counts.row[positive], counts.col[positive])), shape=shape)


def main(source: str, out: str) -> None:
    """Write the classes found in ``source`` to ``out``."""
    texts = list(articles(Path(source)))
    found = clusters(texts)
    size = sum(len(s) for t in texts for s in t)
    head = (
        "# Distributional classes of syllables, exact form. Neighbours within two syllables, positive pointwise\n"
        f"# mutual information, {VECTORS} singular vectors, k-means with {', '.join(map(str, SIZES))} classes.\n"
        f"# Source: {size / 1e6:.0f} million characters of Vietnamese news, by dvextract.model.clusters.\n"
        f"# As of: {date.today().year}\n"
        "syllable\tcoarse\tmiddle\tfine\n"
    )
    rows = "".join(f"{s}\t" + "\t".join(map(str, g)) + "\n" for s, g in found.items() if '"' not in s)
    Path(out).write_text(head + rows, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
