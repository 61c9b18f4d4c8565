"""Speech between quotation marks (`is_spoken`, `closing`): a clause that a speaker with a reporting verb beside
it is quoted with is a statement, never a PHRASE.

A speaker before the mark (``ông P lưu ý “tránh ..``, ``P khẳng định, “..``) or behind it (``“..”, ông P nói``). A
quotation that somebody is quoted with behind it opens its sentence; one in the middle of a clause (``thực hiện “mục
tiêu kép”, Thủ tướng yêu cầu ..``) is a part of that clause.
"""

from __future__ import annotations

import re
from functools import cache

import regex

from dvextract.grammar.automaton import Automaton
from dvextract.grammar.fold import shadow
from dvextract.grammar.rule import any_of
from dvextract.grammar.trigger import Ending
from dvextract.lexicon.tsv import rows

OPENING = "“\"'‘«〝"
CLOSING = {"“": '”"“〞', '"': '"”', "'": "'’", "‘": "’'", "«": "»", "〝": "〞"}
DIRECTED = "“«〝"
CLOSING_MARKS = frozenset("".join(CLOSING.values()))

CLAUSE_SHORTEST = 3
"""Words from which on a quotation that opens its sentence can be speech."""
SENTENCE_LEAST = 7
"""Words from which on a quotation with a stop of its own is a sentence, whoever says it."""
CLAUSE_LEAST = 5
REQUEST_LEAST = 7
"""Words from which on what a reporting verb is followed by is a clause, not a term (``nói “không” với``) or, behind one
that asks for something, a slogan."""
FARTHEST = 700
"""Code points of a quotation within which its closing mark is looked for."""
_AROUND = 140  # code points before and behind the marks in which a speaker and a verb are looked for

# Verbs that name what is in the marks as often as they report it: names, texts, offences.
_NAMING = frozenset(
    {"ghi", "viết", "đọc", "quy định", "dạy", "công bố", "giới thiệu", "xác định", "bổ sung", "phát biểu", "biểu dương",
     "khen", "khen ngợi", "chỉ đạo", "quán triệt", "thông báo", "động viên", "chúc", "chúc mừng", "chia buồn", "hứa",
     "trao đổi", "đề xuất", "cam kết", "kêu gọi", "trả lời", "gửi lời chúc", "nhắc", "nhắc lại", "nhắc nhở"}
)  # fmt: skip


@cache
def _verbs() -> str:
    return any_of([verb for verb, *_ in rows("reporting_verbs.tsv")])


@cache
def _before() -> tuple[Automaton, tuple[regex.Pattern[str], ...]]:
    """Verbs that report, and those that ask for something, up to the end of what stands before a quotation.

    With the automaton that tells, by the numbers of the patterns, where they can match.
    """
    patterns = []
    for asking in (False, True):
        verbs = any_of(
            [verb for verb, kind, _ in rows("reporting_verbs.tsv") if verb not in _NAMING and (kind == "ask") == asking]
        )
        # "ông P nói và khẳng định, “", "lưu ý: “", "cho rằng “", "nhấn mạnh với báo giới rằng “"
        patterns.append(
            rf"(?<!\p{{L}}){verbs}(?:(?: thêm| rõ| lại)?(?: với [^,.:;“”\"]{{2,40}})?(?:,? rằng| là)?)? ?[,:]? ?\Z"
        )
    return Automaton(dict(enumerate(patterns))), tuple(map(regex.compile, patterns))


def _is_reported(before: str, words: int) -> bool:
    """Whether a verb in front of a quotation, with ``before`` between, reports so many words."""
    automaton, patterns = _before()
    allowed = sum(1 << i for i, least in enumerate(_LEAST) if words >= least)
    for at, meant in automaton.places(before):
        can = automaton.meant[meant] & allowed
        if (can & 1 and patterns[0].match(before, at)) or (can & 2 and patterns[1].match(before, at)):
            return True
    return False


@cache
def _behind() -> regex.Pattern[str]:
    # ", ông P nói", "- vị cán bộ này cho hay", ", tuyên bố viết", "?\", PV đặt câu hỏi", ", anh P, chủ một trại gà, kể"
    said = rf"(?:{_verbs()}|nói|đặt câu hỏi|nêu câu hỏi|nhớ|thốt lên|bình luận|kết lại|phỏng đoán|dự đoán)"
    return regex.compile(
        rf"[?!.…]? ?[,–—-]? ?(?:{any_of(_SPEAKERS.split())}(?!\p{{L}})|(?=(?-i:\p{{Lu}})))"
        rf"(?:(?:[^.;:!?“”\"\n]|\.(?=\S)){{0,110}}? )??"
        rf"(?<=[ ,])(?:đã |cũng |vừa |từng |liền |còn |lại )?{said}(?!\p{{L}})",
        regex.IGNORECASE,
    )


