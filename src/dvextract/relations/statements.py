"""Who said what: sentences with a speaker and a reporting verb to `Statement` rows.

The speaker is the name, office, body or document right before the verb, over appositions and adverbs. What is said runs
to the end of the sentence or to the speaker's next reporting verb; inside quotation marks, to the mark that closes
them; a request goes on in following sentences that begin with what is to be done.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from dvextract.compiled import maker, part
from dvextract.document import Block, Document, Evidence, Statement
from dvextract.grammar.rule import any_of
from dvextract.relations.skeleton import SEARCHED, SPEAKERS, Skeleton, clause_start
from dvextract.relations.verbs import Verb, asking_verbs, reporting_verbs, verb_pattern
from dvextract.relations.words import one_of, plain


@dataclass(frozen=True, slots=True)
class _Said:
    """A reporting verb in a sentence: positions of its speakers, its own stretch, where what was said before it ends,
    and the rule by which it is theirs."""

    speakers: tuple[int, ...]
    start: int
    end: int
    joined: int
    verb: Verb
    rule: str


_compiled = part("dvextract.relations._scan")
_evidence, _statement, _said = maker(Evidence), maker(Statement), maker(_Said)

_CALLED = (
    r"(?:(?:đồng chí|đ/c|ông|bà|anh|chị|em|cụ|già|cháu|chú|bác|thầy|cô|bạn|ngài|bố|mẹ|thầy giáo|cô giáo|đại biểu|"
    r"cử tri|"
    r"luật sư|bác sĩ|các|đại diện|lãnh đạo|tân binh|tướng) ?){0,3}"
)
_ADVERBS = (
    r"(?:(?:đã|cũng|vừa|đang|sẽ|còn|tiếp tục|trân trọng|xúc động|phấn khởi|chân thành|nhiệt liệt|xin|rất|luôn|"
    r"thẳng thắn|"
    r"tiếp thu(?: ý kiến)? và|vui mừng|khẩn thiết|đặc biệt|một lần nữa|tha thiết|từng|bẽn lẽn|hồ hởi|tự hào|cùng|lại|"
    r"thống nhất|nhất trí|bức xúc|mạnh dạn|vui vẻ|nghẹn ngào|bùi ngùi|chậm rãi|hào hứng|đều|thì|mới) )*"
)
_BELONGS = (
    r"(?:hội viên|đoàn viên|trú|ở|ngụ|quê|sinh|dân tộc|người|chủ|học sinh|sinh viên|lớp|con|vợ|chồng|cán bộ|đại diện|"
    r"tổ|công nhân|giáo viên|thành viên|phụ huynh|đảng viên|xã|thôn|bản|là|nhà|du khách|già làng)(?!\w)"
)
# Appositions between a speaker and the verb: brackets, posts, bodies, places, ages, "hội viên O", "dân tộc ..". One
# ends where the next begins: else a text with many could be cut in more ways than can be tried.
_APART = (
    r"(?: ?\([^()]{0,120}\)| ?- ?(?:nguyên )?[TRLO]|,? ?(?:(?:nguyên|kiêm|cựu|và) )+[TR]|, [TRLOQDA](?![\w])| ở [LO]|"
    r" của [OL]|"
    rf" khóa \w+|(?:,| -)? ?{_BELONGS}(?:(?! ?{_BELONGS})[^,;:.P“\"]){{0,60}})"
)
_AMID = r"(?P<amid> (?:tại|trong|trước|sau|khi|qua) [^,;:.“\"PTO]{1,40}?)?"
"""Where or when it was said, between the speaker and the verb: ``ông P tại buổi họp báo đã bày tỏ``."""
_SPEAKER = plain(
    rf"(?P<who>[PTROG]"
    rf"(?=(?P<more>(?:(?: D)?(?: của O)?(?:, và|,| và) (?:{_CALLED})(?:[TR] )?[PTROG](?!\w))*))(?P=more))"
    r"(?: D| A)?(?: của O)?"
    rf"(?:{_APART}){{0,12}},?(?P<told> trình bày)?{_AMID}(?: |-){_ADVERBS}\Z"
)
_OBJECTIVE = (
    *("với", "cho", "tới", "đến", "của", "do", "từ", "về", "bởi", "giao", "để", "tại", "ở", "trong", "trên", "vào"),
    *("thuộc", "qua", "bằng", "nhằm", "theo", "gửi", "thăm", "là", "cùng", "được", "bị", "yêu cầu", "đề nghị"),
    *("kiến nghị", "mong", "chúc", "cảm ơn", "trước", "đối với", "giúp", "trình", "khi", "và"),
)
_ADDRESSED = ("đồng chí", "ông", "bà", "anh", "chị")
_NOT_SUBJECT = regex.compile(rf"(?r)(?<!\w)(?:{'|'.join(_OBJECTIVE)}) (?:(?:{'|'.join(_ADDRESSED)}) )?\Z")
_BEFORE_OBJECTS = tuple(f"{word} " for word in (*_OBJECTIVE, *_ADDRESSED))
"""One of these is at the end of every match of `_NOT_SUBJECT`."""
_FOR_OTHERS = regex.compile(r"(?<!\w)(?:thay mặt|theo (?:tờ |báo )?)(?: lãnh đạo)?(?: O,)* ?\Z")
"""``P thay mặt lãnh đạo O, O chia sẻ``, ``theo O, đề nghị này``: somebody else speaks, or nobody does."""
_SUBJECT = regex.compile(
    rf"(?:\A|[;:,] |\) |- ){_CALLED}(?:[TR] )?(?P<who>[PTO](?:(?:,| và) [PTO](?!\w))*+)(?![\w:]| với(?!\w))"
)
_CLAUSE = plain(rf"[;,] ?{_CALLED}(?:[TR] )*\Z")
_REPORT_OF = plain(rf"(?:báo cáo|ý kiến|nghiên cứu|khảo sát|số liệu) (?:từ|của) {_CALLED}\Z")
_ISSUES = plain(
    rf"(?P<who>[PTO])(?:{_APART}){{0,3}},?(?: D,?)? {_ADVERBS}(?:ký|ban hành|có|ra|gửi|phát)(?: ban hành)? "
    rf"(?:(?:Q )?(?:văn bản|công văn|công điện|thông báo|chỉ thị|kế hoạch|quyết định|thông điệp)|G)"
    rf"(?: [^,;:.PTO“\"]{{1,40}})?,? {_ADVERBS}\Z"
)
_STRONG = regex.compile(
    rf"(?:(?:[;,] ?)?(?:và )?đồng thời(?: cũng| còn|,)?|;(?: và| đồng thời| ông| bà| anh| chị| đồng chí)?|"
    rf"(?<=[”\"»])(?: ?[,;])?(?: và| đồng thời)*) {_ADVERBS}\Z"
)
_JOINS = one_of(("đồng thời", ";", "”", '"', "»"))
"""One of these is in every match of `_STRONG`, or right before it."""
_WEAK = plain(rf"(?P<join>, và|,| và) {_ADVERBS}\Z")
_OTHERS_DO = regex.compile(r"(?<!\w)(?:chỉ đạo|giao|phân công|cần|phải)(?!\w)")
"""Words after which a verb behind a comma is what others are to do: ``chỉ đạo các xã rà soát, đề xuất ..``."""

_TO_QUOTE = plain(r"(?:[^“\"«;,]|,(?![^“\"«:]*[POT])){0,60}?: ?(?=[“\"«])| ?(?=[“\"«])")
_MARKED = plain(
    r"(?: (?:với|tại|thêm|rõ|vui|lớn|rằng|bằng|trong|ngay)[^:;.“\"«]{0,60})?(?: ?:|,? rằng(?!\w)| ?,? ?[“\"«])"
)
_MARKS_CONTENT = one_of((":", "rằng", "“", '"', "«"))
"""One of these is in every match of `_MARKED`."""
_OBJECT = plain(r"thông báo (?:tình hình|lịch|kết quả|nội dung|danh sách|kế hoạch|chương trình)(?!\w)")
"""A verb with what is told about, not with what is told."""
_JUDGED = plain(r" [^,;.:]{2,80}? (?:là|đã|rất|khá|chưa)(?!\w)")
"""``đánh giá mô hình này là sáng kiến``: what is judged and how, not only what."""
_OPENS = plain(r"(?: (?:với|tại|thêm)[^:;,.“\"«]{0,60}(?=: ))?(?:[ :,]|rằng(?!\w)|là(?!\w))*(?:[-–] )?[“\"«]?")
_NO_CONTENT = frozenset({"thêm", "rõ", "như vậy", "như thế", "vậy"})
_ENDS = " \t\r\n\xa0.!?…/;,:"

_APART_NO_DATE = _APART.replace("[TRLOQDA](?![\\w])", "[TRLOQ](?![\\w])")
"""After ``theo P,`` a date opens what is reported."""
_ACCORDING = regex.compile(
    r"(?:\A|(?<=\Wcòn )|(?<=\Acòn )|(?<=[;:,] )|(?<=cũng ))(?:theo (?P<noun>đánh giá|báo cáo|nhận định|thông tin|"
    r"nhận xét|ý kiến|chia sẻ|lời kể|phản ánh)"
    rf"(?: (?:từ|của))?|(?P<as>theo)) {_CALLED}(?:lãnh đạo )?(?:(?:[TR]|thạc sĩ|"
    rf"tiến sĩ)(?:, [TR])* )?(?P<who>[POT])(?: D)?(?:{_APART_NO_DATE}){{0,12}}"
    r"(?: (?:cho biết|cho hay|nhận định|đánh giá))? ?[,:] "
)
_THEO = one_of(f"{before}theo " for before in ("còn ", "cũng ", "; ", ": ", ", "))
"""One of these is in every match of `_ACCORDING` that does not open the sentence, or right before it."""
_TURN = plain(rf"{_CALLED}(?:[TR] )*(?P<who>P)(?: \([^()]{{0,40}}\))?(?P<colon> ?:) ?(?=\S)")
_TO_WHOM = r"(?P<tail> (?:với|tại|trong|trước|khi|sau) [^,;:“\"»”]{1,70})?"
"""To whom, where or when it was said, behind the verb."""
_TO_THE_END = rf"(?P<who>[PT])(?:{_APART}){{0,12}},? {_ADVERBS}(?P<verb>\w+(?: \w+){{0,2}}?){_TO_WHOM}[ .!?…]*\Z"
_SPEAKER_LAST = plain(_TO_THE_END)  # begins with a letter to look for: most sentences do not end so
_AFTER_QUOTE = plain(rf"(?P<close>[”\"»]|\w) ?[,–-]? ?{_CALLED}(?:[TRA] ?)*{_TO_THE_END}")
_CALLED_MOST = 40  # no fewer characters than there may be from a quotation to the offices in front of who said it
_CLOSES = re.compile('[”"»]')
_LAST_WORDS = 100  # more characters than there may be behind the verb of a speaker who is named last
_ENDS_SOON = re.compile(r"(?: [^ ]+){0,3}(?: (?:với|tại|trong|trước|khi|sau) |[ .!?…]*\Z)")
"""What may follow the first words of such a verb."""
_DASHED = plain(
    rf"\A- ?(?P<said>[^-].*?)(?<=[^ ,-]) ?- ?, ?{_CALLED}(?:[TRA] ?)*(?P<who>[PT])(?:{_APART}){{0,12}},? {_ADVERBS}"
    rf"(?P<verb>{any_of(reporting_verbs())})(?!\w)"
)
"""``- .. -, P nhấn mạnh với O``: dashes for quotation marks."""
_ANY_VERB = plain(
    rf"(?P<who>P)(?:(?:{_APART}){{0,12}}|,[^;:.“\"P]{{0,80}}?),? {_ADVERBS}(?P<verb>\w+(?: \w+){{0,2}}) ?: ?(?=[“\"«])"
)
_COLON_QUOTE = one_of(f":{blank}{mark}" for blank in ("", " ") for mark in '“"«')
_QUOTE_OPENS, _QUOTE_CLOSES = one_of('“"«'), one_of('”"»')
_REQUEST_GOES_ON = plain(
    r"(?:(?:hằng năm|hàng năm|cùng với đó|bên cạnh đó|ngoài ra|trước mắt|đồng thời|mặt khác|song song với đó|"
    r"thời gian tới|"
    r"trong thời gian tới|trong đó|đặc biệt|nhất là|cùng đó|tiếp đó)[, ]+)?"
    r"(?:cần|phải|tiếp tục|tăng cường|đẩy mạnh|chú trọng|quan tâm|chủ động|phối hợp|kiên quyết|tập trung|"
    r"thực hiện|nâng cao|"
    r"xây dựng|làm tốt|phát huy|định kỳ|thường xuyên|kịp thời|triển khai|tổ chức|rà soát|khắc phục|bảo đảm|"
    r"đảm bảo|không để|"
    r"gắn|huy động|coi trọng|đổi mới|giữ vững|quản lý|kiểm tra|tuyên truyền|vận động|hướng dẫn|tham mưu|bám sát|"
    r"sớm)(?!\w)"
)
_CLOSING = {"“": "”", "«": "»", "〝": "〞"}
_MARKS = '“”«»〝〞"'
_MARK = re.compile(f"[{_MARKS}]")


def statements(doc: Document, sentences: Sequence[Skeleton]) -> tuple[Statement, ...]:
    """Every reported statement, in text order; a request that goes on gives a row a sentence."""
    quotes = _Quotes(doc)
    found: list[Statement] = []
    until = -1  # told so far: a quotation over several sentences, a turn of an interview
    asked: tuple[Statement, ...] = ()
    for i, s in enumerate(sentences):
        if s.start < until:
            continue
        told: list[Statement] = []
        if not SPEAKERS.isdisjoint(s.letters):
            turn = _turn(doc, s) if ":" in s.text and "P" in s.letters else []
            told = turn or _sentence(doc, s, quotes, sentences[i + 1] if i + 1 < len(sentences) else None)
        if not told and asked and _goes_on(s, sentences[i - 1]):
            end = _trimmed(doc.text, s.start, s.end)
            found += (
                _statement(a.speaker, a.verb, s.start, end, a.mode, _rests_on("statement.request-goes-on", a))
                for a in asked
            )
            continue
        asked = ()
        if told:
            found += told
            until = max([r.content_end for r in told])
            asked = _request(told)
    return tuple(dict.fromkeys(r for r in found if r.content_start < r.content_end))


def _rests_on(rule: str, before: Statement) -> tuple[Evidence, ...]:
    """Evidence of a row whose speaker and verb are those of the row before it."""
    whole, *cells = before.evidence
    return _evidence(rule, whole.start, whole.end), *cells


def _said_by(s: Skeleton, speaker: int, start: int, end: int, rule: str) -> tuple[Evidence, ...]:
    """Evidence of a row: from the speaker to the verb, which is ``s.text[start:end]``, and the verb."""
    who, verb = s.place(speaker, speaker + 1), s.place(start, end)
    return (
        _evidence(rule, min(who[0], verb[0]), max(who[1], verb[1])),
        _evidence("statement.verb", *verb, "verb"),
    )


def _request(told: Sequence[Statement]) -> tuple[Statement, ...]:
    """The rows of a sentence's last statement when it asks for something, which following sentences may go on with."""
    asked = [r for r in told if r.mode == "indirect" and r.verb in asking_verbs()]
    if not asked:
        return ()
    last = max([r.content_start for r in told])
    return tuple([r for r in asked if r.content_start == last])


