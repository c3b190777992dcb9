"""Whose a submitted file is, from its place in a folder and never from its contents.

The layouts, with sources (November 2026):

files       one notebook a student; the name is the student's key.
folders     a folder a student, with whatever is in it.
canvas      "Download submissions": `doejane_LATE_123_456_nb-1.ipynb` is the student's name, LATE if
            it was, the ids of the user and of the file, and the file's name; `anon_Xy3` stands for
            the user's id where grading is anonymous. An online text is `..._123_text.html`.
            (canvas-lms, lib/content_zipper.rb: get_filename, add_upload_submission.)
moodle      "Download all submissions": `Jane Doe_123_assignsubmission_file/nb.ipynb`, before
            Moodle 4 with one more `_` at the folder's end; without folders, by an option there,
            `Jane Doe_123_assignsubmission_file_nb.ipynb`. The number is the participant's of the
            grading worksheet, another one for each assignment. An online text is in a folder
            `..._assignsubmission_onlinetext`. (moodle, mod/assign/classes/downloader.php.)
nbgrader    `submitted/jane/ps1/nb.ipynb`, and beside the notebook `timestamp.txt` with
            `2015-02-02 15:58:23.948203 UTC`. (nbgrader's documentation, "The philosophy and the
            approach", and nbgrader/coursedir.py.)
gradescope  "Export submissions": `submission_123/nb.ipynb`, and in `submission_metadata.yml` for
            each folder `:submitters:`, a list of `:name:`, `:sid:`, `:email:`, and `:created_at:`.
            A group's submission is that of each of its members. (Gradescope's guide has no word on
            it; otter-grader and gradescope_auto_py read it so.)

More data that a learning management system has on a student is in `lms`, under these names:
`canvas_id`, `moodle_participant`, `gradescope_sid`, `gradescope_email`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

LAYOUTS = ("files", "folders", "canvas", "moodle", "nbgrader", "gradescope")
METADATA = "submission_metadata.yml"
TIMESTAMP = "timestamp.txt"
SUBMITTED = "submitted"
MOST_METADATA = 100_000_000  # bytes
# Windows hides a file extension, and some browsers add one.
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?\Z", re.IGNORECASE)
CANVAS = re.compile(
    r"(?P<name>.*?)_?(?P<late>LATE_)?(?P<id>anon_[^_]+|\d+)_(?P<file>\d+)_(?P<rest>.+)\Z", re.DOTALL
)
CANVAS_TEXT = re.compile(
    r"(?P<name>.*?)_?(?P<late>LATE_)?(?P<id>anon_[^_]+|\d+)_(text|link)\.html\Z", re.DOTALL
)
MOODLE = re.compile(
    r"(?P<name>.+?)(_(?P<id>\d+))?_assignsubmission_[a-z]+(_(?P<rest>.*))?\Z", re.DOTALL
)
# Possessive throughout: a name with many digits has exponentially many divisions into numbers.
COPY = re.compile(r"([\s_.-]*+(\(\d++\)|v?\d++|copy\d*+|final))*+\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Whose a file is. `key` identifies the student, `student` is the name, `id` a number in case
    two have the same name; `file` is the file's own name.
    """

    key: str
    student: str
    file: str
    id: str = ""
    late: bool = False
    order: tuple = ()
    lms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """The layout, and the owner of each path that has one."""

    layout: str
    places: dict[str, list[Place]]


def is_notebook(path: str) -> bool:
    """Whether a file is a notebook, by its name."""
    return NOTEBOOK.search(path) is not None


def place(
    paths: list[str], folder: Path, layout: str, lesson: str, due: datetime | None = None
) -> Placed:
    """Whose each file is. ValueError if the layout is not there or cannot be determined."""
    top, recognised = _recognised(paths, folder)
    if layout == "auto":
        layout = recognised or _plain(paths, lesson)
    elif layout in ("files", "folders"):
        top = ""
    elif layout != recognised:
        raise ValueError(f"{folder} does not have the layout {layout}: {EXPECTED[layout]}")
    inner = [path.removeprefix(top) for path in paths if path.startswith(top)]
    found = WHOSE[layout](_Folder(folder / top, lesson, due), inner)
    return Placed(layout, {f"{top}{path}": places for path, places in found.items()})


