"""The scripts of a deck: npm packages, pinned in package.json, downloaded once per user."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from rnnlib.lessons import AuthoringError

PINS = Path(__file__).with_name("package.json")
NEEDED = {  # the files that a deck needs from each package; * matches folders too
    "reveal.js": (
        "LICENSE",
        "dist/reveal.css",
        "dist/reveal.js",
        "dist/theme/fonts/source-sans-pro/*",
        "dist/theme/white.css",
        "plugin/notes/notes.js",
    ),
    "requirejs": ("require.js",),
    "mathjax": (
        "LICENSE",
        "MathJax.js",
        "config/TeX-AMS_CHTML-full.js",
        "extensions/*.js",
        "fonts/HTML-CSS/TeX/woff/*",
        "jax/element/*",
        "jax/input/TeX/*",
        "jax/output/CommonHTML/*",
        "localization/en/*",
    ),
    # the script expects its fonts next to it; without them play buttons are blank
    "@jupyter-widgets/html-manager": ("LICENSE", "dist/embed-amd.js", "dist/*.woff2"),
}


def fetch(pins: Path | None = None, needed: Mapping[str, tuple[str, ...]] = NEEDED) -> Path:
    """The folder with a subfolder for each package, from the user's cache or else from npm.

    `pins` is a package.json with a checksum for each package, by default the deck's; `needed` has
    the files to take from each. AuthoringError if npm is missing or fails; the cache then does not
    change.
    """
    pins = PINS if pins is None else pins
    folder = _cache() / hashlib.sha256(pins.read_bytes()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise AuthoringError(
            "npm is not installed: it fetches, once, the scripts that pages need to work without "
            "a network. Install Node.js (Debian: apt install npm) and run this again"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        unpacked = Path(name) / "scripts"
        for package, tarball in _packed(npm, pins, Path(name)):
            _unpack(needed[package], tarball, unpacked / package)
        try:
            unpacked.rename(folder)
        except OSError:  # another process was faster
            if not folder.is_dir():
                raise
    return folder


def _packed(npm: str, pins: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Each package and its archive, downloaded by npm and checked against its pin."""
    pinned = json.loads(pins.read_text(encoding="utf-8"))
    versions = pinned["dependencies"]
    wanted = [f"{package}@{version}" for package, version in versions.items()]
    command = [npm, "pack", "--ignore-scripts", "--pack-destination", str(folder), *wanted]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("npm err")]
        reason = said[0].removeprefix("npm error ") if said else f"exit code {done.returncode}"
        raise AuthoringError(f"npm could not fetch {', '.join(versions)}: {reason}")
    for package, version in versions.items():
        tarball = folder / f"{package.lstrip('@').replace('/', '-')}-{version}.tgz"
        digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if pinned["integrity"][package] != f"sha512-{digest}":
            what = f"{package} {version} is not what {pins.name} says: its checksum differs"
            raise AuthoringError(what)
        yield package, tarball


def _unpack(patterns: tuple[str, ...], tarball: Path, folder: Path) -> None:
    """The files of a package whose paths match a pattern, into the folder."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            path = member.name.partition("/")[2]  # without the "package/" of all npm archives
            needed = any(fnmatchcase(path, pattern) for pattern in patterns)
            if needed and member.isfile() and (data := archive.extractfile(member)):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data.read())


def _cache() -> Path:
    """The user's cache folder."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "rnnlib" / "slides"