def _goes_on(s: Skeleton, before: Skeleton) -> bool:
    return s.block == before.block and bool(_REQUEST_GOES_ON.match(s.text))


def _turn(doc: Document, s: Skeleton) -> list[Statement]:
    """A turn of an interview: a name and a colon open a block, the rest of the block is what was said."""
    block = doc.blocks[s.block]
    if block.kind not in ("body", "lead") or s.start - block.start > 1:
        return []
    m = _TURN.match(s.text)
    if m is None:
        return []
    start = s.offset(m.end()) if m.end() < len(s.text) else s.end
    end = _trimmed(doc.text, start, block.end)
    who = m.start("who")
    evidence = (_evidence("statement.turn", *s.place(who, who + len(m[0][who - m.start() :].rstrip()))),)
    return [_statement(s.mentions[who], ":", start, end, "direct", evidence)]


def _sentence(doc: Document, s: Skeleton, quotes: _Quotes, following: Skeleton | None) -> list[Statement]:
    holds, verbs = s.holds, s.verbs
    reversed_ = _between_dashes(doc, s) if s.text[0] == "-" else []
    if not reversed_ and (verbs or holds & _QUOTE_CLOSES):
        # behind a quotation any word may report, else only a known verb near the end of the sentence
        ends = len(s.text.rstrip(" .!?…")) - _LAST_WORDS
        late = [end for _, end, _ in verbs if end > ends] if verbs and verbs[-1][1] > ends else []
        if late or holds & _QUOTE_CLOSES:
            reversed_ = _after_quote(doc, s, quotes, late)
    if reversed_:
        return reversed_
    told = _according(doc, s) if holds & _THEO or s.text.startswith("theo ") else []
    said_at = list(_verbs(s, quotes)) if verbs else []
    for k, said in enumerate(said_at):
        stop = said_at[k + 1].joined if k + 1 < len(said_at) else len(s.text)
        told += _told(doc, s, quotes, said, stop, following)
    return told or (_any_verb(doc, s, quotes) if holds & _COLON_QUOTE else [])


