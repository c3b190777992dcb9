"""Training, for any cell, gradient method, optimiser and task.

loop         `train`: updates, clipping, validation
optimisers   SGD, momentum, Adam, clipping by norm
"""
