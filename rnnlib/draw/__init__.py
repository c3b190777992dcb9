"""Pictures of circuits: folded, unfolded, side by side, with values and gradients on them.

circuit --sketch--> nodes and wires --layout, routes--> places and paths --canvas--> Axes
"""

from rnnlib.draw.pictures import cover, describe, explanation, folded, side_by_side, unfolded

__all__ = ["cover", "describe", "explanation", "folded", "side_by_side", "unfolded"]
