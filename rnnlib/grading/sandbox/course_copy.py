"""The copy of rnnlib in a sandbox: the library without anything that gives answers away."""

import ast
import atexit
import compileall
import functools
import shutil
import tempfile
from pathlib import Path

from rnnlib.exercises.forbidding import refusal
from rnnlib.exercises.registry import exercises
from rnnlib.grading.sandbox import lending
from rnnlib.grading.sandbox.walls import FRAMEWORKS
from rnnlib.one_parser import one_parser

PACKAGE = Path(__file__).resolve().parents[2]
INSIDE = "grading/sandbox/inside"

# Everything that is copied, and nothing else: first the packages that a student's code may use,
# with their data files, then the code that asks for its answers.
ALLOWED = (
    *("__init__.py", "circuits", "cells", "gradients", "analysis", "training", "data"),
    *("draw", "plots", "widgets", "one_thread.py"),
    *("exercises/asking.py", "exercises/interrupting.py", "exercises/values.py", INSIDE),
)
NO_FRAMEWORK = """\
raise ModuleNotFoundError("{name} is not available during grading: write it with NumPy.")
"""


def prepared(
    forbidden: tuple[tuple[str, str], ...],
    given: tuple[str, ...] = (),
    lesson: str = "",
    lent: tuple[str, ...] = (),
) -> Path:
    """A copy in a temporary folder, made once per process and removed when the process ends."""
    with one_parser:
        return _prepared(forbidden, given, lesson, lent)


@functools.cache
def _prepared(
    forbidden: tuple[tuple[str, str], ...],
    given: tuple[str, ...],
    lesson: str,
    lent: tuple[str, ...],
) -> Path:
    home = Path(tempfile.mkdtemp(prefix="rnnlib-course-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    course = home / "course"
    build(course, dict(forbidden), given, lesson, lent)
    return course


def allowed(package: Path = PACKAGE) -> list[Path]:
    """The files to copy, in order: code and the data next to it."""
    listed = [package / name for name in ALLOWED]
    files = [file for path in listed for file in (path.rglob("*") if path.is_dir() else [path])]
    return sorted(f for f in files if f.is_file() and "__pycache__" not in f.parts)


def build(
    course: Path,
    forbidden: dict[str, str],
    given: tuple[str, ...] = (),
    lesson: str = "",
    lent: tuple[str, ...] = (),
    package: Path = PACKAGE,
) -> None:
    """Write the package into `course`, compiled.

    `forbidden` maps names like "rnnlib.analysis.systems.orbit" to the exercise that asks for them;
    their code is not copied, and calling them raises an explanation. `given` are the lesson's
    exercises for which `use` provides the reference; `lent` are those of other lessons for which it
    does so if it is called without a function. It knows the exercises in `own`, by default all.
    """
    for source in allowed(package):
        target = course / "rnnlib" / source.relative_to(package)
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    there = course / "rnnlib"
    for folder in ("grading", "grading/sandbox"):
        (there / folder / "__init__.py").touch()
    shutil.copyfile(package / INSIDE / "exercises.py", there / "exercises" / "__init__.py")
    (there / "exercises" / "handed.py").write_text(handed(lesson, given, lent), encoding="utf-8")
    for name, exercise in forbidden.items():
        _take_away(course, name, exercise)
    for name in FRAMEWORKS:  # this folder comes first on the path
        (course / f"{name}.py").write_text(NO_FRAMEWORK.format(name=name), encoding="utf-8")
    compileall.compile_dir(course, quiet=2, workers=1)
    for path in (course, *course.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def handed(lesson: str, given: tuple[str, ...] = (), lent: tuple[str, ...] = ()) -> str:
    """What `use` and `check` in the sandbox know: what each answer returns, its points, and the
    functions that `use` provides.
    """
    known = exercises()
    own = {id: e.function for id, e in known.items() if id.startswith(lesson)}
    returns = {id: len(known[id].returns) for id in (*own, *lent)}
    texts = {id: (known[id].function, lending.text(known[id].reference)) for id in (*lent, *given)}
    points = {id: (known[id].title, known[id].points) for id in own}
    return f"RETURNS = {returns}\nFUNCTIONS = {own}\nGIVEN = {texts}\nPOINTS = {points}\n"


def _take_away(course: Path, name: str, exercise: str) -> None:
    """Replace the body of a function so that it raises an explanation."""
    path, inside = _file_of(course, name)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: list[ast.AST] = [tree]
    for part in inside:  # a name may be defined several times: once for each overload
        inner = [node for outer in found for node in getattr(outer, "body", ())]
        found = [node for node in inner if getattr(node, "name", None) == part]
        if not found:
            raise ValueError(f"exercise {exercise} forbids {name}, which is not in {path.name}")
    says = refusal(name, exercise)
    for node in found:
        if not isinstance(node, ast.FunctionDef):
            raise ValueError(f"exercise {exercise} forbids {name}, which is not a function")
        node.body = ast.parse(f"raise RuntimeError({says!r})").body  # `inside.shell` knows it
    path.write_text(ast.unparse(tree), encoding="utf-8")


def _file_of(course: Path, name: str) -> tuple[Path, list[str]]:
    """The module that holds a dotted name, and the names inside it."""
    parts = name.split(".")
    for k in range(len(parts) - 1, 0, -1):
        path = course.joinpath(*parts[:k])
        for module in (path.with_suffix(".py"), path / "__init__.py"):
            if module.is_file():
                return module, parts[k:]
    raise ValueError(f"no module of the sandbox's library holds {name}")
