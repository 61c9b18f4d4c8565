"""Who took part in which event, and how: sentences with names, bodies and events to `Participation` rows.

The event is the EVENT of the frame itself or, for an anaphor (``chủ trì hội nghị``), the event told of before: the last
one somebody organised, best one with the same head word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import regex

from dvextract.compiled import maker
from dvextract.document import Document, Evidence, Participation, Statement
from dvextract.grammar.fold import shadow
from dvextract.relations.address import ONE
from dvextract.relations.cooperations import LISTED_BODIES, PLACE_BEFORE
from dvextract.relations.skeleton import Skeleton
from dvextract.relations.words import Rules, Sought, one_of

_HEADS = (
    r"(?:hội nghị|đại hội|kỳ họp|kì họp|phiên họp|cuộc họp|lễ|ngày hội|lễ hội|hội thảo|hội thi|hội diễn|hội thao|"
    r"tọa đàm|"
    r"toạ đàm|diễn đàn|họp mặt|gặp mặt|làm việc|buổi \w+ \w+|buổi \w+|cuộc thi|liên hoan|lớp tập huấn|"
    r"chương trình|đối thoại|"
    r"tiếp xúc cử tri|sự kiện|diễn tập|giao ban)"
)
_ANAPHOR = rf"(?:E|(?:buổi |cuộc |phiên )?{_HEADS}(?!\w))"
_WORDS_BETWEEN = (
    rf"(?:{ONE}|nguyên|cựu|các|hai|ba|cùng|về phía|đại diện|lãnh đạo|là|còn|có|tới|khách|của|tại|khóa \w+|chức sắc|trú|"
    rf"ở)"
)
_PEOPLE = rf"(?:[PTRLODQA](?!\w)|{_WORDS_BETWEEN}(?!\w)|và(?!\w)|[ ,;:()–/-]){{0,600}}"
"""Names, offices, bodies and what links them; no list is longer, and cost must not grow with its square."""
_NAMED = rf"(?:{_WORDS_BETWEEN} ?){{0,4}}(?:[TR](?: \([^()]{{0,40}}\))?(?:, [TR])* ?)*P"
_DONE = (
    r"(?:(?:đã|vừa|long trọng|trọng thể|trang trọng|chính thức|phối hợp|chủ trì|cùng|đồng|chức|vui vẻ|tưng bừng|"
    r"khóa \w+|D) )*"
)
_BODIES = LISTED_BODIES.replace("khóa \\w+", "khóa \\w+(?:, D)?")
_WITH = rf"(?:,? (?:đã |cùng |đang |chủ trì, )?(?:phối hợp(?: (?:với|cùng))?|cùng(?: với)?) (?P<b>{_BODIES}))?"

_ORGANISED = Rules(
    (
        (
            Sought(
                rf"(?P<a>{_BODIES}){_WITH}(?:, L)?,?(?: D,?)? {_DONE}(?<!\w)(?:tổ chức|mở|khai mạc) (?:thành công |"
                rf"khai mạc |lễ |trọng thể )?(?P<event>E)"
            ),
            "participation.organises",
        ),
        (
            Sought(rf"(?P<event>E)(?: “F”)?(?: D)? do (?P<a>{_BODIES}){_WITH} {_DONE}tổ chức"),
            "participation.organised-by",
        ),
    )
)
_CHAIRED = (
    Sought(rf"(?P<joint>đồng )?(?:chủ trì|chủ tọa|điều hành)(?: và \w+ \w+)? (?P<event>{_ANAPHOR})"),
    Sought(rf"(?P<event>{_ANAPHOR})?[^.P]{{0,60}}?(?<!\w)do (?P<people>{_PEOPLE})(?P<joint>đồng )?(?:chủ trì|chủ tọa)"),
    Sought(
        rf"(?P<event>{_ANAPHOR})?[^.;P]{{0,60}}?(?:dưới )?sự (?P<joint>đồng )?(?:chủ trì|chủ tọa|"
        rf"điều hành) của (?P<people>{_PEOPLE})"
    ),
    # ông P, T và bà P, T đồng chủ trì.
    Sought(r"(?<=P.{0,60})(?P<joint>đồng )?(?P<event>)(?:chủ trì|chủ tọa)(?=[ .;!]*\Z)"),
)
_OPENS_CLAUSE = regex.compile(r"(?:.*[:;.] ?)?", regex.DOTALL)
_NAMED_NEXT = regex.compile(rf"(?: D| “F”| L)?, {_NAMED}")
"""``Chủ trì hội nghị, ông P, T, ..``: who chairs is the subject behind the comma."""
_LIST_AHEAD = regex.compile(rf",? ?(?:gồm )?(?:còn |gồm )?(?:có|:|là)(?P<people>{_PEOPLE})")
_RUN = regex.compile(_PEOPLE)
_ONLINE = r"(?P<online> (?:bằng |qua |theo )?(?:hình thức )?trực tuyến)?"
_ATTENDED = Sought(
    rf"(?<!\w)(?:(?:đến|tới|về|cùng|tham|và)[ ,]*){{0,3}}(?:dự|hiện diện|có mặt|chung vui|"
    rf"tham gia){_ONLINE}(?P<spoke>(?: và|,) phát biểu)?(?: (?:và|,) \w+ \w+)?"
    rf"(?: (?:tại )?(?P<event>{_ANAPHOR})(?: D| “F”| L)?)?(?: tại điểm cầu[^,;P]{{0,40}})?"
    rf"(?:,? (?:về phía|phía) [^,;P]{{1,40}})?(?: với bà con)?,? (?:còn |cùng )?có(?P<people>.*?)"
    r"(?=(?:chủ trì|phát biểu|trao|tặng|đồng chủ trì)(?!\w)|\Z)"
)
_INVITED = regex.compile(r"(?<!\w)(?:mời|đề nghị|để)(?: (?!tham)[^,;.]{1,24})? \Z")
_HELD = Sought(
    rf"(?:\A|[;:,] |\) )(?:{_WORDS_BETWEEN} ?){{0,4}}"
    rf"(?P<people>P(?:{_PEOPLE.replace('{0,600}', '{0,60}')})),? ?(?:đã |vừa |D )*có (?P<event>E)"
)
"""People whose own occasion it is: ``các ông P, T; P, T, có buổi tiếp xúc cử tri``."""
_CAME = Sought(
    rf"(?P<people>(?:[PO])(?:{_PEOPLE}))(?:đã |cùng )*(?:đến |tới |về |"
    rf"tham )?(?:tham )?dự{_ONLINE}(?: và \w+ \w+)? (?P<event>{_ANAPHOR})"
)
_SPOKE = Sought(
    rf"(?:(?P<end>(?:phát biểu )?kết luận)(?: tại)?|(?:phát biểu|tham luận|báo cáo|trình bày|trao đổi|giải trình|"
    rf"chia sẻ|thảo luận|thông tin|trả lời)(?: [^\W\dA-Z]+){{0,4}}?(?: tại)?)"
    rf" (?P<event>{_ANAPHOR})(?: D| “F”)?, {_NAMED}"
)
_AT_EVENT = Sought(rf"(?:\A|[;:] )tại (?P<event>E)(?: D| “F”)?, {_NAMED}")
_SPEECH_OF = Sought(rf"phát biểu của {_NAMED}{_PEOPLE}tại (?P<event>{_ANAPHOR})")
_SAID_AT = Sought(
    rf"P(?P<tail>{_PEOPLE})(?:phát biểu(?: \w+ \w+)?|(?:nhấn mạnh|khẳng định|cho biết|"
    rf"chia sẻ)) tại (?P<event>{_ANAPHOR})"
)
_OFFICE_SPOKE = Sought(
    rf"(?P<end>kết luận|phát biểu kết luận)?(?:phát biểu(?: \w+){{0,2}} tại)? ?(?P<event>{_ANAPHOR}), (?P<who>T) ",
    also=one_of(("kết luận", "phát biểu")),
)
_TELLING = (*_CHAIRED, _ATTENDED, _HELD, _CAME, _SPOKE, _AT_EVENT, _SPEECH_OF, _SAID_AT, _OFFICE_SPOKE)
_FRAME_WORDS = one_of({word for frame in _TELLING for word in frame.telling})
"""One of these is in every sentence that tells of participants."""
_ON_BEHALF = regex.compile(rf"đại diện (?:lãnh đạo )?(?:các )?(?P<bodies>{LISTED_BODIES})")
_WORDS = 2  # words of an anaphor and an event's name that are compared
_PARTICIPANTS = frozenset("PTO")


_evidence, _participation = maker(Evidence), maker(Participation)


def participations(
    doc: Document, sentences: Sequence[Skeleton], statements: Sequence[Statement]
) -> tuple[Participation, ...]:
    """Every part in an event that the page states, in text order; ``statements`` are the page's: who spoke at all."""
    found: list[Participation] = []
    spoke = {st.speaker for st in statements}
    told = _Told(doc)
    any_event = False  # told of so far: before the first, nobody takes part in any
    for s in sentences:
        if "E" in s.letters:
            any_event = True
            found += _organisers(s, told)
        if any_event and not _PARTICIPANTS.isdisjoint(s.letters) and s.holds & _FRAME_WORDS:
            for frame in _frames(s, spoke):
                event, of_event = told.event(s, frame.event)
                if event is not None:
                    found += (
                        _participation(
                            event,
                            s.mentions[p],
                            frame.role,
                            -1,
                            -1,
                            (frame.evidence(s, p), *of_event, *doc.readings[event].evidence),
                        )
                        for p in frame.people
                    )
        if "E" in s.letters:
            told.tell(s)
    return tuple(dict.fromkeys(found))


