"""A listed mistake named for only some of the wrong outputs.

If an answer makes two mistakes and one of them does not affect all outputs, the other one can be
recognized in the outputs that are left. `naming` does not find it, because it makes further outputs
wrong, and not as the answer does.
"""

from rnnlib.exercises.comparing import Arrays, equal
from rnnlib.exercises.naming import Named, Search
from rnnlib.exercises.spec import Mistake


def in_some_outputs(search: Search, values: list[Arrays], wrong: list[int]) -> list[Named]:
    """The listed mistake that makes most of these wrong outputs as the answer does; or none.

    The outputs that it makes wrong in some other way must be wrong in the answer, too. If several
    mistakes with different sentences do equally well, none is named. values: the answer's outputs
    in each case of the search.
    """
    returns = search.exercise.returns
    if len(returns) < 2:
        return []
    fits = [(m, ks) for m in search.exercise.mistakes if (ks := _shared(search, m, values, wrong))]
    most = max((len(ks) for _, ks in fits), default=0)
    best = [(m, ks) for m, ks in fits if len(ks) == most]
    if not best or len({m.says for m, _ in best}) > 1:
        return []
    mistake, ks = best[0]
    names = ", ".join(f"`{returns[k].name}`" for k in ks)
    return [Named(ks, Mistake(mistake.wrong, f"{names}: {mistake.says}"))]


def _shared(
    search: Search, mistake: Mistake, values: list[Arrays], outputs: list[int]
) -> tuple[int, ...]:
    """Of these outputs, those that the mistake makes wrong as the answer does, in all cases.

    Empty if in some case it makes an output wrong that is right in the answer.
    """
    rtol, agreeing, wrong = search.exercise.rtol, set(outputs), set()
    for i in search.order:
        made = search.value(mistake, i)
        if made is None:
            return ()
        for k, (m, v, r) in enumerate(zip(made, values[i], search.expected[i], strict=True)):
            if not equal(m, r, rtol):
                if equal(v, r, rtol):
                    return ()
                wrong.add(k)
            if not equal(v, m, rtol):
                agreeing.discard(k)
        if not agreeing:
            return ()
    return tuple(k for k in outputs if k in agreeing & wrong)
