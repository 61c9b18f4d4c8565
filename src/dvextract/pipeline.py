"""Pipelines: which stages run, in which order, with which options.

A pipeline is a TOML file with a name, a list of stages, phrases to follow and labels that are on or off; nothing in it
is executable. `load_pipeline` reads one, builds the stages and checks, before any page is read, that every layer a
stage reads was added by an earlier one. All that is wrong is said at once, by line and key (`pipeline_file`).
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol

from dvextract.document import RECOGNISER, Document
from dvextract.errors import OptionError, UsageError
from dvextract.grammar.fold import seen
from dvextract.pipeline_file import KeyPath, Sheet, near

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
"""Where each stage of the default pipeline lives, in its order; imported only when a pipeline names it."""
KNOWN: Mapping[str, str] = {**STAGES, "recogniser": "dvextract.stages.recogniser:Recogniser"}
"""Every stage that a pipeline may name."""

DEFAULT = "default"


class Stage(Protocol):
    """One step: reads some layers of a batch of documents and adds others."""

    @property
    def name(self) -> str:
        """What messages, `run.json` and rejects call it; no two of a pipeline have one name."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """The layers it needs."""
        ...

    @property
    def adds(self) -> tuple[str, ...]:
        """The layers it lays."""
        ...

    def __call__(self, docs: Sequence[Document]) -> None:
        """Add this stage's layers to every document of the batch."""
        ...


@dataclass(frozen=True)
class Pipeline:
    """Stages in order with the options they were given; ``fingerprint`` changes when the file they came from does.

    ``follow`` are the canonical wordings of the phrases to follow, ``off`` the labels that are off.
    """

    name: str
    stages: tuple[Stage, ...]
    options: tuple[Mapping[str, Any], ...]
    fingerprint: str
    follow: tuple[str, ...] = ()
    off: tuple[str, ...] = ()

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
            shown, doc.text = doc.text, text
            if shown != text:
                _in_own_words(doc, shown)


_OWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "page": ("title", "dateline", "outlet", "author"),
    "abbreviations": ("short", "long"),
    "posts": ("name", "organisation"),
    "statements": ("verb",),
    "cooperations": ("programme",),
}
"""Fields of layers that are words of the page as it writes them."""


def _in_own_words(doc: Document, shown: str) -> None:
    """Give the words that stages took from ``shown`` the characters that stand there in the page's own text."""

    def back(words: str) -> str:
        at = shown.find(words) if words else -1
        return doc.text[at : at + len(words)] if at >= 0 else words

    for layer, names in _OWN_WORDS.items():
        if doc.has(layer):
            held = getattr(doc, layer)
            items = [
                replace(x, **{n: back(getattr(x, n)) for n in names}) for x in (held if layer != "page" else [held])
            ]
            doc.revise(layer, items[0] if layer == "page" else tuple(items))


def stage_class(name: str) -> type[Stage]:
    """The class of a built-in stage; raises UsageError for a name nobody registered."""
    try:
        module, _, attribute = KNOWN[name].partition(":")
    except KeyError:
        raise UsageError(f"no stage is called '{name}'; there are: {', '.join(KNOWN)}{near(name, KNOWN)}") from None
    cls: type[Stage] = getattr(importlib.import_module(module), attribute)
    return cls


def pipeline_text(name_or_path: str) -> tuple[str, str]:
    """The name and the TOML text of a shipped pipeline (by name) or of a file (by path)."""
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.exists():
        try:
            return str(path), path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as e:
            raise UsageError(f"cannot read the pipeline file {path}: not UTF-8; save it as UTF-8") from e
        except FileNotFoundError as e:
            raise UsageError(f"no pipeline file {path}; 'dvextract init {path}' writes one to begin with") from e
        except OSError as e:
            raise UsageError(f"cannot read the pipeline file {path}: {e.strerror}; give a .toml file") from e
    shipped = {p.name.removesuffix(".toml"): p for p in _shipped_folder().iterdir() if p.name.endswith(".toml")}
    if name_or_path in shipped:
        return name_or_path, shipped[name_or_path].read_text(encoding="utf-8")
    names = sorted(shipped)
    hint = near(name_or_path, names) or "; 'dvextract init' writes a file to begin with"
    raise UsageError(f"no pipeline '{name_or_path}': give a .toml file or one of: {', '.join(names)}{hint}")


def _shipped_folder() -> Traversable:
    """Pipelines stand at the top of a checkout and inside the package once it is built into a wheel."""
    inside = resources.files("dvextract") / "pipelines"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "pipelines"


