"""No update of the course loses what a learner wrote."""

import json
import sys
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib import places
from rnnlib.workcopy import merge, refreshing
from tests.workcopy.notebooks import LESSON, cell, changed, files, notebook, read, save, texts

IDS = "abcdef"


def ids(nb):
    return [cell["id"] for cell in nb["cells"]]


# --- properties of the merge ---

kinds = st.sampled_from(["code", "markdown"])


@st.composite
def versions(draw):
    """A lesson and a newer version of it: cells changed, moved, gone and new."""
    old = {id: cell(id, f"first {id}", draw(kinds)) for id in draw(st.permutations(IDS[:4]))}
    now = {
        id: old[id] if id in old and draw(st.booleans()) else cell(id, f"second {id}", draw(kinds))
        for id in draw(st.lists(st.sampled_from(IDS), unique=True))
    }
    return notebook(*old.values()), notebook(*now.values())


@st.composite
def updates(draw, copies=True):
    """A lesson, what a learner (and their editor) made of it, and a newer version.

    With `copies`, cells of the lesson may come twice; of those, one whose original is gone is
    taken for the original, so that merging again may move it. Its text is never lost.
    """
    base, new = draw(versions())
    any_id = st.one_of(st.sampled_from(IDS), st.sampled_from(["x", "added-1", None, 7]))
    written = st.builds(
        lambda id, n, kind: cell(id, f"mine {n}", kind), any_id, st.integers(0, 2), kinds
    )
    copied = st.builds(lambda given, id: {**given, "id": id}, given_cells(base), any_id)
    if copies:
        mine = draw(st.lists(st.one_of(given_cells(base), written, copied), max_size=8))
    else:
        mine = draw(st.lists(st.one_of(given_cells(base), written), unique_by=merge.text))
    return base, notebook(*mine), new


def given_cells(base):
    return st.sampled_from(base["cells"])


@given(updates())
def test_every_text_that_the_learner_wrote_survives(update):
    base, mine, new = update
    handed_out = set(texts(base))
    written = Counter(text for text in texts(mine) if text not in handed_out)
    assert written <= Counter(texts(merge.merge(base, mine, new).notebook))


@given(versions())
def test_a_notebook_without_edits_becomes_the_new_version_exactly(update):
    base, new = update
    assert merge.merge(base, base, new).notebook == new


@given(updates(copies=False))
def test_merging_twice_is_merging_once(update):
    base, mine, new = update
    once = merge.merge(base, mine, new).notebook
    assert merge.merge(new, once, new).notebook == once


@given(updates(copies=False))
def test_a_merge_cut_short_before_its_base_was_written_changes_nothing_when_repeated(update):
    base, mine, new = update
    once = merge.merge(base, mine, new).notebook
    assert merge.merge(base, once, new).notebook == once


@given(updates())
def test_cell_ids_are_unique_after_a_merge(update):
    result = ids(merge.merge(*update).notebook)
    assert len(set(result)) == len(result)


@given(updates())
def test_a_merge_changes_none_of_its_arguments(update):
    before = json.dumps(update)
    merge.merge(*update)
    assert json.dumps(update) == before


@given(updates())
def test_without_a_base_every_cell_of_the_learner_stays(update):
    _, mine, new = update
    result = merge.merge(merge.EMPTY, mine, new).notebook
    assert Counter(texts(mine)) <= Counter(texts(result))


# --- the rules, one by one ---


def with_cells(nb, position, *cells):
    return notebook(*nb["cells"][:position], *cells, *nb["cells"][position:])


def test_an_answer_stays_while_the_text_around_it_is_updated():
    result = merge.merge(LESSON, changed(LESSON, ex="answer"), changed(LESSON, intro="# Better"))
    assert texts(result.notebook) == ["# Better", "answer", "end"]
    assert result.conflicts == 0


def test_the_newer_text_of_a_changed_cell_follows_it_and_does_not_run():
    result = merge.merge(LESSON, changed(LESSON, ex="answer"), changed(LESSON, ex="def new(): ..."))
    intro, answer, note, end = result.notebook["cells"]
    assert [merge.text(c) for c in (intro, answer, end)] == ["# Title", "answer", "end"]
    assert note["cell_type"] == "markdown"
    assert "newer version of the cell above" in merge.text(note)
    assert "```python\ndef new(): ...\n```" in merge.text(note)
    assert result.conflicts == 1


def test_a_note_is_replaced_by_the_next_one():
    versions = [LESSON, changed(LESSON, ex="second"), changed(LESSON, ex="third")]
    mine = changed(LESSON, ex="answer")
    for base, new in pairwise(versions):
        mine = merge.merge(base, mine, new).notebook
    assert texts(mine) == ["# Title", "answer", merge.note_text(cell("ex", "third")), "end"]


