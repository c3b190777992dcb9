"""An answer that has the library do the work gets nothing: what would do it is taken away."""

import pytest

from rnnlib.grading import judge
from tests.grading.builders import notebook

IMPORTS = """
import numpy as np
from rnnlib import cells, circuits, gradients
from rnnlib.gradients import losses, online, oracles
from rnnlib.cells import kernels
from rnnlib.circuits import propagation
from rnnlib.analysis import diagnostics, systems
from rnnlib.cells import scan as scans, tape
from rnnlib.cells.simple import Elman
from rnnlib.cells.cell import Params, State

def unit(w, u=1.0):
    return Elman(1, 1), Params(np.full((1, 1), u), np.full((1, 1), w), np.zeros(1))

def ran(w, u, x, s0):
    return tape.run(*unit(w, u), np.reshape(x, (-1, 1, 1)), State(np.full((1, 1), s0)))
"""
ANSWERS = {
    "01.3": "def slope(w, b, s):\n"
    "    return np.array([systems.jacobian(systems.tanh_map(w, b), v) for v in s])",
    "01.4": "def driven_orbit(w, u, x, s0):\n    return ran(w, u, x, s0).h[:, 0, 0]",
    "03.3": "def cross_entropy(o, y):\n    return losses.SoftmaxCrossEntropy(y)(o, 0).value",
    "04.3": """
def step_vjp(U, W, b, x, h, dh):
    cell, params = Elman(U.shape[1], len(b)), Params(U, W, b)
    _, kept = cell.step(params, State(h), x)
    gradient, before, dx = cell.step_vjp(params, kept, State(dh))
    return *gradient, before.h, dx
""",
    "05.3": """
def run_on_outputs(U, W, V, b, c, x, y, forced):
    circuit = circuits.jordan(teacher_forcing=forced)
    weights = {"U": U, "W": W, "V": V, "b": b, "c": c}
    return circuit.unfold(len(x)).forward(weights, {"x": x, "y": y})["o"]
""",
    "06.4": """
def checkpointed(w, x, h0, y, every):
    loss, T = losses.SquaredError(y[:, None, None]), len(x)
    found = online.weighted_bptt(
        *unit(w), x[:, None, None], loss, State(np.full((1, 1), h0)), weights=np.ones(T - 1)
    )
    return found.params.W[0, 0], -(-T // every) + min(every, T)
""",
    "08.4": """
def lstm_step(U, W, b, h, m, x):
    run = propagation.forward(
        circuits.lstm(loss=None).unfold(1),
        {"U": U, "W": W, "b": b},
        {"x": x[None, None]},
        {"h": h[None], "m": m[None]},
    )
    return run["h", 1][0], run["m", 1][0]
""",
    "10.4": "half_life = systems.half_life",
    "11.6": """
def saliency(U, W, V, h):
    dh = np.zeros((len(h) - 1, 1, len(W)))
    dh[-1] = V
    x = np.zeros((len(dh), 1, U.shape[1]))
    slope = lambda h: 1 - h**2
    return kernels.elman_vjp(U, W, x, h[:, None], None, slope, dh, 0 * dh[0])[4][:, 0]
""",
}


@pytest.mark.parametrize("id", ANSWERS)
def test_an_answer_that_only_calls_the_library_has_no_points(id, sandboxed):
    result = judge.grade(notebook(IMPORTS, ANSWERS[id]), id[:2], "s")
    (found,) = (score for score in result.scores if score.id == id)
    assert (found.points, found.why) == (0, "error"), result
