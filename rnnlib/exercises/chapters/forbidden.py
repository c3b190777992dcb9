"""What of the library would answer several exercises, for their `forbidden`."""

RUN = (
    "rnnlib.cells.simple.Elman.step",
    "rnnlib.cells.simple.Elman.sequence",
    "rnnlib.cells.kernels.elman",
)
WALK_BACK = (
    "rnnlib.cells.simple.Elman.step_vjp",
    "rnnlib.cells.simple.Elman.sequence_vjp",
    "rnnlib.cells.kernels.elman_vjp",
    "rnnlib.gradients.bptt.backward",
    "rnnlib.circuits.propagation.backward",
)
LOSS = (
    "rnnlib.gradients.losses._StepLoss.__call__",
    "rnnlib.gradients.losses.SoftmaxCrossEntropy._each",
)
