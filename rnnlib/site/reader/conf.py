"""Sphinx's settings for the reader's site. `rnnlib.site.reader` adds the folders for each run."""

from __future__ import annotations

from typing import Any

from rnnlib import __version__
from rnnlib.site.reader.reference import as_rst, is_noise

project = "Recurrent networks, unrolled"
version = release = __version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, Any] = {}  # from other servers, and no page has a widget
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
autodoc_member_order = "bysource"
autodoc_mock_imports = ["torch", "distributed"]  # for comparisons, and for grading a large class
autosummary_generate = False
add_module_names = False  # there is a heading for it

html_theme = "furo"
html_title = project
html_css_files = ["reader.css"]
html_js_files = [("reader.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_show_search_summary = False  # a page opened as a file cannot read another one
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
mathjax_path = "mathjax/MathJax.js"
mathjax2_config = {
    "config": ["TeX-AMS_CHTML-full.js"],
    "messageStyle": "none",
    "showMathMenu": False,
    "CommonHTML": {"matchFontHeight": False, "scale": 110},
    "tex2jax": {"inlineMath": [["\\(", "\\)"]], "ignoreClass": "document", "processClass": "math"},
}


def setup(app: Any) -> None:
    """Sphinx calls this once."""
    app.connect("doctree-read", _leave_formulas)
    app.connect("autodoc-process-docstring", _plain_docstring)
    app.connect("autodoc-skip-member", _skip_member)
    app.connect("html-page-context", _say_level_of_captions, priority=900)  # after furo


def _leave_formulas(app: Any, doctree: Any) -> None:
    """Keep Sphinx from wrapping formulas in an environment that does not allow \\tag."""
    from docutils import nodes

    for node in doctree.findall(nodes.math_block):
        node.children = [nodes.Text(f"\\[{node.astext()}\\]")]
        node["no-wrap"] = node["nowrap"] = True


def _plain_docstring(
    app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    lines[:] = as_rst(lines)


def _skip_member(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    return True if is_noise(obj) else None


def _say_level_of_captions(app: Any, page: str, template: str, context: Any, doctree: Any) -> None:
    """Sphinx marks the captions of the contents as headings, but without a level."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )
