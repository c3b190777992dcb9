"""Exercise 11.4: what is lost by looking from one side."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def variance_kept(H, k):
    C = H - H.mean(axis=0)
    s = np.linalg.svd(C, compute_uv=False)
    variances = s**2
    return variances[:k].sum() / variances.sum()


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


def _order_of_eig(H, k):
    v = np.real(np.linalg.eig(np.atleast_2d(np.cov(H.T)))[0])
    return v[:k].sum() / v.sum()


def _correlations_not_squared(H, k):
    s = np.sqrt(_squares((H - H.mean(axis=0)) / H.std(axis=0)))
    return s[:k].sum() / s.sum()


def _odds(H, k):
    v = _squares(H - H.mean(axis=0))
    rest = v[k:].sum()
    return v[:k].sum() / rest if rest else np.inf


def _of_the_largest(H, k):
    v = _squares(H - H.mean(axis=0))
    return v[:k].sum() / v[0]


def _sum_over_variance(H, k):
    return _squares(H - H.mean(axis=0))[:k].sum() / H.var(axis=0).sum()


def _one_less_state(H, k):
    return _variance_itself(H, k) / H.var(axis=0, ddof=1).sum()


def _median_taken_off(H, k):
    v = _squares(H - np.median(H, axis=0))
    return v[:k].sum() / v.sum()


def _first_state_taken_off(H, k):
    v = _squares(H - H[0])
    return v[:k].sum() / v.sum()


def _share_of_each(H, k):
    v = _squares(H - H.mean(axis=0))
    return v[:k] / v.sum()


def _k_over_n(H, k):
    return k / H.shape[1]


def _cases(rng):
    def case(N, n, k, group):
        """States that a routine which does not sort, `eig`, lets begin with another direction."""
        while True:
            H = rng.normal(size=(N, n)) @ rng.normal(size=(n, n)) + rng.uniform(1, 2, size=n)
            if k == n or abs(_order_of_eig(H, k) - variance_kept(H, k)) > 0.01:
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
    title="The share of variance kept",
    reference=variance_kept,
    cases=_cases,
    returns=(Returned("share"),),
    hints=(
        "Variance is measured around the mean: subtract from each column its mean over the states.",
        "`s = np.linalg.svd(C, compute_uv=False)` are the singular values of the centered states "
        "C, the largest first. The variance along a principal direction is the square of a "
        "singular value, divided by N.",
    ),
    mistakes=(
        Mistake(
            _not_centred,
            "You measure around the origin. Around what is the variance of a unit measured?",
        ),
        Mistake(
            _each_state_centred,
            "You subtract from each state the mean over its units. Which axis counts the states?",
        ),
        Mistake(
            _one_mean_for_all,
            "You subtract one mean from all numbers. Each unit has its own mean.",
        ),
        Mistake(
            _not_squared,
            "You add singular values. They have the units of a state; a variance has those units "
            "squared.",
        ),
        Mistake(
            _squared_twice,
            "You square one time too many. The eigenvalues of the covariance already are "
            "variances.",
        ),
        Mistake(
            _smallest,
            "You take the smallest. In which order does your routine return them? `eigh` starts "
            "with the smallest.",
        ),
        Mistake(
            _smallest_of_the_covariance,
            "You take the smallest: `eigh` and `eigvalsh` start with them. Reverse their order.",
        ),
        Mistake(
            _kth_only,
            "This is the share of component k alone. The exercise asks for that of the first k.",
        ),
        Mistake(_one_too_few, "One component is missing: how many entries does `[:k]` have?"),
        Mistake(_lost, "This is what is lost. The exercise asks for what is kept."),
        Mistake(
            _variance_itself,
            "You return the variance itself. The exercise asks for a share of the whole.",
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
        Mistake(
            _correlations_not_squared,
            "You divide each unit by its standard deviation first, and add singular values that "
            "are not squared. A variance is measured around the mean, in squares, and in the "
            "units of the states.",
        ),
        Mistake(
            _order_of_eig,
            "You take the first k in the order in which `eig` returns them, which is no order: "
            "sort them, the largest first.",
        ),
        Mistake(
            _odds,
            "You divide what is kept by what is lost. A share is a part of the whole.",
        ),
        Mistake(
            _of_the_largest,
            "You divide by the largest variance. A share is a part of the whole: what is the sum "
            "of all variances?",
        ),
        Mistake(
            _sum_over_variance,
            "You divide a sum over the states by a mean over them. Divide both by N, or neither.",
        ),
        Mistake(
            _one_less_state,
            "You divide by N in the numerator and by N - 1 in the denominator (`ddof=1`). Use one "
            "for both.",
        ),
        Mistake(
            _median_taken_off,
            "You subtract the median of each unit. Variance is measured around the mean.",
        ),
        Mistake(
            _first_state_taken_off,
            "You subtract the first state from all. Variance is measured around the mean.",
        ),
        Mistake(
            _k_over_n,
            "This is k / n, whatever the states are. Some directions keep more than others: what "
            "is the variance along each?",
        ),
        Mistake(
            _share_of_each,
            "You return a share for each of the first k directions. The exercise asks for what "
            "they keep together.",
        ),
    ),
)
