"""An answer that has the library do the work gets nothing: what would do it is taken away."""

import dataclasses
import functools

import pytest

from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge
from tests.grading.builders import notebook

IMPORTS = """
import numpy as np
import rnnlib.gradients.deer
from rnnlib import cells, circuits, gradients
from rnnlib.gradients import checkpointing, losses, online, oracles
from rnnlib.cells import kernels
from rnnlib.circuits import propagation
from rnnlib.analysis import diagnostics, systems
from rnnlib.cells import attention as attending
from rnnlib.cells import scan as scans, tape
from rnnlib.cells.simple import Elman
from rnnlib.cells.cell import Params, State
from rnnlib.cells.gated import GRU, GRUParams
from rnnlib.circuits import operations
from rnnlib.training import pretrained

def unit(w, u=1.0):
    return Elman(1, 1), Params(np.full((1, 1), u), np.full((1, 1), w), np.zeros(1))

def ran(w, u, x, s0):
    return tape.run(*unit(w, u), np.reshape(x, (-1, 1, 1)), State(np.full((1, 1), s0)))

def elman(loss=None):
    return circuits.elman(loss=loss)

def as_gru(U, W, b):
    # an Elman layer: the gates stand open
    n, m = W.shape[0], U.shape[1]
    wide = lambda A: np.concatenate([np.zeros((2 * n, A.shape[1])), A])
    bias = np.concatenate([np.full(n, 1e3), np.full(n, -1e3), b])
    return GRU(m, n), GRUParams(wide(U), wide(W), bias, np.zeros(n))

def sums(dh):
    return lambda h, start: ((h * dh).sum(), dh, None)
"""
# Other routes to the same answers: several for one exercise, in the order of the lessons.
ROUTES = {
    "01.1 by an orbit": "def three_steps(w, s0):\n"
    "    return systems.orbit(systems.tanh_map(w), s0, 3)[1:]",
    "01.1 by the circuit": "def three_steps(w, s0):\n"
    "    one = {'U': np.zeros((1, 1)), 'W': np.full((1, 1), w), 'b': np.zeros(1)}\n"
    "    x = {'x': np.zeros((3, 1, 1))}\n"
    "    return elman().unfold(3).forward(one, x, {'h': np.full((1, 1), s0)})['h'][:, 0, 0]",
    "01.3 by the circuit backward": """
def slope(w, b, s):
    graph = elman().unfold(1)
    params = {"U": np.zeros((1, 1)), "W": np.full((1, 1), w), "b": np.full(1, b)}
    run = graph.forward(params, {"x": np.zeros((1, len(s), 1))}, {"h": s[:, None]})
    return graph.backward(run, {"h": np.ones((1, len(s), 1))})["h", 0][:, 0]
""",
    "01.3 by an operation": "def slope(w, b, s):\n"
    "    z = np.tanh(w * s + b)\n    return operations.tanh.vjp(w, z, s)[0] + 0 * s",
    "01.5 by the circuit": """
def hidden_orbit(U, W, b, x, h0):
    params = {"U": U, "W": W, "b": b}
    run = elman().unfold(len(x)).forward(params, {"x": x[:, None]}, {"h": h0[None]})
    return np.concatenate([h0[None], run["h"][:, 0]])
""",
    "01.5 by a GRU": "def hidden_orbit(U, W, b, x, h0):\n"
    "    return tape.run(*as_gru(U, W, b), x[:, None], State(h0[None])).h[:, 0]",
    "01.5 by Newton": """
def hidden_orbit(U, W, b, x, h0):
    cell = Elman(U.shape[1], len(b))
    found = rnnlib.gradients.deer.deer(cell, Params(U, W, b), x[:, None], State(h0[None]))
    return found.states.h[:, 0]
""",
    "02.3 by a driven orbit": "def g(w, u, history, h0):\n"
    "    step = lambda s, x: np.tanh(w * s + u * x)\n"
    "    return systems.driven_orbit(step, h0, history[::-1])[-1]",
    "02.4 by walking back": """
def gradients_of_copies(w, h0, y):
    graph = elman().unfold(2, tied=False)
    params = {"U": np.zeros((1, 1)), "W": np.full((1, 1), w), "b": np.zeros(1)}
    run = graph.forward(params, {"x": np.zeros((2, 1, 1))}, {"h": np.full((1, 1), h0)})
    back = graph.backward(run, {("h", 2): run["h", 2] - y})
    dw1, dw2 = back["W", 1][0, 0], back["W", 2][0, 0]
    return dw1, dw2, dw1 + dw2
""",
    "04.1 by the jacobian": """
def three_steps_back(w, h0, y):
    def rest(t):
        def loss(s):
            total = 0.5 * (s - y[t]) ** 2
            for k in range(t + 1, 3):
                s = np.tanh(w * s)
                total = total + 0.5 * (s - y[k]) ** 2
            return total
        return loss
    h = [np.tanh(w * h0)]
    for t in (1, 2):
        h.append(np.tanh(w * h[-1]))
    return [systems.jacobian(rest(t), h[t]) for t in range(3)]
""",
    "04.2 by backward": """
def total_gradients(w, h, y):
    cell, params = unit(w)
    states = State(np.concatenate([[0.0], h])[:, None, None])
    made = tape.Tape(cell, params, np.zeros((len(h), 1, 1)), states, None)
    return gradients.bptt.backward(made, (h - y)[:, None, None]).delta[:, 0, 0]
""",
    "04.3 by an operation": """
def step_vjp(U, W, b, x, h, dh):
    after = np.tanh(b + h @ W.T + x @ U.T)
    db, dW, dbefore, dU, dx = operations.affine.vjp((1 - after**2) * dh, None, b, W, h, U, x)
    return dU, dW, db, dbefore, dx
""",
    "04.3 by a driven transition": """
def step_vjp(U, W, b, x, h, dh):
    after = np.tanh(b + h @ W.T + x @ U.T)
    before, da, dW = operations.driven_transition.vjp(dh, after, h, x @ U.T + b, W)
    return da.T @ x, dW, da.sum(0), before, da @ U
""",
    "04.3 by a kernel": """
def step_vjp(U, W, b, x, h, dh):
    da = (1 - np.tanh(b + h @ W.T + x @ U.T) ** 2) * dh
    dU, db = kernels.drive_vjp(da[None, None], x[None], U[None])[:2]
    return dU, da.T @ h, db, da @ W, da @ U
""",
    "04.4 by the complex step": """
def bptt(U, W, b, x, h0, dh):
    cell = Elman(U.shape[1], len(b))
    found = oracles.complex_step(cell, Params(U, W, b), x, sums(dh), State(h0))
    return *found.params, found.s0.h, found.x
""",
    "04.4 by a GRU": """
def bptt(U, W, b, x, h0, dh):
    cell, params = as_gru(U, W, b)
    found = gradients.bptt.backward(tape.run(cell, params, x, State(h0)), dh)
    dU, dW, db, _ = (part[2 * len(b):] for part in found.params)
    return dU, dW, db, found.s0.h, found.x
""",
    "04.5 by an operation": """
def readout_gradients(V, c, h, y):
    o = c + h @ V.T
    flat = lambda A: A.reshape(-1, A.shape[-1])
    do = operations.squared_error.vjp(np.ones(len(flat(o))), None, flat(o), flat(y))[0]
    dV, dh = operations.linear.vjp(do, None, V, flat(h))
    return 0.5 * ((o - y) ** 2).sum(), dV, do.sum(0), dh.reshape(h.shape)
""",
    "06.4 by rtrl": """
def checkpointed(w, x, h0, y, every):
    loss = losses.SquaredError(y[:, None, None])
    found = online.rtrl(*unit(w), x[:, None, None], loss, State(np.full((1, 1), h0)))
    return found.params.W[0, 0]
""",
    "07.4 by the jacobian": """
def wall_slope(w, b, h0, y, T):
    def loss(w):
        h = h0
        for _ in range(T):
            h = 1 / (1 + np.exp(-(w * h + b)))
        return 0.5 * (h - y) ** 2
    return loss(w), systems.jacobian(loss, w)
""",
    "08.5 by operations": """
def lstm_step_backward(gates, m_before, m, dh, dm):
    i, f, g, o = gates.reshape(4, -1)
    do, more = operations.lstm_state.vjp(dh, None, o, m)
    df, dm_before, di, dg = operations.lstm_memory.vjp(dm + more, None, f, m_before, i, g)
    squash = {"i": (di, i), "f": (df, f), "o": (do, o)}
    da = {k: operations.sigmoid.vjp(d, z, None)[0] for k, (d, z) in squash.items()}
    da["g"] = operations.tanh.vjp(dg, g, None)[0]
    return np.concatenate([da[k] for k in "ifgo"]), dm_before
""",
    "09.1 by the library": "def look_back(q, K, V):\n"
    "    return attending.attend(q[None], K, V).outputs[0]",
    "09.1 by a softmax": "def look_back(q, K, V):\n"
    "    return pretrained._softmax(K @ q / np.sqrt(len(q))) @ V",
    "09.2 by the library": "masked_softmax = attending.masked_weights",
    "09.3 by the library": "def attention(Q, K, V, mask):\n"
    "    return attending.attend(Q, K, V, mask)",
    "09.4 by the library": "def attention_backward(Q, K, V, A, dO):\n"
    "    return attending.attend_vjp(Q, K, V, A, dO)",
    "11.2 by the library": """
def newton_step(W, b, h):
    seen = []
    def step(s):
        if not np.iscomplexobj(s):
            seen.append(s)
        return np.tanh(W @ s + b)
    try:
        systems.fixed_point(step, h, tolerance=0.0, steps=2)
    except ValueError:
        pass
    return seen[1] if seen[1] is not seen[0] else seen[2]
""",
    "11.3 by the library": """
def unstable_directions(W, h):
    b = np.arctanh(h) - W @ h
    params = Params(np.zeros((len(h), 1)), W, b)
    found = diagnostics.find_fixed_points(Elman(1, len(h)), params, np.zeros(1), h[None])
    return found[0].n_unstable
""",
    "12.6 by the library": "def temperature(logits, tau):\n"
    "    return pretrained._softmax(logits / tau)",
}
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
    return found.params.W[0, 0]
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


