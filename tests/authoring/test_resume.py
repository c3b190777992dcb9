"""After a stopping place: a fresh kernel, the first cell and the resume cell are enough."""

import re
from configparser import ConfigParser

import pytest

from rnnlib.authoring.builder import build, kept_run
from rnnlib.authoring.execution import CellError, execute
from rnnlib.authoring.manner import AT_ONCE, measured
from rnnlib.authoring.notebooks import solved, student, with_outputs
from rnnlib.lessons import AuthoringError, lesson_paths, read_lesson
from rnnlib.places import ROOT
from tests.authoring.short_training import UPDATES_FOR, short_training
from tests.authoring.tiny_lesson import EXERCISES, write

STOPPING = {
    path.stem: path
    for path in lesson_paths()
    if re.search(r"^:tags: \[.*\bresume\b.*\]$", path.read_text(encoding="utf-8"), re.MULTILINE)
}

LESSON = '''\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
rnnlib:
  title: A tiny lesson
  minutes: 0
  manner: 2
---

# A tiny lesson

About 0 minutes.

```{code-cell} ipython3
import random

SEED = 0
```

```{code-cell} ipython3
value = 2 + 2
```

A good place to stop.

```{code-cell} ipython3
:tags: [resume]
value = 4
```

```{code-cell} ipython3
print(f"the sum is {value}, and the seed {SEED}")
value
```

```{code-cell} ipython3
:tags: [proof, subject:value]
assert value == 2 + 2
```

```{code-cell} ipython3
:tags: [nbval-ignore-output]
print(random.random())
```

## Twice

### Exercise 01.1  Twice

```{code-cell} ipython3
:tags: [exercise:01.1]
def double(x, times=1):
    """Twice x, a float; a float."""
    ### BEGIN SOLUTION
    return x * 2**times
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: [nbval-ignore-output]
def check(exercise, function):
    print(exercise)
```

```{code-cell} ipython3
check("01.1", double)
```
'''
RESUME = "value = 4\n"


def tiny(tmp_path, text=LESSON):
    return read_lesson(write(tmp_path, text))


def without_pictures(output):
    """What an output says, as nbval compares it: of a picture its alternative text."""
    rules = ConfigParser(interpolation=None)
    rules.read(ROOT / "tests" / "nbval.cfg")
    shown = {"text": output.get("text", ""), **output.get("data", {})}
    told = {kind: value for kind, value in shown.items() if not kind.startswith("image/")}
    for rule in (rules[name] for name in rules.sections()):
        for kind, value in told.items():
            if isinstance(value, str):
                told[kind] = re.sub(rule["regex"], rule["replace"], value)
    return told


def unlike(lesson, built, *, short=False):
    """The lines of cells that show something else than in the built notebook, after each stop.

    CellError where a cell fails. Cells whose output is not compared from run to run are not here.
    `short`: training is cut short, and proofs, which are about all of it, are left out.
    """
    cells = [cell for cell in lesson.cells if cell.in_notebooks]
    first = next(k for k, cell in enumerate(cells) if cell.kind == "code")
    found = []
    for stop in (k for k, cell in enumerate(cells) if "resume" in cell.tags):
        kept = [first, *range(stop, len(cells))]
        rest = solved(lesson)
        if short:
            kept = [k for k in kept if "proof" not in cells[k].tags]
            head = rest.cells[first]
            head.source = f"{short_training(lesson.name)}\n{head.source}\n{UPDATES_FOR}"
        rest.cells = [rest.cells[k] for k in kept]
        ran = with_outputs(rest, execute(rest, lesson.path.parent))
        assert ran is not None
        for k, made in zip(kept, ran.cells, strict=True):
            if k == stop:  # there `use` says whose function it has found
                continue
            if cells[k].kind == "code" and "nbval-ignore-output" not in cells[k].tags:
                before = map(without_pictures, built.cells[k].outputs)
                if list(map(without_pictures, made.outputs)) != list(before):
                    found.append(cells[k].line)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", STOPPING)
