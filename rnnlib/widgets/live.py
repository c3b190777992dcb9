"""A picture, the controls that it follows, and a sentence that says what it shows.

`render(**state)` works anywhere; in a notebook the controls call it. With no front end a still
picture remains.
"""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import overload

import ipywidgets
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib import plots
from rnnlib.draw import explanation

# A function of an element in which live figures are: it names their parts for screen readers.
NAMES = Path(__file__).with_name("names.js").read_text(encoding="utf-8")
BOX = "rnnlib-live"  # the class of the element that holds a live figure

Control = ipywidgets.IntSlider | ipywidgets.FloatSlider | ipywidgets.SelectionSlider


def two_axes(fig: Figure) -> tuple[Axes, Axes]:
    """Side by side, with room for labels."""
    fig.subplots_adjust(left=0.085, right=0.985, bottom=0.15, top=0.9, wspace=0.24)
    left, right = fig.subplots(1, 2)
    return left, right


def one_picture(fig: Figure) -> tuple[Axes]:
    """Room for one picture without axes, such as a circuit."""
    return (fig.add_axes((0.01, 0.01, 0.98, 0.9)),)


class LiveFigure:
    """A picture, its controls, and a sentence that says what the picture shows.

    draw(*axes, **state) -> str draws on the axes that layout(fig) has made, and returns the
    sentence. It stands below the picture: it is the picture's alternative text. In the place of
    what raises a ValueError there is its explanation.
    controls: by the name of their argument. play: the one of them that a play button moves.
    """

    def __init__(
        self,
        draw: Callable[..., str],
        controls: Mapping[str, Control],
        size: tuple[float, float] = (9.0, 3.6),
        *,
        layout: Callable[[Figure], Sequence[Axes]] = two_axes,
        play: str | None = None,
    ):
        self.draw = draw
        self.controls: dict[str, Control] = dict(controls)
        self.layout = layout
        self.player = player(self.controls[play]) if play else ()
        self.figure = Figure(figsize=size)
        plots.QuickCanvas(self.figure)
        self.axes = ()
        self.sentence = ""
        self.picture = ipywidgets.Image(format="png", layout={"max_width": "100%"})
        self.picture.layout.width = f"{round(100 * size[0])}px"
        self.caption = ipywidgets.HTML()
        self.update()
        for control in self.controls.values():
            control.observe(self.update, names="value")

    @property
    def state(self) -> dict:
        """The value of each control."""
        return {name: control.value for name, control in self.controls.items()}

    def render(self, **state) -> bytes:
        """The picture for a state, as a PNG; `sentence` then describes it."""
        with mpl.rc_context(plots.STYLE):
            if not self.axes:
                self.figure.clear()
                self.axes = tuple(self.layout(self.figure))
            for ax in self.axes:
                empty(ax)
            try:
                self.sentence = self.draw(*self.axes, **{**self.state, **state})
            except ValueError as problem:
                self.figure.clear()
                self.axes = ()
                explanation(problem, self.figure.subplots())
                self.sentence = f"No picture: {problem}."
            return plots.quick_png(self.figure)

    def update(self, _change=None) -> None:
        """Bring picture and sentence up to the controls."""
        self.picture.value = self.render()
        sentence = html.escape(self.sentence, quote=False)
        self.caption.value = f'<p role="status" style="line-height:1.4">{sentence}</p>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        handles = [*self.controls.values(), *self.player]
        box = ipywidgets.VBox(
            [
                ipywidgets.HBox(handles, layout={"flex_flow": "row wrap"}),
                self.picture,
                self.caption,
                named(),
            ]
        )
        box.add_class(BOX)
        still = plots.as_html(self.figure, alt=self.sentence)
        view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": still,
            "text/plain": f"Live figure. {self.sentence}",
        }


def named() -> ipywidgets.Output:
    """Something without a look that names the parts of the live figure in whose box it is.

    The front end runs the scripts of an output, but not those of an `HTML`.
    """
    script = f"<script>({NAMES})(document.currentScript.closest('.{BOX}'))</script>"
    output = {"output_type": "display_data", "data": {"text/html": script}, "metadata": {}}
    return ipywidgets.Output(outputs=(output,), layout={"display": "none"})


def empty(ax: Axes) -> None:
    """Remove what is drawn on axes and how they were set; the ticks, slow to make, are kept."""
    for artist in [*ax.lines, *ax.collections, *ax.patches, *ax.images, *ax.texts]:
        artist.remove()
    if legend := ax.get_legend():
        legend.remove()
    ax.containers.clear()
    ax.set_prop_cycle(None)
    ax.set(xscale="linear", yscale="linear", xlim=(0, 1), ylim=(0, 1), aspect="auto")
    ax.relim()
    ax.autoscale()


@overload
def slider(name: str, value: int, low: int, high: int, step: int) -> ipywidgets.IntSlider: ...
@overload
def slider(
    name: str, value: float, low: float, high: float, step: float
) -> ipywidgets.FloatSlider: ...
def slider(
    name: str, value: float, low: float, high: float, step: float
) -> ipywidgets.IntSlider | ipywidgets.FloatSlider:
    """A labeled slider; the arrow keys move it by one step."""
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value, min=low, max=high, step=step, description=name,
        continuous_update=True, layout={"width": "290px"},
    )  # fmt: skip


def choice(name: str, options: Iterable[str], value: str) -> ipywidgets.SelectionSlider:
    """A labeled choice; the arrow keys go through it, which JupyterLab takes away from a list."""
    return ipywidgets.SelectionSlider(
        options=list(options), value=value, description=name, layout={"width": "290px"}
    )


def player(
    control: Control, interval: int = 900
) -> tuple[ipywidgets.ToggleButton, ipywidgets.Play]:
    """A button that moves a slider on, one step each `interval` milliseconds; and its clock.

    The clock has buttons of its own, without names for those who cannot see them: it is hidden.
    """
    assert isinstance(control, ipywidgets.IntSlider), "only whole numbers can be counted through"
    clock = ipywidgets.Play(
        min=control.min, max=control.max, value=control.value, interval=interval
    )
    clock.layout.display = "none"
    button = ipywidgets.ToggleButton(description=f"play {control.description}", icon="play")

    def from_the_start(_):
        if button.value and control.value == control.max:
            control.value = control.min

    button.observe(from_the_start, names="value")
    ipywidgets.dlink((control, "max"), (clock, "max"))
    ipywidgets.link((control, "value"), (clock, "value"))
    playing = "playing" if clock.has_trait("playing") else "_playing"  # in ipywidgets 7
    ipywidgets.link((button, "value"), (clock, playing))
    return button, clock


def counted(n: int, noun: str) -> str:
    """1 step, 2 steps."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
