import numpy as np
import pytest

from rnnlib.cells.cell import State
from rnnlib.cells.trees import tree_leaves, tree_map


def test_a_map_keeps_the_form_of_the_tree():
    tree = (State(np.ones(2)), None, (np.zeros(3), [1, 2] * np.ones(2)))
    doubled = tree_map(lambda a, b: a + b, tree, tree)
    assert isinstance(doubled[0], State) and doubled[1] is None
    for (_, a), (_, b) in zip(tree_leaves(tree), tree_leaves(doubled), strict=True):
        np.testing.assert_array_equal(2 * a, b)


def test_leaves_carry_the_name_of_their_field():
    tree = (State(np.ones(2)), None, {"h": 1}, (np.zeros(3),))
    assert [name for name, _ in tree_leaves(tree, "root")] == ["h", "root", "root"]


def test_trees_of_different_form_do_not_mix():
    with pytest.raises(ValueError):
        tree_map(np.add, (np.ones(1), np.ones(1)), (np.ones(1),))
