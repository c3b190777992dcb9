"""What becomes a slide, what goes to the speaker, and what is refused with nothing written."""

import json
import os
import stat
import subprocess
import sys

import nbformat
import pytest
from ipywidgets import HTML, SelectionSlider, VBox
from nbformat.v4 import new_output

from rnnlib import plots, slides, widgets
from rnnlib.authoring import AuthoringError
from rnnlib.authoring.builder import kept_run
from rnnlib.authoring.notebooks import solution_region
from rnnlib.exercises import show
from rnnlib.exercises.outcome import Note
from rnnlib.lessons import lesson_paths, read_lesson
from rnnlib.slides import live, prose, scripts
from rnnlib.slides.content import compose
from tests.authoring.lessons_read import lesson_at
from tests.authoring.test_authoring import Course
from tests.authoring.test_course import TRIVIAL
from tests.authoring.tiny_lesson import EXERCISES

LONG = " ".join(["word"] * 50)
TAGS = [  # and a cell that is for the slides alone
    ("---\n\n# A tiny", '---\n\n+++ {"tags": ["slide"]}\n\n# A tiny'),
    (
        "+++\n\n## Guess first",
        '+++ {"tags": ["fragment", "only-slides"]}\n\nIn short.\n\n'
        '+++ {"tags": ["slide"]}\n\n## Guess first',
    ),
    ("claim:Q09]", "claim:Q09, same-slide]"),
    ("[exercise:01.1]", "[exercise:01.1, slide]"),
]
WORDS = [
    ("Some words.", f"Some words.\n\n{LONG} before. **Predict.** What comes?\n\n$$x = 1$$"),
    ("## Guess first", "The end of before.\n\n## Guess first"),
]
PICTURE = {"output_type": "display_data", "data": {"text/html": '<img alt="a" src="data:,">'}}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one tiny lesson, and scripts that need no npm."""
    folder = tmp_path / "scripts"
    (folder / "reveal.js").mkdir(parents=True)
    (folder / "reveal.js" / "LICENSE").write_text("a licence")
    monkeypatch.setattr(slides, "fetch", lambda: folder)
    (tmp_path / "root").mkdir()
    return Course(tmp_path / "root")


def built(course, *edits):
    course.write(*edits)
    course.build()
    return read_lesson(course.root / "solutions" / "01_tiny.md")


def composed(course, *edits):
    lesson = built(course, *edits)
    return compose(lesson, kept_run(lesson))[0]


def make(course, out):
    return slides.make_deck("01", out, course.root, exercises=EXERCISES)


def shown(slide):
    """The texts on a slide, in order, and how each comes there."""
    return [
        (cell.metadata.slideshow.slide_type, cell.source or cell.outputs[0].data["text/plain"])
        for cell in slide.cells
    ]


# What becomes a slide


def test_slide_tags_and_cells_for_slides_alone_change_nothing_of_what_is_built(course):
    built(course)
    before = course.files()
    built(course, *TAGS)
    assert course.files() == before
    assert course.run.times == 1
    assert course.stale() == []


def test_short_prose_questions_and_formulas_are_on_the_slide_and_long_prose_in_the_notes(course):
    first, second, third = composed(course, *TAGS, *WORDS)
    assert shown(first) == [
        ("slide", "# A tiny lesson\n\nSome words.\n\n**Predict.** What comes?\n\n$$x = 1$$"),
        ("fragment", "In short."),
    ]
    assert first.notes == [
        f"{LONG} before. **Predict.** What comes?",
        "**For you.**\n\nAsk the room.",
        "The end of before.",
    ]
    assert shown(second) == [
        ("slide", "## Guess first\n\n![A line that goes up](line.png)"),
        ("-", "the sum is\n4"),
    ]
    assert [first.section, second.section, third.section] == ["", "Guess first", "Guess first"]


def test_an_exercise_is_its_task_and_its_stub_and_the_solution_is_for_the_speaker(course):
    task = f"{LONG}\n\n### Exercise 01.1  Twice  (2 min)\n\n{LONG}"
    stub = "```{code-cell} ipython3\n:tags: [exercise:01.1, slide]"
    *_, last = composed(course, *TAGS, (f"### Exercise 01.1  Twice\n\n{stub}", f"{task}\n\n{stub}"))
    ((_, text),) = shown(last)
    assert text.startswith(f"### Exercise 01.1  Twice\n\n{LONG}\n\n```python\ndef double(x,")
    assert text.endswith('"""\n```') and "for _ in range" not in text
    assert last.notes == ["**Solution of 01.1.**\n\nA sum of two equal terms is twice the term."]


def test_a_slide_ends_where_an_exercise_or_another_section_begins():
    found = prose.blocks("before\n\n## One  (3 min)\n\nwords\n\n### Exercise 01.1\n\ntask")
    assert prose.first_section(found) == (found[:1], found[1:3])
    found = prose.blocks("## One\n\nwords\n\n## Two\n\nmore")
    assert prose.first_section(found) == ([], found[:2])
    assert prose.shown(prose.blocks("## One  (3 min)")) == "## One"


def test_every_picture_of_a_cell_has_a_slide_and_what_is_printed_goes_to_the_notes(course):
    lesson = built(course, *TAGS[:2], ("claim:Q09]", "claim:Q09, slide]"))
    ran = kept_run(lesson)
    cell = next(c for c in ran.cells if c.source.startswith("value"))
    cell.outputs += [nbformat.from_dict(PICTURE)] * 2
    (*_, one, other), _ = compose(lesson, ran)
    assert [len(one.cells), len(other.cells)] == [1, 1]
    assert other.notes[0] == "the sum is\n4"


def test_a_table_is_on_the_slide_as_text_and_a_card_is_not(course):
    lesson = built(course, *TAGS[:2], ("claim:Q09]", "claim:Q09, slide]"))
    ran = kept_run(lesson)
    cell = next(c for c in ran.cells if c.source.startswith("value"))
    shown = [show.table({"t": [1, 2]}), Note("A card", "for the learner")]
    cell.outputs += [
        new_output("display_data", {"text/plain": repr(s), "text/html": s._repr_html_()})
        for s in shown
    ]
    (*_, last), _ = compose(lesson, ran)
    assert last.cells[0].outputs[0].data["text/plain"].split() == ["the", "sum", "is", "4", *"t12"]


def test_a_question_is_on_the_slide_as_prose_and_a_progress_bar_is_not(course):
    lesson = built(course, *TAGS[:2], ("claim:Q09]", "claim:Q09, slide]"))
    ran = kept_run(lesson)
    cell = next(c for c in ran.cells if c.source.startswith("value"))
    bar = "training:  50%|#####     | 200/400 [00:01<00:01, 200.0it/s]"
    cell.outputs[:] = [new_output("stream", text=f"{bar}\nQuestion 01.q1: Is `a` < b?\n  a) yes\n")]
    (*_, last), _ = compose(lesson, ran)
    said = "<p>Question 01.q1: Is <code>a</code> &lt; b?</p>"
    assert last.cells[0].outputs[0].data["text/html"] == f'{said}<p class="option">a) yes</p>'


def test_the_aims_are_on_the_slide_of_the_title_however_long_they_are():
    assert prose.shown(prose.blocks(f"# One\n\n{LONG}\n\n**You will** {LONG}")) == (
        f"# One\n\n**You will** {LONG}"
    )


def test_a_cell_that_is_too_long_for_a_slide_is_named(course):
    with pytest.raises(AuthoringError, match=r"01_tiny.md:\d+: 'slide': nothing of this cell"):
        composed(course, ("Some words.", f'Some.\n\n+++ {{"tags": ["slide"]}}\n\n{LONG}'))


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (("claim:Q09]", "claim:Q09, fragment]"), "no slide has begun before this cell"),
        (("claim:Q09]", "claim:Q09, slide, fragment]"), "one of the tags"),
        (("claim:Q09]", "claim:Q09, only-slides]"), "'only-slides' belongs on a markdown cell"),
        (('["instructor"]', '["instructor", "slide"]'), "goes to the speaker's notes"),
        (('["solution:01.1"]', '["solution:01.1", "slide"]'), "goes to the speaker's notes"),
    ],
)
def test_a_tag_that_has_no_meaning_there_is_refused_with_its_line(course, edit, what):
    with pytest.raises(AuthoringError, match=rf"01_tiny.md:\d+: .*{what}"):
        composed(course, edit)


# A live figure


@pytest.mark.slow
def test_a_live_figure_has_a_picture_for_each_position_of_one_control():
    figure = widgets.bptt_explorer()
    box = live.in_positions(figure)
    handles, stack = box.children
    (slider,) = (w for w in handles.children if isinstance(w, SelectionSlider))
    assert slider.description == "steps back"  # the control that is played
    assert [int(label) for label in slider.options] == list(range(8))
    assert slider.index == stack.selected_index == figure.state["back"]
    for position, picture in enumerate(stack.children):
        assert isinstance(picture, HTML)
        figure.render(back=position)
        assert picture.value == plots.as_html(figure.figure, alt=figure.sentence)


def test_the_value_a_control_has_is_one_of_the_positions_however_many_it_could_have():
    figure = widgets.cobweb_explorer()
    values = live._positions(figure.controls["w"])
    assert 1.8 in values and values[0] == -3 and values[-1] == 3
    assert len(values) <= live.MOST + 1 and values == sorted(set(values))


# The folder


def test_a_deck_is_a_page_and_its_scripts_and_replaces_an_earlier_one(course, tmp_path):
    built(course, *TAGS)
    out = tmp_path / "new" / "deck"
    assert make(course, out) == 3
    page = (out / "index.html").read_text()
    assert page.count("<section") == 2 * 3 and 'data-where="01 A tiny lesson"' in page
    assert (out / "scripts" / "reveal.js" / "LICENSE").read_text() == "a licence"
    (out / "scripts" / "old.js").write_text("")
    assert make(course, out) == 3
    assert not (out / "scripts" / "old.js").exists()
    assert [path.name for path in out.parent.iterdir()] == ["deck"]


def test_a_page_names_nothing_beyond_its_folder(course, tmp_path):
    built(course, *TAGS)
    make(course, tmp_path / "deck")
    page = (tmp_path / "deck" / "index.html").read_text()
    for sign in ('src="http', 'href="http', "src='http", "import mermaid", "url(http", "@import"):
        assert sign not in page


def test_a_folder_with_anything_else_in_it_is_refused_and_left_as_it_is(course, tmp_path):
    built(course, *TAGS)
    out = tmp_path / "deck"
    out.write_text("a file")
    with pytest.raises(AuthoringError, match="is a file"):
        make(course, out)
    out.unlink()
    make(course, out)
    (out / "mine.txt").write_text("mine")
    before = sorted(path.name for path in out.iterdir())
    with pytest.raises(AuthoringError, match="something other than earlier slides"):
        make(course, out)
    assert sorted(path.name for path in out.iterdir()) == before


def test_without_slide_tags_or_without_a_built_notebook_nothing_is_written(course, tmp_path):
    built(course)
    out = tmp_path / "deck"
    with pytest.raises(AuthoringError, match="no cell has the tag 'slide'"):
        make(course, out)
    course.write(*TAGS, ("2 + 2", "3 + 1"))
    with pytest.raises(AuthoringError, match="run: rnnlib build 01"):
        make(course, out)
    with pytest.raises(AuthoringError, match="no source for lesson '08'"):
        slides.make_deck("08", out, course.root, exercises=EXERCISES)
    assert not out.exists()


# The scripts


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache; the folder in which npm is looked for."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(scripts, "_cache", lambda: folder)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


def npm_that(tmp_path, program):
    """An npm that runs a Python program."""
    path = tmp_path / "bin" / "npm"
    path.write_text(f"#!{sys.executable}\n{program}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_without_npm_it_says_what_to_install_and_nothing_is_written(course, cache, monkeypatch):
    built(course, *TAGS)
    monkeypatch.setattr(slides, "fetch", scripts.fetch)
    out = course.root.parent / "deck"
    with pytest.raises(AuthoringError, match=r"npm is not installed.*apt install npm"):
        make(course, out)
    assert not out.exists() and not cache.exists()


def test_where_npm_fails_its_reason_is_given_and_the_cache_stays_empty(cache, tmp_path):
    npm_that(tmp_path, "import sys; sys.exit('npm warn x\\nnpm error code ENOTFOUND')")
    with pytest.raises(AuthoringError, match=r"could not fetch .*: code ENOTFOUND"):
        scripts.fetch()
    assert list(cache.iterdir()) == []


def test_an_archive_with_another_checksum_is_not_used(cache, tmp_path):
    npm_that(
        tmp_path,
        "import pathlib, sys\n"
        "folder = pathlib.Path(sys.argv[sys.argv.index('--pack-destination') + 1])\n"
        "for wanted in sys.argv[5:]:\n"
        "    name, _, version = wanted.rpartition('@')\n"
        "    name = name.lstrip('@').replace('/', '-')\n"
        "    (folder / f'{name}-{version}.tgz').write_bytes(b'something else')",
    )
    with pytest.raises(AuthoringError, match="its checksum differs"):
        scripts.fetch()
    assert list(cache.iterdir()) == []


def test_what_is_in_the_cache_is_used_without_npm(cache, tmp_path):
    npm_that(tmp_path, "raise SystemExit('npm was asked')")
    digest = scripts.hashlib.sha256(scripts.PINS.read_bytes()).hexdigest()[:16]
    (cache / digest).mkdir(parents=True)
    assert scripts.fetch() == cache / digest


def test_every_pinned_package_has_a_version_a_checksum_and_a_list_of_what_is_needed():
    pins = json.loads(scripts.PINS.read_text())
    assert set(pins["dependencies"]) == set(pins["integrity"]) == set(scripts.NEEDED)


# The lessons of the course


def tagged_lessons():
    return [path for path in lesson_paths() if '"slide"' in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", tagged_lessons(), ids=lambda path: path.stem)
def test_a_lesson_has_a_deck_for_a_lecture_and_no_solution_is_on_it(path, monkeypatch):
    monkeypatch.setattr(live, "in_positions", lambda figure: VBox())  # slow to draw, tested above
    lesson = lesson_at(path)
    result, _ = compose(lesson, kept_run(lesson))
    assert 12 <= len(result) <= 25
    assert result[0].cells[0].source.startswith("# ")
    on_slides = {line.strip() for s in result for c in s.cells for line in c.source.split("\n")}
    for cell in lesson.cells:
        if region := solution_region(lesson, cell):
            lines = [line.strip() for line in cell.source.split("\n")[region[0] : region[1] + 1]]
            assert not [x for x in lines if x in on_slides and not TRIVIAL.fullmatch(x)]
    exercises = any("### Exercise" in cell.source for slide in result for cell in slide.cells)
    assert exercises == any(cell.tagged("exercise") for cell in lesson.cells)


@pytest.mark.slow
def test_the_command_makes_the_deck_or_says_in_one_line_why_not(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    command = [sys.executable, "-m", "rnnlib", "slides", "04", "--out", str(tmp_path / "full")]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ") and "name an empty or new folder" in line
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"
