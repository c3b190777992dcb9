"""Circuits, unfolding and folding, and the values and gradients in the unfolded graph."""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.circuits.circuit import Circuit, Graph
from rnnlib.circuits.nodes import GraphNode, Node
from rnnlib.circuits.operations import Operation, relu, squared_error, tanh
from rnnlib.circuits.ready_made import autonomous, driven, elman, gru, jordan, lstm

# ---- random circuits -----------------------------------------------------------------------------


def _mix_vjp(dz, z, *arguments):
    da = dz / np.cosh(z)
    gradients = [da * k for k in range(1, len(arguments) + 1)]
    gradients[0] = gradients[0] + da * arguments[-1]
    gradients[-1] = gradients[-1] + da * arguments[0]
    return tuple(g.sum(0) if a.ndim == 1 else g for g, a in zip(gradients, arguments, strict=True))


def _mix(*arguments):
    total = sum(k * a for k, a in enumerate(arguments, start=1))
    return np.arcsinh(total + arguments[0] * arguments[-1])


# arcsinh(Σ k a_k + a_1 a_n): depends on the order of its arguments, of which parameters are (n,).
# Its slope is no difference: tanh's, 1 - z², loses every digit where it saturates.
MIX = Operation("mix", _mix, _mix_vjp)


@st.composite
def circuits(draw):
    """Parameters, inputs, and blocks of nodes; a block runs ahead, or back, or lives one step."""
    nodes, lifetimes = [], {}
    parameters = [f"p{i}" for i in range(draw(st.integers(0, 2)))]
    nodes += [Node(name, "parameter", "n") for name in parameters]
    for i in range(draw(st.integers(1, 2))):
        lifetimes[f"x{i}"] = draw(st.sampled_from(["every", "first", "last", "once"]))
        nodes.append(Node(f"x{i}", "input", "n", lifetime=lifetimes[f"x{i}"]))
    n_blocks = draw(st.integers(1, 3))
    for i in range(n_blocks):
        lifetime = draw(st.sampled_from(["every", "every", "first", "last"]))
        sign = draw(st.sampled_from([1, -1]))
        block = [f"s{i}{j}" for j in range(draw(st.integers(1, 3)) if lifetime == "every" else 1)]
        for j, name in enumerate(block):
            readable = [
                st.tuples(st.just(k), st.integers(-2, 2) if v == "every" else st.just(0))
                for k, v in lifetimes.items()
            ]
            if lifetime == "every":
                readable += [
                    st.tuples(st.just(k), st.integers(int(m >= j), 2).map(lambda d, s=sign: s * d))
                    for m, k in enumerate(block)
                ]
            arguments = draw(st.lists(st.one_of(readable), min_size=1, max_size=3))
            if parameters and draw(st.booleans()):
                arguments.append((draw(st.sampled_from(parameters)), 0))
            if i == n_blocks - 1 and j == len(block) - 1:
                read = {a for node in nodes for a, _ in node.arguments} | dict(arguments).keys()
                arguments += [(name, 0) for name in parameters if name not in read]
            texts = " ".join(f"{k}(t{-d:+d})" for k, d in arguments)
            kind = draw(st.sampled_from(["state", "output", "loss"]))
            nodes.append(Node(name, kind, "n", MIX, texts, lifetime))
        lifetimes |= dict.fromkeys(block, lifetime)
    return Circuit(draw(st.permutations(nodes)))


def random_values(graph, rng, B, n):
    """params, inputs, initial for a graph, by (name, t): parameters (n,), all else (B, n).

    They are positive, so that MIX adds positive terms alone, in values and in gradients: nothing
    cancels in any circuit, and a relative error is one of the computation.
    """
    kinds = {"parameter": {}, "input": {}, "initial": {}}
    for node in graph.nodes:
        if node.operation is None:
            shape = (n,) if node.kind == "parameter" else (B, n)
            kinds[node.kind][node.key] = rng.uniform(0.1, 2, size=shape)
    return list(kinds.values())


def complex_step(loss, array, h=1e-30):
    """∂ loss(array) / ∂ array, one entry after the other."""
    gradient = np.zeros(array.shape)
    for i in np.ndindex(array.shape):
        shifted = array.astype(complex)
        shifted[i] += 1j * h
        gradient[i] = loss(shifted).imag / h
    return gradient


