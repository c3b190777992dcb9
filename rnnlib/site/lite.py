"""JupyterLite with the course: JupyterLab as static files, with Pyodide as the kernel."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rnnlib.lessons import AuthoringError
from rnnlib.places import COURSE
from rnnlib.site import python
from rnnlib.workcopy.browser import KEEPING

KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", KERNEL)
SETTINGS = Path(__file__).parents[1] / "app" / "settings" / "overrides.json"
APPS = ("lab", "notebooks")
CONFIG = "jupyter_lite_config.json"


def build(out: Path, scratch: Path, course: Path, pyodide: Path | None = None) -> None:
    """Write the JupyterLite site into the new folder `out`. AuthoringError if that fails.

    course: rnnlib's wheel.
    """
    extensions = {name: _extension(name) for name in EXTENSIONS}
    source = scratch / "lite"
    kernel_wheels = extensions[KERNEL] / "static" / "pypi"
    packages = python.put_together(source / "static" / "pyodide", kernel_wheels, course, pyodide)
    settings = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Recurrent networks, unrolled",
            "exposeAppInBrowser": True,
            "litePluginSettings": {f"{KERNEL}:kernel": _kernel_settings(packages)},
        },
    }
    (source / "jupyter-lite.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    config = {
        "apps": APPS,
        "contents": [str(COURSE), str(KEEPING)],
        "federated_extensions": [str(path) for path in extensions.values()],
        "ignore_sys_prefix": ["federated_extensions"],
        "lite_dir": str(source),
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(out),
        "settings_overrides": [str(SETTINGS)],
    }
    (source / CONFIG).write_text(json.dumps({"LiteBuildConfig": config}), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if done.returncode or not (out / "lab" / "index.html").is_file():
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise AuthoringError(f"JupyterLite could not be built: {said[-1]}")


def _kernel_settings(packages: list[str]) -> dict:
    """Load all packages at once, and nothing from other servers."""
    return {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": packages,
            "lockFileURL": f"./static/pyodide/{python.LOCK}",
            "env": {"RNNLIB_WORK": "/drive"},
        },
    }


def _extension(name: str) -> Path:
    """The folder of an installed JupyterLab extension."""
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder, name) for folder in jupyter_path("labextensions")]
    found = next((folder for folder in folders if (folder / "package.json").is_file()), None)
    if found is None:
        raise AuthoringError(
            f'{name} is not installed; run: {sys.executable} -m pip install "rnnlib[site]"'
        )
    return found
