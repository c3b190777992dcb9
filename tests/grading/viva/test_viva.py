"""A class's questions: what is asked of whom, where it is written, and what hostile code gets."""

import csv
import html
import re
import stat
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.exercises.registry import exercises
from rnnlib.grading.results import entries
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import Result
from rnnlib.grading.viva import asking, making, pages, trying
from rnnlib.grading.viva.asking import Question
from rnnlib.grading.viva.changing import Change
from rnnlib.grading.viva.making import Viva
from rnnlib.grading.viva.trying import Own
from tests.grading.builders import all_right, answered
from tests.grading.viva.made import accepted

SCRIPT = "<script>alert(1)</script>"
BIDI = "\u202e"


def command(*words):
    return CliRunner().invoke(main, ["viva", *map(str, words)])


def question(code: str = "x = 1", change: Change | None = None, **more) -> Question:
    """A made-up question about 01.2."""
    own = Own([code], [], [])
    change = change or Change(0, 4, 5, "2", "number")
    filled = {"given": ["w = 1"], "returned": [], "kind": "number", "text": "What?", "key": "2"}
    return Question(exercises()["01.2"], own, change, **{**filled, **more})


# --- the pages ----------------------------------------------------------------------------


def test_what_a_student_wrote_is_shown_and_never_obeyed():
    code = f"x = 1  # {SCRIPT} {BIDI} &amp; \x1b[2J"
    viva = Viva(SCRIPT, [question(code, Change(0, 4, 5, SCRIPT, "number"), key=SCRIPT)])
    for page in (pages.student_page("01", viva), pages.key_page("01", [viva])):
        assert SCRIPT not in page and html.escape(SCRIPT) in page
        assert BIDI not in page and "\x1b" not in page
        assert page.count("<main>") == page.count("</main>") == 1 and "<th></th>" not in page
    without = pages.key_page("01", [Viva(SCRIPT, why=SCRIPT)])
    assert SCRIPT not in without and html.escape(SCRIPT) in without


def test_the_changed_expression_is_marked_in_the_lines_as_they_were_written():
    code = "def f(x):\n\treturn  h[t - 1]   # ψ"
    start = code.index(" - 1")
    asked = question(code, Change(0, start, start + 4, "", "index"))
    shown = pages.marked(asked)
    assert shown == "def f(x):\n\treturn  h[t<del> - 1</del>]   # ψ"
    assert pages.said(asked) == "Line 2: `- 1` is removed."
    added = question("h[t]", Change(0, 3, 3, " - 1", "index"))
    assert pages.marked(added) == "h[t<ins> - 1</ins>]"


