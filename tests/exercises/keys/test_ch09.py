"""Lesson 09's answer keys are proven: each agrees with routes that know nothing of it."""

import math

import numpy as np
import pytest

from rnnlib.cells.attention import attend, attend_vjp, masked_weights
from rnnlib.exercises.registry import exercises
from tests.exercises.keys.keys import by_complex_step, by_torch, every_case, key

torch = pytest.importorskip("torch")


def agree(mine, theirs):
    """‖a - b‖ <= 1e-10 ‖b‖, for each pair."""
    for a, b in zip(mine, theirs, strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.linalg.norm(a - b) <= 1e-10 * np.linalg.norm(b) + 1e-14


def torchs(Q, K, V, mask=None):
    """PyTorch's own attention, which has a batch."""
    tensors = [torch.as_tensor(a)[None] for a in (Q, K, V)]
    allowed = None if mask is None else torch.as_tensor(mask)[None]
    return torch.nn.functional.scaled_dot_product_attention(*tensors, attn_mask=allowed)[0]


@every_case("09.1")
def test_the_key_of_09_1_is_torchs_the_librarys_and_the_definition(arguments):
    q, K, V = arguments
    answer = key("09.1")(q, K, V)
    agree([answer], [torchs(q[None], K, V)[0].numpy()])
    agree([answer], [attend(q[None], K, V).outputs[0]])
    powers = [math.exp(math.fsum(q * k) / math.sqrt(len(q))) for k in K]
    agree([answer], [sum(p * v for p, v in zip(powers, V, strict=True)) / math.fsum(powers)])


@every_case("09.2")
def test_the_key_of_09_2_is_torchs_softmax_the_librarys_and_that_of_what_is_allowed(arguments):
    scores, mask = arguments
    answer = key("09.2")(scores, mask)
    hidden = torch.tensor(scores).masked_fill(torch.tensor(~mask), -torch.inf)
    agree([answer], [torch.softmax(hidden, dim=1).numpy()])
    agree([answer], [masked_weights(scores, mask)])
    for row, allowed, weights in zip(scores, mask, answer, strict=True):
        assert not weights[~allowed].any()
        few = row[allowed]
        agree([weights[allowed]], [1 / np.exp(few - few[:, None]).sum(axis=1)])
        assert math.fsum(weights) == pytest.approx(1, abs=1e-14)


@every_case("09.3")
def test_the_key_of_09_3_is_torchs_attention_the_librarys_and_09_1_for_each_query(arguments):
    Q, K, V, mask = arguments
    output, A = key("09.3")(Q, K, V, mask)
    agree([output], [torchs(Q, K, V, mask).numpy()])
    agree([output, A], attend(Q, K, V, mask))
    for i, allowed in enumerate(mask):
        agree([output[i]], [key("09.1")(Q[i], K[allowed], V[allowed])])
    assert not A[~mask].any()


def plain_attention(Q, K, V, mask):
    """For complex numbers: nothing is compared, and nothing overflows in these cases."""
    scores = Q @ K.T / math.sqrt(Q.shape[1])
    powers = mask * np.exp(scores - np.where(mask, scores.real, -np.inf).max(1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True) @ V


@every_case("09.4")
def test_the_key_of_09_4_is_the_complex_steps_torchs_and_the_librarys(arguments):
    Q, K, V, A, dO = arguments
    answer = key("09.4")(*arguments)
    mask = np.tri(len(Q), dtype=bool) if A.shape == (5, 5) else np.ones(A.shape, bool)
    agree([A], [key("09.3")(Q, K, V, mask)[1]])  # the case is a run that can happen

    agree(
        answer,
        by_complex_step(lambda *given: (plain_attention(*given, mask) * dO).sum(), Q, K, V),
    )
    agree(
        answer,
        by_torch(lambda *given: (torchs(*given, mask) * torch.tensor(dO)).sum(), Q, K, V),
    )
    agree(answer, attend_vjp(Q, K, V, A, dO))


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_sizes_differ_so_that_no_axis_can_be_taken_for_another(seed):
    shapes = set()
    for case in exercises()["09.3"].cases(np.random.default_rng(seed)):
        Q, K, V, mask = case.arguments
        shapes |= {(len(Q) == len(K), Q.shape[1] == V.shape[1])}
        assert mask.shape == (len(Q), len(K)) and mask.any(axis=1).all()
    assert (False, False) in shapes
    groups = [case.group for case in exercises()["09.4"].cases(np.random.default_rng(seed))]
    assert {"one query", "one key", "no look into the future"} <= set(groups)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("id", ["09.2", "09.3"])
def test_scores_of_1000_occur_and_the_key_stays_finite(id, seed):
    cases = exercises()[id].cases(np.random.default_rng(seed))
    extreme = [case for case in cases if case.group == "scores of 1000 and more"]
    assert extreme
    for case in extreme:
        scores = case.arguments[0] if id == "09.2" else case.arguments[0] @ case.arguments[1].T
        assert np.abs(scores).max() > 990
        with np.errstate(over="ignore"):
            assert np.isinf(np.exp(scores)).any()
        with np.errstate(all="raise", under="ignore"):
            parts = key(id)(*case.arguments)
        assert all(np.isfinite(part).all() for part in parts)
