"""The exercises: what a learner calls, and what judges the answer.

check(id, f)     PASS, FAIL and why, or NOT ATTEMPTED
hint(id, n)      a step in the right direction
solution(id)     the worked solution, after an attempt
use(id, f)       your function if it passed, else the library's: the lesson goes on
quiz(id)         a question to answer by clicking, or quiz(id, "b")
progress()       what is done, and what is next
"""

from rnnlib.exercises.engine import check, hint, solution, use
from rnnlib.exercises.ledger import progress
from rnnlib.exercises.quiz import quiz

__all__ = ["check", "hint", "progress", "quiz", "solution", "use"]
