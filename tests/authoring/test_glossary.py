"""The glossary and the formula sheet: complete, in order, and what the lessons say."""

import re

import pytest

from rnnlib.authoring.content.glossary import NOT_TERMS, TERMS
from rnnlib.authoring.glossary import bold, glossary, places
from rnnlib.lessons import Lesson, SourceCell
from rnnlib.places import ROOT
from tests.authoring.lessons_read import every_lesson

SHEET = (ROOT / "course" / "FORMULAS.md").read_text(encoding="utf-8")
NOTATION, *CHAPTERS = re.split(r"^## (?=\d\d )", SHEET, flags=re.MULTILINE)
FORMULA = re.compile(r"\$\$(.+?)\$\$")
IN_WORDS = {  # formulas that a lesson writes without LaTeX, and how
    r"2\sqrt{T}": "2√T states",
    r"\text{gradient} \leftarrow \min\Bigl(1, \frac{\text{limit}}{\lVert \text{gradient} \rVert}"
    r"\Bigr) \text{gradient}": "Keep the direction, and limit the length",
    r"\frac{\ln \tfrac12}{\ln f}": "ln ½ / ln f",
    r"-\log_2 p": "-log₂ p bits",
    r"2^{\text{bits}}": "2 to the power of the bits",
    r"\frac{e^{o_k / \tau}}{\sum_j e^{o_j / \tau}}": "the scores divided by a temperature τ",
}


def lesson(*sources, tags=()):
    cells = [SourceCell("markdown", text, 1, {"tags": list(tags)}) for text in sources]
    return Lesson(ROOT / "solutions" / "01_tiny.md", "Tiny", 1, tuple(cells), {})


# The glossary


@pytest.fixture(scope="module")
def in_bold():
    return [b for lesson in every_lesson().values() for b in bold(lesson)]


def test_every_term_that_a_lesson_sets_in_bold_is_in_the_glossary(in_bold):
    known = NOT_TERMS.union(*(term.bold for term in TERMS))
    missing = {
        f"{b.lesson.name}: {b.words!r}" for b in in_bold if b.word not in known and not b.is_remark
    }
    assert not missing, "say what it means, or that it is no term, in content/glossary.py"


def test_every_entry_names_a_lesson_that_has_the_term_in_bold(in_bold):
    assert [term.name for term in TERMS if not places(term, in_bold)] == []


def test_entries_are_in_order_and_no_term_has_two_of_them():
    names = [term.name.lower() for term in TERMS]
    assert names == sorted(set(names))
    for number in every_lesson():
        own = [term for term in TERMS if not term.lessons or number in term.lessons]
        words = [word for term in own for word in term.bold]
        assert len(words) == len(set(words))


def test_an_entry_is_one_or_two_sentences():
    for term in TERMS:
        assert term.text.endswith(".") and term.text[0].isupper(), term.name
        assert len(re.findall(r"\.(?=\s[A-Z]|$)", term.text)) <= 2, term.name


def test_a_term_is_placed_under_the_heading_it_stands_under_and_in_the_summary_only_if_it_must_be():
    one = lesson(
        "# 01 Tiny\n\nAn **orbit**.",
        "words\n\n## 1. Two  parts (3 min)\n\n**Orbits** have a **lag**.",
    )
    two = lesson("## Summary\n\n- An **orbit** and a **query**.")
    text = glossary([one, two]) or ""
    assert "- **lag**: " in text and "*[01](01_tiny.ipynb), “1. Two parts”*" in text
    orbit = next(line for line in text.split("\n") if line.startswith("- **orbit**"))
    assert orbit.endswith("*[01](01_tiny.ipynb)*")
    query = next(line for line in text.split("\n") if line.startswith("- **query**"))
    assert query.endswith("“Summary”*")
    assert text.index("**lag**") < text.index("**orbit**")


@pytest.mark.parametrize("tags", [["instructor"], ["solution:01.1"], ["only-slides"], ["proof"]])
def test_what_learners_do_not_get_introduces_no_term(tags):
    assert glossary([lesson("An **orbit**.", tags=tags)]) is None


# The formula sheet


def squeezed(latex):
    """Without spaces, a formula's number and its full stop."""
    return re.sub(r"\\tag\{[^}]*\}|\\[,;]|\\quad|\\qquad|\s|\.$", "", latex)


def letters(latex):
    """The letters that stand for something: Greek ones by name, no words and no functions."""
    latex = re.sub(r"\\(text|mathrm)\{[^}]*\}|_\\text\{[^}]*\}", " ", latex)
    greek = r"\\(theta|sigma|rho|Lambda|beta|tau|varepsilon)(?![a-z])"
    found = set(re.findall(greek, latex))
    latex = re.sub(r"\\[a-zA-Z]+", " ", latex)
    latex = re.sub(r"\bd(?=[a-zA-Z])", "", latex)  # dW: the d is the gradient's
    return found | set(re.findall(r"[a-zA-Z]", latex))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter[:2])
def test_the_sheets_formulas_are_those_of_the_lesson(chapter):
    ((number, title, link),) = re.findall(r"^(\d\d) \[(.+?)\]\((.+?)\)", chapter)
    one = every_lesson()[number]
    assert link == f"{one.name}.ipynb" and one.title.startswith(title)
    text = "\n".join(cell.source for cell in one.cells if cell.in_course)
    formulas = FORMULA.findall(chapter)
    assert formulas
    for formula in formulas:
        if formula in IN_WORDS:
            assert IN_WORDS[formula] in text, formula
        else:
            assert squeezed(formula) in squeezed(text), formula


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter[:2])
def test_every_letter_of_the_sheets_formulas_is_in_the_notation(chapter):
    everywhere, special = NOTATION.split("| lesson | letter and meaning |")
    rows = dict(re.findall(r"^\| (\d\d) \| (.+) \|$", special, flags=re.MULTILINE))
    told = " ".join(re.findall(r"^\| (\$.+?\$) \|", everywhere, flags=re.MULTILINE))
    told += " ".join(re.findall(r"\$(.+?)\$", rows.get(chapter[:2], "")))
    for formula in FORMULA.findall(chapter):
        assert letters(formula) <= letters(told), formula


def test_the_sheet_has_a_chapter_for_every_lesson_with_formulas_in_order():
    numbers = [chapter[:2] for chapter in CHAPTERS]
    assert numbers == [number for number in every_lesson() if "01" <= number < "99"]


def test_a_line_of_words_stands_before_each_formula_or_group_of_them():
    for chapter in CHAPTERS:
        parts = [part for part in chapter.split("\n\n")[1:] if part.strip()]
        assert not parts[0].startswith("$$")
        assert all("\n" not in part.strip() for part in parts)


def test_no_backslash_stands_before_a_sign_which_github_would_take_away():
    assert not re.search(r"\\[^a-zA-Z]", SHEET)


def test_the_map_leads_to_both_pages_and_the_links_of_both_lead_somewhere():
    course = ROOT / "course"
    assert {"GLOSSARY.md", "FORMULAS.md"} <= {path.name for path in course.iterdir()}
    map_ = (course / "README.md").read_text(encoding="utf-8")
    assert "(GLOSSARY.md)" in map_ and "(FORMULAS.md)" in map_
    for page in ("GLOSSARY.md", "FORMULAS.md"):
        text = (course / page).read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)]+)\)", text)
        assert links and all((course / link).exists() for link in links)
