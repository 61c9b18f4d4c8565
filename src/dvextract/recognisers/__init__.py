"""Recognisers that plug in: pages in, spans out.

A recogniser is made by a factory that its package names under the entry-point group ``dvextract.recognisers``; the
factory's keyword arguments are its options in a pipeline file (stage ``recogniser``). One call gets a batch of pages
and gives, for each, the spans it found. It never changes a page; what it gives is checked, and weighed by the resolver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module, metadata
from typing import Any, NamedTuple, Protocol

from dvextract.document import Document
from dvextract.errors import UsageError

GROUP = "dvextract.recognisers"
"""The entry-point group under which packages name their factories."""

SHIPPED = {"transformers": "dvextract.recognisers.transformers:Transformers"}
"""Recognisers of this package."""


class Span(NamedTuple):
    """A span of ``Document.text``: code points ``start`` to ``end`` (exclusive), one of the ten labels.

    ``score`` is between 0 and 1. ``kind`` (for PHRASE) and ``value`` state the finer kind and the canonical name, where
    the recogniser knows better than the rules; empty leaves both to them.
    """

    start: int
    end: int
    label: str
    score: float = 1.0
    kind: str = ""
    value: str = ""


class Recogniser(Protocol):
    """What a factory makes. If it has an attribute ``fingerprint`` (str), a change of it makes runs be done again."""

    def __call__(self, docs: Sequence[Document]) -> Sequence[Iterable[Span]]:
        """The spans of every page, in any order; a plain tuple ``(start, end, label)`` will do for a `Span`.

        The pages have the layers of earlier stages (``text``, ``blocks``, ``sentences`` ...) and must not be changed.
        """
        ...


class Factory(NamedTuple):
    """A recogniser that can be made: its name, the callable, and the distribution it is from with its version."""

    name: str
    make: Callable[..., Recogniser]
    distribution: str
    version: str

    @property
    def origin(self) -> str:
        """The distribution and its version, for messages."""
        return f"{self.distribution} {self.version}".strip()


def names() -> list[str]:
    """Every recogniser that is installed, sorted."""
    return sorted({*SHIPPED, *(e.name for e in metadata.entry_points(group=GROUP))})


def factory(name: str) -> Factory:
    """The factory of that name; raises UsageError when there is none, or when it cannot be imported."""
    for entry in metadata.entry_points(group=GROUP, name=name):
        distribution = entry.dist.name if entry.dist else "?"
        version = entry.dist.version if entry.dist else ""
        try:
            made: Any = entry.load()
        except Exception as e:  # whatever a foreign package raises on import
            raise UsageError(
                f"recogniser '{name}' ({distribution} {version}) cannot be imported: {type(e).__name__}: {e}"
            ) from e
        if not callable(made):
            raise UsageError(f"recogniser '{name}' ({distribution} {version}): {entry.value} is not callable")
        return Factory(name, made, distribution, version)
    if name in SHIPPED:
        module, _, attribute = SHIPPED[name].partition(":")
        make = getattr(import_module(module), attribute)
        return Factory(name, make, "dvextract", metadata.version("dvextract"))
    raise UsageError(
        f"no recogniser is called '{name}'; installed are: {', '.join(names())} (a package names its own under the "
        f"entry-point group {GROUP})"
    )
