"""Who works with whom: sentences with two or more bodies and a word of cooperation to `Cooperation` rows.

The parties are the bodies listed on both sides of ``phối hợp với``, ``ký kết .. với``, ``kết nghĩa với`` and ``giữa ..
và ..``; several parties give a row for the first with each of the others. What is only asked for or planned gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from dvextract.compiled import maker
from dvextract.document import Cooperation, Document, Evidence, Statement, TimeValue
from dvextract.grammar.fold import shadow
from dvextract.relations.skeleton import Skeleton
from dvextract.relations.verbs import asking_verbs
from dvextract.relations.words import Rules, Sought, one_of

_ASIDE = r"(?: ?\([^()]{0,60}\)| khóa \w+|, khóa \w+)?"
LISTED_BODIES = rf"O{_ASIDE}(?:(?:, và |, ?| và | - |, cùng )(?:các |lãnh đạo |đại diện )?O{_ASIDE}){{0,60}}+"
"""One or several bodies: ``O (L), O và O``."""

_SOME_BODIES = LISTED_BODIES.replace("{0,60}+", "{0,60}")
_PARTIES = LISTED_BODIES.replace("O", "[OL]")
_ADVERBS = (
    r"(?:(?:đã|vừa|cũng|đang|cùng|cùng nhau|tiếp tục|thường xuyên|chủ động|tích cực|long trọng|chính thức|tỉnh|còn|"
    r"luôn) )*"
)
_SOME_PARTIES = _PARTIES.replace("{0,60}+", "{0,60}")
_NO_PAIR = rf"(?! {_ADVERBS}phối hợp)(?!{_ASIDE},? (?:và )?O{_ASIDE}(?!\w| phối))"
"""After a list: its last body begins a pair of its own (``O phối hợp với O, O phối hợp với O``)."""
_ACTS = rf" {_ADVERBS}(?:cũng|tổ chức|tiến hành)(?!\w)"
"""After a list: its last body is the subject of what follows (``giữa O và O, O cũng tổ chức``)."""
_MANNER = r"(?: (?:chặt chẽ|tốt|nhịp nhàng|hiệu quả|tổ chức|triển khai|thực hiện))*"
_WORK = (
    r"(?:phối hợp|liên kết|liên tịch|hợp tác|kết nghĩa|kết hợp|ký kết|ký giao ước|ký|kí kết|kí|đồng hành|sơ kết|"
    r"tổng kết)"
)
_PACT = (
    r"(?:chương trình|quy chế|kế hoạch|nghị quyết|thỏa thuận|thoả thuận|biên bản|giao ước|hợp đồng|bản ghi nhớ|đề án)"
    r"(?: (?:phối hợp|liên tịch|kết nghĩa|hợp tác|ghi nhớ|giao ước|thi đua|ký kết)){1,3}"
)

_RULES = Rules(
    (Sought(rule), name)
    for name, rule in (
        # O phối hợp với O, O; O đã kết nghĩa với O
        (
            "cooperation.works-with",
            rf"(?P<a>{LISTED_BODIES}),? {_ADVERBS}(?:phối hợp|liên kết|hợp tác|kết nghĩa|kết hợp|đồng hành){_MANNER}"
            rf"(?: với| cùng)?(?: lãnh đạo| đại diện)? (?P<b>{_SOME_BODIES}){_NO_PAIR}",
        ),
        # O ký kết chương trình phối hợp với O; O: Sơ kết chương trình phối hợp công tác với O
        (
            "cooperation.agrees-with",
            rf"(?P<a>{LISTED_BODIES})(?:,| :|:)? {_ADVERBS}{_WORK} [^.;:OPTL]{{0,90}}?(?:với|cùng) "
            rf"(?P<b>{_SOME_BODIES}){_NO_PAIR}",
        ),
        # O và O ký kết G; O, O phối hợp tổ chức E; O và O kết nghĩa
        (
            "cooperation.together",
            rf"(?P<a>O{_ASIDE}(?:(?:, và |, ?| và | - )O{_ASIDE})++),? {_ADVERBS}(?:phối hợp(?!{_MANNER} với (?!nhau))|"
            r"k[ýí](?! (?:các |một số |những |Q )?"
            rf"(?:văn bản|quyết định|tờ trình|công văn|ban hành))|kết nghĩa|liên kết|hợp tác|liên tịch|"
            rf"thống nhất (?:ký |ký kết |ban hành |xây dựng )?(?:G|{_PACT}))(?!\w)",
        ),
        # L và L kết nghĩa
        (
            "cooperation.twins",
            rf"(?P<a>[OL]{_ASIDE} và [OL]{_ASIDE}) {_ADVERBS}kết nghĩa(?!\w)",
        ),
        # O chủ trì, phối hợp với O tổ chức E
        (
            "cooperation.leads-with",
            rf"(?P<a>{LISTED_BODIES}) {_ADVERBS}chủ trì, phối hợp(?: với| cùng)? (?P<b>{LISTED_BODIES}) tổ chức E",
        ),
        # O và O tổ chức E, ký kết chương trình phối hợp; O và O tổ chức E, where E is a signing
        (
            "cooperation.agree-at-event",
            rf"(?P<a>O{_ASIDE}(?:(?:, và |, ?| và | - )O{_ASIDE})++),? {_ADVERBS}tổ chức (?:[^.;:OPT]{{0,60}}ký kết"
            rf"(?!\w)|(?P<pact>E))",
        ),
        # O cùng O ký kết
        (
            "cooperation.along-with",
            rf"(?P<a>O{_ASIDE}) cùng(?: với)? (?P<b>{LISTED_BODIES}) {_ADVERBS}(?:ký|kí|phối hợp|kết nghĩa|tổ chức|"
            rf"mở)(?!\w)",
        ),
        # chương trình phối hợp giữa O với O
        (
            "cooperation.between",
            rf"giữa (?P<a>{_PARTIES}) (?:với|và) (?P<b>{_SOME_PARTIES})(?!{_ACTS})",
        ),
        (
            "cooperation.among",
            rf"giữa (?P<a>[OL]{_ASIDE}(?:(?:, và |, ?| và | - )[OL]{_ASIDE})+)(?!{_ACTS})",
        ),
    )
)
_WORKS = one_of(
    (
        *("phối hợp", "liên kết", "hợp tác", "kết nghĩa", "kết hợp", "đồng hành", "ký", "kí", "liên tịch", "sơ kết"),
        *("tổng kết", "thống nhất", "tổ chức", "mở", "giữa "),
    )
)
"""One of these is in every match of `_RULES`."""
_BETWEEN_WHAT = regex.compile(
    r"(?:phối hợp|ký kết|kết nghĩa|liên tịch|hợp tác|giao ước|quy chế)[^,.;]{0,70}\Z|[GE] (?:D )?\Z"
)
_PLANNED = regex.compile(
    r"(?<!\w)(?:sẽ|cần|phải|đề nghị|yêu cầu|giao|chủ trì, phối hợp(?!.*tổ chức E)|để|chỉ đạo|mong|đề xuất)(?!\w)"
)
_PLAN_BEFORE = regex.compile(r"(?<!\w)(?:(?:giao|đề nghị|yêu cầu|chỉ đạo|để|mong|mời)(?: cho)?|sẽ do) \Z")
_JOINT = regex.compile(r"ký|kí kết|phối hợp|kết nghĩa|hợp tác|liên tịch|giao ước|giao lưu|thỏa thuận")
"""What an event between two bodies must be about to be a cooperation (not ``đàm phán giữa O và O``)."""
_NEEDED = regex.compile(
    r"(?<!\w)(?:(?:cần có|phải có|thiếu|chưa có)(?: sự)?(?: phối hợp| hợp tác)|đề xuất|dự kiến|sẽ)(?!\w)[^.;,]{0,60}\Z"
)
_WISHED = regex.compile(
    r"(?<!\w)(?<!theo )(?<!sự )(?<!thực hiện )(?:cần có|chưa có|yêu cầu|đề nghị|"
    r"giao(?! lưu| thông| dịch| ban| ước)|chỉ đạo|đồng ý)(?!\w)(?! của)[^.;:,]{0,60}\Z"
)
_SIGNING = regex.compile(r"k[ýí] kết|kết nghĩa|k[ýí] giao ước")
"""What an event is about at which those who hold it agree."""
_OBJECT = regex.compile(
    r"(?<!\w)(?:(?:tập thể|cùng với|báo cho|gửi|báo với)|"
    r"(?:nghị quyết|chỉ thị|kết luận|kế hoạch|quyết định|G)(?: của)?) \Z"
)
"""Words before a list of bodies that make it the object of somebody else's action, or the issuer of a paper."""
_TWO_SIDES = regex.compile(r"(?:,? và [^,.;:O]{1,24})? (?:của )?hai (?:nước|bên|tỉnh|địa phương)")
"""``giữa O, O và nhân dân hai nước``: of each side, not with each other."""
_WILL = regex.compile(r"(?: \([^()]{0,40}\))? sẽ ")
PLACE_BEFORE = regex.compile(r"(?<!\w)(?:trụ sở|tại|ở|của|thuộc|hội trường|trong|đối với|(?:tại|ở|trong) L) \Z")
"""Words before a body that make it a place or an owner, not one of the parties listed after it; a place right before it
(``tại nhà khách O, O phối hợp với O``) is its own."""
_PROGRAMME = regex.compile(
    rf"{_PACT}(?: (?!giữa|với|và|về|được|cho|trong|nhằm|giai đoạn|của|đã|do|tại|năm)[^\W\d_A-Z]+){{0,6}}"
)
_NAMED = regex.compile(r"(?:chương trình|đề án|dự án) [“\"]F[”\"]")
_PARENTS = tuple(
    (regex.compile(office), regex.compile(body))
    for office, body in (
        (
            r"(?:tổng cục|cục|vụ|viện|trường|học viện|thanh tra|văn phòng|ban quản lý)(?!\w)",
            r"bộ (?!chỉ huy|tư lệnh|chính)",
        ),
        (r"(?:phòng (?:cảnh sát|an ninh|csgt|pc)|cơ quan (?:csđt|cảnh sát)|đội|pc\d)", r"công an (?!xã|phường|p\.)"),
        (r"(?:trường|khoa|viện) ", r"(?:đại học|đh) "),
        (r"(?:đội|tổ|trạm) ", r"(?:phòng|cục) "),
        (r"phòng ", r"(?:tổng )?cục "),
        (r"(?:đồn|hải đội|trạm) ", r"(?:bđbp|bộ đội biên phòng|bộ chỉ huy|đồn) "),
        (r"bộ tư lệnh ", r"bộ (?:công an|quốc phòng)"),
    )
)
"""How an office and the body it belongs to begin, lower case."""
_FAR = 160  # characters after the parties in which the programme and its period are looked for


