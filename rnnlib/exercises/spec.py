"""The definition of an exercise, as data: the notebook and the grader use the same one.

`chapters` has the exercises, a module for each; `registry` finds them.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """The arguments of one call, in the order of the signature, and a group.

    Arguments are data (numbers, strings, arrays), so that they can be sent to a sandbox. The group
    says in the learner's words what the case is about ("one step", "several steps"). Messages name
    it, and the grader gives points by group.
    """

    arguments: tuple
    group: str


@dataclass(frozen=True)
class Returned:
    """One output: a thing that the function returns, with its name and the names of its axes.

    first: the label of the first entry along the axis "t", or else along the first axis: 0 if s(0)
    is included. unordered: the rows may come in any order. blocks: the names of the blocks of equal
    length that the first axis consists of, if it does. of: the names of the other outputs that this
    one is computed from; messages are about those first. whole: the lesson uses the numbers as
    indices later, so they must be integers by type, too.
    """

    name: str
    axes: tuple[str, ...] = ()
    first: int = 0
    unordered: bool = False
    blocks: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people write, and the sentence that helps to correct it."""

    wrong: Callable
    says: str


@dataclass(frozen=True)
class Exercise:
    """Everything that asking, judging, helping and grading need to know about one exercise."""

    id: str
    title: str
    reference: Callable
    cases: Callable[[np.random.Generator], list[Case]]
    returns: tuple[Returned, ...]
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    accepted: tuple[Mistake, ...] = ()
    """Other functions that also count as right, where the text does not say which is meant. An
    answer that agrees with one of them in all cases passes, and `says` tells which one."""
    points: int = 1
    rtol: float = 1e-8
    terms: Callable[..., dict[str, Any]] | None = field(default=None)
    """Optional: arguments -> the named terms whose sum is the answer, to find a missing one."""
    forbidden: tuple[str, ...] = ()
    """Library functions that do the same, by dotted names: the grader disables them."""
    needs: tuple[str, ...] = ()
    """Ids of the lesson's exercises whose functions an answer calls. If one of them is not right,
    the grader continues with the library's, as use() does."""

    @property
    def function(self) -> str:
        """The name of the function that the learner writes."""
        return self.reference.__name__

    @property
    def signature(self) -> str:
        """Its parameters, as in "(w, s0, T)"."""
        names = inspect.signature(self.reference).parameters
        return f"({', '.join(names)})"


@dataclass(frozen=True)
class Option:
    """One answer to a question. `why` says why it is right, or what makes it tempting and wrong."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A concept question with one right option."""

    id: str
    text: str
    options: tuple[Option, ...]
