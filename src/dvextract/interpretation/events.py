"""EVENT: its kind by its name, and its full name out of the core that the mention is and what completes it.

The name's beginning decides the kind (event_kinds.tsv), except that a conference with a number or a body in its name is
a session of that body, and a number of years before a day makes it a holiday. A descriptive name goes on in mentions of
other labels: ``Hội nghị sơ kết chương trình phối hợp`` / ``giữa O với O giai đoạn 2016-2021``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache

import regex

from dvextract.document import Mention
from dvextract.grammar.fold import page_lower
from dvextract.interpretation.wording import lowered, one_line
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
    low = lowered(text)
    if low.startswith("hội nghị"):
        if not _CONSULTATION.match(low) and (_SESSION.match(low) or _ORDINAL.match(low)):
            return "session"
    elif _YEARS_OF_A_DAY.match(low):
        return "holiday"
    return _kinds()(_BEGINNING.sub("", low, count=1)) or "meeting"


_ABOUT = r"\s+về [^.;:“”\"]{1,120}?"
_LINKS = {
    "ORGANISATION": regex.compile(rf"(?:{_ABOUT})?\s+(?:của|giữa)(?: các)?(?: [^.;:“”\"]{{1,60}} với)? "),
    "LEGALDOC": regex.compile(r"\s+(?:thực hiện |triển khai |theo |các |số )?"),
    "PHRASE": regex.compile(
        r"\s+(?:với )?(?:(?:chủ đề|phong trào|chương trình|cuộc vận động|mô hình|đề án)(?: thi đua)? )?[“\"]?"
    ),
    "TIME": regex.compile(rf"[”\"]?(?:{_ABOUT})?\s+"),
}
_LINKS["LOCATION"] = _LINKS["ORGANISATION"]
_AMONG = regex.compile(r"(?: \([^()]{1,40}\))?(?:,| và| với|, và| cùng)(?: các)? ")
"""Between two bodies of one list."""
_PERIOD = regex.compile(r"(?:giai đoạn|năm|quý|\d{1,2} tháng|sáu tháng|chín tháng|những năm|đợt|\(?\d{4} ?[-–])")
"""How a time begins that says what the event is about; a day says when it was held."""
_OFFICIAL = regex.compile(r"\b(?:lần thứ|thứ \w+|khóa|\d+ năm (?:ngày|thành lập))\b")
"""An official name is complete (congress, session, anniversary)."""
_TELLS = regex.compile(r"(?<!\w)(?:diễn ra|được|đã|vừa|sẽ|có|cho biết|tổ chức|khai mạc|bế mạc|tại)(?!\w)")
_FARTHEST = 180  # code points between two parts of a name


def names(text: str, mentions: Sequence[Mention], events: Sequence[int]) -> list[tuple[int, int]]:
    """Where the full names of the EVENT mentions stand, which are the given indices into the flat ``mentions``.

    Mentions and indices are in text order. A name runs from the core to the last mention that still completes it; a
    core that stands alone takes the longest name that the same core has elsewhere in the page.
    """
    if not events:
        return []
    low = page_lower(text)
    begins = [m.start for m in mentions]
    found = [(mentions[i].start, _end(low, mentions, begins, i)) for i in events]
    longest: dict[str, tuple[int, int]] = {}
    for i, (start, end) in zip(events, found, strict=True):
        if end > mentions[i].end:
            key = _core(text, mentions[i])
            before = longest.setdefault(key, (start, end))
            if len(one_line(text[start:end])) > len(one_line(text[slice(*before)])):
                longest[key] = start, end
    return [
        longest.get(_core(text, mentions[i]), span) if span[1] == mentions[i].end else span
        for i, span in zip(events, found, strict=True)
    ]


def _core(text: str, mention: Mention) -> str:
    return lowered(text[mention.start : mention.end])


def _end(low: str, mentions: Sequence[Mention], begins: Sequence[int], i: int) -> int:
    """Where the full name of an event ends."""
    end = last = mentions[i].end
    if _OFFICIAL.search(low, mentions[i].start, end):
        return end
    label = "EVENT"
    for at in range(bisect_left(begins, end), len(mentions)):
        m = mentions[at]
        gap = low[last : m.start]
        if len(gap) > _FARTHEST or not _completes(label, m.label, gap, low[m.start : m.end]):
            break
        end = last = m.end
        label = m.label
    inside = low[mentions[i].start : end]
    closes = low[end : end + 1] in ("”", '"') and inside.count("“") + inside.count('"') == 1
    return end + closes


def _completes(before: str, label: str, gap: str, words: str) -> bool:
    """Whether a mention after ``gap`` still belongs to the name whose last part has the label ``before``."""
    if label not in _LINKS or _TELLS.search(gap):
        return False
    if label == "TIME":
        return _PERIOD.match(words) is not None and _LINKS[label].fullmatch(gap) is not None
    if before == label and label in ("ORGANISATION", "LOCATION", "LEGALDOC"):
        return _AMONG.fullmatch(gap) is not None
    return _LINKS[label].fullmatch(gap) is not None
