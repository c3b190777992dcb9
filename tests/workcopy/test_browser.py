"""Corrections of the site reach the notebooks in a browser, and nothing written is lost."""

import json
import sys

import pytest

from rnnlib import places
from rnnlib.exercises import in_browser
from rnnlib.workcopy import browser, merge
from tests.workcopy.notebooks import LESSON, cell, changed, files, notebook, read, save, texts

NAME = "01_lesson.ipynb"
OTHER = "02_other.ipynb"
FIRST = {NAME: LESSON, OTHER: notebook(cell("only", "text", "markdown"))}
BETTER = changed(LESSON, intro="# Better")
BEST = changed(LESSON, intro="# Best", end="best end")


class Browser:
    """The drive of a kernel: what was saved in the browser, else what the site has."""

    def __init__(self, folder):
        self.work = folder
        self.saved = set()
        folder.mkdir()

    def save(self, nb, name=NAME):
        """In JupyterLab, from what it holds in memory."""
        save(self.work, nb, name)
        self.saved.add(name)

    def start(self, *lessons):
        """A kernel, on a site with other lessons than FIRST; what it says."""
        site = {**FIRST, **dict(zip(FIRST, lessons, strict=False))}
        served = {name: merge.serialize(nb) for name, nb in site.items()}
        for name in served.keys() - self.saved:
            (self.work / name).write_text(json.dumps(site[name]))
        before = files(self.work)
        said = browser.update(served, self.work)
        self.saved |= {name for name in site if files(self.work)[name] != before[name]}
        return said

    def kept(self, folder):
        """The files in a folder of `.rnnlib`."""
        return files(self.work / places.STATE / folder)


@pytest.fixture
def learner(tmp_path):
    """A learner who has seen the first version of the site, and has written nothing."""
    learner = Browser(tmp_path / "drive")
    assert learner.start() == []
    return learner


def test_what_was_not_edited_stays_the_sites(learner):
    for version in (LESSON, BETTER, BEST):
        assert learner.start(version) == []
        assert learner.saved == set()
        assert read(learner.work) == version
    assert learner.kept("backup") == {}


def test_corrections_reach_an_edited_notebook_and_the_old_one_is_kept(learner):
    mine = changed(LESSON, ex="answer")
    learner.save(mine)
    assert learner.start() == []
    saved = (learner.work / NAME).read_bytes()
    (said,) = learner.start(BETTER)
    assert NAME in said and OTHER not in said and "Reload Notebook from Disk" in said
    assert texts(read(learner.work)) == ["# Better", "answer", "end"]
    assert learner.kept("backup") == {"01_lesson.1.ipynb": saved}


def test_a_second_start_does_nothing(learner):
    learner.save(changed(LESSON, ex="answer"))
    learner.start(BETTER)
    before = files(learner.work)
    assert learner.start(BETTER) == []
    assert files(learner.work) == before


def test_the_base_moves_with_the_merge(learner):
    learner.save(changed(LESSON, ex="answer"))
    learner.start(BETTER)
    assert len(learner.start(BEST)) == 1  # no conflict: the title of BETTER is the course's
    assert texts(read(learner.work)) == ["# Best", "answer", "best end"]


def test_the_base_of_an_edit_is_the_version_that_was_edited(learner):
    learner.start(BETTER)
    learner.save(changed(BETTER, ex="answer"))
    assert len(learner.start(BEST)) == 1
    assert texts(read(learner.work)) == ["# Best", "answer", "best end"]


def test_what_jupyterlab_still_held_and_saved_over_the_merge_is_merged_again(learner):
    mine = changed(LESSON, ex="answer")
    learner.save(mine)
    learner.start(BETTER)
    learner.save(changed(LESSON, ex="a longer answer"))
    (said,) = learner.start(BETTER)
    assert "Reload" in said
    assert texts(read(learner.work)) == ["# Better", "a longer answer", "end"]
    learner.save(mine)
    assert len(learner.start(BEST)) == 1
    assert texts(read(learner.work)) == ["# Best", "answer", "best end"]


def test_a_merged_notebook_from_a_tab_that_missed_the_next_merge_is_merged_from_its_own_base(
    learner,
):
    learner.save(changed(LESSON, ex="answer"))
    learner.start(BETTER)
    held = read(learner.work)
    learner.start(BEST)
    learner.save({**changed(held, ex="new answer"), "metadata": held["metadata"]})
    assert len(learner.start(BEST)) == 1
    assert texts(read(learner.work)) == ["# Best", "new answer", "best end"]


