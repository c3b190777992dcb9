"""Decks in a real browser that reaches nothing but the deck's own folder."""

import os
import shutil
from pathlib import Path

import pytest

from rnnlib.places import ROOT
from rnnlib.slides import HEIGHT, WIDTH, make_deck
from tests.authoring.test_authoring import Course
from tests.authoring.tiny_lesson import EXERCISES

TINY = [
    ("---\n\n# A tiny", '---\n\n+++ {"tags": ["slide"]}\n\n# A tiny'),
    ("Some words.", "Some words, and a formula:\n\n$$h(t) = \\tanh(W h(t-1))$$"),
    ("![A line that goes up](line.png)", ""),
    ("+++\n\n## Guess first", '+++ {"tags": ["slide"]}\n\n## Guess first'),
    ("claim:Q09]", "claim:Q09, fragment]"),
    ("[exercise:01.1]", "[exercise:01.1, slide]"),
]
PICTURES = "() => [...document.images].map(i => [i.alt, i.complete && i.naturalWidth > 0])"
# What of the present slide lies beyond its edges, hidden texts for speaking programs excepted.
BEYOND = """() => {
    const slide = Reveal.getCurrentSlide(), edge = slide.getBoundingClientRect();
    return [...slide.querySelectorAll('*')]
        .filter((e) => !e.closest('aside.notes, .MJX_Assistive_MathML'))
        .map((e) => [e.className || e.tagName, e.getBoundingClientRect()])
        .filter(([, b]) => b.width && b.height && (
            b.left < edge.left - 1 || b.right > edge.right + 1 || b.bottom > edge.bottom + 1))
        .map(([name]) => String(name));
}"""
# The sizes in which the words of the present slide are set: prose, and code or output.
SIZES = """() => {
    const sizes = {prose: [], code: []}, slide = Reveal.getCurrentSlide();
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim()) continue;
        if (e.closest('aside.notes, .MJX_Assistive_MathML, .mjx-chtml, script, .celltag_live, sup'))
            continue;
        const kind = e.closest('pre, code') ? 'code' : 'prose';
        sizes[kind].push(parseFloat(getComputedStyle(e).fontSize));
    }
    return sizes;
}"""


# The part of the present slide's height that its words and pictures span.
SPAN = """() => {
    const slide = Reveal.getCurrentSlide();
    const boxes = [...slide.querySelectorAll('h1, h2, h3, p, li, table, pre, img, .mjx-chtml')]
        .filter((e) => !e.closest('aside.notes'))
        .map((e) => e.getBoundingClientRect()).filter((b) => b.height);
    const [top, bottom] = [boxes.map((b) => b.top), boxes.map((b) => b.bottom)];
    return (Math.max(...bottom) - Math.min(...top)) / slide.getBoundingClientRect().height;
}"""


