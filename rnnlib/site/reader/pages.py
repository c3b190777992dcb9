"""Everything that Sphinx reads, in one folder with the same layout as the repository.

So the links between the repository's own pages also work on the site.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from pathlib import Path

from nbformat import NotebookNode

from rnnlib.authoring.builder import kept_run, registered
from rnnlib.authoring.notebooks import as_text
from rnnlib.lessons import AuthoringError, Lesson, lesson_paths, read_lesson
from rnnlib.places import write
from rnnlib.site.reader.lesson_page import LessonPage
from rnnlib.site.reader.reference import reference

TITLES = {"course/README.md": "Course map and claims"}  # in the contents
LOOK_UP = ("course/README.md", "course/GLOSSARY.md", "course/FORMULAS.md")
TEACH = ("solutions/INSTRUCTORS.md", "solutions/PLANS.md", "solutions/HUB.md")
README, LIBRARY, CONTRIBUTING = "README.md", "rnnlib/README.md", "CONTRIBUTING.md"
FILES = ("course/unrolled.png", "LICENSE")
MOVED = {f".github/{CONTRIBUTING}": CONTRIBUTING}  # page hosts may skip such a folder
LINK = re.compile(r"(?<!!)\[([^\[\]]+)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")


def write_pages(
    folder: Path, root: Path, interactive: str | None, only: Collection[str] | None
) -> None:
    """Write the sources of all pages. AuthoringError if a part of the course is missing."""
    readme = _read(root, README)
    texts = {name: _read(root, name) for name in (*LOOK_UP, *TEACH, LIBRARY)}
    texts |= {new: _read(root, old) for old, new in MOVED.items()}
    notebooks = {
        f"course/{lesson.name}.ipynb": _notebook(lesson, folder, interactive)
        for lesson in _lessons(root, only)
    }
    pages = reference(texts[LIBRARY], only)
    api = [name for name in pages if "index" in name]
    texts["index.md"] = _index(readme, texts["course/README.md"], [*notebooks], api)
    there = {*texts, *notebooks, *FILES}
    for name, text in texts.items():
        write(folder / name, _linked(text, name, there).encode())
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = _linked(cell.source, name, there)
        write(folder / name, as_text(notebook).encode())
    for name, text in pages.items():
        write(folder / name, text.encode())
    for name in FILES:
        write(folder / name, _read_bytes(root, name))


def _read(root: Path, name: str) -> str:
    return _read_bytes(root, name).decode("utf-8")


def _read_bytes(root: Path, name: str) -> bytes:
    try:
        return (root / name).read_bytes()
    except OSError as error:
        raise AuthoringError(f"{name}: the reader's site needs it: {error.strerror}") from error


def _lessons(root: Path, only: Collection[str] | None) -> list[Lesson]:
    paths = lesson_paths(root)
    return [read_lesson(path) for path in paths if only is None or path.name[:2] in only]


def _notebook(lesson: Lesson, folder: Path, interactive: str | None) -> NotebookNode:
    ran = kept_run(lesson)
    if ran is None:
        what = f"is not a complete run of its source's code; run: rnnlib build {lesson.number}"
        raise AuthoringError.at(lesson.path.with_suffix(".ipynb"), None, what)
    address = f"../{interactive.replace('{name}', lesson.name)}" if interactive else None
    figures = folder.parent / "extra" / "course"
    return LessonPage(lesson, registered(), figures, address).notebook(ran)


def _index(readme: str, course_map: str, lessons: list[str], api: list[str]) -> str:
    """The first page: the README's introduction and picture, the lessons, and the contents."""
    head, _, _ = readme.partition("**Start**")
    _, _, rest = course_map.partition("## Lessons\n")
    table = rest.partition("\n## ")[0].replace("](", "](course/")
    contents = {
        "Lessons": lessons,
        "To look things up": LOOK_UP,
        "To teach with it": TEACH,
        "The library": [LIBRARY, *api, CONTRIBUTING],
    }
    trees = [_tree(caption, names) for caption, names in contents.items()]
    return "\n\n".join([f"{head}## Lessons\n{table}".rstrip(), *trees]) + "\n"


def _tree(caption: str, names: Collection[str]) -> str:
    places = {name: posixpath.splitext(name)[0] for name in names}
    entries = [f"{TITLES[name]} <{it}>" if name in TITLES else it for name, it in places.items()]
    return "\n".join(["```{toctree}", f":caption: {caption}", ":hidden:", "", *entries, "```"])


def _linked(text: str, place: str, there: Collection[str]) -> str:
    """The text with its links to files of the site; other links are reduced to their text."""
    written = next((old for old, new in MOVED.items() if new == place), place)

    def linked(found: re.Match) -> str:
        words, target, anchor = found.groups()
        target = posixpath.normpath(posixpath.join(posixpath.dirname(written), target))
        target = MOVED.get(target, target)
        if target not in there:
            return words
        return f"[{words}]({posixpath.relpath(target, posixpath.dirname(place))}{anchor or ''})"

    return LINK.sub(linked, text)
