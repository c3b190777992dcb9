"""Whose a notebook is: as each program exports it, and whatever the names are."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.grading.submissions.attempts import counting, to_grade
from rnnlib.grading.submissions.collecting import NO_NOTEBOOK, HandedIn, collect
from rnnlib.grading.submissions.layouts import COPY, LAYOUTS, is_notebook, place
from rnnlib.grading.submissions.layouts import METADATA as METADATA_FILE

JUNK = ("README.md", "Thumbs.db", ".DS_Store")
METADATA = """\
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '100'
    :email: jane@example.org
  :created_at: 2026-03-01 10:00:00.000000000 -08:00
  :score: 3.0
  :history:
  - :id: 9
    :created_at: 2026-02-28 10:00:00.000000000 -08:00
submission_12: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
  :submitters:
  - :name: José Peña
    :sid:
    :email: jose@example.org
  - :name: 数 学
    :sid: '102'
    :email: su@example.org
  :created_at: 2026-03-03 10:00:00.000000000 -08:00
"""


def made(folder: Path, *paths: str, **texts: str) -> Path:
    """A folder with these files, each with its own path in it, or a text."""
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path, encoding="utf-8")
    return folder


def told(handed_in: HandedIn, attempt: str = "last") -> dict[str, tuple[str, bool]]:
    """For each student which file counts, and whether it is late."""
    chosen = counting(handed_in.submissions, attempt, lambda s: 0)
    return {
        student: ("" if s.invalid else s.read().decode(), s.late) for student, s in chosen.items()
    }


def test_one_notebook_a_student(tmp_path):
    found = collect(made(tmp_path, "anna.ipynb", "ben.IPYNB", "cy.ipynb.txt", *JUNK))
    assert (found.layout, found.others) == ("files", [".DS_Store", "README.md", "Thumbs.db"])
    assert sorted(s.student for s in found.submissions) == ["anna", "ben.IPYNB", "cy.ipynb.txt"]


def test_a_folder_a_student(tmp_path):
    notebooks = ("anna/04_backward.ipynb", "anna/04_backward (2).ipynb", "anna/01_other.ipynb")
    made(tmp_path, *notebooks, "ben/drafts/x.ipynb", "cy/x.pdf", "ben/README.md", *JUNK)
    made(tmp_path, "__MACOSX/ben/x.ipynb", "anna/.ipynb_checkpoints/04_backward.ipynb")
    for path in notebooks:
        os.utime(tmp_path / path, (1, 1))  # of one zip file: then the number decides
    found = collect(tmp_path, lesson="04")
    assert found.layout == "folders"
    assert told(found) == {
        "anna": ("anna/04_backward (2).ipynb", False),
        "ben": ("ben/drafts/x.ipynb", False),
        "cy": ("", False),
    }
    assert "anna/01_other.ipynb" in found.others and "cy/x.pdf" in found.others
    (none,) = [s for s in found.submissions if s.invalid]
    assert none.invalid == NO_NOTEBOOK


def test_a_folder_for_each_section_is_not_taken_for_a_student(tmp_path):
    made(tmp_path, "monday/anna.ipynb", "monday/ben.ipynb", "friday/cy.ipynb")
    with pytest.raises(ValueError, match=r"monday/ holds 2 notebooks .*--layout files"):
        collect(tmp_path, lesson="04")
    found = collect(tmp_path, lesson="04", layout="files")
    assert set(told(found)) == {"monday/anna", "monday/ben", "friday/cy"}
    assert set(told(collect(tmp_path, layout="folders"))) == {"monday", "friday"}


def test_a_number_of_any_length_in_a_name_is_read_once(tmp_path):
    assert COPY.sub("", f"00_{'7' * 2000}_anna") == f"00_{'7' * 2000}_anna"
    assert COPY.sub("", f"00_anna {'7' * 2000}-copy2 (3)") == "00_anna"
    names = (f"{'7' * 200} x", f"{'7' * 200} x (1)", f"{'7' * 200} x-v2.final")
    found = collect(made(tmp_path, *(f"anna/00_{name}.ipynb" for name in names)), lesson="00")
    assert found.layout == "folders" and [s.student for s in found.submissions] == ["anna"] * 3


def test_folders_and_notebooks_side_by_side(tmp_path):
    found = collect(made(tmp_path, "anna/x.ipynb", "anna.ipynb", "figures/a.png"))
    assert set(told(found)) == {"anna/", "anna.ipynb"} and found.others == ["figures/a.png"]


def test_canvas(tmp_path):
    found = collect(
        made(
            tmp_path,
            "doejane_123_456_nb.ipynb",
            "doejane_LATE_123_1000_nb-1.ipynb",
            "doejane_123_789_nb_3_4.ipynb",
            "doejane_99_800_nb.ipynb",
            "peñajosé_LATE_124_457_nb.ipynb",
            "anon_Xy3_458_nb.ipynb",
            "roejohn_125_459_nb.pdf",
            "smithann_126_text.html",
        )
    )
    assert found.layout == "canvas"
    assert told(found) == {
        "doejane (123)": ("doejane_123_789_nb_3_4.ipynb", False),
        "doejane (99)": ("doejane_99_800_nb.ipynb", False),
        "peñajosé": ("peñajosé_LATE_124_457_nb.ipynb", True),
        "anon_Xy3": ("anon_Xy3_458_nb.ipynb", False),
        "roejohn": ("", False),
        "smithann": ("", False),
    }
    ids = {s.student: s.lms["canvas_id"] for s in found.submissions}
    assert ids["peñajosé"] == "124" and ids["doejane (99)"] == "99"
    assert sorted(found.others) == ["roejohn_125_459_nb.pdf", "smithann_126_text.html"]


@pytest.mark.parametrize("end", ["", "_"])
def test_moodle(tmp_path, end):
    jane, two = (
        f"Jane Doe_123_assignsubmission_file{end}",
        f"Jane Doe_77_assignsubmission_file{end}",
    )
    text = f"Jane Doe_123_assignsubmission_onlinetext{end}/onlinetext.html"
    alone = f"Jo 2_125_assignsubmission_onlinetext{end}/onlinetext.html"
    made(tmp_path, f"{jane}/04_nb.ipynb", f"{jane}/notes.ipynb", text, f"{two}/a.ipynb", alone)
    made(tmp_path, f"Team 3_assignsubmission_file{end}/b.ipynb", *JUNK)
    found = collect(tmp_path, lesson="04")
    assert found.layout == "moodle"
    assert told(found) == {
        "Jane Doe (123)": (f"{jane}/04_nb.ipynb", False),
        "Jane Doe (77)": (f"{two}/a.ipynb", False),
        "Jo 2": ("", False),
        "Team 3": (f"Team 3_assignsubmission_file{end}/b.ipynb", False),
    }
    (jane_too,) = [s for s in found.submissions if s.student == "Jane Doe (123)"]
    assert jane_too.lms == {"moodle_participant": "123"} and text in found.others


def test_moodle_without_folders(tmp_path):
    name = "Jane Doe_123_assignsubmission_file_my_nb.ipynb"
    found = collect(made(tmp_path, name))
    assert found.layout == "moodle" and told(found) == {"Jane Doe": (name, False)}


@pytest.mark.parametrize("above", ["submitted/", ""])
def test_nbgrader(tmp_path, above):
    made(tmp_path, f"{above}jane/04/nb.ipynb", f"{above}ben/04/nb.ipynb", f"{above}ben/ps1/x.ipynb")
    if above:
        made(tmp_path, "source/04/nb.ipynb", "release/04/nb.ipynb", "gradebook.db")
    for student, when in (
        ("jane", "2026-03-01 15:58:23.948203 UTC"),
        ("ben", "2026-03-03 09:00:00"),
    ):
        (tmp_path / f"{above}{student}" / "04" / "timestamp.txt").write_text(when)
    found = collect(tmp_path, lesson="04", due=datetime(2026, 3, 2, tzinfo=UTC))
    assert found.layout == "nbgrader"
    assert told(found) == {
        "ben": (f"{above}ben/04/nb.ipynb", True),
        "jane": (f"{above}jane/04/nb.ipynb", False),
    }
    with pytest.raises(ValueError, match="several assignments"):
        collect(tmp_path, lesson="05")


@pytest.mark.parametrize("above", ["", "assignment_1_export/"])
def test_gradescope(tmp_path, above):
    paths = [f"{above}submission_{k}/nb.ipynb" for k in (11, 12, 13)]
    made(tmp_path, *paths)
    (tmp_path / above / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    found = collect(tmp_path, due=datetime(2026, 3, 2, tzinfo=UTC))
    assert found.layout == "gradescope"
    assert told(found) == {
        "Jane Doe": (paths[0], False),
        "José Peña": (paths[1], True),
        "数 学": (paths[1], True),
        "submission_13": (paths[2], False),
    }
    (su,) = [s for s in found.submissions if s.student == "数 学"]
    assert su.lms == {"gradescope_sid": "102", "gradescope_email": "su@example.org"}
    assert found.others == [f"{above}submission_metadata.yml"]


@pytest.mark.parametrize("text", ["a: [", "- a", "!!python/object/apply:os.system ['x']", "\x00"])
def test_metadata_that_cannot_be_read_is_one_sentence(tmp_path, text):
    made(tmp_path, "submission_1/nb.ipynb")
    (tmp_path / "submission_metadata.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=METADATA_FILE):
        collect(tmp_path)


@pytest.mark.parametrize("layout", ["canvas", "moodle", "nbgrader", "gradescope"])
def test_a_layout_that_is_not_there_is_refused(tmp_path, layout):
    made(tmp_path, "anna.ipynb")
    with pytest.raises(ValueError, match=f"does not have the layout {layout}"):
        collect(tmp_path, layout=layout)


def test_the_last_attempt_on_time_or_the_best_of_those_counts(tmp_path):
    names = [f"doejane_123_{k}_nb-{k}.ipynb" for k in (1, 2, 10)]
    late = "doejane_LATE_123_11_nb-11.ipynb"
    found = collect(made(tmp_path, *names, late)).submissions
    points = {names[0]: 3, names[1]: 3, names[2]: 1, late: 9}

    def worth(submission):
        return points[f"{submission.name}.ipynb"]

    assert [s.name for s in to_grade(found, "last")] == ["doejane_123_10_nb-10"]
    assert counting(found, "last", worth)["doejane"].name == "doejane_123_10_nb-10"
    assert len(to_grade(found, "best")) == 3
    assert counting(found, "best", worth)["doejane"].name == "doejane_123_2_nb-2"


WORDS = st.sampled_from(
    [
        "anna",
        "Anna",
        "a_1",
        "_",
        "LATE",
        "1",
        "22",
        "assignsubmission",
        "file",
        "anon",
        "é",
        "\u0301",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=6).map("_".join)
PATHS = st.lists(
    st.builds(
        lambda parts, end: "/".join(parts) + end,
        st.lists(NAMES, min_size=1, max_size=3),
        st.sampled_from([".ipynb", ".html", ""]),
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@given(PATHS, st.sampled_from(LAYOUTS))
def test_whatever_the_names_nothing_is_lost_and_nobody_is_taken_for_another(paths, layout):
    try:
        placed = place(paths, Path("/nowhere"), layout, "04")
    except ValueError:
        return
    assert set(placed.places) <= set(paths)
    if layout in ("files", "folders", "canvas"):
        assert {path for path in paths if is_notebook(path)} <= set(placed.places)
