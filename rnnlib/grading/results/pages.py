"""The frame and parts that all pages share: self-contained, for light and dark themes and print.

Every function here takes plain text and escapes it, except for arguments named `body` or `cells`,
which are already HTML.
"""

import html
import re

from rnnlib.grading.results.result import GradingStatus, Result, Score

MOST_NAME = 80

# How an exercise went. Each has a mark that is clear without color, drawn in a 16 by 16 box.
RIGHT, PARTLY, WRONG = "right", "partly right", "wrong"
NOT_ATTEMPTED, NOT_JUDGED, NOT_GRADED = "not attempted", "not judged", "not graded"
KINDS = (RIGHT, PARTLY, WRONG, NOT_ATTEMPTED, NOT_JUDGED, NOT_GRADED)
MARKS = {
    RIGHT: '<path d="M4 8.5l3 3 5-7"/>',
    PARTLY: '<circle cx="8" cy="8" r="4"/><path class="half" d="M8 4v8a4 4 0 0 1 0-8z"/>',
    WRONG: '<path d="M4.5 4.5l7 7m0-7l-7 7"/>',
    NOT_ATTEMPTED: '<circle cx="8" cy="8" r="3.5"/>',
    NOT_JUDGED: '<path d="M4.5 8h7"/>',
    NOT_GRADED: '<path d="M8 4v5m0 2.5v.5"/>',
}

LIGHT = """\
--page: #fff; --text: #1b1f24; --quiet: #59616c; --line: #d5dae1; --panel: #f5f6f8;
--bar: #3b6ea8;
--right-fill: #0f7a58; --partly-fill: #f0c75e; --wrong-fill: #c9502a;
--on-right: #fff; --on-partly: #1b1f24; --on-wrong: #fff;"""

DARK = """\
--page: #15181d; --text: #e4e7eb; --quiet: #a3abb6; --line: #3a414b; --panel: #1e2229;
--bar: #7fb0e6;
--right-fill: #3fae86; --partly-fill: #d9b04a; --wrong-fill: #e0714a;
--on-right: #06110c; --on-partly: #14100a; --on-wrong: #1a0b05;"""

STYLE = f"""
:root {{ color-scheme: light dark; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
body {{ font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 58rem; margin: 2rem auto 4rem; padding: 0 1.2rem; overflow-wrap: break-word }}
h1 {{ font-size: 1.7rem; line-height: 1.25; margin: 0 0 .2rem }}
h2 {{ font-size: 1.25rem; margin: 2.4rem 0 .5rem }}
h3 {{ font-size: 1.02rem; margin: 1.6rem 0 .3rem }}
p {{ margin: .4rem 0; max-width: 46rem }}
ul, ol {{ margin: .3rem 0; padding-left: 1.3rem; max-width: 46rem }}
code {{ background: var(--panel); padding: 0 .25em; border-radius: 3px }}
a {{ color: var(--bar) }}
.quiet {{ color: var(--quiet) }}
.facts {{ display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; padding: 0;
  list-style: none; max-width: none }}
.facts li {{ background: var(--panel); border-radius: 8px; padding: .6rem 1rem; min-width: 7rem }}
.facts b {{ display: block; font-size: 1.5rem; line-height: 1.2 }}
.panel {{ background: var(--panel); border-left: 4px solid var(--partly-fill); border-radius: 4px;
  padding: .1rem 1.1rem .7rem; margin: 1.4rem 0 }}
.panel h2 {{ margin-top: .8rem }}
.card {{ border: 1px solid var(--line); border-radius: 8px; padding: .1rem 1.1rem .8rem;
  margin: 1rem 0 }}
.card h3 {{ margin-top: .8rem }}
.step {{ font-weight: 600 }}
.counted {{ list-style: none; padding: 0 }}
.counted li {{ display: grid; grid-template-columns: 3.4rem 1fr; margin: .25rem 0 }}
.counted b {{ text-align: right; padding-right: .9rem; font-variant-numeric: tabular-nums }}
figure {{ margin: .6rem 0 }}
.scroll {{ overflow-x: auto }}
svg {{ display: block; max-width: none }} svg.split {{ max-width: 46rem; margin: .3rem 0 }}
svg text {{ font: 12.5px system-ui, sans-serif; fill: var(--text) }}
svg text.quiet {{ fill: var(--quiet) }}
.axis {{ stroke: var(--line); fill: none }}
.bar {{ fill: var(--bar) }}
.box {{ fill: var(--page); stroke: var(--line) }}
.mark {{ fill: none; stroke: var(--quiet); stroke-width: 1.8; stroke-linecap: round }}
.right .box {{ fill: var(--right-fill); stroke: none }}
.right .mark {{ stroke: var(--on-right) }} .right text {{ fill: var(--on-right) }}
.partly .box {{ fill: var(--partly-fill); stroke: none }}
.partly .mark {{ stroke: var(--on-partly) }} .partly text {{ fill: var(--on-partly) }}
.half {{ fill: var(--on-partly) }}
.wrong .box {{ fill: var(--wrong-fill); stroke: none }}
.wrong .mark {{ stroke: var(--on-wrong) }} .wrong text {{ fill: var(--on-wrong) }}
.legend {{ display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; list-style: none; padding: 0;
  margin: .4rem 0 .8rem; font-size: .88rem; max-width: none }}
.legend li, .verdict {{ display: flex; align-items: center; gap: .4rem }}
.verdict svg {{ flex: none }}
.plain {{ list-style: none; padding: 0 }} .plain > li {{ margin: .5rem 0 }}
.plain ul {{ padding-left: 2.6rem }}
details {{ margin: .4rem 0 }} summary {{ cursor: pointer; color: var(--quiet); font-size: .88rem }}
table {{ border-collapse: collapse; font-size: .92rem; margin: .4rem 0 }}
th, td {{ padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line) }}
.wide {{ width: 100% }} .wide td:first-child {{ width: 50% }}
.wide td:nth-child(2) {{ white-space: nowrap }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums }}
@media print {{
  :root {{ color-scheme: light; {LIGHT} }}
  body {{ print-color-adjust: exact; -webkit-print-color-adjust: exact }}
  body {{ max-width: none; margin: 0; font-size: 10.5pt }}
  h2, h3 {{ break-after: avoid }} .card, figure, tr {{ break-inside: avoid }}
  .scroll {{ overflow: visible }} .scroll svg {{ max-width: 100%; height: auto }}
  details:not([open]) {{ display: none }}
}}
""".strip()


