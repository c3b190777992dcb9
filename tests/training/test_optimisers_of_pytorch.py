"""An update is the one that PyTorch makes; apart from the others, since PyTorch takes seconds."""

import numpy as np
import pytest

from rnnlib.training.optimisers import SGD, Adam
from tests.training.test_optimisers import arrays, random_model

torch = pytest.importorskip("torch")


@pytest.mark.parametrize(
    ("ours", "name", "options"),
    [
        (SGD(lr=0.1), "SGD", {"lr": 0.1}),
        (SGD(lr=0.1, momentum=0.9), "SGD", {"lr": 0.1, "momentum": 0.9}),
        (Adam(), "Adam", {}),
        (
            Adam(lr=0.03, beta1=0.8, beta2=0.95, eps=1e-4),
            "Adam",
            {"lr": 0.03, "betas": (0.8, 0.95), "eps": 1e-4},
        ),
    ],
    ids=["sgd", "momentum", "adam", "adam with other numbers"],
)
def test_an_optimiser_takes_pytorchs_steps(ours, name, options):
    rng = np.random.default_rng(0)
    model = random_model(rng)
    theirs = [torch.tensor(array) for array in arrays(model)]
    optimiser = getattr(torch.optim, name)(theirs, **options)
    state = ours.init(model)
    for _ in range(7):
        grads = random_model(rng)
        model, state = ours.update(model, grads, state)
        for p, g in zip(theirs, arrays(grads), strict=True):
            p.grad = torch.tensor(g)
        optimiser.step()
        for ours_p, their_p in zip(arrays(model), theirs, strict=True):
            np.testing.assert_allclose(ours_p, their_p.numpy(), rtol=1e-10, atol=1e-14)
