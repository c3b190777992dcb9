"""Call a learner's function and keep what happened; nothing is judged here.

The sandbox of the grader has a copy of this module, so it imports only `interrupting` and `values`.
"""

import copy
import functools
import inspect
import linecache
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib.exercises.interrupting import TookTooLong
from rnnlib.exercises.values import MOST_AXES, NUMERIC

MOST_TEXT = 500  # characters of an error that are shown


@dataclass(frozen=True)
class Answer:
    """What came of one call: a value or an error, and the names of the arguments that it changed.

    value: plain data (see `_own`). is_stub: the error is the stub's NotImplementedError.
    """

    value: Any = None
    error: str = ""
    is_stub: bool = False
    changed: tuple[str, ...] = ()


def ask(candidate: Callable, arguments: tuple, names: tuple[str, ...]) -> Answer:
    """Call the candidate on copies of the arguments.

    An interrupt from the keyboard passes through, so an endless loop can be stopped as usual.
    """
    given = copy.deepcopy(arguments)
    try:
        with np.errstate(all="ignore"):  # a NumPy warning is not a wrong answer
            value = candidate(*given)
    except NotImplementedError as error:
        return Answer(error=describe(error, candidate), is_stub=True)
    except (KeyboardInterrupt, TookTooLong):
        raise
    except BaseException as error:
        return Answer(error=describe(error, candidate))
    try:
        changed = tuple(
            name
            for name, now, before in zip(names, given, arguments, strict=True)
            if not same(now, before)
        )
        return Answer(value=_own(value, MOST_AXES), changed=changed)
    except (KeyboardInterrupt, TookTooLong):
        raise
    except BaseException:  # raised by the returned object itself: it is no number anyway
        return Answer(value=NotNumbers(type(value).__name__))


class NotNumbers:
    """Stands in for a returned object that is not a number and not a list or array of numbers."""

    def __init__(self, kind: str):
        self.kind = kind


def _own(value: Any, depth: int) -> Any:
    """A copy that is plain data, so that no code of the learner's objects runs later."""
    kind = type(value)
    if value is None or value is Ellipsis or kind in (bool, int, float, complex, str, bytes):
        return value
    if issubclass(kind, np.ndarray):
        array = np.array(value, subok=False)
        return NotNumbers(kind.__name__) if array.dtype.hasobject else array
    if issubclass(kind, np.generic):
        return np.asarray(value)[()]
    if issubclass(kind, (list, tuple)):
        if not depth:
            raise ValueError("too deep")
        base = list if issubclass(kind, list) else tuple
        return base([_own(item, depth - 1) for item in base.__iter__(value)])
    for number in (int, float, complex):
        if issubclass(kind, number):
            return number.__pos__(value)
    array = np.array(value)
    return array if array.dtype.kind in NUMERIC else NotNumbers(kind.__name__)


def handed_on(function: Callable, number: int) -> Callable:
    """The function as `use` returns it to a lesson: safe to call, whatever style it is written in.

    It is called on copies of its arguments and returns arrays and plain numbers. number: how many
    things it returns. A value that is not of that form is returned as it is.
    """

    @functools.wraps(function)
    def called_on_copies(*arguments):
        value = function(*copy.deepcopy(arguments))
        try:
            if number == 1:
                return _plain(value)
            if isinstance(value, (tuple, list, np.ndarray)):
                return tuple(_plain(part) for part in value)
        except (TypeError, ValueError):  # ragged
            pass
        return value

    return called_on_copies


def _plain(value: Any) -> Any:
    """An array; a Python number if it has no axes, because `round` works on that."""
    array = np.asarray(value)
    return array if array.ndim else array.item()


def describe(error: BaseException, candidate: Callable) -> str:
    """The text on an error: what it is, the line of the learner's own code, the shapes there."""
    text = _text(error)
    what = f"{type(error).__name__}: {text}".rstrip(": ")
    if plain := _plainly(error, text):
        what = f"{what}\n{plain}"
    home = getattr(inspect.unwrap(candidate), "__code__", None)
    own = [
        (frame, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if home is not None and frame.f_code.co_filename == home.co_filename
    ]
    if home is None or not own:
        return what
    frame, number = own[-1]
    line = linecache.getline(home.co_filename, number).strip()
    where = f"\nin line {number} of your cell: `{line}`" if line else ""
    shapes = [said for name, v in frame.f_locals.items() if (said := _shape(name, v))]
    there = f"\nShapes there: {', '.join(shapes[:8])}" if shapes else ""
    return what + where + there


def _text(error: BaseException) -> str:
    """The error's own text, shortened; an empty string if even that raises an error."""
    try:
        text = str(error)
    except Exception:
        return ""
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…"


def _plainly(error: BaseException, text: str) -> str:
    """A sentence on what a common error means; an empty string for others."""
    if isinstance(error, IndexError) and "out of bounds" in text:
        return "An axis of size n has the entries 0 to n - 1."
    if isinstance(error, IndexError) and "too many indices" in text:
        return "There are more indices than the array has axes."
    if isinstance(error, ValueError) and ("matmul" in text or "not aligned" in text):
        return "In `A @ B`, A must have as many columns as B has rows."
    if isinstance(error, ValueError) and "broadcast" in text:
        return "Two shapes do not fit: from the right, axes must be equal, or one of them 1."
    if isinstance(error, ValueError) and "ambiguous" in text:
        return "`if` needs one truth value, and an array holds many."
    if isinstance(error, TypeError) and "NoneType" in text:
        return "Something is None: does a function that you call return nothing?"
    if isinstance(error, RecursionError):
        return "The function calls itself without end: with which argument does it stop?"
    return ""


def _shape(name: str, value: Any) -> str:
    """A variable's shape ("h (3, 2)"), or that of the last array in a list; "" for other values."""
    if isinstance(value, list) and value:
        name, value = f"{name}[-1]", value[-1]
    return f"{name} {value.shape}" if isinstance(value, np.ndarray) else ""


def signature_problem(candidate: Callable, names: tuple[str, ...]) -> str:
    """What is wrong with the candidate's parameters; an empty string if nothing is.

    Other names are fine; the right names in another order are not.
    """
    try:
        signature = inspect.signature(candidate)
    except (TypeError, ValueError):
        return ""  # some built-in functions have no signature: the calls will show
    theirs = tuple(signature.parameters)
    try:
        signature.bind(*names)
        fits = theirs == names or sorted(theirs) != sorted(names)
    except TypeError:
        fits = False
    if fits:
        return ""
    name = getattr(candidate, "__name__", "your function")
    return f"`{name}` must take ({', '.join(names)}), in this order; yours takes {signature}."


def alike(a: Answer, b: Answer) -> bool:
    """Whether two answers to the same case are the same."""
    try:
        return a.error == b.error and same(a.value, b.value)
    except Exception:  # they cannot be compared, so nothing speaks against it
        return True


def _is_of_numbers(a: Any) -> bool:
    """Whether this is an ordinary array of numbers."""
    return type(a) is np.ndarray and a.dtype.kind in "biufc"


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal in type, shape and every number; NaN equals NaN."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if type(a) is not type(b):
            return False
        if _is_of_numbers(a) and _is_of_numbers(b) and a.shape == b.shape and (a == b).all():
            return True  # most are, and this is much faster
        return np.array_equal(a, b, equal_nan=all(v.dtype.kind in "fc" for v in (a, b)))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, NotNumbers) and isinstance(b, NotNumbers):
        return a.kind == b.kind
    return type(a) is type(b) and bool(a == b or a != a)
