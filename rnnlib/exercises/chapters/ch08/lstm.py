"""What several exercises of lesson 08 share: an LSTM without a batch, and how it runs."""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def slopes(gates):
    """The slopes of the nonlinearities that have made the gates i, f, g, o: (4, n)."""
    found = gates * (1 - gates)
    found[2] = 1 - gates[2] ** 2
    return found


def run(U, W, b, x, h0, m0):
    """h (T+1, n), m (T+1, n) and the gates (T, 4, n)."""
    h, m, gates = [h0], [m0], []
    for x_t in x:
        a_i, a_f, a_g, a_o = np.split(b + W @ h[-1] + U @ x_t, 4)
        i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
        gates.append([i, f, g, o])
        m.append(f * m[-1] + i * g)
        h.append(o * np.tanh(m[-1]))
    return np.array(h), np.array(m), np.array(gates)
