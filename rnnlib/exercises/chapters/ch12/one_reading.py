"""Exercise 12.7: the training loop, one reading of a text in blocks."""

from types import SimpleNamespace

import numpy as np

from rnnlib.exercises.chapters.ch12 import adam_step as adam
from rnnlib.exercises.chapters.ch12.adam_step import adam_step
from rnnlib.exercises.chapters.ch12.backward import backward
from rnnlib.exercises.chapters.ch12.forward import forward
from rnnlib.exercises.chapters.ch12.loss_and_slope import loss_and_slope
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def one_reading(U, W, b, V, c, inputs, targets, lr):
    weights = [U, W, b, V, c]
    m = [np.zeros_like(p) for p in weights]
    v = [np.zeros_like(p) for p in weights]
    state = np.zeros((inputs.shape[2], len(b)))
    losses = np.zeros(len(inputs))
    for k in range(len(inputs)):
        U, W, b, V, c = weights
        h, logits = forward(U, W, b, V, c, inputs[k], state)
        losses[k], dlogits = loss_and_slope(logits, targets[k])
        gradients = backward(W, V, h, inputs[k], dlogits, U.shape[1])
        for i in range(5):
            weights[i], m[i], v[i] = adam_step(
                weights[i], gradients[i], m[i], v[i], k + 1, lr, 0.9, 0.999, 1e-8
            )
        state = h[-1]
    return losses, *weights


def _adam(loop, p, g, m, v, number):
    return adam_step(p, g, m, v, number, loop.lr, 0.9, 0.999, 1e-8)


def _run(
    U,
    W,
    b,
    V,
    c,
    inputs,
    targets,
    lr,
    *,
    order=lambda loop: range(len(loop.inputs)),
    number=lambda loop, k, i: k + 1,
    next_state=lambda loop, k, before, h: h[-1],
    way_back=lambda loop, W, V: (W, V),
    step=_adam,
    updated=lambda loop, k: range(5),
    keeps_means=True,
    loss_of=lambda loop, k, before, loss: loss,
):
    """The right loop, with a function for each piece that a mistake can replace.

    before: the state that block k starts from. k, i: the block and the array that are updated.
    """
    loop = SimpleNamespace(weights=[U, W, b, V, c], inputs=inputs, targets=targets, lr=lr)
    loop.zero, loop.first = np.zeros((inputs.shape[2], len(b))), (W, V)
    zeros = [0 * p for p in loop.weights]
    m, v, state, losses = list(zeros), list(zeros), loop.zero, []
    for k in order(loop):
        U, W, b, V, c = loop.weights
        h, logits = forward(U, W, b, V, c, inputs[k], state)
        loss, slope = loss_and_slope(logits, targets[k])
        W, V = way_back(loop, W, V)
        gradients = backward(W, V, h, inputs[k], slope, U.shape[1])
        for i in updated(loop, k):
            loop.weights[i], m[i], v[i] = step(
                loop, loop.weights[i], gradients[i], m[i], v[i], number(loop, k, i)
            )
        if not keeps_means:
            m, v = list(zeros), list(zeros)
        losses.append(loss_of(loop, k, state, loss))
        state = next_state(loop, k, state, h)
    return np.array(losses), *loop.weights


def _with(pieces, name):
    """The loop with some of its pieces replaced, as a function."""

    def wrong(U, W, b, V, c, inputs, targets, lr):
        with np.errstate(divide="ignore", invalid="ignore"):
            return _run(U, W, b, V, c, inputs, targets, lr, **pieces)

    wrong.__name__ = name
    return wrong


def _again(loop, k, before):
    """What `forward` returns for block k with the weights as they are now."""
    U, W, b, V, c = loop.weights
    return forward(U, W, b, V, c, loop.inputs[k], before)


def _loss_again(loop, k, before, loss):
    return loss_and_slope(_again(loop, k, before)[1], loop.targets[k])[0]


def _state_again(loop, k, before, h):
    return _again(loop, k, before)[0][-1]


