"""What a student's code may see and use: a bubblewrap command line, and limits.

The sandbox contains the system's programs, this Python and its packages (all read-only), the copy
of the course, a small private /tmp, and nothing else: no network, no other processes, no folder
shared with the judge.
"""

import functools
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from rnnlib.grading.sandbox import advice, syscalls
from rnnlib.grading.sandbox.limits import Limits

PACKAGE = Path(__file__).resolve().parents[2]
COURSE = "/course"
HOME = "/tmp/home"
UNSAFE = "or grade without a sandbox, on a machine that holds nothing of value, with --unsafe"
NO_LINUX = (
    "the grader's sandbox needs Linux (x86_64 or aarch64), and this is {}: grade inside a Linux "
    f"machine, a virtual one or a container, {UNSAFE}"
)
NO_BWRAP = (
    "the grader needs bubblewrap: install your system's package bubblewrap (bwrap was not found), "
    f"{UNSAFE}"
)
FORBIDDEN = (
    f"bwrap is installed but cannot create a sandbox. It says: {{}}. What may help: {{}}; {UNSAFE}"
)
READABLE = (
    "{} is in {}, all of which students' code can read in the sandbox: grade with submissions and "
    "results in other folders"
)
# Their layers are what the exercises ask for, so the sandbox lacks them (see `course_copy`).
FRAMEWORKS = (
    *("torch", "tensorflow", "keras", "jax", "flax", "mxnet", "paddle", "mlx", "tinygrad"),
    "autograd",
)


class NoSandbox(RuntimeError):
    """Bubblewrap is missing or not permitted here. `said`: its error; `help`: what to do."""

    def __init__(self, message: str, said: str = "", help: str = ""):
        super().__init__(message)
        self.said, self.help = said, help


def command(course: Path, limits: Limits, *, agent: list[str], seccomp: int) -> list[str]:
    """The command line that runs the `agent` in its own sandbox.

    `seccomp` is an open file from which bubblewrap reads the filter of `syscalls`.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise NoSandbox(NO_BWRAP)
    # As root, there is no new user namespace, and the agent switches to an unused uid, whose
    # threads can be counted; any other user gets a user namespace, since bubblewrap needs it.
    user = [] if os.geteuid() == 0 else ["--unshare-user"]
    size = str(limits.files)
    return [
        *(bwrap, *user),
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--new-session", "--die-with-parent"),
        *("--hostname", "sandbox"),
        *("--seccomp", str(seccomp)),
        *_system(),
        *("--perms", "1777", "--size", size, "--tmpfs", "/tmp"),  # first: Python may be below it
        *_python(),
        *_open_folders(COURSE),
        *("--ro-bind", str(course), COURSE),
        *_fonts(),
        *("--proc", "/proc", "--dev", "/dev"),
        # bubblewrap's own process: if the grader is not root, students' code can get into it
        *("--tmpfs", "/proc/1", "--remount-ro", "/proc/1"),
        *("--perms", "1777", "--size", size, "--tmpfs", "/dev/shm"),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        "--clearenv",
        *(word for name, value in environment().items() for word in ("--setenv", name, value)),
        *("--chdir", "/tmp"),
        *agent,
    ]


def environment() -> dict[str, str]:
    """The agent's environment, with or without a sandbox."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "PYTHONPATH": COURSE,
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **threads,
    }


@functools.cache
def require() -> None:
    """Raise NoSandbox, with one sentence on what to do, unless a sandbox can be started here."""
    if platform.system() != "Linux" or platform.machine() not in syscalls.ARCHITECTURES:
        raise NoSandbox(NO_LINUX.format(f"{platform.system()} on {platform.machine()}"))
    probe = [sys.executable, "-c", "import os; os.listdir('/course')"]
    try:
        with syscalls.open_filter() as seccomp:
            words = command(Path(__file__).parent, Limits(), agent=probe, seccomp=seccomp)
            done = subprocess.run(words, capture_output=True, timeout=60, pass_fds=[seccomp])
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _forbidden(str(error)) from error
    if done.returncode:
        raise _forbidden(done.stderr.decode(errors="replace"))


def require_private(*folders: Path) -> None:
    """Raise NoSandbox, with one sentence on what to do, if a folder is readable in the sandbox."""
    shown = sorted({*_mounted(), *(os.path.realpath(path) for path in _top_level())})
    for folder in folders:
        if inside := [p for p in shown if Path(os.path.realpath(folder)).is_relative_to(p)]:
            raise NoSandbox(READABLE.format(folder, inside[0]))


