"""A result is kept for as long as nothing changes that decides it, and no longer."""

import json
import shutil

import pytest

from rnnlib.grading import judge
from rnnlib.grading.results.result import SCHEMA, Result
from rnnlib.places import ROOT

LESSON = "04"


@pytest.fixture(scope="module")
def version_after(tmp_path_factory):
    """The lesson's version after a line was added to one file, as a function of its name."""
    root = tmp_path_factory.mktemp("version")
    for folder in ("rnnlib", "course"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))

    def after(name: str = "", text: str = "\n# a typo\n") -> str:
        judge.version.cache_clear()
        judge.handed_out.cache_clear()
        path = root / (name or "README.md")
        before = path.read_text(encoding="utf-8") if path.exists() else None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((before or "") + text, encoding="utf-8")
            return judge.version(LESSON, root)
        finally:
            path.unlink() if before is None else path.write_text(before, encoding="utf-8")

    return after


DECIDES = [
    "rnnlib/cells/kernels.py",
    "rnnlib/plots/style.py",
    "rnnlib/data/new_weights.json",
    "rnnlib/exercises/asking.py",
    "rnnlib/exercises/comparing.py",
    "rnnlib/exercises/chapters/ch04/bptt.py",
    "rnnlib/exercises/chapters/forbidden.py",
    "rnnlib/grading/judge.py",
    "rnnlib/grading/scoring.py",
    "rnnlib/grading/sandbox/walls.py",
    "rnnlib/grading/sandbox/inside/agent.py",
    "rnnlib/grading/submissions/parsing.py",
]
DOES_NOT = [
    "rnnlib/exercises/chapters/ch11/layer.py",
    "rnnlib/slides/content.py",
    "rnnlib/app/lab.py",
    "rnnlib/grading/results/feedback.py",
    "rnnlib/grading/viva/changing.py",
    "course/README.md",
]


@pytest.mark.parametrize("name", DECIDES)
def test_what_runs_with_an_answer_or_judges_it_grades_the_lesson_again(version_after, name):
    assert version_after(name) != version_after()


@pytest.mark.parametrize("name", DOES_NOT)
def test_what_has_no_part_in_the_lesson_does_not(version_after, name):
    assert version_after(name) == version_after()


@pytest.mark.parametrize(("lesson", "same"), [("04", False), ("11", True)])
def test_code_that_was_handed_out_counts_in_its_own_lesson_only(version_after, lesson, same):
    (path,) = (ROOT / "course").glob(f"{lesson}_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = ["# other code"]
    name, whole = path.relative_to(ROOT).as_posix(), json.dumps(notebook)
    replaced = version_after(f"{name}.new.ipynb", whole)
    assert (replaced == version_after()) is same


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("rnnlib/cells/kernels.py", "library"),
        ("rnnlib/exercises/chapters/ch04/bptt.py", "exercises"),
        ("rnnlib/grading/sandbox/inside/agent.py", "grader"),
    ],
)
def test_what_changed_is_named(tmp_path, name, part):
    for folder in ("rnnlib", "course"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = judge.versions(LESSON, tmp_path)
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("# a typo\n")
    after = judge.versions(LESSON, tmp_path)
    assert {key for key in after if after[key] != before[key]} == {part}


def test_a_result_names_its_form_and_no_other_is_read():
    result = Result("ok", LESSON, notes=["a note"])
    stored = json.loads(result.as_json())
    assert stored["schema"] == SCHEMA
    assert Result.from_json(result.as_json()) == result
    for other in (
        {**stored, "schema": SCHEMA + 1},
        {k: stored[k] for k in stored if k != "schema"},
    ):
        with pytest.raises(ValueError, match=f"schema {SCHEMA}"):
            Result.from_json(json.dumps(other))
