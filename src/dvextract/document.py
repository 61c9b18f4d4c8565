"""The one data model: an immutable text and the layers that stages lay over it.

Everything else in the package turns a `Document` with some layers into one with more. All offsets are
0-based half-open positions in code points of `Document.text`, so ``doc.text[x.start:x.end]`` is always what
a layer is about. A layer is added once, by one stage, and never edited: a later stage that knows better adds
a layer of its own. This module imports nothing of ours, but for a notebook that asks a document to show itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

LABELS: tuple[str, ...] = (
    "PERSON",
    "TITLE",
    "ORGANISATION",
    "LOCATION",
    "TIME",
    "PHRASE",
    "EVENT",
    "LEGALDOC",
    "QUANTITY",
    "ABBREVIATION",
)

CONTENT_KINDS: frozenset[str] = frozenset({"title", "subtitle", "lead", "caption", "body", "table"})
FURNITURE_KINDS: frozenset[str] = frozenset(
    {
        "page-date",
        "source",
        "byline",
        "photo-credit",
        "outlet-prefix",
        "share",
        "feedback",
        "counter",
        "related",
        "nav",
        "tag",
        "comment",
        "footer",
        "ad",
    }
)
BLOCK_KINDS: frozenset[str] = CONTENT_KINDS | FURNITURE_KINDS

_NOTHING: Mapping[str, str] = MappingProxyType({})

WARNING_KINDS: tuple[str, ...] = (
    "broken-bytes",
    "date-unread",
    "encoding-guessed",
    "encoding-repaired",
    "look-alikes",
    "main-text-unsure",
    "no-diacritics",
    "not-vietnamese",
    "pages-without-text",
    "scrambled",
    "zero-width",
)

OWN = "lexicon."
"""What the rules of a user's own lexicons begin with; the file's name follows."""
FOLLOW = "follow"
"""The rule of phrases that a pipeline file follows."""
RECOGNISER = "recogniser."
"""What the rules (and layers) of plugged-in recognisers begin with; the name they go by follows."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page with one function: a line, a part of one, or the lines of one wrapped paragraph.

    Blocks cover every non-blank character.
    """

    start: int
    end: int
    kind: str

    @property
    def is_content(self) -> bool:
        """Whether mentions may come from here; furniture never yields any."""
        return self.kind in CONTENT_KINDS


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a row of facts, or one cell of it, rests on, and by which inference.

    ``rule`` is a name of `dvextract.tables.evidence.RULES`; ``start``/``end`` are the characters it rests on, -1 where
    it rests on none of the page (a lexicon, a default). ``column`` is the cell's; empty for the row as a whole.
    """

    rule: str
    start: int = -1
    end: int = -1
    column: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in its source a stretch of the text stands: XPath of an HTML page, paragraph of a DOCX, page of a PDF."""

    start: int
    end: int
    place: str


@dataclass(frozen=True, slots=True)
class PageWarning:
    """Something about a page that was read which its reader should know; ``kind`` is one of `WARNING_KINDS`."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What a container states about its page: an HTML page's markup, columns of a table of documents.

    ``published`` is EDTF. ``kinds`` are stretches (start, end, kind of block) whose function markup states. Stage
    layout takes all of it before its own guesses; empty fields state nothing.
    """

    title: str = ""
    published: str = ""
    author: str = ""
    outlet: str = ""
    kinds: tuple[tuple[int, int, str], ...] = ()


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the page says of itself. Dates are EDTF strings, empty when unknown.

    ``displayed_date`` is whatever date the furniture shows; ``displayed_date_trust`` is ``pub`` (it is the date of
    publication), ``crawl`` (proved to be the date of the visit), ``suspect`` or ``none``. ``reference_date`` is the
    only date against which ``sáng 8/7`` may be resolved: empty when no date can be trusted; it stands at
    ``reference_start``/``reference_end``, -1 where it does not.
    """

    title: str = ""
    displayed_date: str = ""
    displayed_date_trust: str = "none"
    published_date: str = ""
    reference_date: str = ""
    dateline: str = ""
    outlet: str = ""
    author: str = ""
    reference_start: int = field(default=-1, compare=False)
    reference_end: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence inside one content block; ``block`` is that block's index."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words as arrays, one element a word: ``start``, ``end``, ``sentence`` (an index) are int32; ``pos`` is tags."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    sentence: NDArray[np.int32]
    pos: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Finding:
    """A span that a named grammar rule or lexicon entry matched; evidence for the tagger and the resolver.

    ``kind``, ``sure`` and ``value`` are set by what a user adds (own lexicons, followed phrases, recognisers): the
    finer kind and the canonical name it states, and whether it wins over the tagger. ``score`` is a recogniser's, 0 to
    1; 0 for the rest.
    """

    start: int
    end: int
    label: str
    rule: str
    kind: str = ""
    sure: bool = False
    value: str = ""
    score: float = 0.0

    @property
    def is_own(self) -> bool:
        """Whether it comes from what a user added and not from a shipped rule."""
        return self.rule.startswith((OWN, RECOGNISER)) or self.rule == FOLLOW