def test_the_questions_hold_no_key_and_the_table_no_formula(tmp_path):
    code = "=cmd()"
    viva = Viva("=1+1", [question(code, Change(0, 0, 1, "@", "x"), key="SECRET", text="=What?")])
    pages.write(tmp_path, "01", [viva], ["=1+1"])
    (page,) = (tmp_path / "questions").iterdir()
    assert "SECRET" not in page.read_text(encoding="utf-8")
    assert "SECRET" in (tmp_path / "keys.html").read_text(encoding="utf-8")
    with open(tmp_path / "keys.csv", encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (tmp_path / row["page"]) == page and row["key"] == "SECRET"
    assert all(re.match(r"[\w']", cell) for cell in row.values() if cell)


def test_the_page_of_who_has_no_questions_any_more_is_taken_away(tmp_path):
    class_ = ["anna", "ben"]
    pages.write(tmp_path, "01", [Viva(s, [question()]) for s in class_], class_)
    (tmp_path / "questions" / "mine.html").write_text("kept")
    pages.write(tmp_path, "01", [Viva("anna", [question()]), Viva("ben", why="x")], class_)
    left = sorted(p.name for p in (tmp_path / "questions").iterdir())
    assert left == ["anna.html", "mine.html"]


def test_one_student_leaves_the_keys_of_the_class_as_they_are(tmp_path):
    class_ = ["anna", "ben"]
    pages.write(tmp_path, "01", [Viva(s, [question()]) for s in class_], class_)
    before = (tmp_path / "keys.csv").read_bytes()
    keys, _ = pages.write(tmp_path, "01", [Viva("ben", [question()])], class_, "ben")
    assert keys.name == "keys-ben.html" and (tmp_path / "keys.csv").read_bytes() == before
    assert (tmp_path / "questions" / "anna.html").exists()


# --- whose notebook it is --------------------------------------------------------------------


def test_a_notebook_that_was_moved_or_changed_has_a_sentence_instead_of_questions(tmp_path):
    entry = accepted(tmp_path, b"{}", "00")

    def why(of: Entry) -> str:
        made = making.of_student(of, "00", "seed", 3)
        assert not made.questions
        return made.why

    path = Path(entry.path)
    path.write_bytes(b"{} ")
    assert why(entry) == f"{path} is not the notebook that was graded: {OTHER}"
    path.unlink()
    assert f"no longer at {path}" in why(entry)
    path.symlink_to("/etc/passwd")
    assert "is not the notebook" in why(entry)
    assert "was not saved" in why(Entry("a", "a", entry.result, made=entry.made))
    assert why(Entry("a", "a", Result("ok", "00"))) == making.NONE_ACCEPTED


OTHER = "run `rnnlib grade` again, then this."


@pytest.mark.parametrize("data", [b"", b"no", b'{"cells": 1}'])
def test_what_is_no_notebook_has_a_sentence(tmp_path, data):
    made = making.of_student(accepted(tmp_path, data, "00"), "00", "seed", 3)
    assert not made.questions and made.why.startswith("The file is ")


def test_the_command_says_what_is_missing(tmp_path):
    done = command(tmp_path, "--lesson", "00")
    assert done.exit_code == 1 and "has no results for lesson 00: run rnnlib grade" in done.output
    entries.write(tmp_path / "00", "00", [Entry("anna", "anna", Result("ok", "00"))])
    done = command(tmp_path, "--lesson", "00", "--name", "ana")
    assert done.exit_code == 1 and "no student is named 'ana'; similar: anna" in done.output
    done = command(tmp_path, "--lesson", "77")
    assert done.exit_code == 1 and "has no exercises" in done.output
    assert command(tmp_path, "--lesson", "00", "--questions", "0").exit_code == 2
    (tmp_path / "00" / entries.FILE).write_text('{"schema": 0}')
    assert "written by another version" in command(tmp_path, "--lesson", "00").output


# --- in the sandbox ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
def test_a_class_is_graded_and_asked(tmp_path):
    (tmp_path / "in").mkdir()
    for name, answers in {"anna": all_right("01"), "ben": {}, "cem": all_right("01")}.items():
        data = answered("01", answers, after=f"# {name}")
        (tmp_path / "in" / f"{name}.ipynb").write_bytes(data)
    out = tmp_path / "out"
    words = ["grade", str(tmp_path / "in"), "--lesson", "01", "--out", str(out)]
    assert CliRunner().invoke(main, words).exit_code == 0
    done = command(out, "--lesson", "01", "--questions", "2")
    assert done.exit_code == 0, done.output
    assert "2 of 3 students have questions" in done.output
    assert f"ben: {making.NONE_ACCEPTED}" in done.output
    folder = out / "01" / "viva"
    with open(folder / "keys.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["student"] for row in rows] == ["anna", "anna", "ben", "cem", "cem"]
    made = [p for p in folder.rglob("*") if p.is_file()]
    assert len(made) == 4 and {stat.S_IMODE(p.stat().st_mode) for p in made} == {0o600}
    anna, cem = ((folder / "questions" / f"{n}.html").read_text() for n in ("anna", "cem"))
    assert anna.replace("anna", "cem") != cem  # their inputs are their own
    again = {p: p.read_bytes() for p in made}
    assert command(out, "--lesson", "01", "--questions", "2").exit_code == 0
    assert {p: p.read_bytes() for p in made} == again


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize("ids", [("01.2", "01.5"), ("04.2", "04.4")], ids=" ".join)
def test_a_key_is_what_the_changed_code_returns_for_the_printed_input(tmp_path, ids):
    """The solutions are the course's own: here they are run without the sandbox."""
    lesson = ids[0][:2]
    entry = accepted(tmp_path, answered(lesson, all_right(lesson)), lesson, only=ids)
    made = making.of_student(entry, lesson, "seed", 9)
    assert len(made.questions) == 9
    kinds = set()
    for q in made.questions:
        returned = [_run(q, q.own.code(change)) for change in (None, q.change)]
        asks = asking.asks(q.exercise.returns, *returned)
        assert (q.kind, q.key) in {(ask.kind, ask.key) for ask in asks}
        kinds.add(q.kind)
    assert {"number", "steps"} <= kinds


def _run(q: Question, code: str) -> tuple[np.ndarray, ...]:
    """What the code returns for the input as it is printed."""
    scope: dict = {"np": np}
    for id, solution in all_right(q.exercise.id[:2]).items():
        if id != q.exercise.id:
            exec(solution, scope)
    exec(code, scope)
    given = dict(line.split(" = ", 1) for line in q.given)
    values = [eval(v) for v in given.values()]
    arguments = [np.array(v) if isinstance(v, list) else v for v in values]
    value = scope[q.exercise.function](*arguments)
    parts = (value,) if len(q.exercise.returns) == 1 else value
    return tuple(np.asarray(part) for part in parts)


TRUTH = "np.tanh(w * np.array([s0, np.tanh(w * s0), np.tanh(w * np.tanh(w * s0))]))"
HOSTILE = {
    "01.1": f"def three_steps(w, s0):\n    return {TRUTH} + np.random.choice([0, 0.5])",
    "01.2": "def orbit(w, b, s0, T):\n    orbit.calls = getattr(orbit, 'calls', 0) + 1\n"
    "    s = [s0]\n    for t in range(T):\n        s.append(np.tanh(w * s[-1] + b))\n"
    "    return np.array(s) * (orbit.calls % 3 > 0)",
    "01.3": "def slope(w, b, s):\n    import builtins\n    own = slope.__code__\n"
    "    seen = builtins.__dict__.setdefault('seen', set())\n"
    "    seen.add(own.co_code + repr(own.co_consts).encode())\n"
    "    return w * (1 - np.tanh(w * s + b) ** 2) * (1 if len(seen) == 1 else 2)",
    "01.4": f"exec({all_right('01')['01.4']!r})",
    "01.5": all_right("01")["01.5"].rstrip().replace("\n", "\n    pass" * 10_000 + "\n", 1),
}
SENTENCES = {
    "01.1": [trying.OTHER, trying.REMEMBERS],  # by chance
    "01.2": [trying.OTHER, trying.REMEMBERS],  # by how many inputs there are
    "01.3": [trying.REMEMBERS],
    "01.4": [making.NOT_FOUND],
    "01.5": [making.TOO_LONG],
}


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
def test_code_that_watches_how_it_is_asked_has_sentences_instead_of_questions(tmp_path):
    data = answered("01", HOSTILE, before="import numpy as np")
    made = making.of_student(accepted(tmp_path, data, "01"), "01", "seed", 3)
    assert not made.questions
    for id, whys in SENTENCES.items():
        assert any(f"{id}: {why}" in made.why for why in whys), (id, made.why)


STRANGE = {
    # `k + 1` changed to `k - 1` never ends
    "01.1": "def three_steps(w, s0):\n    k, s = 0, [s0]\n    while k != 3:\n        k = k + 1\n"
    "        s.append(np.tanh(w * s[-1]))\n    return np.array(s[1:])",
    # half of a surrogate pair, a lookalike, HTML, and a mark that turns the text round
    "01.2": f'def orbit(w, b, s0, T):\n    """{SCRIPT} {BIDI} \ud800"""\n    ѕ = [s0]  # {SCRIPT}\n'
    "    for t in range(T):\n        ѕ.append(np.tanh(ｗ * ѕ[-1] + b))\n    return np.array(ѕ)",
    "01.3": "def slope(w, b, s):\n    print('x' * 1_000_000)\n"
    "    return w * (1 - np.tanh(w * s + b) ** 2)",
}


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
def test_what_is_strange_but_steady_is_asked_about_and_shown_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(trying, "ASKING", 2.0)
    data = answered("01", STRANGE, before="import numpy as np")
    entry = accepted(tmp_path, data, "01", only=STRANGE)
    made = making.of_student(entry, "01", "seed", 30)
    assert {q.exercise.id for q in made.questions} == STRANGE.keys()
    whole = pages.student_page("01", made) + pages.key_page("01", [made])
    assert SCRIPT not in whole and BIDI not in whole
    assert "ѕ.append(np.tanh(" in whole and html.escape(f"ѕ = [s0]  # {SCRIPT}") in whole


ENDED = {
    "while True: pass": trying.LOST,
    "import os; os._exit(0)": trying.LOST,
    "from rnnlib.grading.sandbox.inside import wire; wire.pack = lambda v: ([1] * len(v), b'')": (
        trying.OTHER
    ),
    "return np.zeros(10**6)": trying.OTHER,
    "raise KeyboardInterrupt": trying.OTHER,
}


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize("does", ENDED)
def test_an_answer_that_ends_python_or_makes_up_replies_has_a_sentence(tmp_path, monkeypatch, does):
    monkeypatch.setattr(trying, "ASKING", 1.0)
    code = f"def three_steps(w, s0):\n    {does}\n    return w + s0"
    data = answered("01", {"01.1": code}, before="import numpy as np")
    made = making.of_student(accepted(tmp_path, data, "01", only=["01.1"]), "01", "seed", 3)
    assert (made.questions, made.why) == ([], f"01.1: {ENDED[does]}")
