"""A submission is judged by what its functions return, and by nothing else."""

import ast
import dataclasses
import shutil
import tracemalloc

import numpy as np
import pytest

from rnnlib.authoring import notebooks
from rnnlib.exercises.asking import Answer, ask
from rnnlib.exercises.comparing import parameter_names
from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge, scoring
from rnnlib.grading.release import find
from rnnlib.grading.results.result import Result, Score, of_lesson
from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox.inside import wire
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import Session
from rnnlib.grading.submissions import parsing
from tests.exercises.answers import ch01
from tests.grading.builders import all_right, answered, labelled, lessons, notebook, solution

pytestmark = pytest.mark.usefixtures("sandboxed")


def scores(data: bytes, lesson: str = "01") -> dict[str, Score]:
    result = judge.grade(data, lesson, "a private seed")
    assert result.status == "ok", result
    return {score.id: score for score in result.scores}


@pytest.mark.parametrize("lesson", lessons())
def test_the_worked_solutions_get_all_points_and_the_hand_out_none(lesson):
    right = judge.grade(answered(lesson, all_right(lesson)), lesson, "s")
    assert right.points == right.out_of > 0
    stub = judge.grade(answered(lesson, {}), lesson, "s")
    assert stub.points == 0
    assert {s.status for s in stub.scores} == {"not attempted"}


def test_a_labelled_wrong_answer_is_named_and_costs_its_own_points_only():
    wrong = next(w for w in ch01.WRONG["01.2"] if w.named)
    right = {id: ch01.RIGHT[id][0].__name__ for id in ("01.1", "01.4")}
    found = scores(labelled("01", {**right, "01.2": wrong.answer.__name__}))
    assert found["01.1"].points == found["01.1"].out_of
    assert found["01.4"].points == found["01.4"].out_of
    assert found["01.2"].status == "fail" and found["01.2"].mistakes == [wrong.named]
    assert found["01.5"].status == "not attempted"


def test_a_lesson_that_would_install_rnnlib_is_graded_as_any_other():
    home = "https://example.org/rnn/"  # the grader's own lesson has no address
    book = notebooks.student(find("01"), exercises(), home)
    for cell in book.cells:
        for id, code in all_right("01").items():
            if f"exercise:{id}" in cell.metadata.get("tags", ()):
                cell.source = code
    result = judge.grade(notebooks.as_text(book).encode(), "01", "s")
    assert result.points == result.out_of > 0
    assert not (result.raised or result.notes or result.trouble)


def test_a_notebook_of_the_answers_alone_is_enough():
    alone = notebook("import numpy as np", *all_right("01").values())
    assert sum(s.points for s in scores(alone).values()) == 8


def test_unchanged_pictures_do_not_run_and_a_name_that_an_answer_uses_is_kept():
    from_lesson = set(parsing.read(answered("02", {})))
    own = "def g(w, u, history, h0):\n    return network, np.tanh(0.0)"
    cells = parsing.read(answered("02", {"02.3": own}))
    kept = [code for _, code in parsing.to_run(cells, from_lesson, {"g"})]
    assert any(code.startswith("network = circuits.elman()") for code in kept)
    assert "import numpy as np" in kept
    assert own in kept
    assert not any("side_by_side" in code or "explorer" in code for code in kept)


def test_forbidden_functions_are_gone_from_the_copy(tmp_path):
    course_copy.build(
        tmp_path,
        {"rnnlib.analysis.systems.orbit": "01.2", "rnnlib.circuits.circuit.Circuit.unfold": "02.2"},
    )
    with Session(tmp_path, ["f", "g"], Limits()) as session:
        session.run("from rnnlib import circuits\nfrom rnnlib.analysis import systems", 20)
        session.run("def f(s):\n    return systems.orbit(lambda x: x, s, 2)", 20)
        session.run("def g(s):\n    return len(circuits.elman().nodes)", 20)
        (orbit,) = session.ask("f", ("s",), [(0.5,)], 20)
        (nodes,) = session.ask("g", ("s",), [(0.5,)], 20)
    assert orbit.error and not orbit.is_stub
    assert not nodes.error
    assert (
        "tanh"
        not in (tmp_path / "rnnlib" / "analysis" / "systems.py")
        .read_text()
        .split("def orbit")[1]
        .split("def ")[0]
    )


