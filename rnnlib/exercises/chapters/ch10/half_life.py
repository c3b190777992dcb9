"""Exercise 10.4: after how many steps a complex memory has faded to one half."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def half_life(lam):
    return np.log(0.5) / np.log(abs(lam))


def _real_part(lam):
    return np.log(0.5) / np.log(np.real(lam))


def _size_of_the_real_part(lam):
    return np.log(0.5) / np.log(abs(np.real(lam)))


def _period(lam):
    return 2 * np.pi / abs(np.angle(lam))


def _angle_for_size(lam):
    return np.log(2) / abs(np.angle(lam))


def _complex_logarithm(lam):
    return np.log(0.5) / np.log(complex(lam))


def _of_the_square(lam):
    return np.log(0.5) / np.log(abs(lam) ** 2)


def _to_one_over_e(lam):
    return -1 / np.log(abs(lam))


def _one_over_the_loss(lam):
    return 1 / (1 - abs(lam))


def _upside_down(lam):
    return np.log(abs(lam)) / np.log(0.5)


def _whole_steps(lam):
    return np.ceil(half_life(lam))


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
        "After k steps the state has been multiplied by lam k times. A complex product turns and "
        "shrinks: by what does its size shrink in one step?",
        "Solve |lam|^k = 1/2 for k, with a logarithm. `abs` gives the size of a complex number.",
    ),
    mistakes=(
        Mistake(
            _real_part,
            "You use the real part of lam. A number that turns has a small real part and may yet "
            "be large: what is the size of a complex number?",
        ),
        Mistake(
            _size_of_the_real_part,
            "You use the size of the real part. And the imaginary one?",
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
            _of_the_square,
            "Half of what it should be: lam times its conjugate is the size squared.",
        ),
        Mistake(
            _to_one_over_e,
            "This is the time to 1/e, about 0.37. After how many steps is one half left?",
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