# First syllables of what speaks: people, offices, bodies, papers.
_SPEAKERS = """
    ông bà anh chị em cụ cô chú bác thầy vị đồng ngài cử đại người phóng pv nguồn tuyên thông kết báo văn công bản cáo
    đơn thư bài tờ hãng bạn độc nạn chủ lãnh bộ thủ tổng phó thứ giám trưởng bí luật pgs gs ts ths đb đbqh tướng thiếu
    trung thượng ubnd sở cục cơ ban hội viện chuyên nhà
"""


_ENDS = ("", ".", "!", "?", "…", ":", "\n", "”", '"', "»", ")")
_DASHED = re.compile(r"[.\n] ?[–—-]\Z")
_HEAD = Ending(
    r"(?:khẩu hiệu|phương châm|chủ đề|phong trào|phong trào thi đua|mô hình|cuộc vận động|chương trình|câu lạc bộ|đề án"
    r"|dự án|chiến dịch|danh hiệu|kỷ niệm chương|thông điệp|tinh thần|khái niệm|cụm từ|dòng chữ|biệt danh|tội) ?:? ?\Z",
    regex.IGNORECASE,
)
_LEAST = (CLAUSE_LEAST, REQUEST_LEAST)
_PRONOUN = regex.compile(r"(?<!\p{L})(?i:tôi|chúng tôi|chúng ta|chúng tao|mình|bọn em|các anh|các bạn)(?!\p{L})")
"""Who speaks of himself, or speaks to somebody, is quoted."""
_APART = regex.compile(r" ?[,-]")
_STOPS = (".", "!", "?", "…")


@cache
def _marks(opening: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(opening + CLOSING[opening])}]")


def closing(text: str, opening: int, end: int) -> int:
    """Where the mark stands that closes the one at ``opening`` of text[:end]; -1 when none does.

    A mark with a blank before it and a letter behind it opens another quotation inside (``“.. Sùng "nhôm" ..”``); an
    apostrophe inside a word does not close.
    """
    mark = text[opening]
    marks = CLOSING[mark]
    inner: list[str] = []
    for m in _marks(mark).finditer(text, opening + 1, min(end, opening + FARTHEST)):
        at, c = m.start(), m[0]
        if c not in marks:
            inner.append(c)
            continue
        before, after = text[at - 1], text[at + 1 : at + 2]
        if c in "'’" and after.isalpha():
            continue
        if c in '"“' and (before.isspace() or before in "(“") and after.isalnum() and at > opening + 1:
            inner.append(c)
            continue
        while c != '"' and inner and inner[-1] == '"':
            inner.pop()  # a straight mark inside that was never closed
        if not inner:
            return at
        inner.pop()
    return -1


def opens(text: str, at: int, start: int) -> bool:
    """Whether the mark at ``at`` can open a quotation in text[start:]: not inside a word, nor the inch of ``6'2"``."""
    return text[at] not in "'‘\"" or at == start or not text[at - 1].isalnum()


def _is_first(before: str) -> bool:
    """Whether a quotation with ``before`` in front of it opens a sentence."""
    before = before.rstrip(" ")
    return before[-1:] in _ENDS or _DASHED.search(before, max(0, len(before) - 3)) is not None


def is_spoken(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], which stands between two quotation marks, is what somebody is quoted with."""
    words = text.count(" ", start, end) + 1
    before = shadow(text[max(0, start - 1 - _AROUND) : start - 1]).lower()
    if words < CLAUSE_SHORTEST or _HEAD.search(before):
        return False
    if words >= min(_LEAST) and _is_reported(before, words):
        return True
    is_first = _is_first(before)
    if not is_first and not (words >= SENTENCE_LEAST and _PRONOUN.search(text, start, end)):
        return False
    behind = shadow(text[end + 1 : end + 1 + _AROUND])
    stopped = text[start:end].rstrip().endswith(_STOPS)
    if is_first and words >= SENTENCE_LEAST and (stopped or behind.startswith(".")):
        return True
    return (stopped or text[end - 1] == "," or _APART.match(behind) is not None) and _behind().match(behind) is not None
