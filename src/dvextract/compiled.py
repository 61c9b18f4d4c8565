"""The compiled inner loops, where they are there: modules ``_*.pyx`` beside the Python modules that use them.

Each does what arrays or patterns do in the module beside it, with the same results, in less than half the time. Without
a compiler at installation there are none, and with the environment variable ``DVEXTRACT_COMPILED=0`` they are left.
They are left too where their sources have changed since they were compiled, as after a ``git pull`` alone: what
compiled them (``hatch_build.py``) writes down the sources' fingerprint.
"""

from __future__ import annotations

import os
import warnings
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

SWITCH = "DVEXTRACT_COMPILED"
PACKAGE = Path(__file__).parent
RECORD = PACKAGE / "compiled.sha256"
"""The fingerprint of what was compiled; there while all modules are."""

STALE = "the compiled loops are not of the sources that are there, and are left: runs take over twice as long"
REMEDY = "install dvextract again (pip install --editable . or make)"

_Made = TypeVar("_Made")


def part(name: str) -> Any:
    """The compiled module ``name`` (full, as ``dvextract.model._layers``), or None where there is none to use."""
    if os.environ.get(SWITCH) == "0" or not usable():
        return None
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


@cache
def usable() -> bool:
    """Whether modules were compiled, and of the sources that are there; warns once (RuntimeWarning) if of others."""
    try:
        recorded = RECORD.read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    fresh = recorded == fingerprint()
    if not fresh:
        warnings.warn(f"{STALE}; {REMEDY}", RuntimeWarning, stacklevel=1)
    return fresh


def fingerprint() -> str:
    """A hash of the names and bytes of all that is compiled."""
    found = sha256()
    for path in sorted([*sources(), *PACKAGE.glob("*/*.h")]):
        data = path.read_bytes()
        found.update(f"{path.relative_to(PACKAGE).as_posix()} {len(data)}\n".encode() + data)
    return found.hexdigest()


def sources() -> list[Path]:
    """What there is to compile, in order."""
    return sorted([*PACKAGE.glob("_*.pyx"), *PACKAGE.glob("*/_*.pyx")])


def names() -> list[str]:
    """The full names of all modules that there may be."""
    return [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in sources()]


def maker(cls: type[_Made]) -> type[_Made]:
    """What makes instances of a frozen dataclass with slots from the values of its fields in order: ``cls`` or faster.

    For classes of which pages hold many: ``__init__`` of a frozen class takes a microsecond or two, the compiled way a
    fraction of it. Keywords are not taken.
    """
    instances = part("dvextract._instances")
    return cls if instances is None else cast("type[_Made]", instances.Maker(cls))
