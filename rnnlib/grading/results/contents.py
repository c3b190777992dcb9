"""The contents of a lesson: its title, and the section of each exercise and prediction.

They are read from the lesson's notebook as students get it, so no solutions are needed.
"""

import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from rnnlib.places import ROOT

ASKED = re.compile(r"""\bpredict\(\s*["'](\d\d\.p\d+)["']""")


@dataclass(frozen=True)
class Contents:
    """`sections`: the id of an exercise or a prediction -> the heading of its section."""

    title: str = ""
    sections: dict[str, str] = field(default_factory=dict)


@functools.cache
def contents(lesson: str, root: Path = ROOT) -> Contents:
    """The contents of the lesson's notebook; empty if there is no such notebook."""
    path = next(iter(sorted((root / "course").glob(f"{lesson}_*.ipynb"))), None)
    if path is None:
        return Contents()
    title, section, sections = "", "", {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for level, heading in re.findall(r"^(##?) +(.+)$", source, re.MULTILINE):
                if level == "#":
                    title = title or heading.removeprefix(lesson).strip()
                else:
                    section = heading.strip()
            continue
        tags = cell["metadata"].get("tags", ())
        ids = [tag.removeprefix("exercise:") for tag in tags if tag.startswith("exercise:")]
        for id in [*ids, *ASKED.findall(source)]:
            sections.setdefault(id, section)
    return Contents(title, sections)


def heading(lesson: str) -> str:
    """The lesson's number and title."""
    title = contents(lesson).title
    return f"Lesson {lesson}: {title}" if title else f"Lesson {lesson}"
