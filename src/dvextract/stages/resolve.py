"""Stage resolve: findings and predictions to settled mentions, flat and inside content blocks.

The policy, in this order:

1. The trained tagger has seen every finding, so its spans stand, except a PHRASE over what somebody is quoted with
   (`dvextract.grammar.quotation`), and except that
2. what a user added and is sure of (own lexicons and followed phrases, then recognisers) replaces every other finding
   and predicted span it overlaps, whatever their labels; so does a finding of a rule in `SURE` with predicted spans,
   and one of a rule in `LONGER` or `COMPLETING` with predicted spans inside it. The edges of the others are corrected
   by rule (`dvextract.grammar.edges`), and
3. a finding of a rule in `JOINING`, or of what a user added without being sure of it, joins where no span is
   predicted, and any finding where a correction left room.
4. Of two spans that still overlap, the label higher in `PRECEDENCE` wins, then the longer, then the earlier.
5. A span is trimmed of blanks, separators and quotation marks without their partner, and dropped if nothing is left
   or if it crosses a block's edge.

Which rules are sure was decided on annotated pages the tagger had not seen: a rule is, when nine in ten of the
findings that contradict the tagger are right, or when its form leaves no second reading.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from math import inf
from typing import ClassVar, TypeVar

import regex

from dvextract.compiled import maker
from dvextract.document import Document, Finding, Mention, Prediction
from dvextract.grammar.edges import Mended, Mender
from dvextract.grammar.quotation import CLOSING_MARKS, DIRECTED, FARTHEST, OPENING, closing, is_spoken, opens
from dvextract.grammar.trigger import Ending
from dvextract.lexicon.units import admin_units
from dvextract.relations.bodies import body_in_title

PRECEDENCE: tuple[str, ...] = (
    "LEGALDOC",
    "EVENT",
    "TITLE",
    "ORGANISATION",
    "PERSON",
    "LOCATION",
    "PHRASE",
    "TIME",
    "QUANTITY",
    "ABBREVIATION",
)
"""Which label wins where two spans have the same extent."""

_RANK = {label: i for i, label in enumerate(PRECEDENCE)}

SURE: frozenset[str] = frozenset(
    {
        "abbreviation.acronym",
        "abbreviation.central",
        "legaldoc.number.bare",
        "legaldoc.number.full",
        "legaldoc.number.next",
        "legaldoc.plenum",
        "phrase.award.hero",
        "phrase.award.medal",
        "phrase.award.order",
        "phrase.award.party",
        "phrase.programme.national",
        "phrase.programme.number",
        "quantity.age",
        "time.buddhist",
        "time.date.clock",
        "time.date.day",
        "time.date.weekday",
        "time.days.list",
        "time.days.range",
        "time.era.decade",
        "time.lunar.said",
        "time.months",
        "time.period",
        "time.quarter",
        "time.recurring",
        "time.year.list",
    }
)
"""Rules whose findings win over the tagger."""

JOINING: frozenset[str] = frozenset(
    {
        "abbreviation.defined",
        "event.working.session",
        "legaldoc.adopted",
        "legaldoc.issued",
        "legaldoc.number.short",
        "phrase.award.certificate",
        "abbreviation.city",
        "abbreviation.company",
        "abbreviation.counted",
        "legaldoc.issued.apart",
        "phrase.quoted",
        "phrase.repeated",
        "quantity.duration",
        "time.deictic.year",
        "time.lunar",
        "time.until",
    }
)
"""Rules whose findings are taken where the tagger saw nothing."""

LONGER: frozenset[str] = frozenset({"event.numbered", "event.spring", "event.standing"})
"""Rules whose findings win over predicted spans that do not reach beyond them."""

COMPLETING: frozenset[str] = frozenset({"phrase.quoted", "phrase.title"})
"""Rules whose findings win over predicted spans inside them if one of the same label begins where they do."""

_BY_LENGTH = LONGER | COMPLETING

GRAMMAR_SCORE = 0.9
"""The score of a mention that only a grammar rule found."""

COUNTED = "posts.counted"
"""The method of mentions that come from a number of posts."""

_mention = maker(Mention)

_Found = TypeVar("_Found", Finding, Prediction)

_NEAR = 3  # code points between a title and the name of its holder
_NUMBER_BEFORE = Ending(r"(?<![\p{L}\d.,/-])(?:\d{1,3}|ba|bốn|năm|sáu) (?:tân )?\Z")
_HOLDERS = regex.compile(r"[^.;\n]{0,60}?(?:gồm|:|(?:đối với|là) (?:ông|bà|các|đồng chí))")
_HOLDERS_NEXT = regex.compile(
    r"(?: mới)?,? gồm:? (?:các )?(?:\d\. ?)?"
    r"(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|đ/c|(?:Đại|Thượng|Trung|Thiếu) (?:tá|tướng))(?!\p{L})"
)
_COUNTED_POST = regex.compile(
    r"(?:\d{1,3}|hai|ba|bốn|năm|sáu) "
    r"(?P<post>(?i:ủy viên|(?:phó )?(?:chủ tịch|bí thư|giám đốc|trưởng ban|chánh văn phòng)))"
)

_EDGES = " \t\r\n\xa0,;:-–—"
_EDGES_RIGHT = _EDGES + "(["
_QUOTES = '“”"«»„'
_TRIMMED = frozenset(_EDGES_RIGHT + _QUOTES)


class Resolve:
    """Settles overlaps by the policy above."""

    name: ClassVar[str] = "resolve"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks", "findings", "predictions")
    adds: ClassVar[tuple[str, ...]] = ("mentions",)

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``mentions`` to every document."""
        for doc in docs:
            doc.add("mentions", tuple(resolve(doc)))