def _verbs(s: Skeleton, quotes: _Quotes) -> Iterator[_Said]:
    """Those of the reporting verbs of a sentence that have a speaker, in order."""
    before: _Said | None = None
    text, known = s.text, reporting_verbs()
    for i, (start, end, clause) in enumerate(s.verbs):
        if quotes.any and quotes.around(s.offset(start)):
            continue
        verb = known[text[start:end]]
        if text.startswith("thông báo", start) and _OBJECT.match(text, start):
            continue
        if verb.marked:
            if i + 1 < len(s.verbs) and s.verbs[i + 1][0] == end + 1:
                continue  # "xúc động nói": an adverb of the verb that follows
            if not (_is_marked(s, start, end, verb) or (s.holds & _QUOTE_OPENS and _TO_QUOTE.match(text, end))):
                continue
        said = (
            (_with_speaker(s, start, end, clause, verb, before) if clause >= 0 else None)
            or _joined(s, start, end, verb, before)
            or _issued(s, start, end, verb, before)
        )
        if said:
            before = said
            yield said


def _is_marked(s: Skeleton, start: int, end: int, verb: Verb) -> bool:
    """Whether a colon, a quotation mark, ``rằng`` or, for verbs that take one, a comma shows that content follows."""
    if (s.holds & _MARKS_CONTENT and _MARKED.match(s.text, end)) or (verb.comma and s.text.startswith(", ", end)):
        return True
    return s.text[start:end] == "đánh giá" and _JUDGED.match(s.text, end) is not None


