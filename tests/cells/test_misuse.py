"""What is misused is refused in one sentence: the rule, and what came instead."""

import re

import numpy as np
import pytest

from rnnlib.cells.cell import Params
from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.min_gru import MinGRU, MinGRUParams
from rnnlib.cells.scan import associative_scan, associative_scan_vjp
from rnnlib.cells.simple import Diagonal, Elman, Linear
from rnnlib.cells.tape import run, tape_nbytes
from tests.cells.recurrent_cases import assert_close

kinds = pytest.mark.parametrize("kind", [Elman, Linear, Diagonal, LSTM, GRU, MinGRU])


def refused(error, sentence, call):
    with pytest.raises(error, match=f"^{re.escape(sentence)}"):
        call()


# --- sizes --------------------------------------------------------------------------------


@kinds
@pytest.mark.parametrize("place, name", [(0, "n_x"), (1, "n_h")])
@pytest.mark.parametrize("size", [2.5, 2.0, True, np.True_, "4", None, 3 + 0j, np.array([4])])
def test_a_size_that_is_no_whole_number_is_refused(kind, place, name, size):
    sizes = [2, 4]
    sizes[place] = size
    refused(TypeError, f"{name} must be a whole number, got {size!r}", lambda: kind(*sizes))


@kinds
@pytest.mark.parametrize("place, name", [(0, "n_x"), (1, "n_h")])
@pytest.mark.parametrize("size", [0, -2, np.int64(0)])
def test_a_size_below_one_is_refused(kind, place, name, size):
    sizes = [2, 4]
    sizes[place] = size
    refused(ValueError, f"{name} must be at least 1, got {size}", lambda: kind(*sizes))


@kinds
@pytest.mark.parametrize("number", [np.int8, np.int64, np.uint32])
def test_a_size_may_be_an_integer_of_numpy_and_is_the_same_cell(kind, number):
    cell = kind(number(2), number(4))
    assert (cell, hash(cell), repr(cell)) == (kind(2, 4), hash(kind(2, 4)), repr(kind(2, 4)))
    shapes = [p.shape for p in cell.init(np.random.default_rng(0))]
    assert shapes == list(kind(2, 4).shapes())


@pytest.mark.parametrize("activation", ["gelu", np.tanh, None, ["tanh"]])
def test_an_activation_is_one_of_three_names(activation):
    refused(
        ValueError,
        f"activation must be one of tanh, relu, identity, got {activation!r}",
        lambda: Elman(2, 3, activation),
    )


# --- random parameters --------------------------------------------------------------------


@kinds
@pytest.mark.parametrize(
    "rng",
    [0, None, np.random.RandomState(0), np.random, np.random.SeedSequence(0)],
    ids=lambda rng: type(rng).__name__,  # an address would differ between two processes
)
def test_random_parameters_need_a_generator(kind, rng):
    sentence = "rng must be a NumPy Generator, such as np.random.default_rng(0), got "
    refused(TypeError, sentence + repr(rng), lambda: kind(2, 4).init(rng))


@kinds
def test_a_scheme_that_is_refused_draws_nothing(kind):
    rng, untouched = np.random.default_rng(0), np.random.default_rng(0)
    refused(ValueError, "scheme must be uniform", lambda: kind(2, 4).init(rng, "xavier"))
    assert rng.random() == untouched.random()


# --- cells --------------------------------------------------------------------------------


@kinds
def test_a_class_is_no_cell(kind):
    cell = kind(2, 4)
    params, x = cell.init(np.random.default_rng(0)), np.zeros((3, 1, 2))
    sentence = (
        f"cell must be a cell with its sizes, such as {kind.__name__}(n_x, n_h), "
        f"got the class {kind.__name__}"
    )
    refused(TypeError, sentence, lambda: run(kind, params, x))
    refused(TypeError, sentence, lambda: tape_nbytes(kind, 3, 1))


@pytest.mark.parametrize("cell", [None, "LSTM", np.zeros(3), Params(1, 2, 3)], ids=repr)
def test_what_is_no_cell_is_refused(cell):
    sentence = f"cell must be a cell, such as Elman(n_x, n_h), got {type(cell).__name__}"
    refused(TypeError, sentence, lambda: run(cell, None, np.zeros((3, 1, 2))))
    refused(TypeError, sentence, lambda: tape_nbytes(cell, 3, 1))


@pytest.mark.parametrize(
    ("error", "sentence", "numbers"),
    [
        (TypeError, "T must be a whole number, got 2.5", (2.5, 1)),
        (ValueError, "T must be at least 0, got -1", (-1, 1)),
        (TypeError, "batch must be a whole number, got '1'", (3, "1")),
        (ValueError, "batch must be at least 1, got 0", (3, 0)),
    ],
)
def test_bytes_are_counted_for_whole_numbers_of_steps_and_sequences(error, sentence, numbers):
    refused(error, sentence, lambda: tape_nbytes(LSTM(2, 4), *numbers))


# --- parameters and inputs ----------------------------------------------------------------

KINDS = {"Elman": Elman, "LSTM": LSTM, "GRU": GRU, "MinGRU": MinGRU}


