"""Cards that display themselves: a cell shows all of its cards, not only its last value."""

import sys
from typing import Any


class Card:
    """Something that displays itself when created in a notebook; elsewhere it has a `repr`."""

    def show(self):
        """Display immediately, if there is a notebook; returns itself."""
        here = shell()
        if here is not None:
            from IPython.display import display

            display(self)
            object.__setattr__(self, "_shown", here.execution_count)  # even if frozen
        return self

    def _ipython_display_(self) -> None:
        """Nothing if this cell has already displayed it; otherwise its representations."""
        here = shell()
        if here is None or getattr(self, "_shown", None) != here.execution_count:
            raise NotImplementedError


def live(widget: Any) -> dict[str, Any]:
    """A widget's MIME bundle; ipywidgets 7, which Colab has, does not provide it."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": view}


def shell() -> Any:
    """The running IPython, or None."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None
