"""What is on a lesson's printed pages, and that a page names nothing beyond its folder."""

import re
from types import SimpleNamespace

import pytest

from rnnlib.authoring import AuthoringError
from rnnlib.exercises.registry import exercises, questions
from rnnlib.lessons import lesson_paths, read_lesson
from rnnlib.slides import handout
from tests.authoring.lessons_read import lesson_at
from tests.authoring.test_authoring import Course
from tests.authoring.tiny_lesson import EXERCISES

TEXT = """\
Some words.

**You will** add. **You need** nothing.

## 1. Sums

First this. In general, with $n$ in it:

$$a < b$$

$$b = c_1$$

Then:

$$c = d$$

## Summary

- One *thing* & $x_1$.

## Self-test

```{code-cell} ipython3
quiz = print
quiz("01.q1")
```
"""
OPTIONS = [
    SimpleNamespace(text="`a` < b", why="Because of this.", right=True),
    SimpleNamespace(text="b", why="Not at all.", right=False),
]
QUESTIONS = {"01.q1": SimpleNamespace(id="01.q1", text="Which one?", options=OPTIONS)}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one tiny lesson with formulas, and scripts that need no npm."""
    (tmp_path / "scripts" / "mathjax").mkdir(parents=True)
    (tmp_path / "scripts" / "mathjax" / "MathJax.js").write_text("a script")
    monkeypatch.setattr(handout, "fetch", lambda: tmp_path / "scripts")
    (tmp_path / "root").mkdir()
    course = Course(tmp_path / "root")
    course.write(("Some words.\n", TEXT))
    return course


def make(course, out):
    return handout.make_handout("01", out, course.root, exercises=EXERCISES, questions=QUESTIONS)


def composed(course):
    lesson = read_lesson(course.root / "solutions" / "01_tiny.md")
    return handout.compose(lesson, EXERCISES, QUESTIONS)


def test_a_handout_has_the_lessons_opening_its_formulas_and_all_that_follows(course):
    made = composed(course)
    assert made.opening == "Some words."
    assert made.aims == "**You will** add. **You need** nothing."
    (section,) = made.sections
    assert section.heading == "1. Sums"
    assert [(group.sentence, group.latex) for group in section.groups] == [
        ("In general, with $n$ in it:", ["$$a < b$$", "$$b = c_1$$"]),
        ("Then:", ["$$c = d$$"]),
    ]
    assert made.summary == "- One *thing* & $x_1$."
    assert made.questions == [QUESTIONS["01.q1"]]
    assert made.tasks == [handout.Task("01.1", "Twice", 2, False)]


def test_what_learners_do_not_get_is_not_on_the_page(course):
    course.write(("Ask the room.", "Ask.\n\n## 2. Yours\n\n$$z = 1$$"), ("Some words.\n", TEXT))
    assert [section.heading for section in composed(course).sections] == ["1. Sums"]


def test_the_page_keeps_formulas_for_mathjax_and_escapes_the_rest(course, tmp_path):
    page = make(course, tmp_path / "out").read_text()
    assert '<div class="formula">$$a &lt; b$$</div>' in page
    assert "<em>thing</em> &amp; $x_1$" in page
    assert "a) <code>a</code> &lt; b" in page and "Which one?" in page
    assert "Twice" in page and "Notes" in page
    assert "<th></th>" not in page


def test_the_answers_are_not_on_the_page(course, tmp_path):
    page = make(course, tmp_path / "out").read_text()
    assert "Because of this." not in page and "Not at all." not in page
    first, second = re.findall(r"<li>(.*?)</li>", page.split("Which one?")[1], re.DOTALL)[:2]
    assert re.sub(r"[ab]\).*", "", first) == re.sub(r"[ab]\).*", "", second)


def test_a_page_names_nothing_beyond_its_folder(course, tmp_path):
    out = tmp_path / "new" / "out"
    page = make(course, out)
    assert page == out / "01_tiny.html"
    text = page.read_text()
    for sign in ('src="http', 'href="http', "url(http", "@import", "file:"):
        assert sign not in text
    sources = re.findall(r'src="([^"?]+)', text)
    assert sources and all((out / source).exists() for source in sources)


def test_a_folder_holds_several_pages_and_a_page_is_made_again(course, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "02_mine.html").write_text("mine")
    make(course, out)
    course.write(("Some words.\n", TEXT.replace("Some words.", "Other words.")))
    assert "Other words." in make(course, out).read_text()
    assert (out / "02_mine.html").read_text() == "mine"


def test_what_cannot_be_handed_out_is_said_and_nothing_is_written(course, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(AuthoringError, match="no source for lesson '08'"):
        handout.make_handout("08", out, course.root, exercises=EXERCISES, questions=QUESTIONS)
    assert not out.exists()
    out.write_text("a file")
    with pytest.raises(AuthoringError, match="is a file"):
        make(course, out)
    lesson = read_lesson(course.root / "solutions" / "01_tiny.md")
    bare = type(lesson)(lesson.path, lesson.title, 1, (), {})
    with pytest.raises(AuthoringError, match="nothing to hand out"):
        handout.compose(bare, EXERCISES, QUESTIONS)


# The lessons of the course


def taught():
    return [path for path in lesson_paths() if not path.name.startswith("99")]


@pytest.mark.parametrize("path", taught(), ids=lambda path: path.stem)
def test_a_lesson_has_a_handout_with_all_of_its_formulas_and_exercises(path):
    lesson = lesson_at(path)
    made = handout.compose(lesson, exercises(), questions())
    texts = [c.source for c in lesson.cells if c.kind == "markdown" and c.in_course]
    shown = [x for section in made.sections for group in section.groups for x in group.latex]
    assert len(re.findall(r"^\$\$", "\n".join(texts), re.MULTILINE)) == len(shown)
    assert all(group.sentence for section in made.sections for group in section.groups)
    assert made.opening and made.aims and made.questions and made.tasks
    assert bool(made.summary) == ("## Summary" in "\n".join(texts))
    page = handout.render(made)
    assert all(task.id in page for task in made.tasks)
    assert not any(option.why in page for q in made.questions for option in q.options)
