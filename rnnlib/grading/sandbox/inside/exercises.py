"""What `rnnlib.exercises` is in the sandbox: nothing judges there, and nothing is given away."""

from importlib import import_module
from types import SimpleNamespace

from rnnlib.exercises.asking import handed_on

handed = import_module("rnnlib.exercises.handed")  # it is only in the sandbox: see `course_copy`


class Inert:
    """Does nothing, shows nothing, and lets anything be asked of it."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __repr__(self):
        return ""


hint = solution = quiz = predict = reveal = recall = progress = show = Inert()

__all__ = [
    "check",
    "hint",
    "predict",
    "progress",
    "quiz",
    "recall",
    "reveal",
    "show",
    "solution",
    "use",
]


def check(id, candidate=None):
    """Answers as if passed: the grader judges from outside."""
    return SimpleNamespace(id=id, passed=True, points=1, out_of=1, status="pass", message="")


def use(id, candidate=None):
    """The learner's own function, right or wrong, on copies and with arrays as in the notebook.

    The library's only where the grader gives it, as it does for earlier lessons' answers.
    """
    if id in handed.GIVEN:
        candidate = getattr(handed, handed.GIVEN[id])
    return handed_on(candidate, handed.RETURNS[id]) if callable(candidate) else candidate
