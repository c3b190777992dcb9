"""From a wrong answer to the lines that the learner reads.

1. `comparing` has found that the answer is wrong. Only what has returned numbers is explained.
2. `wrong_answer` puts its values on the check's cases and on further ones beside the right values.
3. `naming` looks for a single mistake that makes these numbers. If nothing explains them, `pairing`
   looks for two at once, and `partial_naming` for one that makes only some of the outputs.
4. For the outputs that are left, `observing` says what can be seen of them.
5. The lines are put in order: what to fix first comes first.

Whatever a line claims has been tried on all cases: those of the check and of three further seeds.
"""

import functools
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rnnlib.exercises import describing
from rnnlib.exercises.alterations.relations import SHOULD_BE
from rnnlib.exercises.alterations.wording import CALLS_RIGHT, one_of_several
from rnnlib.exercises.asking import Answer, same
from rnnlib.exercises.comparing import compare, returned_order, right_values
from rnnlib.exercises.naming import KEPT, Named, Search
from rnnlib.exercises.observing import observed, whole
from rnnlib.exercises.outcome import Outcome, Status
from rnnlib.exercises.pairing import find_pair, in_other_order, is_sure
from rnnlib.exercises.partial_naming import in_some_outputs
from rnnlib.exercises.probing import probes
from rnnlib.exercises.spec import Case, Exercise
from rnnlib.exercises.wrong_answer import WrongAnswer, wrong_answer


