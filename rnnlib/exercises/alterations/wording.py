"""Words for altered programs, and for one of several mistakes.

The sentences on an altered program quote names of the reference, which the learner has not seen. A
name is used only if the learner knows it from the exercise, or if it has a description here: "`h`",
"the slope of tanh", "the term with `W`".

The sentence on a listed mistake describes an answer with that mistake alone: "You add the right
losses, but divide by T". Of an answer with another mistake as well, it need not be true.
"""

import ast
import re
from dataclasses import dataclass

ALTERED = "Your numbers are those of"  # a sentence that begins so is true of whatever it explains
CALLS_RIGHT = re.compile(r"\bright\b(?! (side|triangle))", re.IGNORECASE)
MOST_NAMES = 3  # with more names in it, a part of the program is not described by them
NUMBERED = re.compile(r"[a-z]+\d")  # h1, dh2: names that anybody would give
ROLES = {
    "h": "the state",
    "h_before": "the state before",
    "a": "the sum that goes into tanh",
    "da": "the gradient on the sum a",
    "slope": "the slope of tanh",
    "dh_direct": "the direct gradient",
    "dh_total": "the total gradient",
    "from_future": "the gradient from the future",
    "error": "the error",
    "new": "the new state",
    "old": "the old state",
}


def one_of_several(says: str) -> str:
    """The sentence on a mistake, for an answer that makes another one as well."""
    return says if says.startswith(ALTERED) else f"One of your mistakes, by itself: {says}"


@dataclass(frozen=True)
class Words:
    """The words for parts of one program; `known` are the names that the learner knows."""

    known: frozenset[str]

    def variable(self, name: str) -> str:
        """A variable: its name if the learner knows it, else its role; else an empty string."""
        if name in self.known or NUMBERED.fullmatch(name):
            return f"`{name}`"
        return ROLES.get(name, "")

    def part(self, node: ast.expr, noun: str) -> str:
        """An expression: "the number 2", "`h`", or by the noun "the term with `W`", "one term"."""
        if isinstance(node, ast.Constant):
            return f"the number {node.value}"
        if isinstance(node, ast.Name) and self.variable(node.id):
            return self.variable(node.id)
        if is_slope(node):
            return "the slope of tanh"
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in self.known]
        listed = [f"`{name}`" for name in dict.fromkeys(names)]
        if not listed or len(listed) > MOST_NAMES:
            return f"one {noun}"
        return f"the {noun} with {' and '.join(listed)}"

    def line(self, statement: ast.Assign | ast.AugAssign) -> str:
        """An assignment: "the line that makes `h`", or "one line"."""
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        base = target.value if isinstance(target, ast.Subscript) else target
        name = self.part(base, "value")
        return "one line" if name.startswith("one ") else f"the line that makes {name}"


def is_slope(node: ast.expr) -> bool:
    """Whether this is 1 - something²."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(node.left, ast.Constant)
        and node.left.value == 1
        and isinstance(node.right, ast.BinOp)
        and isinstance(node.right.op, ast.Pow)
        and isinstance(node.right.right, ast.Constant)
        and node.right.right.value == 2
    )
