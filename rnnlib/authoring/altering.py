"""Fingerprints of values that a proof reads, and altered values to replace them."""

from __future__ import annotations

import copy
import functools
import hashlib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

FACTORS = {"scaled by 1.5": 1.5, "scaled by 0.5": 0.5, "sign flipped": -1.0}
SHUFFLED = "shuffled"
ALTERATIONS = (*FACTORS, SHUFFLED)
LEAVES = (type(None), bool, int, float, complex, str, bytes)
DEPTH = 8  # how deep an alteration goes into a value
TRIES = 20  # for a permutation that is not the identity


# --- fingerprints ---------------------------------------------------------------------------


def fingerprint(value: Any, namespace: Mapping[str, Any] | None = None) -> str:
    """A digest of a value's contents; for a function of the namespace, including what it reads
    there.

    Numbers count to ten digits: the last ones may depend on where in memory an array is.
    """
    digest = hashlib.sha256()
    for part in _parts(value, namespace, set()):
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _parts(value: Any, namespace: Mapping[str, Any] | None, seen: set[int]) -> Iterator[Any]:
    """The parts of a value, as texts and bytes, each once."""
    yield type(value).__qualname__
    if isinstance(value, LEAVES):
        yield f"{value:.9e}" if isinstance(value, float) else repr(value)
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, (set, frozenset)):
        yield from sorted(fingerprint(one, namespace) for one in value)
        return
    data, inner = _of_numbers(value) or _of_code(value, namespace) or _of_objects(value)
    yield from data
    for one in inner:
        yield from _parts(one, namespace, seen)


Held = tuple[Iterable[str | bytes], list[Any]]  # the value itself, and its contents


def _of_numbers(value: Any) -> Held | None:
    import numpy as np

    if _is_tensor(value):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.random.Generator):
        return [], [value.bit_generator.state]
    if not isinstance(value, (np.ndarray, np.generic)):
        return None
    array = np.asarray(value)
    kind = f"{array.dtype} {array.shape}"
    if array.dtype.kind == "O":
        return [kind], array.ravel().tolist()
    return [kind, *(_rounded(array) if array.dtype.kind in "fc" else [array.tobytes()])], []


def _of_code(value: Any, namespace: Mapping[str, Any] | None) -> Held | None:
    if isinstance(value, types.CodeType):
        return [value.co_code], [value.co_names, value.co_consts]
    if isinstance(value, types.MethodType):
        return [], [value.__self__, value.__func__]
    if isinstance(value, functools.partial):
        return [], [value.func, value.args, value.keywords]
    if not isinstance(
        value, (types.FunctionType, type, types.ModuleType, types.BuiltinFunctionType)
    ):
        return None
    name = [f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"]
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _filled(cell)]
        inner = [value.__defaults__, value.__kwdefaults__, cells]
        if namespace is not None and value.__globals__ is namespace:
            inner += [value.__code__]
            inner += [namespace[name] for name in _names(value.__code__) if name in namespace]
        return name, inner
    if isinstance(value, type) and value.__module__ == "__main__":  # a class of the lesson
        return name, [one for one in vars(value).values() if isinstance(one, types.FunctionType)]
    return name, []


def _of_objects(value: Any) -> Held:
    if isinstance(value, (list, tuple)):
        return [str(len(value))], list(value)
    held = value if isinstance(value, dict) else _attributes(value)
    return [], [part for item in held.items() for part in item]


def _rounded(array: Any) -> Iterator[bytes]:
    """Floating-point numbers to ten digits: mantissa and exponent."""
    import numpy as np

    for part in (array.real, array.imag) if array.dtype.kind == "c" else (array,):
        mantissa, exponent = np.frexp(np.asarray(part, dtype=float))
        yield np.rint(mantissa * 2.0**33).tobytes()
        yield exponent.tobytes()


