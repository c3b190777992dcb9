"""The terms that the lessons set in bold, and what each of them means.

Where a term is introduced is not written here: ``rnnlib.authoring.glossary`` finds it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One entry. ``also`` are other names, shown; ``forms`` what else a lesson sets in bold.

    A word with two meanings has an entry for each; ``lessons`` says where it has this one.
    """

    name: str
    text: str
    also: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()

    @property
    def bold(self) -> frozenset[str]:
        """All that a lesson may set in bold for it, in lower case."""
        return frozenset(word.lower() for word in (self.name, *self.also, *self.forms))


TERMS = (
    Term(
        "Adam",
        "A rule for updates that divides the running mean of each weight's gradients by the root "
        "of the running mean of their squares. So weights with small and with large gradients "
        "take steps of similar size.",
    ),
    Term(
        "adding problem",
        "A task that tests memory: two numbers of a sequence are marked, and at its end the "
        "network has to say their sum.",
        forms=("adding",),
    ),
    Term(
        "additive attention",
        "Attention whose scores come from a small tanh layer that reads the query and the key. It"
        " came before scaled dot-product attention.",
    ),
    Term("alphabet", "All signs that occur in a text. A model of letters has one score for each."),
    Term(
        "associative",
        "An operation is associative if it makes no difference where the brackets stand: (a b) c "
        "= a (b c). Then it can be computed in parallel, by a scan.",
    ),
    Term(
        "attention",
        "A weighted mean of the values of all steps; the weights say how well the key of each "
        "step fits the query. In the unfolded graph it adds an edge from each state to each "
        "output.",
    ),
    Term(
        "attract, repel",
        "A fixed point attracts if orbits that start near it come closer (it is also called "
        "stable), and repels if they move away.",
        forms=("attracts", "repels"),
    ),
    Term(
        "backpropagation through time",
        "The gradient of a loss on an unfolded network, computed in one walk from the last step "
        "to the first, by the chain rule.",
        also=("BPTT",),
    ),
    Term(
        "bag of words",
        "A description of a text that says how often each word occurs in it, and nothing about "
        "their order.",
    ),
    Term(
        "bias (of a gradient)",
        "An error that stays however much data you average over. Truncation makes one.",
        forms=("bias",),
        lessons=("06",),
    ),
    Term(
        "bias (of a unit)",
        "A parameter that is added to the weighted sum of the inputs, here b or c.",
        forms=("bias",),
        lessons=("01",),
    ),
    Term(
        "bidirectional network",
        "A network with two recurrent layers, one that reads from the left and one that reads "
        "from the right. The output reads both states.",
        forms=("bidirectional",),
    ),
    Term(
        "bifurcation",
        "A change in kind of what a system does, at some value of a parameter. At a pitchfork a "
        "fixed point stops attracting and two others branch off; at a period doubling (flip) a "
        "cycle of twice the length does.",
    ),
    Term(
        "bit",
        "A unit of cost and of information: an event to which a model gave the probability p "
        "costs -log₂ p bits. With the natural logarithm the unit is called nat; 1 nat is 1.44 "
        "bits.",
        forms=("-log₂ p bits",),
    ),
    Term(
        "block",
        "A piece of consecutive steps that is run forward and walked back as one. With carried "
        "blocks the next one starts from the state that this one has reached; the gradient is "
        "cut.",
        also=("carried blocks",),
        forms=("blocks", "blocks that continue one another"),
    ),
    Term(
        "cache",
        "The small, fast memory of a processor. What does not fit into it has to be read from the"
        " main memory, which takes longer.",
    ),
    Term(
        "chaos",
        "Bounded motion in which small differences keep growing, until they are as large as the "
        "states themselves.",
    ),
    Term(
        "checkpoint",
        "A state that is kept so that those after it can be computed again on the walk back. "
        "Checkpointing trades computation for memory; the gradient stays exact.",
        forms=("checkpointing",),
    ),
    Term(
        "circuit",
        "The drawing of a recurrent network as one step, with loops. Every loop contains a delay.",
    ),
    Term(
        "clip by norm",
        "Shorten a gradient that is longer than a limit to the length of the limit, and keep its "
        "direction.",
        forms=("clipping by norm",),
    ),
    Term(
        "clip by value",
        "Cut every entry of a gradient off at ± a limit, each by itself. This can change the "
        "gradient's direction.",
    ),
    Term(
        "cobweb",
        "The staircase that an orbit draws between the curve of its rule and the diagonal.",
    ),
    Term("code", "The number of a letter in the alphabet.", lessons=("12",)),
    Term(
        "complex step",
        "A derivative by moving a parameter along the imaginary axis: the imaginary part of the "
        "result, divided by the step. Nothing is subtracted, so the step may be tiny.",
    ),
    Term(
        "convolution",
        "The same weighted sum, its kernel, applied at every position of a sequence. It sees no "
        "further than the kernel is wide.",
    ),
    Term(
        "copying task",
        "A task that tests memory: a few symbols, then many blanks, then repeat the symbols.",
        forms=("copying",),
    ),
    Term(
        "counts of several letters",
        "A model of text that predicts the next letter from how often it followed the last few "
        "letters before.",
        also=("n-grams",),
    ),
    Term(
        "critical path",
        "The longest chain of operations in which each waits for the one before. No number of "
        "processors is faster.",
    ),
    Term(
        "cross-entropy",
        "The loss -ln p, where p is the probability that the model gave to the right answer.",
    ),
    Term(
        "decoder",
        "The network that writes the output, starting from what the encoder hands over.",
    ),
    Term(
        "DEER",
        "Newton's method for all states of a sequence at once: guess all of them, then correct "
        "all of them with one scan, and repeat.",
    ),
    Term(
        "delay",
        "An element of a circuit whose output is what went in one step earlier, or a given number"
        " of steps earlier.",
    ),
    Term(
        "detach",
        "PyTorch's way to cut a gradient: `h.detach()` keeps the number and drops the graph that "
        "it was computed by.",
        forms=("`detach` keeps the number and drops the graph",),
    ),
    Term(
        "direct gradient",
        "The part of the gradient on a state that comes from the output and the loss of the same "
        "step.",
        forms=("direct",),
    ),
    Term(
        "drift",
        "The slow motion of a state where it should stay. Small moves add up over many steps.",
        forms=("drifts",),
    ),
    Term(
        "dropout",
        "Setting randomly chosen numbers to 0 during training, so that no unit relies on a single"
        " other one. It must be off in a test.",
    ),
    Term(
        "early stopping",
        "Stopping the training when the loss on the validation part rises, and keeping the "
        "weights from before.",
    ),
    Term(
        "edge of chaos",
        "The border between rest and chaos. Near it, products of Jacobians last longest.",
    ),
    Term(
        "eigenvector, eigenvalue",
        "An eigenvector is a direction that a matrix does not turn, only stretches; its "
        "eigenvalue λ is the factor. k steps multiply it by λ to the power of k.",
        forms=("eigenvector", "eigenvalue", "eigenvalues"),
    ),
    Term(
        "embedding",
        "The vector of numbers that stands for a token: for a one-hot input, its column of U. It "
        "is learned like any weight.",
    ),
    Term("encoder", "The network that reads the input; its last state goes to the decoder."),
    Term(
        "error",
        "The small difference between a state and the fixed point beside it.",
        lessons=("01",),
    ),
    Term(
        "exploding gradient",
        "A gradient that grows exponentially with the number of steps that it is carried back.",
        forms=("exploding",),
    ),
    Term(
        "exposure bias",
        "A network that was trained by teacher forcing has never met its own mistakes. When it "
        "reads its own output, small errors lead to larger ones.",
    ),
    Term(
        "fixed point", "A state that the rule leaves as it is: s* = f(s*).", forms=("fixed points",)
    ),
    Term(
        "flip-flop",
        "A task that tests memory: say the sign of the last pulse on a channel, until the next "
        "one comes.",
    ),
    Term(
        "folding",
        "Putting the columns of an unfolded graph on top of each other; this gives the circuit "
        "back.",
    ),
    Term(
        "forget bias",
        "The bias of the forget gate. A larger one at the start makes the memory last longer.",
    ),
    Term("forget gate", "The gate f of an LSTM; it says how much of the old memory is kept."),
    Term(
        "gate",
        "A number between 0 and 1, computed from the input and the state, that multiplies a "
        "signal: how much of it passes.",
        forms=("gates",),
    ),
    Term(
        "gated recurrent unit",
        "A recurrent cell with two gates and no separate memory: one gate divides between the old"
        " state and a candidate, and one says how much of the old state the candidate sees.",
        also=("GRU",),
    ),
    Term(
        "gradient descent",
        "Learning by small steps: every update moves each weight a little against its gradient.",
    ),
    Term(
        "gradient from the future",
        "The part of the gradient on a state that comes back from the next step: its transposed "
        "Jacobian times the total gradient there.",
    ),
    Term(
        "half-life",
        "The number of steps after which half of a signal is left: ln ½ / ln r, where r is what "
        "is kept at each step.",
    ),
    Term(
        "hidden layer",
        "The part of a recurrent network that carries the state: a driven system whose state is a"
        " vector, h(t) = tanh(b + W h(t-1) + U x(t)).",
    ),
    Term(
        "hidden state",
        "The vector h(t) of a network's units after step t: all that the network keeps of the "
        "past.",
    ),
    Term(
        "impulse response",
        "What a system at rest does after one pulse. For a linear system it tells the response to"
        " any input.",
    ),
    Term("input gate", "The gate i of an LSTM; it says how much of the new content is written."),
    Term(
        "Jacobian",
        "The matrix of all slopes of one step: entry (i, j) says how much unit i changes per "
        "small change of unit j.",
    ),
    Term(
        "key",
        "In attention, the vector of a step that the query is compared with.",
    ),
    Term("lag", "The number of steps back from T to t, T - t."),
    Term(
        "learning rate",
        "The number that says how far one update moves the weights.",
    ),
    Term(
        "linear attention",
        "Attention without the softmax. It is a recurrence whose state is a matrix, so its memory"
        " does not grow with the sequence.",
        forms=("attention without its softmax",),
    ),
    Term(
        "linear recurrent unit",
        "A layer whose recurrence is linear and diagonal: each unit multiplies its own state by a"
        " learned factor λ below 1 in size.",
        also=("LRU",),
    ),
    Term(
        "local",
        "Said of a test that holds near one point only, such as the slope at a fixed point.",
    ),
    Term(
        "logistic map",
        "The rule f(s) = r s (1 - s). Depending on r its orbits settle, repeat a cycle or are "
        "chaotic.",
    ),
    Term(
        "LSTM",
        "A recurrent cell with a separate memory that is kept, written and shown through three "
        "gates: long short-term memory.",
    ),
    Term(
        "Lyapunov exponent",
        "The mean of the logarithms of the factors by which a small gap is multiplied at each "
        "step. Above 0, small differences grow; below 0, they die out.",
        forms=("lyapunov exponents",),
    ),
    Term("Mamba", "A state-space model whose gates read the input (a selective one)."),
    Term(
        "mask",
        "An array that is True where a step counts. In a loss it leaves out the padding; in "
        "attention it also hides later steps.",
    ),
    Term(
        "memory",
        "The part m of an LSTM's state that is carried from step to step without going through W "
        "or tanh. It is usually called the cell state, c.",
        also=("cell state",),
        lessons=("08",),
    ),
    Term(
        "memory capacity",
        "How much of its past inputs a state lets a linear map read: the sum of R² over all lags."
        " It is at most the number of units.",
    ),
    Term(
        "minGRU",
        "A gated recurrent unit whose gate and candidate read the input alone. It is linear in "
        "its state, so a scan can run it.",
    ),
    Term(
        "Newton's method",
        "A way to solve an equation: replace it by its linear approximation at a guess, solve "
        "that, take the solution as the next guess, and repeat.",
        also=("Newton iteration",),
        forms=("newton",),
    ),
    Term(
        "non-normal",
        "Said of a matrix whose eigenvectors are not at right angles. Its powers may grow at "
        "first even if all its eigenvalues are below 1 in size.",
    ),
    Term(
        "norm",
        "Of a vector, its length; of a matrix, the largest factor by which it stretches any "
        "vector, which is its largest singular value.",
    ),
    Term(
        "one-hot vector",
        "A vector with 1 at the place of one token, and 0 elsewhere.",
        forms=("one-hot",),
    ),
    Term("orbit", "The states s(0), s(1), s(2), … that a rule makes from a first one."),
    Term(
        "orthogonal",
        "Said of a matrix that turns or mirrors vectors and keeps their length; all its singular "
        "values are 1.",
    ),
    Term("output gate", "The gate o of an LSTM; it says how much of the memory is shown."),
    Term(
        "pack",
        "PyTorch's way to store sequences of different length without padding: step by step, with"
        " the number of sequences that still go on.",
    ),
    Term(
        "padding",
        "Filler behind the shorter sequences of a batch, so that all of them have the same length.",
    ),
    Term("parameters", "The numbers of a rule that learning may change, together called θ."),
    Term(
        "perplexity",
        "The number 2 to the power of the bits per letter: how many equally likely letters would "
        "cost as much.",
    ),
    Term(
        "principal directions",
        "The directions along which a cloud of points varies most, at right angles to each other.",
        also=("principal component analysis", "PCA"),
    ),
    Term(
        "probe",
        "A linear map, fitted by least squares, that reads something from a hidden state. It "
        "shows what is present there, not what the network uses.",
    ),
    Term(
        "product of Jacobians",
        "How a small change of a state arrives some steps later, ∂h(T)/∂h(t): one factor for each"
        " step between, the latest on the left.",
    ),
    Term("pulse", "An input that differs from 0 at one step only."),
    Term("query", "In attention, the vector that asks; each step's key is compared with it."),
    Term(
        "real-time recurrent learning",
        "A gradient that is carried forward with the state, as the derivative of the state with "
        "respect to each weight. It never looks back, is exact, and costs much for a large layer.",
        also=("RTRL",),
    ),
    Term(
        "recurrent",
        "Said of a rule that makes each state from the one before: s appears on both sides.",
    ),
    Term(
        "remember robustly",
        "Keep a message although the state is disturbed. Disturbances die out, and so do "
        "gradients.",
        forms=("remembers robustly",),
    ),
    Term(
        "reservoir",
        "A recurrent layer that is left as it was drawn; only its readout is trained.",
        also=("echo state network",),
        forms=("reservoirs",),
    ),
    Term(
        "reset",
        "Putting the state back to its start, where the next block does not continue the last one.",
    ),
    Term(
        "rival",
        "A simple method on the same task that a network has to beat, such as a linear prediction"
        " or counting.",
    ),
    Term(
        "RWKV",
        "A model of text with a recurrence that is linear in its state and can be trained in "
        "parallel.",
    ),
    Term(
        "S4",
        "A state-space model with fixed factors: a recurrence that is linear in its state.",
    ),
    Term(
        "saddle",
        "A fixed point that attracts along some directions and repels along others.",
    ),
    Term(
        "saliency",
        "The gradient of an output with respect to an input: how far the output moves if the "
        "input is nudged.",
    ),
    Term(
        "sampling",
        "Drawing the next token from the probabilities that the network gives. A temperature "
        "below 1 makes likely ones likelier.",
        forms=("sample", "sampled"),
    ),
    Term(
        "scaled dot-product attention",
        "Attention whose scores are the products of query and key, divided by √d, where d is "
        "their length.",
    ),
    Term(
        "scan",
        "A way to compute all T results of an associative operation in about log₂ T rounds, each "
        "of which can run in parallel.",
    ),
    Term(
        "score",
        "A number o that says how much speaks for an answer; softmax turns scores into "
        "probabilities.",
        also=("logit",),
    ),
    Term(
        "sequence to sequence",
        "A task with an input and an output at every step, or with a sequence read and another "
        "one written.",
    ),
    Term("sequence to vector", "A task with one answer, at the end of the sequence."),
    Term(
        "sharing",
        "Using the same weights at every step, or at every position.",
    ),
    Term(
        "singular values",
        "The factors by which a matrix stretches: the half axes of the ellipse that it makes of a"
        " circle.",
    ),
    Term(
        "skip connection through time",
        "A second input of the state that comes from d steps ago, so that a gradient has fewer "
        "factors to pass.",
        forms=("skip connections",),
    ),
    Term(
        "slow point",
        "A state that one step moves very little, although it is not a fixed point.",
    ),
    Term(
        "softmax",
        "The function that makes scores positive and divides them by their sum: exp(o) / Σ exp(o).",
    ),
    Term(
        "spectral radius",
        "The largest size of an eigenvalue, ρ. It decides in the long run whether equal steps "
        "make small changes grow.",
    ),
    Term(
        "state",
        "What a system keeps from one step to the next; together with the inputs to come it "
        "determines the future.",
        lessons=("01", "12"),
    ),
    Term(
        "state-space model",
        "A layer whose state follows a linear equation in continuous time, taken in steps.",
    ),
    Term(
        "stateful, stateless",
        "Stateful training carries the state from batch to batch; stateless training starts every"
        " batch from 0.",
        forms=("stateful", "stateless"),
    ),
    Term(
        "stream",
        "One of the B parts into which a long text is cut; they are read side by side, as the "
        "sequences of a batch, and each goes on from block to block.",
        forms=("streams",),
    ),
    Term(
        "teacher forcing",
        "In training, the right output of the step before is fed in, in place of the network's "
        "own.",
    ),
    Term(
        "tied, untied",
        "Copies of a weight are tied if they always stay equal, and get the sum of all copies' "
        "gradients; untied copies learn by themselves.",
        forms=("tied", "tying", "untied"),
    ),
    Term("token", "One numbered piece of a text: a letter here, often a word.", forms=("tokens",)),
    Term(
        "total gradient",
        "How the loss changes with a state, along all routes: the direct gradient plus the "
        "gradient from the future.",
        forms=("total",),
    ),
    Term(
        "training, validation and test part",
        "Three parts of the data: weights are trained on the first, choices are made on the "
        "second, and the third is used once, at the end.",
        forms=("train", "training", "validation", "validate", "test"),
    ),
    Term(
        "Transformer",
        "A network without recurrence in which every step attends to all earlier ones. Most large"
        " language models are Transformers.",
    ),
    Term(
        "transition",
        "The rule f that makes the next state from the current one and the input.",
    ),
    Term(
        "truncation",
        "Letting each loss look back a limited number of steps only. Truncated BPTT saves memory,"
        " and its gradient is biased.",
        forms=("truncated",),
    ),
    Term(
        "unfolded graph",
        "The graph of a network run for T steps: a column for each step, and no loop.",
    ),
    Term(
        "unfolding",
        "Writing a recurrence as one expression, or a graph, with a copy of the rule for each "
        "step.",
        also=("unrolling",),
        forms=("unfold",),
    ),
    Term(
        "unstable",
        "Said of a direction at a fixed point along which small distances grow.",
    ),
    Term("value", "In attention, the vector of a step that is read."),
    Term(
        "vanishing gradient",
        "A gradient that shrinks exponentially with the number of steps that it is carried back.",
        forms=("vanishing",),
    ),
    Term(
        "variance",
        "How much an estimate scatters around its mean, as a mean square. It averages out over "
        "more data; a bias does not.",
    ),
    Term("vector to sequence", "A task with one input and a sequence to write."),
    Term(
        "vector-Jacobian product",
        "The gradient on the output of a step times its Jacobian: the gradient on the input.",
        also=("vjp",),
    ),
    Term(
        "window",
        "In truncated BPTT, the last k steps that the loss of each step looks back over.",
    ),
    Term(
        "Witten-Bell smoothing",
        "A way to mix counts of longer and shorter contexts, with more weight on the shorter one "
        "where many kinds of letters have followed.",
    ),
    Term(
        "xLSTM",
        "A later form of the LSTM with two cells; one of them is linear in its state.",
    ),
)

NOT_TERMS = frozenset(  # bold for weight, or the first words of a remark
    """
    a good place to stop; add; added; along the memory; any length; back through tanh; change
    the input and look; check; column j of u; counts first; every word; fixed-size, lossy
    summary; further reading; hand in; hint; i, f, g, o; in; messages; no; numpy's overhead;
    one step ago; out; pairs; save; sharing does not need a recurrence; sum; the network loses
    here; the mean beats both; the way back; through h(1); two paths; whatever the cell, its walk
    back is linear; you need; you will
    """.strip()
    .replace("\n    ", " ")
    .split("; ")
)