def assert_equal_to_1e_10(a, b):
    assert a.shape == b.shape
    assert np.linalg.norm(a - b) <= 1e-10 * np.linalg.norm(b)


def test_random_circuits_have_cycles_and_delays_of_both_signs():
    seen = set()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(circuits())
    def look(circuit):
        for cycle in circuit.cycles():
            seen.add(np.sign(sum(edge.delay for edge in cycle)))
        seen.update(node.lifetime for node in circuit.nodes if node.operation)

    look()
    assert seen >= {1, -1, "every", "first", "last"}


# ---- unfolding and folding -----------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(circuits(), st.integers(2, 6), st.booleans())
def test_folding_undoes_unfolding(circuit, T, tied):
    graph = circuit.unfold(T, tied=tied)
    rebuilt = Graph(tuple(reversed(graph.nodes)), graph.T)
    assert rebuilt.fold() == circuit


@settings(max_examples=100, deadline=None)
@given(circuits(), st.integers(1, 6), st.booleans())
def test_the_order_of_evaluation_is_topological(circuit, T, tied):
    graph = circuit.unfold(T, tied=tied)
    place = {node.key: i for i, node in enumerate(graph.order)}
    assert len(place) == len(graph.nodes)
    assert all(place[edge.source] < place[edge.target] for edge in graph.edges)


DIGRAPHS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(-2, 2)), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(DIGRAPHS)
def test_a_circuit_is_accepted_exactly_if_its_copies_can_be_computed_in_some_order(edges):
    reads = {name: [] for name in "abc"}
    for source, target, delay in edges:
        reads[target].append((source, delay))
    steps = range(60)
    copies = {
        (k, t): {(s, t - d) for s, d in reads[k] if t - d in steps} for k in reads for t in steps
    }
    try:
        TopologicalSorter(copies).prepare()
        acyclic = True
    except CycleError:
        acyclic = False
    nodes = [Node("x", "input", "n")]
    for name, arguments in reads.items():
        texts = "x " + " ".join(f"{s}(t{-d:+d})" for s, d in arguments)
        nodes.append(Node(name, "state", "n", MIX, texts))
    if acyclic:
        assert Circuit(nodes).unfold(3)
    else:
        with pytest.raises(ValueError, match="cannot be unfolded"):
            Circuit(nodes)


def test_the_order_of_listing_does_not_matter_but_that_of_arguments_does():
    assert Circuit(reversed(elman().nodes)) == elman()
    assert hash(Circuit(reversed(elman().nodes))) == hash(elman())
    x, p = Node("x", "input", "n"), Node("p", "parameter", "n")
    one = Circuit([x, p, Node("s", "state", "n", MIX, "x(t) p s(t-1)")])
    other = Circuit([x, p, Node("s", "state", "n", MIX, "p x(t) s(t-1)")])
    assert one != other


def test_a_node_reads_the_copy_that_its_delay_says():
    circuit = Circuit(
        [
            Node("x", "input", "n"),
            Node("s", "state", "n", MIX, "x(t+1) s(t-2)"),
            Node("first", "state", "n", MIX, "s(t-1)", lifetime="first"),
            Node("last", "output", "n", MIX, "s(t) first", lifetime="last"),
            Node("every", "output", "n", MIX, "last x(t)"),
        ]
    )
    graph = circuit.unfold(3)
    assert graph["s", 3].arguments == (("x", 4), ("s", 1))
    assert graph["first", 1].arguments == (("s", 0),)
    assert graph["last", 3].arguments == (("s", 3), ("first", 1))
    assert graph["every", 1].arguments == (("last", 3), ("x", 1))
    given = {node.key for node in graph.nodes if node.kind == "initial"}
    assert given == {("s", 0), ("s", -1), ("x", 4)}


