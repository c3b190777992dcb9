"""Gradient methods with one signature, and the losses whose gradients they carry back.

losses          a loss, its direct gradient on each state, and its readout
bptt            backpropagation through time, whole and truncated
checkpointing   the same with few stored states
online          forward-mode (RTRL) and randomized truncation
oracles         finite differences and the complex step, to check the others
deer            not a gradient: all states at once, by Newton's method
"""
