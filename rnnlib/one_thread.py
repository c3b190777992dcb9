"""Matrix products on one core: import this before numpy, which reads the setting only once.

A lesson's matrices are small. On several threads their products wait for one another, and how
long a cell takes depends on what else the machine is doing.
"""

import os

for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