def test_a_graph_whose_copies_differ_is_no_unfolding():
    graph = elman().unfold(3)
    nodes = [
        Node("x", "input", "n"),
        Node("s", "state", "n", MIX, "x(t) s(t-1)"),
    ]
    one, two = Circuit(nodes).unfold(3), Circuit([nodes[0], Node("s", "state", "n", tanh, "x(t)")])
    mixed = [node for node in one.nodes if node.key != ("s", 2)] + [two.unfold(3)["s", 2]]
    with pytest.raises(ValueError, match="the copies of s differ"):
        Graph(tuple(mixed), 3).fold()
    without = tuple(node for node in graph.nodes if node.key != ("o", 2))
    with pytest.raises(ValueError, match=r"o lives at the steps \[1, 3\]"):
        Graph(without, 3).fold()


def looking_back(T):
    """o(t) reads all of h(1), …, h(T): attention."""
    graph = Circuit([Node("x", "input", "n"), Node("h", "state", "n", tanh, "x(t)")]).unfold(T)
    everything = tuple(("h", t) for t in range(1, T + 1))
    outputs = [GraphNode("o", t, "state", ("n",), MIX, everything, "o") for t in range(1, T + 1)]
    return Graph((*graph.nodes, *outputs), T)


def test_edges_that_are_no_delays_do_not_fold_and_the_error_says_which_they_are():
    told = (
        r"the copies of o differ: o\(1\) reads h\(t\+2\), but o\(2\) reads h\(t-1\); these "
        "edges are not delays that are the same at every step, so no circuit unfolds to this graph"
    )
    with pytest.raises(ValueError, match=told):
        looking_back(3).fold()


def test_copies_that_differ_in_what_they_compute_are_told_so():
    graph = elman(loss=None).unfold(3)
    other = graph["h", 2]
    changed = GraphNode("h", 2, other.kind, other.shape, MIX, other.arguments, "h")
    nodes = (*(node for node in graph.nodes if node.key != ("h", 2)), changed)
    with pytest.raises(ValueError, match="the copies of h differ, so no circuit"):
        Graph(nodes, 3).fold()


# ---- counting ------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4))
def test_parameters_are_constant_in_T_if_tied_and_grow_with_T_if_not(T, B, n_x, n_h):
    sizes = {"B": B, "n_x": n_x, "n_h": n_h, "n_o": 2}
    once = n_h * (n_x + n_h + 1) + 2 * (n_h + 1)
    tied, untied = (elman().unfold(T, tied=tied).counts(sizes) for tied in (True, False))
    assert tied.parameters == once
    assert untied.parameters == T * once
    assert tied.nodes == 5 + 1 + 6 * T  # U W b V c, h(0), and x y a h o L
    assert untied.nodes == 5 * T + 1 + 6 * T
    assert tied.edges == untied.edges == (5 + 1 + 3 + 2) * T
    # a and h; x; o and y; the loss: once for each step, and h(0)
    assert tied.stored == untied.stored == B * (T * (2 * n_h + n_x + 2 * 2 + 1) + n_h)


@settings(max_examples=50, deadline=None)
@given(circuits(), st.integers(1, 4))
def test_stored_numbers_are_those_that_a_run_keeps(circuit, T):
    graph = circuit.unfold(T)
    run = graph.forward(*random_values(graph, np.random.default_rng(0), B=3, n=2))
    kept = {True: 0, False: 0}
    for node in graph.nodes:
        kept[node.kind == "parameter"] += run[node.key].size
    counts = graph.counts({"B": 3, "n": 2})
    assert (counts.parameters, counts.stored) == (kept[True], kept[False])


@settings(max_examples=50, deadline=None)
@given(circuits(), st.integers(1, 4))
def test_the_critical_path_is_a_chain_and_no_chain_is_longer(circuit, T):
    graph = circuit.unfold(T)
    path = graph.critical_path()
    assert all(key in graph[after].arguments for key, after in pairwise(path))
    assert all(graph[key].operation for key in path)
    # Another way to the longest chain: peel off what nobody waits for, layer by layer.
    waiting = {node.key: set(node.arguments) for node in graph.nodes if node.operation}
    layers = 0
    while waiting:
        ready = {key for key, reads in waiting.items() if not reads & waiting.keys()}
        waiting = {key: reads for key, reads in waiting.items() if key not in ready}
        layers += 1
    assert len(path) == layers


