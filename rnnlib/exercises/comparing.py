"""The trusted side of a check: compare answers with the reference.

Nothing here calls the learner's code, so a grader can judge answers that came from elsewhere.
"""

from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np

from rnnlib.exercises import evidence
from rnnlib.exercises.asking import Answer, ask
from rnnlib.exercises.outcome import Outcome, Status
from rnnlib.exercises.spec import Case, Exercise, Returned
from rnnlib.exercises.values import numeric

Arrays = tuple[np.ndarray, ...]  # one for each thing to return
MOST_ORDERED = 6  # outputs; of more, their orders are too many to try


@dataclass(frozen=True)
class Verdict:
    """A status and its reason, before it is dressed as an outcome."""

    status: Status
    message: str
    evidence: dict


class CheckerFault(RuntimeError):
    """The reference or the engine failed: not the learner's doing."""


def compare(exercise: Exercise, cases: list[Case], answers: list[Answer]) -> Outcome:
    """The outcome of some answers to some cases. Structure is judged first, numbers after it."""
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
    """What the reference returns on each case: one tuple of arrays a case, all finite."""
    values = []
    for case in cases:
        answer = ask(exercise.reference, case.arguments, parameter_names(exercise))
        if answer.error:
            raise CheckerFault(f"the reference of {exercise.id} failed: {answer.error}")
        value = outputs(answer.value, exercise.returns)
        if value is None or not all(np.isfinite(v).all() for v in value):
            raise CheckerFault(f"the reference of {exercise.id} returned {answer.value!r}")
        for returned, v in zip(exercise.returns, value, strict=True):
            if v.ndim > len(returned.axes):
                raise CheckerFault(f"{exercise.id}: {returned} for an array of shape {v.shape}")
        values.append(in_order(value, exercise.returns))
    return values


def parameter_names(exercise: Exercise) -> tuple[str, ...]:
    """The names of the arguments, in order."""
    return tuple(exercise.signature.strip("()").split(", "))


def outputs(value: Any, returns: tuple[Returned, ...]) -> tuple[np.ndarray, ...] | None:
    """A returned value as one numeric array for each thing to return, or None if it is not that."""
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


def in_order(value: tuple[np.ndarray, ...], returns: tuple[Returned, ...]) -> tuple:
    """The arrays, with the rows sorted where their order is free.

    For arrays of a bounded width only: sorting takes memory for every column.
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


def _attempted(exercise: Exercise, answers: list[Answer]) -> Verdict | None:
    if any(a.is_stub for a in answers):
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
    for case, answer in zip(cases, answers, strict=True):
        if answer.error:
            message = f"Your function stopped with an error ({case.group}).\n{answer.error}"
            return Verdict(Status.FAIL, message, {"why": "error", "error": answer.error})
    return None


def _structure(exercise, cases, answers, expected) -> Verdict | None:
    """Type and shape, over all cases, before any number is looked at."""
    for case, answer, right in zip(cases, answers, expected, strict=True):
        value = outputs(answer.value, exercise.returns)
        if value is None:
            message = evidence.wrong_type(exercise, answer.value)
            return Verdict(Status.FAIL, message, {"why": "type"})
        for returned, v, r in zip(exercise.returns, value, right, strict=True):
            if v.shape != r.shape:
                message = evidence.wrong_shape(exercise, returned, case, v.shape, r.shape)
                return Verdict(Status.FAIL, message, {"why": "shape", "output": returned.name})
    return None


def other_order(exercise: Exercise, values: list[Arrays], expected: list[Arrays]) -> tuple | None:
    """In which other order the answer returns what is right in every case; None if it does not."""
    returns = exercise.returns
    if not 1 < len(returns) <= MOST_ORDERED:
        return None
    pairs = list(zip(values, expected, strict=True))

    def places(k: int) -> set[int]:
        """Which of the right outputs the answer's output k is."""
        return {
            j
            for j in range(len(returns))
            if all(v[k].shape == r[j].shape and agree(v[k], r[j], exercise.rtol) for v, r in pairs)
        }

    fitting = [places(k) for k in range(len(returns))]
    if all(k in found for k, found in enumerate(fitting)):
        return None
    orders = permutations(range(len(returns)))
    return next((o for o in orders if all(j in f for j, f in zip(o, fitting, strict=True))), None)


def _numbers(
    exercise: Exercise, cases: list[Case], answers: list[Answer], expected: list[Arrays]
) -> Verdict:
    numbers = [outputs(a.value, exercise.returns) for a in answers]
    values = [in_order(n, exercise.returns) for n in numbers if n is not None]  # see `_structure`
    right = _right(values, expected, exercise.rtol)
    if all(map(all, right)):
        return _indices(exercise, answers) or _passed(answers)
    if (form := _accepted(exercise, cases, values)) is not None:
        return _indices(exercise, answers) or _passed(answers, form)
    return Verdict(Status.FAIL, "Your numbers are not right.", {"why": "numbers"})


def _accepted(exercise: Exercise, cases: list[Case], values: list[Arrays]) -> str | None:
    """What is said of the accepted form that the answer is in; None if it is in none."""
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
    """Numbers that are right and serve as indices must be of a type of integers."""
    for answer in answers:
        values = outputs(answer.value, exercise.returns) or ()
        for returned, v in zip(exercise.returns, values, strict=True):
            if returned.whole and v.size and v.dtype.kind not in "iu":
                return Verdict(Status.FAIL, evidence.not_whole(returned), {"why": "whole"})
    return None


def _passed(answers: list[Answer], form: str = "") -> Verdict:
    changed = evidence.in_place(sorted({name for a in answers for name in a.changed}))
    said = [form] if form else []
    return Verdict(
        Status.PASS, "\n".join([*said, *changed]), {"why": "accepted" if form else "right"}
    )


def _right(values: list[Arrays], expected: list[Arrays], rtol: float) -> list[list[bool]]:
    """For each case, which of its outputs are right."""
    return [
        [agree(v, r, rtol) for v, r in zip(*pair, strict=True)]
        for pair in zip(values, expected, strict=True)
    ]
