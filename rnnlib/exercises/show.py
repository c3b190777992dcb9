"""Results in print: aligned tables with the digits that matter, as HTML and as text.

show.table({"t": [1, 2, 3], "state": states})     a column for each entry
show.matrix("W", W)                               an array with one or two axes, by name
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

DIGITS = 3  # significant ones
MOST_ROWS = 40


@dataclass(frozen=True)
class Table:
    """Rows of text below their headings; numbers are right-aligned, words left-aligned."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    caption: str = ""

    def __repr__(self) -> str:
        columns = list(zip(self.headings, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(row, widths, self.right, strict=True)
            ).rstrip()
            for row in (self.headings, *self.rows)
        ]
        return "\n".join([*([self.caption] if self.caption else []), *lines])

    def _repr_html_(self) -> str:
        def line(tag: str, cells: Sequence[str], scope: str = "") -> str:
            made = (
                f'<{tag}{scope} style="text-align:{"right" if right else "left"};'
                f'padding:.15em .7em">{html.escape(cell)}</{tag}>'
                for cell, right in zip(cells, self.right, strict=True)
            )
            return f"<tr>{''.join(made)}</tr>"

        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        return (
            '<table class="rnnlib-table" style="font-variant-numeric:tabular-nums;margin:.3em 0">'
            f"{caption}<thead>{line('th', self.headings, ' scope=col')}</thead>"
            f"<tbody>{''.join(line('td', row) for row in self.rows)}</tbody></table>"
        )


def table(columns: Mapping[str, Sequence | np.ndarray], *, digits: int = DIGITS, caption: str = ""):
    """A table with one column for each entry; all must have the same length.

    digits: the significant digits of a column's largest number; its other numbers get as many
    decimals. ValueError for columns of different lengths, for no columns, and for arrays with two
    axes.
    """
    if not columns:
        raise ValueError("a table needs at least one column")
    values = {name: list(column) for name, column in columns.items()}
    lengths = {name: len(column) for name, column in values.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"the columns of a table must have one length, got {told}")
    written = {name: _written(name, column, digits) for name, column in values.items()}
    rows = list(zip(*(cells for cells, _ in written.values()), strict=True))
    if len(rows) > MOST_ROWS:
        half = MOST_ROWS // 2
        rows = [*rows[:half], ("…",) * len(written), *rows[-half:]]
    right = tuple(numeric for _, numeric in written.values())
    return Table(tuple(map(str, written)), tuple(rows), right, caption)


def matrix(name: str, values: np.ndarray, *, digits: int = DIGITS) -> Table:
    """An array with one or two axes under its name; rows and columns are counted from 1."""
    array = np.asarray(values)
    if array.ndim not in (1, 2):
        raise ValueError(f"{name} must have one or two axes, got {array.shape}")
    rows = np.atleast_2d(array)
    cells, numeric = _written(name, rows.ravel().tolist(), digits)
    width = rows.shape[1]
    lines = [tuple(cells[i * width : (i + 1) * width]) for i in range(len(rows))]
    headings = tuple(str(j + 1) for j in range(width))
    shape = " × ".join(map(str, array.shape))
    return Table(headings, tuple(lines), (numeric,) * width, f"{name} ({shape})")


def _written(name: str, column: Sequence, digits: int) -> tuple[list[str], bool]:
    """The entries of a column as text, and whether they are numbers."""
    if any(np.ndim(value) for value in column):
        raise ValueError(f"column {name!r} must hold one number or word in each row")
    plain = [value.item() if isinstance(value, np.generic) else value for value in column]
    numbers = [v for v in plain if isinstance(v, Real) and not isinstance(v, bool)]
    if len(numbers) < len(plain) or not plain:
        return [_word(value) for value in plain], False
    if all(isinstance(v, Integral) for v in numbers):
        return [str(v) for v in plain], True
    finite = [abs(v) for v in map(float, numbers) if np.isfinite(v) and v]
    largest, least = (max(finite), min(finite)) if finite else (1.0, 1.0)
    if largest >= 10.0 ** (digits + 3) or largest < 10.0**-4 or least < largest * 10.0**-digits:
        return [f"{v:.{digits - 1}e}" if v else "0" for v in plain], True
    decimals = max(0, digits - 1 - int(np.floor(np.log10(largest))))
    return [f"{v:.{decimals}f}" for v in plain], True


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Real):
        return f"{value:.{DIGITS}g}"
    return str(value)
