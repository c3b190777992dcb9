"""The ready-made circuits against the complex step, PyTorch and the library's own cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.simple import Elman, Linear
from rnnlib.cells.tape import run
from rnnlib.circuits.operations import cross_entropy, identity, relu, squared_error
from rnnlib.circuits.ready_made import (
    READY_MADE,
    autonomous,
    bidirectional,
    driven,
    elman,
    gru,
    jordan,
    lstm,
    sequence_to_sequence,
    sequence_to_vector,
    skip,
    two_layer,
    vector_to_sequence,
)
from rnnlib.circuits.shapes import shape_of
from rnnlib.gradients.bptt import backward
from tests.circuits.test_circuit import assert_equal_to_1e_10, complex_step

# Two of each at least: a single number, such as o - y, cancels down to its rounding in some draw;
# all numbers of an array at once do not.
SIZES = st.fixed_dictionaries({name: st.integers(2, 3) for name in ("B", "n", "n_x", "n_h", "n_o")})
MORE = {
    "Elman, cross-entropy": lambda: elman(loss=cross_entropy),
    "Elman, weighted": lambda: elman(weighted=True),
    "Elman, ReLU": lambda: elman(nonlinearity=relu),
    "Elman, linear": lambda: elman(nonlinearity=identity),
    "Jordan, teacher forcing": lambda: jordan(teacher_forcing=True),
    "sequence to vector, weighted": lambda: sequence_to_vector(weighted=True, loss=cross_entropy),
}
EVERY = {name: make() for name, make in (READY_MADE | MORE).items()}


def random_values(graph, sizes, rng):
    """params, inputs, initial, by (name, t)."""
    groups = {"parameter": {}, "input": {}, "initial": {}}
    for node in graph.nodes:
        if node.operation is None:
            groups[node.kind][node.key] = rng.uniform(-1, 1, shape_of(node.dims, sizes))
    return list(groups.values())


@settings(max_examples=8, deadline=None)
@given(T=st.integers(1, 4), sizes=SIZES, seed=st.integers(0, 99))
@pytest.mark.parametrize("circuit", EVERY.values(), ids=EVERY)
def test_gradients_of_parameters_inputs_and_initial_states_equal_the_complex_step(
    circuit, T, sizes, seed
):
    graph = circuit.unfold(T)
    given = random_values(graph, sizes, np.random.default_rng(seed))
    has_loss = any(node.kind == "loss" for node in graph.nodes)

    def objective(values):
        return values.loss if has_loss else values["s"].sum()

    def changed(group, key, array):
        return [g | {key: array} if g is group else g for g in given]

    values = graph.forward(*given)
    gradients = graph.backward(values, None if has_loss else {"s": np.ones_like(values["s"])})
    for group in given:
        for key, array in group.items():
            oracle = complex_step(
                lambda a, g=group, k=key: objective(graph.forward(*changed(g, k, a))), array
            )
            assert_equal_to_1e_10(gradients[key], oracle)


@pytest.mark.parametrize("circuit", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("T", [2, 4])
def test_folding_undoes_unfolding(circuit, T, tied):
    assert circuit.unfold(T, tied=tied).fold() == circuit


def test_ready_made_circuits_are_equal_exactly_if_they_are_the_same():
    again = {name: make() for name, make in (READY_MADE | MORE).items()}
    for name, circuit in EVERY.items():
        assert [other for other in again if again[other] == circuit] == [name]
    assert skip(2) != skip(3)


# ---- PyTorch -------------------------------------------------------------------------------------

# For each module: the circuit; which of its parameters belong to which layer of the module; its
# nodes for the module's output, side by side, and for the module's initial states.
AGAINST_TORCH = {
    "RNN": (elman, {}, {"l0": "U W b"}, ["h"], [("h", 0)]),
    "two layers": (
        two_layer,
        {"num_layers": 2},
        {"l0": "U1 W1 b1", "l1": "U2 W2 b2"},
        ["h2"],
        [("h1", 0), ("h2", 0)],
    ),
    "bidirectional": (
        bidirectional,
        {"bidirectional": True},
        {"l0": "U W b", "l0_reverse": "U_g W_g b_g"},
        ["h", "g"],
        [("h", 0), ("g", "T+1")],
    ),
    "LSTM": (lstm, {}, {"l0": "U W b"}, ["h"], [("h", 0), ("m", 0)]),
    "GRU": (gru, {}, {"l0": "U W b b_hn"}, ["h"], [("h", 0)]),
}


@settings(max_examples=15, deadline=None)
@given(
    T=st.integers(1, 5),
    B=st.integers(1, 3),
    n_x=st.integers(1, 4),
    n_h=st.integers(1, 4),
    seed=st.integers(0, 99),
)
@pytest.mark.parametrize("name", AGAINST_TORCH)
def test_states_and_gradients_equal_those_of_pytorch(name, T, B, n_x, n_h, seed):
    torch = pytest.importorskip("torch")
    make, options, layers, outputs, initial = AGAINST_TORCH[name]
    initial = [(node, T + 1 if t == "T+1" else t) for node, t in initial]
    rng = np.random.default_rng(seed)
    kind = name if name in ("LSTM", "GRU") else "RNN"
    module = getattr(torch.nn, kind)(n_x, n_h, **options).double()
    x = torch.tensor(rng.normal(size=(T, B, n_x)), requires_grad=True)
    s0 = torch.tensor(rng.normal(size=(len(initial), B, n_h)), requires_grad=True)
    direct = rng.normal(size=(len(outputs), T, B, n_h))
    out, _ = module(x, (s0[:1], s0[1:]) if kind == "LSTM" else s0)
    out.backward(torch.tensor(np.concatenate(direct, axis=2)))

    params, expected = {}, {}
    for layer, names in layers.items():
        U, W, b, *b_hn = names.split()
        tensors = [getattr(module, f"{k}_{layer}") for k in ("weight_ih", "weight_hh", "bias_ih")]
        expected |= {k: v.grad.numpy() for k, v in zip((U, W, b), tensors, strict=True)}
        params |= {k: v.detach().numpy() for k, v in zip((U, W, b), tensors, strict=True)}
        second = getattr(module, f"bias_hh_{layer}")  # adds to the first, but for the GRU's n
        added = second.detach().numpy().copy()
        if b_hn:
            params["b_hn"], expected["b_hn"] = added[-n_h:].copy(), second.grad.numpy()[-n_h:]
            added[-n_h:] = 0
        params[b] = params[b] + added

    graph = make(loss=None).unfold(T)
    states = dict(zip(initial, s0.detach().numpy(), strict=True))
    values = graph.forward(params, {"x": x.detach().numpy()}, states)
    gradients = graph.backward(values, dict(zip(outputs, direct, strict=True)))
    stacked = np.concatenate([values[node] for node in outputs], axis=2)
    assert_equal_to_1e_10(stacked, out.detach().numpy())
    expected |= {"x": x.grad.numpy()} | dict(zip(initial, s0.grad.numpy(), strict=True))
    for key, gradient in expected.items():
        assert_equal_to_1e_10(gradients[key], gradient)


@pytest.mark.parametrize(("loss", "labels"), [(squared_error, False), (cross_entropy, True)])
def test_losses_equal_those_of_pytorch(loss, labels):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    o, label = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    y = np.eye(4)[label] if labels else rng.normal(size=(5, 4))
    o_torch = torch.tensor(o, requires_grad=True)
    if labels:
        value = torch.nn.functional.cross_entropy(o_torch, torch.tensor(label), reduction="sum")
    else:
        value = 0.5 * torch.nn.functional.mse_loss(o_torch, torch.tensor(y), reduction="sum")
    value.backward()
    z = loss.forward(o, y)
    assert_equal_to_1e_10(z.sum(), value.detach().numpy())
    assert_equal_to_1e_10(loss.vjp(np.ones(5), z, o, y)[0], o_torch.grad.numpy())


# ---- the library's cells -------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    T=st.integers(1, 5),
    B=st.integers(1, 3),
    n_x=st.integers(1, 4),
    n_h=st.integers(1, 4),
    seed=st.integers(0, 99),
)
@pytest.mark.parametrize(
    ("circuit", "cell"),
    [
        (elman, Elman),
        (lambda loss: elman(nonlinearity=relu, loss=loss), lambda *n: Elman(*n, "relu")),
        (lambda loss: elman(nonlinearity=identity, loss=loss), Linear),
        (lstm, LSTM),
        (gru, GRU),
    ],
    ids=["Elman", "Elman, ReLU", "Linear", "LSTM", "GRU"],
)
def test_circuits_and_cells_agree(circuit, cell, T, B, n_x, n_h, seed):
    rng = np.random.default_rng(seed)
    cell = cell(n_x, n_h)
    params = cell.init(rng)
    state = cell.initial_state(B)
    s0 = type(state)(*(rng.normal(size=field.shape) for field in state))
    x, dh = rng.normal(size=(T, B, n_x)), rng.normal(size=(T, B, n_h))
    tape = run(cell, params, x, s0)
    grads = backward(tape, dh)

    graph = circuit(loss=None).unfold(T)
    values = graph.forward(params._asdict(), {"x": x}, s0._asdict())
    gradients = graph.backward(values, {"h": dh})
    for name, field in tape.states._asdict().items():
        assert_equal_to_1e_10(values[name], field[1:])
        assert_equal_to_1e_10(gradients[name, 0], getattr(grads.s0, name))
    for name, gradient in grads.params._asdict().items():
        assert_equal_to_1e_10(gradients[name], gradient)
    assert_equal_to_1e_10(gradients["x"], grads.x)
    assert_equal_to_1e_10(gradients["h"], grads.delta)


# ---- meaning -------------------------------------------------------------------------------------


def elman_layer(rng, n_in, n_out, suffix=""):
    shapes = {"U": (n_out, n_in), "W": (n_out, n_out), "b": (n_out,)}
    return {name + suffix: rng.normal(size=shape) for name, shape in shapes.items()}


def test_the_decoder_reads_the_last_state_of_the_encoder_at_every_step():
    rng = np.random.default_rng(0)
    params = elman_layer(rng, 2, 3) | elman_layer(rng, 3, 3, "_d")
    params |= {"V": rng.normal(size=(1, 3)), "c": rng.normal(size=1)}
    x, y = rng.normal(size=(4, 2, 2)), rng.normal(size=(4, 2, 1))
    values = sequence_to_sequence().unfold(4).forward(params, {"x": x, "y": y})

    encoder = elman(loss=None).unfold(4).forward({k: params[k] for k in "UWb"}, {"x": x})
    from_vector = {k: params[k + "_d"] for k in "UWb"} | {k: params[k] for k in "Vc"}
    decoder = vector_to_sequence().unfold(4)
    decoded = decoder.forward(from_vector, {"x": encoder["h", 4], "y": y})
    np.testing.assert_array_equal(values["o"], decoded["o"])


def test_teacher_forcing_with_the_own_outputs_is_the_free_run():
    rng = np.random.default_rng(1)
    params = {k: rng.normal(size=(3, 2)) for k in "UW"} | {"b": rng.normal(size=3)}
    params |= {"V": rng.normal(size=(2, 3)), "c": rng.normal(size=2)}
    x = rng.normal(size=(4, 1, 2))
    free = jordan(loss=None).unfold(4).forward(params, {"x": x})
    forced = jordan(teacher_forcing=True).unfold(4)
    values = forced.forward(params, {"x": x, "y": free["o"]})
    np.testing.assert_array_equal(values["o"], free["o"])
    assert values.loss == 0


def test_a_weight_of_zero_leaves_a_step_out():
    rng = np.random.default_rng(2)
    params = elman_layer(rng, 2, 3) | {"V": rng.normal(size=(1, 3)), "c": rng.normal(size=1)}
    x, y = rng.normal(size=(3, 2, 2)), rng.normal(size=(3, 2, 1))
    graph = elman(weighted=True).unfold(3)
    last_only = graph.forward(params, {"x": x, "y": y, "weight": np.eye(3)[2][:, None] + [[0, 0]]})
    vector = sequence_to_vector().unfold(3)
    values = vector.forward(params, {"x": x, "y": y[2:]})
    assert last_only.loss == values.loss
    folded, expected = graph.backward(last_only).fold(), vector.backward(values).fold()
    for name, gradient in expected.items():
        np.testing.assert_allclose(folded[name], gradient, rtol=1e-12)


def test_a_driven_system_without_drive_is_autonomous():
    rng = np.random.default_rng(3)
    params, s = {"theta": rng.normal(size=(3, 3))}, {"s": rng.normal(size=(2, 3))}
    alone = autonomous().unfold(5).forward(params, initial=s)
    undriven = driven().unfold(5).forward(params, {"x": np.zeros((5, 2, 3))}, s)
    np.testing.assert_array_equal(alone["s"], undriven["s"])


def test_a_skip_of_delay_k_is_the_shortest_way_over_k_steps():
    graph = skip(3).unfold(4)
    assert ("h", 1) in graph["a", 4].arguments
    assert ("h", -2) in graph["a", 1].arguments
    rng = np.random.default_rng(4)
    params = elman_layer(rng, 1, 2) | {"S": np.zeros((2, 2))}
    x = rng.normal(size=(4, 1, 1))
    plain = elman(loss=None).unfold(4).forward({k: params[k] for k in "UWb"}, {"x": x})
    values = skip(3, loss=None).unfold(4).forward(params, {"x": x})
    np.testing.assert_array_equal(values["h"], plain["h"])


def written(circuit):
    """The cycles of a circuit as text, each turned to start with its least name."""
    cycles = []
    for cycle in circuit.cycles():
        names = [edge.source for edge in cycle]
        least = names.index(min(names))
        cycles.append("".join(names[least:] + names[:least]))
    return sorted(cycles)


def test_the_cycles_of_a_circuit_are_found_once_each():
    assert written(elman()) == ["ah"]
    assert written(skip()) == ["ah", "ah"]
    assert written(jordan()) == ["aho"]
    assert written(jordan(teacher_forcing=True)) == []
    assert written(lstm()) == ["afmh", "agmh", "aimh", "aoh", "m"]
    assert written(gru()) == ["h", "hwn", "hwrn", "hwz"]


@pytest.mark.parametrize("gates", ["g", "ig", "ifg"])
def test_a_cell_on_the_way_to_the_lstm_is_an_lstm_whose_other_gates_are_open(gates):
    rng, n, T = np.random.default_rng(0), 3, 4
    rows = np.concatenate([np.arange(n) + n * "ifgo".index(gate) for gate in gates])
    params = {"U": rng.normal(size=(4 * n, 2)), "W": rng.normal(size=(4 * n, n)), "b": np.zeros(12)}
    closed_off = np.setdiff1d(np.arange(4 * n), rows)
    params["U"][closed_off], params["W"][closed_off], params["b"][closed_off] = 0, 0, 60.0
    x, dh = rng.normal(size=(T, 2, 2)), {("h", t): rng.normal(size=(2, n)) for t in range(1, T + 1)}

    whole, part = lstm(loss=None).unfold(T), lstm(gates=gates, loss=None).unfold(T)
    fewer = {name: value[rows] for name, value in params.items()}
    run_whole, run_part = whole.forward(params, {"x": x}), part.forward(fewer, {"x": x})
    for name in "mh":
        np.testing.assert_allclose(run_part[name], run_whole[name], rtol=1e-12)
    d_whole = whole.backward(run_whole, dh).fold()
    for name, d in part.backward(run_part, dh).fold().items():
        np.testing.assert_allclose(d, d_whole[name][rows], rtol=1e-12, atol=1e-13)


def test_an_lstm_has_its_gates_in_the_order_in_which_they_are_added():
    with pytest.raises(ValueError, match="gates must be one of g, ig, ifg, ifgo, got 'fg'"):
        lstm(gates="fg")


def test_a_weight_matrix_of_the_wrong_height_is_refused():
    params = {"U": np.zeros((6, 1)), "W": np.zeros((8, 2)), "b": np.zeros(8)}
    with pytest.raises(ValueError, match=r"U must be \(4n_h, n_x\), got \(6, 1\)"):
        lstm(loss=None).unfold(1).forward(params, {"x": np.zeros((1, 1, 1))})


def test_teacher_forcing_needs_a_target():
    with pytest.raises(ValueError, match="teacher forcing needs a loss"):
        jordan(teacher_forcing=True, loss=None)
