"""What lesson 10 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "10.p1",
        "An Elman layer over 8, 16 and 32 steps, every copy with the same W, and as many "
        "processors as you like. How does the length of the critical path grow?",
        (
            Option(
                "the same for 8, 16 and 32 steps",
                "It would be, if the copies did not depend on each other: they do have the same "
                "W. But the h(t-1) that W multiplies is available only after step t-1.",
            ),
            Option(
                "it grows by two operations a step",
                "Each copy adds its sum and its tanh to the chain.",
                right=True,
            ),
            Option(
                "it grows by one operation each time the length doubles",
                "That is what sections 2 and 3 reach, with other operations. The graph as it "
                "stands has a chain through every copy.",
            ),
        ),
    ),
    Question(
        "10.p2",
        "A tanh unit has run forward, step by step. Can a scan do its walk back?",
        (
            Option(
                "no: tanh is in the walk back as well",
                "Only its slopes are, and after the run forward they are known numbers.",
            ),
            Option(
                "only approximately",
                "The walk back multiplies and adds numbers that are all known. Nothing in it is "
                "approximated.",
            ),
            Option(
                "yes",
                "The walk back is dh_total(t) = dh_direct(t) + a(t+1) dh_total(t+1), and its a are "
                "known: a linear recurrence.",
                right=True,
            ),
        ),
    ),
    Question(
        "10.p3",
        "Ten layers of 16 tanh units with random weights, over 10, 40 and 160 steps. In which "
        "layers does the number of sweeps stay small, however long the run is?",
        (
            Option(
                "in all of them: an error is about squared in each sweep",
                "It is, once the guess is near the run. Far from the run, the tangents may lead "
                "anywhere.",
            ),
            Option(
                "in those that forget their first state quickly",
                "Then an error at one step has little effect on the steps after it, and all steps "
                "can be corrected at the same time.",
                right=True,
            ),
            Option(
                "in those with large weights: tanh is flat there",
                "Flat parts do have small slopes. But the weights multiply the slopes, and where a "
                "unit passes through 0 they make a small difference large.",
            ),
        ),
    ),
    Question(
        "10.p4",
        "A linear unit, 1024 steps. The loop makes 1024 multiplications. How many does your scan "
        "make?",
        (
            Option(
                "about 10: one in each round",
                "There are 10 rounds, but each of them treats all steps.",
            ),
            Option(
                "about as many: the states are the same",
                "The same result can take more work. In each round nearly every step takes in "
                "another pair.",
            ),
            Option(
                "about 18 times as many",
                "In a round nearly every step multiplies twice, once for a and once for b, and "
                "there are 10 rounds.",
                right=True,
            ),
        ),
    ),
)
