"""Put the course into the wheel, as the folder `materials` of the package.

RNNLIB_WHEEL says how much of it: "all" (the default); "learner", whose solutions are only what
`solution()` shows; or "class", which has none. A checkout without solutions/ makes the last, too.
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
    if kind == "learner":
        for path in sorted(solutions.glob("*.ipynb")):
            copy_worked(path, target / "solutions" / path.name)


def copy_worked(source: Path, target: Path) -> None:
    """The worked solutions of one lesson and their explanations, without outputs."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    notebook["cells"] = [
        {**cell, "outputs": []} if "outputs" in cell else cell
        for cell in notebook["cells"]
        if any(t.startswith(("exercise:", "solution:")) for t in cell["metadata"].get("tags", ()))
    ]
    if notebook["cells"]:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


setup(cmdclass={"build_py": BuildWithCourse})
