"""Arguments and results as JSON and npz, for the exchange between the judge and the sandbox.

Both sides use this module and neither trusts the other: nothing is unpickled, every size is checked
before memory is allocated, and a value of any other kind arrives as an `Opaque`.
"""

import io
import math
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_BYTES = 8_000_000
MOST_NODES = 100_000
MOST_DEPTH = 8
MOST_TEXT = 1_000
NUMERIC = "biufc"


class WireError(ValueError):
    """The received data is not what this module sends, or is too large."""


@dataclass(frozen=True)
class Opaque:
    """Placeholder for a value that cannot be sent: its type's name."""

    type: str


def pack(values: list) -> tuple[list, bytes]:
    """Values as (JSON trees, npz); a value that cannot be sent becomes an Opaque."""
    arrays: list[np.ndarray] = []
    trees = []
    for value in values:
        before = len(arrays)
        try:
            trees.append(_Encoder(arrays).tree(value, MOST_DEPTH))
        except WireError:
            del arrays[before:]
            trees.append({"opaque": type(value).__name__[:MOST_TEXT]})
    file = io.BytesIO()
    named: dict[str, Any] = {f"a{k}": array for k, array in enumerate(arrays)}
    np.savez(file, **named)
    return trees, file.getvalue()


def unpack(trees: Any, data: bytes) -> list:
    """The values that `pack` was given; WireError for anything that it does not produce."""
    if not isinstance(trees, list) or len(trees) > MOST_NODES:
        raise WireError("no list of values")
    decoder = _Decoder(_read_npz(data))
    return [decoder.whole(tree) for tree in trees]


class _Encoder:
    def __init__(self, arrays: list):
        self.arrays = arrays
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
            return {"array": self._store(array)}
        return {"opaque": type(value).__name__[:MOST_TEXT]}

    def _store(self, array: np.ndarray) -> int:
        if array.dtype.kind not in NUMERIC or array.nbytes > MOST_BYTES // 4:
            raise WireError("not numeric, or too large")
        if sum(a.nbytes for a in self.arrays) + array.nbytes > MOST_BYTES // 2:
            raise WireError("too much altogether")
        self.arrays.append(np.ascontiguousarray(array).reshape(array.shape))
        return len(self.arrays) - 1


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
    return array if array.dtype.kind in NUMERIC else None


class _Decoder:
    def __init__(self, arrays: list[np.ndarray]):
        self.arrays = arrays
        self.used: set[int] = set()
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
        if kind == "array" and type(content) is int and 0 <= content < len(self.arrays):
            if content in self.used:  # an array named several times would be copied each time
                raise WireError("an array twice")
            self.used.add(content)
            return self.arrays[content]
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


def _read_npz(data: bytes) -> list[np.ndarray]:
    """The arrays of an uncompressed npz, in order; each is checked before it is created."""
    if len(data) > MOST_BYTES:
        raise WireError(f"{len(data)} bytes; {MOST_BYTES} at most")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_NODES or sum(m.file_size for m in members) > MOST_BYTES:
                raise WireError("too large when unpacked")
            if any(m.compress_type != zipfile.ZIP_STORED for m in members):
                raise WireError("compressed")
            if [m.filename for m in members] != [f"a{k}.npy" for k in range(len(members))]:
                raise WireError("other names than expected")
            return [_read_npy(archive.read(m)) for m in members]
    except (WireError, MemoryError):  # running out of memory is the judge's own problem
        raise
    except Exception as error:  # zipfile and NumPy raise many kinds on malformed data
        raise WireError(f"malformed npz: {type(error).__name__}") from error


def _read_npy(data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    shape, fortran, dtype = read[version](file)
    rest = len(data) - file.tell()
    if math.prod(max(length, 1) for length in shape) > MOST_BYTES:
        raise WireError("an empty array with a long axis")
    if dtype.kind not in NUMERIC or dtype.hasobject or math.prod(shape) * dtype.itemsize != rest:
        raise WireError("not a numeric array of this size")
    flat = np.frombuffer(data, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if fortran else "C").copy()
