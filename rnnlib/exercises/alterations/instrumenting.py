"""Rewrite a program so that each of its places can be altered while it runs.

`a + b` becomes `__switch.binary(7, "Add", lambda: a, lambda: b)`: the switch at place 7 adds, or
does what the variant says that is active there ("leaves out `b`"). `variants` lists what a place of
each kind can do instead, `wording` has the words for `a` and `b`, and `switches` has the methods of
`__switch`. A statement without statements in it is kept as it was beside the rewritten one, which
is run only if one of its places is altered: most statements of a run are as fast as in the program.
"""

import ast
import copy
from collections.abc import Callable, Iterable
from typing import Any, TypeGuard

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
from rnnlib.exercises.alterations.wording import Words, is_slope

NOUNS = {"Add": "term", "Sub": "term", "Mult": "factor", "Div": "factor", "MatMult": "matrix"}
SIMPLE = (ast.Assign, ast.AugAssign)  # statements that are exchanged if they are neighbors
LEAVES = (*SIMPLE, ast.Return, ast.Expr)  # statements that are kept as they were, too
JOINED = ("tanh", "sigmoid")  # functions whose argument is altered term by term: "outside tanh"


class Instrumenter(ast.NodeTransformer):
    """Puts a call of a switch at each place that can be altered, and registers its variants.

    new_place: called with the text of each variant of a place, in the order of the variants'
    numbers, "" for one that is not possible there; returns the number of the place. variables: the
    local variables of the function. `bound` are those that have a value so far. `leaf_of` has for
    each place in a statement that is kept as it was that statement's number: its first place.
    """

    def __init__(self, new_place: Callable[..., int], words: Words, variables: list[str]):
        self._new_place, self.words, self.variables = new_place, words, variables
        self.places: list[int] = []
        self.leaf_of: dict[int, int] = {}
        self.bound: set[str] = set()
        self.stands_for: dict[str, str] = {}  # "tanh" for a parameter `squash=np.tanh`
        self.in_loop = 0  # how many loops the place is in

    def new_place(self, *does: str) -> int:
        """A new place with these variants."""
        self.places.append(self._new_place(*does))
        return self.places[-1]

    def _does(self, table: Iterable, **parts: str) -> list[str]:
        """The texts of a table's variants, with the words for the parts filled in."""
        return [entry[0].format(**parts) for entry in table]

    # --- expressions ---

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        kind = type(node.op).__name__
        if kind not in BINARY:
            return self.generic_visit(node)
        if is_slope(node):
            place = self.new_place(*(text for text, _ in SLOPES))
            return _call("slope", place, self.visit(node.right.left))  # type: ignore
        noun = NOUNS.get(kind, "part")
        left, right = (self.words.part(e, noun) for e in (node.left, node.right))
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
        what = self.words.part(node.operand, "part")
        place = self.new_place(f"leaves out the minus before {what}")
        return _call("negative", place, self.visit(node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        kind = type(node.ops[0]).__name__
        if len(node.ops) != 1 or kind not in BESIDE:
            return self.generic_visit(node)
        about = self.words.part(node, "comparison")
        texts = (f"treats the limit case otherwise in {about}", f"has {about} the wrong way round")
        place = self.new_place(*texts[-len(BESIDE[kind]) :])
        return _call(
            "compared", place, kind, self.visit(node.left), self.visit(node.comparators[0])
        )

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr != "T" or not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        what = self.words.part(node.value, "matrix")
        place = self.new_place(f"does not transpose {what} in one place")
        return _call("transposed", place, self.visit(node.value))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        name = self.stands_for.get(name, name)
        of_numpy = _of_numpy(node.func)
        if name in ("sum", "mean", "max", "prod") and not any(k.arg is None for k in node.keywords):
            return self._reduction(node, name, of_numpy)
        if (
            name in UNARY
            and len(node.args) == 1
            and not node.keywords
            and (of_numpy or isinstance(node.func, ast.Name))
        ):
            argument = self.words.part(node.args[0], "part")
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
        """The value of a keyword argument; a constant one (axis=0) is not altered."""
        value = keyword.value
        return value if isinstance(value, ast.Constant) else self.visit(value)

    def _reduction(self, node: ast.Call, name: str, of_numpy: bool) -> ast.AST:
        """np.sum(array, …) or array.sum(…), and the same with mean, max and prod."""
        given = node.args if of_numpy else [getattr(node.func, "value", None), *node.args]
        array = given[0] if len(given) == 1 else None
        if array is None:
            return self.generic_visit(node)
        of = self.words.part(array, "array")
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
        """A function of a sum or a product: alterations of all of it, then of each part."""
        argument = self.words.part(node.args[0], "part")
        texts = self._does(UNARY[name], name=name, argument=argument)
        table, noun = (OF_SUMS, "term") if kind == "Add" else (OF_PRODUCTS, "factor")
        for part in parts:
            texts += self._does(table, name=name, term=self.words.part(part, noun))
        place = self.new_place(*texts)
        later = ast.Tuple([_later(self.visit(part)) for part in parts], ast.Load())
        return _call("joined", place, name, kind, node.func, later)

    def _extreme(self, node: ast.Call, name: str) -> ast.AST:
        """The larger or the smaller of two: `(max(a, b), min(a, b), a, b)[__switch.at(place)]`."""
        what = " and ".join(self.words.part(a, "value") for a in node.args)
        wanted, got = ("larger", "smaller") if name.startswith("max") else ("smaller", "larger")
        place = self.new_place(
            f"takes the {got} of {what}, where the {wanted} is needed",
            *(
                f"always takes {self.words.part(a, 'value')}, where the {wanted} of two is needed"
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
        word = self.words.variable(node.id)
        others = (v for v in self.variables if v != node.id)
        known = [v for v in others if word and self.words.variable(v)]
        itself = word or "one value"
        place = self.new_place(
            f"leaves out {itself} in one place",
            f"has {itself} transposed in one place" if node.id in self.words.known else "",
            f"uses {itself} in the first iteration of its loop only" if self.in_loop else "",
            *(f"uses {self.words.variable(v)} in one place where {itself} belongs" for v in known),
        )
        instead = ast.Tuple([_later(ast.Name(v, ast.Load())) for v in known], ast.Load())
        return _call("name", place, _later(node), instead)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        array = self.words.part(node.value, "array")
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

    def _statement(self, node: ast.stmt) -> ast.stmt:
        """The statement with switches; beside it, if it is a leaf, as it was."""
        if not isinstance(node, LEAVES):
            return self.visit(node)
        before, plain = len(self.places), _plain(node)
        altered = self.visit(node)
        own = self.places[before:]
        if not own:
            return altered
        self.leaf_of |= dict.fromkeys(own, own[0])
        return ast.If(_call("alters", own[0], len(own)), [altered], [plain])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = []
        node.returns = None
        for a in node.args.args:
            a.annotation = None
            self.bound.add(a.arg)
        with_default = node.args.args[len(node.args.args) - len(node.args.defaults) :]
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        for a, default in zip([*with_default, *node.args.kwonlyargs], defaults, strict=True):
            if _of_numpy(default):
                self.stands_for[a.arg] = default.attr
        body = node.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        node.body = self._body(body)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        value = self.visit(node.value)
        if isinstance(target, ast.Name) and target.id in self.bound:
            name = self.words.part(target, "variable")
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
        what = self.words.part(base, "sum")
        texts = self._does(AUGMENTED, target=what)
        place = self.new_place(*(texts if kind == "Add" else ("", f"never changes {what}")))
        old = copy.deepcopy(target)
        old.ctx = ast.Load()
        value = _call("added", place, kind, _later(old), _later(self.visit(node.value)))
        return ast.Assign([target], value)

    def visit_For(self, node: ast.For) -> ast.AST:
        node.iter = self._turns(node.iter)
        self.in_loop += 1
        node.body = self._body(node.body)
        self.in_loop -= 1
        node.orelse = [self._statement(s) for s in node.orelse]
        return node

    def _body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements with switches; and, without any, with two neighbors exchanged.

        One of these is run, as the switch of the whole body says.
        """
        orders, texts = [], []
        for k in range(len(body) - 1):
            one, two = body[k : k + 2]
            if isinstance(one, SIMPLE) and isinstance(two, SIMPLE):
                orders.append([*body[:k], two, one, *body[k + 2 :]])
                earlier, later = self.words.line(two), self.words.line(one)
                texts.append(f"has {earlier} before {later}, not after it")
        if not orders:
            return [self._statement(s) for s in body]
        place = self.new_place(*texts)
        exchanged = copy.deepcopy(orders)
        tree: list[ast.stmt] = [self._statement(s) for s in body]
        for n, order in enumerate(exchanged, start=1):
            test = ast.Compare(_call("at", place), [ast.Eq()], [ast.Constant(n)])
            tree = [ast.If(test, order, tree)]
        return tree

    def _turns(self, values: ast.expr) -> ast.expr:
        """What a loop runs over."""
        over = self.words.part(values, "range")
        over = "the steps" if over == "one range" else over.removeprefix("the range with ")
        place = self.new_place(*self._does(TURNS, over=over))
        return _call("turns", place, self._range(values))

    def _range(self, values: ast.expr) -> ast.expr:
        """The same with switches in it; not in a range, as its numbers are altered by `_turns`."""
        return values if _calls(values, "range", "reversed") else self.visit(values)

    def visit_If(self, node: ast.If) -> ast.AST:
        self._conditional(node)
        node.body = [self._statement(s) for s in node.body]
        node.orelse = [self._statement(s) for s in node.orelse]
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        node.test = self.visit(node.test)
        node.body = [self._statement(s) for s in node.body]
        return node

    def _conditional(self, node: ast.If | ast.IfExp) -> None:
        """Puts switches into a condition, and into both branches of an expression."""
        of = self.words.part(node.test, "value").replace("the value with ", "")
        place = self.new_place(*self._does(CONDITIONS, of=of))
        node.test = _call("condition", place, _later(self.visit(node.test)))
        if isinstance(node, ast.IfExp):
            node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)


def _plain(node: ast.stmt) -> ast.stmt:
    """A copy of the statement; `a += b` becomes `a = a + b`, which does not write into an array.

    A variable that is computed from its old value is an error if it has grown too large.
    """
    node = copy.deepcopy(node)
    if isinstance(node, ast.AugAssign):
        old = copy.deepcopy(node.target)
        old.ctx = ast.Load()
        node = ast.Assign([node.target], ast.BinOp(old, node.op, node.value))
    if (
        isinstance(node, ast.Assign)
        and isinstance(target := node.targets[0], ast.Name)
        and target.id in _names(node.value)
    ):
        node.value = ast.Call(_method("small"), [node.value], [])
    return node


def _names(node: ast.expr) -> set[str]:
    """The names in an expression."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _call(method: str, place: int, *arguments: Any) -> ast.Call:
    """The call `__switch.method(place, …)`."""
    given = [a if isinstance(a, ast.expr) else ast.Constant(a) for a in arguments]
    return ast.Call(_method(method), [ast.Constant(place), *given], [])


def _method(name: str) -> ast.expr:
    """A method of `__switch`."""
    return ast.Attribute(ast.Name("__switch", ast.Load()), name, ast.Load())


def _later(node: ast.expr) -> ast.Lambda:
    """The expression as `lambda: …`: the switch decides whether it is evaluated."""
    none = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(none, node)


def _index(node: ast.expr) -> ast.expr:
    """An index as an expression that can be passed on: `1:` becomes `slice(1, None, None)`."""
    if isinstance(node, ast.Slice):
        ends = [end or ast.Constant(None) for end in (node.lower, node.upper, node.step)]
        return ast.Call(ast.Name("slice", ast.Load()), ends, [])
    if isinstance(node, ast.Tuple):
        return ast.Tuple([_index(e) for e in node.elts], ast.Load())
    return node


def _calls(node: ast.expr, *names: str) -> bool:
    """Whether this is a call of one of these functions."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in names


def _of_numpy(node: ast.expr | None) -> TypeGuard[ast.Attribute]:
    """Whether this is `np.` and a name."""
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "np"


def _parts(node: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """The kind ("Add", "Mult") and the parts of a sum or a product; None for anything else."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Add, ast.Mult)):
        return None
    kind = type(node.op)

    def flat(e: ast.expr) -> list[ast.expr]:
        if isinstance(e, ast.BinOp) and isinstance(e.op, kind):
            return [*flat(e.left), *flat(e.right)]
        return [e]

    return kind.__name__, flat(node)
