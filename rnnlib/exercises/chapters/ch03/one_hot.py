"""Exercise 03.1: tokens as vectors."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def one_hot(tokens, n):
    T, B = tokens.shape
    x = np.zeros((T, B, n))
    for t in range(T):
        for b in range(B):
            x[t, b, tokens[t, b]] = 1
    return x


def _counts_from_one(tokens, n):
    return one_hot(tokens - 1, n)


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


def _as_long_as_the_largest(tokens, n):
    return one_hot(tokens, tokens.max() + 1)


def _numbered_anew(tokens, n):
    return one_hot(np.unique(tokens, return_inverse=True)[1].reshape(tokens.shape), n)


def _tokens_of_the_whole_sequence(tokens, n):
    x = np.zeros((*tokens.shape, n))
    for b, sequence in enumerate(tokens.T):
        x[:, b, sequence] = 1
    return x


def _batch_first(tokens, n):
    return one_hot(tokens, n).swapaxes(0, 1)


def _axes_exchanged_by_reshape(tokens, n):
    return one_hot(tokens.T.reshape(tokens.shape), n)


def _tokens_in_the_middle(tokens, n):
    return one_hot(tokens, n).swapaxes(1, 2)


def _minus_one_elsewhere(tokens, n):
    return 2 * one_hot(tokens, n) - 1


def _zeros_for_ones(tokens, n):
    return 1 - one_hot(tokens, n)


def _first_step_only(tokens, n):
    x = one_hot(tokens, n)
    x[1:] = 0
    return x


def _first_sequence_only(tokens, n):
    x = one_hot(tokens, n)
    x[:, 1:] = 0
    return x


def _ones_pile_up(tokens, n):
    return np.maximum.accumulate(one_hot(tokens, n), axis=0)


def _ones_of_all_before(tokens, n):
    rows = np.concatenate(one_hot(tokens, n))
    return np.maximum.accumulate(rows, axis=0).reshape(*tokens.shape, -1)


def _bag_of_a_step(tokens, n):
    return one_hot(tokens, n).sum(axis=1)


def _one_too_far_right(tokens, n):
    return one_hot((tokens + 1) % n, n)


def _cases(rng):
    def case(T, B, n, group):
        tokens = rng.integers(n, size=(T, B))
        while (tokens.max() == n - 1) == (group == "B = 1"):  # there the last token is missing
            tokens = rng.integers(n, size=(T, B))
        return Case((tokens, n), group)

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
        "How many ones are there in the result in total? Start with an array of zeros of the "
        "right shape, and ask where the one belongs for a single (t, b).",
        "Two loops, over t and over b, are enough. Shorter: which matrix has the one-hot vectors "
        "of all tokens as its rows, and what does NumPy do if you index it with an array of ints?",
    ),
    mistakes=(
        Mistake(
            _counts_from_one,
            "Your ones are one position too far to the left. Token 0 exists: which position "
            "belongs to it?",
        ),
        Mistake(
            _every_token_everywhere,
            "Each of your vectors has a one for every token of the whole batch: `x[:, :, tokens]` "
            "means all t, all b, all tokens. Each (t, b) has one token, its own.",
        ),
        Mistake(
            _tokens_of_the_whole_step,
            "At each step, all of your sequences share their tokens: a vector also holds the ones "
            "of its neighbors. Which t and which b does a token belong to?",
        ),
        Mistake(
            _writes_the_number,
            "You write the token's number at its position. The position already says which token "
            "it is: which number belongs there?",
        ),
        Mistake(
            _ones_up_to_the_token,
            "Your vectors have ones in all positions up to the token. How many ones does a "
            "one-hot vector have?",
        ),
        Mistake(
            _as_long_as_the_largest,
            "Your vectors are only as long as the largest token requires. n says how long they "
            "are, even if the last tokens do not occur.",
        ),
        Mistake(
            _numbered_anew,
            "You renumber the tokens, counting only those that occur. A token's position is its "
            "own number.",
        ),
        Mistake(
            _tokens_of_the_whole_sequence,
            "Every vector of a sequence has a one for each of its tokens: a slice together with "
            "an array of ints means all steps for every token. Each (t, b) has one token.",
        ),
        Mistake(
            _batch_first, "Your axes are (sequence, t, token). Which of them comes first here?"
        ),
        Mistake(
            _axes_exchanged_by_reshape,
            "You read the tokens sequence by sequence and fill in the vectors step by step: "
            "reshape does not exchange axes. What does?",
        ),
        Mistake(
            _tokens_in_the_middle,
            "Your axes are (t, token, sequence). Which of them comes last here?",
        ),
        Mistake(_minus_one_elsewhere, "Your vectors hold -1 where a 0 belongs."),
        Mistake(
            _zeros_for_ones,
            "Zeros and ones are swapped. How many ones does a one-hot vector have?",
        ),
        Mistake(_first_step_only, "Only the first step is filled in. Every step has a token."),
        Mistake(
            _first_sequence_only,
            "Only the first sequence is filled in. Every sequence has tokens.",
        ),
        Mistake(
            _ones_pile_up,
            "Your ones accumulate: a vector also has those of the earlier steps. Start each one "
            "with zeros.",
        ),
        Mistake(
            _ones_of_all_before,
            "Your ones accumulate: a vector also has those of the earlier steps and of the "
            "sequences before it in its own step. Start each one with zeros.",
        ),
        Mistake(
            _bag_of_a_step,
            "Your vectors count the tokens of all sequences together. Each (t, b) has its own "
            "vector.",
        ),
        Mistake(
            _one_too_far_right,
            "Your ones are one position too far to the right. Token 0 exists: which position "
            "belongs to it?",
        ),
    ),
)
