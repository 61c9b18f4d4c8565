"""Compiles the inner loops (src/**/_*.pyx) where a package is built or installed, and does without where it cannot.

Every compiled module stands beside the Python module that does the same with arrays, and gives the same results: what
is missing without a compiler is speed. ``python hatch_build.py`` compiles in place, after a change of a loop.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SOURCES = ROOT / "src"

# Sums must be the same on every machine: no fused multiplication and addition.
FLAGS = ["/O2", "/fp:precise"] if os.name == "nt" else ["-O3", "-ffp-contract=off", "-fno-math-errno", "-g0"]


class CompiledParts(BuildHookInterface):  # type: ignore[type-arg,misc]
    """What hatchling calls before it packs a wheel, or links a folder of sources into an environment."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place; ``build_data`` is told what there is to pack."""
        if self.target_name != "wheel":
            return
        try:
            compile_in_place()
        except (Exception, SystemExit) as e:  # whatever a compiler's absence or failure is on some platform
            self.app.display_warning(f"dvextract works uncompiled here, and two to three times slower: {e}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        compiled = ("**/_*.so", "**/_*.pyd", "compiled.sha256")
        build_data["artifacts"] += [f"src/dvextract/{name}" for name in compiled]


def compile_in_place() -> None:
    """Make an extension module beside every ``_*.pyx``, and write down of what; raises what compilers raise."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    os.chdir(ROOT)
    compiled = SimpleNamespace(**runpy.run_path(str(SOURCES / "dvextract" / "compiled.py")))
    compiled.RECORD.unlink(missing_ok=True)
    extensions = [
        Extension(
            ".".join(path.relative_to(SOURCES).with_suffix("").parts),
            [str(path.relative_to(ROOT))],
            depends=[str(header.relative_to(ROOT)) for header in sorted(path.parent.glob("*.h"))],
            include_dirs=[str(path.parent.relative_to(ROOT))],
            extra_compile_args=FLAGS,
        )
        for path in compiled.sources()
    ]
    modules = cythonize(extensions, build_dir="build/cython", quiet=True, language_level=3)
    command = Distribution({"ext_modules": modules, "package_dir": {"": "src"}}).get_command_obj("build_ext")
    command.inplace = True
    command.build_temp = "build/compiled"
    command.ensure_finalized()
    command.run()
    compiled.RECORD.write_text(compiled.fingerprint(), encoding="ascii")


if __name__ == "__main__":
    compile_in_place()
