"""What lesson 07 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "07.p1",
        "One unit, h(t) = tanh(w h(t-1)), starts at h(0) = 0.5. Compare w = 0.9, 1 and 2. For "
        "which w is ∂h(30)/∂h(0) smallest?",
        (
            Option(
                "w = 0.9: it is the smallest factor",
                "Without tanh this would be right: 0.9³⁰ is 0.04, and 2³⁰ is a billion. But every "
                "step also multiplies by the slope of tanh.",
            ),
            Option(
                "w = 1: here it neither grows nor shrinks",
                "At h = 0 the slope for w = 1 is exactly 1, so a push would last. The state is "
                "not at 0, but its slopes are still close to 1.",
            ),
            Option(
                "w = 2: the largest weight",
                "With w = 2 the state settles at 0.9575, where tanh is nearly flat. Each step "
                "multiplies by 2 (1 - 0.9575²) = 0.166.",
                right=True,
            ),
        ),
    ),
    Question(
        "07.p2",
        "The matrix J = [[0.8, 1.2], [0, 0.6]] has norm 1.53: it makes some vector 1.53 times as "
        "long. What does the norm of the power Jᵏ do from k = 1 to k = 50?",
        (
            Option(
                "it grows at every step, to about 1.53⁵⁰",
                "No power can be larger than that, over a billion. It would be reached if each "
                "step stretched exactly the direction that the previous step leaves; here no step "
                "does so for long.",
            ),
            Option(
                "it falls at every step",
                "The factors 0.8 and 0.6 on the diagonal are below 1, and in the end they win. "
                "But the first three steps still stretch one direction more and more.",
            ),
            Option(
                "it grows at first, then it vanishes",
                "The third power has norm 1.86, the fiftieth 0.00009. In the long run the powers "
                "shrink like 0.8 to the power of k.",
                right=True,
            ),
        ),
    ),
    Question(
        "07.p3",
        "Three networks get the same batches, the same U, readout and biases. They differ in W "
        "only. The task is to remember one number for 19 steps. Which one learns it?",
        (
            Option(
                "the usual one, with entries up to 1/√20",
                "That is how most layers start. But its gradient shrinks to almost nothing before "
                "it reaches step 1.",
            ),
            Option(
                "the one whose W is orthogonal",
                "Its gradient reaches step 1 at a useful size, so the updates can change what "
                "the network does with x(1).",
                right=True,
            ),
            Option(
                "the one whose W is 3.2 times as large",
                "Large weights seem to keep a gradient alive. But occasionally it is enormous, "
                "and a step proportional to it throws the weights far away.",
            ),
        ),
    ),
    Question(
        "07.p4",
        "Now every gradient is clipped before it is used. Which of the two networks that failed "
        "will do better?",
        (
            Option(
                "the one whose gradient exploded",
                "Its direction was useful and its length was not. Clipping keeps the direction "
                "and limits the length.",
                right=True,
            ),
            Option(
                "the one whose gradient vanished",
                "Clipping never makes a gradient longer. And the part from step 1 stays as small "
                "relative to the rest as it was.",
            ),
            Option(
                "both",
                "Both gradients have the wrong size, so one tool might fix both. But clipping "
                "only shortens.",
            ),
        ),
    ),
)
