"""A live figure on a slide, which has no Python: some positions are drawn in advance.

One of its controls steps through them, with a slider and a play button that need no kernel.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

import ipywidgets

from rnnlib import plots, widgets
from rnnlib.widgets.live import Control

MOST = 25  # positions; each is a picture in the deck's file
SHOWS_ONE = re.compile(r"^widgets\.(\w+)\(\)$", re.MULTILINE)


def live_figure(source: str) -> widgets.LiveFigure | None:
    """The live figure at the end of a cell's code, if there is one."""
    found = SHOWS_ONE.search(source)
    return getattr(widgets, found[1])() if found else None


def in_positions(figure: widgets.LiveFigure) -> ipywidgets.VBox:
    """The figure with one control that works without a kernel: the played or the first one."""
    name = _moving(figure)
    control = figure.controls[name]
    values = _positions(control)
    here = values.index(control.value)
    pictures = [_picture(figure, {name: value}) for value in values]
    slider = ipywidgets.SelectionSlider(
        options=[_label(value) for value in values], index=here, description=control.description
    )
    play = ipywidgets.Play(value=here, min=0, max=len(values) - 1, interval=900)
    stack = ipywidgets.Stack(pictures, selected_index=here)
    ipywidgets.jslink((slider, "index"), (stack, "selected_index"))
    ipywidgets.jslink((play, "value"), (stack, "selected_index"))
    handles = [play, slider]
    if others := [c.description for key, c in figure.controls.items() if key != name]:
        handles.append(ipywidgets.Label(f"In the notebook also: {', '.join(others)}"))
    return ipywidgets.VBox([ipywidgets.HBox(handles), stack])


def saved_state(boxes: Iterable[ipywidgets.Widget]) -> dict[str, Any]:
    """Notebook metadata from which a page without a kernel creates these widgets."""
    from ipywidgets.embed import dependency_state

    boxes = list(boxes)
    if not boxes:
        return {}
    saved = ipywidgets.Widget.get_manager_state(drop_defaults=True, widgets=[])
    saved["state"] = dependency_state(boxes, drop_defaults=True)
    return {"widgets": {"application/vnd.jupyter.widget-state+json": saved}}


def _moving(figure: widgets.LiveFigure) -> str:
    played = figure.player[0].description.removeprefix("play ") if figure.player else None
    names = [name for name, c in figure.controls.items() if c.description == played]
    return names[0] if names else next(iter(figure.controls))


def _positions(control: Control) -> list:
    """Values of the control, in order, including its current one."""
    if isinstance(control, ipywidgets.SelectionSlider):
        return [value for _, value in control._options_full]
    low, high, step = control.min, control.max, control.step
    assert step is not None, "an arrow key moves a slider by one step"
    steps = round((high - low) / step)
    stride = -(-steps // (MOST - 1))
    kind = type(control.value)
    values = {kind(round(low + i * step, 6)) for i in range(0, steps + 1, stride)}
    return sorted(values | {control.value})


def _picture(figure: widgets.LiveFigure, state: dict) -> ipywidgets.HTML:
    figure.render(**state)
    return ipywidgets.HTML(plots.as_html(figure.figure, alt=figure.sentence))


def _label(value: Any) -> str:
    return html.escape(f"{value:g}" if isinstance(value, float) else str(value))
