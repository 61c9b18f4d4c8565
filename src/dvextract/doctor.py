"""What a bug report needs to know of an installation: versions, extras, model, lexicons, machine; and what is broken.

Nothing of the user's is shown: no folder, no name, no environment variable but those of the locale.
"""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import regex

from dvextract import compiled, recognisers
from dvextract.errors import DvextractError

PACKAGE = "dvextract"
SENTENCE = "Ngày 8/7/2024, đồng chí Hà Thị Miền dự họp ở xã Pá Ngần."
LOW_SPACE = 1 << 28
"""Bytes of free space below which a run may fail: a run's parts and tables stand there side by side."""

_REQUIREMENT = regex.compile(r"(?P<name>[\w.-]+)[^;]*(?:;.*?extra\s*==\s*[\"'](?P<extra>[\w-]+)[\"'])?")


@dataclass
class Report:
    """What was found, by section, and what is broken with what to do about it."""

    sections: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """All of it; ``broken`` is a list of messages, empty when all is well."""
        return {**self.sections, "broken": self.broken}


def examine() -> Report:
    """Look at everything; a section that cannot be looked at is broken, the others are there."""
    report = Report()
    sections: Mapping[str, Callable[[Report], Any]] = {
        "versions": _versions,
        "libraries": _libraries,
        "extras": _extras,
        "compiled": _compiled,
        "recognisers": _recognisers,
        "model": _model,
        "lexicons": _lexicons,
        "machine": _machine,
        "terminal": _terminal,
        "space": _space,
        "trial": _trial,
    }
    for name, section in sections.items():
        try:
            report.sections[name] = section(report)
        except Exception as e:  # whatever is wrong with an installation, the rest of the report is wanted
            report.sections[name] = None
            report.broken.append(f"{name}: {e if isinstance(e, DvextractError) else f'{type(e).__name__}: {e}'}")
    return report


def _versions(_: Report) -> dict[str, str]:
    return {
        PACKAGE: metadata.version(PACKAGE),
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": platform.platform(),
    }


def requirements() -> dict[str, list[str]]:
    """The distributions this package asks for, by extra; those it cannot do without under the empty name."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in metadata.requires(PACKAGE) or ():
        m = _REQUIREMENT.match(line)
        if m:
            found[m["extra"] or ""].append(m["name"])
    return dict(found)


def _installed(name: str) -> str:
    """The version of a distribution, empty when it is not there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _libraries(report: Report) -> dict[str, str]:
    found = {name: _installed(name) for name in requirements().get("", [])}
    report.broken += [f"{name} is not installed; do: pip install {PACKAGE}" for name, v in found.items() if not v]
    return found


def _extras(_: Report) -> dict[str, dict[str, Any]]:
    found = {}
    for extra, names in sorted(requirements().items()):
        if extra:
            missing = [name for name in names if not _installed(name)]
            install = f"pip install '{PACKAGE}[{extra}]'" if missing else ""
            found[extra] = {"missing": missing, "install": install}
    return found


def _compiled(report: Report) -> dict[str, bool]:
    if compiled.RECORD.exists() and not compiled.usable():
        report.broken.append(f"compiled: {compiled.STALE}; do: {compiled.REMEDY}")
    return {name: compiled.part(name) is not None for name in compiled.names()}


def _recognisers(_: Report) -> dict[str, str]:
    named = dict.fromkeys(recognisers.names(), "")
    for name in named:
        try:
            named[name] = recognisers.factory(name).origin
        except DvextractError as e:  # only those who use it need it
            named[name] = str(e)
    return named


def _model(_: Report) -> dict[str, Any]:
    from dvextract.model.weights import load

    model = load()
    file = resources.files("dvextract.model") / "default.npz"
    figures = model.card.get("figures", {})
    return {
        "date": model.card.get("date", ""),
        "pages": model.card.get("pages", 0),
        "strict_f1": {name: f.get("ALL") for name, f in figures.items()},
        "bytes": len(file.read_bytes()),
        "sha256": model.fingerprint,
    }


def _lexicons(_: Report) -> dict[str, str]:
    from dvextract.lexicon.catalogue import catalogue

    return {lexicon.file: lexicon.as_of for lexicon in catalogue()}


