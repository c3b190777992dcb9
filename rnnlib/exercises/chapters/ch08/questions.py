"""The self-test of lesson 08."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "08.q1",
        "W is orthogonal, the layer is linear. What is the norm of a gradient after 1000 steps "
        "back?",
        (
            Option(
                "what it was at the start",
                "Each step turns or mirrors the gradient, and changes no length: all singular "
                "values are 1.",
                right=True,
            ),
            Option(
                "nearly 0: a thousand factors",
                "A thousand factors below 1 would do that. Here every singular value is 1.",
            ),
            Option(
                "the same in tanh layers too",
                "The slopes of tanh stand in the product as well, and they are below 1 wherever "
                "the state is not 0.",
            ),
        ),
    ),
    Question(
        "08.q2",
        "Which gate of an LSTM must be open for a memory to last?",
        (
            Option(
                "the input gate",
                "It decides what is written. Open all the time, it writes over what should last.",
            ),
            Option(
                "the output gate",
                "It decides what the outside sees. A memory can last with nobody looking at it.",
            ),
            Option(
                "the forget gate",
                "In spite of its name it is the one that keeps: with f = 1 the memory stays, with "
                "f = 0 it is gone.",
                right=True,
            ),
        ),
    ),
    Question(
        "08.q3",
        "What does a gradient meet on its way from m(t) straight to m(t-1)?",
        (
            Option(
                "W and the slope of tanh",
                "So it does in a plain layer, and in an LSTM on the road by way of h(t-1). This "
                "road has neither.",
            ),
            Option(
                "the gate f(t) alone",
                "m(t) = f m(t-1) + i g: the direct factor is f, which the network can learn to "
                "hold near 1.",
                right=True,
            ),
            Option(
                "nothing at all",
                "So it was in the first LSTM of 1997, which could not forget.",
            ),
        ),
    ),
    Question(
        "08.q4",
        "Why do people start the forget gate with a bias of 1 or more?",
        (
            Option(
                "so that the network begins by remembering",
                "With bias 0 about half of the memory is lost at every step, and of the gradient "
                "along it. Training can open the gate by itself; the bias spares it that.",
                right=True,
            ),
            Option(
                "so that its slope is largest",
                "The slope of the logistic function is largest at 0. The aim is another one: a "
                "gate that is open at first.",
            ),
            Option(
                "so that the gradient cannot explode",
                "An open gate lets more of the gradient through. Against explosion there is "
                "clipping.",
            ),
        ),
    ),
    Question(
        "08.q5",
        "A skip connection from h(t-10) to h(t) is added. What happens to the path from h(0) to "
        "h(1000)?",
        (
            Option(
                "the long path is replaced by a short one",
                "The path through all the states is still there. Gradients take every path, and "
                "what they bring is added.",
            ),
            Option(
                "there is one with 100 factors beside it",
                "Its product may survive where that of 1000 factors does not: if a factor with S "
                "is about as small as one with W, a tenth as many shrink far less.",
                right=True,
            ),
            Option(
                "it no longer vanishes, however long T is",
                "A hundred factors are still a power: with T ten times as long there are a "
                "thousand again.",
            ),
        ),
    ),
)
