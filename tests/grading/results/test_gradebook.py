"""One table over a term: what a person entered counts, is said, and is never written over."""

import csv
import re

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnlib.__main__ import main
from rnnlib.grading import keeping
from rnnlib.grading.results import by_hand, gradebook, people, tables
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.open_tasks import OPEN_TASKS
from rnnlib.grading.results.tables import BadTable
from tests.grading.builders import ROOT
from tests.grading.results.made_up import failed, kept, result

ROSTER = """\
id,name,pattern,lms,email
1001,Anna Abe,anna*,,
1002,Ben Brown,,777,
1003,Chloé Çelik,,,chloe@example.edu
1004,Dmitri Dubois,,,
1005,Elif Evans,,,
"""
HAND = """\
who,exercise,points,reason
1001,04.2,1.5,"Right, but for the last step."
Ben Brown,12.A.1,3,Same updates.
1002,12.A.3,1,"One division only, said so."
Elif Evans,04.1,1,By mouth.
"""


@pytest.fixture
def results(tmp_path):
    """Two lessons: Elif handed in nothing, and somebody who is not on the roster did."""
    kept(
        tmp_path,
        "04",
        Entry("anna_a", "anna_a", result("04", "wrong")),
        Entry(
            "brown", "brown_777_1_nb", result("04", "right"), late=True, lms={"canvas_id": "777"}
        ),
        Entry("c", "c", failed("04"), lms={"gradescope_email": "Chloe@example.edu"}),
        Entry("dmitri dubois", "dd", result("04", "half")),
    )
    kept(
        tmp_path,
        "12",
        Entry("ANNA A", "ANNA A", result("12", "right")),
        Entry("Ben Brown", "bb", result("12", "stub")),
        Entry("=guest", "g", result("12", "right")),
    )
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def run(results, *words):
    return CliRunner().invoke(main, ["gradebook", str(results), *map(str, words)])


