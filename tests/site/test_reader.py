"""The reader's site: what its pages show, what they leave out, and that they load nothing else."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from rnnlib.authoring.builder import kept_run, registered
from rnnlib.authoring.markdown import headings
from rnnlib.authoring.notebooks import solution_region
from rnnlib.lessons import AuthoringError, lesson_paths, read_lesson
from rnnlib.places import ROOT
from rnnlib.site import folder, reader
from rnnlib.site.reader.lesson_page import LessonPage
from rnnlib.site.reader.pages import _linked
from rnnlib.site.reader.reference import as_rst

SHOWN = ("00", "01")
LESSONS = [read_lesson(path) for path in lesson_paths() if path.name[:2] in SHOWN]
ADDRESS = "../try/notebooks/index.html?path={name}.ipynb"
lessons = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """Scripts that need no npm."""
    made = tmp_path_factory.mktemp("scripts")
    (made / "mathjax").mkdir()
    (made / "mathjax" / "MathJax.js").write_text("// formulas")
    return made


@pytest.fixture(scope="module")
def site(scripts, tmp_path_factory):
    """A site of two lessons and of one file of the library."""
    out = tmp_path_factory.mktemp("site") / "read"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "fetch", lambda: scripts)
        reader.make(out, interactive=ADDRESS, only=[*SHOWN, "places"])
    return out


@pytest.fixture
def small(scripts, monkeypatch):
    """small(text): what is made from now on is a site of one page with this text."""
    monkeypatch.setattr(reader, "fetch", lambda: scripts)

    def write(text):
        def write_pages(pages, *_):
            pages.mkdir()
            (pages / "index.md").write_text(text)

        monkeypatch.setattr(reader, "write_pages", write_pages)

    return write


def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def article(site, lesson):
    """What is on a lesson's page, without what all pages have around it."""
    return parsed(site / "course" / f"{lesson.name}.html").find("article")


def plain(text):
    return " ".join(text.split())


# The whole site


