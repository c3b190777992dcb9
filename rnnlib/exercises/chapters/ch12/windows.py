"""Exercise 12.1: a stream of codes as blocks that continue one another."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def windows(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    n = B * K * T
    inputs = codes[:n].reshape(B, K, T).transpose(1, 2, 0)
    targets = codes[1 : n + 1].reshape(B, K, T).transpose(1, 2, 0)
    return inputs, targets


def _blocks(codes, B, T):
    return (len(codes) - 1) // (B * T)


def _from_starts(codes, starts, T):
    """Inputs and targets whose blocks begin at codes[starts[k, b]]."""
    at = starts[:, None, :] + np.arange(T)[None, :, None]
    return codes[at], codes[at + 1]


def _starts(codes, B, T):
    return (np.arange(B) * _blocks(codes, B, T) + np.arange(_blocks(codes, B, T))[:, None]) * T


def _targets_are_the_inputs(codes, B, T):
    inputs, _ = windows(codes, B, T)
    return inputs, inputs


def _letter_before(codes, B, T):
    return windows(codes, B, T)[0], windows(np.roll(codes, 1), B, T)[0]


def _last_target_from_its_own_stream(codes, B, T):
    inputs, targets = windows(codes, B, T)
    targets = targets.copy()  # it shares its numbers with the inputs
    targets[-1, -1] = inputs[0, 0]
    return inputs, targets


def _last_target_from_its_own_block(codes, B, T):
    inputs, _ = windows(codes, B, T)
    return inputs, np.roll(inputs, -1, axis=1)


def _last_target_repeated(codes, B, T):
    inputs, _ = windows(codes, B, T)
    return inputs, np.concatenate([inputs[:, 1:], inputs[:, -1:]], axis=1)


def _blocks_one_after_the_other(codes, B, T):
    starts = np.arange(_blocks(codes, B, T) * B).reshape(-1, B) * T
    return _from_starts(codes, starts, T)


def _interleaved(codes, B, T):
    K = _blocks(codes, B, T)
    return tuple(part[: K * T * B].reshape(K, T, B) for part in (codes, codes[1:]))


def _wide_streams(codes, B, T):
    track = (len(codes) - 1) // B
    starts = np.arange(B) * track + np.arange(_blocks(codes, B, T))[:, None] * T
    return _from_starts(codes, starts, T)


def _rest_dropped_at_the_front(codes, B, T):
    return windows(codes[len(codes) - 1 - B * T * _blocks(codes, B, T) :], B, T)


def _last_target_is_the_first_code(codes, B, T):
    inputs, targets = windows(codes, B, T)
    targets = targets.copy()
    targets[-1, -1, -1] = codes[0]
    return inputs, targets


def _moved(order, codes, B, T):
    """Both with their axes in another order."""
    return tuple(part.transpose(order) for part in windows(codes, B, T))


def _sequence_before_t(codes, B, T):
    return _moved((0, 2, 1), codes, B, T)


def _sequence_first(codes, B, T):
    return _moved((2, 0, 1), codes, B, T)


def _block_last(codes, B, T):
    return _moved((1, 2, 0), codes, B, T)


def _streams_apart_and_sequence_before_t(codes, B, T):
    return tuple(part.transpose(0, 2, 1) for part in _wide_streams(codes, B, T))


def _letters_dealt_to_blocks(codes, B, T):
    K = _blocks(codes, B, T)
    n = B * K * T
    return tuple(part[:n].reshape(B, T, K).transpose(2, 1, 0) for part in (codes, codes[1:]))


def _first_block_twice(codes, B, T):
    inputs, targets = windows(codes, B, T)
    order = np.maximum(np.arange(len(inputs)) - 1, 0)
    return inputs[order], targets[order]


def _two_ahead(codes, B, T):
    inputs, _ = windows(codes, B, T)
    return inputs, windows(np.append(codes[1:], codes[:1]), B, T)[1]


def _one_letter_late(codes, B, T):
    """Inputs that begin with the second code."""
    return windows(np.append(codes[1:], codes[:1]), B, T)


def _last_block_left_out(codes, B, T):
    return tuple(part[:-1] for part in windows(codes, B, T))


def _targets_of_the_next_block(codes, B, T):
    inputs, _ = windows(codes, B, T)
    return inputs, np.roll(inputs, -1, axis=0)


def _cases(rng):
    def case(B, T, K, rest, group):
        codes = rng.permutation(B * T * K + 1 + rest)  # all different: a mix-up always shows
        return Case((codes, B, T), group)

    return [
        case(1, 4, 3, 2, "B = 1"),
        case(3, 1, 4, 1, "T = 1"),
        case(3, 4, 1, 5, "one block"),
        case(3, 4, 2, 0, "nothing left over"),
        case(2, 3, 2, 5, "B T = 6, and 18 codes, of which 17 have a target"),
        case(3, 2, 5, 4, "B > 1, T > 1 and a rest"),
        case(2, 5, 3, 8, "B > 1, T > 1 and a rest"),
    ]


WINDOWS = Exercise(
    id="12.1",
    title="Blocks that continue one another",
    points=2,
    reference=windows,
    forbidden=("rnnlib.data.realdata.character_windows",),
    cases=_cases,
    returns=(
        Returned("inputs", ("block", "t", "sequence"), first=0, whole=True),
        Returned("targets", ("block", "t", "sequence"), first=0, whole=True),
    ),
    hints=(
        "How many blocks are there? They need B K T inputs and one more code: the target of the "
        "very last input. `//` rounds down.",
        "Stream b is the piece of K T codes that begins at b K T, and its blocks follow one "
        "another in it. `codes[: B * K * T].reshape(B, K, T)` has a stream in each row. Which "
        "axis of it is the block, which the step, which the stream?",
        "`a.transpose(1, 2, 0)` puts axis 1 first, then 2, then 0. The targets are cut in the same "
        "way from the codes without the first one.",
    ),
    mistakes=(
        Mistake(
            _targets_are_the_inputs,
            "Your targets are the inputs themselves. Which letter should the network predict "
            "after it has read the one at t?",
        ),
        Mistake(
            _letter_before,
            "Your target is the letter before the one at t, which has already been read. Which "
            "one should be predicted?",
        ),
        Mistake(
            _last_target_from_its_own_stream,
            "The last target of each stream is the stream's own first letter: `np.roll` wraps "
            "around. Which letter of the text comes after the stream?",
        ),
        Mistake(
            _last_target_from_its_own_block,
            "The last target of each block is the block's own first letter: `np.roll` wraps "
            "around. Where is the letter after the block?",
        ),
        Mistake(
            _last_target_repeated,
            "The last target of each block is its last input. Where is the letter after the block?",
        ),
        Mistake(
            _blocks_one_after_the_other,
            "Neighbors in a batch follow one another, so the next block does not continue where "
            "this one ends. In stream 0, which letter comes after the last one of block 0?",
        ),
        Mistake(
            _interleaved,
            "You deal the letters out to the streams in turn, so a stream holds every B-th letter "
            "and no running text. `reshape` never moves an axis, it only regroups the entries: "
            "put the axes in the order of the text first, and then change their order.",
        ),
        Mistake(
            _wide_streams,
            "Your streams begin (N - 1) // B codes apart, and each has its own leftover codes. "
            "The exercise asks for streams of K T codes, one directly after the other.",
        ),
        Mistake(
            _rest_dropped_at_the_front,
            "You drop the leftover codes at the beginning. Drop them at the end.",
        ),
        Mistake(
            _last_target_is_the_first_code,
            "The very last target is the first letter of the text: `np.roll` wraps around. Which "
            "letter comes after the last input?",
        ),
        Mistake(
            _sequence_before_t,
            "Your axes are (block, sequence, t). The exercise asks for (block, t, sequence): one "
            "step of all sequences is `inputs[k, t]`.",
        ),
        Mistake(
            _sequence_first,
            "Your axes are (sequence, block, t). The exercise asks for (block, t, sequence): "
            "which axis does `transpose` have to put first?",
        ),
        Mistake(
            _block_last,
            "Your axes are (t, sequence, block). The exercise asks for (block, t, sequence): "
            "which axis does `transpose` have to put first?",
        ),
        Mistake(
            _streams_apart_and_sequence_before_t,
            "Your axes are (block, sequence, t); the exercise asks for (block, t, sequence). "
            "Also, your streams begin (N - 1) // B codes apart: make streams of K T codes, one "
            "directly after the other.",
        ),
        Mistake(
            _letters_dealt_to_blocks,
            "You deal the letters of a stream out to its blocks in turn, so a block holds every "
            "K-th letter. In `reshape(B, K, T)`, the last axis is the one that runs through the "
            "text.",
        ),
        Mistake(
            _first_block_twice,
            "Your first block comes twice and your last not at all: which k does your loop start "
            "with?",
        ),
        Mistake(
            _two_ahead,
            "Your target lies two letters after the input. Which one comes directly after it?",
        ),
        Mistake(
            _one_letter_late,
            "Your inputs begin with `codes[1]`. The first letter is read as well: where do the "
            "inputs begin, and where do the targets?",
        ),
        Mistake(
            _last_block_left_out,
            "Your last block is missing. K is (N - 1) // (B T): how many blocks does your loop "
            "produce?",
        ),
        Mistake(
            _targets_of_the_next_block,
            "Your targets lie a whole block after the inputs. Which letter comes directly after "
            "the one at t?",
        ),
    ),
)