EXPECTED = {
    "canvas": "its notebooks are called like doejane_123_456_nb.ipynb",
    "moodle": "its folders are called like Jane Doe_123_assignsubmission_file",
    "nbgrader": f"it has {SUBMITTED}/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb",
    "gradescope": f"it has {METADATA}",
}


@dataclass(frozen=True)
class _Folder:
    """Where the files are, which lesson they should be for, and when they were due."""

    path: Path
    lesson: str
    due: datetime | None

    def late(self, when: datetime | None) -> bool:
        return self.due is not None and when is not None and when > self.due

    def changed(self, path: str) -> float:
        """When a file was changed, according to the file system."""
        try:
            return (self.path / path).lstat().st_mtime
        except OSError:
            return 0.0


def _recognised(paths: list[str], folder: Path) -> tuple[str, str]:
    """The folder that contains it, with a slash, or ""; and the other program's layout."""
    tops = {path.partition("/")[0] for path in paths}
    for top in ("", *(f"{name}/" for name in tops if len(tops) == 1), f"{SUBMITTED}/"):
        inner = [path.removeprefix(top) for path in paths if path.startswith(top)]
        if layout := _program(inner, named=top == f"{SUBMITTED}/"):
            return top, layout
    return "", ""


def _program(paths: list[str], *, named: bool) -> str:
    """The program whose layout the files have. `named`: they are in a folder named `submitted`."""
    if METADATA in paths:
        return "gradescope"
    if any(MOODLE.match(path.partition("/")[0]) for path in paths):
        return "moodle"
    notebooks = [path for path in paths if is_notebook(path)]
    if notebooks and all("/" not in path and CANVAS.match(path) for path in notebooks):
        return "canvas"
    deep = bool(notebooks) and all(path.count("/") >= 2 for path in notebooks)
    stamped = any(path.count("/") == 2 and path.endswith(f"/{TIMESTAMP}") for path in paths)
    return "nbgrader" if deep and (named or stamped) else ""


def _plain(paths: list[str], lesson: str) -> str:
    """Whether each notebook or each folder is a student's. ValueError if it could be either."""
    inside: dict[str, list[str]] = {}
    for path in filter(is_notebook, paths):
        top, slash, _ = path.partition("/")
        if slash:
            inside.setdefault(top, []).append(path)
    for top, own in inside.items():
        stems = [NOTEBOOK.sub("", PurePosixPath(path).name) for path in own]
        stems = [stem for stem in stems if stem.startswith(f"{lesson}_")] or stems
        shortest = min(stems, key=len)
        base = COPY.sub("", shortest)
        if not all(stem.startswith(base) and COPY.fullmatch(stem[len(base) :]) for stem in stems):
            some = ", ".join(PurePosixPath(path).name for path in own[:3])
            raise ValueError(
                f"{top}/ holds {len(own)} notebooks ({some} ...): if it is one student's, say "
                "--layout folders; if each notebook is a student's, --layout files"
            )
    return "folders" if inside else "files"


def _files(folder: _Folder, paths: list[str]) -> dict[str, list[Place]]:
    return {
        path: [Place(path, path, PurePosixPath(path).name)] for path in filter(is_notebook, paths)
    }


def _folders(folder: _Folder, paths: list[str]) -> dict[str, list[Place]]:
    """A top-level folder is one student's; a top-level notebook too, named after the student."""
    found = {}
    mixed = any("/" not in path and is_notebook(path) for path in paths)
    with_notebook = {path.partition("/")[0] for path in paths if is_notebook(path)}
    for path in paths:
        top, slash, _ = path.partition("/")
        if slash and (top in with_notebook or not mixed):
            name = PurePosixPath(path).name
            found[path] = [Place(f"{top}/", top, name, order=_order(folder, path))]
        elif not slash and is_notebook(path):
            found[path] = [Place(path, NOTEBOOK.sub("", path) or path, path)]
    return found


def _canvas(folder: _Folder, paths: list[str]) -> dict[str, list[Place]]:
    found = {}
    for path in paths:
        known = CANVAS_TEXT.match(path) or CANVAS.match(path)
        if known and "/" not in path:
            parts = {"file": "0", "rest": "", **known.groupdict()}
            id, name = parts["id"], parts["name"] or parts["id"]
            late, order = bool(parts["late"]), (int(parts["file"]),)
            more = {"canvas_id": id}
            found[path] = [Place(id, name, parts["rest"], id, late, order, more)]
    return found