def document(title: str, body: str) -> str:
    """A complete page around a body."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def text(line: str) -> str:
    """A line as HTML, with its `code` marked up."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line))


def listed(lines: list[str]) -> str:
    """The lines as a list; empty if there are none."""
    return "<ul>" + "".join(f"<li>{text(line)}</li>" for line in lines) + "</ul>" if lines else ""


def table(head: list[str], rows: list[list[str]], numbers: int = 0) -> str:
    """A table of plain text; the last `numbers` columns hold numbers."""
    first = len(head) - numbers

    def row(cells: list[str], tag: str) -> str:
        made = []
        for k, cell in enumerate(cells):
            kind = ' class="number"' if k >= first else ""
            made.append(f"<{tag}{kind}>{html.escape(cell)}</{tag}>")
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(row(cells, "td") for cells in rows)
    return f'<div class="scroll"><table>{row(head, "th")}{body}</table></div>'


def cut(name: str, most: int = MOST_NAME) -> str:
    """The name, made printable and truncated."""
    shown = "".join(c if c.isprintable() else "�" for c in name)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def number(points: float) -> str:
    """Points with at most two decimals."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def kind(result: Result, score: Score | None) -> str:
    """Which of KINDS describes an exercise of a result."""
    if result.status == GradingStatus.INFRASTRUCTURE:
        return NOT_GRADED
    return NOT_JUDGED if score is None else kind_of(score)


def kind_of(score: Score) -> str:
    """Which of KINDS describes a score."""
    if score.points >= score.out_of:
        return RIGHT
    if score.points > 0:
        return PARTLY
    return {"fail": WRONG, "not attempted": NOT_ATTEMPTED}.get(score.status, NOT_JUDGED)


def style_of(kind: str) -> str:
    """The CSS class of a kind."""
    return kind.split()[0]


def mark(kind: str, size: int = 16) -> str:
    """A kind's mark in its box, hidden from screen readers: a word beside it says the same."""
    return (
        f'<svg class="{style_of(kind)}" width="{size}" height="{size}" viewBox="0 0 16 16" '
        f'aria-hidden="true">{box(kind)}</svg>'
    )


def box(kind: str) -> str:
    """What `mark` draws, for use in a larger figure."""
    return (
        '<rect class="box" x=".5" y=".5" width="15" height="15" rx="2"/>'
        f'<g class="mark">{MARKS[kind]}</g>'
    )
