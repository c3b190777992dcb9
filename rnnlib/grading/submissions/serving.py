"""The process that reads submissions: requests on stdin, replies on stdout.

It runs without the course: only Python's standard library is available.
"""

import contextlib
import json
import sys
from pathlib import Path
from types import ModuleType

try:
    import resource
except ImportError:  # Windows
    resource = None

MOST_MEMORY = 1_500_000_000  # for a file, its text, and the parsed content
HERE = Path(__file__).resolve().parent


def stand_alone() -> None:
    """Make the modules next to this one importable without running their parent packages."""
    folders = {"rnnlib": HERE.parents[1], "rnnlib.grading": HERE.parent}
    folders["rnnlib.grading.viva"] = HERE.parent / "viva"
    for name, folder in {**folders, "rnnlib.grading.submissions": HERE}.items():
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def replied(request: dict, data: bytes) -> dict:
    """The reply to a request from `isolated` about one submission."""
    from rnnlib.grading.submissions import again, parsing, written

    if "options" in request:
        return {"guesses": parsing.guesses(data, request["kind"], request["options"])}
    cells = parsing.read(data)
    if "lessons" in request:
        return {"alike": again.alike(cells, request["lessons"])}
    if "written" in request:
        return {"written": written.written(cells, request["written"], set(request["handed_out"]))}
    if "missing" in request:
        known = set(request["handed_out"])
        return {
            "there": again.there(cells, request["missing"]),
            "undefined": again.undefined(cells, request["wrong"]),
            "changed": [k for k, text in enumerate(cells) if text not in known],
        }
    how = {key: request[key] for key in ("lean", "cut", "answers")}
    units = parsing.to_run(cells, set(request["handed_out"]), request["functions"], **how)
    if "accepted" in request:
        from rnnlib.grading.viva.definitions import own_code

        given = request["handed_out"], request["answers"], request["accepted"]
        return own_code(cells, units, *given)
    if "asked" not in request:
        return {"units": units}
    steps, whys = again.second_run(units, request["asked"], request["answers"])
    return {"units": units, "steps": steps, "whys": whys}


def limit() -> None:
    """Limit this process as far as the system allows: macOS and Windows have only the time limit.

    Linux refuses a limit only if there is already a lower one.
    """
    if resource is None:
        return
    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def serve() -> None:
    """Answer requests: a line of JSON, then as many bytes as it says; a line of JSON each."""
    from rnnlib.grading.submissions import parsing, statements

    limit()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        data = sys.stdin.buffer.read(request["size"])
        try:
            reply = replied(request, data)
        except parsing.Invalid as error:
            reply = {"invalid": str(error)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()
        statements.tree.cache_clear()  # a parsed object may be much larger than its text


if __name__ == "__main__":
    stand_alone()
    serve()