def test_a_note_in_which_the_learner_wrote_stays():
    versions = [LESSON, changed(LESSON, ex="second"), changed(LESSON, ex="third")]
    mine = merge.merge(versions[0], changed(LESSON, ex="answer"), versions[1]).notebook
    mine["cells"][2]["source"] += ["\n\nmy thoughts"]
    result = merge.merge(versions[1], mine, versions[2]).notebook
    assert len(result["cells"]) == 5
    assert any("my thoughts" in text for text in texts(result))


def test_a_fence_around_newer_code_is_longer_than_any_in_it():
    assert "````python\n'''```'''\n````" in merge.note_text(cell("ex", "'''```'''"))


def test_a_learners_cell_stays_behind_its_neighbour_even_if_that_one_is_replaced():
    mine = with_cells(LESSON, 2, cell("mine", "note to self"))
    new = notebook(LESSON["cells"][0], cell("other", "another exercise"), LESSON["cells"][2])
    result = merge.merge(LESSON, mine, new).notebook
    assert texts(result) == ["# Title", "another exercise", "note to self", "end"]


def test_a_cell_that_vanished_goes_unless_the_learner_wrote_in_it():
    new = notebook(LESSON["cells"][0], LESSON["cells"][2])
    assert merge.merge(LESSON, LESSON, new).notebook == new
    kept = merge.merge(LESSON, changed(LESSON, ex="answer"), new).notebook
    assert texts(kept) == ["# Title", "answer", "end"]


def test_a_cell_that_the_learner_deleted_stays_deleted():
    mine = notebook(LESSON["cells"][0], LESSON["cells"][2])
    result = merge.merge(LESSON, mine, changed(LESSON, ex="new stub", end="new end")).notebook
    assert texts(result) == ["# Title", "new end"]


def test_outputs_stay_with_the_cells_that_did_not_change():
    output = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]
    ran = {"outputs": output, "execution_count": 3}
    mine = notebook(LESSON["cells"][0], *({**c, **ran} for c in LESSON["cells"][1:]))
    result = merge.merge(LESSON, mine, changed(LESSON, end="new end")).notebook
    assert [c["outputs"] for c in result["cells"][1:]] == [output, []]


def test_a_copied_cell_with_the_id_of_its_original_is_kept():
    mine = with_cells(LESSON, 2, cell("ex", "second try"))
    result = merge.merge(LESSON, mine, changed(LESSON, intro="# Better")).notebook
    assert texts(result) == ["# Better", "stub", "second try", "end"]


def test_a_notebook_whose_ids_an_editor_dropped_is_still_known_by_its_text():
    bare = notebook(*({k: v for k, v in c.items() if k != "id"} for c in LESSON["cells"]))
    new = changed(LESSON, ex="new stub")
    assert merge.merge(LESSON, bare, new).notebook == new


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"cells": [1]}', b"\xff", b'{"cells": {}}'])
def test_bytes_that_are_no_notebook_are_named_as_such(data):
    with pytest.raises(merge.NotebookError):
        merge.parse(data)


def nested(depth):
    """The bytes of a notebook with lists in lists; Python itself may not be able to write it."""
    whole = merge.serialize({**LESSON, "metadata": {"deep": 0}})
    return whole.replace(b'"deep": 0', b'"deep": ' + b"[" * depth + b"]" * depth)


UNWRITABLE = {
    "metadata null": merge.serialize({**LESSON, "metadata": None}),
    "a lone surrogate": json.dumps(changed(LESSON, ex="\ud83d")).encode(),
    "nested too deeply to read": nested(100_000),
    "nested too deeply to write": nested(sys.getrecursionlimit() + 200),
    "a number too long": merge.serialize(LESSON).replace(b"null", b"1" * 5000),
}


@pytest.mark.parametrize("data", UNWRITABLE.values(), ids=UNWRITABLE)
def test_a_notebook_that_cannot_be_merged_is_one_sentence(data, course, work):
    (work / "01_lesson.ipynb").write_bytes(data)
    publish(course, changed(LESSON, intro="# Better"))
    _, line = refreshing.refresh(course, work)
    assert "01_lesson.ipynb was left alone: it cannot be read" in line
    assert (work / "01_lesson.ipynb").read_bytes() == data
    assert texts(read(work, "01_lesson.new.ipynb"))[0] == "# Better"


# --- the folder ---


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "course"
    publish(folder, LESSON)
    (folder / "README.md").write_text("map")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "01_lesson.ipynb").write_text("no part of the course")
    return folder