@dataclass(frozen=True, slots=True)
class Prediction:
    """A span the trained tagger proposes, with the mean probability of its labels (0 to 1).

    ``source`` is the recogniser or rule it comes from where something else stands in the tagger's place.
    """

    start: int
    end: int
    label: str
    score: float
    source: str = "tagger"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of one label after overlaps were settled. ``method`` names the rule or model that found it.

    ``kind`` and ``value`` are the finer kind and the canonical name that a user's own lexicon, followed phrase or
    recogniser states; empty where they are to be interpreted.
    """

    start: int
    end: int
    label: str
    method: str
    score: float
    kind: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A TIME mention on the calendar.

    ``edtf`` is ``?`` when the text alone does not decide. ``start_date``/``end_date`` are ISO dates of the first and
    last day, empty where open or unknown. ``kind``: date interval term deictic recurring anniv era. ``modifier``:
    now ongoing until before after start mid end approx last next. ``part_of_day``: dawn morning noon afternoon
    evening night. ``calendar``: gregorian lunar buddhist. ``rule`` says how the words were read, ``evidence`` what
    outside of them completed a cell.
    """

    edtf: str
    start_date: str = ""
    end_date: str = ""
    kind: str = "date"
    modifier: str = ""
    part_of_day: str = ""
    calendar: str = "gregorian"
    rule: str = field(default="", compare=False)
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A QUANTITY as numbers.

    ``value`` is the one-cell form (``1268``, ``14..16``, ``P10Y``). ``number`` and ``number_max`` are decimals with a
    point: the bounds of a range, or for ``kind='ratio'`` the part and the whole. ``comparator``: = > < ~ >= <= vague.
    ``direction``: up, down or empty. ``kind``: money percent ratio rate age duration measure count. ``rule`` and
    ``evidence`` as in `TimeValue`.
    """

    value: str
    number: str
    number_max: str = ""
    unit: str = ""
    comparator: str = "="
    direction: str = ""
    kind: str = "count"
    rule: str = field(default="", compare=False)
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LegalReference:
    """A LEGALDOC as type, number in the standard shape of its system, ISO date and issuer; empty where not stated.

    ``rule`` and ``evidence`` as in `TimeValue`.
    """

    type: str
    number: str = ""
    date: str = ""
    issuer: str = ""
    rule: str = field(default="", compare=False)
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mention means: its ``kind`` (see each label's guidelines) and its one normalised ``value``.

    ``detail`` is the typed value of TIME, QUANTITY and LEGALDOC mentions and None for the rest; it has its own ``rule``
    and ``evidence``, those here are of the kind of a PHRASE and of the full name of an EVENT.
    """

    kind: str = ""
    value: str = ""
    detail: TimeValue | QuantityValue | LegalReference | None = None
    rule: str = field(default="", compare=False)
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and its reading in this page; ``source``: text (the page defines it), infer, know.

    Of every fact the first piece of ``evidence`` is of the row as a whole, the others of single cells.
    """

    short: str
    long: str
    source: str
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Post:
    """A person holding a post. ``person`` and ``title`` are indices of mentions; ``start``/``end`` are dates if stated.

    ``organisation`` is a verbatim string of the page; ``status``: current old new former acting elected dismissed late.
    """

    person: int
    title: int
    name: str
    organisation: str = ""
    status: str = "current"
    start: str = ""
    end: str = ""
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """Who said what: ``speaker`` is a mention's index, ``verb`` the reporting verb as written, content a span."""

    speaker: int
    verb: str
    content_start: int
    content_end: int
    mode: str
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Cooperation:
    """Two bodies working together; ``a`` and ``b`` are mentions' indices in text order, ``programme`` verbatim."""

    a: int
    b: int
    programme: str = ""
    start_date: str = ""
    end_date: str = ""
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Participation:
    """``participant`` took part in ``event`` (mentions' indices).

    ``role``: organiser chair cochair speaker concludes host guest online. ``when`` and ``where`` are the indices of the
    TIME and LOCATION mentions that the same sentence states, -1 for none.
    """

    event: int
    participant: int
    role: str
    when: int = -1
    where: int = -1
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place as an administrative unit. ``level``: province district commune.

    ``code`` is empty where name and page do not decide which unit it is; ``rule`` says how they did, or why not.
    ``valid_from``/``valid_to`` are ISO dates, empty where not recorded or still open. Of several successors names and
    codes are joined by ``|``, the main one first.
    """

    level: str
    code: str = ""
    valid_from: str = ""
    valid_to: str = ""
    parent_code: str = ""
    parent_name: str = ""
    successor_code: str = ""
    successor_name: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """A body in the order of levels. ``level``: central province district commune other.

    ``place`` is the unit it belongs to and ``place_code`` that unit's code, ``parent`` the canonical name of the body
    it is part of or under. ``place_id`` and ``parent_id`` are what those would be as entities, whether or not any page
    mentions them. ``rule`` says how level, place and parent were inferred.
    """

    level: str
    place: str = ""
    place_code: str = ""
    place_id: str = ""
    parent: str = ""
    parent_id: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class EntityLink:
    """The entity a mention stands for: the same ``entity_id`` for the same label, name and official unit in any run."""

    entity_id: str
    name: str
    admin_code: str = ""
    facts: PlaceFacts | BodyFacts | None = None


class LayerError(Exception):
    """A stage asked for a layer nobody added, or added one that was there: a fault of the pipeline, not of the page."""


@dataclass(slots=True)
class Document:
    """A page: ``text`` and layers over it.

    >>> doc = Document("p1", "Hội nghị")
    >>> doc.add("blocks", (Block(0, 8, "title"),))
    >>> doc.blocks[0].kind
    'title'
    """

    doc_id: str
    text: str
    source: str = ""
    sha256: str = ""
    encoding: str = "utf-8"
    text_is_source: bool = True
    hints: Hints = NO_HINTS
    origins: tuple[Origin, ...] = ()
    warnings: tuple[PageWarning, ...] = ()
    _layers: dict[str, Any] = field(default_factory=dict, repr=False)

    def add(self, layer: str, value: Any) -> None:
        """Lay a layer over the text; raises LayerError when it is there already."""
        if layer in self._layers:
            raise LayerError(f"{self.doc_id}: layer '{layer}' exists already; a layer is added by one stage only")
        self._layers[layer] = value

    def has(self, layer: str) -> bool:
        """Whether a stage has added this layer."""
        return layer in self._layers

    def revise(self, layer: str, kept: Any) -> None:
        """Leave of a layer ``kept``: rows taken out (labels that are off) or with the page's own characters put back.

        What a row says is never changed.
        """
        self._get(layer)
        self._layers[layer] = kept

    def _get(self, layer: str) -> Any:
        try:
            return self._layers[layer]
        except KeyError:
            raise LayerError(f"{self.doc_id}: no layer '{layer}'; the stage that adds it has not run") from None

    @property
    def page(self) -> PageInfo:
        """What the page says of itself (stage layout)."""
        return self._get("page")  # type: ignore[no-any-return]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The page's parts in text order (stage layout)."""
        return self._get("blocks")  # type: ignore[no-any-return]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Sentences of the content blocks in text order (stage segment)."""
        return self._get("sentences")  # type: ignore[no-any-return]

    @property
    def tokens(self) -> Tokens:
        """Words of the sentences in text order (stage segment)."""
        return self._get("tokens")  # type: ignore[no-any-return]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What grammars and lexicons matched, in text order; may overlap (stage grammar)."""
        return self._get("findings")  # type: ignore[no-any-return]

    @property
    def recognised(self) -> tuple[Finding, ...]:
        """What plugged-in recognisers found, in text order; may overlap (stages recogniser). Empty without any."""
        found = [f for name, layer in self._layers.items() if name.startswith(RECOGNISER) for f in layer]
        return tuple(sorted(found, key=lambda f: (f.start, -f.end, f.label, f.rule)))

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """What the trained tagger proposes, in text order, flat (stage tagger)."""
        return self._get("predictions")  # type: ignore[no-any-return]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The settled mentions: in text order, flat, inside content blocks (stage resolve)."""
        return self._get("mentions")  # type: ignore[no-any-return]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What each mention means, parallel to `mentions` (stage interpret)."""
        return self._get("readings")  # type: ignore[no-any-return]

    @property
    def geography(self) -> Any:
        """Which place a bare word of level stands for where: `interpretation.geography.Geography` (stage interpret)."""
        return self._get("geography")

    @property
    def short_forms(self) -> Any:
        """What short forms stand for: `interpretation.abbreviations.ShortForms` (stage interpret)."""
        return self._get("short_forms")

    @property
    def persons(self) -> tuple[Any, ...]:
        """Persons and what the page knows of each: `identities.profile.Person`, by first mention (stage profile)."""
        return self._get("persons")  # type: ignore[no-any-return]

    @property
    def abbreviations(self) -> tuple[Abbreviation, ...]:
        """The page's short forms (stage interpret)."""
        return self._get("abbreviations")  # type: ignore[no-any-return]

    @property
    def posts(self) -> tuple[Post, ...]:
        """Who holds what post (stage relate)."""
        return self._get("posts")  # type: ignore[no-any-return]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Who said what (stage relate)."""
        return self._get("statements")  # type: ignore[no-any-return]

    @property
    def cooperations(self) -> tuple[Cooperation, ...]:
        """Who works with whom (stage relate)."""
        return self._get("cooperations")  # type: ignore[no-any-return]

    @property
    def participations(self) -> tuple[Participation, ...]:
        """Who took part in what (stage relate)."""
        return self._get("participations")  # type: ignore[no-any-return]

    @property
    def links(self) -> tuple[EntityLink, ...]:
        """The entity of each mention, parallel to `mentions` (stage link)."""
        return self._get("links")  # type: ignore[no-any-return]

    def span(self, item: Any) -> str:
        """The characters an item with ``start`` and ``end`` is about."""
        return self.text[item.start : item.end]

    def _repr_html_(self) -> str:
        """What a notebook shows: the text with its mentions."""
        from dvextract.viewing.notebook import document_html

        return document_html(self)

    def content_spans(self) -> Sequence[tuple[int, int]]:
        """Start and end of every content block, in text order."""
        return [(b.start, b.end) for b in self.blocks if b.is_content]
