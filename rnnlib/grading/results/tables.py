"""Tables as files: those that a person wrote are read, and those that a person opens are made."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from rnnlib.grading.results.pages import cut

BOM = "\ufeff"  # by it Excel knows that a file is UTF-8
MOST_CELL = 1000  # letters


class BadTable(ValueError):
    """What is wrong with a file that a person wrote, in one sentence with its line."""


@dataclass(frozen=True)
class Row:
    """A line of a table: its number in the file, and its cells by the names of the columns."""

    file: str
    line: int
    cells: dict[str, str]

    def error(self, what: str) -> BadTable:
        """A BadTable for this line."""
        return BadTable(f"{self.file}, line {self.line}: {what}")


def read(path: Path, needed: tuple[str, ...]) -> list[Row]:
    """The rows of a CSV file in UTF-8, with commas or, as some Excels save it, semicolons.

    Names of columns and cells lose the blanks around them; empty lines are left out. BadTable if
    a column of `needed` is missing, or a line has more cells than the head.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        told = "is not UTF-8 text; in Excel, save it as “CSV UTF-8 (Comma delimited)”"
        raise BadTable(f"{path.name} {told}") from None
    first = text.partition("\n")[0]
    separator = ";" if ";" in first and "," not in first else ","
    lines = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        head = [name.strip().lower() for name in next(lines, [])]
        if lacking := [name for name in needed if name not in head]:
            found = ", ".join(filter(None, head)) or "none"
            told = f"{path.name} needs the columns {', '.join(needed)}"
            raise BadTable(f"{told}; it lacks {', '.join(lacking)}, and has {cut(found)}")
        rows = []
        for cells in lines:
            row = Row(path.name, lines.line_num, {})
            if len(cells) > len(head):
                raise row.error(f"{len(cells)} cells, and the head has {len(head)} columns")
            row.cells.update(zip(head, (cell.strip() for cell in cells), strict=False))
            if any(row.cells.values()):
                rows.append(Row(row.file, row.line, dict.fromkeys(head, "") | row.cells))
    except csv.Error as error:
        raise BadTable(f"{path.name}, line {lines.line_num}: {error}") from error
    return rows


def made(rows: list[list[str]], *, bom: bool = False) -> str:
    """The rows as CSV. Every cell is quoted, so that no name makes cells of its own.

    bom: for a person who opens it in Excel; programs that import it may stumble over it.
    """
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return (BOM if bom else "") + file.getvalue()


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: those do not begin like a word."""
    shown = cut(text, MOST_CELL)
    return shown if not shown or re.match(r"\w", shown) else f"'{shown}"
