"""Packages with recognisers, installed as far as entry points need it: on the path, with metadata."""

import tomllib
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "hashtags"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install modules (source by name) under a distribution with entry points; returns the folder."""

    def installed(name, version, entry_points, modules):
        folder = tmp_path / "site"
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
        rows = "".join(f"{k} = {v}\n" for k, v in entry_points.items())
        (info / "entry_points.txt").write_text(f"[dvextract.recognisers]\n{rows}", encoding="utf-8")
        for module, source in modules.items():
            (folder / f"{module}.py").write_text(source, encoding="utf-8")
            monkeypatch.delitem(__import__("sys").modules, module, raising=False)
        monkeypatch.syspath_prepend(str(folder))
        return folder

    return installed


@pytest.fixture
def example(install):
    """The package of docs/examples/hashtags, as its pyproject.toml describes it."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entry_points = project["entry-points"]["dvextract.recognisers"]
    modules = {f.stem: f.read_text(encoding="utf-8") for f in EXAMPLE.glob("*.py")}
    return install(project["name"], project["version"], entry_points, modules)


@pytest.fixture
def pipeline(tmp_path):
    """Writes the default pipeline with stage recogniser before resolve; ``without`` leaves stages out."""
    from dvextract.pipeline import STAGES

    def written(options, without=(), name="mine.toml"):
        tables = [f'[[stages]]\nname = "{s}"\n' for s in STAGES if s not in without]
        at = next(i for i, t in enumerate(tables) if '"resolve"' in t)
        several = options if isinstance(options, list) else [options]
        tables[at:at] = [f'[[stages]]\nname = "recogniser"\n{o}\n' for o in several]
        (tmp_path / name).write_text("\n".join(tables), encoding="utf-8")
        return str(tmp_path / name)

    return written
