"""What Canvas, Moodle, nbgrader and Gradescope import, read as their own code reads it.

The readers here follow what `lms_files` cites, line by line where it matters.
"""

import csv
import io
import json
import re
import zipfile

import nbformat
import pytest
from click.testing import CliRunner
from hypothesis import given as drawn
from hypothesis import strategies as st

from rnnlib.__main__ import main
from rnnlib.grading.results import exports, gradebook, lms_files
from rnnlib.grading.results.entries import Entry
from tests.grading.results.made_up import failed, kept, result

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def of(student, id, number, **more):
    """A submission in Canvas's layout."""
    return Entry(student, f"{student}_{id}_{number}_nb", more.pop("result"), lms={"canvas_id": id})


@pytest.fixture
def results(tmp_path):
    """Lesson 04 by Canvas, 12 by Moodle; a student on the roster has handed in nothing."""
    kept(
        tmp_path,
        "04",
        of("abeanna", "101", "9001", result=result("04", "half")),
        of("brown4ben", "102", "9002", result=failed("04")),
        Entry("anon_Xy3", "anon_Xy3_9003_nb", result("04", "wrong"), lms={"canvas_id": "anon_Xy3"}),
        Entry("by mail", "by mail", result("04", "right")),
    )
    moodle = {"moodle_participant": "555"}
    kept(tmp_path, "12", Entry("Anna_May Abe", "a", result("12", "right"), lms=moodle))
    (tmp_path / "roster.csv").write_text(
        "id,name,lms,email\n"
        "s1,Anna_May Abe,101,anna@example.edu\n"
        "s2,Ben Brown,102,\n"
        "s3,Chloé Çelik,celik,chloe@example.edu\n",
        encoding="utf-8",
    )
    (tmp_path / "adjustments.csv").write_text(
        "who,exercise,points,reason\ns1,12.A,7,Good.\ns1,04.1,1,Seen in the lab.\n"
    )
    return tmp_path


def run(results, *programs):
    words = [word for program in programs for word in ("--lms", program)]
    done = CliRunner().invoke(main, ["gradebook", str(results), *words])
    assert done.exit_code == 0, done.output
    return done.output


def read(path):
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf") and b"\r" not in data
    return list(csv.reader(io.StringIO(data.decode("utf-8"))))


def test_canvas_finds_its_columns_its_students_and_the_points_possible(results):
    run(results, "canvas")
    head, possible, *rows = read(results / "lms" / "canvas_grades.csv")
    # header?: a name, an id, and "Section" as the last of what describes a student
    assert "Student" in head[0] and "ID" in head[1] and head[:5] == CANVAS
    assert head[5] == "Lesson 04: Backpropagation through time"
    assert head[7] == f"{head[6]}, open task"
    # columns of these names are not assignments, and a title may not end in an id of its own
    assert not any(re.search(r"(Current|Final|Override) \w+|\(\d+\)$", title) for title in head)
    assert "Points Possible" in possible[0] and possible[5:] == ["11", "14", "10"]
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["Anna_May Abe"] == ["101", "s1", "", "", "6", "14", "7"]
    assert by_name["Ben Brown"] == ["102", "s2", "", "", "", "", ""]
    assert by_name["Chloé Çelik"] == ["", "s3", "celik", "", "", "", ""]
    assert by_name["anon_Xy3"][:4] == ["", "", "", ""]
    # all of the first three lines have as many cells by commas, and one by semicolons
    assert len({len(row) for row in (head, possible, *rows)}) == 1


def canvas_reads(name):
    """(user or code, file) of a file's name: AbstractAssignment#infer_comment_context_from_…"""
    parts = [part for part in name.split("/")[-1].split("_") if part != "LATE"]
    if parts[0] == "anon":
        return tuple(parts[1:3])
    return tuple([part for part in parts if re.fullmatch(r"\d+", part)][:2])


def test_canvas_knows_whose_feedback_each_file_is_and_opens_it_as_the_notebook_it_is(results):
    output = run(results, "canvas")
    with zipfile.ZipFile(results / "lms" / "canvas_feedback_04.zip") as archive:
        names = archive.namelist()
        assert sorted(map(canvas_reads, names)) == [
            ("101", "9001"),
            ("102", "9002"),
            ("Xy3", "9003"),
        ]
        (anna,) = (name for name in names if "_101_" in name)
        book = nbformat.reads(archive.read(anna).decode(), as_version=4)
        nbformat.validate(book)
    assert "Awarded by hand: 1 of 1" in book.cells[0].source
    assert "without by mail" in output
    assert "Lesson 12: no feedback file for canvas" in output
    assert not (results / "lms" / "canvas_feedback_12.zip").exists()


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@drawn(NAMES, st.integers(1, 10**9), st.integers(1, 10**9))
def test_no_name_hides_the_two_numbers_from_canvas(name, user, file):
    entry = Entry(name, f"{name}_{user}_{file}_nb", failed("04"), lms={"canvas_id": str(user)})
    made = lms_files.canvas_name(entry)
    assert made.count("/") == 0 and not made.startswith(".")
    user_read, file_read = canvas_reads(made)
    assert user_read == str(user)
    assert file_read == str(file) or f"_{user}_" in f"_{name}_"  # the name itself holds the number


