"""The site: put together from a tiny distribution that the tests make, and what can go wrong."""

import errno
import json
import os
import re
import shutil
import sys
import zipfile
from functools import partial
from importlib.util import find_spec

import pytest
from click.testing import CliRunner

from rnnlib import places
from rnnlib.__main__ import main
from rnnlib.authoring import home
from rnnlib.lessons import AuthoringError
from rnnlib.site import building, bytecode, lite, python, trial
from tests.site.distribution import VERSION, Distribution, sha256, wheel

PURE = {"ipywidgets", "piplite", "pydoc-data", "rnnlib"}


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    folder = tmp_path / "distribution"
    folder.mkdir()
    made = Distribution(folder)
    made.install(monkeypatch)
    return made


@pytest.fixture
def put_together(distribution, tmp_path):
    def put(pyodide=distribution.pyodide):
        course = wheel(tmp_path, "rnnlib", "1.0")
        return python.put_together(tmp_path / "python", distribution.kernel, course, pyodide)

    return put


def need_jupyterlite():
    if all(map(find_spec, [*building.TOOLS, *building.reader.TOOLS])):
        return
    reason = "the site needs the packages of the extra site"
    if os.environ.get("RNNLIB_REQUIRE_SITE"):
        pytest.fail(reason)
    pytest.skip(reason)


# --- Pyodide and its packages ---


@pytest.mark.slow
def test_the_lock_names_every_wheel_with_its_hash_and_no_other(put_together, tmp_path):
    packages = put_together()
    folder = tmp_path / "python"
    lock = json.loads((folder / python.LOCK).read_text())
    assert set(packages) == set(lock["packages"]) == PURE | set(python.COMPILED)
    files = {entry["file_name"]: entry["sha256"] for entry in lock["packages"].values()}
    assert files == {path.name: sha256(path) for path in folder.glob("*.whl")}
    assert all(name.split("-")[2] == f"0{value[:12]}" for name, value in files.items())
    assert {path.name for path in folder.iterdir()} == {*files, *python.RUNTIME}


def test_a_wheel_with_another_hash_is_not_used(put_together, distribution):
    path = next(distribution.pyodide.glob("numpy*"))
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(AuthoringError, match=r"numpy-1.0\S+ in .* does not match the hash"):
        put_together()


@pytest.mark.slow
def test_a_pure_package_with_another_hash_is_not_used(put_together, distribution):
    path = next(distribution.pypi.iterdir())
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(AuthoringError, match=r"^pip download failed: .*HASHES"):
        put_together()


def test_a_wheel_that_is_not_there_is_named(put_together, distribution):
    next(distribution.pyodide.glob("kiwisolver*")).unlink()
    with pytest.raises(AuthoringError, match=r"has no kiwisolver-1.0\S+, which Pyodide"):
        put_together()


@pytest.mark.slow
def test_compiled_wheels_are_fetched_from_the_distribution(
    put_together, distribution, monkeypatch, tmp_path
):
    (distribution.folder / f"v{VERSION}").symlink_to(distribution.pyodide)
    with trial.serve(distribution.folder) as server:
        address = f"{server.address}/v{{version}}/"
        monkeypatch.setattr(python, "DISTRIBUTION", address)
        put_together(None)
        assert len([*(tmp_path / "python").glob("*wasm32.whl")]) == len(python.COMPILED)


def test_a_wheel_that_cannot_be_fetched_is_named_with_the_way_out(
    put_together, distribution, monkeypatch
):
    with trial.serve(distribution.folder) as server:
        monkeypatch.setattr(python, "DISTRIBUTION", f"{server.address}/nowhere/")
        with pytest.raises(
            AuthoringError, match=r"contourpy\S+ cannot be downloaded: .*404.*--pyodide"
        ):
            put_together(None)


def test_without_npm_it_says_what_to_install(put_together, distribution):
    (distribution.bin / "npm").unlink()
    with pytest.raises(AuthoringError, match="npm is not installed"):
        put_together()


def test_the_pinned_pyodide_is_the_one_that_the_kernel_names():
    need_jupyterlite()
    from jupyterlite_pyodide_kernel.constants import PYODIDE_PYTHON_VERSION, PYODIDE_VERSION

    pins = json.loads(python.PINS.read_text())
    assert pins["dependencies"] == {"pyodide": PYODIDE_VERSION}
    assert set(pins["integrity"]) == {"pyodide"}
    assert PYODIDE_PYTHON_VERSION == python.PYTHON


@pytest.mark.parametrize("zipped", [True, False], ids=["imported zipped", "unpacked"])
def test_bytecode_is_what_python_then_imports(tmp_path, monkeypatch, zipped):
    archive = tmp_path / "old.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("kept_room/__init__.py", "VALUE = 1")
        file.writestr("kept_room/other.py", "not Python, and not named")
    names = {"kept_room/__init__.py"}
    new = tmp_path / "new.zip"
    new.write_bytes(bytecode.compiled(archive.read_bytes(), names, zipped=zipped))
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(new) as file:
        file.extractall(folder)
    # another source: only the bytecode still says 1
    if zipped:
        new.unlink()
        (folder / "kept_room" / "__init__.py").write_text("VALUE = 2")
        with zipfile.ZipFile(new, "w") as file:
            for path in sorted((folder / "kept_room").iterdir()):
                file.write(path, f"kept_room/{path.name}")
    else:
        (folder / "kept_room" / "__init__.py").write_text("VALUE = 2")
    monkeypatch.syspath_prepend(str(new if zipped else folder))
    monkeypatch.delitem(sys.modules, "kept_room", raising=False)
    import kept_room

    assert kept_room.VALUE == 1
    sys.modules.pop("kept_room")


