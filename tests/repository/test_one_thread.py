"""Importing `rnnlib.one_thread` first makes numpy's products use one core."""

import os
import subprocess
import sys

import pytest

PROGRAM = "import os, sys, rnnlib.one_thread; print('numpy' in sys.modules, os.environ['{}'])"


@pytest.mark.parametrize("given", [None, "3"])
def test_one_thread_is_set_before_numpy_unless_the_learner_has_chosen(given):
    name = "OPENBLAS_NUM_THREADS"
    own = {key: value for key, value in os.environ.items() if key != name}
    own |= {name: given} if given else {}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(name)], env=own, capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", given or "1"]
