"""What a submission may not send back, because the judge would have to carry it."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rnnlib.exercises.comparing import output_arrays
from rnnlib.exercises.spec import Returned
from rnnlib.grading.sandbox.inside import wire


def test_an_empty_array_may_not_have_an_endless_axis():
    with pytest.raises(wire.WireError, match="long axis"):
        wire.unpack(*wire.pack([np.empty((2**27, 0))]))


@pytest.mark.parametrize(
    "array, data",
    [
        (["<f8", [2]], bytes(8)),  # fewer bytes than two numbers have
        (["<f8", [2]], bytes(24)),  # more
        (["|O", [1]], bytes(8)),
        (["<M8[s]", [1]], bytes(8)),
        (["<f8,<f8", [1]], bytes(16)),
        ([["<f8"], [1]], bytes(8)),
        (["<f8", [-1, -1]], bytes(8)),
        (["<f8", [1.0]], bytes(8)),
        (["<f8", [True]], bytes(8)),
        (["<f8", 1], bytes(8)),
        (["<f8", [1] * 65], bytes(8)),
        (["<f8", [2**62, 2**62, 0]], b""),
        (["<f8"], bytes(8)),
        (0, bytes(8)),
    ],
    ids=repr,
)
def test_what_does_not_describe_the_bytes_is_refused(array, data):
    with pytest.raises(wire.WireError):
        wire.unpack([{"array": array}], data)


def test_too_many_bytes_are_refused():
    with pytest.raises(wire.WireError, match="at most"):
        wire.unpack([], bytes(wire.MOST_BYTES + 1))


@given(
    arrays(
        st.sampled_from(["?", "<i8", "<u2", "<f8", ">f8", "<f4", "<c16"]),
        array_shapes(min_dims=0, min_side=0, max_dims=4),
    ),
    st.booleans(),
)
def test_an_array_arrives_as_it_was_sent(array, is_turned):
    array = array.T if is_turned else array
    (arrived, (inside,)) = wire.unpack(*wire.pack([array, (array,)]))
    for found in (arrived, inside):
        assert found.dtype == array.dtype.newbyteorder("=") and found.shape == array.shape
        assert np.array_equal(found, array, equal_nan=array.dtype.kind in "fc")
        assert found.flags.owndata and found.flags.writeable and found.flags.aligned


def test_an_array_with_too_many_parts_is_refused_before_it_is_taken_apart():
    assert output_arrays(np.empty((2**24, 0)), (Returned("a"), Returned("b"))) is None


@pytest.mark.parametrize("more", [0, 1])
def test_a_value_arrives_up_to_the_number_of_nodes_that_is_sent_and_no_further(more):
    tree = {"list": [0.0] * (wire.MOST_NODES - 1 + more)}
    _, data = wire.pack([])
    if more:
        with pytest.raises(wire.WireError, match="too long"):
            wire.unpack([tree], data)
    else:
        values = wire.unpack([tree, tree], data)
        assert wire.pack(values)[0] == [tree, tree]


class Columns:
    """What a table of another library is like."""

    def __array__(self, dtype=None, copy=None):
        return np.array([[1, 2], [3, 4]])


@pytest.mark.parametrize(
    "value",
    [
        range(3),
        deque([1.5, 2.5]),
        memoryview(np.arange(3.0)),
        Columns(),
        2**70 * 1.0,
        np.float32(2),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_numpy_takes_for_numbers_arrives_as_numbers(value):
    (arrived, inside) = wire.unpack(*wire.pack([value, [value, 1]]))
    assert np.array_equal(arrived, np.asarray(value))
    assert np.array_equal(inside[0], np.asarray(value)) and inside[1] == 1


def test_a_complex_number_arrives_as_one_and_what_is_no_number_stays_outside():
    values = [1 + 2j, complex("nan+infj")]
    arrived = wire.unpack(*wire.pack(values))
    assert [type(v) for v in arrived] == [complex, complex] and repr(arrived) == repr(values)
    for strange in ({1, 2}, {"a": 1}, object(), range(10**15), iter([1])):
        assert wire.unpack(*wire.pack([strange])) == [wire.Opaque(type(strange).__name__)]
    with pytest.raises(wire.WireError):
        wire.unpack([{"complex": [1.0, "2"]}], wire.pack([])[1])
