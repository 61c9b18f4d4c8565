"""PHRASE: movement, model, programme, slogan, award or quoted-term by the noun that stands before it, and its wording.

The noun is the nearest one on the left (phrase_heads.tsv); in an enumeration of quoted names every item takes the kind
of the first. Words without such a noun are a term that is merely quoted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import regex

from dvextract.document import Evidence
from dvextract.interpretation.wording import fold, is_shouted, one_line
from dvextract.lexicon.tsv import Beginnings, rows

_QUOTES = "“”\"'‘’«»„〝〞"
_REACH = 90  # characters before a phrase in which its head noun is looked for
# Two names of one enumeration: marks and a joining word between them, or where the first one is ("“A” ở bản X, “B”").
_ENUMERATED = regex.compile(
    rf"[{_QUOTES}]?(?: (?:ở|tại|của|do) [^.;:{_QUOTES}]{{2,50}})?(?:,|;| và|, và|/| hoặc|, gắn với| -) ?[{_QUOTES}]?"
)


# Nouns that may be described before a quotation mark: "chương trình văn nghệ", "khẩu hiệu hành động".
_DESCRIBED = ("chương trình", "tinh thần", "khẩu hiệu", "phong trào", "cuộc vận động", "phương châm", "chủ đề")


@cache
def _heads() -> tuple[re.Pattern[str], tuple[regex.Pattern[str], ...], dict[str, str]]:
    kinds = {words: cls for words, cls in rows("phrase_heads.tsv") if not cls.endswith("-word")}
    words = "|".join(sorted(kinds, key=len, reverse=True))
    near = r" (?:là|mang tên|có tên|có tên gọi|với tên gọi|điểm|lớn|năm|về|đặc biệt|số \d+|với|của năm|năm \d{4}|\d+)"
    far = rf"[^.{_QUOTES}]{{0,40}} (?:nổi bật|tiêu biểu|điển hình|trong đó có|như|gồm|mang tên)(?: là)?"
    end = rf"[:\s]*[{_QUOTES}]?\Z"
    described = rf"(?: (?!với|theo|là|tổ chức|của)\p{{L}}+){{1,3}}[:\s]*[{_QUOTES}]\Z"
    any_head = re.compile("|".join(map(re.escape, {*kinds, *_DESCRIBED})))
    return (
        any_head,
        (
            regex.compile(rf"(?<!\p{{L}})({words})(?:{near})?{end}"),
            regex.compile(rf"(?<!\p{{L}})({words})(?:{far}){end}"),
            regex.compile(rf"(?<!\p{{L}})({'|'.join(_DESCRIBED)}){described}"),
        ),
        kinds,
    )


@cache
def _own_words() -> Beginnings:
    return Beginnings("phrase_heads.tsv", frozenset(("award-word", "programme-word")))


def kinds(low: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, Evidence]]:
    """The kind of each PHRASE and what it rests on; ``low`` is the page's lower-case shadow, ``spans`` are in order."""
    found: list[tuple[str, Evidence]] = []
    for i, (start, end) in enumerate(spans):
        own = _own_words()(low[start:end])
        if own == "award-word":
            found.append(("award", Evidence("phrase.own-words", column="kind")))
        elif head := _by_head(low, start):
            found.append(head)
        elif i and _ENUMERATED.fullmatch(low, spans[i - 1][1], start) and found[-1][0] != "award":
            found.append((found[-1][0], Evidence("phrase.enumerated", *spans[i - 1], "kind")))
        elif own == "programme-word":
            found.append(("programme", Evidence("phrase.own-words", column="kind")))
        else:
            found.append(("quoted-term", Evidence("phrase.no-head-noun", column="kind")))
    return found


def _by_head(low: str, start: int) -> tuple[str, Evidence] | None:
    """The kind by the noun before a phrase, and that noun: directly, with a list word between them, or described."""
    any_head, patterns, kinds = _heads()
    begin = max(0, start - _REACH)
    before = low[begin:start]
    if not any_head.search(before):
        return None
    found = next((m for pattern in patterns if (m := pattern.search(before))), None)
    if found is None:
        return None
    return kinds[found[1]], Evidence("phrase.head-noun", begin + found.start(1), begin + found.end(1), "kind")


def wordings(texts: Sequence[str]) -> list[str]:
    """Each phrase in one line, in the capitalisation that the page uses most for it (the earlier one among equals)."""
    lines = [one_line(t) for t in texts]
    spellings: dict[str, Counter[str]] = {}
    for line in lines:
        spellings.setdefault(fold(line), Counter())[line] += 0 if is_shouted(line) else 1
    best = {key: max(counts, key=lambda s: counts[s]) for key, counts in spellings.items()}
    return [best[fold(line)] for line in lines]