def test_what_pyodide_says_when_it_does_not_run_is_passed_on(tmp_path):
    if shutil.which("node") is None:
        if os.environ.get("RNNLIB_REQUIRE_NPM"):
            pytest.fail("Node.js is missing")
        pytest.skip("needs Node.js")
    with pytest.raises(AuthoringError, match=r"could not be run in Node\.js: .*pyodide\.mjs"):
        python._precompile(tmp_path)


# --- the site ---


@pytest.mark.slow
def test_the_site_has_the_course_its_own_python_and_names_no_other_address(
    distribution, tmp_path, monkeypatch
):
    need_jupyterlite()
    (tmp_path / "scripts" / "mathjax").mkdir(parents=True)
    monkeypatch.setattr(building.reader, "fetch", lambda: tmp_path / "scripts")
    monkeypatch.setattr(building.reader, "make", partial(building.reader.make, only={"00"}))
    out = tmp_path / "site"
    building.make(out, pyodide=distribution.pyodide)
    config = json.loads((out / "try" / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = config["litePluginSettings"][f"{lite.KERNEL}:kernel"]
    options = kernel["loadPyodideOptions"]
    assert kernel["disablePyPIFallback"] is True
    assert kernel["pyodideUrl"] == "./static/pyodide/pyodide.mjs"
    assert {"rnnlib", "numpy"} <= set(options["packages"])
    assert options["env"] == {"RNNLIB_WORK": "/drive"}
    assert (out / "try" / options["lockFileURL"]).is_file()
    assert {e["name"] for e in config["federated_extensions"]} == set(lite.EXTENSIONS)
    assert not re.search(r"https?://", json.dumps(kernel) + (out / "index.html").read_text())
    assert (out / home.WHEEL).is_file()  # where a lesson with this address looks for it
    given = {lite.KEEPING.name, *(path.name for path in places.COURSE.glob("*.ipynb"))}
    assert {path.name for path in (out / "try" / "files").glob("*.ipynb")} == given
    page = (out / "index.html").read_text()
    links = [link.partition("?")[0] for link in re.findall(r'(?:href|src)="([^":]+)"', page)]
    assert {"try/lab/index.html", "read/index.html"} <= set(links)
    assert [link for link in links if not (out / link).is_file()] == []


@pytest.fixture
def quick(monkeypatch):
    """Without JupyterLite: its part is a folder with one page."""

    def build(out, scratch, course, pyodide=None):
        (out / "lab").mkdir(parents=True)
        (out / "lab" / "index.html").write_text("a page")

    def pages(out, interactive):
        out.mkdir()
        (out / "index.html").write_text("a page")

    monkeypatch.setattr(building.folder, "require", lambda tools: None)
    monkeypatch.setattr(python, "make_wheel", lambda folder: wheel(folder, "rnnlib", "1.0"))
    monkeypatch.setattr(lite, "build", build)
    monkeypatch.setattr(building.reader, "make", pages)


def test_an_earlier_site_is_replaced_as_a_whole(quick, tmp_path):
    out = tmp_path / "site"
    building.make(out)
    (out / "old.html").write_text("")
    building.make(out)
    assert not (out / "old.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_with_something_else_is_left_alone(quick, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(AuthoringError, match="something other than an earlier site"):
        building.make(tmp_path)
    with pytest.raises(AuthoringError, match="is a file"):
        building.make(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), AuthoringError("a hash differs")],
    ids=["full disk", "wrong hash"],
)
def test_where_it_fails_nothing_half_written_is_left(quick, tmp_path, monkeypatch, error):
    def build(out, scratch, course, pyodide=None):
        (out / "lab").mkdir(parents=True)
        raise error

    monkeypatch.setattr(lite, "build", build)
    done = CliRunner().invoke(main, ["site", "--out", str(tmp_path / "site")])
    assert done.exit_code == 1
    assert re.fullmatch(r"Error: .*(No space left on device|a hash differs)\n", done.output)
    assert [*tmp_path.iterdir()] == []


def test_a_missing_tool_is_named_with_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "TOOLS", {"no_such_tool": "no-such-tool"})
    with pytest.raises(AuthoringError, match=r"needs no-such-tool; run: .*\[site\]"):
        building.make(tmp_path / "site")
    assert [*tmp_path.iterdir()] == []


def test_the_command_says_what_it_needs(tmp_path):
    without = CliRunner().invoke(main, ["site"])
    assert without.exit_code == 2 and "--out DIR" in without.output
    lessons = CliRunner().invoke(main, ["site", "--out", str(tmp_path / "site"), "00"])
    assert lessons.exit_code == 2 and "--try" in lessons.output
    unknown = CliRunner().invoke(main, ["site", "--try", "77"])
    assert unknown.exit_code == 1 and "no lesson 77" in unknown.output
