"""Exercise 08.1: the orthogonal matrix nearest to a given one."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def nearest_orthogonal(A):
    left, _, right = np.linalg.svd(A)
    return left @ right


def _over_the_norm(A):
    return A / np.linalg.norm(A, 2)


def _over_the_radius(A):
    return A / np.abs(np.linalg.eigvals(A)).max()


def _transposed_again(A):
    left, _, right = np.linalg.svd(A)
    return left @ right.T


def _wrong_order(A):
    left, _, right = np.linalg.svd(A)
    return right @ left


def _entry_by_entry(A):
    left, _, right = np.linalg.svd(A)
    return left * right


def _singular_values_kept(A):
    left, values, right = np.linalg.svd(A)
    return left @ np.diag(values) @ right


def _left_vectors_only(A):
    return np.linalg.svd(A)[0]


def _Q_of_QR(A):
    return np.linalg.qr(A)[0]


def _eigenvalues_set_to_1(A):
    values, vectors = np.linalg.eig(A)
    return (vectors @ np.diag(values / np.abs(values)) @ np.linalg.inv(vectors)).real


def _columns_of_length_1(A):
    return A / np.linalg.norm(A, axis=0)


def _rows_of_length_1(A):
    return A / np.linalg.norm(A, axis=1, keepdims=True)


def _never_a_reflection(A):
    left, _, right = np.linalg.svd(A)
    left[:, -1] *= np.sign(np.linalg.det(left @ right))
    return left @ right


def _gram_matrix(A):
    return A.T @ A


def _cases(rng):
    def case(values, group, determinant=1):
        """A matrix with these singular values and a determinant of this sign."""
        n = len(values)
        left, right = np.linalg.qr(rng.normal(size=(2, n, n)))[0]
        scale = rng.uniform(0.7, 1.4)
        if np.linalg.det(left @ right) * determinant < 0:
            right[0] *= -1
        return Case((scale * left @ np.diag(values) @ right,), group)

    return [
        case([1.7], "n = 1", determinant=-1),
        case([2.0, 0.4], "n > 1"),
        case([1.8, 0.9, 0.3], "n > 1", determinant=-1),
        case([2.5, 1.6, 1.1, 0.7, 0.2], "n > 1"),
    ]


NEAREST_ORTHOGONAL = Exercise(
    id="08.1",
    title="All singular values 1",
    reference=nearest_orthogonal,
    cases=_cases,
    returns=(Returned("Q", ("row", "column")),),
    hints=(
        "`np.linalg.svd(A)` takes A apart: a rotation or reflection, a stretching along the axes, "
        "and one more rotation or reflection. Which of the three is to blame for a gradient that "
        "shrinks?",
        "It returns three things. Put the first and the third together again, in their order, and "
        "with no stretching between them. The third is what stands at the right in "
        "A = left · diag(values) · right, so it is transposed already.",
    ),
    mistakes=(
        Mistake(
            _over_the_norm,
            "You divide by the largest singular value: that one is 1 now. And the others?",
        ),
        Mistake(
            _over_the_radius,
            "You divide by the largest |eigenvalue|. Orthogonal is a matter of the singular "
            "values, of all of them.",
        ),
        Mistake(
            _transposed_again,
            "Your matrix is orthogonal, but it is not near A. The third thing that np.linalg.svd "
            "returns stands in A as it is: is it transposed once too often?",
        ),
        Mistake(
            _wrong_order,
            "Your matrix is orthogonal, but it is not near A. In which order do the two stand in "
            "A = left · diag(values) · right?",
        ),
        Mistake(
            _entry_by_entry,
            "`*` multiplies entry by entry. The product of two matrices is written with `@`.",
        ),
        Mistake(
            _singular_values_kept,
            "This is A itself, taken apart and put together. What is to become of the singular "
            "values?",
        ),
        Mistake(
            _left_vectors_only,
            "Your matrix is orthogonal, but it is not near A: the second rotation is missing.",
        ),
        Mistake(
            _Q_of_QR,
            "Q of QR is orthogonal, and it depends on the order of the columns: the first one "
            "keeps its direction, the others give way. The nearest matrix treats all alike.",
        ),
        Mistake(
            _eigenvalues_set_to_1,
            "All eigenvalues have modulus 1 now. If the eigenvectors do not stand at right angles, "
            "lengths change all the same: what has to be 1?",
        ),
        Mistake(
            _columns_of_length_1,
            "Your columns have length 1. Do they stand at right angles to each other?",
        ),
        Mistake(
            _rows_of_length_1,
            "Your rows have length 1. Do they stand at right angles to each other?",
        ),
        Mistake(
            _never_a_reflection,
            "You allow no reflections. If A has a negative determinant, the nearest orthogonal "
            "matrix has one as well.",
        ),
        Mistake(
            _gram_matrix,
            "AᵀA would be the identity if A were orthogonal. It tells how far A is from that; "
            "asked for is the matrix that is not.",
        ),
    ),
)
