"""The losses against the complex step and PyTorch; readouts, masks, weights, conventions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.gradients.losses import (
    BinaryCrossEntropy,
    Readout,
    SoftmaxCrossEntropy,
    SquaredError,
    mse,
    reported,
)
from tests.cells.recurrent_cases import assert_close

KINDS = {
    "squared": (SquaredError, lambda rng, shape: rng.normal(size=shape)),
    "softmax": (SoftmaxCrossEntropy, lambda rng, shape: rng.integers(0, shape[2], shape[:2])),
    "binary": (BinaryCrossEntropy, lambda rng, shape: rng.random(shape)),
}
all_losses = pytest.mark.parametrize("kind, targets", KINDS.values(), ids=KINDS)
sizes = st.integers(1, 4)


def case(kind, targets, T=5, B=3, n_h=4, n_o=2, *, readout=True, **options):
    rng = np.random.default_rng(0)
    h = rng.normal(size=(T, B, n_h))
    matrices = Readout(rng.normal(size=(n_o, n_h)), rng.normal(size=n_o)) if readout else None
    return kind(targets(rng, (T, B, n_o if readout else n_h)), matrices, **options), h


def slope(loss, h, dh, d_readout=None):
    """The loss's slope along (dh, dV, dc) by the complex step."""
    if d_readout is not None:
        moved = (a + 1e-30j * d for a, d in zip(loss.readout, d_readout, strict=True))
        loss = type(loss)(
            loss.y, Readout(*moved), mask=loss.mask, weight=loss.weight, reduction=loss.reduction
        )
    return loss(h + 1e-30j * dh, 0).value.imag / 1e-30


@all_losses
@given(
    T=sizes,
    B=sizes,
    n_h=sizes,
    n_o=sizes,
    readout=st.booleans(),
    options=st.fixed_dictionaries(
        {
            "reduction": st.sampled_from(["sum", "mean"]),
            "masked": st.booleans(),
            "weighted": st.booleans(),
        }
    ),
)
def test_the_gradient_of_a_loss_is_its_slope(kind, targets, T, B, n_h, n_o, readout, options):
    rng = np.random.default_rng(1)
    mask = np.arange(T)[:, None] < rng.integers(1, T + 1, B) if options["masked"] else None
    weight = rng.random((T, B)) if options["weighted"] else None
    settings = {"mask": mask, "weight": weight, "reduction": options["reduction"]}
    loss, h = case(kind, targets, T, B, n_h, n_o, readout=readout, **settings)
    _, dh, d_readout = loss(h, 0)
    for at in np.ndindex(h.shape):
        along = np.zeros_like(h)
        along[at] = 1
        assert abs(slope(loss, h, along) - dh[at]) <= 1e-12 * max(1, np.abs(dh).max())
    if readout:
        along = [rng.normal(size=a.shape) for a in loss.readout]
        expected = sum(np.vdot(g, d) for g, d in zip(d_readout, along, strict=True))
        size = sum(np.abs(g * d).sum() for g, d in zip(d_readout, along, strict=True))
        assert abs(slope(loss, h, 0 * h, along) - expected) <= 1e-12 * max(1, size)


@all_losses
def test_the_losses_are_those_of_pytorch(kind, targets):
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    theirs = {
        SquaredError: lambda o, y, **options: 0.5 * F.mse_loss(o, y, **options),
        SoftmaxCrossEntropy: F.cross_entropy,
        BinaryCrossEntropy: F.binary_cross_entropy_with_logits,
    }[kind]
    loss, h = case(kind, targets)
    o = torch.tensor(loss.predict(h), requires_grad=True)
    y = torch.tensor(loss.y)
    value = theirs(o.flatten(0, 1), y.flatten(0, 1), reduction="sum")
    value.backward()
    ours = loss(h, 0)
    assert_close(ours.value, value.item(), 1e-13)
    assert_close(ours.dh, o.grad.numpy() @ loss.readout.V, 1e-13)
    mean = kind(loss.y, loss.readout, reduction="mean")(h, 0)
    assert_close(mean.value, value.item() / 15, 1e-13)


