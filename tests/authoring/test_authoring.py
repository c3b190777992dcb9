"""From one text to two notebooks and a map: what is built, what is left alone, what is refused."""

import contextlib
import errno
import io
import os
from types import SimpleNamespace

import nbformat
import pytest

from rnnlib.authoring import AuthoringError, build, check, unsettled
from rnnlib.authoring.content.claims import ANSWERED, CLAIMS, FALSE, OTHER_CAUSE, TRUE
from rnnlib.authoring.execution import CellError
from rnnlib.authoring.notebooks import WIDGET, read_notebook, with_outputs
from tests.authoring.tiny_lesson import EXERCISES, SOURCE, line_of, write


class Run:
    """Executes a notebook in this process, which is quick, and counts how often it did."""

    def __init__(self):
        self.times = 0

    def __call__(self, notebook, folder):
        self.times += 1
        notebook, names, count = nbformat.from_dict(notebook), {}, 0
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            count += 1
            cell.execution_count = count
            streams = {"stdout": io.StringIO(), "stderr": io.StringIO()}
            with (
                contextlib.redirect_stdout(streams["stdout"]),
                contextlib.redirect_stderr(streams["stderr"]),
            ):
                try:
                    exec(cell.source, names)
                except Exception as error:
                    raise CellError(index, f"{type(error).__name__}: {error}") from error
            cell.outputs = [
                nbformat.v4.new_output("stream", name=name, text=stream.getvalue())
                for name, stream in streams.items()
                if stream.getvalue()
            ]
        return notebook


class Course:
    """A course of tiny lessons in a folder of its own."""

    def __init__(self, root):
        self.root, self.run = root, Run()
        self.solved = root / "solutions" / "01_tiny.ipynb"
        self.student = root / "course" / "01_tiny.ipynb"
        self.map = root / "course" / "README.md"
        self.write()

    def write(self, *edits, name="01_tiny"):
        source = SOURCE
        for old, new in edits:
            assert old in source
            source = source.replace(old, new)
        write(self.root, source, name)
        return source

    def build(self, *args, exercises=EXERCISES, **kwargs):
        kwargs = {"execute": self.run, **kwargs}
        return build(*args, root=self.root, exercises=exercises, **kwargs)

    def stale(self):
        return [str(item) for item in check(root=self.root, exercises=EXERCISES)]

    def files(self):
        """Every built file: its bytes, and when it was written."""
        paths = [p for p in self.root.rglob("*") if p.is_file() and p.suffix != ".md"]
        paths += [self.map] if self.map.exists() else []
        return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in paths}


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


# What is built


def test_the_learner_gets_a_stub_with_its_docstring_in_place_of_the_solution(course):
    course.build()
    cell = next(c for c in read_notebook(course.student).cells if c.id == "exercise-01-1")
    assert cell.source == (
        "def double(x, times=1):\n"
        '    """Twice x, a float; a float."""\n'
        '    raise NotImplementedError("Exercise 01.1: write double")'
    )
    assert cell.metadata.tags == ["exercise:01.1"]


def test_the_learners_notebook_has_no_outputs_and_nothing_for_the_instructor(course):
    course.build()
    solved, student = read_notebook(course.solved), read_notebook(course.student)
    dropped = [c.source for c in solved.cells if c.id not in {s.id for s in student.cells}]
    assert dropped == ["Ask the room.", "A sum of two equal terms is twice the term."]
    for cell in student.cells:
        assert cell.get("execution_count") is None
        assert not cell.get("outputs")


def test_both_notebooks_are_valid_and_a_cell_has_one_id_in_both(course):
    course.build()
    solved, student = read_notebook(course.solved), read_notebook(course.student)
    by_id = {c.id: c for c in solved.cells}
    assert len(by_id) == len(solved.cells)
    for cell in student.cells:
        twin = by_id[cell.id]
        assert (twin.cell_type, twin.metadata) == (cell.cell_type, cell.metadata)
        assert twin.source == cell.source or cell.id == "exercise-01-1"
    assert {"exercise-01-1", "check-01-1", "predict-1"} <= set(by_id)


