"""PHRASE: names of movements, models, programmes and awards, slogans and quoted terms (`find`).

What stands between quotation marks is a phrase unless it is speech; the same wording is then found without marks in
the rest of the page. Awards, numbered programmes and standing names (standing_phrases.tsv) need no marks. Which kind
a phrase is depends on the noun before it and is decided when it is interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import regex

from dvextract.compiled import maker
from dvextract.document import Finding
from dvextract.grammar.fold import page_shadow, shadow
from dvextract.grammar.quotation import OPENING, closing, is_spoken, opens
from dvextract.grammar.rule import Rule, Scanner, any_of, flatten
from dvextract.grammar.trigger import PAGE_FOLDED, Ending, Finder
from dvextract.lexicon.tsv import rows

LONGEST = 170
"""Code points between quotation marks beyond which a quotation is speech or a text, never a name."""

LONGEST_TITLE = 320
"""Code points up to which the quoted title of a document may go on."""
REPEATED_MOST = 200  # distinct quoted wordings looked for again; pages with more are lists

_GRADE = r"(?: hạng (?:[Nn]hất|[Nn]hì|[Bb]a|I{1,3})(?:, (?:[Nn]hất|[Nn]hì|[Bb]a)){0,2})?"
_QUOTED = r" ?:? ?(?:“[^”\n]{2,120}”|\"[^\"\n]{2,120}\")"
_NAME = r"\p{Lu}\p{Ll}+(?:,? (?:{stop}[\p{Ll}\d]+|\p{Lu}\p{Ll}+|- \p{L}+)){1,14}".replace(
    "{stop}",
    r"(?!giai đoạn|trên|của|do|đã|được|tại|năm|và|với|là|cho|để|có|theo|trong|từ|nhằm|ở|gắn|này|đến|sẽ|đang|tiếp|về)",
)

FRAGMENTS: dict[str, str] = {
    "grade": _GRADE,
    "quoted": _QUOTED,
    "name": _NAME,
    "order": r"(?:Độc lập|Lao động|Hồ Chí Minh|Sao [Vv]àng|Quân công|Chiến công|Hữu nghị|[Đđ]ại đoàn kết dân tộc|"
    r"[Dd]ũng cảm|Bảo vệ [Tt]ổ quốc|Chiến sĩ [Vv]ẻ vang|Chiến sỹ [Vv]ẻ vang|Chiến thắng|Giải phóng|Kháng chiến"
    r"(?: chống Mỹ,? cứu nước| chống Pháp)?|Quân kỳ [Qq]uyết thắng|Vì an ninh Tổ quốc|It-?xa-?la|Phát triển)",
}

RULES: list[Rule] = [
    Rule(
        "phrase.award.order",
        r"(?<!\p{L})[Hh](?:uân|uy) chương {order}{grade}",
        {"tặng Huân chương Lao động hạng Ba cho": "Huân chương Lao động hạng Ba"},
    ),
    Rule(
        "phrase.award.party",
        r"(?<!\p{L})[Hh]uy hiệu \d{2} năm tuổi [Đđ]ảng",
        {"trao Huy hiệu 60 năm tuổi Đảng": "Huy hiệu 60 năm tuổi Đảng"},
    ),
    Rule(
        "phrase.award.medal",
        r"(?<!\p{L})[Kk][ỷỉ] niệm chương(?:{quoted})?",
        {"nhận Kỷ niệm chương “Vì sự nghiệp bản làng” năm nay": "Kỷ niệm chương “Vì sự nghiệp bản làng”"},
    ),
    Rule(
        "phrase.award.certificate",
        r"(?<!\p{L})(?:Bằng khen|Giấy khen|[Cc]ờ thi đua(?: xuất sắc)?|Cờ Thi đua(?: xuất sắc)?|bằng khen|giấy khen)"
        r"(?!\p{L})",
        {"tặng Bằng khen cho": "Bằng khen"},
    ),
    Rule(
        "phrase.award.hero",
        r"(?<=danh hiệu )(?:Anh hùng (?:Lực lượng vũ trang nhân dân|LLVTND|LLVT nhân dân|Lao động)"
        r"|Thầy thuốc (?:Ưu tú|Nhân dân)"
        r"|Nhà giáo (?:Ưu tú|Nhân dân)|Nghệ nhân (?:Ưu tú|Nhân dân)"
        r"|[Cc]hiến s[ĩỹ] thi đua(?: cấp (?:cơ sở|tỉnh|quốc gia)"
        r"| toàn quốc)?|[Ll]ao động tiên tiến)",
        {"phong tặng danh hiệu Anh hùng Lao động": "Anh hùng Lao động"},
    ),
    Rule(
        "phrase.programme.number",
        r"(?<!\p{L})(?:Chương trình|Đề án|Dự án) (?:MTQG )?\d{1,4}(?![\d/%.-]|,\d| ?-\p{Lu}| (?:tỷ|triệu|năm))",
        {"triển khai Đề án 06 tại xã": "Đề án 06", "vốn Chương trình 135 giúp": "Chương trình 135"},
    ),
    Rule(
        "phrase.programme.national",
        r"(?<!\p{L})[Cc]hương trình (?:mục tiêu [Qq]uốc gia|MTQG)(?: \(MTQG\))? (?:[Xx]ây dựng (?:nông thôn mới|NTM)"
        r"|[Gg]iảm nghèo bền vững|phát triển kinh tế ?- ?xã hội vùng đồng bào (?:dân tộc thiểu số|DTTS) và miền núi)",
        {
            "Chương trình mục tiêu quốc gia giảm nghèo bền vững giai đoạn": (
                "Chương trình mục tiêu quốc gia giảm nghèo bền vững"
            )
        },
    ),
    Rule(
        "phrase.headed",
        r"(?<!\p{L})(?:[Pp]hong trào(?: thi đua)?|[Cc]uộc vận động|[Mm]ô hình|[Cc]hủ đề|[Kk]hẩu hiệu|[Cc]hiến dịch)"
        r" (?P<span>{name})",
        {
            "hưởng ứng phong trào Toàn bản chung sức giữ rừng của xã": "Toàn bản chung sức giữ rừng",
            "cuộc vận động Nhà sạch vườn xanh tại bản": "Nhà sạch vườn xanh",
        },
    ),
]


@cache
def _scanner() -> Scanner:
    return Scanner(RULES, FRAGMENTS, PAGE_FOLDED)


@cache
def standing_phrases() -> dict[str, str]:
    """Wording of standing movements, programmes and slogans, and their kind (standing_phrases.tsv)."""
    return {shadow(phrase): kind for phrase, kind in rows("standing_phrases.tsv")}


@cache
def _standing() -> Finder:
    names = any_of(n for n in standing_phrases() if n.count(" ") > 1)
    return Finder(rf"(?<!\p{{L}}){names}(?!\p{{L}})", PAGE_FOLDED)


_STOP_INSIDE = regex.compile(r"[.!?;…](?:\s|\Z)")
# A reporting verb and a colon: what is quoted is speech.
_SPEECH_BEFORE = Ending(r"[\p{Ll}\p{Lu}] ?: ?\Z")
_NAMED_BEFORE = Ending(
    r"(?:khẩu hiệu|phương châm|chủ đề|phong trào|mô hình|cuộc vận động|hội thảo|đề tài|chương trình"
    r"|kỷ niệm chương|tinh thần"
    r"|thông điệp|danh hiệu|như|gồm|sau) ?: ?\Z",
    regex.IGNORECASE,
)
# Fund and contest names hold their quoted part; the whole is another label's.
_LONGER_NAME = Ending(r"(?:Quỹ|[Hh]ội thi|Ngày hội|Ban Chỉ đạo.{0,40}|BCĐ.{0,40}) ?\Z")
# A document's title stands in marks behind the word about; it may hold semicolons and marks of its own.
_SENTENCE_END = regex.compile(r"[.!?…](?:\s|\Z)")
_BEFORE_TITLE = tuple(about + blank for about in ("về", "chuyên đề", "chuyên đề:") for blank in ("", " "))
# The noun of a movement, a model or a slogan right before the mark: a name, whoever speaks behind it.
_HEAD_BEFORE = Ending(
    r"(?:khẩu hiệu|phương châm|chủ đề|phong trào|phong trào thi đua|mô hình|cuộc vận động|chương trình|câu lạc bộ|đề án"
    r"|dự án|chiến dịch|danh hiệu|kỷ niệm chương|thông điệp) ?\Z",
    regex.IGNORECASE,
)


_finding = maker(Finding)


def find(text: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
    """PHRASE candidates inside the given stretches of ``text`` (code points), flat and in text order."""
    folded = page_shadow(text)
    found = [(s, e, "phrase.quoted") for start, end in spans for s, e in quoted(text, start, end)]
    for start, end in spans:
        found += ((m.start, m.end, m.rule) for m in _scanner().scan(folded, start, end))
        found += ((*m.span(), "phrase.standing") for m in _standing().finditer(folded, start, end))
        found += ((s, e, "phrase.title") for s, e in titles(text, start, end))
    found += _repeated(folded, spans, found)
    return [_finding(m.start, m.end, "PHRASE", m.rule) for m in flatten(found)]


def quoted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between quotation marks in text[start:end] and may be a name: short, no sentence, no speech."""
    at = start
    while True:
        opening = _next(text, OPENING, at, end)
        if opening < 0:
            return
        at = opening + 1
        if not opens(text, opening, start):
            continue  # an apostrophe: H'Linh
        closed = closing(text, opening, min(end, at + LONGEST))
        if closed < 0:
            continue
        if _is_name(text, opening, closed):
            s, e = at, closed
            while s < e and text[s] in " \u00a0\n.,;:":
                s += 1
            while s < e and text[e - 1] in " \u00a0\n.,;:!?…":
                e -= 1
            if s < e:
                yield s, e
        at = closed + 1


