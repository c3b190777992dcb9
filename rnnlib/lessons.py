"""Lessons as they are written: one text, ``solutions/NN_slug.md``, read into cells.

Everything else about a lesson is built from this text (see ``rnnlib.authoring``).
A learner's copy of the course may come without the folder ``solutions/``. Worked solutions are read
from the notebooks built there, for which the standard library is enough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnlib.places import ROOT

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# What a notebook prints to whoever works in it, and what says nothing to anyone else.
ASIDE = re.compile(r"^(\d\d\.\d+: continuing with your .*|Answer with quiz\(.*)\n?", re.MULTILINE)


class AuthoringError(ValueError):
    """What an author has to mend, in one line: ``folder/file:line: what is wrong``."""

    @classmethod
    def at(cls, path: Path, line: int | None, what: object) -> AuthoringError:
        place = f"{path.parent.name}/{path.name}" + (f":{line}" if line else "")
        return cls(f"{place}: {' '.join(str(what).split())}")


@dataclass(frozen=True)
class SourceCell:
    """One cell of a lesson's source; ``line`` is where its text begins, counted from 1."""

    kind: str  # "markdown" or "code"
    source: str
    line: int
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self.metadata.get("tags", ()))

    def tagged(self, name: str) -> tuple[str, ...]:
        """The values of the tags ``name:value``: ``("C01", "Q03")`` for ``claim``."""
        return tuple(tag[len(name) + 1 :] for tag in self.tags if tag.startswith(f"{name}:"))

    @property
    def in_notebooks(self) -> bool:
        """Whether a notebook has this cell; the others are written for the slides alone."""
        return "only-slides" not in self.tags

    @property
    def in_course(self) -> bool:
        """Whether the learner's notebook has this cell."""
        hidden = {"instructor", "proof"} & set(self.tags) or self.tagged("solution")
        return self.in_notebooks and not hidden


@dataclass(frozen=True)
class Lesson:
    """A lesson's source, read: ``solutions/01_dynamical_systems.md`` is lesson "01"."""

    path: Path
    title: str
    minutes: int
    cells: tuple[SourceCell, ...]
    kernelspec: Mapping[str, str]
    manner: int = 1

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def number(self) -> str:
        return self.name.split("_")[0]

    def error(self, line: int, what: object) -> AuthoringError:
        return AuthoringError.at(self.path, line, what)


def lesson_paths(root: Path = ROOT) -> list[Path]:
    """The lessons' sources, in the order of their numbers."""
    return sorted((root / "solutions").glob("[0-9][0-9]_*.md"))


def read_lesson(path: Path) -> Lesson:
    """The lesson written in the MyST text at ``path``; AuthoringError where it cannot be read."""
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook
    from nbformat import ValidationError
    from yaml import YAMLError

    try:
        text = path.read_text(encoding="utf-8")
        notebook = myst_to_notebook(text, add_source_map=True)
    except OSError as error:
        raise AuthoringError.at(path, None, error.strerror) from error
    except UnicodeDecodeError as error:
        raise AuthoringError.at(path, None, f"is not UTF-8 text: {error.reason}") from error
    except (MystMetadataParsingError, YAMLError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise AuthoringError.at(path, int(line[1]) if line else 1, error) from error
    except ValidationError as error:  # it knows the value that is wrong, not the line
        numbered = enumerate(text.split("\n"), 1)
        line = next((i for i, t in numbered if "tags" in t and str(error.instance) in t), None)
        what = f"tags must be a list of different words: {error.message}"
        raise AuthoringError.at(path, line, what) from error

    head = notebook.metadata.get("rnnlib", {})
    if not (isinstance(head, dict) and head.get("title") and isinstance(head.get("minutes"), int)):
        raise AuthoringError.at(path, 1, "the head needs `rnnlib:` with a title and whole minutes")
    if "kernelspec" not in notebook.metadata:
        raise AuthoringError.at(path, 1, "the head needs a `kernelspec:`")

    lines = text.splitlines()
    cells = []
    for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        # the map points at the cell's options or at blank lines; its text begins further down
        first = cell.source.split("\n")[0]
        line = next((i for i in range(start, len(lines)) if lines[i] == first), start) + 1
        if cell.cell_type == "raw":
            raise AuthoringError.at(path, line, "raw cells have no meaning in a lesson")
        if any(text.startswith("```{code-cell}") for text in cell.source.split("\n")):
            raise AuthoringError.at(path, line, "this cell is not closed before the next begins")
        cells.append(SourceCell(cell.cell_type, cell.source, line, dict(cell.metadata)))
    return Lesson(
        path,
        head["title"],
        head["minutes"],
        tuple(cells),
        dict(notebook.metadata["kernelspec"]),
        head.get("manner", 1),
    )


def worked_solution(exercise_id: str, root: Path = ROOT) -> tuple[str, str] | None:
    """(code, explanation) of the exercise's worked solution, from the built notebook of its lesson.

    None where the course came without solutions, or has no such exercise.
    """
    chapter = exercise_id.split(".")[0]
    for path in sorted((root / "solutions").glob(f"{chapter}_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code, explanation = (
            ["".join(c["source"]) for c in cells if tag in c["metadata"].get("tags", ())]
            for tag in (f"exercise:{exercise_id}", f"solution:{exercise_id}")
        )
        if code:
            lines = [line for line in code[0].split("\n") if line.strip() not in (BEGIN, END)]
            return "\n".join(lines), "\n\n".join(explanation)
    return None


def torch_outputs(lesson: str, root: Path = ROOT) -> dict[str, str]:
    """What the cells tagged `torch` printed in the built notebook of a lesson, by their code.

    Empty where the course came without solutions.
    """
    printed = {}
    for path in sorted((root / "solutions").glob(f"{lesson}_*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if "torch" in cell["metadata"].get("tags", ()):
                out = (o["text"] for o in cell["outputs"] if o.get("name") == "stdout")
                text = "".join(map("".join, out))
                printed["".join(cell["source"]).strip()] = ASIDE.sub("", text)
    return {source: text for source, text in printed.items() if text.strip()}
