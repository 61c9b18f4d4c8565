"""Pages for benchmarks when no archive is at hand: the notebooks' invented pages, no two alike.

A page is made of paragraphs of several of them, with other names, places, days and numbers. So no memory of words or
sentences helps more than on an archive; still an archive has more different words, so figures for a comparison should
be taken on one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

PAGES = Path(__file__).parents[1] / "notebooks" / "pages"
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[\w,] )[A-ZĐÀ-Ỹ][a-zà-ỹ]+(?: [A-ZĐÀ-Ỹ][a-zà-ỹ]+)+")
_NO_NAMES = {
    *("Ban", "Bà", "Bí", "Bộ", "Chi", "Chỉ", "Chủ", "Công", "Dân", "Hội", "Khối", "Mặt", "Nghị", "Phó", "Quốc", "Sở"),
    *("Tỉnh", "Trung", "Trưởng", "Ông", "Đoàn", "Đảng", "Đồng", "Ủy"),
}


def texts(count: int, seed: int = 0) -> Iterator[str]:
    """As many invented texts; the same for the same ``seed``."""
    pages = [p.read_text(encoding="utf-8") for p in sorted(PAGES.rglob("*.txt"))]
    paragraphs = [[line for line in page.splitlines() if line.strip()] for page in pages]
    syllables = sorted({s for page in pages for name in _NAME.findall(page) for s in name.split()} - _NO_NAMES)
    for number in range(count):
        rnd = random.Random(f"{seed} {number}")
        first, *others = rnd.sample(paragraphs, 3)
        inside = [line for page in others for line in page[3:-2]]
        lines = [*first[:4], *rnd.sample(inside, min(len(inside), rnd.randint(2, 6))), *first[4:]]
        yield _varied("\n\n".join(lines), rnd, syllables)


def _varied(text: str, rnd: random.Random, syllables: list[str]) -> str:
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        if found[0] not in names:
            words = found[0].split()
            keep = not _NO_NAMES.isdisjoint(words) or rnd.random() < 0.5  # an archive too names many again and again
            names[found[0]] = found[0] if keep else " ".join(rnd.choice(syllables) for _ in words)
        return names[found[0]]

    def digits(found: re.Match[str]) -> str:
        value = found[0]
        if len(value) > 3 or int(value) < 4:
            return value  # years stay years
        limit = 12 if int(value) <= 12 else 28 if int(value) <= 31 else 10 ** len(value) - 1
        return str(rnd.randint(1, limit)).zfill(len(value) if value[0] == "0" else 1)

    return _NUMBER.sub(digits, _NAME.sub(name, text))
