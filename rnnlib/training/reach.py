"""What a recurrence learns, over twenty runs: the comparisons that train for minutes, stored.

`python -m rnnlib.training.reach` trains everything again and writes the results, with the losses of
the first updates beside them for a test to repeat. `places()`, `lengths()`, `forecasts()`,
`feedback()`, `recitals()` and `directions()` read them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlib.cells.cell import Params
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.data import realdata, sentences, tasks
from rnnlib.data.tasks import Batch
from rnnlib.gradients.bptt import bptt
from rnnlib.gradients.losses import Readout, SoftmaxCrossEntropy, SquaredError, mse
from rnnlib.training.loop import History, Model, evaluate, init_model, train
from rnnlib.training.optimisers import Adam
from rnnlib.training.progress_bar import progress_bar

Array = np.ndarray

RESULTS = Path(__file__).with_name("results") / "reach.npz"
RUNS = 20
REPEATED = 20  # updates whose losses are in the file

# --- two trips: the year at places that training has shown, and at others --------------------

SHOWN = tuple(range(1, 2 * sentences.LONGEST_TRIP, 2))  # indices into a text's tokens
OTHERS = tuple(range(0, 2 * sentences.LONGEST_TRIP, 2))
READERS = ("recurrent", "weights per position", "bag of words", "triples of neighbors")
READER_UPDATES, READER_BATCH, RIVAL_UPDATES, RIVAL_BATCH, TESTED = 600, 32, 1000, 64, 1000


def last_trip(batch: sentences.TripsBatch) -> Batch:
    """The batch with a loss at the last word of each text alone: the year of the last trip."""
    assert batch.lengths is not None
    weight = np.zeros(batch.y.shape)
    weight[batch.lengths - 1, np.arange(len(batch.lengths))] = 1
    return Batch(batch.x, batch.y, batch.n_o, batch.kind, weight=weight, mask=batch.mask)


def trip_batches(rng: np.random.Generator) -> Iterator[Batch]:
    """Endless texts to train on: both years at SHOWN, and a loss at the last word."""
    while True:
        yield last_trip(sentences.two_trips(rng, batch=READER_BATCH, positions=SHOWN))


def _answers(batch: sentences.TripsBatch) -> Array:
    assert batch.lengths is not None
    return batch.y[batch.lengths - 1, np.arange(len(batch.lengths))]


def train_reader(seed: list[int], updates: int = READER_UPDATES) -> tuple[Model[Params], History]:
    """A recurrent network that says the year of the last trip; both years at odd indices."""
    rng = np.random.default_rng([*seed, 1])
    cell = Elman(len(sentences.vocabulary()), 64)
    start = np.random.default_rng([*seed, 2])
    return train(
        cell,
        init_model(cell, len(sentences.YEARS), start, scheme="orthogonal"),
        trip_batches(rng),
        steps=updates,
        optimiser=Adam(3e-3),
        progress=False,
    )


def side_by_side(batch: sentences.TripsBatch) -> Array:
    """All words of a text side by side, zero where it has ended: (B, T n_words)."""
    assert batch.mask is not None
    words = np.where(batch.mask[:, :, None], batch.x, 0)
    return words.transpose(1, 0, 2).reshape(batch.x.shape[1], -1)


def counted(batch: sentences.TripsBatch) -> Array:
    """How often each word stands in a text: (B, n_words)."""
    assert batch.mask is not None
    return np.where(batch.mask[:, :, None], batch.x, 0).sum(axis=0)


@dataclass(frozen=True)
class Triples:
    """How often each three neighbors stand in a text, of those in `known`: (B, len(known))."""

    known: dict[tuple[str, ...], int]

    def __call__(self, batch: sentences.TripsBatch) -> Array:
        counts = np.zeros((len(batch.tokens), len(self.known)))
        for b, text in enumerate(batch.tokens):
            for triple in zip(text, text[1:], text[2:], strict=False):
                if triple in self.known:
                    counts[b, self.known[triple]] += 1
        return counts


def known_triples(seed: list[int]) -> Triples:
    """The triples with a year in 5,000 texts of the kind that is trained on."""
    rng = np.random.default_rng([*seed, 3])
    texts = sentences.two_trips(rng, batch=5000, positions=SHOWN).tokens
    met = {t for text in texts for t in zip(text, text[1:], text[2:], strict=False)}
    dated = sorted(triple for triple in met if set(triple) & set(sentences.YEARS))
    return Triples({triple: k for k, triple in enumerate(dated)})


def train_linear(
    rivals: Sequence[Callable[..., Array]], seed: list[int], updates: int = RIVAL_UPDATES
) -> tuple[list[Array], list[list[float]]]:
    """For each rival the softmax of one matrix times rival(batch); all meet the same texts.

    Returns their weights, each (n_years, n), and for every update their losses.
    """
    rng, optimiser = np.random.default_rng([*seed, 4]), Adam(0.02)
    weights: list[Array] = []
    states, losses = [], []
    for _ in range(updates):
        batch = sentences.two_trips(rng, batch=RIVAL_BATCH, positions=SHOWN)
        answers = _answers(batch)
        losses.append([])
        for k, rival in enumerate(rivals):
            inputs = rival(batch)
            if k == len(weights):
                weights.append(np.zeros((len(sentences.YEARS), inputs.shape[1])))
                states.append(optimiser.init(weights[k]))
            readout = Readout(weights[k], np.zeros(len(sentences.YEARS)))
            value, _, gradient = SoftmaxCrossEntropy(answers[None], readout)(inputs[None], 0)
            assert gradient is not None
            losses[-1].append(value / RIVAL_BATCH)
            weights[k], states[k] = optimiser.update(
                weights[k], gradient.V / RIVAL_BATCH, states[k]
            )
    return weights, losses


def reader_accuracy(model: Model[Params], batch: sentences.TripsBatch) -> float:
    """How many of the years of the last trip are right."""
    assert model.readout is not None
    cell = Elman(model.params.U.shape[1], model.params.U.shape[0])
    h = run(cell, model.params, batch.x, mask=batch.mask).h[-1]  # padding holds the state
    return float(((h @ model.readout.V.T + model.readout.c).argmax(1) == _answers(batch)).mean())


def _places_run(k: int) -> Array:
    """(4 readers, 2): the share of right years at places shown in training, and at others."""
    tests = [
        sentences.two_trips(np.random.default_rng([5, k, 5, n]), batch=TESTED, positions=where)
        for n, where in enumerate((SHOWN, OTHERS))
    ]
    model, _ = train_reader([5, k])
    right = [[reader_accuracy(model, test) for test in tests]]
    rivals = (side_by_side, counted, known_triples([5, k]))
    for rival, weights in zip(rivals, train_linear(rivals, [5, k])[0], strict=True):
        said = [(rival(test) @ weights.T).argmax(1) for test in tests]
        right.append(
            [float((o == _answers(test)).mean()) for o, test in zip(said, tests, strict=True)]
        )
    return np.array(right)


# --- lengths that training has not shown ------------------------------------------------------

LENGTHS = (10, 20, 50, 100, 200)
LONGEST, STEP_UPDATES = 20, 800


def keep_sign(rng: np.random.Generator, T: int, batch: int = 32) -> Batch:
    """The sign of the last pulse, at every step; pulses come with probability 0.2."""
    return tasks.flip_flop(rng, T=T, batch=batch, bits=1, p=0.2)


def count_ones(rng: np.random.Generator, T: int, batch: int = 32) -> Batch:
    """How many of the inputs so far were 1, divided by 10; half of them are, the others 0."""
    x = rng.integers(0, 2, (T, batch, 1)).astype(float)
    return Batch(x, np.cumsum(x, axis=0) / 10, 1, SquaredError)


def best_constant() -> Array:
    """(5,): at LENGTHS, the error of always saying the mean count: its variance over all steps.

    The count at step t has the mean t/2 and the variance t/4; errors are in tens, as the targets.
    """
    T = np.array(LENGTHS)
    mean_variance, variance_of_means = (T + 1) / 8, (T**2 - 1) / 48
    return (mean_variance + variance_of_means) / 100


def train_steps(
    task: Callable[..., Batch], seed: list[int], updates: int = STEP_UPDATES
) -> tuple[Model[Params], History]:
    """A network of 12 units on sequences of 2 to LONGEST steps."""
    rng = np.random.default_rng([*seed, 1])
    cell = Elman(1, 12)
    return train(
        cell,
        init_model(cell, 1, np.random.default_rng([*seed, 2]), scheme="orthogonal"),
        (task(rng, int(rng.integers(2, LONGEST + 1))) for _ in range(updates)),
        steps=updates,
        optimiser=Adam(5e-3),
        progress=False,
    )


def _lengths_run(k: int) -> tuple[Array, Array]:
    """(2 tasks, 5 lengths): the errors; and (5,): the ones counted where there are none."""
    cell, errors, none = Elman(1, 12), [], np.zeros(len(LENGTHS))
    for task in (keep_sign, count_ones):
        model, _ = train_steps(task, [6, k])
        test = np.random.default_rng([6, k, 3])
        errors.append([evaluate(cell, model, task(test, T, 200)) for T in LENGTHS])
        assert model.readout is not None
        h = run(cell, model.params, np.zeros((max(LENGTHS), 1, 1))).h[1:, 0]
        none = 10 * (h @ model.readout.V.T + model.readout.c)[np.array(LENGTHS) - 1, 0]
    return np.array(errors), none


def delayed(rng: np.random.Generator, T: int, batch: int = 32, lag: int = 2) -> Batch:
    """The input of `lag` steps ago, 0 at first; inputs are 1 or -1."""
    x = rng.choice([-1.0, 1.0], (T, batch, 1))
    return Batch(x, np.concatenate([np.zeros((lag, batch, 1)), x[:-lag]]), 1, SquaredError)


# --- what is fed back: the state or the output -------------------------------------------------

FED_BACK = ("state", "output, forced", "output, alone")
FEEDBACK_UPDATES, FEEDBACK_UNITS = 300, 20


def one_step_each(batch: Batch) -> Batch:
    """Every step as a sequence of length 1 that reads x(t) and the right y(t-1): no loop."""
    before = np.concatenate([np.zeros_like(batch.y[:1]), batch.y[:-1]])
    x = np.concatenate([batch.x, before], axis=2)
    x, y = (array.reshape(1, -1, array.shape[2]) for array in (x, batch.y))
    return Batch(x, y, batch.n_o, batch.kind)


def train_feedback(
    layer: Elman, batches: Iterator[Batch], seed: list[int], *, method: Callable = bptt
) -> tuple[Model[Params], History]:
    """A layer with one output, on batches of `keep_sign` or `delayed`."""
    start = np.random.default_rng([*seed, 2])
    return train(
        layer,
        init_model(layer, 1, start, scheme="orthogonal"),
        batches,
        steps=FEEDBACK_UPDATES,
        optimiser=Adam(5e-3),
        method=method,
        progress=False,
    )


def output_fed_run(model: Model[Params], batch: Batch, forced: bool) -> Array:
    """o (T, B, 1) of the network that `one_step_each` trains: it reads x(t), and y or o of t-1."""
    assert model.readout is not None
    (U, _, b), (V, c) = model.params, model.readout
    fed, outputs = np.zeros_like(batch.y[0]), []
    for x, y in zip(batch.x, batch.y, strict=True):
        h = np.tanh(b + np.concatenate([x, fed], axis=1) @ U.T)
        outputs.append(c + h @ V.T)
        fed = y if forced else outputs[-1]
    return np.array(outputs)


def _feedback_run(k: int) -> Array:
    """(2 tasks, 3): the errors over 40 steps, in the order of FED_BACK."""
    errors = []
    for task in (keep_sign, delayed):
        rng = np.random.default_rng([9, k, 1])
        batches = [task(rng, 20) for _ in range(FEEDBACK_UPDATES)]
        test = task(np.random.default_rng([9, k, 3]), 40, 300)
        elman = Elman(1, FEEDBACK_UNITS)
        state, _ = train_feedback(elman, iter(batches), [9, k])
        layer = Elman(2, FEEDBACK_UNITS)
        output, _ = train_feedback(layer, map(one_step_each, batches), [9, k])
        said = (mse(output_fed_run(output, test, forced), test.y) for forced in (True, False))
        errors.append([evaluate(elman, state, test), *said])
    return np.array(errors)


# --- what is learned by heart -----------------------------------------------------------------

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def spelled_digits() -> tuple[Batch, str]:
    """Ten sequences: a digit as a one-hot vector at each of 5 steps, the letters of its name.

    Also the letters by their numbers; "·" fills up the shorter names.
    """
    letters = "".join(sorted({*"".join(DIGITS), "·"}))
    spelling = np.array([[letters.index(k) for k in name.ljust(5, "·")] for name in DIGITS])
    x = np.tile(np.eye(10), (5, 1, 1))
    return Batch(x, spelling.T, len(letters), SoftmaxCrossEntropy), letters


def train_to_spell(
    seed: list[int], updates: int = 300, *, method: Callable = bptt
) -> tuple[Model[Params], History]:
    """`spelled_digits`, the same ten sequences in every update."""
    batch, _ = spelled_digits()
    cell = Elman(10, 24)
    return train(
        cell,
        init_model(cell, batch.n_o, np.random.default_rng([*seed, 2])),
        (batch for _ in range(updates)),
        steps=updates,
        optimiser=Adam(0.01),
        method=method,
        progress=False,
    )


def pi_digits(n: int) -> Array:
    """The first n digits of pi (n,), 3 included, by Machin's formula in whole numbers."""
    one = 10 ** (n + 10)

    def arctan_of_inverse(k: int) -> int:
        total = term = one // k
        for m in range(3, 3 * n + 30, 2):
            term //= -k * k
            total += term // m
        return total

    pi = 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))
    return np.array([int(digit) for digit in str(pi)[:n]])


