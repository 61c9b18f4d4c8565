"""dvextract: tidy, source-grounded tables from Vietnamese Party, State and public-affairs pages.

The library is the command line's verbs: `extract` one text, `run` over files, `load` a finished run, `evaluate`
against gold, `compare` two runs. They are imported when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dvextract.api import extract as extract
    from dvextract.evaluation.compare import compare as compare
    from dvextract.evaluation.evaluate import evaluate as evaluate
    from dvextract.running.run import run as run
    from dvextract.tables.load import load as load

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "evaluate", "extract", "load", "run"]

_HOMES = {
    "extract": "dvextract.api",
    "run": "dvextract.running.run",
    "load": "dvextract.tables.load",
    "compare": "dvextract.evaluation.compare",
    "evaluate": "dvextract.evaluation.evaluate",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dvextract' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
