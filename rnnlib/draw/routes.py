"""How the wires of a picture run: each a path (k, 2) from the border of a node to that of another.

Within a step a wire is straight. Between steps it runs along rows and, where it changes rows, in
the gutter between two columns; one that reaches further back passes over the steps between.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from rnnlib.draw.layout import ROW, Plan, crossing
from rnnlib.draw.sketch import Sketch, Wire

HEIGHT = 0.45  # of half a node
ABOVE = 1.1  # over its row runs a wire that passes by other steps, in `layout.PASSING`
STUB = 0.32  # half the width of an ellipsis
PORT = 0.2  # a wire that changes rows leaves so much below or above the middle
_CIRCLE = np.linspace(0, 2 * np.pi, 50)  # no point is exactly on the left


class Shape(NamedTuple):
    """|x / width|^power + |y / height|^power = 1: an ellipse for power 2, almost a box for 6."""

    half: float
    power: float = 2

    def outline(self) -> np.ndarray:
        c, s = np.cos(_CIRCLE), np.sin(_CIRCLE)
        r = (np.abs(c) ** self.power + np.abs(s) ** self.power) ** (-1 / self.power)
        return np.stack([self.half * r * c, HEIGHT * r * s], axis=1)

    def border(self, direction: np.ndarray) -> np.ndarray:
        """Where a ray from the middle leaves."""
        size = np.abs(direction / (self.half, HEIGHT)) ** self.power
        return direction * size.sum() ** (-1 / self.power)

    def port(self, side: int, height: float) -> np.ndarray:
        """The point on the left (-1) or right (1) border, so far above the middle."""
        rest = 1 - abs(height / HEIGHT) ** self.power
        return np.array([side * self.half * rest ** (1 / self.power), height])


class Place(NamedTuple):
    """Where a node is drawn, and its shape."""

    at: np.ndarray
    shape: Shape


def straight(source: Place, target: Place) -> np.ndarray:
    direction = target.at - source.at
    return np.array(
        [source.at + source.shape.border(direction), target.at + target.shape.border(-direction)]
    )


def rounded(corners: Iterable, radius: float = 0.25) -> np.ndarray:
    """The polyline with its corners rounded."""
    corners = np.asarray(list(corners), float)
    path = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        legs = [before - corner, after - corner]
        lengths = [max(np.hypot(*leg), 1e-9) for leg in legs]
        cut = min(radius, *(length / 2 for length in lengths))
        start, end = (
            corner + leg * cut / length for leg, length in zip(legs, lengths, strict=True)
        )
        s = np.linspace(0, 1, 6)[:, None]
        path.extend((1 - s) ** 2 * start + 2 * s * (1 - s) * corner + s**2 * end)
    return np.array([*path, corners[-1]])


# The folded picture


def folded(sketch: Sketch, plan: Plan, places: Mapping[str, Place]) -> dict[Wire, np.ndarray]:
    """A path for each wire of a circuit; the delayed ones go round where they cross least."""
    paths = {
        wire: straight(places[wire.source[0]], places[wire.target[0]])
        for wire in sketch.wires
        if wire.delay == 0
    }
    delayed = [wire for wire in sketch.wires if wire.delay]
    for wire in sorted(delayed, key=lambda w: abs(plan.y[w.source[0]] - plan.y[w.target[0]])):
        choices = list(_detours(wire, plan, places))
        others = [place for name, place in places.items() if name not in wire.link]
        costs = [
            _obstruction(path, paths.values()) + 5 * _hits(path, others) + 0.1 * i
            for i, path in enumerate(choices)
        ]
        paths[wire] = choices[int(np.argmin(costs))]
    return paths


def _detours(wire: Wire, plan: Plan, places: Mapping[str, Place]):
    """Ways round, the most welcome first."""
    source, target = places[wire.source[0]], places[wire.target[0]]
    for lane in range(3):
        for side in (1, -1):
            if wire.source == wire.target:
                yield _loop(source, side, 0.55 + 0.28 * lane)
                continue
            edge = plan.right if side > 0 else -plan.left
            lane_x = edge + side * (0.75 + 0.75 * lane)
            start, end = (p.at + p.shape.port(side, 0) for p in (source, target))
            yield rounded([start, (lane_x, start[1]), (lane_x, end[1]), end])


def _loop(place: Place, side: int, radius: float) -> np.ndarray:
    """A circle beside the node, without what would lie inside of it."""
    half, power = place.shape
    circle = np.stack([np.cos(_CIRCLE), np.sin(_CIRCLE)], axis=1) * radius
    circle = circle * (-side, 1) + (side * (half + 0.6 * radius), 0)
    outside = (np.abs(circle / (half, HEIGHT)) ** power).sum(axis=1) > 1
    return place.at + circle[outside]


def _obstruction(path: np.ndarray, others: Iterable[np.ndarray]) -> float:
    return sum(
        crossing(path[:-1], path[1:], other[:-1], other[1:]).sum() + 0.5 * _touching(path, other)
        for other in others
    )


def _hits(path: np.ndarray, places: Iterable[Place]) -> int:
    """How many of the nodes a path runs into."""
    points = sampled(path)
    return sum(
        bool((np.abs(points - at) < (shape.half + 0.1, HEIGHT + 0.1)).all(axis=1).any())
        for at, shape in places
    )


def _touching(path: np.ndarray, other: np.ndarray) -> bool:
    """Whether two paths run into each other without a crossing."""
    gaps = np.linalg.norm(sampled(path)[:, None] - sampled(other), axis=-1)
    return bool((gaps < 0.1).sum() > 3)


# The unfolded picture


class Columns(NamedTuple):
    """Which steps are drawn, from left to right; None stands for those left out."""

    steps: tuple[int | None, ...]
    plan: Plan
    origin: float = 0.0  # the middle of the first column

    def x(self, t: int | None) -> float:
        """The middle of a step's column, or of the ellipsis."""
        return self.origin + self.index(t) * self.plan.pitch

    def edge(self, t: int | None, side: int) -> float:
        """Where a step's column ends on the left (-1) or right (1)."""
        return self.x(t) + (self.plan.right if side > 0 else -self.plan.left)

    def index(self, t: int | None) -> int:
        return self.steps.index(t if t in self.steps else None)

    def shown(self, t: int | None) -> bool:
        return t is None or t in self.steps

    def place(self, name: str, t: int | None, power: float) -> Place:
        """What lives outside of time is in the middle, so low that it sees the last column."""
        x, y, half = self.plan.x[name], self.plan.y[name], self.plan.half[name]
        if t is None:
            reach = (len(self.steps) - 1 - self.index(1)) / 2
            middle = self.x(1) + reach * self.plan.pitch
            return Place(np.array([middle, y - max(0, 0.65 * reach - ROW)]), Shape(half, power))
        middle = self.x(t)
        if not self.shown(t):
            return Place(np.array([middle, y]), Shape(STUB))
        return Place(np.array([middle + x, y]), Shape(half, power))


