"""One expression is changed, and all that stands around it stays as it was written."""

import ast
import inspect
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.exercises.registry import exercises
from rnnlib.grading.submissions import again
from rnnlib.grading.viva import changing, definitions
from rnnlib.grading.viva.changing import Change


def body(lines: str) -> str:
    return "def f(h, W, x, T):\n" + textwrap.indent(lines, "    ")


def results(code: str) -> list[str]:
    """The code with each of its changes."""
    return [changing.changed(code, Change(**c)) for c in changing.changes([code])]


CHANGED = {
    "return h[t - 1]": "return h[t]",
    "return h[t]": "return h[t - 1]",
    "return h[0]": "return h[1]",
    "return h[-1]": "return h[0]",
    "return h[::-1]": "return h",
    "return h[:T, None]": "return h[:T - 1, None]",
    "total += x": "total = x",
    "total -= x": "total += x",
    "total = 0.0": "total = 1.0",
    "return x @ W.T": "return x @ W",
    "return x.copy()": "return x",
    "for t in range(T): pass": "for t in range(T - 1): pass",
    "for t in range(1, T): pass": "for t in range(2, T): pass",
    "for t in range(T, 0, -1): pass": "for t in range(T, 1, -1): pass",
    "for t in reversed(range(T)): pass": "for t in range(T): pass",
    "return x - h": "return x + h",
    "return x + W @ h": "return x",
    "return (x + h) * W": "return (x) * W",
    "return (x + h) * (W)": "return x + h",
    "return 1 - h**2": "return 1 - h",
    "return x * (  # why\n    1 - h)": "return x * (  # why\n    1 + h)",
    "return x / h": "return x * h",
    "return -x": "return x",
    "return np.tanh(x + h)": "return x + h",
    "return W * tanh(x + h)": "return W * (x + h)",
    "return x.sum(axis=0)": "return x.sum(axis=1)",
    "return np.zeros(3)": "return np.ones(3)",
    "return max(x, h)": "return min(x, h)",
    "return np.outer(x, h)": "return np.outer(h, x)",
    "if x < h: pass": "if x <= h: pass",
    "if x and h: pass": "if x or h: pass",
    "return [h[t-1] for t in range(T)]": "return [h[t] for t in range(T)]",
    "größe = 'ψ' + h[ｔ - 1]  # ∂\n": "größe = 'ψ' + h[ｔ]  # ∂\n",
}


@pytest.mark.parametrize("lines", CHANGED, ids=CHANGED)
def test_an_expression_is_changed_as_a_person_would_write_it(lines):
    assert body(CHANGED[lines]) in results(body(lines))


UNCHANGED = [
    'f"{h[t - 1]} {x + 1}"',
    '"""h[t - 1] + x"""',
    "assert h[t - 1] < x + 1",
    "raise ValueError(x + 1)",
    "while k < x: k += 1",
    "def g(a: int) -> 'x + 1': pass",
]


@pytest.mark.parametrize("lines", UNCHANGED)
def test_what_only_speaks_or_ends_a_loop_stays(lines):
    assert results(body(lines)) == []


def test_where_a_comment_stands_between_a_change_is_made_around_it_or_not_at_all():
    code = body("return (x  # the input\n        + (W @ h))  # and the state")
    found = results(code)
    assert body("return (x)  # and the state") in found
    assert not any("- (W @ h)" in made for made in found)


@pytest.mark.parametrize("id", exercises())
def test_each_change_of_a_reference_touches_its_place_alone_and_means_something_else(id):
    code = inspect.getsource(exercises()[id].reference)
    found = [Change(**c) for c in changing.changes([code])]
    assert len(found) >= 2
    for change in found:
        made = changing.changed(code, change)
        assert ast.dump(ast.parse(made)) != ast.dump(ast.parse(code))
        assert made[: change.start] == code[: change.start]
        assert made.endswith(code[change.end :])
        assert len(made) == len(code) - (change.end - change.start) + len(change.new)


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text):
    for code in (text, body(text), f"def f(x):\n    return (  # {text}\n x + 1)"):
        for made in results(code):
            ast.parse(made)


def test_code_that_is_deep_or_long_costs_no_more_than_its_changes():
    deep = "def f(x):\n    return " + "(" * 80 + "x + 1" + ")" * 80
    assert changing.changes([deep])
    assert changing.changes(["def f(x):\n    return " + "-" * 100_000 + "x"]) == []
    wide = "def f(x):\n    return " + " + ".join(["x"] * 2_000)
    assert len(changing.changes([wide])) <= changing.MOST_CHANGES


# --- what is printed of a notebook ---------------------------------------------------------


def own(*cells: str, handed_out: tuple[str, ...] = (), others: tuple[str, ...] = ("g",)) -> dict:
    """What is printed for the function f of a notebook."""
    every = [*handed_out, *cells]
    units = list(enumerate(every))
    answers = {"00.1": "f"} | {f"00.{k}": name for k, name in enumerate(others, start=2)}
    found = definitions.own_code(every, units, handed_out, answers, {"00.1": "f"})
    return found["own"].get("00.1", {})


def test_what_an_answer_needs_is_printed_and_what_others_answered_is_not():
    cells = (
        "import numpy as np\nscale = 2  # of all\nother = 3",
        "def helper(a):\n    return scale * a  # twice",
        "def g(a):\n    return a",
        "def f(w, x):\n    return helper(x) + g(w)",
    )
    found = own(*cells)
    assert found["shown"] == ["scale = 2  # of all", cells[1], cells[3]]
    assert found["parameters"] == ["w", "x"]
    assert own(*cells[1:], handed_out=cells[:1])["shown"] == [cells[1], cells[3]]


def test_of_several_definitions_the_one_that_counts_is_printed_without_the_stub():
    stub = "def f(x):\n    raise NotImplementedError"
    assert own(stub, "def f(y):\n    return y")["shown"] == ["def f(y):\n    return y"]
    assert own("def f(y):\n    return y", stub)["shown"] == ["def f(y):\n    return y"]
    renamed = own("def mine(q):\n    return q + 1", "f = mine")
    assert renamed["shown"] == ["def mine(q):\n    return q + 1", "f = mine"]
    assert renamed["parameters"] == ["q"]
    assert own("f = lambda a, b: a + b")["parameters"] == ["a", "b"]


@pytest.mark.parametrize(
    "cell", ["exec('def f(x):\\n    return x')", "f = max", "f = type('A', (), {})", "x = 1", "("]
)
def test_what_is_defined_by_no_code_that_can_be_printed_is_not_asked_about(cell):
    assert own(cell) == {}


def test_an_answer_of_ten_thousand_lines_is_not_printed():
    found = own("def f(x):\n" + "    x = x + 1\n" * 10_000 + "    return x")
    assert found["shown"] == [] and found["changes"] == []


def test_an_exercise_is_asked_where_its_function_is_complete():
    units = [(0, "def f(x):\n    return h(x)"), (1, "def h(x):\n    return x"), (2, "h = None")]
    steps, found = again.definitions(units, {"00.1": "f"}, {"00.1": "f"})
    assert [ids for _, _, ids in steps] == [(), ("00.1",), ()]
    assert {s.code for s in found["00.1"][0]} == {units[0][1], units[1][1]}