def moodle_reads(path):
    """(participant, plugin's type, plugin, rest), as is_valid_filename_for_import does."""
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and re.fullmatch(r"\d+", info[1]):
            return (*info[1:4], "/".join([[*info, ""][4], *parts]).lstrip("/"))
    return None


def test_moodles_worksheet_and_zip_name_the_participant(results):
    output = run(results, "moodle")
    assert read(results / "lms" / "moodle_worksheet_12.csv") == [
        ["Identifier", "Full name", "Grade", "Last modified (grade)"],
        ["Participant 555", "Anna_May Abe", "21", ""],
    ]
    assert "the assignment's maximum must be 24" in output
    with zipfile.ZipFile(results / "lms" / "moodle_feedback_12.zip") as archive:
        (name,) = archive.namelist()
        assert moodle_reads(name) == ("555", "assignsubmission", "file", "feedback.html")
        assert "Awarded by hand" in archive.read(name).decode()
    assert not (results / "lms" / "moodle_worksheet_04.csv").exists()
    assert read(results / "lms" / "moodle_grades.csv")[:3] == [
        ["ID number", "Full name", "Email address", "Lesson 04: Backpropagation through time",
         "Lesson 12: Capstone: a character-level language model",
         "Lesson 12: Capstone: a character-level language model, open task"],
        ["s1", "Anna_May Abe", "anna@example.edu", "6", "14", "7"],
        ["s2", "Ben Brown", "", "", "", ""],
    ]  # fmt: skip


@drawn(NAMES, st.integers(1, 10**9))
def test_no_name_hides_the_participant_from_moodle_or_leaves_the_folder(name, number):
    entry = Entry(name, "x", failed("04"), lms={"moodle_participant": str(number)})
    made = lms_files.moodle_name(entry)
    assert moodle_reads(made) == (str(number), "assignsubmission", "file", "feedback.html")
    assert made.count("/") == 1 and not made.startswith((".", "~", " "))


def test_nbgraders_table_has_its_columns_and_zero_for_what_was_not_handed_in(results):
    run(results, "nbgrader")
    head, *rows = read(results / "lms" / "grades.csv")
    assert ",".join(head) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score"
    )
    found = {(row[0], row[3]): row[7:] for row in rows}
    assert found["lesson_04", "s1"] == ["6.0", "0.0", "6.0", "11.0"]
    assert found["lesson_04", "s3"] == ["0.0", "0.0", "0.0", "11.0"]
    assert found["lesson_04", "s2"] == ["", "0.0", "", "11.0"]  # not graded, and not by their fault
    assert found["lesson_12", "s1"] == ["21.0", "0.0", "21.0", "24.0"]
    (anna,) = (row for row in rows if row[3] == "s1" and row[0] == "lesson_04")
    assert anna[4:7] == ["Abe", "Anna_May", "anna@example.edu"]


def test_gradescopes_results_have_a_score_and_tests_with_the_keys_of_its_documentation():
    told = json.loads(exports.gradescope(result("04", "half", "right")))
    assert told.keys() <= {"score", "execution_time", "output", "visibility", "tests"}
    tests = {
        "score",
        "max_score",
        "name",
        "number",
        "output",
        "output_format",
        "status",
        "visibility",
    }
    assert all(test.keys() <= tests for test in told["tests"])
    assert told["score"] == sum(test["score"] for test in told["tests"])
    assert {test["status"] for test in told["tests"]} <= {"passed", "failed"}
    assert "Next:" in told["tests"][0]["output"] and "Next:" not in told["tests"][1]["output"]


def test_without_numbers_of_a_program_there_is_a_sentence_and_no_empty_zip(tmp_path):
    kept(tmp_path, "04", Entry("ada", "ada", result("04", "right")))
    output = run(tmp_path, "canvas", "moodle")
    assert output.count("Lesson 04: no feedback file for") == 2
    assert {path.name for path in (tmp_path / "lms").iterdir()} == {
        "canvas_grades.csv",
        "moodle_grades.csv",
    }


def test_the_gradebook_for_a_program_holds_no_formula(tmp_path):
    kept(tmp_path, "04", Entry("=1+1", "x", result("04", "right")))
    book = gradebook.read(tmp_path)
    for rows in (lms_files.canvas_grades(book), lms_files.moodle_grades(book)):
        assert rows[-1][0] in ("'=1+1", "") and rows[-1][1] in ("'=1+1", "")
