"""Live figures: sliders beside a picture that follows them."""

from rnnlib.widgets.live import LiveFigure
from rnnlib.widgets.systems import chaos_explorer, cobweb_explorer, spiral_explorer
from rnnlib.widgets.unfold import unfold_explorer

__all__ = [
    "LiveFigure",
    "chaos_explorer",
    "cobweb_explorer",
    "spiral_explorer",
    "unfold_explorer",
]
