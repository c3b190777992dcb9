"""The instructors' pages point at what is there: lessons, sections, exercises, claims, commands."""

import re

import pytest

from rnnlib.__main__ import main
from rnnlib.authoring.content.claims import CLAIMS
from rnnlib.exercises.registry import exercises
from tests.authoring.lessons_read import every_lesson
from tests.repository.test_repository import ROOT

PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in (
        *("solutions/INSTRUCTORS.md", "solutions/PLANS.md", "solutions/HUB.md"),
        *(".github/CONTRIBUTING.md", "rnnlib/README.md"),
    )
}
every_page = pytest.mark.parametrize("page", PAGES)


def mentioned_sections(text: str) -> list[tuple[str, int]]:
    """(lesson, section) of "06, sections 1 and 3", "04, sections 5 to 8", "02, section 6"."""
    found = []
    for lesson, numbers in re.findall(
        r"\b(\d\d),[^|.:;]*?sections? ((?:\d(?:, | and | to )?)+)", text
    ):
        found += [(lesson, int(number)) for number in re.findall(r"\d", numbers)]
    return found


def test_sections_are_found_in_a_sentence():
    text = "| 06, sections 1 and 3: bytes | 04, sections 5 to 8 | lesson 02, end of section 6"
    assert mentioned_sections(text) == [("06", 1), ("06", 3), ("04", 5), ("04", 8), ("02", 6)]


@every_page
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https://)([^)#\s]+)", PAGES[page])
    folder = (ROOT / page).parent
    assert [link for link in links if not (folder / link).exists()] == []


@every_page
def test_every_command_exists(page):
    assert set(re.findall(r"\brnnlib ([a-z]+)", PAGES[page])) <= set(main.commands)


def test_every_section_exercise_and_claim_of_the_guide_and_the_plans_exists():
    text = PAGES["solutions/INSTRUCTORS.md"] + PAGES["solutions/PLANS.md"]
    there = {
        number: re.findall(r"^## \d+\. ", "\n".join(c.source for c in lesson.cells), re.M)
        for number, lesson in every_lesson().items()
    }
    sections = mentioned_sections(text)
    assert len(sections) > 30
    assert [place for place in sections if not 1 <= place[1] <= len(there[place[0]])] == []
    assert set(re.findall(r"\b0\d\.\d\b", text)) <= set(exercises())  # 10.1 is a section of GBC
    assert set(re.findall(r"\b[CQ]\d\d\b", text)) <= set(CLAIMS)


def test_the_plans_take_every_lesson():
    assert set(every_lesson()) - {"99"} <= set(re.findall(r"\b\d\d\b", PAGES["solutions/PLANS.md"]))


def test_every_lesson_says_to_the_instructor_how_to_use_the_time():
    for lesson in every_lesson().values():
        if lesson.minutes >= 60:
            told = "\n".join(cell.source for cell in lesson.cells if "instructor" in cell.tags)
            assert "Plan, 90 minutes" in told and "50" in told, lesson.name