class _Told:
    """The events of a page told of so far, so that an anaphor finds its event."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self._body: list[int] = []
        self._heading: list[int] = []
        self._organised: list[int] = []

    def tell(self, s: Skeleton) -> None:
        """Remember the events of a sentence; one in brackets only explains another."""
        heading = self.doc.blocks[s.block].kind in ("title", "subtitle")
        for p in s.positions("E"):
            if s.text.count("(", 0, p) <= s.text.count(")", 0, p):
                (self._heading if heading else self._body).append(s.mentions[p])

    def organise(self, event: int) -> None:
        """Remember an event that somebody organised: what a report is about."""
        self._organised.append(event)

    def event(self, s: Skeleton, span: tuple[int, int]) -> tuple[int | None, tuple[Evidence, ...]]:
        """The event that ``s.text[slice(*span)]`` speaks of, and what tells so unless it is named there.

        An empty span is ``dự có ..`` without a word for the event.
        """
        if span[0] < span[1] and s.text[span[0]] == "E":
            return s.mentions[span[0]], ()
        here = s.positions("E")
        if span[0] == span[1] and here:
            return s.mentions[here[0]], (Evidence("participation.event.of-sentence", column="event"),)
        words = s.text[slice(*span)].removeprefix("buổi ").removeprefix("cuộc ").split()[:_WORDS]
        where = s.place(*span) if span[0] < span[1] else (-1, -1)
        for pool in (self._organised, self._in(s, span[0]) + self._body[::-1], self._heading):
            same = [e for e in pool if words and self._named(e, words)]
            if same:
                event = same[-1] if pool is self._organised else same[0]
                return event, (_evidence("participation.event.same-head", *where, "event"),)
        if not self._organised:
            return None, ()
        return self._organised[-1], (_evidence("participation.event.last-organised", *where, "event"),)

    def _in(self, s: Skeleton, until: int) -> list[int]:
        return [s.mentions[p] for p in s.positions("E") if p < until][::-1]

    def _named(self, event: int, words: Sequence[str]) -> bool:
        name = shadow(self.doc.span(self.doc.mentions[event])).lower()
        return name.removeprefix("buổi ").removeprefix("cuộc ").startswith(" ".join(words))


def _organisers(s: Skeleton, told: _Told) -> Iterator[Participation]:
    for rule, name in _ORGANISED.for_(s):
        for m in rule.all_in(s):
            at = _held(s, m.start("event"))
            event = s.mentions[at]
            told.organise(event)
            when, where, stated = _occasion(told.doc, s, at)
            evidence = (_evidence(name, *s.place(*m.span())), *told.doc.readings[event].evidence, *stated)
            for group in ("a", "b"):
                for p in range(*m.span(group)):
                    placed = p == m.start(group) and PLACE_BEFORE.search(s.text, max(0, p - 30), p)
                    if s.text[p] == "O" and not placed and not _aside(s.text, m.start(group), p):
                        yield _participation(event, s.mentions[p], "organiser", when, where, evidence)


_OCCASION = regex.compile(r"(?P<event>E)[^,;:.EP]{0,60}(?<!\w)nhân(?: dịp)? \Z")


def _held(s: Skeleton, at: int) -> int:
    """The position of the event that is held: for ``E nhân E do O tổ chức`` the first, not its occasion."""
    before = _OCCASION.search(s.text, max(0, at - 80), at)
    return before.start("event") if before else at


_DAY = regex.compile(r"(?:\A|[:;,.*)-] {0,2})(?:L: |vào |trong |trước đó, |trước đó |cũng )*(?P<when>D)(?=,? )")
_DAY_AFTER = regex.compile(r"E(?: “F”)?(?:,? (?:vào|trong))? (?P<when>D)")
_PLACE = regex.compile(r"(?<!\w)(?:tại|ở)(?: (?!tại)[^,;:.PTOE“\"]{1,40}?)? (?P<where>L)")
_PERIOD = regex.compile(r"(?:giai đoạn|nhiệm kỳ|năm|quý|\d+ tháng)(?!\w)", regex.IGNORECASE)
"""A time that says what an event is about rather than when it is held."""


def _occasion(doc: Document, s: Skeleton, event: int) -> tuple[int, int, tuple[Evidence, ...]]:
    """Mentions that say when and where the event of a frame is held: ``D, tại L, O tổ chức E``, ``E D tại L``."""
    times = [m.start("when") for m in _DAY.finditer(s.text, 0, event)]
    after = _DAY_AFTER.match(s.text, event)
    times += [after.start("when")] if after else []
    days = [p for p in times if not _PERIOD.match(doc.span(doc.mentions[s.mentions[p]]))]
    places = [m for m in _PLACE.finditer(s.text, 0, event + _AFTER) if m.start() < event or m.end() > event]
    venue = places[0].start("where") if places else -1
    stated = (("participation.when", days[0] if days else -1, "when"), ("participation.where", venue, "where"))
    evidence = tuple(_evidence(rule, *s.place(p, p + 1), column) for rule, p, column in stated if p >= 0)
    return s.mentions[days[0]] if days else -1, s.mentions[venue] if places else -1, evidence


_AFTER = 60  # characters after an event in which its place is looked for


def _aside(text: str, start: int, at: int) -> bool:
    return text.count("(", start, at) > text.count(")", start, at)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Role, stretch of the word for the event, the people's positions, the whole stretch, and its rule."""

    role: str
    event: tuple[int, int]
    people: list[int]
    span: tuple[int, int]
    rule: str

    def evidence(self, s: Skeleton, person: int) -> Evidence:
        """Evidence of one person's part: from the first to the last of the person and the words of the frame."""
        start, end = self.span
        return _evidence(self.rule, *s.place(min(start, person), max(end, person + 1)))


