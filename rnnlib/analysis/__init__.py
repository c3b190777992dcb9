"""What systems, runs and trained networks do: orbits, Jacobian products, what a state remembers.

systems       s -> f(s; θ): orbits, fixed points, Jacobians, Lyapunov spectra
diagnostics   products of Jacobians along a run, bytes, fixed points of a cell
probes        linear readouts of what a state remembers
"""