def resolve(doc: Document) -> list[Mention]:
    """The mentions of one document, in text order."""
    recognised = doc.recognised
    own = _flat_findings([f for f in doc.findings if f.sure])
    if recognised:  # a wording the user wrote down stands before a guess
        guessed = (f for f in recognised if f.sure and not _overlapping(own, f.start, f.end))
        own = sorted([*own, *_flat_findings(guessed)], key=lambda f: f.start)
    found = (*doc.findings, *recognised) if recognised else doc.findings
    ruled = [
        f for f in doc.findings if f.rule in SURE or (f.rule in _BY_LENGTH and _wins_by_length(f, doc.predictions))
    ]
    if own:
        ruled = [f for f in ruled if not _overlapping(own, f.start, f.end)]
    sure = sorted([*own, *_flat_findings(ruled)], key=lambda f: f.start)
    candidates, freed = _mended(doc.text, _not_sure(_unquoted(doc.text, doc.predictions), sure))
    freed.sort()
    reached = list(accumulate((end for _, end in freed), max))
    candidates = _counted_posts(doc.text, _ward_names(doc.text, candidates))
    taken = sorted([(c.start, c.end) for c in candidates] + [(f.start, f.end) for f in sure])
    joins = [
        f for f in found if f.rule in JOINING or (f.is_own and not f.sure) or (freed and _is_free(freed, reached, f))
    ]
    joining = [f for f in joins if not _meets(taken, f.start, f.end)]
    candidates += [
        _mention(f.start, f.end, f.label, f.rule, f.score or GRAMMAR_SCORE, f.kind, f.value) for f in (*sure, *joining)
    ]
    return flat(_inside(doc, [t for c in candidates if (t := _trim(doc.text, c)) is not None]))


_PROGRAMME = regex.compile(r"(?:Chương trình|Đề án|Dự án|Phong trào|Cuộc vận động|Chiến dịch|Mô hình) ")
_WORDS_OF_SPEECH = 8
"""Words from which on the end of a quotation is speech, not a name at the end of what somebody says."""


def _unquoted(text: str, predictions: Iterable[Prediction]) -> Iterator[Prediction]:
    """The predictions without PHRASEs over what somebody is quoted with; the others end where their marks close."""
    for p in predictions:
        if p.label != "PHRASE":
            yield p
            continue
        start = p.start + (text[p.start] in OPENING)
        first = start > 0 and text[start - 1] in OPENING and opens(text, start - 1, 0)
        if first:
            closed = closing(text, start - 1, len(text))
            beyond = closed > p.end + 2 and _PROGRAMME.match(text, start)
            if closed >= 0 and not beyond and is_spoken(text, start, closed):
                continue
            if not start < closed <= p.end + 2 and any(mark in text[start : p.end] for mark in DIRECTED):
                continue  # speech with a quotation of its own, cut off in the middle
            if start < closed < p.end - 1:
                yield replace(p, end=closed)
                continue
        elif text.count(" ", p.start, p.end) + 1 >= _WORDS_OF_SPEECH and text[p.end : p.end + 1] in CLOSING_MARKS:
            opening = max(text.rfind(mark, max(0, p.start - FARTHEST), p.start) for mark in OPENING)
            quoted = opening >= 0 and opens(text, opening, 0) and closing(text, opening, len(text)) == p.end
            if quoted and is_spoken(text, opening + 1, p.end):
                continue
        yield p


