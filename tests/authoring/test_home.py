"""A lesson that installs rnnlib where it is missing, once the course has an address."""

import ast
import tomllib
from itertools import pairwise

import pytest
from click.testing import CliRunner
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement

from rnnlib import authoring, places
from rnnlib.__main__ import main
from rnnlib.authoring import AuthoringError, home, notebooks
from rnnlib.exercises.registry import exercises
from rnnlib.grading.release import find
from rnnlib.grading.submissions import parsing
from rnnlib.workcopy import merge
from tests.authoring.test_authoring import Course
from tests.authoring.tiny_lesson import SOURCE, write

PAGES = "https://someone.github.io/rnn/"


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


def cells(course):
    return notebooks.read_notebook(course.student).cells


def installation(address=PAGES):
    """The cell that a lesson has with this address."""
    book = notebooks.student(find("01"), exercises(), address)
    return next(cell for cell in book.cells if cell.id == "home-install")


def executed(source, names):
    """Run a cell as IPython does; the magics that it has run."""
    magics = []

    class Shell:
        def run_line_magic(self, name, line):
            magics.append((name, line))

    code = TransformerManager().transform_cell(source)
    exec(code, {"get_ipython": Shell, **names})
    return magics


# --- the notebooks ---


def test_without_an_address_a_lesson_has_no_such_cell_and_with_one_two_more(course):
    course.build()
    before = [cell.id for cell in cells(course)]
    home.keep(PAGES, course.root)
    course.build()
    after = [cell.id for cell in cells(course)]
    first = next(k for k, cell in enumerate(cells(course)) if cell.cell_type == "code")
    assert after[0] == "home-links" and after[first] == "home-install"
    assert [id for id in after if not id.startswith("home-")] == before
    assert not any(id.startswith("home") for id in before)
    assert "home" not in course.solved.read_text()
    assert course.run.times == 1
    home.keep(None, course.root)
    course.build()
    assert [cell.id for cell in cells(course)] == before


def test_the_address_stays_for_later_builds_and_what_was_built_with_another_is_stale(course):
    home.keep(PAGES, course.root)
    course.build()
    before = course.files()
    course.build()
    assert course.files() == before and course.stale() == []
    home.keep("https://other.example", course.root)
    assert course.stale() == ["course/01_tiny.ipynb: does not match its source"]
    course.build()
    assert course.stale() == []
    assert "https://other.example/rnnlib-" in course.student.read_text()


def test_an_address_in_the_file_that_is_none_is_named_with_its_line(course):
    (course.root / "solutions" / home.FILE).write_text("someone's site\n")
    with pytest.raises(AuthoringError, match=r"solutions/home\.txt:1: .*is not an address"):
        course.build()


@pytest.mark.parametrize(
    "address",
    ["", "example.org", "ftp://a/", "https://a/ b", "https://a/{b}", "https://a/$b", "https://a?b"],
)
def test_what_a_line_of_code_cannot_hold_is_no_address(address, tmp_path):
    with pytest.raises(ValueError, match="is not an address"):
        home.keep(address, tmp_path)
    assert not list(tmp_path.iterdir())


# --- the cells ---


def test_the_cell_installs_the_wheel_where_rnnlib_is_missing_and_else_does_nothing():
    def missing(*_):
        raise ModuleNotFoundError("No module named 'rnnlib'")

    builtins = {"__import__": missing, "ModuleNotFoundError": ModuleNotFoundError}

    source = installation("https://example.org/rnn/").source
    ((name, line),) = executed(source, {"__builtins__": builtins})
    asked, *words = line.split()
    assert (name, asked) == ("pip", "install")
    assert f"https://example.org/rnn/{home.WHEEL}" in words
    assert executed(source, {}) == []


