"""Exercise 12.5: one update by Adam."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def adam_step(p, g, m, v, k, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    unbiased_m = m / (1 - beta1**k)
    unbiased_v = v / (1 - beta2**k)
    return p - lr * unbiased_m / (np.sqrt(unbiased_v) + eps), m, v


def _means(g, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g


def _no_correction(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (np.sqrt(v) + eps), m, v


def _only_m_corrected(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v) + eps), m, v


def _only_v_corrected(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _always_the_first_update(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_step(p, g, m, v, 1, lr, beta1, beta2, eps)


def _counts_from_zero(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_step(p, g, m, v, k + 1, lr, beta1, beta2, eps)


def _carries_the_corrected(p, g, m, v, k, lr, beta1, beta2, eps):
    p, m, v = adam_step(p, g, m, v, k, lr, beta1, beta2, eps)
    return p, m / (1 - beta1**k), v / (1 - beta2**k)


def _upwards(p, g, m, v, k, lr, beta1, beta2, eps):
    new, m, v = adam_step(p, g, m, v, k, lr, beta1, beta2, eps)
    return 2 * p - new, m, v


def _no_root(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k) / (v / (1 - beta2**k) + eps), m, v


def _no_division(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k), m, v


# Right as well: what published code does with eps, which only keeps the division possible.


def _eps_inside_the_root(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k) / np.sqrt(v / (1 - beta2**k) + eps), m, v


def _eps_at_the_uncorrected_root(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**k) / (1 - beta1**k)
    return p - rate * m / (np.sqrt(v) + eps), m, v


def _eps_inside_the_uncorrected_root(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**k) / (1 - beta1**k)
    return p - rate * m / np.sqrt(v + eps), m, v


def _eps_inside_and_outside(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k) + eps) + eps), m, v


_AS_IN_THE_PAPER = (
    "With eps = 1e-8 the difference is invisible. The lesson's formula, as in the paper, adds eps "
    "to √v̂."
)

# ------------------------------------------------------------------------------------------


def _gradient_for_its_mean(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * g / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _old_means_used(p, g, m, v, k, lr, beta1, beta2, eps):
    step = m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps)
    return p - lr * step, *_means(g, m, v, beta1, beta2)


def _betas_swapped(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_step(p, g, m, v, k, lr, beta2, beta1, eps)


def _weights_of_old_and_new_swapped(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, 1 - beta1, 1 - beta2)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _corrected_by(factor, p, g, m, v, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = m / factor(beta1) / (np.sqrt(v / factor(beta2)) + eps)
    return p - lr * step, m, v


def _beta_times_k(p, g, m, v, k, lr, beta1, beta2, eps):
    return _corrected_by(lambda beta: 1 - beta * k, p, g, m, v, lr, beta1, beta2, eps)


def _one_update_late(p, g, m, v, k, lr, beta1, beta2, eps):
    return _corrected_by(lambda beta: 1 - beta ** (k - 1), p, g, m, v, lr, beta1, beta2, eps)


def _squares_of_the_whole(square, p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * square
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _length_of_the_whole(p, g, m, v, k, lr, beta1, beta2, eps):
    return _squares_of_the_whole((g**2).sum(), p, g, m, v, k, lr, beta1, beta2, eps)


def _mean_square_of_the_whole(p, g, m, v, k, lr, beta1, beta2, eps):
    return _squares_of_the_whole((g**2).mean(), p, g, m, v, k, lr, beta1, beta2, eps)


def _not_squared(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.abs(g)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _added_up_without_weights(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + g, beta2 * v + g * g
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _v_of_the_gradient(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g
    with np.errstate(invalid="ignore"):
        return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _only_m_of_the_old(p, g, m, v, k, lr, beta1, beta2, eps):
    old = m / (1 - beta1**k)
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * old / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _only_v_of_the_old(p, g, m, v, k, lr, beta1, beta2, eps):
    old = v / (1 - beta2**k)
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(old) + eps), m, v


def _power_of_the_rest(p, g, m, v, k, lr, beta1, beta2, eps):
    return _corrected_by(lambda beta: (1 - beta) ** k, p, g, m, v, lr, beta1, beta2, eps)


def _corrections_multiplied(p, g, m, v, k, lr, beta1, beta2, eps):
    return _corrected_by(lambda beta: 1 / (1 - beta**k), p, g, m, v, lr, beta1, beta2, eps)


def _beta1_in_both_corrections(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta1**k)) + eps), m, v


def _beta2_in_both_corrections(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * m / (1 - beta2**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _usual_betas(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_step(p, g, m, v, k, lr, 0.9, 0.999, eps)


def _usual_eps(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_step(p, g, m, v, k, lr, beta1, beta2, 1e-8)


def _root_of_v_kept(p, g, m, v, k, lr, beta1, beta2, eps):
    p, m, v = adam_step(p, g, m, v, k, lr, beta1, beta2, eps)
    return p, m, np.sqrt(v)


def _sign_alone(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = _means(g, m, v, beta1, beta2)
    return p - lr * np.sign(m), m, v


def _square_of_each_row(p, g, m, v, k, lr, beta1, beta2, eps):
    square = (g**2).mean(axis=1, keepdims=True)
    return _squares_of_the_whole(square, p, g, m, v, k, lr, beta1, beta2, eps)


def _largest_v(p, g, m, v, k, lr, beta1, beta2, eps):
    old = v
    m, v = _means(g, m, v, beta1, beta2)
    v = np.maximum(old, v)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def _cases(rng):
    def case(shape, k, group, betas=(0.8, 0.95)):
        size = 3.0 * rng.choice([-1, 1], size=shape)
        p, g = rng.normal(size=shape), size * rng.uniform(0.2, 1.0, size=shape)
        m, v = np.zeros(shape), np.zeros(shape)
        if k > 1:
            m, v = rng.normal(size=shape), rng.uniform(0.2, 2.0, size=shape)
            v.flat[0] = 20.0  # here v falls
        return Case((p, g, m, v, k, 0.3, *betas, 0.1), group)

    return [
        case((1, 5), 1, "the first update"),
        case((2, 4), 1, "the first update"),
        case((2, 3), 2, "later updates"),
        case((3, 2), 2, "later updates", betas=(0.3, 0.4)),
        case((2, 5), 7, "later updates"),
        case((4, 1), 30, "later updates"),
    ]


_ONE_FOR_ALL = (
    "Your v uses one number for the whole array. Every weight has its own v: from which gradient "
    "is it computed?"
)

ADAM_STEP = Exercise(
    id="12.5",
    title="One update by Adam",
    points=2,
    reference=adam_step,
    forbidden=("rnnlib.training.optimisers.Adam.update",),
    accepted=(
        Mistake(
            _eps_inside_the_root, f"Your eps is inside the root: right too. {_AS_IN_THE_PAPER}"
        ),
        Mistake(
            _eps_at_the_uncorrected_root,
            "You correct the learning rate instead of m and v, so your eps is added to the "
            f"uncorrected root, as in TensorFlow: right too. {_AS_IN_THE_PAPER}",
        ),
        Mistake(
            _eps_inside_the_uncorrected_root,
            "Your eps is inside the root, and the root is corrected after that: right too. "
            f"{_AS_IN_THE_PAPER}",
        ),
        Mistake(
            _eps_inside_and_outside,
            f"Your eps is both inside the root and added to it: right too. {_AS_IN_THE_PAPER}",
        ),
    ),
    cases=_cases,
    returns=(
        Returned("p", ("row", "column"), of=("m", "v")),
        Returned("m", ("row", "column")),
        Returned("v", ("row", "column")),
    ),
    hints=(
        "First the two running means: beta times the old mean plus (1 - beta) times the new "
        "value. For v, the new value is the square of the gradient, entry by entry.",
        "Use two other names for the means divided by 1 - beta**k, say `unbiased_m` and "
        "`unbiased_v`: return the means from before that division.",
        "p moves against the mean gradient, divided entry by entry by the root of v̂. eps is added "
        "to the root.",
    ),
    mistakes=(
        Mistake(
            _no_correction,
            "You use m and v uncorrected. Both started at 0: what is m after the first update, "
            "compared with g?",
        ),
        Mistake(_only_m_corrected, "You correct m, but not v. v started at 0 as well."),
        Mistake(_only_v_corrected, "You correct v, but not m. m started at 0 as well."),
        Mistake(
            _always_the_first_update,
            "Your correction is that of the first update, whatever k is: you use 1 - beta, "
            "without a power of beta.",
        ),
        Mistake(
            _counts_from_zero,
            "Your k is one too large: the first update already has k = 1.",
        ),
        Mistake(
            _one_update_late,
            "Your k is one too small: in the first update you divide by 1 - β⁰, which is 0.",
        ),
        Mistake(
            _beta_times_k,
            'You divide by 1 - beta * k, which soon becomes negative. How is "beta to the power '
            'k" written in Python?',
        ),
        Mistake(
            _carries_the_corrected,
            "You return the corrected means, so they will be corrected again. Which m does the "
            "next update start from?",
        ),
        Mistake(_upwards, "p moves along the gradient: the loss would grow."),
        Mistake(
            _no_root,
            "You divide by v̂ itself. It has the units of a squared gradient: what is missing?",
        ),
        Mistake(
            _no_division,
            "p moves by the mean gradient. What happened to v?",
        ),
        Mistake(
            _v_of_the_gradient,
            "v is a mean of squares. What goes into yours?",
        ),
        Mistake(
            _only_m_of_the_old,
            "m is corrected as it was before this update. The new gradient goes in first.",
        ),
        Mistake(
            _only_v_of_the_old,
            "v is corrected as it was before this update. The new gradient goes in first.",
        ),
        Mistake(
            _power_of_the_rest,
            "You divide by (1 - beta)**k. The weights of all gradients so far sum to 1 - beta**k: "
            "what is the power of?",
        ),
        Mistake(
            _beta1_in_both_corrections,
            "You correct v with beta1. Which beta do its weights use?",
        ),
        Mistake(
            _beta2_in_both_corrections,
            "You correct m with beta2. Which beta do its weights use?",
        ),
        Mistake(
            _corrections_multiplied,
            "You multiply by 1 - beta**k. The means are too small at first: what makes them "
            "larger?",
        ),
        Mistake(
            _usual_betas,
            "Your means use 0.9 and 0.999, whatever beta1 and beta2 are. Use the arguments.",
        ),
        Mistake(
            _usual_eps, "Your eps is 0, or as small as 1e-8, whatever eps is. Use the argument."
        ),
        Mistake(
            _root_of_v_kept,
            "You return the square root of v. The next update starts from v itself.",
        ),
        Mistake(
            _sign_alone,
            "p moves by the learning rate, up or down, regardless of the size of m and v. What "
            "are they for?",
        ),
        Mistake(
            _square_of_each_row,
            "Your v uses one number for each row. Every weight has its own v: from which gradient "
            "is it computed?",
        ),
        Mistake(
            _largest_v,
            "Your v never decreases: you take the larger of the old one and the new one. That is "
            "a different method; here v is a running mean.",
        ),
        Mistake(
            _gradient_for_its_mean,
            "p moves by the gradient itself, divided by the root. What happened to m?",
        ),
        Mistake(
            _old_means_used,
            "p moves by the old means. Does the new gradient enter this update?",
        ),
        Mistake(_betas_swapped, "beta1 and beta2 are swapped."),
        Mistake(
            _weights_of_old_and_new_swapped,
            "The weights of old and new are swapped. With beta = 0.9, should a mean change fast "
            "or slowly?",
        ),
        Mistake(_length_of_the_whole, _ONE_FOR_ALL),
        Mistake(_mean_square_of_the_whole, _ONE_FOR_ALL),
        Mistake(_not_squared, "v is a mean of squares. What goes into yours?"),
        Mistake(
            _added_up_without_weights,
            "The new gradient goes in with full weight, so m would grow to many times the size of "
            "a gradient. What should multiply it?",
        ),
    ),
)
