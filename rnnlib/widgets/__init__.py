"""Live figures: controls beside a picture that follows them, all of them in GALLERY."""

from rnnlib.widgets.backprop import bptt_explorer, checkpointing_explorer, truncation_explorer
from rnnlib.widgets.flow import clipping_explorer, flow_explorer
from rnnlib.widgets.gates import gates_explorer
from rnnlib.widgets.live import LiveFigure
from rnnlib.widgets.scan import scan_explorer
from rnnlib.widgets.systems import chaos_explorer, cobweb_explorer, spiral_explorer
from rnnlib.widgets.text import text_explorer
from rnnlib.widgets.unfold import unfold_explorer

__all__ = [
    "GALLERY",
    "LiveFigure",
    "bptt_explorer",
    "chaos_explorer",
    "checkpointing_explorer",
    "clipping_explorer",
    "cobweb_explorer",
    "flow_explorer",
    "gates_explorer",
    "scan_explorer",
    "spiral_explorer",
    "text_explorer",
    "truncation_explorer",
    "unfold_explorer",
]

GALLERY = {  # name: what makes it, and what to see
    "Cobweb": (cobweb_explorer, "Where does s(t) = tanh(w s(t-1) + b) settle?"),
    "Chaos": (chaos_explorer, "How fast do two orbits part that start close together?"),
    "Spiral": (spiral_explorer, "What do eigenvalues do to a state in the plane?"),
    "Unfold": (unfold_explorer, "A circuit unrolls, computes its values, sends gradients back."),
    "BPTT": (bptt_explorer, "At each step: direct gradient + from the future = total."),
    "Truncation": (truncation_explorer, "What does a window of k2 steps do to the gradient?"),
    "Checkpointing": (checkpointing_explorer, "How many bytes does one more forward step save?"),
    "Gradient flow": (flow_explorer, "From how far back does a gradient reach step T?"),
    "Clipping": (clipping_explorer, "What happens at the wall, with clipping and without?"),
    "Gates": (gates_explorer, "How do the gates of an LSTM write, keep, show and erase?"),
    "Scan": (scan_explorer, "How does a tree get through T steps in log T levels?"),
    "Text": (text_explorer, "What does each unit do while the network reads?"),
}
