"""Exercise 07.3: the largest eigenvalue."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import GROWTH
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def spectral_radius(W):
    return float(np.abs(np.linalg.eigvals(W)).max())


def _chosen(W, *, eigenvalues=np.linalg.eigvals, size=np.abs, choose=np.max):
    return choose(size(eigenvalues(W)))


def _norm(W):
    return np.linalg.norm(W, 2)


def _frobenius_norm(W):
    return np.linalg.norm(W)


def _no_absolute_value(W):
    return _chosen(W, size=np.positive)


def _largest_real_part(W):
    return _chosen(W, size=np.real)


def _real_parts_only(W):
    return _chosen(W, size=lambda values: np.abs(np.real(values)))


def _absolute_value_too_late(W):
    return np.abs(_no_absolute_value(W))


def _smallest(W):
    return _chosen(W, choose=np.min)


def _mean(W):
    return _chosen(W, choose=np.mean)


def _first_of_the_list(W):
    return _chosen(W, choose=lambda sizes: sizes[0])


def _as_if_symmetric(W):
    return _chosen(W, eigenvalues=np.linalg.eigvalsh)


def _squared(W):
    return _chosen(W, size=lambda values: np.abs(values) ** 2)


def _largest_entry(W):
    return np.abs(W).max()


def _cases(rng):
    def turned(values):
        """A matrix with these eigenvalues; a complex one brings its partner along."""
        blocks = []
        for value in values:
            re, im = value.real, value.imag
            blocks.append(np.array([[re, -im], [im, re]]) if im else np.array([[re]]))
        n = sum(map(len, blocks))
        D, k = np.zeros((n, n)), 0
        for block in blocks:
            D[k : k + len(block), k : k + len(block)] = block
            k += len(block)
        S = np.eye(n) + 0.3 * rng.uniform(-1, 1, size=(n, n))
        return S @ D @ np.linalg.inv(S)

    scale = rng.uniform(0.8, 1.2, size=6)
    triangle = np.triu(rng.uniform(1, 2, size=(3, 3)), k=1) + np.diag([0.3, -0.9, 0.5])
    if rng.integers(2):
        triangle = triangle.T
    return [
        Case((np.array([[-1.4 * scale[0]]]),), "n = 1"),
        Case((scale[1] * turned([-1.3, 0.9, 0.2]),), "real eigenvalues"),
        Case((scale[2] * triangle,), "W triangular"),
        Case((scale[3] * turned([0.3 + 1.1j, 0.7]),), "complex eigenvalues"),
        Case((scale[4] * turned([0.5 + 1.2j, -0.9]),), "complex eigenvalues"),
        Case((40 * scale[5] * turned([0.2 - 0.7j, 0.4, -0.5]),), "complex eigenvalues"),
    ]


SPECTRAL_RADIUS = Exercise(
    id="07.3",
    title="The largest eigenvalue",
    reference=spectral_radius,
    forbidden=("rnnlib.analysis.systems.spectral_radius", *GROWTH),
    cases=_cases,
    returns=(Returned("radius"),),
    hints=(
        "`np.linalg.eigvals(W)` gives all eigenvalues, in no particular order; some may be "
        "complex, and some negative.",
        "W multiplies an eigenvector by its eigenvalue; after t steps, by the eigenvalue to the "
        "power t. Does the sign affect whether that grows? And for a complex number, what tells "
        "whether its powers grow?",
    ),
    mistakes=(
        Mistake(
            _norm,
            "This is the largest singular value: the most that W can stretch a vector in one "
            "step. The eigenvalues say what happens after many.",
        ),
        Mistake(
            _frobenius_norm,
            "This is the root of the sum of all squared entries. Where are the eigenvalues?",
        ),
        Mistake(
            _no_absolute_value,
            "This is an eigenvalue as it is, possibly negative or complex. How large is -1.3, and "
            "how large is 0.3 + 1.1i?",
        ),
        Mistake(
            _largest_real_part,
            "This is the largest real part. The powers of -1.3 and of 1.1i grow as well.",
        ),
        Mistake(
            _real_parts_only,
            "You drop the imaginary parts. The powers of 1.1i rotate around 0 and grow: what is "
            "the modulus of a complex number?",
        ),
        Mistake(
            _absolute_value_too_late,
            "You choose the largest eigenvalue first and then take its absolute value. Of -1.3 "
            "and 0.9, which one do you choose?",
        ),
        Mistake(
            _smallest,
            "This is the smallest of the absolute values. Which one dominates after many steps?",
        ),
        Mistake(
            _mean,
            "You average over the eigenvalues. After many steps, do they all matter equally?",
        ),
        Mistake(
            _first_of_the_list,
            "You take the first one in the list. NumPy does not sort the eigenvalues.",
        ),
        Mistake(
            _as_if_symmetric,
            "`eigvalsh` is for symmetric matrices: it reads one triangle of W and assumes that "
            "the other is its mirror image.",
        ),
        Mistake(
            _squared,
            "This is the square of it. The modulus of a + bi is the root of a² + b².",
        ),
        Mistake(
            _largest_entry,
            "This is the largest entry of W. A matrix with large entries may have eigenvalues that "
            "are all 0: think of one with zeros on and below the diagonal.",
        ),
    ),
)