def _with_speaker(s: Skeleton, start: int, end: int, clause: int, verb: Verb, before: _Said | None) -> _Said | None:
    """A verb with its speaker right in front, where the clause that begins at ``clause`` may hold one."""
    text = s.text
    found = _SPEAKER.search(text, clause, start)
    if found is None:
        return None
    at, letters = found.start("who"), found["who"]
    if text[start:end] == "quy định" and "G" not in letters:
        return None
    if found["amid"] and verb_pattern().search(text, *found.span("amid")):
        return None  # "P tại buổi họp báo đã bày tỏ lo ngại": the first verb is the one
    if "P" not in letters and _FOR_OTHERS.search(text, max(0, at - 40), at):
        return None
    if "G" in letters and text[:at].rstrip()[-1:].isalnum():
        return None  # "T ban hành G, yêu cầu": the document is an object
    ahead = max(0, at - 40), at
    not_subject = text.endswith(_BEFORE_OBJECTS, *ahead) and _NOT_SUBJECT.search(text, *ahead)
    if not_subject and not (found["told"] or _REPORT_OF.search(text, *ahead)):
        comma = letters.rfind(", ")
        if comma < 0 or "P" in letters:
            return None
        at, letters = at + comma + 2, letters[comma + 2 :]  # "đối với O, O nhận thấy": the first belongs to the phrase
    if before and "P" not in letters and not text[:at].rstrip().endswith(";"):
        return None  # a body inside what somebody says: "đề nghị .., O báo cáo O"
    wanted = "P" if "P" in letters else "TROG"
    speakers = _among(s, at, at + len(letters), wanted)
    opened = _CLAUSE.search(text, max(0, at - 60), at)
    return _said(speakers, start, end, opened.start() if opened else at, verb, "statement.speaker-then-verb")


