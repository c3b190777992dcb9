"""Reading a submission holds nobody up but the one who wrote it."""

import os

import pytest

from rnnlib.grading.submissions import isolated, parsing
from tests.grading.builders import notebook

HEAVY = {
    "an f-string that takes time as the square of its length": notebook(
        'f"' + "{a}" * 200_000 + '"'
    ),
    "a list of lists that takes fifty times its length": b'{"cells": ['
    + b"[[[]]]," * 2_700_000
    + b"1]}",
}


@pytest.mark.parametrize("data", HEAVY.values(), ids=HEAVY)
def test_what_is_too_heavy_to_read_is_invalid_and_the_next_one_is_read(data):
    with pytest.raises(parsing.Invalid, match="too much time or memory"):
        isolated.to_run(data, frozenset(), ["f"], seconds=2)
    assert isolated.to_run(notebook("f = 1"), frozenset(), ["f"]) == [(0, "f = 1")]


@pytest.mark.parametrize(
    "code", ["(" * 100_000, "-" * 100_000 + "1", "a" + ".a" * 100_000, "f(" * 90 + ")" * 90, "\0"]
)
def test_code_that_no_parser_takes_runs_as_it_is(code):
    assert isolated.to_run(notebook(code), frozenset(), ["f"]) == [(0, code)]


def test_a_reader_that_has_died_meanwhile_costs_nobody_anything():
    isolated.to_run(notebook("1"), frozenset(), ["f"])
    for reader in isolated._idle:
        reader.process.kill()
    assert isolated.to_run(notebook("1"), frozenset(), ["f"]) == [(0, "1")]


def test_one_process_reads_one_after_another():
    isolated.to_run(notebook("1"), frozenset(), ["f"])
    before = [reader.process.pid for reader in isolated._idle]
    with pytest.raises(parsing.Invalid, match="not a notebook"):
        isolated.to_run(b"no", frozenset(), ["f"])
    isolated.to_run(notebook("2"), frozenset(), ["f"])
    assert [reader.process.pid for reader in isolated._idle] == before
    assert os.getpid() not in before


def test_an_import_of_several_names_brings_only_what_is_used():
    text = "from rnnlib import circuits, draw\nimport numpy as np"
    mine = "def f():\n    return circuits"
    units = isolated.to_run(notebook(text, mine), frozenset([text]), ["f"])
    assert units == [(0, "from rnnlib import circuits"), (1, mine)]


def test_lean_runs_the_statements_that_the_functions_need_and_nothing_else():
    cells = [
        "%matplotlib inline\nscale = 2",
        "import numpy as np\nfrom math import *",
        "def f(x):\n    return scale * g(x)\n\nlosses = np.cumsum([f(1)])",
        "table = {}\ntable['g'] = 1\ndef g(x):\n    return np.tanh(x) + len(table)",
        "globals()['scale'] = 3",
        "losses = losses + 1",
    ]
    units = isolated.to_run(notebook(*cells), frozenset(), ["f"], lean=True)
    assert [code for _, code in units] == [
        "scale = 2",
        "import numpy as np",
        "from math import *",
        "def f(x):\n    return scale * g(x)",
        "table = {}",
        "table['g'] = 1",
        "def g(x):\n    return np.tanh(x) + len(table)",
        cells[4],
    ]
