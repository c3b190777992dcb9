"""Recurrent networks, taught by unrolling them.

    circuit --unfold(T)--> graph --forward--> values --backward--> gradients of the copies --fold-->

`rnnlib.circuits` says what all this means, in the plainest code. The cells and the gradient methods
do the same for the networks that people use, as fast as NumPy can.

    circuits, cells  →  gradients  →  analysis, data  →  training             the mathematics
    plots  →  draw  →  widgets  →  slides                                     what one sees
    places, lessons, workcopy  →  exercises  →  authoring, grading  →  app    the course

These names are flat, as in `rnnlib.LSTM`, and imported when they are first used. help(rnnlib.LSTM)
has the shapes, the errors and an example; help("rnnlib.cells") has what else is in that room.

    Elman                h(t) = φ(b + W h(t-1) + U x(t)), φ tanh or relu
    Linear               the same without φ
    Diagonal             complex eigenvalues in place of W, as pairs of reals
    LSTM                 a memory m(t) behind gates, as PyTorch has it
    GRU                  gates and no separate memory, as PyTorch has it
    MinGRU               a GRU whose gates do not look at the state, so that a scan runs it
    Params               the parameters of a cell: U, W, b
    GRUParams            those of a GRU: U, W, b, b_hn
    State                what a cell carries from step to step: h
    LSTMState            what an LSTM carries: h and m
    run                  T steps of a cell
    Tape                 what a run leaves for the way back
    tape_nbytes          the bytes of a tape, before it is made
    associative_scan     h(t) = a(t) h(t-1) + b(t) for all t, in log2 T levels
    deer                 all states of a nonlinear cell at once, by Newton's method
    SquaredError         ½ Σ (o - y)²
    SoftmaxCrossEntropy  -log softmax(o)[y] for labels y
    BinaryCrossEntropy   the same for outputs that are each right or wrong
    Readout              o(t) = c + V h(t), which belongs to a loss
    mse                  the mean squared error, as it is reported
    Grads                what a gradient method returns
    bptt                 the exact gradient by backpropagation through time
    backward             the way back along a tape, from the gradient on each h(t)
    truncated_bptt       backpropagation through the last k2 steps
    checkpointed_bptt    the exact gradient with few stored states
    randomised_bptt      truncated at random, exact on average
    rtrl                 the exact gradient, carried forward
    rtrl_stream          the same on an endless stream
    complex_step         the exact gradient, one number at a time: to check the others
    finite_difference    the same by (L(θ + ε) - L(θ - ε)) / 2ε
    Circuit              what is computed at every step
    Node                 one quantity of a circuit
    Graph                a circuit, unfolded for T steps
    Operation            what a node computes, and its vector-Jacobian product
"""

import sys
from importlib import import_module

__version__ = "0.1.0"

_MODULES = {
    "cells.cell": ("Params", "State"),
    "cells.gated": ("GRU", "GRUParams", "LSTM", "LSTMState"),
    "cells.min_gru": ("MinGRU",),
    "cells.scan": ("associative_scan",),
    "cells.simple": ("Diagonal", "Elman", "Linear"),
    "cells.tape": ("Tape", "run", "tape_nbytes"),
    "circuits": ("Circuit", "Graph", "Node", "Operation"),
    "gradients.bptt": ("Grads", "backward", "bptt", "truncated_bptt"),
    "gradients.checkpointing": ("checkpointed_bptt",),
    "gradients.deer": ("deer",),
    "gradients.losses": (
        "BinaryCrossEntropy",
        "Readout",
        "SoftmaxCrossEntropy",
        "SquaredError",
        "mse",
    ),
    "gradients.online": ("randomised_bptt", "rtrl", "rtrl_stream"),
    "gradients.oracles": ("complex_step", "finite_difference"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str):
    # `import *` asks for __all__. So does pydoc, which would print every class in full: 1800 lines.
    if name == "__all__" and sys._getframe(1).f_globals.get("__name__") != "pydoc":
        return sorted(_HOME)
    if name not in _HOME:
        raise AttributeError(f"module 'rnnlib' has no attribute {name!r}")
    return getattr(import_module(f"rnnlib.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