def _gathered(mean, U, W, b, V, c, inputs, targets, lr):
    """One update at the end, from the sum or the mean of all gradients."""
    weights, state = [U, W, b, V, c], np.zeros((inputs.shape[2], len(b)))
    losses, total = [], [0.0] * 5
    for x, y in zip(inputs, targets, strict=True):
        h, logits = forward(U, W, b, V, c, x, state)
        loss, slope = loss_and_slope(logits, y)
        losses.append(loss)
        gradients = backward(W, V, h, x, slope, U.shape[1])
        total = [a + g for a, g in zip(total, gradients, strict=True)]
        state = h[-1]
    size = len(inputs) if mean else 1
    new = [
        adam_step(p, g / size, 0 * p, 0 * p, 1, lr, 0.9, 0.999, 1e-8)[0]
        for p, g in zip(weights, total, strict=True)
    ]
    return np.array(losses), *new


def _one_update_of_the_sum(U, W, b, V, c, inputs, targets, lr):
    return _gathered(False, U, W, b, V, c, inputs, targets, lr)


def _one_update_of_the_mean(U, W, b, V, c, inputs, targets, lr):
    return _gathered(True, U, W, b, V, c, inputs, targets, lr)


def _plain_step(loop, p, g, m, v, number):
    return p - loop.lr * g, m, v


def _up_the_hill(loop, p, g, m, v, number):
    new, m, v = adam_step(p, g, m, v, number, loop.lr, 0.9, 0.999, 1e-8)
    return 2 * p - new, m, v


def _betas_swapped_step(loop, p, g, m, v, number):
    return adam_step(p, g, m, v, number, loop.lr, 0.999, 0.9, 1e-8)


def _sum_of_the_block(loop, p, g, m, v, number):
    return adam_step(p, g * loop.targets[0].size, m, v, number, loop.lr, 0.9, 0.999, 1e-8)


def _accepted(step, says):
    """The loop with another Adam that 12.5 accepts."""

    def replaced(loop, p, g, m, v, number):
        return step(p, g, m, v, number, loop.lr, 0.9, 0.999, 1e-8)

    return Mistake(_with({"step": replaced}, f"_loop{step.__name__}"), says)


def _cases(rng):
    def case(K, T, B, n, n_codes, group, lr=0.05):
        inputs = rng.permuted(np.resize(np.arange(n_codes), (K, T, B)), axis=None)
        targets = rng.permuted(np.resize(np.arange(n_codes), (K, T, B)), axis=None)
        U, W = rng.normal(size=(n, n_codes)), 0.8 * rng.normal(size=(n, n))
        V, b = rng.normal(size=(n_codes, n)), rng.uniform(0.2, 0.6, size=n)
        c = rng.uniform(0.2, 0.9, size=n_codes)
        return Case((U, W, b, V, c, inputs, targets, lr), group)

    return [
        case(1, 2, 2, 2, 3, "one block"),
        case(2, 3, 2, 3, 4, "two blocks"),
        case(2, 2, 3, 3, 5, "two blocks", lr=0.2),
        case(2, 3, 1, 2, 3, "B = 1"),
        case(3, 3, 2, 3, 4, "several blocks"),
        case(4, 3, 3, 3, 4, "several blocks", lr=0.1),
    ]


_EPS = (
    "Your Adam from 12.5 has its eps in a different place, so your weights differ "
    "slightly: right too."
)

