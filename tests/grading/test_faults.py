"""What breaks on the way loses nothing, grades nothing twice, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlib.grading import executor
from rnnlib.grading.results.result import Result
from rnnlib.grading.results.store import ResultStore
from rnnlib.grading.sandbox.limits import Limits
from tests.grading.builders import ROOT, all_right, answered, synthesised, written
from tests.grading.cluster import SECONDS, cluster, environment, until

pytestmark = [pytest.mark.usefixtures("sandboxed"), pytest.mark.slow]


def eight() -> dict[str, bytes]:
    return synthesised("01", 8)


@pytest.fixture(scope="module")
def expected(sandboxed, tmp_path_factory):
    """The class of eight, graded by threads on this machine."""
    folder = tmp_path_factory.mktemp("local")
    store = ResultStore(folder, "01", "v1", seed="private")
    with executor.threads(2) as pool:
        handed_in = written(folder / "in", eight())
        results = executor.grade_class(handed_in, "01", store, pool, Limits())
    assert all(result.status == "ok" for result in results.values())
    return results


def test_a_class_of_eight_has_all_kinds_of_results(expected):
    points = [result.points for result in expected.values()]
    assert len(points) == 8 and min(points) < 4 < 6 <= max(points)  # of 8
    assert any(score.mistakes for result in expected.values() for score in result.scores)


def test_dask_gives_the_same_results_also_when_a_worker_is_killed(tmp_path, expected):
    pytest.importorskip("distributed")
    store = ResultStore(tmp_path / "out", "01", "v1", seed="private")
    done = []
    with cluster(tmp_path, 2) as (address, workers), executor.dask(address) as pool:

        def graded(submission, result):
            done.append(submission.name)
            if len(done) == 3:
                workers[0].kill()

        handed_in = written(tmp_path / "in", eight())
        results = executor.grade_class(handed_in, "01", store, pool, Limits(), graded=graded)
    assert results == expected
    assert sorted(done) == sorted(expected)


def grade(folder: Path, out: Path, *more: str) -> list[str]:
    words = ["grade", str(folder), "--lesson", "01", "--out", str(out), *more]
    return [sys.executable, "-m", "rnnlib", *words]


def kept(out: Path) -> dict[str, int]:
    """The results that are there, and when each was written."""
    graded = out / "01" / "graded"
    return {path.name: path.stat().st_mtime_ns for path in graded.glob("[!.]*.json")}


def sandboxes_of(pid: int) -> list[int]:
    from rnnlib.grading.sandbox.resources import descendants

    return descendants(pid)


def test_a_killed_grader_goes_on_where_it_stopped_and_leaves_no_sandbox(tmp_path, expected):
    folder, out = tmp_path / "in", tmp_path / "out"
    written(folder, eight())
    command = grade(folder, out, "--seed", "private")
    first = subprocess.Popen(command, env=environment(), cwd=ROOT, stderr=subprocess.DEVNULL)
    inside: list[int] = []

    def halfway():
        inside[:] = sandboxes_of(first.pid)  # none between two submissions
        return (out / "01" / "graded").is_dir() and len(kept(out)) >= 3 and inside

    until(halfway)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    before = kept(out)
    assert 3 <= len(before) < 8
    until(lambda: not any(running(pid) for pid in inside))

    again = subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert "8 submissions: 8 ok" in again.stdout
    after = kept(out)
    assert len(after) == 8 and before.items() <= after.items()
    texts = [(out / "01" / "graded" / name).read_text(encoding="utf-8") for name in after]
    found = [Result.from_json(text) for text in texts]  # seconds aside, which differ
    assert all(result in expected.values() for result in found)
    assert all(result in found for result in expected.values())


def test_ctrl_c_says_what_is_kept_and_leaves_no_sandbox(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    written(folder, eight())
    options = {"env": environment(), "cwd": ROOT, "stderr": subprocess.PIPE, "text": True}
    # Where the tests themselves run in the background, a shell has told them to ignore Ctrl-C.
    heeding = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    grader = subprocess.Popen(grade(folder, out), **options, **heeding)
    until(lambda: (out / "01" / "graded").is_dir() and len(kept(out)) >= 3)
    inside = sandboxes_of(grader.pid)
    grader.send_signal(signal.SIGINT)
    _, told = grader.communicate(timeout=SECONDS)
    assert grader.returncode == 130 and "Traceback" not in told, told
    (line,) = [line for line in told.splitlines() if line.startswith("Stopped. ")]
    assert f"Stopped. {len(kept(out))} of 8 submissions are graded" in line
    assert "Run the same command again" in line
    until(lambda: not any(running(pid) for pid in inside))


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_two_graders_share_a_folder(tmp_path, expected):
    folder, out = tmp_path / "in", tmp_path / "out"
    written(folder, eight())
    options = {"env": environment(), "cwd": ROOT, "stderr": subprocess.PIPE, "text": True}
    both = [
        subprocess.Popen(grade(folder, out, "--workers", "1"), stdout=subprocess.PIPE, **options)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=SECONDS) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert len(kept(out)) == 8
    scores = (out / "01" / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert len(scores) == 9 and not list(out.rglob("*.tmp"))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root; CI has it")
def test_a_full_disk_ends_the_run_in_one_line_and_a_rerun_completes_it(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    written(folder, eight())
    # In a mount namespace of its own: no mount is left on the machine.
    script = (
        'mkdir "$1"; mount -t tmpfs -o size=16k none "$1"; shift; "$@"; first=$?; '
        'ls "$OUT/01/graded"; mount -o remount,size=10m "$OUT"; "$@"; second=$?; '
        'echo "$first $second"; head -c 100 "$OUT/01/scores.csv" >/dev/null'
    )
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", script, "-", str(out), *grade(folder, out)],
        env={**environment(), "OUT": str(out)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert lines[-1] == "1 0", done.stdout + done.stderr
    assert "8 submissions: 8 ok" in done.stdout
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr
    assert not any(line.endswith(".tmp") for line in lines)


def test_a_results_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    folder = tmp_path / "in"
    written(folder, {"a": answered("01", all_right("01"))})
    blocked = tmp_path / "out"
    if os.geteuid() == 0:  # root may write anywhere but on what is mounted read-only
        words = [
            "unshare",
            "-m",
            "bash",
            "-c",
            'mkdir "$1"; mount -t tmpfs -o ro none "$1"; shift; exec "$@"',
            "-",
            str(blocked),
        ]
    else:
        blocked.mkdir(mode=0o500)
        words = []
    done = subprocess.run(
        [*words, *grade(folder, blocked)],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: ") and str(blocked) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_with_another_version_is_not_believed():
    with pytest.raises(RuntimeError, match="a different version"):
        executor.grade_one(b"", "01", "s", Limits(), False, "old")
