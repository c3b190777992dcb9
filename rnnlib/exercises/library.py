"""What of the library would answer several exercises, for their `forbidden`."""

RUN = ("rnnlib.cells.Elman.step", "rnnlib.cells.Elman.sequence", "rnnlib.kernels.elman")
WALK_BACK = (
    "rnnlib.cells.Elman.step_vjp",
    "rnnlib.cells.Elman.sequence_vjp",
    "rnnlib.kernels.elman_vjp",
    "rnnlib.gradients.backward",
    "rnnlib.circuits.propagation.backward",
)
LOSS = ("rnnlib.losses._StepLoss.__call__", "rnnlib.losses.SoftmaxCrossEntropy._each")
