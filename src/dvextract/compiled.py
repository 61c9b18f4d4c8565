"""The compiled inner loops, where they are there: modules ``_*.pyx`` beside the Python modules that use them.

Each does what arrays or patterns do in the module beside it, with the same results, in less than half the time. Without
a compiler at installation there are none, and with the environment variable ``DVEXTRACT_COMPILED=0`` they are left.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

SWITCH = "DVEXTRACT_COMPILED"

_Made = TypeVar("_Made")


def part(name: str) -> Any:
    """The compiled module ``name`` (full, as ``dvextract.model._layers``), or None where there is none."""
    if os.environ.get(SWITCH) == "0":
        return None
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


def maker(cls: type[_Made]) -> type[_Made]:
    """What makes instances of a frozen dataclass with slots from the values of its fields in order: ``cls`` or faster.

    For classes of which pages hold many: ``__init__`` of a frozen class takes a microsecond or two, the compiled way a
    fraction of it. Keywords are not taken.
    """
    loops = part("dvextract.model._loops")
    return cls if loops is None else cast("type[_Made]", loops.Maker(cls))


def names() -> list[str]:
    """The full names of all modules that there may be."""
    root = Path(__file__).parent
    sources = sorted(path.relative_to(root.parent).with_suffix("") for path in root.rglob("_*.pyx"))
    return [".".join(source.parts) for source in sources]
