"""What the tests that prove the answer keys share."""

import numpy as np
import pytest

from rnnlib.exercises.registry import exercises

TINY = 1e-30  # the complex step


def key(id):
    """The reference of an exercise."""
    return exercises()[id].reference


def cases_of(id):
    """The arguments of the exercise's cases on three seeds."""
    cases = exercises()[id].cases
    return [case.arguments for seed in range(3) for case in cases(np.random.default_rng(seed))]


def by_complex_step(loss, *arguments):
    """The gradient of loss(*arguments) with respect to each of its arrays, entry by entry."""
    gradients = []
    for k, array in enumerate(arguments):
        gradient = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1j * TINY
            gradient[index] = loss(*arguments[:k], moved, *arguments[k + 1 :]).imag / TINY
        gradients.append(gradient)
    return gradients


def by_torch(loss, *arguments):
    """The same by PyTorch's autograd."""
    import torch

    leaves = [torch.tensor(array, requires_grad=True) for array in arguments]
    loss(*leaves).backward()
    return [leaf.grad.numpy() for leaf in leaves]


def every_case(id):
    """Parametrise over them."""
    return pytest.mark.parametrize("arguments", cases_of(id))
