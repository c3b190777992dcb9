"""Recurrent networks, taught by unrolling them.

Import this and only NumPy comes with it. Drawing, widgets, exercises and the
comparison with PyTorch are imported where they are used.
"""

__version__ = "0.1.0"
