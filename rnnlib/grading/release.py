"""What a teacher hands out: a lesson's notebook, the whole course, or a Gradescope autograder.

Gradescope's default image is Ubuntu 22.04, whose Python is 3.10, and the course needs 3.11; other
images can be chosen, but they are not documented. `setup.sh` may install anything, so it installs
its own interpreter, and the image does not matter.
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
from rnnlib.places import MATERIALS, ROOT

INSTRUCTIONS = """\
# {title}

1. Set up the course once, as its README says. Put `{notebook}` into the folder `my-course/` that
   `rnnlib lab` creates there, replacing the file with the same name.
2. Open it with `rnnlib lab` and work through it (about {minutes} minutes). Replace
   `raise NotImplementedError` with your code, run the cell, then run the check below it.
3. Save the notebook and submit `{notebook}`. Nothing else is needed.

Your functions are graded by what they return; they are found by name: {functions}. You may add and
move cells. Your code runs with NumPy and the course's library, without network access or other
programs or processes, and with limits on time and memory.
"""

PYTHON = "3.12"  # for the autograder
SETUP = f"""\
#!/usr/bin/env bash
# Gradescope runs this once, when it builds the container. The image's Python may be too old for the
# course, so uv installs one, whichever base image is chosen.
set -euo pipefail
apt-get -qq update
apt-get -qq install --yes --no-install-recommends bubblewrap ca-certificates python3-venv
python3 -m venv /autograder/uv
/autograder/uv/bin/pip install --quiet uv
export UV_PYTHON_INSTALL_DIR=/autograder/python UV_PYTHON_PREFERENCE=only-managed
/autograder/uv/bin/uv python install --quiet {PYTHON}
# the real folder, not a link to it: the sandbox mounts nothing else
python=$(realpath "$(/autograder/uv/bin/uv python find {PYTHON})")
"$python" -m venv /autograder/venv
/autograder/venv/bin/pip install --quiet --editable "/autograder/source[course]"
"""

RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission. If its containers do not permit bubblewrap, the grader
# refuses to run; add --unsafe to grade anyway, and every result will say so.
exec /autograder/venv/bin/rnnlib grade /autograder/submission --lesson {lesson} --seed {seed} \\
    --out /autograder/graded --gradescope /autograder/results/results.json "$@"
"""

INSTRUCTORS_ONLY = re.compile(r"<!-- instructors -->.*?<!-- /instructors -->\s*", re.DOTALL)
# What a clone of the released course does not track: an environment, caches, and progress.
NOT_TRACKED = ".venv/\n__pycache__/\n*.egg-info/\n.ipynb_checkpoints/\nmy-course/\n.rnnlib/\n"
NEEDED = ("rnnlib", "course", "pyproject.toml", "setup.py", "README.md", "LICENSE")


def find(number: str, root: Path = ROOT) -> Lesson:
    """The lesson with this number; AuthoringError if its source is missing."""
    for path in lesson_paths(root):
        if path.name.startswith(f"{number}_"):
            return read_lesson(path)
    raise AuthoringError(f"solutions/ has no source for lesson {number!r}")


def hand_out(lesson: Lesson, notebook: str, functions: list[str], folder: Path) -> list[Path]:
    """Write the notebook, the files that it uses, and instructions; returns their paths."""
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
    """Write the course without solutions to `folder`, which is new or empty, ready to install.

    ValueError if `folder` is not empty. The README is the course's, without the parts between the
    comments `instructors` and `/instructors`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} must be new or empty, but contains files")
    for name, source in _sources(root):
        places.write(folder / name, source.read_bytes())
    readme = (root / "README.md").read_text(encoding="utf-8")
    shown = INSTRUCTORS_ONLY.sub("", readme).strip() + "\n"
    places.write(folder / "README.md", shown.encode())
    places.write(folder / ".gitignore", NOT_TRACKED.encode())


def _sources(root: Path) -> list[tuple[str, Path]]:
    """The files of the course without solutions, with their names in a checkout."""
    found = []
    for name in NEEDED:
        place = places.package(root) if name == "rnnlib" else root / name
        if place.is_file():
            found.append((name, place))
        for folder, folders, files in os.walk(place):
            folders[:] = sorted(f for f in folders if _belongs(f))
            paths = [Path(folder, file) for file in sorted(files) if not file.startswith(".")]
            found += [(f"{name}/{path.relative_to(place).as_posix()}", path) for path in paths]
    return found


def _belongs(folder: str) -> bool:
    return not folder.startswith(".") and folder not in ("__pycache__", MATERIALS.name)
