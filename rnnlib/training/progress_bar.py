"""The bar that shows how far a training has come."""

import sys
from collections.abc import Iterable


def progress_bar(counter: Iterable[int]):
    """The counter, with a bar of tqdm that follows it: in a notebook, a widget."""
    from tqdm.auto import tqdm

    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # its monitor is a thread, and a browser has none
    return tqdm(counter, desc="training")
