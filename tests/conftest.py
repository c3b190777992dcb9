"""Settings for every test: they are read before NumPy is imported."""

import importlib
import os

# The arrays are small: threads cost more than they bring, and they add in another order each time.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
# A test never writes into the working copy of whoever runs it.
os.environ.pop("RNNLIB_WORK", None)
# Where PyTorch is required, no test may be skipped because it cannot be imported: none runs then.
if os.environ.get("RNNLIB_REQUIRE_TORCH"):
    importlib.import_module("torch")

from hypothesis import settings  # noqa: E402

# The same examples on every run; `pytest --hypothesis-profile=dev` looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("dev", deadline=None, max_examples=1000)
settings.load_profile("repeatable")
