"""The `rnnlib.exercises` of the sandbox: it judges nothing and gives nothing away."""

import functools
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from IPython.core.getipython import get_ipython

from rnnlib.exercises.asking import handed_on

handed = import_module("rnnlib.exercises.handed")  # exists only in the sandbox: see `course_copy`


class Inert:
    """Does nothing, shows nothing, and accepts any attribute or call."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __repr__(self):
        return ""


hint = solution = quiz = predict = reveal = recall = progress = show = without_torch = Inert()

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
    "updates_for",
    "use",
    "without_torch",
]


def check(id, candidate=None):
    """Answers as if passed: the grader judges from outside."""
    title, points = handed.POINTS.get(id, ("", 1))
    said = {"message": "", "evidence": {}, "heading": f"PASS  {id} {title}"}
    return Judged(
        id=id, title=title, passed=True, points=points, out_of=points, status="pass", **said
    )


class Judged(SimpleNamespace):
    """What `check` returns here."""

    def __repr__(self):
        return self.heading


def updates_for(id, own, arguments, updates, *, clock=None):
    """As few updates as for slow code: the trained networks are not used here."""
    return min(updates, 20)


def use(id, candidate=None):
    """The learner's own function, right or wrong, on copies and with arrays as in the notebook.

    Without a function: what the learner's cells have defined so far. The library's only if the
    grader provides it: for another lesson's answer, and for one that has already been judged.
    """
    own = id in handed.FUNCTIONS
    if id in handed.GIVEN and (own or candidate is None):
        candidate = _given(id)
    elif own and candidate is None:
        candidate = _defined(handed.FUNCTIONS[id])
    number = handed.RETURNS.get(id)
    return handed_on(candidate, number) if number and callable(candidate) else candidate


@functools.cache
def _given(id):
    """The reference, compiled from its source."""
    name, text = handed.GIVEN[id]
    namespace = {"__name__": f"given_{id.replace('.', '_')}"}
    exec(compile(text, f"<the library's answer to {id}>", "exec"), namespace)
    return namespace[name]


def _defined(name):
    """The learner's function with this name; the last one, if the name now means something else."""
    shell: Any = get_ipython()
    found = shell.user_ns.get(name)
    return found if callable(found) else shell.kernel.answers.get(name)