class Deck:
    """A deck that is open in the browser, and what it asked for and complained of."""

    def __init__(self, page, folder: Path):
        self.page, self.folder = page, folder
        self.outside, self.complaints = [], []
        page.route("**/*", self._allow)
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto((folder / "index.html").as_uri())
        page.wait_for_function("() => window.Reveal?.isReady()")

    def _allow(self, route) -> None:
        if route.request.url.startswith((self.folder.as_uri(), "data:", "blob:", "about:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def slides(self):
        """Each slide in turn, with all of its fragments."""
        for i in range(self.page.evaluate("() => Reveal.getTotalSlides()")):
            self.page.evaluate("(i) => Reveal.slide(i, 0, 99)", i)
            if folder := os.environ.get("RNNLIB_SCREENSHOTS"):
                self.page.screenshot(path=Path(folder) / f"{self.folder.name}-{i + 1:02}.png")
            yield i + 1


@pytest.fixture(scope="module")
def open_deck(browser, tmp_path_factory):
    """open_deck(name, root, exercises) makes the deck of a lesson and opens it.

    Its scripts come from npm into a cache of these tests' own. Without npm they are skipped,
    unless RNNLIB_REQUIRE_NPM is set.
    """
    if shutil.which("npm") is None:
        if os.environ.get("RNNLIB_REQUIRE_NPM"):
            pytest.fail("the slides' scripts need npm")
        pytest.skip("the slides' scripts need npm")
    folder = tmp_path_factory.mktemp("decks")
    contexts = []

    def open_(name, root=ROOT, **options):
        make_deck(name, folder / name, root, **options)
        contexts.append(browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}))
        return Deck(contexts[-1].new_page(), folder / name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tiny(open_deck, tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("course"))
    course.write(*TINY)
    course.build()
    return open_deck("01", course.root, exercises=EXERCISES)


@pytest.fixture(scope="module")
def real(open_deck):
    return open_deck("04")


@pytest.fixture(params=["tiny", "real"])
def deck(request):
    return request.getfixturevalue(request.param)


def test_nothing_of_a_slide_lies_beyond_its_edges_and_all_words_are_large(deck):
    for number in deck.slides():
        assert deck.page.evaluate(BEYOND) == [], f"slide {number}"
        sizes = deck.page.evaluate(SIZES)
        assert all(size >= 28 for size in sizes["prose"]), f"slide {number}: {sizes}"
        assert all(size >= 20 for size in sizes["code"]), f"slide {number}: {sizes}"


def test_no_slide_of_a_lesson_is_over_half_empty(real):
    for number in real.slides():
        assert real.page.evaluate(SPAN) >= 0.5, f"slide {number}"


def test_the_parts_of_a_live_figure_have_names_and_values_in_words(real):
    page = real.page
    page.evaluate("(i) => Reveal.slide(i)", number_of_live_slide(page))
    handle = page.locator(".present .noUi-handle").first
    handle.focus()
    assert handle.get_attribute("aria-label")
    readout = page.locator(".present .widget-readout").first.inner_text()
    assert handle.get_attribute("aria-valuetext") == readout
    for button in page.locator(".present .widget-play button").all():
        assert button.get_attribute("aria-label")


def test_formulas_are_typeset_and_pictures_shown_with_their_texts(deck):
    assert deck.page.locator(".slides .MJXc-display").count() > 0
    assert deck.page.locator(".slides .merror, .slides .MathJax_Error").count() == 0
    for section in deck.page.locator(".slides > section > section").all():
        shown = section.evaluate(
            "(s) => [...s.children].filter((e) => e.tagName !== 'ASIDE')"
            ".map((e) => e.textContent).join(' ')"
        )
        assert "$" not in shown
    for alt, loaded in deck.page.evaluate(PICTURES):
        assert alt and loaded


def test_a_deck_asks_for_nothing_outside_its_folder_and_for_nothing_that_is_not_there(deck):
    assert deck.outside == []
    assert deck.complaints == []


def test_the_space_bar_shows_the_answer_and_then_the_next_slide(tiny):
    page = tiny.page
    page.evaluate("() => Reveal.slide(1, 0, -1)")
    answer = page.locator(".present .fragment")
    assert not answer.evaluate("(e) => e.classList.contains('visible')")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('.present .fragment.visible')")
    assert "4" in answer.inner_text()
    page.keyboard.press("Space")
    page.wait_for_function("() => Reveal.getState().indexh === 2")


def test_the_key_s_opens_the_speakers_notes(tiny):
    tiny.page.evaluate("() => Reveal.slide(0)")
    with tiny.page.expect_popup() as opened:
        tiny.page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.get_by_text("Ask the room.").wait_for()
    opened.value.close()


def number_of_live_slide(page):
    """Of the first slide with a live figure, once that is there."""
    page.wait_for_selector(".celltag_live img", state="attached")
    return page.evaluate(
        "() => [...document.querySelectorAll('.slides > section')]"
        ".findIndex((s) => s.querySelector('.celltag_live'))"
    )


def test_a_live_figure_moves_with_the_keyboard_and_the_deck_does_not(real):
    page = real.page
    number = number_of_live_slide(page)
    page.evaluate("(i) => Reveal.slide(i)", number)
    picture = page.locator(".present .celltag_live img:visible")
    before = picture.get_attribute("alt")
    page.locator(".present .noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('.present .celltag_live img')]"
        ".some((i) => i.checkVisibility() && i.alt !== before)",
        arg=before,
    )
    assert picture.count() == 1
    assert page.evaluate("() => Reveal.getState().indexh") == number
    icons = (
        "() => [...document.fonts].filter((f) => f.family.includes('Awesome')).map((f) => f.status)"
    )
    assert "loaded" in page.evaluate(icons)  # a play button without its font is blank


@pytest.mark.parametrize(
    ("key", "moves"), [("PageDown", 1), ("Space", 1), ("PageUp", -1), ("Shift+Space", -1)]
)
def test_a_remote_control_moves_the_deck_while_a_slider_has_the_focus(real, key, moves):
    page = real.page
    number = number_of_live_slide(page)
    page.evaluate("(i) => Reveal.slide(i, 0, 99)", number)
    if moves < 0:  # its fragments, if there are some, would be hidden first
        page.evaluate("(i) => Reveal.slide(i, 0, -1)", number)
    handle = page.locator(".present .noUi-handle").first.element_handle()
    value = handle.get_attribute("aria-valuenow")
    handle.focus()
    page.keyboard.press(key)
    page.wait_for_function("(i) => Reveal.getState().indexh === i", arg=number + moves)
    assert handle.get_attribute("aria-valuenow") == value


def test_the_decks_have_the_slides_that_the_lessons_name(tiny, real):
    assert tiny.page.evaluate("() => Reveal.getTotalSlides()") == 3
    source = next((ROOT / "solutions").glob("04_*.md")).read_text(encoding="utf-8")
    named = source.count('["slide"') + source.count(", slide]") + source.count("[slide]")
    assert real.page.evaluate("() => Reveal.getTotalSlides()") == named