def _moodle(folder: _Folder, paths: list[str]) -> dict[str, list[Place]]:
    found = {}
    for path in paths:
        top, slash, below = path.partition("/")
        if known := MOODLE.match(top):
            id, name = known["id"] or "", known["name"]
            file = PurePosixPath(below).name if slash else known["rest"] or ""
            more = {"moodle_participant": id} if id else {}
            order = _order(folder, path)
            found[path] = [Place(f"{name}_{id}", name, file, id, order=order, lms=more)]
    return found


def _nbgrader(folder: _Folder, paths: list[str]) -> dict[str, list[Place]]:
    parts = {path: PurePosixPath(path).parts for path in paths if path.count("/") >= 2}
    assignments = sorted({student_and[1] for student_and in parts.values()})
    wanted = [name for name in assignments if name.startswith(folder.lesson)] or assignments
    if len(wanted) > 1:
        raise ValueError(
            f"there are several assignments ({', '.join(wanted)}), and one is graded at a time: "
            f"give the one of lesson {folder.lesson} a name that begins with {folder.lesson}, or "
            "name a folder that holds only one"
        )
    found = {}
    for path, (student, assignment, *rest) in parts.items():
        if assignment in wanted:
            when = _stamp(folder.path / student / assignment / TIMESTAMP)
            order = (when.timestamp() if when else 0.0, *_order(folder, path))
            late = folder.late(when)
            found[path] = [Place(student, student, rest[-1], late=late, order=order)]
    return found


def _gradescope(folder: _Folder, paths: list[str]) -> dict[str, list[Place]]:
    known = _metadata(folder.path / METADATA)
    found = {}
    for path in paths:
        top, slash, _ = path.partition("/")
        if not slash:
            continue
        about = known.get(top)
        about = about if isinstance(about, dict) else {}
        when = _aware(about.get(":created_at"))
        order = (when.timestamp() if when else 0.0, *_order(folder, path))
        listed = about.get(":submitters")
        people = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
        own = []
        for person in people or [{":name": top}]:
            told = {k: str(person.get(f":{k}") or "") for k in ("name", "sid", "email")}
            key = told["email"] or told["sid"] or told["name"] or top
            more = {f"gradescope_{k}": told[k] for k in ("sid", "email") if told[k]}
            own.append(
                Place(
                    key=key,
                    student=told["name"] or key,
                    file=PurePosixPath(path).name,
                    id=told["sid"] or told["email"],
                    late=folder.late(when),
                    order=order,
                    lms=more,
                )
            )
        found[path] = own
    return found


WHOSE: dict[str, Callable[[_Folder, list[str]], dict[str, list[Place]]]] = {
    "files": _files,
    "folders": _folders,
    "canvas": _canvas,
    "moodle": _moodle,
    "nbgrader": _nbgrader,
    "gradescope": _gradescope,
}


def _order(folder: _Folder, path: str) -> tuple:
    """The sort key: when the file was changed, then its name, with nb-10 after nb-9."""
    name = NOTEBOOK.sub("", PurePosixPath(path).name.lower())
    parts = [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", name)]
    return (int(folder.changed(path)), *parts)


def _stamp(path: Path) -> datetime | None:
    """The time in nbgrader's file; None if there is no file or no time in it."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(100).strip()
        return _aware(datetime.fromisoformat(re.sub(r"\s*[A-Za-z]+\Z", "", text)))
    except (OSError, ValueError):
        return None


def _aware(when: object) -> datetime | None:
    """A time with its zone: for nbgrader and YAML it is UTC unless they name one."""
    if not isinstance(when, datetime):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _metadata(path: Path) -> dict[str, Any]:
    """Gradescope's description of an export. ValueError if it cannot be read."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads Ruby objects as their contents."""

    def inside(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return node.value

    Loader.add_multi_constructor("!ruby/", inside)
    try:
        with path.open("rb") as file:
            read = yaml.load(file.read(MOST_METADATA), Loader)  # a kind of SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} cannot be read as YAML") from error
    if not isinstance(read, dict):
        raise ValueError(f"{path} does not say whose each submission is")
    return {str(key): value for key, value in read.items()}
