"""What lesson 11 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "11.p1",
        "Eight states of the trained network stay where they are, one for each message. They "
        "attract. How many fixed points are there in all, those included that do not attract?",
        (
            Option(
                "8",
                "These are the ones that runs find. Between two attracting points, some states go "
                "to one and some to the other. What does a state on the border do?",
            ),
            Option(
                "9: one more in the middle, where nothing is decided",
                "There is one in the middle. But a single bit can also be undecided while the "
                "other two are not.",
            ),
            Option(
                "27",
                "3 × 3 × 3: each bit is -, + or undecided. Each undecided bit lets the "
                "state go in one direction.",
                right=True,
            ),
        ),
    ),
    Question(
        "11.p2",
        "One linear unit, h(t) = 0.4 h(t-1) + x(t), has read 10,000 signs, each 1 or -1. You know "
        "its last state as a 64-bit number. How many of the last signs can you find out?",
        (
            Option(
                "one: a unit has memory capacity 1",
                "That counts what a *linear* map of h(t) can give back. Nothing here says that "
                "you must read the state with a linear map.",
            ),
            Option(
                "two or three: 0.4³ is only 0.064",
                "Older signs make small differences. But 64-bit numbers have about 16 digits, "
                "and nothing disturbs them here.",
            ),
            Option(
                "over thirty",
                "The sign of h(t) is that of x(t). Take x(t) off, divide by 0.4, and you have "
                "h(t-1), until the rounding errors have grown too large.",
                right=True,
            ),
        ),
    ),
    Question(
        "11.p3",
        "A network is trained to repeat stream A. Nobody asks for stream B. How high is the R² of "
        "a probe that reads B from the whole state after training?",
        (
            Option(
                "as high as before: training works on A only",
                "Both streams write into the same units. What B writes is noise for A, and "
                "training has a reason to remove it.",
            ),
            Option(
                "somewhat lower",
                "Before training it reads part of B. But training keeps reducing it for as long "
                "as B costs anything.",
            ),
            Option(
                "near 0",
                "B only disturbs the output, so training makes its weights very small. Whether B "
                "is then *gone* is another question.",
                right=True,
            ),
        ),
    ),
    Question(
        "11.p4",
        "One pulse on each channel, then 15 silent steps. Pulse 1 sets the bit that output 1 "
        "must say. For pulse 1, which of the three numbers are large: the probe's R² for its bit, "
        "the saliency of output 1, the change of output 1 when the pulse is reversed?",
        (
            Option(
                "all three",
                "The output depends on pulse 1 entirely. But saliency describes only small "
                "changes, and near an attracting fixed point those die out.",
            ),
            Option(
                "the probe and the reversal",
                "The bit can be read, and the output follows it. A small nudge of the pulse has "
                "died out after 15 steps, for the same reason for which the memory lasts.",
                right=True,
            ),
            Option(
                "the reversal only",
                "What the output follows for so long must be in the state, and this state keeps "
                "the bits in a form that a linear readout can read.",
            ),
        ),
    ),
)
