"""The benchmarks run; what they measure is no test."""

import pytest

from rnnlib.benchmarks.__main__ import main


@pytest.mark.slow
def test_every_table_is_printed(capfd):
    main(quick=True, threads=(1,))
    printed, _ = capfd.readouterr()
    titles = ("Elman, forward", "GRU, forward", "LSTM, forward", "Checkpointing", "Memory of BPTT")
    for title in (*titles, "Time of BPTT", "Associative scan", "Import"):
        assert f"\n{title}" in printed
    assert "nan" not in printed
