"""How fast the engine is, as ratios: `python -m tests.benchmarks`, or `rnnlib bench`."""
