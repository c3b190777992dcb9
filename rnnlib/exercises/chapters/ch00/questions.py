"""The self-test of lesson 00: what the course takes for granted."""

from rnnlib.exercises.spec import Option, Question

_MATRICES = "Read up on: matrix times vector (any linear algebra text, first chapter)."
_CHAIN = "Read up on: the chain rule, and do three examples with numbers."
_TANH = "Read up on: the derivatives of exp and tanh."
_INDEXING = "Read up on: indexing of Python lists; then look at the table above again."
_EXP = "Read up on: exp and ln, and why each undoes the other."

QUESTIONS = (
    Question(
        "00.q1",
        "W has the shape (3, 5), h has the shape (5,). What is the shape of W @ h?",
        (
            Option("(5,)", f"Five numbers go in; what matters is how many rows W has. {_MATRICES}"),
            Option("(3,)", "One number for each row of W.", right=True),
            Option(
                "(3, 5)",
                f"That is W * h. With @, each row is multiplied by h and added up. {_MATRICES}",
            ),
        ),
    ),
    Question(
        "00.q2",
        "u = 3 w and L = u². At w = 2, how fast does L change with w?",
        (
            Option("12", f"That is dL/du = 2 u = 12. u itself moves 3 times as fast. {_CHAIN}"),
            Option("3", f"That is du/dw. How fast does L change with u? {_CHAIN}"),
            Option("36", "dL/du · du/dw = 2 · 6 · 3 = 36.", right=True),
        ),
    ),
    Question(
        "00.q3",
        "How steep is tanh at 0?",
        (
            Option(
                "1", "The slope is 1 - tanh², and tanh(0) = 0: it is steepest here.", right=True
            ),
            Option(
                "0", f"That is its value at 0; its slope is 0 far out, where it is flat. {_TANH}"
            ),
            Option("1/4", f"That is the logistic function, 1 / (1 + exp(-a)), at 0. {_TANH}"),
        ),
    ),
    Question(
        "00.q4",
        "x is a list of the inputs x(1), x(2), x(3). What is x[t - 1] at t = 1?",
        (
            Option(
                "x(0), the input before the first",
                f"On paper there is no x(0): it counts from 1, Python from 0. {_INDEXING}",
            ),
            Option("x(1), the first input", "x[0] is the first entry of the list.", right=True),
            Option(
                "the last input, because the index is negative",
                f"That would be x[-1], at t = 0. {_INDEXING}",
            ),
        ),
    ),
    Question(
        "00.q5",
        "Divide exp(0) and exp(ln 3) by their sum. Which two numbers do you get?",
        (
            Option(
                "0 and 1",
                f"That takes exp(0) for 0. exp(0) is 1, so the first number is above 0. {_EXP}",
            ),
            Option(
                "1/2 and 1/2",
                f"They would be equal if exp(0) and exp(ln 3) were. The second is larger. {_EXP}",
            ),
            Option(
                "1/4 and 3/4",
                "exp(0) = 1 and exp(ln 3) = 3; divided by their sum, 1/4 and 3/4.",
                right=True,
            ),
        ),
    ),
)
