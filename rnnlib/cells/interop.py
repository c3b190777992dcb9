"""Weights to and from PyTorch: copies, without a transpose.

    here            torch.nn.RNN, GRU, LSTM (one layer, one direction)
    U               weight_ih_l0
    W               weight_hh_l0
    b               bias_ih_l0 + bias_hh_l0
    b_hn (GRU)      the n block of bias_hh_l0, which stands inside the reset product

PyTorch is imported when a function is called.
"""

from typing import TYPE_CHECKING

import numpy as np

from rnnlib.cells.cell import Cell, Params
from rnnlib.cells.gated import GRU, LSTM, GRUParams
from rnnlib.cells.simple import Elman

if TYPE_CHECKING:
    import torch


def from_torch(module: "torch.nn.RNNBase") -> tuple[Cell, Params]:
    """(cell, params) with the weights of a torch.nn.RNN, GRU or LSTM, in its dtype."""
    import torch

    cells = {torch.nn.RNN: Elman, torch.nn.GRU: GRU, torch.nn.LSTM: LSTM}
    if type(module) not in cells:
        raise TypeError(f"module must be torch.nn.RNN, GRU or LSTM, got {type(module).__name__}")
    if module.num_layers != 1 or module.bidirectional or module.proj_size:
        raise ValueError(f"module must have one layer, one direction, no projection, got {module}")
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


def to_torch(cell: Cell, params: Params) -> "torch.nn.RNNBase":
    """A torch.nn.RNN, GRU or LSTM (time first) with these weights, in their dtype."""
    import torch

    sizes = (cell.n_x, cell.n_h)
    if type(cell) is Elman:
        module = torch.nn.RNN(*sizes, nonlinearity=cell.activation)
    elif type(cell) in (GRU, LSTM):
        module = getattr(torch.nn, type(cell).__name__)(*sizes)
    else:
        raise TypeError(f"PyTorch has no module for {cell}")
    b_hh = np.zeros_like(params.b)
    if isinstance(cell, GRU):
        b_hh[2 * cell.n_h :] = params.b_hn
    module.to(torch.from_numpy(params.U).dtype)
    with torch.no_grad():
        for parameter, value in zip(
            module.parameters(), (params.U, params.W, params.b, b_hh), strict=True
        ):
            parameter.copy_(torch.from_numpy(value))
    return module