def test_equal_cells_are_told_apart_and_an_edit_changes_the_id_of_its_cell_alone(course):
    course.write(("Some words.", "Some words.\n\n+++\n\nSome words.\n\n+++\n\nSome words."))
    course.build()
    before = [c.id for c in read_notebook(course.student).cells]
    # the first copy belongs to the heading's cell; the next two are alike
    assert before[2] == f"{before[1]}-2"
    course.write(("Some words.", "Other words.\n\n+++\n\nSome words.\n\n+++\n\nSome words."))
    course.build()
    after = [c.id for c in read_notebook(course.student).cells]
    assert [a == b for a, b in zip(after, before, strict=True)] == [False] + [True] * 9


def test_the_instructors_notebook_holds_everything_and_no_output_yet(course):
    course.build(instructor=True)
    notebook = read_notebook(course.root / "build" / "01_tiny.instructor.ipynb")
    solved = read_notebook(course.solved)
    assert [c.source for c in notebook.cells] == [c.source for c in solved.cells]
    assert not any(c.get("outputs") for c in notebook.cells)


def test_a_real_kernel_runs_beside_the_source_and_leaves_nothing_volatile(tmp_path):
    course = Course(tmp_path)
    (tmp_path / "solutions" / "beside.txt").write_text("read")
    course.write(
        ("print(value)", "print(open('beside.txt').read(), flush=True)\nprint(value)\nvalue"),
        ('guess = "four"', "import ipywidgets\n\nipywidgets.IntSlider()"),
    )
    build(root=tmp_path, exercises=EXERCISES)
    notebook = read_notebook(course.solved)
    outputs = {c.id: c.outputs for c in notebook.cells if c.cell_type == "code"}
    (slider,) = outputs["predict-1"]
    assert list(slider.data) == ["text/plain"]
    stream, value = next(found for found in outputs.values() if len(found) == 2)
    assert stream.text == "the sum is\nread\n4\n"
    assert value.data == {"text/plain": "4"}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == read_notebook(course.student).metadata.language_info
    assert all(set(c.metadata) <= {"tags"} for c in notebook.cells)
    assert check(root=tmp_path, exercises=EXERCISES) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [("{}['key']", "KeyError: 'key'"), ("import os\nos._exit(1)", "the kernel died")],
)
def test_a_real_kernel_that_fails_names_the_line_of_the_cell(tmp_path, code, words):
    course = Course(tmp_path)
    source = course.write(("print(value)", code))
    with pytest.raises(AuthoringError) as refused:
        build(root=tmp_path, exercises=EXERCISES)
    assert str(refused.value) == f"solutions/01_tiny.md:{line_of('value = 2', source)}: {words}"
    assert course.files() == {}