def _among(s: Skeleton, start: int, end: int, wanted: str) -> tuple[int, ...]:
    """Positions of the coordinated speakers; ``của O`` behind one of them is not another."""
    text = s.text
    if start + 1 == end:
        return (start,) if text[start] in wanted else ()
    return tuple(
        [p for p in range(start, end) if text[p] in wanted and (p == start or not text.endswith(" của ", 0, p))]
    )


def _joined(s: Skeleton, start: int, end: int, verb: Verb, before: _Said | None) -> _Said | None:
    """A further verb of the same speaker: ``ghi nhận ..; đồng thời đề nghị ..``."""
    text = s.text
    first = max(0, start - 60)
    strong = _STRONG.search(text, first, start) if s.holds & _JOINS else None
    joins = strong is None and (text.find(",", first, start) >= 0 or text.find(" và ", first, start) >= 0)
    weak = _WEAK.search(text, first, start) if joins else None
    if not strong and not weak:
        return None
    speakers = before.speakers if before else _subject(s, start)
    if not speakers or (text[start:end] == "quy định" and text[speakers[0]] != "G"):
        return None  # "các quy định về xử phạt": a noun, unless a document is who says it
    if strong:
        return _said(speakers, start, end, strong.start(), verb, "statement.verb-joined")
    if weak is None or (before and before.verb.kind == "ask") or (not before and text[speakers[0]] == "O"):
        return None
    between = text[before.end if before else speakers[-1] + 1 : weak.start()]
    if _OTHERS_DO.search(between):
        return None
    plain = weak["join"] == ","
    doubtful = verb.marked or (plain and (verb.kind == "say" or (not before and verb.kind != "ask")))
    if doubtful and not _MARKED.match(text, end):
        return None
    return _said(speakers, start, end, weak.start(), verb, "statement.verb-joined")