@all_losses
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_loss_adds_up_over_its_steps(kind, targets, reduction):
    mask = np.arange(5)[:, None] < np.array([5, 2, 3])
    loss, h = case(kind, targets, mask=mask, reduction=reduction)
    whole = loss(h, 0)
    parts = [loss(h[a:b], a) for a, b in ((0, 1), (1, 3), (3, 5))]
    assert_close(sum(p.value for p in parts), whole.value, 1e-13)
    assert_close(np.concatenate([p.dh for p in parts]), whole.dh, 1e-13)
    assert_close(sum(p.readout.V for p in parts), whole.readout.V, 1e-13)
    assert_close(sum(p.readout.c for p in parts), whole.readout.c, 1e-13)


@all_losses
def test_steps_that_do_not_count_may_hold_anything(kind, targets):
    mask = np.arange(5)[:, None] < np.array([5, 2, 3])
    weight = np.ones((5, 3))
    weight[0] = 0
    loss, h = case(kind, targets, mask=mask, weight=weight)
    counts = mask & (weight != 0)
    y, junk = loss.y.copy(), h.copy()
    y[~counts] = -7 if kind is SoftmaxCrossEntropy else np.nan
    junk[~counts] = np.nan
    a, b = loss(h, 0), kind(y, loss.readout, mask=mask, weight=weight)(junk, 0)
    assert a.value == b.value
    np.testing.assert_array_equal(a.dh, b.dh)
    np.testing.assert_array_equal(a.readout.V, b.readout.V)
    assert not a.dh[~counts].any()


def test_a_weight_on_the_last_step_alone_looks_at_the_last_state_alone():
    last = np.zeros((5, 3))
    last[-1] = 1
    loss, h = case(*KINDS["squared"], weight=last, reduction="mean")
    error = loss.predict(h[-1]) - loss.y[-1]
    assert_close(loss(h, 0).value, (error**2).sum() / 2 / 3, 1e-13)
    assert not loss(h, 0).dh[:-1].any()


def test_a_mean_divides_by_the_steps_that_count():
    mask = np.arange(5)[:, None] < np.array([5, 2, 3])
    total, h = case(*KINDS["squared"], mask=mask)
    mean, _ = case(*KINDS["squared"], mask=mask, reduction="mean")
    assert_close(mean(h, 0).value, total(h, 0).value / 10, 1e-14)


@given(T=sizes, B=sizes, n_o=sizes, seed=st.integers(0, 99))
def test_a_squared_error_is_half_of_torchs_sum_of_squares_and_its_gradient_the_residual(
    T, B, n_o, seed
):
    torch = pytest.importorskip("torch")
    o, y = np.random.default_rng(seed).normal(size=(2, T, B, n_o))
    theirs = torch.tensor(o, requires_grad=True)
    value = 0.5 * torch.nn.functional.mse_loss(theirs, torch.tensor(y), reduction="sum")
    value.backward()
    ours = SquaredError(y)(o, 0)
    assert_close(ours.value, value.item(), 1e-13)
    assert_close(ours.dh, theirs.grad.numpy(), 1e-13)
    np.testing.assert_array_equal(ours.dh, o - y)  # not a factor more