def table(results):
    with (results / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_the_gradebook_can_be_read_by_its_owner_only(results):
    assert run(results, "--lms", "moodle").exit_code == 0
    for path in (results / "gradebook.csv", results / "lms", results / "04" / "feedback"):
        assert path.stat().st_mode & 0o077 == 0


def test_the_table_joins_lessons_and_roster_and_leaves_blank_what_is_missing(results):
    done = run(results)
    assert done.exit_code == 0, done.output
    assert "6 students, lessons 04, 12." in done.output
    rows = table(results)
    assert list(rows) == ["1001", "1002", "1003", "1004", "1005", "'=guest"]
    cells = {id: (row["04 (of 11)"], row["04 note"]) for id, row in rows.items()}
    assert cells == {
        "1001": ("0", ""),
        "1002": ("11", "late"),
        "1003": ("", "not graded"),
        "1004": ("5.5", ""),
        "1005": ("", "missing"),
        "'=guest": ("", "missing"),
    }
    assert [row["12 (of 14)"] for row in rows.values()] == ["14", "0", "", "", "", "14"]
    assert [row["total"] for row in rows.values()] == ["14", "11", "0", "5.5", "0", "14"]
    assert [row["on roster"] for row in rows.values()] == ["yes"] * 5 + ["no"]


def test_what_was_given_by_hand_counts_in_the_table_and_stands_in_the_feedback(results):
    (results / "adjustments.csv").write_text(HAND, encoding="utf-8")
    before = (results / "04" / "class.json").read_bytes()
    for _ in range(2):
        done = run(results)
        assert done.exit_code == 0, done.output
    rows = table(results)
    assert (rows["1001"]["04 (of 11)"], rows["1001"]["04 note"]) == ("1.5", "by hand: 04.2")
    assert rows["1005"]["04 note"] == "missing; by hand: 04.1"
    assert rows["1005"]["04 (of 11)"] == rows["1005"]["total"] == "1"
    assert rows["1002"]["12.A How much text? (of 10)"] == "4"
    assert rows["1002"]["12.A.1 same updates and same parts for all (of 3)"] == "3"
    assert rows["1002"]["12.A.2 table (of 2)"] == "" and rows["1002"]["total"] == "15"
    anna = (results / "04" / "feedback" / "anna_a.html").read_text(encoding="utf-8")
    assert "Awarded by hand: 1.5 of 2. Right, but for the last step." in anna
    ben = (results / "12" / "feedback" / "Ben-Brown.html").read_text(encoding="utf-8")
    assert "12.A.3 both divisions" in ben and "One division only, said so." in ben
    other = (results / "04" / "feedback" / "brown.html").read_text(encoding="utf-8")
    assert "Awarded by hand" not in other
    assert (results / "adjustments.csv").read_text(encoding="utf-8") == HAND
    assert (results / "roster.csv").read_text(encoding="utf-8") == ROSTER
    assert (results / "04" / "class.json").read_bytes() == before


def test_a_run_of_grade_keeps_what_was_given_by_hand_in_the_feedback(results):
    (results / "adjustments.csv").write_text(HAND, encoding="utf-8")
    keeping.keep(results, "04", [Entry("anna_a", "anna_a", result("04", "stub"))])
    page = (results / "04" / "feedback" / "anna_a.html").read_text(encoding="utf-8")
    assert "Awarded by hand: 1.5 of 2" in page
    assert (results / "adjustments.csv").read_text(encoding="utf-8") == HAND
    (results / "adjustments.csv").write_text(HAND + "1001,04.3,9,\n", encoding="utf-8")
    before = (results / "04" / "class.json").read_bytes()
    with pytest.raises(BadTable, match="line 6"):
        keeping.keep(results, "04", [])
    assert (results / "04" / "class.json").read_bytes() == before


def test_a_withdrawn_line_leaves_the_feedback(results):
    (results / "adjustments.csv").write_text(HAND, encoding="utf-8")
    run(results)
    (results / "adjustments.csv").write_text(HAND.splitlines()[0] + "\n", encoding="utf-8")
    assert run(results).exit_code == 0
    page = (results / "04" / "feedback" / "anna_a.html").read_text(encoding="utf-8")
    assert "Awarded by hand" not in page and table(results)["1001"]["04 (of 11)"] == "0"


WRONG = {
    "zoe,04.2,1,": "line 2: nobody named 'zoe' on the roster or in the results",
    "1001,04.9,1,": "line 2: '04.9' is not an exercise, an open task or a rubric row",
    "1001,12.A.9,1,": "line 2: '12.A.9' is not an exercise, an open task or a rubric row",
    "1001,04.2,3,": "line 2: points for 04.2 must be a number from 0 to 2, not '3'",
    "1001,04.2,-1,": "line 2: points for 04.2 must be a number from 0 to 2, not '-1'",
    "1001,04.2,nan,": "line 2: points for 04.2 must be a number from 0 to 2, not 'nan'",
    "1001,04.2,two,": "line 2: points for 04.2 must be a number from 0 to 2, not 'two'",
    "1001,04.2,,": "line 2: points for 04.2 must be a number from 0 to 2, not ''",
    "1001,04.2,1,a,b": "line 2: 5 cells, but the header has 4 columns",
    "1001,04.2,1,\n\nAnna Abe,04.2,2,": "line 4: Anna Abe already has points for 04.2 from line 2",
    "1001,12.A,9,\n1001,12.A.1,3,": "line 3: 1001 already has points for 12.A from line 2",
    "1001,12.A.1,3,\n1001,12.A,9,": "line 3: 1001 already has points for 12.A.1 from line 2",
}


@pytest.mark.parametrize("lines", WRONG)
def test_a_wrong_line_is_one_sentence_with_its_number_and_changes_nothing(results, lines):
    (results / "adjustments.csv").write_text(f"who,exercise,points,reason\n{lines}\n")
    done = run(results)
    (told,) = done.stderr.splitlines()
    assert done.exit_code == 1 and f"adjustments.csv, {WRONG[lines]}" in told
    assert not (results / "gradebook.csv").exists()
    assert not (results / "04" / "feedback").exists()


ROSTERS = {
    "id,name\n1,A\n1,B\n": "roster.csv, line 3: the id '1' is already in line 2",
    "id,name\n,A\n": "roster.csv, line 2: the id is missing",
    "name,mail\nA,b\n": "roster.csv needs the columns id, name; missing: id; found: name, mail",
    "": "roster.csv needs the columns id, name; missing: id, name; found: none",
    "id,name,pattern\n1,A,a*\n2,B,*na*\n": "lines 2 and 3 both match 'anna_a' in lesson 04",
    "id,name,pattern\n1,A,*n*\n": "line 2: lesson 04 has two submissions from 1",
}


@pytest.mark.parametrize("text", ROSTERS)
def test_a_wrong_roster_is_one_sentence(results, text):
    (results / "roster.csv").write_text(text, encoding="utf-8")
    done = run(results)
    (told,) = done.stderr.splitlines()
    assert done.exit_code == 1 and ROSTERS[text] in told


def test_tables_as_excel_saves_them_are_read(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes("\ufeffID ; Name\r\n 1;Zoë Q.\r\n;\r\n2;Bo\r\n".encode())
    assert [(p.id, p.name, p.row.line) for p in people.roster(path)] == [
        ("1", "Zoë Q.", 2),
        ("2", "Bo", 4),
    ]
    path.write_bytes("id,name\n1,Zoë\n".encode("cp1252"))
    with pytest.raises(BadTable, match="not UTF-8 text; in Excel, save it as “CSV UTF-8"):
        people.roster(path)
    path.write_bytes(b'id,name\n1,"\x00\n')
    with pytest.raises(BadTable):
        tables.read(path, ("id", "name", "more"))


def test_without_a_roster_students_are_joined_by_name_and_named_files_may_be_anywhere(tmp_path):
    results = kept(tmp_path / "r", "01", Entry("ada", "x", result("01", "right")))
    kept(results, "02", Entry("ada", "y", result("02", "right")), Entry("Bo", "z", failed("02")))
    hand = tmp_path / "mine.csv"
    hand.write_text("who,exercise,points,reason\nADA,01.1,0,copied\n")
    done = run(results, "--adjustments", hand)
    assert done.exit_code == 0, done.output
    rows = table(results)
    assert list(rows) == ["ada", "Bo"] and rows["ada"]["total"] == "17"
    assert "on roster" not in rows["ada"]


def test_two_students_of_one_name_are_told_apart_by_their_ids(tmp_path):
    results = kept(tmp_path, "01", Entry("j_1", "j_1", result("01", "right")))
    (results / "roster.csv").write_text("id,name,pattern\n1,Jo Li,j_1\n2,Jo Li,j_2\n")
    (results / "adjustments.csv").write_text("who,exercise,points,reason\nJo Li,01.1,0,\n")
    done = run(results)
    assert "line 2: 2 students are named 'Jo Li': use an id" in done.stderr
    (results / "adjustments.csv").write_text("who,exercise,points,reason\n2,01.1,1,\n")
    assert run(results).exit_code == 0 and table(results)["2"]["total"] == "1"


def test_an_empty_folder_and_an_older_file_are_one_sentence(tmp_path):
    done = run(tmp_path)
    assert done.exit_code == 1 and "has no graded lesson: run rnnlib grade" in done.stderr
    kept(tmp_path, "01", Entry("ada", "x", result("01", "right")))
    path = tmp_path / "01" / "class.json"
    path.write_text(path.read_text().replace('"schema"', '"scheme"', 1))
    (line,) = run(tmp_path).stderr.splitlines()
    assert "class.json was written by another version" in line


def test_the_rubrics_are_those_of_the_lessons_notebook_for_instructors():
    text = (ROOT / "solutions" / "12_capstone.md").read_text(encoding="utf-8")
    rubrics = text.split("**Rubrics, 10 points each.**")[1].split("```")[0]
    for task in OPEN_TASKS:
        assert task.points == 10
        assert f"**Task {task.id[-1]}. {task.title}" in text
        own = rubrics.split(f"*Task {task.id[-1]}*:")[1].split("*Task")[0]
        for what, points in task.rows:
            assert re.search(rf"{re.escape(what)}( \([^)]*\))?, {points}[;.]", own), what


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=5, unique=True))
def test_any_names_come_back_from_the_table_and_none_is_a_formula(tmp_path, names):
    people_ = [people.Person(name, name) for name in names]
    rows = gradebook.Gradebook([], people_, {}).rows()
    path = tmp_path / "t.csv"
    path.write_text(tables.made(rows, bom=True), encoding="utf-8", newline="")
    back = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert len(back) == len(names)
    for row in back:
        assert not row["name"].startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_one_sentence(tmp_path, data):
    path = tmp_path / "t.csv"
    path.write_bytes(b"who,exercise,points,reason\n" + data)
    try:
        by_hand.read(path)
    except BadTable as error:
        assert "t.csv" in str(error) and "\n" not in str(error)
