"""Arguments and results as JSON and bytes, for the exchange between the judge and the sandbox.

The JSON tree of an array has its type and shape; the numbers of all arrays follow one another in
the bytes. (An npz has a header for each array, and reading those took longer than most answers.)

Both sides use this module and neither trusts the other: nothing is unpickled, every size is checked
before memory is allocated, and a value of any other kind arrives as an `Opaque`.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_BYTES = 8_000_000
MOST_NODES = 100_000
MOST_DEPTH = 8
MOST_TEXT = 1_000
MOST_AXES = 64
DTYPES = {np.dtype(code).str: np.dtype(code) for code in "?" + np.typecodes["AllInteger"]}
DTYPES |= {np.dtype(code).str: np.dtype(code) for code in np.typecodes["AllFloat"]}


class WireError(ValueError):
    """The received data is not what this module sends, or is too large."""


@dataclass(frozen=True)
class Opaque:
    """Placeholder for a value that cannot be sent: its type's name."""

    type: str


def pack(values: list) -> tuple[list, bytes]:
    """Values as (JSON trees, bytes); a value that cannot be sent becomes an Opaque."""
    trees, parts, left = [], [], MOST_BYTES // 2
    for value in values:
        encoder = _Encoder(left)
        try:
            trees.append(encoder.tree(value, MOST_DEPTH))
        except WireError:
            trees.append({"opaque": type(value).__name__[:MOST_TEXT]})
        else:
            parts += encoder.parts
            left = encoder.left
    return trees, b"".join(parts)


def unpack(trees: Any, data: bytes) -> list:
    """The values that `pack` was given; WireError for anything that it does not produce."""
    if not isinstance(trees, list) or len(trees) > MOST_NODES:
        raise WireError("no list of values")
    if len(data) > MOST_BYTES:
        raise WireError(f"{len(data)} bytes; {MOST_BYTES} at most")
    decoder = _Decoder(data)
    values = [decoder.whole(tree) for tree in trees]
    if decoder.read < len(data):
        raise WireError("more bytes than the arrays have")
    return values


class _Encoder:
    """Makes one value's tree. parts: its arrays' bytes. left: how many more bytes may be sent."""

    def __init__(self, left: int):
        self.left = left
        self.parts: list[bytes] = []
        self.nodes = 0

    def tree(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if depth < 0 or self.nodes > MOST_NODES:
            raise WireError("too deep or too long")
        if value is None or type(value) is bool:
            return value
        if value is Ellipsis:
            return {"ellipsis": True}
        if type(value) is float or (type(value) is int and abs(value) < 2**63):
            return value
        if type(value) is str and len(value) <= MOST_TEXT:
            return {"text": value}
        if isinstance(value, (list, tuple)):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return {kind: [self.tree(item, depth - 1) for item in value]}
        if type(value) is complex:
            return {"complex": [value.real, value.imag]}
        if (array := _as_numbers(value)) is not None:
            self._store(array)
            return {"array": [array.dtype.newbyteorder("=").str, list(array.shape)]}
        return {"opaque": type(value).__name__[:MOST_TEXT]}

    def _store(self, array: np.ndarray) -> None:
        """Adds the array's bytes, in the machine's byte order."""
        own = array.dtype.newbyteorder("=")
        if own.str not in DTYPES or array.nbytes > min(self.left, MOST_BYTES // 4):
            raise WireError("not numeric, or too large")
        self.left -= array.nbytes
        self.parts.append(array.astype(own, copy=False).tobytes())


def _as_numbers(value: Any) -> np.ndarray | None:
    """What NumPy can read as numbers, as in the notebook: a range, a deque, a memoryview."""
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    if isinstance(value, range) and len(value) > MOST_BYTES:
        return None
    try:
        array = np.asarray(value)
    except Exception:  # whatever the value's own methods raise
        return None
    return array if array.dtype.str in DTYPES else None


class _Decoder:
    def __init__(self, data: bytes):
        self.data = data
        self.read = 0  # bytes
        self.nodes = 0

    def whole(self, tree: Any) -> Any:
        """One value; it may have as many nodes as the encoder allows."""
        self.nodes = 0
        return self.value(tree, MOST_DEPTH)

    def value(self, tree: Any, depth: int) -> Any:
        self.nodes += 1
        if depth < 0 or self.nodes > MOST_NODES:
            raise WireError("too deep or too long")
        if tree is None or type(tree) in (bool, float):
            return tree
        if type(tree) is int and abs(tree) < 2**63:
            return tree
        if type(tree) is not dict or len(tree) != 1:
            raise WireError("not a value")
        ((kind, content),) = tree.items()
        if kind in ("list", "tuple") and type(content) is list:
            items = [self.value(item, depth - 1) for item in content]
            return tuple(items) if kind == "tuple" else items
        if kind == "array" and type(content) is list and len(content) == 2:
            return self._array(*content)
        if kind == "ellipsis":
            return Ellipsis
        if (
            kind == "complex"
            and type(content) is list
            and list(map(type, content)) == [float, float]
        ):
            return complex(*content)
        if kind == "text" and type(content) is str and len(content) <= MOST_TEXT:
            return content
        if kind == "opaque" and type(content) is str:
            return Opaque(content[:MOST_TEXT])
        raise WireError("not a value")

    def _array(self, kind: Any, shape: Any) -> np.ndarray:
        """The next array; its size is checked before it is created."""
        if type(kind) is not str or kind not in DTYPES:
            raise WireError("not numeric")
        if type(shape) is not list or not all(type(n) is int and n >= 0 for n in shape):
            raise WireError("not a shape")
        if len(shape) > MOST_AXES or math.prod(max(n, 1) for n in shape) > MOST_BYTES:
            raise WireError("too many axes, or a long axis")
        start = self.read
        self.read += math.prod(shape) * DTYPES[kind].itemsize
        if self.read > len(self.data):
            raise WireError("fewer bytes than the arrays have")
        return np.ndarray(shape, DTYPES[kind], self.data, start).copy()