def _mended(text: str, predicted: Sequence[Prediction]) -> tuple[list[Mention], list[tuple[int, int]]]:
    """The predictions with their edges corrected, and the stretches that corrections left free.

    A correction that would take in a prediction of a label that wins over it is not made.
    """
    candidates: list[Mention] = []
    freed: list[tuple[int, int]] = []
    mend = Mender(text).mend
    for i, p in enumerate(predicted):
        mended = mend(p.start, p.end, p.label)
        if mended is None:
            candidates.append(_mention(p.start, p.end, p.label, p.source, p.score))
            continue
        around = [*predicted[max(0, i - 3) : i], *predicted[i + 1 : i + 4]]
        wider = [(s, e) for s, e, label in mended.spans if label == p.label]
        if any(_RANK[q.label] < _RANK[p.label] and any(s < q.end and q.start < e for s, e in wider) for q in around):
            mended = Mended(((p.start, p.end, p.label),), ())
        freed += mended.freed
        for (s, e, label), rule in zip(mended.spans, mended.rules, strict=True):
            score = p.score if label == p.label else GRAMMAR_SCORE
            candidates.append(_mention(s, e, label, rule or p.source, score))
    return candidates, freed


_WARD = Ending(r"(?<!\p{L})(?:[Pp]hường|[Tt]hị trấn) \Z")


def _ward_names(text: str, candidates: Sequence[Mention]) -> list[Mention]:
    """A ward that bears a person's name (``UBND phường`` and its name) is one mention, if there is such a ward."""
    settled: list[Mention] = []
    for c in candidates:
        before = settled[-1] if settled else None
        if c.label == "PERSON" and before is not None and before.label in _HOLD_PLACES and before.end == c.start - 1:
            kind = _WARD.search(text, before.start, c.start)
            if kind and admin_units().named(kind[0] + text[c.start : c.end]):
                settled[-1] = replace(before, end=c.end)
                continue
        settled.append(c)
    return settled


_HOLD_PLACES = frozenset({"TITLE", "ORGANISATION", "LOCATION"})


def _counted_posts(text: str, candidates: Sequence[Mention]) -> list[Mention]:
    """Posts that are counted: a quantity and their body, or one title if their holders are listed.

    ``candidates`` are in text order, as is what comes back.
    """
    settled: list[Mention] = []
    for i, c in enumerate(candidates):
        after = candidates[i + 1] if i + 1 < len(candidates) else None
        if c.label == "TITLE":
            number = _NUMBER_BEFORE.search(text, max(0, c.start - 12), c.start)
            named = after is not None and after.label == "PERSON" and after.start - c.end <= _NEAR
            if number and not named and not _HOLDERS.match(text, c.end):
                body = body_in_title(text[c.start : c.end])
                head = c.end - len(body) if body and text.endswith(body, c.start, c.end) else c.end
                settled.append(replace(c, start=number.start(), end=head, label="QUANTITY", method=COUNTED))
                if head < c.end:
                    settled.append(replace(c, start=head, label="ORGANISATION", method=COUNTED))
                continue
        if c.label == "QUANTITY" and (post := _COUNTED_POST.fullmatch(text, c.start, c.end)):
            adjacent = after is not None and after.label == "ORGANISATION" and text[c.end : after.start] == " "
            end = after.end if after is not None and adjacent else c.end
            if _HOLDERS_NEXT.match(text, end):
                settled.append(replace(c, start=post.start("post"), end=end, label="TITLE", method=COUNTED))
                continue
        settled.append(c)
    return settled


