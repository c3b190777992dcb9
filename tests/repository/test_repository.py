"""What holds for the repository as a whole: its dependencies, its layers, its files."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from rnnlib.__main__ import main
from rnnlib.places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")

# Who may import whom, anywhere in a file. No permission may be unused.
MAY_IMPORT = {
    "circuits": {"circuits"},
    "cells": {"cells"},
    "gradients": {"cells", "gradients"},
    "analysis": {"cells"},
    "data": {"gradients", "data"},
    "training": {"cells", "gradients", "data", "training"},
    "plots": {"plots"},
    "draw": {"circuits", "plots", "draw"},
    "widgets": {"circuits", "cells", "gradients", "analysis", "data", "plots", "draw", "widgets"},
    "benchmarks": {"cells", "gradients", "benchmarks"},
    "one_parser": set(),
    "one_thread": set(),
    "places": set(),
    "lessons": {"places"},
    "workcopy": {"places", "workcopy"},
    "exercises": {"places", "lessons", "workcopy", "one_parser", "exercises"},
    "authoring": {"places", "lessons", "exercises", "authoring"},
    "slides": {"places", "lessons", "exercises", "authoring", "plots", "widgets", "slides"},
    "grading": {"places", "lessons", "one_parser", "exercises", "grading"},
    "app": {"places", "exercises", "grading"},
    "site": {"places", "lessons", "exercises", "authoring", "slides", "workcopy", "site"},
    "__main__": {
        *("places", "lessons", "exercises", "authoring", "slides", "grading", "app", "site"),
        *("benchmarks", "training", "one_thread", "workcopy"),
    },
    "__init__": set(),
}
# Which packages come in with a module; any other is imported where it is used.
COMES_WITH = {
    "draw": {"numpy", "matplotlib"},
    "plots": {"PIL", "numpy", "matplotlib"},
    "widgets": {"numpy", "matplotlib", "ipywidgets"},
    "benchmarks": {"numpy", "torch"},
    "grading": {"IPython", "ipykernel", "jupyter_client", "numpy", "traitlets", "zmq"},
    "authoring": {"nbformat"},
    "slides": {"ipywidgets", "nbformat"},
    "app": set(),
    "workcopy": set(),
    "site": {"nbformat"},
    "one_parser": set(),
    "one_thread": set(),
    "places": set(),
    "lessons": set(),
    "__main__": {"click"},
    "__init__": set(),
}
TOP_LEVEL = {
    ".binder",
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CITATION.cff",
    "LICENSE",
    "MANIFEST.in",
    "README.md",
    "course",
    "environment.yml",
    "pyproject.toml",
    "requirements.txt",
    "rnnlib",
    "setup.py",
    "solutions",
    "tests",
}


@cache
def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a clone: git does not know these files")
    return [name for name in listing.stdout.split("\0") if name]


# --- dependencies ---


def requirements() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_requirements_are_what_the_package_and_its_extras_ask_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    (torch,) = extras.pop("torch")
    *lines, last = requirements()
    assert last == "-e ."
    (pinned,) = [line for line in lines if line.startswith("torch==")]
    groups = [project["dependencies"], *extras.values()]
    assert sorted({*lines} - {pinned}) == sorted(line for group in groups for line in group)
    version = pinned.split(";")[0].partition("==")[2]
    assert Requirement(torch).specifier.contains(version)


@pytest.mark.parametrize(
    ("python", "system", "machine", "there"),
    [
        ("3.11", "linux", "x86_64", True),
        ("3.13", "linux", "aarch64", True),
        ("3.12", "darwin", "arm64", True),
        ("3.12", "win32", "AMD64", True),
        ("3.12", "darwin", "x86_64", False),
        ("3.12", "win32", "ARM64", False),
        ("3.15", "linux", "x86_64", False),
    ],
)
def test_torch_is_asked_for_only_where_its_version_has_a_wheel(python, system, machine, there):
    (line,) = [line for line in requirements() if line.startswith("torch")]
    where = {"python_version": python, "sys_platform": system, "platform_machine": machine}
    assert Requirement(line).marker.evaluate(where) is there


def test_the_conda_environment_takes_everything_from_the_requirements():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, *others = environment["dependencies"]
    assert re.fullmatch(r"python=3\.\d+", python)
    assert others == ["pip", {"pip": ["-r requirements.txt"]}]


def test_binder_installs_what_a_notebook_needs_on_a_python_that_the_course_runs_on():
    lines = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-e .[course]"]
    python = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert python.removeprefix("python-") in SpecifierSet(project["requires-python"])


# --- layers ---


def unit(module: str) -> str:
    """The room of a module of rnnlib: the folder, or the file, right below the package."""
    return (module.split(".")[1:] or ["__init__"])[0]


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(tree: ast.AST, *, lazy: bool = True) -> set[str]:
    """The modules a file imports, as a.b.c; with `lazy` also those inside functions.

    What stands under `if TYPE_CHECKING` is never imported when the program runs.
    """
    found = set()
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the package: from rnnlib.x import y"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        if not lazy and is_for_types(node):
            continue
        if lazy or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            nodes += ast.iter_child_nodes(node)
    return found


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted((ROOT / "rnnlib").rglob("*.py"))}


@cache
def ours(module: str) -> frozenset[str]:
    """The modules of rnnlib that a module imports, wherever it does."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    named = {m for m in imports(tree) if m.split(".")[0] == "rnnlib"}
    flat = {m.rpartition(".")[0] if m not in MODULES else m for m in named}
    return frozenset(flat & set(MODULES)) - {module}


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_in_one_direction(module):
    room = unit(module)
    rooms = {unit(m) for m in ours(module)} - {"__init__"}
    assert rooms <= MAY_IMPORT[room], f"{room} may not import these"

    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    others = {m.split(".")[0] for m in imports(tree, lazy=False)} - {"rnnlib"}
    allowed = COMES_WITH.get(room, {"numpy"}) | sys.stdlib_module_names
    assert others <= allowed, f"{room} imports these where they are used"


