"""What a run of pytest brings with it, and the marks by which a part of the tests is chosen.

Without a path it is the whole suite: also the notebooks, and in four processes, which keep two
cores busy: tests of kernels and browsers wait a lot. The tests of one file run here and at once:
nbval and xdist take longer to start than most files to run.
"""

import importlib
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LESSONS = {path.name[:2]: path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.md")}
NUMBER = re.compile(r"^\d\d(?=$|\.\d|_)|(?<=ch)\d\d\b")  # 04, 04.2, 04_slug, test_ch04
# jsonschema, which comes with nbformat, spends two seconds on a grammar of addresses where it finds
# this package, and does without it where not; no notebook needs it.
sys.modules.setdefault("rfc3987_syntax", None)
# What takes longest begins first, so that no process is left alone with it at the end.
LONGEST = (
    "tests/authoring/test_course.py",
    "tests/grading/test_hostile.py",
    "tests/grading/sandbox/test_lessons.py",
    "solutions/12_",
    "solutions/08_",
    "tests/browser/",
    "tests/grading/test_faults.py",
    "tests/grading/test_judge.py",
    "tests/exercises/test_answers.py",
    "tests/exercises/test_truth.py",
)
# What asks the checks about the same answers, which are judged once in each process.
LABELLED = ("tests/exercises/test_answers.py::", "tests/exercises/test_truth.py::")
MARKS = {
    "slow": "more than about two seconds, or a cell of a notebook",
    "browser": "in a browser, or for one",
    "sandbox": "in a sandbox of bubblewrap",
}


def pytest_addoption(parser, pluginmanager):
    """Called while nothing that is installed beside pytest is loaded: load what is needed."""
    config = pluginmanager.get_plugin("pytestconfig")
    if unknown_options(config, parser) or not only_tests(config, parser):
        pluginmanager.load_setuptools_entrypoints("pytest11")
    else:
        pluginmanager.import_plugin("hypothesispytest", consider_entry_points=True)


def pytest_load_initial_conftests(early_config, parser, args):
    """The options of the run, before those that were typed, which win."""
    loaded = early_config.pluginmanager.hasplugin
    if loaded("nbval") and not only_tests(early_config, parser):
        sanitize = f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval.cfg'}"
        args[:0] = ["--nbval", "--nbval-current-env", sanitize]
        kernels = importlib.import_module("nbval.kernel")
        kernels.start_new_kernel = twice(kernels.start_new_kernel)
    if loaded("xdist") and not paths(early_config, parser):
        args[:0] = ["--numprocesses=4", "--dist=loadscope", "--no-loadscope-reorder"]


def twice(start):
    """The function that starts a kernel, which is called again if the kernel dies at once.

    Its ports are chosen before it starts, and another process can take one of them in between.
    """

    def start_again(*arguments, **options):
        try:
            return start(*arguments, **options)
        except RuntimeError:
            return start(*arguments, **options)

    return start_again


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByScope(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return scope(nodeid)

    return ByScope(config, log) if config.getvalue("dist") == "loadscope" else None


def scope(name):
    """Tests of one scope run in one process: those of a file, but labelled answers by lesson."""
    if name.startswith(LABELLED) and (found := re.search(r"\[.*?\b(\d\d)\.\d", name)):
        return f"the labelled answers of lesson {found[1]}"
    return name.split("::")[0]


def only_tests(config, parser):
    """Whether what was typed has paths, and all of them are of tests: none is a notebook's."""
    given = paths(config, parser)
    return bool(given) and all(path.is_relative_to(ROOT / "tests") for path in given)


def paths(config, parser):
    """The files and folders that were typed."""
    typed = parser.parse_known_args(words(config)).file_or_dir
    found = [config.invocation_params.dir / word.split("::")[0] for word in typed]
    return [path.resolve() for path in found if path.exists()]


def unknown_options(config, parser):
    """What was typed that pytest, as far as it is loaded, does not know."""
    return parser.parse_known_and_unknown_args(words(config))[1]


def words(config):
    """The command line: `pytest` itself does not count the environment's part to it."""
    return [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *config.invocation_params.args]


# --- marks ---


def pytest_configure(config):
    for mark, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{mark}: {meaning}")
    for number, name in sorted(LESSONS.items()):
        config.addinivalue_line("markers", f"lesson{number}: {name} and its exercises")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: place(item.nodeid))
    for item in items:
        for mark in marks(item):
            item.add_marker(mark)


def place(name):
    """When a test's turn comes: the place of its file among the longest, else after them."""
    found = (k for k, start in enumerate(LONGEST) if name.startswith(start))
    return next(found, len(LONGEST))


def marks(item):
    """The marks of a test, from where it is and what it takes; `slow` is also set by hand."""
    found = {f"lesson{number}" for number in lessons(item)}
    if item.path.suffix == ".ipynb":
        found.add("slow")
    if item.nodeid.startswith("tests/browser/"):
        found.add("browser")
    if "sandboxed" in getattr(item, "fixturenames", ()):
        found.add("sandbox")
    return found


def lessons(item):
    """The numbers of the lessons that a test is about: its file's, its name's, its parameters'."""
    parameters = getattr(getattr(item, "callspec", None), "params", {}).values()
    texts = [item.path.stem]
    texts += [value.stem if isinstance(value, Path) else value for value in parameters]
    found = [number for text in texts if isinstance(text, str) for number in NUMBER.findall(text)]
    name = getattr(item, "originalname", None) or item.name
    return LESSONS.keys() & {*found, *re.findall(r"(?<=_of_)\d\d(?=_\d)", name)}
