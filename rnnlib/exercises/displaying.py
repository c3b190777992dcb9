"""Cards that display themselves as soon as they are made.

A notebook cell shows only its last value. `check`, `hint` and the others call `show` on what they
return, so that a cell with two of them shows both, each once.
"""

import sys
from typing import Any


class Card:
    """Something that can be displayed in a notebook; elsewhere its `repr` is shown."""

    def show(self):
        """Display it now, if this is a notebook, and return it."""
        here = shell()
        if here is not None:
            from IPython.display import display

            display(self)
            object.__setattr__(self, "_shown", here.execution_count)  # even if frozen
        return self

    def _ipython_display_(self) -> None:
        """Called by IPython for a cell's last value: nothing if this cell has already shown it.

        NotImplementedError makes IPython go on to the other representations.
        """
        here = shell()
        if here is None or getattr(self, "_shown", None) != here.execution_count:
            raise NotImplementedError


def widget_bundle(widget: Any) -> dict[str, Any]:
    """The MIME bundle that displays a widget; ipywidgets 7, which Colab has, does not make one."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": view}


def shell() -> Any:
    """The running IPython, or None."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None
