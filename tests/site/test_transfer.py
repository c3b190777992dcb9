"""All work as one file, taken from one working copy to another."""

import shutil
import sys
import zipfile

import pytest

from rnnlib import places
from rnnlib.places import STATE, progress_file
from rnnlib.site.transfer import FILE, export_work, import_work
from rnnlib.workcopy import browser, merge
from rnnlib.workcopy.browser import BACKUP
from tests.workcopy.notebooks import LESSON, cell, changed, notebook, read, save, texts


@pytest.fixture
def work(tmp_path):
    return _work(tmp_path / "here", "my answer", '{"id": "01.1", "status": "pass"}\n')


def _work(folder, text, progress):
    (folder / STATE / "base").mkdir(parents=True)
    (folder / "01_a.ipynb").write_text(text)
    (folder / STATE / "base" / "01_a.ipynb").write_text("as handed out")
    progress_file(folder).write_text(progress)
    return folder


def contents(folder):
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_work_goes_from_one_place_to_another(work, tmp_path):
    other = _work(tmp_path / "there", "as handed out", '{"id": "00.1", "status": "fail"}\n')
    assert export_work(work).startswith(f"2 files are in {FILE}.")
    (work / FILE).rename(other / FILE)
    assert import_work(other).startswith(f"Taken from {FILE}: .rnnlib/ledger.jsonl, 01_a.ipynb.")
    assert (other / "01_a.ipynb").read_text() == "my answer"
    assert (other / BACKUP / "01_a.1.ipynb").read_text() == "as handed out"
    lines = progress_file(other).read_text().splitlines()
    assert sorted(lines) == ['{"id": "00.1", "status": "fail"}', '{"id": "01.1", "status": "pass"}']
    assert import_work(other) == "Everything in the file was already here."
    assert not (other / BACKUP / "01_a.2.ipynb").exists()


def test_a_second_export_does_not_hold_the_first(work):
    export_work(work)
    export_work(work)
    with zipfile.ZipFile(work / FILE) as archive:
        assert sorted(archive.namelist()) == [
            ".rnnlib/base/01_a.ipynb",
            ".rnnlib/ledger.jsonl",
            "01_a.ipynb",
        ]
    assert not (work / f".{FILE}").exists()


@pytest.mark.parametrize(
    "name", ["../out.txt", "/out.txt", ".rnnlib/base/x", ".rnnlib/backup/x.ipynb", "a\\b", "C:x"]
)
def test_a_file_that_no_export_writes_changes_nothing(work, name):
    with zipfile.ZipFile(work / FILE, "w") as archive:
        archive.writestr("01_a.ipynb", "another")
        archive.writestr(name, "bad")
    before = contents(work)
    with pytest.raises(ValueError, match="no export writes"):
        import_work(work)
    assert contents(work) == before


def test_without_a_file_or_with_a_broken_one_it_says_so(work):
    with pytest.raises(ValueError, match=r"no my-course\.zip here"):
        import_work(work)
    (work / FILE).write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(ValueError, match="cannot be read"):
        import_work(work)


def test_outside_of_a_working_copy_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RNNLIB_WORK", raising=False)
    with pytest.raises(ValueError, match="not a working copy"):
        export_work()


# --- lessons, from one version of the site to another ---

NAME = "01_lesson.ipynb"
OLD = {NAME: LESSON, "02_other.ipynb": notebook(cell("only", "text"))}
NEW = {NAME: changed(LESSON, intro="# Better"), "02_other.ipynb": notebook(cell("only", "new"))}


@pytest.fixture
def moved(tmp_path, monkeypatch):
    """A browser with the newer site, with the file of one in which the older lesson was edited."""
    here, there, course = (tmp_path / name for name in ("here", "there", "course"))
    for folder, lessons in ((here, OLD), (there, NEW), (course, NEW)):
        folder.mkdir()
        for name, lesson in lessons.items():
            (folder / name).write_bytes(merge.serialize(lesson))
    browser.update({name: (here / name).read_bytes() for name in OLD}, here)
    save(here, changed(LESSON, ex="answer"))
    monkeypatch.setattr(places, "COURSE", course)
    monkeypatch.setenv("RNNLIB_WORK", str(there))
    monkeypatch.setattr(sys, "platform", "emscripten")
    browser.corrections()

    def move():
        export_work(here)
        (here / FILE).rename(there / FILE)
        return import_work(there)

    return here, there, move


@pytest.mark.parametrize("emptied", [False, True], ids=["in use", "new browser"])
def test_work_from_an_older_site_gets_the_corrections_at_once(moved, emptied):
    _, there, move = moved
    if emptied:
        shutil.rmtree(there / STATE)
    taken, corrected = move().splitlines()
    assert taken.startswith(f"Taken from {FILE}: {NAME}. Close")
    assert NAME in corrected and "corrections" in corrected
    assert texts(read(there)) == ["# Better", "answer", "end"]


def test_a_lesson_that_was_not_edited_stays_that_of_the_newer_site(moved):
    _, there, move = moved
    before = (there / "02_other.ipynb").read_bytes()
    move()
    assert (there / "02_other.ipynb").read_bytes() == before
    assert browser.update({"02_other.ipynb": before}, there) == []


def test_a_merged_notebook_takes_the_version_that_was_merged_along(moved):
    here, there, move = moved
    middle = {name: merge.serialize(changed(LESSON, intro="# Good")) for name in [NAME]}
    browser.update(middle, here)
    shutil.rmtree(there / STATE)
    assert "corrections" in move()
    assert texts(read(there)) == ["# Better", "answer", "end"]