RECITED, RECITE_UPDATES = 100, 140


def train_to_recite(
    seed: list[int], updates: int = RECITE_UPDATES, *, method: Callable = bptt
) -> tuple[Model[Params], History]:
    """The next digit of pi, over and over, with teacher forcing: it reads the right digits."""
    digits, one_hot = pi_digits(RECITED), np.eye(10)
    pi = Batch(one_hot[digits[:-1, None]], digits[1:, None], 10, SoftmaxCrossEntropy)
    cell = Elman(10, 24)
    return train(
        cell,
        init_model(cell, 10, np.random.default_rng([*seed, 2]), scheme="orthogonal"),
        (pi for _ in range(updates)),
        steps=updates,
        optimiser=Adam(5e-3),
        method=method,
        progress=False,
    )


def _recite_run(k: int) -> Array:
    """(3,): digits right when it reads the right ones, right when it reads its own, and first."""
    model, _ = train_to_recite([10, k])
    assert model.readout is not None
    (U, W, b), (V, c) = model.params, model.readout
    digits = pi_digits(RECITED)
    x = np.eye(10)[digits[:-1, None]]
    forced = (run(Elman(10, 24), model.params, x).h[1:, 0] @ V.T + c).argmax(1) == digits[1:]
    h, digit, own = np.zeros(len(b)), digits[0], []
    for right in digits[1:]:
        h = np.tanh(b + W @ h + U[:, digit])
        digit = (c + V @ h).argmax()
        own.append(digit == right)
    first = own.index(False) if False in own else len(own)
    return np.array([forced.sum(), sum(own), first])