def test_a_live_widget_is_kept_where_nothing_else_shows_the_cell():
    cell = nbformat.v4.new_code_cell("w", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", data={WIDGET: {"model_id": "1"}})]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert with_outputs(notebook, notebook).cells[0].outputs == cell.outputs


# What is left alone


def test_building_again_changes_no_file_and_runs_nothing(course):
    course.build(instructor=True)
    before = course.files()
    reports = course.build(instructor=True)
    assert course.files() == before
    assert course.run.times == 1
    assert [str(r) for r in reports] == ["01_tiny: unchanged", "course map: unchanged"]


def test_an_edit_of_prose_is_built_without_a_run_and_one_of_code_with_it(course):
    course.build()
    course.write(("Some words.", "Other words."))
    report, _ = course.build()
    assert report.written == ("solutions/01_tiny.ipynb", "course/01_tiny.ipynb")
    assert (report.executed, course.run.times) == (False, 1)
    assert course.stale() == []
    course.write(("2 + 2", "3 + 1"))
    report, _ = course.build()
    assert (report.executed, course.run.times) == (True, 2)


def test_force_runs_what_is_up_to_date(course):
    course.build()
    course.build(force=True)
    assert course.run.times == 2


@pytest.mark.parametrize("fault", ["not run", "error", "out of order"])
def test_a_notebook_that_is_no_complete_run_is_run_again(course, fault):
    course.build()
    good = course.solved.read_bytes()
    notebook = read_notebook(course.solved)
    cell = [c for c in notebook.cells if c.cell_type == "code"][-1]
    if fault == "error":
        cell.outputs = [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]
    else:
        cell.execution_count = None if fault == "not run" else 1
    nbformat.write(notebook, course.solved)
    assert course.stale() == ["solutions/01_tiny.ipynb: is not a complete run of its source's code"]
    course.build()
    assert course.run.times == 2
    assert course.solved.read_bytes() == good


def test_only_the_lessons_asked_for_are_built(course):
    write(course.root, SOURCE[: SOURCE.index("```{code-cell}")], "02_other")
    for name in ("02", "02_other"):
        reports = course.build([name])
        assert [r.name for r in reports] == ["02_other", "course map"]
    assert not course.student.exists()
    with pytest.raises(AuthoringError, match=r"no source for lesson '03'.*01_tiny, 02_other"):
        course.build(["03"])


def test_outputs_that_are_kept_are_held_to_the_same_rules_as_new_ones(course):
    silent = ('guess = "four"', 'guess = "four"\nassert guess')
    course.write(silent)
    course.build()
    course.write(silent, ("[predict]", "[claim:C01]"))
    with pytest.raises(AuthoringError, match="prints nothing"):
        course.build()
    assert course.run.times == 1


# What is stale


def test_check_names_each_file_that_a_build_would_change(course):
    missing = [f"{p.relative_to(course.root)}: is missing" for p in (course.solved, course.student)]
    assert course.stale() == [*missing, "course/README.md: is missing"]
    course.build()
    assert course.stale() == []

    course.write(("Some words.", "Other words."))
    assert course.stale() == [
        "solutions/01_tiny.ipynb: does not match its source",
        "course/01_tiny.ipynb: does not match its source",
    ]
    course.write(("2 + 2", "3 + 1"))
    stale = course.stale()
    assert stale[0] == "solutions/01_tiny.ipynb: is not a complete run of its source's code"
    course.write()
    course.map.write_text("# Mine")
    assert course.stale() == ["course/README.md: does not match its source"]


def test_check_changes_nothing(course):
    course.build()
    course.write(("2 + 2", "3 + 1"))
    before = course.files()
    course.stale()
    assert course.files() == before


def test_check_names_a_notebook_without_a_source(course):
    course.build()
    orphan = course.root / "course" / "07_gone.ipynb"
    orphan.write_bytes(course.student.read_bytes())
    assert course.stale() == ["course/07_gone.ipynb: has no source"]


# What is refused

REFUSED = {  # what is edited, the text on the line that the error names, words of the error
    "region not closed": (("    ### END SOLUTION\n", ""), "### BEGIN", "without '### END SOLU"),
    "region in a region": (
        ("        x = x + x", "        ### BEGIN SOLUTION"),
        "        ### BEGIN",
        "inside a solution region",
    ),
    "end without begin": (("    ### BEGIN SOLUTION\n", ""), "### END", "without '### BEGIN"),
    "two regions": (
        ("    ### END SOLUTION", "    ### END SOLUTION\n        ### BEGIN SOLUTION"),
        "        ### BEGIN",
        "after the end",
    ),
    "misspelt marker": (("### END SOLUTION", "# end solution"), "# end", "alone on its line"),
    "region outside an exercise": (
        ('guess = "four"', "### BEGIN SOLUTION\nguess = 4\n### END SOLUTION"),
        "### BEGIN",
        "not an exercise",
    ),
    "region in Markdown": (
        ("Some words.", "### BEGIN SOLUTION\nx\n### END SOLUTION"),
        "# A tiny lesson",
        "not an exercise",
    ),
    "region outside the function": (
        ("    ### BEGIN SOLUTION", "### BEGIN SOLUTION"),
        "### BEGIN",
        "indented",
    ),
    "exercise without a region": (
        ("    ### BEGIN SOLUTION\n", "", "    ### END SOLUTION\n", ""),
        "def double",
        "no solution region",
    ),
    "stub with another name": (("def double", "def twice"), "def twice", "a function double"),
    "stub with other parameters": (
        ("(x, times=1)", "(x, n=1)"),
        "def double",
        "the stub is double(x, n), exercise 01.1 has (x, times)",
    ),
    "stub that is no Python": (("in range(times):", "in range(times"), "for _ in", "never closed"),
    "unknown exercise": (("exercise:01.1", "exercise:01.9"), "def double", "not a registered"),
    "two exercises in a cell": (
        ("[exercise:01.1]", "[exercise:01.1, exercise:01.2]"),
        "def double",
        "one cell, one exercise",
    ),
    "exercise without a check": (('check("01.1"', 'print("01.1"'), "def double", "no cell of"),
    "check only as a comment": (('check("01.1"', '# check("01.1"'), "def double", "no cell of"),
    "unknown tag": (("[predict]", "[predicted]"), 'guess = "four"', "unknown tag 'predicted'"),
    "tag without an id": (("claim:C02", "claim"), "value = 2", "unknown tag 'claim'"),
    "unknown claim": (("claim:C02", "claim:C99"), "value = 2", "not a row of the claims"),
    "claim not asserted": (("assert value", "value"), "value = 2", "asserts nothing"),
    "claim on prose": (('["instructor"]', '["claim:C01"]'), "Ask the", "on a code cell"),
    "solution on code": (("[predict]", "[solution:01.1]"), "guess =", "on a markdown cell"),
    "two titles": (("## Guess", "# Guess"), "# Guess", "second H1"),
    "level left out": (("## Guess", "### Guess"), "### Guess", "H3 after H1"),
    "level that only the instructor has": (
        ("Ask the room.", "## Ask", "## Guess", "### Guess"),
        "### Guess",
        "H3 after H1",
    ),
    "no title": (
        ("# A tiny lesson\n", "", "## Guess first", "Guess first", "### Exercise", "Exercise"),
        "---",
        "no heading",
    ),
    "exercise without its heading": (
        ("### Exercise 01.1  Twice\n", "### Something else\n"),
        "def double",
        "must be below the learner's heading 'Exercise 01.1 Twice'",
    ),
    "heading that only the instructor has": (
        ("### Exercise 01.1", '+++ {"tags": ["instructor"]}\n\n### Exercise 01.1'),
        "def double",
        "must be below the learner's heading",
    ),
    "image without text": (("![A line that goes up]", "![]"), "line.png", "alternative text"),
    "image in HTML": (
        ("![A line that goes up](line.png)", '<img src="line.png" alt="">'),
        "line.png",
        "alternative text",
    ),
    "long cell": (('guess = "four"', "\n".join(["guess = 4"] * 16)), "guess", "16 lines of code"),
    "trailing semicolon": (("print(value)", "print(value);"), "print(value);", "trailing ';'"),
    "cell that fails": (("print(value)", "1 / 0"), "value = 2", "ZeroDivisionError: division"),
    "cell that warns": (
        ("print(value)", "print(value)\nimport sys\nprint('old', file=sys.stderr)"),
        "value = 2",
        "prints a warning: old",
    ),
    "claim that prints nothing": (
        ('print("the sum is")\nprint(value)\n', ""),
        "value = 2",
        "prints nothing",
    ),
}


@pytest.mark.parametrize(("edits", "at", "words"), REFUSED.values(), ids=REFUSED)
def test_a_faulty_source_is_refused_with_its_line_and_nothing_is_written(course, edits, at, words):
    course.build()
    before = course.files()
    source = course.write(*zip(edits[::2], edits[1::2], strict=True))
    with pytest.raises(AuthoringError) as refused:
        course.build()
    assert course.files() == before
    message = str(refused.value)
    assert "\n" not in message
    assert words in message
    assert message.startswith(f"solutions/01_tiny.md:{line_of(at, source)}: ")


def test_an_exercise_has_one_stub_in_all_the_lessons(course):
    stub = SOURCE[SOURCE.index("```{code-cell} ipython3\n:tags: [exercise") :]
    write(course.root, SOURCE + "\n" + stub)
    with pytest.raises(AuthoringError, match=r"01\.1 already has its stub at 01_tiny\.md:\d+"):
        course.build()
    course.write(name="02_other")
    course.write()
    with pytest.raises(AuthoringError, match=r"02_other\.md:\d+: .* belongs in another lesson"):
        course.build()


def test_a_registered_exercise_has_a_stub_in_its_lesson_once_that_is_written(course):
    def exercise(id):
        return SimpleNamespace(id=id, title="", function="f", signature="(x)", points=1)

    course.build(exercises={**EXERCISES, "02.1": exercise("02.1")})
    with pytest.raises(AuthoringError, match=r"01_tiny\.md:1: exercise 01\.2 is registered but"):
        course.build(exercises={**EXERCISES, "01.2": exercise("01.2")})


def test_two_registered_exercises_with_one_id_are_refused(course, monkeypatch):
    from rnnlib.exercises import registry

    def twice():
        raise registry.DuplicateExercise(
            "rnnlib.exercises.chapters.ch02: id '01.1' is already used"
        )

    monkeypatch.setattr(registry, "exercises", twice)
    with pytest.raises(AuthoringError, match=r"ch02: id '01\.1' is already used"):
        course.build(exercises=None)


def test_two_lessons_with_one_number_are_refused(course):
    course.write(name="01_again")
    with pytest.raises(AuthoringError, match=r"01_tiny\.md:1: 01_again\.md already is lesson 01"):
        course.build()


@pytest.mark.parametrize(
    ("text", "line"),
    [('{\n "cells": [\n', 3), ("", 1), ("<<<<<<< HEAD\n{}", 1), ("{}", 1), ("[]", 1), ("\xff", 1)],
)
def test_a_notebook_that_is_none_is_named_by_build_and_by_check(course, text, line):
    course.build()
    course.solved.write_bytes(text.encode("latin-1"))
    where = rf"^solutions/01_tiny\.ipynb:{line}: is not a notebook \(.*\); delete it and build$"
    with pytest.raises(AuthoringError, match=where):
        course.build()
    with pytest.raises(AuthoringError, match=where):
        course.stale()
    course.build(force=True)
    assert course.stale() == []
    course.student.write_bytes(text.encode("latin-1"))
    with pytest.raises(AuthoringError, match=where.replace("solutions", "course")):
        course.stale()


# Whole files only


def test_a_folder_that_cannot_be_written_to_is_named(course, monkeypatch):
    course.build()
    before = course.files()
    course.write(("Some words.", "Other words."))

    def refuse(path, data):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    where = r"^solutions/01_tiny\.ipynb: cannot be written: Permission denied$"
    with pytest.raises(AuthoringError, match=where):
        course.build()
    assert course.files() == before


def test_a_file_where_a_folder_should_be_is_named(course):
    (course.root / "course").write_text("in the way")
    with pytest.raises(AuthoringError, match=r"^course/01_tiny\.ipynb: cannot be written: \w"):
        course.build()


def test_a_build_that_is_cut_off_leaves_the_old_file_whole_and_no_other(course, monkeypatch):
    course.build()
    before = course.files()
    course.write(("Some words.", "Other words."))

    def cut_off(*paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", cut_off)
    with pytest.raises(KeyboardInterrupt):
        course.build()
    assert course.files() == before


# The course map


def test_the_map_lists_each_lesson_with_its_exercises_and_points(course):
    course.build()
    assert "| 01 | [A tiny lesson](01_tiny.ipynb) | 5 | 1 | 2 |" in course.map.read_text()


def test_the_map_sets_beside_a_settled_row_what_its_cell_printed_last(course):
    course.build()
    lines = course.map.read_text().splitlines()
    for claim_id in ("C02", "Q09"):
        claim = CLAIMS[claim_id]
        (row,) = [line for line in lines if line.startswith(f"| {claim_id} |")]
        assert [cell.strip() for cell in row.strip("|").split("|")] == [
            claim_id,
            claim.text,
            f"**{claim.verdict}**",
            "`4`",
            "[01](01_tiny.ipynb), “Guess first”",
        ]


def test_a_printed_line_is_cut_and_cannot_break_the_table(course):
    course.write(("print(value)", 'print("`|" * 100)'))
    course.build()
    row = next(line for line in course.map.read_text().splitlines() if line.startswith("| C02"))
    printed = row.replace("\\|", "¦").split("|")[4].strip()
    assert printed == "`" + "'¦" * 39 + "'…`"


def test_a_verdict_that_needs_a_but_is_shown_with_it(course):
    course.write(("claim:C02", "claim:C24"))
    course.build()
    assert f"**false as to the cause**: {CLAIMS['C24'].but}" in course.map.read_text()


def test_rows_without_a_cell_are_listed_as_open(course):
    course.build()
    still_open = [claim_id for claim_id in CLAIMS if claim_id not in ("C02", "Q09")]
    assert unsettled(course.root) == still_open
    text = course.map.read_text()
    assert f"Still open: {len(CLAIMS) - 2} of {len(CLAIMS)}" in text
    listed = [line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("- ")]
    assert listed == still_open


def test_the_claims_are_numbered_without_gaps_and_each_false_one_says_what_is_so():
    assert list(CLAIMS) == [f"C{i:02}" for i in range(1, 35)] + [f"Q{i:02}" for i in range(1, 12)]
    for claim_id, claim in CLAIMS.items():
        assert claim.id == claim_id
        assert claim.verdict in ({TRUE, FALSE, OTHER_CAUSE} if claim_id[0] == "C" else {ANSWERED})
        assert claim.but or claim.verdict not in (FALSE, OTHER_CAUSE)
