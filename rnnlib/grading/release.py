"""What a teacher hands out: a lesson's notebook, the whole course, or a Gradescope autograder.

Gradescope's default image is Ubuntu 22.04, whose Python is 3.10, and the course needs 3.11; others
may be chosen, but which there are is not documented. `setup.sh` may install by any means: it brings
an interpreter of its own, so that the image does not matter.
(https://gradescope-autograders.readthedocs.io/en/latest/base_images/ and .../specs/;
https://docs.astral.sh/uv/concepts/python-versions/)
"""

import io
import os
import re
import secrets
import stat
import zipfile
from pathlib import Path

from rnnlib import places
from rnnlib.lessons import AuthoringError, Lesson, lesson_paths, read_lesson
from rnnlib.places import MATERIALS, PACKAGE, ROOT

INSTRUCTIONS = """\
# {title}

1. Set up the course once, as its README says. Put `{notebook}` into the folder `my-course/` that
   `rnnlib lab` makes there, in place of the one in it.
2. Open it with `rnnlib lab` and work through it, about {minutes} minutes. Write your code where
   `raise NotImplementedError` stands, run the cell, then run the check below it.
3. Hand in `{notebook}` as it is when you have saved it. Nothing else is needed.

What is graded is what your functions return, found by their names: {functions}. You may add cells
and move them. Your code runs with NumPy and the course's library, without a network and without
other programs or processes, within a limit of time and memory.
"""

PYTHON = "3.12"  # that of the autograder
SETUP = f"""\
#!/usr/bin/env bash
# Gradescope runs this once, when it builds the container. The image's Python may be too old for the
# course, so uv brings one, whichever base image is chosen.
set -euo pipefail
apt-get -qq update
apt-get -qq install --yes --no-install-recommends bubblewrap ca-certificates python3-venv
python3 -m venv /autograder/uv
/autograder/uv/bin/pip install --quiet uv
export UV_PYTHON_INSTALL_DIR=/autograder/python UV_PYTHON_PREFERENCE=only-managed
/autograder/uv/bin/uv python install --quiet {PYTHON}
# its folder itself, and not a link to it: the sandbox shows nothing else
python=$(realpath "$(/autograder/uv/bin/uv python find {PYTHON})")
"$python" -m venv /autograder/venv
/autograder/venv/bin/pip install --quiet --editable "/autograder/source[course]"
"""

RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission. Where its containers do not permit bubblewrap, the
# grader refuses; adding --unsafe grades all the same, and every result says so.
exec /autograder/venv/bin/rnnlib grade /autograder/submission --lesson {lesson} --seed {seed} \\
    --out /autograder/graded --gradescope /autograder/results/results.json "$@"
"""

INSTRUCTORS_ONLY = re.compile(r"<!-- instructors -->.*?<!-- /instructors -->\s*", re.DOTALL)
NEEDED = ("rnnlib", "course", "pyproject.toml", "setup.py", "README.md", "LICENSE")


def find(number: str, root: Path = ROOT) -> Lesson:
    """The lesson with this number; AuthoringError where its text is not there."""
    for path in lesson_paths(root):
        if path.name.startswith(f"{number}_"):
            return read_lesson(path)
    raise AuthoringError(f"solutions/ has no text of a lesson {number!r}")


def hand_out(lesson: Lesson, notebook: str, functions: list[str], folder: Path) -> list[Path]:
    """Write the notebook, the files that it shows, and instructions; returns what was written."""
    name = f"{lesson.name}.ipynb"
    files = {name: notebook.encode()}
    for path in sorted((lesson.path.parents[1] / "course").iterdir()):
        if path.suffix not in (".ipynb", ".md") and path.is_file() and path.name in notebook:
            files[path.name] = path.read_bytes()
    told = INSTRUCTIONS.format(
        title=f"{lesson.number} {lesson.title}",
        notebook=name,
        minutes=lesson.minutes,
        functions=", ".join(f"`{function}`" for function in functions),
    )
    files["README.md"] = told.encode()
    for file, data in files.items():
        places.write(folder / file, data)
    return [folder / file for file in files]


def autograder(lesson: Lesson, path: Path, root: Path = ROOT) -> None:
    """Write the zip file from which Gradescope builds an autograder for the lesson."""
    run = RUN.format(lesson=lesson.number, seed=secrets.token_hex(16))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, script in (("setup.sh", SETUP), ("run_autograder", run)):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | 0o755) << 16
            archive.writestr(entry, script)
        for name, source in _sources(root):
            archive.write(source, name)
    places.write(path, file.getvalue())


def course(folder: Path, root: Path = ROOT) -> None:
    """Write the course without solutions to `folder`, which is new or empty; it installs as before.

    ValueError where `folder` holds something. The README is the course's, without what stands
    between the comments `instructors` and `/instructors`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} must be empty or new, and holds {len(list(folder.iterdir()))}")
    for name, source in _sources(root):
        places.write(folder / name, source.read_bytes())
    readme = (root / "README.md").read_text(encoding="utf-8")
    shown = INSTRUCTORS_ONLY.sub("", readme).strip() + "\n"
    places.write(folder / "README.md", shown.encode())


def _sources(root: Path) -> list[tuple[str, Path]]:
    """What the grader needs of the course, by its name in a checkout: not its solutions."""
    found = []
    for name in NEEDED:
        place = PACKAGE if name == "rnnlib" and root == ROOT else root / name
        if place.is_file():
            found.append((name, place))
        for folder, folders, files in os.walk(place):
            folders[:] = sorted(f for f in folders if _belongs(f))
            paths = [Path(folder, file) for file in sorted(files) if not file.startswith(".")]
            found += [(f"{name}/{path.relative_to(place).as_posix()}", path) for path in paths]
    return found


def _belongs(folder: str) -> bool:
    return not folder.startswith(".") and folder not in ("__pycache__", MATERIALS.name)