def _machine(_: Report) -> dict[str, Any]:
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))  # loads the library that is asked about
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    pools = [f"{p.get('internal_api')} {p.get('version') or ''}: {p.get('num_threads')}" for p in threadpool_info()]
    return {"processors": os.cpu_count(), "usable": usable, "threads": pools}


def _terminal(_: Report) -> dict[str, Any]:
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    try:
        "ệ".encode(encoding)
        shows = True
    except (UnicodeEncodeError, LookupError):
        shows = False
    return {
        "encoding": encoding,
        "shows_vietnamese": shows,
        "files": sys.getfilesystemencoding(),
        "locale": ".".join(filter(None, locale.getlocale())) or "C",
        "columns": shutil.get_terminal_size().columns,
    }


def _space(report: Report) -> dict[str, dict[str, Any]]:
    found = {}
    for name, folder in (("here", Path.cwd()), ("temporary", Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(folder).free
        try:
            with tempfile.TemporaryFile(dir=folder):
                writable = True
        except OSError:
            writable = False
        found[name] = {"writable": writable, "free_bytes": free}
        if free < LOW_SPACE:
            report.broken.append(f"space: only {_bytes(free)} free ({name}); make room, or give --out elsewhere")
    if not found["temporary"]["writable"]:
        report.broken.append("space: the folder for temporary files cannot be written to; set TMPDIR to one that can")
    return found


def _trial(report: Report) -> dict[str, Any]:
    from dvextract.api import extract

    doc = extract(SENTENCE)
    labels = [m.label for m in doc.mentions]
    if not {"TIME", "PERSON", "LOCATION"} <= set(labels):
        report.broken.append(f"trial: of a date, a person and a place only {labels} were found; install anew")
    return {"mentions": labels}


def _bytes(n: int) -> str:
    return f"{n / (1 << 30):.1f} GB" if n >= 1 << 30 else f"{n / (1 << 20):.1f} MB"


def lines(report: Report) -> list[str]:
    """The report for reading and for pasting."""
    s = report.sections
    found: list[str] = []

    def say(name: str, text: str) -> None:
        found.append(f"{name:12s} {text}")

    for name, version in (s["versions"] or {}).items():
        say(name, version)
    say("libraries", ", ".join(f"{n} {v or 'MISSING'}" for n, v in (s["libraries"] or {}).items()))
    for name, extra in (s["extras"] or {}).items():
        lacks = f"lacks {', '.join(extra['missing'])}; do: {extra['install']}" if extra["missing"] else "installed"
        say("extra", f"{name}: {lacks}")
    if loops := s["compiled"]:
        there = sum(loops.values())
        slower = "" if there == len(loops) else "; a run takes over twice as long without: a C compiler is needed"
        say("compiled", f"{there} of {len(loops)} modules{slower}")
    for name, origin in (s["recognisers"] or {}).items():
        say("recogniser", f"{name}: {origin}")
    if model := s["model"]:
        figures = ", ".join(f"{name} {f:.3f}" for name, f in model["strict_f1"].items() if f is not None)
        say("model", f"{model['date'] or 'no date'}, {model['pages']} pages, {_bytes(model['bytes'])}")
        say("", f"strict F1 {figures}" if figures else "no figures")
        say("", f"sha256 {model['sha256']}")
    by_date: dict[str, list[str]] = defaultdict(list)
    for file, date in (s["lexicons"] or {}).items():
        by_date[date].append(file.removesuffix(".tsv"))
    for date, files in sorted(by_date.items(), reverse=True):
        say("lexicons", f"{date}: {', '.join(files)}")
    if machine := s["machine"]:
        say("processors", f"{machine['usable']} of {machine['processors']}; threads: {', '.join(machine['threads'])}")
    if terminal := s["terminal"]:
        shows = "" if terminal["shows_vietnamese"] else ", cannot show Vietnamese: set PYTHONUTF8=1"
        known = f"{terminal['encoding']}, files {terminal['files']}, locale {terminal['locale']}"
        say("terminal", f"{known}, {terminal['columns']} columns{shows}")
    for name, place in (s["space"] or {}).items():
        can = "writable" if place["writable"] else "NOT writable"
        say("space", f"{name}: {can}, {_bytes(place['free_bytes'])} free")
    if trial := s["trial"]:
        say("trial", f"one sentence read: {', '.join(trial['mentions'])}")
    for message in report.broken:
        say("BROKEN", message)
    if not report.broken:
        say("", "nothing is broken")
    return [line.rstrip() for line in found]
