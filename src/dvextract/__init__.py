"""dvextract: tidy, source-grounded tables from Vietnamese Party, State and public-affairs pages.

The library is the command line's verbs: `extract` one text, `run` over files, `load` a finished run, `evaluate`
against gold, `compare` two runs, `view`, `report` or `export` a run, `import_corrections` of its pages. They are
imported when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dvextract.api import extract as extract
    from dvextract.evaluation.compare import compare as compare
    from dvextract.evaluation.evaluate import evaluate as evaluate
    from dvextract.exporting.corrections import import_corrections as import_corrections
    from dvextract.exporting.export import export as export
    from dvextract.running.run import run as run
    from dvextract.tables.load import load as load
    from dvextract.viewing.report import report as report
    from dvextract.viewing.view import view as view

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "compare",
    "evaluate",
    "export",
    "extract",
    "import_corrections",
    "load",
    "report",
    "run",
    "view",
]

_HOMES = {
    "extract": "dvextract.api",
    "run": "dvextract.running.run",
    "load": "dvextract.tables.load",
    "compare": "dvextract.evaluation.compare",
    "evaluate": "dvextract.evaluation.evaluate",
    "export": "dvextract.exporting.export",
    "import_corrections": "dvextract.exporting.corrections",
    "report": "dvextract.viewing.report",
    "view": "dvextract.viewing.view",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dvextract' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