def test_every_definition_of_a_forbidden_name_is_gone(tmp_path):
    package = tmp_path / "rnnlib"
    shutil.copytree(course_copy.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    twice = "def orbit(f, s0, T):\n    return 1\n\n\ndef orbit(f, s0, T):\n    return 2\n"
    (package / "analysis" / "systems.py").write_text(twice)
    forbidden = {"rnnlib.analysis.systems.orbit": "01.2"}
    course_copy.build(tmp_path / "course", forbidden, package=package)
    left = (tmp_path / "course" / "rnnlib" / "analysis" / "systems.py").read_text()
    assert "return" not in left and left.count("raise RuntimeError") == 2


def test_a_forbidden_name_that_does_not_exist_is_an_authors_error(tmp_path):
    with pytest.raises(ValueError, match=r"systems\.orbits"):
        course_copy.build(tmp_path, {"rnnlib.analysis.systems.orbits": "01.2"})


def test_what_an_exercise_forbids_exists(tmp_path):
    forbidden = {name: e.id for e in exercises().values() for name in e.forbidden}
    assert len(forbidden) > 20
    course_copy.build(tmp_path, forbidden)


def test_a_new_file_reaches_the_sandbox_only_within_the_packages_that_students_use(tmp_path):
    package = tmp_path / "rnnlib"
    shutil.copytree(course_copy.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    stays = ["exercises/ch04/new.py", "exercises/new.py", "grading/new.py", "authoring/new.py"]
    stays += ["app/new.py", "slides/new.py", "new.py", "new/__init__.py", "exercises/answers.json"]
    goes = ["plots/new.py", "widgets/weights.npz"]
    for name in (*stays, *goes):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).touch()
    course_copy.build(tmp_path / "course", {}, package=package)
    there = [name for name in (*stays, *goes) if (tmp_path / "course" / "rnnlib" / name).exists()]
    assert there == goes


def test_the_copy_holds_no_reference_no_case_and_no_mistake():
    course = course_copy.prepared(())
    names = {p.relative_to(course).as_posix() for p in course.rglob("*.py")}
    assert "rnnlib/cells/simple.py" in names and "rnnlib/exercises/asking.py" in names
    assert not any(
        "/ch0" in n or "comparing" in n or "authoring" in n or "judge" in n for n in names
    )
    text = "".join((course / n).read_text() for n in names)
    assert "Mistake(" not in text and "BEGIN SOLUTION" not in text


STRANGE = [
    *(np.zeros(shape) for shape in [(), (0,), (3, 0), (0, 3), (0, 0), (1, 1, 1, 1), (7, 5)]),
    *(np.full((3, 4), value) for value in (np.nan, np.inf, 1e308, -1e308, 1e-320, 2**63 - 1, True)),
    np.full((2, 4), complex(np.nan, np.inf)),
    np.ones((3, 4), np.float16) * np.float16(60000),
    np.ones(4, np.longdouble) * np.longdouble("1e4000"),
    np.array([0, 255], np.uint8),
    *([], (), [[]], [[], [1]], [[1], [1, 2]], "text", True, 0, -1, 1e400, None, ..., [None, 1]),
    (np.nan, [1, 2], "x"),
    wire.Opaque("object"),
]


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)
def test_no_value_stops_the_judge_and_none_of_these_is_right_everywhere(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    values = [*STRANGE, *((strange,) * len(exercise.returns) for strange in STRANGE)]
    for value in values:
        answers = [Answer(value)] * len(cases)
        score = scoring.score(exercise, cases, answers, answers)
        assert score.status != "pass" and score.points < exercise.points


HUGE = {
    "wide rows of which the order would be free": ("02.2", np.zeros((2, 100_000), np.int8)),
    "one long text among many empty ones": ("01.2", ["x" * 1000, *[""] * 50_000]),
    "the same, below another list": ("01.2", [["x" * 1000, *[""] * 50_000]]),
    "numbers and a text": ("01.2", [*range(50_000), "x" * 1000]),
}


@pytest.mark.parametrize(("id", "value"), HUGE.values(), ids=HUGE)
def test_no_small_answer_makes_the_judge_take_much_memory(id, value):
    exercise = exercises()[id]
    cases = exercise.cases(np.random.default_rng(0))
    parts = value if len(exercise.returns) == 1 else (value,) * len(exercise.returns)
    scoring.score(exercise, cases, [Answer(0)] * len(cases), [Answer(0)] * len(cases))
    tracemalloc.start()
    try:
        score = scoring.score(exercise, cases, *[[Answer(parts)] * len(cases)] * 2)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert score.points == 0 and most < 20_000_000


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)
def test_one_value_for_all_cases_has_no_points(exercise):
    cases = exercise.cases(np.random.default_rng(7))
    names = parameter_names(exercise)
    right = [ask(exercise.reference, case.arguments, names).value for case in cases]
    for value in (0.0, 1.0, *right):
        answers = [Answer(value)] * len(cases)
        assert scoring.score(exercise, cases, answers, answers).points == 0


