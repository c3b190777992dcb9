"""Library functions that would answer several exercises, for their `forbidden`.

These are the functions that do the work; anything that calls one of them is disabled too.
"""

# A network's steps. A GRU whose gates are open is an Elman layer.
RUN = (
    "rnnlib.cells.simple.Elman.step",
    "rnnlib.cells.simple.Elman.sequence",
    "rnnlib.cells.kernels.elman",
    "rnnlib.cells.gated.GRU.step",
    "rnnlib.cells.gated.GRU.sequence",
    "rnnlib.cells.gated_kernels.gru",
    "rnnlib.cells.interop.to_torch",
    "rnnlib.circuits.propagation.forward",
)
# A user-defined rule, applied repeatedly.
ORBIT = (
    "rnnlib.analysis.systems._collect",
    "rnnlib.analysis.systems.orbit",
    "rnnlib.analysis.systems.driven_orbit",
)
# Derivatives of any function or network, and of single operations.
DERIVATIVES = (
    "rnnlib.gradients.bptt.backward",
    "rnnlib.gradients.oracles._by_definition",
    "rnnlib.analysis.systems.jacobian",
    "rnnlib.cells.kernels.drive_vjp",
    "rnnlib.cells.kernels.recurrent_weight_gradient",
    "rnnlib.cells.interop.to_torch",
    "rnnlib.circuits.propagation.backward",
    "rnnlib.circuits.operations._tanh_vjp",
    "rnnlib.circuits.operations._sigmoid_vjp",
    "rnnlib.circuits.operations._linear_vjp",
    "rnnlib.circuits.operations._affine_vjp",
    "rnnlib.circuits.operations._memory_vjp",
    "rnnlib.circuits.operations._lstm_state_vjp",
    "rnnlib.circuits.operations._candidate_vjp",
    "rnnlib.circuits.operations._transition_vjp",
    "rnnlib.circuits.operations._driven_vjp",
    "rnnlib.circuits.operations._squared_error_vjp",
)
WALK_BACK = (
    "rnnlib.cells.simple.Elman.step_vjp",
    "rnnlib.cells.simple.Elman.sequence_vjp",
    "rnnlib.cells.kernels.elman_vjp",
    "rnnlib.cells.gated.GRU.step_vjp",
    "rnnlib.cells.gated.GRU.sequence_vjp",
    "rnnlib.cells.gated_kernels.gru_vjp",
    *DERIVATIVES,
)
WALK_BACK_LSTM = (
    "rnnlib.cells.gated.LSTM.step_vjp",
    "rnnlib.cells.gated.LSTM.sequence_vjp",
    "rnnlib.cells.gated_kernels.lstm_vjp",
    *DERIVATIVES,
)
LOSS = (
    "rnnlib.gradients.losses._StepLoss.__call__",
    "rnnlib.gradients.losses.SquaredError._each",
    "rnnlib.gradients.losses.SoftmaxCrossEntropy._each",
    "rnnlib.circuits.operations._squared_error_vjp",
    "rnnlib.circuits.operations._cross_entropy_vjp",
)
SOFTMAX = (
    "rnnlib.circuits.operations._log_softmax",
    "rnnlib.circuits.operations._cross_entropy_vjp",
    "rnnlib.gradients.losses.SoftmaxCrossEntropy._each",
    "rnnlib.training.pretrained._softmax",
)
# The growth of small perturbations, along an orbit or at a point.
GROWTH = (
    "rnnlib.analysis.diagnostics.lyapunov_exponents",
    "rnnlib.analysis.diagnostics.find_fixed_points",
    "rnnlib.analysis.systems.lyapunov_spectrum",
)
# Attention, forward and back.
ATTENTION = (
    "rnnlib.cells.attention.masked_weights",
    "rnnlib.cells.attention.attend",
)
ATTENTION_BACK = ("rnnlib.cells.attention.attend_vjp", *DERIVATIVES)