@pytest.mark.parametrize("T", [1, 2, 7])
def test_the_critical_path_grows_with_T_unless_the_recurrence_is_cut(T):
    assert len(autonomous().unfold(T).critical_path()) == T
    assert len(elman().unfold(T).critical_path()) == 2 * T + 2  # a, h at every step; o, L
    assert len(jordan().unfold(T).critical_path()) == 3 * T + 1
    assert len(jordan(teacher_forcing=True).unfold(T).critical_path()) == 4


# ---- values and gradients ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(circuits(), st.integers(1, 4), st.integers(1, 2), st.integers(1, 2), st.booleans())
def test_gradients_on_all_that_is_given_equal_the_complex_step(circuit, T, B, n, tied):
    graph = circuit.unfold(T, tied=tied)
    given = random_values(graph, np.random.default_rng(T), B, n)
    losses = [node.key for node in graph.nodes if node.operation]

    def loss(group, key, array):
        changed = [g | {key: array} if g is group else g for g in given]
        run = graph.forward(*changed)
        return sum(run[k].sum() for k in losses)

    run = graph.forward(*given)
    gradients = graph.backward(run, {key: np.ones_like(run[key]) for key in losses})
    for group in given:
        for key, array in group.items():
            oracle = complex_step(lambda a, g=group, k=key: loss(g, k, a), array)
            assert_equal_to_1e_10(gradients[key], oracle)


@settings(max_examples=40, deadline=None)
@given(circuits(), st.integers(1, 5))
def test_the_tied_gradient_is_the_sum_over_untied_copies(circuit, T):
    tied, untied = circuit.unfold(T), circuit.unfold(T, tied=False)
    params, inputs, initial = random_values(tied, np.random.default_rng(T), B=2, n=2)
    by_name = {name: array for (name, _), array in params.items()}
    run, untied_run = (g.forward(by_name, inputs, initial) for g in (tied, untied))
    last = next(node.key for node in reversed(tied.order) if node.operation)
    direct = {last: np.ones((2, 2))}
    gradients, copies = tied.backward(run, direct), untied.backward(untied_run, direct)
    assert gradients.fold().keys() == copies.fold().keys() == by_name.keys()
    for name in by_name:
        total = sum(copies[node.key] for node in untied.copies(name))
        np.testing.assert_allclose(gradients[name], total, rtol=1e-10, atol=1e-14)
        np.testing.assert_array_equal(copies.fold()[name], total)


@settings(max_examples=40, deadline=None)
@given(circuits(), st.integers(1, 4))
def test_a_total_gradient_is_the_direct_one_and_the_contributions_of_all_edges(circuit, T):
    graph = circuit.unfold(T)
    rng = np.random.default_rng(T)
    run = graph.forward(*random_values(graph, rng, B=2, n=3))
    gradients = graph.backward(
        run, {key: rng.uniform(0.1, 2, size=v.shape) for key, v in run.arrays.items()}
    )
    edges = 0
    for node in graph.nodes:
        contributions = gradients.contributions(node.key)
        edges += len(contributions)
        assert all(edge.source == node.key for edge in contributions)
        total = gradients.direct[node.key] + sum(contributions.values())
        np.testing.assert_allclose(gradients[node.key], total, rtol=1e-12, atol=1e-14)
    assert edges == len(graph.edges)


def elman_values(rng, T=3, B=4, n_x=2, n_h=3, n_o=1):
    shapes = {"U": (n_h, n_x), "W": (n_h, n_h), "b": (n_h,), "V": (n_o, n_h), "c": (n_o,)}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    inputs = {"x": rng.normal(size=(T, B, n_x)), "y": rng.normal(size=(T, B, n_o))}
    return params, inputs, {"h": rng.normal(size=(B, n_h))}


def test_a_state_acts_through_its_own_output_and_through_the_next_state():
    params, inputs, initial = elman_values(np.random.default_rng(0))
    graph = elman().unfold(3)
    run = graph.forward(params, inputs, initial)
    gradients = graph.backward(run)
    h, o, y = run["h"], run["o"], inputs["y"]
    delta = np.zeros_like(h[0])
    for t in (3, 2, 1):  # eq. 10.18 to 10.21, by hand
        now = (o[t - 1] - y[t - 1]) @ params["V"]
        future = delta
        contributions = {
            edge.target: array for edge, array in gradients.contributions(("h", t)).items()
        }
        np.testing.assert_allclose(contributions["o", t], now, rtol=1e-12)
        if t < 3:
            np.testing.assert_allclose(contributions["a", t + 1], future, rtol=1e-12)
        np.testing.assert_allclose(gradients["h", t], now + future, rtol=1e-12)
        delta = (now + future) * (1 - h[t - 1] ** 2) @ params["W"]
    np.testing.assert_allclose(gradients["h", 0], delta, rtol=1e-12)