@given(T=sizes, B=sizes, n_o=sizes, masked=st.booleans(), seed=st.integers(0, 99))
def test_the_reported_error_is_torchs_mean_of_what_counts(T, B, n_o, masked, seed):
    """A weight k counts a step k times, as if it stood in the data k times."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    o, y = rng.normal(size=(2, T, B, n_o))
    mask = np.arange(T)[:, None] < rng.integers(1, T + 1, B) if masked else None
    weight = rng.integers(0, 3, (T, B))
    weight[0] = 1
    times = (weight if mask is None else weight * mask).ravel()
    repeated = (torch.tensor(a.reshape(T * B, n_o).repeat(times, axis=0)) for a in (o, y))
    expected = torch.nn.functional.mse_loss(*repeated, reduction="mean").item()
    assert mse(o, y, mask=mask, weight=weight) == pytest.approx(expected, rel=1e-13)
    for reduction in ("sum", "mean"):
        loss = SquaredError(y, mask=mask, weight=weight, reduction=reduction)
        assert reported(loss, loss(o, 0).value) == pytest.approx(expected, rel=1e-13)


def test_a_cross_entropy_is_reported_as_it_is():
    for kind in ("softmax", "binary"):
        loss, h = case(*KINDS[kind])
        value = loss(h, 0).value
        assert reported(loss, value) == value


@pytest.mark.parametrize("size", [30.0, 800.0, 1e5])
def test_cross_entropies_survive_large_outputs(size):
    h = np.array([[[size, -size]]])
    right, wrong = SoftmaxCrossEntropy(np.array([[0]])), SoftmaxCrossEntropy(np.array([[1]]))
    assert right(h, 0).value == pytest.approx(0, abs=1e-12)
    assert wrong(h, 0).value == pytest.approx(2 * size)
    binary = BinaryCrossEntropy(np.array([[[0.0, 1.0]]]))
    assert binary(h, 0).value == pytest.approx(2 * size)
    assert_close(binary(h, 0).dh, np.array([[[1.0, -1.0]]]), 1e-12)


def test_bad_targets_are_errors_that_state_the_rule():
    y = np.zeros((5, 3, 2))
    labels = np.zeros((5, 3), int)
    holed = y.copy()
    holed[2, 1, 0] = np.nan
    for match, call in {
        r"mask must be \(T, B\)=\(5, 3\), got \(3, 5\)": lambda: SquaredError(
            y, mask=np.ones((3, 5), bool)
        ),
        r"mask must be bool": lambda: SquaredError(y, mask=np.ones((5, 3))),
        r"weight must be \(T, B\)": lambda: SquaredError(y, weight=np.ones(5)),
        r"weight must be finite": lambda: SquaredError(y, weight=np.full((5, 3), np.nan)),
        r"at least one step": lambda: SquaredError(y, weight=np.zeros((5, 3))),
        r"reduction must be sum or mean, got 'max'": lambda: SquaredError(y, reduction="max"),
        r"y must be finite where it counts, got nan": lambda: SquaredError(holed),
        r"y must be integer labels \(T, B\), got float64": lambda: SoftmaxCrossEntropy(y),
        r"y must be in \[0, 1\]": lambda: BinaryCrossEntropy(y + 2),
        r"labels must be in 0, …, 1, got 0…7": lambda: SoftmaxCrossEntropy(
            np.where(np.arange(3) == 1, 7, labels)
        )(np.zeros((5, 3, 2)), 0),
        r"y must have the shape of o \(5, 3, 4\), got \(5, 3, 2\)": lambda: SquaredError(y)(
            np.zeros((5, 3, 4)), 0
        ),
        r"y must have targets for steps 4, …, 6 of 3 sequences": lambda: SquaredError(y)(
            np.zeros((3, 3, 2)), 3
        ),
        r"readout must have V \(n_o, n_h=2\) and c \(n_o,\)": lambda: SquaredError(
            y, Readout(np.eye(3), np.zeros(3))
        )(np.zeros((5, 3, 2)), 0),
        r"o and y must be \(T, B, n_o\) both, got \(4, 3, 2\) and \(5, 3, 2\)": lambda: mse(
            y[1:], y
        ),
        r"o and y must be \(T, B, n_o\) both, got \(5,\) and \(5,\)": lambda: mse(
            y[:, 0, 0], y[:, 0, 0]
        ),
    }.items():
        with pytest.raises(ValueError, match=match):
            call()
