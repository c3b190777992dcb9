"""Exercise 10.4: after how many steps a complex memory has faded to one half."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def half_life(lam):
    size = abs(lam)
    return np.log(0.5) / np.log(size)


def _time_to(left, size):
    """After how many steps a number of this size has come down to what should be left."""
    return np.log(left) / np.log(size)


def _real_part(lam):
    return _time_to(0.5, np.real(lam))


def _size_of_the_real_part(lam):
    return _time_to(0.5, abs(np.real(lam)))


def _period(lam):
    return 2 * np.pi / abs(np.angle(lam))


def _angle_for_size(lam):
    return np.log(2) / abs(np.angle(lam))


def _complex_logarithm(lam):
    return _time_to(0.5, complex(lam))


def _real_part_at_the_end(lam):
    return _complex_logarithm(lam).real


def _logarithm_of_lam_itself(lam):
    return _time_to(0.5, lam)


def _of_the_square(lam):
    return _time_to(0.5, abs(lam) ** 2)


def _to_one_over_e(lam):
    return _time_to(np.exp(-1), abs(lam))


def _one_over_the_loss(lam):
    return 1 / (1 - abs(lam))


def _upside_down(lam):
    return _time_to(abs(lam), 0.5)


def _whole_steps(lam):
    return np.ceil(half_life(lam))


def _imaginary_part(lam):
    return _time_to(0.5, abs(np.imag(lam)))


def _parts_added(lam):
    return _time_to(0.5, abs(np.real(lam)) + abs(np.imag(lam)))


def _root_of_the_size(lam):
    return 2 * half_life(lam)


def _to_one_tenth(lam):
    return _time_to(0.1, abs(lam))


def _as_if_the_loss_were_constant(lam):
    return 0.5 / (1 - abs(lam))


def _log_two_over_the_loss(lam):
    return np.log(2) / (1 - abs(lam))


def _one_over_the_loss_of_the_real_part(lam):
    return 1 / (1 - np.real(lam))


def _sign_lost(lam):
    return _time_to(2, abs(lam))


def _what_is_left(lam):
    return abs(lam) ** 0.5


def _cases(rng):
    def case(low, high, sector, group):
        angle = rng.uniform(*sector) * np.pi
        return Case((complex(rng.uniform(low, high) * np.exp(1j * angle)),), group)

    return [
        case(0.6, 0.9, (0.1, 0.4), "complex, real part positive"),
        case(0.95, 0.999, (-0.4, -0.1), "complex, real part positive"),
        case(0.8, 0.97, (0.6, 0.9), "complex, real part negative"),
        Case((-float(rng.uniform(0.6, 0.95)),), "a negative number"),
    ]


HALF_LIFE = Exercise(
    id="10.4",
    title="Half-life",
    reference=half_life,
    forbidden=("rnnlib.analysis.systems.half_life",),
    cases=_cases,
    returns=(Returned("steps"),),
    hints=(
        "After k steps the state has been multiplied by lam k times. A complex product rotates "
        "and shrinks: by what factor does its size shrink in one step?",
        "Solve |lam|^k = 1/2 for k, with a logarithm. `abs` gives the size of a complex number.",
    ),
    mistakes=(
        Mistake(
            _real_part,
            "You use the real part of lam. A number that rotates may have a small real part and "
            "still be large: what is the size of a complex number?",
        ),
        Mistake(
            _size_of_the_real_part,
            "You use the size of the real part. What about the imaginary part?",
        ),
        Mistake(
            _period,
            "This is the number of steps for one full turn. How fast the state turns does not say "
            "how fast it shrinks.",
        ),
        Mistake(
            _angle_for_size,
            "You use the angle of lam: it says how far the state turns in a step. What says how "
            "much it shrinks?",
        ),
        Mistake(
            _complex_logarithm,
            "Your answer is complex: the logarithm of lam has the angle in it. Take the size of "
            "lam first.",
        ),
        Mistake(
            _real_part_at_the_end,
            "You take the logarithm of lam itself, and a real part at the end, so the angle of "
            "lam is still in your answer. What does not depend on the angle?",
        ),
        Mistake(
            _logarithm_of_lam_itself,
            "You take the logarithm of lam itself. For a complex lam it is complex, for a negative "
            "number NumPy gives NaN. What is the size of lam?",
        ),
        Mistake(
            _of_the_square,
            "Half of what it should be: lam times its conjugate is the size squared.",
        ),
        Mistake(
            _root_of_the_size,
            "Twice what it should be. `abs(lam)` is the size already, without a root; and the "
            "impulse should fall to a half, not to a quarter.",
        ),
        Mistake(
            _imaginary_part,
            "You use the imaginary part. What is the size of a complex number?",
        ),
        Mistake(
            _parts_added,
            "You add the two parts. The size of a complex number is the length of an arrow: what "
            "does `abs` do?",
        ),
        Mistake(
            _to_one_tenth,
            "This is the time to one tenth. After how many steps is one half left?",
        ),
        Mistake(
            _as_if_the_loss_were_constant,
            "You divide one half by what the first step loses. Later steps lose the same fraction "
            "of a smaller amount: solve |lam|^k = 1/2.",
        ),
        Mistake(
            _log_two_over_the_loss,
            "ln 2 / (1 - |lam|) is an estimate for |lam| near 1. Solve |lam|^k = 1/2: which "
            "logarithms does that involve?",
        ),
        Mistake(
            _one_over_the_loss_of_the_real_part,
            "1 / (1 - lam) is an estimate of the time to 1/e for a real lam near 1, and you take "
            "the real part of lam. Solve |lam|^k = 1/2 with the size of lam.",
        ),
        Mistake(
            _sign_lost,
            "Your number of steps is negative. Both logarithms are, of 1/2 and of |lam|: what is "
            "their quotient?",
        ),
        Mistake(
            _what_is_left,
            "You raise |lam| to the power 1/2. It is the other way around: which power of |lam| "
            "equals 1/2?",
        ),
        Mistake(
            _to_one_over_e,
            "This is the time to 1/e, about 0.37. After how many steps is one half left? If you "
            "divide two logarithms: do they have the same base?",
        ),
        Mistake(
            _one_over_the_loss,
            "1 / (1 - |lam|) is an estimate for |lam| near 1, of the time to 1/e. Solve "
            "|lam|^k = 1/2.",
        ),
        Mistake(
            _upside_down,
            "The fraction is upside down: a larger |lam| should last longer.",
        ),
        Mistake(
            _whole_steps,
            "You round up to whole steps. Return the solution of |lam|^k = 1/2 as it is.",
        ),
    ),
)