def test_a_value_by_name_is_the_stack_of_all_copies():
    params, inputs, initial = elman_values(np.random.default_rng(1))
    run = elman().unfold(3).forward(params, inputs, initial)
    np.testing.assert_array_equal(run["x"], inputs["x"])
    np.testing.assert_array_equal(run["h"][1], run["h", 2])
    np.testing.assert_array_equal(run["h", 0], initial["h"])
    np.testing.assert_array_equal(run["W"], params["W"])
    assert run.loss == pytest.approx(run["L"].sum())
    assert run.sizes == {"B": 4, "n_x": 2, "n_h": 3, "n_o": 1}


def test_initial_states_are_zero_unless_given():
    params, inputs, initial = elman_values(np.random.default_rng(2))
    graph = elman().unfold(3)
    zeros = {"h": np.zeros_like(initial["h"])}
    assert graph.forward(params, inputs).loss == graph.forward(params, inputs, zeros).loss
    assert graph.forward(params, inputs).loss != graph.forward(params, inputs, initial).loss


def test_single_precision_stays():
    groups = elman_values(np.random.default_rng(3))
    groups = [{k: v.astype(np.float32) for k, v in group.items()} for group in groups]
    graph = elman().unfold(3)
    run = graph.forward(groups[0], groups[1])
    gradients = graph.backward(run)
    assert {v.dtype for v in run.arrays.values()} == {np.dtype(np.float32)}
    assert {v.dtype for v in gradients.arrays.values()} == {np.dtype(np.float32)}


def test_a_run_and_its_arguments_cannot_change_each_other():
    params, inputs, initial = elman_values(np.random.default_rng(4))
    before = [{k: v.copy() for k, v in group.items()} for group in (params, inputs, initial)]
    graph = elman().unfold(3)
    run = graph.forward(params, inputs, initial)
    gradients = graph.backward(run)
    dU = gradients["U"].copy()
    for group, old in zip((params, inputs, initial), before, strict=True):
        for name, array in group.items():
            np.testing.assert_array_equal(array, old[name])
            array += 1
    np.testing.assert_array_equal(graph.backward(run)["U"], dU)
    for array in (run["h", 1], run["x", 1], gradients["h", 1]):
        with pytest.raises(ValueError, match="read-only"):
            array += 1


# ---- composition ---------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [1, 2, 5])
def test_g_of_the_whole_history_is_t_applications_of_f(t):
    rng = np.random.default_rng(t)
    theta, x, s = rng.normal(size=(3, 3)), rng.normal(size=(t, 2, 3)), rng.normal(size=(2, 3))
    g = driven().compose(t)
    assert g.history == tuple(("x", k) for k in range(t, 0, -1))
    composed = g(*x[::-1], params={"theta": theta}, initial={"s": s})
    for x_t in x:
        s = np.tanh(s @ theta.T + x_t)
    np.testing.assert_array_equal(composed, s)


def test_the_nesting_is_written_without_recursion():
    assert str(autonomous().compose(3)) == "f(f(f(s(0); θ); θ); θ)"
    assert str(driven().compose(2)) == "f(f(s(0), x(1); θ), x(2); θ)"
    assert str(elman().compose(2)) == "tanh(b + W tanh(b + W h(0) + U x(1)) + U x(2))"
    assert str(elman().compose(1, of="o")) == "c + V tanh(b + W h(0) + U x(1))"


