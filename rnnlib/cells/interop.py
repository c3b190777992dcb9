"""Weights to and from PyTorch: copies, without a transpose.

    here            torch.nn.RNN, GRU, LSTM (one layer, one direction)
    U               weight_ih_l0
    W               weight_hh_l0
    b               bias_ih_l0 + bias_hh_l0
    b_hn (GRU)      the n block of bias_hh_l0, which stands inside the reset product

Arrays here have time first, (T, B, n_x), as PyTorch's have unless a module is batch_first.
PyTorch is imported when a function is called.
"""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlib.cells.cell import AnyCell, Params, check_cell, check_params
from rnnlib.cells.gated import GRU, LSTM, GRUParams
from rnnlib.cells.simple import Elman

if TYPE_CHECKING:
    import torch


def from_torch(module: "torch.nn.RNNBase") -> tuple[AnyCell, Any]:
    """(cell, params) with the weights of a torch.nn.RNN, GRU or LSTM, in its dtype.

    U (k n_h, n_x), W (k n_h, n_h) and b (k n_h,) are copies. What a module with batch_first=True
    takes as (B, T, n_x), `run` takes as (T, B, n_x): the weights are the same, and a UserWarning
    says what to do with x. TypeError if the module is none of the three; ValueError if it has
    several layers, two directions, a projection, or a dropout.
    """
    import torch

    cells = {torch.nn.RNN: Elman, torch.nn.GRU: GRU, torch.nn.LSTM: LSTM}
    if type(module) not in cells:
        got = f"the class {module.__name__}" if isinstance(module, type) else type(module).__name__
        raise TypeError(f"module must be torch.nn.RNN, GRU or LSTM, got {got}")
    if module.num_layers != 1 or module.bidirectional or module.proj_size or module.dropout:
        raise ValueError(
            f"module must have one layer, one direction, no projection and no dropout, got {module}"
        )
    if module.batch_first:
        warnings.warn(
            "this module is batch_first, but arrays here have time first: "
            "give x.swapaxes(0, 1), (T, B, n_x), to run",
            stacklevel=2,
        )
    sizes = (module.input_size, module.hidden_size)
    cell = (
        Elman(*sizes, module.nonlinearity)
        if type(module) is torch.nn.RNN
        else cells[type(module)](*sizes)
    )
    U, W, *biases = (p.detach().numpy().copy() for p in module.parameters())
    b_ih, b_hh = biases or np.zeros((2, len(U)), U.dtype)
    if isinstance(cell, GRU):
        b_hn = b_hh[2 * cell.n_h :].copy()
        b_hh[2 * cell.n_h :] = 0
        return cell, GRUParams(U, W, b_ih + b_hh, b_hn)
    return cell, Params(U, W, b_ih + b_hh)


def to_torch(cell: AnyCell, params: Params | GRUParams) -> "torch.nn.RNNBase":
    """A torch.nn.RNN, GRU or LSTM (time first) with these weights, in their dtype.

    TypeError if PyTorch has no module for the cell, or the parameters are another cell's;
    ValueError if a shape is wrong.
    """
    import torch

    check_cell(cell)
    check_params(cell, params)
    sizes = (cell.n_x, cell.n_h)
    if type(cell) is Elman and cell.activation in ("tanh", "relu"):
        module = torch.nn.RNN(*sizes, nonlinearity=cell.activation)
    elif type(cell) in (GRU, LSTM):
        module = getattr(torch.nn, type(cell).__name__)(*sizes)
    else:
        raise TypeError(f"PyTorch has no module for {cell}")
    b_hh = np.zeros_like(params.b)
    if isinstance(cell, GRU):
        assert isinstance(params, GRUParams), "a GRU has GRUParams"
        b_hh[2 * cell.n_h :] = params.b_hn
    module.to(torch.from_numpy(params.U).dtype)
    with torch.no_grad():
        for parameter, value in zip(
            module.parameters(), (params.U, params.W, params.b, b_hh), strict=True
        ):
            parameter.copy_(torch.from_numpy(value))
    return module
