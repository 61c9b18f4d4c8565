"""EVENT: congress, session, meeting, ceremony, festival, holiday, historic, contest or election, by its name.

The name's beginning decides (event_kinds.tsv), except that a conference with a number or a body in its name is a
session of that body, and a number of years before a day makes it a holiday.
"""

from __future__ import annotations

from functools import cache, lru_cache

import regex

from dvextract.grammar.fold import shadow
from dvextract.interpretation.wording import one_line
from dvextract.lexicon.tsv import Beginnings

_SESSION = regex.compile(
    r"hội nghị,?(?: toàn thể| thường kỳ| định kỳ)? (?:lần (?:thứ )?[\w]+|thứ [\w]+"
    r"|(?:của )?(?:ban chấp hành|bch|ban thường vụ|btv|tỉnh ủy|thành ủy|huyện ủy|quận ủy|thị ủy|đảng ủy|trung ương|tw"
    r"|tư|t\.ư|ủy ban trung ương|uỷ ban trung ương|hội đồng|đoàn chủ tịch)\b)"
)
_ORDINAL = regex.compile(r"hội nghị .*\blần thứ\b.*\b(?:khóa|ban chấp hành|bch|đảng bộ|tỉnh ủy|ủy ban)\b")
_CONSULTATION = regex.compile(r"hội nghị (?:liên tịch )?(?:hiệp thương|cử tri|tiếp xúc)")
_YEARS_OF_A_DAY = regex.compile(r"\d+ (?:năm )?(?:ngày|thành lập|giải phóng|chiến thắng)")
_BEGINNING = regex.compile(r"(?:(?:các|những|tuần|đợt) )")


@cache
def _kinds() -> Beginnings:
    return Beginnings("event_kinds.tsv")


@lru_cache(maxsize=1 << 14)
def kind(text: str) -> str:
    """The kind of an event; ``meeting`` where the name says no more than that people met."""
    low = shadow(one_line(text)).lower()
    if not _CONSULTATION.match(low) and (_SESSION.match(low) or _ORDINAL.match(low)):
        return "session"
    if _YEARS_OF_A_DAY.match(low):
        return "holiday"
    return _kinds()(_BEGINNING.sub("", low, count=1)) or "meeting"
