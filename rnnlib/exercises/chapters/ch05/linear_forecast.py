"""Exercise 05.2: the rival, a linear prediction from two steps."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def linear_forecast(past, test):
    return _two_before(test) @ np.linalg.lstsq(_two_before(past), past[2:])[0]


def _two_before(series):
    """The two samples before each of series[2], series[3], … side by side, and a 1."""
    return np.column_stack([series[1:-1], series[:-2], np.ones(len(series) - 2)])


def _fitted(
    past,
    test,
    *,
    samples=lambda s: (s[1:-1], s[:-2]),
    read=None,
    constant=True,
    on_its_own=False,
):
    """samples(series), and a 1 if there is a constant, are what series[2], … are predicted from.

    read: the same where it predicts, if it is something else than in the fit. on_its_own: whether
    it predicts from its predictions.
    """

    def table(series, samples):
        return np.column_stack([*samples(series), np.ones((len(series) - 2, int(constant)))])

    factors = np.linalg.lstsq(table(past, samples), past[2:])[0]
    if not on_its_own:
        return table(test, read or samples) @ factors
    series = test.copy()
    for k in range(2, len(test)):
        (series[k],) = table(series[k - 2 : k + 1], read or samples) @ factors
    return series[2:]


def _last_step_only(past, test):
    return _fitted(past, test, samples=lambda s: (s[1:-1],))


def _last_step_only_from_the_first(past, test):
    return _last_step_only(np.concatenate([past[:1], past]), test)


def _two_steps_back_only(past, test):
    return _fitted(past, test, samples=lambda s: (s[:-2],))


def _no_constant(past, test):
    return _fitted(past, test, constant=False)


def _fitted_on_the_test(past, test):
    return linear_forecast(test, test)


def _factors_exchanged(past, test):
    return _fitted(past, test, read=lambda s: (s[:-2], s[1:-1]))


def _sees_what_it_predicts(past, test):
    return _fitted(past, test, samples=lambda s: (s[2:], s[1:-1]))


def _each_column_alone(past, test):
    columns = range(past.shape[1])
    return np.column_stack([linear_forecast(past[:, [k]], test[:, [k]]) for k in columns])


def _mean_and_difference_alone(past, test):
    return _fitted(past, test, samples=lambda s: (s[1:-1] - s[:-2],))


def _reads_its_own_predictions(past, test):
    return _fitted(past, test, on_its_own=True)


def _last_value(past, test):
    return test[1:-1]


def _straight_on(past, test):
    return 2 * test[1:-1] - test[:-2]


def _what_is_missed(past, test):
    return test[2:] - linear_forecast(past, test)


def _centred_by_its_own_mean(past, test):
    mean = test.mean(axis=0)
    return mean + _fitted(past - past.mean(axis=0), test - mean, constant=False)


def _cases(rng):
    def case(N, M, n, group, size=1.0):
        mix = rng.normal(size=(2 * n, n)) * 0.5 / np.sqrt(n)
        level = rng.uniform(1.0, 3.0, size=n)
        level[1:] *= -1
        series = rng.normal(size=(N + M, n))
        for t in range(2, N + M):
            series[t] += np.concatenate([series[t - 1], series[t - 2]]) @ mix
        series = size * (series + level)
        return Case((series[:N], series[N:]), group)

    return [
        case(20, 9, 1, "one column"),
        case(40, 12, 3, "several columns"),
        case(30, 7, 2, "several columns"),
        case(25, 3, 2, "M = 3"),
        case(30, 8, 2, "values near 10000", size=5000.0),
    ]


_LAST_ALONE = (
    "You predict from the last sample only. Two samples tell where a curve is and where it is "
    "heading: where is the second?"
)

LINEAR_FORECAST = Exercise(
    id="05.2",
    title="A linear rival",
    points=1,
    reference=linear_forecast,
    cases=_cases,
    returns=(Returned("predictions", ("sample", "column")),),
    hints=(
        "Make a table with a row for each sample to be predicted: first the sample before it, "
        "then the one before that, then a 1. Which slices of the series are these columns?",
        "np.column_stack puts series[1:-1], series[:-2] and a column of ones side by side. Make "
        "this table for past and for test in the same way: a small function of the series helps "
        "here.",
        "np.linalg.lstsq(table of past, past[2:])[0] is the matrix of factors. The prediction is "
        "the table for test times these factors.",
    ),
    mistakes=(
        Mistake(
            _reads_its_own_predictions,
            "You predict from your own predictions. The two samples before test[k] are known when "
            "you predict test[k]: where are they?",
        ),
        Mistake(_last_step_only, _LAST_ALONE),
        Mistake(_last_step_only_from_the_first, _LAST_ALONE),
        Mistake(
            _two_steps_back_only,
            "You predict from the sample two steps back. Where is the last one?",
        ),
        Mistake(
            _no_constant,
            "You have no constant: if both samples are 0, you must predict 0. What does a column "
            "of ones change?",
        ),
        Mistake(
            _fitted_on_the_test,
            "Your factors come from the test samples. They would be known only afterward: on "
            "which part should you fit?",
        ),
        Mistake(
            _factors_exchanged,
            "When you predict, the two samples are swapped compared with the fit: each factor "
            "multiplies the wrong one.",
        ),
        Mistake(
            _sees_what_it_predicts,
            "The sample to be predicted is among your inputs. For series[2], which two are known?",
        ),
        Mistake(
            _each_column_alone,
            "You predict each column from its own past. The other columns may help too: put all "
            "of them into the table.",
        ),
        Mistake(
            _mean_and_difference_alone,
            "You predict from the difference of the two samples. Their values matter as well: "
            "give each of them a factor.",
        ),
        Mistake(
            _last_value,
            "You repeat the last sample. That is a baseline too, but a weaker one: where are the "
            "fitted factors?",
        ),
        Mistake(
            _straight_on,
            "You continue along a straight line. Least squares finds how much of the last change "
            "to use.",
        ),
        Mistake(
            _what_is_missed,
            "You return the prediction error. Return the prediction itself.",
        ),
        Mistake(
            _centred_by_its_own_mean,
            "You subtract from test its own mean, which is known only when all of it has been "
            "seen. Let a column of ones find the level from past.",
        ),
    ),
)
