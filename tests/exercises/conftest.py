import pytest

from rnnlib.exercises import engine, ledger


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A working copy of its own, in which nothing has been tried yet."""
    (tmp_path / ".rnnlib").mkdir()
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path))
    monkeypatch.setattr(engine, "_attempted", set())
    monkeypatch.setattr(ledger, "_lessons", [])
    return tmp_path
