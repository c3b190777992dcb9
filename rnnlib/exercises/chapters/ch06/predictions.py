"""What lesson 06 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "06.p1",
        "A layer of 64 units with 8 inputs reads 4 sequences of 1,000 steps. Its weights take "
        "37,376 bytes. How many bytes do the states take that the walk back needs?",
        (
            Option(
                "about as many: the weights are shared by all steps",
                "The weights are shared, so they are stored once. But h(1) and h(2) are different "
                "numbers, and both are needed.",
            ),
            Option(
                "about 55 times as many",
                "Each of the 1,001 states of each of the 4 sequences has 64 numbers of 8 bytes.",
                right=True,
            ),
            Option(
                "about 1,000 times as many: a copy for every step",
                "There is a state for every step. But a state has 64 numbers, and the weights are "
                "4,672.",
            ),
        ),
    ),
    Question(
        "06.p2",
        "A window lets each loss go back k = 10 steps. Blocks cut time into pieces of k = 10 "
        "steps, and no gradient crosses a border. Which gradient is closer to the exact one?",
        (
            Option(
                "they are equally close: both look back ten steps",
                "The last loss of a block does go back ten steps. The first one goes back only "
                "one.",
            ),
            Option(
                "the one of the blocks: it is cut at fewer places",
                "There are fewer borders than windows. But what matters is how far a loss goes "
                "back, and in a block that is 5.5 steps on average.",
            ),
            Option(
                "the one of the window",
                "In a window every loss goes back ten steps (fewer only near the start). In a "
                "block the first loss goes back one step, the second one two, and so on.",
                right=True,
            ),
        ),
    ),
    Question(
        "06.p3",
        "You never look back, and keep only h and s. How does the gradient compare with that of "
        "the walk back?",
        (
            Option(
                "it is biased, like a truncated one",
                "A method that never looks back seems to miss something. But s(t) holds "
                "everything about how the earlier steps depend on w.",
            ),
            Option(
                "it is the same, up to rounding",
                "It is the same chain rule, multiplied out from the other end.",
                right=True,
            ),
            Option(
                "it is close, and gets worse with each step",
                "Errors would add up if each step made one. But as long as w stays as it is, each "
                "step is exact.",
            ),
        ),
    ),
    Question(
        "06.p4",
        "In PyTorch you run block after block, call `backward()` on each block's loss, and carry "
        "h on as it is. What happens in the second block?",
        (
            Option(
                "nothing special: its gradient just reaches further back",
                "h does carry the graph of the first block with it. But `backward()` has freed "
                "what that graph had saved.",
            ),
            Option(
                "an error: backward through the graph a second time",
                "h still hangs on the first block's graph, whose saved numbers were freed by the "
                "first `backward()`. `h = h.detach()` keeps the number and drops the graph.",
                right=True,
            ),
            Option(
                "the gradient is cut at the border, as in your blocks",
                "You cut it by walking back through only one block. PyTorch walks back through "
                "the whole graph unless you detach.",
            ),
        ),
    ),
)