def titles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Titles of documents in directed marks in text[start:end] that hold semicolons or quoted words of their own."""
    opening = start - 1
    while (opening := text.find("“", opening + 1, end)) >= 0:
        if not text.endswith(_BEFORE_TITLE, start, opening):
            continue
        depth = 1
        for at in range(opening + 1, min(end, opening + LONGEST_TITLE)):
            depth += {"“": 1, "”": -1}.get(text[at], 0)
            # a title that is never closed ends where its sentence does
            stopped = depth == 1 and "“" in text[opening + 1 : at] and _SENTENCE_END.match(text, at, end)
            if depth == 0 or stopped:
                inside = text[opening + 1 : at]
                if ("“" in inside or ";" in inside) and not regex.search(r"[.!?…]\s|\n", inside):
                    yield opening + 1, at
                break


def _next(text: str, marks: str, start: int, end: int) -> int:
    m = _any_of(marks).search(text, start, end)
    return m.start() if m else -1


@cache
def _any_of(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(marks)}]")


def _is_name(text: str, opening: int, closed: int) -> bool:
    inside = text[opening + 1 : closed]
    if not any(c.isalpha() for c in inside) or "\n\n" in inside:
        return False
    if _STOP_INSIDE.search(inside.rstrip(".!?… ")):
        return False
    before = text[max(0, opening - 40) : opening]
    if _SPEECH_BEFORE.search(before) and not _NAMED_BEFORE.search(before):
        return False
    if _LONGER_NAME.search(before):
        return False
    return bool(_HEAD_BEFORE.search(before)) or not is_spoken(text, opening + 1, closed)


def _is_person(name: str) -> bool:
    """Whether a wording looks like a person's name: two to five words, each with a capital and no other."""
    words = name.split(" ")
    return 2 <= len(words) <= 5 and all(w[:1].isupper() and w[1:].islower() for w in words)


def _repeated(
    folded: str, spans: Sequence[tuple[int, int]], found: Sequence[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Wordings quoted somewhere in the page, without marks elsewhere, whatever their case."""
    found = [f for f in found if f[2] == "phrase.quoted"]
    if not found:
        return []
    low = folded.lower()
    wordings = {
        low[s:e] for s, e, _ in found if 5 <= e - s <= 80 and low[s:e].count(" ") > 1 and not _is_person(folded[s:e])
    }
    again = []
    for wording in sorted(wordings)[:REPEATED_MOST]:
        for start, end in spans:
            at = low.find(wording, start, end)
            while at >= 0:
                stop = at + len(wording)
                if not low[at - 1 : at].isalnum() and not low[stop : stop + 1].isalnum():
                    again.append((at, stop, "phrase.repeated"))
                at = low.find(wording, stop, end)
    return again
