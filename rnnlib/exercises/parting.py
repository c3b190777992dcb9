"""A listed mistake named for a part of the outputs that are wrong.

Where two mistakes are made at once and one of them spoils some outputs alone, it is seen there.
"""

from rnnlib.exercises.comparing import Arrays
from rnnlib.exercises.naming import Named, Search, equal
from rnnlib.exercises.spec import Mistake


def in_some_outputs(search: Search, values: list[Arrays], left: list[int]) -> list[Named]:
    """The listed mistake that makes most of these outputs as the answer has them, if it is but one.

    Where it makes another one wrong, that is wrong in the answer too, in a way of its own.
    """
    returns = search.exercise.returns
    if len(returns) < 2:
        return []
    fits = [(m, ks) for m in search.exercise.mistakes if (ks := _shared(search, m, values, left))]
    most = max((len(ks) for _, ks in fits), default=0)
    best = [(m, ks) for m, ks in fits if len(ks) == most]
    if not best or len({m.says for m, _ in best}) > 1:
        return []
    mistake, ks = best[0]
    names = ", ".join(f"`{returns[k].name}`" for k in ks)
    return [Named(ks, Mistake(mistake.wrong, f"{names}: {mistake.says}"))]


def _shared(
    search: Search, mistake: Mistake, values: list[Arrays], left: list[int]
) -> tuple[int, ...]:
    """Of these outputs, those that it makes wrong just as the answer does, in every case."""
    rtol, agreeing, spoilt = search.exercise.rtol, set(left), set()
    for i in search.order:
        made = search.value(mistake, i)
        if made is None:
            return ()
        for k, (m, v, r) in enumerate(zip(made, values[i], search.rights[i], strict=True)):
            if not equal(m, r, rtol):
                if equal(v, r, rtol):
                    return ()
                spoilt.add(k)
            if not equal(v, m, rtol):
                agreeing.discard(k)
        if not agreeing:
            return ()
    return tuple(k for k in left if k in agreeing & spoilt)