@pytest.mark.parametrize("wrong", KINDS)
@pytest.mark.parametrize("right", KINDS)
def test_the_parameters_of_another_cell_are_refused(right, wrong):
    cell, params = KINDS[right](2, 4), KINDS[wrong](2, 4).init(np.random.default_rng(0))
    x = np.zeros((3, 1, 2))
    if right == wrong:
        assert run(cell, params, x).T == 3
    elif type(params) is type(cell.init(np.random.default_rng(0))):
        sentence = f"U must be {cell.shapes().U} for {cell}, got {params.U.shape}"
        refused(ValueError, sentence, lambda: run(cell, params, x))
    else:
        with pytest.raises(TypeError) as caught:
            run(cell, params, x)
        says = str(caught.value)
        assert says.endswith(f" for {cell}, got {type(params).__name__}")
        assert says.startswith(f"params must be {type(cell.shapes()).__name__}(U, ")


@pytest.mark.parametrize("params", [None, 0.5, (1, 2), [np.eye(4)], {"U": 1}], ids=repr)
def test_parameters_are_named(params):
    sentence = f"params must be Params(U, W, b) for {LSTM(2, 4)}, got {type(params).__name__}"
    refused(TypeError, sentence, lambda: run(LSTM(2, 4), params, np.zeros((3, 1, 2))))


@kinds
def test_each_parameter_must_have_its_shape(kind):
    cell = kind(2, 4)
    params = cell.init(np.random.default_rng(0))
    for name, array in params._asdict().items():
        wrong = params._replace(**{name: array[..., :-1]})
        sentence = f"{name} must be {array.shape} for {cell}, got {array[..., :-1].shape}"
        refused(ValueError, sentence, lambda wrong=wrong: run(cell, wrong, np.zeros((3, 1, 2))))


@kinds
@pytest.mark.parametrize("shape", [(), (2,), (3, 2), (3, 1, 3), (3, 1, 1, 2), (0, 1, 2), (3, 0, 2)])
def test_inputs_have_three_axes_time_first(kind, shape):
    cell = kind(2, 4)
    params = cell.init(np.random.default_rng(0))
    sentence = f"x must be (T ≥ 1, B ≥ 1, n_x=2), got {shape}"
    refused(ValueError, sentence, lambda: run(cell, params, np.zeros(shape)))


@kinds
@pytest.mark.parametrize("dtype", ["U1", object, "datetime64[s]"])
def test_inputs_and_parameters_are_numbers(kind, dtype):
    cell = kind(2, 4)
    params = cell.init(np.random.default_rng(0))
    words = np.zeros((3, 1, 2), dtype)
    refused(TypeError, f"x must hold numbers, got {words.dtype}", lambda: run(cell, params, words))


def test_parameters_are_numbers():
    cell = Elman(2, 4)
    words = cell.init(np.random.default_rng(0))._replace(b=np.full(4, "0"))
    refused(
        TypeError,
        "params and s0 must hold numbers",
        lambda: run(cell, words, np.zeros((3, 1, 2))),
    )


@kinds
def test_whole_numbers_run_as_the_floats_that_they_equal(kind):
    cell = kind(2, 4)
    params = cell.init(np.random.default_rng(0))
    whole = type(params)(*(np.round(3 * p).astype(int) for p in params))
    as_floats = type(params)(*(p.astype(float) for p in whole))
    x = np.random.default_rng(1).integers(-2, 3, (3, 2, 2))
    assert_close(run(cell, whole, x).states, run(cell, as_floats, x.astype(float)).states, 0)


def test_a_gru_without_its_second_bias_is_told_what_is_missing():
    cell = GRU(2, 4)
    params = cell.init(np.random.default_rng(0))
    refused(
        TypeError,
        "params must be GRUParams(U, W, b, b_hn) for GRU(n_x=2, n_h=4), got Params",
        lambda: run(cell, Params(*params[:3]), np.zeros((3, 1, 2))),
    )
    refused(
        TypeError,
        "params must be MinGRUParams(U, b) for MinGRU(n_x=2, n_h=4), got GRUParams",
        lambda: run(MinGRU(2, 4), params, np.zeros((3, 1, 2))),
    )
    short = MinGRUParams(params.U[:8], params.b[:8])
    assert run(MinGRU(2, 4), short, np.zeros((3, 1, 2))).T == 3


# --- scans --------------------------------------------------------------------------------


@pytest.mark.parametrize("h0", [np.zeros(3), np.zeros((1, 2, 2)), np.zeros((3, 2))])
def test_a_scan_starts_from_what_has_the_shape_of_a_step(h0):
    a = np.zeros((5, 2, 2))
    sentence = f"h0 must have the shape of b(t) (2, 2), got {h0.shape}"
    refused(ValueError, sentence, lambda: associative_scan(a, a, h0))
    refused(ValueError, sentence, lambda: associative_scan_vjp(a, a, a, h0))


def test_a_scan_may_start_from_one_number_for_all():
    a, b = np.random.default_rng(0).normal(size=(2, 5, 2, 2))
    everywhere = np.full((2, 2), 3.0)
    h = associative_scan(a, b, 3.0).h
    assert_close(h, associative_scan(a, b, everywhere).h, 0)
    assert_close(associative_scan_vjp(a, h, b, 3.0), associative_scan_vjp(a, h, b, everywhere), 0)