def explain(
    exercise: Exercise,
    cases: list[Case],
    answers: list[Answer],
    seed: int,
    ask: Callable[[list[tuple]], list[Answer]],
) -> Outcome:
    """The outcome of an answer that does not pass, with a message on what is wrong.

    answers: to the check's cases. ask: asks the function for its answers to further arguments
    (`probing`). The evidence of the outcome tells which mistakes are named ("named", by output, and
    "says") and which outputs are wrong ("outputs").
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # most of the mistakes that are tried do not fit
        outcome = compare(exercise, cases, answers)
        why = outcome.evidence["why"]
        if outcome.status is not Status.FAIL or why not in ("numbers", "shape", "error"):
            return outcome
        answer = wrong_answer(exercise, cases, answers, probes(exercise, seed), ask)
        changed = sorted({name for a in answers for name in a.changed})
        return _explained(outcome, answer, seed, changed)


def _explained(outcome: Outcome, answer: WrongAnswer, seed: int, changed: list[str]) -> Outcome:
    """The outcome of the comparison with its message replaced.

    changed: the arguments that the answer changes in place.
    """
    why = outcome.evidence["why"]
    stopped = outcome.message if why == "error" else ""
    if stopped and not answer.wrong:
        more = ["Where it does not stop, it is right."] if answer.values else []
        groups = describing.stops_for(answer.stopped_by_group()) if more else []
        return outcome.saying("\n".join([stopped, *more, *groups]))
    if (other_order := _in_other_order(outcome, answer)) is not None:
        return other_order
    named = _named(answer, seed)
    lines = [stopped, "Where it does not stop:"] if stopped else []
    groups = describing.by_group(answer.by_group(every=not stopped))
    finite = answer.finite()
    if not named and finite.wrong and len(finite.values) < len(answer.values):
        # A NaN in some cases must not hide what is wrong in all of them.
        lines.append(describing.sometimes_not_finite(answer.not_finite))
        answer, named = finite, _named(finite, seed)
    if why == "shape" and not named:
        said = [text for k in answer.wrong if (text := whole(answer, k))]
        return outcome.saying("\n".join([*lines, said[0]])) if said else outcome
    lines += _sentences(answer, named)
    if why == "shape" and any("in another shape" in n.mistake.says for n in named):
        lines.append(outcome.message)
    lines += [groups] if groups else []
    lines += describing.in_place(changed)
    returns = answer.exercise.returns
    return outcome.saying(
        "\n".join(lines),
        named={returns[k].name: n.mistake.wrong.__name__ for n in named for k in n.outputs},
        says=[n.mistake.says for n in named],
        outputs=[returns[k].name for k in answer.wrong],
    )


def _in_other_order(outcome: Outcome, answer: WrongAnswer) -> Outcome | None:
    """The outcome of an answer whose outputs are right but in another order; None for others."""
    exercise, cases = answer.exercise, list(answer.values)
    values, expected = [answer.values[i] for i in cases], [answer.expected[i] for i in cases]
    order = returned_order(exercise, values, expected)
    if order is None:
        return None
    says = describing.other_order(exercise, order)
    named = {r.name: "other_order" for r in exercise.returns}
    return outcome.saying(says, why="order", named=named, says=[says])


# --- which mistakes ------------------------------------------------------------------------------


def _named(answer: WrongAnswer, seed: int) -> list[Named]:
    """The mistakes that explain wrong outputs.

    Single ones come first. Two at once are looked for only if outputs are left about which nothing
    telling can be seen either.
    """
    if any(_was_cut(answer, k) for k in answer.wrong):
        return []  # an integer array explains the numbers; a mistake would fit by chance
    search = _search(answer.exercise, seed, tuple(answer.values))
    values = list(answer.values.values())
    named = search.find(values, answer.wrong)
    moved = any(n.mistake.says.endswith(SHOULD_BE) for n in named)
    if moved and (found := in_other_order(search, values)):
        return [found]
    left = _unexplained(answer.wrong, [n for n in named if not n.is_vague])
    if not left or any(_is_described(answer, k) for k in left):
        return named
    found = find_pair(search, values, left, lambda: _without_effect(answer))
    pair = [found] if found else []
    if found and is_sure(found) and not _unexplained(answer.wrong, pair):
        return pair
    pair = _for_others(pair, [k for k in answer.wrong if k not in left])
    part = in_some_outputs(search, values, left) if _unexplained(left, pair) else []
    if not (found and is_sure(found)):
        pair, part = part, pair  # of two that explain as much, a listed mistake comes first
    more = max(pair, part, key=lambda found: len(left) - len(_unexplained(left, found)))
    return [*more, *_for_others(named, [k for n in more for k in n.outputs])]


def _was_cut(answer: WrongAnswer, k: int) -> bool:
    """Whether output k was written into an integer array, which cut off its decimals."""
    pairs = answer.pairs(k)
    fits = all(v.shape == r.shape for v, r in pairs)
    return fits and bool(describing.whole_numbers(pairs, answer.exercise.returns[k]))


def _unexplained(wrong: list[int], named: list[Named]) -> list[int]:
    """The wrong outputs that none of these mistakes explains."""
    explained = {k for n in named for k in n.outputs}
    return [k for k in wrong if k not in explained]


def _for_others(named: list[Named], outputs: list[int]) -> list[Named]:
    """The mistakes as explanations of other outputs than these, where some are left."""
    rest = [replace(n, outputs=tuple(k for k in n.outputs if k not in outputs)) for n in named]
    return [n for n in rest if n.outputs]


def _is_described(answer: WrongAnswer, k: int) -> bool:
    """Whether something can be said of output k as a whole.

    Not for rows in any order: of these, nearly always some row can be said to be missing.
    """
    return not answer.exercise.returns[k].unordered and bool(whole(answer, k))


def _without_effect(answer: WrongAnswer) -> frozenset[str]:
    """The arguments whose change never changes the answer."""
    changes: dict[str, list[bool]] = {}
    for c, value in answer.nudged:
        if "[" not in c.what:
            unchanged = all(map(same, value, answer.values[c.base]))
            changes.setdefault(c.what.strip("`"), []).append(not unchanged)
    return frozenset(name for name, every in changes.items() if not any(every))


@functools.lru_cache(KEPT)
def _search(exercise: Exercise, seed: int, cases: tuple[int, ...]) -> Search:
    """The search on some cases of a seed; remembered, because it keeps the mistakes' values.

    cases: which ones, counting the check's cases and then the further ones.
    """
    own = exercise.cases(np.random.default_rng(seed))
    every = [*own, *probes(exercise, seed).further]
    expected = [*right_values(exercise, own), *probes(exercise, seed).expected]
    return Search(exercise, [every[i] for i in cases], [expected[i] for i in cases])


# --- which lines ---------------------------------------------------------------------------------


def _sentences(answer: WrongAnswer, named: list[Named]) -> list[str]:
    """The lines on the wrong outputs: the named mistakes, in the order of the outputs.

    If nothing is named, there is one line on what is observed. The other outputs follow in a line
    of their own ("also wrong"), unless one comes before all that are explained: it cannot follow
    from them, so what is observed of it is said first.
    """
    returns, wrong = answer.exercise.returns, answer.wrong
    left = _unexplained(wrong, named)
    if not named:
        first, sentence = observed(answer, left)
        left.remove(first)
        return [sentence, *describing.follow([returns[k].name for k in left], returns[first].name)]
    lines, place = [], wrong.index
    for n in sorted(named, key=lambda n: place(n.outputs[0])):
        names = [f"`{returns[k].name}`" for k in n.outputs]
        is_clear = len(returns) == 1 or names[0] in n.mistake.says
        says = n.mistake.says
        if n.mistake in answer.exercise.mistakes and {*wrong} - {*n.outputs}:
            says = one_of_several(says) if CALLS_RIGHT.search(says) else says
        lines.append(says if is_clear else f"{', '.join(names)}: {says}")
    earliest = min((k for n in named for k in n.outputs), key=place)
    if before := [k for k in left if place(k) < place(earliest)]:
        first, sentence = observed(answer, before)
        lines.insert(0, sentence)
        left.remove(first)
        earliest = min(first, earliest, key=place)
    return lines + describing.follow([returns[k].name for k in left], returns[earliest].name)