def _names(code: types.CodeType) -> list[str]:
    """The names that a function reads, including in functions that it defines."""
    inner = [_names(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return sorted({*code.co_names, *(name for names in inner for name in names)})


def _filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _attributes(value: Any) -> dict[str, Any]:
    """An object's attributes, from its dictionary or slots."""
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    held = {name: getattr(value, name) for name in slots if hasattr(value, name)}
    return {**held, **getattr(value, "__dict__", {})}


def _is_tensor(value: Any) -> bool:
    return type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach")


# --- alterations ----------------------------------------------------------------------------


class Alteration:
    """One way to make a value wrong: scaled, with the sign flipped, or shuffled.

    `touched` says whether anything was altered so far. An altered function returns altered values;
    nothing is altered before it is called.
    """

    def __init__(self, name: str, seed: list[int]):
        import numpy as np

        self.name = name
        self.factor = FACTORS.get(name)
        self.touched = False
        self._rng = np.random.default_rng(seed)

    def __call__(self, value: Any) -> Any:
        """The altered value; the value itself if there is nothing to alter in it."""
        if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
            return self._wrapped(value)
        made = self._altered(value, 0)
        if fingerprint(made) == fingerprint(value):
            return value
        self.touched = True
        return made

    def _wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def altered(*arguments: Any, **named: Any) -> Any:
            return self(function(*arguments, **named))

        return altered

    def _altered(self, value: Any, depth: int) -> Any:
        import numpy as np

        within = functools.partial(self._altered, depth=depth + 1)
        if depth > DEPTH:
            return value
        if self.factor is None and (several := self._permuted(value)) is not None:
            return several
        if isinstance(value, (np.ndarray, np.generic)) or _is_tensor(value):
            return self._array(value)
        if isinstance(value, (bool, int, float, complex)):
            return self._array(np.asarray(value)).item()
        if isinstance(value, dict):
            made = copy.copy(value)
            made.update({key: within(one) for key, one in value.items()})
            return made
        if isinstance(value, tuple):
            parts = [within(one) for one in value]
            return value._make(parts) if hasattr(value, "_make") else tuple(parts)  # pyright: ignore
        if isinstance(value, (list, set)):
            return type(value)(within(one) for one in value)
        if isinstance(value, (types.FunctionType, types.MethodType)):
            return self._wrapped(value)
        if isinstance(value, (*LEAVES, type, types.ModuleType, np.random.Generator)):
            return value
        if not (held := _attributes(value)):
            return value
        made = copy.copy(value)
        for name, one in held.items():
            if isinstance(one, (type, types.ModuleType)) or callable(one):
                continue
            object.__setattr__(made, name, within(one))
        return made

    def _array(self, value: Any) -> Any:
        """Numbers times the factor; integers stay integers, and booleans are negated."""
        import numpy as np

        if self.factor is None:
            return value
        if _is_tensor(value):
            return value.detach() * self.factor
        array = np.asarray(value)
        if array.dtype.kind == "b":
            return ~array if self.factor < 0 else value
        if array.dtype.kind not in "iufc":
            return value
        made = array * self.factor
        if array.dtype.kind in "iu":
            made = np.where(np.rint(made) == array, array + np.sign(array), np.rint(made))
        return np.asarray(made).astype(array.dtype)[()]

    def _permuted(self, value: Any) -> Any:
        """The parts of a value in a different order; None if it has no parts, or all are equal."""
        import numpy as np

        parts: Any
        build: Callable[[Any], Any]
        if isinstance(value, str):
            parts, build = list(value), lambda made: "".join(map(str, made))
        elif isinstance(value, np.ndarray):
            shape = value.shape
            parts, build = value.ravel(), lambda made: np.asarray(made).reshape(shape)
        elif _is_tensor(value):
            shape = value.shape
            parts, build = value.detach().flatten(), lambda made: made.reshape(shape)
        elif isinstance(value, dict):
            keys = list(value)
            parts, build = list(value.values()), lambda made: dict(zip(keys, made, strict=True))
        elif isinstance(value, tuple):
            make = getattr(value, "_make", tuple)
            parts, build = list(value), make
        elif isinstance(value, list):
            parts, build = value, list
        else:
            return None
        before = fingerprint(value)
        for _ in range(TRIES if len(parts) > 1 else 0):
            order = self._rng.permutation(len(parts))
            listed = isinstance(parts, list)
            made = build([parts[k] for k in order] if listed else parts[order])
            if fingerprint(made) != before:
                return made
        return None