def _forbidden(said: str) -> NoSandbox:
    """Bubblewrap is installed, and failed with this error."""
    words = " ".join(said.split())[:300].rstrip(".") or "nothing"
    help = advice.advice()
    return NoSandbox(FORBIDDEN.format(words, help), words, help)


def _system() -> list[str]:
    """/usr, and the top-level links into it."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for path in _top_level():
        if path.is_symlink():
            arguments += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    for name in ("/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime"):
        arguments += ["--ro-bind-try", name, name]
    return arguments


def _top_level() -> list[Path]:
    """What is a folder of its own on some systems, and a link into /usr on others."""
    return [Path("/", name) for name in ("bin", "sbin", "lib", "lib32", "lib64")]


def _fonts() -> list[str]:
    """Matplotlib's font list: creating it takes a kernel 0.3 s, or seconds for many fonts."""
    made = _font_list()
    if made is None:
        return []
    folders = (HOME, f"{HOME}/.cache", f"{HOME}/.cache/matplotlib")
    made_here = [word for f in folders for word in ("--perms", "1777", "--dir", f)]
    return [*made_here, "--ro-bind", str(made), f"{folders[-1]}/{made.name}"]


@functools.cache
def _font_list() -> Path | None:
    """The file in which Matplotlib stores the list, created if needed; None without Matplotlib."""
    try:
        from matplotlib import font_manager, get_cachedir
    except ImportError:
        return None
    made = Path(get_cachedir(), f"fontlist-v{font_manager.FontManager.__version__}.json")
    return made if made.is_file() else None


def _python() -> list[str]:
    """This interpreter and its packages, without any copy of the course among them."""
    arguments, mounted = [], _mounted()
    for prefix in sorted(p for p in mounted if not Path(p).is_relative_to("/usr")):
        arguments += [*_open_folders(prefix), "--ro-bind", prefix, prefix]
    copies = [PACKAGE, *_other_copies(mounted)]
    hidden = [c.parent / name for c in copies for name in (c.name, "solutions", "tests")]
    for path in dict.fromkeys([*hidden, *_frameworks()]):
        if path.is_dir() and any(path.is_relative_to(p) for p in mounted):
            arguments += ["--tmpfs", str(path)]
    links = {link: to for path in (sys.executable, *_prefixes()) for link, to in _links(path)}
    for link, to in links.items():
        if not any(Path(link).is_relative_to(p) for p in (*mounted, *_top_level())):
            arguments += [*_open_folders(link), "--symlink", to, link]
    return arguments


def _prefixes() -> tuple[str, ...]:
    return sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix


def _mounted() -> set[str]:
    """What is mounted as a whole, without links, so that nothing is visible at two places."""
    return {"/usr", *map(os.path.realpath, _prefixes())}


def _other_copies(mounted: set[str]) -> list[Path]:
    """The course's library wherever a Python would find it installed, besides the one that runs."""
    folders = [Path(folder) for folder in sys.path]
    for prefix in sorted({*mounted, "/usr/local"}):
        folders += sorted(Path(prefix).glob("lib*/python*/*-packages"))
    return [copy.resolve() for f in folders if (copy := f / PACKAGE.name).is_dir()]


def _links(path: str) -> Iterator[tuple[str, str]]:
    """The symbolic links on the way to a file, each with what it points to."""
    here, ahead = Path("/"), [*reversed(Path(path).parts)]
    while ahead:
        step = Path(os.path.normpath(here / ahead.pop()))
        if step.is_symlink():
            to = os.readlink(step)
            yield str(step), to
            ahead += reversed(Path(to).parts)
        else:
            here = step


def _frameworks() -> list[Path]:
    """The folders of those that are installed."""
    found = [importlib.util.find_spec(name) for name in FRAMEWORKS]
    folders = [p for spec in found if spec for p in spec.submodule_search_locations or ()]
    return [Path(p).resolve() for p in folders]


def _open_folders(path: str) -> list[str]:
    """The folders above a mount, readable by the unprivileged user."""
    above = [str(p) for p in reversed(Path(path).parents) if str(p) != "/"]
    return [word for folder in above for word in ("--perms", "0755", "--dir", folder)]
