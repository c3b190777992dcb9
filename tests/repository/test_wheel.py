"""rnnlib installed as a package: the commands work in an empty folder, and write nothing into it.

The wheel is made from the source distribution, so that this has all that it needs, too.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from rnnlib.authoring import home
from tests.repository.test_repository import ROOT, tracked

pytestmark = pytest.mark.slow
MAKES = "from setuptools import build_meta; print(build_meta.build_{}('made'))"


def ran(words, folder, **variables):
    """A command in `folder`, with no other place to find rnnlib in than the variables say."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("RNNLIB", "PYTHONPATH"))
    }
    return subprocess.run(
        words, cwd=folder, env={**environment, **variables}, capture_output=True, text=True
    )


def made(kind, folder, **variables):
    """The distribution that the project in `folder` makes of itself."""
    done = ran([sys.executable, "-c", MAKES.format(kind)], folder, **variables)
    assert done.returncode == 0, done.stderr
    return folder / "made" / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("source")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    shutil.unpack_archive(made("sdist", folder), folder / "unpacked", filter="data")
    (inside,) = (folder / "unpacked").iterdir()
    return inside


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    """The folder with the package: the test's own packages stand behind it."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(made("wheel", unpacked)) as wheel:
        wheel.extractall(folder)
    return folder


def files(folder):
    """What is in the folder, but for compiled modules."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder): path.read_bytes() for path in found}


def typed(line, installed, folder):
    """`rnnlib …` in `folder`, from the installed package, which must be the same afterwards."""
    before = files(installed)
    path = {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    done = ran([sys.executable, "-m", "rnnlib", *line.split()], folder, **path)
    assert files(installed) == before
    return done


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("doctor", ()),
        ("progress", ()),
        ("work my-course", ("my-course/01_dynamical_systems.ipynb", "my-course/.rnnlib")),
        ("release 01 --out out", ("out/01_dynamical_systems.ipynb",)),
        ("release 01 --out out --autograder", ("out/01_dynamical_systems_autograder.zip",)),
    ],
)
def test_a_command_works_from_the_wheel(line, leaves, installed, tmp_path):
    done = typed(line, installed, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all((tmp_path / name).exists() for name in leaves)


def test_what_belongs_into_a_clone_says_so_in_one_line(installed, tmp_path):
    done = typed("build", installed, tmp_path)
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert "needs a clone of the repository" in said
    assert not list(tmp_path.iterdir())


def test_the_autograder_from_the_wheel_is_that_from_the_clone(installed, tmp_path):
    from rnnlib.grading import release

    assert typed("release 01 --out . --autograder", installed, tmp_path).returncode == 0
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as archive:
        packed = {name for name in archive.namelist() if name.startswith(("rnnlib/", "course/"))}
    theirs = {name for name, _ in release._sources(ROOT) if name.startswith(("rnnlib/", "course/"))}
    assert packed == theirs


def test_solutions_are_shown_without_what_reads_the_lessons_sources(installed, tmp_path):
    code = (
        "import sys; sys.modules.update(jupytext=None, yaml=None, nbformat=None)\n"
        "from rnnlib import lessons, places; print(places.ROOT)\n"
        "print(lessons.worked_solution('01.1')[0])"
    )
    done = ran([sys.executable, "-c", code], tmp_path, PYTHONPATH=str(installed))
    place, *lines = done.stdout.splitlines()
    assert place == str(installed / "rnnlib" / "materials"), done.stderr
    assert any(line.startswith("def ") for line in lines)


def test_the_wheel_has_the_name_by_which_lessons_install_it(installed, unpacked):
    (wheel,) = (unpacked / "made").glob("*.whl")
    assert wheel.name == home.WHEEL


@pytest.mark.parametrize("kind", ["learner", "class"])
def test_a_wheel_for_learners_has_no_more_of_the_solutions_than_it_should(kind, unpacked, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(unpacked, folder, ignore=shutil.ignore_patterns("tests", "made", "build"))
    with zipfile.ZipFile(made("wheel", folder, RNNLIB_WHEEL=kind)) as wheel:
        inside = {
            name: wheel.read(name)
            for name in wheel.namelist()
            if name.startswith("rnnlib/materials/solutions/")
        }
    assert {name.rpartition(".")[2] for name in inside} == {"ipynb"}
    cells = [cell for data in inside.values() for cell in json.loads(data)["cells"]]
    tags = [cell["metadata"]["tags"] for cell in cells]
    assert not any("proof" in own for own in tags)
    assert all("torch" in cell["metadata"]["tags"] for cell in cells if cell.get("outputs"))
    assert any(cell.get("outputs") for cell in cells)
    if kind == "class":
        assert all("torch" in own for own in tags)
    else:
        assert any(tag.startswith("solution:") for own in tags for tag in own)


def test_another_kind_of_wheel_is_refused(unpacked):
    done = ran([sys.executable, "-c", MAKES.format("wheel")], unpacked, RNNLIB_WHEEL="some")
    assert (
        done.returncode and "RNNLIB_WHEEL is one of all, learner, class, not 'some'" in done.stderr
    )
