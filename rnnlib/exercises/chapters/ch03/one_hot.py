"""Exercise 03.1: tokens as vectors."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def one_hot(tokens, n):
    return np.eye(n)[tokens]


def _counts_from_one(tokens, n):
    return np.eye(n)[tokens - 1]


def _every_token_everywhere(tokens, n):
    x = np.zeros((*tokens.shape, n))
    x[:, :, tokens] = 1
    return x


def _tokens_of_the_whole_step(tokens, n):
    x = np.zeros((*tokens.shape, n))
    for t, step in enumerate(tokens):
        x[t, :, step] = 1
    return x


def _writes_the_number(tokens, n):
    return one_hot(tokens, n) * tokens[..., None]


def _ones_up_to_the_token(tokens, n):
    return (np.arange(n) <= tokens[..., None]).astype(float)


def _cases(rng):
    def case(T, B, n, group):
        return Case((rng.integers(n, size=(T, B)), n), group)

    return [
        case(1, 2, 5, "T = 1"),
        case(4, 1, 3, "B = 1"),
        case(3, 2, 7, "several sequences"),
        case(5, 4, 6, "several sequences"),
    ]


ONE_HOT = Exercise(
    id="03.1",
    title="Tokens as vectors",
    reference=one_hot,
    cases=_cases,
    returns=(Returned("x", ("t", "sequence", "token"), first=1),),
    hints=(
        "How many ones are there in the result altogether? Begin with an array of zeros of the "
        "right shape, and ask for one (t, b) where its one belongs.",
        "Two loops, over t and over b, are enough. Shorter: which matrix has the one-hot vectors "
        "of all tokens as its rows, and what does NumPy do if you index it with an array of ints?",
    ),
    mistakes=(
        Mistake(
            _counts_from_one,
            "Your ones are one place too far left. Token 0 exists: which place is its own?",
        ),
        Mistake(
            _every_token_everywhere,
            "Every vector of yours has a one for every token of the whole batch: `x[:, :, tokens]` "
            "means all t, all b, all tokens. Each (t, b) has one token, its own.",
        ),
        Mistake(
            _tokens_of_the_whole_step,
            "At each step, all sequences of yours share their tokens: a vector holds the ones of "
            "its neighbors as well. Which t and which b does a token belong to?",
        ),
        Mistake(
            _writes_the_number,
            "You write the token's number into its place. The place already says which token it "
            "is: which number belongs there?",
        ),
        Mistake(
            _ones_up_to_the_token,
            "Your vectors are filled with ones up to the token. How many ones does a one-hot "
            "vector have?",
        ),
    ),
)
