"""Unique names for submissions and for the files of their feedback.

Two names are alike if a file system or a reader may treat them as the same: they differ only in
case, or in how their letters are composed.
"""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MOST_BYTES = 150
HASHED = re.compile(r"-[0-9a-f]{16}")


def alike(name: str) -> str:
    """A key that is the same for all names that are alike."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def shown(paths: Iterable[str]) -> dict[str, str]:
    """Path in the folder -> name: without `.ipynb`, unless it would then be like another one."""
    short = {path: path.removesuffix(".ipynb") or path for path in paths}
    taken = Counter(alike(name) for path in short for name in {path, short[path]})
    return {path: name if taken[alike(name)] == 1 else path for path, name in short.items()}


def files(names: Iterable[str]) -> dict[str, str]:
    """Name -> the file of its feedback, without an extension, in one folder for all.

    The name itself if it is short, plain, and not like another one; else with a hash.
    """
    plain = {name: re.sub(r"[^\w.-]+", "-", name) for name in names}
    taken = Counter(map(alike, plain.values()))
    return {
        name: stem if taken[alike(stem)] == 1 and _own(stem) else _hashed(name, stem)
        for name, stem in plain.items()
    }


def _own(stem: str) -> bool:
    """Whether no other name can be given this stem with its hash."""
    return len(os.fsencode(stem)) <= MOST_BYTES and not HASHED.search(stem)


def _hashed(name: str, stem: str) -> str:
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    return f"{os.fsencode(stem)[:MOST_BYTES].decode(errors='ignore')}-{digest}"


def similar(names: Iterable[str]) -> list[str]:
    """The names that are like another one, or equal another one except for `.ipynb`."""
    names = list(names)
    taken = Counter(alike(name.removesuffix(".ipynb")) for name in names)
    return [name for name in names if taken[alike(name.removesuffix(".ipynb"))] > 1]