@dataclass(frozen=True, slots=True)
class _Match:
    """Parties in text order, the stretch of the sentence that names them, and the rule that found it."""

    parties: tuple[int, ...]
    start: int
    end: int
    rule: str


_evidence, _cooperation = maker(Evidence), maker(Cooperation)


def cooperations(
    doc: Document, sentences: Sequence[Skeleton], statements: Sequence[Statement]
) -> tuple[Cooperation, ...]:
    """Every cooperation the page reports, in text order; ``statements`` are the page's, to leave out what is asked."""
    asked = _asked(statements)
    tasks = False  # a list of requests goes on, a sentence a body
    found: list[Cooperation] = []
    for i, s in enumerate(sentences):
        bodies, places = s.letters.count("O"), s.letters.count("L")
        if not bodies:
            if not tasks and places < 2:
                continue  # most sentences; their text is not even made
            if "giữa L" not in s.text and "kết nghĩa" not in s.text:
                continue
        tasks = (
            (tasks or bool(asked))
            and s.text.startswith("O")
            and i > 0
            and s.block == sentences[i - 1].block
            and (tasks or _touches(asked, sentences[i - 1]))
            and _TASK.match(s.text) is not None
        )
        if tasks or bodies + places < 2 or not s.holds & _WORKS:
            continue
        before = sentences[i - 1].text if i else ""
        for m in _matches(doc, s, before):
            first = doc.mentions[s.mentions[m.parties[0]]].start
            if any(a <= first < b for a, b in asked):
                continue
            found += _rows(doc, s, m, sentences[i - 1] if i else None)
    return tuple(dict.fromkeys(found))


