"""Pipelines: which stages run, in which order, with which options.

A pipeline is a TOML file with a name and a list of stages; nothing in it is executable. `load_pipeline` reads one,
builds the stages and checks, before any page is read, that every layer a stage reads was added by an earlier one.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from dvextract.document import Document
from dvextract.errors import UsageError
from dvextract.grammar.fold import seen

STAGES: Mapping[str, str] = {
    "layout": "dvextract.stages.layout:Layout",
    "segment": "dvextract.stages.segment:Segment",
    "grammar": "dvextract.stages.grammar:Grammar",
    "tagger": "dvextract.stages.tagger:Tagger",
    "resolve": "dvextract.stages.resolve:Resolve",
    "interpret": "dvextract.stages.interpret:Interpret",
    "relate": "dvextract.stages.relate:Relate",
    "link": "dvextract.stages.link:Link",
    "profile": "dvextract.stages.profile:Profile",
}
"""Where each built-in stage lives; imported only when a pipeline names it."""


class Stage(Protocol):
    """One step: reads some layers of a batch of documents and adds others."""

    name: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    adds: ClassVar[tuple[str, ...]]

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add this stage's layers to every document of the batch."""
        ...


@dataclass(frozen=True)
class Pipeline:
    """Stages in order, with the file they came from; ``fingerprint`` changes when the file does."""

    name: str
    stages: tuple[Stage, ...]
    options: tuple[Mapping[str, Any], ...]
    fingerprint: str

    def __call__(self, docs: Sequence[Document]) -> None:
        """Run every stage over the batch."""
        with legible(docs):
            for stage in self.stages:
                stage(docs)


@contextmanager
def legible(docs: Sequence[Document]) -> Iterator[None]:
    """Let stages work on pages as their readers see them (`grammar.fold.seen`); afterwards each has its own text again.

    Both are as long, so every offset holds in both.
    """
    texts = [doc.text for doc in docs]
    for doc, text in zip(docs, texts, strict=True):
        doc.text = seen(text)
    try:
        yield
    finally:
        for doc, text in zip(docs, texts, strict=True):
            doc.text = text


def stage_class(name: str) -> type[Stage]:
    """The class of a built-in stage; raises UsageError for a name nobody registered."""
    try:
        module, _, attribute = STAGES[name].partition(":")
    except KeyError:
        raise UsageError(f"no stage is called '{name}'; there are: {', '.join(STAGES)}") from None
    cls: type[Stage] = getattr(importlib.import_module(module), attribute)
    return cls


def pipeline_text(name_or_path: str) -> tuple[str, str]:
    """The name and the TOML text of a shipped pipeline (by name) or of a file (by path)."""
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.exists():
        try:
            return str(path), path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as e:
            raise UsageError(f"cannot read the pipeline file {path}: {e}") from e
    shipped = {p.name.removesuffix(".toml"): p for p in _shipped_folder().iterdir() if p.name.endswith(".toml")}
    if name_or_path in shipped:
        return name_or_path, shipped[name_or_path].read_text(encoding="utf-8")
    names = sorted(shipped)
    raise UsageError(f"no pipeline '{name_or_path}': give a .toml file or one of: {', '.join(names)}")


def _shipped_folder() -> Traversable:
    """Pipelines stand at the top of a checkout and inside the package once it is built into a wheel."""
    inside = resources.files("dvextract") / "pipelines"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "pipelines"


def load_pipeline(
    name_or_path: str = "default", *, stop_before: str = "", options: Mapping[str, Mapping[str, Any]] | None = None
) -> Pipeline:
    """Read, build and check a pipeline; raises UsageError naming the file, the stage and what to change.

    With ``stop_before`` only the stages before the one of that name are built: training prepares pages so.
    ``options`` overrides options of the file, by stage: ``{"tagger": {"model": "mine.npz"}}``. Names of files in the
    options that a stage class lists as ``files`` are relative to the pipeline file, in ``options`` to here.
    """
    where, text = pipeline_text(name_or_path)
    try:
        declared = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise UsageError(f"{where}: not valid TOML: {e}") from e
    if unknown := set(declared) - {"name", "description", "stages"}:
        raise UsageError(f"{where}: unknown key '{sorted(unknown)[0]}'; there are: name, description, stages")
    listed = declared.get("stages")
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"{where}: needs at least one [[stages]] table")
    stages: list[Stage] = []
    used: list[Mapping[str, Any]] = []
    for number, entry in enumerate(listed, 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise UsageError(f"{where}: stage {number} has no name")
        if entry["name"] == stop_before:
            break
        declared_here = {k: v for k, v in entry.items() if k != "name"}
        other = dict((options or {}).get(entry["name"], {}))
        stages.append(_build(where, entry["name"], _placed(where, entry["name"], declared_here) | other))
        used.append(declared_here | other)
    _check(where, stages)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    return Pipeline(str(declared.get("name", where)), tuple(stages), tuple(used), fingerprint)


def _placed(where: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options with lists of files as seen from here rather than from the pipeline file."""
    folder = Path(where).parent
    lists = {k: v for k, v in given.items() if k in getattr(stage_class(name), "files", ()) and isinstance(v, list)}
    return {**given, **{k: [folder / f if isinstance(f, str) else f for f in v] for k, v in lists.items()}}


def _build(where: str, name: str, given: Mapping[str, Any]) -> Stage:
    cls = stage_class(name)
    known = [p.name for p in inspect.signature(cls).parameters.values()]
    for key in given:
        if key not in known:
            there = ", ".join(known) if known else "none"
            raise UsageError(f"{where}: stage '{name}' has no option '{key}'; its options: {there}")
    return cls(**given)


def _check(where: str, stages: Sequence[Stage]) -> None:
    there: dict[str, str] = {"text": "reading"}
    for stage in stages:
        for layer in stage.reads:
            if layer not in there:
                raise UsageError(f"{where}: stage '{stage.name}' reads '{layer}', which no earlier stage adds")
        for layer in stage.adds:
            if layer in there:
                raise UsageError(f"{where}: stage '{stage.name}' adds '{layer}', which '{there[layer]}' added already")
            there[layer] = stage.name
