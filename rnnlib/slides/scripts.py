"""The scripts of a deck: npm packages, pinned in package.json, fetched once for each user."""

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
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from rnnlib.lessons import AuthoringError

PINS = Path(__file__).with_name("package.json")
NEEDED = {  # the files that a deck needs of each package; * stands for folders too
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
    # the script looks for its fonts beside itself; without them play buttons are blank
    "@jupyter-widgets/html-manager": ("LICENSE", "dist/embed-amd.js", "dist/*.woff2"),
}


def fetch() -> Path:
    """The folder with a folder for each package, from the user's cache, or else from npm.

    AuthoringError where npm is missing or fails; the cache then stays as it was.
    """
    folder = _cache() / hashlib.sha256(PINS.read_bytes()).hexdigest()[:16]
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
        for package, tarball in _packed(npm, Path(name)):
            _unpack(package, tarball, unpacked / package)
        try:
            unpacked.rename(folder)
        except OSError:  # somebody else was quicker
            if not folder.is_dir():
                raise
    return folder


def _packed(npm: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Each package and its archive, as npm downloads it; its contents are the pinned ones."""
    pins = json.loads(PINS.read_text(encoding="utf-8"))
    versions = pins["dependencies"]
    wanted = [f"{package}@{version}" for package, version in versions.items()]
    command = [npm, "pack", "--ignore-scripts", "--pack-destination", str(folder), *wanted]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("npm err")]
        reason = said[0].removeprefix("npm error ") if said else f"exit code {done.returncode}"
        raise AuthoringError(f"npm could not fetch the scripts of the slides: {reason}")
    for package, version in versions.items():
        tarball = folder / f"{package.lstrip('@').replace('/', '-')}-{version}.tgz"
        digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if pins["integrity"][package] != f"sha512-{digest}":
            what = f"{package} {version} is not what {PINS.name} says: its checksum differs"
            raise AuthoringError(what)
        yield package, tarball


def _unpack(package: str, tarball: Path, folder: Path) -> None:
    """The files that are needed of a package, into the folder."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            path = member.name.partition("/")[2]  # without the "package/" of all npm archives
            needed = any(fnmatchcase(path, pattern) for pattern in NEEDED[package])
            if needed and member.isfile() and (data := archive.extractfile(member)):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data.read())


def _cache() -> Path:
    """Where this user's programs keep what they can fetch again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "rnnlib" / "slides"
