"""Recurrent cells in plain NumPy: one step and its vector-Jacobian product, and whole sequences.

cell            what a cell is: parameters, state, cache, the contract
simple          Elman, Linear, Diagonal
gated           LSTM and GRU
min_gru         a gated cell that is linear in its state
kernels         sequences of simple cells, as fast as NumPy can; `gated_kernels` the gated ones
scan            the associative scan
attention       softmax(Q Kᵀ / √d) V, and its vector-Jacobian product
tape            `run`: T steps, and what the way back needs of them
jacobians       Jacobians of a step
trees           nested tuples of arrays
interop         weights to and from PyTorch
"""