ONE_READING = Exercise(
    id="12.7",
    title="One reading of the text",
    points=3,
    reference=one_reading,
    needs=("12.2", "12.3", "12.4", "12.5"),
    forbidden=("rnnlib.training.loop.train",),
    accepted=(
        _accepted(adam._eps_inside_the_root, _EPS),
        _accepted(adam._eps_at_the_uncorrected_root, _EPS),
        _accepted(adam._eps_inside_the_uncorrected_root, _EPS),
        _accepted(adam._eps_inside_and_outside, _EPS),
    ),
    cases=_cases,
    returns=(
        Returned("losses", ("block",), first=0),
        Returned("U", ("unit", "code"), of=("losses",)),
        Returned("W", ("unit", "unit before"), of=("losses",)),
        Returned("b", ("unit",), of=("losses",)),
        Returned("V", ("output", "unit"), of=("losses",)),
        Returned("c", ("output",), of=("losses",)),
    ),
    hints=(
        "For one block: `forward`, then `loss_and_slope`, then `backward`, then `adam_step` for "
        "each of the five arrays. What must be kept for the next block?",
        "Keep the weights in a list `weights = [U, W, b, V, c]`, and Adam's m and v in lists of "
        "the same shapes, zeros at first. `forward(*weights, x, state)` unpacks the list.",
        "Two things carry over from block to block: the last state, h[-1], and Adam's m, v and k. "
        "The gradient does not: `backward` never sees another block. k is 1 for the first block, "
        "for all five arrays.",
    ),
    mistakes=(
        Mistake(
            _with({"next_state": lambda loop, k, before, h: loop.zero}, "_state_not_carried"),
            "Each of your blocks starts from state 0. Where did the previous block stop?",
        ),
        Mistake(
            _with({"next_state": lambda loop, k, before, h: h[1]}, "_state_after_one_letter"),
            "You carry the state after the first letter of a block. Which state should the next "
            "block start from?",
        ),
        Mistake(
            _with(
                {"next_state": lambda loop, k, before, h: h[-2]}, "_state_before_the_last_letter"
            ),
            "You carry the state before the last letter of the block. What is `h[-1]`?",
        ),
        Mistake(
            _with({"next_state": _state_again}, "_state_of_the_new_weights"),
            "You run the block again with the new weights and carry that state. The idea is "
            "reasonable, but it costs a second run: carry the state that you already computed.",
        ),
        Mistake(
            _with({"way_back": lambda loop, W, V: loop.first}, "_back_through_the_first_weights"),
            "At block 2, do you go back through the current W and V, or through the first ones?",
        ),
        Mistake(
            _with({"number": lambda loop, k, i: 1}, "_always_the_first_update"),
            "You tell Adam that every update is the first one. What is its k for block 2?",
        ),
        Mistake(
            _with({"number": lambda loop, k, i: k}, "_updates_counted_from_zero"),
            "Your first update has k = 0, and 1 - beta**0 is 0. Which k does the first one have?",
        ),
        Mistake(
            _with({"number": lambda loop, k, i: 5 * k + i + 1}, "_arrays_counted"),
            "Your k increases with every array. One update moves all five: k counts blocks.",
        ),
        Mistake(
            _with({"keeps_means": False}, "_means_forgotten"),
            "Adam's m and v are reset to 0 at every block. What are they means of?",
        ),
        Mistake(
            _with({"step": _plain_step}, "_without_adam"),
            "Your weights move by lr times the gradient. Where is `adam_step`?",
        ),
        Mistake(
            _with({"step": _up_the_hill}, "_against_the_step"),
            "Your weights move in the opposite direction from `adam_step`: the loss would grow.",
        ),
        Mistake(
            _with({"step": _betas_swapped_step}, "_betas_in_the_wrong_order"),
            "beta1 is 0.9 and beta2 is 0.999. In which order does `adam_step` take them?",
        ),
        Mistake(
            _with({"step": _sum_of_the_block}, "_gradient_of_the_sum"),
            "Your gradients are those of the sum over the block's letters. `loss_and_slope` has "
            "already divided by their number.",
        ),
        Mistake(
            _with({"updated": lambda loop, k: ()}, "_weights_stay"),
            "You return the weights that came in. What happens to what `adam_step` returns?",
        ),
        Mistake(
            _with({"updated": lambda loop, k: (0, 1, 2)}, "_readout_stays"),
            "V and c never move. How many arrays does `backward` give a gradient for?",
        ),
        Mistake(
            _with({"updated": lambda loop, k: (3, 4)}, "_only_the_readout"),
            "U, W and b never move. How many arrays does `backward` give a gradient for?",
        ),
        Mistake(
            _one_update_of_the_sum,
            "All your blocks are read with the first weights, and one update comes at the end. "
            "When do the weights change?",
        ),
        Mistake(
            _one_update_of_the_mean,
            "All your blocks are read with the first weights, and one update, by the mean "
            "gradient, comes at the end. When do the weights change?",
        ),
        Mistake(
            _with({"loss_of": _loss_again}, "_loss_after_the_update"),
            "Your losses are those after the update, on letters that the model has just learned "
            "from. Which loss is a fair one?",
        ),
        Mistake(
            _with({"loss_of": lambda loop, k, before, loss: loss / np.log(2)}, "_losses_in_bits"),
            "Your losses are in bits. `loss_and_slope` gives nats, and the exercise asks for nats.",
        ),
        Mistake(
            _with(
                {"order": lambda loop: range(len(loop.inputs) - 1, -1, -1)},
                "_blocks_in_reverse",
            ),
            "You begin with the last block. With a state that is carried, in which order must the "
            "blocks be read?",
        ),
    ),
)