def test_the_newer_text_of_an_edited_cell_is_below_it_and_may_be_deleted(learner):
    learner.save(changed(LESSON, ex="answer"))
    newer = changed(LESSON, ex="new stub")
    _, said = learner.start(newer)
    assert "newer text is below yours" in said
    merged = read(learner.work)
    assert texts(merged) == ["# Title", "answer", merge.note_text(cell("ex", "new stub")), "end"]
    del merged["cells"][2]
    learner.save(merged)
    assert learner.start(newer) == []
    assert texts(read(learner.work)) == ["# Title", "answer", "end"]


def test_a_notebook_that_was_edited_before_any_kernel_started_is_of_the_version_that_is_there(
    tmp_path,
):
    learner = Browser(tmp_path / "drive")
    learner.save(changed(LESSON, ex="answer"))
    assert learner.start() == []
    assert texts(read(learner.work)) == ["# Title", "answer", "end"]
    learner.start(BETTER)
    assert texts(read(learner.work)) == ["# Better", "answer", "end"]


def test_a_notebook_that_was_only_run_gets_the_corrections(learner):
    ran = {**cell("end", "end"), "execution_count": 1}
    learner.save(notebook(*LESSON["cells"][:2], ran))
    learner.start(BETTER)
    assert texts(read(learner.work)) == texts(BETTER)
    assert read(learner.work)["cells"][2]["execution_count"] == 1


def test_one_that_the_learner_deleted_is_the_sites_again(learner):
    learner.save(changed(LESSON, ex="answer"))
    learner.start(BETTER)
    learner.saved.clear()
    assert learner.start(BETTER) == []
    learner.save(changed(BETTER, ex="again"))
    learner.start(BEST)
    assert texts(read(learner.work)) == ["# Best", "again", "best end"]


@pytest.mark.parametrize("garbage", [b"garbage", b"\xff", b"[]"])
@pytest.mark.parametrize("where", ["lessons.json", "base", "versions"])
def test_a_broken_base_loses_nothing_and_is_said_once(learner, where, garbage):
    learner.save(changed(LESSON, ex="answer"))
    if where != "lessons.json":
        learner.start(BETTER)
    if where == "base":
        learner.save(changed(LESSON, ex="answer"))  # JupyterLab, over the merge
    spoilt = learner.work / places.STATE / where
    for path in spoilt.iterdir() if spoilt.is_dir() else [spoilt]:
        path.write_bytes(garbage)
    mine = (learner.work / NAME).read_bytes()
    (line,) = learner.start(BEST)
    assert f"{NAME} was left alone" in line and "cannot be read" in line
    assert (learner.work / NAME).read_bytes() == mine
    assert read(learner.work, "01_lesson.new.ipynb") == BEST
    assert learner.start(BEST) == []
    learner.start(changed(BEST, end="last end"))
    after = texts(read(learner.work))
    assert "answer" in after and "last end" in after[-1]


def test_without_the_version_that_was_merged_a_notebook_is_left_alone(learner):
    learner.save(changed(LESSON, ex="answer"))
    learner.start(BETTER)
    for path in (learner.work / browser.VERSIONS).iterdir():
        path.unlink()
    (line,) = learner.start(BEST)
    assert "left alone" in line
    assert texts(read(learner.work)) == ["# Better", "answer", "end"]


def test_a_first_start_reads_no_notebook(tmp_path, monkeypatch):
    learner = Browser(tmp_path / "drive")
    monkeypatch.setattr(browser, "_bring", None)
    assert learner.start() == []


def test_a_broken_notebook_is_left_alone_and_the_sites_put_beside_it(learner):
    (learner.work / NAME).write_text("{")
    learner.saved.add(NAME)
    (said,) = learner.start(BETTER)
    assert f"{NAME} was left alone" in said
    assert (learner.work / NAME).read_text() == "{"
    assert texts(read(learner.work, "01_lesson.new.ipynb")) == texts(BETTER)
    assert learner.start(BETTER) == []