@pytest.fixture
def work(tmp_path, course):
    folder = tmp_path / "work"
    refreshing.refresh(course, folder)
    return folder


def publish(course, nb, name="01_lesson.ipynb"):
    course.mkdir(exist_ok=True)
    (course / name).write_bytes(merge.serialize(nb))


def test_the_working_copy_begins_as_the_course(course, tmp_path):
    lines = refreshing.refresh(course, tmp_path / "work")
    handed_out = {"01_lesson.ipynb", "README.md"}
    expected = {name: (course / name).read_bytes() for name in handed_out}
    made = files(tmp_path / "work")
    assert {name: made[name] for name in handed_out} == expected
    assert set(made) == handed_out | {f".rnnlib/base/{name}" for name in handed_out}
    assert len(lines) == 1 and "Created" in lines[0]


def test_refreshing_twice_changes_no_byte(course, work):
    save(work, changed(LESSON, ex="answer"))
    before = files(work)
    assert "up to date" in refreshing.refresh(course, work)[0]
    assert files(work) == before
    publish(course, changed(LESSON, ex="new stub"))
    refreshing.refresh(course, work)
    after = files(work)
    assert "up to date" in refreshing.refresh(course, work)[0]
    assert files(work) == after


def test_an_update_reaches_the_learner_and_keeps_the_old_file(course, work):
    save(work, changed(LESSON, ex="answer"))
    saved = (work / "01_lesson.ipynb").read_bytes()
    for number, title in enumerate(["# Better", "# Best"], start=1):
        publish(course, changed(LESSON, intro=title))
        assert "01_lesson.ipynb" in refreshing.refresh(course, work)[0]
        assert texts(read(work)) == [title, "answer", "end"]
        backup = work / ".rnnlib" / "backup" / f"01_lesson.{number}.ipynb"
        assert backup.read_bytes() == saved
        saved = (work / "01_lesson.ipynb").read_bytes()


def test_a_conflict_is_reported(course, work):
    save(work, changed(LESSON, ex="answer"))
    publish(course, changed(LESSON, ex="new stub"))
    assert "newer text is below yours" in refreshing.refresh(course, work)[1]


def test_a_deleted_notebook_is_handed_out_anew(course, work):
    (work / "01_lesson.ipynb").unlink()
    refreshing.refresh(course, work)
    assert read(work) == LESSON


def test_a_notebook_of_the_learners_own_is_never_touched(course, work):
    (work / "scratch.ipynb").write_text("whatever")
    publish(course, changed(LESSON, ex="new"))
    refreshing.refresh(course, work)
    assert (work / "scratch.ipynb").read_text() == "whatever"


def test_a_broken_notebook_is_left_alone_and_a_fresh_one_put_beside_it(course, work):
    (work / "01_lesson.ipynb").write_text('{\n "cells": [\n<<<<<<< HEAD')
    for _ in range(2):
        _, line = refreshing.refresh(course, work)
        assert "01_lesson.ipynb was left alone" in line and "line 3" in line
        assert "<<<<<<<" in (work / "01_lesson.ipynb").read_text()
        assert read(work, "01_lesson.new.ipynb") == LESSON
    save(work, changed(LESSON, ex="answer"), "01_lesson.new.ipynb")
    refreshing.refresh(course, work)
    assert texts(read(work, "01_lesson.new.ipynb")) == ["# Title", "answer", "end"]


def test_a_notebook_that_was_broken_during_an_update_gets_it_once_it_is_repaired(course, work):
    (work / "01_lesson.ipynb").write_text("<<<<<<< HEAD")
    publish(course, changed(LESSON, intro="# Better", ex="new stub"))
    refreshing.refresh(course, work)
    save(work, changed(LESSON, end="answer"))
    assert "Updated 01_lesson.ipynb" in refreshing.refresh(course, work)[0]
    assert texts(read(work)) == ["# Better", "new stub", "answer"]


def test_a_text_file_is_replaced_only_where_the_learner_wrote_nothing(course, work):
    (course / "README.md").write_text("new map")
    refreshing.refresh(course, work)
    assert (work / "README.md").read_text() == "new map"
    (work / "README.md").write_text("my map")
    (course / "README.md").write_text("newer map")
    assert "left alone" in refreshing.refresh(course, work)[1]
    assert (work / "README.md").read_text() == "my map"
    assert (work / "README.new.md").read_text() == "newer map"


