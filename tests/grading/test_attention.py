"""What needs a look is named, pairs are no accusation, and what is usual is not named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge
from rnnlib.grading.results import exports, feedback
from rnnlib.grading.results.attention import look_at
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import Raised, Result, Score
from rnnlib.grading.submissions import isolated
from rnnlib.grading.submissions.written import written
from tests.grading.builders import notebook

LONG = """\
def f(x, n):
    total = 0
    for k in range(n):
        total = total + x[k] * helper(k)
    if total < 0:
        return min(x)
    return total
"""
RENAMED = '''\
def f(values, count: int) -> float:
    """What it does."""
    s = 0  # the sum
    for i in range(count):
        s = s + values[i] * g(i)

    if s < 0: return min(values)
    return s
'''


def score(id="01.1", why="right", **more) -> Score:
    return Score(id, "", "pass" if why == "right" else "fail", 1, 1, {}, why, **more)


def entry(student: str, *scores: Score, status="ok", **more) -> Entry:
    return Entry(student, student, Result(status, "01", list(scores), **more))


def fingerprints(code: str) -> tuple[str, str]:
    found = written([code], ["f"], ())
    return (found["f"]["same"], found["f"]["alike"]) if found else ("", "")


def test_each_kind_is_named_and_an_honest_class_has_none():
    stopped = Raised(1, 2, "ModuleNotFoundError", "No module named 'torch'\nmore", on=False)
    gone_on = Raised(1, 2, "ImportError", "", on=True)
    entries = [
        entry("anna", score(), score("01.2", "numbers"), raised=[gone_on]),
        entry("ben", status="invalid", notes=["The file is empty."]),
        entry(
            "cy",
            score(why="error", raised="NameError: q"),
            score("01.2", "error", raised="NameError: q\nx"),
        ),
        entry("dora", score(), raised=[stopped]),
        entry("ed", score(), slow=True, cut=[4]),
        entry("flo", score(why="lesson")),
    ]
    assert look_at(entries) == [
        "Could not be read as a notebook: ben (The file is empty).",
        "Another lesson's notebook: flo.",
        "The first code cell raised an exception: dora (line 2, ModuleNotFoundError: No module "
        "named 'torch').",
        "All exercises raised an exception: cy (NameError: q).",
        "Something took too long or was skipped: ed (code cell 4).",
    ]
    assert look_at(entries[:1]) == look_at([]) == []


def test_names_and_messages_are_cut_and_printable():
    bad = Raised(1, 1, "ValueError", "\x1b[2J" + "x" * 500, on=False)
    (line,) = look_at([entry("an\x1b[2Jna", raised=[bad])])
    assert line.isprintable() and len(line) < 250
    assert look_at([entry("anna", raised=[bad])], lambda name: "somebody")[0].count("somebody") == 1


def test_answers_are_alike_but_for_names_layout_and_text():
    same, alike = fingerprints(LONG)
    assert same and fingerprints(LONG + "\n# a comment\n") == (same, alike)
    theirs, theirs_alike = fingerprints(RENAMED)
    assert theirs != same and theirs_alike == alike
    for one, other in (
        ("min", "max"),
        ("total + x", "total - x"),
        ("< 0", "< 1"),
        ("range", "list"),
    ):
        assert fingerprints(LONG.replace(one, other))[1] != alike


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    return x",
        'def f(x):\n    """One\n    two\n    three."""\n    y = x\n    z = y\n    return z',
        "def f(x):\n    raise NotImplementedError",
        "f = lambda x: x",
        "def f(x: return",
        "x = 1",
    ],
)
def test_short_answers_stubs_and_what_is_no_definition_have_no_fingerprint(code):
    assert fingerprints(code) == ("", "")


def test_what_was_handed_out_is_nobodys_and_every_definition_is_there():
    cells = [LONG, "x = 1", LONG.replace("0", "7"), "def f(x):\n    pass"]
    found = written(cells, ["f"], {LONG})["f"]
    assert [cell for cell, _ in found["definitions"]] == [2, 3]
    assert (found["same"], found["alike"]) == fingerprints(cells[2])


def test_similar_answers_are_pairs_and_the_usual_one_is_none():
    usual = [entry(f"u{k}", score(same="u", alike="u")) for k in range(9)]
    pairs = [
        entry("anna", score(same="1", alike="a"), score("01.2", same="2", alike="b")),
        entry("ben", score(same="1", alike="a"), score("01.2", same="3", alike="b")),
        entry("cy", score(same="", alike="")),
        entry("dora", score(same="", alike="")),
        entry("ed", score(same="5", alike="a")),
    ]
    assert look_at([*usual, *pairs]) == [
        "Similar answers: anna and ben, 01.1 (same code) and 01.2 (same except for names).",
        "Similar answers: anna and ed, 01.1 (same except for names).",
        "Similar answers: ben and ed, 01.1 (same except for names).",
    ]


def test_many_pairs_are_counted():
    entries = [
        entry(f"{one}{k}", score(f"01.{k}", same="1", alike="a")) for k in range(12) for one in "ab"
    ]
    lines = look_at(entries)
    assert len(lines) == 11 and "2 more pairs" in lines[-1]


@given(st.text(max_size=200))
def test_whatever_was_written_can_be_looked_at(text):
    found = written([text, f"def f(x):\n    '''{text}'''\n    return x"], ["f"], ())
    assert set(found) <= {"f"}


@pytest.mark.parametrize(
    "data",
    [b"", b"no", notebook("(" * 5000 + ")" * 5000)],
    ids=["empty", "no notebook", "too deep"],  # the notebook's own text has a random id in it
)
def test_code_is_read_in_another_process_and_what_it_cannot_read_is_nothing(data):
    assert isolated.written(data, ["f"], frozenset()) == {}


@pytest.mark.usefixtures("sandboxed")
def test_a_result_says_to_the_teacher_what_was_raised_and_not_to_the_student():
    first = "import nothing_here\nsecret = 1\nraise ValueError('SECRET ' + 'one')"
    answer = "def one_step(*a):\n    raise KeyError('SECRET two')"
    name = exercises()["00.1"].function
    result = judge.grade(notebook(first, answer.replace("one_step", name)), "00", "private")
    (over, stopped) = result.raised
    assert (over.cell, over.error, over.on) == (1, "ModuleNotFoundError", True)
    assert (stopped.line, stopped.error, stopped.message) == (3, "ValueError", "SECRET one")
    assert "SECRET two" in result.scores[0].raised and result.cells.keys() == {"1", "2"}
    assert Result.from_json(result.as_json()) == result
    told = feedback.page("a", result) + feedback.markdown("a", result) + exports.gradescope(result)
    assert "SECRET" not in told
    assert any("KeyError" in line for line in look_at([Entry("b", "b", result)]))
