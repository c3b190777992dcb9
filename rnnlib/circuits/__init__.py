"""Circuits: what is computed at every step. `unfold` makes a graph of one, `fold` a circuit again.

    circuits.elman().unfold(3).forward(params, inputs)

nodes        what circuits and graphs are made of
circuit      `Circuit`, `Graph`, `fold`
operations   what a node computes, with its vector-Jacobian product
propagation  values forward, gradients backward
cycles       which circuits can be unfolded
notation     the equations in print
shapes       sizes with names
ready_made   the circuits of the course
"""

from rnnlib.circuits.circuit import Circuit, Graph, fold
from rnnlib.circuits.nodes import Node
from rnnlib.circuits.operations import Operation
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

__all__ = [
    "READY_MADE",
    "Circuit",
    "Graph",
    "Node",
    "Operation",
    "autonomous",
    "bidirectional",
    "driven",
    "elman",
    "fold",
    "gru",
    "jordan",
    "lstm",
    "sequence_to_sequence",
    "sequence_to_vector",
    "skip",
    "two_layer",
    "vector_to_sequence",
]
