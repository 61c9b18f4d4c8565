"""Stage interpret: mentions to readings, what each of them means in its page, and the page's short forms.

Values come from the page alone; from outside come only the readings of standard short forms, document codes and the
calendar. Relative times are resolved against the page's reference date and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

from dvextract.compiled import maker, part
from dvextract.document import Document, Evidence, LegalReference, PageInfo, Reading, TimeValue
from dvextract.grammar import legaldoc, quantity, time
from dvextract.grammar.fold import page_lower, page_shadow, shadow
from dvextract.interpretation import abbreviations, events, locations, organisations, persons, phrases, titles
from dvextract.interpretation.abbreviations import ShortForms
from dvextract.interpretation.geography import Geography
from dvextract.interpretation.wording import one_line

_compiled = part("dvextract.interpretation._page")

Span = tuple[int, int]

OWN_KIND = "phrase.own-lexicon"
"""The rule of a kind that a user's own lexicon states."""


class Interpret:
    """Gives every mention its kind and value."""

    name: ClassVar[str] = "interpret"
    reads: ClassVar[tuple[str, ...]] = ("text", "blocks", "page", "sentences", "mentions")
    adds: ClassVar[tuple[str, ...]] = ("readings", "abbreviations", "geography", "short_forms")

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add ``readings`` and ``abbreviations`` to every document."""
        for doc in docs:
            page = _Page(doc)
            doc.add("readings", page.readings())
            doc.add("abbreviations", page.short_forms.listed)
            doc.add("geography", page.geography)
            doc.add("short_forms", page.short_forms)


class _Page:
    """One page while it is read: its mentions by label, its short forms and its places."""

    def __init__(self, doc: Document) -> None:
        self._doc = doc
        self._text = doc.text
        self._low = page_lower(doc.text)
        of: dict[str, tuple[list[int], list[Span]]] = {}
        self._own: list[int] = []  # mentions whose kind or value a user's own lexicon states
        for i, m in enumerate(doc.mentions):
            alike = of.get(m.label)
            if alike is None:
                alike = of[m.label] = [], []
            alike[0].append(i)
            alike[1].append((m.start, m.end))
            if m.kind or m.value:
                self._own.append(i)
        self._of = of
        content = doc.content_spans()
        self.short_forms: ShortForms = abbreviations.find(
            doc.text, content, *(self._spans(label) for label in ("LEGALDOC", "ORGANISATION", "ABBREVIATION"))
        )
        self.geography: Geography = self._places(content)

    def _spans(self, label: str) -> Sequence[Span]:
        return self._of[label][1] if label in self._of else ()

    def _words(self, label: str) -> list[str]:
        return [self._text[a:b] for a, b in self._spans(label)]

    def _places(self, content: Sequence[Span]) -> Geography:
        text = _blanked(page_shadow(self._text), self._spans("PERSON"))
        heads = [(b.start, b.end) for b in self._doc.blocks if b.kind == "title"]
        page = self._doc.page
        return Geography(text, content, heads, page.dateline, page.outlet)

    def readings(self) -> tuple[Reading, ...]:
        """The readings, parallel to the mentions."""
        mentions = self._doc.mentions
        found: list[Reading] = [_NONE] * len(mentions)
        for label, (indices, _) in self._of.items():
            for i, reading in zip(indices, _READERS[label](self), strict=True):
                found[i] = reading
        for i in self._own:
            m, reading = mentions[i], found[i]
            kind, value = m.kind or reading.kind, m.value or reading.value
            found[i] = replace(reading, kind=kind, value=value, rule=OWN_KIND, evidence=())
        return tuple(found)

    def _persons(self) -> list[Reading]:
        return [_read("", name) for name in persons.full_names(self._text, self._spans("PERSON"))]

    def _titles(self) -> list[Reading]:
        return [_title(words) for words in self._words("TITLE")]

    def _organisations(self) -> list[Reading]:
        held = [(a, self._text[a:b]) for a, b in self._spans("TITLE")]
        events = [(a, self._text[a:b]) for a, b in self._spans("EVENT")]
        spans = self._spans("ORGANISATION")
        bodies = organisations.Bodies(self._text, spans, held, self.geography, self.short_forms, events)
        return [_read(kind, name) for kind, name in bodies.read()]

    def _locations(self) -> list[Reading]:
        found = locations.read(self._text, self._spans("LOCATION"), self.geography, self.short_forms)
        return [_read(kind, name) for kind, name in found]

    def _phrases(self) -> list[Reading]:
        kinds = phrases.kinds(self._low, self._spans("PHRASE"))
        wordings = phrases.wordings(self._words("PHRASE"))
        return [
            _reading(kind, words, None, evidence.rule, (evidence,) if evidence.start >= 0 else ())
            for (kind, evidence), words in zip(kinds, wordings, strict=True)
        ]

    def _events(self) -> list[Reading]:
        found = []
        names = events.names(self._text, self._doc.mentions, self._of["EVENT"][0])
        for (start, end), (begins, ends) in zip(self._spans("EVENT"), names, strict=True):
            kind, name = events.kind(self._text[start:end]), one_line(self._text[begins:ends])
            longer = (begins, ends) != (start, end)
            evidence = (Evidence("participation.event.full-name", begins, ends, "full_name"),) if longer else ()
            found.append(_reading(kind, name, None, "", evidence))
        return found

    def _times(self) -> list[Reading]:
        page = self._doc.page
        values = [time.interpret(self._text, a, b, page.reference_date) for a, b in self._spans("TIME")]
        return [_reading(v.kind, v.edtf, _placed(v, page)) for v in values]

    def _quantities(self) -> list[Reading]:
        values = [quantity.interpret(self._text, a, b) for a, b in self._spans("QUANTITY")]
        return [_reading(v.kind, v.value, v) for v in values]

    def _documents(self) -> list[Reading]:
        found = []
        bodies = [*self._spans("ORGANISATION"), *self._spans("TITLE")]
        around = legaldoc.Neighbours.of(bodies, self._spans("LEGALDOC"))
        for a, b in self._spans("LEGALDOC"):
            reference: LegalReference = legaldoc.interpret(self._text, a, b, around)
            found.append(_reading("", reference.number or shadow(one_line(self._text[a:b])), reference))
        return found

    def _short_forms(self) -> list[Reading]:
        return [_read("", self.short_forms.long(t) or one_line(t)) for t in self._words("ABBREVIATION")]


_NONE = Reading()
_reading = maker(Reading)

_READERS: Mapping[str, Callable[[_Page], list[Reading]]] = {
    "PERSON": _Page._persons,
    "TITLE": _Page._titles,
    "ORGANISATION": _Page._organisations,
    "LOCATION": _Page._locations,
    "TIME": _Page._times,
    "PHRASE": _Page._phrases,
    "EVENT": _Page._events,
    "LEGALDOC": _Page._documents,
    "QUANTITY": _Page._quantities,
    "ABBREVIATION": _Page._short_forms,
}
"""What gives the mentions of a label their readings, parallel to them."""

_read = lru_cache(maxsize=1 << 14)(_reading)
"""A reading of kind and value; the same on page after page."""


@lru_cache(maxsize=1 << 14)
def _title(words: str) -> Reading:
    return _reading(titles.kind(words), one_line(words))


def _placed(value: TimeValue, page: PageInfo) -> TimeValue:
    """``value`` with the place of the page's date in the evidence that is this date."""
    if not value.evidence or not any(e.rule == time.REFERENCE for e in value.evidence):
        return value
    where = page.reference_start, page.reference_end
    return replace(
        value,
        evidence=tuple(Evidence(e.rule, *where, e.column) if e.rule == time.REFERENCE else e for e in value.evidence),
    )


def _blanked(text: str, spans: Sequence[Span]) -> str:
    """``text`` with the given spans as blanks, of the same length."""
    if _compiled is not None:
        return str(_compiled.blanked(text, spans))
    pieces, at = [], 0
    for a, b in spans:
        pieces += [text[at:a], " " * (b - a)]
        at = b
    return "".join(pieces) + text[at:]