def test_the_equations_of_a_circuit_are_those_of_the_book():
    assert str(elman()).splitlines() == [
        "a(t) = b + W h(t-1) + U x(t)",
        "h(t) = tanh(a(t))",
        "o(t) = c + V h(t)",
        "L(t) = squared_error(o(t), y(t))",
    ]
    assert "m(t) = f(t)∘m(t-1) + i(t)∘g(t)" in str(lstm())
    assert "h(t) = (1 - z(t))∘n(t) + z(t)∘h(t-1)" in str(gru())
    circuit = Circuit(
        [
            Node("x", "input", "n"),
            Node("first", "state", "n", tanh, "x(t-1)", lifetime="first"),
            Node("last", "state", "n", tanh, "x(t+1)", lifetime="last"),
            Node("both", "output", "n", squared_error, "first last"),
        ]
    )
    assert str(circuit).splitlines() == [
        "first(1) = tanh(x(0))",
        "last(T) = tanh(x(T+1))",
        "both(t) = squared_error(first(1), last(T))",
    ]


# ---- errors --------------------------------------------------------------------------------------

X = Node("x", "input", "n")


def state(name, arguments, **options):
    return Node(name, "state", "n", MIX, arguments, **options)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([X, state("a", "b(t)"), state("b", "x(t) a(t)")], "the cycle a -> b -> a cannot be"),
        ([state("a", "a(t)")], "the cycle a -> a cannot be unfolded: its delay is 0"),
        ([state("a", "b(t-1)"), state("b", "a(t+1)")], "cycle a -> b -> a cannot be unfolded"),
        ([state("a", "a(t-1) b(t)"), state("b", "a(t+2)")], "a -> a and a -> b -> a hang together"),
        (
            [state("a", "a(t-1) b(t)"), state("b", "b(t+1) a(t-3)")],
            "a -> a and b -> b hang together .* their delays are 1 and -1",
        ),
        (
            [X, state("a", "b(t) x(t)"), state("b", "a(t)", lifetime="last")],
            "the cycle a -> b -> a",
        ),
        (
            [X, state("a", "b(t) a(t-1)"), state("b", "a(t-1)", lifetime="first")],
            "passes b, which lives first: in a cycle, all nodes must live at every step",
        ),
        ([state("a", "z(t)")], "a reads 'z', which is no node of this circuit; it has a"),
        ([X, X, state("a", "x(t)")], "got twice: x"),
        ([X, Node("p", "parameter", "n"), state("a", "x(t)")], "parameter p is read by no node"),
        (
            [Node("x", "input", "n", lifetime="once"), state("a", "x(t-1)")],
            "a reads x with delay 1, but x lives once",
        ),
    ],
)
def test_a_circuit_that_cannot_be_unfolded_is_refused_with_the_names(nodes, message):
    with pytest.raises(ValueError, match=message):
        Circuit(nodes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("s", "neuron", "n"), "s: kind must be one of"),
        (("s", "state", "n"), "every other node has both"),
        (("s", "state", "n", MIX), "every other node has both"),
        (("s", "input", "n", MIX, "x(t)"), "inputs have no operation"),
        (("s", "state", "n", MIX, "x(t)", "once"), "only parameters and inputs may live once"),
        (("s", "state", "n", MIX, "x(t)", "twice"), "lifetime must be one of"),
        (("s", "state", "n", MIX, "x[t-1]"), "an argument is written like .* got 'x\\[t-1\\]'"),
        (("s", "state", "n_h-1", MIX, "x"), "a size is a name .* got 'n_h-1'"),
    ],
)
def test_a_node_that_contradicts_itself_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Node(*arguments)


@pytest.mark.parametrize("T", [0, -1, 2.0, None])
def test_T_is_a_whole_number_of_at_least_one(T):
    with pytest.raises(ValueError, match="T must be a whole number of at least 1"):
        elman().unfold(T)


def test_one_step_does_not_tell_its_circuit():
    with pytest.raises(ValueError, match="unfold for T >= 2"):
        elman().unfold(1).fold()


