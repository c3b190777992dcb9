"""Training, for any cell, gradient method, optimizer and task.

loop         `train`: updates, clipping, validation
optimisers   SGD, momentum, Adam, clipping by norm
pretrained   two small trained networks that come with the library
reach        what a recurrence learns, over twenty runs: stored comparisons
remedies     seven networks on two tasks: a stored comparison
reversal     an encoder and a decoder, with attention or without, and a stored comparison
lookup       five networks that recall a value by its key: a stored comparison
"""

from rnnlib.training.loop import History, Model, evaluate, init_model, train
from rnnlib.training.optimisers import SGD, Adam, clip_by_norm, clip_by_value, global_norm

__all__ = [
    "SGD",
    "Adam",
    "History",
    "Model",
    "clip_by_norm",
    "clip_by_value",
    "evaluate",
    "global_norm",
    "init_model",
    "train",
]
