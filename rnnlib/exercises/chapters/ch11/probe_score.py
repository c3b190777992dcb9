"""Exercise 11.5: how well something can be read from the state."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def probe_score(H, y, H_test, y_test):
    A = np.column_stack([H, np.ones(len(H))])
    a = np.linalg.lstsq(A, y, rcond=None)[0]
    A_test = np.column_stack([H_test, np.ones(len(H_test))])
    prediction = A_test @ a
    error = ((y_test - prediction) ** 2).mean()
    return 1 - error / y_test.var()


def _with_one(H):
    return np.column_stack([H, np.ones(len(H))])


def _predictions(H, y, H_test):
    return _with_one(H_test) @ np.linalg.lstsq(_with_one(H), y, rcond=None)[0]


def _mean_square(error):
    return (error**2).mean()


def _r_squared(y, prediction, *, mean=_mean_square, over=None):
    """mean: what is made of the errors; over: what it is divided by."""
    return 1 - mean(y - prediction) / (y.var() if over is None else over)


def _no_intercept(H, y, H_test, y_test):
    return _r_squared(y_test, H_test @ np.linalg.lstsq(H, y, rcond=None)[0])


def _mean_added(H, y, H_test, y_test):
    return _r_squared(y_test, y.mean() + H_test @ np.linalg.lstsq(H, y, rcond=None)[0])


def _intercept_from_the_rest(H, y, H_test, y_test):
    a = np.linalg.lstsq(H, y, rcond=None)[0]
    return _r_squared(y_test, (y - H @ a).mean() + H_test @ a)


def _only_y_centred(H, y, H_test, y_test):
    a = np.linalg.lstsq(H, y - y.mean(), rcond=None)[0]
    return _r_squared(y_test, y.mean() + H_test @ a)


def _own_means(H, y, H_test, y_test):
    a = np.linalg.lstsq(H - H.mean(0), y - y.mean(), rcond=None)[0]
    return _r_squared(y_test, y_test.mean() + (H_test - H_test.mean(0)) @ a)


def _own_states_mean(H, y, H_test, y_test):
    a = np.linalg.lstsq(H - H.mean(0), y, rcond=None)[0]
    return _r_squared(y_test, y.mean() + (H_test - H_test.mean(0)) @ a)


def _intercept_forgotten_in_the_test(H, y, H_test, y_test):
    return _r_squared(y_test, H_test @ np.linalg.lstsq(_with_one(H), y, rcond=None)[0][:-1])


def _judged_where_fitted(H, y, H_test, y_test):
    return probe_score(H, y, H, y)


def _fitted_where_judged(H, y, H_test, y_test):
    return probe_score(H_test, y_test, H_test, y_test)


def _fitted_on_everything(H, y, H_test, y_test):
    return probe_score(np.vstack([H, H_test]), np.append(y, y_test), H_test, y_test)


def _parts_swapped(H, y, H_test, y_test):
    return probe_score(H_test, y_test, H, y)


def _correlation_squared(H, y, H_test, y_test):
    return np.corrcoef(_predictions(H, y, H_test), y_test)[0, 1] ** 2


def _correlation(H, y, H_test, y_test):
    return np.corrcoef(_predictions(H, y, H_test), y_test)[0, 1]


def _variance_of_the_predictions(H, y, H_test, y_test):
    return _predictions(H, y, H_test).var() / y_test.var()


def _share_of_error(H, y, H_test, y_test):
    return 1 - probe_score(H, y, H_test, y_test)


def _squared_error(H, y, H_test, y_test):
    return ((y_test - _predictions(H, y, H_test)) ** 2).mean()


def _one_minus_squared_error(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), over=1)


def _from_zero(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), over=(y_test**2).mean())


def _variance_of_the_first_part(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), over=y.var())


def _variance_about_the_first_mean(H, y, H_test, y_test):
    over = ((y_test - y.mean()) ** 2).mean()
    return _r_squared(y_test, _predictions(H, y, H_test), over=over)


def _one_less(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), over=y_test.var(ddof=1))


def _root_mean_square(error):
    return np.sqrt(_mean_square(error))


def _standard_deviation(H, y, H_test, y_test):
    prediction = _predictions(H, y, H_test)
    return _r_squared(y_test, prediction, mean=_root_mean_square, over=y_test.std())


def _sum_over_variance(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), mean=lambda error: (error**2).sum())


def _columns_in_two_places(H, y, H_test, y_test):
    a = np.linalg.lstsq(np.column_stack([np.ones(len(H)), H]), y, rcond=None)[0]
    return _r_squared(y_test, _with_one(H_test) @ a)


def _not_below_zero(H, y, H_test, y_test):
    return max(0.0, probe_score(H, y, H_test, y_test))


def _adjusted(H, y, H_test, y_test):
    M, n = H_test.shape
    share = 1 - probe_score(H, y, H_test, y_test)
    return 1 - share * (M - 1) / (M - n - 1)


def _mean_size(error):
    return np.abs(error).mean()


def _absolute_errors(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), mean=_mean_size)


def _absolute_errors_over_the_deviation(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), mean=_mean_size, over=y_test.std())


def _square_of_the_mean_error(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), mean=lambda error: error.mean() ** 2)


def _variance_of_all(H, y, H_test, y_test):
    return _r_squared(y_test, _predictions(H, y, H_test), over=np.append(y, y_test).var())


def _divided_the_other_way(H, y, H_test, y_test):
    return 1 - 1 / (1 - probe_score(H, y, H_test, y_test))


def _on_the_test_part_and_from_zero(H, y, H_test, y_test):
    return _from_zero(H_test, y_test, H_test, y_test)


def _cases(rng):
    def case(n, N, M, noise, group):
        A, c = rng.normal(size=n), rng.choice([-1, 1]) * rng.uniform(1.5, 2.5)
        parts = []
        for size in (N, M):
            H = rng.uniform(-1, 1, size=(size, n)) + 0.5
            parts += [H, c + H @ A + noise * rng.normal(size=size)]
        return Case(tuple(parts), group)

    def useless():
        """A probe fitted to little but noise: its score is below 0."""
        while True:
            found = case(4, 8, 13, 4.0, "a probe that is worse than the mean")
            if -5 < probe_score(*found.arguments) < -0.2:
                return found

    return [
        case(1, 9, 7, 0.4, "one unit"),
        case(3, 12, 30, 0.5, "several units"),
        case(5, 25, 11, 1.0, "several units"),
        case(4, 40, 15, 0.0, "several units"),  # a score of 1
        useless(),
    ]


PROBE_SCORE = Exercise(
    id="11.5",
    title="How well it can be read",
    points=2,
    reference=probe_score,
    forbidden=("rnnlib.analysis.probes.fit_probe", "rnnlib.analysis.probes.r_squared"),
    cases=_cases,
    returns=(Returned("score"),),
    hints=(
        "An intercept is a weight for an input that is always 1: put a column of ones next to H, "
        "and one next to H_test.",
        "`np.linalg.lstsq(A, y, rcond=None)[0]` is the a that minimizes ‖A a - y‖². Which of the "
        "two parts do you fit it on, and for which do you make the predictions?",
        "The score compares two numbers, both from the test part: the mean of (y_test - "
        "prediction)², and `y_test.var()`.",
    ),
    mistakes=(
        Mistake(
            _no_intercept,
            "Your probe has no intercept: it predicts 0 at h = 0, whatever y is there.",
        ),
        *(
            Mistake(
                wrong,
                "You fit the weights without the intercept and add it afterward. Fit both "
                "together: the best weights depend on the intercept.",
            )
            for wrong in (_mean_added, _intercept_from_the_rest, _only_y_centred)
        ),
        Mistake(
            _own_means,
            "Your score forgives predictions that are too high everywhere: you center the test "
            "part by its own means, or use the variance of the errors. A probe's intercept comes "
            "from the part it was fitted on.",
        ),
        Mistake(
            _own_states_mean,
            "On average your predictions for the test part are the mean of y, whatever its states "
            "are. Is H_test centered by its own mean? Subtract the mean of H instead.",
        ),
        Mistake(
            _intercept_forgotten_in_the_test,
            "You fit an intercept but leave it out of the predictions. H_test needs the column of "
            "ones as well.",
        ),
        Mistake(
            _judged_where_fitted,
            "You score the probe on the part it was fitted on. With enough units it would score "
            "well there on pure noise.",
        ),
        Mistake(
            _fitted_where_judged,
            "You fit the probe on the test part. Then nothing is left to test it on.",
        ),
        Mistake(
            _fitted_on_everything,
            "The probe saw the test part during the fit. Fit only on H and y.",
        ),
        Mistake(_parts_swapped, "The two parts are swapped."),
        Mistake(
            _correlation_squared,
            "This is the squared correlation: it forgives a wrong scale and a wrong offset, which "
            "the definition does not.",
        ),
        Mistake(
            _correlation,
            "This is the correlation between prediction and truth. What does R² compare?",
        ),
        Mistake(
            _variance_of_the_predictions,
            "You compare variances. Predictions that vary as much as y are not necessarily right.",
        ),
        Mistake(
            _share_of_error,
            "This is the fraction of variance left unexplained: 1 for a useless probe.",
        ),
        Mistake(_squared_error, "This is the squared error. What should it be compared with?"),
        Mistake(
            _one_minus_squared_error,
            "This is 1 minus the squared error: then the score depends on the units of y.",
        ),
        Mistake(
            _from_zero,
            "You divide by the mean of y². A variance is measured around the mean of y_test.",
        ),
        Mistake(
            _variance_of_the_first_part,
            "Error and variance come from different parts. Both should come from the test part.",
        ),
        Mistake(
            _variance_about_the_first_mean,
            "Your variance is measured around the mean of the first part. The variance of y_test "
            "is measured around its own mean.",
        ),
        Mistake(
            _one_less,
            "The error is divided by M and the variance by M - 1 (`ddof=1`). Use one for both.",
        ),
        Mistake(_standard_deviation, "You compare square roots. R² uses squares."),
        Mistake(
            _sum_over_variance,
            "You divide a sum by a mean: the variance is divided by the "
            "number of states, the error is not.",
        ),
        Mistake(
            _columns_in_two_places,
            "The column of ones comes before H in the fit and after H_test in the predictions, so "
            "the weights multiply the wrong columns.",
        ),
        Mistake(
            _not_below_zero,
            "You do not let the score go below 0. A probe may be worse than the mean of y_test: "
            "return what the definition gives.",
        ),
        Mistake(
            _adjusted,
            'This is the "adjusted" R², corrected for the number of weights. The definition here '
            "has no such correction: the probe is scored on different states than it was fitted "
            "on.",
        ),
        Mistake(_absolute_errors, "You take absolute errors. The definition squares them."),
        Mistake(
            _absolute_errors_over_the_deviation,
            "You compare the mean absolute error with the standard deviation. R² uses squares.",
        ),
        Mistake(
            _square_of_the_mean_error,
            "You square the mean of the errors, in which errors of opposite sign cancel. Square "
            "each error first.",
        ),
        Mistake(
            _variance_of_all,
            "Your variance is that of both parts together. Error and variance should both come "
            "from the test part.",
        ),
        Mistake(
            _divided_the_other_way,
            "You divide the variance by the error. Which of them is small for a good probe?",
        ),
        Mistake(
            _on_the_test_part_and_from_zero,
            "You fit the probe on the test part, and divide by the mean of y². Fit it on H and y; "
            "a variance is measured around the mean of y_test.",
        ),
    ),
)
