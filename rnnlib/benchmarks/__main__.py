"""Run every benchmark, each with its own number of threads; `--quick` only shows that they run."""

import argparse
import importlib.util
import os
import subprocess
import sys


def main(*, quick: bool = False, threads: tuple[int, ...] = (1, 2)) -> None:
    """Print all tables. BLAS reads its number of threads when it is loaded: hence processes."""
    if importlib.util.find_spec("torch") is None:
        raise ModuleNotFoundError("the benchmarks compare with PyTorch", name="torch")
    for n in threads:
        _run("speed", n, quick)
    _run("scaling", 1, quick)


def _run(module: str, threads: int, quick: bool) -> None:
    variables = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    command = [sys.executable, "-m", f"rnnlib.benchmarks.{module}", *(["--quick"] if quick else [])]
    env = os.environ | dict.fromkeys(variables, str(threads))
    subprocess.run(command, env=env, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions, small sizes")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    main(quick=arguments.quick, threads=tuple(arguments.threads))
