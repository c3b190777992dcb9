"""Times taken by hand: a check, a class graded, a live figure. Those of cells: `rnnlib bench`."""
