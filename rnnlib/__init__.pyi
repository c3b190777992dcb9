"""The flat names of `rnnlib`, for type checkers: each is imported when it is first used."""

from rnnlib.cells.cell import Params as Params
from rnnlib.cells.cell import State as State
from rnnlib.cells.gated import GRU as GRU
from rnnlib.cells.gated import LSTM as LSTM
from rnnlib.cells.gated import GRUParams as GRUParams
from rnnlib.cells.gated import LSTMState as LSTMState
from rnnlib.cells.min_gru import MinGRU as MinGRU
from rnnlib.cells.scan import associative_scan as associative_scan
from rnnlib.cells.simple import Diagonal as Diagonal
from rnnlib.cells.simple import Elman as Elman
from rnnlib.cells.simple import Linear as Linear
from rnnlib.cells.tape import Tape as Tape
from rnnlib.cells.tape import run as run
from rnnlib.cells.tape import tape_nbytes as tape_nbytes
from rnnlib.circuits import Circuit as Circuit
from rnnlib.circuits import Graph as Graph
from rnnlib.circuits import Node as Node
from rnnlib.circuits import Operation as Operation
from rnnlib.gradients.bptt import Grads as Grads
from rnnlib.gradients.bptt import backward as backward
from rnnlib.gradients.bptt import bptt as bptt
from rnnlib.gradients.bptt import truncated_bptt as truncated_bptt
from rnnlib.gradients.checkpointing import checkpointed_bptt as checkpointed_bptt
from rnnlib.gradients.deer import deer as deer
from rnnlib.gradients.losses import BinaryCrossEntropy as BinaryCrossEntropy
from rnnlib.gradients.losses import Readout as Readout
from rnnlib.gradients.losses import SoftmaxCrossEntropy as SoftmaxCrossEntropy
from rnnlib.gradients.losses import SquaredError as SquaredError
from rnnlib.gradients.losses import mse as mse
from rnnlib.gradients.online import randomised_bptt as randomised_bptt
from rnnlib.gradients.online import rtrl as rtrl
from rnnlib.gradients.online import rtrl_stream as rtrl_stream
from rnnlib.gradients.oracles import complex_step as complex_step
from rnnlib.gradients.oracles import finite_difference as finite_difference

__version__: str