def load_pipeline(
    name_or_path: str = DEFAULT, *, stop_before: str = "", options: Mapping[str, Mapping[str, Any]] | None = None
) -> Pipeline:
    """Read, build and check a pipeline; raises PipelineError with all that is wrong, by line and key.

    A file without stages has those of the default pipeline. With ``stop_before`` only the stages before the one of
    that name are built: training prepares pages so. ``options`` overrides options of the file, by stage:
    ``{"tagger": {"model": "mine.npz"}}``. Names of files in the options that a stage class lists as ``files`` are
    relative to the pipeline file, in ``options`` to here.
    """
    where, text = pipeline_text(name_or_path)
    sheet = Sheet(where, text)
    sheet.check_top()
    follow, off = sheet.follow(), sheet.labels_off()
    entries, beneath = sheet.stages(), ""
    if "stages" not in sheet.values:
        if sheet.values.keys() <= {"name", "description"}:
            sheet.fault((), "stages", "nothing in the file says what to do; write [[stages]], [[follow]] or [labels]")
        beneath = pipeline_text(DEFAULT)[1]
        entries = Sheet(DEFAULT, beneath).stages()
    elif sheet.values["stages"] == []:
        sheet.fault(("stages",), "stages", "needs at least one [[stages]] table")
    build = _Builder(sheet, options or {})
    for i, entry in enumerate(entries):
        if stop_before and entry.get("name") == stop_before:
            break
        build.add(("stages", i), entry, {"follow": follow} if follow and entry.get("name") == "grammar" else {})
    if follow and not any(entry.get("name") == "grammar" for entry in entries):
        sheet.fault(("follow", 0), "follow", "phrases are looked for by stage 'grammar', which is not listed")
    if off and not stop_before:
        build.labels(off)
    build.check_layers()
    sheet.stop_if_faulty()
    fingerprint = hashlib.sha256((text + beneath).encode()).hexdigest()
    name = str(sheet.values.get("name", where))
    wordings = tuple(p.phrase for p in follow)
    return Pipeline(name, tuple(build.stages), tuple(build.used), fingerprint, wordings, tuple(sorted(off)))


class _Builder:
    """Stages as they are built from a sheet, which takes what is wrong with them."""

    def __init__(self, sheet: Sheet, overriding: Mapping[str, Mapping[str, Any]]) -> None:
        self._sheet = sheet
        self._overriding = overriding
        self._paths: list[KeyPath] = []
        self.stages: list[Stage] = []
        self.used: list[Mapping[str, Any]] = []

    def add(self, path: KeyPath, entry: Mapping[str, Any], internal: Mapping[str, Any]) -> None:
        """Build the stage that ``entry`` describes; ``internal`` are options that stand elsewhere in the file."""
        sheet = self._sheet
        number = int(path[-1]) + 1
        name = entry.get("name")
        if not isinstance(name, str):
            sheet.fault(
                (*path, "name"), f"stages[{number}].name", f"stage {number} has no name; there are: {', '.join(KNOWN)}"
            )
            return
        if name not in KNOWN:
            there = f"there are: {', '.join(KNOWN)}{near(name, KNOWN)}"
            sheet.fault((*path, "name"), f"stages[{number}].name", f"no stage is called '{name}'; {there}")
            return
        cls = stage_class(name)
        other = dict(self._overriding.get(name, {}))
        given = {k: v for k, v in entry.items() if k != "name"}
        before = sheet.faults
        sheet.check_options(path, f"{name}.", cls, given)
        if sheet.faults > before:
            return  # a stage is not built from options that are wrong, but what follows it is still looked at
        try:
            stage = cls(**({**_placed(Path(sheet.where).parent, cls, given), **other, **internal}))
        except OptionError as e:
            if e.key in other:
                raise UsageError(str(e)) from e
            sheet.fault((*path, e.key), f"{name}.{e.key}", str(e))
        except UsageError as e:
            sheet.fault(path, name, str(e))
        else:
            self.stages.append(stage)
            self.used.append(given | other)
            self._paths.append(path)

    def labels(self, off: frozenset[str]) -> None:
        """Add the stage that takes labels out."""
        from dvextract.stages.labels import Labels

        self.stages.append(Labels(off))
        self.used.append({"off": sorted(off)})
        self._paths.append(("labels",))

    def check_layers(self) -> None:
        """Note stages that read what no earlier one adds; of a file that is right so far."""
        if self._sheet.faults:
            return
        there: dict[str, str] = {"text": "reading"}
        for stage, path in zip(self.stages, self._paths, strict=True):
            for layer in stage.reads:
                if layer not in there:
                    message = f"stage '{stage.name}' reads '{layer}', which no earlier stage adds"
                    self._sheet.fault(path, stage.name, message + self._adder(layer))
            for layer in stage.adds:
                if layer in there:
                    message = f"stage '{stage.name}' adds '{layer}', which '{there[layer]}' added already"
                    self._sheet.fault(path, stage.name, message)
                elif layer.startswith(RECOGNISER) and "mentions" in there:
                    self._sheet.fault(path, stage.name, "comes too late: put it before stage 'resolve'")
                there[layer] = stage.name

    @staticmethod
    def _adder(layer: str) -> str:
        adders = [name for name in STAGES if layer in _layers(name)]
        return f"; put stage '{adders[0]}' before it" if adders else ""


def _layers(name: str) -> tuple[str, ...]:
    """The layers that a stage of the default pipeline adds."""
    adds: tuple[str, ...] = getattr(stage_class(name), "adds", ())
    return adds


def _placed(folder: Path, cls: type[Stage], given: Mapping[str, Any]) -> dict[str, Any]:
    """The options with lists of files as seen from here rather than from the pipeline file in ``folder``."""
    lists = {k: v for k, v in given.items() if k in getattr(cls, "files", ()) and isinstance(v, list)}
    placed: dict[str, Any] = {**given, **{k: [folder / f for f in v] for k, v in lists.items()}}
    if "folder" in getattr(cls, "internal", ()):
        placed["folder"] = folder
    return placed
