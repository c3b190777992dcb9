"""The figures in the class report as inline SVG, each with a title, a description and a table."""

import html
import itertools
import math
from collections import Counter

from rnnlib.grading.results import pages
from rnnlib.grading.results.pages import KINDS

MOST_BESIDE = 32  # submissions side by side in a heat map
CELL = 19
MOST_LABEL = 36  # characters of a name or title in a figure
_numbers = itertools.count(1)


def figure(title: str, description: str, size: tuple[float, float], body: str, table: str) -> str:
    """An SVG with a text alternative for screen readers, and the same data as a table."""
    here, (width, height) = f"figure-{next(_numbers)}", size
    return (
        f'<figure><div class="scroll"><svg role="img" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" aria-labelledby="{here}-t {here}-d">'
        f'<title id="{here}-t">{html.escape(title)}</title>'
        f'<desc id="{here}-d">{html.escape(description)}</desc>{body}</svg></div>'
        f"<details><summary>As a table</summary>{table}</details></figure>"
    )


def label(x: float, y: float, text: str, more: str = "") -> str:
    """A word in a figure."""
    return f'<text x="{x:g}" y="{y:g}"{more and " " + more}>{html.escape(text)}</text>'


def histogram(counts: list[int], what: str) -> str:
    """Bars for 0, 1, 2, … with the counts above them."""
    band, high, left, top = min(58.0, 800 / len(counts)), 150, 12, 24
    width, floor = max(340, 2 * left + band * len(counts)), top + high
    most, parts = max(1, *counts), []
    for k, count in enumerate(counts):
        x, tall = left + band * k, high * count / most
        middle = f'{x + band / 2:g}" text-anchor="middle'
        parts.append(
            f'<rect class="bar" x="{x + 3:g}" y="{floor - tall:g}" width="{band - 6:g}" '
            f'height="{tall:g}" rx="2"/>'
        )
        if count:
            parts.append(f'<text x="{middle}" y="{floor - tall - 6:g}">{count}</text>')
        parts.append(f'<text x="{middle}" y="{floor + 18}" class="quiet">{k}</text>')
    end = left + band * len(counts)
    parts.append(f'<path class="axis" d="M{left} {floor + 0.5}H{end:g}"/>')
    below = f"{what}, rounded down; above each bar, the number of submissions"
    parts.append(label(left, floor + 42, below, 'class="quiet"'))
    last = len(counts) - 1
    told = ", ".join(f"{n} with {k}" for k, n in enumerate(counts) if n) or "none"
    rows = [[str(k) if k == last else f"{k} up to {k + 1}", str(n)] for k, n in enumerate(counts)]
    return figure(
        f"{what.capitalize()} of the submissions",
        f"Submissions by {what}: {told}.",
        (width, floor + 48),
        "".join(parts),
        pages.table([what, "submissions"], rows, numbers=1),
    )


def split(title: str, counts: Counter[str]) -> str:
    """One bar divided into the kinds of results, without its own table.

    It fills the width of the page; text that does not fit into a part is cut off.
    """
    high, total, before, parts = 26, max(1, sum(counts.values())), 0, []
    for kind in (k for k in KINDS if counts[k]):
        x, wide = 100 * before / total, 100 * counts[kind] / total
        parts.append(
            f'<svg class="{pages.style_of(kind)}" x="{x:.3f}%" width="{wide:.3f}%" height="{high}">'
            f'<rect class="box" x="1" y="1" width="100%" height="{high - 2}" rx="2"/>'
            f'<g class="mark" transform="translate(6 5)">{pages.MARKS[kind]}</g>'
            f"{label(27, 17.5, str(counts[kind]))}</svg>"
        )
        before += counts[kind]
    told = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind]) or "none"
    here = f"figure-{next(_numbers)}"
    return (
        f'<svg class="split" role="img" width="100%" height="{high}" '
        f'aria-labelledby="{here}-t {here}-d"><title id="{here}-t">{html.escape(title)}</title>'
        f'<desc id="{here}-d">{html.escape(told)}</desc>{"".join(parts)}</svg>'
    )


def heat_map(rows: list[str], columns: list[tuple[str, list[str]]], names: bool) -> str:
    """Kinds as boxes with marks: exercises are rows, submissions columns, in blocks of equal width.

    columns: (name, the kind for each row); the name is shown if `names` is set, else a number.
    """
    left = 16 + 6.6 * max(len(pages.cut(row, MOST_LABEL)) for row in rows)
    longest = max((len(pages.cut(name, MOST_LABEL)) for name, _ in columns), default=0)
    head = 7 * longest * 0.87 + 16 if names else 20
    tall = head + CELL * len(rows) + 14
    wide = math.ceil(len(columns) / math.ceil(len(columns) / MOST_BESIDE))
    blocks = [columns[k : k + wide] for k in range(0, len(columns), wide)]
    parts = [_cells()]
    for number, block in enumerate(blocks):
        top = number * tall + head
        for j, row in enumerate(rows):
            parts.append(label(0, top + CELL * j + 13.5, pages.cut(row, MOST_LABEL)))
        for k, (name, kinds) in enumerate(block):
            x, place = left + CELL * k, number * wide + k + 1
            if names:
                turn = f'transform="rotate(-60 {x + 10:g} {top - 5:g})"'
                parts.append(label(x + 10, top - 5, pages.cut(name, MOST_LABEL), turn))
            elif place == 1 or place % 5 == 0:
                where = 'class="quiet" text-anchor="middle"'
                parts.append(label(x + CELL / 2 - 1, top - 6, str(place), where))
            for j, kind in enumerate(kinds):
                parts.append(f'<use href="#{_name(kind)}" x="{x:g}" y="{top + CELL * j:g}"/>')
    width = left + CELL * wide + (head * 0.6 if names else 4)
    shown = [[name if names else str(k), *kinds] for k, (name, kinds) in enumerate(columns, 1)]
    told = "; ".join(
        f"{row}: {sum(kinds[j] == pages.RIGHT for _, kinds in columns)} right"
        for j, row in enumerate(rows)
    )
    return figure(
        "Submissions and exercises",
        f"A box for each submission and exercise, {len(columns)} submissions by points. {told}.",
        (width, tall * len(blocks)),
        "".join(parts),
        pages.table(["submission", *rows], shown),
    )


def legend() -> str:
    """The legend of the marks."""
    items = "".join(f"<li>{pages.mark(kind)} {kind}</li>" for kind in KINDS)
    return f'<ul class="legend">{items}</ul>'


def _cells() -> str:
    drawn = [
        f'<g id="{_name(kind)}" class="{pages.style_of(kind)}">{pages.box(kind)}</g>'
        for kind in KINDS
    ]
    return f"<defs>{''.join(drawn)}</defs>"


def _name(kind: str) -> str:
    return f"cell-{kind.replace(' ', '-')}"