def test_a_new_copy_is_the_newest_and_one_in_which_the_learner_wrote_stays(course, work):
    (work / "README.md").write_text("my map")

    def put(text):
        (course / "README.md").write_text(text)
        _, line = refreshing.refresh(course, work)
        return line.split()[-1].rstrip(".")

    for text in ("second map", "third map"):
        assert put(text) == "README.new.md"
        assert (work / "README.new.md").read_text() == text
    (work / "README.new.md").write_text("my notes")
    for text in ("fourth map", "fifth map"):
        assert put(text) == "README.new.2.md"
        assert (work / "README.new.2.md").read_text() == text
    assert (work / "README.new.md").read_text() == "my notes"


def test_a_text_file_that_an_interrupted_update_wrote_is_not_the_learners(course, work):
    for file in (course / "README.md", work / "README.md"):
        file.write_text("new map")
    before = files(work)
    assert len(refreshing.refresh(course, work)) == 1
    assert files(work) == before | {".rnnlib/base/README.md": b"new map"}


def test_a_lesson_that_the_course_dropped_goes_unless_the_learner_wrote_in_it(course, work):
    publish(course, LESSON, "02_lesson.ipynb")
    refreshing.refresh(course, work)
    save(work, changed(LESSON, ex="answer"), "02_lesson.ipynb")
    save(work, LESSON, "01_lesson.ipynb")
    for name in ("01_lesson.ipynb", "02_lesson.ipynb"):
        (course / name).unlink()
    lines = refreshing.refresh(course, work)
    assert not (work / "01_lesson.ipynb").exists()
    assert texts(read(work, "02_lesson.ipynb"))[1] == "answer"
    assert any("02_lesson.ipynb; yours stays" in line for line in lines)


def test_a_broken_base_loses_nothing(course, work):
    save(work, changed(LESSON, ex="answer"))
    (work / ".rnnlib" / "base" / "01_lesson.ipynb").write_text("garbage")
    refreshing.refresh(course, work)
    assert "answer" in texts(read(work))


def test_nothing_is_written_if_a_notebook_of_the_course_is_broken(course, tmp_path):
    (course / "02_lesson.ipynb").write_text("{")
    with pytest.raises(
        refreshing.WorkCopyError, match=r"02_lesson\.ipynb is not a notebook: line 1"
    ):
        refreshing.refresh(course, tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_a_course_cell_needs_an_id_of_its_own(course, tmp_path):
    publish(course, notebook(cell("a", "1"), cell("a", "2")))
    with pytest.raises(refreshing.WorkCopyError, match="cell 2 has no unique id: 'a'"):
        refreshing.refresh(course, tmp_path / "work")


def test_the_working_copy_and_the_course_must_be_apart(course):
    for folder in (course, course / "mine", course.parent):
        with pytest.raises(refreshing.WorkCopyError, match="must be separate"):
            refreshing.refresh(course, folder)


def test_a_folder_that_cannot_be_written_is_one_line(course, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(refreshing.WorkCopyError, match="cannot write") as caught:
        refreshing.refresh(course, tmp_path / "file" / "work")
    assert "\n" not in str(caught.value)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "file"
    places.write(path, b"old")

    def fail(*_):
        raise PermissionError("no")

    monkeypatch.setattr(places.os, "replace", fail)
    with pytest.raises(PermissionError):
        places.write(path, b"new")
    assert files(tmp_path) == {"file": b"old"}


def test_the_working_copy_is_found_from_any_folder_inside_it(work, tmp_path, monkeypatch):
    inside = work / "deep" / "er"
    inside.mkdir(parents=True)
    assert places.find(inside) == places.find(work) == work
    monkeypatch.chdir(inside)
    assert places.find() == places.locate() == work
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path / "elsewhere"))
    assert places.find() == places.locate() == tmp_path / "elsewhere"
    assert places.locate(tmp_path / "named") == tmp_path / "named"


def test_outside_of_any_working_copy_none_is_found(tmp_path, monkeypatch):
    assert places.find(tmp_path) is None
    monkeypatch.chdir(tmp_path)
    assert places.locate() == tmp_path / "my-course"


def test_lessons_opened_where_they_lie_are_a_working_copy_and_those_of_the_author_are_not(tmp_path):
    (tmp_path / places.FIRST_LESSON).write_text("{}")
    assert places.find(tmp_path) == tmp_path
    assert places.find(places.COURSE) == places.COURSE
    assert places.find(places.ROOT / "solutions") is None


def test_in_a_browser_a_file_is_written_once_more_in_its_place(tmp_path, monkeypatch):
    # JupyterLite keeps what was renamed as the kind of file that the other name had.
    monkeypatch.setattr(places.sys, "platform", "emscripten")
    monkeypatch.setattr(places.os, "replace", lambda _, path: path.write_bytes(b"..."))
    places.write(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
