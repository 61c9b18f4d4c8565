"""EVENT: occasions that their name alone identifies (`find`): fixed holidays, festivals, historic events and games.

Most events have no regular end, so the tagger finds them and `dvextract.grammar.edges` corrects where they stop. Here
are the forms that leave no second reading: standing names (standing_events.tsv) with the words around them that belong
to them, springs of the sexagenary cycle, and a working session with somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from dvextract.compiled import maker
from dvextract.document import Finding
from dvextract.grammar.fold import page_shadow, shadow
from dvextract.grammar.rule import Rule, Scanner
from dvextract.grammar.trigger import PAGE_FOLDED
from dvextract.lexicon.tsv import pairs

_STEMS = "Giáp|Ất|Bính|Đinh|Mậu|Kỷ|Canh|Tân|Nhâm|Quý"
_BRANCHES = "Tý|Sửu|Dần|Mão|Thìn|Tỵ|Tị|Ngọ|Mùi|Thân|Dậu|Tuất|Hợi"

FRAGMENTS: dict[str, str] = {
    "cycle": f"(?:{_STEMS}) (?:{_BRANCHES})",
    "head": r"(?:(?:[Đđ]ại )?[Ll]ễ (?:hội )?)?",
    "year": r"(?: (?:năm )?\d{4}(?! ?- ?\d{4}|\d))?",
}

RULES: list[Rule] = [
    Rule(
        "event.standing",
        r"(?<!\p{L})(?<!(?:đức|Đức) ){head}(?:{names})(?: \d{1,2}(?![\d/-]))?(?!\p{L}| sanh)(?: {cycle})?{year}",
        {
            "mừng Đại lễ Phật đản và": "Đại lễ Phật đản",
            "vui Tết Nguyên đán Bính Ngọ 2026 cùng": "Tết Nguyên đán Bính Ngọ 2026",
            "nhân Lễ hội Katê năm 2015.": "Lễ hội Katê năm 2015",
            "dự SEA Games 31 tại": "SEA Games 31",
        },
    ),
    Rule(
        "event.numbered",
        r"(?<!\p{L})(?:[Hh]ội thi|[Gg]iải|[Cc]uộc thi|[Hh]ội nghị|[Ll]iên hoan|[Hh]ội diễn|[Nn]gày hội)"
        r"(?: [\p{L}-]+,?){0,14}? ?(?:“[^”\n]{3,90}”|\"[^\"\n]{3,90}\")"
        r"(?: (?:toàn quốc|tỉnh|huyện|thành phố|xã|phường)(?: \p{Lu}\p{L}*){0,3})? lần thứ \w+{year}",
        {
            "dự Hội thi “Bản làng em” tỉnh Hưng Sơn lần thứ II năm 2015.": (
                "Hội thi “Bản làng em” tỉnh Hưng Sơn lần thứ II năm 2015"
            )
        },
    ),
    Rule(
        "event.spring",
        r"(?<=(?:mừng|đón|dịp|chào) )[Xx]uân {cycle}(?: \d{4})?",
        {"chúc mừng Xuân Canh Tý 2020": "Xuân Canh Tý 2020"},
    ),
    Rule(
        "event.working.session",
        r"(?<!\p{L})[Bb]uổi làm việc(?= với)",
        {"chủ trì buổi làm việc với các xã": "buổi làm việc"},
    ),
]


@cache
def standing_events() -> dict[str, str]:
    """Fixed names of occasions and their kind (standing_events.tsv)."""
    return pairs("standing_events.tsv")


@cache
def _scanner() -> Scanner:
    names = sorted((shadow(name) for name in standing_events()), key=lambda n: (-len(n), n))
    return Scanner(RULES, FRAGMENTS | {"names": "|".join(map(regex.escape, names))}, PAGE_FOLDED)


_finding = maker(Finding)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """EVENT candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    folded = page_shadow(text)
    return [
        _finding(m.start, m.end, "EVENT", m.rule) for start, end in spans for m in _scanner().scan(folded, start, end)
    ]