def test_what_is_installed_beside_it_is_what_lessons_need_of_the_extra_course():
    project = tomllib.loads((places.ROOT / "pyproject.toml").read_text())["project"]
    extra = {Requirement(line).name for line in project["optional-dependencies"]["course"]}
    assert set(home.BESIDE) == extra - {"jupyterlab", "ipykernel", "click"}


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        (PAGES, "someone/rnn"),
        ("https://Some-One.github.io/rnn/2027/", "some-one/rnn"),
        ("https://someone.github.io/", "someone/someone.github.io"),
        ("https://example.org/someone.github.io/", None),
        ("https://someone.github.io.example.org/rnn/", None),
        ("https://a.someone.github.io/rnn/", None),
    ],
)
def test_the_repository_of_a_site_on_github_pages_is_known(address, repository):
    assert home.repository(address) == repository


def test_the_links_open_the_lesson_in_the_repository_and_another_site_has_none(course):
    home.keep(PAGES, course.root)
    course.build()
    source = cells(course)[0].source
    colab = "https://colab.research.google.com/github/someone/rnn/blob/main/course/01_tiny.ipynb"
    path = "lab%2Ftree%2Fcourse%2F01_tiny.ipynb"
    binder = f"https://mybinder.org/v2/gh/someone/rnn/main?urlpath={path}"
    assert source == f"[Open in Colab]({colab}) · [Open in Binder]({binder})"
    home.keep("http://127.0.0.1:8000", course.root)
    course.build()
    assert [c.id for c in cells(course) if c.id.startswith("home")] == ["home-install"]


# --- what else reads a lesson ---


def test_a_new_address_comes_into_a_working_copy_and_an_old_one_goes(course):
    versions = []
    for address in (None, PAGES, "https://other.example", None):
        home.keep(address, course.root)
        course.build()
        versions.append(merge.parse_lesson(course.student.read_bytes()))
    mine = versions[0]
    for old, new in pairwise(versions):
        mine, conflicts = merge.merge(old, mine, new)
        assert (mine["cells"], conflicts) == (new["cells"], 0)


def test_of_an_unchanged_installation_the_grader_runs_nothing():
    book = notebooks.student(find("01"), exercises(), PAGES)
    given = parsing.read(notebooks.as_text(book).encode())
    assert installation().source in given
    run = parsing.to_run(given, set(given), {"three_steps"})
    assert run and not any("pip" in code for _, code in run)
    assert ast.parse("\n".join(code for _, code in run))


def test_a_hand_out_has_the_same_cells(monkeypatch, tmp_path):
    monkeypatch.setattr(home, "kept", lambda: PAGES)
    done = CliRunner().invoke(main, ["release", "01", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    (path,) = tmp_path.glob("*.ipynb")
    assert [c for c in notebooks.read_notebook(path).cells if "home" in c.metadata.get("tags", ())]


# --- the command ---


@pytest.fixture
def command(monkeypatch, tmp_path):
    write(tmp_path, SOURCE)
    for name in ("keep", "kept"):
        function = getattr(home, name)
        monkeypatch.setattr(home, name, lambda *a, f=function: f(*a, root=tmp_path))
    monkeypatch.setattr(authoring, "build", lambda *_, **__: [])
    monkeypatch.setattr(authoring, "uncounted", lambda: [])
    return lambda *words: CliRunner().invoke(main, ["build", *words])


def test_the_command_sets_the_address_says_what_it_does_and_removes_it(command, tmp_path):
    said = command("--home", PAGES.rstrip("/")).stdout
    assert PAGES in said and home.WHEEL in said and "someone/rnn" in said
    assert (tmp_path / "solutions" / home.FILE).read_text() == f"{PAGES}\n"
    assert command().stdout == ""
    said = command("--home", "https://example.org/").stdout
    assert "No links" in said and "OWNER.github.io" in said
    assert "none" in command("--home", "").stdout
    assert not (tmp_path / "solutions" / home.FILE).exists()


def test_the_command_refuses_what_is_no_address_and_a_check_with_one(command, tmp_path):
    for words, told in (
        (("--home", "here"), "is not an address"),
        (("--check", "--home", PAGES), ""),
    ):
        done = command(*words)
        assert done.exit_code == 2 and told in done.output
    assert not (tmp_path / "solutions" / home.FILE).exists()
