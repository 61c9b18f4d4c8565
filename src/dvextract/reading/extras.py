"""Libraries that only some formats need: imported when such a file is met, named when missing."""

from __future__ import annotations

import importlib
from typing import Any


def load(module: str, extra: str, what: str) -> Any:
    """A module of an optional dependency; raises UnreadableText that says how to install it."""
    from dvextract.reading.decoding import UnreadableText

    try:
        return importlib.import_module(module)
    except ImportError as e:
        why = f"{what} needs a library that is not installed: pip install 'dvextract[{extra}]'"
        raise UnreadableText("missing-extra", why) from e
