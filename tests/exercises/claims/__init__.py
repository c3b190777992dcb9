"""A second opinion on the checker's messages: is what a sentence claims true?

A sentence is read as a learner reads it, by its words alone, and its claim is tried on cases with
code of its own: nothing that makes the sentences is used here. There is a module for each subject
of a claim:

worlds        a wrong answer and the right program on the same cases
messages      a whole message, line by line: start here
mistakes      the sentence of a listed mistake, and "Your numbers are those of …"
arguments     the words for changed arguments, such as "`x` in reverse order"
sentences     the few sentences that do not begin with the name of an output
predicates    all others: "`y` …", put together from the tables of the four modules below
values        what an output is: the square of the right one, the argument `x`, rounded
places        where it is wrong: at the last step, on the diagonal, in block q
effects       which argument has no effect on it, or which of its terms is missing
one_case      what holds in a case that the sentence names

    here = world(exercise, answer, seen=[0], fresh=range(1000, 1003))
    untrue("`y` is rounded to 2 decimals. Return it unrounded.", here)  # that line, or nothing
"""

from tests.exercises.claims.arguments import changes
from tests.exercises.claims.messages import is_so, judged, not_understood, untrue
from tests.exercises.claims.worlds import Tried, World, called, cases_of, near, world

__all__ = [
    "Tried",
    "World",
    "called",
    "cases_of",
    "changes",
    "is_so",
    "judged",
    "near",
    "not_understood",
    "untrue",
    "world",
]
