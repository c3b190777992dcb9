"""Exercise 11.4: what is lost by looking from one side."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def variance_kept(H, k):
    s = np.linalg.svd(H - H.mean(axis=0), compute_uv=False)
    return (s[:k] ** 2).sum() / (s**2).sum()


def _squares(C):
    return np.linalg.svd(C, compute_uv=False) ** 2


def _not_centred(H, k):
    v = _squares(H)
    return v[:k].sum() / v.sum()


def _each_state_centred(H, k):
    v = _squares(H - H.mean(axis=1, keepdims=True))
    return v[:k].sum() / v.sum()


def _one_mean_for_all(H, k):
    v = _squares(H - H.mean())
    return v[:k].sum() / v.sum()


def _not_squared(H, k):
    s = np.sqrt(_squares(H - H.mean(axis=0)))
    return s[:k].sum() / s.sum()


def _squared_twice(H, k):
    v = _squares(H - H.mean(axis=0)) ** 2
    return v[:k].sum() / v.sum()


def _smallest(H, k):
    v = _squares(H - H.mean(axis=0))
    return v[-k:].sum() / v.sum()


def _smallest_of_the_covariance(H, k):
    v = np.linalg.eigvalsh(np.atleast_2d(np.cov(H.T)))
    return v[:k].sum() / v.sum()


def _kth_only(H, k):
    v = _squares(H - H.mean(axis=0))
    return v[k - 1] / v.sum()


def _one_too_few(H, k):
    v = _squares(H - H.mean(axis=0))
    return v[: k - 1].sum() / v.sum()


def _lost(H, k):
    return 1 - variance_kept(H, k)


def _variance_itself(H, k):
    return (_squares(H - H.mean(axis=0))[:k] / len(H)).sum()


def _largest_units(H, k):
    v = np.sort(H.var(axis=0))[::-1]
    return v[:k].sum() / v.sum()


def _first_units(H, k):
    return H.var(axis=0)[:k].sum() / H.var(axis=0).sum()


def _correlations(H, k):
    v = _squares((H - H.mean(axis=0)) / H.std(axis=0))
    return v[:k].sum() / v.sum()


def _cases(rng):
    def case(N, n, k, group):
        H = rng.normal(size=(N, n)) @ rng.normal(size=(n, n)) + rng.uniform(1, 2, size=n)
        return Case((H, k), group)

    return [
        case(9, 4, 1, "k = 1"),
        case(11, 5, 3, "k between 1 and n"),
        case(30, 6, 2, "k between 1 and n"),
        case(4, 7, 2, "fewer states than units"),
        case(8, 3, 3, "k = n"),
    ]


VARIANCE_KEPT = Exercise(
    id="11.4",
    title="What a view from one side keeps",
    reference=variance_kept,
    cases=_cases,
    returns=(Returned("share"),),
    hints=(
        "Variance is measured from the mean: subtract from each column its mean over the states.",
        "`np.linalg.svd(C, compute_uv=False)` gives the singular values of the centred states C, "
        "the largest first. The variance along a principal direction is the square of one, over N.",
    ),
    mistakes=(
        Mistake(
            _not_centred,
            "You measure from the origin. Where does the variance of a unit measure from?",
        ),
        Mistake(
            _each_state_centred,
            "You subtract from each state the mean over its units. Which axis counts the states?",
        ),
        Mistake(
            _one_mean_for_all,
            "You subtract one mean from all numbers. Each unit has a mean of its own.",
        ),
        Mistake(
            _not_squared,
            "You add singular values. They are in the units of a state; a variance is in its "
            "square.",
        ),
        Mistake(
            _squared_twice,
            "You square too often. The eigenvalues of the covariance are variances already.",
        ),
        Mistake(
            _smallest,
            "You take the smallest. In which order does your routine return them? `eigh` begins "
            "with the smallest.",
        ),
        Mistake(
            _smallest_of_the_covariance,
            "You take the smallest: `eigh` and `eigvalsh` begin with them. Turn their order round.",
        ),
        Mistake(
            _kth_only, "This is the share of component k alone. Asked for is that of the first k."
        ),
        Mistake(_one_too_few, "One component is missing: `[:k]` holds how many entries?"),
        Mistake(_lost, "This is what is lost. Asked for is what is kept."),
        Mistake(
            _variance_itself, "You return the variance itself. Asked for is a share of the whole."
        ),
        Mistake(
            _largest_units,
            "You choose the k units that vary most. A principal direction may be a mixture of all.",
        ),
        Mistake(
            _first_units, "You take units 1 to k. A principal direction is a mixture of units."
        ),
        Mistake(
            _correlations,
            "You divide each unit by its standard deviation first. Then a unit that hardly moves "
            "counts as much as any other.",
        ),
    ),
)