def _issued(s: Skeleton, start: int, end: int, verb: Verb, before: _Said | None) -> _Said | None:
    """What a paper asks is asked by the one who signs it: ``T ký văn bản yêu cầu ..``, ``O ban hành G, đề nghị ..``."""
    if before or verb.kind != "ask":
        return None
    found = _ISSUES.search(s.text, max(0, start - SEARCHED), start)
    if found is None or _NOT_SUBJECT.search(s.text, max(0, found.start("who") - 40), found.start("who")):
        return None
    who = found.start("who")
    return _said((who,), start, end, who, verb, "statement.paper-asks")


def _subject(s: Skeleton, until: int) -> tuple[int, ...]:
    """The first name, office or body that opens a clause before ``until``."""
    found = _SUBJECT.search(s.text, 0, until)
    return _among(s, *found.span("who"), "P" if "P" in found["who"] else "TO") if found else ()


def _told(
    doc: Document, s: Skeleton, quotes: _Quotes, said: _Said, stop: int, following: Skeleton | None
) -> list[Statement]:
    """The rows of one verb: one a speaker."""
    text = s.text
    verb = doc.text[s.offset(said.start) : s.offset(said.end)].lower()
    mode = "indirect"
    quote = _TO_QUOTE.match(text, said.end) if s.holds & _QUOTE_OPENS else None
    pair = quotes.opening(s.offset(quote.end())) if quote and quote.end() < len(text) else None
    if pair:
        start, end, mode = pair[0] + 1, pair[1], "direct"
    else:
        opens = _OPENS.match(text, said.end)
        first = opens.end() if opens else said.end
        if first >= stop:
            return _listed_below(s, said, verb, following, doc)
        if text[first:stop].strip(" .!?…") in _NO_CONTENT:
            return []
        start = s.offset(first)
        end = _trimmed(doc.text, start, s.offset(stop))
    return [
        _statement(s.mentions[p], verb, start, end, mode, _said_by(s, p, said.start, said.end, said.rule))
        for p in said.speakers
    ]


