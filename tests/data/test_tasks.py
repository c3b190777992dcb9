import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.data import tasks
from rnnlib.gradients.losses import (
    BinaryCrossEntropy,
    SoftmaxCrossEntropy,
    SquaredError,
    mse,
)

MAKERS = {
    "copy": tasks.copy_memory,
    "adding": tasks.adding,
    "first": tasks.first_number,
    "order": tasks.temporal_order,
    "parity": tasks.parity,
    "flip-flop": tasks.flip_flop,
    "streams": tasks.two_streams,
    "sine": tasks.sine_waves,
}
LEAST = {"adding": 2, "order": 10, "streams": 5}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def cost(batch, o):
    """The reported error of predictions o (T, B, n_o)."""
    if batch.kind is SquaredError:
        return mse(o, batch.y, mask=batch.mask, weight=batch.weight)
    return batch.loss()(np.asarray(o, float), 0).value


# --- every task ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAKERS)
@settings(max_examples=15)
@given(extra=st.integers(0, 15), batch=st.integers(1, 4), seed=st.integers(0, 9))
def test_a_task_is_time_major_finite_and_fixed_by_its_generator(name, extra, batch, seed):
    T = LEAST.get(name, 1) + extra
    first, second = (MAKERS[name](np.random.default_rng(seed), T=T, batch=batch) for _ in range(2))
    steps = first.x.shape[0]
    assert steps == (T + 20 if name == "copy" else T)
    assert first.x.shape[1] == batch and first.y.shape[:2] == (steps, batch)
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.y, second.y)
    assert np.isfinite(cost(first, np.zeros((steps, batch, first.n_o))))


@pytest.mark.parametrize("name", MAKERS)
def test_a_sequence_that_is_too_short_is_refused(name, rng):
    least = LEAST.get(name, 1)
    with pytest.raises(
        ValueError, match=f"T must be {least} or more for this task, got {least - 1}"
    ):
        MAKERS[name](rng, T=least - 1, batch=2)


# --- one by one ---------------------------------------------------------------------------


@pytest.mark.parametrize(("T", "published"), [(100, 0.1733), (500, 0.0400), (1000, 0.0204)])
def test_copying_without_a_memory_costs_what_arjovsky_et_al_say(T, published, rng):
    batch = tasks.copy_memory(rng, T=T, batch=3)
    o = np.zeros((T + 20, 3, 9))
    o[:-10, :, 8] = 1e3  # sure of the blank, and then of nothing but that it is a symbol
    o[-10:, :, 8] = -1e3
    assert cost(batch, o) == pytest.approx(tasks.copy_memory_baseline(T=T), rel=1e-12)
    assert tasks.copy_memory_baseline(T=T) == pytest.approx(published, abs=5e-5)


def test_the_copy_is_of_what_was_shown(rng):
    batch = tasks.copy_memory(rng, T=4, batch=5, symbols=3, recall=2)
    assert batch.x.shape == (8, 5, 5) and batch.n_o == 4
    shown = batch.x.argmax(-1)
    np.testing.assert_array_equal(batch.y[-2:], shown[:2])
    np.testing.assert_array_equal(batch.y[:-2], 3)
    np.testing.assert_array_equal(shown[2:], np.array([3, 3, 3, 4, 3, 3])[:, None] + 0 * shown[2:])


def test_adding_marks_one_number_in_each_half(rng):
    batch = tasks.adding(rng, T=9, batch=20)
    numbers, marks = batch.x[..., 0], batch.x[..., 1]
    np.testing.assert_array_equal(marks[:4].sum(0), 1)
    np.testing.assert_array_equal(marks[4:].sum(0), 1)
    np.testing.assert_allclose(batch.y[-1, :, 0], (numbers * marks).sum(0))


def test_the_sum_of_two_numbers_has_variance_one_sixth(rng):
    batch = tasks.adding(rng, T=3, batch=40_000)
    o = np.ones((3, 40_000, 1))
    o[:-1] = 99  # only the last step counts
    assert tasks.adding_baseline() == 1 / 6
    # (sum - 1)² has variance 7/180.
    assert abs(cost(batch, o) - 1 / 6) < 4 * np.sqrt(7 / 180 / 40_000)


def test_the_first_number_is_marked_and_due_at_the_end(rng):
    batch = tasks.first_number(rng, T=7, batch=40_000)
    numbers, marks = batch.x[..., 0], batch.x[..., 1]
    np.testing.assert_array_equal(marks, np.eye(7)[:, :1] * np.ones(40_000))
    np.testing.assert_array_equal(batch.y[-1, :, 0], numbers[0])
    assert -1 <= numbers.min() < -0.99 and 0.99 < numbers.max() <= 1
    o = np.zeros((7, 40_000, 1))
    o[:-1] = 99  # only the last step counts
    assert tasks.first_number_baseline() == 1 / 3
    # x² has variance 4/45.
    assert abs(cost(batch, o) - 1 / 3) < 4 * np.sqrt(4 / 45 / 40_000)