def test_a_judge_without_memory_gives_no_score(monkeypatch):
    def none_left(*_):
        raise MemoryError

    monkeypatch.setattr(scoring, "_compared", none_left)
    result = judge.grade(notebook(all_right("00")["00.1"]), "00", "s")
    assert result.status == "infrastructure" and result.points is None


def test_slow_cells_cost_no_points():
    slow = "import time\ntime.sleep(60)"
    answers = all_right("01")
    answers["01.2"] += f"\n\n{slow}"
    book = answered("01", answers, before=f"{slow}\n1", after=f"{slow}\n2")
    result = judge.grade(book, "01", "s", Limits(cell=2, submission=60))
    assert (result.status, result.points, result.slow) == ("ok", result.out_of, True), result
    assert result.notes[-1] == judge.ONLY_NEEDED


def test_cells_that_are_slow_together_leave_time_for_judging():
    cells = [f"import time\ntime.sleep(4)\n{k}" for k in range(8)]
    data = notebook("import numpy as np", *cells, *all_right("01").values())
    result = judge.grade(data, "01", "s", Limits(cell=6, submission=24))
    assert (result.status, result.points) == ("ok", result.out_of), result


def dependents():
    return [e for e in exercises().values() if e.needs]


def test_a_needed_exercise_is_one_whose_function_the_worked_solution_calls():
    found = {}
    for exercise in exercises().values():
        tree = ast.parse(solution(exercise.id))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        others = [e for e in of_lesson(exercise.id[:2]) if e is not exercise]
        if needs := tuple(e.id for e in others if e.function in names):
            found[exercise.id] = needs
    assert found == {e.id: e.needs for e in dependents()}
    assert not any(exercises()[id].needs for needs in found.values() for id in needs)


@pytest.mark.parametrize("open_one", [True, False], ids=["open", "wrong"])
@pytest.mark.parametrize("exercise", dependents(), ids=lambda e: e.id)
def test_a_right_answer_that_calls_an_open_or_wrong_one_has_its_points(exercise, open_one):
    wrong = {id: f"def {exercises()[id].function}(*a):\n    return a" for id in exercise.needs}
    own = {exercise.id: solution(exercise.id), **({} if open_one else wrong)}
    found = scores(answered(exercise.id[:2], own), exercise.id[:2])
    assert found[exercise.id].points == exercise.points, found
    assert all(found[id].points == 0 for id in exercise.needs)


def test_what_is_given_is_not_believed_to_be_ones_own():
    takes = "from rnnlib.exercises import use\nstep_vjp = use('04.3', None) or step_vjp"
    found = scores(answered("04", {"04.3": takes, "04.4": "def bptt(*a):\n    return 0"}), "04")
    assert sum(s.points for s in found.values()) == 0


def test_a_list_handed_on_is_an_array_and_arguments_are_copies_as_in_the_notebook():
    lists = """def scan(a, b):
    h, rounds = [b[0]], 0
    for t in range(1, len(b)):
        h.append(a[t] * h[-1] + b[t])
    while 2**rounds < len(b):
        rounds += 1
    a[:] = 0
    return h, rounds"""
    own = {"10.2": lists, **{id: solution(id) for id in ("10.5", "10.6")}}
    found = scores(answered("10", own), "10")
    assert all(found[id].points == found[id].out_of for id in own), found


def test_results_survive_their_file():
    result = judge.grade(labelled("01", {"01.1": ch01.RIGHT["01.1"][0].__name__}), "01", "s")
    assert Result.from_json(result.as_json()) == result
    assert dataclasses.replace(result, status="infrastructure").points is None


def test_private_cases_differ_with_the_seed_and_the_exercise():
    first, second = of_lesson("01")[:2]
    seeds = {judge.case_seed(s, e) for s in ("a", "b") for e in (first, second)}
    assert len(seeds) == 4
