"""TITLE: rank, honour, role or post, by the words the title begins with (title_kinds.tsv)."""

from __future__ import annotations

from functools import cache

import regex

from dvextract.interpretation.wording import lowered
from dvextract.lexicon.tsv import Beginnings

# An office named after a rank ("Đại tướng Tổng Tư lệnh") is still an office; so is "Luật sư trưởng", "Kỹ sư trưởng".
_OFFICE = regex.compile(r"\btrưởng\b|\bchủ tịch\b|\bgiám đốc\b|\bphó\b|\bủy viên\b|\bhội\b|\bban\b")
_DEPUTIES = regex.compile(r"đbqh|đại biểu quốc hội|chuyên trách")  # a standing office, not that of one journey
_LONGEST_RANK = 4  # words; "kiểm sát viên Viện kiểm sát nhân dân tỉnh" is an office


@cache
def _kinds() -> Beginnings:
    return Beginnings("title_kinds.tsv")


def kind(text: str) -> str:
    """``post`` unless the title is a rank, an honour or a role."""
    low = lowered(text)
    words, found = _kinds().split(low)
    if not found:
        return "post"
    rest = low[len(words) :].strip(" .")
    if found == "role" and _DEPUTIES.search(rest):
        return "post"
    if found == "rank" and (len(rest.split()) > _LONGEST_RANK or _OFFICE.search(rest)):
        return "post"
    return found
