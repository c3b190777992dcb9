"""A picture, the controls that it follows, and a sentence that says what it shows.

`render(**state)` works anywhere; in a notebook the controls call it. With no front end a still
picture remains.
"""

import html
from collections.abc import Callable, Mapping

import ipywidgets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import draw as drawing
from rnnlib import plots


class LiveFigure:
    """A picture, its controls, and a sentence that says what the picture shows.

    draw(fig, **state) -> str draws on an empty figure and returns the sentence. The sentence
    stands below the picture: it is the picture's alternative text. A ValueError is drawn as its
    explanation.
    controls: by the name of their argument. play: the one of them that a play button moves.
    """

    def __init__(
        self,
        draw: Callable[..., str],
        controls: Mapping[str, ipywidgets.ValueWidget],
        size: tuple[float, float] = (9.0, 3.6),
        *,
        play: str | None = None,
    ):
        self.draw = draw
        self.controls = dict(controls)
        self.player = player(self.controls[play]) if play else None
        self.figure = Figure(figsize=size)
        FigureCanvasAgg(self.figure)
        self.sentence = ""
        self.picture = ipywidgets.Image(format="png", layout={"max_width": "100%"})
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
        self.figure.clear()
        self.figure.subplots_adjust(left=0.085, right=0.985, bottom=0.15, top=0.9, wspace=0.24)
        with plots.mpl.rc_context(plots.STYLE):
            try:
                self.sentence = self.draw(self.figure, **{**self.state, **state})
            except ValueError as problem:
                self.figure.clear()
                drawing.explanation(problem, self.figure.subplots())
                self.sentence = f"No picture: {problem}."
            return plots.quick_png(self.figure)

    def update(self, _change=None) -> None:
        """Bring picture and sentence up to the controls."""
        self.picture.value = self.render()
        self.picture.layout.width = f"{int(self.figure.get_figwidth() * 100)}px"
        sentence = html.escape(self.sentence, quote=False)
        self.caption.value = f'<p role="status" style="line-height:1.4">{sentence}</p>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        handles = [*self.controls.values(), *filter(None, [self.player])]
        box = ipywidgets.VBox(
            [
                ipywidgets.HBox(handles, layout={"flex_flow": "row wrap"}),
                self.picture,
                self.caption,
            ]
        )
        still = plots.as_html(self.figure, alt=self.sentence)
        return {
            **box._repr_mimebundle_(),
            "text/html": still,
            "text/plain": f"Live figure. {self.sentence}",
        }


def slider(name: str, value: float, low: float, high: float, step: float):
    """A labelled slider; the arrow keys move it by one step."""
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value, min=low, max=high, step=step, description=name,
        continuous_update=True, layout={"width": "290px"},
    )  # fmt: skip


def choice(name: str, options, value) -> ipywidgets.Dropdown:
    """A labelled list to choose from."""
    return ipywidgets.Dropdown(
        options=options, value=value, description=name, layout={"width": "290px"}
    )


def player(control: ipywidgets.IntSlider, interval: int = 900) -> ipywidgets.Play:
    """Buttons that move a slider on, one step each `interval` milliseconds."""
    play = ipywidgets.Play(
        min=control.min, max=control.max, value=control.value, interval=interval, show_repeat=False
    )
    ipywidgets.dlink((control, "max"), (play, "max"))
    ipywidgets.link((control, "value"), (play, "value"))
    return play
