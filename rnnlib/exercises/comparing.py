"""The verdict of a check: compare the answers of a learner's function with those of the reference.

Nothing here calls the learner's code, so a grader can judge answers that come out of a sandbox.
What a failed answer is told beyond the verdict is up to `explaining`.
"""

import math
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np

from rnnlib.exercises import describing
from rnnlib.exercises.asking import Answer, ask
from rnnlib.exercises.outcome import Outcome, Status
from rnnlib.exercises.spec import Case, Exercise, Returned
from rnnlib.exercises.values import numeric

Arrays = tuple[np.ndarray, ...]  # the outputs of one call: one array for each `Returned`
MOST_ORDERED = 6  # with more outputs, there are too many orders to try


@dataclass(frozen=True)
class Verdict:
    """A status, the message, and how it was reached."""

    status: Status
    message: str
    evidence: dict


class CheckerFault(RuntimeError):
    """The reference or the checker failed; it is not the learner's fault."""


def compare(exercise: Exercise, cases: list[Case], answers: list[Answer]) -> Outcome:
    """The verdict on the answers to some cases.

    In this order: was it written at all, did it run in every case, has it the right types and
    shapes, are the numbers right.
    """
    expected = right_values(exercise, cases)
    verdict = (
        _attempted(exercise, answers)
        or _ran(cases, answers)
        or _structure(exercise, cases, answers, expected)
        or _numbers(exercise, cases, answers, expected)
    )
    passed = verdict.status is Status.PASS
    return Outcome(
        id=exercise.id,
        title=exercise.title,
        status=verdict.status,
        points=exercise.points if passed else 0,
        out_of=exercise.points,
        message=verdict.message,
        evidence=verdict.evidence,
    )


def right_values(exercise: Exercise, cases: list[Case]) -> list[tuple[np.ndarray, ...]]:
    """The outputs of the reference on each case; CheckerFault if it fails or one is not finite."""
    values = []
    for case in cases:
        answer = ask(exercise.reference, case.arguments, parameter_names(exercise))
        if answer.error:
            raise CheckerFault(f"the reference of {exercise.id} failed: {answer.error}")
        value = output_arrays(answer.value, exercise.returns)
        if value is None or not all(np.isfinite(v).all() for v in value):
            raise CheckerFault(f"the reference of {exercise.id} returned {answer.value!r}")
        for returned, v in zip(exercise.returns, value, strict=True):
            if v.ndim > len(returned.axes):
                raise CheckerFault(f"{exercise.id}: {returned} for an array of shape {v.shape}")
        values.append(with_sorted_rows(value, exercise.returns))
    return values


def parameter_names(exercise: Exercise) -> tuple[str, ...]:
    """The names of the exercise's arguments, in order."""
    return tuple(exercise.signature.strip("()").split(", "))


def output_arrays(value: Any, returns: tuple[Returned, ...]) -> tuple[np.ndarray, ...] | None:
    """A returned value as one numeric array for each output; None if it is anything else.

    Truth values become floats, and complex numbers without an imaginary part become real.
    """
    parts = (value,) if len(returns) == 1 else value
    if isinstance(parts, np.ndarray) and parts.ndim and len(parts) == len(returns):
        parts = tuple(parts)
    if not isinstance(parts, (tuple, list)) or len(parts) != len(returns):
        return None
    arrays = []
    for part in parts:
        array = numeric(part)
        if array is None:
            return None
        if array.dtype.kind == "b":
            array = array.astype(float)
        if array.dtype.kind == "c" and not np.any(np.imag(array)):
            array = np.real(array)
        arrays.append(array)
    return tuple(arrays)


def with_sorted_rows(value: tuple[np.ndarray, ...], returns: tuple[Returned, ...]) -> tuple:
    """The outputs, with sorted rows where the rows may come in any order.

    For arrays of bounded width only: sorting takes memory for each column.
    """
    return tuple(
        array[np.lexsort(array.T[::-1])]
        if returned.unordered and array.ndim == 2 and array.shape[1]
        else array
        for array, returned in zip(value, returns, strict=True)
    )


def agree(value: np.ndarray, right: np.ndarray, rtol: float) -> bool:
    """‖value - right‖ ≤ rtol ‖right‖, with room for rounding where the right answer is zero.

    Where one is NaN or infinite the other must be so too.
    """
    finite = np.isfinite(value) & np.isfinite(right)
    if not np.array_equal(value[~finite], right[~finite], equal_nan=True):
        return False
    difference = np.linalg.norm(value[finite] - right[finite])
    return bool(difference <= rtol * np.linalg.norm(right[finite]) + 1e-12)


def equal(a: np.ndarray, b: np.ndarray, rtol: float) -> bool:
    """Whether two arrays agree in shape and, up to rounding, in their numbers.

    The same as `agree`, but quicker where all numbers are finite: the search for mistakes compares
    many thousands of arrays.
    """
    if a.shape != b.shape:
        return False
    if a.dtype == b.dtype == np.float64:
        difference = a - b
        if (squared := float(np.vdot(difference, difference))) < math.inf:
            return math.sqrt(squared) <= rtol * math.sqrt(np.vdot(b, b)) + 1e-12
    return agree(a, b, rtol)


