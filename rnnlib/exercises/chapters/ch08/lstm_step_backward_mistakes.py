"""What goes wrong in exercise 08.5: wrong steps back, and what is said of them."""

import numpy as np

from rnnlib.exercises.chapters.ch08 import lstm
from rnnlib.exercises.spec import Mistake


def _with_memory(gates, m_before, m, dh, total):
    """What follows if this were the total gradient on m(t)."""
    i, f, g, _ = gates
    blocks = [total * g, total * m_before, total * i, dh * np.tanh(m)]
    return (np.array(blocks) * lstm.slopes(gates)).ravel(), total * f


def _right(gates, m_before, m, dh, dm):
    return _with_memory(gates, m_before, m, dh, dm + dh * gates[3] * (1 - np.tanh(m) ** 2))


def _with_da(gates, m_before, m, dh, dm, da):
    """Right for dm_before."""
    return da, _right(gates, m_before, m, dh, dm)[1]


def _blocks(gates, m_before, m, dh, dm):
    """The right da as rows i, f, g, o."""
    return _right(gates, m_before, m, dh, dm)[0].reshape(4, -1)


def _with_slopes(gates, m_before, m, dh, dm, slopes):
    """What follows if these (4, n) were the slopes of the nonlinearities of i, f, g, o."""
    blocks = _blocks(gates, m_before, m, dh, dm)
    return _with_da(
        gates, m_before, m, dh, dm, (blocks / lstm.slopes(gates) * np.array(slopes)).ravel()
    )


def _o_from_the_memory(gates, m_before, m, dh, dm):
    total = dm + dh * gates[3] * (1 - np.tanh(m) ** 2)
    blocks = _blocks(gates, m_before, m, dh, dm)
    blocks[3] = total * np.tanh(m) * lstm.slopes(gates)[3]
    return _with_da(gates, m_before, m, dh, dm, blocks.ravel())


def _arriving_memory_dropped(gates, m_before, m, dh, dm):
    return _right(gates, m_before, m, dh, 0 * dm)


def _through_h_dropped(gates, m_before, m, dh, dm):
    return _with_memory(gates, m_before, m, dh, dm)


def _arriving_handed_on(gates, m_before, m, dh, dm):
    da, _ = _right(gates, m_before, m, dh, dm)
    return da, dm * gates[1]


def _slope_at_m(gates, m_before, m, dh, dm):
    return _with_memory(gates, m_before, m, dh, dm + dh * gates[3] * (1 - m**2))


def _slope_at_h(gates, m_before, m, dh, dm):
    h = gates[3] * np.tanh(m)
    return _with_memory(gates, m_before, m, dh, dm + dh * gates[3] * (1 - h**2))


def _slope_at_the_old_memory(gates, m_before, m, dh, dm):
    total = dm + dh * gates[3] * (1 - np.tanh(m_before) ** 2)
    return _with_memory(gates, m_before, m, dh, total)


def _no_slope_of_tanh(gates, m_before, m, dh, dm):
    return _with_memory(gates, m_before, m, dh, dm + dh * gates[3])


def _no_o(gates, m_before, m, dh, dm):
    return _with_memory(gates, m_before, m, dh, dm + dh * (1 - np.tanh(m) ** 2))


def _dh_straight_into_m(gates, m_before, m, dh, dm):
    return _with_memory(gates, m_before, m, dh, dm + dh)


def _no_f(gates, m_before, m, dh, dm):
    da, dm_before = _right(gates, m_before, m, dh, dm)
    return da, dm_before / gates[1]


def _total_on_m(gates, m_before, m, dh, dm):
    """Adds the arriving gradient on the way out, where the total has it already."""
    da, dm_before = _right(gates, m_before, m, dh, dm)
    return da, dm_before + dm


def _before_the_nonlinearities(gates, m_before, m, dh, dm):
    return _with_slopes(gates, m_before, m, dh, dm, np.ones_like(gates))


