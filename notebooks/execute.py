"""Runs the notebooks and keeps their outputs: after a change of the pages, the model or the tables.

python notebooks/execute.py            run all and write their outputs
python notebooks/execute.py --check    write nothing; exit 1 when an output is not what a run gives

Needs the extras ``notebook`` and ``report``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The notebooks of this folder."""
    return sorted(path.name for path in FOLDER.glob("*.ipynb"))


def executed(name: str) -> Any:
    """A notebook with the outputs of a run made now, without its times; raises CellExecutionError if a cell fails."""
    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}, record_timing=False).execute()
    notebook.metadata.language_info = {"name": "python"}  # the rest is this machine's
    return notebook


def outputs(notebook: Any) -> list[str]:
    """What stands under every code cell as text; in the same order, empty where a cell shows nothing."""
    return [
        "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main(arguments: list[str]) -> int:
    """Run all; returns the exit status."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale = []
    for name in names():
        fresh = executed(name)
        if arguments:
            if outputs(fresh) != outputs(nbformat.read(FOLDER / name, as_version=4)):
                stale.append(name)
        else:
            nbformat.write(fresh, FOLDER / name)
    if stale:
        print(f"not what a run gives: {', '.join(stale)}; run python notebooks/execute.py", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