def test_after_a_stop_the_first_cell_and_the_resume_cell_give_the_same_outputs(name):
    lesson = read_lesson(STOPPING[name])
    built = kept_run(lesson)
    assert built is not None, f"{name} is to be built first"
    assert lesson.manner == 2
    # In lesson 05 what is compared comes from training, in 11 also what is looked for.
    assert unlike(lesson, built, short=lesson.number not in ("05", "11")) == []


def ran(lesson):
    return with_outputs(solved(lesson), execute(solved(lesson), lesson.path.parent))


@pytest.mark.slow
def test_a_resume_cell_that_rebuilds_what_the_rest_needs_is_enough(tmp_path):
    lesson = tiny(tmp_path)
    assert unlike(lesson, ran(lesson)) == []


@pytest.mark.slow
def test_a_name_that_a_resume_cell_does_not_rebuild_is_found(tmp_path):
    lesson = tiny(tmp_path, LESSON.replace(RESUME, "other = 4\n"))
    with pytest.raises(CellError, match="NameError: name 'value' is not defined"):
        unlike(lesson, ran(lesson))


@pytest.mark.slow
def test_what_a_resume_cell_rebuilds_otherwise_is_found_at_the_cell_that_shows_it(tmp_path):
    text = LESSON.replace(RESUME, "shift = len([n for n in dir() if n == 'value'])\n")
    text = text.replace("{SEED}", "{SEED + shift}").replace("is {value}", "is 4")
    text = text.replace('SEED + shift}")\nvalue\n', 'SEED + shift}")\n')
    text = text.replace("assert value == 2 + 2", "assert shift in (0, 1)")
    lesson = tiny(tmp_path, text)
    (line,) = unlike(lesson, ran(lesson))
    assert text.split("\n")[line - 1].startswith("print(f")


def built(tmp_path, text):
    """Build the lesson with the minutes that it takes; returns them."""
    minutes = measured(tiny(tmp_path, text)).minutes
    text = text.replace("minutes: 0", f"minutes: {minutes}")
    tiny(tmp_path, text.replace("About 0 minutes", f"About {minutes} minutes"))
    build(root=tmp_path, exercises=EXERCISES, execute=lambda notebook, _: counted(notebook))
    return minutes


def counted(notebook):
    """As if the notebook had run, and printed nothing."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        cell.execution_count = number
    return notebook


LONG = LESSON.replace("About 0 minutes.", "About 0 minutes.\n\nIt takes 0 seconds.")
TAG, CELL = ":tags: [resume]\n", "```{code-cell} ipython3\n:tags: [resume]\nvalue = 4\n```\n"


def test_a_lesson_of_more_than_45_minutes_has_a_resume_cell(tmp_path):
    own = measured(tiny(tmp_path)).minutes
    short, long = (
        LONG.replace("takes 0", f"takes {60 * (AT_ONCE - own + more)}") for more in (-1, 2)
    )
    assert built(tmp_path, long) > AT_ONCE
    with pytest.raises(AuthoringError, match=r"4[67] minutes at once: .* tagged 'resume'"):
        built(tmp_path, long.replace(CELL, ""))
    assert built(tmp_path, short.replace(CELL, "")) <= AT_ONCE


@pytest.mark.parametrize("code", ["print(value)\n", "value.sort()\n", "sum(n for n in [1])\n"])
def test_a_resume_cell_that_defines_nothing_is_refused(tmp_path, code):
    with pytest.raises(AuthoringError, match="a resume cell defines what the rest"):
        built(tmp_path, LESSON.replace(RESUME, code))


@pytest.mark.parametrize("tag", ["instructor", "proof"])
def test_a_resume_cell_is_the_learners(tmp_path, tag):
    text = LESSON.replace(TAG, f":tags: [resume, {tag}]\n")
    text = text.replace(RESUME, "spare = 4\nassert spare\n") if tag == "proof" else text
    with pytest.raises(AuthoringError, match="a resume cell belongs in the learner's notebook"):
        built(tmp_path, text)
    built(tmp_path, LESSON)
    theirs = student(read_lesson(tmp_path / "solutions" / "01_tiny.md"), EXERCISES).cells
    assert any("resume" in cell.metadata.get("tags", ()) for cell in theirs)