ALL = {**ROUTES, **ANSWERS}


@pytest.mark.parametrize("name", ALL)
def test_an_answer_that_only_calls_the_library_is_refused_in_the_notebook(name):
    """Where it stands it raises, and says whose work is asked for."""
    exercise = exercises()[name.split()[0]]
    namespace = {}
    exec(IMPORTS + ALL[name], namespace)
    outcome = evaluate(exercise, namespace[exercise.function], seed=1)
    assert not outcome.passed and "asks you to write" in outcome.message, outcome


def same_exercise(name):
    return [other for other in ALL if other.split()[0] == name.split()[0]]


@functools.cache
def graded(lesson, number):
    """A notebook with the answer of this number to each of the lesson's exercises that has one."""
    of_lesson = [name for name in ALL if name.startswith(lesson)]
    chosen = [name for name in of_lesson if same_exercise(name).index(name) == number]
    return judge.grade(notebook(IMPORTS, *map(ALL.get, chosen)), lesson, "s")


@pytest.mark.parametrize("name", ALL)
def test_an_answer_that_only_calls_the_library_has_no_points(name, sandboxed):
    result = graded(name[:2], same_exercise(name).index(name))
    (found,) = (score for score in result.scores if score.id == name.split()[0])
    assert (found.points, found.why) == (0, "error"), result


@pytest.mark.parametrize("name", ROUTES)
def test_without_its_list_the_library_would_do_it(name):
    """So that a route that no longer exists does not stand for one that is refused."""
    exercise = dataclasses.replace(exercises()[name.split()[0]], forbidden=())
    namespace = {}
    exec(IMPORTS + ALL[name], namespace)
    outcome = evaluate(exercise, namespace[exercise.function], seed=1)
    assert outcome.passed, outcome