# --- ten seconds of an EEG --------------------------------------------------------------------

FORECAST_UPDATES = 300


def eeg_parts() -> tuple[Array, Array, Array]:
    """500 samples to train on, 100 to decide when to stop, 200 to be judged on; all (N, 4).

    Each electrode is shifted and scaled by the mean and standard deviation of the first part.
    """
    series = realdata.eeg()
    series = (series - series[:500].mean(0)) / series[:500].std(0)
    return series[:500], series[500:600], series[600:]


def train_forecaster(
    seed: list[int],
    updates: int = FORECAST_UPDATES,
    *,
    method: Callable = bptt,
    progress: bool = False,
) -> tuple[Model[Params], History]:
    """The next sample at every step; the updates after which validation is best are kept."""
    training, validation, _ = eeg_parts()
    past, recent = (
        realdata.forecast_windows(part, T=T) for part, T in ((training, 40), (validation, 99))
    )
    cell = Elman(4, 24)
    return train(
        cell,
        init_model(cell, 4, np.random.default_rng([*seed, 2])),
        (past for _ in range(updates)),
        steps=updates,
        optimiser=Adam(5e-3),
        method=method,
        validate=lambda model: evaluate(cell, model, recent),
        every=10,
        progress=progress,
    )


def forecast(model: Model[Params], part: Array) -> Array:
    """What the network says of part[2], part[3], …, each from all samples before it: (N - 2, 4)."""
    assert model.readout is not None
    h = run(Elman(4, 24), model.params, part[:-1, None]).h[2:, 0]
    return h @ model.readout.V.T + model.readout.c


