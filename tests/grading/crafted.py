"""How the submissions of the hostile class are made.

An attack that must be stopped is tried in a cell after all the right answers; if it is not
stopped, it spoils them, so that full points mean that it failed.
"""

import json
import textwrap
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.asking import ask
from rnnlib.exercises.comparing import compare, parameter_names
from rnnlib.exercises.registry import exercises
from tests.grading.builders import all_right, answered, code_cell

LESSON = "01"
FULL = 8
RIGHT = all_right(LESSON)
NAMES = "three_steps = orbit = slope = driven_orbit = hidden_orbit"


@dataclass(frozen=True)
class Expected:
    """A submission, its points, how grading ends, and exercises that fail with a reason."""

    data: bytes
    points: float
    status: str = "ok"
    why: dict[str, str] | None = None


def after(code: str, points: float = FULL, **more) -> Expected:
    """All answers right, then this cell."""
    return Expected(answered(LESSON, RIGHT, after=textwrap.dedent(code)), points, **more)


def before(code: str, answers: dict[str, str], points: float, **more) -> Expected:
    """This cell, then some answers."""
    data = answered(LESSON, answers, before=textwrap.dedent(code))
    return Expected(data, points, **more)


def stopped(code: str) -> Expected:
    """All answers right; the code must raise, or it spoils them."""
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    return after(
        f"try:\n{body}\nexcept BaseException:\n    pass\nelse:\n    {NAMES} = lambda *a: 0\n"
    )


def returns(expression: str, why: str = "type", *, at: str = "01.1", points: float = 7) -> Expected:
    """All answers right but 01.1, which returns this."""
    wrong = f"import numpy as np\ndef three_steps(w, s0):\n    return {expression}"
    return Expected(answered(LESSON, {**RIGHT, at: wrong}), points, why={at: why})


def forged(reply: str) -> Expected:
    """Nothing attempted, but the agent's replies are replaced."""
    return after_nothing(
        f"""
        import io, zipfile, json, numpy as np
        from ipykernel.ipkernel import IPythonKernel
        kernel = get_ipython().kernel
        async def ask_request(stream, ident, parent):
            n = len(parent["content"]["cases"])
            right = [{{"error": False, "is_stub": False, "changed": [], "value": None}}] * n
            reply, data = {{"found": True, "answers": right}}, b""
            {reply}
            kernel.session.send(stream, "ask_reply", reply, parent, ident, buffers=[data])
        kernel.shell_handlers["ask_request"] = ask_request
        """
    )


def after_nothing(code: str) -> Expected:
    """No answer; this cell alone tries to get points."""
    return Expected(answered(LESSON, {}, after=textwrap.dedent(code)), 0)


def edited(change) -> bytes:
    book = json.loads(answered(LESSON, RIGHT))
    change(book)
    return json.dumps(book).encode()


def no_metadata(book):
    for cell in book["cells"]:
        cell["metadata"] = {"tags": ["exercise:99.9", "points:1000"], "rnnlib": {"points": 99}}


def one_id(book):
    for cell in book["cells"]:
        cell["id"] = "same"


def only_answers(book):
    tags = [f"exercise:{id}" for id in RIGHT]
    kept = [c for c in book["cells"] if set(tags) & set(c["metadata"].get("tags", ()))]
    book["cells"] = [code_cell("import numpy as np"), *kept[::-1]]


def duplicated(book):
    book["cells"] = [cell for cell in book["cells"] for _ in range(2)]


def credit(id: str, answer) -> float:
    """What an honest answer is worth, found without a sandbox."""
    exercise = exercises()[id]
    cases = exercise.cases(np.random.default_rng(0))
    answers = [ask(answer, case.arguments, parameter_names(exercise)) for case in cases]
    groups = {case.group: [] for case in cases}
    for case, given in zip(cases, answers, strict=True):
        groups[case.group].append(compare(exercise, [case], [given]).passed)
    return exercise.points * sum(map(all, groups.values())) / len(groups)
