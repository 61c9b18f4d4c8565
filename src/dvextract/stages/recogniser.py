"""Stage recogniser: pages to the spans of a plugged-in recogniser, checked.

A pipeline may have several, each under a name of its own and with a layer of its own. What the resolver makes of the
spans is said by ``role``. A fault of the recogniser is an error that names its package; in a run the page becomes a
reject and the others go on.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from dvextract.document import LABELS, RECOGNISER, Document, Finding, Mention, Prediction
from dvextract.errors import DvextractError, OptionError, RecogniserError, UsageError
from dvextract.pipeline_file import Sheet, near
from dvextract.recognisers import Factory, Span, factory, names
from dvextract.recognisers import Recogniser as Plugged
from dvextract.stages.resolve import GRAMMAR_SCORE, flat

ROLES = ("fills", "wins", "tagger")


class Recogniser:
    """Calls the recogniser ``use`` and checks what it gives.

    ``as`` is the name it goes by (default: ``use``), needed where one is used twice. ``role``: "fills" takes its spans
    where no other is predicted, "wins" before all but own wordings, "tagger" in place of the trained tagger, which is
    then left out of the pipeline; what the grammars find beside them is taken too, since nobody else looks at it. Spans
    with a score below ``at_least`` are left out. Other options are the factory's; those it lists as ``files`` are
    looked for beside the pipeline file (in ``folder``) first. Raises OptionError.
    """

    name: str = "recogniser"
    reads: tuple[str, ...] = ("text", "blocks")
    adds: tuple[str, ...] = (RECOGNISER,)
    internal: ClassVar[tuple[str, ...]] = ("folder",)

    def __init__(
        self, use: str, role: str = "fills", at_least: float = 0.0, folder: Path = Path(), **options: Any
    ) -> None:
        alias = options.pop("as", use)
        if not isinstance(alias, str) or not alias:
            raise OptionError("as", "must be a string: the name that stands in the column method")
        if role not in ROLES:
            raise OptionError("role", f"no role '{role}'; there are: {', '.join(ROLES)}{near(role, ROLES)}")
        try:
            found = factory(use)
        except UsageError as e:
            raise OptionError("use", f"{e}{near(use, names())}") from e
        check_options(found, options)
        self.name = RECOGNISER + alias
        self._role = role
        self.adds = ("predictions",) if role == "tagger" else (self.name,)
        self.reads = (*Recogniser.reads, "findings") if role == "tagger" else Recogniser.reads
        self._at_least = at_least
        self._origin = f"recogniser '{alias}' ({found.origin})"
        files = getattr(found.make, "files", ())
        placed = {k: str(folder / v) if k in files and (folder / v).exists() else v for k, v in options.items()}
        try:
            self._plugged: Plugged = found.make(**placed)
        except OptionError:
            raise
        except DvextractError as e:
            raise OptionError("use", str(e)) from e
        except Exception as e:  # whatever a foreign package raises
            raise OptionError("use", f"{self._origin} cannot be made: {type(e).__name__}: {e}") from e
        self.fingerprint = _fingerprint(found, self._plugged, {**options, "role": role, "at_least": at_least})

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add the layer of this recogniser; raises RecogniserError when it falls or gives what is no span."""
        try:
            given = [list(spans) for spans in self._plugged(docs)]
        except DvextractError:
            raise
        except Exception as e:
            raise RecogniserError(
                f"{self._origin} failed: {type(e).__name__}: {e}; this is a fault of that package"
            ) from e
        if len(given) != len(docs):
            raise RecogniserError(f"{self._origin} gave spans of {len(given)} pages for {len(docs)}")
        for doc, spans in zip(docs, given, strict=True):
            checked = [s for s in self._checked(doc, spans) if s.score >= self._at_least]
            if self._role == "tagger":
                doc.add("predictions", self._predictions(doc, checked))
            else:
                sure = self._role == "wins"
                found = (Finding(s.start, s.end, s.label, self.name, s.kind, sure, s.value, s.score) for s in checked)
                doc.add(self.name, tuple(found))

    def _predictions(self, doc: Document, spans: Sequence[Span]) -> tuple[Prediction, ...]:
        """The surest spans, and the grammars' findings where they left room; flat, in text order."""
        kept = [Prediction(s.start, s.end, s.label, s.score, self.name) for s in _flat(spans)]
        free = (
            Mention(f.start, f.end, f.label, f.rule, GRAMMAR_SCORE)
            for f in doc.findings
            if not f.is_own and all(f.end <= p.start or p.end <= f.start for p in kept)
        )
        kept += [Prediction(m.start, m.end, m.label, m.score, m.method) for m in flat(free)]
        return tuple(sorted(kept, key=lambda p: p.start))

    def _checked(self, doc: Document, spans: Iterable[Any]) -> list[Span]:
        """The spans inside content blocks, in text order; raises RecogniserError for what is none."""
        content = doc.content_spans()
        found = []
        for given in spans:
            try:
                span = Span(*given)
            except TypeError as e:
                raise self._fault(doc, given, "is not (start, end, label) or a Span") from e
            whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (span.start, span.end))
            if not whole or not 0 <= span.start < span.end <= len(doc.text):
                raise self._fault(doc, given, f"is not inside the page's {len(doc.text)} code points")
            if span.label not in LABELS:
                raise self._fault(doc, given, f"has no label of: {', '.join(LABELS)}")
            if not isinstance(span.score, int | float) or not 0 <= span.score <= 1:
                raise self._fault(doc, given, "has a score that is not between 0 and 1")
            if not isinstance(span.kind, str) or not isinstance(span.value, str):
                raise self._fault(doc, given, "has a kind or value that is no string")
            if any(a <= span.start and span.end <= b for a, b in content) and doc.span(span).strip():
                found.append(span._replace(score=round(float(span.score), 4)))
        return sorted(found, key=lambda s: (s.start, -s.end, s.label))

    def _fault(self, doc: Document, given: Any, what: str) -> RecogniserError:
        return RecogniserError(f"{self._origin}, page {doc.doc_id}: {given!r:.200} {what}; a fault of that package")


def check_options(found: Factory, options: Mapping[str, Any]) -> None:
    """Raise OptionError for the first option that the factory does not take or that is of another type."""
    sheet = Sheet("", "")
    sheet.check_options((), "", found.make, options)
    for key, message in sheet.noted():
        raise OptionError(key, message)


def _flat(spans: Sequence[Span]) -> list[Span]:
    """The surest spans without overlaps, in text order; of equally sure ones the longer, then the earlier."""
    kept: list[Span] = []
    for s in sorted(spans, key=lambda s: (-s.score, s.start - s.end, s.start)):
        if all(s.end <= k.start or k.end <= s.start for k in kept):
            kept.append(s)
    return sorted(kept)


def _fingerprint(found: Factory, plugged: Plugged, options: Mapping[str, Any]) -> str:
    """A hash of package, version, source file, options, and of what the recogniser says of itself."""
    try:
        source = Path(inspect.getsourcefile(found.make) or "").read_bytes()
    except (TypeError, OSError):  # made by C, or in a session
        source = b""
    own = getattr(plugged, "fingerprint", "")
    parts = [found.name, found.origin, str(own), json.dumps(options, sort_keys=True, default=str)]
    return sha256("\n".join(parts).encode() + source).hexdigest()
