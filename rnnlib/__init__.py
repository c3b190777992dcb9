"""Recurrent networks, taught by unrolling them.

    circuit --unfold(T)--> graph --forward--> values --backward--> gradients of the copies --fold-->

`rnnlib.circuits.circuit` says what all this means, in the plainest code; the cells and the ladder of
gradient methods do the same for the cells that people use, as fast as NumPy can. Ready-made
circuits are in `rnnlib.circuits.ready_made`, tasks and data in `rnnlib.tasks`, `rnnlib.sentences` and
`rnnlib.realdata`, training in `rnnlib.train`.

The names below are flat, `rnnlib.LSTM`; each module is imported when a name of it is first used,
so that the command line starts at once.
"""

from importlib import import_module

__version__ = "0.1.0"

_MODULES = {
    "cells": ("Diagonal", "Elman", "Linear", "Params", "State"),
    "circuit": ("Circuit", "Node"),
    "gated": ("GRU", "GRUParams", "LSTM", "LSTMState"),
    "gradients": ("Grads", "backward", "bptt", "checkpointed_bptt", "truncated_bptt"),
    "graph": ("Graph",),
    "losses": ("BinaryCrossEntropy", "Readout", "SoftmaxCrossEntropy", "SquaredError"),
    "online": ("randomised_bptt", "rtrl", "rtrl_stream"),
    "operations": ("Operation",),
    "oracles": ("complex_step", "finite_difference"),
    "scan": ("MinGRU", "associative_scan", "deer"),
    "tape": ("Tape", "run", "tape_nbytes"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'rnnlib' has no attribute {name!r}")
    return getattr(import_module(f"rnnlib.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
