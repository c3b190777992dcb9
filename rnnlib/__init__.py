"""Recurrent networks, taught by unrolling them.

    circuit --unfold(T)--> graph --forward--> values --backward--> gradients of the copies --fold-->

`rnnlib.circuits` says what all this means, in the plainest code. The cells and the gradient methods
do the same for the networks that people use, as fast as NumPy can.

    circuits, cells  →  gradients  →  analysis, data  →  training     the mathematics
    plots  →  draw  →  widgets  →  slides                             what one sees
    places, lessons  →  exercises  →  authoring, grading  →  app      the course

The names below are flat, as in `rnnlib.LSTM`; each is imported when it is first used.
"""

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
    "gradients.losses": ("BinaryCrossEntropy", "Readout", "SoftmaxCrossEntropy", "SquaredError"),
    "gradients.online": ("randomised_bptt", "rtrl", "rtrl_stream"),
    "gradients.oracles": ("complex_step", "finite_difference"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'rnnlib' has no attribute {name!r}")
    return getattr(import_module(f"rnnlib.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