def _attempted(exercise: Exercise, answers: list[Answer]) -> Verdict | None:
    """The verdict on a function that is not written yet; None if it is."""
    if answers and all(a.is_stub for a in answers):
        return Verdict(
            Status.NOT_ATTEMPTED, f"Write `{exercise.function}` and run its cell.", {"why": "stub"}
        )
    if all(_is_none(a.value) and not a.error for a in answers):
        return Verdict(
            Status.NOT_ATTEMPTED,
            f"`{exercise.function}` returns nothing yet. If you have written it: did you forget "
            "the line with `return`?",
            {"why": "None"},
        )
    if all(a.value is Ellipsis for a in answers):
        return Verdict(Status.NOT_ATTEMPTED, "The `...` is still there.", {"why": "..."})
    return None


def _is_none(value: Any) -> bool:
    return value is None or (isinstance(value, tuple) and bool(value) and all(map(_is_none, value)))


def _ran(cases: list[Case], answers: list[Answer]) -> Verdict | None:
    """The verdict on a function that raised an error in some case; None if it did not."""
    for case, answer in zip(cases, answers, strict=True):
        if answer.error:
            message = f"Your function stopped with an error ({case.group}).\n{answer.error}"
            return Verdict(Status.FAIL, message, {"why": "error", "error": answer.error})
    return None


def _structure(exercise, cases, answers, expected) -> Verdict | None:
    """The verdict on wrong types or shapes in some case; None if all are right."""
    for case, answer, right in zip(cases, answers, expected, strict=True):
        value = output_arrays(answer.value, exercise.returns)
        if value is None:
            message = describing.wrong_type(exercise, answer.value)
            return Verdict(Status.FAIL, message, {"why": "type"})
        for returned, v, r in zip(exercise.returns, value, right, strict=True):
            if v.shape != r.shape:
                message = describing.wrong_shape(exercise, returned, case, v.shape, r.shape)
                return Verdict(Status.FAIL, message, {"why": "shape", "output": returned.name})
    return None


def returned_order(
    exercise: Exercise, values: list[Arrays], expected: list[Arrays]
) -> tuple[int, ...] | None:
    """In which order the answer returns the right outputs, if that is not the one asked for.

    (1, 0): its first output is the second one of the exercise. None if no order makes all outputs
    right in every case.
    """
    returns = exercise.returns
    if not 1 < len(returns) <= MOST_ORDERED:
        return None
    pairs = list(zip(values, expected, strict=True))

    def places(k: int) -> set[int]:
        """Which of the right outputs the answer's output k equals in every case."""
        return {
            j
            for j in range(len(returns))
            if all(equal(v[k], r[j], exercise.rtol) for v, r in pairs)
        }

    fitting = [places(k) for k in range(len(returns))]
    if all(k in found for k, found in enumerate(fitting)):
        return None
    orders = permutations(range(len(returns)))
    return next((o for o in orders if all(j in f for j, f in zip(o, fitting, strict=True))), None)


def _numbers(
    exercise: Exercise, cases: list[Case], answers: list[Answer], expected: list[Arrays]
) -> Verdict:
    """The verdict on answers of the right types and shapes."""
    numbers = [output_arrays(a.value, exercise.returns) for a in answers]
    # `_structure` has made sure that none is None.
    values = [with_sorted_rows(n, exercise.returns) for n in numbers if n is not None]
    right = _right(values, expected, exercise.rtol)
    if all(map(all, right)):
        return _indices(exercise, answers) or _passed(answers)
    if (form := _accepted(exercise, cases, values)) is not None:
        return _indices(exercise, answers) or _passed(answers, form)
    return Verdict(Status.FAIL, "Your numbers are not right.", {"why": "numbers"})


def _accepted(exercise: Exercise, cases: list[Case], values: list[Arrays]) -> str | None:
    """The message for an answer that agrees with an accepted alternative in every case.

    An empty message is possible; None means that it agrees with none.
    """
    for form in exercise.accepted:
        expected = right_values(replace(exercise, reference=form.wrong), cases)
        same_shapes = all(
            v.shape == e.shape
            for pair in zip(values, expected, strict=True)
            for v, e in zip(*pair, strict=True)
        )
        if same_shapes and all(map(all, _right(values, expected, exercise.rtol))):
            return form.says
    return None


def _indices(exercise: Exercise, answers: list[Answer]) -> Verdict | None:
    """The verdict on right numbers that are floats where the lesson needs integers as indices."""
    for answer in answers:
        values = output_arrays(answer.value, exercise.returns) or ()
        for returned, v in zip(exercise.returns, values, strict=True):
            if returned.whole and v.size and v.dtype.kind not in "iu":
                return Verdict(Status.FAIL, describing.not_whole(returned), {"why": "whole"})
    return None


def _passed(answers: list[Answer], form: str = "") -> Verdict:
    """A pass, with a remark on the accepted form and on arguments that were changed in place."""
    changed = describing.in_place(sorted({name for a in answers for name in a.changed}))
    said = [form] if form else []
    return Verdict(
        Status.PASS, "\n".join([*said, *changed]), {"why": "accepted" if form else "right"}
    )


def _right(values: list[Arrays], expected: list[Arrays], rtol: float) -> list[list[bool]]:
    """For each case, whether each output is right, given that the shapes are."""
    return [
        [agree(v, r, rtol) for v, r in zip(*pair, strict=True)]
        for pair in zip(values, expected, strict=True)
    ]