def test_the_order_of_the_two_signs_is_the_class(rng):
    T = 30
    batch = tasks.temporal_order(rng, T=T, batch=50)
    seen = batch.x.argmax(-1)
    for b in range(50):
        (first, second) = np.flatnonzero(seen[:, b] < 2)
        assert 3 <= first < 6 and 12 <= second < 15
        assert batch.y[-1, b] == 2 * seen[first, b] + seen[second, b]
    assert set(batch.y[-1]) == {0, 1, 2, 3}
    assert cost(batch, np.zeros((T, 50, 4))) == pytest.approx(tasks.temporal_order_baseline())


@given(T=st.integers(1, 12), seed=st.integers(0, 20))
def test_parity_is_the_exclusive_or_of_the_past(T, seed):
    batch = tasks.parity(np.random.default_rng(seed), T=T, batch=3)
    np.testing.assert_array_equal(batch.y, np.logical_xor.accumulate(batch.x.astype(bool), axis=0))
    assert cost(batch, np.zeros_like(batch.y)) == pytest.approx(tasks.parity_baseline())


def test_of_two_streams_the_first_is_due_after_the_delay(rng):
    batch = tasks.two_streams(rng, T=9, batch=4_000, delay=3)
    np.testing.assert_array_equal(batch.y[3:], batch.x[:-3, :, :1])
    np.testing.assert_array_equal(batch.weight, np.arange(9)[:, None] * np.ones(4_000) >= 3)
    assert set(np.unique(batch.x)) == {-1, 1} and np.abs(batch.x.mean((0, 1))).max() < 0.03
    assert cost(batch, np.zeros((9, 4_000, 1))) == tasks.two_streams_baseline()


def test_a_flip_flop_holds_the_last_pulse(rng):
    T, B, p = 60, 30, 0.2
    batch = tasks.flip_flop(rng, T=T, batch=B, bits=4, p=p)
    for b in range(B):
        for k in range(4):
            pulses = batch.x[:, b, k]
            for t in range(T):
                assert batch.y[t, b, k] == pulses[np.flatnonzero(pulses[: t + 1])[-1]]
    n = (T - 1) * B * 4
    share = (batch.x[1:] != 0).mean()
    assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / n)
    # The present pulse as the prediction errs by 1 wherever there is none.
    mean = tasks.flip_flop_baseline(T=T, p=p)
    assert cost(batch, batch.x) == pytest.approx(mean * (1 - share) / (1 - p))
    with pytest.raises(ValueError, match=r"p must be in \(0, 1\]"):
        tasks.flip_flop(rng, T=3, batch=1, p=0)


def test_a_sine_wave_follows_from_its_last_two_values(rng):
    batch = tasks.sine_waves(rng, T=20, batch=6)
    np.testing.assert_array_equal(batch.y[:-1], batch.x[1:])
    cosine = (batch.y[1:] + batch.x[:-1]) / (2 * batch.x[1:])  # the addition theorem
    np.testing.assert_allclose(cosine, np.broadcast_to(cosine[:1], cosine.shape), rtol=1e-6)
    assert (np.arccos(cosine[0]) > 0.2).all() and (np.arccos(cosine[0]) < 1).all()


def test_one_value_of_a_sine_wave_says_little_about_the_next(rng):
    batch = tasks.sine_waves(rng, T=1, batch=50_000)
    c = (batch.x * batch.y).sum() / (batch.x**2).sum()
    errors = (batch.y - c * batch.x) ** 2
    baseline = tasks.sine_waves_baseline()
    assert abs(cost(batch, c * batch.x) - baseline) < 4 * errors.std() / np.sqrt(50_000)


def test_the_losses_are_of_the_kind_that_the_targets_need(rng):
    kinds = {name: make(rng, T=12, batch=2).kind for name, make in MAKERS.items()}
    assert kinds == {
        "copy": SoftmaxCrossEntropy,
        "adding": SquaredError,
        "first": SquaredError,
        "order": SoftmaxCrossEntropy,
        "parity": BinaryCrossEntropy,
        "flip-flop": SquaredError,
        "streams": SquaredError,
        "sine": SquaredError,
    }


def test_a_value_is_asked_for_by_its_key(rng):
    batch = tasks.key_value(rng, pairs=3, batch=50, keys=4, values=6)
    assert batch.x.shape == (4, 50, 10) and batch.n_o == 6
    keys, values = batch.x[..., :4].argmax(-1), batch.x[..., 4:].argmax(-1)
    np.testing.assert_array_equal(batch.x[..., :4].sum(-1), 1)
    np.testing.assert_array_equal(batch.x[..., 4:].sum(-1), [[1], [1], [1], [0]] * np.ones(50))
    assert (np.diff(np.sort(keys[:3], axis=0), axis=0) > 0).all()  # all different
    came = keys[:3] == keys[3]
    np.testing.assert_array_equal(came.sum(0), 1)
    np.testing.assert_array_equal(batch.y[-1], (came * values[:3]).sum(0))
    o = np.zeros((4, 50, 6))
    assert cost(batch, o) == pytest.approx(tasks.key_value_baseline(values=6), rel=1e-12)


def test_more_pairs_than_keys_are_refused(rng):
    with pytest.raises(ValueError, match="5 pairs need as many keys, got 4"):
        tasks.key_value(rng, pairs=5, batch=2, keys=4)
