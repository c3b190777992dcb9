"""Puts a switch at every place of a program that can be altered; says what each variant does."""

import ast
import copy
import re
from collections.abc import Callable, Iterable
from typing import Any

from rnnlib.exercises.alterations.variants import (
    AUGMENTED,
    BESIDE,
    BINARY,
    CONDITIONS,
    OF_PRODUCTS,
    OF_SUMS,
    OPERATORS,
    OVER_ONE,
    READS,
    REDUCED,
    SLOPES,
    TURNS,
    UNARY,
    WRITES,
)

MOST_PLAIN = 3  # names that the description of a term lists
NUMBERED = re.compile(r"[a-z]+\d")  # h1, dh2: named as everybody names them
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
SIMPLE = (ast.Assign, ast.AugAssign)  # statements that may change places
JOINED = ("tanh", "sigmoid")  # functions of which a part of the argument may stand outside


class Switches(ast.NodeTransformer):
    """Puts a call of a switch at every place that can be altered, and names the variants."""

    def __init__(self, new_place: Callable[..., int], known: frozenset[str], variables: list[str]):
        self.new_place, self.known, self.variables = new_place, known, variables
        self.bound: set[str] = set()
        self.in_loop = 0  # how many loops the place is in

    # --- words ---

    def word(self, name: str) -> str:
        """A variable in the learner's words; nothing where it has no name for them."""
        if name in self.known or NUMBERED.fullmatch(name):
            return f"`{name}`"
        return ROLES.get(name, "")

    def what(self, node: ast.expr, noun: str) -> str:
        """A part of the program in the learner's words."""
        if isinstance(node, ast.Constant):
            return f"the number {node.value}"
        if isinstance(node, ast.Name) and self.word(node.id):
            return self.word(node.id)
        if _is_slope(node):
            return "the slope of tanh"
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in self.known]
        listed = [f"`{name}`" for name in dict.fromkeys(names)]
        if not listed or len(listed) > MOST_PLAIN:
            return f"one {noun}"
        return f"the {noun} with {' and '.join(listed)}"

    def _does(self, table: Iterable, **parts: str) -> list[str]:
        return [entry[0].format(**parts) for entry in table]

    # --- expressions ---

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        kind = type(node.op).__name__
        if kind not in BINARY:
            return self.generic_visit(node)
        if _is_slope(node):
            place = self.new_place(*(text for text, _ in SLOPES))
            return _call("slope", place, self.visit(node.right.left))  # type: ignore
        noun = {
            "Add": "term",
            "Sub": "term",
            "Mult": "factor",
            "Div": "factor",
            "MatMult": "matrix",
        }
        left, right = (self.what(e, noun.get(kind, "part")) for e in (node.left, node.right))
        texts = self._does(BINARY[kind], left=left, right=right)
        if kind == "Div" and isinstance(node.left, ast.Constant):
            texts[OVER_ONE] = ""
        place = self.new_place(*texts)
        return _call(
            "binary", place, kind, _later(self.visit(node.left)), _later(self.visit(node.right))
        )

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if not isinstance(node.op, ast.USub) or isinstance(node.operand, ast.Constant):
            return self.generic_visit(node)
        place = self.new_place(f"leaves out the minus before {self.what(node.operand, 'part')}")
        return _call("negative", place, self.visit(node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        kind = type(node.ops[0]).__name__
        if len(node.ops) != 1 or kind not in BESIDE:
            return self.generic_visit(node)
        about = self.what(node, "comparison")
        texts = (f"treats the limit case otherwise in {about}", f"has {about} the wrong way round")
        place = self.new_place(*texts[-len(BESIDE[kind]) :])
        return _call(
            "compared", place, kind, self.visit(node.left), self.visit(node.comparators[0])
        )

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr != "T" or not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        what = self.what(node.value, "matrix")
        place = self.new_place(f"does not transpose {what} in one place")
        return _call("transposed", place, self.visit(node.value))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        of_numpy = (
            isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "np"
        )
        if name in ("sum", "mean", "max", "prod") and not any(k.arg is None for k in node.keywords):
            return self._reduction(node, name, of_numpy)
        if (
            name in UNARY
            and len(node.args) == 1
            and not node.keywords
            and (of_numpy or _plain(node.func))
        ):
            argument = self.what(node.args[0], "part")
            if name in JOINED and (parts := _parts(node.args[0])):
                return self._joined(node, name, *parts)
            place = self.new_place(*self._does(UNARY[name], name=name, argument=argument))
            return _call("unary", place, name, node.func, _later(self.visit(node.args[0])))
        if name in ("maximum", "minimum", "max", "min") and len(node.args) == 2:
            return self._extreme(node, name)
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value) if not of_numpy else node.func.value
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [ast.keyword(k.arg, self._keyword(k)) for k in node.keywords]
        return node

    def _keyword(self, keyword: ast.keyword) -> ast.expr:
        return (
            keyword.value if isinstance(keyword.value, ast.Constant) else self.visit(keyword.value)
        )

    def _reduction(self, node: ast.Call, name: str, of_numpy: bool) -> ast.AST:
        given = node.args if of_numpy else [getattr(node.func, "value", None), *node.args]
        array = given[0] if len(given) == 1 else None
        if array is None:
            return self.generic_visit(node)
        of = self.what(array, "array")
        texts = self._does(REDUCED, of=of)
        if name != "sum":
            texts[0] = texts[-2] = texts[-1] = ""
        place = self.new_place(*texts)
        function = ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())
        keywords = ast.Dict(
            [ast.Constant(k.arg) for k in node.keywords], [self._keyword(k) for k in node.keywords]
        )
        return _call("reduced", place, function, self.visit(array), keywords)

    def _joined(self, node: ast.Call, name: str, kind: str, parts: list[ast.expr]) -> ast.AST:
        """A function of a sum or a product: what becomes of it all, and of each part."""
        argument = self.what(node.args[0], "part")
        texts = self._does(UNARY[name], name=name, argument=argument)
        table, noun = (OF_SUMS, "term") if kind == "Add" else (OF_PRODUCTS, "factor")
        for part in parts:
            texts += self._does(table, name=name, term=self.what(part, noun))
        place = self.new_place(*texts)
        later = ast.Tuple([_later(self.visit(part)) for part in parts], ast.Load())
        return _call("joined", place, name, kind, node.func, later)

    def _extreme(self, node: ast.Call, name: str) -> ast.AST:
        what = " and ".join(self.what(a, "value") for a in node.args)
        wanted, got = ("larger", "smaller") if name.startswith("max") else ("smaller", "larger")
        place = self.new_place(
            f"takes the {got} of {what}, where the {wanted} is needed",
            *(
                f"always takes {self.what(a, 'value')}, where the {wanted} of two is needed"
                for a in node.args
            ),
        )
        two = [self.visit(a) for a in node.args]
        other = copy.deepcopy(node.func)
        swapped = {"maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max"}[name]
        if isinstance(other, ast.Attribute):
            other.attr = swapped
        else:
            other = ast.Name(swapped, ast.Load())
        as_asked, swapped_call = (ast.Call(f, copy.deepcopy(two), []) for f in (node.func, other))
        choice = ast.Tuple([as_asked, swapped_call, *two], ast.Load())
        return ast.Subscript(choice, _call("at", place), ast.Load())

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return node
        others = {0: (1,), 1: (0, 2), 2: (1, 3), 0.5: (1,)}.get(value, (2 * value, 0))
        place = self.new_place(*(f"has {other} where {value} belongs" for other in others))
        return _call(
            "number", place, node, ast.Tuple([ast.Constant(o) for o in others], ast.Load())
        )

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load) or node.id not in self.variables:
            return node
        known = [v for v in self.variables if v != node.id and self.word(v) and self.word(node.id)]
        itself = self.word(node.id) or "one value"
        place = self.new_place(
            f"leaves out {itself} in one place",
            f"has {itself} transposed in one place" if node.id in self.known else "",
            f"uses {itself} in the first iteration of its loop only" if self.in_loop else "",
            *(f"uses {self.word(v)} in one place where {itself} belongs" for v in known),
        )
        others = ast.Tuple([_later(ast.Name(v, ast.Load())) for v in known], ast.Load())
        return _call("name", place, _later(node), others)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        array = self.what(node.value, "array")
        if isinstance(node.ctx, ast.Load):
            place = self.new_place(*(text.format(array=array) for text in READS))
            return _call("read", place, self.visit(node.value), _index(node.slice))
        place = self.new_place(*(text.format(array=array) for text in WRITES))
        index = _call("index", place, _index(node.slice))
        return ast.Subscript(node.value, index, node.ctx)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self._conditional(node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.iter = self._turns(node.iter)
        node.ifs = [self.visit(test) for test in node.ifs]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.body = self.visit(node.body)
        return node

    # --- statements ---

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = []
        node.returns = None
        for a in node.args.args:
            a.annotation = None
            self.bound.add(a.arg)
        body = node.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        node.body = self._in_order(body)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        value = self.visit(node.value)
        if isinstance(target, ast.Name) and target.id in self.bound:
            name = self.what(target, "variable")
            place = self.new_place(f"never renews {name}")
            value = _call("renewed", place, _later(ast.Name(target.id, ast.Load())), _later(value))
        for n in ast.walk(target):
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
                self.bound.add(n.id)
        targets = [self.visit(t) if isinstance(t, ast.Subscript) else t for t in node.targets]
        return ast.Assign(targets, value)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        kind = type(node.op).__name__
        target = node.target
        if kind not in OPERATORS or isinstance(target, ast.Attribute):
            return node
        base = target.value if isinstance(target, ast.Subscript) else target
        what = self.what(base, "sum")
        texts = self._does(AUGMENTED, target=what)
        place = self.new_place(*(texts if kind == "Add" else ("", f"never changes {what}")))
        old = copy.deepcopy(target)
        old.ctx = ast.Load()
        value = _call("added", place, kind, _later(old), _later(self.visit(node.value)))
        return ast.Assign([target], value)

    def visit_For(self, node: ast.For) -> ast.AST:
        node.iter = self._turns(node.iter)
        self.in_loop += 1
        node.body = self._in_order(node.body)
        self.in_loop -= 1
        node.orelse = [self.visit(s) for s in node.orelse]
        return node

    def _in_order(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements with switches, or as they are with two neighbors exchanged."""
        orders, texts = [], []
        for k in range(len(body) - 1):
            one, two = body[k : k + 2]
            if isinstance(one, SIMPLE) and isinstance(two, SIMPLE):
                orders.append([*body[:k], two, one, *body[k + 2 :]])
                texts.append(f"has {_made(two, self)} before {_made(one, self)}, not after it")
        if not orders:
            return [self.visit(s) for s in body]
        place = self.new_place(*texts)
        exchanged = copy.deepcopy(orders)
        tree: list[ast.stmt] = [self.visit(s) for s in body]
        for n, order in enumerate(exchanged, start=1):
            test = ast.Compare(_call("at", place), [ast.Eq()], [ast.Constant(n)])
            tree = [ast.If(test, order, tree)]
        return tree

    def _turns(self, values: ast.expr) -> ast.expr:
        over = self.what(values, "range")
        over = "the steps" if over == "one range" else over.removeprefix("the range with ")
        place = self.new_place(*self._does(TURNS, over=over))
        return _call("turns", place, self._range(values))

    def _range(self, values: ast.expr) -> ast.expr:
        """What is looped over; the numbers in a range are altered by its turns already."""
        return (
            values if _calls(values, "range") or _calls(values, "reversed") else self.visit(values)
        )

    def visit_If(self, node: ast.If) -> ast.AST:
        self._conditional(node)
        node.body = [self.visit(s) for s in node.body]
        node.orelse = [self.visit(s) for s in node.orelse]
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        node.test = self.visit(node.test)
        node.body = [self.visit(s) for s in node.body]
        return node

    def _conditional(self, node: ast.If | ast.IfExp) -> None:
        of = self.what(node.test, "value").replace("the value with ", "")
        place = self.new_place(*self._does(CONDITIONS, of=of))
        node.test = _call("condition", place, _later(self.visit(node.test)))
        if isinstance(node, ast.IfExp):
            node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)


def _call(method: str, place: int, *arguments: Any) -> ast.Call:
    """`__switch.method(place, …)`."""
    given = [a if isinstance(a, ast.expr) else ast.Constant(a) for a in arguments]
    function = ast.Attribute(ast.Name("__switch", ast.Load()), method, ast.Load())
    return ast.Call(function, [ast.Constant(place), *given], [])


def _later(node: ast.expr) -> ast.Lambda:
    """The expression, evaluated when the switch asks for it."""
    none = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(none, node)


def _index(node: ast.expr) -> ast.expr:
    """An index as a value: slices as `slice(…)`."""
    if isinstance(node, ast.Slice):
        ends = [end or ast.Constant(None) for end in (node.lower, node.upper, node.step)]
        return ast.Call(ast.Name("slice", ast.Load()), ends, [])
    if isinstance(node, ast.Tuple):
        return ast.Tuple([_index(e) for e in node.elts], ast.Load())
    return node


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == name


def _made(statement: ast.stmt, words: "Switches") -> str:
    """What a statement makes, in the learner's words."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target  # type: ignore
    base = target.value if isinstance(target, ast.Subscript) else target
    name = words.what(base, "value")
    return "one line" if name.startswith("one ") else f"the line that makes {name}"


def _parts(node: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """The terms of a sum, or the factors of a product; None for anything else."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Add, ast.Mult)):
        return None
    kind = type(node.op)

    def flat(e: ast.expr) -> list[ast.expr]:
        if isinstance(e, ast.BinOp) and isinstance(e.op, kind):
            return [*flat(e.left), *flat(e.right)]
        return [e]

    return kind.__name__, flat(node)


def _plain(function: ast.expr) -> bool:
    return isinstance(function, ast.Name)


def _is_slope(node: ast.expr) -> bool:
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
