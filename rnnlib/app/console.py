"""Output in a terminal that does not know every character, as on Windows with code page 1252."""

import codecs
import io
import sys

# What the commands print beyond such code pages; whatever else there is becomes "?".
INSTEAD = {"✓": "+", "✗": "x", "○": "-", "→": "->", "…": "...", "θ": "theta", "∂": "d"}


def print_anything() -> None:
    """From now on, stdout and stderr replace characters they cannot write, as INSTEAD says."""
    codecs.register_error("rnnlib.instead", _instead)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="rnnlib.instead")


def _instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    return "".join(INSTEAD.get(character, "?") for character in found), error.end
