"""The self-test of lesson 11."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "11.q1",
        "At a fixed point of a trained layer, one eigenvalue of the Jacobian is -1.3, and all "
        "others have a modulus below 0.9. A state starts very close to the point. What does it do?",
        (
            Option(
                "it returns: the eigenvalue is below 1",
                "What matters is the modulus. Each step multiplies the distance in this direction "
                "by -1.3.",
            ),
            Option(
                "it leaves, from one side of the point to the other and back",
                "The distance in this direction grows by 1.3 a step and changes its sign each "
                "time.",
                right=True,
            ),
            Option(
                "it stays: that is what a fixed point is",
                "Exactly at the point, yes. Close to it, all that matters is whether distances "
                "grow.",
            ),
        ),
    ),
    Question(
        "11.q2",
        "A network that keeps four bits works as well as the one of this lesson. How many "
        "attracting fixed points do you expect without input?",
        (
            Option(
                "16",
                "One for each state of the memory: 2⁴. Every one must hold until the next pulse.",
                right=True,
            ),
            Option(
                "4, one for each bit",
                "A fixed point is a state of the whole network: it says what all four bits are.",
            ),
            Option(
                "81",
                "That is 3⁴, which includes the points in between. Those do not hold every bit.",
            ),
        ),
    ),
    Question(
        "11.q3",
        "A linear layer of 50 units reads one stream of independent inputs. A probe reads x(t-k) "
        "from its state, for every k. What is the sum of all R²?",
        (
            Option(
                "it grows as long as one tries further k",
                "Each k may add something, but less and less: the state has only 50 numbers for "
                "all of them.",
            ),
            Option(
                "it depends on the spectral radius of W",
                "That decides how the memory is distributed: much for the recent past, or a "
                "little over a long one. The sum stays the same.",
            ),
            Option(
                "50",
                "A linear layer has the memory capacity of its number of units (Jaeger 2001), if "
                "the vectors Wᵏ U span all 50 dimensions.",
                right=True,
            ),
        ),
    ),
    Question(
        "11.q4",
        "A probe reads the length of a sentence from the state of a trained network with R² = 0.9. "
        "What does this show?",
        (
            Option(
                "the state holds the length; whether it is used is open",
                "Many things can be read from the state of an untrained network as well. Whether "
                "the length is used shows when the length is changed and the output watched.",
                right=True,
            ),
            Option(
                "that training has taught the network to count words",
                "To know that, compare with the same network before training.",
            ),
            Option(
                "that the output depends on the length",
                "The probe looks at the state, not at what the readout does with it.",
            ),
        ),
    ),
    Question(
        "11.q5",
        "∂o(T)/∂x(3) is 1e-8. What follows?",
        (
            Option(
                "x(3) had no influence on o(T)",
                "A pulse that has set a bit is exactly such a case: nudging it does nothing, "
                "reversing it changes the answer.",
            ),
            Option(
                "a small change of x(3) hardly changes o(T)",
                "A derivative describes only small changes.",
                right=True,
            ),
            Option(
                "the state has forgotten x(3)",
                "What is remembered robustly is at a fixed point: there, small changes die out "
                "and the memory lasts.",
            ),
        ),
    ),
)
