"""PHRASE: movement, model, programme, slogan, award or quoted-term by the noun that stands before it, and its wording.

The noun is the nearest one on the left (phrase_heads.tsv); in an enumeration of quoted names every item takes the kind
of the first. Words without such a noun are a term that is merely quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from dvextract.document import Evidence
from dvextract.interpretation.wording import by_last_letter, fold, is_shouted, one_line
from dvextract.lexicon.tsv import Beginnings, rows

_QUOTES = "“”\"'‘’«»„〝〞"
_MARKS = frozenset(_QUOTES)
_SET_OFF = ":" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_REACH = 90  # characters before a phrase in which its head noun is looked for
# Two names of one enumeration: marks and a joining word between them, or where the first one is ("“A” ở bản X, “B”").
_ENUMERATED = regex.compile(
    rf"[{_QUOTES}]?(?: (?:ở|tại|của|do) [^.;:{_QUOTES}]{{2,50}})?(?:,|;| và|, và|/| hoặc|, gắn với| -) ?[{_QUOTES}]?"
)


# Nouns that may be described before a quotation mark: "chương trình văn nghệ", "khẩu hiệu hành động".
_DESCRIBED = ("chương trình", "tinh thần", "khẩu hiệu", "phong trào", "cuộc vận động", "phương châm", "chủ đề")
# What may stand between a head noun and the phrase, the second with words of the page before it.
_NEAR = (
    *("là", "mang tên", "có tên", "có tên gọi", "với tên gọi"),
    *("điểm", "lớn", "năm", "về", "đặc biệt", "với", "của năm"),
)
_LISTING = ("nổi bật", "tiêu biểu", "điển hình", "trong đó có", "như", "gồm", "mang tên")


class _Heads:
    """The nouns of phrase_heads.tsv and the patterns that find them before a phrase."""

    def __init__(self) -> None:
        self.kinds = {words: cls for words, cls in rows("phrase_heads.tsv") if not cls.endswith("-word")}
        words = "|".join(sorted(self.kinds, key=len, reverse=True))
        near = rf" (?:{'|'.join(_NEAR)}|số \d+|năm \d{{4}}|\d+)"
        far = rf"[^.{_QUOTES}]{{0,40}} (?:{'|'.join(_LISTING)})(?: là)?"
        end = rf"[:\s]*[{_QUOTES}]?\Z"
        described = rf"(?: (?!với|theo|là|tổ chức|của)\p{{L}}+){{1,3}}[:\s]*[{_QUOTES}]\Z"
        self._near = regex.compile(rf"(?<!\p{{L}})({words})(?:{near})?{end}")
        self._far = regex.compile(rf"(?<!\p{{L}})({words})(?:{far}){end}")
        self._described = regex.compile(rf"(?<!\p{{L}})({'|'.join(_DESCRIBED)}){described}")
        self._near_ends = by_last_letter((*self.kinds, *_NEAR))
        self._far_ends = by_last_letter((*_LISTING, *(f"{word} là" for word in _LISTING)))

    def search(self, before: str) -> regex.Match[str] | None:
        """The noun (group 1) in what stands before a phrase: directly, with a list word between them, or described.

        How the words end tells mostly that there is none.
        """
        quoted = before[-1:] in _MARKS
        words = (before[:-1] if quoted else before).rstrip(_SET_OFF)
        last = words[-1:]
        is_near = words.endswith(self._near_ends.get(last, ())) or last.isdecimal()
        return (
            (self._near.search(before) if is_near else None)
            or (self._far.search(before) if words.endswith(self._far_ends.get(last, ())) else None)
            or (self._described.search(before) if quoted and any(head in words for head in _DESCRIBED) else None)
        )


_heads = cache(_Heads)


@cache
def _own_words() -> Beginnings:
    return Beginnings("phrase_heads.tsv", frozenset(("award-word", "programme-word")))


_OWN_WORDS = Evidence("phrase.own-words", column="kind")
_NO_HEAD = Evidence("phrase.no-head-noun", column="kind")


def kinds(low: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, Evidence]]:
    """The kind of each PHRASE and what it rests on; ``low`` is the page's lower-case shadow, ``spans`` are in order."""
    found: list[tuple[str, Evidence]] = []
    for i, (start, end) in enumerate(spans):
        own = _own_words()(low[start:end])
        if own == "award-word":
            found.append(("award", _OWN_WORDS))
        elif head := _by_head(low, start):
            found.append(head)
        elif i and _ENUMERATED.fullmatch(low, spans[i - 1][1], start) and found[-1][0] != "award":
            found.append((found[-1][0], Evidence("phrase.enumerated", *spans[i - 1], "kind")))
        elif own == "programme-word":
            found.append(("programme", _OWN_WORDS))
        else:
            found.append(("quoted-term", _NO_HEAD))
    return found


def _by_head(low: str, start: int) -> tuple[str, Evidence] | None:
    """The kind by the noun before a phrase, and that noun: directly, with a list word between them, or described."""
    begin = max(0, start - _REACH)
    found = _heads().search(low[begin:start])
    if found is None:
        return None
    return _heads().kinds[found[1]], Evidence("phrase.head-noun", begin + found.start(1), begin + found.end(1), "kind")


def wordings(texts: Sequence[str]) -> list[str]:
    """Each phrase in one line, in the capitalisation that the page uses most for it (the earlier one among equals)."""
    lines = [one_line(t) for t in texts]
    spellings: dict[str, dict[str, int]] = {}
    for line in lines:
        counts = spellings.setdefault(fold(line), {})
        counts[line] = counts.get(line, 0) + (0 if is_shouted(line) else 1)
    best = {key: max(counts, key=lambda s: counts[s]) for key, counts in spellings.items()}
    return [best[fold(line)] for line in lines]
