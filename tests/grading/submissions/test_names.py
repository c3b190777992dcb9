"""No submission takes the name, the result or the file of another, or a cell of the table."""

import csv
import io
import re

import pytest

from rnnlib.grading.results import exports
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import Result
from rnnlib.grading.submissions import names
from rnnlib.grading.submissions.collecting import collect
from rnnlib.grading.submissions.layouts import is_notebook

PATHS = [
    *(
        "victim.ipynb",
        "victim.ipynb.ipynb",
        "victim.ipynb.txt",
        "zoe/hw.ipynb",
        "zoe/hw.md/x.ipynb",
    ),
    *("zoe-hw.ipynb", "Zoe/HW.ipynb", "zo\u00eb.ipynb", "zoe\u0308.ipynb", "anna.ipynb"),
    *("\uff41nna.ipynb", "a b.ipynb", "a-b.ipynb", ".ipynb", "bad\udc80.ipynb", "bad\udc81.ipynb"),
]


def test_every_submission_keeps_its_result_and_its_feedback(tmp_path):
    for k, path in enumerate(PATHS):
        file = tmp_path / "in" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d" % k)
    found = collect(tmp_path / "in", layout="files").submissions
    seen = [p for p in PATHS if is_notebook(p) and not p.startswith(".")]
    assert sorted(s.read() for s in found) == sorted(b"%d" % PATHS.index(path) for path in seen)
    entries = [
        Entry(s.student, s.name, Result("invalid", "00", notes=[s.read().decode()])) for s in found
    ]
    assert len({entry.student for entry in entries}) == len(seen)
    exports.write(tmp_path / "out", "00", entries)
    pages = names.files(entry.student for entry in entries)
    for submission in found:
        page = tmp_path / "out" / "feedback" / f"{pages[submission.student]}.md"
        assert f"- {submission.read().decode()}\n" in page.read_text()
    assert len({names.alike(page) for page in pages.values()}) == len(seen)


def test_nobody_can_take_the_file_of_another_by_guessing_its_hash():
    first = names.files(["a b", "a-b"])["a b"]
    both = names.files(["a b", "a-b", first])
    assert len(set(both.values())) == 3 and both["a b"] == first


def test_a_name_is_short_where_nobody_else_has_it():
    assert names.shown(["a/b.ipynb", "c.txt"]) == {"a/b.ipynb": "a/b", "c.txt": "c.txt"}
    assert names.files(["a/b", "c"]) == {"a/b": "a-b", "c": "c"}
    assert names.similar(["Zoe.ipynb", "zoe.ipynb", "anna"]) == ["Zoe.ipynb", "zoe.ipynb"]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", ";", ",", "\t", "\r"]
)
def test_no_name_is_a_formula_or_makes_cells_of_its_own(start):
    name = f'{start}1+1";=2;"'
    table = exports.table("00", {name: Result("invalid", "00")}).removeprefix("\ufeff")
    for separator in ",;\t":
        assert len(list(csv.reader(io.StringIO(table), delimiter=separator))) == 2
        for row in csv.reader(io.StringIO(table), delimiter=separator):
            assert all(re.match(r"[\w',;]|$", cell) for cell in row)
    assert all(line.count('","') == 7 for line in table.splitlines())
