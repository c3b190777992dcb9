"""Cards that show themselves: all of a cell's cards are seen, not only its last value."""

import sys
from typing import Any


class Card:
    """Something that is displayed where it is made, in a notebook; elsewhere by its `repr`."""

    def show(self):
        """Display at once, if there is a notebook; returns itself."""
        here = shell()
        if here is not None:
            from IPython.display import display

            display(self)
            object.__setattr__(self, "_shown", here.execution_count)  # also where it is frozen
        return self

    def _ipython_display_(self) -> None:
        """Nothing where the same cell has displayed it already; else as its other forms say."""
        here = shell()
        if here is None or getattr(self, "_shown", None) != here.execution_count:
            raise NotImplementedError


def live(widget: Any) -> dict[str, Any]:
    """What a notebook shows of a widget; ipywidgets 7, which Colab has, does not give it."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": view}


def shell() -> Any:
    """The running IPython, or None."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None