def _frames(s: Skeleton, spoke: Set[int]) -> Iterator[_Frame]:
    """Every frame in a sentence; ``spoke`` are the speakers of the page."""
    for rule, read in _FRAMES.for_(s):
        for m in rule.all_in(s):
            frame = read(s, m, spoke)
            if frame is not None:
                yield frame


def _chairs(s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame:
    people = _names(s, *m.span("people")) if "people" in m.groupdict() else _around(s, m)
    span = m.span("event") if m["event"] else (m.start(), m.start())
    return _Frame("cochair" if m["joint"] else "chair", span, people, m.span(), "participation.chairs")


def _around(s: Skeleton, m: regex.Match[str]) -> list[int]:
    """The people of ``chủ trì hội nghị có P, P`` or of ``P, T; P, T, chủ trì hội nghị``."""
    ahead = _LIST_AHEAD.match(s.text, m.end())
    if ahead:
        return _names(s, *ahead.span("people"))
    if _OPENS_CLAUSE.fullmatch(s.text[: m.start()]) and (next_ := _NAMED_NEXT.match(s.text, m.end())):
        return [next_.end() - 1]
    before = next((run for run in _RUN.finditer(s.text, 0, m.start()) if run.end() == m.start()), None)
    return _names(s, *before.span()) if before else []


def _attended(s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame:
    span = m.span("event") if m["event"] else (m.start(), m.start())
    role = "speaker" if m["spoke"] else "online" if m["online"] else "guest"
    people = _names(s, *m.span("people")) + _represented(s, *m.span("people"))
    head = m.start(), m.start("people")
    return _Frame(role, span, people, head, "participation.attended-by")


def _came(s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame | None:
    if s.text[m.start()] == "O" and PLACE_BEFORE.search(s.text, max(0, m.start() - 30), m.start()):
        return None
    if m["people"].rstrip().endswith(";") or _INVITED.search(s.text, max(0, m.start() - 40), m.start()):
        return None
    role = "online" if m["online"] else "guest"
    people = _names(s, *m.span("people")) or _bodies(s, *m.span("people"))
    return _Frame(role, m.span("event"), people, m.span(), "participation.came-to")


def _hosts(s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame:
    return _Frame("host", m.span("event"), _names(s, *m.span("people")), m.span(), "participation.held")


def _spoke_at(_s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame:
    return _speech(m, [m.end() - 1], "participation.speaks-at")


def _spoke_there(s: Skeleton, m: regex.Match[str], spoke: Set[int]) -> _Frame | None:
    return _speech(m, [m.end() - 1], "participation.at-event-speaks") if s.mentions[m.end() - 1] in spoke else None


def _speech_of(s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame:
    return _speech(m, _names(s, m.start(), m.end())[:1], "participation.speech-of")


def _said_at(_s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame:
    return _speech(m, [m.start()], "participation.said-at")


def _office_spoke(s: Skeleton, m: regex.Match[str], _spoke: Set[int]) -> _Frame | None:
    if m[0].startswith(("kết luận", "phát biểu")) and s.text[m.end()] not in "P,(":
        return _speech(m, [m.start("who")], "participation.speaks-at")
    return None


def _speech(m: regex.Match[str], people: list[int], rule: str) -> _Frame:
    role = "concludes" if m.groupdict().get("end") else "speaker"
    return _Frame(role, m.span("event"), people, m.span(), rule)


def _names(s: Skeleton, start: int, end: int) -> list[int]:
    return [p for p in range(start, end) if s.text[p] == "P" and p in s.mentions and not _aside(s.text, start, p)]


def _bodies(s: Skeleton, start: int, end: int) -> list[int]:
    return [p for p in range(start, end) if s.text[p] == "O" and p in s.mentions]


def _represented(s: Skeleton, start: int, end: int) -> list[int]:
    """The bodies after ``đại diện``: ``dự có đồng chí P, T; đại diện O, O``."""
    return [p for m in _ON_BEHALF.finditer(s.text, start, end) for p in _bodies(s, *m.span("bodies"))]


_FRAMES = Rules(
    (
        *((rule, _chairs) for rule in _CHAIRED),
        (_ATTENDED, _attended),
        (_CAME, _came),
        (_HELD, _hosts),
        (_SPOKE, _spoke_at),
        (_AT_EVENT, _spoke_there),
        (_SPEECH_OF, _speech_of),
        (_SAID_AT, _said_at),
        (_OFFICE_SPOKE, _office_spoke),
    )
)
