"""Put the course into the wheel, as the folder `materials` of the package.

RNNLIB_WHEEL says how much of it: "all" (the default); "learner", which has of the solutions only
what `solution()` shows; or "class", which has none. Both of these have what cells that need PyTorch
printed, to be shown without it. A checkout without solutions/ makes a wheel without them.
"""

import json
import os
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
KINDS = ("all", "learner", "class")
# `rnnlib doctor` reads the first; `rnnlib release` makes a course to install with all of them.
PACKAGING = ("pyproject.toml", "setup.py", "README.md", "LICENSE")


class BuildWithCourse(build_py):
    """Copies the course beside the code; an editable install uses the checkout's own."""

    def run(self) -> None:
        kind = os.environ.get("RNNLIB_WHEEL", "all")
        if kind not in KINDS:
            raise SystemExit(f"RNNLIB_WHEEL is one of {', '.join(KINDS)}, not {kind!r}")
        super().run()
        if not self.editable_mode:
            copy_course(Path(self.build_lib, "rnnlib", "materials"), kind)


def copy_course(target: Path, kind: str) -> None:
    """Make `target` anew; what an earlier build left in it is gone."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(HERE / "course", target / "course", ignore=shutil.ignore_patterns(".*"))
    solutions = HERE / "solutions"
    for name in PACKAGING:
        shutil.copy(HERE / name, target)
    if kind == "all" and solutions.is_dir():
        shutil.copytree(solutions, target / "solutions", ignore=shutil.ignore_patterns(".*"))
    if kind != "all":
        shown = ("torch", *(("exercise:", "solution:") if kind == "learner" else ()))
        for path in sorted(solutions.glob("*.ipynb")):
            copy_cells(path, target / "solutions" / path.name, shown)


def copy_cells(source: Path, target: Path, tags: tuple[str, ...]) -> None:
    """Those cells of a notebook that have one of the tags; of outputs, what `torch` cells print."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    kept = []
    for cell in notebook["cells"]:
        own = cell["metadata"].get("tags", ())
        if any(tag.startswith(tags) for tag in own):
            prints = [o for o in cell.get("outputs", ()) if o.get("name") == "stdout"]
            outputs = {"outputs": prints if "torch" in own else []} if "outputs" in cell else {}
            kept.append({**cell, **outputs})
    if kept:
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**notebook, "cells": kept}, ensure_ascii=False)
        target.write_text(text, encoding="utf-8")


setup(cmdclass={"build_py": BuildWithCourse})
