"""How fast the library is, as ratios to PyTorch and to bare matrix products: `rnnlib bench`."""