def _forecast_run(k: int) -> float:
    """The error on the last 200 samples, from the third on: what two past samples can predict."""
    model, _ = train_forecaster([7, k])
    _, _, test = eeg_parts()
    return float(np.mean((forecast(model, test) - test[2:]) ** 2))


# --- both directions --------------------------------------------------------------------------

DIRECTIONS = ("left to right", "both directions", "bag of words", "the nearest year")
TAG_UPDATES, TAG_UNITS, TAG_RATE = 700, 32, 6e-3


class TwoWay(NamedTuple):
    """A layer that reads from the left, one that reads from the right, and what reads both."""

    left: Params
    right: Params
    readout: Readout  # V (n_o, 2 n_h)


def init_two_way(rng: np.random.Generator, n_h: int = TAG_UNITS) -> TwoWay:
    """Both layers from an orthogonal start."""
    cell, n_o = Elman(len(sentences.vocabulary()), n_h), len(sentences.YEARS)
    left, right = (cell.init(rng, scheme="orthogonal") for _ in range(2))
    bound = 1 / np.sqrt(2 * n_h)
    V, c = rng.uniform(-bound, bound, (n_o, 2 * n_h)), rng.uniform(-bound, bound, n_o)
    return TwoWay(left, right, Readout(V, c))


def two_way_states(model: TwoWay, x: Array) -> Array:
    """(T, B, 2 n_h): at every step what has been read from the left, and from the right."""
    cell = Elman(x.shape[2], len(model.left.b))
    from_left = run(cell, model.left, x).h[1:]
    from_right = run(cell, model.right, x[::-1]).h[1:][::-1]
    return np.concatenate([from_left, from_right], axis=2)


