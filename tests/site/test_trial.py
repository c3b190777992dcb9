"""The trial of a site: what it reports of a page that stands in for JupyterLite."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.lessons import AuthoringError
from rnnlib.site import building, trial

# As much of JupyterLab as the trial asks for. A cell's outputs appear when it is run.
PAGE = """<!doctype html><div class="jp-OutputArea-output"></div><script>
const cells = CELLS.map(([id, type, given]) => {
    const cell = {id, type, given, shown: []};
    cell.outputs = {toJSON: () => cell.shown};
    return cell;
});
cells.get = (index) => cells[index];
const content = {model: {cells}, deselectAll() {}, scrollToItem: async () => {}};
const session = {kernel: {info: Promise.resolve()}};
const sessionContext = {ready: Promise.resolve(), session};
window.jupyterapp = {
    shell: {currentWidget: {content, context: {ready: Promise.resolve()}, sessionContext}},
    commands: {execute: async () => {
        const cell = cells[content.activeCellIndex];
        cell.shown = cell.given;
        if (cell.id === 'draws')
            document.querySelector('div').append(document.createElement('img'));
        if (cell.id === 'hangs') await new Promise(() => {});
        if (cell.id === 'asks') await fetch('http://192.0.2.1/').catch(() => {});
    }},
};
</script>"""
FINE = "[['text', 'markdown', []], ['draws', 'code', []], ['quiet', 'code', []]]"
ERROR = "[['bad', 'code', [{output_type: 'error', ename: 'ValueError', evalue: 'no'}]]]"
ASKS = "[['asks', 'code', []]]"
HANGS = "[['quiet', 'code', []], ['hangs', 'code', []]]"


@pytest.fixture
def tried(tmp_path):
    if not any(map(shutil.which, trial.BROWSERS)):
        if os.environ.get("RNNLIB_REQUIRE_BROWSER"):
            pytest.fail("the trial needs Chromium")
        pytest.skip("the trial needs Chromium")

    def run(cells):
        folder = tmp_path / "try" / "lab"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(PAGE.replace("CELLS", cells))
        with ThreadPoolExecutor(1) as pool:  # other tests may have a browser in this thread
            (report,) = pool.submit(list, trial.attempt(tmp_path, ["00_start_here"])).result()
        return report

    return run


@pytest.mark.browser
def test_a_lesson_that_runs_is_reported_with_its_first_figure(tried):
    report = tried(FINE)
    assert not report.failed
    assert report.figure is not None and report.ready <= report.figure <= report.seconds
    assert report.megabytes > 0
    assert str(report).startswith("00_start_here: ready ")


@pytest.mark.browser
def test_an_error_in_a_cell_fails_the_lesson(tried):
    report = tried(ERROR)
    assert report.failed and report.figure is None
    assert "cell bad: ValueError: no" in str(report)


@pytest.mark.browser
def test_a_request_to_an_outside_address_fails_the_lesson(tried):
    report = tried(ASKS)
    assert report.failed and report.errors == []
    assert "asked for http://192.0.2.1/" in str(report)


@pytest.mark.browser
def test_a_cell_that_does_not_end_is_named(tried, monkeypatch):
    monkeypatch.setattr(trial, "CELL", 0.5)
    report = tried(HANGS)
    assert report.failed
    assert "cell hangs: " in str(report)


def test_lessons_are_found_by_their_numbers_and_the_gallery_only_when_it_is_named():
    assert trial.find(["00", "99"]) == ["00_start_here", "99_gallery"]
    everything = trial.find()
    assert everything[0] == "00_start_here" and "99_gallery" not in everything
    with pytest.raises(AuthoringError, match="no lesson 77"):
        trial.find(["00", "77"])


@pytest.mark.parametrize("errors", [[], ["cell x: ValueError: no"]])
def test_the_command_ends_with_1_where_a_lesson_fails(monkeypatch, errors):
    report = trial.Report("00_start_here", errors=errors)
    monkeypatch.setattr(building, "make", lambda out, pyodide=None: None)
    monkeypatch.setattr(trial, "attempt", lambda made, lessons, screenshots: [report])
    done = CliRunner().invoke(main, ["site", "--try", "00"])
    assert done.exit_code == bool(errors)
    assert "00_start_here: ready" in done.output
    assert ("1 of 1 lessons failed" in done.output) == bool(errors)
