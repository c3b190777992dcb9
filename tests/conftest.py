"""Settings for every test: they are read before NumPy is imported."""

import os

# The arrays are small: threads cost more than they bring, and they add in another order each time.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
# A test never writes into the working copy of whoever runs it.
os.environ.pop("RNNLIB_WORK", None)

from hypothesis import settings  # noqa: E402

# The same examples on every run; `pytest --hypothesis-profile=dev` looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("dev", deadline=None, max_examples=1000)
settings.load_profile("repeatable")


def pytest_terminal_summary(terminalreporter):
    """After a run that judged the labelled answers: what the checks made of each exercise's."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    if any("test_the_report_counts_every_labelled_answer" in r.nodeid for r in reports):
        from tests.exercises.answers.report import table

        terminalreporter.section("labelled answers")
        terminalreporter.write_line(table())