def _given(gradient: Array):
    """A loss whose direct gradients on the states are given."""
    return lambda h, start: (0.0, gradient[start : start + len(h)], None)


def train_two_way(
    seed: list[int],
    updates: int = TAG_UPDATES,
    *,
    walk: Callable | None = None,
    progress: bool = False,
) -> tuple[TwoWay, list[float]]:
    """The year of each word's own sentence, by both directions: the model, and the losses.

    walk(U, W, b, x, h0, dh_direct) gives dU, dW and db first, as exercise 04.4; default: `bptt`.
    """
    model = init_two_way(np.random.default_rng([*seed, 2]))
    rng, optimiser, losses = np.random.default_rng([*seed, 1]), Adam(TAG_RATE), []
    state, n_h = optimiser.init(model), TAG_UNITS

    def back(params: Params, x: Array, dh: Array) -> Params:
        if walk is None:
            return bptt(Elman(x.shape[2], n_h), params, x, _given(dh)).params
        return Params(*walk(*params, x, np.zeros((x.shape[1], n_h)), dh)[:3])

    counter = range(updates)
    if progress:
        counter = progress_bar(counter)
    for _ in counter:
        batch = sentences.two_trips(rng, batch=READER_BATCH)
        value, dh, readout = batch.loss(model.readout)(two_way_states(model, batch.x), 0)
        assert readout is not None
        left = back(model.left, batch.x, dh[..., :n_h])
        right = back(model.right, batch.x[::-1], dh[::-1, :, n_h:])
        gradients = TwoWay(left, right, readout)
        model, state = optimiser.update(model, gradients, state)
        losses.append(float(value))
    return model, losses


def train_one_way(seed: list[int], updates: int = TAG_UPDATES) -> tuple[Model[Params], History]:
    """The same task for one layer of as many units, which reads from the left."""
    rng = np.random.default_rng([*seed, 1])
    cell = Elman(len(sentences.vocabulary()), 2 * TAG_UNITS)
    start = np.random.default_rng([*seed, 2])
    return train(
        cell,
        init_model(cell, len(sentences.YEARS), start, scheme="orthogonal"),
        (sentences.two_trips(rng, batch=READER_BATCH) for _ in range(updates)),
        steps=updates,
        optimiser=Adam(TAG_RATE),
        progress=False,
    )


def nearest_year(batch: sentences.TripsBatch) -> Array:
    """For each word (T, B) the year that stands nearest to it; the later one of two."""
    assert batch.positions is not None and batch.lengths is not None
    T, B = batch.y.shape
    distance = np.abs(np.arange(T)[:, None, None] - batch.positions)  # (T, B, 2)
    second = distance[:, :, 1] <= distance[:, :, 0]
    years = batch.y[batch.positions, np.arange(B)[:, None]]
    return np.where(second, years[:, 1], years[:, 0])


