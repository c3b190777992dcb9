"""Whether any known wrong answer would pass, with many seeds; the results are stored in a file.

These are the labeled wrong answers of the tests, the listed mistakes, the altered right answers,
and pairs of these. One that passes with some seed is a survivor: that seed's cases happen not to
show the error. An alteration that agrees with the right answer in every case of every seed is
listed separately: either it changes nothing, or the cases cannot show it.
"""

import functools
import hashlib
import importlib
import inspect
import json
import sys
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from rnnlib.exercises.alterations import arguments as of_arguments
from rnnlib.exercises.comparing import agree, right_values
from rnnlib.exercises.naming import Search
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise, Mistake
from rnnlib.lessons import AuthoringError
from rnnlib.places import ROOT, write

FILE = Path("tests", "exercises", "survivors.json")
ANSWERS = "tests.exercises.answers.report"  # in a checkout: the labeled answers
CHAPTERS = "rnnlib.exercises.chapters"
PAIRS = 150  # pairs of alterations for each exercise
PAIR = "pair "  # prefix of their names


@dataclass(frozen=True)
class Entry:
    """What was found for one exercise.

    code: a digest of its cases, its reference and the comparison. alike: descriptions of the single
    alterations that agree with the right answer in every case of every seed.
    """

    code: str
    seeds: int
    tried: int
    survivors: dict[str, list[int]]
    alike: list[str]


def survivors(ids: list[str], seeds: int, processes: int | None = None) -> dict[str, Entry]:
    """For each exercise, what passes with seeds 0, 1, …"""
    with ProcessPoolExecutor(processes) as pool:
        found = pool.map(functools.partial(of_exercise, seeds=range(seeds)), ids)
        return dict(zip(ids, found, strict=True))


def keep(found: dict[str, Entry], root: Path = ROOT) -> Path:
    """Add the entries to the file, which keeps those of other exercises that still exist."""
    path = root / FILE
    entries = {id: entry for id, entry in {**kept(root), **found}.items() if id in exercises()}
    table = {id: asdict(entries[id]) for id in sorted(entries)}
    write(path, json.dumps(table, indent=1, ensure_ascii=False).encode() + b"\n")
    return path


def kept(root: Path = ROOT) -> dict[str, Entry]:
    """The entries of the file."""
    path = root / FILE
    if not path.exists():
        return {}
    return {id: Entry(**e) for id, e in json.loads(path.read_text(encoding="utf-8")).items()}


def of_exercise(id: str, seeds: range) -> Entry:
    """Which known wrong answers pass, and with which of these seeds."""
    import numpy as np

    exercise = exercises()[id]
    known = wrong_answers(exercise)
    passing: dict[str, list[int]] = {name: [] for name in known}
    for seed in seeds:
        cases = exercise.cases(np.random.default_rng(seed))
        search = Search(exercise, cases, right_values(exercise, cases))
        for name, (mistake, _) in known.items():
            if passes(search, mistake):
                passing[name].append(seed)
    lucky = {name: found for name, found in passing.items() if found}
    same = [name for name in lucky if len(lucky[name]) == len(seeds) and not known[name][1]]
    return Entry(
        code_of(exercise),
        len(seeds),
        len(known),
        {name: found for name, found in lucky.items() if name not in same},
        sorted({known[name][0].says for name in same if not name.startswith(PAIR)}),
    )


def passes(search: Search, mistake: Mistake) -> bool:
    """Whether its values are right in every case; stops at the first that is not."""
    rtol = search.exercise.rtol
    for i in search.order:
        made = search.computed(mistake, i)
        if made is None or not all(
            m.shape == r.shape and agree(m, r, rtol)
            for m, r in zip(made, search.expected[i], strict=True)
        ):
            return False
    return True


def wrong_answers(exercise: Exercise) -> dict[str, tuple[Mistake, bool]]:
    """All that are tried, by name, and whether each is known to be wrong or only altered."""
    import numpy as np

    cases = exercise.cases(np.random.default_rng(0))
    search = Search(exercise, cases, right_values(exercise, cases))
    labelled = labelled_answers().get(exercise.id, [])
    known = {f"answer {answer.__name__}": (Mistake(answer, ""), True) for answer in labelled}
    known |= {f"listed {m.wrong.__name__}": (m, True) for m in exercise.mistakes}
    altered = [*search.altered_arguments, *search.altered_programs]
    known |= {f"altered {m.wrong.__name__}": (m, False) for m in altered}
    wrong = [m for m in altered if not passes(search, m)]
    pairs = {f"{PAIR}{m.wrong.__name__}": (m, False) for m in _pairs(search, wrong)}
    return known | pairs


@functools.cache
def labelled_answers(root: Path = ROOT) -> dict[str, list[Callable]]:
    """The wrong answers of the tests, by exercise; they exist only in a checkout."""
    if not (root / "tests").is_dir():
        raise AuthoringError(f"{root} has no tests: this command needs a checkout")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    wrong = importlib.import_module(ANSWERS).WRONG
    return {id: [w.answer for w in answers] for id, answers in wrong.items()}


def _pairs(search: Search, wrong: list[Mistake]) -> Iterator[Mistake]:
    """Some pairs of an alteration or listed mistake with altered arguments, always the same."""
    import numpy as np

    rng = np.random.default_rng(0)
    first = [*search.exercise.mistakes, *wrong]
    changes = of_arguments.changes(search.names, search.cases)
    if not first or not changes:
        return
    for _ in range(PAIRS):
        mistake = first[rng.integers(len(first))]
        change = changes[rng.integers(len(changes))]
        yield of_arguments.on_top(mistake, change)


def code_of(exercise: Exercise) -> str:
    """A digest of the code of the exercise's cases, its reference and the comparison."""
    sources = sorted(_sources([exercise.cases, inspect.unwrap(exercise.reference), agree]))
    rest = repr((exercise.rtol, exercise.returns))
    return hashlib.sha256("\0".join([*sources, rest]).encode()).hexdigest()[:16]


def _sources(functions: list[Callable]) -> set[str]:
    """The code of the functions, and of all functions of the chapters that they call."""
    seen: dict[Callable, str] = {}
    waiting = list(functions)
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen[function] = inspect.getsource(function)
        names = _names(function.__code__)
        places = [function.__globals__]
        places += [vars(m) for n in names if _of_chapters(m := function.__globals__.get(n))]
        called = [place[name] for place in places for name in names if name in place]
        waiting += [c for c in called if isinstance(c, types.FunctionType) and _of_chapters(c)]
    return set(seen.values())


def _of_chapters(found: object) -> bool:
    """Whether this is a function or a module of the chapters."""
    name = "__name__" if isinstance(found, types.ModuleType) else "__module__"
    return str(getattr(found, name, "")).startswith(CHAPTERS)


def _names(code: types.CodeType) -> set[str]:
    """The names in a function's code, and in the functions within it."""
    inner = [_names(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return set(code.co_names).union(*inner)
