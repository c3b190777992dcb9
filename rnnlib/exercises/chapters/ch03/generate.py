"""Exercise 03.6: a network that reads what it writes."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.chapters.sentences import STATES_WITHOUT_TANH, W_TRANSPOSED
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def generate(U, W, V, b, c, first, T):
    token, h, tokens = first, np.zeros(len(b)), np.zeros(T, dtype=int)
    for t in range(T):
        h = np.tanh(b + W @ h + U[:, token])  # U times a one-hot vector is a column of U
        o = c + V @ h
        token = np.argmax(o)
        tokens[t] = token
    return tokens


def _generate_with(U, W, V, b, c, first, T, *, feed=None, squash=np.tanh, read=lambda h, old: h):
    """generate, with another x(t+1) = feed(o(t)), without tanh, or with an output of another h."""
    hot = np.eye(len(c))
    x, h, tokens = hot[first], np.zeros(len(b)), []
    for _ in range(T):
        old, h = h, squash(b + W @ h + U @ x)
        o = c + V @ read(h, old)
        tokens.append(np.argmax(o))
        x = feed(o) if feed else hot[tokens[-1]]
    return np.array(tokens)


def _softmax(o):
    e = np.exp(o - o.max())
    return e / e.sum()


def _feeds_scores(U, W, V, b, c, first, T):
    return _generate_with(U, W, V, b, c, first, T, feed=lambda o: o)


def _feeds_probabilities(U, W, V, b, c, first, T):
    return _generate_with(U, W, V, b, c, first, T, feed=_softmax)


def _always_the_first_token(U, W, V, b, c, first, T):
    return _generate_with(U, W, V, b, c, first, T, feed=lambda o: np.eye(len(c))[first])


def _restarts(U, W, V, b, c, first, T):
    return generate(U, 0 * W, V, b, c, first, T)


def _returns_what_it_reads(U, W, V, b, c, first, T):
    return np.array([first, *generate(U, W, V, b, c, first, T)[:-1]])


def _reads_the_state_before(U, W, V, b, c, first, T):
    return _generate_with(U, W, V, b, c, first, T, read=lambda h, old: old)


def _no_tanh(U, W, V, b, c, first, T):
    return _generate_with(U, W, V, b, c, first, T, squash=np.positive)


def _W_transposed(U, W, V, b, c, first, T):
    return generate(U, W.T, V, b, c, first, T)


def _no_b(U, W, V, b, c, first, T):
    return generate(U, W, V, 0 * b, c, first, T)


def _no_c(U, W, V, b, c, first, T):
    return generate(U, W, V, b, 0 * c, first, T)


def _smallest_score(U, W, V, b, c, first, T):
    return generate(U, W, -V, b, -c, first, T)


def _fed_back_late(U, W, V, b, c, first, T):
    token, following, h, tokens = first, first, np.zeros(len(b)), []
    for _ in range(T):
        h = np.tanh(b + W @ h + U[:, token])
        token = following
        following = np.argmax(c + V @ h)
        tokens.append(following)
    return np.array(tokens)


def _from_ones(U, W, V, b, c, first, T):
    h, token, tokens = np.ones(len(b)), first, []
    for _ in range(T):
        h = np.tanh(b + W @ h + U[:, token])
        token = np.argmax(c + V @ h)
        tokens.append(token)
    return np.array(tokens)


def _vectors_out(U, W, V, b, c, first, T):
    return np.eye(len(c), dtype=int)[generate(U, W, V, b, c, first, T)]


def _scores_out(U, W, V, b, c, first, T):
    h, token, scores = np.zeros(len(b)), first, []
    for _ in range(T):
        h = np.tanh(b + W @ h + U[:, token])
        scores.append(c + V @ h)
        token = np.argmax(scores[-1])
    return np.array(scores)


def _first_as_well(U, W, V, b, c, first, T):
    return np.append(first, generate(U, W, V, b, c, first, T))


def _drawn(U, W, V, b, c, first, T):
    rng, h, token, tokens = np.random.default_rng(0), np.zeros(len(b)), first, []
    for _ in range(T):
        h = np.tanh(b + W @ h + U[:, token])
        token = int(rng.choice(len(c), p=_softmax(c + V @ h)))
        tokens.append(token)
    return np.array(tokens)


def _adds_the_number(U, W, V, b, c, first, T):
    h, token, tokens = np.zeros(len(b)), first, []
    for _ in range(T):
        h = np.tanh(b + W @ h + token)
        token = np.argmax(c + V @ h)
        tokens.append(token)
    return np.array(tokens)


def _counts_from_one(U, W, V, b, c, first, T):
    return generate(U, W, V, b, c, first, T) + 1


def _input_after_tanh(U, W, V, b, c, first, T):
    h, token, tokens = np.zeros(len(b)), first, []
    for _ in range(T):
        h = np.tanh(b + W @ h) + U[:, token]
        token = np.argmax(c + V @ h)
        tokens.append(token)
    return np.array(tokens)


def _first_not_read(U, W, V, b, c, first, T):
    h, tokens = np.tanh(b), []
    for _ in range(T):
        tokens.append(np.argmax(c + V @ h))
        h = np.tanh(b + W @ h + U[:, tokens[-1]])
    return np.array(tokens)


def _reads_zero_first(U, W, V, b, c, first, T):
    return generate(U, W, V, b, c, 0, T)


def _same_from_zero(arguments):
    """Whether it makes no difference if the network reads token 0 first."""
    return np.array_equal(generate(*arguments), _reads_zero_first(*arguments))


def _cases(rng):
    def network(n, n_h):
        U, V = 1.5 * rng.normal(size=(n_h, n)), rng.normal(size=(n, n_h))
        W = 1.2 * rng.normal(size=(n_h, n_h))
        return U, W, V, rng.normal(size=n_h), rng.normal(size=n), int(rng.integers(n))

    def case(T, n, n_h, group):
        # Many random networks soon repeat one token; most mistakes would go unseen in that.
        arguments = (*network(n, n_h), T)
        while len(set(generate(*arguments))) < min(T, n - 1) or _same_from_zero(arguments):
            arguments = (*network(n, n_h), T)
        return Case(arguments, group)

    while True:
        cases = [
            case(1, 3, 2, "T = 1"),
            case(9, 4, 6, "T > 1"),
            case(12, 6, 5, "T > 1"),
            case(14, 5, 8, "T > 1"),
            case(11, 7, 4, "T > 1"),
        ]
        if _each_shows([case.arguments for case in cases]):
            return cases


def _each_shows(cases):
    """Whether the tokens of some case change with an entry of b or c at an end, V or `first`."""

    def without(a, k):
        return np.where(np.arange(len(a)) == k % len(a), 0.0, a)

    altered = [
        lambda U, W, V, b, c, first, T: (U, W, V, without(b, 0), c, first, T),
        lambda U, W, V, b, c, first, T: (U, W, V, without(b, -1), c, first, T),
        lambda U, W, V, b, c, first, T: (U, W, V, b, without(c, 0), first, T),
        lambda U, W, V, b, c, first, T: (U, W, V, b, without(c, -1), first, T),
        lambda U, W, V, b, c, first, T: (U, W, 2 * V, b, c, first, T),
        lambda U, W, V, b, c, first, T: (U, W, V, b, c, 0, T),
        lambda U, W, V, b, c, first, T: (U, W, V, b, c, 1, T),
    ]
    right = [generate(*case) for case in cases]
    return all(
        any(
            not np.array_equal(generate(*change(*case)), tokens)
            for case, tokens in zip(cases, right, strict=True)
        )
        for change in altered
    )


GENERATE = Exercise(
    id="03.6",
    title="A network that reads what it writes",
    points=2,
    reference=generate,
    forbidden=(
        "rnnlib.training.pretrained.Letters.write",
        "rnnlib.training.pretrained.Network.step",
        *RUN,
    ),
    cases=_cases,
    returns=(Returned("tokens", ("t",), first=1, whole=True),),
    hints=(
        "Two things are passed from one step to the next. Which two, and what are they before the "
        "first step?",
        "In each step: compute x from the current token, h from x and the previous h, o from the "
        "new h. The index of the largest score is the next token: store it, and continue with it.",
        "np.argmax(o) is that index. Append the token after you compute it, so that `first` "
        "itself is not among the T tokens.",
    ),
    mistakes=(
        Mistake(
            _feeds_scores,
            "You feed the scores o(t) back. The network was trained to read tokens: in which form "
            "does it read one?",
        ),
        Mistake(
            _feeds_probabilities,
            "You feed the probabilities back, a mixture of all tokens. Which one of them was "
            "written, and in which form does the network read it?",
        ),
        Mistake(
            _always_the_first_token,
            "Each of your steps reads the first token. What should the second step read?",
        ),
        Mistake(
            _restarts,
            "Your state is reset to 0 in each step, so a token always has the same successor. "
            "Where is the memory of what was written before?",
        ),
        Mistake(
            _returns_what_it_reads,
            "You return the tokens that go in: `first`, and all but the last that come out.",
        ),
        Mistake(
            _reads_the_state_before,
            "Your token is chosen from h(t-1), which has not yet read the current token. Which "
            "state does o(t) depend on?",
        ),
        Mistake(_no_tanh, STATES_WITHOUT_TANH),
        Mistake(_W_transposed, W_TRANSPOSED),
        Mistake(_no_b, "These are the tokens for b = 0. Where does b enter the step?"),
        Mistake(_no_c, "These are the tokens for c = 0. Where does c enter the output?"),
        Mistake(
            _smallest_score,
            "You choose the token with the smallest score. Which score belongs to the best one?",
        ),
        Mistake(
            _fed_back_late,
            "Your choice is fed back one step late: the next step still reads the previous token.",
        ),
        Mistake(_from_ones, "Your state begins at 1. What is h before the first step?"),
        Mistake(_vectors_out, "You return one-hot vectors. Return the positions of their ones."),
        Mistake(
            _scores_out, "You return the scores. Return the index of the largest in each step."
        ),
        Mistake(
            _first_as_well, "`first` is among your tokens. Return the T that the network writes."
        ),
        Mistake(_drawn, "You draw the tokens at random. Take the one with the largest score."),
        Mistake(
            _adds_the_number,
            "The tokens do not pass through U: you add the number itself. Which column of U "
            "belongs to a token?",
        ),
        Mistake(
            _counts_from_one,
            "Your tokens are counted from 1. Token 0 exists: argmax counts from 0.",
        ),
        Mistake(
            _input_after_tanh, "U x comes after tanh in your step. It belongs inside, next to W h."
        ),
        Mistake(_first_not_read, "Your first input is 0. The first step reads `first`."),
        Mistake(_reads_zero_first, "Your network reads token 0 first, whatever `first` is."),
    ),
)