_TASK = regex.compile(rf"O{_ASIDE},? (?:chủ trì,? |chủ động |tiếp tục |tăng cường )*phối hợp(?! tổ chức E)")
"""How a further request names who is to do it, without a word of when: ``O phối hợp với O triển khai ..``."""


def _touches(asked: Iterable[tuple[int, int]], s: Skeleton) -> bool:
    return any(a < s.end and s.start < b for a, b in asked)


def _asked(statements: Iterable[Statement]) -> list[tuple[int, int]]:
    return [(st.content_start, st.content_end) for st in statements if st.verb in asking_verbs()]


def _matches(doc: Document, s: Skeleton, before: str) -> Iterator[_Match]:
    taken = 0
    found = ((m.start(), m, name) for rule, name in _RULES.for_(s) for m in rule.all_in(s))
    for start, m, rule in sorted(found, key=_earliest_longest):
        if start < taken or not _reported(doc, s, m, before):
            continue
        groups = [m.span(name) for name in ("a", "b") if m.groupdict().get(name)]
        if PLACE_BEFORE.search(s.text, max(0, start - 30), start):
            groups[0] = (_after_first(s.text, *groups[0]), groups[0][1])
        parties = tuple(p for a, b in groups for p in range(a, b) if p in s.mentions and not _bracketed(s.text, a, p))
        parties = _without_parents(doc, s, parties)
        if len(parties) > 1:
            taken = m.end()
            yield _Match(parties, start, m.end(), rule)