@pytest.mark.slow
def test_what_a_browser_loads_is_a_file_of_the_site(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        for element in parsed(page).select("[src], link[rel=stylesheet], link[rel*=icon]"):
            address = element.get("src") or element["href"]
            assert (page.parent / address.split("#")[0].split("?")[0]).is_file(), (page, element)


@pytest.mark.slow
def test_style_sheets_and_scripts_name_nothing_to_load_from_elsewhere(site):
    loads = re.compile(r"""(?:url\(|@import\s|\bimport\(|\.src\s*=)\s*["']?(?:https?:)?//""")
    files = [path for path in site.rglob("*") if path.suffix in (".css", ".js", ".html")]
    assert [path for path in files if loads.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.slow
def test_the_search_index_is_a_script_and_has_the_lessons(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    for lesson in LESSONS:
        place = index["docnames"].index(f"course/{lesson.name}")
        assert index["titles"][place] == f"{lesson.number} {lesson.title}"
    assert "searchindex.js" in (site / "search.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_site_has_everything_to_look_up_to_teach_with_and_the_reference(site):
    index = parsed(site / "index.html")
    there = {link["href"].split("#")[0] for link in index.select("a[href$='.html']")}
    for name in ("README", "GLOSSARY", "FORMULAS"):
        assert f"course/{name}.html" in there
    for name in (
        *("solutions/INSTRUCTORS", "solutions/PLANS", "solutions/HUB"),
        *("rnnlib/README", "CONTRIBUTING", "api/index"),
    ):
        assert f"{name}.html" in there
    reference = parsed(site / "api" / "places.html")
    assert reference.find(id="rnnlib.places.locate") and "class" in reference.find("dl").attrs


# A lesson's page


@pytest.mark.slow
@lessons
def test_a_lesson_has_its_headings_in_order(site, lesson):
    found = article(site, lesson).find_all(re.compile(r"^h[1-6]$"))
    levels = [int(heading.name[1]) for heading in found]
    assert levels[0] == 1 and 1 not in levels[1:]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    written = [h.text for cell in lesson.cells if cell.in_course for h in headings(cell)]
    assert [plain(h.text.removesuffix("#")) for h in found] == [plain(text) for text in written]


@pytest.mark.slow
@lessons
def test_every_figure_of_the_lesson_is_there_with_its_alternative_text(site, lesson):
    images = article(site, lesson).find_all("img")
    made = [
        BeautifulSoup(output.data["text/html"], "html.parser").find_all("img")
        for cell in kept_run(lesson).cells
        if "proof" not in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert [image["alt"] for image in images] == [i["alt"] for found in made for i in found]
    assert all(image["alt"] and image["height"] for image in images)
    assert bool(images) == (lesson.number != "00")


@pytest.mark.slow
@lessons
def test_solutions_are_folded_and_what_is_for_the_instructor_is_not_there(site, lesson):
    page = article(site, lesson)
    folded = [details.extract() for details in page.select("details.solution")]
    exercises = [id for cell in lesson.cells for id in cell.tagged("exercise")]
    titles = [details.find("summary").text for details in folded]
    assert titles == [f"Worked solution of {id}" for id in exercises]
    assert not any(details.has_attr("open") for details in folded)
    cells = [cell for cell in lesson.cells if cell.tagged("exercise")]
    open_lines = {line.strip() for pre in page.find_all("pre") for line in pre.text.split("\n")}
    for cell, details in zip(cells, folded, strict=True):
        begin, end = solution_region(lesson, cell)
        lines = [line.strip() for line in cell.source.split("\n")[begin + 1 : end]]
        assert all(line in details.text for line in lines)
        assert not set(lines) <= open_lines
    for cell in lesson.cells:
        if not cell.in_course and not cell.tagged("solution"):
            assert plain(cell.source) not in plain(page.text)
    assert "SOLUTION" not in page.text


@pytest.mark.slow
@lessons
def test_questions_can_be_read_and_their_answers_are_folded(site, lesson):
    page = article(site, lesson)
    source = "\n".join(cell.source for cell in lesson.cells if cell.kind == "code")
    quizzes = re.findall(r'^quiz\("([^"]+)"\)', source, re.MULTILINE)
    guesses = re.findall(r'^predict\("([^"]+)"\)', source, re.MULTILINE)
    asked = [card for card in page.select(".question") if card.find("ol")]
    assert sum(card.text.startswith("Predict.") for card in asked) == len(guesses)
    answered = [card for card in asked if card.find("details")]
    assert [card.find("strong").text for card in answered] == [f"Question {q}." for q in quizzes]
    assert page.text.count("What came out") == len(guesses)
    assert "Answer with" not in page.text and "You made no guess" not in page.text


@pytest.mark.slow
@lessons
def test_a_page_leads_to_its_notebook_and_to_the_pages_beside_it(site, lesson):
    address = f"../../try/notebooks/index.html?path={lesson.name}.ipynb"
    page = article(site, lesson)
    assert page.select_one(".invitation a")["href"] == address
    live = page.select(".live")
    assert [line.find("a")["href"] for line in live] == [address] * len(live)
    assert len(live) == sum("_explorer()" in cell.source for cell in lesson.cells)
    whole = parsed(site / "course" / f"{lesson.name}.html")
    assert whole.select_one(".next-page") and whole.select_one(".prev-page")


@lessons
def test_without_an_address_no_page_has_a_link_to_a_notebook(lesson, tmp_path):
    notebook = LessonPage(lesson, registered(), tmp_path).notebook(kept_run(lesson))
    assert "in the notebook" in notebook.cells[0].source.lower()
    assert not any("<a href" in cell.source for cell in notebook.cells)
    assert "move it in the notebook." in str(notebook) or lesson.number == "00"


# The folder, and what is refused


@pytest.mark.slow
def test_an_earlier_site_is_replaced_as_a_whole(small, tmp_path):
    out = tmp_path / "read"
    small("# One\n\n$$a \\\\ b \\tag{1}$$\n")
    reader.make(out)
    assert "\\[a \\\\ b \\tag{1}\\]" in parsed(out / "index.html").text
    (out / "old.html").write_text("")
    small("# Two\n")
    reader.make(out)
    assert not (out / "old.html").exists()
    assert parsed(out / "index.html").find("h1").text.startswith("Two")
    assert [path.name for path in tmp_path.iterdir()] == ["read"]


@pytest.mark.slow
def test_a_warning_of_sphinx_is_an_error_and_the_earlier_site_stays(small, tmp_path):
    out = tmp_path / "read"
    out.mkdir()
    (out / folder.MARK).write_text("")
    small("# One\n\n[words](nowhere.md)\n")
    with pytest.raises(AuthoringError, match=r"^Sphinx: index\.md:3: WARNING: .*nowhere"):
        reader.make(out)
    assert [path.name for path in tmp_path.rglob("*")] == ["read", folder.MARK]


def test_a_folder_with_anything_else_in_it_is_refused_and_left_as_it_is(small, tmp_path):
    small("# One\n")
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AuthoringError, match="something other than an earlier site"):
        reader.make(tmp_path)
    with pytest.raises(AuthoringError, match="is a file"):
        reader.make(tmp_path / "thesis.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_is_missing_is_said_in_a_sentence_and_nothing_is_written(monkeypatch, tmp_path):
    def no_npm():
        raise AuthoringError("npm is not installed")

    monkeypatch.setattr(reader, "fetch", no_npm)
    with pytest.raises(AuthoringError, match="npm is not installed"):
        reader.make(tmp_path / "read")
    monkeypatch.setattr(folder, "find_spec", lambda name: None if name == "furo" else name)
    with pytest.raises(AuthoringError, match=r"needs furo; run: .*\[site\]"):
        reader.make(tmp_path / "read")
    assert list(tmp_path.iterdir()) == []


def test_a_course_that_is_not_whole_or_not_built_is_refused(small, monkeypatch, scripts, tmp_path):
    monkeypatch.setattr(reader, "fetch", lambda: scripts)
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(AuthoringError, match=r"^README\.md: the reader's site needs it"):
        reader.make(tmp_path / "read", root=root)
    for name in ("course", "solutions", ".github", "rnnlib"):
        (root / name).mkdir()
        for page in (ROOT / name).glob("*.md"):
            if not page.name[0].isdigit():
                (root / name / page.name).write_bytes(page.read_bytes())
    (root / "README.md").write_bytes((ROOT / "README.md").read_bytes())
    lesson = LESSONS[0].path
    (root / "solutions" / lesson.name).write_bytes(lesson.read_bytes())
    with pytest.raises(AuthoringError, match=r"not a complete run .* run: rnnlib build 00"):
        reader.make(tmp_path / "read", root=root)
    assert not (tmp_path / "read").exists()


# The parts


def test_links_to_files_of_the_site_hold_and_of_others_the_words_remain():
    there = {"course/README.md", "CONTRIBUTING.md", "README.md"}

    def linked(text, place):
        return _linked(text, place, there)

    assert linked("[a](../README.md#b)", "CONTRIBUTING.md") == "[a](README.md#b)"
    assert linked("[a](.github/CONTRIBUTING.md)", "README.md") == "[a](CONTRIBUTING.md)"
    assert linked("[a](README.md), [b](02_x.ipynb)", "course/x.md") == "[a](README.md), b"
    for same in ("[a](https://b.org)", "[a](#b)", "![a](b.png)"):
        assert linked(same, "README.md") == same


@pytest.mark.parametrize(
    "given, made",
    [
        ("`h` is h_*|", "\\ ``h``\\  is h\\_\\*\\|"),
        ("x: a float.  Returns a float.", "x: a float.  Returns a float."),
        ("cell   what it is\ntape   a run", "::\n\n    cell   what it is\n    tape   a run"),
        ("first\n  second", "::\n\n    first\n      second"),
        (">>> a_b\n1", ">>> a_b\n1"),
    ],
)
def test_a_docstring_keeps_its_words_its_columns_and_its_examples(given, made):
    assert "\n".join(as_rst(given.split("\n"))).rstrip() == made


def test_the_style_and_the_settings_are_files_of_the_package():
    here = Path(reader.__file__).parent
    assert {path.name for path in (here / "static").iterdir()} == {"reader.css", "reader.js"}