def _logistic_slope_for_g(gates, m_before, m, dh, dm):
    return _with_slopes(gates, m_before, m, dh, dm, gates * (1 - gates))


def _tanh_slope_for_all(gates, m_before, m, dh, dm):
    return _with_slopes(gates, m_before, m, dh, dm, 1 - gates**2)


def _nonlinearities_twice(gates, m_before, m, dh, dm):
    twice = 1 / (1 + np.exp(-gates))
    twice[2] = np.tanh(gates[2])
    return _with_slopes(gates, m_before, m, dh, dm, lstm.slopes(twice))


def _tanh_of_g_again(gates, m_before, m, dh, dm):
    slopes = lstm.slopes(gates)
    slopes[2] = 1 - np.tanh(gates[2]) ** 2
    return _with_slopes(gates, m_before, m, dh, dm, slopes)


def _logistic_again(gates, m_before, m, dh, dm):
    slopes = lstm.slopes(lstm.sigmoid(gates))
    slopes[2] = 1 - gates[2] ** 2
    return _with_slopes(gates, m_before, m, dh, dm, slopes)


def _without_slopes_of(missing, gates, m_before, m, dh, dm):
    slopes = lstm.slopes(gates)
    slopes[missing] = 1
    return _with_slopes(gates, m_before, m, dh, dm, slopes)


def _no_slope_for_o(gates, m_before, m, dh, dm):
    return _without_slopes_of([3], gates, m_before, m, dh, dm)


def _no_slope_for_g(gates, m_before, m, dh, dm):
    return _without_slopes_of([2], gates, m_before, m, dh, dm)


def _no_slopes_for_i_and_f(gates, m_before, m, dh, dm):
    return _without_slopes_of([0, 1], gates, m_before, m, dh, dm)


def _slope_for_g_alone(gates, m_before, m, dh, dm):
    return _without_slopes_of([0, 1, 3], gates, m_before, m, dh, dm)


def _reordered(order, gates, m_before, m, dh, dm):
    blocks = dict(zip("ifgo", _blocks(gates, m_before, m, dh, dm), strict=True))
    return _with_da(gates, m_before, m, dh, dm, np.concatenate([blocks[gate] for gate in order]))


def _o_before_g(gates, m_before, m, dh, dm):
    return _reordered("ifog", gates, m_before, m, dh, dm)


def _f_before_i(gates, m_before, m, dh, dm):
    return _reordered("figo", gates, m_before, m, dh, dm)


def _interleaved(gates, m_before, m, dh, dm):
    da = _blocks(gates, m_before, m, dh, dm).T.ravel()
    return _with_da(gates, m_before, m, dh, dm, da)


def _new_memory_for_f(gates, m_before, m, dh, dm):
    blocks = _blocks(gates, m_before, m, dh, dm)
    blocks[1] *= m / m_before
    return _with_da(gates, m_before, m, dh, dm, blocks.ravel())


def _memory_without_tanh_for_o(gates, m_before, m, dh, dm):
    blocks = _blocks(gates, m_before, m, dh, dm)
    blocks[3] *= m / np.tanh(m)
    return _with_da(gates, m_before, m, dh, dm, blocks.ravel())


def _gate_by_itself(gates, m_before, m, dh, dm):
    i, _, g, _ = gates
    blocks = _blocks(gates, m_before, m, dh, dm)
    blocks[0] *= i / g
    blocks[2] *= g / i
    return _with_da(gates, m_before, m, dh, dm, blocks.ravel())


