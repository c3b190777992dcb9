"""What goes wrong in exercise 08.6 by taking an entry for that of another step."""

import numpy as np

from rnnlib.exercises.chapters.ch08.lstm_bptt_mistakes import answer
from rnnlib.exercises.chapters.sentences import INPUT_OF_THE_STEP_BEFORE, NEW_STATE_BESIDE_A_MATRIX
from rnnlib.exercises.spec import Mistake


def _new_state_in_dW(U, W, x, h, m, gates, dh):
    return answer(W, x, h[1:], m[:-1], m[1:], gates, dh)


def _older_state_in_dW(U, W, x, h, m, gates, dh):
    return answer(W, x, np.roll(h, 1, axis=0)[:-1], m[:-1], m[1:], gates, dh)


def _input_before_in_dU(U, W, x, h, m, gates, dh):
    return answer(W, np.roll(x, 1, axis=0), h[:-1], m[:-1], m[1:], gates, dh)


def _new_memory(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[1:], m[1:], gates, dh)


def _old_memory(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[:-1], gates, dh)


def _memories_exchanged(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[1:], m[:-1], gates, dh)


def _memories_of_the_step_before(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], np.roll(m, 1, axis=0)[:-1], m[:-1], gates, dh)


def _gates_of_the_step_before(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], np.roll(gates, 1, axis=0), dh)


def _direct_of_the_step_before(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, np.roll(dh, 1, axis=0))


def _direct_for_dh0(U, W, x, h, m, gates, dh):
    *weights, _, dm0 = answer(W, x, h[:-1], m[:-1], m[1:], gates, dh)
    return *weights, dh[0], dm0


OF_ANOTHER_STEP = (
    Mistake(_new_state_in_dW, NEW_STATE_BESIDE_A_MATRIX),
    Mistake(
        _older_state_in_dW,
        "In W h(t-1), what does W multiply? Your state is one step earlier than that, and at step "
        "1 it is h(T). h has T + 1 entries and x has T: which entry of h goes with x[t-1]?",
    ),
    Mistake(_input_before_in_dU, INPUT_OF_THE_STEP_BEFORE),
    Mistake(
        _new_memory,
        "The forget gate of step t multiplies m(t-1), and yours is given m(t). m has T + 1 "
        "entries: which one belongs to x[t-1] and which one comes before it?",
    ),
    Mistake(
        _old_memory,
        "h(t) is computed from m(t), and your slope of tanh is taken at m(t-1). m has T + 1 "
        "entries: which one belongs to x[t-1]?",
    ),
    Mistake(
        _memories_exchanged,
        "m(t-1) and m(t) are swapped in your step back. m has T + 1 entries: which of m[t-1] and "
        "m[t] was there before the step?",
    ),
    Mistake(
        _memories_of_the_step_before,
        "Both of your memories are one step too early, and at step 1 one of them is m(T). m has T "
        "+ 1 entries and gates has T: which two of m go with gates[t-1]?",
    ),
    Mistake(
        _gates_of_the_step_before,
        "You pair each step with the gates of the step before it, and step 1 with those of step "
        "T. gates has T entries and m has T + 1: which gates were used to compute m[t] from "
        "m[t-1]?",
    ),
    Mistake(
        _direct_of_the_step_before,
        "You pair each step with the direct gradient on the state before it, and h(1) with that on "
        "h(T). dh_direct has T entries and h has T + 1: which entry of it belongs to h[t]?",
    ),
    Mistake(
        _direct_for_dh0,
        "This is dh_direct[0], the direct gradient on h(1). No loss reads h(0): how does a "
        "gradient reach it?",
    ),
)
