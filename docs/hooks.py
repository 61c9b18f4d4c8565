"""What the site is built with beside docs/: the list of changes from the top of the repository, and pages without a
place in the navigation.

Pages that `mkdocs.yml` gives no place in the navigation come last, under More.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent


def on_config(config: Any) -> Any:
    """Give every page a place in the navigation."""
    docs = Path(config["docs_dir"])
    placed = set(_pages(config["nav"]))
    more = sorted(p.relative_to(docs).as_posix() for p in docs.rglob("*.md"))
    if more := [page for page in more if page not in placed]:
        config["nav"].append({"More": more})
    return config


def _pages(nav: Any) -> Iterator[str]:
    """The pages a navigation names."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        nav = list(nav.values())
    for part in nav if isinstance(nav, list) else ():
        yield from _pages(part)


def on_files(files: Files, config: Any) -> Files:
    """Add CHANGELOG.md as a page."""
    files.append(File.generated(config, "changelog.md", abs_src_path=str(ROOT / "CHANGELOG.md")))
    return files