def _directions_run(k: int) -> Array:
    """(4,): the share of words whose year is right, in the order of DIRECTIONS."""
    test = sentences.two_trips(np.random.default_rng([8, k, 3]), batch=TESTED)
    one, _ = train_one_way([8, k])
    both, _ = train_two_way([8, k])
    h = run(Elman(test.x.shape[2], 2 * TAG_UNITS), one.params, test.x).h[1:]
    assert one.readout is not None
    said = [
        (h @ one.readout.V.T + one.readout.c).argmax(2),
        (two_way_states(both, test.x) @ both.readout.V.T + both.readout.c).argmax(2),
        _first_of_the_years(test),
        nearest_year(test),
    ]
    return np.array([(one == test.y)[test.mask].mean() for one in said])


def _first_of_the_years(batch: sentences.TripsBatch) -> Array:
    """What a bag of the words of a text can say of all of them: one of its two years."""
    assert batch.positions is not None
    years = batch.y[batch.positions, np.arange(batch.y.shape[1])[:, None]]
    return np.broadcast_to(years[:, 0], batch.y.shape)


# --- what is stored ---------------------------------------------------------------------------


class Lengths(NamedTuple):
    """Twenty runs of two tasks, trained on 2 to 20 steps and judged at LENGTHS."""

    keeping: Array  # (20, 5): error of the sign that was kept
    counting: Array  # (20, 5): error of the count, in tens
    none: Array  # (20, 5): ones reported after so many steps without any

    @property
    def n(self) -> int:
        """The number of runs."""
        return len(self.none)


def places() -> Array:
    """(20 runs, 4 READERS, 2): right years of the last trip, at SHOWN and at OTHERS."""
    return _stored("places")


def lengths() -> Lengths:
    """How the errors grow with the length; see `Lengths`."""
    errors = _stored("lengths")
    return Lengths(errors[:, 0], errors[:, 1], _stored("none"))


def forecasts() -> Array:
    """(20,): the error of each trained forecaster of the EEG on the test part."""
    return _stored("forecasts")


def feedback() -> Array:
    """(20, 2 tasks, 3 FED_BACK): errors on `keep_sign` and on `delayed`, over 40 steps."""
    return _stored("feedback")


def recitals() -> Array:
    """(20, 3): of 99 digits, right if forced; right if alone; right before the first mistake."""
    return _stored("recitals")


def directions() -> Array:
    """(20, 4 DIRECTIONS): the share of words whose own year is right."""
    return _stored("directions")


def first_losses() -> dict[str, Array]:
    """The losses of the first updates of run 0 of each training."""
    return {name: _stored(f"first_{name}") for name in _firsts()}


def _stored(name: str) -> Array:
    if not RESULTS.is_file():
        raise FileNotFoundError(f"{RESULTS} is missing: run python -m rnnlib.training.reach")
    with np.load(RESULTS, allow_pickle=False) as file:
        return file[name]


def _firsts() -> dict[str, Callable[[], list]]:
    """For each training the losses of its first updates in run 0."""
    n = REPEATED
    return {
        "reader": lambda: train_reader([5, 0], n)[1].loss,
        "rivals": lambda: train_linear((side_by_side, counted), [5, 0], n)[1],
        "keeping": lambda: train_steps(keep_sign, [6, 0], n)[1].loss,
        "counting": lambda: train_steps(count_ones, [6, 0], n)[1].loss,
        "forecaster": lambda: train_forecaster([7, 0], n)[1].loss,
        "reciter": lambda: train_to_recite([10, 0], n)[1].loss,
        "one_way": lambda: train_one_way([8, 0], n)[1].loss,
        "two_way": lambda: train_two_way([8, 0], n)[1],
    }


def make(path: Path = RESULTS, runs: int = RUNS) -> Iterator[str]:
    """Train everything and write the results; yields what to tell."""
    stored: dict[str, Any] = {f"first_{k}": np.array(f()) for k, f in _firsts().items()}
    for name, one in (
        ("places", _places_run),
        ("forecasts", _forecast_run),
        ("directions", _directions_run),
        ("feedback", _feedback_run),
        ("recitals", _recite_run),
    ):
        stored[name] = np.array([one(k) for k in range(runs)])
        yield f"{name}: {np.median(stored[name], axis=0).round(3).tolist()}"
    both = [_lengths_run(k) for k in range(runs)]
    stored["lengths"] = np.array([errors for errors, _ in both])
    stored["none"] = np.array([none for _, none in both])
    yield f"lengths: {np.median(stored['lengths'], axis=0).round(4).tolist()}"
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **stored)


def main() -> None:
    """Make the stored results again."""
    say = partial(print, flush=True)
    for told in make():
        say(told)


if __name__ == "__main__":
    main()