def without(group, name):
    return {k: v for k, v in group.items() if k != name}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p, i: (without(p, "W"), i), "the parameter W is missing"),
        (lambda p, i: (p, without(i, "y")), r"the input y\(\d\) is missing"),
        (
            lambda p, i: (p | {"Z": p["W"]}, i),
            "no parameter 'Z' in this graph; it has U, W, b, V, c",
        ),
        (lambda p, i: (p, i | {("x", 4): 0}), r"no input \('x', 4\) in this graph; it has x, y"),
        (lambda p, i: (p, i | {"h": 0}), "no input 'h'"),
        (lambda p, i: (p | {"W": p["W"][:2]}, i), r"W must be \(n_h=3, n_h=3\), got \(2, 3\)"),
        (lambda p, i: (p | {"U": p["U"].T}, i), r"W must be \(n_h=2, n_h=2\), got \(3, 3\)"),
        (
            lambda p, i: (p, i | {"x": i["x"][:2]}),
            r"x must be \(steps=3, B, n_x\), got \(2, 4, 2\)",
        ),
        (lambda p, i: (p, i | {"x": i["x"][0]}), r"x must be \(steps=3, B, n_x\), got \(4, 2\)"),
        (
            lambda p, i: (p, i | {"y": i["y"][:, 1:]}),
            r"y\(1\) must be \(B=4, n_o=1\), got \(3, 1\)",
        ),
        (lambda p, i: (p, i | {("x", 2): np.full((4, 2), np.nan)}), r"x\(2\) holds NaN"),
        (lambda p, i: (p | {"W": np.full((3, 3), "1")}, i), "W must hold numbers"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_what_arrived(change, message):
    params, inputs, _ = elman_values(np.random.default_rng(5))
    with pytest.raises(ValueError, match=message):
        elman().unfold(3).forward(*change(params, inputs))


def test_what_is_not_in_a_graph_cannot_be_asked_for():
    params, inputs, initial = elman_values(np.random.default_rng(6))
    graph = elman().unfold(3)
    run = graph.forward(params, inputs, initial)
    for ask in (lambda: run["h", 4], lambda: run["k"], lambda: graph["h", 4]):
        with pytest.raises(ValueError, match=r"no node .* in this graph of T=3 steps"):
            ask()
    with pytest.raises(ValueError, match="no node 'k' in this circuit; it has U, W, b"):
        elman()["k"]
    with pytest.raises(ValueError, match=r"g takes 2 inputs \(x\(2\), x\(1\)\), got 1"):
        elman().compose(2)(inputs["x"][0], params=params)


def test_a_gradient_of_the_wrong_shape_is_refused():
    params, inputs, _ = elman_values(np.random.default_rng(7))
    graph = elman().unfold(3)
    run = graph.forward(params, inputs)
    with pytest.raises(ValueError, match=r"gradient on h must be \(3, 4, 3\), got \(4, 3\)"):
        graph.backward(run, {"h": np.zeros((4, 3))})
    with pytest.raises(ValueError, match="this run belongs to another graph"):
        elman().unfold(4).backward(run)
    bare = elman(loss=None).unfold(3)
    cell = {name: params[name] for name in "UWb"}
    with pytest.raises(ValueError, match="needs direct gradients"):
        bare.backward(bare.forward(cell, {"x": inputs["x"]}))


def test_an_operation_that_returns_the_wrong_shape_is_refused():
    params, inputs, _ = elman_values(np.random.default_rng(8))
    cut = Operation("cut", lambda a: a[:, 1:], relu.vjp)
    with pytest.raises(ValueError, match=r"h\(1\) must be \(B=4, n_h=3\), got \(4, 2\)"):
        elman(nonlinearity=cut).unfold(3).forward(params, inputs)
    graph = elman(nonlinearity=Operation("sum", np.tanh, lambda dz, z, a: (dz.sum(0),))).unfold(3)
    with pytest.raises(ValueError, match=r"vjp of sum .* \[\(4, 3\)\], got \[\(3,\)\]"):
        graph.backward(graph.forward(params, inputs))


def test_the_size_of_an_initial_state_must_be_known():
    logistic = Operation("f", lambda s, r: r * s * (1 - s), lambda dz, z, s, r: (dz, dz.sum()))
    graph = autonomous(logistic, theta="").unfold(2)
    with pytest.raises(ValueError, match="the size n is not known"):
        graph.forward({"theta": 4.0})
    run = graph.forward({"theta": 4.0}, initial={"s": [[0.5], [0.25]]})
    np.testing.assert_array_equal(run["s"], [[[1.0], [0.75]], [[0.0], [0.75]]])