def test_no_room_may_import_what_it_does_not():
    used = {room: set() for room in MAY_IMPORT}
    for module in MODULES:
        used[unit(module)] |= {unit(m) for m in ours(module)} - {"__init__"}
    assert used == MAY_IMPORT


def test_rooms_and_modules_import_each_other_in_no_circle():
    across = {room: others - {room} for room, others in MAY_IMPORT.items()}
    TopologicalSorter(across).prepare()
    # A package's face takes names from its own modules: that is no circle of two files' code.
    files = {m: ours(m) for m in MODULES if MODULES[m].name != "__init__.py"}
    TopologicalSorter({m: others & set(files) for m, others in files.items()}).prepare()


def test_nothing_is_imported_for_types_alone_from_another_room():
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if is_for_types(node):
                assert not any(m.startswith("rnnlib") for m in imports(node)), module


def loaded_by(statement: str) -> set[str]:
    """The packages in a fresh interpreter after a statement."""
    program = f"{statement}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


HEAVY = {"IPython", "click", "ipykernel", "ipywidgets", "jupytext", "matplotlib", "nbformat"}
HEAVY |= {"torch", "tqdm"}


def test_importing_the_library_loads_numpy_at_most():
    assert not loaded_by("import rnnlib") & HEAVY


def test_every_flat_name_is_there_and_only_those():
    import rnnlib

    assert {name for name in rnnlib.__all__ if getattr(rnnlib, name) is not None} <= set(
        dir(rnnlib)
    )
    with pytest.raises(AttributeError, match="has no attribute 'RNN'"):
        rnnlib.RNN  # noqa: B018


def test_the_command_line_starts_without_the_libraries_behind_it():
    assert not loaded_by("import rnnlib.__main__") & ({"numpy"} | HEAVY - {"click"})


# --- files ---


def test_the_top_level_holds_only_what_a_visitor_looks_for():
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


def test_no_file_names_a_folder_of_the_machine_it_was_made_on():
    here = re.escape(f"{ROOT}/")
    machine = re.compile(rf"/(?:home|root|Users)/\w|(?<![\w.]){here}".encode())
    found = [name for name in tracked() if machine.search((ROOT / name).read_bytes())]
    assert found == []


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=" ".join)
def test_the_code_is_as_ruff_wants_it(arguments):
    # Not the notebooks: the code of a lesson is set for reading.
    folders = ["rnnlib", "tests"]
    command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--no-cache", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# --- the README and CI ---


def test_the_readme_has_the_two_commands_each_on_a_line():
    environment = "python3 -m venv .venv && .venv/bin/pip install"
    lines = README.splitlines()
    assert lines.count(f'{environment} -e ".[course]" && .venv/bin/rnnlib lab') == 1
    assert lines.count(f"{environment} -r requirements.txt && .venv/bin/python -m pytest") == 1


def test_every_room_of_the_library_has_a_row_in_its_readme():
    table = (ROOT / "rnnlib" / "README.md").read_text(encoding="utf-8").partition("## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(
        set(MAY_IMPORT) - {"__init__", "__main__", "one_parser", "one_thread"}
    )


def test_ci_runs_the_test_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"grep -m1 -E '([^']+)' README\.md", script)
    found = [line for line in README.splitlines() if re.search(pattern, line)]
    assert len(found) == 1 and found[0].endswith(".venv/bin/python -m pytest")


def test_every_command_that_the_readme_names_exists():
    named = set(re.findall(r"\brnnlib ([a-z]+)", " ".join(re.findall(r"`[^`]+`", README))))
    assert named <= set(main.commands)


def test_every_link_of_the_readme_leads_to_a_file():
    links = re.findall(r"\]\(([^)#\s]+)", README) + re.findall(r'(?:src|href)="([^"#]+)"', README)
    files = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in files if not (ROOT / link).exists()] == []
