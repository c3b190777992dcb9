"""What the course has to settle: what is said about unrolling, and what its readers ask.

Each row is settled by a code cell with the tag ``claim:ID``, which asserts what it shows and
prints a line. The course map (``course/README.md``) sets that line beside the row.
"""

from __future__ import annotations

from dataclasses import dataclass

TRUE = "true"
FALSE = "false"
OTHER_CAUSE = "false as to the cause"
ANSWERED = "answered"


@dataclass(frozen=True)
class Claim:
    """One row. ``but`` says what is so instead, or within which limits the claim is true."""

    id: str
    text: str
    verdict: str
    but: str = ""


_ROWS = (
    Claim(
        "C01",
        "A recurrent definition s(t) = f(s(t-1); θ), taken T steps, is an expression in s(0) and θ "
        "alone, without recursion.",
        TRUE,
    ),
    Claim("C02", "A signal x(t) from outside can drive such a system.", TRUE),
    Claim("C03", "The hidden units h(t) of a network are the state of a dynamical system.", TRUE),
    Claim(
        "C04",
        "The function g(t) that maps the whole history to the state is one f, applied t times.",
        TRUE,
    ),
    Claim(
        "C05",
        "A model given by its transition has an input of one size, however long the sequence.",
        TRUE,
    ),
    Claim("C06", "With one θ for every step, longer sequences do not need more parameters.", TRUE),
    Claim(
        "C07",
        "What was learned on short sequences carries over to lengths that were never seen.",
        TRUE,
        but="it can, and nothing guarantees it: one trained model does, another does not",
    ),
    Claim(
        "C08",
        "Sharing lets a model find one fact wherever in the sequence it stands.",
        TRUE,
        but="a bag of words shares too, without recurrence; what the recurrence adds is the order",
    ),
    Claim(
        "C09",
        "Convolution over time shares its weights as well, but sees no further than its kernel.",
        TRUE,
        but="wider, stacked and dilated kernels see further, each to a horizon of its own",
    ),
    Claim(
        "C10",
        "A state of fixed size is a summary of the past that loses detail.",
        TRUE,
        but="N units give back N past numbers at most to a *linear* readout; another decoder reads "
        "dozens of signs from one unit, until precision or noise ends it",
    ),
    Claim("C11", "Training decides what the summary keeps: what the task needs.", TRUE),
    Claim(
        "C12",
        "The circuit with a delay and the graph unfolded in time are one computation.",
        TRUE,
    ),
    Claim(
        "C13",
        "Unfolding lays values, losses and gradients open, one step after the other.",
        TRUE,
    ),
    Claim(
        "C14",
        "One recurrence serves sequence to sequence, sequence to vector and vector to sequence.",
        TRUE,
    ),
    Claim(
        "C15",
        "Unfolded, the network is a deep feedforward network with the same weights in every layer.",
        TRUE,
    ),
    Claim(
        "C16", "The states follow as h(0), x(1) → h(1) → y(1); h(1), x(2) → h(2) → y(2); …", TRUE
    ),
    Claim(
        "C17",
        "Gradients are computed from the last step back; a state matters through its own output "
        "and through the state after it.",
        TRUE,
    ),
    Claim(
        "C18",
        "Unrolling for N steps stores the activations N times.",
        TRUE,
        but="plain backpropagation through time does; checkpointing computes most of them again "
        "and holds about 2√N, with the same gradient",
    ),
    Claim(
        "C19",
        "A network unrolled in full cannot learn from a stream as it comes in.",
        TRUE,
        but="as to the price: it can, but memory and the time of an update grow with every step; "
        "carried blocks and RTRL learn from the same stream at a constant price",
    ),
    Claim(
        "C20",
        "Unrolled in full, few sequences fit into memory side by side.",
        TRUE,
        but="few in comparison, whatever the memory: where one of 400 steps fits in full, 19 fit "
        "in blocks of 20 and 9 with checkpoints",
    ),
    Claim(
        "C21",
        "The unrolled copies do not depend on each other, so they can be computed in parallel.",
        FALSE,
        but="each copy waits for the one before it; a linear recurrence can be scanned, a "
        "nonlinear one iterated by Newton's method, at a price",
    ),
    Claim(
        "C22",
        "Each copy can be backpropagated through by itself.",
        FALSE,
        but="that is truncation to one step, and biased; what adds up are the copies' gradients",
    ),
    Claim("C23", "Long horizons cost time and memory.", TRUE),
    Claim(
        "C24",
        "Gradients vanish and explode because the network is unrolled.",
        OTHER_CAUSE,
        but="the recurrence does it: RTRL never unrolls and has the same gradient",
    ),
    Claim(
        "C25",
        "Sequences of different lengths are hard for an unrolled network.",
        FALSE,
        but="not in principle: with a mask each sequence keeps its own loss and gradient",
    ),
    Claim(
        "C26",
        "A neuron is fed by its left-hand neighbour in the same layer.",
        FALSE,
        but="it is fed by the whole layer's previous state, as a push on each unit shows",
    ),
    Claim("C27", "The output can be read from the last state alone, or from every state.", TRUE),
    Claim("C28", "A framework runs the unrolled graph.", TRUE),
    Claim(
        "C29",
        "Unfolding is a way to think: a library may compute the same numbers without it.",
        TRUE,
        but="RTRL does; a fused operator hides the steps in one node, but what it keeps still "
        "grows with T: inside, it is unrolled",
    ),
    Claim(
        "C30",
        "LSTM and GRU are the recurrent cells in common use.",
        TRUE,
        but="as history: from about 2014 to 2017; attention has replaced them in most language "
        "tasks since, and no training curve settles what is in use",
    ),
    Claim(
        "C31",
        "There is no training without unfolding.",
        FALSE,
        but="RTRL trains without it; unfolding buys a lower cost",
    ),
    Claim(
        "C32",
        "What comes back as an input is the output of the step before.",
        FALSE,
        but="in the standard network (Elman's) the hidden state does; where only the output is fed "
        "back (the textbook's fig. 10.4), less can be remembered",
    ),
    Claim("C33", "Unrolled, a network is easier to grasp, to debug and to differentiate.", TRUE),
    Claim(
        "C34",
        "Parameters are shared because the network is unfolded.",
        OTHER_CAUSE,
        but="unfolded copies may be untied; sharing is a choice: equal starting values, and for "
        "each copy the sum of all copies' gradients",
    ),
    Claim("Q01", "There is one set of weights: what takes the memory?", ANSWERED),
    Claim("Q02", "Why not one large matrix product for all the steps?", ANSWERED),
    Claim("Q03", "In a stack of recurrent layers, is each layer unrolled on its own?", ANSWERED),
    Claim("Q04", "Which of the layers have the same weights?", ANSWERED),
    Claim("Q05", "Is there a way to look at the hidden state?", ANSWERED),
    Claim("Q06", "Does a step take the old state as an input, or change it?", ANSWERED),
    Claim("Q07", "Does anyone compute the gradient with respect to the input x?", ANSWERED),
    Claim("Q08", "What is a network that is partly unrolled in the backward pass?", ANSWERED),
    Claim("Q09", "What does the simplest recurrent model look like in code?", ANSWERED),
    Claim("Q10", "Does learning require that the whole past is kept?", ANSWERED),
    Claim("Q11", "What are the diagrams drawn with?", ANSWERED),
)

CLAIMS = {claim.id: claim for claim in _ROWS}