def _listed_below(s: Skeleton, said: _Said, verb: str, following: Skeleton | None, doc: Document) -> list[Statement]:
    """``O yêu cầu:`` at the end of a line: what is asked stands in the next one."""
    if following is None or not s.text.rstrip().endswith(":"):
        return []
    end = _trimmed(doc.text, following.start, following.end)
    rule = "statement.in-next-line"
    return [
        _statement(s.mentions[p], verb, following.start, end, "indirect", _said_by(s, p, said.start, said.end, rule))
        for p in said.speakers
    ]


def _after_quote(doc: Document, s: Skeleton, quotes: _Quotes, late: Sequence[int]) -> list[Statement]:
    """``"..", ông P nói``: what was said stands before the speaker; ``late`` is where verbs near the end do."""
    text = s.text
    first = max(0, len(text) - SEARCHED)
    last = max(text.rfind("P", first), text.rfind("T", first))
    if last < 0:
        return []
    known = text.find(",", first, last) >= 0 and any(_ENDS_SOON.match(text, end) for end in late)
    if not known and not (s.holds & _QUOTE_CLOSES and _CLOSES.search(text, first, last)):
        return []
    speaker = _SPEAKER_LAST.search(text, clause_start(text, ';:“"', first, len(text)))
    if speaker is None:
        return []
    # all of a speaker's offices are in front of the first of them that may be the speaker
    ahead = len(text[: speaker.start()].rstrip(" TRA")) - _CALLED_MOST
    m = _AFTER_QUOTE.search(text, max(first, ahead))
    if m is None:
        return []
    pair = quotes.closing(s.offset(m.start("close")))
    verb_known = m["verb"].removesuffix(" thêm") in reporting_verbs()
    if pair is None and (not verb_known or "," not in text[m.end("close") : m.start("who")]):
        return []
    listed = text.startswith("- ")
    if pair is None and m["tail"] and not listed:
        return []  # "Tại hội nghị, P kiến nghị với O .."
    first = s.offset(2) if listed else s.start
    start, end = (pair[0] + 1, pair[1]) if pair else (first, s.offset(m.start("close") + 1))
    at = _known_verb(s, m.end("who"), m.end("verb")) or m.span("verb")
    verb = doc.text[s.offset(at[0]) : s.offset(at[1])]
    mode = "direct" if pair else "indirect"
    evidence = _said_by(s, m.start("who"), *at, "statement.then-speaker")
    return [_statement(s.mentions[m.start("who")], verb, start, end, mode, evidence)]


def _between_dashes(doc: Document, s: Skeleton) -> list[Statement]:
    """``- .., -, P nói với O``: what was said stands between dashes."""
    m = _DASHED.match(s.text)
    if m is None:
        return []
    start, end = s.place(*m.span("said"))
    verb = doc.text[s.offset(m.start("verb")) : s.offset(m.end("verb"))]
    evidence = _said_by(s, m.start("who"), *m.span("verb"), "statement.between-dashes")
    return [_statement(s.mentions[m.start("who")], verb, start, end, "direct", evidence)]


def _according(doc: Document, s: Skeleton) -> list[Statement]:
    """``Theo P, ..``, ``Theo đánh giá của P: ..``: the verb is the word as written."""
    m = _ACCORDING.search(s.text)
    if m is None or m.end() >= len(s.text) or (s.text[: m.start()].endswith(", ") and m["who"] != "P"):
        return []
    group = "noun" if m["noun"] else "as"
    verb = doc.text[s.offset(m.start(group)) : s.offset(m.end(group))]
    start = s.offset(m.end())
    end = _trimmed(doc.text, start, s.end)
    evidence = _said_by(s, m.start("who"), *m.span(group), "statement.according-to")
    return [_statement(s.mentions[m.start("who")], verb, start, end, "indirect", evidence)]


def _any_verb(doc: Document, s: Skeleton, quotes: _Quotes) -> list[Statement]:
    """``em P, Q, ngập ngừng: "..``: before a colon and a quotation any word may report."""
    m = _ANY_VERB.search(s.text)
    pair = quotes.opening(s.offset(m.end())) if m else None
    if m is None or pair is None:
        return []
    at = _known_verb(s, m.end("who"), m.end("verb")) or m.span("verb")
    verb = doc.text[s.offset(at[0]) : s.offset(at[1])]
    evidence = _said_by(s, m.start("who"), *at, "statement.verb-before-quote")
    return [_statement(s.mentions[m.start("who")], verb, pair[0] + 1, pair[1], "direct", evidence)]


