"""Runs a lesson's cells with one value of SEED, in its own process, and checks its proofs.

The cells run in one namespace, as in a notebook, but without a kernel: their output is discarded.
`rnnlib.authoring.replicate` starts the process, with the cells as JSON on its standard input.
"""

from __future__ import annotations

import ast
import json
import linecache
import os
import re
import signal
import sys
import time
import traceback
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rnnlib.authoring.altering import ALTERATIONS, Alteration, fingerprint

HELD, FAILED = "holds", "does not hold"
RAISED, UNTOUCHED = "raises", "is not altered"
RIVAL = "rival"
LONGER = 10  # times the proof's own time is allowed with a replaced value
SECONDS = 5.0  # and at least this many seconds


def run_cells(cells: Sequence[dict[str, Any]], seed: int, strength: bool) -> dict[str, Any]:
    """The result of each proof, up to the first visible cell that raises, and where that is."""
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    namespace = main.__dict__
    namespace["display"] = lambda *_, **__: None
    proofs: list[dict[str, Any]] = []
    shown: list[str] = []  # the tags of the last visible cell
    for cell in cells:
        if "proof" in cell["tags"]:
            proofs.append(_proof(cell, shown, namespace, seed, strength))
            continue
        shown = cell["tags"]
        try:
            exec(_compiled(cell), namespace)
        except (Exception, SystemExit) as error:
            return {"seed": seed, "proofs": proofs, "ended": _told(error, cell)}
        _close_figures()
    return {"seed": seed, "proofs": proofs, "ended": None}


def _proof(
    cell: dict[str, Any], shown: list[str], namespace: dict[str, Any], seed: int, strength: bool
) -> dict[str, Any]:
    code, before = _compiled(cell), dict(namespace)
    reads = sorted(name for name in names_read(cell["source"]) if name in before)
    found: dict[str, Any] = {
        "line": cell["line"],
        "reads": {name: fingerprint(before[name], namespace) for name in reads},
        "runs": _runs([*cell["tags"], *shown], before),
        "with": {},
    }
    started = time.perf_counter()
    with _generators_kept(before):
        found["outcome"] = _outcome(code, namespace, cell)
    seconds = max(SECONDS, LONGER * (time.perf_counter() - started))
    if strength and found["outcome"] == HELD:
        after = dict(namespace)
        for name, changed, alteration in _replacements(cell, before, seed):
            _reset(namespace, before | changed)
            with _generators_kept(before):
                said = _outcome(code, namespace, cell, seconds)
            if said in (HELD, FAILED) and alteration and not alteration.touched:
                said = UNTOUCHED
            found["with"][name] = said if said in (HELD, FAILED, UNTOUCHED) else RAISED
        _reset(namespace, after)
    return found


def _replacements(
    cell: dict[str, Any], before: dict[str, Any], seed: int
) -> Iterator[tuple[str, dict[str, Any], Alteration | None]]:
    """For each replacement its name, and the values that replace the subjects."""
    subjects = [name for name in _tagged(cell["tags"], "subject") if name in before]
    several = len(subjects) > 1
    for subject in subjects:
        of = f" of {subject}" if several else ""
        for rival in _tagged(cell["tags"], RIVAL):
            if rival in before and fingerprint(before[rival]) != fingerprint(before[subject]):
                yield f"{RIVAL} {rival}{of}", {subject: before[rival]}, None
        for name in ALTERATIONS:
            alteration = Alteration(name, [seed, cell["line"]])
            yield f"{name}{of}", {subject: alteration(before[subject])}, alteration


def _outcome(
    code: types.CodeType, namespace: dict[str, Any], cell: dict[str, Any], seconds: float = 0
) -> str:
    try:
        with _stopped_after(seconds):
            exec(code, namespace)
    except AssertionError:
        return FAILED
    except (Exception, SystemExit) as error:
        return _told(error, cell)
    return HELD


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Raise TimeoutError after this many seconds, if the system has such a timer; never for 0."""
    if not (seconds and hasattr(signal, "setitimer")):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _generators_kept(values: dict[str, Any]) -> Iterator[None]:
    """Random numbers that a proof draws do not affect later cells."""
    numpy = sys.modules.get("numpy")
    kind = numpy.random.Generator if numpy else ()
    kept = [(v, v.bit_generator.state) for v in values.values() if isinstance(v, kind)]
    try:
        yield
    finally:
        for generator, state in kept:
            generator.bit_generator.state = state


def _reset(namespace: dict[str, Any], values: dict[str, Any]) -> None:
    namespace.clear()
    namespace.update(values)


def _runs(tags: list[str], values: dict[str, Any]) -> int | None:
    """The number of runs in a stored study: its `n`, or the number of its members."""
    for name in _tagged(tags, "study"):
        study = values.get(name)
        told = study.get("n") if isinstance(study, dict) else getattr(study, "n", None)
        if isinstance(told, int):
            return told
        if hasattr(study, "__len__"):
            return len(study)  # pyright: ignore[reportArgumentType]
    return None


def _tagged(tags: list[str], name: str) -> list[str]:
    return [tag.partition(":")[2] for tag in tags if tag.startswith(f"{name}:")]


def names_read(source: str) -> set[str]:
    """The names that a piece of code reads."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    return {node.id for node in nodes if isinstance(node.ctx, ast.Load)}


def _compiled(cell: dict[str, Any]) -> types.CodeType:
    """The cell's code; `inspect` finds its source, as in a notebook."""
    lines = cell["source"].split("\n")
    source = "\n".join("pass" if re.match(r"\s*[%!]", text) else text for text in lines) + "\n"
    name = f"<cell {cell['line']}>"
    kept: list[str] = [f"{line}\n" for line in source.splitlines()]
    linecache.cache[name] = (len(source), None, kept, name)
    return compile(source, name, "exec")


def _told(error: BaseException, cell: dict[str, Any]) -> str:
    """An error in one line, with its line in the lesson's source."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f.lineno or 1 for f in frames if f.filename == f"<cell {cell['line']}>"]
    line = cell["line"] + (own[0] if own else getattr(error, "lineno", None) or 1) - 1
    return f"line {line}: {type(error).__name__}: {' '.join(str(error).split())}"


def _close_figures() -> None:
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def main() -> None:
    """Read cells and a seed, and write the results; the lesson's own output is discarded."""
    asked = json.load(sys.stdin)
    answer, errors = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        found = run_cells(asked["cells"], asked["seed"], asked["strength"])
    finally:
        os.dup2(errors, 2)
    with os.fdopen(answer, "w", encoding="utf-8") as stream:
        json.dump(found, stream)
