"""The flat names of rnnlib explain themselves: each says shapes and errors, and has an example."""

import doctest
import pydoc
import re

import pytest

import rnnlib

names = pytest.mark.parametrize("name", rnnlib.__all__)
# (T, B, n_x), (n_h,), (4 n_h, n_x), (T+1, B, n_h), (2, n_h/2): sizes by name, set off by commas.
SHAPE = re.compile(r"\((?:[\dk] )?(?:[TBkn…]|n_\w+|T[+-]1)(?:/\d)?,[^()]*\)")
ERROR = re.compile(r"(?:Value|Type|Index)Error|errors[^.]* as\s+in\s+`\w+`")
SCREEN = 50  # lines of a terminal


def documentation(name):
    return getattr(rnnlib, name).__doc__ or ""


@names
def test_the_example_of_a_flat_name_shows_what_it_says(name):
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    examples = finder.find(getattr(rnnlib, name), name, globs={})
    output = []
    for example in examples:
        runner.run(example, out=output.append)
    assert runner.summarize(verbose=False).attempted > 0, "there is no example"
    assert not runner.failures, "".join(output)


@names
def test_a_flat_name_says_shapes_and_errors_within_half_a_screen(name):
    text = documentation(name)
    prose = text.split(">>>")[0]
    assert SHAPE.search(prose), "which shapes?"
    assert ERROR.search(prose), "which errors?"
    assert len(text.splitlines()) <= SCREEN / 2
    assert "import" in text, "an example that can be pasted imports what it uses"


@pytest.mark.parametrize(
    "text", ["x (T, B, n_x)", "b (4 n_h,)", "W (k n_h, n_h)", "h (T+1, B, n_h)", "W (2 n_h/2,)"]
)
def test_a_shape_is_seen(text):
    assert SHAPE.search(text)


@pytest.mark.parametrize("text", ["f(h, start)", "Elman(n_x=1, n_h=1)", "(see this, and that)"])
def test_a_call_or_a_remark_is_no_shape(text):
    assert not SHAPE.search(text)


def test_the_help_of_the_package_fits_two_screens_and_has_a_line_for_each_name():
    lines = pydoc.plain(pydoc.render_doc(rnnlib)).splitlines()
    assert len(lines) <= 2 * SCREEN
    listed = [match[1] for line in lines if (match := re.match(r" {8}(\w+)  +[^→ ]", line))]
    assert sorted(listed) == rnnlib.__all__


def test_importing_everything_brings_every_flat_name_and_completion_offers_it():
    space = {}
    exec("from rnnlib import *", space)
    assert {name: space[name] for name in rnnlib.__all__} == {
        name: getattr(rnnlib, name) for name in rnnlib.__all__
    }
    assert set(space) - {"__builtins__"} == set(rnnlib.__all__) <= set(dir(rnnlib))
