"""Speed of every stage and of the whole run, beside underthesea on the same pages in the same process.

    python benchmarks/speed.py [PAGES.jsonl[.gz] | FOLDER] [--limit N]

Without pages of your own the sample pages of seeds/ are repeated. Machines differ and are shared: read the ratios.
``underthesea.ner`` is slow, so it is timed on the first pages only; its rate does not depend on their number.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import dvextract
from dvextract.document import Document
from dvextract.pipeline import load_pipeline

NER_CHARACTERS = 60_000


def read_texts(source: str, limit: int) -> list[str]:
    """Texts of a JSONL file (a "text" each) or of a folder's .txt files; the sample pages repeated if none is given."""
    if not source:
        seeds = [p.read_text(encoding="utf-8") for p in sorted(Path("seeds").glob("*.txt"))]
        return (seeds * limit)[:limit]
    path = Path(source)
    if path.is_dir():
        return [p.read_text(encoding="utf-8") for p in sorted(path.rglob("*.txt"))[:limit]]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(limit), lines, strict=False)]


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time that a call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def row(name: str, characters: int, seconds: float, base: float) -> str:
    """One line of the report; ``base`` is underthesea.ner's rate in characters a second."""
    rate = characters / seconds
    return f"{name:28s} {seconds:9.2f} s {rate:14,.0f} {rate / base:10.1f} x"


def batches(docs: list[Document], size: int = 64) -> Iterable[list[Document]]:
    """Slices of a list, as a run makes them."""
    return (docs[i : i + size] for i in range(0, len(docs), size))


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="?", default="")
    parser.add_argument("--limit", type=int, default=200)
    arguments = parser.parse_args()
    texts = read_texts(arguments.pages, arguments.limit)
    total = sum(map(len, texts))

    import underthesea

    sentences = [s for text in texts for s in text.split("\n") if s.strip()]
    underthesea.word_tokenize("Khởi động")
    underthesea.ner("Khởi động")
    few: list[str] = []
    for s in sentences:
        few.append(s[:1000])  # its cost grows faster than the string
        if sum(map(len, few)) > NER_CHARACTERS:
            break
    base = sum(map(len, few)) / timed(lambda: [underthesea.ner(s) for s in few])
    words = timed(lambda: [underthesea.word_tokenize(s[:1000], use_token_normalize=False) for s in sentences])

    pipeline = load_pipeline("default")
    pipeline([Document("warm", texts[0])])
    docs = [Document(str(i), text) for i, text in enumerate(texts)]
    print(f"{len(texts)} pages, {total:,} characters\n")
    print(f"{'':28s} {'time':>11s} {'characters/s':>14s} {'to ner':>12s}")
    print(f"{'underthesea.ner':28s} {'':>11s} {base:14,.0f} {1:10.1f} x")
    print(row("underthesea.word_tokenize", sum(min(len(s), 1000) for s in sentences), words, base))
    for stage in pipeline.stages:
        spent = 0.0
        for batch in batches(docs):
            spent += timed(lambda stage=stage, batch=batch: stage(batch))  # type: ignore[misc]
        print(row(f"stage {stage.name}", total, spent, base))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pages.jsonl")
        lines = (json.dumps({"text": text}, ensure_ascii=False) for text in texts)
        source.write_text("\n".join(lines), encoding="utf-8")
        for workers in (1, 2):
            out = Path(folder, f"out{workers}")
            spent = timed(lambda workers=workers, out=out: dvextract.run([source], out=out, workers=workers))  # type: ignore[misc]
            print(row(f"whole run, {workers} worker(s)", total, spent, base))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"\nlargest process: {peak / 1024:.0f} MB")


if __name__ == "__main__":
    main()
