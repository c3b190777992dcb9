"""Weights to and from PyTorch: the same run, the same bits, no transpose."""

import warnings

import numpy as np
import pytest

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.interop import from_torch, to_torch
from rnnlib.cells.simple import Elman, Linear
from rnnlib.cells.tape import run
from tests.cells.recurrent_cases import assert_close

torch = pytest.importorskip("torch")

MODULES = {
    "tanh": lambda **k: torch.nn.RNN(3, 5, **k),
    "relu": lambda **k: torch.nn.RNN(3, 5, nonlinearity="relu", **k),
    "gru": lambda **k: torch.nn.GRU(3, 5, **k),
    "lstm": lambda **k: torch.nn.LSTM(3, 5, **k),
}
CELLS = {"tanh": Elman(3, 5), "relu": Elman(3, 5, "relu"), "gru": GRU(3, 5), "lstm": LSTM(3, 5)}
all_modules = pytest.mark.parametrize("name", MODULES)


@all_modules
@pytest.mark.parametrize("bias", [True, False])
def test_weights_from_pytorch_run_the_same(name, bias):
    torch.manual_seed(0)
    module = MODULES[name](bias=bias).double()
    cell, params = from_torch(module)
    assert cell == CELLS[name]
    x = np.random.default_rng(0).normal(size=(7, 2, 3))
    with torch.no_grad():
        out, _ = module(torch.tensor(x))
    assert_close(run(cell, params, x).h[1:], out.numpy(), 1e-13)


@all_modules
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_go_to_pytorch_and_come_back_bit_by_bit(name, dtype):
    cell = CELLS[name]
    params = cell.init(np.random.default_rng(0), dtype=dtype)
    module = to_torch(cell, params)
    np.testing.assert_array_equal(module.weight_ih_l0.detach().numpy(), params.U)
    np.testing.assert_array_equal(module.weight_hh_l0.detach().numpy(), params.W)
    again, back = from_torch(module)
    assert again == cell
    for a, b in zip(back, params, strict=True):
        assert a.dtype == dtype
        np.testing.assert_array_equal(a, b)


@all_modules
def test_the_weights_are_copies(name):
    module = MODULES[name]()
    _, params = from_torch(module)
    before = module.weight_hh_l0.detach().clone()
    params.W[:] = 0
    assert torch.equal(module.weight_hh_l0, before)
    with torch.no_grad():
        to_torch(CELLS[name], params).weight_hh_l0.fill_(1)
    assert not params.W.any()


@all_modules
def test_a_batch_first_module_has_the_same_weights_and_says_that_time_comes_first_here(name):
    torch.manual_seed(0)
    module = MODULES[name](batch_first=True).double()
    with pytest.warns(UserWarning, match=r"time first: give x\.swapaxes\(0, 1\)"):
        cell, params = from_torch(module)
    x = np.random.default_rng(0).normal(size=(2, 7, 3))
    with torch.no_grad():
        out, _ = module(torch.tensor(x))
    assert_close(run(cell, params, x.swapaxes(0, 1)).h[1:].swapaxes(0, 1), out.numpy(), 1e-13)


@all_modules
def test_a_module_with_time_first_gives_no_warning(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from_torch(MODULES[name]())


@all_modules
@pytest.mark.parametrize(
    "options",
    [{"num_layers": 2}, {"bidirectional": True}, {"num_layers": 2, "dropout": 0.5}],
    ids=str,
)
def test_several_layers_two_directions_and_dropout_are_refused(name, options):
    rule = "module must have one layer, one direction, no projection and no dropout, got "
    with pytest.raises(ValueError, match=rule):
        from_torch(MODULES[name](**options))


@all_modules
@pytest.mark.filterwarnings("ignore:dropout option adds dropout")
def test_dropout_is_refused_even_where_pytorch_has_no_use_for_it(name):
    with pytest.raises(ValueError, match=r"no dropout, got \w+\(3, 5, .*dropout=0\.5"):
        from_torch(MODULES[name](dropout=0.5))


@all_modules
def test_only_the_parameters_of_the_cell_go_to_pytorch(name):
    cell = CELLS[name]
    params = cell.init(np.random.default_rng(0))
    with pytest.raises(TypeError, match="cell must be a cell with its sizes"):
        to_torch(type(cell), params)
    with pytest.raises(TypeError, match=r"params must be \w+\(U, W, b.* got tuple"):
        to_torch(cell, tuple(params))
    with pytest.raises(ValueError, match=r"b must be .* got \(1,\)"):  # PyTorch would repeat it
        to_torch(cell, params._replace(b=params.b[:1]))


def test_what_has_no_counterpart_is_an_error():
    with pytest.raises(ValueError, match="no projection"):
        from_torch(torch.nn.LSTM(3, 5, proj_size=2))
    with pytest.raises(TypeError, match=r"module must be torch\.nn\.RNN, GRU or LSTM, got Linear"):
        from_torch(torch.nn.Linear(3, 5))
    with pytest.raises(TypeError, match=r"GRU or LSTM, got the class GRU"):
        from_torch(torch.nn.GRU)
    with pytest.raises(TypeError, match=r"PyTorch has no module for Elman.*identity"):
        to_torch(Elman(3, 5, "identity"), Elman(3, 5).init(np.random.default_rng(0)))
    cell = Linear(3, 5)
    with pytest.raises(TypeError, match="PyTorch has no module for Linear"):
        to_torch(cell, cell.init(np.random.default_rng(0)))