def _without_parents(doc: Document, s: Skeleton, parties: tuple[int, ...]) -> tuple[int, ...]:
    """Of ``Cục X, Bộ Y`` only the first: what follows an office behind a comma is the body that it belongs to."""
    kept: list[int] = []
    for p in parties:
        last = kept[-1] if kept else None
        if last is not None and s.text[last + 1 : p] in (", ", " - ", " thuộc "):
            office, body = (shadow(doc.span(doc.mentions[s.mentions[x]])).lower() for x in (last, p))
            if any(a.match(office) and b.match(body) for a, b in _PARENTS):
                continue
        kept.append(p)
    return tuple(kept)


def _after_first(text: str, start: int, end: int) -> int:
    """``tại trụ sở O, O và O``: the first body is the place, the list begins behind the comma."""
    comma = text.find(",", start, end)
    return comma + 1 if comma >= 0 else end


def _earliest_longest(found: tuple[int, regex.Match[str], str]) -> tuple[int, int]:
    return found[0], -len([c for c in found[1][0] if c == "O"])


def _bracketed(text: str, start: int, at: int) -> bool:
    return text.count("(", start, at) > text.count(")", start, at)


def _reported(doc: Document, s: Skeleton, m: regex.Match[str], before: str) -> bool:
    """Whether it is told as done: not asked for, not planned; for ``giữa``, whether something joint is named before."""
    if m[0].startswith("giữa"):
        ahead = (s.text[: m.start()] or before)[-120:]
        event = s.mentions.get(m.start() - 2) if ahead.endswith("E ") else None
        if event is not None and not _JOINT.search(shadow(doc.span(doc.mentions[event])).lower()):
            return False
        sides = _TWO_SIDES.match(s.text, m.end())
        return bool(_BETWEEN_WHAT.search(ahead)) and not _NEEDED.search(ahead) and not sides
    pact = m.start("pact") if m.groupdict().get("pact") else -1
    if pact >= 0 and not _SIGNING.search(shadow(doc.span(doc.mentions[s.mentions[pact]])).lower()):
        return False
    first = max(0, m.start() - 90)
    return not (
        _PLANNED.search(m[0])
        or _PLAN_BEFORE.search(s.text, first, m.start())
        or _WISHED.search(s.text, first, m.start())
        or _OBJECT.search(s.text, first, m.start())
        or _WILL.match(s.text, m.end())
    )


