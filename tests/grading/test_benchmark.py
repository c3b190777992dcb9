"""The benchmark of the grader runs; what it measures is no test."""

import pytest

from tests.benchmarks import grading


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
def test_the_table_is_printed_and_dask_agrees(capsys, monkeypatch):
    pytest.importorskip("distributed")
    # Kernels outside of the sandbox are only there to be timed.
    monkeypatch.setattr(grading, "bare", lambda units, workers: 1.0)
    grading.main("00", 3)
    printed = capsys.readouterr().out
    assert printed.count("\n| ") == 5
    assert "identical results" in printed