def _flat_findings(found: Iterable[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for f in found:  # in text order, the longer first
        if not kept or kept[-1].end <= f.start:
            kept.append(f)
    return kept


def _overlapping(found: Sequence[_Found], start: int, end: int) -> Sequence[_Found]:
    """Those of flat, sorted findings or predictions that share a character with a span."""
    first = bisect_right(found, start, key=lambda f: f.end)
    last = bisect_left(found, end, key=lambda f: f.start)
    return found[first:last]


def _wins_by_length(f: Finding, predictions: Sequence[Prediction]) -> bool:
    """Whether a finding of a rule in `LONGER` or `COMPLETING` replaces the predictions inside it.

    ``predictions`` are flat and in text order.
    """
    inside = _overlapping(predictions, f.start, f.end)
    begun = f.rule in LONGER or any(p.start == f.start and p.label == f.label for p in inside)
    return begun and all(f.start <= p.start and p.end <= f.end for p in inside)


def _beside(p: Prediction, findings: Sequence[Finding]) -> Prediction | None:
    """What sure findings leave of a prediction: all if they agree, what stands before one of another label, or none."""
    against = [f for f in findings if not _same(f, p)]
    if not against:
        return p
    if p.start < against[0].start and not any(f.sure or f.label == p.label for f in against):
        return replace(p, end=against[0].start)
    return None


def _not_sure(predictions: Iterable[Prediction], sure: Sequence[Finding]) -> list[Prediction]:
    """What the sure findings leave of the predictions."""
    starts, ends = [f.start for f in sure], [f.end for f in sure]
    left: list[Prediction] = []
    for p in predictions:
        first = bisect_right(ends, p.start)
        if first < len(starts) and starts[first] < p.end:
            beside = _beside(p, sure[first : bisect_left(starts, p.end, first)])
            if beside is not None:
                left.append(beside)
        else:
            left.append(p)
    return left


def _same(f: Finding, p: Prediction) -> bool:
    """Whether the tagger agrees with a rule; what an own lexicon finds is always the lexicon's."""
    return (f.start, f.end, f.label) == (p.start, p.end, p.label) and not f.sure


def _meets(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span shares a character with one of the sorted spans, which overlap only where they are equal."""
    at = bisect_left(taken, (end, -1))
    return at > 0 and taken[at - 1][1] > start


def _is_free(freed: Sequence[tuple[int, int]], reached: Sequence[int], f: Finding) -> bool:
    """Whether a finding lies in one of the sorted stretches; ``reached`` is the furthest end of each and all before."""
    at = bisect_right(freed, (f.start, inf))
    return at > 0 and f.end <= reached[at - 1]


def flat(candidates: Iterable[Mention]) -> list[Mention]:
    """The best set without overlaps: by label precedence, then length, then position."""
    kept: list[Mention] = []
    starts: list[int] = []  # of them: compared faster than by a key
    for c in sorted(candidates, key=lambda c: (_RANK[c.label], c.start - c.end, c.start)):
        at = bisect_right(starts, c.start)
        if (at == 0 or kept[at - 1].end <= c.start) and (at == len(kept) or c.end <= starts[at]):
            kept.insert(at, c)
            starts.insert(at, c.start)
    return kept


def _inside(doc: Document, candidates: Iterable[Mention]) -> Iterable[Mention]:
    spans = doc.content_spans()
    starts = [s for s, _ in spans]
    for c in candidates:
        at = bisect_right(starts, c.start) - 1
        if at >= 0 and c.end <= spans[at][1]:
            yield c


def _trim(text: str, m: Mention) -> Mention | None:
    start, end = m.start, m.end
    if start < end and text[start] not in _TRIMMED and text[end - 1] not in _TRIMMED:
        return m
    while start < end and (text[start] in _EDGES or _lone_quote(text, start, end, start)):
        start += 1
    while start < end and (text[end - 1] in _EDGES_RIGHT or _lone_quote(text, start, end, end - 1)):
        end -= 1
    if start >= end:
        return None
    return m if (start, end) == (m.start, m.end) else replace(m, start=start, end=end)


def _lone_quote(text: str, start: int, end: int, at: int) -> bool:
    """A mark at the edge without its partner inside; balanced marks belong to the name (Quỹ “Vì người nghèo”)."""
    return text[at] in _QUOTES and sum(text.count(q, start, end) for q in _QUOTES) % 2 == 1