def _known_verb(s: Skeleton, start: int, end: int) -> tuple[int, int] | None:
    """The last reporting verb in a stretch of a sentence."""
    known = list(verb_pattern().finditer(s.text, start, end))
    return known[-1].span() if known else None


def _trimmed(text: str, start: int, end: int) -> int:
    """``end`` without blanks and final punctuation."""
    while end > start and text[end - 1] in _ENDS:
        end -= 1
    return end


class _Quotes:
    """Pairs of quotation marks of a page, by the offset of either mark; a pair never leaves its block."""

    def __init__(self, doc: Document) -> None:
        self._pairs: list[tuple[int, int]] = []
        marks = _marks(doc.text)
        for block in doc.blocks if marks else ():
            first, last = bisect_left(marks, block.start), bisect_left(marks, block.end)
            if first < last and block.is_content:
                self._pairs += _pairs(doc.text, block, marks[first:last])
        self._pairs.sort()
        self.any = bool(self._pairs)
        self._opens = [a for a, _ in self._pairs]
        self._by_close = {b: (a, b) for a, b in self._pairs}

    def opening(self, offset: int) -> tuple[int, int] | None:
        """The pair that opens at ``offset``."""
        at = bisect_left(self._opens, offset)
        return self._pairs[at] if at < len(self._pairs) and self._opens[at] == offset else None

    def closing(self, offset: int) -> tuple[int, int] | None:
        """The pair that closes at ``offset``."""
        return self._by_close.get(offset)

    def around(self, offset: int) -> bool:
        """Whether ``offset`` stands between the marks of a pair; the nearest two cover a pair inside another."""
        at = bisect_right(self._opens, offset)
        near = self._pairs[max(0, at - 2) : at]
        return bool(near) and (near[-1][0] < offset < near[-1][1] or near[0][0] < offset < near[0][1])


def _marks(text: str) -> list[int]:
    """Where quotation marks stand."""
    if _compiled is not None:
        found: list[int] = _compiled.places(text, _MARKS)
        return found
    return [m.start() for m in _MARK.finditer(text)]


def _pairs(text: str, block: Block, marks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The marks of a block, which stand at ``marks``, matched.

    A curved one closes its own kind, a straight one opens or closes by its place: one before a word and after a blank
    opens, and then one that was open was never closed. Where its place does not decide it closes the one before it.
    """
    stack: list[tuple[str, int]] = []
    for i in marks:
        c = text[i]
        if c in _CLOSING:
            stack.append((_CLOSING[c], i))
        else:
            opened = _last(stack, c)
            if opened is not None and c == '"' and _opens(text, i, block):
                del stack[opened:]
                opened = None
            if opened is None and c in _MIXED and not _opens(text, i, block):
                opened = _last(stack, _MIXED[c])
            if opened is not None:
                yield stack[opened][1], i
                del stack[opened:]
            elif c == '"':
                stack.append(('"', i))
    last = marks[-1]
    if stack and stack[-1][1] == last and text[block.start : last].rstrip().endswith(":"):
        end = _trimmed(text, last + 1, block.end)
        if last + 1 < end < last + _UNCLOSED:
            yield last, end  # what is quoted behind a colon and never closed ends with its block


_UNCLOSED = 400  # code points that a quotation without a closing mark may go on
_MIXED = {'"': "”", "”": '"'}
"""A mark that cannot open and the one that closes what it may close too: pages mix straight and curved marks."""


def _last(stack: Sequence[tuple[str, int]], close: str) -> int | None:
    """The place in ``stack`` of the last open mark that ``close`` closes."""
    for k in range(len(stack) - 1, -1, -1):
        if stack[k][0] == close:
            return k
    return None


def _opens(text: str, i: int, block: Block) -> bool:
    """Whether a straight mark can only open: a blank or a bracket before it, none after it."""
    before = text[i - 1] if i > block.start else " "
    after = text[i + 1] if i + 1 < block.end else " "
    return (before.isspace() or before in "([“") and not after.isspace() and after not in ".,;:!?)]"
