"""CSV tables: reading those that a person wrote, and making those that a person opens."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from rnnlib.grading.results.pages import cut

BOM = "\ufeff"  # tells Excel that a file is UTF-8
MOST_CELL = 1000  # characters


class BadTable(ValueError):
    """A file that a person wrote is wrong; the message is one sentence, with the line."""


@dataclass(frozen=True)
class Row:
    """A line of a table: its number in the file, and its cells by column name."""

    file: str
    line: int
    cells: dict[str, str]

    def error(self, what: str) -> BadTable:
        """A BadTable for this line."""
        return BadTable(f"{self.file}, line {self.line}: {what}")


def read(path: Path, needed: tuple[str, ...]) -> list[Row]:
    """The rows of a UTF-8 CSV file, with commas or, as some versions of Excel save it, semicolons.

    Column names and cells are stripped of surrounding blanks; empty lines are skipped. BadTable if
    a column in `needed` is missing, or a line has more cells than the header.
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
            raise BadTable(f"{told}; missing: {', '.join(lacking)}; found: {cut(found)}")
        rows = []
        for cells in lines:
            row = Row(path.name, lines.line_num, {})
            if len(cells) > len(head):
                raise row.error(f"{len(cells)} cells, but the header has {len(head)} columns")
            row.cells.update(zip(head, (cell.strip() for cell in cells), strict=False))
            if any(row.cells.values()):
                rows.append(Row(row.file, row.line, dict.fromkeys(head, "") | row.cells))
    except csv.Error as error:
        raise BadTable(f"{path.name}, line {lines.line_num}: {error}") from error
    return rows


def made(rows: list[list[str]], *, bom: bool = False) -> str:
    """The rows as CSV. Every cell is quoted, so that no name can add cells.

    bom: start with a byte order mark, for people who use Excel; importing programs may reject it.
    """
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return (BOM if bom else "") + file.getvalue()


def cell(text: str) -> str:
    """The text, quoted if a spreadsheet might take it for a formula."""
    shown = cut(text, MOST_CELL)
    return shown if not shown or re.match(r"\w", shown) else f"'{shown}"
