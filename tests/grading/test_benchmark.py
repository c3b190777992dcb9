"""The benchmark of the grader runs; what it measures is no test."""

import pytest

from tests.benchmarks.grading import main


@pytest.mark.usefixtures("sandboxed")
def test_the_table_is_printed_and_dask_agrees(capsys):
    pytest.importorskip("distributed")
    main("00", 3)
    printed = capsys.readouterr().out
    assert printed.count("\n| ") == 5
    assert "identical results" in printed
