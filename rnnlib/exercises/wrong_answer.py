"""A wrong answer as arrays: what it returned in all cases beside what is right.

`explaining` builds one from the answer's calls, and `observing` looks at it.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rnnlib.exercises.asking import Answer
from rnnlib.exercises.comparing import (
    Arrays,
    equal,
    output_arrays,
    right_values,
    with_sorted_rows,
)
from rnnlib.exercises.locating import Pair
from rnnlib.exercises.probing import Changed, Probes
from rnnlib.exercises.spec import Case, Exercise, Returned


@dataclass(frozen=True)
class WrongAnswer:
    """The values of an answer and the right ones, on the check's cases and on further ones.

    cases and expected: the check's cases come first, `checks` of them.
    values: the answer's outputs by the number of the case. A case is missing if the answer raised
    an error there or did not return one array or number for each output.
    of: gives the answer's outputs for cases with one argument changed (see `probing`): it is asked
    only when these are looked at.
    """

    exercise: Exercise
    cases: list[Case]
    expected: list[Arrays]
    values: dict[int, Arrays]
    checks: int
    of: Callable[[str], list[tuple[Changed, Arrays]]]

    @property
    def zeroed(self) -> list[tuple[Changed, Arrays]]:
        """Cases with one argument set to zero, and the answer's outputs there."""
        return self._changed("zeroed")

    @property
    def nudged(self) -> list[tuple[Changed, Arrays]]:
        """Cases with one argument changed a little, and the answer's outputs there."""
        return self._changed("nudged")

    def _changed(self, how: str) -> list[tuple[Changed, Arrays]]:
        """Only of cases in which the answer has values without the change, too."""
        return [(c, v) for c, v in self.of(how) if c.base in self.values]

    @functools.cached_property
    def right(self) -> dict[int, list[bool]]:
        """For each case with values, whether each output is right."""
        rtol = self.exercise.rtol
        return {
            i: [equal(v, r, rtol) for v, r in zip(value, self.expected[i], strict=True)]
            for i, value in self.values.items()
        }

    @property
    def wrong(self) -> list[int]:
        """The outputs that are wrong in some case, each after those that it is computed from."""
        every = range(len(self.exercise.returns))
        found = [k for k in every if not all(row[k] for row in self.right.values())]
        return sources_first(self.exercise.returns, found)

    @property
    def not_finite(self) -> list[str]:
        """The names of the outputs that hold NaN or infinity in some case."""
        returns = enumerate(self.exercise.returns)
        values = self.values.values()
        return [r.name for k, r in returns if not all(np.isfinite(v[k]).all() for v in values)]

    def pairs(self, k: int, *, wrong_only: bool = False) -> list[Pair]:
        """The answer's output k and the right one, in each case (in which it is wrong)."""
        return [
            (value[k], self.expected[i][k])
            for i, value in self.values.items()
            if not (wrong_only and self.right[i][k])
        ]

    def wrong_pairs(self, k: int) -> list[Pair]:
        """The pairs of the cases in which output k is wrong; none if one has the wrong shape."""
        bad = self.pairs(k, wrong_only=True)
        return bad if all(v.shape == r.shape for v, r in bad) else []

    def by_group(self, *, every: bool) -> dict[str, list[bool]]:
        """For each group of cases, whether all outputs are right in each of its cases.

        every: include the cases without values, as wrong ones.
        """
        groups: dict[str, list[bool]] = {}
        for i, case in enumerate(self.cases):
            if every or i in self.right:
                groups.setdefault(case.group, []).append(all(self.right.get(i, [False])))
        return groups

    def stopped_by_group(self) -> dict[str, list[bool]]:
        """For each group of cases, whether the answer has no values, in each of its cases."""
        groups: dict[str, list[bool]] = {}
        for i, case in enumerate(self.cases):
            groups.setdefault(case.group, []).append(i not in self.values)
        return groups

    def finite(self) -> "WrongAnswer":
        """The same without the cases in which the answer holds NaN or infinity."""
        values = {i: v for i, v in self.values.items() if all(np.isfinite(a).all() for a in v)}
        return replace(self, values=values)


def wrong_answer(
    exercise: Exercise,
    cases: list[Case],
    answers: list[Answer],
    more: Probes,
    ask: Callable[[list[tuple]], list[Answer]],
) -> WrongAnswer:
    """An answer's values as arrays.

    answers: to the check's cases. ask: asks for the answers to further arguments.
    """

    def value(answer: Answer) -> Arrays | None:
        found = None if answer.error else output_arrays(answer.value, exercise.returns)
        return None if found is None else with_sorted_rows(found, exercise.returns)

    @functools.cache
    def of(how: str) -> list[tuple[Changed, Arrays]]:
        changed = more.zeroed if how == "zeroed" else more.nudged
        given = ask([c.case.arguments for c in changed])
        found = zip(changed, map(value, given), strict=True)
        return [(c, v) for c, v in found if v is not None]

    further = ask([case.arguments for case in more.further])
    every = [*cases, *more.further]
    found = enumerate(map(value, [*answers, *further]))
    return WrongAnswer(
        exercise,
        every,
        [*right_values(exercise, cases), *more.expected],
        {i: v for i, v in found if v is not None},
        len(cases),
        of,
    )


def causes(returns: tuple[Returned, ...], wrong: list[int]) -> list[int]:
    """Of the wrong outputs, those that are computed from no other wrong one."""
    names = {returns[k].name for k in wrong}
    return [k for k in wrong if not names & set(returns[k].of)]


def sources_first(returns: tuple[Returned, ...], wrong: list[int]) -> list[int]:
    """The wrong outputs, each after those of them that it is computed from."""
    names = [r.name for r in returns]
    ordered: list[int] = []

    def add(k: int) -> None:
        for source in returns[k].of:
            if (j := names.index(source)) in wrong and j not in ordered:
                add(j)
        if k not in ordered:
            ordered.append(k)

    for k in wrong:
        add(k)
    return ordered
