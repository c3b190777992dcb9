"""Answer keys of lesson 02: each agrees with the engine's graphs and with PyTorch or a formula."""

import numpy as np
import pytest

from rnnlib import circuits
from rnnlib.analysis import systems
from rnnlib.circuits.circuit import Circuit
from rnnlib.circuits.nodes import Node
from rnnlib.circuits.operations import linear
from tests.exercises.keys.keys import cases_of, key

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("arguments", cases_of("02.1"))
def test_the_key_of_02_1_is_the_circuits_and_torchs(arguments):
    U, W, V, x1, x2, h0 = arguments
    n_h, n_o = len(h0), len(V)
    run = (
        circuits.elman()
        .unfold(2)
        .forward(
            {"U": U, "W": W, "V": V, "b": np.zeros(n_h), "c": np.zeros(n_o)},
            {"x": np.stack([x1, x2])[:, None], "y": np.zeros((2, 1, n_o))},
            {"h": h0[None]},
        )
    )
    h, o = run["h"][:, 0], run["o"][:, 0]
    for mine, theirs in zip(key("02.1")(*arguments), (h[0], o[0], h[1], o[1]), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-13)
    rnn = torch.nn.RNN(len(x1), n_h, bias=False, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(U))
        rnn.weight_hh_l0.copy_(torch.tensor(W))
        states = rnn(torch.tensor(np.stack([x1, x2])), torch.tensor(h0)[None])[0].numpy()
    np.testing.assert_allclose(key("02.1")(*arguments)[2], states[1], rtol=1e-12)


@pytest.mark.parametrize("arguments", cases_of("02.2"))
def test_the_key_of_02_2_is_the_engines_unfolding_and_the_definition_read_backwards(arguments):
    edges, T = arguments
    names = [f"n{k}" for k in range(edges.max() + 1)]
    readers = {e: [(s, d) for s, target, d in edges if target == e] for e in set(edges[:, 1])}
    nodes = [Node(n, "input", "n") for k, n in enumerate(names) if k not in readers]
    for target, sources in readers.items():
        mix = [*(f"P{target}{i} {names[s]}(t-{d})" for i, (s, d) in enumerate(sources))]
        text = " ".join(mix).replace("(t-0)", "(t)")
        nodes += [Node(f"P{target}{i}", "parameter", "n n") for i in range(len(sources))]
        nodes.append(Node(names[target], "state", "n", linear, text))
    graph = Circuit(nodes).unfold(T)
    engine = {
        (int(a.source[0][1:]), a.source[1], int(a.target[0][1:]), a.target[1])
        for a in graph.edges
        if a.source[0] in names
    }
    rows = {tuple(map(int, row)) for row in key("02.2")(edges, T)}
    assert rows == engine
    folded = {(s, e, t_e - t_s) for s, t_s, e, t_e in rows}
    assert folded == {tuple(map(int, edge)) for edge in edges}
    assert len(rows) == T * len(edges)


@pytest.mark.parametrize("arguments", cases_of("02.3"))
def test_the_key_of_02_3_is_the_composed_circuit_and_the_loop(arguments):
    w, u, history, h0 = arguments
    g = circuits.elman(loss=None).compose(len(history), "h")
    given = {"U": np.array([[u]]), "W": np.array([[w]]), "b": np.zeros(1)}
    inputs = [np.array([[x]]) for x in history]
    composed = g(*inputs, params=given, initial={"h": np.array([[h0]])})
    answer = key("02.3")(*arguments)
    assert answer == pytest.approx(composed.item(), rel=1e-13)
    loop = systems.driven_orbit(lambda h, x: np.tanh(w * h + u * x), h0, history[::-1])
    assert answer == pytest.approx(loop[-1], rel=1e-13)


@pytest.mark.parametrize("arguments", cases_of("02.5"))
def test_the_key_of_02_4_is_the_graphs_count_and_torchs(arguments):
    n_x, n_h, n_o, T, tied = arguments
    graph = circuits.elman().unfold(T, tied=tied)
    sizes = {"B": 1, "n_x": n_x, "n_h": n_h, "n_o": n_o}
    parameters, states = key("02.5")(*arguments)
    assert parameters == graph.counts(sizes).parameters
    assert states == n_h * len(graph.copies("h"))
    layers = [torch.nn.Linear(n_x + n_h, n_h), torch.nn.Linear(n_h, n_o)]
    one_set = sum(p.numel() for layer in layers for p in layer.parameters())
    assert parameters == one_set * (1 if tied else T)


@pytest.mark.parametrize("arguments", cases_of("02.4"))
def test_the_key_of_02_5_is_the_complex_steps_and_torchs(arguments):
    w, h0, y = arguments

    def loss(w1, w2, tanh=np.tanh):
        return 0.5 * (tanh(w2 * tanh(w1 * h0)) - y) ** 2

    step = 1e-30j
    by_step = [loss(w + step, w), loss(w, w + step), loss(w + step, w + step)]
    answer = key("02.4")(*arguments)
    np.testing.assert_allclose(answer, np.imag(by_step) / 1e-30, rtol=1e-12)
    copies = torch.full((2,), w, dtype=torch.float64, requires_grad=True)
    loss(*copies, tanh=torch.tanh).backward()
    dw1, dw2 = copies.grad.tolist()
    np.testing.assert_allclose(answer, [dw1, dw2, dw1 + dw2], rtol=1e-12)


@pytest.mark.parametrize("arguments", cases_of("02.6"))
def test_the_key_of_02_6_is_the_graphs_levels_and_a_sum(arguments):
    L, T = arguments
    nodes = [Node("x", "input", "n")]
    for k in range(1, L + 1):
        below = "x(t)" if k == 1 else f"h{k - 1}(t)"
        nodes += [Node(f"W{k}", "parameter", "n n"), Node(f"U{k}", "parameter", "n n")]
        nodes.append(Node(f"h{k}", "state", "n", linear, f"W{k} h{k}(t-1) U{k} {below}"))
    levels = Circuit(nodes).unfold(T).levels()
    times = [[levels[f"h{k}", t] for t in range(1, T + 1)] for k in range(1, L + 1)]
    np.testing.assert_array_equal(key("02.6")(L, T), times)
    np.testing.assert_array_equal(times, np.add.outer(np.arange(L), np.arange(T)) + 1)
