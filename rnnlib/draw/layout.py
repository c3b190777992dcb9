"""Where the nodes of a step stand: rows from inputs to targets, and in a row from left to right.

One plan serves the folded and the unfolded picture, so that both have the same levels. Lengths
are in units of about a node's width.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from itertools import chain, permutations

import numpy as np

from rnnlib.draw.sketch import Link, Pattern

ROW = 1.6  # from one row of nodes to the next
PASSING = 0.9  # more, over a row where wires pass by other steps
BETWEEN = 0.3  # free space between neighbors in a row
GUTTER = 1.25  # free space between the columns of two steps, for the wires that change rows there
LANE = 0.24  # between two such wires
SHIFTS = (0, -0.8, 0.8, -1.6, 1.6)  # a row may stand off center, for wires to pass by


@dataclass(frozen=True, eq=False)
class Plan:
    """The place of each name in a column: x from the column's middle, y upwards, half its width."""

    x: dict[str, float]
    y: dict[str, float]
    half: dict[str, float]
    links: tuple[Link, ...]

    @cached_property
    def left(self) -> float:
        return max(self.half[name] - x for name, x in self.x.items())

    @cached_property
    def right(self) -> float:
        return max(self.half[name] + x for name, x in self.x.items())

    @cached_property
    def lanes(self) -> dict[Link, float]:
        """For each link that changes rows between two columns: its place in the gutter."""
        turning = [k for k in self.links if k.delay and self.y[k.source] != self.y[k.target]]
        return {k: (i - (len(turning) - 1) / 2) * LANE for i, k in enumerate(turning)}

    @property
    def gutter(self) -> float:
        return GUTTER + LANE * max(len(self.lanes) - 1, 0)

    @property
    def pitch(self) -> float:
        """From the middle of one column to that of the next."""
        return self.left + self.right + self.gutter


@cache  # a live figure draws the same pattern again and again
def plan(pattern: Pattern, halves: tuple[tuple[str, float], ...]) -> Plan:
    """A place for every node of a pattern; `halves` are pairs (name, half its width)."""
    half = dict(halves)
    row_of = rows(pattern)
    members = defaultdict(list)
    for name, row in row_of.items():
        members[row].append(name)
    x = {}
    for names in members.values():
        x |= _in_a_row(names, half)
    y = _heights(row_of, pattern.links)
    x = _settled(x, members, half, _Cost(pattern.links, half, y))
    return Plan(x, y, half, pattern.links)


def rows(pattern: Pattern) -> dict[str, int]:
    """Inputs at the bottom, states in the order of their making, outputs, losses, targets.

    States that are remembered get a row each: their wires run along it, from column to column.
    """
    step = _Step(pattern)
    row = _rows_of_inputs(step.inputs, pattern.timeless)
    lowest = _next(row)
    remembered = {link.source for link in pattern.links if link.delay}
    for name in step.made:
        taken = {row[n] for n in remembered if n in row}
        row[name] = max([lowest, *(row[read] + 1 for read in step.reads[name] if read in row)])
        if name in remembered:
            row[name] = _free(row[name], taken)
    for names in step.ends:
        row |= dict.fromkeys(names, _next(row))
    return row


class _Step:
    """Who reads whom within one step, and the names of each sort, in order."""

    def __init__(self, pattern: Pattern):
        self.kinds = dict(pattern.kinds)
        self.reads: dict[str, set[str]] = {name: set() for name in self.kinds}
        for source, target, delay in pattern.links:
            if delay == 0:
                self.reads[target].add(source)

    def read_by(self, name: str) -> set[str]:
        """The kinds of its readers."""
        return {self.kinds[reader] for reader, read in self.reads.items() if name in read}

    @cached_property
    def order(self) -> list[str]:
        """Everything after what it reads."""
        reads = {name: sorted(read) for name, read in self.reads.items()}
        return list(TopologicalSorter(reads).static_order())

    @cached_property
    def inputs(self) -> list[str]:
        """Those that something other than a loss reads."""
        return [n for n in self.kinds if self.kinds[n] == "input" and self.read_by(n) != {"loss"}]

    @cached_property
    def ends(self) -> tuple[list[str], ...]:
        """A row each: the outputs that no state reads, the losses, what losses alone are given."""
        outputs = [name for name in self.order if self.kinds[name] == "output"]
        return (
            [name for name in outputs if "state" not in self.read_by(name)],
            [name for name in self.order if self.kinds[name] == "loss"],
            [n for n in self.kinds if self.kinds[n] == "input" and n not in self.inputs],
        )

    @cached_property
    def made(self) -> list[str]:
        """What is in between, in the order of its making."""
        elsewhere = {*self.inputs, *chain(*self.ends)}
        return [name for name in self.order if name not in elsewhere]


def _rows_of_inputs(inputs: list[str], timeless: frozenset[str]) -> dict[str, int]:
    """What lives outside of time lies below what each step is given."""
    row = {name: 0 for name in inputs if name in timeless}
    return row | dict.fromkeys((name for name in inputs if name not in row), 1 if row else 0)