def _rows(doc: Document, s: Skeleton, m: _Match, before: Skeleton | None) -> list[Cooperation]:
    programme = _programme(doc, s, m, before)
    start, end, of_period = _period(doc, s, m)
    evidence = (_evidence(m.rule, *s.place(m.start, m.end)), *((programme,) if programme else ()), *of_period)
    words = doc.text[programme.start : programme.end] if programme else ""
    a, *others = (s.mentions[p] for p in m.parties)
    return [_cooperation(a, b, words, start, end, evidence) for b in others]


def _programme(doc: Document, s: Skeleton, m: _Match, before: Skeleton | None) -> Evidence | None:
    """Where the words stand that name what they work on: in the clause, or in the event named just before."""
    first = max(0, m.start - _FAR, s.text.rfind(";", 0, m.start) + 1)
    behind = s.text.find(";", m.end)
    last = min(len(s.text), m.end + _FAR, behind if behind >= 0 else len(s.text))
    for pattern in (_PROGRAMME, _NAMED):
        found = list(pattern.finditer(s.text, first, last))
        ahead = [f for f in found if f.end() <= m.start] if s.text.startswith("giữa", m.start) else []
        if found:  # what is between bodies was named last before it
            named = ahead[-1] if ahead else found[0]
            return _evidence("cooperation.programme.in-clause", *s.place(*named.span()), "programme")
    event = _event_before(s, m, before)
    if event is None:
        return None
    mention = doc.mentions[event]
    inside = _PROGRAMME.search(shadow(doc.span(mention)).lower())
    if inside is None:
        return None
    where = mention.start + inside.start(), mention.start + inside.end()
    return _evidence("cooperation.programme.in-event", *where, "programme")


def _event_before(s: Skeleton, m: _Match, before: Skeleton | None) -> int | None:
    """The event whose name ends right before ``giữa``, on the same line or the one before."""
    if not s.text.startswith("giữa", m.start):
        return None
    head = s.text[: m.start].rstrip()
    if head:
        return s.mentions.get(len(head) - 1) if head[-1] == "E" else None
    last = before.text.rstrip() if before else ""
    return before.mentions.get(len(last) - 1) if before and last.endswith("E") else None


def _period(doc: Document, s: Skeleton, m: _Match) -> tuple[str, str, tuple[Evidence, ...]]:
    """First and last day of the period behind the parties, or else of the date that opens the sentence."""
    after = [p for p in s.positions("D") if p >= m.end and not set(s.text[m.end : p]) & set(';“"') and p - m.end < _FAR]
    for p in after:
        detail = doc.readings[s.mentions[p]].detail
        if isinstance(detail, TimeValue) and detail.kind in ("interval", "term"):
            return _days(detail, s, p, "cooperation.period-behind")
    opening = [p for p in s.positions("D") if p < m.start and not set(s.text[:p]) & set("OPTE;")]
    detail = doc.readings[s.mentions[opening[0]]].detail if opening else None
    if not isinstance(detail, TimeValue):
        return "", "", ()
    return _days(detail, s, opening[0], "cooperation.opening-date")


def _days(value: TimeValue, s: Skeleton, at: int, rule: str) -> tuple[str, str, tuple[Evidence, ...]]:
    start, end = value.start_date, value.end_date
    stated = (column for column, day in (("start_date", start), ("end_date", end)) if day)
    return start, end, tuple(_evidence(rule, *s.place(at, at + 1), column) for column in stated)
