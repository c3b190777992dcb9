"""A linear recurrence in parallel: the scan's tree against the chain."""

from matplotlib.axes import Axes

from rnnlib import plots
from rnnlib.widgets.live import LiveFigure, counted, slider

Pairs = list[tuple[int, int]]


def scan_pairs(T: int) -> list[Pairs]:
    """What `rnnlib.associative_scan` composes: at level d = 1, 2, 4, … step t takes in t - d."""
    levels, d = [], 1
    while d < T:
        levels.append([(t - d, t) for t in range(d + 1, T + 1)])
        d *= 2
    return levels


def chain_pairs(T: int) -> list[Pairs]:
    """The loop: one composition after the other."""
    return [[(t - 1, t)] for t in range(2, T + 1)]


def draw_scan(left: Axes, right: Axes, T: int, level: int) -> str:
    """Chain and scan after the same number of rounds."""
    if T < 1:
        raise ValueError(f"a scan needs T ≥ 1 steps, got {T}")
    known, words = {}, {}
    for name, ax, pairs in (("loop", left, chain_pairs(T)), ("scan", right, scan_pairs(T))):
        done = min(level, len(pairs))
        known[name] = min(done + 1 if name == "loop" else 2**done, T)
        work = sum(map(len, pairs))
        words[name] = f"{work} combinations in {len(pairs)} rounds"
        title = f"{name.capitalize()}: h(1) to h({known[name]}) known"
        plots.scan_tree(pairs, T, ax, title=title, done=done)
    return (
        f"T = {T}, after {counted(level, 'round')}: the loop knows h(1) to "
        f"h({known['loop']}), the scan h(1) to h({known['scan']}). "
        f"The loop makes {words['loop']}, the scan {words['scan']}."
    )


def scan_explorer() -> LiveFigure:
    """A scan's tree beside the loop's chain, round by round."""
    T, level = slider("T", 12, 1, 16, 1), slider("round", 2, 0, 11, 1)
    T.observe(lambda _: setattr(level, "max", max(T.value - 1, 1)), names="value")
    return LiveFigure(draw_scan, {"T": T, "level": level}, size=(9.0, 4.0), play="level")