MISTAKES = (
    Mistake(
        _o_from_the_memory,
        "Your block o starts from the gradient on m(t). o appears in h(t) = o tanh(m(t)), and "
        "nowhere in m(t): which gradient does it get?",
    ),
    Mistake(
        _arriving_memory_dropped,
        "dm_future has no effect on your answer: what comes back along the memory is lost. This "
        "is the path that the LSTM was designed for: where do you add dm_future?",
    ),
    Mistake(
        _through_h_dropped,
        "Your gradient on m(t) is dm_future alone. m(t) also appears in h(t) = o tanh(m(t)): what "
        "comes back along that path?",
    ),
    Mistake(
        _arriving_handed_on,
        "You pass back f dm_future, so what comes through h(t) is not in it. m(t-1) affects m(t), "
        "and through it h(t) too: which gradient on m(t) does f multiply?",
    ),
    Mistake(
        _slope_at_m,
        "1 - m² is not the slope of tanh: m goes into tanh. What comes out?",
    ),
    Mistake(
        _slope_at_h,
        "You use h as tanh(m). h(t) has also been multiplied by o.",
    ),
    Mistake(
        _slope_at_the_old_memory,
        "Your slope of tanh is taken at m(t-1). Which memory is in h(t) = o tanh(m(t))?",
    ),
    Mistake(
        _no_slope_of_tanh,
        "There is a tanh between h(t) and m(t): where is its slope?",
    ),
    Mistake(
        _no_o,
        "In h(t) something multiplies tanh(m): where is it in your gradient on m(t)?",
    ),
    Mistake(
        _dh_straight_into_m,
        "You add dh_total to dm_future. h(t) is not m(t): what is between the two?",
    ),
    Mistake(
        _no_f,
        "This is the gradient on m(t). What multiplies m(t-1) in m(t) = f m(t-1) + i g?",
    ),
    Mistake(
        _total_on_m,
        "You add dm_future to what you pass back. It has already been passed through the step, in "
        "the total gradient on m(t), which f multiplies: why a second time?",
    ),
    Mistake(
        _before_the_nonlinearities,
        "These are the gradients on the gates. The gates come out of a logistic function or tanh: "
        "what turns dL/di into dL/da?",
    ),
    Mistake(
        _logistic_slope_for_g,
        "You treat g like the others: g (1 - g). Which nonlinearity produced g?",
    ),
    Mistake(
        _tanh_slope_for_all,
        "1 - i² is the slope of tanh. Three of the four gates are logistic.",
    ),
    Mistake(
        _nonlinearities_twice,
        "You apply the nonlinearities again. The given gates already are values of them: i of the "
        "logistic function and g of tanh.",
    ),
    Mistake(
        _tanh_of_g_again,
        "In block g you apply tanh to g. The given gates are values after the nonlinearity: g "
        "already is a value of tanh.",
    ),
    Mistake(
        _logistic_again,
        "In the blocks i, f, o you apply the logistic function to the gates. The given gates are "
        "values after the nonlinearity: i already is a value of the logistic function.",
    ),
    Mistake(
        _no_slope_for_o,
        "Block o holds the gradient on the gate o, not yet on a. What is between the two?",
    ),
    Mistake(
        _no_slope_for_g,
        "Block g holds the gradient on g, not yet on a. What is between the two?",
    ),
    Mistake(
        _no_slopes_for_i_and_f,
        "The blocks i and f hold the gradients on the gates, not yet on a. What is between the "
        "two? You have it in the other blocks.",
    ),
    Mistake(
        _slope_for_g_alone,
        "You take block g back through its nonlinearity, but not the blocks i, f, o. Which "
        "nonlinearity produced those gates?",
    ),
    Mistake(
        _o_before_g,
        "Your blocks are in the order i, f, o, g. It should be that of the gates: i, f, g, o.",
    ),
    Mistake(
        _f_before_i,
        "Your blocks are in the order f, i, g, o. It should be that of the gates: i, f, g, o.",
    ),
    Mistake(
        _interleaved,
        "You list the four gates of unit 0, then those of unit 1. The blocks come one after the "
        "other: i of all units, then f of all units.",
    ),
    Mistake(
        _new_memory_for_f,
        "In m(t) = f m(t-1) + i g, what does f multiply? You use m(t).",
    ),
    Mistake(
        _memory_without_tanh_for_o,
        "In h(t) = o tanh(m(t)), what does o multiply? You use m(t) itself.",
    ),
    Mistake(
        _gate_by_itself,
        "i and g are factors of one product. The gradient on one factor contains the other factor.",
    ),
)