def _next(row: dict[str, int]) -> int:
    """The row above all others."""
    return max(row.values(), default=-1) + 1


def _free(row: int, taken: set[int]) -> int:
    """This row, or the next one above it that is not taken."""
    while row in taken:
        row += 1
    return row


def _heights(row_of: dict[str, int], links: tuple[Link, ...]) -> dict[str, float]:
    """How high each name stands: there is more room above a row where wires pass by."""
    over = {max(row_of[k.source], row_of[k.target]) for k in links if abs(k.delay) > 1}
    return {
        name: row * ROW + PASSING * sum(passed < row for passed in over)
        for name, row in row_of.items()
    }


def _settled(
    x: dict[str, float], members: dict[int, list[str]], half: dict[str, float], cost: "_Cost"
) -> dict[str, float]:
    """The placing after every change of a row that makes it cheaper, until none does."""
    best, before = cost(x), np.inf
    while best < before:
        before = best
        for row in sorted(members):
            for choice in _changes(x, members, row, half):
                if (value := cost(x | choice)) < best - 1e-9:
                    x, best = x | choice, value
    return x


def _changes(
    x: dict[str, float], members: dict[int, list[str]], row: int, half: dict[str, float]
) -> list[dict[str, float]]:
    """The row in other orders, and shifted, alone and with all that is above it."""
    above = [name for other, names in members.items() if other >= row for name in names]
    moved = [
        {name: x[name] + shift for name in some}
        for some in (members[row], above)
        for shift in SHIFTS
    ]
    return [*_choices(members[row], half), *moved]


def _in_a_row(names: Sequence[str], half: dict[str, float], shift: float = 0) -> dict[str, float]:
    """Names side by side, from left to right, around the middle."""
    places, end = {}, 0.0
    for name in names:
        places[name] = end + half[name]
        end += 2 * half[name] + BETWEEN
    middle = (end - BETWEEN) / 2 - shift
    return {name: place - middle for name, place in places.items()}


def _choices(names: list[str], half: dict[str, float]) -> Iterator[dict[str, float]]:
    for order in permutations(names) if len(names) <= 5 else [tuple(names)]:
        for shift in SHIFTS:
            yield _in_a_row(order, half, shift)


class _Cost:
    """What is bad about a placing: first wires through nodes, then crossings, then detours."""

    def __init__(self, links: tuple[Link, ...], half: dict[str, float], y: dict[str, float]):
        self.names = list(half)
        number = {name: i for i, name in enumerate(self.names)}
        now = [link for link in links if link.delay == 0]
        self.a = np.array([number[link.source] for link in now], int)
        self.b = np.array([number[link.target] for link in now], int)
        self.y = np.array([y[name] for name in self.names])
        self.half = np.array([half[name] for name in self.names])
        everyone = np.arange(len(self.names))
        self.other = (self.a[:, None] != everyone) & (self.b[:, None] != everyone)
        # A wire from an earlier step leaves its source on the right and comes in on the left.
        self.free_right = [number[k.source if k.delay > 0 else k.target] for k in links if k.delay]
        self.free_left = [number[k.target if k.delay > 0 else k.source] for k in links if k.delay]

    def __call__(self, places: dict[str, float]) -> float:
        x = np.array([places[name] for name in self.names])
        points = np.stack([x, self.y], axis=1)
        hits = np.maximum(self.half + 0.15 - self._distances(points), 0) * self.other  # how deep
        same_row = self.y[:, None] == self.y
        beside = x[:, None] - x  # how far i is to the right of j
        blocked = (same_row & (beside > 0))[:, self.free_right].sum()
        blocked += (same_row & (beside < 0))[:, self.free_left].sum()
        crossings = crossing(points[self.a], points[self.b], points[self.a], points[self.b]).sum()
        detours = ((x[self.a] - x[self.b]) ** 2).sum() + 0.05 * np.abs(x).sum()
        reordered = np.triu(same_row & (beside > 0), 1).sum()  # against the order of listing
        return 300 * hits.sum() + 60 * blocked + 4 * crossings + detours + reordered

    def _distances(self, points: np.ndarray) -> np.ndarray:
        """From each wire (m) to the middle of each node (n): (m, n)."""
        start, along = points[self.a][:, None], (points[self.b] - points[self.a])[:, None]
        length2 = np.maximum((along**2).sum(axis=-1), 1e-12)
        part = np.clip(((points - start) * along).sum(axis=-1) / length2, 0, 1)
        return np.linalg.norm(start + part[..., None] * along - points, axis=-1)


def crossing(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Whether segments a_i b_i and c_j d_j cross, not at an end: (m, n), from (m, 2) and (n, 2)."""

    def side(p, q, r):
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (
            r[..., 0] - p[..., 0]
        )

    a, b = a[:, None], b[:, None]
    return (side(a, b, c) * side(a, b, d) < -1e-9) & (side(c, d, a) * side(c, d, b) < -1e-9)