def unfolded(wire: Wire, columns: Columns, power: float) -> np.ndarray:
    """The path of one wire between two steps, or within one."""
    (name, t), (reader, now) = wire.source, wire.target
    source, target = columns.place(name, t, power), columns.place(reader, now, power)
    if t is None or now is None or t == now:
        return straight(source, target)
    if wire.delay == 0:  # one value, kept for other steps: along its row, then up
        side = 1 if now > t else -1
        start = source.at + source.shape.port(side, 0)
        end = target.at + target.shape.border(np.array([-side * 0.5, source.at[1] - target.at[1]]))
        return rounded([start, (end[0], start[1]), end])
    if abs(wire.delay) == 1:
        return _to_the_next(wire, source, target, columns)
    return _passing_by(wire, source, target, columns)


def _to_the_next(wire: Wire, source: Place, target: Place, columns: Columns) -> np.ndarray:
    side = int(np.sign(wire.delay))
    falls = np.sign(source.at[1] - target.at[1])
    start = source.at + source.shape.port(side, -PORT * falls)
    end = target.at + target.shape.port(-side, PORT * falls)
    if not falls:
        return np.array([start, end])
    lane = columns.plan.gutter / 2 - columns.plan.lanes[wire.link]
    x = columns.edge(wire.target[1], -side) - side * lane
    return rounded([start, (x, start[1]), (x, end[1]), end])


def _passing_by(wire: Wire, source: Place, target: Place, columns: Columns) -> np.ndarray:
    """Out into the gutter, over the row, and from the gutter in; each copy a little higher."""
    (_, t), (_, now), reach = wire.source, wire.target, abs(wire.delay)
    assert now is not None, "what lives outside of time reads no step"
    side = int(np.sign(wire.delay))
    place_in_turn = (now % reach + 0.5) / reach - 0.5  # of copies side by side, from -1/2 to 1/2
    height = max(source.at[1], target.at[1]) + ABOVE + 0.5 * place_in_turn
    away = 0.28 - 0.3 * place_in_turn
    start = source.at + source.shape.port(side, PORT)
    end = target.at + target.shape.port(-side, PORT)
    out, back = columns.edge(t, side) + side * away, columns.edge(now, -side) - side * away
    leaving = [start, (out, start[1]), (out, height)]
    arriving = [(back, height), (back, end[1]), end]
    if not columns.shown(now):
        arriving = [(target.at[0] - side * STUB, height)]
    if not columns.shown(t):
        leaving = [(source.at[0] + side * STUB, height)]
    return rounded(leaving + arriving)


# Along paths


def length(path: np.ndarray) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def sampled(path: np.ndarray, step: float = 0.08) -> np.ndarray:
    """Points along a path, about `step` apart."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0, lengths[-1], max(int(lengths[-1] / step), 2))
    return np.stack([np.interp(at, lengths, path[:, i]) for i in (0, 1)], axis=1)


def along(path: np.ndarray, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """The point after this fraction of a path's length, and the direction there."""
    points = sampled(path)
    i = min(int(fraction * (len(points) - 1)), len(points) - 2)
    direction = points[i + 1] - points[i]
    part = fraction * (len(points) - 1) - i
    return points[i] + part * direction, direction / max(np.hypot(*direction), 1e-9)
