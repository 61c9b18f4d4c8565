"""A first pipeline file: writes a commented one, and says in a few lines what a file that stands does."""

from __future__ import annotations

import shlex
from importlib import resources
from pathlib import Path

from dvextract.errors import UsageError
from dvextract.pipeline import Pipeline, load_pipeline

PATH = Path("pipeline.toml")


def starter_text() -> str:
    """The commented pipeline file; as it stands it does what the default pipeline does."""
    return (resources.files("dvextract") / "starter.toml").read_text(encoding="utf-8")


def write_starter(path: Path, force: bool = False) -> list[str]:
    """Write the file and return what to do next.

    Raises UsageError when something of that name is there and not to be replaced, or when it cannot be written.
    """
    if path.is_dir():
        path = path / PATH
    if path.suffix != ".toml":
        raise UsageError(f"{path} does not end with .toml, by which pipeline files are known; give another name")
    mode = "w" if force else "x"
    try:
        with path.open(mode, encoding="utf-8", newline="\n") as file:
            file.write(starter_text().replace("FILE", shlex.quote(str(path))))
    except FileExistsError:
        raise UsageError(f"{path} is there already; give another name, or --force to replace it") from None
    except OSError as e:
        raise UsageError(f"cannot write {path}: {e.strerror}") from e
    name = shlex.quote(str(path))
    return [
        f"wrote {path}; edit it, then",
        f"  dvextract check {name}",
        f"  dvextract run PAGES --pipeline {name}",
    ]


def check_lines(name_or_path: str) -> list[str]:
    """What a pipeline does, for reading; raises PipelineError with all that is wrong with it."""
    return described(load_pipeline(name_or_path), name_or_path)


def described(pipeline: Pipeline, name: str) -> list[str]:
    """A pipeline's stages, phrases, lexicons and labels that are off."""
    lines = [f"{name}: in order", f"stages    {' '.join(stage.name for stage in pipeline.stages)}"]
    if pipeline.follow:
        lines.append(f"follows   {'; '.join(pipeline.follow)}")
    files = [str(f) for given in pipeline.options for f in given.get("lexicons", ())]
    if files:
        lines.append(f"lexicons  {', '.join(files)}")
    if pipeline.off:
        lines.append(f"off       {', '.join(pipeline.off)}")
    return lines