def test_a_notebook_that_cannot_be_merged_is_left_alone_too(learner):
    learner.save({**changed(LESSON, ex="answer"), "metadata": None})
    (said,) = learner.start(BETTER)
    assert f"{NAME} was left alone" in said
    assert texts(read(learner.work, "01_lesson.new.ipynb")) == texts(BETTER)


@pytest.mark.parametrize("left", ["", "[]", '{"version": 1, "again": [[]]}', '{"version": "x"}'])
def test_what_the_last_start_left_may_be_broken(learner, left):
    learner.save(changed(LESSON, ex="answer"))
    learner.start(BETTER)
    before = files(learner.work)
    (learner.work / browser.SITE).write_text(left)
    assert learner.start(BETTER) == []
    assert files(learner.work) == before


@pytest.mark.parametrize("mark", [7, {"version": "../base/x"}, {"version": 7}, {}])
def test_a_mark_that_no_merge_writes_is_none(learner, mark):
    learner.save({**changed(LESSON, ex="answer"), "metadata": {browser.MARK: mark}})
    learner.start(BETTER)
    assert texts(read(learner.work)) == ["# Better", "answer", "end"]


# --- in the kernel ---


def test_a_lesson_shows_what_was_corrected_and_nothing_else(monkeypatch):
    shown = []
    monkeypatch.setattr(in_browser.Note, "show", lambda note: shown.append(note.body))
    monkeypatch.setattr(browser, "corrections", list)
    in_browser.greet()
    assert shown == []
    monkeypatch.setattr(browser, "corrections", lambda: ["One.", "Two."])
    in_browser.greet()
    assert shown == ["One.\n\nTwo."]


def test_a_lesson_says_how_long_training_takes_in_a_browser_and_nowhere_else(monkeypatch, capsys):
    monkeypatch.setattr(browser, "corrections", list)
    in_browser.greet()
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(sys, "platform", "emscripten")
    in_browser.greet()
    assert "up to five times as long" in capsys.readouterr().out


@pytest.fixture
def drive(tmp_path, monkeypatch):
    """A browser's drive, with the course of the site in the package."""
    course, work = tmp_path / "course", tmp_path / "drive"
    course.mkdir()
    work.mkdir()
    (course / NAME).write_bytes(merge.serialize(LESSON))
    monkeypatch.setattr(places, "COURSE", course)
    monkeypatch.setenv("RNNLIB_WORK", str(work))
    monkeypatch.setattr(sys, "platform", "emscripten")
    return work


def corrected(course):
    (course / NAME).write_bytes(merge.serialize(BETTER))
    return browser.corrections()


def test_in_a_browser_the_packages_lessons_are_merged_into_those_on_the_drive(drive):
    save(drive, changed(LESSON, ex="answer"))
    assert browser.corrections() == []
    (said,) = corrected(places.COURSE)
    assert NAME in said
    assert texts(read(drive)) == ["# Better", "answer", "end"]


def test_the_notebook_for_keeping_work_is_corrected_too(drive):
    (drive / browser.KEEPING.name).write_bytes(browser.KEEPING.read_bytes())
    assert browser.corrections() == []
    assert set(browser.bases(drive)) == {NAME, browser.KEEPING.name}


def test_outside_of_a_browser_or_without_a_drive_nothing_happens(drive, monkeypatch):
    save(drive, changed(LESSON, ex="answer"))
    before = files(drive)
    with monkeypatch.context() as context:
        context.setattr(sys, "platform", "linux")
        assert browser.corrections() == []
    monkeypatch.setenv("RNNLIB_WORK", str(drive / "missing"))
    assert browser.corrections() == []
    assert files(drive) == before


def test_a_drive_that_cannot_be_written_is_one_sentence(drive):
    save(drive, changed(LESSON, ex="answer"))
    browser.corrections()
    (drive / browser.VERSIONS).write_text("a file in the way")
    before = (drive / NAME).read_bytes()
    (said,) = corrected(places.COURSE)
    assert said.startswith("The newest corrections could not be merged")
    assert (drive / NAME).read_bytes() == before


@pytest.mark.parametrize("error", [OSError, ValueError, TypeError, RecursionError])
def test_whatever_is_wrong_on_the_drive_is_one_sentence(drive, monkeypatch, error):
    def fail(*_):
        raise error("no")

    monkeypatch.setattr(browser, "update", fail)
    (said,) = browser.corrections()
    assert said == "The newest corrections could not be merged into your notebooks: no"
