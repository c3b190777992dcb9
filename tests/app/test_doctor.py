"""The doctor sees what is missing, says how to fix it, and minds only what is needed."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rnnlib import places
from rnnlib.__main__ import main
from rnnlib.app import doctor


@pytest.fixture
def kernels(tmp_path, monkeypatch):
    """A folder whose kernels come before all others; returns a way to put one there."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def install(argv):
        folder = tmp_path / "kernels" / "python3"
        folder.mkdir(parents=True)
        spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))

    return install


def test_this_installation_is_well(tmp_path):
    findings = list(doctor.examine(tmp_path))
    assert [f for f in findings if f.needed and f.state != "OK"] == []
    what = " ".join(f.what for f in findings)
    for name in ("Python", "numpy", "torch", "Chromium", "sandbox", "widgets", "kernel"):
        assert name in what


def test_only_what_is_needed_decides_the_exit_code(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLIB_WORK", "overruled")

    def run(*findings):
        monkeypatch.setattr(doctor, "examine", lambda work: findings)
        return CliRunner().invoke(main, ["doctor", "--work", str(tmp_path)])

    fine = doctor.Finding("OK", "numpy 2")
    torch = doctor.Finding("missing", "torch", "pip install torch", needed=False)
    widgets = doctor.Finding("broken", "widgets", "pip install widgets")
    assert run(fine, torch).exit_code == 0
    result = run(fine, widgets, torch)
    assert result.exit_code == 1
    assert "broken  widgets\n        -> pip install widgets\n" in result.stdout
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("numpy>=2.0", "OK"),
        ("numpy>=900", "broken"),
        ("numpy<1", "broken"),
        ("no-such-package-at-all>=1", "missing"),
    ],
)
def test_a_requirement_is_met_missing_or_broken(line, state):
    finding = doctor._package(line)
    assert finding.state == state and finding.needed
    assert ("-m pip install" in finding.fix) == (state != "OK")
    assert not doctor._package(line, "teach").needed or state == "OK"


def test_an_optional_extra_is_one_line_that_names_what_is_missing():
    finding = doctor._extra("teach", ["numpy>=2", "no-such-package>=1", "nor-this-one"])
    assert (finding.state, finding.needed) == ("missing", False)
    assert finding.what.startswith("no-such-package, nor-this-one (makes slides")
    assert "[teach]" in finding.fix
    assert doctor._extra("teach", ["numpy>=900", "nor-this-one"]).state == "broken"
    assert doctor._extra("teach", ["numpy>=2"]).what.startswith("numpy 2")


def test_advice_quotes_what_the_shell_would_split(monkeypatch):
    monkeypatch.setattr(places, "ROOT", Path("/my courses/rnn"))
    monkeypatch.setattr(places, "IN_CHECKOUT", True)
    assert shlex.split(places.install_command("teach"))[-2:] == ["-e", "/my courses/rnn[teach]"]
    monkeypatch.setattr(places, "IN_CHECKOUT", False)
    assert shlex.split(places.install_command("teach"))[-1] == "rnnlib[teach]"


def test_a_python_out_of_range_is_broken():
    assert doctor._python(">=3.11").state == "OK"
    assert doctor._python(">=9").state == "broken"


def test_a_program_that_is_missing_is_optional(monkeypatch):
    monkeypatch.setenv("PATH", "")
    finding = doctor._program("bubblewrap", ("bwrap",), "keeps the sandbox")
    assert (finding.state, finding.needed) == ("missing", False)
    assert "keeps the sandbox" in finding.what and "install bubblewrap" in finding.fix


def test_a_working_copy_that_cannot_be_written_is_broken(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert doctor._working_copy(tmp_path).state == "OK"
    assert "will create it" in doctor._working_copy(tmp_path / "to" / "come").what
    finding = doctor._working_copy(tmp_path / "file" / "work")
    assert finding.state == "broken" and "--work" in finding.fix


def test_a_progress_files_unreadable_lines_are_counted_and_left_alone(tmp_path):
    file = tmp_path / "ledger.jsonl"
    assert doctor._progress(file).state == "OK"
    file.write_text('{"id": "01.1", "status": "pass"}\n')
    assert doctor._progress(file).state == "OK"
    assert "unreadable" not in doctor._progress(file).what
    file.write_text('{"id": "01.1"')
    finding = doctor._progress(file)
    assert finding.state == "OK" and "(1 unreadable line, skipped)" in finding.what
    assert file.read_text() == '{"id": "01.1"'
    unreadable = tmp_path / "my courses"
    unreadable.mkdir()
    finding = doctor._progress(unreadable)
    assert finding.state == "broken"
    assert shlex.split(finding.fix) == ["chmod", "u+rw", str(unreadable)]


def test_without_their_extension_widgets_are_missing(monkeypatch):
    assert doctor._widgets().state == "OK"
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [])
    assert doctor._widgets().state == "missing"


def test_a_kernel_of_another_python_is_broken(kernels, tmp_path):
    program = (
        "import sys; sys.prefix = '/elsewhere'; "
        "from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"
    )
    kernels([sys.executable, "-c", program, "-f", "{connection_file}"])
    finding = doctor._kernel()
    assert finding.state == "broken"
    assert "runs in /elsewhere" in finding.what
    assert "kernelspec remove python3" in finding.fix


def test_a_kernel_that_does_not_start_is_broken(kernels):
    kernels(["/no/such/python", "-f", "{connection_file}"])
    finding = doctor._kernel()
    assert finding.state == "broken" and "/no/such/python" in finding.what


def test_a_kernel_that_dies_at_once_is_broken(kernels):
    kernels([sys.executable, "-c", "raise SystemExit(1)", "{connection_file}"])
    assert doctor._kernel().state == "broken"
