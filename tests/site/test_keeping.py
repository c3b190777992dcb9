"""All work as one file, taken from one working copy to another."""

import zipfile

import pytest

from rnnlib.places import STATE, progress_file
from rnnlib.site.keeping import BACKUP, FILE, export_work, import_work


@pytest.fixture
def work(tmp_path):
    return _work(tmp_path / "here", "my answer", '{"id": "01.1", "status": "pass"}\n')


def _work(folder, text, progress):
    (folder / STATE / "base").mkdir(parents=True)
    (folder / "01_a.ipynb").write_text(text)
    (folder / STATE / "base" / "01_a.ipynb").write_text("as handed out")
    progress_file(folder).write_text(progress)
    return folder


def contents(folder):
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_work_goes_from_one_place_to_another(work, tmp_path):
    other = _work(tmp_path / "there", "as handed out", '{"id": "00.1", "status": "fail"}\n')
    assert export_work(work).startswith(f"2 files are in {FILE}.")
    (work / FILE).rename(other / FILE)
    assert import_work(other).startswith(f"Taken from {FILE}: .rnnlib/ledger.jsonl, 01_a.ipynb.")
    assert (other / "01_a.ipynb").read_text() == "my answer"
    assert (other / BACKUP / "01_a.1.ipynb").read_text() == "as handed out"
    lines = progress_file(other).read_text().splitlines()
    assert sorted(lines) == ['{"id": "00.1", "status": "fail"}', '{"id": "01.1", "status": "pass"}']
    assert import_work(other) == "Everything in the file was here already."
    assert not (other / BACKUP / "01_a.2.ipynb").exists()


def test_a_second_export_does_not_hold_the_first(work):
    export_work(work)
    export_work(work)
    with zipfile.ZipFile(work / FILE) as archive:
        assert sorted(archive.namelist()) == [".rnnlib/ledger.jsonl", "01_a.ipynb"]
    assert not (work / f".{FILE}").exists()


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", ".rnnlib/base/x", "a\\b", "C:x"])
def test_a_file_that_no_export_writes_changes_nothing(work, name):
    with zipfile.ZipFile(work / FILE, "w") as archive:
        archive.writestr("01_a.ipynb", "another")
        archive.writestr(name, "bad")
    before = contents(work)
    with pytest.raises(ValueError, match="no export writes"):
        import_work(work)
    assert contents(work) == before


def test_without_a_file_or_with_a_broken_one_it_says_so(work):
    with pytest.raises(ValueError, match=r"no my-course\.zip here"):
        import_work(work)
    (work / FILE).write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(ValueError, match="cannot be read"):
        import_work(work)


def test_outside_of_a_working_copy_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RNNLIB_WORK", raising=False)
    with pytest.raises(ValueError, match="not a working copy"):
        export_work()
